"""What the film costs after incentives: in all, by how sure they are, and for every partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from coprod_budget.model.incentives import Certainty

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.incentives import Incentives
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage


class NetCost(NamedTuple):
    """Incentives that count and what is left to pay, in the report's currency.

    ``low`` is what is certain, ``expected`` goes by probability, ``high`` is the most; ``net`` is the net cost expected. The columns
    of certainties are over ``certainties``, those of partners over the partners.
    """

    low: Node
    expected: Node
    high: Node
    low_aid: Node
    net: Node
    high_aid: Node
    unsettled: Node
    """Of what is expected, the part that stands on programmes with a test that cannot be told."""
    certainties: Table
    by_certainty: Node
    by_partner: dict[str, Node]


def build_net_cost(stage: Stage, budget: Budget, split: Split, incentives: Incentives) -> NetCost:
    """Take the incentives off the budget, and off what each partner bears."""
    graph, unit, table = stage.graph, stage.project.currency, incentives.table
    cases = {name: incentives.nodes[name] for name in ("low", "expected", "high")}
    total = {
        name: graph.sum(column).named(f"incentives.{name}", f"Incentives, {name}", unit)
        for name, column in cases.items()
    }
    net = {
        name: (budget.total - total[case]).named(f"net_cost.{name}", f"Net cost, {label}", unit)
        for name, case, label in (
            ("low_aid", "low", "low aid"),
            ("expected", "expected", "expected aid"),
            ("high_aid", "high", "high aid"),
        )
    }
    open_ones = incentives.verdict.equals(graph.pick(graph["verdicts.*.rank"], "unknown"))
    unsettled = (cases["expected"] * open_ones).named(
        "incentive.*.unsettled", "In the sums, expected, with a test that cannot be told", unit
    )
    unsettled = graph.sum(unsettled).named("incentives.unsettled", "Of it, with a test that cannot be told", unit)
    certainties = graph.table("certainties", get_args(Certainty), "how sure incentives are")
    sure = [programme.certainty for programme in incentives.programmes]
    certainty = graph.text_column("incentive.*.certainty", table, sure, label="How sure it is")
    by_certainty = graph.sum_by(cases["expected"], certainty, certainties)
    by_certainty = by_certainty.named("certainty.*.expected", "Expected incentives", unit)
    recipients = [programme.chosen.partner for programme in incentives.programmes]
    recipient = graph.text_column("incentive.*.partner", table, recipients, label="Received by")
    by_partner: dict[str, Node] = {}
    for name, column in cases.items():
        received = graph.sum_by(column, recipient, split.partners)
        by_partner[name] = received.named(f"partner.*.incentives_{name}", f"Incentives received, {name}", unit)
    for key, case, label in (
        ("net_cost_low_aid", "low", "Net cost, low aid"),
        ("net_cost", "expected", "Net cost"),
        ("net_cost_high_aid", "high", "Net cost, high aid"),
    ):
        by_partner[key] = (split.borne - by_partner[case]).named(f"partner.*.{key}", label, unit)
    return NetCost(
        total["low"],
        total["expected"],
        total["high"],
        net["low_aid"],
        net["expected"],
        net["high_aid"],
        unsettled,
        certainties,
        by_certainty,
        by_partner,
    )
