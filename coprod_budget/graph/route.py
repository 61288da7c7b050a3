"""One way through quantities that do not vary: computed in order, and all kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.graph.compute import compute
from coprod_budget.graph.recurrence import Loop, in_order, in_turn
from coprod_budget.graph.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array


def follow(nodes: Iterable[Node], arrays: dict[int, Array]) -> None:
    """Compute every node that is not there yet (one scenario), and add its array."""
    for step in in_order(nodes):
        if isinstance(step, Loop):
            in_turn(step, arrays)
        elif step.op == "solve":
            arrays[step.id] = Search(step).run(arrays)
        elif step.id not in arrays:
            arrays[step.id] = compute(step, arrays)
