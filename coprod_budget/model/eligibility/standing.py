"""Where the film's countries stand in an instrument on the day of the application: party, not known, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from coprod_budget.catalog import Unknown
    from coprod_budget.catalog.treaties import Treaty, TreatyView
    from coprod_budget.model.stage import Stage

IN_FORCE = "in_force"
"""Under this name ``treaty.facts`` may say of a treaty whether it is in force, where no source was found."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An instrument on the day, and which of the film's countries belong to it.

    ``doubtful`` are those of which nobody knows. ``in_force`` heeds what the project file says of it.
    """

    view: TreatyView
    in_force: bool | Unknown
    parties: tuple[str, ...]
    doubtful: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def treaty(self) -> Treaty:
        """The instrument through time."""
        return self.view.treaty

    @property
    def id(self) -> str:
        """Id of the instrument."""
        return self.view.treaty.id

    def lists(self, countries: Iterable[str]) -> bool:
        """Whether all these countries are named by the instrument, at whatever time."""
        return set(countries) <= set(self.view.treaty.countries)

    def says(self, word: str) -> bool:
        """Whether one of its rules of precedence says this on the day; an instrument without such rules says what is usual."""
        found = [rule.value for _, rule in self.view.rules("precedence")]
        return not found or word in found

    def limits_unknown(self) -> bool:
        """Whether a limit of the shares is not known on the day."""
        kinds = ("minimum_share", "maximum_share")
        return any(rule.value is UNKNOWN for kind in kinds for _, rule in self.view.rules(kind))


def day_of(stage: Stage) -> date:
    """Return the day that chooses the rules: that of the application, else ``as_of``."""
    return stage.project.treaty.applied_on or stage.project.as_of


def countries_of(stage: Stage) -> tuple[str, ...]:
    """Return the countries of the partners, in the order of the file."""
    return tuple(dict.fromkeys(p.country for p in stage.project.partners.values()))


def standing(stage: Stage, treaty: Treaty) -> Standing:
    """Return where the film's countries stand in an instrument."""
    view = treaty.as_of(day_of(stage))
    said = stage.project.treaty.facts.get(treaty.id, {}).get(IN_FORCE)
    in_force = view.in_force if said is None else bool(said)
    found: dict[bool, list[str]] = {True: [], False: []}
    doubtful: list[str] = []
    for country in countries_of(stage):
        is_party = _party(view, country, said=said)
        if is_party is UNKNOWN:
            doubtful.append(country)
        else:
            found[bool(is_party)].append(country)
    return Standing(view, in_force, tuple(found[True]), tuple(doubtful), tuple(found[False]))


def _party(view: TreatyView, country: str, *, said: bool | float | None) -> bool | Unknown:
    if said is not None and not said:
        return False
    state = view.party(country)
    if said is None or view.in_force is True:
        return state
    return country in view.treaty.countries  # in force, as the project says: those who signed are bound


def membership(view: TreatyView, country: str) -> str:
    """Say in words since when, until when or why not a country belongs to an instrument."""
    noun = "member" if view.treaty.kind == "fund" else "party"
    state = view.party(country)
    spans = [p.span for p in view.treaty.parties if p.country == country]
    if state is True:
        return f"{country} is a {noun}"
    if state is UNKNOWN:
        return f"whether {country} is a {noun} is not known"
    left = [s.ends for s in spans if s.ends is not None and s.ends < view.day]
    if left:
        return f"{country} was a {noun} until {max(left)}"
    first = [d for s in spans if (d := s.begins or s.known_by) is not None and d > view.day]
    return f"{country} is a {noun} only from {min(first)}" if first else f"{country} is no {noun}"
