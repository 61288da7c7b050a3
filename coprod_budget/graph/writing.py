"""Every operation put down as calls that write into arrays: which rows it reads, where they stand, and where its own will be."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.graph.cells import ROW_BY_ROW, Part, copied, write
from coprod_budget.graph.columns import (
    gather,
    gather_into,
    places,
    put,
    runs_beside,
    write_function,
    write_sum,
    write_sums,
)
from coprod_budget.graph.fold import MIXED
from coprod_budget.graph.irr import irr, npv
from coprod_budget.graph.nodes import GraphError, table_of
from coprod_budget.graph.operations import FLAGS
from coprod_budget.graph.recurrence import Loop, followed
from coprod_budget.graph.turns import Shape, write_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod_budget.graph.demand import Rows
    from coprod_budget.graph.lifetimes import Lifetimes
    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array
    from coprod_budget.graph.plan import Plan
    from coprod_budget.graph.script import Script

_NOTHING = np.zeros(1)
_INTO = frozenset({"stack", "previous", "sum", "dot", "sum_by", "lowest", "last", "irr", "npv", "solve", MIXED})
"""Operations that write into room of their own; the others may stand where their column stands."""


class Writer:
    """Writes the steps of a plan into a script, for the script's number of scenarios."""

    def __init__(self, plan: Plan, script: Script, lives: Lifetimes) -> None:
        self._plan = plan
        self._rows = plan.rows
        self._script = script
        self._lives = lives

    def write(self, step: Node | Loop) -> None:
        """Put down a step."""
        if isinstance(step, Loop):
            self._loop(step)
        elif step.op in ROW_BY_ROW:
            self._cells(step)
        elif step.op in _INTO:
            out = self.room_for(step)
            getattr(self, f"_{step.op}")(step, out)
            self._lives.own(step.id, out)
        else:
            getattr(self, f"_{step.op}")(step)

    def room_for(self, node: Node) -> NDArray[Any]:
        """Return room for the rows of a node that are needed."""
        shape: tuple[int, ...] = (self._script.width,)
        if node.table is not None:
            rows = self._rows[node.id]
            shape = (len(node.table) if rows is None else len(rows), *shape)
        return self._script.take(shape, np.bool_ if node.op in FLAGS else np.float64)

    # --- what is read -----------------------------------------------------------------------------------------------

    def _whole(self, node: Node) -> tuple[NDArray[Any], Rows | None, bool]:
        """Return the array of a node, the rows that are in it (None: all), and whether it is still."""
        if node.id in self._lives.arrays:
            return self._lives.arrays[node.id], self._rows[node.id], False
        return self._plan.still[node.id], None, True

    def _part(self, node: Node, rows: Rows | None) -> Part:
        """Return what a node says in some rows (None: all); the one value of a scalar."""
        array, stored, still = self._whole(node)
        if node.table is None or rows is stored:
            return Part(array, still)
        where = places(stored, np.arange(len(node.table)) if rows is None else rows)
        return Part(array[where], still=True) if still else Part(gather(self._script, array, where), still=False)

    def _numbers(self, node: Node, rows: Rows | None = None) -> Array:
        """Return rows of a column (those that are there, if none are named) as numbers, one behind another in memory."""
        array = self._whole(node)[0] if rows is None else self._part(node, rows).array
        if array.dtype != np.bool_ and array.flags.c_contiguous:
            return array
        if array.shape[-1] != self._script.width:
            return np.ascontiguousarray(array)
        return self._script.call(copied, array, out=self._script.scratch(array.shape))

    def _by_run(self, node: Node, column: Node) -> Array:
        """Return a column with its runs beside each other, those that a node speaks of."""
        if node.table is None:
            return self._numbers(column)
        runs, run = self._rows[node.id], table_of(column).run
        if runs is None:
            runs = np.arange(len(node.table))
        rows = (runs[:, None] * run + np.arange(run)).ravel()
        return runs_beside(self._numbers(column, rows), len(runs), run)

    # --- what is written --------------------------------------------------------------------------------------------

    def _cells(self, node: Node) -> None:
        rows = self._rows[node.id]
        parts = [self._part(a, rows) for a in node.args]
        shape: tuple[int, ...] = (self._script.width,)
        if node.table is not None:
            shape = (len(node.table) if rows is None else len(rows), *shape)
        times = Counter(a.id for a in node.args)
        arrays = self._lives.arrays
        spare = {id(arrays[i]): i for i, count in times.items() if self._lives.spare(i, count)}
        held = {id(arrays[i]): i for i in times if i in arrays}
        before = len(self._script.calls)
        array = write(self._script, node.op, parts, shape, spare=spare)
        if id(array) in spare and len(self._script.calls) > before:
            self._lives.take_over(node.id, spare[id(array)])
        elif id(array) in held:
            self._lives.lend(node.id, array, held[id(array)])
        elif any(array is p.array for p in parts):  # what stands elsewhere, or is still
            self._lives.own(node.id, self._script.call(copied, array, out=self._script.take(shape)))
        else:
            self._lives.own(node.id, array)

    def _pick(self, node: Node) -> None:
        array, stored, _ = self._whole(node.args[0])
        row = node.rows[0][0]
        place = row if stored is None else int(np.searchsorted(stored, row))
        self._lives.lend(node.id, array[place], node.args[0].id)

    def _lookup(self, node: Node) -> None:
        array, stored, _ = self._whole(node.args[0])
        rows = self._rows[node.id]
        wanted = np.array(node.rows[0], dtype=np.intp)
        where = places(stored, wanted if rows is None else wanted[rows])
        if isinstance(where, slice):
            self._lives.lend(node.id, array[where], node.args[0].id)
        else:
            out = self._script.take((len(where), self._script.width), array.dtype.type)
            self._lives.own(node.id, gather_into(self._script, array, where, out))

    def _stack(self, node: Node, out: Array) -> None:
        rows = self._rows[node.id]
        for place, arg in enumerate(node.args if rows is None else [node.args[i] for i in rows]):
            self._script.call(copied, self._whole(arg)[0], out=out[place])

    def _mixed(self, node: Node, out: Array) -> None:
        array, stored, _ = self._whole(node.args[0])
        goes, picked, others = (np.array(r, dtype=np.intp) for r in node.rows)
        rows = self._rows[node.id]
        there = np.arange(len(table_of(node))) if rows is None else rows
        wanted = np.isin(goes, there)
        taken = gather(self._script, array, places(stored, picked[wanted]))
        self._script.call(put, taken, np.searchsorted(there, goes[wanted]), out=out)
        for place, arg in zip(others, node.args[1:], strict=True):
            if place in there:
                self._script.call(copied, self._whole(arg)[0], out=out[int(np.searchsorted(there, place))])

    def _previous(self, node: Node, out: Array) -> None:
        assert node.follows is not None
        self._before(node, node.follows, 1, out)

    def _before(self, node: Node, column: Node, back: int, out: Array) -> None:
        """Write what a column said some rows before, and nothing before the first row of a run."""
        table, rows = table_of(node), self._rows[node.id]
        wanted = np.arange(len(table)) if rows is None else rows
        begins = wanted % table.run < back
        if not begins.all():
            array, stored, _ = self._whole(column)
            before = np.where(begins, wanted[~begins][0], wanted) - back
            gather_into(self._script, array, places(stored, before), out)
        for place in np.flatnonzero(begins):
            self._script.call(copied, _NOTHING, out=out[place])

    def _sum(self, node: Node, out: Array) -> None:
        if node.args[0].id not in self._rows:  # all its rows are nothing
            self._script.call(copied, _NOTHING, out=out)
            return
        write_sum(self._script, self._numbers(node.args[0]), out)

    def _dot(self, node: Node, out: Array) -> None:
        a, b = (self._numbers(arg, np.arange(len(table_of(arg)))) for arg in node.args)
        products = self._script.scratch((len(a), self._script.width))
        write_sum(self._script, self._script.call(np.multiply, a, b, out=products), out)

    def _sum_by(self, node: Node, out: Array) -> None:
        if node.args[0].id not in self._rows:
            self._script.call(copied, _NOTHING, out=out)
            return
        rows, stored = self._rows[node.id], self._rows[node.args[0].id]
        groups = [np.array(g, dtype=np.intp) for g in (node.rows if rows is None else [node.rows[i] for i in rows])]
        if stored is not None:  # rows that are not there are nothing
            there = np.zeros(len(table_of(node.args[0])), dtype=np.bool_)
            there[stored] = True
            groups = [np.searchsorted(stored, g[there[g]]) for g in groups]
        write_sums(self._script, self._numbers(node.args[0]), groups, out)

    def _lowest(self, node: Node, out: Array) -> None:
        self._script.call(partial(np.minimum.reduce, axis=0), self._by_run(node, node.args[0]), out=out)

    def _last(self, node: Node, out: Array) -> None:
        array, stored, _ = self._whole(node.args[0])
        runs = self._rows[node.id]
        ends = ((np.arange(len(table_of(node))) if runs is None else runs) + 1) * table_of(node.args[0]).run - 1
        gather_into(self._script, array, places(stored, ends), out)

    def _irr(self, node: Node, out: Array) -> None:
        write_function(self._script, irr, [self._by_run(node, node.args[0])], out)

    def _npv(self, node: Node, out: Array) -> None:
        write_function(self._script, npv, [self._numbers(node.args[0]), self._by_run(node, node.args[1])], out)

    def _solve(self, node: Node, out: Array) -> None:
        search = self._plan.searches[node.id]
        parts = {n.id: self._whole(n) for n in search.outside}
        ready = search.ready(
            [n for n in search.outside if not parts[n.id][2]], {i: p[0] for i, p in parts.items() if p[2]}
        )
        arrays = {i: p[0] for i, p in parts.items() if not p[2]}
        self._script.call(ready.run, arrays, out=out)

    def _loop(self, loop: Loop) -> None:
        """Write the columns of a loop; those that somebody looks at, or back at, are kept whole."""
        table = table_of(loop.nodes[0])
        if any(n.table is not table or (n.op != "previous" and n.op not in ROW_BY_ROW) for n in loop.nodes):
            msg = f"{loop.nodes[0]!r} waits for itself, and not row by row"
            raise GraphError(msg)
        rows, uses = self._rows[loop.nodes[0].id], self._lives.uses
        shape = Shape((len(table) if rows is None else len(rows)) // table.run, table.run)
        outside = {n.id: self._part(n, rows) for n in self._plan.needs(loop)}
        back = {n.id: followed(n, len(loop.nodes)) for n in loop.nodes if n.follows is not None}
        columns = {column for column, _ in back.values()}
        kept = {n.id: n for n in loop.nodes if n.id in columns or (uses.get(n.id) and n.id not in back)}
        for node_id in kept:
            uses[node_id] = uses.get(node_id, 0) + 1  # once more, until the loop is done
        whole = {i: self._lives.own(i, self.room_for(n)) for i, n in kept.items()}
        write_turns(self._script, loop, shape, outside, whole)
        for node in loop.nodes:
            if node.id in back and uses.get(node.id):
                column, rows_back = back[node.id]
                self._before(node, kept[column], rows_back, out := self.room_for(node))
                self._lives.own(node.id, out)
        for node_id in kept:
            self._lives.used(node_id)
