"""What is said of a flow over time: its rates of return, its present value, when the money is back, and how often it turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.model.flows import MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.stage import Stage


MEASURES: Final = ("irr_period", "npv", "payback_months", "sign_changes")
"""What is found of a flow; a rate a year follows from that of a period."""


class _Line(NamedTuple):
    """The time along which a flow runs: periods, alone or in every run; what is said of each run is a column over ``runs``."""

    prefix: str
    table: Table
    number: Node
    months: Node
    """Months from the beginning of the first period to the end of each."""
    runs: Table | None


class Measures:
    """The measures of the flows of parties; ``put_in`` is what each party that invests puts in by period."""

    def __init__(
        self, stage: Stage, flows: Flows, weights: Node, names: Mapping[str, str], put_in: Mapping[str, Node]
    ) -> None:
        self._graph: Graph = stage.graph
        self._unit = stage.project.currency
        self._flows, self._weights, self._names, self._put_in = flows, weights, names, put_in
        self._none = self._graph["cashflow.none"]
        self._rates(stage)
        self._lines()
        self._weighted: dict[str, Node] = {}
        self._all_in: dict[str, Node] = {}

    def in_scenarios(self, party: str, received: Node, invested: Node) -> dict[str, Node]:
        """Return the measures of a party in every scenario, named; ``received`` is over the flows, ``invested`` all it puts in."""
        key, name = f"{self._in_runs.prefix}{party}.", self._names[party]
        net = received
        if party in self._put_in:
            put_in = self._put_in[party]
            net = received - self._flows.of_period(put_in)
            net = net.named(f"{key}net", f"{name}: received less invested", self._unit)
            self._all_in[party] = self._everything_is_in(party, put_in, invested)
        self._weighted[party] = (net * self._weight).named(f"{key}weighted", f"{name}: net, weighted", self._unit)
        found = self._over_time(party, self._in_runs, net, invested)
        return self.say(found, f"scenario.*.party.{party}.", name)

    def expected(self, party: str, invested: Node) -> dict[str, Node]:
        """Return the measures of a party's expected flow, without names; those in the scenarios are built before."""
        label = f"{self._names[party]}: received less invested, expected"
        net = self._flows.by_period(self._weighted[party])
        net = net.named(f"{self._periods.prefix}{party}.net", label, self._unit)
        return self._over_time(party, self._periods, net, invested)

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

    def _everything_is_in(self, party: str, put_in: Node, invested: Node) -> Node:
        """Return 1 in the periods by whose end a party has put in everything."""
        graph, table, name = self._graph, self._periods.table, self._names[party]
        before = graph.previous(table)
        until = (before + put_in).named(f"period.*.put_in_until_{party}", f"{name}: put in until then", self._unit)
        graph.follow(before, until)
        all_in = graph.choose(until >= invested - self._none, 1, 0)
        return all_in.named(f"period.*.all_in_{party}", f"{name}: everything is put in", "count")

    def _over_time(self, party: str, line: _Line, net: Node, invested: Node) -> dict[str, Node]:
        """Return rates, present value, payback and changes of sign of a flow; of one column, or of every run of it."""
        graph = self._graph
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
        return found

    def say(self, found: dict[str, Node], prefix: str, name: str) -> dict[str, Node]:
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
        graph, name, key = self._graph, self._names[party], f"{line.prefix}{party}."
        before = graph.previous(line.table)
        sign = graph.choose(net > self._none, 1, graph.choose(-net > self._none, -graph.constant(1), before))
        sign = sign.named(f"{key}sign", f"{name}: sign of the flow, or of the last one", "count")
        graph.follow(before, sign)
        turn = graph.choose(before * sign < 0, 1, 0)
        return turn.named(f"{key}turn", f"{name}: the flow changes its sign", "count")

    def _back(self, party: str, line: _Line, net: Node) -> Node:
        """Return the months until the end of a period in which all is put in and as much is back; else later than ever."""
        graph, name, key = self._graph, self._names[party], f"{line.prefix}{party}."
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
