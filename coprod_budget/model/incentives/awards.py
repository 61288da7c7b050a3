"""What a programme's rates earn together: every rate on its own base, with what the project says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import Competitive
from coprod_budget.model.findings import Finding
from coprod_budget.model.incentives.amounts import Award, Certainty, Known, known, same, unknown
from coprod_budget.model.incentives.choice import OPEN_RATES
from coprod_budget.model.incentives.rate_tests import Jury
from coprod_budget.model.incentives.rates import Given, Ground, Paid, pay, unknown_rate
from coprod_budget.model.incentives.terms import by_hand, cause, origin, words

if TYPE_CHECKING:
    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Verdict
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.spend import ProgrammeSpend

_ORDER: Final[tuple[Certainty, ...]] = ("entitlement", "discretionary", "competitive", "unknown")
"""From the surest; of several rates the least sure holds."""
_CLOSED: Final = ("closed", "suspended")


class Earned(NamedTuple):
    """What the rates pay before any limit, how sure it is, and what is wrong with programme or rate."""

    award: Award
    certainty: Certainty
    probability: Known
    rate_kind: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def earned(facts: Facts, chosen: Chosen, spend: ProgrammeSpend) -> Earned:
    """Add up what all rates for this film pay."""
    graph = facts.stage.graph
    rules = chosen.of_kind("rate")
    findings = [*_status(facts, chosen), *_rate_findings(facts, chosen, rules)]
    given, notes = _given(facts, chosen)
    award: Award | None = None
    certainty: Certainty = "entitlement"
    probability: Known | None = None
    for rule in rules:
        part = spend.parts[rule.rule.id]
        is_open = rule.value is UNKNOWN or getattr(rule.value, "kind", "") in OPEN_RATES
        mine = given if is_open else Given(points=given.points)
        needs_base = not (isinstance(rule.value, Competitive) and rule.value.rate is UNKNOWN)
        if not part.is_known and needs_base and mine.amount is None:
            notes += (*part.notes, f"what is spent for {words(rule.rule.id)} is not known: it pays nothing here")
            continue
        paid = _paid(facts, chosen, spend, rule, mine)
        notes += (*part.notes, *paid.notes)
        award = paid.award if award is None else award.plus(paid.award)
        certainty = max(certainty, paid.certainty, key=_ORDER.index)
        probability = probability or paid.probability
        if is_open and given.amount is not None:
            given = given._replace(amount=graph.constant(0))  # by hand is one amount, however many rates there are
    if award is None:
        award = same(unknown(graph))
    if chosen.entry.source and given.amount is not None and certainty == "entitlement":
        award = same(known(given.amount))
        notes += (f"the amount granted stands in for what the law would give: {chosen.entry.source}",)
    if not rules or any(rule.value is UNKNOWN for rule in rules):
        certainty = "unknown"
    if certainty in _ORDER[:2] and any(rule.value == "selection" for rule in chosen.of_kind("when_exhausted")):
        certainty = "competitive"
    probability, more = _probability(facts, chosen, certainty, award, probability)
    kinds = dict.fromkeys("unknown" if r.value is UNKNOWN else getattr(r.value, "kind", "") for r in rules)
    return Earned(award, certainty, probability, ", ".join(kinds) or "none", tuple(findings), (*notes, *more))


def _paid(facts: Facts, chosen: Chosen, spend: ProgrammeSpend, rule: RuleInForce, given: Given) -> Paid:
    """Return what one rate pays on its base."""
    graph, part = facts.stage.graph, spend.parts[rule.rule.id]
    if not part.is_known and given.amount is not None:
        return Paid(
            same(known(given.amount)), "competitive" if isinstance(rule.value, Competitive) else "discretionary"
        )
    key = f"incentives.{chosen.id}.{rule.rule.id}"
    source = origin(facts, rule)
    local = spend.qualified if spend.local.is_known else None
    jury = Jury(facts, chosen, key, source, local, spend.rows)
    base = part.base if part.is_known else graph.constant(0)
    ground = Ground(graph, key, chosen.id, source, base if local is None else local, base, facts.worth, jury.met, given)
    if rule.value is UNKNOWN:
        return unknown_rate(ground, cause(rule))
    return pay(ground, rule.value)  # type: ignore[arg-type]


def _given(facts: Facts, chosen: Chosen) -> tuple[Given, tuple[str, ...]]:
    """Return what the project says of rate, amount and points."""
    entry = chosen.entry
    notes: tuple[str, ...] = ()
    rate = amount = points = None
    if entry.rate is not None:
        rate = by_hand(facts, chosen, "rate", entry.rate, "rate by hand", "share")
    if entry.amount is not None:
        currency = entry.currency or chosen.view.incentive.currency
        worth = facts.worth(currency)
        if worth is None:
            notes += (f"the amount by hand is not counted: no exchange rate of {currency}, give `fx.{currency}`",)
        else:
            amount = by_hand(facts, chosen, "amount", entry.amount, "amount by hand", currency) * worth
    scored = entry.facts.get("points")
    if scored is not None and not isinstance(scored, bool):
        points = by_hand(facts, chosen, "facts.points", float(scored), "points", "points")
    return Given(rate, amount, points), notes


def _probability(
    facts: Facts, chosen: Chosen, certainty: Certainty, award: Award, of_law: Known | None
) -> tuple[Known, tuple[str, ...]]:
    """Return the chance to get it: what the project says, or the law's figure; certain where the law fixes what is paid."""
    graph, entry = facts.stage.graph, chosen.entry
    if entry.probability is not None:
        return known(by_hand(facts, chosen, "probability", entry.probability, "probability", "share")), ()
    if of_law is not None and not of_law.is_never:
        return of_law, ()
    if certainty == "competitive":
        note = "given by selection, with a chance that nobody knows: nothing is expected of it until `probability` is given"
        return unknown(graph), (note,)
    if entry.rate is not None or entry.amount is not None:
        return known(graph.constant(1)), (
            "what the project says is granted counts in full: `probability` is not given",
        )
    nothing = award.low.is_never and award.expected.is_never
    return unknown(graph) if nothing else known(graph.constant(1)), ()


