"""Sheet Eligibility: every instrument's verdict, and its tests with what is required and what the film has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.layout import Column

if TYPE_CHECKING:
    from coprod_budget.report.workbook.layout import Page


def place(page: Page) -> None:
    """Say where the verdicts stand."""
    graph = page.model.graph
    tables = graph.tables
    page.title("Eligibility", "A verdict is a number: the rank of the worst of the tests.")
    page.frozen = (page.row, 1)
    page.put(graph["eligibility.share_digits"], page.row, 1)
    page.words(page.row, 0, "Decimals to which shares are compared")
    page.row += 2
    for name, title in (
        ("verdicts", "Verdicts"),
        ("coproducers", "Co-producing countries"),
        ("instruments", "Instruments"),
        ("incentives", "Incentives"),
        ("tests", "Tests"),
    ):
        page.section(title)
        page.block(len(tables[name]), [Column("Key", keys=tables[name]), *page.others(tables[name])])
        page.gap()
