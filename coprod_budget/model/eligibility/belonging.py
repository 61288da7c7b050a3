"""Tests that every instrument has without saying so: in force, open to this kind of work, and to these countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.catalog import UNKNOWN
from coprod_budget.model.eligibility.standing import IN_FORCE, membership
from coprod_budget.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.eligibility.governing import Candidate
    from coprod_budget.model.eligibility.standing import Standing
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Verdict

KIND_OF_WORK: Final = "kind_of_work"
PARTIES: Final = "parties"
TWO: Final = 2


def belonging(facts: Facts, candidate: Candidate, found: Standing) -> Iterator[Finding]:
    """Test whether the instrument is in force, covers the film, and binds its countries."""
    yield from _in_force(facts, found)
    yield from _works(facts, found)
    yield from _parties(facts, candidate, found)


def _finding(facts: Facts, found: Standing, rule: str, title: str, verdict: Verdict, **words: str) -> Finding:
    taken = rule in found.treaty.criteria
    party = found.treaty.parties[0] if found.treaty.parties else None
    return Finding(
        instrument=found.id,
        rule=f"{rule}_of_it" if taken else rule,
        title=title,
        verdict=facts.bench.fixed(verdict),
        source=party.source if party else None,
        confidence=party.confidence if party else "",
        **words,  # type: ignore[arg-type]
    )


def _in_force(facts: Facts, found: Standing) -> Iterator[Finding]:
    if found.in_force is True:
        return
    known = found.in_force is not UNKNOWN
    yield _finding(
        facts, found, IN_FORCE, f"In force on {found.view.day}", "fail" if known else "unknown",
        required_words="in force", actual_words="not in force" if known else "not known",
        why="" if known else found.treaty.in_force_basis,
        add="" if known else f"`treaty.facts: {{{found.id}: {{{IN_FORCE}: true}}}}`",
    )  # fmt: skip


def _works(facts: Facts, found: Standing) -> Iterator[Finding]:
    """Works of a kind that the data do not list: nobody looked it up; of series, which film treaties often leave out, that matters.

    Where the data know that it leaves them out, no word of the file changes that; nor is it one of the conditions of ``all: true``.
    """
    kind = facts.stage.project.kind
    covered = found.treaty.covers(kind)
    said = facts.stage.project.treaty.facts.get(found.id, {}).get(KIND_OF_WORK)
    if covered is True or (covered is UNKNOWN and (said or kind != "series")):
        return
    unknown = covered is UNKNOWN and said is None
    yield _finding(
        facts, found, KIND_OF_WORK, "Covers works of this kind", "unknown" if unknown else "fail",
        actual_words=kind, why="whether it covers them is not in the data" if unknown else f"it does not cover {kind}",
        add=f"`treaty.facts: {{{found.id}: {{{KIND_OF_WORK}: true}}}}`" if unknown else "",
    )  # fmt: skip


def _parties(facts: Facts, candidate: Candidate, found: Standing) -> Iterator[Finding]:
    """Every country has to be a party, or third countries be provided for; groups of three have a rule of the instrument."""
    kind, number = found.treaty.kind, len(facts.countries)
    if kind == "fund" or (kind == "convention" and number > TWO):
        return
    if found.in_force is not True and number > 1 and not found.parties:
        return  # that it may not be in force is a test of its own
    missing = [membership(found.view, c) for c in found.others]
    doubts = [membership(found.view, c) for c in found.doubtful]
    verdict: Verdict = "pass"
    why = "; ".join([*missing, *doubts])
    if kind in {"national_status", "national_support"}:
        if found.parties:
            return
        verdict, required = "unknown" if doubts else "fail", f"a partner of {', '.join(found.treaty.countries)}"
    elif number < TWO:
        verdict, required, why = "fail", "co-producers of two countries", "all partners are of one country"
    elif number > TWO and missing and len(found.parties) >= TWO:
        required = "parties, and third countries as the rules have it"
        if not any(_is_for_third_countries(c.kind, c.applies_to.parties) for c, _ in found.view.rules()):
            verdict, why = "unknown", f"{why}; no rule on third countries is in the data: ask the authorities"
    else:
        required = "every co-producing country"
        verdict = "fail" if missing else "unknown" if doubts else "pass"
    if verdict == "pass" and candidate.before:
        verdict, why = "warn", f"{candidate.before} is in force between the two and goes before it"
    said = facts.stage.project.treaty.facts.get(found.id, {}).get(PARTIES)
    if verdict == "unknown" and said is not None:
        verdict = "pass" if said else "fail"
    what = "those who signed it are bound" if doubts else "third countries may take part"
    yield _finding(
        facts, found, PARTIES, f"Parties on {found.view.day}", verdict,
        required_words=required, actual_words=", ".join(found.parties), why=why,
        add=f"`treaty.facts: {{{found.id}: {{{PARTIES}: true}}}}` if {what}" if verdict == "unknown" else "",
    )  # fmt: skip


def _is_for_third_countries(kind: str, parties: str) -> bool:
    return parties == "three_or_more" or kind.startswith("third_party_to") or kind in {
        "third_party_treaty", "third_party_not_above",
    }  # fmt: skip
