"""Between which numbers every quantity lies while the varied inputs stay within bounds; what cannot move there need not be computed.

A row whose lower bound is its upper bound says the same in all scenarios: what falls into months long after the last date, what
comes in before the first. Every operation takes the bounds of its arguments to those of its result by being computed at them.
The processor rounds without changing the order of numbers, so bounds of numbers as computed are exact, not nearly so. Where a
result may be no number or has no end (a divisor that may be 0, what was searched for), nothing is said about what comes of it.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod_budget.graph.compute import compute
from coprod_budget.graph.fold import MIXED, RATIO
from coprod_budget.graph.operations import CLOSE, OPERATIONS, Array, same
from coprod_budget.graph.recurrence import Loop, followed
from coprod_budget.graph.rounding import UNEVEN_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from coprod_budget.graph.nodes import Node

Mask = NDArray[np.bool_]
_ANY = np.array([-np.inf, np.inf])
_ORDERED = frozenset({"add", "min", "max"})
"""Operations whose result does not fall where an argument rises."""
_OF_COLUMNS = frozenset({"stack", "pick", "lookup", "sum", "sum_by", "lowest", "last", "previous"})
"""Those of whole columns; bounds stand where scenarios stand."""


class Bounds:
    """Lower and upper bounds of every quantity, ``(2,)`` or ``(rows, 2)``, given those of the varied inputs."""

    def __init__(self, steps: Iterable[Node | Loop], given: Mapping[int, Array], still: Mapping[int, Array]) -> None:
        self._bounds = dict(given)
        self._still = still
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for step in steps:
                if isinstance(step, Loop):
                    self._loop(step)
                else:
                    shape = (2,) if step.table is None else (len(step.table), 2)
                    # in memory as all columns are, so that rows are added in the same order
                    self._bounds[step.id] = np.ascontiguousarray(np.broadcast_to(self._of(step), shape))

    def moves(self, node: Node) -> Mask | None:
        """Return the rows of a quantity that are not the same in all scenarios, ``(rows,)`` or ``(1,)``; None if they all may move."""
        found = self._bounds.get(node.id)
        if found is None:
            return None
        moves: Mask = np.asarray(found[..., 0] != found[..., 1]).reshape(-1)
        return None if moves.all() else moves

    def values(self, node: Node) -> Array:
        """Return what the rows that do not move say, ``(rows, 1)`` or ``(1,)``; 0 in the others."""
        low, high = self._bounds[node.id][..., :1], self._bounds[node.id][..., 1:]
        return np.where(low == high, low, 0.0) + 0.0

    def of(self, node: Node) -> Array:
        """Return the bounds of a quantity, the lower ones first: ``(2,)`` or ``(rows, 2)``."""
        found = self._bounds.get(node.id)
        if found is None:
            array = self._still.get(node.id)
            if array is None:
                found = _ANY if node.table is None else np.broadcast_to(_ANY, (len(node.table), 2))
            else:
                found = np.where(np.isfinite(array), array, _ANY)
            self._bounds[node.id] = found
        return found

    def _of(self, node: Node) -> Array:
        if node.op in _WAYS:
            return _WAYS[node.op](*[self.of(a) for a in node.args])
        if node.op in _OF_COLUMNS:
            needed = [a for a in node.args if a.op != "text"]
            arrays = {a.id: self.of(a) for a in (needed if node.follows is None else [*needed, node.follows])}
            return _settled(compute(node, arrays))
        if node.op == "dot":
            products = _mul(*[self.of(a) for a in node.args])
            return _settled(np.add.reduce(products, axis=0) if len(products) else np.zeros(2))
        if node.op == MIXED:
            goes, picked, others = (list(r) for r in node.rows)
            column, *scalars = (self.of(a) for a in node.args)
            found = np.zeros((len(node.table or ()), 2))
            found[goes] = column[picked]
            for place, scalar in zip(others, scalars, strict=True):
                found[place] = scalar
            return found
        return _ANY

    def _loop(self, loop: Loop) -> None:
        """Follow the columns of a loop row by row, all runs of the table beside each other."""
        table = loop.nodes[0].table
        assert table is not None
        rows, runs = table.run, len(table) // table.run
        inside = {n.id for n in loop.nodes}
        nothing = np.zeros((runs, 2))
        by_row: dict[int, list[Array]] = {n.id: [] for n in loop.nodes}
        for node in loop.nodes:
            for arg in node.args:
                if arg.id not in by_row:
                    found = self.of(arg)
                    by_row[arg.id] = (
                        [found] * rows if arg.table is None else list(found.reshape(runs, rows, 2).swapaxes(0, 1))
                    )
        behind = {n.id: followed(n, len(loop.nodes)) for n in loop.nodes if n.follows is not None}
        steps = [(_WAYS[n.op], [by_row[a.id] for a in n.args], by_row[n.id]) for n in loop.nodes if n.id not in behind]
        for row in range(rows):
            for node_id, (column, back) in behind.items():
                by_row[node_id].append(nothing if row < back else by_row[column][row - back])
            for way, args, results in steps:
                found = way(*[a[row] for a in args])
                results.append(found if found.shape == nothing.shape else np.broadcast_to(found, nothing.shape))
        for node_id in inside:
            self._bounds[node_id] = np.stack(by_row[node_id], axis=1).reshape(rows * runs, 2)


def _settled(found: Array, *args: Array) -> Array:
    """Say nothing where a bound, or one of an argument, has no end."""
    if np.isfinite(found).all() and all(np.isfinite(arg).all() for arg in args):
        return found
    sound = np.isfinite(found).all(axis=-1, keepdims=True)
    for arg in args:
        sound = sound & np.isfinite(arg).all(axis=-1, keepdims=True)
    return np.where(sound, found, _ANY)


def _turned(bounds: Array) -> Array:
    return bounds[..., ::-1]


def _ordered(op: str) -> Callable[..., Array]:
    """What has no end goes through a sum, but not through the least or the most of several."""
    compute = OPERATIONS[op].compute
    return (lambda *a: _settled(compute(*a))) if op == "add" else (lambda *a: _settled(compute(*a), *a))


def _corners(*results: Array) -> Array:
    """Return the least and the most of what an operation gives at the bounds."""
    low, high = reduce(np.minimum, results), reduce(np.maximum, results)
    return np.stack([low.min(axis=-1), high.max(axis=-1)], axis=-1)


def _mul(*args: Array) -> Array:
    found = args[0]
    for arg in args[1:]:
        found = _settled(_corners(found * arg, found * _turned(arg)))
    return found


def _div(a: Array, b: Array) -> Array:
    ends = b[..., :1] * b[..., 1:] > 0
    return np.where(ends, _settled(_corners(a / b, a / _turned(b)), a), _ANY)


def _ratio(a: Array, b: Array) -> Array:
    """A quotient that is 0 where its divisor is 0, or what it divides."""
    nothing = (a == 0).all(axis=-1, keepdims=True) & np.isfinite(b).all(axis=-1, keepdims=True)
    return np.where(nothing | (b == 0).all(axis=-1, keepdims=True), 0.0, _div(a, b))


def _above(a: Array, b: Array) -> Mask:
    """Return where ``a`` is above ``b`` for sure, and not nearly the same (``same``, but also where both are whole)."""
    low, high = a[..., 0], b[..., 1]
    return (low > high) & (np.abs(low - high) >= CLOSE * np.minimum(np.abs(low), np.abs(high)))


def _flags(surely: Mask, perhaps: Mask) -> Array:
    return np.stack(np.broadcast_arrays(surely, perhaps), axis=-1).astype(np.float64)


def _gt(a: Array, b: Array) -> Array:
    return _flags(_above(a, b), a[..., 1] > b[..., 0])


def _ge(a: Array, b: Array) -> Array:
    return _flags(a[..., 0] >= b[..., 1], ~_above(b, a))


def _eq(a: Array, b: Array) -> Array:
    stand = (a[..., 0] == a[..., 1]) & (b[..., 0] == b[..., 1])
    return _flags(stand & same(a[..., 0], b[..., 0]), ~(_above(a, b) | _above(b, a)))


def _surely(condition: Array) -> tuple[Mask, Mask]:
    """Return where a condition holds for sure, and where it may hold."""
    return (condition[..., :1] > 0) | (condition[..., 1:] < 0), (condition != 0).any(axis=-1, keepdims=True)


def _all_or_any(function: np.ufunc) -> Callable[..., Array]:
    def way(*args: Array) -> Array:
        sure, may = zip(*[_surely(a) for a in args], strict=True)
        return np.concatenate([reduce(function, sure), reduce(function, may)], axis=-1).astype(np.float64)

    return way


def _choose(condition: Array, yes: Array, no: Array) -> Array:
    sure, may = _surely(condition)
    return np.where(sure, yes, np.where(may, _either(yes, no), no))


def _either(a: Array, b: Array) -> Array:
    return np.stack([np.minimum(a[..., 0], b[..., 0]), np.maximum(a[..., 1], b[..., 1])], axis=-1)


def _round(value: Array, digits: Array) -> Array:
    """Where a larger number may be rounded to a smaller one, bounds are two units of the last digit wider."""
    if digits[..., 0].min() != digits[..., 1].max():
        return np.broadcast_to(_ANY, value.shape)
    found = _settled(OPERATIONS["round"].compute(value, digits))
    number = int(digits.flat[0])
    uneven = (np.abs(value) * 10.0**number >= UNEVEN_FROM) & (value[..., :1] != value[..., 1:])
    return found + uneven * 2 * np.array([-1.0, 1.0]) * 10.0**-number if number and uneven.any() else found


_WAYS: dict[str, Callable[..., Array]] = {
    **{op: _ordered(op) for op in _ORDERED},
    "sub": lambda a, b: _settled(a - _turned(b)),
    "neg": lambda a: -1.0 * _turned(a),
    "mul": _mul,
    "div": _div,
    RATIO: _ratio,
    "gt": _gt, "ge": _ge, "lt": lambda a, b: _gt(b, a), "le": lambda a, b: _ge(b, a), "eq": _eq,
    "and": _all_or_any(np.logical_and), "or": _all_or_any(np.logical_or),
    "choose": _choose,
    "round": _round,
    "power": lambda a, b: np.broadcast_to(_ANY, np.broadcast_shapes(a.shape, b.shape)),
}  # fmt: skip
"""From the bounds of the arguments to those of the result, row by row."""
