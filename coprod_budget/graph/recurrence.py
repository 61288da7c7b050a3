"""Quantities that depend on what they were one row earlier: which ones wait for each other, and their numbers row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod_budget.graph.nodes import GraphError, Node
from coprod_budget.graph.operations import OPERATIONS, Array

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Loop(NamedTuple):
    """Columns over one table that depend on each other's rows before, in the order in which a row of them is computed."""

    nodes: tuple[Node, ...]


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


def _components(nodes: Mapping[int, Node]) -> list[Node | Loop]:
    """Return the strongly connected parts in the order of their needs (Tarjan 1972, without recursion)."""
    found: list[Node | Loop] = []
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_: list[int] = []
    waiting: set[int] = set()
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
                    together = tuple(nodes[i] for i in sorted(members))
                    found.append(together[0] if len(together) == 1 else Loop(together))
    return found


def _needs(node: Node, nodes: Mapping[int, Node]) -> list[int]:
    needs = [a.id for a in node.args if a.id in nodes]
    if node.follows is not None and node.follows.id in nodes:
        needs.append(node.follows.id)
    return needs


def in_turn(loop: Loop, arrays: dict[int, Array]) -> None:
    """Compute the columns of a loop row by row; the runs of a table, and all scenarios, side by side."""
    table = loop.nodes[0].table
    if table is None or any(n.table is not table or n.op not in {"previous", *OPERATIONS} for n in loop.nodes):
        msg = f"{loop.nodes[0]!r} waits for itself, and not row by row"
        raise GraphError(msg)
    inside = {n.id for n in loop.nodes}
    outside = {a.id: a for n in loop.nodes for a in n.args if a.id not in inside}
    width = max((arrays[i].shape[-1] for i in outside), default=1)
    runs, rows = len(table) // table.run, table.run
    # by row: what comes from outside, and what was computed
    given = {
        i: arrays[i].reshape(runs, rows, -1).swapaxes(0, 1) if a.table is not None else arrays[i]
        for i, a in outside.items()
    }
    fixed = {i for i, a in outside.items() if a.table is None}
    made = {n.id: np.empty((rows, runs, width)) for n in loop.nodes}
    nothing = np.zeros((runs, width))
    for row in range(rows):
        for node in loop.nodes:
            if node.op == "previous":
                assert node.follows is not None
                value = made[node.follows.id][row - 1] if row else nothing
            else:
                args = [
                    made[a.id][row] if a.id in inside else given[a.id] if a.id in fixed else given[a.id][row]
                    for a in node.args
                ]
                value = OPERATIONS[node.op].compute(*args)
            made[node.id][row] = value
    for node_id, columns in made.items():
        arrays[node_id] = columns.swapaxes(0, 1).reshape(rows * runs, width)
