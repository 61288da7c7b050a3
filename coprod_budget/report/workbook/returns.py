"""Sheet Returns: received against invested by party, expected and by scenario; and the gross that makes each party whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.layout import unit_name

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.model.returns import BreakEven
    from coprod_budget.report.workbook.layout import Page

METRICS = {
    "received": "Received", "profit": "Received less invested", "multiple": "Multiple", "roi": "Return on investment",
    "recouped": "Recouped",
}  # fmt: skip


def place(page: Page) -> None:
    """Say where the returns stand."""
    model = page.model
    parties, names = model.waterfall.parties, model.waterfall.names
    page.title("Returns", 'Who has invested nothing has no multiple, return or break-even: "n/a".')
    page.frozen = (page.row, 1)
    page.repeated = (0, 0)
    page.section("Expected: scenarios weighted by their probability" if model.returns.expected else "Invested")
    if not model.returns.expected:
        page.note("The project has no box-office scenarios, so nothing is received; break-evens stand below.")
    page.block(
        len(parties),
        [
            Column("Party", texts=list(names.values()), kind="bold"),
            Column("Key", keys=parties),
            Column(page.head(model.waterfall.invested), model.waterfall.invested),
            *_metrics(page, model.returns.expected),
        ],
    )
    page.gap()
    for party, metrics in model.returns.by_scenario.items():
        page.section(f"{names[party]}, by scenario")
        _by_scenario(page, party, metrics)
        page.gap()
    for item in model.returns.break_even:
        _break_even(page, item)


def _metrics(page: Page, nodes: dict[str, Node]) -> list[Column]:
    return [Column(page.head(node, METRICS.get(name, node.label)), node) for name, node in nodes.items()]


def _by_scenario(page: Page, party: str, metrics: dict[str, Node]) -> None:
    model = page.model
    scenarios, table = model.project.revenue.scenarios, model.revenue.scenarios
    row = model.waterfall.parties.positions[party]
    first = page.block(
        len(table),
        [
            Column("Scenario", texts=[s.label or i for i, s in scenarios.items()]),
            Column("Key", texts=list(table.keys), kind="key"),
            Column(page.head(model.waterfall.invested), numeric=True),
            *_metrics(page, metrics),
        ],
    )
    for index in range(len(table)):
        page.link(model.waterfall.invested, first + index, 2, index=row)


def _break_even(page: Page, item: BreakEven) -> None:
    """One territory alone: rows are steps, columns are parties."""
    model, graph = page.model, page.model.graph
    parties, names = model.waterfall.parties, model.waterfall.names
    terms = model.revenue.territories[item.territory]
    page.section(f"Break-even in {terms.name} alone")
    page.words(page.row, 0, "Gross that returns the whole budget")
    page.words(page.row, 1, item.budget_gross.unit)
    page.put(item.budget_gross, page.row, 2)
    page.row += 2
    page.heads(["", "Unit", *names.values()], [False, False, *[True] * len(parties)])
    _row(page, item.gross, "Gross that returns the investment", bold=True)
    _row(page, item.receipts, "Receipts of the producers at that gross", bold=True)
    page.note("How it is found: the first position in which the party is whole decides.")
    for position in model.waterfall.positions:
        prefix = f"break_even.{item.territory}.{position.id}."
        mine = [n for n in item.steps if n.key.startswith(prefix)]
        due = f"{prefix}due"
        if due in graph:
            mine = [graph[due], *mine]
        for node in page.homeless(mine):
            _row(page, node, node.label)
    page.gap()


def _row(page: Page, node: Node, label: str, *, bold: bool = False) -> None:
    page.words(page.row, 0, label, "bold" if bold else "text")
    page.words(page.row, 1, unit_name(node))
    page.put(node, page.row, 2, across=True)
    page.row += 1
