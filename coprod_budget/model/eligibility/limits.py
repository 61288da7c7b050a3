"""One figure of the film against the limit of a rule, with the exceptions that the instrument makes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN, Unknown
from coprod_budget.model.eligibility.applies import GRANTS, QUALITIES, Exemption, exceptions
from coprod_budget.model.eligibility.posts import join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.catalog.treaties import Criterion, RuleValue
    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding


def in_words(criterion: Criterion, rule: RuleValue) -> str:
    """Return the value of a rule as a reader says it: 20 per cent, 500,000 EUR, 70 minutes, words."""
    value = rule.value
    if isinstance(value, Unknown):
        return "not known"
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        if criterion.about.shape == "share":
            return f"{100 * value:.10g} per cent"
        return f"{value:,.10g} {criterion.unit}".strip()
    if isinstance(value, str):
        return value.replace("_", " ")
    if all(isinstance(v, float) for v in value):
        return ", ".join(f"{100 * v:.10g} per cent" for v in value if isinstance(v, float))
    return ", ".join(v.replace("_", " ") for v in value if isinstance(v, str))


def graded(
    case: Case,
    actual: Node,
    about: str = "",
    *,
    unit: str = "share",
    exempt: Node | None = None,
    measure: Callable[[Case, Node], Node] = lambda _, node: node,
    words: str = "",
    add: str = "",
) -> Finding:
    """Compare a figure with the limit of a rule.

    Where the limit is missed, an exception that holds makes it a pass, one that the authorities may still grant a warning, one
    of which nobody knows whether it holds, or how far it goes, unknown. ``measure`` brings a limit into the unit of ``actual``;
    ``exempt`` is true where the rule does not bind.
    """
    graph, bench = case.graph, case.bench
    required = measure(case, case.threshold()) if case.is_known else None
    verdict = bench.fixed(case.unmet if case.is_known else "unknown")
    notes: list[str] = [] if case.is_known else [case.rule.note or "nobody found what the rule says"]
    asks: list[str] = [add] if add else []
    for other in sorted(exceptions(case), key=lambda e: ("open", "unknown", "yes").index(e.state)):
        notes.append(_note(other))
        asks += _asks(other)
        if other.case.rule.value is UNKNOWN:
            if other.state == "yes":
                verdict = bench.fixed("unknown")
            continue
        limit = measure(other.case, other.threshold)
        met = bench.compare(actual, case.comparison, limit)
        if other.state == "open" and not _grantable(other):
            continue
        holds = _holds(other)
        if holds is None:
            verdict = bench.fixed("unknown")
            notes.append("no exchange rate for its threshold")
            continue
        grade = {"yes": "pass", "open": "warn", "unknown": "unknown"}[other.state]
        verdict = graph.choose(graph.both(met, holds), bench.fixed(grade), verdict)  # type: ignore[arg-type]
        if other.state == "yes":
            required = limit if required is None else graph.choose(holds, limit, required)
    if case.is_known:
        strict = bench.compare(actual, case.comparison, measure(case, case.threshold()))
        verdict = bench.judge(strict, fallback=verdict)
    if exempt is not None and required is not None:  # a rule that nobody knows is not met by not being bound
        verdict = graph.choose(exempt, bench.fixed("pass"), verdict)
    return case.finding(
        verdict, about=about, required=required, actual=actual, unit=unit, required_words=words,
        why=join(*notes), add=join(*asks),
    )  # fmt: skip


def _holds(other: Exemption) -> Node | None:
    """Whether the budget is one for which the exception is made."""
    graph, criterion = other.case.graph, other.above
    if criterion is None:
        return graph.constant(1)
    rule = other.case.view.rule(criterion.id)
    worth = other.case.facts.worth(criterion.unit)
    if rule is None or rule.value is UNKNOWN or worth is None:
        return None
    threshold = other.case.threshold(criterion, rule) * worth
    comparison = rule.comparison or criterion.comparison
    return other.case.bench.compare(other.case.facts.budget.total, comparison, threshold)


def _grantable(other: Exemption) -> bool:
    return any(word in GRANTS for word in other.case.criterion.applies_to.when)


def _note(other: Exemption) -> str:
    criterion, rule = other.case.criterion, other.case.rule
    text = f"{criterion.title}: {in_words(criterion, rule)}"
    if other.above is not None:
        threshold = other.case.view.rule(other.above.id)
        text += f" ({other.above.title}: {in_words(other.above, threshold)})" if threshold else ""
    if rule.value is UNKNOWN:
        text += f" ({rule.note})"
    return text


def _asks(other: Exemption) -> Sequence[str]:
    if other.state != "open":
        return ()
    words = other.case.criterion.applies_to.when
    found = [f"`treaty.granted: [{w}]` once it is granted" for w in words if w in GRANTS]
    return [*found, *(f"`film.qualities: [{w}]` if the film is that" for w in words if w in QUALITIES)]
