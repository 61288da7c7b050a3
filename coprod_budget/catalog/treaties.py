"""Treaties, Conventions, funds and national statuses: who is a party when, and which rule holds on which day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coprod_budget.catalog.tables import IDENTIFIER
from coprod_budget.catalog.treaty_kinds import KINDS
from coprod_budget.catalog.unknown import UNKNOWN, Unknown
from coprod_budget.errors import MissingDataError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from coprod_budget.catalog.entries import Source
    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.treaty_kinds import Comparison, InstrumentKind, Kind, Unmet


_NAMED = re.compile("(?:bi|tri)lateral(?:_[a-z]{2})+")


@dataclass(frozen=True, slots=True)
class RolesNeeded:
    """So many people in one of these roles; ``consent``: only where the authorities agree beforehand."""

    count: int
    roles: tuple[str, ...]
    consent: bool = False


@dataclass(frozen=True, slots=True)
class PointsItem:
    """One row of a points table: what earns the points, and how many."""

    item: str
    points: int
    group: str = ""


Value = (
    float
    | bool
    | str
    | tuple[str, ...]
    | tuple[float, ...]
    | tuple[PointsItem, ...]
    | tuple[tuple[RolesNeeded, ...], ...]
)
"""What a rule says; shares are fractions. Of roles every entry is needed, and any of its alternatives will do."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which something holds, as far as they are known.

    ``begins`` is the first day. Where that was not found, ``known_by`` is the first day on which a source shows it, and
    ``not_yet`` the last day on which it certainly did not hold. ``ends`` is the last day.
    """

    begins: date | None = None
    known_by: date | None = None
    not_yet: date | None = None
    ends: date | None = None
    end_unknown: bool = False

    def on(self, day: date) -> bool | Unknown:
        """Say whether it holds on a day: yes, no, or UNKNOWN."""
        if self.ends is not None and day > self.ends:
            return False
        if self.not_yet is not None and day <= self.not_yet:
            return False
        start = self.begins or self.known_by
        if start is None or day < start:
            return False if self.begins else UNKNOWN
        return UNKNOWN if self.end_unknown else True

    def dates(self) -> Iterator[date]:
        """Go through the days on which the answer changes."""
        for first in (self.begins, self.known_by):
            if first is not None:
                yield first
        for last in (self.not_yet, self.ends):
            if last is not None:
                yield last + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Party:
    """A country that is bound by an instrument, or a member of a fund, in a span of time."""

    country: str
    span: Span
    source: Source
    confidence: str
    basis: str = ""
    note: str = ""
    associate: bool = False


@dataclass(frozen=True, slots=True)
class Outsider:
    """A country that a source shows not to be a party, on the date of the source."""

    country: str
    source: Source
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleValue:
    """What a rule says from a day on. ``value`` is UNKNOWN where nobody found it, None where the rule has ended.

    ``begins`` is None where the first day was not found; ``known_by`` is then the first day on which a source shows it.
    """

    value: Value | Unknown | None
    begins: date | None
    known_by: date | None
    source: Source
    confidence: str
    article: str = ""
    note: str = ""
    comparison: Comparison = ""

    @property
    def start(self) -> date | None:
        """The day from which the value is used."""
        return self.begins or self.known_by


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """What a rule is about; what is empty leaves that open. ``budget_above`` names the criterion with the threshold."""

    parties: str = ""
    who: str = ""
    works: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    budget_above: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One rule of an instrument, through time. ``unmet`` says what it means when a film does not meet it.

    ``comparison`` says how what a film has must stand to the value; for thresholds such as that of a collection
    account, how a budget stands to it where the rule bites.
    """

    id: str
    kind: str
    title: str
    values: tuple[RuleValue, ...]
    applies_to: AppliesTo = field(default_factory=AppliesTo)
    comparison: Comparison = ""
    unit: str = ""
    of: str = ""
    unmet: Unmet = "fail"
    table: str = ""
    roles: tuple[str, ...] = ()
    side: str = ""
    options: tuple[str, ...] = ()
    note: str = ""

    @property
    def about(self) -> Kind:
        """The kind of the rule: the shape of its value, what of a film it looks at."""
        return KINDS[self.kind]

    def on(self, day: date) -> RuleValue | None:
        """Return what the rule says on a day; None before it began.

        Where its first day was not found, a day before the first that is known gets a value that is UNKNOWN.
        """
        begun = [v for v in self.values if v.start is None or v.start <= day]
        if begun:
            return begun[-1]
        first = self.values[0]
        if first.begins is not None:
            return None
        note = f"known from {first.known_by}; since when was not found"
        return RuleValue(UNKNOWN, None, None, first.source, "unknown", first.article, note, first.comparison)


