"""Conditions that only the producers can confirm, or that the calendar answers: one function a kind of rule, named after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import Count, Share
from coprod_budget.model.incentives.terms import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.findings import Finding
    from coprod_budget.model.incentives.asking import Asked

PRODUCERS = ("company", "producer", "coproducer")
MONTHS = {"month": 1, "year": 12}


def applicant(asked: Asked) -> Iterator[Finding]:
    """Who may apply. A partner of that country is a producer there; a partner from elsewhere a foreign company.

    What the rule adds in words (a seat, no tax debts...) nobody has confirmed: that is a warning.
    """
    names, project = asked.rule.value, asked.facts.stage.project
    assert isinstance(names, tuple)
    required = " or ".join(words(str(name)) for name in names)
    home = [p.name for p in project.partners.values() if p.country == asked.country]
    abroad = [p.name for p in project.partners.values() if p.country != asked.country]
    fits = home if set(PRODUCERS) & set(names) else []
    fits = fits or (abroad if "foreign_company" in names else [])
    if asked.said is None and fits:
        verdict = asked.bench.fixed("warn" if asked.rule.dated.note else "pass")
        add = asked.add if asked.rule.dated.note else ""
        yield asked.finding(verdict, required_words=required, actual_words=", ".join(fits), add=add)
    else:
        yield asked.declared(required, "no partner of the film is one: the file does not say who applies")


def test(asked: Asked) -> Iterator[Finding]:
    """Points of a test of culture, or of selection: the file states them, or that it is passed."""
    value = asked.rule.value
    assert isinstance(value, Count)
    least, said = value.minimum, asked.said
    known = least is not None and least is not UNKNOWN
    text = f"{least:g} points" if isinstance(least, int | float) else "a number of points that was not found"
    text += f" of {value.of:g}" if value.of is not None else ""
    text += f", {value.each_part:g} in every part" if value.each_part is not None else ""
    if isinstance(said, bool) or said is None:
        found = asked.declared(text, "the file does not say how many points the film has")
        points = f"incentives[{asked.chosen.id}].facts.{asked.rule.rule.id}: 20, or true when it is passed"
        yield asked.unknown(found.why, points, required_words=text) if said is None else found
    elif known and isinstance(least, int | float):
        required = asked.figure("minimum", least, "points")
        yield asked.compared(asked.stated(said, "points"), "at_least", required, "points")
    else:
        why = "the pass mark was not found"
        yield asked.unknown(why, asked.add, required_words=text, actual=asked.stated(said, "points"), unit="points")


def requirement(asked: Asked) -> Iterator[Finding]:
    """What the film has to meet, in words."""
    yield asked.declared(str(asked.rule.value), "only the producers can say")


def reference_film(asked: Asked) -> Iterator[Finding]:
    """An earlier film of the applicant."""
    yield asked.declared("an earlier film", "the file does not say whether the applicant has one")


def release(asked: Asked) -> Iterator[Finding]:
    """A release in the cinema."""
    yield asked.declared(
        f"release in the {asked.rule.value}", "the file does not say whether the film will be released so"
    )


def guarantee(asked: Asked) -> Iterator[Finding]:
    """A guarantee for a share of the spend."""
    yield _share(asked, "the file does not say whether there is one")


def screen_time(asked: Asked) -> Iterator[Finding]:
    """The place on screen for a share of the film."""
    yield _share(asked, "the file does not say how much of the film shows the place")


def contract_age(asked: Asked) -> Iterator[Finding]:
    """Age of the contract when filing."""
    yield from _count(asked, "the file does not say how old the contract will be")


def lookback(asked: Asked) -> Iterator[Finding]:
    """How old costs may be when filing."""
    yield from _count(asked, "the file does not say how old the oldest costs will be")


def time_limit(asked: Asked) -> Iterator[Finding]:
    """Time to shoot or to finish: the schedule must fit; time to start runs from a paper that has no date yet."""
    value, names = asked.rule.value, asked.facts.schedule.names
    assert isinstance(value, Count)
    most = value.maximum
    per_month = MONTHS.get(value.unit)
    if asked.said is not None or per_month is None or not isinstance(most, int | float) or value.what == "start":
        yield from _count(asked, f"the file does not say when the time to {value.what or 'end'} begins")
        return
    days = names["shoot_days"]
    if value.what != "shoot":
        weeks = names["prep_weeks"] + names["wrap_weeks"] + names["post_weeks"]
        days = asked.graph.add_up([days, weeks * names["days_per_week"]])
    months = days * asked.facts.schedule.months_per_day
    required = asked.figure("maximum", most, f"{value.unit}s")
    limit = required if per_month == 1 else required * asked.graph.constant(per_month)
    why = "by the weeks of the schedule, if the time begins with the work"
    yield asked.compared(months, "at_most", limit, "months", why=why)


def registration(asked: Asked) -> Iterator[Finding]:
    """So many days before shooting the film has to be registered: time enough is left, or the file says that it is done."""
    value, project = asked.rule.value, asked.facts.stage.project
    assert isinstance(value, Count)
    least = value.minimum
    if asked.said is not None or value.unit != "day" or not isinstance(least, int | float):
        yield from _count(asked, "the file does not say whether it is registered")
        return
    graph = asked.graph
    start = asked.dated("days_to_start", (project.start - project.as_of).days, "Days until the work begins", "days")
    prep = asked.facts.schedule.names["prep_weeks"] * graph["calendar.days_per_week"]
    left = graph.add_up([start, prep])
    required = asked.figure("minimum", least, "days")
    why = "days from the day of the estimate to the first shooting day; it still has to be done"
    yield asked.compared(left, "at_least", required, "days", why=why, add=asked.add)


def _share(asked: Asked, why: str) -> Finding:
    """Compare the share that the file states with the one that is asked; where it states none, nobody knows."""
    value, said = asked.rule.value, asked.said
    assert isinstance(value, Share)
    if said is None or isinstance(said, bool):
        return asked.declared(f"{value.share:.4g} of {words(str(value.of))}", why)
    required = asked.figure("share", value.share, "share")
    return asked.compared(asked.stated(said, "share"), "at_least", required, "share")


def _count(asked: Asked, why: str) -> Iterator[Finding]:
    """Compare what the file states with a count; where it states nothing, nobody knows."""
    value, said = asked.rule.value, asked.said
    assert isinstance(value, Count)
    if said is None or isinstance(said, bool):
        yield asked.declared(_count_words(value), why)
        return
    unit = f"{value.unit}s"
    yield from asked.counted(value, asked.stated(said, unit), unit)


def _count_words(value: Count) -> str:
    parts = [
        f"{name} {limit:g} {value.unit}s"
        for name, limit in (("at least", value.minimum), ("at most", value.maximum))
        if isinstance(limit, int | float)
    ]
    return " and ".join(parts) + (f" to {value.what}" if value.what else "")
