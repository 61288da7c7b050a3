"""Quantity expressions as graph nodes: names become schedule quantities, numbers become inputs that can be varied."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from coprod_budget.graph import FREE_CONSTANTS, Graph, Node, Origin, standing
from coprod_budget.project import Binary, Call, Compare, Expr, IfElse, Name, Number, Unary
from coprod_budget.project import names as expression_names

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Quantity:
    """Turns one expression into nodes; ``numbers`` collects the inputs made from the numbers written in it."""

    graph: Graph
    names: Mapping[str, Node]
    key: str
    label: str
    origin: Origin
    numbers: list[Node] = field(default_factory=list)
    divisors: list[Node] = field(default_factory=list)
    """What the expression divides by: a quotient by nothing counts as nothing, and a check says so."""

    def node(self, expression: Expr) -> Node:
        """Return the node of the whole expression; a lone number is always an input, so that it can be changed."""
        if isinstance(expression, Number):
            return self._number(expression.value, free=False)
        return self._build(expression)

    def _number(self, value: float, *, free: bool = True) -> Node:
        if free and value in FREE_CONSTANTS:
            return self.graph.constant(value)
        count = len(self.numbers) + 1
        label = self.label if count == 1 else f"{self.label}, number {count}"
        node = self.graph.input(f"{self.key}.{count}", value, label=label, unit="", origin=self.origin)
        self.numbers.append(node)
        return node

    def _build(self, expr: Expr) -> Node:
        graph = self.graph
        match expr:
            case Number():
                return self._number(expr.value)
            case Name():
                return self.names[expr.path]
            case Unary():
                inner = self._build(expr.x)
                return inner if expr.op == "+" else -inner
            case Binary():
                a, b = self._build(expr.a), self._build(expr.b)
                if expr.op == "/":
                    self.divisors.append(b)
                    return graph.ratio(a, b)
                return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__}[expr.op](b)
            case Compare():
                a, b = self._build(expr.a), self._build(expr.b)
                if expr.op in {"==", "!="}:
                    same = a.equals(b)
                    return same if expr.op == "==" else graph.choose(same, 0, 1)
                return {"<": a.__lt__, "<=": a.__le__, ">": a.__gt__, ">=": a.__ge__}[expr.op](b)
            case IfElse():
                return graph.choose(self._build(expr.cond), self._build(expr.a), self._build(expr.b))
            case Call():
                return self._call(expr.name, [self._build(a) for a in expr.args])
            case _:
                assert_never(expr)

    def _call(self, name: str, args: list[Node]) -> Node:
        graph = self.graph
        if name in {"min", "max"}:
            return reduce(graph.minimum if name == "min" else graph.maximum, args)
        (value,) = args
        if name == "abs":
            return graph.maximum(value, -value)
        return graph.round(value, graph.constant(0)) if name == "round" else graph.ceil(value)


def value_of(expression: Expr, names: Mapping[str, Node]) -> float:
    """Return what an expression is worth with the inputs as they stand (for conditions that decide which lines exist)."""
    used = {name: node for name, node in names.items() if name in expression_names(expression)}
    scratch = Graph()
    origin = Origin("calculated")
    inputs = {
        name: scratch.input(name, standing(node), label=name, unit="", origin=origin) for name, node in used.items()
    }
    node = Quantity(scratch, inputs, "number", "number", origin).node(expression)
    return standing(node)
