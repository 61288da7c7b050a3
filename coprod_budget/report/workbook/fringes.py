"""Sheet Fringes: employer charges worked out once a person, country and year, with the schemes they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.report.workbook.layout import Page


def place(page: Page) -> None:
    """Say where people and schemes stand."""
    graph = page.model.graph
    persons, schemes = graph.tables["persons"], graph.tables["schemes"]
    page.title(
        "Fringes",
        "Pay of a person is added up over its lines, the charges are worked out on the pay of one head, and every line carries its part.",
        "Pay and ceilings of one head are in the currency of the scheme; rates and ceilings are changed on Inputs.",
    )
    page.frozen = (page.row, 1)
    page.repeated = (0, 0)
    page.section("Schemes: employer charges of a country in a year")
    rates = [n for n in graph.named() if n.table is schemes and n.op == "input"]
    page.block(
        len(schemes),
        [
            Column("Scheme", keys=schemes),
            *page.others(schemes),
            *(Column(n.label, n, link=True) for n in rates),
        ],
    )
    page.gap()
    page.section("People and teams")
    page.block(len(persons), [Column("Person", keys=persons), *page.others(persons)])
