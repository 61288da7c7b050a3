"""Whether a rule is about this film, and which rules are only exceptions to another rule of the same instrument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.treaty_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.catalog.treaties import Criterion, RuleValue, TreatyView
    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case

Applies = Literal["yes", "no", "open", "unknown"]
"""open: it would hold if the authorities granted an exception, or if the film were what the file does not say it is."""

GRANTS: Final = ("with_consent", "exceptional", "high_cost")
QUALITIES: Final = ("female_director", "debut", "special_merit", "children_and_youth", "socially_significant", "auteur")
OPPOSITE: Final = {"minimum_share": "maximum_share", "maximum_share": "minimum_share"}
TWO: Final = 2


def money_only(case: Case) -> tuple[str, ...]:
    """Return the countries all of whose partners take part with money alone."""
    partners = case.facts.stage.project.partners.values()
    full = {p.country for p in partners if p.participation == "full"}
    return tuple(c for c in case.countries if c not in full)


def applies(case: Case) -> Applies:
    """Say whether the rule is about this film. What depends on figures (who is the minority) is judged in the graph."""
    about, project = case.criterion.applies_to, case.facts.stage.project
    number = len(case.countries)
    if about.works and project.kind not in about.works:
        return "no"
    if (about.parties == "two" and number != TWO) or (about.parties == "three_or_more" and number <= TWO):
        return "no"
    if about.countries and not set(about.countries) & set(case.countries):
        return "no"
    if not about.when:
        return "yes"
    found = {_when(case, word) for word in about.when}
    return next(answer for answer in ("yes", "unknown", "open", "no") if answer in found)


def _when(case: Case, word: str) -> Applies:
    project = case.facts.stage.project
    if word in GRANTS:
        return "yes" if word in project.treaty.granted else "open"
    if word in QUALITIES:
        return "yes" if word in project.film.qualities else "open"
    if word == "treaty_allows":
        return _treaty_allows(case)
    if word == "with_third_countries":
        return "yes" if case.others else "unknown" if case.doubtful else "no"
    holds = {
        "without_bilateral_treaty": True,  # chosen before, or named by the project
        "money_only": bool(money_only(case)),
        "minority_coproduction": len(case.countries) > 1,
    }
    return "yes" if holds.get(word) else "no"


def _treaty_allows(case: Case) -> Applies:
    """Whether the instrument that governs a film of two allows the majority as much as this rule does."""
    name, wanted = case.governing.instrument, case.rule.value
    if not name or not isinstance(wanted, int | float):
        return (
            "unknown"
            if case.governing.candidates and any(c.role == "perhaps" for c in case.governing.candidates)
            else "no"
        )
    view = case.facts.stage.catalog.treaty(name).as_of(case.view.day)
    limits: list[float] = []
    for kind in ("maximum_share", "minimum_share"):
        for criterion, rule in view.rules(kind):
            if criterion.applies_to.parties == "three_or_more" or is_exception(criterion):
                continue
            if rule.value is UNKNOWN:
                return "unknown"
            if isinstance(rule.value, int | float):
                limits.append(rule.value if kind == "maximum_share" else 1 - rule.value)
    return "yes" if limits and min(limits) >= wanted else "no"


def is_exception(criterion: Criterion) -> bool:
    """Whether a rule loosens another one: where granted, for such films, above a budget, where the treaty allows it."""
    about = criterion.applies_to
    return bool(about.budget_above) or any(w in GRANTS or w in QUALITIES or w == "treaty_allows" for w in about.when)


@dataclass(frozen=True, slots=True)
class Exemption:
    """A looser rule beside a strict one. ``implied``: of two, what one may bear at most is what the other may bear at least."""

    case: Case
    state: Applies
    implied: bool = False

    @property
    def threshold(self) -> Node:
        """The figure of the looser rule, as the strict one counts."""
        node = self.case.threshold()
        return 1 - node if self.implied else node

    @property
    def above(self) -> Criterion | None:
        """The rule with the budget from which it holds; None where it holds for any budget."""
        name = self.case.criterion.applies_to.budget_above
        return self.case.view.treaty.criteria[name] if name else None


def exceptions(case: Case) -> Iterator[Exemption]:
    """Go through the exceptions to a strict rule, with whether they hold for the film."""
    kind, parties = case.criterion.kind, case.criterion.applies_to.parties
    own = False
    for other in _siblings(case, kind):
        if other.criterion.applies_to.parties == parties and other.comparison == case.comparison:
            state = applies(other)
            own = True
            if state != "no":
                yield Exemption(other, state)
    if own or parties != "two" or kind not in OPPOSITE:
        return
    for other in _siblings(case, OPPOSITE[kind]):
        state = applies(other)
        if other.criterion.applies_to.parties == parties and state != "no":
            yield Exemption(other, state, implied=True)


def _siblings(case: Case, kind: str) -> Iterator[Case]:
    for criterion, rule in case.view.rules(kind):
        if criterion.id != case.criterion.id and is_exception(criterion):
            yield replace(case, criterion=criterion, rule=rule)


def is_read_with_another(case: Case) -> bool:
    """Whether the rule is an exception to a strict rule that is tested, so that it is no test of its own."""
    if not is_exception(case.criterion):
        return False
    for criterion, rule in case.view.rules(case.criterion.kind):
        strict = replace(case, criterion=criterion, rule=rule)
        same = (criterion.applies_to.parties, strict.comparison) == (case.criterion.applies_to.parties, case.comparison)
        if same and not is_exception(criterion) and applies(strict) == "yes":
            return True
    return False


def amount_rules(view: TreatyView) -> Iterator[tuple[Criterion, RuleValue]]:
    """Go through the rules whose value is an amount that is compared with something."""
    for criterion, rule in view.rules():
        about = KINDS[criterion.kind]
        if about.shape == "amount" and about.looks_at != "nothing" and isinstance(rule.value, int | float):
            yield criterion, rule
