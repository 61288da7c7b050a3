"""From the gross of every outlet to the producers' receipts: territory by territory, medium by medium, period by period.

Ticket VAT leaves first, then levies and the cinemas' share; what is left is the rental. The distributor takes its fee (on the rental,
on the gross, or on the rental less P&A), recoups P&A and then the guarantee it has paid; the rest is the producers'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.model.by_scenario import Flow, checks_of, flow_of
from coprod_budget.model.comparables import PATH, Comparison, build_comparison
from coprod_budget.model.distributors import Distributor, build_distributors
from coprod_budget.model.flows import ALONE, Flows
from coprod_budget.model.ledger import Ledger
from coprod_budget.model.outlets import CINEMA, Earned
from coprod_budget.model.territories import Terms, build_terms, territory_currencies

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.distribution import Settled
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.stage import Stage

__all__ = ["Distributor", "Flow", "OutletFlow", "Revenue", "Terms", "build_revenue", "territory_currencies"]


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
    ledger = Ledger(stage, clock, territories, finance, comparison)
    ledger.lay_out(table, alone)
    ledger.earn(budget)
    ledger.settle()
    found = nothing._replace(
        flows=ledger.flows,
        outlets={key: _outlet(ledger.earned[key], settled) for key, settled in ledger.settled.items()},
        distributors=build_distributors(ledger),
        alone=ledger.grosses.alone,
        accepted=ledger.accepted(),
        comparison=comparison,
    )
    return _over_scenarios(stage, found, ledger) if scenarios else found


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


def _over_scenarios(stage: Stage, revenue: Revenue, ledger: Ledger) -> Revenue:
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
    shared = {i for account in ledger.accounts if account.converts for i in account.members}
    checks: dict[str, tuple[str, Node]] = {}
    found: dict[str, Flow] = {}
    for i in revenue.territories:
        found[i] = flow_of(ledger, i, shared=i in shared)
        checks |= checks_of(ledger, i, found[i])
    late = ledger.late()
    if late is not None:
        checks["periods"] = ("Nothing comes in behind the periods that are looked at", late)
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
