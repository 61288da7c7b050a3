"""Which plan answers: one for any values, or where many scenarios are asked for, one for values within the bounds seen so far.

The second one does without what does not move within the bounds, and takes time to make. Both find the same, to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.graph.compute import input_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array
    from coprod_budget.graph.plan import Plan

FIRST = 2**15
"""Scenarios that are seen before a plan is made for their bounds; twice as many before the next one."""
_MARGIN = 0.125
"""How far beyond the values that were seen the bounds are, as a part of their span: further values of the same kind are soon met."""

_FEW = 16
"""One in so many scenarios may be beyond the bounds, and be evaluated apart."""
_NONE = np.zeros(0, dtype=np.intp)


class Plans:
    """Plans for the same outputs: the ``open`` one for any values, and one within bounds of what is varied."""

    def __init__(self, open_: Plan, varied: Mapping[str, tuple[Node, int]]) -> None:
        self.open = open_
        self._varied = varied
        self._narrow: Plan | None = None
        self._bounds: dict[str, tuple[float, float]] = {}
        self._seen: dict[str, tuple[float, float]] = {}
        self._count = 0
        self._next = FIRST

    def choose(self, given: Mapping[str, Array], count: int) -> tuple[Plan, NDArray[np.intp]]:
        """Return the plan for so many scenarios with these values of the varied inputs, and the few that it does not hold for.

        Those are for the open plan.
        """
        spans = {key: (float(values.min()), float(values.max())) for key, values in given.items()}
        if self._narrow is not None:
            beyond = np.zeros(count, dtype=np.bool_)
            for key, (low, high) in spans.items():
                least, most = self._bounds[key]
                if not (least <= low and high <= most):
                    beyond |= ~((given[key] >= least) & (given[key] <= most))
            if np.count_nonzero(beyond) * _FEW <= count:
                return self._narrow, np.flatnonzero(beyond)
        if np.isfinite(list(spans.values())).all():
            self._count += count
            for key, (low, high) in spans.items():
                before = self._seen.get(key, (low, high))
                self._seen[key] = min(low, before[0]), max(high, before[1])
            if self._count >= self._next:
                self._next = 2 * self._count
                self._bounds = {key: _wider(*span) for key, span in self._seen.items()}
                self._narrow = self.open.within(self._by_node())
                self.open.leave_to(self._narrow)
                return self._narrow, _NONE
        return self.open, _NONE

    def _by_node(self) -> dict[int, Array]:
        """Return the bounds by node; rows of a column that are not varied stand as they are."""
        bounds: dict[int, Array] = {}
        for key, (node, row) in self._varied.items():
            if row < 0:
                bounds[node.id] = np.array(self._bounds[key])
            else:
                bounds.setdefault(node.id, np.repeat(input_values(node), 2, axis=1))[row] = self._bounds[key]
        return bounds


def _wider(low: float, high: float) -> tuple[float, float]:
    """Return bounds with a margin that does not reach from one side of 0 to the other."""
    margin = _MARGIN * (high - low)
    return (
        low - margin if low < 0 else max(low - margin, min(low, 0.0)),
        high + margin if high > 0 else min(high + margin, max(high, 0.0)),
    )
