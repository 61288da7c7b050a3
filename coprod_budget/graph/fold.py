"""The same quantities with less to do: what is calculated twice is calculated once, and detours through columns are left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from coprod_budget.graph.nodes import Node, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

RATIO = "ratio"
"""Operation of a folded node: a quotient that is 0 where its divisor is 0 (``Graph.ratio``)."""
MIXED = "mixed"
"""Operation of a folded node: rows of a column, and some single quantities; its rows are where the first go and which they are, and
where the others go."""
_FEW = 8
"""Products that are not worth to be calculated together."""


def folded(nodes: Iterable[Node], given: Iterable[Node], outputs: Collection[int]) -> list[Node]:
    """Return nodes that say the same as those that were given, to the bit; outputs are all among them.

    The graph stays as it is: where a node is calculated otherwise, one with the same number that is in no graph takes its place.
    """
    nodes = list(nodes)
    fold = _Fold(outputs, {n.follows.id for n in nodes if n.follows is not None}, {n.id for n in given})
    for node in nodes:
        fold.take(node)
    return fold.nodes


class _Fold:
    def __init__(self, outputs: Collection[int], followed: Collection[int], moving: set[int]) -> None:
        self.nodes: list[Node] = []
        self._outputs = outputs
        self._followed = followed
        self._given = frozenset(moving)
        self._moving = moving
        self._instead: dict[int, Node] = {}
        self._seen: dict[tuple[object, ...], Node] = {}
        self._made = 0

    def take(self, node: Node) -> None:
        """Take the next node in; its arguments are there already."""
        args = tuple([self._instead.get(a.id, a) for a in node.args])
        op, rows = node.op, node.rows
        column = _picked_from(args) if op == "stack" else None
        if column is not None and column.id in self._moving:
            op, rows, args = _from_column(column, args)
        elif op == "stack":
            op, rows, args = self._products(node, args)
        elif op == "pick" and args[0].op == "stack" and args[0].args[rows[0][0]].id in self._moving:
            self._same(node, args[0].args[rows[0][0]])
            return
        elif op == "choose" and _is_ratio(args):
            op, args = RATIO, args[2].args
        self._moving.add(node.id)
        alike = (op, id(node.table), rows, *[a.id for a in args])
        if op not in {"previous", "solve"} and node.id not in self._followed:
            other = self._seen.setdefault(alike, node)
            if other is not node:
                self._same(node, self._instead.get(other.id, other))
                return
        if op == "add" and node.table is not None:
            args = self._two_by_two(args, node.table)
        if (
            op is not node.op
            or len(args) != len(node.args)
            or any(a is not b for a, b in zip(args, node.args, strict=True))
        ):
            node = self._instead[node.id] = _like(node, op, args, rows)
        self.nodes.append(node)

    def _same(self, node: Node, other: Node) -> None:
        """Note that a node is the same as another one; an output stands there all the same."""
        self._instead[node.id] = other
        if node.id in self._outputs or node.id in self._followed:
            self.nodes.append(_like(node, "add", (other,), ()))

    def _two_by_two(self, args: tuple[Node, ...], table: Table) -> tuple[Node, ...]:
        """Add two columns at a time, so that each can go as soon as it is added."""
        while len(args) > 2 and args[0].table is table and args[1].table is table:
            args = (self._new(args[0], "add", args[:2]), *args[2:])
        return args

    def _products(
        self, stack: Node, args: tuple[Node, ...]
    ) -> tuple[str, tuple[tuple[int, ...], ...], tuple[Node, ...]]:
        """Return how a stack is made of one product of two stacks, if most of it are products."""
        products = [n for n, a in enumerate(args) if self._is_product(a)]
        if len(products) < max(_FEW, len(args) // 2):
            return "stack", (), args
        whole = len(products) == len(args)
        table = table_of(stack)
        some = table if whole else Table(table.name, tuple([table.keys[n] for n in products]))
        factors = [self._new(stack, "stack", tuple([args[n].args[side] for n in products]), some) for side in (0, 1)]
        if whole:
            return "mul", (), tuple(factors)
        product = self._new(stack, "mul", factors, some)
        others = [n for n in range(len(args)) if n not in set(products)]
        rows = (tuple(products), tuple(range(len(products))), tuple(others))
        return MIXED, rows, (product, *[args[n] for n in others])

    def _is_product(self, node: Node) -> bool:
        """Say whether a node is a product of two that is computed here: what a given one is made of may not be there."""
        return node.op == "mul" and len(node.args) == 2 and node.id in self._moving and node.id not in self._given

    def _new(self, node: Node, op: str, args: Sequence[Node], table: Table | None = None) -> Node:
        """Add a node that is in no graph, over the table of another one or some of its rows."""
        new = _like(node, op, tuple(args), ())
        self._made += 1
        new.id = -self._made
        new.table = table or node.table
        self._moving.add(new.id)
        self.nodes.append(new)
        return new


def _picked_from(args: Sequence[Node]) -> Node | None:
    """Return the column from which most of the arguments are picked, if most are."""
    columns = Counter(a.args[0] for a in args if a.op == "pick")
    if not columns:
        return None
    column, count = columns.most_common(1)[0]
    return column if count * 2 > len(args) else None


def _from_column(column: Node, args: Sequence[Node]) -> tuple[str, tuple[tuple[int, ...], ...], tuple[Node, ...]]:
    """Return the operation, rows and arguments of a stack that takes most of its rows from one column."""
    picked = {n: a.rows[0][0] for n, a in enumerate(args) if a.op == "pick" and a.args[0] is column}
    if len(picked) == len(args):
        return "lookup", (tuple(picked.values()),), (column,)
    others = [n for n in range(len(args)) if n not in picked]
    rows = (tuple(picked), tuple(picked.values()), tuple(others))
    return MIXED, rows, (column, *[args[n] for n in others])


def _is_ratio(args: Sequence[Node]) -> bool:
    condition, nothing, quotient = args
    return (
        condition.op == "eq"
        and quotient.op == "div"
        and nothing.op == "constant"
        and nothing.value == 0
        and condition.args[1].id == nothing.id
        and condition.args[0].id == quotient.args[1].id
    )


def _like(node: Node, op: str, args: tuple[Node, ...], rows: tuple[tuple[int, ...], ...]) -> Node:
    """Return a node with the number and table of another one, in no graph."""
    new: Node = Node.__new__(Node)
    for name in ("graph", "table", "key", "label", "unit", "value", "origins", "id"):
        setattr(new, name, getattr(node, name))
    new.op, new.args, new.rows, new.follows = op, args, rows, None
    return new
