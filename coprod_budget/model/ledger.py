"""Revenue on its way: outlets with their timing, runs and periods, what is earned, and what distributors settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.advances import build_advances, guarantee_paid
from coprod_budget.model.distribution import build_accounts, settle
from coprod_budget.model.flows import Flows, build_flows
from coprod_budget.model.grosses import build_grosses
from coprod_budget.model.outlets import CINEMA, Earned, build_earned, build_timing, places_of
from coprod_budget.model.territories import Terms, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.advances import Advance
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.comparables import Comparison
    from coprod_budget.model.distribution import Account, Settled
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.grosses import Grosses
    from coprod_budget.model.stage import Stage


class Ledger:
    """The stages of revenue, one after another."""

    flows: Flows
    grosses: Grosses
    accounts: list[Account]

    def __init__(
        self,
        stage: Stage,
        clock: Clock,
        territories: dict[str, Terms],
        finance: FinancePlan,
        comparison: Comparison | None,
    ) -> None:
        self.stage, self.clock, self.territories, self.comparison = stage, clock, territories, comparison
        self.advances: dict[str, Advance] = build_advances(stage, clock, territories, finance)
        self.places = [place for terms in territories.values() for place in places_of(terms)]
        self.timings = {place.key: build_timing(stage, clock, place) for place in self.places}
        self.earned: dict[str, Earned] = {}
        self.paid: dict[str, Node] = {}
        self.settled: dict[str, Settled] = {}

    def lay_out(self, scenarios: Table, alone: Sequence[str]) -> None:
        """Lay out runs and periods, long enough for every payment."""
        events = [event for timing in self.timings.values() for event in timing.events]
        for advance in self.advances.values():
            events += [moment for _, moment in (*advance.p_and_a, advance.guarantee, *advance.presales)]
        self.flows = build_flows(self.stage, self.clock, events, scenarios, alone)

    def earn(self, budget: Node) -> None:
        """Build gross and rental of every outlet."""
        stage, flows = self.stage, self.flows
        self.grosses = build_grosses(stage, flows, self.territories, self.places, self.comparison, budget)
        for place in self.places:
            cinema = self.earned.get(f"{place.terms.id}.{CINEMA}")
            gross = self.grosses.by_run[place.key]
            self.earned[place.key] = build_earned(stage, flows, place, self.timings[place.key], gross, cinema)

    def settle(self) -> None:
        """Build what every distributor keeps, and what reaches the producers."""
        stage, flows = self.stage, self.flows
        for i, terms in self.territories.items():
            self.paid[i] = guarantee_paid(stage, flows, terms, self.advances[i])
        self.accounts = build_accounts(stage, flows, self.territories, self.advances)
        found: dict[str, Settled] = {}
        for account in self.accounts:
            found |= settle(stage, flows, account, self.of(account.members), self.paid)
        self.settled = {place.key: found[place.key] for place in self.places}

    def of(self, territories: Sequence[str]) -> list[Earned]:
        """Return the outlets of some territories."""
        return [earned for earned in self.earned.values() if earned.place.terms.id in territories]

    def accepted(self) -> dict[str, dict[str, Node]]:
        """Build, for every party that accepts a lower fee somewhere, what would then be the producers' receipts.

        A territory whose fee is lower recoups more: those that recoup with it are there too.
        """
        found: dict[str, dict[str, Node]] = {}
        for account in self.accounts:
            given = {i: self.territories[i].given.accepted_fee for i in account.members}
            for party in dict.fromkeys(party for accepted in given.values() for party in accepted):
                caps = {
                    i: number(
                        self.stage,
                        f"revenue.territories.{i}.accepted_fee.{party}.rate",
                        accepted[party].rate,
                        f"{self.territories[i].name}: highest fee that {party} accepts",
                        "share",
                    )
                    for i, accepted in given.items()
                    if party in accepted
                }
                earned = self.of(account.members)
                settled = settle(self.stage, self.flows, account, earned, self.paid, caps, party)
                found.setdefault(party, {}).update({key: one.receipts for key, one in settled.items()})
        return found

    def late(self) -> Node | None:
        """Build what comes in in the last period, in all scenarios together: gross and guarantees, in the reporting currency.

        That period is laid out empty, and whatever is moved beyond the end stands in it; None where it may have to take what
        comes later. To be asked for when the steps of the territories are added up by scenario.
        """
        if self.flows.lumps:
            return None
        graph, last = self.stage.graph, self.flows.periods.table.keys[-1]
        found: list[Node] = []
        for i, terms in self.territories.items():
            parts = [graph.pick(graph[f"periods.*.guarantee_paid.{i}"], last)]
            for earned in self.of([i]):
                key = earned.place.key
                cinema = earned.place.medium == CINEMA
                gross = self.grosses.by_scenario[i] if cinema else graph[f"scenario.*.outlet.{key}.gross"]
                parts.append(graph.pick(graph[f"periods.*.part.{key}"], last) * graph.sum(gross))
            label = f"{terms.name}: comes in in the last period"
            late = graph.add_up(parts) * terms.worth
            found.append(late.named(f"revenue.{i}.in_the_last_period", label, self.stage.project.currency))
        return graph.add_up(found)
