"""Break-evens on the sheet Returns: the gross of one territory alone that returns the budget, an investment, a premium, a profit.

They are searched for by running the waterfall, so there is no formula for them: their values are stored, and what the same waterfall
pays at a gross to be tried stands beside them, live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.model import Model
    from coprod_budget.model.returns import BreakEven
    from coprod_budget.report.workbook.layout import Page

NAME, KEY, FIRST = 0, 1, 2
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
    for item in model.returns.break_even:
        _territory(page, item)
    if not model.returns.break_even:
        return
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


def _territory(page: Page, item: BreakEven) -> None:
    """One territory alone: a row a party, a column a goal."""
    parties, names = page.model.waterfall.parties, page.model.waterfall.names
    terms = page.model.revenue.territories[item.territory]
    page.section(f"Break-even in {terms.name} alone: the gross there, {terms.currency}")
    page.words(page.row, NAME, "The whole budget", "bold")
    page.put(item.budget_gross, page.row, FIRST, kind="solved")
    page.row += 2
    goals = [
        ("returns the investment", item.gross),
        ("returns it with the premium", item.premium),
        ("from which on there is profit", item.profit),
    ]
    columns = [(head, node) for head, node in goals if node is not None]
    page.heads(["Gross that ...", "", *(head for head, _ in columns)], [False, False, *[True] * len(columns)])
    for row, name in enumerate(names.values(), page.row):
        page.words(row, NAME, name)
    for column, (_, node) in enumerate(columns, FIRST):
        page.put(node, page.row, column, kind="solved")
    page.row += len(parties)
    page.gap()
