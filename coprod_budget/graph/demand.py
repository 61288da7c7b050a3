"""Which rows of every column are needed for what is asked: a step back from the outputs, and from each quantity to its parts.

A figure often needs a few rows only: one that is picked, the runs of a table that somebody looks at, rows whose weight is not nothing.
Rows that nobody needs are not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coprod_budget.graph.cells import ROW_BY_ROW
from coprod_budget.graph.fold import MIXED
from coprod_budget.graph.nodes import Node, Table, table_of
from coprod_budget.graph.recurrence import Loop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from coprod_budget.graph.bounds import Bounds
    from coprod_budget.graph.operations import Array
    from coprod_budget.graph.search import Search

Marks = NDArray[np.bool_] | Literal[True]
"""Rows that are needed: marked one by one, or all of them (the one value of a scalar)."""
Rows = NDArray[np.intp]
_NEARLY = 1.4
"""How many times as many rows as move are computed, if that spares gathering those that do."""


class Needed(NamedTuple):
    """Rows by node, and by column the rows that its sums add where these are not all that are there (None: all rows)."""

    rows: dict[int, Rows | None]
    added: dict[int, Rows | None]


def rows_needed(
    steps: Sequence[Node | Loop],
    outputs: Mapping[int, Marks],
    given: Collection[Node],
    still: Mapping[int, Array],
    searches: Mapping[int, Search],
    bounds: Bounds | None = None,
    otherwise: Mapping[int, Rows | None] | None = None,
) -> Needed:
    """Return the rows that are needed of every column that is given or computed in the steps (None for scalars, and for all rows).

    ``still`` holds what does not vary: the rows of a product in which it is 0 are nothing, and a sum does without them.
    Where ``bounds`` are known, rows that do not move within them are not needed either; ``otherwise`` are those needed without them.
    """
    demand = _Demand(steps, given, still, bounds, otherwise or {})
    demand.pinned = {*outputs, *searches, *(n.id for search in searches.values() for n in search.outside)}
    for node_id, marks in outputs.items():
        demand.ask(demand.nodes[node_id], marks)
    for step in reversed(steps):
        if isinstance(step, Loop):
            demand.of_loop(step)
        elif step.id in searches and step.id in demand.marks:
            demand.ask(step, True)  # one search answers for all rows
            for node in searches[step.id].outside:
                demand.ask(node, True)
        elif step.id not in searches:
            demand.of(step)
    return Needed({i: _numbers(marks) for i, marks in demand.marks.items()}, demand.added)


def _numbers(marks: Marks) -> Rows | None:
    return None if marks is True else np.flatnonzero(marks)


class _Demand:
    def __init__(
        self,
        steps: Sequence[Node | Loop],
        given: Iterable[Node],
        still: Mapping[int, Array],
        bounds: Bounds | None,
        otherwise: Mapping[int, Rows | None],
    ) -> None:
        own = [n for step in steps for n in (step.nodes if isinstance(step, Loop) else (step,))]
        self.nodes = {n.id: n for n in (*given, *own)}
        self.marks: dict[int, Marks] = {}
        self.added: dict[int, Rows | None] = {}
        self.pinned: Collection[int] = ()
        """Nodes that are looked at from outside: their rows are there, even if they do not move."""
        self._still = still
        self._bounds = bounds
        self._otherwise = otherwise
        self._nothing: dict[int, NDArray[np.bool_] | None] = {}

    def ask(self, node: Node, rows: Marks) -> None:
        """Note that rows of a node are needed."""
        if node.id not in self.nodes:
            return
        marks = self.marks.get(node.id)
        if marks is True or rows is True or node.table is None or rows.all():
            self.marks[node.id] = True
        elif rows.any():  # a sum may need none, where all weights are nothing
            self.marks[node.id] = rows.copy() if marks is None else marks | rows

    def _at(self, node: Node, rows: Iterable[int]) -> None:
        marks = np.zeros(len(table_of(node)), dtype=np.bool_)
        marks[list(rows)] = True
        self.ask(node, marks)

    def of_loop(self, loop: Loop) -> None:
        """Ask for whole runs of all columns of a loop, and of what goes into it."""
        table = table_of(loop.nodes[0])
        marks: Marks = np.zeros(len(table), dtype=np.bool_)
        for node in loop.nodes:
            asked = self.marks.get(node.id, marks)
            marks = True if asked is True or marks is True else marks | asked
        if marks is not True:
            if not marks.any():
                return
            marks = _whole_runs(table, marks)
        for node in loop.nodes:
            self.ask(node, marks)
            for arg in node.args:
                self.ask(arg, marks)

    def of(self, node: Node) -> None:
        """Ask for the rows of the parts of a node that its own rows need."""
        marks = self._moving(node, self.marks.pop(node.id, None))
        if marks is None:
            return
        self.marks[node.id] = marks
        if node.op in ROW_BY_ROW:
            for arg in node.args:
                self.ask(arg, marks)
        elif node.op in {"pick", "lookup"}:
            rows = node.rows[0]
            self._at(node.args[0], rows if marks is True else [rows[i] for i in np.flatnonzero(marks)])
        elif node.op == "stack":
            for arg in node.args if marks is True else [node.args[i] for i in np.flatnonzero(marks)]:
                self.ask(arg, True)
        elif node.op == MIXED:
            goes, picked, others = node.rows
            self._at(
                node.args[0], [row for place, row in zip(goes, picked, strict=True) if marks is True or marks[place]]
            )
            for place, arg in zip(others, node.args[1:], strict=True):
                if marks is True or marks[place]:
                    self.ask(arg, True)
        elif node.op == "dot":
            for arg in node.args:
                self.ask(arg, True)
        elif node.op == "sum":
            self.ask(node.args[0], self._something(node.args[0]))
        elif node.op == "sum_by":
            groups = node.rows if marks is True else [node.rows[i] for i in np.flatnonzero(marks)]
            column = node.args[0]
            wanted = np.zeros(len(table_of(column)), dtype=np.bool_)
            wanted[[row for group in groups for row in group]] = True
            something = self._something(column)
            self.ask(column, wanted if something is True else wanted & something)
        else:
            self._of_runs(node, marks)

    def _moving(self, node: Node, marks: Marks | None) -> Marks | None:
        """Return which of the rows that are needed are computed: those that move, or a few more if they stand beside them."""
        moves = None if marks is None or self._bounds is None or node.id in self.pinned else self._bounds.moves(node)
        if marks is None or moves is None:
            return marks
        needed = (
            np.broadcast_to(moves, 1 if node.table is None else len(node.table)) if marks is True else marks & moves
        )
        if not needed.any():
            return None
        if node.table is None or node.id < 0:  # columns that are added two by two all keep the rows of their sum
            return marks
        first, last = np.flatnonzero(needed)[[0, -1]]
        beside = np.zeros(len(node.table), dtype=np.bool_)
        beside[first : last + 1] = True
        if marks is not True:
            beside &= marks
        count = int(needed.sum())
        asked = len(node.table) if marks is True else int(marks.sum())
        if count * _NEARLY >= asked:
            return marks
        return beside if count * _NEARLY >= beside.sum() else needed.copy()

    def _of_runs(self, node: Node, marks: Marks) -> None:
        if node.follows is not None and node.table is not None:
            before = np.roll(np.ones(len(node.table), dtype=np.bool_) if marks is True else marks, -1)
            before[node.table.run - 1 :: node.table.run] = False
            self.ask(node.follows, before)
        for arg in node.args:
            if node.table is None or arg.table is None:
                self.ask(arg, True)
                continue
            runs, run = (range(len(node.table)) if marks is True else np.flatnonzero(marks).tolist()), arg.table.run
            first = run - 1 if node.op == "last" else 0
            self._at(arg, (i * run + row for i in runs for row in range(first, run)))

    def _something(self, node: Node) -> Marks:
        nothing = self.nothing(node)
        something: Marks = True if nothing is None else ~nothing
        if self._bounds is not None:
            self.added[node.id] = _numbers(something)
        return something

    def nothing(self, node: Node) -> NDArray[np.bool_] | None:
        """Return the rows of a column (or the one of a scalar) that are 0 whatever varies, or None if there are none to be seen."""
        found = self._still_nothing(node)
        if found is not None and node.id in self._otherwise:
            found = found.copy()  # without bounds these are there, and added, even if they are no numbers
            found[slice(None) if self._otherwise[node.id] is None else self._otherwise[node.id]] = False
        moves = None if self._bounds is None else self._bounds.moves(node)
        if moves is not None and self._bounds is not None and node.id in self.nodes:
            stands = ~moves & (self._bounds.values(node).reshape(-1) == 0)
            found = stands if found is None else found | stands
        return None if found is None or not found.any() else found

    def _still_nothing(self, node: Node) -> NDArray[np.bool_] | None:
        """Return the rows that are 0 because of what is still: bounds have no part in it, as 0 times what is no number is not 0."""
        if node.id not in self._nothing:
            self._nothing[node.id] = self._find_nothing(node)
        return self._nothing[node.id]

    def _find_nothing(self, node: Node) -> NDArray[np.bool_] | None:
        found: NDArray[np.bool_] | None = None
        if node.id in self._still:
            found = self._still[node.id].reshape(-1) == 0
        elif node.op == "mul":
            for part in map(self._still_nothing, node.args):
                if part is not None:
                    found = part if found is None else found | part
            if found is not None and node.table is not None:
                found = np.broadcast_to(found, (len(node.table),))
        elif node.op == "lookup":
            source = self._still_nothing(node.args[0])
            found = None if source is None else source[list(node.rows[0])]
        elif node.op == "stack":
            parts = [self._still_nothing(arg) for arg in node.args]
            found = np.array([part is not None and bool(part[0]) for part in parts], dtype=np.bool_)
        return None if found is None or not found.any() else found


def _whole_runs(table: Table, marks: NDArray[np.bool_]) -> Marks:
    runs = marks.reshape(-1, table.run).any(axis=1)
    return True if runs.all() else np.repeat(runs, table.run)
