"""What every distributor gets, and what it lays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.outlets import paid_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.graph import Node
    from coprod_budget.model.distribution import Settled
    from coprod_budget.model.ledger import Ledger
    from coprod_budget.model.territories import Terms


class Distributor(NamedTuple):
    """What a distributor gets (by words, over the table of flows) and lays out (over the periods, and in all), reporting currency."""

    id: str
    name: str
    received: dict[str, Node]
    invested: Node
    total: Node


def build_distributors(ledger: Ledger) -> dict[str, Distributor]:
    """Build what every distributor gets and lays out."""
    by_id: dict[str, list[Terms]] = {}
    for terms in ledger.territories.values():
        by_id.setdefault(terms.distributor, []).append(terms)
    return {i: _distributor(ledger, i, mine) for i, mine in by_id.items()}


def _distributor(ledger: Ledger, name: str, territories: list[Terms]) -> Distributor:
    graph, unit = ledger.stage.graph, ledger.stage.project.currency
    partner = ledger.stage.project.partners.get(name)
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
            for earned in ledger.of([terms.id])
            if (node := step(ledger.settled[earned.place.key])) is not None
        ]
        if parts:
            node = graph.add_up(parts).named(f"flow.*.distributor.{name}.{word}", f"{words}: {label}", unit)
            received[word] = node
    spending: list[Node] = []
    for terms in territories:
        advance = ledger.advances[terms.id]
        paid = paid_in([*advance.p_and_a, advance.guarantee, *advance.presales], ledger.flows.periods)
        spending.append(paid * terms.worth)
    invested = graph.add_up(spending).named(f"periods.*.invested_{name}", f"{words}: P&A and guarantees paid", unit)
    total = graph.sum(invested).named(f"distributor.{name}.invested", f"{words}: all P&A and guarantees paid", unit)
    return Distributor(name, words, received, invested, total)
