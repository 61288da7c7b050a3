"""The way from what is given to what is asked, made ready once and gone for every block of scenarios."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.graph.bounds import Bounds
from coprod_budget.graph.compute import input_values
from coprod_budget.graph.demand import rows_needed
from coprod_budget.graph.fold import folded
from coprod_budget.graph.lifetimes import Lifetimes
from coprod_budget.graph.recurrence import Loop, depth_first, in_order
from coprod_budget.graph.room import Room
from coprod_budget.graph.script import Script
from coprod_budget.graph.search import Search
from coprod_budget.graph.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from coprod_budget.graph.demand import Marks
    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array

ROOM = 2**27
"""Bytes that the arrays of a block may take, if it has more than the fewest scenarios."""
LEAST = 256
"""Scenarios of a block that takes more room than that."""

SPARE = 8
"""How many times as many scenarios as are asked for a block may have."""


class Plan:
    """Steps from given quantities to outputs; ``still`` holds the arrays of what is the same in all scenarios."""

    def __init__(
        self, nodes: Iterable[Node], given: Iterable[Node], outputs: Mapping[int, Marks], still: Mapping[int, Array]
    ) -> None:
        self.nodes = list(nodes)
        self.given = list(given)
        self.searches = {n.id: Search(n) for n in self.nodes if n.op == "solve"}
        searched = {n.id for search in self.searches.values() for n in search.outside}
        self.steps = in_order(folded(self.nodes, self.given, searched.union(outputs)))
        self.outputs = outputs
        self.still = still
        self.bounds: Bounds | None = None
        """Where the plan holds, if not for any values."""
        self.rows, self.added = rows_needed(self.steps, outputs, self.given, still, self.searches)
        self.steps = depth_first(self.steps, self.needs, outputs)
        self._keep_what_is_needed()

    def _keep_what_is_needed(self) -> None:
        self.given = [n for n in self.given if n.id in self.rows]
        self.steps = [s for s in self.steps if (s.nodes[0] if isinstance(s, Loop) else s).id in self.rows]
        self._bound: Bound | None = None
        self._blocks: list[NDArray[np.uint8]] = []
        self._widest = 2**30

    def within(self, given: Mapping[int, Array]) -> Plan:
        """Return the plan for values within bounds of what is given, by node: ``(2,)`` or ``(rows, 2)``."""
        narrow = copy(self)
        bounds = narrow.bounds = Bounds(self.steps, given, self.still)
        narrow.rows, narrow.added = rows_needed(
            self.steps, self.outputs, self.given, self.still, self.searches, bounds, self.rows
        )
        own = (n for step in self.steps for n in (step.nodes if isinstance(step, Loop) else (step,)))
        narrow.still = {**self.still, **{n.id: bounds.values(n) for n in own if n.id not in narrow.rows}}
        narrow._keep_what_is_needed()  # noqa: SLF001 - it is a plan as this one
        return narrow

    def fitting(self, width: int) -> int:
        """Return so many scenarios, or fewer if their arrays would take too much room (half, a quarter...).

        More where the plan is ready for a few times as many: to make it ready again costs more than a block that is not full.
        """
        if self._bound is not None and width < self._bound.width <= SPARE * width:
            return self._bound.width
        width = min(width, self._widest)
        taken = self.at(width).taken
        while taken > ROOM and width > LEAST:
            width, taken = width // 2, taken // 2
            self._widest = width
        return width

    def at(self, width: int) -> Bound:
        """Return the plan made ready for a number of scenarios; the last one is kept."""
        if self._bound is None or self._bound.width != width:
            self._bound = None  # its room first
            self._bound = Bound(self, width, self._blocks)
            self._blocks = []
        return self._bound

    def leave_to(self, other: Plan) -> None:
        """Leave the room to another plan; more is taken with the next scenarios."""
        if self._bound is not None:
            other._blocks = self._bound.blocks
        self._bound = None

    def needs(self, step: Node | Loop) -> list[Node]:
        """Return the nodes whose arrays a step reads from elsewhere."""
        if isinstance(step, Loop):
            inside = {n.id for n in step.nodes}
            return [a for n in step.nodes for a in n.args if a.id not in inside]
        if step.op == "solve":
            return self.searches[step.id].outside
        args = [a for a in step.args if a.op != "text"]
        return args if step.follows is None else [*args, step.follows]

    def uses(self) -> dict[int, int]:
        """Return how often every node is read; outputs once more, so that they stay."""
        uses: dict[int, int] = dict.fromkeys(self.outputs, 1)
        for step in self.steps:
            for node in self.needs(step):
                uses[node.id] = uses.get(node.id, 0) + 1
        return uses


class Bound:
    """A plan with arrays for a number of scenarios: fill ``given``, ``run``, read ``outputs``."""

    def __init__(self, plan: Plan, width: int, blocks: Iterable[NDArray[np.uint8]] = ()) -> None:
        self.width = width
        self._rows = plan.rows
        script = Script(width, Room(blocks))
        lives = Lifetimes(script.room, plan.uses())
        writer = Writer(plan, script, lives)
        self.given: dict[int, Array] = {}
        for node in plan.given:
            self.given[node.id] = array = writer.room_for(node)
            lives.lend(node.id, array)
            if node.op == "input" and node.table is not None:
                rows, values = plan.rows[node.id], input_values(node)
                array[...] = values if rows is None else values[rows]
        for step in plan.steps:
            writer.write(step)
            script.wipe()
            for node in plan.needs(step):
                lives.used(node.id)
        self.outputs: dict[int, NDArray[Any]] = {i: lives.arrays[i] for i in plan.outputs}
        script.room.close()
        self.blocks = script.room.blocks
        self.taken = script.room.size
        """Bytes of all arrays."""
        self._calls = [call.bound() for call in script.calls]

    def place(self, node: Node, row: int) -> Array | None:
        """Return where the values of a given quantity go, or of one row of it; None if nobody needs it."""
        array, rows = self.given.get(node.id), self._rows.get(node.id)
        if array is None or row < 0:
            return array
        if rows is not None and row not in rows:
            return None
        return np.asarray(array[row if rows is None else int(np.searchsorted(rows, row))])

    def run(self) -> None:
        """Compute all outputs from what is given."""
        with np.errstate(divide="ignore", invalid="ignore"):
            for call in self._calls:
                call()
