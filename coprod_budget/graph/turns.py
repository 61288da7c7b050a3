"""Columns that depend on each other's rows before, put down row by row: the runs of the table, and all scenarios, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.graph.cells import Part, write
from coprod_budget.graph.lifetimes import Lifetimes
from coprod_budget.graph.recurrence import followed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.recurrence import Loop
    from coprod_budget.graph.script import Script


class Shape(NamedTuple):
    """How many runs stand beside each other, and how many rows each has."""

    runs: int
    rows: int


class Columns(NamedTuple):
    """The columns of a loop by node: room for those whose rows are all kept, and what rows say that do not move (None: they do)."""

    kept: Mapping[int, NDArray[Any]]
    standing: Mapping[int, list[NDArray[Any] | None]]


def write_turns(script: Script, loop: Loop, shape: Shape, outside: Mapping[int, Part], columns: Columns) -> None:
    """Put down the calls for all rows, one row after another.

    ``outside`` holds what goes in. Columns that are not kept are there for one row only; rows that do not move are not written.
    """
    cut = {i: _rows(array, shape) for i, array in columns.kept.items()}
    seen = {i: _said(columns.standing.get(i), rows) for i, rows in cut.items()}
    parts = {
        i: p if p.array.ndim == 1 else Part(script.rows(_rows(p.array, shape)), p.still, p.array)
        for i, p in outside.items()
    }
    width = (shape.runs, script.width)
    for node in loop.nodes:
        if node.follows is not None:
            column, back = followed(node, len(loop.nodes))
            none = np.zeros(width, dtype=cut[column][0].dtype)
            before = [none[:] for _ in range(min(back, shape.rows))]
            parts[node.id] = Part(script.rows(before + seen[column][: shape.rows - len(before)], none[:]), still=False)
    uses: dict[int, int] = {}
    for node in loop.nodes:
        for arg in node.args:
            uses[arg.id] = uses.get(arg.id, 0) + 1
    lives = Lifetimes(script.room, uses)
    before_loop, turn = script.calls, []
    for node in loop.nodes:
        if node.follows is not None:
            continue
        script.calls = []
        array = _write_one(script, node, parts, lives, (script.rows(cut[node.id]) if node.id in cut else None, width))
        standing = columns.standing.get(node.id, [None] * shape.rows)
        if any(values is not None for values in standing):
            said = seen[node.id] if node.id in seen else _said(standing, [array] * shape.rows)
            if parts[node.id].array is array and script.calls:
                parts[node.id] = Part(script.rows(said, array[:]), still=False)
        turn.append((script.calls, [values is None for values in standing]))
    script.calls = before_loop
    script.calls.extend(script.repeated(turn, shape.rows))
    script.forget_rows()


def _said(standing: Sequence[NDArray[Any] | None] | None, rows: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return row by row what stands, and the array of those rows that move."""
    if standing is None:
        return rows
    return [row if values is None else values for values, row in zip(standing, rows, strict=True)]


def _write_one(
    script: Script,
    node: Node,
    parts: dict[int, Part],
    lives: Lifetimes,
    place: tuple[NDArray[Any] | None, tuple[int, int]],
) -> NDArray[Any]:
    out, width = place
    mark = script.mark
    array = write(script, node.op, [parts[a.id] for a in node.args], width, out)
    script.wipe(mark)
    parts[node.id] = Part(array, still=False)
    if out is None:
        leaves = next((a.id for a in node.args if parts[a.id].array is array), None)
        if leaves is None:
            lives.own(node.id, array)
        else:
            lives.lend(node.id, array, leaves)
    for arg in node.args:
        lives.used(arg.id)
    return array


def _rows(array: NDArray[Any], shape: Shape) -> list[NDArray[Any]]:
    cut = array.reshape(shape.runs, shape.rows, -1)
    return [cut[:, row] for row in range(shape.rows)]
