"""Sheet Checks: money is neither made nor lost on the way; and a place for figures that no other sheet shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.report.workbook.layout import Page
    from coprod_budget.report.workbook.styles import Styles


def place(page: Page) -> None:
    """Say where every check stands; take in what is left."""
    checks = page.model.checks
    page.columns = 5
    page.title("Checks", "Each difference must be nothing, within half a cent.")
    page.words(page.row, 0, "All checks", "bold")
    page.put(checks.all_ok, page.row, 2, kind="flag")
    mark(page, page.row, page.row, 2)
    page.row += 2
    page.repeated = (page.row, page.row)
    first = page.block(
        len(checks.table),
        [
            Column("Check", texts=checks.labels),
            Column("Difference", checks.difference),
            Column("Holds", checks.ok, kind="text"),
            Column("Key", keys=checks.table),
            Column("Counted", page.model.graph["checks.*.one"]),
        ],
    )
    page.frozen = (first, 0)
    mark(page, first, page.row - 1, 2)
    page.gap()
    _left_over(page)
    page.width(0, 64.0)


def mark(page: Page, first: int, last: int, column: int) -> None:
    """Show 1 in green and 0 in red."""

    def colour(_book: Any, sheet: Any, styles: Styles) -> None:
        for value, style in ((1, styles.good()), (0, styles.bad())):
            rule = {"type": "cell", "criteria": "==", "value": value, "format": style}
            sheet.conditional_format(first, column, last, column, rule)

    page.finish.append(colour)


def _left_over(page: Page) -> None:
    left = [n for n in page.model.graph.named() if page.places.of(n) is None]
    if left:
        page.section("Other workings")
    named: set[str] = set()
    for node in left:
        page.words(page.row, 0, node.label)
        page.words(page.row, 3, node.key, "key")
        page.put(node, page.row, 1)
        if node.table is None:
            page.row += 1
            continue
        if node.table.name not in named:
            page.keys(node.table, page.row, 4)
            named.add(node.table.name)
        page.row += max(len(node.table), 1)  # the row of an empty table stays free: sums look there
