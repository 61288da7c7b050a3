"""What each party gets for what it puts in: in every scenario, on the average of them, and when it comes.

What is paid within a period counts at its end, and a rate is one a year: the rate of a period, compounded. Net present values are those
at the end of the first period. Where nothing comes back the rate of return is -100 %; who invests nothing has none. The flow may
change its sign more than once: then several rates fit, and ``sign_changes`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.break_even import BreakEven, build_break_evens
from coprod_budget.model.measures import MEASURES, Measures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.investments import Invested
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall import Waterfall

__all__ = ["BreakEven", "Returns", "build_returns"]


class Returns(NamedTuple):
    """By party columns over the scenarios, expectations over the parties, and break-evens of territories alone.

    ``by_scenario`` and ``expected`` say received (from the film), of lenders from_plan (fee and interest that the finance plan
    pays; part of what follows, but for what is recouped, whole and lost), profit, multiple, roi, recouped (a share), irr_period and
    irr (rates), npv, payback_months (from the first period on), sign_changes (of the party's flow); by scenario whole (1 where the
    investment is back) and loss (what is missing of it) as well, expected their means: probability_recouped and expected_loss.
    """

    by_scenario: dict[str, dict[str, Node]]
    expected: dict[str, Node]
    break_even: list[BreakEven]


def build_returns(
    stage: Stage, budget: Budget, revenue: Revenue, waterfall: Waterfall, investments: Mapping[str, Invested]
) -> Returns:
    """Build returns by party and scenario, their expectation, and the break-even grosses."""
    flows = waterfall.flows
    put_in = _put_in(stage, revenue, waterfall, investments)
    by_scenario: dict[str, dict[str, Node]] = {}
    expected: dict[str, Node] = {}
    if revenue.weights is not None and flows is not None:
        from_plan = {p: money.from_plan for p, money in investments.items() if money.from_plan is not None}
        parties = _Parties(stage, flows, revenue.weights, waterfall, put_in, from_plan)
        by_scenario = {party: parties.by_scenario(party) for party in waterfall.parties.keys}
        expected = parties.expected(by_scenario)
        for key, label in (
            ("gross", "Box-office gross, expected"),
            ("producer_receipts", "Producers' receipts, expected"),
        ):
            mean = stage.graph.dot(revenue.weights, stage.graph[f"scenario.*.{key}"])
            mean.named(f"expected.{key}", label, stage.project.currency)
    return Returns(by_scenario, expected, build_break_evens(stage, budget, revenue, waterfall, put_in))


def _put_in(
    stage: Stage, revenue: Revenue, waterfall: Waterfall, investments: Mapping[str, Invested]
) -> dict[str, Node]:
    """Return what every party that invests puts in by period; one that distributes the film does so too."""
    found: dict[str, Node] = {}
    for party in waterfall.parties.keys:
        parts = [investments[party].by_period] if party in investments else []
        if party in revenue.distributors:
            parts.append(revenue.distributors[party].invested)
        if parts:
            column = parts[0] if len(parts) == 1 else stage.graph.add_up(parts)
            label = f"{waterfall.names[party]}: puts in"
            found[party] = (
                column if column.key else column.named(f"period.*.put_in_{party}", label, stage.project.currency)
            )
    return found


class _Parties:
    """Everything that is said of the parties, one after another."""

    def __init__(
        self,
        stage: Stage,
        flows: Flows,
        weights: Node,
        waterfall: Waterfall,
        put_in: Mapping[str, Node],
        from_plan: Mapping[str, Node],
    ) -> None:
        self._graph: Graph = stage.graph
        self._unit = stage.project.currency
        self._flows, self._weights, self._waterfall, self._from_plan = flows, weights, waterfall, from_plan
        self._measures = Measures(stage, flows, weights, waterfall.names, put_in)
        self._none = self._graph["cashflow.none"]

    def by_scenario(self, party: str) -> dict[str, Node]:
        """Return what is said of a party in every scenario."""
        graph, name = self._graph, self._waterfall.names[party]
        received, flow = self._waterfall.received[party], self._waterfall.received_in[party]
        invested = graph.pick(self._waterfall.invested, party)
        prefix = f"scenario.*.party.{party}."
        found, gets = {"received": received}, received
        if party in self._from_plan:
            label = f"{name}: fee and interest from the finance plan"
            earned = graph.spread(self._flows.scenarios, graph.sum(self._from_plan[party]))
            found["from_plan"] = earned.named(f"{prefix}from_plan", label, self._unit)
            gets, flow = received + earned, flow + self._flows.of_period(self._from_plan[party])
        found |= self._amounts(gets, invested, prefix, name)
        share = self._if_invested(invested, graph.minimum(graph.maximum(received, 0) / invested, 1))
        found["recouped"] = share.named(f"{prefix}recouped", f"{name}: recouped share of the investment", "share")
        found |= self._measures.in_scenarios(party, flow, invested)
        whole = graph.choose(received >= invested - self._none, 1, 0)
        found["whole"] = whole.named(f"{prefix}whole", f"{name}: has its investment back", "count")
        loss = graph.maximum(invested - received, 0)
        found["loss"] = loss.named(f"{prefix}loss", f"{name}: missing of the investment", self._unit)
        return found

    def _amounts(self, received: Node, invested: Node, prefix: str, name: str) -> dict[str, Node]:
        """Return profit, multiple and return on investment; the last two are undefined for who has invested nothing."""
        profit = (received - invested).named(f"{prefix}profit", f"{name}: received less invested", self._unit)
        multiple = self._if_invested(invested, received / invested)
        roi = self._if_invested(invested, profit / invested)
        return {
            "profit": profit,
            "multiple": multiple.named(f"{prefix}multiple", f"{name}: multiple of the investment", "multiple"),
            "roi": roi.named(f"{prefix}roi", f"{name}: return on investment", "share"),
        }

    def _if_invested(self, invested: Node, value: Node) -> Node:
        return self._graph.choose(invested > 0, value, self._graph.undefined())

    def expected(self, by_scenario: Mapping[str, Mapping[str, Node]]) -> dict[str, Node]:
        """Return what is to be expected of the parties (columns over them); rates and payback are those of the expected flows."""
        graph, waterfall, weights = self._graph, self._waterfall, self._weights
        parties, invested = waterfall.parties, waterfall.invested

        def mean(name: str) -> Node:
            return graph.stack(parties, [graph.dot(weights, by_scenario[p][name]) for p in parties.keys])

        received = mean("received").named("party.*.received", "Received, expected", self._unit)
        found, gets = {"received": received}, received
        if self._from_plan:
            earned = [graph.sum(self._from_plan[p]) if p in self._from_plan else 0 for p in parties.keys]
            found["from_plan"] = graph.stack(parties, earned).named(
                "party.*.from_plan", "Fee and interest from the finance plan", self._unit
            )
            gets = received + found["from_plan"]
        found |= self._amounts(gets, invested, "party.*.", "Expected")
        # not the share of the expected receipts: a hit pays for no flop
        recouped = self._if_invested(invested, mean("recouped"))
        found["recouped"] = recouped.named("party.*.recouped", "Expected: recouped share of the investment", "share")
        whole = self._if_invested(invested, mean("whole"))
        found["probability_recouped"] = whole.named(
            "party.*.probability_recouped", "Probability of having the investment back", "share"
        )
        loss = self._if_invested(invested, mean("loss"))
        found["expected_loss"] = loss.named("party.*.expected_loss", "Expected: missing of the investment", self._unit)
        over_time = {p: self._measures.expected(p, graph.pick(invested, p)) for p in parties.keys}
        columns = {name: graph.stack(parties, [over_time[p][name] for p in parties.keys]) for name in MEASURES}
        return found | self._measures.say(columns, "party.*.", "Expected")
