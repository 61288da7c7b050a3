"""What each party gets: received against invested in every scenario, the expectation, and the gross at which it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.revenue import Terms, gross_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall import Position, Waterfall


class BreakEven(NamedTuple):
    """One territory alone: the gross that returns the whole budget, and the receipts and gross that make each party whole."""

    territory: str
    budget_gross: Node
    receipts: Node
    gross: Node
    steps: list[Node]


class Returns(NamedTuple):
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
        back = [graph.dot(revenue.weights, rates["recouped"]) for rates in by_scenario.values()]
        recouped = graph.choose(waterfall.invested > 0, graph.stack(waterfall.parties, back), graph.undefined())
        expected["recouped"] = recouped.named("party.*.recouped", "Expected: recouped share of the investment", "share")
    home = [t for t in revenue.territories.values() if t.partner]
    return Returns(by_scenario, expected, [_break_even(stage, budget, waterfall, t) for t in home])


def _rates(graph: Graph, received: Node, invested: Node, prefix: str, name: str, unit: str) -> dict[str, Node]:
    """Return profit, multiple, ROI and recouped share; the last three are undefined for who has invested nothing."""
    profit = (received - invested).named(f"{prefix}profit", f"{name}: received less invested", unit)

    def over(value: Node, key: str, label: str, kind: str) -> Node:
        node = graph.choose(invested > 0, value, graph.undefined())
        return node.named(prefix + key, f"{name}: {label}", kind)

    rates = {
        "profit": profit,
        "multiple": over(received / invested, "multiple", "multiple of the investment", "multiple"),
        "roi": over(profit / invested, "roi", "return on investment", "share"),
    }
    if prefix.startswith(
        "scenario"
    ):  # its expectation is not the share of the expected receipts: a hit pays for no flop
        share = graph.minimum(received / invested, 1)
        rates["recouped"] = over(share, "recouped", "recouped share of the investment", "share")
    return rates


def _break_even(stage: Stage, budget: Budget, waterfall: Waterfall, terms: Terms) -> BreakEven:
    """Invert the waterfall for receipts of one territory alone."""
    graph, unit = stage.graph, stage.project.currency
    invested, territory = waterfall.invested, terms.id
    pieces = _Pieces(graph, waterfall.parties, invested, unit)
    pieces.walk(waterfall, territory)
    answer: Node = graph.undefined()
    for whole, top, bottom in reversed(pieces.found):
        answer = graph.choose(whole, top / bottom, answer)
    name = f"{terms.name} alone"
    receipts = graph.choose(invested > 0, answer, graph.undefined())
    receipts = receipts.named(
        f"party.*.break_even_receipts_{territory}", f"Receipts from {name} that return the investment", unit
    )
    ever = graph.either(*(whole for whole, _, _ in pieces.found)) if pieces.found else invested < 0
    gross = graph.choose(graph.both(invested > 0, ever), gross_for(graph, terms, receipts), graph.undefined())
    gross = gross.named(
        f"party.*.break_even_gross_{territory}", f"Gross in {name} that returns the investment", terms.currency
    )
    total = gross_for(graph, terms, budget.total).named(
        f"territory.{territory}.budget_gross", f"Gross in {name} that returns the whole budget", terms.currency
    )
    return BreakEven(territory, total, receipts, gross, [node for piece in pieces.steps for node in piece])


class _Pieces:
    """What the parties have got from receipts ``R`` of one territory, as a function of ``R``: straight pieces.

    Positions of a fixed size fill one after another and percentages are paid off the same receipts. In each position the
    receipts at which a party is whole solve
    ``paid before + fees × R + part × ((1 - rates) × R - sizes before) = invested``; the first position that is not yet
    full at those receipts decides.
    """

    def __init__(self, graph: Graph, parties: Table, invested: Node, unit: str) -> None:
        self._graph, self._parties, self._invested, self._unit = graph, parties, invested, unit
        self._rates: list[Node] = []
        self._sizes: list[Node] = []
        self._got: Node = graph.spread(parties, 0)
        self._fees: Node | None = None
        self.found: list[tuple[Node, Node, Node]] = []
        self.steps: list[tuple[Node, Node, Node]] = []

    def walk(self, waterfall: Waterfall, territory: str) -> None:
        """Go through the positions that receipts of the territory reach."""
        for position in waterfall.positions:
            key = f"break_even.{territory}.{position.id}"
            if position.rate is not None:
                if position.territories is None or territory in position.territories:
                    self._percentage(key, position, position.rate)
            elif position.kind == "net_profit":
                self._piece(key, position.id, self._over_parties(position.parts))
                return  # nothing gets past it
            else:
                self._fixed(key, position)
        if self._fees is not None:  # all positions are full: percentages alone go on
            self._piece(f"break_even.{territory}", "All positions full", self._graph.spread(self._parties, 0))

    def _over_parties(self, parts: dict[str, Node]) -> Node:
        graph = self._graph
        return graph.stack(self._parties, [parts.get(p, graph.constant(0)) for p in self._parties.keys])

    def _kept(self) -> Node:
        return 1 - self._graph.add_up(self._rates) if self._rates else self._graph.constant(1)

    def _piece(self, key: str, words: str, part: Node, inside: Callable[[Node, Node], Node] | None = None) -> None:
        """Add the receipts that make a party whole in this piece, as a quotient, and whether the piece reaches so far."""
        graph = self._graph
        top = (self._invested - self._got + part * graph.add_up(self._sizes)).named(
            f"{key}.top", f"{words}: still to come, with what is paid before", self._unit
        )
        more = part * self._kept()
        bottom = (more if self._fees is None else self._fees + more).named(
            f"{key}.part", f"{words}: part of what comes in next", "share"
        )
        enough = bottom > 0 if inside is None else graph.both(bottom > 0, inside(top, bottom))
        whole = graph.choose(enough, 1, 0).named(f"{key}.whole", f"{words}: whole within this position", "count")
        self.steps.append((top, bottom, whole))
        self.found.append((whole, top, bottom))

    def _percentage(self, key: str, position: Position, rate: Node) -> None:
        """Behind other positions a percentage first takes all that reaches it, until what is due to it is paid."""
        graph = self._graph
        if self._sizes:
            kept, before = 1 - graph.add_up([*self._rates, rate]), graph.add_up(self._sizes)
            self._piece(
                key, position.id, self._over_parties(position.parts), lambda top, bottom: kept * top <= before * bottom
            )
        self._rates.append(rate)
        mine = self._over_parties({p: rate * part for p, part in position.parts.items()})
        self._fees = mine if self._fees is None else self._fees + mine

    def _fixed(self, key: str, position: Position) -> None:
        graph, fees = self._graph, self._fees
        due = self._over_parties(position.full_due).named(f"{key}.due", f"{position.id}: full due", self._unit)
        size = graph.sum(due)
        need = self._invested - self._got

        def inside(top: Node, bottom: Node) -> Node:
            reached = self._kept() * top <= graph.add_up([*self._sizes, size]) * bottom
            rest = need * bottom if fees is None else need * bottom - fees * top
            # the same without divisions for who is in the position, so that a party whole at its very end is so
            return graph.either(reached, graph.both(due > 0, rest <= due * bottom))

        self._piece(key, position.id, graph.ratio(due, size), inside)
        self._sizes.append(size)
        self._got = self._got + due
