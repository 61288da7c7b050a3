"""The terms of the territories as quantities: those of the file, or the sourced ones of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.graph import Origin, plain
from coprod_budget.project.distribution import Territory

if TYPE_CHECKING:
    from coprod_budget.catalog import Term
    from coprod_budget.graph import Node
    from coprod_budget.model.stage import Stage

BASES_OF_TERMS: Final = {
    "ticket_vat": ("of_net_price",),
    "exhibitor_share": ("of_gross", "of_net_gross"),
    "distributor_fee": ("of_rental",),
}


class Terms(NamedTuple):
    """Terms of one territory as quantities, money in the territory's currency; ``worth`` is one unit in the reporting currency.

    ``fee`` and ``fee_base`` are those of the cinemas. ``levy`` and ``ticket_price`` are None where there is none.
    """

    id: str
    name: str
    currency: str
    partner: str
    distributor: str
    fee_base: str
    vat: Node
    levy: Node | None
    exhibitor: Node
    fee: Node
    p_and_a: Node
    guarantee: Node
    worth: Node
    ticket_price: Node | None
    given: Territory


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
    known = [c for c in home if all(sourced(stage, c, key) for key in ("exhibitor_share", "distributor_fee"))]
    return {c: money[c] for c in known}


def sourced(stage: Stage, territory: str, key: str) -> Term | None:
    """Return a term of the data if it is a share of what this model takes it of (not of a base after levies, say)."""
    term = stage.catalog.term(territory, key)
    return term if term is not None and term.unit in BASES_OF_TERMS[key] else None


def number(stage: Stage, key: str, value: float, label: str, unit: str) -> Node:
    """Return an input whose key is its path in the file; asked twice, the same one."""
    if key in stage.graph:
        return stage.graph[key]
    return stage.graph.input(key, value, label=label, unit=unit, origin=stage.given(key))


def build_terms(stage: Stage, worth: Node) -> dict[str, Terms]:
    """Return the terms of every territory of which enough is known; what is lacking is noted on the stage."""
    found = {i: _terms(stage, i, code, worth) for i, code in territory_currencies(stage).items()}
    known = {i: terms for i, terms in found.items() if terms is not None}
    for terms in known.values():
        _warn_of_nothing_left(stage, terms)
    return known


def _terms(stage: Stage, territory: str, currency: str, worth: Node) -> Terms | None:
    project = stage.project
    given = project.revenue.territories.get(territory) or Territory()
    path = f"revenue.territories.{territory}"
    stated_vat = 0.0 if isinstance(given.ticket_vat, str) else given.ticket_vat  # exempt, none
    vat = _term(stage, territory, "ticket_vat", "ticket_vat", stated_vat, f"VAT on tickets, {territory}")
    exhibitor = _term(
        stage, territory, "exhibitor", "exhibitor_share", given.exhibitor, f"Exhibitor's share, {territory}"
    )
    fee = _term(
        stage,
        territory,
        "distributor_fee",
        "distributor_fee",
        given.distributor_fee,
        f"Distributor's fee, {territory}",
    )
    if vat is None or exhibitor is None or fee is None:
        return None

    def stated(field: str, value: float, label: str, unit: str = currency) -> Node:
        return number(stage, f"{path}.{field}", value, f"{label}, {territory}", unit)

    partner = given.partner or next((i for i, p in project.partners.items() if p.country == territory), "")
    return Terms(
        territory,
        given.name or territory,
        currency,
        partner,
        given.distributor or f"distributor_{(given.collateral or territory).lower()}",
        given.fee_base,
        vat,
        stated("levy", given.levy, "Levies on the gross without VAT", "share") if given.levy else None,
        exhibitor,
        fee,
        stated("p_and_a", given.p_and_a, "Prints and advertising"),
        stated("minimum_guarantee", given.minimum_guarantee, "Minimum guarantee"),
        stage.graph.pick(worth, currency),
        stated("ticket_price", given.ticket_price, "Average price of a ticket, VAT included")
        if given.ticket_price
        else None,
        given,
    )


def _term(stage: Stage, territory: str, field: str, key: str, value: float | None, label: str) -> Node | None:
    """Return a share as the file states it, else as the data do; VAT that nobody knows is none."""
    graph, path = stage.graph, f"revenue.territories.{territory}"
    if value is not None:
        return number(stage, f"{path}.{field}", value, label, "share")
    found = sourced(stage, territory, key)
    if found is not None:
        origin = stage.from_source(found.basis, found.source)
        return graph.input(f"{path}.{field}", found.value, label=label, unit="share", origin=origin)
    if key != "ticket_vat":
        stage.lack("M403", f"{territory}: {field} is not in the data", f"state {path}.{field}", path)
        return None
    stage.warn("W402", f"VAT on tickets in {territory} is not known: none is taken off", f"state {path}.ticket_vat")
    origin = Origin("assumed", title="not known, none taken off")
    return graph.input(f"{path}.{field}", 0.0, label=label, unit="share", origin=origin)


def _warn_of_nothing_left(stage: Stage, terms: Terms) -> None:
    """A fee on the gross may take, with the cinemas' share, more than there is."""
    vat, exhibitor, fee = (float(node.value) for node in (terms.vat, terms.exhibitor, terms.fee))  # type: ignore[arg-type]
    if terms.fee_base == "gross" and (1 - exhibitor) * (1 - plain(terms.given.levy)) / (1 + vat) <= fee:
        stage.warn(
            "W403",
            f"{terms.name}: cinemas and the distributor's fee on the gross leave the producers nothing",
            "check the fee and its base",
            f"revenue.territories.{terms.id}",
        )
