"""Sheet Returns: who gets what in which scenario, what it returns on what was put in, and the gross that breaks even."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coprod_budget.report.workbook.break_even import place as place_break_evens
from coprod_budget.report.workbook.charts import CHART_ROWS, Grid, add, finish, stacked
from coprod_budget.report.workbook.layout import unit_name
from coprod_budget.report.workbook.styles import ONE_DECIMAL, is_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.report.workbook.layout import Page
    from coprod_budget.report.workbook.styles import Styles

NAME, KEY, INVESTED, FIRST = 0, 1, 2, 3
METRICS: Final = (
    ("received", "received", "Received"),
    ("from_plan", "from_plan", "Fee and interest from the plan"),
    ("profit", "profit", "Profit"),
    ("multiple", "multiple", "Multiple"),
    ("roi", "roi", "Return on investment"),
    ("recouped", "recouped", "Recouped"),
    ("probability_recouped", "whole", "Has it all back"),
    ("expected_loss", "loss", "Missing of the investment"),
    ("irr", "irr", "IRR a year"),
    ("npv", "npv", "Net present value"),
    ("payback_months", "payback_months", "Months until it is back"),
    ("sign_changes", "sign_changes", "Changes of sign"),
    ("irr_period", "irr_period", "IRR a period"),
)
"""What is said of a party: expected, in a scenario, and the head above both. The last one is a working and not printed."""
LEAST: Final = 9
"""Columns that are printed where nothing is received, for break-evens and their note."""
WIDTH = 15.0
CHART_SIZE = {"width": 700, "height": 330}


def place(page: Page) -> None:
    """Say where the returns stand."""
    model = page.model
    page.large_paper = True
    page.columns = page.printed_columns = max(FIRST + len(_metrics(page)) - 1, LEAST)
    page.title(
        "Returns",
        f'In {model.project.currency}. Who has invested nothing has no multiple, return or break-even: "n/a". What is paid within a period '
        "counts at its end; net present values are those at the end of the first period.",
        "Flows by period, from which the rates of return are worked out, stand on Returns by period.",
    )
    page.frozen = (page.row, 1)
    page.width(NAME, 36.0)
    page.width(KEY, 16.0)
    for column in range(INVESTED, page.columns + 1):
        page.width(column, WIDTH)
    if model.returns.expected:
        _recoupment(page)
    page.section("Expected: scenarios weighted by their probability" if model.returns.expected else "Invested")
    if not model.returns.expected:
        page.note("The project has no box-office scenarios, so nothing is received; break-evens stand below.")
    _expected(page)
    if model.returns.expected:
        _terms(page)
        _by_scenario(page)
    place_break_evens(page)


# --- who recoups where ----------------------------------------------------------------------------------------------------


def _recoupment(page: Page) -> None:
    """What every party puts in, and gets in every scenario; its picture, and that of the part that is back."""
    model = page.model
    found, scenarios = model.waterfall, model.project.revenue.scenarios
    labels = ["Invested", *(s.label or i for i, s in scenarios.items())]
    page.section("Who puts in what, and who gets what in which scenario")
    page.heads(["Party", "", *labels], [False, False, *[True] * len(labels)])
    grid = Grid(page.name, page.row - 1, page.row, len(found.parties), INVESTED, len(labels))
    for index, party in enumerate(found.parties.keys):
        page.words(page.row, NAME, found.names[party], "bold")
        page.link(found.invested, page.row, INVESTED, index=index)
        for column in range(len(scenarios)):
            page.link(found.received[party], page.row, FIRST + column, index=column)
        page.row += 1
    page.gap()
    top = page.row
    page.row += CHART_ROWS

    def charts(book: Any, sheet: Any, _styles: Styles) -> None:
        title = f"What is put in, and who gets it back, {model.project.currency}"
        sheet.insert_chart(top, 0, stacked(book, grid, title, CHART_SIZE), {"object_position": 2})
        back = book.add_chart({"type": "column"})
        for number, party in enumerate(found.parties.keys):
            home = page.places.of(model.returns.by_scenario[party]["recouped"])
            assert home is not None
            if page.values.number(found.invested, number) > 0:
                names, values = (
                    [page.name, home.row, c, home.row + len(scenarios) - 1, c] for c in (NAME, home.column)
                )
                add(back, number, [page.name, grid.first + number, NAME], names, values)
        finish(back, "Part of the investment that is back", CHART_SIZE, number="0%", most=1)
        sheet.insert_chart(top, 6, back, {"object_position": 2})

    page.finish.append(charts)


# --- returns --------------------------------------------------------------------------------------------------------------


def _metrics(page: Page) -> list[tuple[str, str, str]]:
    """Return what is said of the parties of this film: without lenders nothing comes from the finance plan."""
    return [metric for metric in METRICS if metric[0] in page.model.returns.expected]


def _heads(page: Page, first: str, *, expected: bool) -> None:
    unit = page.model.project.currency
    labels = [first, "Key", f"Invested, {unit}"]
    for name, _, label in _metrics(page):
        text = "Probability of having it all back" if expected and name == "probability_recouped" else label
        labels.append(f"{text}, {unit}" if is_money(page.model.returns.expected[name].unit) else text)
    page.heads(labels, [False, False, *[True] * (len(labels) - 2)])


def _put(page: Page, nodes: Mapping[str, Node], names: Sequence[str], count: int) -> None:
    """Write the columns of one table of returns, downwards from here."""
    for column, name in enumerate(names, FIRST):
        if name in nodes:
            months = [ONE_DECIMAL] * count if nodes[name].unit == "months" else ()
            page.put(nodes[name], page.row, column, numbers=months)


def _expected(page: Page) -> None:
    model = page.model
    parties, names = model.waterfall.parties, model.waterfall.names
    page.repeated = (page.row, page.row)
    _heads(page, "Party", expected=True)
    page.keys(parties, page.row, KEY)
    for row, name in enumerate(names.values(), page.row):
        page.words(row, NAME, name, "bold")
    page.put(model.waterfall.invested, page.row, INVESTED)
    _put(page, model.returns.expected, [name for name, _, _ in _metrics(page)], len(parties))
    page.row += len(parties)
    page.gap()


def _terms(page: Page) -> None:
    """The rate at which flows are discounted, and how long they are looked at."""
    graph = page.model.graph
    page.section("How it is reckoned")
    for key in ("returns.discount_rate", "returns.discount_rate_period", "returns.periods_a_year", "returns.months"):
        node = graph[key]
        page.words(page.row, NAME, node.label)
        page.words(page.row, KEY, unit_name(node))
        if page.homeless([node]):
            page.put(node, page.row, INVESTED)
        else:
            page.link(node, page.row, INVESTED)
        page.row += 1
    page.note(
        "A flow that changes its sign more than once may have several rates of return; the one near its mean duration is shown. "
        "Expected rates and months are those of the expected flow."
    )
    page.gap()


def _by_scenario(page: Page) -> None:
    model = page.model
    scenarios, found = model.project.revenue.scenarios, model.waterfall
    page.section("By scenario")
    _heads(page, "Party, scenario", expected=False)
    for index, (party, metrics) in enumerate(model.returns.by_scenario.items()):
        page.words(page.row, NAME, found.names[party], "band")
        page.row += 1
        for row, (key, scenario) in enumerate(scenarios.items(), page.row):
            page.words(row, NAME, scenario.label or key)
            page.words(row, KEY, key, "key")
            page.link(found.invested, row, INVESTED, index=index)
        _put(
            page,
            {**metrics, "received": found.received[party]},
            [name for _, name, _ in _metrics(page)],
            len(scenarios),
        )
        page.row += len(scenarios)
    page.gap()
