"""What a step reads: rows of the arrays that are there, and what other rows say that do not move within the bounds of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.graph.cells import Part, copied
from coprod_budget.graph.columns import gather, gather_into, places, put, runs_beside
from coprod_budget.graph.nodes import table_of

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


class Reader:
    """Reads for the steps of a plan that are written into a script."""

    def __init__(self, plan: Plan, script: Script, lives: Lifetimes) -> None:
        self._plan = plan
        self._rows = plan.rows
        self._script = script
        self._lives = lives

    def whole(self, node: Node) -> tuple[NDArray[Any], Rows | None, bool]:
        """Return the array of a node, the rows that are in it (None: all), and whether it is still."""
        if node.id in self._lives.arrays:
            return self._lives.arrays[node.id], self._rows[node.id], False
        return self._plan.still[node.id], None, True

    def part(self, node: Node, rows: Rows | None) -> Part:
        """Return what a node says in some rows (None: all); the one value of a scalar."""
        array, stored, still = self.whole(node)
        if node.table is None or rows is stored:
            return Part(array, still)
        wanted = np.arange(len(node.table)) if rows is None else rows
        if still:
            return Part(array[places(None, wanted)], still=True)
        there = None if stored is None or self._plan.bounds is None else _among(wanted, stored)
        if stored is None or there is None or there.all():
            return Part(gather(self._script, array, places(stored, wanted)), still=False)
        values = self.standing(node)[wanted]
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

    def rows_into(self, column: Node, rows: Rows, out: Array) -> None:
        """Copy some rows of a column."""
        array, stored, still = self.whole(column)
        if still or not self.are_there(stored, rows):
            self._script.call(copied, self.part(column, rows).array, out=out)
        else:
            gather_into(self._script, array, places(stored, rows), out)

    def are_there(self, stored: Rows | None, wanted: Rows) -> bool:
        """Say whether rows of a column are all computed; those that do not move may not be."""
        return stored is None or self._plan.bounds is None or bool(_among(wanted, stored).all())

    def stands(self, node: Node) -> bool:
        """Say whether no row of a quantity that is computed moves, within the bounds of the plan."""
        moves, rows = None if self._plan.bounds is None else self._plan.bounds.moves(node), self._rows[node.id]
        return moves is not None and not (moves if rows is None else moves[rows]).any()

    def standing(self, node: Node) -> Array:
        """Return what the rows of a column say that do not move, within the bounds of the plan."""
        assert self._plan.bounds is not None
        return self._plan.bounds.values(node)

    def numbers(self, node: Node, rows: Rows | None = None) -> Array:
        """Return rows of a column (those that are there, if none are named) as numbers, one behind another in memory."""
        array = self.whole(node)[0] if rows is None else self.part(node, rows).array
        if array.dtype != np.bool_ and array.flags.c_contiguous:
            return array
        if array.shape[-1] != self._script.width:
            return np.ascontiguousarray(array)
        return self._script.call(copied, array, out=self._script.scratch(array.shape))

    def by_run(self, node: Node, column: Node) -> Array:
        """Return a column with its runs beside each other, those that a node speaks of."""
        if node.table is None:
            return self.numbers(column, np.arange(len(table_of(column))))
        runs, run = self._rows[node.id], table_of(column).run
        if runs is None:
            runs = np.arange(len(node.table))
        rows = (runs[:, None] * run + np.arange(run)).ravel()
        return runs_beside(self.numbers(column, rows), len(runs), run)

    def added(self, column: Node, among: Rows | None = None) -> tuple[Array, Rows | None]:
        """Return the rows of a column (``among`` some) that sums add, and which they are: those that are not nothing."""
        if column.id not in self._rows and column.id not in self._plan.still:
            return _NOTHING, np.zeros(0, dtype=np.intp)
        if self._plan.bounds is None:
            return self.numbers(column), self._rows[column.id]
        rows = self._plan.added[column.id]
        if among is not None:
            rows = among if rows is None else np.intersect1d(among, rows)
        return self.numbers(column, np.arange(len(table_of(column))) if rows is None else rows), rows

    def stands_in(self, whole: Node, some: Node, wanted: Rows) -> slice | Rows | None:
        """Return where the rows of a column are in another one that may be written over, if all others are nothing, and many."""
        array, stored, still = self.whole(whole)
        added, rows, stands = self.whole(some)
        if still or stands or rows is None or some.table is not whole.table or not self._lives.spare(whole.id, 1):
            return None
        if np.bool_ in {array.dtype.type, added.dtype.type} or len(rows) > _PART * len(wanted):
            return None
        if not np.array_equal(np.arange(len(table_of(whole))) if stored is None else stored, wanted):
            return None
        there = _among(wanted, rows)
        if np.count_nonzero(there) < len(rows) or self.standing(some)[wanted[~there]].any():
            return None
        return places(None, np.flatnonzero(there))


def _among(wanted: Rows, stored: Rows) -> NDArray[np.bool_]:
    """Say which rows are among others that are in order."""
    return np.asarray(stored[np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)] == wanted)
