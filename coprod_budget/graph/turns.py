"""Columns that depend on each other's rows before, put down row by row: the runs of the table, and all scenarios, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.graph.cells import Part, write
from coprod_budget.graph.lifetimes import Lifetimes
from coprod_budget.graph.recurrence import followed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.recurrence import Loop
    from coprod_budget.graph.script import Script


class Shape(NamedTuple):
    """How many runs stand beside each other, and how many rows each has."""

    runs: int
    rows: int


def write_turns(
    script: Script, loop: Loop, shape: Shape, outside: Mapping[int, Part], kept: Mapping[int, NDArray[Any]]
) -> None:
    """Put down the calls for all rows, one row after another.

    ``outside`` holds what goes in, ``kept`` room for the columns whose rows are all needed; the others are there for one row only.
    """
    cut = {i: _rows(array, shape) for i, array in kept.items()}
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
            parts[node.id] = Part(script.rows(before + cut[column][: shape.rows - len(before)]), still=False)
    uses: dict[int, int] = {}
    for node in loop.nodes:
        for arg in node.args:
            uses[arg.id] = uses.get(arg.id, 0) + 1
    lives = Lifetimes(script.room, uses)
    before_loop, script.calls = script.calls, []
    for node in loop.nodes:
        if node.follows is None:
            _write_one(script, node, parts, lives, (script.rows(cut[node.id]) if node.id in cut else None, width))
    before_loop.extend(script.repeated(script.calls, shape.rows))
    script.calls = before_loop
    script.forget_rows()


def _write_one(
    script: Script,
    node: Node,
    parts: dict[int, Part],
    lives: Lifetimes,
    place: tuple[NDArray[Any] | None, tuple[int, int]],
) -> None:
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


def _rows(array: NDArray[Any], shape: Shape) -> list[NDArray[Any]]:
    cut = array.reshape(shape.runs, shape.rows, -1)
    return [cut[:, row] for row in range(shape.rows)]
