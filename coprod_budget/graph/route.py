"""Which quantities lead to which, and one way through them: computed in order, and forgotten when nothing needs them any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.compute import compute, input_values
from coprod_budget.graph.recurrence import Loop, in_order, in_turn
from coprod_budget.graph.solving import smallest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from coprod_budget.graph.building import Graph
    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array

TRIALS = 256
"""Trial values of an unknown that are evaluated together, at most."""
CELLS = 2**22
"""Numbers of a loop that are held together, at most: its columns are all there at once."""


def ancestors(graph: Graph, outputs: AbstractSet[int]) -> set[int]:
    """Return the numbers of all nodes that lead to the outputs, which are among them."""
    needed = set(outputs)
    while True:
        for node in reversed(graph.nodes):
            if node.id in needed:
                needed.update(a.id for a in node.args)
        # what is followed comes later in the list
        behind = {p.follows.id for p in graph.followers if p.follows is not None and p.id in needed} - needed
        if not behind:
            return needed
        needed |= behind


def descendants(graph: Graph, origin: AbstractSet[int], among: AbstractSet[int] | None = None) -> set[int]:
    """Return the numbers of all nodes (``among`` some) that depend on those of the origin, which are among them."""
    moving = set(origin)
    nodes = graph.nodes if among is None else [n for n in graph.nodes if n.id in among]
    while True:
        for node in nodes:
            for arg in node.args:
                if arg.id in moving:
                    moving.add(node.id)
                    break
        ahead = {p.id for p in graph.followers if p.follows is not None and p.follows.id in moving} - moving
        if among is not None:
            ahead &= among
        if not ahead:
            return moving
        moving |= ahead


class Route:
    """Nodes in the order in which they are computed; arrays of nodes that are not in ``keep`` go when nothing needs them any more."""

    def __init__(self, nodes: Iterable[Node], keep: AbstractSet[int] | None = None) -> None:
        nodes = list(nodes)
        self._steps = in_order(nodes)
        self._searches = {n.id: Search(n) for n in nodes if n.op == "solve"}
        self._done: dict[int, list[int]] = {}
        if keep is not None:
            last = {n.id: number for number, step in enumerate(self._steps) for n in self._needs(step)}
            for node in nodes:
                if node.id in last and node.id not in keep:
                    self._done.setdefault(last[node.id], []).append(node.id)

    @property
    def at_once(self) -> int:
        """How many scenarios may be computed together before the loops take too much room."""
        return max(1, CELLS // max((s.cells for s in self._steps if isinstance(s, Loop)), default=1))

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes in their order."""
        for step in self._steps:
            yield from step.nodes if isinstance(step, Loop) else (step,)

    def _needs(self, step: Node | Loop) -> Sequence[Node]:
        """Return the nodes whose arrays a step reads (and texts)."""
        if isinstance(step, Loop):
            return [n for node in step.nodes for n in self._needs(node)]
        needs = self._searches[step.id].outside if step.op == "solve" else step.args
        return needs if step.follows is None else [*needs, step.follows]

    def outside(self) -> list[Node]:
        """Return the nodes that are read and not computed on this route."""
        own = {n.id for n in self.nodes()}
        return list(
            {n.id: n for s in self._steps for n in self._needs(s) if n.id not in own and n.op != "text"}.values()
        )

    def run(self, arrays: dict[int, Array]) -> None:
        """Compute every node that is not there yet, and add its array."""
        for number, step in enumerate(self._steps):
            if isinstance(step, Loop):
                in_turn(step, arrays, self._done.get(number, ()))
            elif step.id in self._searches:
                arrays[step.id] = self._searches[step.id].run(arrays)
            elif step.id not in arrays:
                arrays[step.id] = compute(step, arrays)
            for node_id in self._done.get(number, ()):
                arrays.pop(node_id, None)


class Search:
    """The way from the unknowns of a ``solve`` node to its goal: the only nodes that trials compute again."""

    def __init__(self, node: Node) -> None:
        graph = node.graph
        self._most = float(input_values(node).flat[0])
        self._goal, *self._unknowns = node.args
        unknown = {n.id for n in self._unknowns}
        between = descendants(graph, unknown, ancestors(graph, {self._goal.id}) | unknown) - unknown
        self._route = Route((n for n in graph.nodes if n.id in between), {self._goal.id})
        self.outside = [n for n in self._route.outside() if n.id not in unknown]
        if self._goal.id not in between:
            self.outside.append(self._goal)

    def run(self, arrays: dict[int, Array]) -> Array:
        """Return the smallest values, scenario by scenario."""
        width = max((arrays[n.id].shape[-1] for n in self.outside), default=1)
        found = []
        for scenario in range(width):
            given = {n.id: _one(arrays[n.id], scenario) for n in self.outside}
            found.append(smallest(partial(self._goal_at, given), self._most))
        result = np.stack(found, axis=-1)
        return result if self._goal.table is not None else np.asarray(result[0])

    def _goal_at(self, given: dict[int, Array], trials: Array) -> Array:
        table = self._goal.table
        parts = []
        with np.errstate(over="ignore", invalid="ignore"):
            together = min(TRIALS, self._route.at_once)
            for start in range(0, len(trials), together):
                some = trials[start : start + together]
                arrays = {**given, **{n.id: some for n in self._unknowns}}
                self._route.run(arrays)
                shape = (len(some),) if table is None else (len(table), len(some))
                parts.append(np.broadcast_to(arrays[self._goal.id], shape).reshape(-1, len(some)))
        return np.hstack(parts)


def _one(array: Array, scenario: int) -> Array:
    return array[..., scenario : scenario + 1] if array.shape[-1] > 1 else array