@dataclass(frozen=True, slots=True)
class Treaty:
    """A treaty, Convention, fund regulation or national status, with everything that is known of it through time."""

    id: str
    title: str
    kind: InstrumentKind
    works: Mapping[str, bool]
    in_force: Span
    in_force_basis: str
    parties: tuple[Party, ...]
    parties_complete: bool
    outsiders: tuple[Outsider, ...]
    criteria: Mapping[str, Criterion]
    sources: Mapping[str, Source]
    last_checked: date
    signed: date | None = None
    doubts: tuple[str, ...] = ()
    file: str = ""

    @property
    def countries(self) -> tuple[str, ...]:
        """Every country that is or was a party, or may be."""
        return tuple(dict.fromkeys(p.country for p in self.parties))

    def covers(self, work: str) -> bool | Unknown:
        """Say whether films of a kind (fiction, documentary, animation, series) fall under it."""
        return self.works.get(work, UNKNOWN)

    def party(self, country: str, day: date) -> bool | Unknown:
        """Say whether a country is a party on a day. One that no list names is none, where the list is complete."""
        if self.in_force.on(day) is False:
            return False
        found = [p.span.on(day) for p in self.parties if p.country == country]
        if any(state is True for state in found):
            return True
        if any(state is UNKNOWN for state in found):
            return UNKNOWN
        listed = found or any(o.country == country for o in self.outsiders)
        return False if listed or self.parties_complete else UNKNOWN

    def as_of(self, day: date) -> TreatyView:
        """Return the instrument as it stands on a day."""
        return TreatyView(self, day)

    def criterion(self, criterion: str) -> Criterion:
        """Return a rule by its id; an unknown one is a MissingDataError."""
        if criterion not in self.criteria:
            hint = nearest(criterion, self.criteria)
            raise MissingDataError([Problem("C202", f"{self.id} has no rule {criterion[:60]!r}", hint)])
        return self.criteria[criterion]

    def history(self, criterion: str) -> tuple[RuleValue, ...]:
        """Return everything a rule has said, oldest first; a value of None ended it."""
        return self.criterion(criterion).values

    def dates(self) -> set[date]:
        """Return every day on which something changes: a rule, a membership, whether the instrument is in force."""
        found = {v.start for c in self.criteria.values() for v in c.values if v.start is not None}
        for span in (self.in_force, *(p.span for p in self.parties)):
            found |= set(span.dates())
        return found


@dataclass(frozen=True, slots=True)
class TreatyView:
    """An instrument on one day."""

    treaty: Treaty
    day: date

    @property
    def in_force(self) -> bool | Unknown:
        """Whether it is in force."""
        return self.treaty.in_force.on(self.day)

    def party(self, country: str) -> bool | Unknown:
        """Say whether a country is a party."""
        return self.treaty.party(country, self.day)

    @property
    def parties(self) -> tuple[str, ...]:
        """The countries that certainly are parties."""
        return tuple(c for c in self.treaty.countries if self.party(c) is True)

    @property
    def possible_parties(self) -> tuple[str, ...]:
        """The countries of which it is not known whether they are parties."""
        return tuple(c for c in self.treaty.countries if self.party(c) is UNKNOWN)

    def rule(self, criterion: str) -> RuleValue | None:
        """Return what a rule says with its article and source; None before it began and after it ended."""
        found = self.treaty.criterion(criterion).on(self.day)
        return None if found is None or found.value is None else found

    def value(self, criterion: str) -> Value | Unknown | None:
        """Return only the value of a rule: UNKNOWN where nobody found it, None where there is no such rule on this day."""
        found = self.rule(criterion)
        return None if found is None else found.value

    def rules(self, kind: str = "") -> Iterator[tuple[Criterion, RuleValue]]:
        """Go through the rules that hold, of one kind if named."""
        for criterion in self.treaty.criteria.values():
            found = self.rule(criterion.id)
            if found is not None and kind in ("", criterion.kind):
                yield criterion, found


@dataclass(frozen=True, slots=True)
class Membership:
    """A country's place in one instrument."""

    treaty: str
    title: str
    kind: InstrumentKind
    party: Party


def named_parties(treaty: str) -> frozenset[str] | None:
    """Return the countries that the id of a treaty of two or three names; None where it names none."""
    if not _NAMED.fullmatch(treaty):
        return None
    return frozenset(part.upper() for part in treaty.split("_")[1:])


class TreatyShelf:
    """The instruments of all layers, each read when it is asked for; a later file replaces an instrument as a whole."""

    def __init__(self, layers: Layers) -> None:
        """Look which files there are."""
        self._layers = layers
        self._read: dict[str, Treaty] = {}
        self.ids = [name for name in layers.listed("treaties", ".yaml") if IDENTIFIER.fullmatch(name)]

    def treaty(self, treaty: str) -> Treaty:
        """Return an instrument; an unknown one is a MissingDataError."""
        if treaty not in self._read:
            files = self._layers.files(f"treaties/{treaty}.yaml") if treaty in self.ids else []
            if not files:
                raise MissingDataError([Problem("C202", f"no treaty {treaty[:60]!r}", nearest(treaty, self.ids))])
            from coprod_budget.catalog.treaty_reader import read_treaty  # noqa: PLC0415 - the two need each other

            self._read[treaty] = read_treaty(files[-1], treaty)
        return self._read[treaty]

    def between(self, countries: Collection[str]) -> list[str]:
        """Return the instruments that may matter between these countries, told by the names of the files alone.

        A file ``bilateral_ru_de`` names its parties, so it need not be read for a film of other countries.
        """
        return [name for name in self.ids if (named := named_parties(name)) is None or len(named & set(countries)) > 1]

    def memberships(self, country: str) -> list[Membership]:
        """Return every instrument to which a country belongs, belonged or may belong."""
        return [
            Membership(t.id, t.title, t.kind, party)
            for t in map(self.treaty, self.ids)
            for party in t.parties
            if party.country == country
        ]

    def dates(self) -> list[date]:
        """Return every day on which anything changes, in order."""
        return sorted(set().union(*(self.treaty(t).dates() for t in self.ids)))
