"""The eligibility of the film: every instrument that may matter, its tests, its verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.model.eligibility import declared, money, people, points, shares, works
from coprod_budget.model.eligibility.applies import amount_rules, applies, is_read_with_another
from coprod_budget.model.eligibility.belonging import belonging
from coprod_budget.model.eligibility.case import Case
from coprod_budget.model.eligibility.limits import in_words
from coprod_budget.model.eligibility.standing import day_of, standing
from coprod_budget.model.findings import Finding, Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coprod_budget.catalog.treaties import TreatyView
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.eligibility.governing import Candidate, Governing
    from coprod_budget.model.eligibility.standing import Standing
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.stage import Stage

_TESTS: Final = (
    shares.minimum_parties, shares.share_rules_of, shares.minimum_share, shares.maximum_share, shares.full_support_share,
    shares.third_party_total, shares.third_party_not_above, shares.financial_only_allowed, shares.financial_only_share,
    money.foreign_investment, money.third_party_funding, money.confirmed_finance_share, money.support_cap_share,
    money.support_cap_amount, money.support_spend_in_country, money.collection_account_above, money.letter_age,
    money.shooting_before_decision,
    works.spend_proportional, works.third_party_services, works.works_by_national_organisations,
    works.participation_proportional, people.nationality_of_roles, people.head_count, people.third_party_posts,
    points.points_table, points.points_threshold, points.points_share, points.points_waiver, points.points_of,
    declared.language, declared.language_versions, declared.length_minimum, declared.producer_status,
    declared.status_required, declared.producer_ownership, declared.criteria_met, declared.content_exclusion, declared.third_party_treaty,
    declared.condition, declared.filing_lead, declared.warning, declared.clause,
)  # fmt: skip
KINDS: Final[dict[str, Callable[[Case], Iterator[Finding]]]] = {test.__name__: test for test in _TESTS}
"""How a rule is tested, by its kind: the function of that name."""

INFORMS: Final = (
    "precedence", "fallback_instrument", "documents", "budget_threshold", "support_grant_up_to", "support_form",
    "support_instalments", "envelope", "repayable_share", "repayment_share", "deductible_commission", "receipts",
    "calls_per_year", "counting", "benefit", "clause", "points_table", "points_waiver",
)  # fmt: skip
"""Kinds that test nothing: they choose a text, or a threshold of another rule, or only inform."""

REPLACED: Final = ("minimum_share", "maximum_share")
EXCEPTION: Final = "treaty_exception"
"""A national status with a clause of this id may be given all the same to a film under an international treaty."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument as of the day, its role for the film, its tests, and what it says beside them."""

    id: str
    title: str
    candidate: Candidate
    view: TreatyView
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


class Eligibility(NamedTuple):
    """What the law says of the film. ``verdict`` is a column over ``table`` (the instruments): the worst of each one's tests."""

    governing: Governing
    instruments: tuple[Instrument, ...]
    table: Table
    verdict: Node


def rule_currencies(stage: Stage, governing: Governing) -> list[str]:
    """Return the currencies of amounts in the rules of the instruments that are tested."""
    views = [stage.catalog.treaty(c.id).as_of(day_of(stage)) for c in governing.tested]
    return list(dict.fromkeys(criterion.unit for view in views for criterion, _ in amount_rules(view)))


def build_eligibility(facts: Facts, governing: Governing) -> Eligibility:
    """Test the film by every instrument that was chosen."""
    graph, bench = facts.stage.graph, facts.bench
    instruments: list[Instrument] = []
    verdicts: dict[str, Node] = {}
    for candidate in governing.tested:  # the treaty before statuses, statuses before the support that needs them
        instrument = _instrument(facts, governing, candidate, verdicts)
        bench.add(instrument.findings)
        instruments.append(instrument)
        verdicts[instrument.id] = bench.worst([f.verdict for f in instrument.findings])
    table = graph.table("instruments", list(verdicts), "treaties, funds and statuses")
    verdict = graph.stack(table, list(verdicts.values())).named("eligibility.*.verdict", "Verdict", "verdict")
    return Eligibility(governing, tuple(instruments), table, verdict)


