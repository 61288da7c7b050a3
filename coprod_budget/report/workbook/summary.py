"""Sheet Summary: the film on one page, with two charts, the warnings and how to read the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.report.workbook import law
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.charts import CHART_ROWS, Grid, add, finish, stacked
from coprod_budget.report.workbook.checks import mark

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Places
    from coprod_budget.report.workbook.layout import Page
    from coprod_budget.report.workbook.styles import Kind, Styles

CHART_SIZE = {"width": 600, "height": 320}
SHOWN_SCENARIOS = 6
RETURNS = {
    "received": "Expected", "multiple": "Multiple", "irr": "IRR a year", "probability_recouped": "Probability of having it all back",
    "npv": "Net present value",
}  # fmt: skip
"""Expectations beside the scenarios, as many as the page has room for."""


def place(page: Page) -> None:
    """Say what the first page shows; every figure is a link."""
    model = page.model
    project = model.project
    page.columns = 10
    template = f", template {model.template.id}" if model.template else ""
    page.title(
        project.title,
        f"Co-production estimate as of {project.as_of.isoformat()}: {project.kind}, in {project.currency}{template}.",
    )
    page.frozen = (1, 0)
    page.width(0, 34.0)
    for column in range(1, page.columns):
        page.width(column, 17.0)
    _totals(page)
    top = page.row  # pictures stand where no page ends
    _cost_chart(page, top)
    page.row += CHART_ROWS
    _partners(page)
    _eligibility(page)
    _net_cost(page)
    _returns(page, top)
    _basis(page)
    _warnings(page)
    _legend(page)


def _totals(page: Page) -> None:
    model, graph = page.model, page.model.graph
    figures = [
        (model.checks.all_ok, "All checks"),
        (model.budget.total, "Total budget"),
        (model.budget.direct, "Direct cost"),
        (graph["schedule.total_shoot_days"], "Shooting days"),
    ]
    if model.project.finance:
        figures += [
            (model.finance.gap, "Gap of the finance plan"),
            (model.cashflow.peak_exposure, "Peak exposure, before loans"),
        ]
    page.section("The film")
    for row, (node, label) in enumerate(figures):
        page.words(page.row + row, 0, label, "bold")
        page.link(node, page.row + row, 1)
        page.words(page.row + row, 2, "" if row == 0 else node.unit)
    mark(page, page.row, page.row, 1)
    cities, table = model.catalog.cities, model.schedule.cities
    days = graph["schedule.shoot_days"]
    for row, city in enumerate(table.keys):
        page.words(page.row + row, 4, f"Shooting days, {cities[city].label if city in cities else city}")
        page.link(days, page.row + row, 6, index=row)
    page.row += max(len(figures), len(table)) + 1


def _partners(page: Page) -> None:
    model, graph = page.model, page.model.graph
    split, people = model.split, model.project.partners
    spent, own = graph["partner.*.spent"], graph["partner.*.invested"]
    page.section("Partners")
    page.block(
        len(split.partners),
        [
            Column("Partner", texts=[p.name for p in people.values()]),
            Column("Country", texts=[p.country for p in people.values()]),
            Column("Agreed share", graph["partners.*.share"], link=True),
            Column("Share borne", split.borne_share, link=True),
            *(Column(page.head(n), n, link=True) for n in (split.borne, spent, graph["partner.*.brought"], own)),
        ],
    )
    page.gap()


def _eligibility(page: Page) -> None:
    """One row an instrument that is tested: what it is to the film, and its verdict."""
    eligibility = page.model.eligibility
    if not eligibility.instruments:
        return
    page.section("Treaties, funds and statuses: rules and reasons stand on Eligibility")
    first = page.row
    for index, instrument in enumerate(eligibility.instruments):
        governs = instrument.id == eligibility.governing.instrument
        page.span(page.row, 0, 2, instrument.title, "wrap_bold" if governs else "wrap")
        page.words(page.row, 4, law.ROLES[instrument.candidate.role])
        law.verdict(page, eligibility.verdict, page.row, 3, index)
        page.row += 1
    law.colour(page, first, page.row - 1, 3)
    page.gap()


def _net_cost(page: Page) -> None:
    graph, model = page.model.graph, page.model
    if not model.incentives.programmes or "net_cost.expected" not in graph:
        return
    page.section("Net cost: programmes and conditions stand on Incentives")
    page.heads([f"In {model.project.currency}", "Low aid", "Expected", "High aid"], [False, True, True, True])
    for label, nodes in law.net_cost(model):
        page.words(page.row, 0, label, "bold")
        for column, node in enumerate(nodes, 1):
            page.link(node, page.row, column)
        page.row += 1
    page.gap()


def _returns(page: Page, top: int) -> None:
    """What the parties put in and get; the picture of it stands at row ``top``."""
    model = page.model
    found, revenue, expected = model.waterfall, model.revenue, model.returns.expected
    page.section("Returns")
    if revenue.weights is None:
        page.note("The project has no box-office scenarios: there are no receipts. Break-evens are on Returns.")
        for item in model.returns.break_even:
            page.words(page.row, 0, item.budget_gross.label)
            page.link(item.budget_gross, page.row, 3)
            page.words(page.row, 4, item.budget_gross.unit)
            page.row += 1
        page.gap()
        return
    scenarios = list(model.project.revenue.scenarios.items())[:SHOWN_SCENARIOS]
    shown = list(RETURNS.items())[: page.columns - 2 - len(scenarios)]
    heads = [f"Invested, {model.project.currency}", *(s.label or i for i, s in scenarios), *(head for _, head in shown)]
    page.heads(["Received in ...", *heads], [False, *[True] * len(heads)])
    page.words(page.row, 0, "Probability")
    for column in range(len(scenarios)):
        page.link(revenue.weights, page.row, 2 + column, index=column)
    page.row += 1
    grid = Grid(page.name, page.row - 2, page.row, len(found.parties), 1, 1 + len(scenarios))
    for index, party in enumerate(found.parties.keys):
        page.words(page.row, 0, found.names[party])
        page.link(found.invested, page.row, 1, index=index)
        for column in range(len(scenarios)):
            page.link(found.received[party], page.row, 2 + column, index=column)
        for column, (name, _) in enumerate(shown, 2 + len(scenarios)):
            page.link(expected[name], page.row, column, index=index)
        page.row += 1
    if len(revenue.scenarios) > len(scenarios):
        page.note(f"The first {len(scenarios)} of {len(revenue.scenarios)} scenarios; all of them are on Returns.")
    page.gap()

    def chart(book: Any, sheet: Any, _styles: Styles) -> None:
        title = f"What is put in, and who gets it back, {model.project.currency}"
        sheet.insert_chart(top, 5, stacked(book, grid, title, CHART_SIZE), {"object_position": 2})

    page.finish.append(chart)


def _cost_chart(page: Page, top: int) -> None:
    """Cost by partner: by account group where the model has it, else in all."""
    model, graph = page.model, page.model.graph
    partners = model.split.partners.keys
    groups = [graph[key] for p in partners if (key := f"group.*.borne_{p}") in graph]

    def chart(book: Any, sheet: Any, _styles: Styles) -> None:
        made = book.add_chart({"type": "column", "subtype": "stacked"} if groups else {"type": "column"})
        names = _range(page.places, model.split.borne, names=True)
        for number, node in enumerate(groups or [model.split.borne]):
            name = model.project.partners[partners[number]].name if groups else "Borne"
            categories = _range(page.places, node, names=True) if groups else names
            add(made, number, name, categories, _range(page.places, node))
        what = "Cost by group and partner" if groups else "Cost borne by partner"
        finish(made, f"{what}, {model.project.currency}", CHART_SIZE, legend=bool(groups))
        sheet.insert_chart(top, 0, made, {"object_position": 2})

    page.finish.append(chart)


def _range(places: Places, node: Node, *, names: bool = False) -> list[Any]:
    """Return where a column stands, or the names in the first column of its rows."""
    home = places.of(node)
    assert home is not None
    assert node.table is not None
    column = 0 if names else home.column
    return [home.sheet, home.row, column, home.row + len(node.table) - 1, column]


def _basis(page: Page) -> None:
    graph, bases = page.model.graph, page.model.budget.bases
    page.section("What the total stands on")
    page.block(
        len(bases),
        [
            Column("Basis", texts=list(bases.keys)),
            Column(page.head(graph["basis.*.total"], "Total"), graph["basis.*.total"], link=True),
            Column("Share", graph["basis.*.share"], link=True),
        ],
    )
    page.gap()


def _warnings(page: Page) -> None:
    page.section(f"Warnings ({len(page.model.warnings)})")
    for warning in page.model.warnings:
        page.words(page.row, 0, str(warning), "note")
        page.row += 1
    if not page.model.warnings:
        page.note("None.")
    page.gap()


def _legend(page: Page) -> None:
    page.section("How to read this book")
    samples: tuple[tuple[Kind, str, str], ...] = (
        ("sample", "blue", "an input: change it (the cell is unlocked) and the book follows"),
        ("formula", "black", "a formula, written by the same model that calculated the stored value"),
        ("link", "green", "a link to a figure that stands elsewhere"),
        (
            "solved",
            "grey italic",
            "searched for by the program and stored: it does not follow; see the note on Returns",
        ),
    )
    for kind, sample, text in samples:
        page.words(page.row, 0, sample, kind)
        page.words(page.row, 1, text)
        page.row += 1
    page.note(
        "Sheets are protected without a password. No macros, no hidden sheets. Source and date of every input stand beside it."
    )