def _status(facts: Facts, chosen: Chosen) -> list[Finding]:
    """Return the doubt about a programme that is not simply open; turned on by the project it is a warning."""
    status, view = chosen.view.status, chosen.view
    if view.is_open:
        return []
    word = "not yet there" if status is None else str(status.value)
    verdict: Verdict = "warn"
    if not chosen.entry.turn_on:
        verdict = "fail" if status is None or word in _CLOSED else "unknown"
    note = f": {status.note}" if status is not None and status.note else ""
    counted = "the project counts it all the same" if chosen.entry.turn_on else "it is not counted"
    return [
        Finding(
            instrument=chosen.id,
            rule="status",
            title="Whether the programme is open",
            verdict=facts.bench.fixed(verdict),
            required_words="open",
            actual_words=word,
            why=f"{word} on {view.day}{note}; {counted}",
            add="" if chosen.entry.turn_on else f"incentives[{chosen.id}].turn_on: true",
            article=status.article if status is not None else "",
            source=status.source if status is not None else None,
            confidence=status.confidence if status is not None else "",
            since=status.start if status is not None else None,
        )
    ]


def _rate_findings(facts: Facts, chosen: Chosen, rules: list[RuleInForce]) -> list[Finding]:
    """Return what is wrong with the rate: none for such a film, or one that nobody found out."""
    entry = chosen.entry
    if not rules:
        formats = sorted({f for rule in chosen.view.of_kind("rate") for f in rule.rule.formats})
        return [
            Finding(
                instrument=chosen.id,
                rule="rate",
                title="A rate for such a film",
                verdict=facts.bench.fixed("fail"),
                required_words=", ".join(map(words, formats)) or "no rate on this day",
                actual_words=words(chosen.work),
                why="the programme has no rate for films of this format on this day",
            )
        ]
    return [
        Finding(
            instrument=chosen.id,
            rule=rule.rule.id,
            title="Rate",
            verdict=facts.bench.fixed("warn" if entry.rate is not None or entry.amount is not None else "unknown"),
            actual_words="as the project says" if entry.rate is not None or entry.amount is not None else "",
            why=cause(rule),
            add=f"incentives[{chosen.id}].rate (or amount): what the body says",
            source=rule.dated.source,
            article=rule.dated.article,
            confidence=rule.dated.confidence,
        )
        for rule in rules
        if rule.value is UNKNOWN
    ]
