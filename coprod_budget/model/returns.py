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
    grows in straight pieces. In each position it takes part in, the receipts at which it is whole solve
    ``paid before + fees × R + part × ((1 - rates) × R - sizes before) = invested``; the first position big enough decides.
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

    for position in waterfall.positions:
        if position.rate is not None:
            if position.territories is None or territory in position.territories:
                rates.append(position.rate)
                mine = over_parties({p: position.rate * part for p, part in position.parts.items()})
                fees = mine if fees is None else fees + mine
            continue
        kept = 1 - graph.add_up(rates) if rates else graph.constant(1)
        before = graph.add_up(sizes)
        if position.kind == "net_profit":
            part, room = over_parties(position.parts), None
        else:
            due = over_parties(position.full_due).named(
                f"break_even.{territory}.{position.id}.due", f"{position.id}: full due", unit
            )
            size = graph.sum(due)
            part, room = graph.ratio(due, size), due
        key = f"break_even.{territory}.{position.id}"
        top = (invested - got + part * before).named(
            f"{key}.top", f"{position.id}: still to come, with what is paid before", unit
        )
        bottom = (part * kept if fees is None else fees + part * kept).named(
            f"{key}.part", f"{position.id}: part of a further euro", "share"
        )
        need = invested - got
        enough = bottom > 0
        if room is not None:
            reached = need * bottom <= room * bottom if fees is None else need * bottom - fees * top <= room * bottom
            enough = graph.both(enough, reached)
            sizes.append(size)
            got = got + room
        whole = graph.choose(enough, 1, 0).named(f"{key}.whole", f"{position.id}: whole within this position", "count")
        steps += [top, bottom, whole]
        pieces.append((whole, top, bottom))
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
