"""From the gross of every outlet to the producers' receipts: territory by territory, medium by medium, period by period.

Ticket VAT leaves first, then levies and the cinemas' share; what is left is the rental. The distributor takes its fee (on the rental,
on the gross, or on the rental less P&A), recoups P&A and then the guarantee it has paid; the rest is the producers'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.model.comparables import PATH, Comparison, build_comparison
from coprod_budget.model.distribution import (
    build_accounts,
    build_advances,
    guarantee_paid,
    settle,
)
from coprod_budget.model.flows import ALONE, Flows, build_flows
from coprod_budget.model.grosses import build_grosses, gross_for
from coprod_budget.model.outlets import CINEMA, Earned, build_earned, build_timing, paid_in, places_of
from coprod_budget.model.territories import Terms, build_terms, number, territory_currencies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.distribution import Account, Advance, Settled
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.grosses import Grosses
    from coprod_budget.model.stage import Stage

__all__ = [
    "Distributor",
    "Flow",
    "OutletFlow",
    "Revenue",
    "Terms",
    "build_revenue",
    "gross_for",
    "territory_currencies",
]


class OutletFlow(NamedTuple):
    """An outlet over the table of flows, in the territory's currency but for the receipts, which are in the reporting currency.

    ``gross_until``, ``gross_before`` are the gross until the end of each row and until before it; the admissions of cinemas are
    known where the price of a ticket is. ``receipts`` is what reaches the producers: minimum guarantees that are not in the
    finance plan included, what the distributor keeps back for a guarantee taken off.
    """

    key: str
    territory: str
    medium: str
    gross: Node
    gross_until: Node
    gross_before: Node
    admissions: Node | None
    admissions_until: Node | None
    admissions_before: Node | None
    rental: Node
    fee: Node
    producer_net: Node
    receipts: Node


class Distributor(NamedTuple):
    """What a distributor gets (by words, over the table of flows) and lays out (over the periods, and in all), reporting currency."""

    id: str
    name: str
    received: dict[str, Node]
    invested: Node
    total: Node


class Flow(NamedTuple):
    """The steps of one territory over the scenarios, all media and periods, in its currency; the receipts in the reporting currency.

    ``levy`` is None where there is none, ``unrecouped`` where other territories help to recoup. ``guarantee_top_up`` is the minimum
    guarantee less what is kept back for guarantees.
    """

    gross: Node
    vat: Node
    levy: Node | None
    exhibitor: Node
    rental: Node
    fee: Node
    p_and_a: Node
    unrecouped: Node | None
    producer: Node
    guarantee_recouped: Node
    guarantee_top_up: Node
    receipts: Node


class Revenue(NamedTuple):
    """Territories with their terms, and their outlets over the table of flows and over the scenarios.

    Without scenarios there are no weights, gross and receipts, and ``by_territory`` is empty; the flows are then those of the
    territories alone. ``flows`` is None where there is nothing to follow: no scenario, and no territory of a partner. ``alone`` is the
    gross to be tried in the run of a territory alone, ``accepted`` the notional receipts of the outlets whose fee a party does not
    accept in full, by party and outlet.
    """

    territories: dict[str, Terms]
    flows: Flows | None
    scenarios: Table
    weights: Node | None
    outlets: dict[str, OutletFlow]
    distributors: dict[str, Distributor]
    by_territory: dict[str, Flow]
    gross: Node | None
    receipts: Node | None
    alone: dict[str, Node]
    accepted: dict[str, dict[str, Node]]
    comparison: Comparison | None
    checks: dict[str, tuple[str, Node]]


def build_revenue(stage: Stage, clock: Clock, worth: Node, budget: Node, finance: FinancePlan) -> Revenue:
    """Build every outlet for every scenario and period, and for every territory of a partner alone."""
    scenarios = stage.project.revenue.scenarios
    territories = build_terms(stage, worth)
    table = stage.graph.table("scenarios", scenarios, "scenarios")
    nothing = Revenue(territories, None, table, None, {}, {}, {}, None, None, {}, {}, None, {})
    if stage.missing:
        return nothing
    comparison = None
    if not scenarios:
        stage.warn(
            "W401",
            "no box-office scenarios: revenue and returns are left out",
            "add revenue.scenarios to the project file",
        )
    elif stage.project.revenue.comparables is not None:
        comparison = build_comparison(stage, table, budget, worth, {i: t.worth for i, t in territories.items()})
        if comparison is None:
            return nothing
    alone = [i for i, t in territories.items() if t.partner]
    if not scenarios and not alone:
        return nothing
    kept = {(ALONE + i).casefold() for i in alone}
    for name in (name for name in scenarios if name in kept):
        stage.error(
            "M409",
            f"a scenario cannot be called {name!r}: that is a territory tried alone",
            "give it another name",
            f"revenue.scenarios.{name}",
        )
    if stage.errors:
        return nothing
    work = _Work(stage, clock, territories, finance, comparison)
    work.lay_out(table, alone)
    work.earn(budget)
    work.settle()
    found = nothing._replace(
        flows=work.flows,
        outlets={key: _outlet(work.earned[key], settled) for key, settled in work.settled.items()},
        distributors=work.distributors(),
        alone=work.grosses.alone,
        accepted=work.accepted(),
        comparison=comparison,
    )
    return _over_scenarios(stage, found, work) if scenarios else found


class _Work:
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
        """Build, for every party that accepts a lower fee somewhere, what it would then be the producers' receipts there."""
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
                mine = {e.place.key: settled[e.place.key].receipts for e in earned if e.place.terms.id in caps}
                found.setdefault(party, {}).update(mine)
        return found

    def distributors(self) -> dict[str, Distributor]:
        """Build what every distributor gets and lays out."""
        by_id: dict[str, list[Terms]] = {}
        for terms in self.territories.values():
            by_id.setdefault(terms.distributor, []).append(terms)
        return {i: self._distributor(i, mine) for i, mine in by_id.items()}

    def _distributor(self, name: str, territories: list[Terms]) -> Distributor:
        graph, unit = self.stage.graph, self.stage.project.currency
        partner = self.stage.project.partners.get(name)
        words = name.replace("_", " ").capitalize()
        if partner is not None:
            words = partner.name
        elif not territories[0].given.distributor:
            words = f"Distributor, {territories[0].name}"
        received: dict[str, Node] = {}
        steps: dict[str, tuple[str, Callable[[Settled], Node | None]]] = {
            "fee": ("distributor's fee", lambda s: s.fee),
            "p_and_a": ("P&A recouped", lambda s: s.p_and_a),
            "guarantee": ("guarantee recouped", lambda s: s.guarantee),
        }
        for word, (label, step) in steps.items():
            parts = [
                node * terms.worth
                for terms in territories
                for earned in self.of([terms.id])
                if (node := step(self.settled[earned.place.key])) is not None
            ]
            if parts:
                node = graph.add_up(parts).named(f"flow.*.distributor.{name}.{word}", f"{words}: {label}", unit)
                received[word] = node
        spending: list[Node] = []
        for terms in territories:
            advance = self.advances[terms.id]
            paid = paid_in([*advance.p_and_a, advance.guarantee, *advance.presales], self.flows.periods)
            spending.append(paid * terms.worth)
        invested = graph.add_up(spending).named(f"periods.*.invested_{name}", f"{words}: P&A and guarantees paid", unit)
        total = graph.sum(invested).named(f"distributor.{name}.invested", f"{words}: all P&A and guarantees paid", unit)
        return Distributor(name, words, received, invested, total)


