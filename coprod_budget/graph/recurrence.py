"""Quantities that depend on what they were one row earlier: which ones wait for each other, and their numbers row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod_budget.graph.nodes import GraphError, Node
from coprod_budget.graph.operations import OPERATIONS, Array

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


class Loop(NamedTuple):
    """Columns over one table that depend on each other's rows before, in the order in which a row of them is computed."""

    nodes: tuple[Node, ...]

    @property
    def cells(self) -> int:
        """The numbers that a scenario has in all columns."""
        return sum(len(n.table or ()) for n in self.nodes)


def in_order(nodes: Iterable[Node]) -> list[Node | Loop]:
    """Return the nodes so that all that one needs comes before it; those that wait for each other's rows are taken together.

    Only what lies behind a ``previous`` has to be looked at: everything else stands in the order in which it was built.
    """
    order: list[Node | Loop] = []
    behind: dict[int, Node] = {}
    for node in nodes:
        if node.op == "previous" or (behind and any(a.id in behind for a in node.args)):
            behind[node.id] = node
        else:
            order.append(node)
    return [*order, *_components(behind)] if behind else order


def depth_first(
    steps: Sequence[Node | Loop], needs: Callable[[Node | Loop], Sequence[Node]], outputs: Iterable[int]
) -> list[Node | Loop]:
    """Return the steps that lead to the outputs, each as late as those after it let it: what is computed is soon used, and forgotten."""
    made = {
        n.id: number for number, step in enumerate(steps) for n in (step.nodes if isinstance(step, Loop) else (step,))
    }
    order: dict[int, Node | Loop] = {}
    waiting = [made[i] for i in reversed(list(outputs)) if i in made]
    opened: set[int] = set()
    while waiting:
        number = waiting[-1]
        if number in order:
            waiting.pop()
        elif number in opened:
            order[waiting.pop()] = steps[number]
        else:
            opened.add(number)
            before = (made[n.id] for n in reversed(needs(steps[number])) if n.id in made)
            waiting.extend(n for n in before if n not in order)
    return list(order.values())


def _components(nodes: Mapping[int, Node]) -> list[Node | Loop]:
    """Return the strongly connected parts in the order of their needs (Tarjan 1972, without recursion)."""
    found: list[Node | Loop] = []
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_: list[int] = []
    waiting: set[int] = set()
    place = {node_id: n for n, node_id in enumerate(nodes)}
    for start in nodes:
        if start in number:
            continue
        path = [(start, iter(_needs(nodes[start], nodes)))]
        number[start] = lowest[start] = len(number)
        open_.append(start)
        waiting.add(start)
        while path:
            here, needs = path[-1]
            for need in needs:
                if need not in number:
                    number[need] = lowest[need] = len(number)
                    open_.append(need)
                    waiting.add(need)
                    path.append((need, iter(_needs(nodes[need], nodes))))
                    break
                if need in waiting:
                    lowest[here] = min(lowest[here], number[need])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[here])
                if lowest[here] == number[here]:
                    at = open_.index(here)
                    members, open_[at:] = open_[at:], []
                    waiting.difference_update(members)
                    together = tuple(nodes[i] for i in sorted(members, key=place.__getitem__))
                    found.append(together[0] if len(together) == 1 else Loop(together))
    return found


def _needs(node: Node, nodes: Mapping[int, Node]) -> list[int]:
    needs = [a.id for a in node.args if a.id in nodes]
    if node.follows is not None and node.follows.id in nodes:
        needs.append(node.follows.id)
    return needs


def in_turn(loop: Loop, arrays: dict[int, Array], unwanted: Collection[int] = ()) -> None:
    """Compute the columns of a loop row by row; the runs of a table, and all scenarios, side by side.

    The arrays of ``unwanted`` nodes, which nothing outside the loop needs, are not kept.
    """
    table = loop.nodes[0].table
    if table is None or any(
        n.table is not table or (n.op != "previous" and n.op not in OPERATIONS) for n in loop.nodes
    ):
        msg = f"{loop.nodes[0]!r} waits for itself, and not row by row"
        raise GraphError(msg)
    inside = {n.id for n in loop.nodes}
    outside = {a.id: a for n in loop.nodes for a in n.args if a.id not in inside}
    width = max((arrays[i].shape[-1] for i in outside), default=1)
    runs, rows = len(table) // table.run, table.run
    # by row: what comes from outside, and what was computed
    by_row: dict[int, Array | list[Array]] = {
        i: [arrays[i]] * rows if a.table is None else arrays[i].reshape(runs, rows, -1).swapaxes(0, 1)
        for i, a in outside.items()
    }
    # what follows says what its column said some rows earlier; before the first row there is nothing
    behind = {n.id: followed(n, len(loop.nodes)) for n in loop.nodes}
    most = max(back for _, back in behind.values())
    made = {n.id: np.zeros((most + rows, runs, width)) for n in loop.nodes if n.follows is None}
    by_row |= {i: made[column][most - back : most - back + rows] for i, (column, back) in behind.items()}
    plan = [
        (OPERATIONS[n.op].compute, [by_row[a.id] for a in n.args], by_row[n.id])
        for n in loop.nodes
        if n.follows is None
    ]
    for row in range(rows):
        for compute, columns, result in plan:
            result[row] = compute(*[column[row] for column in columns])
    for node_id in inside.difference(unwanted):
        arrays[node_id] = np.asarray(by_row[node_id]).swapaxes(0, 1).reshape(rows * runs, width)


def followed(node: Node, most: int) -> tuple[int, int]:
    """Return the number of the column that a node follows in the end (itself, if it follows none), and how many rows back."""
    back = 0
    while node.follows is not None:
        node, back = node.follows, back + 1
        if back > most:
            msg = f"{node!r} follows nothing but itself"
            raise GraphError(msg)
    return node.id, back
