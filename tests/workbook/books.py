"""Workbooks for the tests: projects, what is changed in them, and what LibreOffice makes of both."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod_budget.catalog import open_catalog
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project
from coprod_budget.report.workbook.cells import Figure, Naming
from coprod_budget.report.workbook.layout import is_calculated
from coprod_budget.report.workbook.styles import MONEY, number_format
from coprod_budget.report.workbook.writer import lay_out

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Values
    from coprod_budget.report.workbook.layout import Page

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
RURITANIA = HERE.parent / "ruritania"

FILES = {
    "coproduction": HERE / "coproduction.yaml",
    "one_partner": HERE / "one_partner.yaml",
    "loops": HERE / "loops.yaml",
    "by_share": HERE / "by_share.yaml",
    "one_scenario": HERE / "one_scenario.yaml",
    "comparables": HERE / "comparables.yaml",
    "ten_lines": EXAMPLES / "ten_lines" / "project.yaml",
    "danube_crossing": EXAMPLES / "danube_crossing" / "project.yaml",
    "balkan_line": EXAMPLES / "balkan_line" / "project.yaml",
    "three_crowns": RURITANIA / "three_crowns.yaml",
    "financed": RURITANIA / "financed.yaml",
    "every_term": HERE / "every_term.yaml",
    "adjusted": HERE / "adjusted.yaml",
}
DATA = {"three_crowns": (RURITANIA,), "financed": (RURITANIA,)}
"""Films of the invented country need its data."""


@dataclass(frozen=True)
class Change:
    """The same change twice: in cells of the workbook, and as ``--set`` of the project."""

    film: str
    cells: dict[str, float]
    sets: tuple[str, ...] = ()

    @property
    def all_sets(self) -> tuple[str, ...]:
        return self.sets or tuple(f"{path}={value}" for path, value in self.cells.items())


CHANGES = {
    "exchange_rate": Change("coproduction", {"fx.RUB": 83.5}),
    "another_rate": Change("coproduction", {"fx.USD": 1.31}),
    "shooting_days": Change("coproduction", {"schedule.shoot_days.belgrade": 13}),
    "days_of_a_template_and_a_loan": Change(
        "danube_crossing", {"schedule.shoot_days.moscow": 17, "schedule.shoot_days.belgrade": 9}
    ),
    "fewer_days": Change("coproduction", {"schedule.shoot_days.moscow": 9, "schedule.days_per_week": 5}),
    "shares_below_the_limit": Change(
        "by_share", {"partners.ru.share": 0.76, "partners.rs.share": 0.2, "partners.de.share": 0.04}
    ),
    "agreed_shares": Change("coproduction", {"partners.ru.share": 0.4, "partners.de.share": 0.3}),
    "gross": Change("coproduction", {"revenue.scenarios.base.gross.RU": 155_000_000}),
    "guarantee": Change("coproduction", {"revenue.territories.row.minimum_guarantee": 140_000}),
    "parameter": Change("coproduction", {"budget.params.extras_per_day": 31}),
    "rate_of_a_line": Change("coproduction", {"lines.lead.rate": 1999.99}, ("budget.lines[lead].rate=1999.99",)),
    "number_in_a_quantity": Change(
        "coproduction", {"lines.dop.quantity.1": 1.4}, ("budget.lines[dop].quantity=shoot_days * 1.4 + 2",)
    ),
    "rate_in_a_loop": Change("coproduction", {"budget.charges.completion_bond.rate": 0.04}),
    "rate_in_a_long_loop": Change("loops", {"budget.charges.three.rate": 0.2}),
    "factor_on_a_department": Change("adjusted", {"budget.adjust.accounts.art": 0.8, "budget.adjust.all": 0.99}),
    "investment": Change("coproduction", {"finance.fund.amount": 90_000}, ("finance[fund].amount=90000",)),
    "rate_of_a_programme": Change(
        "coproduction",
        {"incentives.ru_moscow_international_film.rate": 0.25},
        ("incentives[ru_moscow_international_film].rate=25%",),
    ),
    "spend_by_hand": Change(
        "coproduction", {"incentives.hu_rebate.spend": 40_000_000}, ("incentives[hu_rebate].spend=40000000",)
    ),
    "interest_of_a_loan": Change("financed", {"finance.bank.interest": 0.18}, ("finance[bank].interest=18%",)),
    "a_smaller_presale": Change("financed", {"finance.presale.amount": 210_000}, ("finance[presale].amount=210000",)),
    "obligation": Change("financed", {"obligation.town.share": 1}, ("finance[town].spend_share=100%",)),
    "parts_of_a_source": Change(
        "financed",
        {"finance.grant.part_1.size": 0.9, "finance.grant.part_2.size": 0.1},
        ("finance[grant].instalments=[{share: 90%, on: start}, {share: 10%, on: delivery}]",),
    ),
    "how_late": Change("financed", {"cashflow.late_months": 4}),
    "weeks_that_move_the_money": Change("financed", {"schedule.prep_weeks": 12, "schedule.post_weeks": 24}),
    "curve": Change(
        "financed",
        {"cashflow.curves.construction.2": 0.1, "cashflow.curves.construction.9": 0.4},
        ("cashflow.curves.construction=[0, 10%, 50%, 0, 0, 0, 0, 0, 40%, 0]",),
    ),
    "terms_of_the_deals": Change(
        "danube_crossing",
        {
            "revenue.territories.RU.pays_after_months": 9,
            "revenue.territories.RU.guarantee_part": 0.5,
            "revenue.territories.RU.fee_steps[0].above_gross": 90_000_000,
            "revenue.territories.RS.minimum_guarantee": 2_500_000,
            "waterfall.points.rate": 0.05,
            "waterfall.points.until.amount": 9_000_000,
            "revenue.sales_agent.commission": 0.25,
            "returns.discount_rate": 0.15,
        },
        (
            "revenue.territories.RU.pays_after_months=9",
            "revenue.territories.RU.guarantee_part=50%",
            "revenue.territories.RU.fee_steps[0].above_gross=90000000",
            "revenue.territories.RS.minimum_guarantee=2500000",
            "waterfall[points].rate=5%",
            "waterfall[points].until.amount=9000000",
            "revenue.sales_agent.commission=25%",
            "returns.discount_rate=15%",
        ),
    ),
    "every_term_worse": Change(
        "every_term",
        {
            "revenue.scenarios.base.gross.RU": 260_000_000,
            "revenue.territories.RU.p_and_a": 80_000_000,
            "revenue.territories.RU.media.tv.window_months": 9,
            "waterfall.more.until.multiple": 1.1,
            "waterfall.step_10.interest": 0.09,
        },
        (
            "revenue.scenarios.base.gross.RU=260000000",
            "revenue.territories.RU.p_and_a=80000000",
            "revenue.territories.RU.media.tv.window_months=9",
            "waterfall[more].until.multiple=110%",
            "waterfall[step_10].interest=9%",
        ),
    ),
    "another_band": Change("comparables", {"lines.film.rate": 1_300_000}, ("budget.lines[film].rate=1300000",)),
    "probability": Change(
        "coproduction", {"revenue.scenarios.low.weight": 0.5, "revenue.scenarios.base.weight": 0.3}
    ),
}  # fmt: skip


BREAK_EVEN = ("danube_crossing", "alone.RU.gross", "break_even.RU.fund.principal")
"""A film, the gross that is tried in a territory alone, and a goal that a gross is searched for."""


@dataclass(frozen=True)
class Amendment:
    """A change in the blue cells of the law, which no project can make, and what has to follow from it."""

    film: str
    cells: dict[str, float]
    follows: dict[str, float]
    words: dict[str, str] = field(default_factory=dict)


AMENDMENTS = {
    "a_higher_limit": Amendment(
        "by_share",
        {"treaties.ets147_1992.share_minimum": 0.25},
        {"test.ets147_1992.share_minimum.RS.verdict": 0, "test.ets147_1992.share_minimum.DE.verdict": 3},
        {"eligibility.ets147_1992.verdict": "fail"},
    ),
    "a_director_from_elsewhere": Amendment(
        "coproduction",
        {"points.ets147_1992.director.held": 0},
        {"test.ets147_1992.points_threshold.actual": 13, "test.ets147_1992.points_threshold.verdict": 2},
        {"test.ets147_1992.points_threshold.verdict": "unknown"},
    ),
    "half_the_rate": Amendment(
        "coproduction",
        {"incentives.hu_rebate.rate.rate": 0.15},
        {"incentive.hu_rebate.rate_expected": 0.15},
    ),
}


@dataclass
class Book:
    """One film, its figures, and where they stand."""

    name: str
    model: Model
    values: Values
    pages: list[Page] = field(default_factory=list)

    def figures(self) -> list[tuple[str, str, Figure]]:
        """Every cell that shows a quantity: sheet, address, figure."""
        return [
            (page.name, address(cell.row, cell.column), cell)
            for page in self.pages
            for cell in page._cells
            if isinstance(cell, Figure)
        ]

    def names(self) -> list[tuple[str, str, Naming]]:
        """Every cell that says in a word what a figure stands for."""
        return [
            (page.name, address(cell.row, cell.column), cell)
            for page in self.pages
            for cell in page._cells
            if isinstance(cell, Naming)
        ]

    def formulas(self) -> list[tuple[str, str, Figure | Naming]]:
        """Every cell that holds a formula: of the graph, a link, or a word for a figure."""
        figures = [f for f in self.figures() if f[2].link or is_calculated(f[2].node)]
        return [*figures, *self.names()]

    def expected(self, cell: Figure | Naming) -> float | str:
        page = self.pages[-1]
        return page._name(cell) if isinstance(cell, Naming) else page._value(cell.node, cell.index)

    def place(self, key: str) -> tuple[str, str]:
        """Sheet and address of the home of a figure."""
        found = self.model.graph.find(key)
        assert found is not None, key
        node, row = found
        home = self.pages[0].places.of(node)
        assert home is not None, key
        return home.sheet, address(*home.at(max(row, 0)))


@cache
def opened(path: Path) -> Any:
    """A workbook with its formulas, to look at only."""
    import openpyxl

    return openpyxl.load_workbook(path)


def address(row: int, column: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row + 1}"


@cache
def book(name: str, sets: tuple[str, ...] = ()) -> Book:
    path = FILES[name]
    project = load_project(path.read_text(encoding="utf-8"), filename=path.name, sets=list(sets))
    model = build_model(project, open_catalog(DATA.get(name, ())))
    values = model.evaluate()
    return Book(name, model, values, lay_out(model, values))


def change_cells(path: Path, target: Path, film: Book, cells: dict[str, float]) -> Path:
    """Save a copy with some inputs changed, as a person would; only numbers in unlocked cells can be."""
    seen = opened(path)
    changed: dict[str, list[tuple[str, float]]] = {}
    for key, value in cells.items():
        sheet, at = film.place(key)
        assert not seen[sheet][at].protection.locked, f"{key} stands in a locked cell"
        changed.setdefault(f"xl/worksheets/sheet{seen.sheetnames.index(sheet) + 1}.xml", []).append((at, value))
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = source.read(name)
            for at, value in changed.get(name, []):
                cell = re.compile(rf'(<c r="{at}"[^>]*><v>)[^<]*(</v>)'.encode())
                content, found = cell.subn(rf"\g<1>{value!r}\g<2>".encode(), content)
                assert found == 1, at
            copy.writestr(name, content)
    return target


def close(found: Any, expected: float | str, node: Node) -> bool:
    """Money to half a cent, everything else to 1e-9; text exactly."""
    money = number_format(node) == MONEY
    if isinstance(expected, str) or not isinstance(found, int | float):
        return bool(found == expected)
    return abs(found - expected) <= (0.005 if money else 1e-9 * max(1.0, abs(expected)))
