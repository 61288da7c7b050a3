"""Numbers out of a graph: NumPy arrays with a trailing scenario axis.

A scalar has shape ``(S,)`` and a column ``(rows, S)``; what does not vary has S = 1 and is computed once, whatever the number of
scenarios. Only what leads to what was asked is evaluated, in blocks of scenarios that stay in cache. Where everything is
asked for, what has to be searched for (``Graph.solve``) waits until somebody looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.columns import places
from coprod_budget.graph.links import ancestors, descendants
from coprod_budget.graph.narrowing import Plans
from coprod_budget.graph.nodes import GraphError, Node
from coprod_budget.graph.plan import Plan
from coprod_budget.graph.route import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from coprod_budget.graph.building import Graph
    from coprod_budget.graph.demand import Marks, Rows
    from coprod_budget.graph.operations import Array

BLOCK = 4096
"""Scenarios evaluated together."""
_APART = 64
"""Scenarios evaluated together of those few that are beyond the bounds of a plan."""
Cell = tuple[Node, int]
"""One row of a column."""


class Values:
    """Arrays by node, as asked from a ``Program``; those that wait are computed when they are asked for."""

    def __init__(
        self,
        graph: Graph,
        arrays: dict[int, Array],
        cells: Mapping[tuple[int, int], Array],
        waiting: set[int],
        later: Callable[[], Mapping[int, Array]],
    ) -> None:
        self._graph = graph
        self._arrays = arrays
        self._cells = cells
        self._waiting = waiting
        self._later = later

    def __getitem__(self, node: Node | str) -> Array:
        """Return the array of a node, by node or key: ``(S,)`` for a scalar or one row, ``(rows, S)`` for a column."""
        row = -1
        if isinstance(node, str):
            found = self._graph.find(node)
            if found is None:
                msg = f"no quantity {node!r}"
                raise GraphError(msg)
            node, row = found
        if (node.id, row) in self._cells:
            return self._cells[node.id, row]
        if node.id in self._waiting and node.id not in self._arrays:
            self._arrays |= self._later()  # one search answers for everything that waits for it
        array = self._arrays[node.id]
        return array[row] if row >= 0 else array

    def number(self, node: Node | str, row: int = -1) -> float:
        """Return one value of the first scenario; ``row`` picks from a column."""
        array = self[node]
        return float(array[row, 0] if array.ndim > 1 else array[0])

    def __contains__(self, node: object) -> bool:
        """Say whether the node was evaluated, or waits to be."""
        return isinstance(node, Node) and (node.id in self._arrays or node.id in self._waiting)


class Program:
    """What leads to ``outputs``, split once into what depends on the varied inputs and what does not.

    An output is a node, or one row of a column (node and row): of that, only what this row needs is evaluated. With ``wait``, outputs
    that are searched for, and what depends on them, are left until they are asked for.
    """

    def __init__(
        self,
        graph: Graph,
        outputs: Iterable[Node | Cell],
        varied: Iterable[str] = (),
        *,
        wait: bool = False,
        known: Mapping[int, Array] | None = None,
    ) -> None:
        self._graph = graph
        asked = list(outputs)
        whole = {n.id for n in asked if isinstance(n, Node)}
        self._cells = {(n[0].id, n[1]) for n in asked if not isinstance(n, Node) and n[0].id not in whole}
        self._varied: dict[str, tuple[Node, int]] = {}
        for key in varied:
            found = graph.find(key)
            if found is None or found[0].op != "input" or (found[0].table is not None and found[1] < 0):
                msg = f"{key!r} is not an input with one value"
                raise GraphError(msg)
            self._varied[key] = found
        searched = {n.id for n in graph.nodes if n.op == "solve"} if wait else set()
        self._waiting = descendants(graph, searched) & whole if searched else searched
        self._whole = whole - self._waiting
        needed = ancestors(graph, self._whole | {i for i, _ in self._cells})
        given = {node.id: node for node, _ in self._varied.values()}
        moving = descendants(graph, set(given), needed) if self._varied else set()
        self._fixed: dict[int, Array] = dict(known or {})
        still = (n for n in graph.nodes if n.id in needed and n.id not in moving and n.id not in self._fixed)
        follow((n for n in still if n.op != "text"), self._fixed)
        self._given = [n for n in given.values() if n.id in needed]
        nodes = [n for n in graph.nodes if n.id in moving and n.id in needed and n.id not in given]
        marks = {i: rows for i, rows in self._marks().items() if i in moving}
        self._asked = {i: None if rows is True else np.flatnonzero(rows) for i, rows in marks.items()}
        self._moving = {key: (node, row) for key, (node, row) in self._varied.items() if node.id in needed}
        self._plans = Plans(Plan(nodes, self._given, marks, self._fixed), self._moving)

    def _marks(self) -> dict[int, Marks]:
        """Return which rows are asked for."""
        marks: dict[int, Marks] = dict.fromkeys(self._whole, True)
        for node_id, row in self._cells:
            table = self._graph.nodes[node_id].table
            rows = marks.setdefault(node_id, np.zeros(len(table or ()), dtype=np.bool_))
            if rows is not True:
                rows[row] = True
        return marks

    @property
    def steps(self) -> list[Node]:
        """The nodes that are evaluated again for every block, the varied inputs first."""
        return [*self._given, *self._plans.open.nodes]

    def run(self, overrides: Mapping[str, Array] | None = None, block: int = BLOCK) -> Values:
        """Evaluate; ``overrides`` gives each varied input its values, one a scenario (shape ``(S,)``).

        Results do not depend on the size of a block, nor on which scenarios are evaluated together.
        """
        given = {key: np.asarray(values, dtype=np.float64) for key, values in (overrides or {}).items()}
        if set(given) != set(self._varied):
            msg = f"values are needed for exactly {sorted(self._varied)}"
            raise GraphError(msg)
        sizes = {len(v) for v in given.values()}
        if len(sizes) > 1:
            msg = f"every varied input needs the same number of scenarios, got {sorted(sizes)}"
            raise GraphError(msg)
        count = sizes.pop() if sizes else 1
        found = {i: np.empty((*self._shape(i, rows), count)) for i, rows in self._asked.items()}
        if found and count:
            moving = {key: given[key] for key in self._moving}
            plan, beyond = self._plans.choose(moving, count)
            self._run(plan, moving, found, block)
            if len(beyond):
                some = {i: a[..., beyond] for i, a in found.items()}
                self._run(self._plans.open, {k: v[beyond] for k, v in moving.items()}, some, _APART)
                for i, array in some.items():
                    found[i][..., beyond] = array
        arrays = {i: self._fixed[i] for i in self._whole if i in self._fixed}
        arrays |= {i: a for i, a in found.items() if i in self._whole}
        cells = {(i, row): self._cell(found, i, row) for i, row in self._cells}

        def later() -> dict[int, Array]:
            waiting = [n for n in self._graph.nodes if n.id in self._waiting]
            values = Program(self._graph, waiting, self._varied, known=self._fixed).run(given, block)
            return {n.id: values[n] for n in waiting}

        return Values(self._graph, arrays, cells, self._waiting, later)

    def _shape(self, node_id: int, rows: Rows | None) -> tuple[int, ...]:
        table = self._graph.nodes[node_id].table
        return () if table is None else (len(table) if rows is None else len(rows),)

    def _cell(self, found: Mapping[int, Array], node_id: int, row: int) -> Array:
        if node_id not in found:
            return np.asarray(self._fixed[node_id][row])
        rows = self._asked[node_id]
        return np.asarray(found[node_id][row if rows is None else int(np.searchsorted(rows, row))])

    def _run(self, plan: Plan, given: Mapping[str, Array], found: Mapping[int, Array], block: int) -> None:
        """Evaluate block by block into ``found``; where there are fewer scenarios than that, the last one stands in for the others."""
        count = len(next(iter(given.values())))
        bound = plan.at(plan.fitting(min(block, count)))
        where = {i: slice(None) if rows is None else places(plan.rows[i], rows) for i, rows in self._asked.items()}
        given_at = [(bound.place(*self._moving[key]), values) for key, values in given.items()]
        for start in range(0, count, bound.width):
            there = min(start + bound.width, count) - start
            for place, values in given_at:
                if place is not None:
                    place[:there] = values[start : start + there]
                    place[there:] = values[start + there - 1]
            bound.run()
            for i, array in found.items():
                array[..., start : start + there] = bound.outputs[i][where[i]][..., :there]


def evaluate(graph: Graph, outputs: Iterable[Node | Cell] | None = None) -> Values:
    """Evaluate with the inputs as they stand (one scenario); all named nodes unless ``outputs`` are given.

    Of all named nodes those that are searched for, and what depends on them, are evaluated when they are asked for.
    """
    if outputs is None:
        return Program(graph, graph.named(), wait=True).run()
    return Program(graph, outputs).run()
