"""What a programme asks of the film before it pays anything: spend, budget, finance, works; one function a kind of rule.

What only the producers can confirm, and what the calendar says, is in ``conditions``. Each function is named after its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import NONE, Amount, Count, Share
from coprod_budget.model.findings import Remark
from coprod_budget.model.incentives import conditions
from coprod_budget.model.incentives.asking import SERIES, Asked
from coprod_budget.model.incentives.payments import core_cost
from coprod_budget.model.incentives.terms import cause, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.build import Eligibility
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.spend import ProgrammeSpend

TOLD: Final = ("base", "payment", "condition", "spend_achieved")
"""Kinds that are shown and not judged: texts, and what can only be known when the film is made."""


def requirements(facts: Facts, chosen: Chosen, spend: ProgrammeSpend, eligibility: Eligibility) -> Iterator[Finding]:
    """Test the conditions of a programme."""
    for kind, ask in KINDS.items():
        for rule in chosen.of_kind(kind):
            asked = Asked(facts, chosen, rule, spend, eligibility)
            if rule.value == NONE:
                continue
            if rule.value is UNKNOWN:
                yield asked.settled(asked.unknown(cause(rule), asked.add, required_words="not known"))
                continue
            yield from map(asked.settled, ask(asked))


def remarks(facts: Facts, chosen: Chosen) -> Iterator[Remark]:
    """Return what the programme says in words, which nothing here can test."""
    del facts
    for kind in TOLD:
        for rule in chosen.of_kind(kind):
            value, dated = rule.value, rule.dated
            if value is UNKNOWN:
                text = cause(rule)
            elif isinstance(value, Share):
                text = f"below {value.share:.0%} of {words(str(value.of))} all is lost"
            else:
                text = str(value)
            yield Remark(chosen.id, rule.rule.id, text, dated.article, dated.source, dated.note)


def minimum_spend(asked: Asked) -> Iterator[Finding]:
    """Spend that qualifies must reach an amount, or a share of the budget or the core; for series where it says so, an episode."""
    value, graph = asked.rule.value, asked.graph
    if not asked.spend.local.is_known:
        yield asked.unknown("; ".join(asked.spend.local.notes), f"incentives[{asked.chosen.id}].spend: ...")
        return
    spend = asked.spend.qualified
    assert isinstance(value, Amount | Share)
    if value.when:
        applies = _when(asked, value.when)
        if applies is None:
            why = f"the rule is for {words(value.when)}: whether the film is one is not known"
            yield asked.unknown(why, f"incentives[{asked.chosen.id}].facts.{value.when}: true or false")
        if not applies:
            return
    if isinstance(value, Share):
        reference = _reference(asked, value.of)
        if reference is None:
            yield asked.unknown(f"the rule is of {words(str(value.of))}, which is not known here", asked.add)
            return
        required = asked.figure("share", value.share, "share")
        yield asked.compared(graph.ratio(spend, reference), "at_least", required, "share")
        return
    worth = asked.facts.worth(value.currency)
    times = _parts(asked, value.per)
    if worth is None or times is None:
        yield _missing(asked, value.currency if worth is None else "")
        return
    required = asked.figure("amount", value.amount, value.currency)
    if value.or_share_of_budget is not None:
        share = asked.figure("or_share_of_budget", value.or_share_of_budget, "share")
        required = graph.minimum(required, share * asked.facts.budget.total / worth)
    about = "" if value.per == "project" else f"for each {value.per}"
    yield asked.compared(spend / worth / times, "at_least", required, value.currency, required_words=about)


def minimum_budget(asked: Asked) -> Iterator[Finding]:
    """The budget (or the core cost) must reach an amount."""
    yield _budget(asked, "at_least")


def maximum_budget(asked: Asked) -> Iterator[Finding]:
    """The budget (or the core cost) may not go above an amount."""
    yield _budget(asked, "at_most")


def national_film(asked: Asked) -> Iterator[Finding]:
    """The film must have the status of a national film: the verdict of that status, unless the file has it."""
    if asked.said is not None:
        yield asked.declared("required", "")
        return
    found = [
        i
        for i in asked.eligibility.instruments
        if i.view.treaty.kind == "national_status" and i.view.party(asked.country) is True
    ]
    if not found:
        yield asked.unknown(
            "no rules of this status were tested", asked.add, required_words=f"national film of {asked.country}"
        )
    for status in found:
        verdict = asked.graph.pick(asked.eligibility.verdict, status.id)
        yield asked.finding(
            verdict,
            required_words=f"national film ({status.id})",
            why="as the tests of that status say",
            add=asked.add,
        )


def official_coproduction(asked: Asked) -> Iterator[Finding]:
    """The film must be an official co-production, or may not be one."""
    graph, bench, eligibility = asked.graph, asked.bench, asked.eligibility
    excluded = asked.rule.value == "excluded"
    required = "no official co-production" if excluded else "an official co-production"
    if asked.said is not None:
        yield asked.declared(required, "")
        return
    governing = eligibility.governing
    if governing.instrument and governing.instrument in eligibility.table.positions:
        verdict = graph.pick(eligibility.verdict, governing.instrument)
        if excluded:
            open_to_it = graph.choose(verdict > bench.fixed("unknown"), bench.fixed("pass"), verdict)
            verdict = graph.choose(verdict <= bench.fixed("warn"), bench.fixed("fail"), open_to_it)
        why = f"{governing.instrument} governs; its verdict decides"
        yield asked.finding(verdict, required_words=required, actual_words=governing.instrument, why=why, add=asked.add)
    elif any(c.role == "perhaps" for c in governing.candidates):
        yield asked.unknown("whether a treaty governs is not known", asked.add, required_words=required)
    else:
        verdict = bench.fixed("pass" if excluded else "fail")
        yield asked.finding(verdict, required_words=required, actual_words="no treaty governs")


def national_financing(asked: Asked) -> Iterator[Finding]:
    """A share of the budget must be financed from the country: its sources of finance, and its partners' own money."""
    value, stage, graph = asked.rule.value, asked.facts.stage, asked.graph
    assert isinstance(value, Share)
    partners = stage.project.partners
    money = [
        graph.pick(graph["finance.*.value"], source.id)
        for source in stage.project.finance
        if (source.country or partners[source.partner].country) == asked.country
    ]
    money += [graph.pick(graph["partner.*.own"], i) for i, p in partners.items() if p.country == asked.country]
    actual = graph.ratio(graph.add_up(money), asked.facts.budget.total)
    yield asked.compared(actual, "at_least", asked.figure("share", value.share, "share"), "share")


