"""Which programmes count: those that the project names, or every open one where money is spent."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Final

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import BasePlusBonus, Marginal, Points, WholeByCondition
from coprod_budget.errors import MissingDataError, nearest
from coprod_budget.model.incentives.requirements import KINDS
from coprod_budget.project import Incentive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.catalog.incentive_entries import RateTest
    from coprod_budget.catalog.incentives import IncentiveView, RuleInForce
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Project

FORMAT_OF_KIND: Final = {
    "fiction": "feature",
    "documentary": "documentary",
    "animation": "animation",
    "series": "tv_series",
}
"""What incentives call a film of this kind, where the file does not say its format."""

OPEN_RATES: Final = ("flat_up_to", "range", "points", "competitive")
"""Kinds of rates that leave something to the body or to the jury, so that the project may say what was granted or is hoped for."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A programme as of the day, with what the project says of it, and who receives it."""

    id: str
    view: IncentiveView
    entry: Incentive
    path: str
    """Where the project names it: ``incentives[0]``; "" where ``auto`` found it."""
    partner: str
    counted: bool
    """Whether it is in the sums: open without a doubt, or turned on by the project."""
    work: str
    """Format of the film, as incentives call it."""

    def of_kind(self, kind: str) -> list[RuleInForce]:
        """Return the rules of a kind that are for this film."""
        return self.view.of_kind(kind, self.work)


def work_of(project: Project) -> str:
    """Return what incentives call the film: its format, or the usual one of its kind."""
    return project.film.format or FORMAT_OF_KIND[project.kind]


def choose_programmes(stage: Stage) -> tuple[Chosen, ...]:
    """Return the programmes that are looked at; an unknown id is a mistake of the project."""
    given = stage.project.incentives
    if given == "auto":
        return tuple(_chosen(stage, view, Incentive(id=view.incentive.id), "") for view in programmes_there(stage))
    found: list[Chosen] = []
    for index, entry in enumerate(given):
        path = f"incentives[{index}]"
        try:
            programme = stage.catalog.incentive(entry.id)
        except MissingDataError as error:
            if entry.id in stage.catalog.incentives():
                stage.missing += error.problems
                continue
            hint = nearest(entry.id, stage.catalog.incentives())
            stage.error("M511", f"no incentive {entry.id[:60]!r} in the data", hint, f"{path}.id")
            continue
        chosen = _chosen(stage, programme.as_of(stage.project.as_of), entry, path)
        _check(stage, chosen)
        found.append(chosen)
    return tuple(found)


def programmes_there(stage: Stage) -> list[IncentiveView]:
    """Return the open programmes that have a rate for such a film, where it is shot, made or produced, in the order of their ids.

    A regional programme is looked at where one of its cities is; the rest of its region has no prices here.
    """
    project, catalog = stage.project, stage.catalog
    work = work_of(project)
    plan = project.schedule
    places = {*plan.shoot_days, project.home, project.post_city}
    places |= {place for line in project.budget.lines for place in (line.city, line.spent) if place}
    cities = {place for place in places if place in catalog.cities}
    countries = {catalog.cities[city].country for city in cities} | (places - cities)
    countries |= {partner.country for partner in project.partners.values()}
    found = []
    for name in catalog.incentives():
        programme = catalog.incentive(name)
        there = cities & set(programme.cities) if programme.region else programme.country in countries
        view = programme.as_of(project.as_of)
        if there and view.is_open and view.of_kind("rate", work):
            found.append(view)
    return found


def programme_currencies(chosen: Sequence[Chosen]) -> list[str]:
    """Return the currencies in which the programmes state their amounts."""
    codes: list[str] = []
    for programme in chosen:
        codes += [programme.view.incentive.currency, programme.entry.currency or ""]
        codes += [envelope.currency for envelope in programme.view.envelopes]
        for rule in programme.view.rules:
            codes += _codes(rule.value)
    return [code for code in dict.fromkeys(codes) if code]


def _codes(value: object) -> Iterator[str]:
    """Yield every currency in a value of a rule, however deep."""
    if isinstance(value, tuple):
        for part in value:
            yield from _codes(part)
    elif is_dataclass(value):
        for field in fields(value):
            inner = getattr(value, field.name)
            if field.name == "currency":
                yield inner
            else:
                yield from _codes(inner)


def _chosen(stage: Stage, view: IncentiveView, entry: Incentive, path: str) -> Chosen:
    project = stage.project
    there = [i for i, partner in project.partners.items() if partner.country == view.incentive.country]
    partner = entry.partner or (project.delegate if project.delegate in there or not there else there[0])
    counted = view.is_open or entry.turn_on
    return Chosen(view.incentive.id, view, entry, path, partner, counted, work_of(project))


def _check(stage: Stage, chosen: Chosen) -> None:
    """Refuse a fact that no rule asks for, and a rate or an amount by hand where the law leaves nothing open.

    What a decision has granted (``amount`` with its ``source``) stands in for what the law would give.
    """
    entry, values = chosen.entry, [rule.value for rule in chosen.of_kind("rate")]
    asked = _asked(chosen)
    for name in entry.facts:
        if name not in asked:
            stage.error(
                "M513",
                f"{chosen.id}: no rule asks for {name!r}",
                nearest(name, asked),
                f"{chosen.path}.facts.{name}",
            )
    if not values or any(value is UNKNOWN or getattr(value, "kind", "") in OPEN_RATES for value in values):
        return
    for field in ("rate", "amount"):
        if getattr(entry, field) is not None and not (field == "amount" and entry.source):
            stage.error(
                "M512",
                f"{chosen.id}: the law fixes the rate, {field} cannot be given by hand",
                f"delete {field}; an amount that was granted needs `source`, `spend` states the qualifying spend",
                f"{chosen.path}.{field}",
            )


def _asked(chosen: Chosen) -> list[str]:
    """Return what the project may say of a programme: by its rules, whatever the day, and by the tests of its raised rates."""
    found: dict[str, None] = {}
    for rule in chosen.view.incentive.rules:
        if rule.kind in KINDS:
            found[rule.id] = None
        if rule.kind == "rate":
            for dated in rule.history.values:
                found |= dict.fromkeys(_names(dated.value))
        elif rule.kind == "when_exhausted":
            found["claims"] = None
        found |= dict.fromkeys(when for dated in rule.history.values if (when := getattr(dated.value, "when", "")))
    return list(found)


def _names(value: object) -> Iterator[str]:
    """Yield the names of a rate's tests, and of what they raise."""
    if isinstance(value, Points):
        yield "points"
    elif isinstance(value, WholeByCondition):
        yield "raised"
        yield from _tests(value.tests)
    elif isinstance(value, Marginal) and value.raised_first_slice is not None:
        yield "raised_first_slice"
        yield from _tests(value.raised_first_slice.tests)
    elif isinstance(value, BasePlusBonus):
        for bonus in value.bonuses:
            yield bonus.id
            yield from _tests(bonus.tests)


def _tests(tests: Sequence[RateTest]) -> Iterator[str]:
    for test in tests:
        yield test.test
        if test.alternative is not None:
            yield from _tests((test.alternative,))
