"""A graph walked backwards: how one figure comes about, down to inputs and their origins."""

from __future__ import annotations

from dataclasses import dataclass, field

from coprod_budget.graph.evaluate import Program, Values
from coprod_budget.graph.nodes import Graph, GraphError, Node, Origin

_SIGNS = {
    "add": " + ", "sub": " - ", "mul": " × ", "div": " ÷ ",
    "lt": " < ", "le": " ≤ ", "gt": " > ", "ge": " ≥ ", "eq": " = ", "and": " and ", "or": " or ",
}  # fmt: skip
_SUMS = ("sum", "sum_by", "dot", "lowest")
"""Operations over the rows of a column: their parts are rows."""


@dataclass(slots=True)
class Step:
    """One figure of an explanation: its value, how it is calculated in words, and the figures it rests on."""

    key: str
    label: str
    unit: str
    value: float
    words: str = ""
    origin: Origin | None = None
    parts: list[Step] = field(default_factory=list)
    left_out: int = 0
    """How many further parts (rows of a sum) are not listed, and what they add up to."""
    left_out_value: float = 0.0
    seen: bool = False
    """Whether the same figure is explained further up."""


def explain(graph: Graph, key: str, *, depth: int = 12, rows: int = 8) -> Step:
    """Return the tree of figures behind ``key``: sums list their ``rows`` largest parts; below ``depth`` it stops."""
    found = graph.find(key)
    if found is None:
        msg = f"no quantity {key!r}"
        raise GraphError(msg)
    node, row = found
    values = Program(graph, [n for n in graph.nodes if n.op != "text"]).run()
    return _Walk(values, _Names(graph), rows).step(node, row, depth)


class _Walk:
    def __init__(self, values: Values, names: _Names, rows: int) -> None:
        self._values = values
        self._names = names
        self._rows = rows
        self._seen: set[tuple[int, int]] = set()

    def step(self, node: Node, row: int, depth: int) -> Step:
        here = row if node.table is not None else -1
        if node.table is not None and here < 0:
            return self._column(node, depth)
        value = self._values.number(node, here)
        name = f"{node.label} ({node.table.keys[here]})" if node.table else node.label
        step = Step(node.cell_key(here), name, node.unit, value, origin=node.origin(max(here, 0)))
        if node.op in {"input", "constant"}:
            return step
        step.words = self._names.words(node, here)
        if (node.id, here) in self._seen:
            step.seen = True
            return step
        self._seen.add((node.id, here))
        if depth > 0:
            self._add_parts(step, node, here, depth)
        return step

    def _column(self, node: Node, depth: int) -> Step:
        """A whole column is explained by its rows."""
        assert node.table is not None
        total = float(self._values[node][:, 0].sum())
        step = Step(node.key, node.label, node.unit, total, words=f"one figure a row of {node.table.label}")
        self._add_rows(step, node, range(len(node.table)), depth)
        return step

    def _add_parts(self, step: Step, node: Node, row: int, depth: int) -> None:
        parts = self._names.parts(node, row)
        if node.op == "mul" and step.value == 0:  # one factor of nothing says it all
            nothing = [(p, r) for p, r in parts if p.op not in _SUMS and self._values.number(p, r) == 0]
            parts = nothing[:1] or parts
        for part, part_row in parts:
            if part.op in _SUMS and not part.key:
                self._add_sum(step, part, part_row, depth)
            else:
                step.parts.append(self.step(part, part_row, depth - 1))
        if node.op in _SUMS:
            self._add_sum(step, node, row, depth)

    def _add_sum(self, step: Step, node: Node, row: int, depth: int) -> None:
        if node.op == "lowest":
            column = node.args[0]
            step.parts.append(self.step(column, int(self._values[column][:, 0].argmin()), depth - 1))
            return
        for column in node.args if node.op == "dot" else node.args[:1]:
            rows = node.rows[row] if node.op == "sum_by" else range(len(column.table or ()))
            self._add_rows(step, column, rows, depth)

    def _add_rows(self, step: Step, column: Node, rows: range | tuple[int, ...], depth: int) -> None:
        amounts = self._values[column][:, 0]
        order = sorted((r for r in rows if amounts[r] != 0), key=lambda r: -abs(amounts[r]))
        step.parts.extend(self.step(column, r, depth - 1) for r in order[: self._rows])
        step.left_out += len(order[self._rows :])
        step.left_out_value += float(sum(amounts[r] for r in order[self._rows :]))


class _Names:
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
        if node.op in _SUMS:
            return []
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
                wanted = [(arg, arg_row)] if arg.key or arg.op in _SUMS else self.parts(arg, arg_row)
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
                return _SIGNS[op].join(f"({w})" if not a.key and a.op in _SIGNS else w for w, a in texts)
            case "neg":
                return f"-{inner(node.args[0])}"
            case "choose":
                condition, yes, no = map(inner, node.args)
                return f"{yes} if {condition}, else {no}"
            case "round":
                return f"{inner(node.args[0])}, rounded"
            case "stack":
                return inner(node.args[row], -1)
            case "pick" | "lookup":
                column, at = node.args[0], node.rows[0][row if node.op == "lookup" else 0]
                name = column.table.keys[at] if column.table else ""
                return f"{column.label} of {name}" if column.key or node.op == "lookup" else inner(column, at)
            case "sum" | "sum_by":
                return f"sum of {inner(node.args[0])}"
            case "lowest":
                return f"lowest of {inner(node.args[0])}"
            case "dot":
                return f"sum of {' × '.join(map(inner, node.args))}"
        return f"{node.op}({', '.join(inner(a) for a in node.args if a.op != 'text')})"
