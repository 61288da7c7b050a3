"""One budget beside another of the same film: what departments, charges and lines cost before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.model.build import Model


class Change(NamedTuple):
    """What something cost before and costs after, in the reporting currency; ``share`` of what it cost before, None of nothing."""

    id: str
    label: str
    before: float
    after: float
    difference: float
    share: float | None
    stays: bool = False
    """Whether it was to stay as it is."""


class Changes(NamedTuple):
    """Changes by department and charge, and by line; ``total`` is that of the budget."""

    accounts: list[Change]
    lines: list[Change]
    total: Change


def changes(before: Model, after: Model, locked: frozenset[str]) -> Changes:
    """Compare the budgets of two models with the same lines; ``locked`` lines were to stay."""
    then, now = before.evaluate(), after.evaluate()

    def change(key: str, name: str, label: str, *, stays: bool = False) -> Change:
        old, new = then.number(*_find(before, key)), now.number(*_find(after, key))
        return Change(name, label, old, new, new - old, (new - old) / old if old else None, stays)

    budget = before.budget
    departments = before.catalog.departments
    chart = before.catalog.chart()
    charges = dict(zip(budget.charges.accounts, budget.charges.labels, strict=True))
    accounts = []
    for account in budget.accounts.keys:
        label = (
            chart[account].name
            if account in chart
            else departments[account].label
            if account in departments
            else charges[account]
        )
        mine = [line.id for line in budget.lines if line.account == account]
        stays = bool(mine) and all(line in locked for line in mine)
        accounts.append(change(f"account.{account}.total", account, label, stays=stays))
    lines = [
        change(f"lines.{line.id}.total", line.id, line.description, stays=line.id in locked) for line in budget.lines
    ]
    return Changes(accounts, lines, change("budget.total", "total", "Total budget"))


def _find(model: Model, key: str) -> tuple[Node, int]:
    found = model.graph.find(key)
    assert found is not None, key
    return found
