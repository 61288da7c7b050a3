"""Conservation, inside the model: money is neither made nor lost on the way from lines to parties. Shown to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Node, Origin, Table

if TYPE_CHECKING:
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.cashflow import Cashflow
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.net_cost import NetCost
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall import Waterfall

TOLERANCE = 0.005


class Checks(NamedTuple):
    """One row a check: its difference, which must be nothing, and whether it holds; and whether all hold."""

    table: Table
    labels: list[str]
    difference: Node
    ok: Node
    all_ok: Node


def build_checks(
    stage: Stage,
    budget: Budget,
    split: Split,
    revenue: Revenue,
    waterfall: Waterfall,
    net_cost: NetCost,
    finance: FinancePlan,
    cashflow: Cashflow,
) -> Checks:
    """Build every check that this model can be held to."""
    graph = stage.graph
    found: dict[str, tuple[str, Node]] = {}
    for name, label in (
        ("account", "accounts"),
        ("group", "groups"),
        ("city", "cities"),
        ("country", "countries"),
        ("currency", "currencies"),
        ("basis", "bases of prices"),
    ):
        found[f"{label.split(maxsplit=1)[0]}_add_up"] = (
            f"Totals by {label} add up to the budget",
            graph.sum(graph[f"{name}.*.total"]) - budget.total,
        )
    found["partners_add_up"] = ("What the partners bear adds up to the budget", graph.sum(split.borne) - budget.total)
    shares = graph["partners.*.share"]
    found["agreed_shares"] = ("The agreed shares add up to 100 %", graph.sum(shares) - 1)
    one = graph.constant(1)
    off = graph.maximum(graph["rules.*.total"] - one, one - graph["rules.*.total"])
    found["split_rules"] = (
        "Every split rule adds up to 100 %",
        graph.sum(off.named("rules.*.off", "Off 100 %", "share")),
    )
    pay = graph.sum(graph["persons.*.charges"]) - graph.sum(graph["lines.*.fringes"])
    found["fringes"] = ("Fringes of the lines add up to the charges of the people", pay)
    below = graph.minimum(graph["lines.*.total"], 0).named("lines.*.below_zero", "Below zero", stage.project.currency)
    found["lines_not_negative"] = ("No line is below zero", graph.sum(below))
    by_nothing = graph.sum(graph["lines.*.divided_by_zero"])
    found["nothing_by_zero"] = ("No quantity is divided by zero", by_nothing)
    if stage.project.finance:
        found |= _finance(stage, budget, finance)
    if revenue.weights is not None and revenue.receipts is not None:
        found["weights"] = ("The scenarios' probabilities add up to 100 %", graph.sum(revenue.weights) - 1)
        found |= revenue.checks
        found |= _payments(stage, revenue, waterfall)
    if stage.project.incentives:
        found["incentives_by_certainty"] = (
            "Incentives by certainty add up to the incentives expected",
            graph.sum(net_cost.by_certainty) - net_cost.expected,
        )
        found["net_cost_by_partner"] = (
            "Net costs of the partners add up to the net cost of the film",
            graph.sum(net_cost.by_partner["net_cost"]) - net_cost.net,
        )
        order = graph.maximum(net_cost.low - net_cost.expected, net_cost.expected - net_cost.high, 0)
        found["incentives_in_order"] = ("Incentives: low is not above expected, nor expected above high", order)
    found |= cashflow.checks
    table = graph.table("checks", found, "checks")
    difference = graph.stack(table, [node for _, node in found.values()]).named("checks.*.difference", "Difference", "")
    allowed = graph.input(
        "checks.tolerance",
        TOLERANCE,
        label="Difference allowed",
        unit="",
        origin=Origin("assumed", title="half a cent"),
    )
    ok = graph.choose(graph.both(difference <= allowed, difference >= -allowed), 1, 0).named(
        "checks.*.ok", "Holds", "count"
    )
    all_ok = graph.choose(
        graph.sum(ok) >= graph.sum(graph.spread(table, 1).named("checks.*.one", "Checks", "count")), 1, 0
    )
    return Checks(
        table,
        [label for label, _ in found.values()],
        difference,
        ok,
        all_ok.named("checks.all_ok", "All checks hold", "count"),
    )


def _payments(stage: Stage, revenue: Revenue, waterfall: Waterfall) -> dict[str, tuple[str, Node]]:
    """Return the checks of the waterfall, period by period: what comes in is paid or left, and what is paid is received."""
    graph = stage.graph
    assert waterfall.flows is not None
    assert waterfall.undistributed_in is not None
    none = graph.spread(waterfall.flows.table, 0)
    receipts = graph.add_up([none, *(o.receipts for o in revenue.outlets.values())])
    paid = graph.add_up([none, *(node for step in waterfall.steps.values() for node in step.paid.values())])
    received = graph.add_up([none, *waterfall.received_in.values()])
    worth = {i: terms.worth for i, terms in revenue.territories.items()}
    rentals = [outlet.rental * worth[outlet.territory] for outlet in revenue.outlets.values()]
    guarantees = [graph[f"flow.*.revenue.{i}.guarantee_paid"] * one for i, one in worth.items()]
    return {
        "waterfall": (
            "Payments and what is left over add up to the receipts",
            _worst(stage, receipts - paid - waterfall.undistributed_in, "flow.*.rest"),
        ),
        "parties": (
            "Rentals and guarantees reach a party, or are left over",
            _worst(
                stage,
                graph.add_up([none, *rentals, *guarantees]) - received - waterfall.undistributed_in,
                "flow.*.astray",
            ),
        ),
    }


def _finance(stage: Stage, budget: Budget, finance: FinancePlan) -> dict[str, tuple[str, Node]]:
    """Return the checks of the finance plan: sources are uses in all and by partner, and cash and things pay the budget."""
    graph = stage.graph
    over = graph.minimum(finance.invested, 0)
    over = over.named("partner.*.over", "Brought beyond what the partner bears", stage.project.currency)
    gaps, found = graph.sum(finance.partner_gap), graph.sum(finance.partner_in_plan)
    cash = graph.sum(finance.net_cash)
    no_cash = graph.sum(finance.no_cash)
    return {
        "partners_not_overpaid": ("Nobody brings more through a partner than it bears", graph.sum(over)),
        "sources_are_uses": (
            "The sources and what the partners have to find are the budget and the cost of the finance",
            graph.sum(finance.in_plan) + gaps - finance.uses,
        ),
        "sources_by_partner": ("Sources of the partners add up to the sources", found - finance.sources),
        "sources_by_status": (
            "Sources by status add up to the sources",
            graph.sum(finance.by_status) - finance.sources,
        ),
        "cash_pays_the_budget": (
            "Cash, what comes without cash, and what the partners have to find pay the budget",
            cash + no_cash + gaps - budget.total,
        ),
        "plan_of_the_partners": (
            "What the partners need is the budget and the cost of the finance",
            graph.sum(finance.need) - finance.uses,
        ),
    }


def _worst(stage: Stage, rest: Node, key: str) -> Node:
    """Return the sum over all rows of what is off, whichever its sign."""
    graph = stage.graph
    return graph.sum(graph.maximum(rest, -rest).named(key, "Off", ""))
