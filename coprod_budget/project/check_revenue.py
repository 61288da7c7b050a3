"""Checks of distribution: terms of each territory and its media, the agent who sells abroad, and what scenarios say of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from coprod_budget.errors import nearest
from coprod_budget.project.check_limits import no_ticket_price, parties_of, unknown_territory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.errors import Problem
    from coprod_budget.project.distribution import FeeStep, Outlet, Territory
    from coprod_budget.project.revenue import Scenario
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

    Path = tuple[Key, ...]

TOLERANCE: Final = 1e-9
DURATIONS: Final = ("window_months", "over_months", "pays_after_months")
TERRITORIES: Final = ("revenue", "territories")
SCENARIOS: Final = ("revenue", "scenarios")


def check_territories(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the terms of distribution: each territory, its media, and territories that stand together."""
    together: dict[str, list[str]] = {}
    for name, territory in project.revenue.territories.items():
        path: Path = (*TERRITORIES, name)
        if territory.partner and territory.partner not in project.partners:
            yield source.problem(
                (*path, "partner"),
                "P301",
                f"unknown partner '{territory.partner}'",
                nearest(territory.partner, project.partners),
                key=True,
            )
        yield from _contradictions(name, territory, path, project, source)
        yield from _outlet(territory, territory, path, source)
        for medium, outlet in territory.media.items():
            yield from _outlet(outlet, territory, (*path, "media", medium), source)
            yield from _earns(medium, outlet, (*path, "media", medium), project, source)
        if territory.collateral:
            together.setdefault(territory.collateral, []).append(name)
    for word, members in together.items():
        alone = next((n for n, t in project.revenue.territories.items() if n.lower() == word and not t.collateral), "")
        if alone:  # its distributor would be theirs as well: both are called after the same word
            yield source.problem(
                (*TERRITORIES, members[0], "collateral"),
                "P336",
                f"`collateral: {word}` is the name of '{alone}', which does not stand together with {', '.join(members)}",
                f"choose another word, or give it to '{alone}' too",
            )
        elif len(members) == 1:
            yield source.problem(
                (*TERRITORIES, members[0], "collateral"),
                "P336",
                f"`collateral: {word}` names nobody else",
                "give the same word to the territories that stand together, or delete it",
            )
        named = [(n, project.revenue.territories[n].distributor) for n in members]
        other = next((n for n, distributor in named if distributor != named[0][1]), "")
        if other:  # one account of advances can only be one distributor's
            yield source.problem(
                (*TERRITORIES, other, "collateral"),
                "P336",
                f"territories with `collateral: {word}` have different distributors",
                "name the same `distributor` in all of them, or in none",
            )


def _contradictions(name: str, territory: Territory, path: Path, project: Project, source: Source) -> Iterator[Problem]:
    at_home = [key for key, partner in project.partners.items() if partner.country == name]
    if territory.exclusive and not territory.partner and len(at_home) != 1:
        unsaid = f"it is not said which of {', '.join(at_home)} holds" if at_home else "nobody is said to hold"
        yield source.problem(
            (*path, "exclusive"),
            "P336",
            f"{unsaid} '{name}' exclusively",
            f"add `partner: ...`, one of {', '.join(at_home or project.partners)}",
            key=True,
        )
    if territory.counts_as_recoupment and not territory.exclusive:
        yield source.problem(
            (*path, "counts_as_recoupment"),
            "P332",
            "`counts_as_recoupment` only goes with `exclusive: true`",
            "add it, or delete this: the money of other territories always counts",
            key=True,
        )
    if not territory.p_and_a_recouped and territory.p_and_a_cap is not None:
        yield source.problem(
            (*path, "p_and_a_cap"),
            "P332",
            "a gross deal recoups no prints and advertising, so there is nothing to cap",
            "delete `p_and_a_cap` or `p_and_a_recouped: false`",
            key=True,
        )


def _outlet(outlet: Outlet | Territory, territory: Territory, path: Path, source: Source) -> Iterator[Problem]:
    """The problems of the terms that cinemas and other media have alike."""
    yield from _fee_steps(outlet.fee_steps, territory, (*path, "fee_steps"), source)
    if not outlet.paid:
        return
    total = sum(payment.share for payment in outlet.paid)
    if abs(total - 1) > TOLERANCE:
        yield source.problem(
            (*path, "paid"), "P302", f"the payments sum to {total * 100:.10g}%", "they must sum to 100%", key=True
        )
    for field in DURATIONS:
        if getattr(outlet, field) is not None:
            yield source.problem(
                (*path, field),
                "P332",
                f"`paid` says when the money comes, and so does `{field}`",
                "delete one",
                key=True,
            )


def _fee_steps(steps: list[FeeStep], territory: Territory, path: Path, source: Source) -> Iterator[Problem]:
    for number, step in enumerate(steps):
        if (step.above_gross is None) == (step.above_admissions is None):
            what = "no threshold" if step.above_gross is None else "two thresholds"
            yield source.problem(
                (*path, number), "P333", f"the step has {what}", "give `above_gross` or `above_admissions`"
            )
            return
        if step.above_admissions is not None and territory.ticket_price is None:
            yield no_ticket_price((*path, number, "above_admissions"), source)
    for kind in ("above_gross", "above_admissions"):  # steps may mix the two, but each has to go up
        levels = [(n, level) for n, step in enumerate(steps) if (level := getattr(step, kind)) is not None]
        for (_, low), (number, high) in itertools.pairwise(levels):
            if high <= low:
                yield source.problem(
                    (*path, number),
                    "P333",
                    f"the step begins at {high:.10g}, one before it at {low:.10g}",
                    "write the steps from the lowest threshold to the highest",
                )


