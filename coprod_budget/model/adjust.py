"""Factors on what lines cost: a cut or a reserve that the file states for all lines, a group, a department or one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.model.stage import Stage


class Adjustment(NamedTuple):
    """A factor other than 1, and where the file states it."""

    path: str
    label: str
    factor: float


def find_adjustments(stage: Stage, lines: Sequence[BudgetLine], offered: Collection[str]) -> dict[str, Adjustment]:
    """Return the factor of every line that has one, by the line's id: its own, its department's, its group's, that of all.

    A factor of 1 leaves a line as it is. What names nothing is an error; a line that the template has but this film has not (any more)
    is a warning: ``offered`` are the ids of all lines that there could be.
    """
    adjust = stage.project.budget.adjust
    departments = stage.catalog.departments
    used: dict[str, Collection[str]] = {
        "lines": {line.id for line in lines},
        "accounts": {line.account for line in lines},
        "groups": {departments[line.account].group for line in lines},
    }
    known: dict[str, Collection[str]] = {
        "lines": {*offered, *used["lines"]},
        "accounts": departments,
        "groups": {department.group for department in departments.values()},
    }
    stated: dict[str, Mapping[str, float]] = {
        "lines": adjust.lines,
        "accounts": adjust.accounts,
        "groups": adjust.groups,
    }
    for kind, factors in stated.items():
        for name in factors:
            path = f"budget.adjust.{kind}.{name}"
            if name not in known[kind]:
                stage.error("M112", f"adjust: there is none of the {kind} {name!r}", nearest(name, used[kind]), path)
            elif name not in used[kind]:
                stage.warn("W106", f"the budget has none of the {kind} {name!r}: its factor does nothing", path=path)
    found = {}
    for line in lines:
        names = {"lines": line.id, "accounts": line.account, "groups": departments[line.account].group}
        nearest_first = [_one(stated[kind], kind, name) for kind, name in names.items() if name in stated[kind]]
        one = nearest_first[0] if nearest_first else Adjustment("budget.adjust.all", "Factor on every line", adjust.all)
        if one.factor != 1:
            found[line.id] = one
    return found


def _one(factors: Mapping[str, float], kind: str, name: str) -> Adjustment:
    return Adjustment(f"budget.adjust.{kind}.{name}", f"Factor on {kind} {name}", factors[name])


def factors_of(stage: Stage, table: Table, adjustments: Mapping[str, Adjustment]) -> Node | None:
    """Put the factors into the graph, one a line; None where no line has any."""
    if not adjustments:
        return None
    graph = stage.graph
    nodes: dict[str, Node] = {}
    for path, label, factor in adjustments.values():
        if path not in nodes:
            nodes[path] = graph.input(path, factor, label=label, unit="multiple", origin=stage.given(path))
    cells = [nodes[adjustments[line].path] if line in adjustments else 1 for line in table.keys]
    return graph.stack(table, cells).named("lines.*.factor", "Factor on the line, assumed", "multiple")
