"""Sheet Cash flow: a row a month, from what is paid and comes in to the account; its picture; milestones and days of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.charts import CHART_ROWS, PALETTE
from coprod_budget.report.workbook.finance import KEY, LABEL, linked, scalars
from coprod_budget.report.workbook.law import block
from coprod_budget.report.workbook.styles import FLOW, is_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.report.workbook.layout import Page
    from coprod_budget.report.workbook.styles import Styles

IN_ALL = ("uses", "sources", "in_kind", "drawn", "repaid", "net", "position")
OWED = ("before_loans", "loans", "interest")
TOTALS = ("peak_exposure", "lowest", "final", "uses", "interest")
OF_PARTNER = ("uses", "sources", "in_kind", "drawn", "repaid", "net", "position", "before_loans")
CHART_SIZE = {"width": 1150, "height": 320}
TABLES = ("slots", "timings", "tenths")
WIDTH, WIDE = 14.5, 22.0


def place(page: Page) -> None:
    """Say where the months, their sums and the days of payment stand."""
    model, graph = page.model, page.model.graph
    flow = model.cashflow
    page.title(
        "Cash flow",
        f"In {model.project.currency}. Account: what has come in less what was paid, until the end of the month. The first month takes "
        "all that was before it, the last one all that comes later.",
        "The gap of the finance plan is nobody's money yet, so it is not in here. Interest by the month is a remark: what the plan "
        "reckons for it is in what is paid.",
    )
    page.frozen = (page.row, 1)
    page.width(LABEL, 46.0)
    page.large_paper = True
    page.section("In all")
    scalars(page, [graph[f"cash.{name}"] for name in TOTALS])
    scalars(page, [flow.peak_month])
    page.words(page.row, LABEL, "Month of the peak", "bold")
    page.named(flow.peak_month, flow.months.number, page.row, KEY - 1, otherwise="n/a")
    page.row += 2
    top = page.row
    page.row += CHART_ROWS
    first = _months(page)
    _chart(page, top, first)
    page.gap()
    _moments(page)
    page.printed_rows = page.row
    page.section("Workings, not printed: departments and partners by the time they are paid")
    for name in TABLES:
        if name in graph.tables:
            block(page, graph.tables[name])


def _months(page: Page) -> int:
    """Write the one table of the sheet, in groups of columns; return its first row."""
    model, graph = page.model, page.model.graph
    flow, table = model.cashflow, model.cashflow.table
    names = {e.id: e.name for e in model.project.finance}

    def over(names: Sequence[str]) -> list[Node]:
        return [graph[f"cash.*.{name}"] for name in names]

    groups: list[tuple[str, list[Node]]] = [
        ("In all", over(IN_ALL)),
        ("Before loans, and lenders", over(OWED)),
        ("Account by partner", [columns["position"] for columns in flow.partners.values()]),
        ("Sources", over([f"source_{source}" for source in names if f"cash.*.source_{source}" in graph])),
        ("Paid by account", [*flow.accounts.values(), flow.finance_costs]),
        *(
            (partner.name, [n for n in over([f"{name}_{i}" for name in OF_PARTNER]) if n is not flow.partners[i]["position"]])
            for i, partner in model.project.partners.items()
        ),
    ]  # fmt: skip
    placed = [node for _, nodes in groups for node in nodes]
    rest = [c.node for c in page.others(table, placed) if c.node is not None]
    groups.append(("Workings", rest))
    at = 1
    for title, nodes in groups:
        if nodes:
            page.words(page.row, at, title, "band")
        at += len(nodes)
    page.row += 1
    page.repeated = (page.row - 1, page.row)
    columns = [
        Column(node.label, node, numbers=[FLOW] * len(table) if is_money(node.unit) else ())
        for _, nodes in groups
        for node in nodes
    ]
    first = page.block(len(table), [Column("Month", keys=table), *columns])
    page.printed_columns = page.columns = 1 + sum(len(nodes) for _, nodes in groups[:3])
    for column in range(1, len(columns) + 1):
        page.width(column, WIDTH if column < page.printed_columns else WIDE)
    return first


def _chart(page: Page, top: int, first: int) -> None:
    """Draw the account by month, with loans and without."""
    model, graph = page.model, page.model.graph
    last = first + len(model.cashflow.table) - 1

    def chart(book: Any, sheet: Any, _styles: Styles) -> None:
        made = book.add_chart({"type": "line"})
        for number, (name, label) in enumerate((("position", "Account, with loans"), ("before_loans", "Before loans"))):
            home = page.places.of(graph[f"cash.*.{name}"])
            assert home is not None
            made.add_series({
                "name": label,
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, home.column, last, home.column],
                "line": {"color": PALETTE[number], "width": 2.25, **({"dash_type": "dash"} if number else {})},
            })  # fmt: skip
        font = {"name": "Calibri", "size": 9}
        title = f"The account at the end of each month, {model.project.currency}"
        made.set_title({"name": title, "name_font": {"name": "Calibri", "size": 11, "bold": True}, "overlay": False})
        made.set_legend({"position": "bottom", "font": font})
        lines = {"visible": True, "line": {"color": "#D9DEE5"}}
        made.set_y_axis({"num_format": "#,##0", "num_font": font, "major_gridlines": lines})
        made.set_x_axis({"num_font": {**font, "rotation": -45}, "label_position": "low"})
        made.set_size(CHART_SIZE)
        sheet.insert_chart(top, 0, made, {"object_position": 2})

    page.finish.append(chart)


def _moments(page: Page) -> None:
    """When things happen: milestones, payments of the sources, in months after the first of the first month."""
    graph = page.model.graph
    scalar = [n for n in graph.named() if n.table is None and n.op != "input"]
    page.section(f"Milestones and days of payment, in months after the first of {page.model.cashflow.table.keys[0]}")
    for node in (n for n in graph.named() if n.table is None and n.op == "input" and n.key.startswith("calendar.day.")):
        linked(page, node)
    scalars(page, page.homeless([n for n in scalar if n.key.startswith("calendar.")]))
    scalars(page, page.homeless([n for n in scalar if n.key.startswith("cash.")]))
