"""Break-evens on the sheet Returns: the gross of one territory alone that returns the budget, an investment, a premium, a profit.

They are searched for by running the waterfall, so there is no formula for them: their values are stored, and what the same waterfall
pays at a gross to be tried stands beside them, live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.model import Model
    from coprod_budget.model.returns import BreakEven
    from coprod_budget.report.workbook.layout import Page

NAME, KEY, FIRST = 0, 1, 2
BESIDE = 4
"""Territories that stand beside each other."""
HEADS = ("returns the investment", "returns it with the premium", "first leaves a profit")
GOALS = {
    "budget": "the whole budget",
    "principal": "the investment of {}",
    "premium": "investment and premium of {}",
    "profit": "the first profit of {}",
}
SEARCHED = (
    "Grey italic: searched for by the program, which runs this same waterfall with the territory alone. These values are stored: a "
    "recalculation does not change them. After a change export the book again, or use Goal Seek on this sheet: set a figure of the column "
    '"Beyond the goal" to 0 by changing the blue gross of its territory.'
)


def place(page: Page) -> None:
    """Say where the break-evens stand, the gross to be tried, and what is paid at it."""
    model, graph = page.model, page.model.graph
    items = model.returns.break_even
    if not items:
        return
    for start in range(0, len(items), BESIDE):
        _territories(page, items[start : start + BESIDE])
    page.paragraph(SEARCHED, "wrap_note")
    page.gap()
    page.printed_rows = page.row
    page.section("How break-evens are searched for, not printed")
    for territory, node in model.revenue.alone.items():
        page.words(page.row, NAME, node.label)
        page.words(page.row, KEY, node.unit)
        page.put(node, page.row, FIRST)
        page.words(page.row, FIRST + 1, f"for Goal Seek; {node.origins[0].basis}", "note")
        assert territory in model.revenue.territories
        page.row += 1
    page.gap()
    table = graph.tables["break_evens"]
    page.block(
        len(table),
        [
            Column("Goal", texts=[_goal(model, key) for key in table.keys]),
            Column("Key", keys=table),
            Column("Gross that reaches it", graph["break_even.*.gross"]),
            Column(f"Beyond the goal at the blue gross, {model.project.currency}", graph["break_even.*.over"]),
        ],
    )
    page.gap()
    alone = graph.tables["alone"]
    page.block(len(alone), [Column("At the blue gross", keys=alone), Column(""), *page.others(alone)])
    page.gap()


def _goal(model: Model, key: str) -> str:
    """Say in words what a row of the search looks for."""
    territory, _, rest = key.partition(".")
    party, _, kind = rest.rpartition(".")
    return f"{model.revenue.territories[territory].name}: {GOALS[kind].format(model.waterfall.names.get(party, party))}"


def _territories(page: Page, items: Sequence[BreakEven]) -> None:
    """Territories beside each other, each alone: a row for the budget and one a party, a column a goal."""
    parties, names = page.model.waterfall.parties, page.model.waterfall.names
    page.section("Break-even: the gross in one territory alone that ...")
    top, at = page.row, FIRST
    page.words(top + 1, NAME, "", "head")
    page.words(top + 1, KEY, "", "head")
    for row, name in enumerate(["The whole budget", *names.values()], top + 2):
        page.words(row, NAME, name, "bold" if row == top + 2 else "text")
    for item in items:
        terms = page.model.revenue.territories[item.territory]
        page.words(top, at, f"{terms.name} alone, {terms.currency}", "band")
        page.put(item.budget_gross, top + 2, at, kind="solved")
        for head, node in zip(HEADS, (item.gross, item.premium, item.profit), strict=True):
            if node is not None:
                page.words(top + 1, at, head, "head_right")
                page.put(node, top + 3, at, kind="solved")
                at += 1
    page.row = top + 3 + len(parties)
    page.gap()
