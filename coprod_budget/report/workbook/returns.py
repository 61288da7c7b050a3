"""Sheet Returns: who gets what in which scenario, what it returns on what was put in, and the gross that breaks even."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coprod_budget.report.workbook.break_even import place as place_break_evens
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.layout import unit_name
from coprod_budget.report.workbook.styles import ONE_DECIMAL, is_money
from coprod_budget.report.workbook.summary import CHART_ROWS, PALETTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.report.workbook.layout import Page
    from coprod_budget.report.workbook.styles import Styles

NAME, KEY, INVESTED, FIRST = 0, 1, 2, 3
METRICS: Final = (
    ("received", "received", "Received"),
    ("profit", "profit", "Received less invested"),
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
PRINTED: Final = FIRST + len(METRICS) - 1
RECOUPED: Final = FIRST + [expected for expected, _, _ in METRICS].index("recouped")
WIDTH = 15.0
CHART_SIZE = {"width": 700, "height": 330}


def place(page: Page) -> None:
    """Say where the returns stand."""
    model = page.model
    page.large_paper = True
    page.columns = page.printed_columns = PRINTED
    page.title(
        "Returns",
        f'In {model.project.currency}. Who has invested nothing has no multiple, return or break-even: "n/a". What is paid within a period '
        "counts at its end; net present values are those at the end of the first period.",
        "Flows by period, from which the rates of return are worked out, stand on Returns by period.",
    )
    page.frozen, page.repeated = (page.row, 1), (0, 0)
    page.width(NAME, 36.0)
    page.width(KEY, 16.0)
    for column in range(INVESTED, PRINTED + 1):
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
    first, count = page.row, len(found.parties)
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
        stacked = book.add_chart({"type": "column", "subtype": "stacked"})
        for number in range(count):
            row = first + number
            stacked.add_series(_series(page, number, row, [first - 1, INVESTED], [row, INVESTED], len(labels)))
        _finish(stacked, f"What is put in, and who gets it back, {model.project.currency}", "#,##0")
        sheet.insert_chart(top, 0, stacked, {"object_position": 2})
        back = book.add_chart({"type": "column"})
        for number, party in enumerate(found.parties.keys):
            home = page.places.of(model.returns.by_scenario[party]["recouped"])
            assert home is not None
            if page.values.number(found.invested, number) > 0:
                series = _series(
                    page, number, first + number, [home.row, NAME], [home.row, RECOUPED], len(scenarios), down=True
                )
                back.add_series(series)
        _finish(back, "Part of the investment that is back", "0%", most=1)
        sheet.insert_chart(top, 6, back, {"object_position": 2})

    page.finish.append(charts)


def _series(
    page: Page, number: int, name: int, names: Sequence[int], values: Sequence[int], count: int, *, down: bool = False
) -> dict[str, Any]:
    """Return a series of a chart: its name in the first column of a row, categories and values from two cells on."""

    def cells(start: Sequence[int]) -> list[Any]:
        row, column = start
        return [page.name, row, column, row + (count - 1 if down else 0), column + (0 if down else count - 1)]

    return {
        "name": [page.name, name, NAME],
        "categories": cells(names),
        "values": cells(values),
        "fill": {"color": PALETTE[number % len(PALETTE)]},
        "gap": 70,
    }


def _finish(chart: Any, title: str, number: str, most: float | None = None) -> None:
    font = {"name": "Calibri", "size": 9}
    chart.set_title({"name": title, "name_font": {"name": "Calibri", "size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": font})
    lines = {"visible": True, "line": {"color": "#D9DEE5"}}
    axis: dict[str, Any] = {"num_format": number, "num_font": font, "major_gridlines": lines}
    chart.set_y_axis(axis if most is None else {**axis, "min": 0, "max": most})
    chart.set_x_axis({"num_font": font, "label_position": "low"})
    chart.set_size(CHART_SIZE)


# --- returns --------------------------------------------------------------------------------------------------------------


def _heads(page: Page, first: str, *, expected: bool) -> None:
    unit = page.model.project.currency
    labels = [first, "Key", f"Invested, {unit}"]
    nodes = page.model.returns.expected
    for name, _, label in METRICS:
        if name in nodes:
            text = "Probability of having it all back" if expected and name == "probability_recouped" else label
            labels.append(f"{text}, {unit}" if is_money(nodes[name].unit) else text)
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
    _heads(page, "Party", expected=True)
    page.keys(parties, page.row, KEY)
    for row, name in enumerate(names.values(), page.row):
        page.words(row, NAME, name, "bold")
    page.put(model.waterfall.invested, page.row, INVESTED)
    _put(page, model.returns.expected, [expected for expected, _, _ in METRICS], len(parties))
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
        _put(page, {**metrics, "received": found.received[party]}, [name for _, name, _ in METRICS], len(scenarios))
        page.row += len(scenarios)
    page.gap()
