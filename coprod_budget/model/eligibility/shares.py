"""Rules on who bears the cost: least and largest shares, third countries, partners with money alone. Shares are those borne."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coprod_budget.model.eligibility.applies import TWO, applies, money_only
from coprod_budget.model.eligibility.limits import graded
from coprod_budget.model.eligibility.posts import join
from coprod_budget.model.eligibility.standing import membership

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding


def largest(case: Case) -> Node:
    """Return the largest share that any country bears."""
    return case.graph.maximum(*(case.facts.share(c) for c in case.countries))


def together(case: Case, countries: Sequence[str]) -> Node:
    """Return what several countries bear together."""
    return case.graph.add_up([case.facts.share(c) for c in countries])


def minimum_share(case: Case) -> Iterator[Finding]:
    """The least that a co-producer may bear."""
    yield from _limit(case)


def maximum_share(case: Case) -> Iterator[Finding]:
    """The most that a co-producer may bear."""
    yield from _limit(case)


def _limit(case: Case) -> Iterator[Finding]:
    who = case.criterion.applies_to.who
    share = case.facts.share
    is_least = case.comparison in {"at_least", "above"}
    if who == "majority_coproducer":
        yield graded(case, largest(case))
    elif who == "minority_coproducer" and len(case.countries) == TWO and is_least:
        yield graded(case, case.graph.minimum(*(share(c) for c in case.countries)))
    elif who in {"third_party_coproducer", "domestic_producer"}:
        yield from _of_some(case, who)
    else:
        own_rule = is_least and _has_money_only_least(case)
        for country in case.countries:
            if own_rule and country in money_only(case):
                continue
            exempt = share(country).equals(largest(case)) if who == "minority_coproducer" else None
            yield graded(case, share(country), country, exempt=exempt)


def _of_some(case: Case, who: str) -> Iterator[Finding]:
    """Third countries, or those at home in the instrument, which may be bound only while they are a minority."""
    minority = "minority_coproduction" in case.criterion.applies_to.when
    for country in case.others if who == "third_party_coproducer" else case.parties:
        share = case.facts.share(country)
        exempt = share.equals(largest(case)) if minority else None
        words = f"only where {country} bears less than another country" if minority else ""
        yield graded(case, share, country, exempt=exempt, words=words)
    for country in case.doubtful:
        yield case.unknown(
            membership(case.view, country), about=country, actual=case.facts.share(country), unit="share"
        )


def _has_money_only_least(case: Case) -> bool:
    rules = case.view.rules("financial_only_share")
    return any((rule.comparison or criterion.comparison) == "at_least" for criterion, rule in rules)


def full_support_share(case: Case) -> Iterator[Finding]:
    """Below this share a country may restrict its national support: a warning for each country."""
    for country in (*case.parties, *case.doubtful):
        yield graded(case, case.facts.share(country), country)


def third_party_total(case: Case) -> Iterator[Finding]:
    """All co-producers from outside together; countries of which nobody knows make it unknown where they decide."""
    outside = (*case.others, *case.doubtful)
    if not outside:
        return
    words = ", ".join(outside)
    if not case.doubtful:
        yield replace(graded(case, together(case, case.others)), actual_words=words)
        return
    if not case.is_known:
        yield case.unknown(case.rule.note, actual=together(case, outside), unit="share")
        return
    bench, required = case.bench, case.threshold()
    surely, perhaps = together(case, case.others), together(case, outside)
    verdict = case.graph.choose(
        bench.compare(perhaps, case.comparison, required),
        bench.fixed("pass"),
        case.graph.choose(
            bench.compare(surely, case.comparison, required), bench.fixed("unknown"), bench.fixed(case.unmet)
        ),
    )
    yield case.finding(
        verdict, required=required, actual=perhaps, unit="share", actual_words=words,
        why=join(*(membership(case.view, c) for c in case.doubtful)),
    )  # fmt: skip


def third_party_not_above(case: Case) -> Iterator[Finding]:
    """No co-producer from outside bears more than any party."""
    if not case.parties:
        return
    least = case.graph.minimum(*(case.facts.share(c) for c in case.parties))
    for country in case.others:
        share = case.facts.share(country)
        verdict = case.bench.judge(share <= least, case.unmet)
        yield case.finding(
            verdict, about=country, required=least, actual=share, comparison="at_most", unit="share",
            required_words="the smallest share of a party",
        )  # fmt: skip


def financial_only_allowed(case: Case) -> Iterator[Finding]:
    """Whether a co-producer may take part with money alone."""
    alone = money_only(case)
    met = bool(case.rule.value) or not alone
    yield case.finding(
        case.bench.fixed("pass" if met else case.unmet),
        required_words="admitted" if case.rule.value else "not admitted",
        actual_words=f"money alone: {', '.join(alone)}" if alone else "nobody takes part with money alone",
        add="" if met else "`partners.<id>.participation: full`, with artists and technicians of that country",
    )


def financial_only_share(case: Case) -> Iterator[Finding]:
    """The share of a co-producer that takes part with money alone; a rule for a country goes before the general one."""
    own = case.criterion.applies_to.countries
    special = {
        country
        for criterion, rule in case.view.rules(case.criterion.kind)
        if criterion.applies_to.countries and (rule.comparison or criterion.comparison) == case.comparison
        for country in criterion.applies_to.countries
    }
    for country in money_only(case):
        if (country in own) if own else (country not in special):
            yield graded(case, case.facts.share(country), country, words="with money alone")


def minimum_parties(case: Case) -> Iterator[Finding]:
    """So many different parties have a co-producer in the film: a country counts that bears something."""
    if not case.is_known:
        yield case.unknown(case.rule.note or "the number was not found")
        return
    graph, bench, required = case.graph, case.bench, case.threshold()
    count = [graph.choose(case.facts.share(c) > 0, 1, 0) for c in case.parties]
    surely = graph.add_up(count)
    unsure = graph.add_up([*count, *(graph.choose(case.facts.share(c) > 0, 1, 0) for c in case.doubtful)])
    missed = graph.choose(
        bench.compare(unsure, case.comparison, required), bench.fixed("unknown"), bench.fixed(case.unmet)
    )
    yield case.finding(
        bench.judge(bench.compare(surely, case.comparison, required), fallback=missed),
        required=required,
        actual=surely,
        unit="countries",
        actual_words=", ".join(case.parties),
        why=join(*(membership(case.view, c) for c in (*case.doubtful, *case.others))),
    )


def share_rules_of(case: Case) -> Iterator[Finding]:
    """The limits of the text that governs stand in for the own ones: each is tested here once more."""
    if not takes_shares_of(case):
        return
    name = str(case.rule.value)
    other = replace(case, view=case.facts.stage.catalog.treaty(name).as_of(case.view.day))
    for kind in (minimum_share, maximum_share):
        for criterion, rule in other.view.rules(kind.__name__):
            there = replace(other, criterion=criterion, rule=rule)
            if applies(there) != "yes":
                continue
            for found in kind(there):
                about = "_".join(part for part in (found.rule, found.about) if part)
                why = join(f"a limit of {name}, which governs the film", found.why)
                yield replace(found, instrument=case.instrument, rule=case.criterion.id, about=about, why=why)


def takes_shares_of(case: Case) -> bool:
    """Whether the text whose limits stand in is the one that governs the film."""
    return case.rule.value == case.governing.instrument
