"""Numbers out of a graph: NumPy arrays with a trailing scenario axis.

A scalar has shape ``(S,)`` and a column ``(rows, S)``; what does not vary has S = 1 and is computed once, whatever the number of
scenarios. Only nodes that lead to what was asked are evaluated, in blocks of scenarios that stay in cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.compute import compute, input_values
from coprod_budget.graph.nodes import Graph, GraphError, Node
from coprod_budget.graph.recurrence import Loop, in_order, in_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coprod_budget.graph.operations import Array

BLOCK = 1024
"""Scenarios evaluated together: columns of a few hundred rows then stay in the second-level cache."""


class Values:
    """Arrays by node, as asked from a ``Program``."""

    def __init__(self, graph: Graph, arrays: dict[int, Array]) -> None:
        self._graph = graph
        self._arrays = arrays

    def __getitem__(self, node: Node | str) -> Array:
        """Return the array of a node, by node or key: ``(S,)`` for a scalar or one row, ``(rows, S)`` for a column."""
        row = -1
        if isinstance(node, str):
            found = self._graph.find(node)
            if found is None:
                msg = f"no quantity {node!r}"
                raise GraphError(msg)
            node, row = found
        array = self._arrays[node.id]
        return array[row] if row >= 0 else array

    def number(self, node: Node | str, row: int = -1) -> float:
        """Return one value of the first scenario; ``row`` picks from a column."""
        array = self[node]
        return float(array[row, 0] if array.ndim > 1 else array[0])

    def __contains__(self, node: object) -> bool:
        """Say whether the node was evaluated."""
        return isinstance(node, Node) and node.id in self._arrays


class Program:
    """The nodes that lead to ``outputs``, split once into those that depend on the varied inputs and those that do not."""

    def __init__(self, graph: Graph, outputs: Iterable[Node], varied: Iterable[str] = ()) -> None:
        self._graph = graph
        self._outputs = {n.id for n in outputs}
        self._varied: dict[str, tuple[Node, int]] = {}
        for key in varied:
            found = graph.find(key)
            if found is None or found[0].op != "input" or (found[0].table is not None and found[1] < 0):
                msg = f"{key!r} is not an input with one value"
                raise GraphError(msg)
            self._varied[key] = found
        needed = _ancestors(graph, self._outputs)
        moving = _descendants(graph, needed, {node.id for node, _ in self._varied.values()})
        self._fixed: dict[int, Array] = {}
        for step in in_order(n for n in graph.nodes if n.id in needed and n.id not in moving and n.op != "text"):
            _take(step, self._fixed)
        self._steps = in_order(n for n in graph.nodes if n.id in moving)
        self._last_use = {a.id: number for number, step in enumerate(self._steps) for n in _nodes(step) for a in n.args}

    @property
    def steps(self) -> list[Node]:
        """The nodes that are evaluated again for every block."""
        return [node for step in self._steps for node in _nodes(step)]

    def run(self, overrides: Mapping[str, Array] | None = None, block: int = BLOCK) -> Values:
        """Evaluate; ``overrides`` gives each varied input its values, one a scenario (shape ``(S,)``)."""
        given = overrides or {}
        if set(given) != set(self._varied):
            msg = f"values are needed for exactly {sorted(self._varied)}"
            raise GraphError(msg)
        if not given:
            return Values(self._graph, {i: self._fixed[i] for i in self._outputs if i in self._fixed})
        sizes = {len(v) for v in given.values()}
        if len(sizes) != 1:
            msg = f"every varied input needs the same number of scenarios, got {sorted(sizes)}"
            raise GraphError(msg)
        count = sizes.pop()
        parts: dict[int, list[Array]] = {n.id: [] for n in self.steps if n.id in self._outputs}
        for start in range(0, count, block):
            stop = min(start + block, count)
            arrays = self._run_block({k: np.asarray(v[start:stop], dtype=np.float64) for k, v in given.items()})
            for node_id, part in parts.items():
                part.append(np.broadcast_to(arrays[node_id], (*arrays[node_id].shape[:-1], stop - start)))
        joined = {i: np.concatenate(p, axis=-1) for i, p in parts.items()}
        return Values(self._graph, {**{i: self._fixed[i] for i in self._outputs if i in self._fixed}, **joined})

    def _run_block(self, given: Mapping[str, Array]) -> dict[int, Array]:
        arrays = dict(self._fixed)
        for key, (node, row) in self._varied.items():
            if row < 0:
                arrays[node.id] = given[key]
            else:
                if node.id not in arrays:
                    arrays[node.id] = np.repeat(input_values(node), len(given[key]), axis=1)
                arrays[node.id][row] = given[key]
        for number, step in enumerate(self._steps):
            if isinstance(step, Loop) or step.op != "input":
                _take(step, arrays)
            for node in _nodes(step):
                for arg in node.args:
                    if self._last_use[arg.id] == number and arg.id not in self._outputs and arg.id not in self._fixed:
                        arrays.pop(arg.id, None)
        return arrays


def evaluate(graph: Graph, outputs: Iterable[Node] | None = None) -> Values:
    """Evaluate with the inputs as they stand (one scenario); all named nodes unless ``outputs`` are given."""
    return Program(graph, list(graph.named()) if outputs is None else outputs).run()


def _nodes(step: Node | Loop) -> tuple[Node, ...]:
    return step.nodes if isinstance(step, Loop) else (step,)


def _ancestors(graph: Graph, outputs: set[int]) -> set[int]:
    needed = set(outputs)
    while True:
        behind: set[int] = set()  # what is followed comes later in the list
        for node in reversed(graph.nodes):
            if node.id in needed:
                needed.update(a.id for a in node.args)
                if node.follows is not None and node.follows.id not in needed:
                    behind.add(node.follows.id)
        if not behind:
            return needed
        needed |= behind


def _descendants(graph: Graph, needed: set[int], origin: set[int]) -> set[int]:
    moving = set(origin)
    while True:
        count = len(moving)
        for node in graph.nodes:
            if node.id not in needed or node.id in moving:
                continue
            if any(a.id in moving for a in node.args) or (node.follows is not None and node.follows.id in moving):
                moving.add(node.id)
        if len(moving) == count:
            return moving


def _take(step: Node | Loop, arrays: dict[int, Array]) -> None:
    """Compute one quantity, or several that wait for each other, row by row."""
    if isinstance(step, Loop):
        in_turn(step, arrays)
    else:
        arrays[step.id] = compute(step, arrays)
