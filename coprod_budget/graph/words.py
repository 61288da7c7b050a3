"""How a quantity is calculated, in words, and which figures stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.graph.nodes import GraphError, Node, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.graph.building import Graph

_SIGNS = {
    "add": " + ", "sub": " - ", "mul": " × ", "div": " ÷ ", "power": " ^ ",
    "lt": " < ", "le": " ≤ ", "gt": " > ", "ge": " ≥ ", "eq": " = ", "and": " and ", "or": " or ",
}  # fmt: skip
SUMS = ("sum", "sum_by", "dot", "lowest", "irr", "npv")
"""Operations over the rows of a column: their parts are rows."""


class Names:
    """By what name a quantity goes: its own, or that of the cell in a named column that it makes up."""

    def __init__(self, graph: Graph) -> None:
        self._cells: dict[int, tuple[Node, int]] = {}
        for column in graph.nodes:
            if column.op == "stack" and column.key:
                for row, part in enumerate(column.args):
                    if not part.key and part.op not in {"constant", "undefined", "pick"}:
                        self._cells.setdefault(part.id, (column, row))

    def parts(self, node: Node, row: int) -> list[tuple[Node, int]]:
        """Return the figures that stand in the words of a node: named ones, looking through those without a name."""
        if node.op in SUMS:
            return self._of([(node.args[0], -1)], node) if node.op == "npv" else []
        if node.op == "previous":
            return (
                self._of([(node.follows, row - 1)], node)
                if node.follows and node.table and row % node.table.run
                else []
            )
        if node.op == "solve":
            return self._of([(node.args[0], row)], node)
        if node.op == "last":
            return self._of([(node.args[0], rows_of(node, node.args[0], row).stop - 1)], node)
        if node.op == "stack":
            return self._of([(node.args[row], -1)], node)
        if node.op == "pick":
            return self._of([(node.args[0], node.rows[0][0])], node)
        if node.op == "lookup":
            return self._of([(node.args[0], node.rows[0][row])], node)
        return self._of([(a, row if a.table is not None else -1) for a in node.args], node)

    def _of(self, direct: list[tuple[Node, int]], user: Node) -> list[tuple[Node, int]]:
        parts: list[tuple[Node, int]] = []
        for arg, arg_row in direct:
            if arg.op in {"constant", "text", "undefined"}:
                continue
            cell = self._cells.get(arg.id)
            if cell is not None and cell[0] is not user:
                wanted = [cell]
            else:
                wanted = [] if arg.key else self.parts(arg, arg_row)
                if arg.key or arg.op in SUMS:
                    wanted.append((arg, arg_row))
            parts.extend(p for p in wanted if p not in parts)
        return parts

    def _name(self, node: Node, user: Node) -> str:
        if node.key:
            return node.label
        column, row = self._cells.get(node.id, (user, 0))
        return "" if column is user or column.table is None else f"{column.label} of {column.table.keys[row]}"

    def words(self, node: Node, row: int, user: Node | None = None) -> str:
        """Return how a node is calculated, where it stands for itself; in the words of ``user`` only its name, if it has one."""
        if user is not None and (name := self._name(node, user)):
            return name

        def inner(arg: Node, at: int = row) -> str:
            return self.words(arg, at, node)

        match node.op:
            case "constant":
                return f"{node.value:g}"
            case "undefined":
                return "not defined"
            case op if op in _SIGNS:
                texts = [(inner(a), a) for a in node.args]
                return _SIGNS[op].join(
                    f"({w})" if not a.key and (a.op in _SIGNS or a.op == "choose") else w for w, a in texts
                )
            case "neg":
                return f"-{inner(node.args[0])}"
            case "choose":
                condition, yes, no = map(inner, node.args)
                return f"{yes} if {condition}, else {no}"
            case "round":
                return f"{inner(node.args[0])}, rounded"
        if node.op in _OVER_ROWS:
            return _OVER_ROWS[node.op](node, row, inner)
        return f"{node.op}({', '.join(inner(a) for a in node.args if a.op != 'text')})"


def _from_a_row(node: Node, row: int, inner: Callable[..., str]) -> str:
    column = node.args[0]
    rows = (rows_of(node, column, row)[-1],) if node.op == "last" else node.rows[0]
    at = rows[row if node.op == "lookup" else 0]
    name = column.table.keys[at] if column.table else ""
    return f"{column.label} of {name}" if column.key or node.op == "lookup" else inner(column, at)


def _of_rows(node: Node, row: int, inner: Callable[..., str]) -> str:
    flows = node.args[-1] if node.op == "npv" else node.args[0]
    words = f"{_FUNCTIONS[node.op]} of {inner(flows)}{_span(node, flows, row)}"
    return f"{words} at {inner(node.args[0], -1)} a period" if node.op == "npv" else words


def _before(node: Node, row: int, _: Callable[..., str]) -> str:
    if node.follows is None or node.table is None:
        msg = f"{node!r} follows nothing"
        raise GraphError(msg)
    if not row % node.table.run:
        return "nothing before"
    return f"{node.follows.label} of the row before ({node.table.keys[row - 1]})"


def _solved(node: Node, row: int, inner: Callable[..., str]) -> str:
    unknowns = " and ".join(inner(n, -1) for n in node.args[1:])
    name = f" ({node.table.keys[row]})" if node.table else ""
    return f"the value of {unknowns} at which {inner(node.args[0])}{name} is reached"


def _span(node: Node, column: Node, row: int) -> str:
    """Say from which row to which a run goes; nothing where all rows are meant."""
    if node.table is None or column.table is None or node.op == "sum_by":
        return ""
    rows = rows_of(node, column, row)
    return f" from {column.table.keys[rows.start]} to {column.table.keys[rows.stop - 1]}"


_FUNCTIONS = {
    "sum": "sum", "sum_by": "sum", "lowest": "lowest", "irr": "internal rate of return", "npv": "net present value",
}  # fmt: skip

_OVER_ROWS: dict[str, Callable[[Node, int, Callable[..., str]], str]] = {
    **dict.fromkeys(_FUNCTIONS, _of_rows),
    **dict.fromkeys(("pick", "lookup", "last"), _from_a_row),
    "stack": lambda node, row, inner: inner(node.args[row], -1),
    "previous": _before,
    "solve": _solved,
    "dot": lambda node, _, inner: f"sum of {' × '.join(map(inner, node.args))}",
}
