"""Every operation put down as calls that write into arrays: which rows it reads, where they stand, and where its own will be."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.graph.cells import ROW_BY_ROW, copied, write
from coprod_budget.graph.columns import (
    gather_into,
    places,
    put,
    write_function,
    write_sum,
    write_sums,
)
from coprod_budget.graph.fold import MIXED
from coprod_budget.graph.irr import irr, npv
from coprod_budget.graph.nodes import GraphError, table_of
from coprod_budget.graph.operations import FLAGS
from coprod_budget.graph.reading import Reader
from coprod_budget.graph.recurrence import Loop, followed
from coprod_budget.graph.turns import Columns, Shape, write_turns

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
        self._read = Reader(plan, script, lives)

    def write(self, step: Node | Loop) -> None:
        """Put down a step."""
        if isinstance(step, Loop):
            self._loop(step)
        elif self._read.stands(step):
            rows, values = self._rows[step.id], self._read.standing(step)
            out = self._script.call(copied, values if rows is None else values[rows], out=self.room_for(step))
            self._lives.own(step.id, out)
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

    def _cells(self, node: Node) -> None:
        rows = self._rows[node.id]
        if self._added_to(node, rows):
            return
        parts = [self._read.part(a, rows) for a in node.args]
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

    def _added_to(self, node: Node, rows: Rows | None) -> bool:
        """Add a column to another one where it stands, if nobody needs that one any more: only the rows in which it is not nothing."""
        if node.op not in {"add", "sub"} or len(node.args) != 2 or node.table is None or self._plan.bounds is None:
            return False
        wanted = np.arange(len(node.table)) if rows is None else rows
        for whole, some in [node.args, node.args[::-1]] if node.op == "add" else [node.args]:
            where = self._read.stands_in(whole, some, wanted)
            if where is None:
                continue
            array, added = self._read.whole(whole)[0], self._read.whole(some)[0]
            function = np.add if node.op == "add" else np.subtract
            if isinstance(where, slice):
                self._script.call(function, array[where], added, out=array[where])
            else:
                part = gather_into(self._script, array, where, self._script.scratch(added.shape))
                self._script.call(put, self._script.call(function, part, added, out=part), where, out=array)
            self._lives.take_over(node.id, whole.id)
            return True
        return False

    def _pick(self, node: Node) -> None:
        column = node.args[0]
        part = self._read.part(column, np.array(node.rows[0], dtype=np.intp))
        if part.still:
            self._lives.own(node.id, self._script.call(copied, part.array[0], out=self.room_for(node)))
        else:
            self._lives.lend(node.id, part.array[0], column.id)

    def _lookup(self, node: Node) -> None:
        column, rows = node.args[0], self._rows[node.id]
        wanted = np.array(node.rows[0], dtype=np.intp)
        wanted = wanted if rows is None else wanted[rows]
        if not len(wanted):  # nor may the column have any rows
            self._lives.own(node.id, self.room_for(node))
            return
        array, stored, still = self._read.whole(column)
        if still or not self._read.are_there(stored, wanted):
            out = self._script.take((len(wanted), self._script.width), array.dtype.type)
            self._lives.own(node.id, self._script.call(copied, self._read.part(column, wanted).array, out=out))
            return
        where = places(stored, wanted)
        if isinstance(where, slice):
            self._lives.lend(node.id, array[where], column.id)
        elif len(where) and (where == where[0]).all():
            self._lives.lend(node.id, np.broadcast_to(array[where[0]], (len(where), array.shape[-1])), column.id)
        else:
            out = self._script.take((len(where), self._script.width), array.dtype.type)
            self._lives.own(node.id, gather_into(self._script, array, where, out))

    def _stack(self, node: Node, out: Array) -> None:
        """Write what is still at once, and every quantity in all the rows where it stands."""
        rows = self._rows[node.id]
        still: list[int] = []
        moving: dict[int, list[int]] = {}
        parts = [self._read.whole(a) for a in (node.args if rows is None else [node.args[i] for i in rows])]
        for place, (array, _, stands) in enumerate(parts):
            (still if stands else moving.setdefault(id(array), [])).append(place)
        if still:
            values = np.array([parts[place][0][0] for place in still]).reshape(-1, 1)
            self._script.call(put, values, places(None, np.array(still)), out=out)
        for together in moving.values():
            array = parts[together[0]][0]
            if len(together) == 1:
                self._script.call(copied, array, out=out[together[0]])
            else:
                self._script.call(put, array, places(None, np.array(together)), out=out)

    def _mixed(self, node: Node, out: Array) -> None:
        goes, picked, others = (np.array(r, dtype=np.intp) for r in node.rows)
        rows = self._rows[node.id]
        there = np.arange(len(table_of(node))) if rows is None else rows
        wanted = np.isin(goes, there)
        if wanted.any():
            taken = self._read.part(node.args[0], picked[wanted]).array
            self._script.call(put, taken, np.searchsorted(there, goes[wanted]), out=out)
        for place, arg in zip(others, node.args[1:], strict=True):
            if place in there:
                self._script.call(copied, self._read.whole(arg)[0], out=out[int(np.searchsorted(there, place))])

    def _previous(self, node: Node, out: Array) -> None:
        assert node.follows is not None
        self._before(node, node.follows, 1, out)

    def _before(self, node: Node, column: Node, back: int, out: Array) -> None:
        """Write what a column said some rows before, and nothing before the first row of a run."""
        table, rows = table_of(node), self._rows[node.id]
        wanted = np.arange(len(table)) if rows is None else rows
        begins = wanted % table.run < back
        if not begins.all():
            before = np.where(begins, wanted[~begins][0], wanted) - back
            self._read.rows_into(column, before, out)
        for place in np.flatnonzero(begins):
            self._script.call(copied, _NOTHING, out=out[place])

    def _sum(self, node: Node, out: Array) -> None:
        column, rows = self._read.added(node.args[0])
        if rows is not None and not len(rows):  # all its rows are nothing
            self._script.call(copied, _NOTHING, out=out)
            return
        write_sum(self._script, column, out)

    def _dot(self, node: Node, out: Array) -> None:
        a, b = (self._read.numbers(arg, np.arange(len(table_of(arg)))) for arg in node.args)
        products = self._script.scratch((len(a), self._script.width))
        write_sum(self._script, self._script.call(np.multiply, a, b, out=products), out)

    def _sum_by(self, node: Node, out: Array) -> None:
        rows = self._rows[node.id]
        groups = [np.array(g, dtype=np.intp) for g in (node.rows if rows is None else [node.rows[i] for i in rows])]
        column, stored = self._read.added(node.args[0], np.unique(np.concatenate(groups)) if groups else None)
        if stored is not None:  # rows that are not there are nothing
            there = np.zeros(len(table_of(node.args[0])), dtype=np.bool_)
            there[stored] = True
            groups = [np.searchsorted(stored, g[there[g]]) for g in groups]
        if stored is not None and not len(stored):
            self._script.call(copied, _NOTHING, out=out)
            return
        write_sums(self._script, column, groups, out)

    def _lowest(self, node: Node, out: Array) -> None:
        self._script.call(partial(np.minimum.reduce, axis=0), self._read.by_run(node, node.args[0]), out=out)

    def _last(self, node: Node, out: Array) -> None:
        runs = self._rows[node.id]
        ends = ((np.arange(len(table_of(node))) if runs is None else runs) + 1) * table_of(node.args[0]).run - 1
        self._read.rows_into(node.args[0], ends, out)

    def _irr(self, node: Node, out: Array) -> None:
        write_function(self._script, irr, [self._read.by_run(node, node.args[0])], out)

    def _npv(self, node: Node, out: Array) -> None:
        write_function(
            self._script, npv, [self._read.numbers(node.args[0]), self._read.by_run(node, node.args[1])], out
        )

    def _solve(self, node: Node, out: Array) -> None:
        search = self._plan.searches[node.id]
        parts = {n.id: self._read.whole(n) for n in search.outside}
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
        outside = {n.id: self._read.part(n, rows) for n in self._plan.needs(loop)}
        back = {n.id: followed(n, len(loop.nodes)) for n in loop.nodes if n.follows is not None}
        columns = {column for column, _ in back.values()}
        kept = {n.id: n for n in loop.nodes if n.id in columns or (uses.get(n.id) and n.id not in back)}
        for node_id in kept:
            uses[node_id] = uses.get(node_id, 0) + 1  # once more, until the loop is done
        whole = {i: self._lives.own(i, self.room_for(n)) for i, n in kept.items()}
        standing = {n.id: self._turns_that_stand(n, rows, shape) for n in loop.nodes if n.id not in back}
        write_turns(self._script, loop, shape, outside, Columns(whole, {i: s for i, s in standing.items() if s}))
        looked_at = {column for i, (column, _) in back.items() if uses.get(i)}
        for node_id, array in whole.items():
            if uses[node_id] > 1 or node_id in looked_at:  # by somebody outside of the loop
                self._fill(array.reshape(*shape, -1), standing[node_id])
        for node in loop.nodes:
            if node.id in back and uses.get(node.id):
                column, rows_back = back[node.id]
                self._before(node, kept[column], rows_back, out := self.room_for(node))
                self._lives.own(node.id, out)
        for node_id in kept:
            self._lives.used(node_id)

    def _fill(self, array: NDArray[Any], standing: list[NDArray[Any] | None]) -> None:
        """Write the rows that stand, ``(runs, rows, S)``: those beside each other at once."""
        first = 0
        for stands, group in groupby(standing, key=lambda values: values is not None):
            beside: list[Any] = list(group)
            if stands:
                self._script.call(copied, np.stack(beside, axis=1), out=array[:, first : first + len(beside)])
            first += len(beside)

    def _turns_that_stand(self, node: Node, rows: Rows | None, shape: Shape) -> list[NDArray[Any] | None]:
        """Return what a column of a loop says row by row, all runs beside each other, where it does not move; nothing if it always may."""
        moves = None if self._plan.bounds is None else self._plan.bounds.moves(node)
        if moves is None:
            return []
        wanted = np.arange(len(table_of(node))) if rows is None else rows
        moving = np.asarray(moves[wanted].reshape(shape).any(axis=0))
        values = self._read.standing(node)[wanted].reshape(*shape, 1)
        if node.op in FLAGS:
            values = values.astype(np.bool_)
        return [None if moving[row] else np.ascontiguousarray(values[:, row]) for row in range(shape.rows)]