def finance_in_place(asked: Asked) -> Iterator[Finding]:
    """A share of the budget must be secured when filing; what the file does not say may be or not."""
    value, stage, graph = asked.rule.value, asked.facts.stage, asked.graph
    assert isinstance(value, Share)
    required = asked.figure("share", value.share, "share")
    if isinstance(asked.said, bool):
        yield asked.declared(f"{value.share:.0%} of the budget", "")
        return
    if asked.said is not None:
        yield asked.compared(asked.stated(asked.said, "share"), "at_least", required, "share")
        return
    values = graph["finance.*.value"]
    secured = graph.add_up([graph.pick(values, f.id) for f in stage.project.finance if f.status == "secured"])
    unsaid = [graph.pick(values, f.id) for f in stage.project.finance if f.status is None]
    perhaps = graph.add_up([secured, graph.sum(graph["partner.*.own"]), *unsaid])
    total = asked.facts.budget.total
    actual = graph.ratio(secured, total)
    can_be = graph.choose(
        graph.ratio(perhaps, total) >= required, asked.bench.fixed("unknown"), asked.bench.fixed("fail")
    )
    yield asked.finding(
        asked.bench.judge(actual >= required, fallback=can_be),
        actual=actual,
        required=required,
        comparison="at_least",
        unit="share",
        why="only sources with `status: secured` are counted; the partners' own money is not known to be there",
        add=f"finance[...].status: secured, or incentives[{asked.chosen.id}].facts.{asked.rule.rule.id}: 0.6",
    )


def shooting_days(asked: Asked) -> Iterator[Finding]:
    """So many shooting days there."""
    value, graph, facts = asked.rule.value, asked.graph, asked.facts
    assert isinstance(value, Count)
    programme, catalog = asked.chosen.view.incentive, facts.stage.catalog
    if isinstance(asked.said, bool):
        yield asked.declared(f"{value.minimum} days", "")
        return
    if asked.said is not None:
        days = asked.stated(asked.said, "days")
    elif programme.region and not programme.cities:
        yield asked.unknown("no city of that region is known here", asked.add.replace("true", "10"))
        return
    else:
        there = [
            facts.schedule.names[f"shoot_days.{city}"]
            for city in facts.schedule.cities.keys
            if (city in programme.cities if programme.region else catalog.cities[city].country == asked.country)
        ]
        days = graph.add_up(there)
    yield from asked.counted(value, days, "days", add=asked.add)


