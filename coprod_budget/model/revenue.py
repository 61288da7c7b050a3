"""From box-office gross to the producers' receipts, territory by territory, for every scenario side by side.

Ticket VAT leaves first, then the exhibitor's share; what is left is the rental. The distributor takes its fee (on the rental,
on the gross, or on the rental less P&A) and recoups P&A; the rest is the producers', who keep a minimum guarantee in any case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Graph, Node, Origin, Table
from coprod_budget.model.comparables import PATH, Comparison, build_comparison

if TYPE_CHECKING:
    from coprod_budget.catalog import Term
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Territory

BASES_OF_TERMS = {
    "ticket_vat": ("of_net_price",),
    "exhibitor_share": ("of_gross", "of_net_gross"),
    "distributor_fee": ("of_rental",),
}


class Terms(NamedTuple):
    """Terms of one territory as quantities, money in the territory's currency; ``worth`` is one unit in the reporting currency."""

    id: str
    name: str
    currency: str
    partner: str
    fee_base: str
    vat: Node
    exhibitor: Node
    fee: Node
    p_and_a: Node
    guarantee: Node
    worth: Node


class Flow(NamedTuple):
    """The steps of one territory over the scenarios, in the territory's currency, and the receipts in the reporting currency."""

    gross: Node
    vat: Node
    exhibitor: Node
    rental: Node
    fee: Node
    p_and_a: Node
    unrecouped: Node
    producer: Node
    guarantee_top_up: Node
    receipts: Node


class Revenue(NamedTuple):
    """Territories with their terms, scenarios with their weights, and the producers' receipts over the scenarios."""

    territories: dict[str, Terms]
    scenarios: Table
    weights: Node | None
    flows: dict[str, Flow]
    gross: Node | None
    receipts: Node | None
    comparison: Comparison | None = None


def territory_currencies(stage: Stage) -> dict[str, str]:
    """Return the currency of every territory of the project (of the partners' countries where it names none)."""
    project = stage.project
    named = project.revenue.territories
    money = {c.country: c.currency for c in stage.catalog.cities.values()}
    money |= {p.country: p.currency for p in project.partners.values()}
    for territory, terms in named.items():
        if not terms.currency and territory not in money:
            stage.error(
                "M402",
                f"the currency of the box office in {territory} is not known",
                f"state revenue.territories.{territory}.currency",
                f"revenue.territories.{territory}",
            )
    if named:
        return {i: t.currency or money.get(i, project.currency) for i, t in named.items()}
    home = dict.fromkeys(p.country for p in project.partners.values())
    known = [c for c in home if all(_sourced(stage, c, key) for key in ("exhibitor_share", "distributor_fee"))]
    return {c: money[c] for c in known}


def _sourced(stage: Stage, territory: str, key: str) -> Term | None:
    """Return a term of the data if it is a share of what this model takes it of (not of a base after levies, say)."""
    term = stage.catalog.term(territory, key)
    return term if term is not None and term.unit in BASES_OF_TERMS[key] else None


def build_revenue(stage: Stage, worth: Node, budget: Node) -> Revenue:
    """Build every territory for every scenario; without scenarios only the terms (for the break-even)."""
    graph, project = stage.graph, stage.project
    currencies = territory_currencies(stage)
    terms = {i: _terms(stage, i, code, worth) for i, code in currencies.items()}
    territories = {i: t for i, t in terms.items() if t is not None}
    for territory in territories.values():
        _warn_of_nothing_left(stage, territory)
    scenarios = project.revenue.scenarios
    table = graph.table("scenarios", scenarios, "scenarios")
    if stage.missing:
        return Revenue(territories, table, None, {}, None, None)
    if not scenarios:
        stage.warn(
            "W401",
            "no box-office scenarios: revenue and returns are left out",
            "add revenue.scenarios to the project file",
        )
        return Revenue(territories, table, None, {}, None, None)
    comparison = None
    if project.revenue.comparables is not None:
        comparison = build_comparison(stage, table, budget, worth, {i: t.worth for i, t in territories.items()})
        if comparison is None:
            return Revenue(territories, table, None, {}, None, None)
    weights = graph.input_column(
        "revenue.scenarios.*.weight",
        table,
        [s.weight for s in scenarios.values()],
        label="Probability",
        unit="share",
        origins=_of_weights(stage),
    )
    flows = {i: _flow(stage, t, _gross(stage, t, table, comparison, territories)) for i, t in territories.items()}
    unit = project.currency
    gross = graph.add_up([f.gross * territories[i].worth for i, f in flows.items()])
    gross = gross.named("scenario.*.gross", "Box-office gross, all territories", unit)
    receipts = graph.add_up([f.receipts for f in flows.values()])
    receipts = receipts.named("scenario.*.producer_receipts", "Producers' receipts", unit)
    return Revenue(territories, table, weights, flows, gross, receipts, comparison)