def _instrument(facts: Facts, governing: Governing, candidate: Candidate, verdicts: Mapping[str, Node]) -> Instrument:
    found = standing(facts.stage, facts.stage.catalog.treaty(candidate.id))
    findings: list[Finding] = [*belonging(facts, candidate, found)]
    remarks: list[Remark] = []
    sides = (found.parties, found.doubtful, found.others)
    cases = [
        Case(facts, governing, candidate, found.view, criterion, rule, *sides, verdicts)
        for criterion, rule in found.view.rules()
    ]
    stand_in = any(c.criterion.kind == "share_rules_of" and shares.takes_shares_of(c) for c in cases)
    for case in cases:
        if stand_in and case.criterion.kind in REPLACED:
            continue
        _judge(case, findings, remarks)
    if EXCEPTION in found.treaty.criteria and found.view.rule(EXCEPTION) is not None:
        findings = _with_exception(facts, governing, verdicts, found, findings)
    return Instrument(candidate.id, candidate.title, candidate, found.view, tuple(findings), tuple(remarks))


def _judge(case: Case, findings: list[Finding], remarks: list[Remark]) -> None:
    """Test the rule, or only say what it says."""
    kind = case.criterion.kind
    state = applies(case)
    if state == "no":
        return
    tested = case.criterion.unmet != "note" and (
        kind not in INFORMS or (kind == "clause" and case.criterion.unmet == "warn")
    )
    if kind == "share_rules_of" and shares.takes_shares_of(case):
        tested = True
    elif kind == "share_rules_of":
        return
    if not tested:
        remarks.append(_remark(case))
    elif is_read_with_another(case):
        return
    elif state == "open":
        remarks.append(_remark(case))
    elif state == "unknown":
        findings.append(case.unknown("whether this rule is about the film is not known"))
    elif kind in KINDS:
        findings.extend(KINDS[kind](case))
    else:
        findings.append(case.unknown("the program does not test rules of this kind"))


def _remark(case: Case) -> Remark:
    criterion, rule = case.criterion, case.rule
    words = in_words(criterion, rule) if criterion.kind != "precedence" else ""
    conditions = [word.replace("_", " ") for word in criterion.applies_to.when]
    text = criterion.title + (f": {words}" if words else "") + (f" ({', '.join(conditions)})" if conditions else "")
    if rule.value is UNKNOWN:
        text = f"{criterion.title}: not known"
    return Remark(case.instrument, criterion.id, text, rule.article, rule.source, rule.note)


def _with_exception(
    facts: Facts, governing: Governing, verdicts: Mapping[str, Node], found: Standing, findings: list[Finding]
) -> list[Finding]:
    """A treaty may save a film that misses the tests of a status: the one that governs, or one that perhaps does."""

    def binds(treaty: str) -> bool:
        other = standing(facts.stage, facts.stage.catalog.treaty(treaty))
        return bool({*other.parties, *other.doubtful} & {*found.parties})

    if governing.instrument and binds(governing.instrument):
        return [_excepted(facts, governing, verdicts[governing.instrument], f) for f in findings]
    perhaps = next((c.id for c in governing.candidates if c.role == "perhaps" and binds(c.id)), "")
    return [_doubted(facts, perhaps, f) for f in findings] if perhaps else findings


def _doubted(facts: Facts, treaty: str, finding: Finding) -> Finding:
    """Whether a treaty applies is not known, so neither is whether a missed test does harm."""
    graph, bench = facts.stage.graph, facts.bench
    if bench.settled(finding.verdict) not in {None, "fail"}:
        return finding
    missed = finding.verdict.equals(bench.fixed("fail"))
    verdict = graph.choose(missed, bench.fixed("unknown"), finding.verdict)
    note = f"where it is missed, {treaty} may save the film, if it is in force"
    return replace(finding, verdict=verdict, why="; ".join(t for t in (finding.why, note) if t))


def _excepted(facts: Facts, governing: Governing, treaty: Node, finding: Finding) -> Finding:
    """A test that fails is a warning where a treaty applies: how much the treaty replaces is not known.

    A film that fails the tests of the treaty is none under it: then the test fails.
    """
    graph, bench = facts.stage.graph, facts.bench
    if bench.settled(finding.verdict) not in {None, "fail"}:
        return finding
    waived = graph.both(finding.verdict.equals(bench.fixed("fail")), treaty < bench.fixed("fail"))
    verdict = graph.choose(waived, bench.fixed("warn"), finding.verdict)
    note = f"where it is missed, a film that keeps to {governing.instrument} may be recognised all the same"
    return replace(finding, verdict=verdict, why="; ".join(t for t in (finding.why, note) if t))
