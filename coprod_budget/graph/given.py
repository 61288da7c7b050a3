"""Numbers that remember where they came from, while a graph is built: so that one graph answers for many values of them.

A ``Given`` is a float with an address. Whatever reads it as a number sees the number; what is calculated with it is given as well.
An input of a graph that is made from one is *bound*: its value for other numbers is known without building again. Whatever is
*decided* by one (a comparison, a whole part, a look-up) is written down as a condition: the graph holds for all numbers that
decide alike, and for no others.

What reads the value behind Python's back (``math.isnan``, ``timedelta``, an array of NumPy) sees the number and writes nothing
down: the builder has to ask with plain Python first.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

import numpy as np

from coprod_budget.graph.evaluate import Program, evaluate
from coprod_budget.graph.links import ancestors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from coprod_budget.graph.building import Graph
    from coprod_budget.graph.nodes import Node
    from coprod_budget.graph.operations import Array

    Expression = tuple[Any, ...]

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
}  # fmt: skip
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


class Condition(NamedTuple):
    """Something that was decided: how two numbers compare."""

    order: str
    left: Expression
    right: Expression
    outcome: bool


@dataclass(slots=True)
class Trace:
    """What was decided while a graph was built, by numbers given under their names."""

    conditions: dict[Condition, None] = field(default_factory=dict)
    asked: dict[int, tuple[Graph, dict[int, Node]]] = field(default_factory=dict)
    written: dict[str, tuple[Expression, str]] | None = None
    """Where this is a mapping, a number that is written into a text is written as a mark; here is what it stands for, and how."""

    def given(self, value: float, name: str) -> Given:
        """Return a number that remembers its name."""
        return Given(value, ("given", name), self)

    def decided(self, order: str, left: Expression, right: Expression, *, outcome: bool) -> bool:
        """Write a decision down, and return it."""
        self.conditions[Condition(order, left, right, outcome)] = None
        return outcome

    def write(self, expression: Expression, form: str, text: str) -> str:
        """Return the text of a number, or its mark."""
        if self.written is None:
            return text
        mark = f"\ue000{len(self.written)}\ue001"
        self.written[mark] = (expression, form)
        return mark

    def of_node(self, node: Node, value: float) -> Given:
        """Return the value of a node of a graph that is still being built, as it stands."""
        _, nodes = self.asked.setdefault(id(node.graph), (node.graph, {}))
        nodes[node.id] = node
        return Given(value, ("node", node), self)


class Given(float):
    """A number with an address: a name, or what was calculated from named numbers."""

    __slots__ = ("expression", "trace")
    expression: Expression
    trace: Trace

    def __new__(cls, value: float, expression: Expression, trace: Trace) -> Given:  # noqa: PYI034 - not for subclasses
        """Make one of a plain number."""
        number = super().__new__(cls, value)
        number.expression = expression
        number.trace = trace
        return number

    def __deepcopy__(self, _: object) -> Given:
        return self

    def __copy__(self) -> Given:
        return self

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (plain(self),)

    # --- what is calculated ----------------------------------------------------------------------------------------------

    def _with(self, op: str, other: Any, *, first: bool = True) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        a, b = (self, other) if first else (other, self)
        return Given(_ARITHMETIC[op](plain(a), plain(b)), (op, _expression(a), _expression(b)), self.trace)

    def __add__(self, other: Any) -> Any:
        return self._with("add", other)

    def __radd__(self, other: Any) -> Any:
        return self._with("add", other, first=False)

    def __sub__(self, other: Any) -> Any:
        return self._with("sub", other)

    def __rsub__(self, other: Any) -> Any:
        return self._with("sub", other, first=False)

    def __mul__(self, other: Any) -> Any:
        return self._with("mul", other)

    def __rmul__(self, other: Any) -> Any:
        return self._with("mul", other, first=False)

    def __truediv__(self, other: Any) -> Any:
        return self._with("div", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with("div", other, first=False)

    def __neg__(self) -> Given:
        return Given(-plain(self), ("sub", -0.0, self.expression), self.trace)

    def __pos__(self) -> Given:
        return self

    def __abs__(self) -> Given:
        return -self if self < 0 else self

    # --- what is decided -------------------------------------------------------------------------------------------------

    def _decide(self, order: str, other: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        outcome = bool(_ORDER[order](plain(self), plain(other)))
        return self.trace.decided(order, self.expression, _expression(other), outcome=outcome)

    def __lt__(self, other: Any) -> Any:
        return self._decide("lt", other)

    def __le__(self, other: Any) -> Any:
        return self._decide("le", other)

    def __gt__(self, other: Any) -> Any:
        return self._decide("gt", other)

    def __ge__(self, other: Any) -> Any:
        return self._decide("ge", other)

    def __eq__(self, other: object) -> Any:
        return self._decide("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._decide("ne", other)

    def __bool__(self) -> bool:
        return bool(self._decide("ne", 0.0))

    def _as_it_stands(self) -> float:
        """The plain number: from here on the graph holds for this number only."""
        self._decide("eq", plain(self))
        return plain(self)

    def __hash__(self) -> int:
        return hash(self._as_it_stands())

    def __float__(self) -> float:
        return self._as_it_stands()

    def __format__(self, form: str) -> str:
        return self.trace.write(self.expression, form, format(plain(self), form))

    def __floor__(self) -> int:
        whole = math.floor(plain(self))
        self._decide("ge", float(whole))
        self._decide("lt", float(whole + 1))
        return whole

    def __ceil__(self) -> int:
        whole = math.ceil(plain(self))
        self._decide("gt", float(whole - 1))
        self._decide("le", float(whole))
        return whole

    def __trunc__(self) -> int:
        return self.__floor__() if self >= 0 else self.__ceil__()

    def __int__(self) -> int:
        return self.__trunc__()

    def __round__(self, digits: SupportsIndex | None = None) -> Any:
        return round(self._as_it_stands(), digits)

    def __pow__(self, other: Any, mod: None = None) -> Any:
        return pow(self._as_it_stands(), plain(other), mod)

    def __rpow__(self, other: Any, mod: None = None) -> Any:
        return pow(plain(other), self._as_it_stands(), mod)

    def __floordiv__(self, other: Any) -> Any:
        return self._as_it_stands() // plain(other)

    def __rfloordiv__(self, other: Any) -> Any:
        return plain(other) // self._as_it_stands()

    def __mod__(self, other: Any) -> Any:
        return self._as_it_stands() % plain(other)

    def __rmod__(self, other: Any) -> Any:
        return plain(other) % self._as_it_stands()

    def __divmod__(self, other: Any) -> Any:
        return divmod(self._as_it_stands(), plain(other))

    def __rdivmod__(self, other: Any) -> Any:
        return divmod(plain(other), self._as_it_stands())

    def is_integer(self) -> bool:
        """Say whether it is a whole number, which is written down as its value."""
        return self._as_it_stands().is_integer()


def plain(value: float) -> float:
    """Return the number alone; nothing is written down."""
    return float.__float__(value) if isinstance(value, Given) else value


def _expression(value: float) -> Any:
    return value.expression if isinstance(value, Given) else float(value)


def standing(node: Node) -> float:
    """Return what a scalar is worth with the inputs as they stand, for a decision of who builds the graph.

    Where it depends on inputs that are bound, so does the decision.
    """
    value = evaluate(node.graph, [node]).number(node)
    trace = _trace(node)
    return trace.of_node(node, value) if trace is not None else value


def _trace(node: Node) -> Trace | None:
    bound = node.graph.bound
    if not bound:
        return None
    needed = ancestors(node.graph, {node.id})
    return next((number.trace for (node_id, _), number in bound.items() if node_id in needed), None)


class Answers:
    """What given numbers lead to, for many values of them at once: of bound inputs, and of what was decided."""

    def __init__(self, trace: Trace, columns: Mapping[str, Array]) -> None:
        """Take a column of values for every name (all of the same length)."""
        self._trace = trace
        self._columns = columns
        self._count = len(next(iter(columns.values()))) if columns else 1
        self._known: dict[int, Array] = {}
        self._nodes: dict[int, dict[int, Array]] = {}

    def inputs(self, graph: Graph) -> dict[str, Array]:
        """Return the values of all bound inputs of a graph, by key (of a row, where the input is a column)."""
        return {
            graph.nodes[node_id].cell_key(max(row, 0)): self._values(number.expression)
            for (node_id, row), number in graph.bound.items()
        }

    def alike(self) -> NDArray[np.bool_]:
        """Say which cases decide everything as it was decided, one a case."""
        same = np.ones(self._count, dtype=np.bool_)
        for order, left, right, outcome in self._trace.conditions:
            same &= np.equal(_ORDER[order](self._values(left), self._values(right)), outcome)
        return same

    def texts(self, text: str) -> list[str]:
        """Return a text with the numbers of every case in the place of marks."""
        found = [text] * self._count
        for mark, (expression, form) in (self._trace.written or {}).items():
            if mark in text:
                numbers = np.broadcast_to(self._values(expression), (self._count,))
                found = [each.replace(mark, format(float(n), form)) for each, n in zip(found, numbers, strict=True)]
        return found

    def _values(self, expression: Any) -> Any:
        if isinstance(expression, float):
            return expression
        if expression[0] == "given":
            return self._columns[expression[1]]
        if expression[0] == "node":
            return self._of_node(expression[1])
        if id(expression) not in self._known:
            op, left, right = expression
            with np.errstate(all="ignore"):
                self._known[id(expression)] = _ARITHMETIC[op](self._values(left), self._values(right))
        return self._known[id(expression)]

    def _of_node(self, node: Node) -> Array:
        graph = node.graph
        if id(graph) not in self._nodes:
            nodes = self._trace.asked[id(graph)][1].values()
            given = self.inputs(graph)
            values = Program(graph, nodes, given).run(given)
            self._nodes[id(graph)] = {n.id: np.broadcast_to(values[n], (self._count,)) for n in nodes}
        return self._nodes[id(graph)][node.id]
