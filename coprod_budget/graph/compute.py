"""The numbers of one quantity, from the numbers it is calculated with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.irr import irr, npv
from coprod_budget.graph.nodes import GraphError, Node
from coprod_budget.graph.operations import OPERATIONS, Array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def input_values(node: Node) -> Array:
    """Return an input as it stands: ``(1,)`` for a scalar, ``(rows, 1)`` for a column."""
    values = np.asarray(node.value, dtype=np.float64)
    return values.reshape(-1, 1) if node.table is not None else values.reshape(1)


def compute(node: Node, arrays: Mapping[int, Array]) -> Array:
    """Return the array of a node; the arrays of its arguments, and of the column that it follows, are there."""
    if node.op in OPERATIONS:
        return OPERATIONS[node.op].compute(*(arrays[a.id] for a in node.args))
    args = [arrays[a.id] for a in node.args if a.op != "text"]
    if node.follows is not None:
        args.append(arrays[node.follows.id])
    try:
        method = _METHODS[node.op]
    except KeyError:
        msg = f"unknown operation {node.op!r}"
        raise GraphError(msg) from None
    return method(node, *args)


def _undefined(_: Node) -> Array:
    return np.full(1, np.nan)


def _stack(_: Node, *scalars: Array) -> Array:
    width = max(a.shape[-1] for a in scalars) if scalars else 1
    if width == 1:
        return np.array([a[0] for a in scalars]).reshape(-1, 1)
    return np.stack([np.broadcast_to(a, (width,)) for a in scalars])


def _previous(node: Node, *columns: Array) -> Array:
    if not columns or node.table is None:
        msg = f"{node!r} follows nothing"
        raise GraphError(msg)
    rows = np.zeros_like(columns[0])
    rows[1:] = columns[0][:-1]
    rows[:: node.table.run] = 0.0
    return rows


def _pick(node: Node, column: Array) -> Array:
    return np.asarray(column[node.rows[0][0]])


def _lookup(node: Node, column: Array) -> Array:
    return column[list(node.rows[0])]


def _sum(_: Node, column: Array) -> Array:
    return _added(column)


def _dot(_: Node, a: Array, b: Array) -> Array:
    return _added(a * b)


def _sum_by(node: Node, column: Array) -> Array:
    return np.stack([_added(column[list(group)]) for group in node.rows]) if node.rows else column[:0]


def _lowest(node: Node, column: Array) -> Array:
    return np.asarray(_by_run(node, node.args[0], column).min(axis=0))


def _last(node: Node, column: Array) -> Array:
    return np.asarray(_by_run(node, node.args[0], column)[-1])


def _irr(node: Node, flows: Array, _: Array) -> Array:
    return irr(_by_run(node, node.args[0], flows))


def _npv(node: Node, rate: Array, flows: Array) -> Array:
    return npv(rate, _by_run(node, node.args[1], flows))


_METHODS: dict[str, Callable[..., Array]] = {
    "input": input_values, "constant": input_values, "undefined": _undefined, "stack": _stack, "previous": _previous,
    "pick": _pick, "lookup": _lookup, "sum": _sum, "dot": _dot, "sum_by": _sum_by, "lowest": _lowest, "last": _last,
    "irr": _irr, "npv": _npv,
}  # fmt: skip


def _by_run(node: Node, argument: Node, column: Array) -> Array:
    """The rows of a column as they are, or with the runs that the node speaks of beside each other: ``(rows, runs, S)``."""
    if node.table is None or argument.table is None:
        return column
    runs, rows = len(node.table), argument.table.run
    return column[: runs * rows].reshape(runs, rows, -1).swapaxes(0, 1)


def _added(column: Array) -> Array:
    """Add the rows one after another, so that the result does not depend on the number of scenarios in a block."""
    if not len(column):
        return np.zeros(column.shape[-1])
    if column.shape[-1] == 1:
        return np.asarray(np.add.accumulate(column[:, 0])[-1:])
    return np.asarray(np.add.reduce(column, axis=0))
