"""Amounts that are known, or not: low, expected and high, so that nothing that nobody knows gets into a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.graph import Graph, Node

Certainty = Literal["entitlement", "discretionary", "competitive", "unknown"]
"""entitlement: the law fixes the rate; discretionary: up to a rate, or between two; competitive: by selection; unknown: no rate found."""


class Known(NamedTuple):
    """A quantity and whether anybody knows it (1 or 0); where nobody does the value is 0, never "n/a"."""

    value: Node
    known: Node

    @property
    def is_certain(self) -> bool:
        """Whether it is known whatever the inputs are."""
        return self.known.op == "constant" and self.known.value == 1

    @property
    def is_never(self) -> bool:
        """Whether it is not known whatever the inputs are."""
        return self.known.op == "constant" and self.known.value == 0

    def shown(self) -> Node:
        """Return the quantity as it is shown: "n/a" where nobody knows it."""
        graph = self.value.graph
        if self.is_certain:
            return self.value
        return graph.undefined() if self.is_never else graph.choose(self.known, self.value, graph.undefined())

    def map(self, change: Callable[[Node], Node]) -> Known:
        """Return what a calculation makes of it; 0 where it is not known."""
        if self.is_never:
            return self
        changed = change(self.value)
        return Known(changed if self.is_certain else changed.graph.choose(self.known, changed, 0), self.known)

    def otherwise(self, other: Known) -> Known:
        """Return this where it is known, else the other."""
        if self.is_certain or other.is_never:
            return self
        if self.is_never:
            return other
        graph = self.value.graph
        return Known(graph.choose(self.known, self.value, other.value), graph.maximum(self.known, other.known))


def known(value: Node) -> Known:
    """Return a quantity that is known."""
    return Known(value, value.graph.constant(1))


def unknown(graph: Graph) -> Known:
    """Return a quantity that nobody knows."""
    return Known(graph.constant(0), graph.constant(0))


def known_if(condition: Node, value: Node) -> Known:
    """Return a quantity that is known under a condition."""
    return Known(value.graph.choose(condition, value, 0), condition)


class Award(NamedTuple):
    """What a programme pays, in the report's currency."""

    low: Known
    expected: Known
    high: Known

    def map(self, change: Callable[[Node], Node]) -> Award:
        """Return what a calculation makes of all three."""
        if self.low == self.expected == self.high:
            return same(self.low.map(change))
        return Award(self.low.map(change), self.expected.map(change), self.high.map(change))

    def plus(self, other: Award) -> Award:
        """Return both together; what is not known of one is not known of the sum."""

        def add(one: Known, two: Known) -> Known:
            if one.is_never or two.is_never:
                return unknown(one.value.graph)
            total = one.value + two.value
            if one.is_certain and two.is_certain:
                return known(total)
            return known_if(total.graph.both(one.known, two.known), total)

        return Award(add(self.low, other.low), add(self.expected, other.expected), add(self.high, other.high))


def same(amount: Known) -> Award:
    """Return an award that is one amount, whatever happens."""
    return Award(amount, amount, amount)
