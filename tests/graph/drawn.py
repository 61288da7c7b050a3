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


def columns(seed: int, values: Sequence[float] = (0.3, 40.0, 7.0)) -> Graph:
    """Columns in runs, with still rows among them, two states that look back, and what becomes of them."""
    draw = random.Random(seed)  # noqa: S311 - a test draw
    graph = Graph()
    runs, length = draw.randint(1, 4), draw.randint(2, 30)
    rows = graph.table("rows", [f"r{i}" for i in range(runs * length)], run=length)
    some = graph.table("runs", [f"run{i}" for i in range(runs)])
    x, y = (graph.input(k, v, label=k, unit="", origin=TEST) for k, v in zip("xy", values, strict=False))
    drawn = [draw.choice((0.0, 0.0, 1.0, draw.uniform(-50, 50))) for _ in rows.keys]
    still = graph.input_column("still", rows, drawn, label="still", unit="", origins=[TEST])
    costs = amounts(len(rows), seed)
    if len(costs) > 3:
        costs[3] = values[2]
    cost = graph.input_column("cost", rows, costs, label="cost", unit="", origins=[TEST])
    run = graph.text_column("run", rows, [f"run{i // length}" for i in range(len(rows))], label="run")
    odd = graph.text_column("odd", rows, [draw.choice(("run0", "none", some.keys[-1])) for _ in rows.keys], label="odd")

    most = graph.input("most", 1e6, label="most", unit="", origin=TEST)

    def tamed(node: Node) -> Node:
        column = node + 0 * still
        return graph.choose(graph.both(column < most, column > -most), column, x)

    moving = tamed(expression(graph, [still, cost, x, y], seed))
    before, two = graph.previous(rows), graph.previous(rows)
    state = tamed(expression(graph, [before, two, moving, still, y], seed + 1) + before * still).named("state", "state")
    graph.follow(before, state)
    other = tamed(expression(graph, [before, cost, still, x], seed + 2, 3) + 0 * moving).named("other", "other")
    graph.follow(two, other)
    graph.sum_by(state * still, run, some).named("by_run", "by run")
    graph.sum_by(other + cost, odd, some).named("worth", "by odd")
    graph.dot(state, moving).named("total", "total")
    graph.pick(graph.lookup(graph["by_run"], run), rows.keys[-1]).named("first", "first")
    graph.lowest(other, some).named("low", "lowest")
    parts = [graph.pick(state, rows.keys[(i * length) % len(rows)]) for i in range(runs)]
    graph.stack(some, [*parts[:-1], x * y]).named("mixed", "mixed")
    scalars = [x * y, x + y, y - 12, x * 0.0, x - 1]
    products = [
        s * draw.choice((y, 12.0, 0.0, most)) if draw.random() < 0.8 else s for s in draw.choices(scalars, k=len(rows))
    ]
    graph.stack(rows, products).named("products", "products")
    graph.round(moving, graph.constant(1)).named("rounded", "rounded")
    return graph


def same(expected: float, actual: object, scale: float = 0.0, tolerance: float = 1e-12) -> bool:
    """Whether a recalculated value is the engine's, relative to itself or to the size of what went into it."""
    if isinstance(actual, bool):
        actual = float(actual)
    if not isinstance(actual, (int, float)):
        return False
    return math.isclose(expected, actual, rel_tol=tolerance, abs_tol=tolerance * scale)
