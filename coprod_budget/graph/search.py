"""Searching for the value of unknowns at which a goal is reached, in many scenarios at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.compute import input_values
from coprod_budget.graph.links import ancestors, descendants
from coprod_budget.graph.solving import smallest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array
    from coprod_budget.graph.solving import Places

FEW, MANY = 128, 1024
"""Trial values that are evaluated together: in one scenario, and in many."""
TOGETHER = 64
"""Scenarios that are searched together."""


class Search:
    """The way from the unknowns of a ``solve`` node to its goal: the only nodes that trials compute again."""

    def __init__(self, node: Node) -> None:
        graph = node.graph
        self.most = float(input_values(node).flat[0])
        self.goal, *self.unknowns = node.args
        unknown = {n.id for n in self.unknowns}
        between = descendants(graph, unknown, ancestors(graph, {self.goal.id}) | unknown) - unknown
        self.between = [n for n in graph.nodes if n.id in between]
        read = {
            a.id: a for n in self.between for a in (*n.args, *((n.follows,) if n.follows else ())) if a.op != "text"
        }
        self.outside = [n for i, n in read.items() if i not in between and i not in unknown]
        if self.goal.id not in between:
            self.outside.append(self.goal)

    def ready(self, moving: Sequence[Node], still: Mapping[int, Array]) -> Ready:
        """Return the search with what is outside: the same in all scenarios (``still``), or not."""
        return Ready(self, moving, still)

    def run(self, arrays: Mapping[int, Array]) -> Array:
        """Return the smallest values where everything outside is still."""
        out = np.empty((1 if self.goal.table is None else len(self.goal.table), 1))
        self.ready([], {n.id: arrays[n.id] for n in self.outside}).run({}, out=out)
        return out if self.goal.table is not None else out[0]


class Ready:
    """A search made ready: what is outside of it and still, and its plan."""

    def __init__(self, search: Search, moving: Sequence[Node], still: Mapping[int, Array]) -> None:
        from coprod_budget.graph.plan import Plan  # noqa: PLC0415 - a plan may hold searches, and a search has a plan

        self._goal, self._most, self._unknowns, self._still = search.goal, search.most, search.unknowns, still
        self._plan: Plan | None = None
        if search.between and any(n is search.goal for n in search.between):
            self._plan = Plan(search.between, [*search.unknowns, *moving], {search.goal.id: True}, still)

    def run(self, arrays: Mapping[int, Array], *, out: Array) -> None:
        """Search in every scenario; ``arrays`` holds what is outside and moves."""
        rows = out if self._goal.table is not None else out[None]
        width = out.shape[-1]
        for start in range(0, width, TOGETHER):
            stop = min(start + TOGETHER, width)
            some = {i: a[..., start:stop] for i, a in arrays.items()}

            def goal_at(trials: Array, scenarios: Places, some: Mapping[int, Array] = some) -> Array:
                return self._goal_at(some, trials, scenarios, FEW if width == 1 else MANY)

            rows[:, start:stop] = smallest(goal_at, self._most, len(rows), stop - start)

    def _goal_at(self, arrays: Mapping[int, Array], trials: Array, scenarios: Places, most: int) -> Array:
        """Return the goal at each trial value in its scenario, ``(rows, trials)``."""
        count = len(trials)
        rows = 1 if self._goal.table is None else len(self._goal.table)
        if self._plan is None:
            goal = arrays.get(self._goal.id, self._still.get(self._goal.id))
            assert goal is not None
            goal = goal.reshape(rows, -1)
            return np.broadcast_to(goal if goal.shape[1] == 1 else goal[:, scenarios], (rows, count))
        found = np.empty((rows, count))
        most = self._plan.fitting(most)
        bound = self._plan.at(most)
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, count, most):
                stop = min(start + most, count)
                part = np.minimum(
                    np.arange(start, start + most), count - 1
                )  # the last one again where there are too few
                for node in self._plan.given:
                    if node.id in arrays:
                        wanted = self._plan.rows[node.id]
                        array = arrays[node.id] if wanted is None else arrays[node.id][wanted]
                        bound.given[node.id][...] = array[..., scenarios[part]]
                    else:
                        bound.given[node.id][...] = trials[part]
                bound.run()
                found[:, start:stop] = bound.outputs[self._goal.id][..., : stop - start]
        return found
