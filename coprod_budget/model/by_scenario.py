"""The steps of a territory over the scenarios, all periods and media added up, and the checks that nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.outlets import MEDIA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.distribution import Settled
    from coprod_budget.model.ledger import Ledger
    from coprod_budget.model.outlets import Earned


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


def flow_of(ledger: Ledger, territory: str, *, shared: bool) -> Flow:
    """Return a territory's steps by scenario; ``shared`` says that other territories recoup with it."""
    stage, flows = ledger.stage, ledger.flows
    graph, terms, scenarios = stage.graph, ledger.territories[territory], ledger.flows.scenarios
    advance, earned = ledger.advances[territory], ledger.of([territory])
    settled = [ledger.settled[e.place.key] for e in earned]
    first = earned[0]
    assert first.vat is not None
    assert first.exhibitor is not None

    def name(node: Node, key: str, text: str, unit: str = terms.currency) -> Node:
        return node.named(f"scenario.*.territory.{territory}.{key}", f"{terms.name}: {text}", unit)

    def total(nodes: Sequence[Node | None], key: str, text: str, unit: str = terms.currency) -> Node:
        sums = [flows.total(node) for node in nodes if node is not None]
        if not sums:
            sums = [graph.spread(scenarios, 0)]
        return name(sums[0] if len(sums) == 1 else graph.add_up(sums), key, text, unit)

    gross = ledger.grosses.by_scenario[territory]
    if len(earned) > 1:
        by_run = ledger.grosses.by_run
        others = [
            graph.stack(scenarios, [graph.pick(by_run[e.place.key], s) for s in scenarios.keys]) for e in earned[1:]
        ]
        gross = name(graph.add_up([gross, *others]), "gross", "gross of all media")
        for one, part in zip(earned, settled, strict=True):
            _outlet(ledger, one, part)
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
        name(flows.total(ledger.paid[territory]) - recouped, "guarantee_top_up", beyond),
        total([s.receipts for s in settled], "receipts", "producers' receipts", stage.project.currency),
    )


def _outlet(ledger: Ledger, earned: Earned, settled: Settled) -> None:
    """Add up one medium's steps by scenario, where a territory has several."""
    place, unit = earned.place, ledger.stage.project.currency
    for key, text, node in (
        ("gross", "gross", earned.gross),
        ("levy", "levies", earned.levy),
        ("fee", "distributor's fee", settled.fee),
        ("p_and_a", "P&A recouped", settled.p_and_a),
        ("producer_net", "producers' net", settled.net),
        ("guarantee_recouped", "guarantee recouped", settled.guarantee),
        ("receipts", "producers' receipts", settled.receipts),
    ):
        if node is not None:
            money = unit if key == "receipts" else place.terms.currency
            words = f"{place.terms.name}, {MEDIA[place.medium]}: {text}"
            ledger.flows.total(node).named(f"scenario.*.outlet.{place.key}.{key}", words, money)


def checks_of(ledger: Ledger, territory: str, flow: Flow) -> dict[str, tuple[str, Node]]:
    """Compare the gross with all it goes to, and receipts and what is kept back with the net and what is paid in."""
    graph, terms = ledger.stage.graph, ledger.territories[territory]
    stem = f"scenario.*.territory.{territory}"
    parts = [flow.vat, flow.levy, flow.exhibitor, flow.fee, flow.p_and_a, flow.producer]
    rest = flow.gross - graph.add_up([part for part in parts if part is not None])
    came = flow.receipts / terms.worth + flow.guarantee_recouped
    off = came - flow.producer - ledger.flows.total(ledger.paid[territory])
    return {
        f"gross_{territory}": (
            f"Gross of {territory} goes to VAT, cinemas, distributor and producers",
            graph.sum(graph.maximum(rest, -rest).named(f"{stem}.rest", "Off", "")),
        ),
        f"guarantee_{territory}": (
            f"Net and guarantee of {territory} reach the producers but for what is recouped",
            graph.sum(graph.maximum(off, -off).named(f"{stem}.guarantee_rest", "Off", "")),
        ),
    }
