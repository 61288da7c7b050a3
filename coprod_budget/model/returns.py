"""What each party gets for what it puts in: in every scenario, on the average of them, and when it comes.

What is paid within a period counts at its end, and a rate is one a year: the rate of a period, compounded. Net present values are those
at the end of the first period. Where nothing comes back the rate of return is -100 %; who invests nothing has none. The flow may
change its sign more than once: then several rates fit, and ``sign_changes`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.model.break_even import BreakEven, build_break_evens
from coprod_budget.model.flows import MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.investments import Invested
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall import Waterfall

__all__ = ["BreakEven", "Returns", "build_returns"]


class Returns(NamedTuple):
    """By party columns over the scenarios, expectations over the parties, and break-evens of territories alone.

    ``by_scenario`` and ``expected`` say received, profit, multiple, roi, recouped (a share), irr_period and irr (rates), npv,
    payback_months (from the first period on), sign_changes (of the party's flow); by scenario whole (1 where the investment is
    back) and loss (what is missing of it) as well, expected their means: probability_recouped and expected_loss.
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
        parties = _Parties(stage, flows, revenue.weights, waterfall, put_in)
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


class _Line(NamedTuple):
    """The time along which a flow runs: periods, alone or in every run; what is said of each run is a column over ``runs``."""

    prefix: str
    table: Table
    number: Node
    months: Node
    """Months from the beginning of the first period to the end of each."""
    runs: Table | None


