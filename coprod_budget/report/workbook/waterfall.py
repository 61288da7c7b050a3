"""Sheet Waterfall: the producers' receipts paid out position by position, a column a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.income import USUAL_ORDER
from coprod_budget.report.workbook.revenue import FIRST, LABEL, TERM, UNIT, scenario_heads, scenario_row

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.model.waterfall import Paid, Position
    from coprod_budget.report.workbook.layout import Page

KINDS = {
    "percent_of_gross": "a percentage of receipts", "fixed": "a fixed amount", "until_recouped": "until recouped",
    "until": "until an amount is paid", "net_profit": "what is left",
}  # fmt: skip


def place(page: Page) -> None:
    """Say where every position and payment stands."""
    model, graph = page.model, page.model.graph
    waterfall = model.waterfall
    page.title(
        "Waterfall",
        "Each position takes what it is due from what reaches it; within a position everybody is paid in proportion to what is due.",
        *([] if model.project.waterfall else [USUAL_ORDER]),
    )
    scenario_heads(page, "Due once all before is paid")
    if model.revenue.receipts is not None:
        scenario_row(page, model.revenue.receipts, "Producers' receipts, all territories", link=True)
        page.gap()
    for number, position in enumerate(waterfall.positions, 1):
        page.section(f"{number}. {position.id} ({KINDS.get(position.kind, position.kind)})")
        page.note(_words(page, position))
        _terms(page, position)
        if not waterfall.steps:
            _dues(page, position)
        else:
            after = waterfall.steps[number].available if number < len(waterfall.steps) else waterfall.undistributed
            _step(page, position, waterfall.steps[number - 1], after)
        page.gap()
    if waterfall.undistributed is not None:
        page.section("At the end")
        scenario_row(page, waterfall.undistributed, "Left over after all positions")
        for party, node in waterfall.received.items():
            scenario_row(page, node, f"Received in all by {waterfall.names[party]}", link=True)
        if "scenario.*.rest" in graph:
            scenario_row(page, graph["scenario.*.rest"], "Check: receipts less payments and what is left")


def _words(page: Page, position: Position) -> str:
    """Say in words what a position is about."""
    who = ", ".join(page.model.waterfall.names[p] for p in position.payees)
    territories = page.model.revenue.territories
    of = ", ".join(territories[t].name if t in territories else t for t in position.territories or ())
    how = {
        "percent_of_gross": f"a percentage of the producers' receipts from {of or 'all territories'}",
        "fixed": "a fixed amount",
        "until_recouped": "until the investment is back, everybody in proportion to what is due",
        "until": "until the amount due is paid",
        "net_profit": "shares of what is left",
    }.get(position.kind, position.kind)
    return f"{who}: {how}"


def _terms(page: Page, position: Position) -> None:
    """Show the inputs of a position: its rate, and the parts of its parties."""
    for node, label in (
        (position.rate, "Rate"),
        *((part, f"Part of {page.model.waterfall.names[p]}") for p, part in position.parts.items()),
    ):
        if node is not None and node.op == "input":
            page.words(page.row, LABEL, label)
            page.words(page.row, UNIT, node.unit)
            page.link(node, page.row, TERM)
            page.row += 1


def _dues(page: Page, position: Position) -> None:
    for party, node in position.full_due.items():
        page.words(page.row, LABEL, f"Due to {page.model.waterfall.names[party]}")
        _due(page, node)
        page.row += 1


def _due(page: Page, node: Node) -> None:
    page.words(page.row, UNIT, node.unit)
    page.put(node, page.row, TERM)


def _step(page: Page, position: Position, step: Paid, after: Node | None) -> None:
    graph, names = page.model.graph, page.model.waterfall.names
    scenario_row(page, step.available, "Reaches the position")
    scenario_row(page, graph[f"scenario.*.waterfall.{position.id}.due"], "Due")
    scenario_row(page, graph[f"scenario.*.waterfall.{position.id}.part"], "Part paid")
    for party, node in step.paid.items():
        if party in position.full_due:
            page.put(position.full_due[party], page.row, TERM)
        scenario_row(page, node, f"Paid to {names[party]}")
    scenario_row(page, graph[f"scenario.*.waterfall.{position.id}.paid"], "Paid in all")
    if after is not None:
        scenario_row(page, after, "Left for the next", link=True)


assert FIRST > TERM
