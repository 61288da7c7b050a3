"""A graph walked backwards: how one figure comes about, down to inputs and their origins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coprod_budget.graph.evaluate import Program, Values
from coprod_budget.graph.nodes import GraphError, Node, Origin, rows_of
from coprod_budget.graph.words import SUMS, Names

if TYPE_CHECKING:
    from collections.abc import Container

    from coprod_budget.graph.building import Graph


NOTHING = 1e-9


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
    """Return the tree of figures behind ``key``: sums list their ``rows`` largest parts; below ``depth`` it stops.

    Who explains many figures has the graph computed once, with an ``Explainer``.
    """
    return Explainer(graph).explain(key, depth=depth, rows=rows)


class Explainer:
    """A graph, computed once, whose figures are to be explained."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._values = Program(graph, [n for n in graph.nodes if n.op != "text"], wait=True).run()
        self._names = Names(graph)
        self._following = {n.table.name for n in graph.nodes if n.op == "previous" and n.table is not None}

    def explain(self, key: str, *, depth: int = 12, rows: int = 8) -> Step:
        """Return the tree of figures behind ``key``, as ``explain`` does."""
        found = self._graph.find(key)
        if found is None:
            msg = f"no quantity {key!r}"
            raise GraphError(msg)
        return _Walk(self._values, self._names, self._following, rows).step(*found, depth)


class _Walk:
    def __init__(self, values: Values, names: Names, following: Container[str], rows: int) -> None:
        self._values = values
        self._names = names
        self._following = following
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
        first = not self._seen
        self._seen.add((node.id, here))
        # rows that follow each other lead far back: what is nothing there is only taken apart where it is what was asked for
        nothing = abs(value) < NOTHING and node.table is not None and node.table.name in self._following
        if depth > 0 and (first or not nothing):
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
            nothing = [(p, r) for p, r in parts if p.op not in SUMS and self._values.number(p, r) == 0]
            parts = nothing[:1] or parts
        for part, part_row in parts:
            if part.op in SUMS and not part.key:
                self._add_sum(step, part, part_row, depth)
            else:
                step.parts.append(self.step(part, part_row, depth - 1))
        if node.op in SUMS:
            self._add_sum(step, node, row, depth)

    def _add_sum(self, step: Step, node: Node, row: int, depth: int) -> None:
        columns = {"dot": node.args, "npv": node.args[1:]}.get(node.op, node.args[:1])
        for column in columns:
            if node.op == "sum_by":
                self._add_rows(step, column, node.rows[row], depth)
                continue
            rows = rows_of(node, column, row)
            if node.op == "lowest":
                least = self._values[column][rows.start : rows.stop, 0].argmin()
                step.parts.append(self.step(column, rows.start + int(least), depth - 1))
            else:
                self._add_rows(step, column, rows, depth)

    def _add_rows(self, step: Step, column: Node, rows: range | tuple[int, ...], depth: int) -> None:
        amounts = self._values[column][:, 0]
        order = sorted((r for r in rows if amounts[r] != 0), key=lambda r: -abs(amounts[r]))
        step.parts.extend(self.step(column, r, depth - 1) for r in order[: self._rows])
        step.left_out += len(order[self._rows :])
        step.left_out_value += float(sum(amounts[r] for r in order[self._rows :]))
