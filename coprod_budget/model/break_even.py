"""Break-evens: the gross of one territory alone that returns the budget, an investment, its premium, or the first profit.

Nothing is turned round by algebra: the same distribution and the same waterfall are run for the territory alone, and the gross at which
they reach the goal is searched for (``Graph.solve``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.flows import ALONE

if TYPE_CHECKING:
    from collections.abc import Container

    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall import Waterfall


class BreakEven(NamedTuple):
    """One territory alone, in its currency: the gross that returns the whole budget (scalar), and by party (columns).

    ``gross`` returns a party's investment, ``premium`` that and its premium, ``profit`` is where it first has a part of the profit;
    "n/a" where no gross does. ``premium`` and ``profit`` are None where nobody is due any.
    """

    territory: str
    budget_gross: Node
    gross: Node
    premium: Node | None
    profit: Node | None


def build_break_evens(
    stage: Stage, budget: Budget, revenue: Revenue, waterfall: Waterfall, investing: Container[str]
) -> list[BreakEven]:
    """Search the grosses of every territory that can be tried alone, for all parties and goals at once."""
    if waterfall.flows is None or not revenue.alone:
        return []
    return _Search(stage, waterfall.flows, revenue, waterfall).find(budget.total, investing)


class _Search:
    """The goals, row by row, and the grosses that were found for them."""

    def __init__(self, stage: Stage, flows: Flows, revenue: Revenue, waterfall: Waterfall) -> None:
        self._flows, self._revenue, self._waterfall = flows, revenue, waterfall
        self._graph: Graph = stage.graph
        self._unit = stage.project.currency
        keys = [ALONE + territory for territory in revenue.alone]
        self._runs: Table = self._graph.table("alone", keys, "territories alone")

    def find(self, budget: Node, investing: Container[str]) -> list[BreakEven]:
        """Set the goals, search, and sort what is found by territory."""
        graph, waterfall = self._graph, self._waterfall
        goals: dict[str, Node] = {}
        none = graph["cashflow.none"]
        for territory in self._revenue.alone:
            goals[f"{territory}.budget"] = self._receipts(territory) - budget
        for party in waterfall.parties.keys:
            found: list[tuple[str, Node, Node]] = []
            if party in investing:
                got = self._by_run(waterfall.received_in[party], f"run.*.party.{party}.received", party, "received")
                found.append(("principal", got, graph.pick(waterfall.invested, party)))
                if party in waterfall.premium_due:
                    found.append(("premium", got, waterfall.premium_due[party]))
            if party in waterfall.profit_in:
                profit = self._profit(party)
                found.append(("profit", self._by_run(profit, f"run.*.party.{party}.profit", party, "profit"), none))
            for territory in self._revenue.alone:
                for kind, column, goal in found:
                    goals[f"{territory}.{party}.{kind}"] = graph.pick(column, ALONE + territory) - goal
        table = graph.table("break_evens", goals, "break-evens")
        over = graph.stack(table, list(goals.values()))
        over = over.named("break_even.*.over", "What is paid beyond the goal, at the gross that is tried", self._unit)
        solved = graph.solve(over, list(self._revenue.alone.values()))
        solved = solved.named("break_even.*.gross", "Gross at which the goal is reached", "currency")
        return [self._of(territory, solved) for territory in self._revenue.alone]

    def _of(self, territory: str, solved: Node) -> BreakEven:
        """Return the break-evens of a territory, in columns over the parties."""
        graph, terms = self._graph, self._revenue.territories[territory]
        assert solved.table is not None
        rows = solved.table.positions

        def over(kind: str, key: str, label: str) -> Node | None:
            wanted = [f"{territory}.{party}.{kind}" for party in self._waterfall.parties.keys]
            if not any(row in rows for row in wanted):
                return None
            cells = [graph.pick(solved, row) if row in rows else graph.undefined() for row in wanted]
            column = graph.stack(self._waterfall.parties, cells)
            if kind != "profit":  # who has put nothing in has nothing to get back, but may well have profit
                column = graph.choose(self._waterfall.invested > 0, column, graph.undefined())
            return column.named(f"party.*.{key}_{territory}", f"Gross in {terms.name} {label}", terms.currency)

        total = graph.add_up([graph.pick(solved, f"{territory}.budget")]).named(
            f"territory.{territory}.budget_gross",
            f"Gross in {terms.name} that returns the whole budget",
            terms.currency,
        )
        gross = over("principal", "break_even_gross", "that returns the investment")
        assert gross is not None, "partners invest"
        return BreakEven(
            territory,
            total,
            gross,
            over("premium", "break_even_premium", "that returns the investment and its premium"),
            over("profit", "break_even_profit", "from which on there is profit"),
        )

    def _receipts(self, territory: str) -> Node:
        """Return what reaches the producers from a territory that plays alone."""
        mine = [outlet.receipts for outlet in self._revenue.outlets.values() if outlet.territory == territory]
        name = self._revenue.territories[territory].name
        label = f"{name}: producers' receipts from all media"
        column = self._graph.add_up(mine).named(f"flow.*.revenue.{territory}.receipts_in_all", label, self._unit)
        total = self._flows.graph.sum_by(column, self._flows.run, self._runs)
        total = total.named(f"run.*.receipts_{territory}", f"{label}, alone", self._unit)
        return self._graph.pick(total, ALONE + territory)

    def _profit(self, party: str) -> Node:
        column = self._waterfall.profit_in[party]
        label = f"{self._waterfall.names[party]}: profit"
        return column if column.key else column.named(f"flow.*.party.{party}.profit_paid", label, self._unit)

    def _by_run(self, column: Node, key: str, party: str, words: str) -> Node:
        label = f"{self._waterfall.names[party]}: {words}, one territory alone"
        return self._graph.sum_by(column, self._flows.run, self._runs).named(key, label, self._unit)