def _of_weights(stage: Stage) -> list[Origin]:
    revenue = stage.project.revenue
    if revenue.comparables is None:
        return [stage.given(f"revenue.scenarios.{i}.weight") for i in revenue.scenarios]
    if revenue.comparables.weights:
        return [stage.given(f"{PATH}.weights")]
    note = "the part of all ranks that lies nearer this quantile than any other"
    return [Origin("derived", title="quantiles of the scenarios", where=stage.project.where(PATH), note=note)]


def _terms(stage: Stage, territory: str, currency: str, worth: Node) -> Terms | None:
    graph, project = stage.graph, stage.project
    given: Territory | None = project.revenue.territories.get(territory)
    path = f"revenue.territories.{territory}"

    def term(field: str, key: str, value: float | None, label: str) -> Node | None:
        if value is not None:
            return graph.input(
                f"{path}.{field}", value, label=label, unit="share", origin=stage.given(f"{path}.{field}")
            )
        found = _sourced(stage, territory, key)
        if found is None:
            if key == "ticket_vat":
                stage.warn(
                    "W402", f"VAT on tickets in {territory} is not known: none is taken off", f"state {path}.ticket_vat"
                )
                return graph.input(
                    f"{path}.{field}",
                    0.0,
                    label=label,
                    unit="share",
                    origin=Origin("assumed", title="not known, none taken off"),
                )
            stage.lack("M403", f"{territory}: {field} is not in the data", f"state {path}.{field}", path)
            return None
        origin = stage.from_source(found.basis, found.source)
        return graph.input(f"{path}.{field}", found.value, label=label, unit="share", origin=origin)

    stated_vat = given.ticket_vat if given else None
    vat_value = 0.0 if stated_vat in {"exempt", "none"} else stated_vat
    assert not isinstance(vat_value, str)
    vat = term("ticket_vat", "ticket_vat", vat_value, f"VAT on tickets, {territory}")
    exhibitor = term(
        "exhibitor", "exhibitor_share", given.exhibitor if given else None, f"Exhibitor's share, {territory}"
    )
    fee = term(
        "distributor_fee",
        "distributor_fee",
        given.distributor_fee if given else None,
        f"Distributor's fee, {territory}",
    )
    if vat is None or exhibitor is None or fee is None:
        return None

    def money(field: str, value: float, label: str) -> Node:
        return graph.input(
            f"{path}.{field}",
            value,
            label=f"{label}, {territory}",
            unit=currency,
            origin=stage.given(f"{path}.{field}"),
        )

    partner = (given.partner if given else None) or next(
        (i for i, p in project.partners.items() if p.country == territory), ""
    )
    return Terms(
        territory,
        (given.name if given else None) or territory,
        currency,
        partner,
        given.fee_base if given else "rental",
        vat,
        exhibitor,
        fee,
        money("p_and_a", given.p_and_a if given else 0.0, "Prints and advertising"),
        money("minimum_guarantee", given.minimum_guarantee if given else 0.0, "Minimum guarantee"),
        graph.pick(worth, currency),
    )


def _warn_of_nothing_left(stage: Stage, terms: Terms) -> None:
    """A fee on the gross may take, with the cinemas' share, more than there is."""
    vat, exhibitor, fee = (float(node.value) for node in (terms.vat, terms.exhibitor, terms.fee))  # type: ignore[arg-type]
    if terms.fee_base == "gross" and (1 - exhibitor) / (1 + vat) <= fee:
        stage.warn(
            "W403",
            f"{terms.name}: cinemas and the distributor's fee on the gross leave the producers nothing",
            "check the fee and its base",
            f"revenue.territories.{terms.id}",
        )


