"""Quantities: inputs and operations over other quantities, single values and columns.

A *node* is a quantity: an input with its origin, or an operation over other nodes. A *scalar* has one value, a *column* one
value a row of a *table* (a named list of row keys). Arithmetic on nodes builds nodes; nothing is computed here. The same graph
is evaluated with NumPy (``evaluate``), written as spreadsheet formulas (``formula``) and walked backwards (``explain``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph.building import Graph

Basis = Literal["quoted", "published", "derived", "assumed", "calculated"]


class GraphError(Exception):
    """The graph was built or asked wrongly: our mistake, never the user's."""


class Origin(NamedTuple):
    """Where an input value comes from: its basis, title, date, address, and the line of the user's file, if any."""

    basis: Basis
    title: str = ""
    url: str = ""
    as_of: str = ""
    where: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A named list of row keys; columns over the same table have one value a row.

    ``run`` is the number of rows after which a sequence begins anew (``Graph.previous``): the table is made of runs of that length.
    """

    name: str
    keys: tuple[str, ...]
    label: str = ""
    run: int = 0
    positions: Mapping[str, int] = field(repr=False, compare=False, default_factory=dict)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.keys)


class Node:
    """One quantity. ``table`` is None for a scalar; ``rows`` holds the row numbers a look-up or grouped sum works with."""

    __slots__ = ("args", "follows", "graph", "id", "key", "label", "op", "origins", "rows", "table", "unit", "value")

    def __init__(self, graph: Graph, op: str, args: tuple[Node, ...], table: Table | None) -> None:
        self.graph = graph
        self.op = op
        self.args = args
        self.table = table
        self.key = ""
        self.label = ""
        self.unit = ""
        self.value: float | tuple[float, ...] | tuple[str, ...] | None = None
        self.origins: tuple[Origin, ...] = ()
        self.rows: tuple[tuple[int, ...], ...] = ()
        self.follows: Node | None = None
        self.id = graph.add(self)

    def named(self, key: str, label: str, unit: str = "") -> Node:
        """Give the node its key, label and unit, and return it.

        A column's key may hold one ``*`` for the row key (``party.*.received``); without it the row key is appended.
        """
        if self.key:
            msg = f"node {self.key!r} cannot be renamed to {key!r}"
            raise GraphError(msg)
        self.key, self.label, self.unit = key, label, unit
        self.graph.register(self)
        return self

    def cell_key(self, row: int) -> str:
        """Return the key of one row of a column (the node's own key for a scalar)."""
        if self.table is None or not self.key:
            return self.key
        name = self.table.keys[row]
        return self.key.replace("*", name) if "*" in self.key else f"{self.key}.{name}"

    def origin(self, row: int = 0) -> Origin | None:
        """Return the origin of an input (of one row, where rows have their own)."""
        if not self.origins:
            return None
        return self.origins[row] if len(self.origins) > 1 else self.origins[0]

    def __repr__(self) -> str:
        """Show key or operation, and the table."""
        over = f"[{self.table.name}]" if self.table else ""
        return f"<{self.key or self.op}{over} #{self.id}>"

    def __add__(self, other: Node | float) -> Node:
        return self.graph.apply("add", self, other)

    def __sub__(self, other: Node | float) -> Node:
        return self.graph.apply("sub", self, other)

    def __mul__(self, other: Node | float) -> Node:
        return self.graph.apply("mul", self, other)

    def __truediv__(self, other: Node | float) -> Node:
        return self.graph.apply("div", self, other)

    def __radd__(self, other: float) -> Node:
        return self.graph.apply("add", other, self)

    def __rsub__(self, other: float) -> Node:
        return self.graph.apply("sub", other, self)

    def __rmul__(self, other: float) -> Node:
        return self.graph.apply("mul", other, self)

    def __rtruediv__(self, other: float) -> Node:
        return self.graph.apply("div", other, self)

    def __neg__(self) -> Node:
        return self.graph.apply("neg", self)

    def __lt__(self, other: Node | float) -> Node:
        return self.graph.apply("lt", self, other)

    def __le__(self, other: Node | float) -> Node:
        return self.graph.apply("le", self, other)

    def __gt__(self, other: Node | float) -> Node:
        return self.graph.apply("gt", self, other)

    def __ge__(self, other: Node | float) -> Node:
        return self.graph.apply("ge", self, other)

    def equals(self, other: Node | float) -> Node:
        """Return 1 where both are equal, else 0 (``==`` is kept for identity)."""
        return self.graph.apply("eq", self, other)


def table_of(node: Node) -> Table:
    """Return the table of a column; a scalar has none and is an error."""
    if node.table is None:
        msg = f"{node!r} is a scalar; a column is needed"
        raise GraphError(msg)
    return node.table


def is_solved(node: Node) -> bool:
    """Say whether a node is searched for (``Graph.solve``), so that no formula can stand for it."""
    return node.op == "solve"


def rows_of(node: Node, column: Node, row: int) -> range:
    """Return the rows of a column that one row of a node speaks of: those of a run, or all where the node is a scalar."""
    table = table_of(column)
    return range(len(table)) if node.table is None else range(row * table.run, (row + 1) * table.run)