def _outlet(earned: Earned, settled: Settled) -> OutletFlow:
    place, price = earned.place, earned.place.terms.ticket_price
    admissions: tuple[Node | None, Node | None, Node | None] = (None, None, None)
    if place.medium == CINEMA and price is not None:
        sold, until = earned.gross / price, earned.until / price
        sold = sold.named(f"flow.*.revenue.{place.key}.admissions", f"{place.name}: tickets sold", "tickets")
        words = f"{place.name}: tickets sold until then"
        until = until.named(f"flow.*.revenue.{place.key}.admissions_until", words, "tickets")
        admissions = (sold, until, earned.before / price)
    return OutletFlow(
        place.key,
        place.terms.id,
        place.medium,
        earned.gross,
        earned.until,
        earned.before,
        *admissions,
        earned.rental,
        settled.fee,
        settled.net,
        settled.receipts,
    )


def _over_scenarios(stage: Stage, revenue: Revenue, work: _Work) -> Revenue:
    """Add up periods and media by scenario, and check that nothing is lost."""
    graph, unit, scenarios = stage.graph, stage.project.currency, stage.project.revenue.scenarios
    weights = graph.input_column(
        "revenue.scenarios.*.weight",
        revenue.scenarios,
        [s.weight for s in scenarios.values()],
        label="Probability",
        unit="share",
        origins=_of_weights(stage),
    )
    shared = {i for account in work.accounts if account.converts for i in account.members}
    checks: dict[str, tuple[str, Node]] = {}
    found: dict[str, Flow] = {}
    for i in revenue.territories:
        found[i] = _flow(stage, revenue, work, i, shared=i in shared)
        _check(stage, revenue.territories[i], found[i], work, checks)
    media = any(len(t.given.media) for t in revenue.territories.values())
    gross = graph.add_up([flow.gross * revenue.territories[i].worth for i, flow in found.items()])
    words = "Gross of cinemas and other media, all territories" if media else "Box-office gross, all territories"
    receipts = graph.add_up([flow.receipts for flow in found.values()])
    return revenue._replace(
        weights=weights,
        by_territory=found,
        gross=gross.named("scenario.*.gross", words, unit),
        receipts=receipts.named("scenario.*.producer_receipts", "Producers' receipts", unit),
        checks=checks,
    )


