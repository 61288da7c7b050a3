"""Sheet Revenue: from gross to the producers' receipts, a block a territory, a column a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.layout import unit_name

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.model.revenue import Terms
    from coprod_budget.report.workbook.layout import Page

    _Step = tuple[Node, str, Node | None]

LABEL, UNIT, TERM, FIRST = 0, 1, 2, 3
"""The same columns on Revenue and Waterfall: label, unit, the term that applies, then one column a scenario."""
FEE_BASES = {"rental": "on the rental", "gross": "on the gross", "net": "on the rental less P&A"}


def place(page: Page) -> None:
    """Say where the revenue of every territory stands."""
    model = page.model
    page.title(
        "Revenue", "Money in the currency of the territory; the producers' receipts also in the reporting currency."
    )
    scenario_heads(page, "Term")
    for terms in model.revenue.territories.values():
        name = terms.name if terms.name == terms.id else f"{terms.name} ({terms.id})"
        page.section(f"{name}, {terms.currency}")
        _territory(page, terms)
        page.gap()
    if not model.revenue.territories:
        page.note("There are no territories with known terms.")
    if model.revenue.weights is not None:
        _totals(page, model.revenue.weights)


def _totals(page: Page, weights: Node) -> None:
    """All territories: a row a scenario, as the probabilities stand on Inputs, because a weighted mean needs both alike."""
    model, graph = page.model, page.model.graph
    table = model.revenue.scenarios
    scenarios = model.project.revenue.scenarios
    gross, receipts = model.revenue.gross, model.revenue.receipts
    assert gross is not None
    assert receipts is not None
    page.section("All territories, by scenario")
    page.block(
        len(table),
        [
            Column("Scenario", texts=[s.label or i for i, s in scenarios.items()]),
            Column("Key", texts=list(table.keys), kind="key"),
            Column("Probability", weights, link=True),
            *(Column(page.head(node), node) for node in (gross, receipts)),
        ],
    )
    page.words(page.row, LABEL, "Expected", "total_text")
    page.words(page.row, UNIT, "", "total")
    page.words(page.row, TERM, "", "total")
    for column, key in enumerate(("expected.gross", "expected.producer_receipts"), FIRST):
        page.put(graph[key], page.row, column, kind="total")
    page.row += 1


def scenario_heads(page: Page, term: str) -> None:
    """Write the heads of a page whose columns are scenarios, and freeze them."""
    revenue, scenarios = page.model.revenue, page.model.project.revenue.scenarios
    count = len(revenue.scenarios)
    page.columns = FIRST + max(count, 3)
    for column, width in ((LABEL, 46.0), (UNIT, 9.0), (TERM, 16.0), *((FIRST + n, 18.0) for n in range(max(count, 3)))):
        page.width(column, width)
    if revenue.weights is None:
        page.note(
            "The project has no box-office scenarios, so there is nothing to show a scenario: only the terms are here."
        )
    start = page.row
    page.heads(["", "Unit", term, *(s.label or i for i, s in scenarios.items())], [False, False, True, *[True] * count])
    if revenue.weights is not None:
        page.words(page.row, LABEL, "Scenario", "note")
        page.keys(revenue.scenarios, page.row, FIRST, across=True)
        page.words(page.row + 1, LABEL, "Probability")
        page.link(revenue.weights, page.row + 1, FIRST, across=True)
        page.row += 2
    page.repeated = (start, page.row - 1)
    page.frozen = (page.row, UNIT)
    page.gap()


def scenario_row(
    page: Page, node: Node, label: str, *, term: Node | None = None, link: bool = False, bold: bool = False
) -> None:
    """Write one quantity over the scenarios, with the term that applies to it."""
    page.words(page.row, LABEL, label, "bold" if bold else "text")
    page.words(page.row, UNIT, unit_name(node))
    if term is not None:
        page.link(term, page.row, TERM)
    if link:
        page.link(node, page.row, FIRST, across=True)
    else:
        page.put(node, page.row, FIRST, across=True)
    page.row += 1


def _territory(page: Page, terms: Terms) -> None:
    flow = page.model.revenue.by_territory.get(terms.id)
    fee_label = f"Distributor's fee, {FEE_BASES.get(terms.fee_base, terms.fee_base)}"
    if flow is None:
        _terms_alone(page, terms, fee_label)
        return
    scenario_row(page, flow.gross, "Box-office gross", link=flow.gross.op == "input")
    fee: _Step = (flow.fee, fee_label, terms.fee)
    recouped: list[_Step] = [
        (flow.p_and_a, "P&A recouped", terms.p_and_a),
        (flow.unrecouped, "P&A not recouped", None),
    ]
    steps: list[_Step] = [
        (flow.vat, "VAT on tickets", terms.vat),
        (flow.exhibitor, "Exhibitors' share", terms.exhibitor),
        (flow.rental, "Rental", None),
        *([*recouped, fee] if terms.fee_base == "net" else [fee, *recouped]),
        (flow.producer, "Producers' net", None),
        (flow.guarantee_top_up, "Minimum guarantee beyond the net", terms.guarantee),
        (flow.receipts, "Producers' receipts", None),
    ]
    for node, label, term in steps:
        scenario_row(page, node, label, term=term, bold=node in {flow.producer, flow.receipts})
    rest = f"scenario.*.territory.{terms.id}.rest"
    if rest in page.model.graph:
        scenario_row(page, page.model.graph[rest], "Check: gross less everything it goes to")


def _terms_alone(page: Page, terms: Terms, fee_label: str) -> None:
    for label, term in (
        ("VAT on tickets", terms.vat),
        ("Exhibitors' share", terms.exhibitor),
        (fee_label, terms.fee),
        ("Prints and advertising", terms.p_and_a),
        ("Minimum guarantee", terms.guarantee),
    ):
        page.words(page.row, LABEL, label)
        page.words(page.row, UNIT, unit_name(term))
        page.link(term, page.row, TERM)
        page.row += 1
