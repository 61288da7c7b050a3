"""Every operation put down as calls that write into arrays: which rows it reads, where they stand, and where its own will be."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import groupby
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
_PART = 0.75
"""How many of the rows of a column at most are added to it where they stand."""
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
        elif self._stands(step):
            rows, values = self._rows[step.id], self._standing(step)
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
        wanted = np.arange(len(node.table)) if rows is None else rows
        if still:
            return Part(array[places(None, wanted)], still=True)
        there = None if stored is None or self._plan.bounds is None else _among(wanted, stored)
        if stored is None or there is None or there.all():
            return Part(gather(self._script, array, places(stored, wanted)), still=False)
        values = self._standing(node)[wanted]
        if not there.any():
            return Part(values, still=True)
        out = self._script.scratch((len(wanted), self._script.width), array.dtype.type)
        moving, standing = (places(None, np.flatnonzero(mask)) for mask in (there, ~there))
        where = places(stored, wanted[there])
        if isinstance(moving, slice) and isinstance(where, slice):
            self._script.call(copied, array[where], out=out[moving])
        else:  # all of them at once, also those that stand: they are written over
            gather_into(self._script, array, np.minimum(np.searchsorted(stored, wanted), len(stored) - 1), out)
        self._script.call(put, values[~there], standing, out=out)
        return Part(out, still=False)

    def _rows_into(self, column: Node, rows: Rows, out: Array) -> None:
        """Copy some rows of a column."""
        array, stored, still = self._whole(column)
        if still or not self._are_there(stored, rows):
            self._script.call(copied, self._part(column, rows).array, out=out)
        else:
            gather_into(self._script, array, places(stored, rows), out)

    def _are_there(self, stored: Rows | None, wanted: Rows) -> bool:
        """Say whether rows of a column are all computed; those that do not move may not be."""
        return stored is None or self._plan.bounds is None or bool(_among(wanted, stored).all())

    def _stands(self, node: Node) -> bool:
        """Say whether a quantity does not move at all, within the bounds of the plan."""
        moves = None if self._plan.bounds is None else self._plan.bounds.moves(node)
        return moves is not None and not moves.any()

    def _standing(self, node: Node) -> Array:
        """Return what the rows of a column say that do not move, within the bounds of the plan."""
        assert self._plan.bounds is not None
        return self._plan.bounds.values(node)

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
            return self._numbers(column, np.arange(len(table_of(column))))
        runs, run = self._rows[node.id], table_of(column).run
        if runs is None:
            runs = np.arange(len(node.table))
        rows = (runs[:, None] * run + np.arange(run)).ravel()
        return runs_beside(self._numbers(column, rows), len(runs), run)

    # --- what is written --------------------------------------------------------------------------------------------

    def _cells(self, node: Node) -> None:
        rows = self._rows[node.id]
        if self._added_to(node, rows):
            return
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

    def _added_to(self, node: Node, rows: Rows | None) -> bool:
        """Add a column to another one where it stands, if nobody needs that one any more: only the rows in which it is not nothing."""
        if node.op not in {"add", "sub"} or len(node.args) != 2 or node.table is None or self._plan.bounds is None:
            return False
        wanted = np.arange(len(node.table)) if rows is None else rows
        for whole, some in [node.args, node.args[::-1]] if node.op == "add" else [node.args]:
            where = self._stands_in(whole, some, wanted)
            if where is None:
                continue
            array, added = self._whole(whole)[0], self._whole(some)[0]
            function = np.add if node.op == "add" else np.subtract
            if isinstance(where, slice):
                self._script.call(function, array[where], added, out=array[where])
            else:
                part = gather_into(self._script, array, where, self._script.scratch(added.shape))
                self._script.call(put, self._script.call(function, part, added, out=part), where, out=array)
            self._lives.take_over(node.id, whole.id)
            return True
        return False

    def _stands_in(self, whole: Node, some: Node, wanted: Rows) -> slice | Rows | None:
        """Return where the rows of a column are in another one that may be written over, if all others are nothing, and many."""
        array, stored, still = self._whole(whole)
        added, rows, stands = self._whole(some)
        if still or stands or rows is None or some.table is not whole.table or not self._lives.spare(whole.id, 1):
            return None
        if np.bool_ in {array.dtype.type, added.dtype.type} or len(rows) > _PART * len(wanted):
            return None
        if not np.array_equal(np.arange(len(table_of(whole))) if stored is None else stored, wanted):
            return None
        there = _among(wanted, rows)
        if np.count_nonzero(there) < len(rows) or self._standing(some)[wanted[~there]].any():
            return None
        return places(None, np.flatnonzero(there))

    def _pick(self, node: Node) -> None:
        column = node.args[0]
        part = self._part(column, np.array(node.rows[0], dtype=np.intp))
        if part.still:
            self._lives.own(node.id, self._script.call(copied, part.array[0], out=self.room_for(node)))
        else:
            self._lives.lend(node.id, part.array[0], column.id)

    def _lookup(self, node: Node) -> None:
        column, rows = node.args[0], self._rows[node.id]
        wanted = np.array(node.rows[0], dtype=np.intp)
        wanted = wanted if rows is None else wanted[rows]
        array, stored, still = self._whole(column)
        if still or not self._are_there(stored, wanted):
            out = self._script.take((len(wanted), self._script.width), array.dtype.type)
            self._lives.own(node.id, self._script.call(copied, self._part(column, wanted).array, out=out))
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
        parts = [self._whole(a) for a in (node.args if rows is None else [node.args[i] for i in rows])]
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
            taken = self._part(node.args[0], picked[wanted]).array
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
            before = np.where(begins, wanted[~begins][0], wanted) - back
            self._rows_into(column, before, out)
        for place in np.flatnonzero(begins):
            self._script.call(copied, _NOTHING, out=out[place])

    def _sum(self, node: Node, out: Array) -> None:
        column, rows = self._added(node.args[0])
        if rows is not None and not len(rows):  # all its rows are nothing
            self._script.call(copied, _NOTHING, out=out)
            return
        write_sum(self._script, column, out)

    def _added(self, column: Node, among: Rows | None = None) -> tuple[Array, Rows | None]:
        """Return the rows of a column (``among`` some) that sums add, and which they are: those that are not nothing."""
        if column.id not in self._rows and column.id not in self._plan.still:
            return _NOTHING, np.zeros(0, dtype=np.intp)
        if self._plan.bounds is None:
            return self._numbers(column), self._rows[column.id]
        rows = self._plan.added[column.id]
        if among is not None:
            rows = among if rows is None else np.intersect1d(among, rows)
        return self._numbers(column, np.arange(len(table_of(column))) if rows is None else rows), rows

    def _dot(self, node: Node, out: Array) -> None:
        a, b = (self._numbers(arg, np.arange(len(table_of(arg)))) for arg in node.args)
        products = self._script.scratch((len(a), self._script.width))
        write_sum(self._script, self._script.call(np.multiply, a, b, out=products), out)

    def _sum_by(self, node: Node, out: Array) -> None:
        rows = self._rows[node.id]
        groups = [np.array(g, dtype=np.intp) for g in (node.rows if rows is None else [node.rows[i] for i in rows])]
        column, stored = self._added(node.args[0], np.unique(np.concatenate(groups)) if groups else None)
        if stored is not None:  # rows that are not there are nothing
            there = np.zeros(len(table_of(node.args[0])), dtype=np.bool_)
            there[stored] = True
            groups = [np.searchsorted(stored, g[there[g]]) for g in groups]
        if stored is not None and not len(stored):
            self._script.call(copied, _NOTHING, out=out)
            return
        write_sums(self._script, column, groups, out)

    def _lowest(self, node: Node, out: Array) -> None:
        self._script.call(partial(np.minimum.reduce, axis=0), self._by_run(node, node.args[0]), out=out)

    def _last(self, node: Node, out: Array) -> None:
        runs = self._rows[node.id]
        ends = ((np.arange(len(table_of(node))) if runs is None else runs) + 1) * table_of(node.args[0]).run - 1
        self._rows_into(node.args[0], ends, out)

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
        values = self._standing(node)[wanted].reshape(*shape, 1)
        if node.op in FLAGS:
            values = values.astype(np.bool_)
        return [None if moving[row] else np.ascontiguousarray(values[:, row]) for row in range(shape.rows)]


def _among(wanted: Rows, stored: Rows) -> NDArray[np.bool_]:
    """Say which rows are among others that are in order."""
    return np.asarray(stored[np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)] == wanted)
