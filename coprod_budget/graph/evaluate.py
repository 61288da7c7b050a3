"""Numbers out of a graph: NumPy arrays with a trailing scenario axis.

A scalar has shape ``(S,)`` and a column ``(rows, S)``; what does not vary has S = 1 and is computed once, whatever the number of
scenarios. Only nodes that lead to what was asked are evaluated, in blocks of scenarios that stay in cache. Where everything is
asked for, what has to be searched for (``Graph.solve``) waits until somebody looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.compute import input_values
from coprod_budget.graph.nodes import GraphError, Node
from coprod_budget.graph.route import Route, ancestors, descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from coprod_budget.graph.building import Graph
    from coprod_budget.graph.operations import Array

BLOCK = 1024
"""Scenarios evaluated together: columns of a few hundred rows then stay in the second-level cache."""


class Values:
    """Arrays by node, as asked from a ``Program``; those that wait are computed when they are asked for."""

    def __init__(
        self, graph: Graph, arrays: dict[int, Array], waiting: set[int], later: Callable[[], Mapping[int, Array]]
    ) -> None:
        self._graph = graph
        self._arrays = arrays
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
    """The nodes that lead to ``outputs``, split once into those that depend on the varied inputs and those that do not.

    With ``wait``, outputs that are searched for, and what depends on them, are left until they are asked for.
    """

    def __init__(
        self,
        graph: Graph,
        outputs: Iterable[Node],
        varied: Iterable[str] = (),
        *,
        wait: bool = False,
        known: Mapping[int, Array] | None = None,
    ) -> None:
        self._graph = graph
        self._outputs = {n.id for n in outputs}
        self._varied: dict[str, tuple[Node, int]] = {}
        for key in varied:
            found = graph.find(key)
            if found is None or found[0].op != "input" or (found[0].table is not None and found[1] < 0):
                msg = f"{key!r} is not an input with one value"
                raise GraphError(msg)
            self._varied[key] = found
        searched = {n.id for n in graph.nodes if n.op == "solve"} if wait else set()
        self._waiting = descendants(graph, searched) & self._outputs if searched else searched
        self._outputs -= self._waiting
        needed = ancestors(graph, self._outputs)
        moving = descendants(graph, {node.id for node, _ in self._varied.values()}, needed) if self._varied else set()
        self._fixed: dict[int, Array] = dict(known or {})
        still = (n for n in graph.nodes if n.id in needed and n.id not in moving and n.id not in self._fixed)
        Route(n for n in still if n.op != "text").run(self._fixed)
        self._route = Route((n for n in graph.nodes if n.id in moving), self._outputs)

    @property
    def steps(self) -> list[Node]:
        """The nodes that are evaluated again for every block."""
        return list(self._route.nodes())

    def run(self, overrides: Mapping[str, Array] | None = None, block: int = BLOCK) -> Values:
        """Evaluate; ``overrides`` gives each varied input its values, one a scenario (shape ``(S,)``)."""
        given = overrides or {}
        if set(given) != set(self._varied):
            msg = f"values are needed for exactly {sorted(self._varied)}"
            raise GraphError(msg)
        fixed = {i: self._fixed[i] for i in self._outputs if i in self._fixed}
        if not given:
            return self._values(fixed, given, block)
        sizes = {len(v) for v in given.values()}
        if len(sizes) != 1:
            msg = f"every varied input needs the same number of scenarios, got {sorted(sizes)}"
            raise GraphError(msg)
        count, block = sizes.pop(), min(block, self._route.at_once)
        parts: dict[int, list[Array]] = {n.id: [] for n in self.steps if n.id in self._outputs}
        for start in range(0, count, block):
            stop = min(start + block, count)
            arrays = self._run_block({k: np.asarray(v[start:stop], dtype=np.float64) for k, v in given.items()})
            for node_id, part in parts.items():
                part.append(np.broadcast_to(arrays[node_id], (*arrays[node_id].shape[:-1], stop - start)))
        joined = {i: np.concatenate(p, axis=-1) for i, p in parts.items()}
        return self._values({**fixed, **joined}, given, block)

    def _values(self, arrays: dict[int, Array], given: Mapping[str, Array], block: int) -> Values:
        def later() -> dict[int, Array]:
            waiting = [n for n in self._graph.nodes if n.id in self._waiting]
            found = Program(self._graph, waiting, self._varied, known=self._fixed).run(given, block)
            return {n.id: found[n] for n in waiting}

        return Values(self._graph, arrays, self._waiting, later)

    def _run_block(self, given: Mapping[str, Array]) -> dict[int, Array]:
        arrays = dict(self._fixed)
        for key, (node, row) in self._varied.items():
            if row < 0:
                arrays[node.id] = given[key]
            else:
                if node.id not in arrays:
                    arrays[node.id] = np.repeat(input_values(node), len(given[key]), axis=1)
                arrays[node.id][row] = given[key]
        self._route.run(arrays)
        return arrays


def evaluate(graph: Graph, outputs: Iterable[Node] | None = None) -> Values:
    """Evaluate with the inputs as they stand (one scenario); all named nodes unless ``outputs`` are given.

    Of all named nodes those that are searched for, and what depends on them, are evaluated when they are asked for.
    """
    if outputs is None:
        return Program(graph, graph.named(), wait=True).run()
    return Program(graph, outputs).run()
