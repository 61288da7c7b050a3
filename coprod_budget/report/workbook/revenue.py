"""Sheet Revenue: from gross to the producers' receipts, a block a territory, a column a scenario; all periods added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.outlets import MEDIA
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.layout import unit_name
from coprod_budget.report.workbook.styles import ONE_DECIMAL

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.model.revenue import Flow, Terms
    from coprod_budget.report.workbook.layout import Page

    _Step = tuple[Node | None, str, Node | None]

LABEL, UNIT, TERM, FIRST = 0, 1, 2, 3
"""The same columns on Revenue and Waterfall: label, unit, the term that applies, then one column a scenario."""
FEE_BASES = {"rental": "on the rental", "gross": "on the gross", "net": "on the rental less P&A"}
SHOWN_TERMS = ("ticket_vat", "levy", "exhibitor", "distributor_fee", "p_and_a", "minimum_guarantee")
"""Terms of a territory that stand beside what they make; the others stand below."""


def place(page: Page) -> None:
    """Say where the revenue of every territory stands."""
    model = page.model
    page.title(
        "Revenue",
        "Money in the currency of the territory; the producers' receipts also in the reporting currency. Sums over all periods, "
        "which stand on Revenue by period.",
    )
    scenario_heads(page, "Term")
    for terms in model.revenue.territories.values():
        name = terms.name if terms.name == terms.id else f"{terms.name} ({terms.id})"
        page.section(f"{name}, {terms.currency}")
        _territory(page, terms)
        page.gap()
    if not model.revenue.territories:
        page.note("There are no territories with known terms.")
    _distributors(page)
    if model.revenue.weights is not None:
        _totals(page, model.revenue.weights)


# --- rows over the scenarios, which Waterfall has too ---------------------------------------------------------------------


def scenario_heads(page: Page, term: str) -> None:
    """Write the heads of a page whose columns are scenarios, and freeze them."""
    revenue, scenarios = page.model.revenue, page.model.project.revenue.scenarios
    count = len(revenue.scenarios)
    page.columns = FIRST + max(count, 3)
    for column, width in ((LABEL, 50.0), (UNIT, 9.0), (TERM, 18.0), *((FIRST + n, 18.0) for n in range(max(count, 3)))):
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
    """Write one quantity over the scenarios (a link where it stands elsewhere), with the term that applies to it."""
    page.words(page.row, LABEL, label, "bold" if bold else "text")
    page.words(page.row, UNIT, unit_name(node))
    if term is not None:
        page.link(term, page.row, TERM)
    if page.homeless([node]) and not link:
        page.put(node, page.row, FIRST, across=True)
    else:
        page.link(node, page.row, FIRST, across=True)
    page.row += 1


def term_row(page: Page, node: Node, label: str) -> None:
    """Show an input that applies to all scenarios."""
    page.words(page.row, LABEL, label)
    page.words(page.row, UNIT, unit_name(node))
    page.link(node, page.row, TERM)
    page.row += 1


def left_over(page: Page, prefix: str, *said: str) -> None:
    """Write what has no place yet of all that is said of the scenarios under ``prefix``; labels leave out what is said."""
    for node in page.model.graph.named():
        if node.table is page.model.revenue.scenarios and node.key.startswith(prefix) and page.homeless([node]):
            scenario_row(page, node, _short(node, *said))


def _short(node: Node, *said: str) -> str:
    """Return the label of a quantity without what the section says already."""
    label = node.label
    for words in said:
        label = label.removeprefix(f"{words}: ").removeprefix(f"{words}, ")
    return f"{label[:1].upper()}{label[1:]}"


# --- a territory ----------------------------------------------------------------------------------------------------------


def _territory(page: Page, terms: Terms) -> None:
    flow = page.model.revenue.by_territory.get(terms.id)
    if flow is None:
        for label, term in (
            ("VAT on tickets", terms.vat),
            ("Exhibitors' share", terms.exhibitor),
            (_fee(terms), terms.fee),
            ("Prints and advertising", terms.p_and_a),
            ("Minimum guarantee", terms.guarantee),
        ):
            term_row(page, term, label)
    else:
        _gross(page, terms, flow)
        for node, label, of in _steps(terms, flow):
            if node is not None:
                scenario_row(page, node, label, term=of, bold=node in {flow.producer, flow.receipts})
        _media(page, terms)
    _other_terms(page, terms)
    graph, scenario = page.model.graph, f"scenario.*.territory.{terms.id}"
    for name, label in (
        ("rest", "Check: gross less everything it goes to"),
        ("guarantee_rest", "Check: receipts less net and guarantees"),
    ):
        if f"{scenario}.{name}" in graph:
            scenario_row(page, graph[f"{scenario}.{name}"], label)
    left_over(page, f"{scenario}.", terms.name)


def _media(page: Page, terms: Terms) -> None:
    """Write the steps of every medium, where there are several."""
    outlets = [o for o in page.model.revenue.outlets.values() if o.territory == terms.id]
    for outlet in outlets if len(outlets) > 1 else []:
        words = MEDIA[outlet.medium]
        page.note(f"Of this, {words}")
        left_over(page, f"scenario.*.outlet.{outlet.key}.", terms.name, words)


def _fee(terms: Terms) -> str:
    return f"Distributor's fee, {FEE_BASES.get(terms.fee_base, terms.fee_base)}"


def _gross(page: Page, terms: Terms, flow: Flow) -> None:
    """Tickets sold where they are known, then the gross of every medium and of all of them."""
    model, graph = page.model, page.model.graph
    outlets = [o for o in model.revenue.outlets.values() if o.territory == terms.id]
    several = len(outlets) > 1
    tickets, stated = (f"revenue.scenarios.*.{what}.{terms.id}" for what in ("admissions", "gross"))
    if tickets in graph:
        scenario_row(page, graph[tickets], "Tickets sold")
    if stated in graph and graph[stated] is not flow.gross and (page.homeless([graph[stated]]) or not several):
        scenario_row(
            page, graph[stated], "Box-office gross, by tickets sold" if several else "Box-office gross, as stated"
        )
    for outlet in outlets if several else []:
        scenario_row(page, graph[f"scenario.*.outlet.{outlet.key}.gross"], f"Gross, {MEDIA[outlet.medium]}")
    scenario_row(page, flow.gross, "Gross of all media" if several else "Box-office gross", bold=True)


def _steps(terms: Terms, flow: Flow) -> list[_Step]:
    fee: _Step = (flow.fee, _fee(terms), terms.fee)
    recouped: list[_Step] = [
        (flow.p_and_a, "P&A recouped", terms.p_and_a),
        (flow.unrecouped, "P&A not recouped", None),
    ]
    return [
        (flow.vat, "VAT on tickets", terms.vat),
        (flow.levy, "Levies", terms.levy),
        (flow.exhibitor, "Exhibitors' share", terms.exhibitor),
        (flow.rental, "Rental", None),
        *([*recouped, fee] if terms.fee_base == "net" else [fee, *recouped]),
        (flow.producer, "Producers' net", None),
        (flow.guarantee_recouped, "Guarantees recouped from it", None),
        (flow.guarantee_top_up, _short(flow.guarantee_top_up, terms.name), terms.guarantee),
        (flow.receipts, "Producers' receipts", None),
    ]


def _other_terms(page: Page, terms: Terms) -> None:
    """Terms of time, steps, limits and other media, as they stand on Inputs."""
    path = f"revenue.territories.{terms.id}."
    scalars = [n for n in page.model.graph.named() if n.table is None]
    nodes = [
        n for n in scalars if n.op == "input" and n.key.startswith(path) and n.key.removeprefix(path) not in SHOWN_TERMS
    ]
    days = page.homeless([n for n in scalars if n.key.startswith(f"revenue.{terms.id}.")])
    if nodes or days:
        page.note("When, and other terms")
    for node in nodes:
        term_row(page, node, _short(node, terms.name))
    for node in days:
        page.put(node, page.row, TERM, numbers=[ONE_DECIMAL] if node.unit == "months" else ())
        page.words(page.row, LABEL, _short(node, terms.name))
        page.words(page.row, UNIT, unit_name(node))
        page.row += 1


def _distributors(page: Page) -> None:
    distributors = page.model.revenue.distributors.values()
    if not distributors:
        return
    page.section(f"What the distributors lay out, {page.model.project.currency}")
    for distributor in distributors:
        page.words(page.row, LABEL, f"{distributor.name}: P&A and guarantees")
        page.words(page.row, UNIT, unit_name(distributor.total))
        page.put(distributor.total, page.row, TERM)
        page.row += 1
    page.gap()


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
