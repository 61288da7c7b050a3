"""Formulas that would be too long to read, or for a cell, are cut: steps that they use more than once get cells of their own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from coprod_budget.graph import Node, formula

if TYPE_CHECKING:
    from coprod_budget.graph import Places
    from coprod_budget.report.workbook.layout import Page

LONG = 1000
"""Characters; a spreadsheet takes 8192, a reader fewer."""
LABEL, VALUE = 0, 1


def cut(page: Page, pages: list[Page]) -> list[Node]:
    """Put the steps of every long formula at the end of ``page`` and return them, so that they can be evaluated."""
    steps: list[Node] = []
    for other in pages:
        for node, index in other.formulas():
            if len(formula(node, index, page.places, other.name)) > LONG:
                steps += _steps(page, node, index)
    return steps


def _steps(page: Page, node: Node, index: int) -> list[Node]:
    uses: Counter[int] = Counter()
    found: dict[int, Node] = {}

    def walk(at: Node, row: int) -> None:
        for part, part_row in _parts(at, row, page.places):
            if page.places.of(part) is not None or part.op in {"constant", "undefined", "input", "text"}:
                continue
            uses[part.id] += 1
            if uses[part.id] == 1:
                found[part.id] = part
                walk(part, part_row)

    walk(node, index)
    shared = [found[i] for i in sorted(found) if uses[i] > 1 and found[i].op not in {"stack", "pick"}]
    if shared:
        page.gap()
        page.section(f"Steps of {node.cell_key(index)}")
    for number, step in enumerate(shared, 1):
        page.words(page.row, LABEL, f"{node.label}: step {number}")
        page.put(step, page.row, VALUE)
        page.row += len(step.table) if step.table is not None else 1
    return shared


def _parts(node: Node, row: int, places: Places) -> list[tuple[Node, int]]:
    """Return the quantities that a formula of one row writes out, with their rows."""
    if node.op == "stack":
        part = node.args[row]
        return _parts(part, -1, places) if places.stands_in(part, node, row) else [(part, -1)]
    if node.op == "pick":
        return [(node.args[0], node.rows[0][0])]
    return [(a, row) for a in node.args]
