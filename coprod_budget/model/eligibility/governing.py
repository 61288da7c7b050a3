"""Which instrument governs the film: by the countries of its partners and the day of the application, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

from coprod_budget.catalog import UNKNOWN
from coprod_budget.errors import nearest
from coprod_budget.model.eligibility.said import check_facts
from coprod_budget.model.eligibility.standing import Standing, countries_of, day_of, membership, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod_budget.model.stage import Stage

Role = Literal["governs", "perhaps", "fallback", "alternative", "status", "fund", "support", "no"]
"""governs; perhaps (signed, entry into force not known); fallback while another's limits are not known; alternative (could be
chosen instead); national status, fund, state support; no: looked at and left out."""

ROLES: Final[tuple[Role, ...]] = ("governs", "perhaps", "fallback", "alternative", "status", "support", "fund", "no")
TREATIES: Final = ("multilateral_treaty", "bilateral_treaty", "regional_treaty", "convention")
OF_FEW: Final = TREATIES[:3]
"""Kinds of treaties that go before the Conventions, the first before the second."""
BESIDE: Final[dict[str, Role]] = {"national_status": "status", "national_support": "support", "fund": "fund"}
TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """An instrument that was looked at, its role, and why. ``before``: a treaty of the two that goes before this Convention."""

    id: str
    title: str
    role: Role
    reasons: tuple[str, ...]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Governing:
    """The answer: the instrument that governs ("" where none does, or it is not known), in words why, and all that were looked at."""

    instrument: str
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def tested(self) -> tuple[Candidate, ...]:
        """The instruments whose rules are tested."""
        return tuple(c for c in self.candidates if c.role != "no")


def choose_instruments(stage: Stage) -> Governing:
    """Choose the instruments whose rules are tested; an unknown id is a mistake of the project."""
    check_facts(stage)
    choice = _Choice(stage)
    choice.beside()
    named = stage.project.treaty.instrument
    if named == "none":
        choice.reasons.append("the project file names no treaty (treaty: none)")
    elif named != "auto":
        choice.by_name(named)
    elif len(choice.countries) == 1:
        choice.reasons.append(f"all partners are of {choice.countries[0]}: no treaty is needed")
    elif len(choice.countries) == TWO:
        choice.for_two()
    else:
        choice.for_more()
    choice.rest()
    return choice.answer()


class _Choice:
    """Roles and reasons as they are found."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.day = day_of(stage)
        self.countries = countries_of(stage)
        self.reasons: list[str] = []
        self._roles: dict[str, Role] = {}
        self._why: dict[str, list[str]] = {}
        self._before: dict[str, str] = {}
        self._ids = stage.catalog.treaties()
        asked = {
            stage.project.treaty.instrument,
            *stage.project.treaty.also,
            *(f.programme for f in stage.project.finance),
        }
        ids = [*stage.catalog.treaties_between(self.countries), *(name for name in self._ids if name in asked)]
        self._all = {name: standing(stage, stage.catalog.treaty(name)) for name in dict.fromkeys(ids)}

    def give(self, found: Standing, role: Role, *reasons: str) -> None:
        """Give an instrument its role; the first role stays."""
        self._roles.setdefault(found.id, role)
        self._why.setdefault(found.id, []).extend(r for r in reasons if r)

    def answer(self) -> Governing:
        """Return what was found, the instruments that matter first."""
        ranked = sorted(self._roles, key=lambda name: ROLES.index(self._roles[name]))
        candidates = tuple(
            Candidate(
                name,
                self._all[name].treaty.title,
                self._roles[name],
                tuple(dict.fromkeys(self._why[name])),
                self._before.get(name, ""),
            )
            for name in ranked
        )
        governs = [name for name in ranked if self._roles[name] == "governs"]
        return Governing(governs[0] if governs else "", tuple(dict.fromkeys(self.reasons)), candidates)

    # --- what is tested whichever treaty governs --------------------------------------------------------------------

    def beside(self) -> None:
        """National statuses, state support and funds of the partners' countries, and what the project asks for."""
        also = {name: f"treaty.also[{n}]" for n, name in enumerate(self.stage.project.treaty.also)}
        for n, source in enumerate(self.stage.project.finance):
            if source.programme and source.programme not in self.stage.catalog.incentives():
                also.setdefault(source.programme, f"finance[{n}].programme")
        for name, path in also.items():
            if name in self._all:
                found = self._all[name]
                self.give(found, BESIDE.get(found.treaty.kind, "alternative"), f"the project file asks for it ({path})")
            else:
                self._unknown(name, path)
        for found in self._all.values():
            role = BESIDE.get(found.treaty.kind)
            members = [c for c in self.countries if c in found.treaty.countries]
            if role is None or not members:
                continue
            if found.in_force is False:
                self.give(found, "no", f"not in force on {self.day}")
            elif found.treaty.covers(self.stage.project.kind) is False:
                self.give(found, "no", self._not_covered())
            elif role != "fund":
                self.give(found, role, f"{found.treaty.countries[0]} is a partner's country")
            else:
                places = "; ".join(membership(found.view, c) for c in self.countries)
                self.give(found, "fund" if len(members) >= TWO else "no", places)

    def by_name(self, name: str) -> None:
        """The treaty that the project names."""
        path = "treaty.instrument" if self.stage.project.where("treaty.instrument") else "treaty"
        if name not in self._all:
            self._unknown(name, path)
            return
        found = self._all[name]
        if found.treaty.kind not in TREATIES:
            kind = found.treaty.kind.replace("_", " ")
            self.stage.error("M602", f"{name} is a {kind}, not a treaty", "write it under treaty.also", path)
            return
        reasons = [f"the project file names {name}"]
        if found.in_force is UNKNOWN:
            reasons.append(f"whether it is in force on {self.day} is not known: {found.treaty.in_force_basis}")
        elif found.in_force is False:
            reasons.append(f"it is not in force on {self.day}")
        reasons += [membership(found.view, c) for c in (*found.doubtful, *found.others)]
        first = self.before(found)
        if first:
            self._before[name] = first
            reasons.append(f"{first} is in force between the two and goes before it")
        self.give(found, "governs", *reasons)
        self.reasons += reasons

    def before(self, found: Standing) -> str:
        """Return the treaty of the film's two countries that goes before a Convention; nothing where there is none."""
        if found.treaty.kind != "convention" or len(self.countries) != TWO:
            return ""
        return next((t.id for t in self._of_few(self.countries) if len(t.parties) == TWO), "")

    def _unknown(self, name: str, path: str) -> None:
        known = [*self._ids, *self.stage.catalog.incentives()] if path.startswith("finance") else self._ids
        self.stage.error("M601", f"there is no treaty, fund or status {name!r}", nearest(name, known), path)

    def _not_covered(self) -> str:
        return f"it does not cover works of the kind {self.stage.project.kind}"

    # --- two countries ----------------------------------------------------------------------------------------------

    def for_two(self) -> None:
        """A treaty of the two, else the newest Convention to which both are parties."""
        pair = " and ".join(self.countries)
        treaties = self._of_few(self.countries)
        certain = [t for t in treaties if t.in_force is True and len(t.parties) == TWO]
        for treaty in treaties:
            if treaty not in certain:
                self._perhaps(treaty)
        if certain:
            first = certain[0]
            why = f"a treaty of {pair} is in force: it goes before the Conventions for a film of the two"
            self.give(first, "governs", why)
            self.reasons.append(f"{first.id}: {why}")
            for other in certain[1:]:
                self.give(other, "no", f"{first.id} takes its place")
            self._fallbacks(first)
            return
        conventions = [c for c in self._conventions() if c.says("fallback_for_two_without_treaty")]
        found = next((c for c in conventions if len(c.parties) == TWO), None)
        for convention in conventions:
            if convention is found:
                break
            if not convention.others:
                doubt = "; ".join(membership(convention.view, c) for c in convention.doubtful)
                self.give(convention, "perhaps", doubt)
        if found is None:
            without = "is certainly in force" if treaties else "is in the data"
            self.reasons.append(f"no treaty of {pair} {without}, and no Convention has both as parties")
            return
        without = "no treaty of the two is certainly in force"
        if not treaties:
            without = "no treaty of the two is in the data (one that is in force would go before)"
        self.give(found, "governs", f"{pair} are both parties; {without}")
        self.reasons.append(f"{found.id}: {pair} are both parties to it, and {without}")

    def _perhaps(self, treaty: Standing) -> None:
        if treaty.in_force is UNKNOWN:
            doubt = f"whether it is in force on {self.day} is not known: {treaty.treaty.in_force_basis}"
        else:
            doubt = "; ".join(membership(treaty.view, c) for c in treaty.doubtful)
        settle = f"`treaty.facts: {{{treaty.id}: {{in_force: true}}}}` would settle it"
        self.give(treaty, "perhaps", doubt, settle)
        self.reasons.append(f"{treaty.id}: {doubt}")

    def _fallbacks(self, treaty: Standing) -> None:
        """While limits are not known, the text that the data name instead is tested too."""
        if not treaty.limits_unknown():
            return
        self.reasons.append(f"limits of {treaty.id} were not found")
        for _, rule in treaty.view.rules("fallback_instrument"):
            other = self._all.get(str(rule.value))
            if other is not None and not other.others and not other.doubtful:
                self.give(other, "fallback", f"looked at while the limits of {treaty.id} are not known")

    def _of_few(self, countries: Sequence[str]) -> list[Standing]:
        """Treaties that name all these countries, cover the film and may be in force: of three before of two."""
        found = []
        for treaty in self._all.values():
            if treaty.treaty.kind not in OF_FEW or not treaty.lists(countries):
                continue
            if treaty.in_force is False or set(countries) & set(treaty.others):
                self.give(treaty, "no", f"not in force on {self.day}")
            elif treaty.treaty.covers(self.stage.project.kind) is False:
                self.give(treaty, "no", self._not_covered())
            else:
                found.append(treaty)
        return sorted(found, key=lambda t: OF_FEW.index(t.treaty.kind))

    def _conventions(self) -> list[Standing]:
        """The Conventions in force that cover the film, the newest first."""
        found = []
        for convention in self._all.values():
            if convention.treaty.kind != "convention" or convention.in_force is False:
                continue
            if convention.treaty.covers(self.stage.project.kind) is False:
                self.give(convention, "no", self._not_covered())
            else:
                found.append(convention)
        return sorted(found, key=lambda c: str(c.treaty.in_force.begins or ""), reverse=True)

    # --- three and more ---------------------------------------------------------------------------------------------

    def for_more(self) -> None:
        """A treaty of all of them, else a Convention, else a treaty of two that lets third countries in."""
        names = ", ".join(self.countries)
        for treaty in self._of_few(self.countries):
            if treaty.in_force is True and not treaty.doubtful:
                why = f"all of {names} are parties to it"
                self.give(treaty, "governs", why)
                self.reasons.append(f"{treaty.id}: {why}")
            else:
                self._perhaps(treaty)
        everywhere = self._conventions()
        conventions = [c for c in everywhere if len(c.parties) >= _least(c)]
        bound = {c for convention in everywhere for c in convention.parties}
        found = next((c for c in conventions if bound <= set(c.parties)), conventions[-1] if conventions else None)
        if found is None:
            self._chain()
            return
        alone = "governs" not in self._roles.values()
        outside = [membership(found.view, c) for c in (*found.doubtful, *found.others)]
        why = "; ".join([f"{', '.join(found.parties)} are parties to it", *outside])
        self.give(found, "governs" if alone else "alternative", why)
        if alone:
            self.reasons.append(f"{found.id}: {why}")
            self._pairs(everywhere, found)
        for convention in conventions:
            self._beside_the_chosen(convention, found)

    def _beside_the_chosen(self, convention: Standing, found: Standing) -> None:
        if convention is found:
            return
        newer = str(convention.treaty.in_force.begins or "") > str(found.treaty.in_force.begins or "")
        if newer and convention.says("alternative_for_mixed_groups"):
            inside = ", ".join(convention.parties)
            outside = ", ".join([*convention.doubtful, *convention.others])
            why = f"could be chosen too: {inside} are parties, {outside} from outside"
            self.give(convention, "alternative", why)
            self.reasons.append(f"{convention.id}: {why}")
        elif newer:
            self.give(convention, "no", "not all are parties to it")
        else:
            self.give(convention, "no", f"{found.id} takes its place between its parties")

    def _pairs(self, conventions: Sequence[Standing], found: Standing) -> None:
        """Say of each pair of countries which text binds it, where that differs."""
        binds: dict[str, list[str]] = {}
        for one, other in combinations(self.countries, TWO):
            text = next((c.id for c in conventions if {one, other} <= set(c.parties)), "no Convention")
            binds.setdefault(text, []).append(f"{one}-{other}")
        if len(binds) == 1:
            return
        self.reasons += [f"between {', '.join(pairs)}: {text}" for text, pairs in binds.items()]
        if set(found.parties) == {c for convention in conventions for c in convention.parties} and any(
            text not in (found.id, "no Convention") for text in binds
        ):
            self.reasons.append(f"a group mixed of parties to several texts is judged under {found.id}")

    def _chain(self) -> None:
        """No Convention: treaties of two, of which some let third countries in."""
        self.reasons.append(f"no Convention has enough of {', '.join(self.countries)} as parties")
        for pair in combinations(self.countries, TWO):
            for treaty in self._of_few(pair):
                if treaty.in_force is UNKNOWN or treaty.doubtful:
                    self._perhaps(treaty)
                elif any(c.applies_to.parties == "three_or_more" for c, _ in treaty.view.rules()):
                    alone = "governs" not in self._roles.values()
                    why = f"a treaty of {' and '.join(pair)} that has rules for third countries"
                    self.give(treaty, "governs" if alone else "alternative", why)
                    self.reasons.append(f"{treaty.id}: {why}")
                else:
                    self.give(treaty, "no", "a treaty of two without a limit for third countries: ask the authorities")

    # --- what was left out ------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """Say of every other instrument that touches a country of the film why it is left out."""
        for found in self._all.values():
            if found.id in self._roles or not set(self.countries) & set(found.treaty.countries):
                continue
            places = [membership(found.view, c) for c in self._missing(found)]
            if places:
                self.give(found, "no", "; ".join(places))
            elif len(self.countries) == 1:
                self.give(found, "no", "one country needs no treaty")
            else:
                self.give(found, "no", "another instrument goes before it, or the project file names another")

    def _missing(self, found: Standing) -> Iterable[str]:
        """Countries without which the film does not fall under it: of the film, or of the treaty."""
        if found.treaty.kind == "bilateral_treaty":
            return [c for c in self.countries if c not in found.treaty.countries] if len(self.countries) == TWO else []
        return (*found.others, *found.doubtful)


def _least(convention: Standing) -> int:
    """Return how many parties a film of three or more needs; three where the Convention does not say."""
    values = [rule.value for _, rule in convention.view.rules("minimum_parties")]
    known = [int(v) for v in values if isinstance(v, int | float)]
    return known[0] if known else TWO + 1
