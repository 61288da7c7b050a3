"""A graph walked backwards: how one figure comes about, down to inputs and their origins."""

from __future__ import annotations

from dataclasses import dataclass, field

from coprod_budget.graph.evaluate import Program, Values
from coprod_budget.graph.nodes import Graph, GraphError, Node, Origin

_SIGNS = {
    "add": " + ", "sub": " - ", "mul": " × ", "div": " ÷ ",
    "lt": " < ", "le": " ≤ ", "gt": " > ", "ge": " ≥ ", "eq": " = ", "and": " and ", "or": " or ",
}  # fmt: skip
_SUMS = ("sum", "sum_by", "dot")


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
    return _Walk(values, rows).step(node, row, depth)


class _Walk:
    def __init__(self, values: Values, rows: int) -> None:
        self._values = values
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
        step.words = _words(node, here, top=True)
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
        parts = _named_parts(node, row)
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
        for column in node.args if node.op == "dot" else node.args[:1]:
            rows = node.rows[row] if node.op == "sum_by" else range(len(column.table or ()))
            self._add_rows(step, column, rows, depth)

    def _add_rows(self, step: Step, column: Node, rows: range | tuple[int, ...], depth: int) -> None:
        amounts = self._values[column][:, 0]
        order = sorted((r for r in rows if amounts[r] != 0), key=lambda r: -abs(amounts[r]))
        step.parts.extend(self.step(column, r, depth - 1) for r in order[: self._rows])
        step.left_out += len(order[self._rows :])
        step.left_out_value += float(sum(amounts[r] for r in order[self._rows :]))


def _named_parts(node: Node, row: int) -> list[tuple[Node, int]]:
    """Return the figures that stand in the words of a node: named ones, looking through those without a name."""
    if node.op in _SUMS:
        return []
    if node.op == "stack":
        direct = [(node.args[row], -1)]
    elif node.op == "pick":
        direct = [(node.args[0], node.rows[0][0])]
    elif node.op == "lookup":
        direct = [(node.args[0], node.rows[0][row])]
    else:
        direct = [(a, row if a.table is not None else -1) for a in node.args]
    parts: list[tuple[Node, int]] = []
    for arg, arg_row in direct:
        if arg.op in {"constant", "text", "undefined"}:
            continue
        wanted = [(arg, arg_row)] if arg.key or arg.op in _SUMS else _named_parts(arg, arg_row)
        parts.extend(p for p in wanted if p not in parts)
    return parts


def _words(node: Node, row: int, *, top: bool = False) -> str:
    if node.key and not top:
        return node.label
    if node.op == "constant":
        return f"{node.value:g}"
    if node.op == "undefined":
        return "not defined"
    if node.op in _SIGNS:
        inner = [(_words(a, row), a) for a in node.args]
        return _SIGNS[node.op].join(f"({w})" if not a.key and a.op in _SIGNS else w for w, a in inner)
    if node.op == "neg":
        return f"-{_words(node.args[0], row)}"
    if node.op == "choose":
        condition, yes, no = (_words(a, row) for a in node.args)
        return f"{yes} if {condition}, else {no}"
    if node.op == "round":
        return f"{_words(node.args[0], row)}, rounded"
    if node.op == "stack":
        return _words(node.args[row], -1)
    if node.op == "pick":
        column = node.args[0]
        name = column.table.keys[node.rows[0][0]] if column.table else ""
        return f"{column.label} of {name}" if column.key else _words(column, node.rows[0][0])
    if node.op == "lookup":
        column = node.args[0]
        name = column.table.keys[node.rows[0][row]] if column.table else ""
        return f"{column.label} of {name}"
    if node.op in {"sum", "sum_by"}:
        return f"sum of {_words(node.args[0], row)}"
    if node.op == "dot":
        return f"sum of {' × '.join(_words(a, row) for a in node.args)}"
    return f"{node.op}({', '.join(_words(a, row) for a in node.args if a.op != 'text')})"