def _gross(
    stage: Stage, terms: Terms, table: Table, comparison: Comparison | None, territories: dict[str, Terms]
) -> Node:
    """Return the gross of a territory over the scenarios: by hand, of comparable films, or by ratio to those."""
    graph, revenue = stage.graph, stage.project.revenue
    key, label = f"revenue.scenarios.*.gross.{terms.id}", f"{terms.name}: box-office gross"
    origins = [stage.given(f"revenue.scenarios.{i}.gross.{terms.id}") for i in revenue.scenarios]
    if comparison is not None:
        assert revenue.comparables is not None
        home = comparison.asked.territory
        if terms.id == home:
            return comparison.gross
        if terms.id in revenue.comparables.others:
            path = f"{PATH}.others.{terms.id}"
            ratio = graph.input(
                path,
                revenue.comparables.others[terms.id],
                label=f"Gross in {terms.name} to gross in {territories[home].name}",
                unit="share",
                origin=stage.given(path),
            )
            gross = comparison.gross * territories[home].worth / terms.worth * ratio
            return gross.named(key, label, terms.currency)
        origins = [stage.given(f"{PATH}.gross.{terms.id}.{i}") for i in revenue.scenarios]
        if terms.id not in revenue.comparables.gross:
            stage.warn(
                "W406",
                f"no gross in {terms.name}: the films compared are those of {home} alone",
                f"add {PATH}.others: {{{terms.id}: 10%}}, or {PATH}.gross by hand",
                PATH,
            )
    return graph.input_column(
        key,
        table,
        [s.gross.get(terms.id, 0.0) for s in revenue.scenarios.values()],
        label=label,
        unit=terms.currency,
        origins=origins,
    )


def _flow(stage: Stage, terms: Terms, gross: Node) -> Flow:
    graph, territory = stage.graph, terms.id
    label = f"{terms.name}: "
    prefix = f"scenario.*.territory.{territory}"

    def name(node: Node, key: str, text: str, unit: str = terms.currency) -> Node:
        return node.named(f"{prefix}.{key}", label + text, unit)

    vat = name(gross - gross / (1 + terms.vat), "vat", "VAT on tickets")
    exhibitor = name((gross - vat) * terms.exhibitor, "exhibitor", "exhibitors' share")
    rental = name(gross - vat - exhibitor, "rental", "rental")
    if terms.fee_base == "net":
        recouped = name(graph.minimum(terms.p_and_a, rental), "p_and_a", "P&A recouped")
        fee = name((rental - recouped) * terms.fee, "fee", "distributor's fee")
    else:
        base = gross if terms.fee_base == "gross" else rental
        fee = name(graph.minimum(base * terms.fee, rental), "fee", "distributor's fee")
        recouped = name(graph.minimum(terms.p_and_a, rental - fee), "p_and_a", "P&A recouped")
    unrecouped = name(terms.p_and_a - recouped, "p_and_a_unrecouped", "P&A not recouped")
    producer = name(rental - fee - recouped, "producer_net", "producers' net")
    top_up = name(graph.maximum(terms.guarantee - producer, 0), "guarantee_top_up", "minimum guarantee beyond the net")
    receipts = name((producer + top_up) * terms.worth, "receipts", "producers' receipts", stage.project.currency)
    return Flow(gross, vat, exhibitor, rental, fee, recouped, unrecouped, producer, top_up, receipts)


def gross_for(graph: Graph, terms: Terms, receipts: Node) -> Node:
    """Return the gross at which a territory alone yields ``receipts`` (reporting currency): the same steps inverted.

    0 where the minimum guarantee is enough; undefined where no gross is (the terms leave the producers nothing).
    """
    need = receipts / terms.worth
    kept = (1 - terms.exhibitor) / (1 + terms.vat)
    if terms.fee_base == "gross":
        top, bottom = need + terms.p_and_a, kept - terms.fee
    elif terms.fee_base == "net":
        top, bottom = need + terms.p_and_a * (1 - terms.fee), kept * (1 - terms.fee)
    else:
        top, bottom = need + terms.p_and_a, kept * (1 - terms.fee)
    never = graph.choose(bottom > 0, top / bottom, graph.undefined())
    return graph.choose(need <= terms.guarantee, 0, never)
