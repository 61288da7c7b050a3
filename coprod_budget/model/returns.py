"""What each party gets: received against invested in every scenario, the expectation, and the gross at which it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod_budget.model.revenue import Terms, gross_for

if TYPE_CHECKING:
    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall import Waterfall


@dataclass(frozen=True, slots=True)
class BreakEven:
    """One territory alone: the gross that returns the whole budget, and the receipts and gross that make each party whole."""

    territory: str
    budget_gross: Node
    receipts: Node
    gross: Node
    steps: list[Node]


@dataclass(frozen=True, slots=True)
class Returns:
    """Columns over the scenarios by party, expectations over the parties, and break-evens by home territory."""

    by_scenario: dict[str, dict[str, Node]]
    expected: dict[str, Node]
    break_even: list[BreakEven]


def build_returns(stage: Stage, budget: Budget, revenue: Revenue, waterfall: Waterfall) -> Returns:
    """Build returns by party and scenario, their expectation, and the break-even grosses of the home territories."""
    graph, unit = stage.graph, stage.project.currency
    by_scenario: dict[str, dict[str, Node]] = {}
    expected: dict[str, Node] = {}
    if revenue.weights is not None:
        means: list[Node] = []
        for party, received in waterfall.received.items():
            invested = graph.pick(waterfall.invested, party)
            means.append(graph.dot(revenue.weights, received))
            rates = _rates(graph, received, invested, f"scenario.*.party.{party}.", waterfall.names[party], unit)
            by_scenario[party] = {"received": received, **rates}
        for key, label in (
            ("gross", "Box-office gross, expected"),
            ("producer_receipts", "Producers' receipts, expected"),
        ):
            graph.dot(revenue.weights, graph[f"scenario.*.{key}"]).named(f"expected.{key}", label, unit)
        mean = graph.stack(waterfall.parties, means).named("party.*.received", "Received, expected", unit)
        expected = {"received": mean, **_rates(graph, mean, waterfall.invested, "party.*.", "Expected", unit)}
    home = [t for t in revenue.territories.values() if t.partner]
    return Returns(by_scenario, expected, [_break_even(stage, budget, waterfall, t) for t in home])


def _rates(graph: Graph, received: Node, invested: Node, prefix: str, name: str, unit: str) -> dict[str, Node]:
    """Return profit, multiple, ROI and recouped share; the last three are undefined for who has invested nothing."""
    profit = (received - invested).named(f"{prefix}profit", f"{name}: received less invested", unit)

    def over(value: Node, key: str, label: str, kind: str) -> Node:
        node = graph.choose(invested > 0, value, graph.undefined())
        return node.named(prefix + key, f"{name}: {label}", kind)

    return {
        "profit": profit,
        "multiple": over(received / invested, "multiple", "multiple of the investment", "multiple"),
        "roi": over(profit / invested, "roi", "return on investment", "share"),
        "recouped": over(
            graph.minimum(received / invested, 1), "recouped", "recouped share of the investment", "share"
        ),
    }


def _break_even(stage: Stage, budget: Budget, waterfall: Waterfall, terms: Terms) -> BreakEven:
    """Invert the waterfall for receipts of one territory alone.

    Positions of a fixed size fill one after another and percentages are paid off the same receipts, so what a party has got
    grows in straight pieces. In each position the receipts at which it is whole solve
    ``paid before + fees × R + part × ((1 - rates) × R - sizes before) = invested``; the first position that is not yet
    full at those receipts decides.
    """
    graph, unit = stage.graph, stage.project.currency
    parties, territory = waterfall.parties, terms.id
    invested = waterfall.invested
    rates: list[Node] = []
    sizes: list[Node] = []
    got: Node = graph.spread(parties, 0)
    fees: Node | None = None
    pieces: list[tuple[Node, Node, Node]] = []
    steps: list[Node] = []

    def over_parties(parts: dict[str, Node]) -> Node:
        return graph.stack(parties, [parts.get(p, graph.constant(0)) for p in parties.keys])

    def piece(key: str, words: str, part: Node, kept: Node, before: Node) -> tuple[Node, Node]:
        """Return receipts at which a party is whole if it is so in this piece, as numerator and denominator."""
        top = (invested - got + part * before).named(
            f"{key}.top", f"{words}: still to come, with what is paid before", unit
        )
        bottom = (part * kept if fees is None else fees + part * kept).named(
            f"{key}.part", f"{words}: part of a further euro", "share"
        )
        return top, bottom

    def decide(key: str, words: str, top: Node, bottom: Node, inside: Node | None) -> None:
        enough = bottom > 0 if inside is None else graph.both(bottom > 0, inside)
        whole = graph.choose(enough, 1, 0).named(f"{key}.whole", f"{words}: whole within this position", "count")
        steps.extend((top, bottom, whole))
        pieces.append((whole, top, bottom))

    for position in waterfall.positions:
        kept = 1 - graph.add_up(rates) if rates else graph.constant(1)
        before = graph.add_up(sizes)
        key = f"break_even.{territory}.{position.id}"
        if position.rate is not None:
            if position.territories is not None and territory not in position.territories:
                continue
            if sizes:  # behind other positions a percentage first takes all that reaches it, until its due is paid
                top, bottom = piece(key, position.id, over_parties(position.parts), kept, before)
                inside = (1 - graph.add_up([*rates, position.rate])) * top <= before * bottom
                decide(key, position.id, top, bottom, inside)
            rates.append(position.rate)
            mine = over_parties({p: position.rate * part for p, part in position.parts.items()})
            fees = mine if fees is None else fees + mine
            continue
        if position.kind == "net_profit":
            top, bottom = piece(key, position.id, over_parties(position.parts), kept, before)
            decide(key, position.id, top, bottom, None)
            break  # nothing gets past it
        due = over_parties(position.full_due).named(f"{key}.due", f"{position.id}: full due", unit)
        size = graph.sum(due)
        top, bottom = piece(key, position.id, graph.ratio(due, size), kept, before)
        inside = kept * top <= (before + size) * bottom
        paid = (invested - got) * bottom if fees is None else (invested - got) * bottom - fees * top
        # the same once more without divisions for who is in the position, so that a party whole at its very end is
        inside = graph.either(inside, graph.both(due > 0, paid <= due * bottom))
        decide(key, position.id, top, bottom, inside)
        sizes.append(size)
        got = got + due
    else:
        if fees is not None:  # all positions are full: percentages alone go on
            key = f"break_even.{territory}"
            top, bottom = piece(
                key, "All positions full", graph.spread(parties, 0), graph.constant(1), graph.constant(0)
            )
            decide(key, "All positions full", top, bottom, None)
    answer: Node = graph.undefined()
    for whole, top, bottom in reversed(pieces):
        answer = graph.choose(whole, top / bottom, answer)
    name = f"{terms.name} alone"
    receipts = graph.choose(invested > 0, answer, graph.undefined())
    receipts = receipts.named(
        f"party.*.break_even_receipts_{territory}", f"Receipts from {name} that return the investment", unit
    )
    possible = graph.both(invested > 0, graph.either(*(w for w, _, _ in pieces)) if pieces else invested < 0)
    gross = graph.choose(possible, gross_for(graph, terms, receipts), graph.undefined())
    gross = gross.named(
        f"party.*.break_even_gross_{territory}", f"Gross in {name} that returns the investment", terms.currency
    )
    total = gross_for(graph, terms, budget.total).named(
        f"territory.{territory}.budget_gross", f"Gross in {name} that returns the whole budget", terms.currency
    )
    return BreakEven(territory, total, receipts, gross, steps)
