"""Rules that no figure of a budget decides: what the producers declare, and what the file says of the film itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coprod_budget.catalog import UNKNOWN
from coprod_budget.graph import Origin
from coprod_budget.model.eligibility.limits import graded, in_words
from coprod_budget.model.eligibility.money import fact, told
from coprod_budget.model.eligibility.posts import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding

LANGUAGES: Final = {"russian": "ru", "serbian": "sr", "chinese": "zh", "german": "de", "uzbek": "uz", "french": "fr"}
"""Names of languages that rules or files write out, by their code of two letters."""

CLAIMS: Final = ("bilateral_treaty", "multilateral_treaty", "regional_treaty", "convention")


def _declared(case: Case, required: str = "", why: str = "", claim: str = "") -> Finding:
    """Judge what the file says of a rule; ``claim`` is what `true` means, where the title does not say it."""
    if not case.is_known:
        return case.unknown(case.rule.note or "nobody found what the rule says")
    said = case.facts.said(case.instrument, case.criterion.id)
    if said is None:
        meaning = f": {claim}" if claim else ""
        return case.unknown(why or "only the producers can say", fact(case) + meaning, required_words=required)
    verdict = case.bench.fixed("pass" if said else case.unmet)
    return case.finding(verdict, required_words=required, actual_words="yes" if said else "no")


def condition(case: Case) -> Iterator[Finding]:
    """What the title says has to hold."""
    yield _declared(case)


def content_exclusion(case: Case) -> Iterator[Finding]:
    """What the film must not contain."""
    words = in_words(case.criterion, case.rule)
    found = _declared(case, f"none of: {words}", claim="the film has none of it")
    answers = {"yes": "none of it", "no": "some of it"}
    yield replace(found, actual_words=answers.get(found.actual_words, found.actual_words))


def producer_status(case: Case) -> Iterator[Finding]:
    """Who the producer has to be; a company of a partner is registered in the partner's country."""
    words = in_words(case.criterion, case.rule)
    project = case.facts.stage.project
    at_home = [p.name for p in project.partners.values() if p.country in case.parties]
    said = case.facts.said(case.instrument, case.criterion.id)
    if case.rule.value == "citizen_or_registered_company" and at_home and said is None:
        yield case.finding(case.bench.fixed("pass"), required_words=words, actual_words=", ".join(at_home))
    else:
        yield _declared(case, words)


def status_required(case: Case) -> Iterator[Finding]:
    """Another status that the film needs: the verdict of its tests, unless the producers have it.

    That every condition is met (``all: true``) does not say that another authority has given its status.
    """
    other = str(case.rule.value) if case.is_known else ""
    given = case.facts.stage.project.treaty.facts.get(case.instrument, {})
    if not other or case.criterion.id in given:
        yield _declared(case, other)
    elif other in case.verdicts:
        yield case.finding(
            case.verdicts[other], required_words=f"the status {other}", actual_words="see its tests",
            why=f"as the tests of {other} say", add=f"{fact(case)} once it is granted",
        )  # fmt: skip
    else:
        yield case.unknown(f"{other} was not tested", f"`treaty.also: [{other}]`", required_words=other)


def producer_ownership(case: Case) -> Iterator[Finding]:
    """Capital of a producer in certain hands."""
    yield from told(case, "share", "0")


def criteria_met(case: Case) -> Iterator[Finding]:
    """How many of the listed criteria are met, as the file says."""
    for found in told(case, "criteria", "3"):
        yield case.finding(
            found.verdict, required=found.required, actual=found.actual, unit=found.unit, why=found.why, add=found.add,
            required_words="; ".join(case.criterion.options), actual_words=found.actual_words,
        )  # fmt: skip


def _code(language: str) -> str:
    word = language.strip().casefold()
    return LANGUAGES.get(word, word)


def language(case: Case) -> Iterator[Finding]:
    """The language of the film: those that the rule names pass; of others only the producers can say whether they may be."""
    words = in_words(case.criterion, case.rule)
    spoken = case.facts.stage.project.film.languages
    if not case.is_known or not isinstance(case.rule.value, tuple):
        yield case.unknown(case.rule.note or "which languages was not found")
        return
    admitted = {_code(str(v)) for v in case.rule.value}
    others = [s for s in spoken if _code(s) not in admitted]
    if spoken and not others:
        yield case.finding(case.bench.fixed("pass"), required_words=words, actual_words=", ".join(spoken))
    elif not spoken and case.facts.said(case.instrument, case.criterion.id) is None:
        yield case.unknown("the language of the film is not given", "`film.languages: [...]`", required_words=words)
    else:
        why = f"whether {', '.join(others)} may be, only the producers can say"
        found = _declared(case, words, why, f"{', '.join(others)} may be")
        yield case.finding(
            found.verdict, required_words=words, actual_words=", ".join(spoken), why=found.why, add=found.add
        )