def runtime(asked: Asked) -> Iterator[Finding]:
    """Length of the film, of an episode or of a season."""
    value, minutes = asked.rule.value, asked.facts.minutes()
    assert isinstance(value, Count)
    if minutes is None:
        yield asked.unknown("the file does not say how long the film is", "film.minutes: 90")
        return
    if value.per == "season" and asked.chosen.work in SERIES:
        number = asked.facts.episodes()
        if number is None:
            yield _missing(asked)
            return
        minutes *= number
    yield from asked.counted(value, minutes, "minutes")


def episodes(asked: Asked) -> Iterator[Finding]:
    """So many episodes."""
    value, number = asked.rule.value, asked.facts.episodes()
    assert isinstance(value, Count)
    if number is None:
        yield _missing(asked)
        return
    yield from asked.counted(value, number, "episodes")


def trainees(asked: Asked) -> Iterator[Finding]:
    """From an amount of aid on people have to be trained; aid never is above the spend, so that less spend needs none."""
    value = asked.rule.value
    assert isinstance(value, Amount)
    worth = asked.facts.worth(value.currency)
    required = value.what or "trainees"
    why = "the file does not say whether there will be trainees"
    if asked.said is not None or worth is None or not asked.spend.local.is_known:
        yield asked.declared(required, why)
        return
    least = asked.figure("amount", value.amount, value.currency) * worth
    verdict = asked.bench.judge(asked.spend.local.base <= least, unmet="unknown")
    yield asked.finding(verdict, required_words=required, why=why, add=asked.add)


def _budget(asked: Asked, comparison: str) -> Finding:
    value = asked.rule.value
    assert isinstance(value, Amount)
    worth, times = asked.facts.worth(value.currency), _parts(asked, value.per)
    reference = _reference(asked, value.of or "total_budget")
    if worth is None or times is None:
        return _missing(asked, value.currency if worth is None else "")
    if reference is None:
        return asked.unknown(f"the rule is of {words(value.of)}, which is not known here", asked.add)
    required = asked.figure("amount", value.amount, value.currency)
    return asked.compared(reference / worth / times, comparison, required, value.currency)


def _reference(asked: Asked, of: object) -> Node | None:
    match of:
        case "total_budget" | "production_cost":
            return asked.facts.budget.total
        case "total_core":
            return core_cost(asked.facts)
        case "qualifying_spend" | "local_spend":
            return asked.spend.qualified
    return None


def _parts(asked: Asked, per: str) -> Node | None:
    """Return by how many the sum is divided: 1, or the episodes; None where the file does not say how many."""
    return asked.facts.episodes() if per == "episode" else asked.graph.constant(1)


def _missing(asked: Asked, currency: str = "") -> Finding:
    if currency:
        return asked.unknown(f"there is no exchange rate of {currency}", f"fx: {{{currency}: ...}}")
    return asked.unknown("the file does not say how many episodes there are", "film.episodes: 8")


def _when(asked: Asked, when: str) -> bool | None:
    """Say whether a rule that is only for some films is for this one; None where that is not known."""
    said = asked.chosen.entry.facts.get(when)
    if said is not None:
        return bool(said)
    if when == "official_coproduction":
        governing = asked.eligibility.governing
        if governing.instrument:
            return True
        return None if any(c.role == "perhaps" for c in governing.candidates) else False
    return True if when in asked.facts.stage.project.film.qualities else None


KINDS: Final[dict[str, Callable[[Asked], Iterator[Finding]]]] = {
    "applicant": conditions.applicant,
    "minimum_spend": minimum_spend,
    "minimum_budget": minimum_budget,
    "maximum_budget": maximum_budget,
    "national_film": national_film,
    "official_coproduction": official_coproduction,
    "test": conditions.test,
    "reference_film": conditions.reference_film,
    "release": conditions.release,
    "national_financing": national_financing,
    "finance_in_place": finance_in_place,
    "guarantee": conditions.guarantee,
    "screen_time": conditions.screen_time,
    "shooting_days": shooting_days,
    "runtime": runtime,
    "episodes": episodes,
    "time_limit": conditions.time_limit,
    "registration": conditions.registration,
    "contract_age": conditions.contract_age,
    "lookback": conditions.lookback,
    "trainees": trainees,
    "requirement": conditions.requirement,
}