class _Parties:
    """Everything that is said of the parties, one after another."""

    def __init__(
        self, stage: Stage, flows: Flows, weights: Node, waterfall: Waterfall, put_in: Mapping[str, Node]
    ) -> None:
        self._graph: Graph = stage.graph
        self._unit = stage.project.currency
        self._flows, self._weights, self._waterfall, self._put_in = flows, weights, waterfall, put_in
        self._none = self._graph["cashflow.none"]
        self._rates(stage)
        self._lines()
        self._weighted: dict[str, Node] = {}
        self._all_in: dict[str, Node] = {}

    def _rates(self, stage: Stage) -> None:
        graph, path = self._graph, "returns.discount_rate"
        rate = stage.project.returns.discount_rate
        a_year = graph.input(path, rate, label="Discount rate a year", unit="share", origin=stage.given(path))
        step = MONTHS[stage.project.revenue.period]
        self._per_year = graph.input(
            "returns.periods_a_year",
            12 / step,
            label="Periods a year",
            unit="count",
            origin=Origin("derived", title="calendar"),
        )
        self._discount = (graph.power(1 + a_year, 1 / self._per_year) - 1).named(
            "returns.discount_rate_period", "Discount rate a period", "share"
        )

    def _lines(self) -> None:
        graph, flows = self._graph, self._flows
        periods = flows.periods
        months = ((periods.number + 1) * 12 / self._per_year).named(
            "periods.*.until_end", "Months from the first period until its end", "months"
        )
        self._periods = _Line("period.*.party.", periods.table, periods.number, months, None)
        self._in_runs = _Line(
            "flow.*.party.",
            flows.table,
            flows.of_period(periods.number).named("flow.*.number", "Number of the period", "count"),
            flows.of_period(months).named("flow.*.until_end", "Months from the first period until its end", "months"),
            flows.scenarios,
        )
        last = graph.pick(months, periods.table.keys[-1])
        self._last = graph.add_up([last]).named("returns.months", "Months that are looked at", "months")
        weight = graph.stack(
            flows.runs,
            [graph.pick(self._weights, run) if run in flows.scenarios.positions else 0 for run in flows.runs.keys],
        )
        weight = weight.named("runs.*.weight", "Weight of the scenario", "share")
        self._weight = flows.of_run(weight).named("flow.*.weight", "Weight of the scenario", "share")

    # --- in every scenario --------------------------------------------------------------------------------------------

    def by_scenario(self, party: str) -> dict[str, Node]:
        """Return what is said of a party in every scenario."""
        graph, flows, name = self._graph, self._flows, self._waterfall.names[party]
        received = self._waterfall.received[party]
        invested = graph.pick(self._waterfall.invested, party)
        prefix = f"scenario.*.party.{party}."
        found = {"received": received, **self._amounts(received, invested, prefix, name)}
        share = self._if_invested(invested, graph.minimum(received / invested, 1))
        found["recouped"] = share.named(f"{prefix}recouped", f"{name}: recouped share of the investment", "share")
        net = flow = self._waterfall.received_in[party]
        if party in self._put_in:
            put_in = self._put_in[party]
            net = flow - flows.of_period(put_in)
            net = net.named(f"{self._in_runs.prefix}{party}.net", f"{name}: received less invested", self._unit)
            self._all_in[party] = self._everything_is_in(party, put_in, invested)
        weighted = net * self._weight
        weighted = weighted.named(f"{self._in_runs.prefix}{party}.weighted", f"{name}: net, weighted", self._unit)
        self._weighted[party] = weighted
        found |= self._over_time(party, self._in_runs, net, invested, prefix)
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

    # --- over time ----------------------------------------------------------------------------------------------------

    def _everything_is_in(self, party: str, put_in: Node, invested: Node) -> Node:
        """Return 1 in the periods by whose end a party has put in everything."""
        graph, table, name = self._graph, self._periods.table, self._waterfall.names[party]
        before = graph.previous(table)
        until = (before + put_in).named(f"period.*.put_in_until_{party}", f"{name}: put in until then", self._unit)
        graph.follow(before, until)
        all_in = graph.choose(until >= invested - self._none, 1, 0)
        return all_in.named(f"period.*.all_in_{party}", f"{name}: everything is put in", "count")

    def _over_time(self, party: str, line: _Line, net: Node, invested: Node, prefix: str) -> dict[str, Node]:
        """Return rates, present value, payback and changes of sign of a flow; of one column, or of every run of it."""
        graph, name = self._graph, self._waterfall.names[party]
        value = graph.npv(self._discount, net, line.runs)
        if party not in self._put_in:
            found = {"npv": value}
            for key in ("irr_period", "payback_months", "sign_changes"):
                found[key] = graph.undefined() if line.runs is None else graph.spread(line.runs, graph.undefined())
        else:
            turns, back = self._turns(party, line, net), self._back(party, line, net)
            found = {
                "irr_period": graph.irr(net, line.number, line.runs),
                "npv": value,
                "payback_months": self._payback(graph.lowest(back, line.runs), invested),
                "sign_changes": graph.sum(turns) if line.runs is None else self._flows.total(turns),
            }
        return self._say(found, prefix, name) if line.runs is not None else found

    def _say(self, found: dict[str, Node], prefix: str, name: str) -> dict[str, Node]:
        """Name what is said of a flow, and add the rate a year."""
        graph = self._graph
        rate, *others = (
            found[key].named(f"{prefix}{key}", f"{name}: {label}", unit or self._unit)
            for key, label, unit in (
                ("irr_period", "internal rate of return a period", "share"),
                ("npv", "net present value", ""),
                ("payback_months", "months until it has its money back", "months"),
                ("sign_changes", "changes of sign of its flow", "count"),
            )
        )
        # no rate is more than nothing and less than a million, the most that is looked for: "n/a" in a cell is neither
        known = rate <= graph.constant(100) * 100 * 100
        a_year = graph.choose(known, graph.power(1 + rate, self._per_year) - 1, graph.undefined())
        irr = a_year.named(f"{prefix}irr", f"{name}: internal rate of return a year", "share")
        npv, payback, changes = others
        return {"irr_period": rate, "irr": irr, "npv": npv, "payback_months": payback, "sign_changes": changes}

    def _turns(self, party: str, line: _Line, net: Node) -> Node:
        """Return 1 where a flow changes its sign; what is nothing (to half a cent) has none."""
        graph, name, key = self._graph, self._waterfall.names[party], f"{line.prefix}{party}."
        before = graph.previous(line.table)
        sign = graph.choose(net > self._none, 1, graph.choose(-net > self._none, -graph.constant(1), before))
        sign = sign.named(f"{key}sign", f"{name}: sign of the flow, or of the last one", "count")
        graph.follow(before, sign)
        turn = graph.choose(before * sign < 0, 1, 0)
        return turn.named(f"{key}turn", f"{name}: the flow changes its sign", "count")

    def _back(self, party: str, line: _Line, net: Node) -> Node:
        """Return the months until the end of a period in which all is put in and as much is back; else later than ever."""
        graph, name, key = self._graph, self._waterfall.names[party], f"{line.prefix}{party}."
        before = graph.previous(line.table)
        until = (before + net).named(f"{key}until", f"{name}: received less invested, until then", self._unit)
        graph.follow(before, until)
        all_in = self._all_in[party]
        all_in = all_in if line.runs is None else self._flows.of_period(all_in)
        back = graph.choose(graph.both(until >= -self._none, all_in > 0), line.months, self._last + 12)
        return back.named(f"{key}back", f"{name}: months until the money is back, if by then", "months")

    def _payback(self, first: Node, invested: Node) -> Node:
        graph = self._graph
        return graph.choose(graph.both(first <= self._last, invested > 0), first, graph.undefined())

    # --- on average ---------------------------------------------------------------------------------------------------

    def expected(self, by_scenario: Mapping[str, Mapping[str, Node]]) -> dict[str, Node]:
        """Return what is to be expected of the parties (columns over them); rates and payback are those of the expected flows."""
        graph, waterfall, weights = self._graph, self._waterfall, self._weights
        parties, invested = waterfall.parties, waterfall.invested

        def mean(name: str) -> Node:
            return graph.stack(parties, [graph.dot(weights, by_scenario[p][name]) for p in parties.keys])

        received = mean("received").named("party.*.received", "Received, expected", self._unit)
        found = {"received": received, **self._amounts(received, invested, "party.*.", "Expected")}
        # not the share of the expected receipts: a hit pays for no flop
        recouped = self._if_invested(invested, mean("recouped"))
        found["recouped"] = recouped.named("party.*.recouped", "Expected: recouped share of the investment", "share")
        whole = self._if_invested(invested, mean("whole"))
        found["probability_recouped"] = whole.named(
            "party.*.probability_recouped", "Probability of having the investment back", "share"
        )
        loss = self._if_invested(invested, mean("loss"))
        found["expected_loss"] = loss.named("party.*.expected_loss", "Expected: missing of the investment", self._unit)
        over_time = {party: self._expected_over_time(party) for party in parties.keys}
        columns = {
            name: graph.stack(parties, [over_time[p][name] for p in parties.keys])
            for name in ("irr_period", "npv", "payback_months", "sign_changes")
        }
        return found | self._say(columns, "party.*.", "Expected")

    def _expected_over_time(self, party: str) -> dict[str, Node]:
        graph, name = self._graph, self._waterfall.names[party]
        net = self._flows.by_period(self._weighted[party])
        net = net.named(f"{self._periods.prefix}{party}.net", f"{name}: received less invested, expected", self._unit)
        return self._over_time(party, self._periods, net, graph.pick(self._waterfall.invested, party), "")