def language_versions(case: Case) -> Iterator[Finding]:
    """Final versions that have to be made; the original is one."""
    words = in_words(case.criterion, case.rule)
    film = case.facts.stage.project.film
    if not case.is_known or not isinstance(case.rule.value, tuple):
        yield case.unknown(case.rule.note or "which versions was not found")
        return
    made = [*film.languages, *film.versions]
    have = {_code(m) for m in made}
    missing = [str(v) for v in case.rule.value if _code(str(v)) not in have]
    shown = ", ".join(dict.fromkeys(made))
    if not missing:
        yield case.finding(case.bench.fixed("pass"), required_words=words, actual_words=shown)
    elif not film.versions:
        found = _declared(case, words, "the final versions are not given")
        add = f"`film.versions: [{', '.join(str(v) for v in case.rule.value)}]`" if found.add else ""
        yield case.finding(found.verdict, required_words=words, actual_words=shown, why=found.why, add=add)
    else:
        yield case.finding(
            case.bench.fixed(case.unmet), required_words=words, actual_words=shown,
            why=f"no version in {', '.join(missing)}", add=f"`film.versions` with {', '.join(missing)}",
        )  # fmt: skip


def length_minimum(case: Case) -> Iterator[Finding]:
    """The least length of the film."""
    minutes = case.facts.minutes()
    if minutes is None:
        yield case.unknown("the length of the film is not given", "`film.minutes: 95`")
    else:
        yield graded(case, minutes, unit="minutes")


def third_party_treaty(case: Case) -> Iterator[Finding]:
    """Each third country has a treaty with one of the parties: found in the data, or declared."""
    catalog = case.facts.stage.catalog
    treaties = [
        treaty
        for treaty in map(catalog.treaty, catalog.treaties_between(case.countries))
        if treaty.kind in CLAIMS and treaty.id != case.instrument
    ]
    for country in (*case.others, *case.doubtful):
        shared = [
            t.id
            for t in treaties
            if t.party(country, case.view.day) is True and any(t.party(p, case.view.day) is True for p in case.parties)
        ]
        if shared:
            yield case.finding(case.bench.fixed("pass"), about=country, actual_words=", ".join(shared))
            continue
        parties = " or ".join(case.parties)
        found = _declared(case, why=f"no treaty of {country} with {parties} is certain in the data")
        yield case.finding(found.verdict, about=country, actual_words=found.actual_words, why=found.why, add=found.add)


def filing_lead(case: Case) -> Iterator[Finding]:
    """Months from the day of the application to the first day of shooting, after the preparation."""
    graph, stage = case.graph, case.facts.stage
    start = stage.project.schedule.start
    if start is None:
        yield case.unknown("the first day of preparation is not given", "`schedule.start`, and `treaty.applied_on`")
        return
    key = "eligibility.days_to_preparation"
    if key not in graph:
        graph.input(
            key, (start - case.facts.day).days, label="Days from the application to the preparation", unit="days",
            origin=Origin("calculated", title=f"from {case.facts.day} to {start}", where=stage.project.where("schedule.start")),
        )  # fmt: skip
        week = graph["calendar.days_per_week"]
        days = graph[key] + case.facts.schedule.names["prep_weeks"] * week
        months = days * 12 / 365
        months.named("eligibility.months_to_shoot", "Months from the application to the shoot", "months")
    why = "" if stage.project.treaty.applied_on else "counted from as_of: `treaty.applied_on` is not given"
    found = graded(case, graph["eligibility.months_to_shoot"], unit="months")
    yield case.finding(
        found.verdict, required=found.required, actual=found.actual, unit=found.unit, why=join(found.why, why),
        add="" if stage.project.treaty.applied_on else "`treaty.applied_on`, the day of the application",
    )  # fmt: skip


def warning(case: Case) -> Iterator[Finding]:
    """What a producer has to be warned of, whatever the film is like."""
    if case.rule.value is UNKNOWN:
        yield case.unknown(case.rule.note)
    elif case.rule.value:
        yield case.finding(case.bench.fixed("warn"), why=case.rule.note)


def clause(case: Case) -> Iterator[Finding]:
    """A clause that would endanger the film, of which nobody knows whether it is true, or which is."""
    yield from warning(case)
