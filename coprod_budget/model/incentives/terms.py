"""Figures of a programme's rules as inputs with their sources, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN
from coprod_budget.graph import Origin

if TYPE_CHECKING:
    from coprod_budget.catalog.incentive_entries import Amount
    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen


def origin(facts: Facts, rule: RuleInForce) -> Origin:
    """Return where a value of a rule comes from; what is doubtful in the data counts as assumed."""
    dated = rule.dated
    note = "; ".join(t for t in (f"article {dated.article}" if dated.article else "", dated.note) if t)
    if dated.source is None:
        return Origin("assumed", title="background knowledge", note=note)
    basis = "assumed" if dated.confidence == "low" else dated.basis
    return facts.stage.from_source(basis, dated.source, note)


def figure(facts: Facts, chosen: Chosen, rule: RuleInForce, name: str, value: float, unit: str) -> Node:
    """Return a figure of a rule: ``incentives.rs_cash_rebate.minimum_spend.amount``."""
    graph = facts.stage.graph
    key = f"incentives.{chosen.id}.{rule.rule.id}.{name}"
    if key in graph:
        return graph[key]
    label = f"{chosen.id}: {words(rule.rule.id)}, {words(name)}".removesuffix(", amount").removesuffix(", share")
    return graph.input(key, value, label=label, unit=unit, origin=origin(facts, rule))


def money(facts: Facts, chosen: Chosen, rule: RuleInForce, value: Amount) -> Node | None:
    """Return an amount of a rule in the report's currency; None where its currency has no exchange rate."""
    worth = facts.worth(value.currency)
    if worth is None:
        return None
    return figure(facts, chosen, rule, "amount", value.amount, value.currency) * worth


def by_hand(facts: Facts, chosen: Chosen, name: str, value: float, label: str, unit: str) -> Node:
    """Return a figure that the project states of a programme: ``incentives.rs_cash_rebate.spend``."""
    graph = facts.stage.graph
    key = f"incentives.{chosen.id}.{name}"
    if key in graph:
        return graph[key]
    source = chosen.entry.source or ""
    given = facts.stage.given(f"{chosen.path}.{name}", basis="quoted" if source else "assumed", source=source)
    return graph.input(key, value, label=f"{chosen.id}: {label}", unit=unit, origin=given)


def cause(rule: RuleInForce) -> str:
    """Return why nobody knows what a rule says, and what would settle it."""
    assert rule.value is UNKNOWN
    note = f": {rule.dated.note}" if rule.dated.note else ""
    return f"nobody found out what the rule says{note}"


def words(name: str) -> str:
    """Return an id as words."""
    return name.replace("_", " ")