def _of_weights(stage: Stage) -> list[Origin]:
    revenue = stage.project.revenue
    if revenue.comparables is None:
        return [stage.given(f"revenue.scenarios.{i}.weight") for i in revenue.scenarios]
    if revenue.comparables.weights:
        return [stage.given(f"{PATH}.weights")]
    note = "the part of all ranks that lies nearer this quantile than any other"
    return [Origin("derived", title="quantiles of the scenarios", where=stage.project.where(PATH), note=note)]


def _flow(stage: Stage, revenue: Revenue, work: _Work, territory: str, *, shared: bool) -> Flow:
    """Return a territory's steps by scenario; ``shared`` says that other territories recoup with it."""
    graph, terms = stage.graph, revenue.territories[territory]
    flows, advance = work.flows, work.advances[territory]
    earned = work.of([territory])
    settled = [work.settled[e.place.key] for e in earned]
    first = earned[0]
    assert first.vat is not None
    assert first.exhibitor is not None

    def name(node: Node, key: str, text: str, unit: str = terms.currency) -> Node:
        return node.named(f"scenario.*.territory.{territory}.{key}", f"{terms.name}: {text}", unit)

    def total(nodes: Sequence[Node | None], key: str, text: str, unit: str = terms.currency) -> Node:
        sums = [flows.total(node) for node in nodes if node is not None]
        if not sums:
            sums = [graph.spread(revenue.scenarios, 0)]
        return name(sums[0] if len(sums) == 1 else graph.add_up(sums), key, text, unit)

    gross = work.grosses.by_scenario[territory]
    if len(earned) > 1:
        by_run = work.grosses.by_run
        others = [
            graph.stack(revenue.scenarios, [graph.pick(by_run[e.place.key], s) for s in revenue.scenarios.keys])
            for e in earned[1:]
        ]
        gross = name(graph.add_up([gross, *others]), "gross", "gross of all media")
    p_and_a = total([s.p_and_a for s in settled], "p_and_a", "P&A recouped")
    unrecouped = None
    if not shared:
        unrecouped = name(advance.spent - p_and_a, "p_and_a_unrecouped", "P&A not recouped")
    recouped = total([s.guarantee for s in settled], "guarantee_recouped", "guarantee recouped")
    plain = not shared and not advance.presales
    beyond = "minimum guarantee beyond the net" if plain else "minimum guarantee less what is kept back for guarantees"
    levies = [e.levy for e in earned]
    return Flow(
        gross,
        total([first.vat], "vat", "VAT on tickets"),
        total(levies, "levy", "levies") if any(levy is not None for levy in levies) else None,
        total([first.exhibitor], "exhibitor", "exhibitors' share"),
        total([e.rental for e in earned], "rental", "rental"),
        total([s.fee for s in settled], "fee", "distributor's fee"),
        p_and_a,
        unrecouped,
        total([s.net for s in settled], "producer_net", "producers' net"),
        recouped,
        name(flows.total(work.paid[territory]) - recouped, "guarantee_top_up", beyond),
        total([s.receipts for s in settled], "receipts", "producers' receipts", stage.project.currency),
    )


def _check(stage: Stage, terms: Terms, flow: Flow, work: _Work, checks: dict[str, tuple[str, Node]]) -> None:
    """Compare the gross with all it goes to, and receipts and what is kept back with the net and what is paid in."""
    graph, i = stage.graph, terms.id
    stem = f"scenario.*.territory.{i}"
    parts = [flow.vat, flow.levy, flow.exhibitor, flow.fee, flow.p_and_a, flow.producer]
    rest = flow.gross - graph.add_up([part for part in parts if part is not None])
    checks[f"gross_{i}"] = (
        f"Gross of {i} goes to VAT, cinemas, distributor and producers",
        graph.sum(graph.maximum(rest, -rest).named(f"{stem}.rest", "Off", "")),
    )
    came = flow.receipts / terms.worth + flow.guarantee_recouped
    off = came - flow.producer - work.flows.total(work.paid[i])
    checks[f"guarantee_{i}"] = (
        f"Net and guarantee of {i} reach the producers but for what is recouped",
        graph.sum(graph.maximum(off, -off).named(f"{stem}.guarantee_rest", "Off", "")),
    )
