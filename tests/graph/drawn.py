"""Values and graphs drawn for tests: awkward numbers, near ties, random expressions. Same seed, same draw."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph import Graph, Node, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

TEST = Origin("assumed", "drawn for a test")
AWKWARD = (0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 1.005, -2.5, 0.285, 2.675, 1e-9, -1e-9, 1e12, -1e12, 1e15, 99.995, 0.5, 1 / 3)


def as_written(x: float) -> float:
    """The number that a workbook can carry: XlsxWriter writes 16 significant digits."""
    return float(f"{x:.16G}")


def amounts(count: int, seed: int) -> list[float]:
    """Finite values of any sign and size, with plain decimals and awkward ones among them."""
    draw = random.Random(seed)  # noqa: S311 - a test draw
    kinds = (
        lambda: draw.choice(AWKWARD),
        lambda: round(draw.uniform(-5000, 5000), 2),
        lambda: draw.choice((-1, 1)) * 10 ** draw.uniform(-9, 12),
        lambda: float(draw.randint(-20, 20)),
    )
    return [as_written(draw.choice(kinds)()) for _ in range(count)]


def near_ties(count: int, digits: int, seed: int, ulps: int = 64) -> list[float]:
    """Values at most ``ulps`` representable numbers away from a half of the last kept digit."""
    draw = np.random.default_rng(seed)
    whole = np.floor(10 ** draw.uniform(0, 12, count))
    ties = (whole + 0.5) / 10.0**digits
    close = (ties.view(np.int64) + draw.integers(-ulps, ulps + 1, count)).view(np.float64)
    chosen = np.where(draw.random(count) < 0.3, ties, close) * draw.choice([-1.0, 1.0], count)
    return [as_written(x) for x in chosen]


def flows(count: int, seed: int, lengths: Sequence[int] = (12,)) -> list[list[float]]:
    """Film-like flows: money goes out first and comes back later, in all proportions."""
    draw = random.Random(seed)  # noqa: S311 - a test draw
    result = []
    for _ in range(count):
        length = draw.choice(lengths)
        out = draw.randint(1, max(1, length // 3))
        spent = [-round(draw.uniform(1, 1e6), 2) for _ in range(out)]
        back = [round(max(0.0, draw.gauss(0.3, 1.0)) * 10 ** draw.uniform(2, 6), 2) for _ in range(length - out)]
        result.append(spent + back)
    return result


def expression(graph: Graph, leaves: Sequence[Node], seed: int, depth: int = 4) -> Node:
    """A random expression over ``leaves``: every row-by-row operation occurs, quotients are guarded against 0."""
    draw = random.Random(seed)  # noqa: S311 - a test draw

    def build(left: int) -> Node:
        if left == 0 or draw.random() < 0.1:
            return draw.choice(leaves)
        a, b = build(left - 1), build(left - 1)
        kind = draw.randrange(12)
        if kind < 3:
            return (a + b, a - b, a * b)[kind]
        if kind < 5:
            return graph.ratio(a, b)
        if kind < 7:
            return (graph.minimum, graph.maximum)[kind - 5](a, b, draw.choice((0, 1, 100)))
        if kind == 7:
            return -a
        if kind == 8:
            return draw.choice((a < b, a <= b, a > b, a >= b, a.equals(b)))
        if kind == 9:
            return draw.choice((graph.both, graph.either))(a > 0, b > 0)
        return graph.choose(a < b, a, build(left - 1)) if kind == 10 else 1 - a / 100

    return build(depth)


def same(expected: float, actual: object, scale: float = 0.0, tolerance: float = 1e-12) -> bool:
    """Whether a recalculated value is the engine's, relative to itself or to the size of what went into it."""
    if isinstance(actual, bool):
        actual = float(actual)
    if not isinstance(actual, (int, float)):
        return False
    return math.isclose(expected, actual, rel_tol=tolerance, abs_tol=tolerance * scale)