def _earns(medium: str, outlet: Outlet, path: Path, project: Project, source: Source) -> Iterator[Problem]:
    """A medium that grosses nothing in any scenario is a mistake, not a medium."""
    revenue, territory = project.revenue, str(path[2])
    said = any(medium in scenario.media.get(territory, ()) for scenario in revenue.scenarios.values())
    if outlet.gross_per_cinema is None and not said and (revenue.scenarios or revenue.comparables):
        by_hand = f", or `media: {{{territory}: {{{medium}: 100000}}}}` in the scenarios" if revenue.scenarios else ""
        yield source.problem(
            path, "P335", f"nothing says what '{medium}' grosses", f"add `gross_per_cinema: 10%`{by_hand}", key=True
        )


def check_scenarios(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the scenarios: weights, and figures of territories and media that are there."""
    revenue = project.revenue
    if revenue.territories and not revenue.scenarios and revenue.comparables is None:
        yield source.problem(
            ("revenue",),
            "P319",
            "there are territories but no scenarios",
            "add, for example, `scenarios: {base: {weight: 100%, gross: {RU: 1000000}}}`",
            key=True,
        )
    weights = sum(scenario.weight for scenario in revenue.scenarios.values())
    if revenue.scenarios and abs(weights - 1) > TOLERANCE:
        yield source.problem(
            SCENARIOS, "P303", f"the scenarios' weights sum to {weights * 100:.10g}%", "they must sum to 100%", key=True
        )
    for name, scenario in revenue.scenarios.items():
        yield from _scenario(name, scenario, project, source)


def _scenario(name: str, scenario: Scenario, project: Project, source: Source) -> Iterator[Problem]:
    known, path = project.revenue.territories, (*SCENARIOS, name)
    if not (scenario.gross or scenario.admissions or scenario.media):
        yield source.problem(
            path,
            "P331",
            f"scenario '{name}' does not say how the film does",
            "give `gross`, `admissions` or `media` by territory",
            key=True,
        )
    for field in ("gross", "admissions", "media"):
        for territory in getattr(scenario, field):
            if territory not in known:
                yield unknown_territory(
                    (*path, field, territory), territory, project, source, "describe it under `territories`"
                )
    for territory in scenario.admissions:
        place = (*path, "admissions", territory)
        if territory in scenario.gross:
            yield source.problem(
                place,
                "P334",
                f"scenario '{name}' gives gross and admissions of '{territory}'",
                "keep one: admissions times the price of a ticket are the gross",
                key=True,
            )
        if territory in known and known[territory].ticket_price is None:
            yield no_ticket_price(place, source)
    for territory, media in scenario.media.items():
        outlets = known[territory].media if territory in known else dict.fromkeys(media)
        for medium in media:
            at: Path = (*path, "media", territory, medium)
            outlet = outlets.get(medium)
            if medium not in outlets:
                yield source.problem(
                    at,
                    "P335",
                    f"'{territory}' has no terms for '{medium}'",
                    f"add `media: {{{medium}: {{}}}}` to the territory",
                    key=True,
                )
            elif outlet and outlet.gross_per_cinema is not None:
                yield source.problem(
                    at,
                    "P335",
                    f"the gross of '{medium}' is given here and by `gross_per_cinema` of the territory",
                    "keep one",
                    key=True,
                )


def check_sales_agent(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the sales agent: an id of its own, and territories that are there."""
    agent = project.revenue.sales_agent
    if agent is None:
        return
    path: Path = ("revenue", "sales_agent")
    for what, ids in (
        ("a partner", list(project.partners)),
        ("a source of finance", [entry.id for entry in project.finance]),
    ):
        if agent.id in ids:
            yield source.problem(
                (*path, "id"), "P306", f"'{agent.id}' is the id of {what} as well", "give the sales agent another id"
            )
    for number, territory in enumerate(agent.territories):
        place = (*path, "territories", number)
        if territory not in project.revenue.territories:
            yield unknown_territory(place, territory, project, source)
        elif territory in agent.territories[:number]:
            yield source.problem(place, "P306", f"'{territory}' is named twice", "name it once")


def check_accepted_fees(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the fees that parties accept: both sides are parties of the film, and two of them."""
    known = parties_of(project, source)
    unpaid = {entry.id: entry for entry in project.finance if not entry.is_recouped}
    for name, territory in project.revenue.territories.items():
        for party, accepted in territory.accepted_fee.items():
            path: Path = (*TERRITORIES, name, "accepted_fee", party)
            if party not in known:
                yield source.problem(path, "P337", f"unknown party '{party}'", nearest(party, known), key=True)
            if accepted.made_good_by not in known:
                yield source.problem(
                    (*path, "made_good_by"),
                    "P337",
                    f"unknown party '{accepted.made_good_by}'",
                    nearest(accepted.made_good_by, known),
                )
            elif accepted.made_good_by in unpaid:
                giver = unpaid[accepted.made_good_by]
                yield source.problem(
                    (*path, "made_good_by"),
                    "P337",
                    f"'{giver.id}' is not paid back, so it has nothing to make good from",
                    f"name who pays it, such as its partner: {giver.partner}",
                )
            elif accepted.made_good_by == party:
                yield source.problem(
                    (*path, "made_good_by"), "P337", f"'{party}' cannot make good its own loss", "name who pays it"
                )
