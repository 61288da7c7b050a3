"""Which quantities lead to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from coprod_budget.graph.building import Graph


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
