"""Law by date: values that begin on a day, each with its source, and a reader of such values that notes every mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, cast

from coprod_budget.catalog.entries import Source
from coprod_budget.catalog.unknown import UNKNOWN, Unknown
from coprod_budget.catalog.walker import Walker
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.walker import Path

T = TypeVar("T")
Starts = Literal["day", "month", "year", "unknown"]
Confidence = Literal["high", "medium", "low", ""]
DatedBasis = Literal["published", "derived", "assumed"]

STARTS: Final = ("day", "month", "year", "unknown")
CONFIDENCES: Final = ("high", "medium", "low")
DATED_BASES: Final = ("published", "derived", "assumed")
LONGEST = 600
VALUE_KEYS: Final = ("from", "starts", "value", "article", "sources", "basis", "confidence", "note")


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """What holds from a day on. ``value`` None ends a rule; UNKNOWN is a rule of which nobody found out what it says.

    ``starts`` says how well the day is known: with ``unknown`` the value was in force by then, perhaps long before.
    """

    start: date
    value: T | Unknown | None
    starts: Starts = "day"
    sources: tuple[Source, ...] = ()
    basis: DatedBasis = "published"
    confidence: Confidence = ""
    article: str = ""
    note: str = ""

    @property
    def source(self) -> Source | None:
        """The first source; None for what is background knowledge, or not known."""
        return self.sources[0] if self.sources else None


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """The values of one rule, oldest first."""

    values: tuple[Dated[T], ...]

    def at(self, day: date) -> Dated[T] | None:
        """Return what holds on a day; None where there is no such rule then.

        Before a value whose start is not known nobody knows what held: that is UNKNOWN, not nothing.
        """
        begun = [v for v in self.values if v.start <= day]
        if begun:
            return begun[-1] if begun[-1].value is not None else None
        first = self.values[0]
        if first.starts == "unknown":
            return Dated(date.min, UNKNOWN, "unknown", note=f"what held before {first.start} was not found")
        return None

    def dates(self) -> list[date]:
        """Return the days on which something changes."""
        return [v.start for v in self.values]


class DatedReader(Walker):
    """Walks a document of dated values, which name their sources."""

    longest = LONGEST

    def __init__(self, file: DataFile, schema: str) -> None:
        """Read the file and its sources."""
        super().__init__(file, schema)
        self.sources: dict[str, Source] = {}
        for key, value in self.mapping(self.data.get("sources"), ("sources",)).items():
            at: Path = ("sources", key)
            entry = self.mapping(value, at, ("title", "url", "as_of", "dated"))
            self.sources[key] = Source(
                self.text(entry.get("title"), (*at, "title")),
                str(entry.get("url") or ""),
                str(entry.get("as_of") or ""),
                str(entry.get("dated") or ""),
            )

    def known_number(self, value: Any, at: Path) -> float | Unknown:
        """Return a number, or that it is not known."""
        return UNKNOWN if value == str(UNKNOWN) else self.number(value, at)

    def history(self, value: Any, at: Path, read: Callable[[Any, Path], T]) -> History[T]:
        """Return dated values, of which each is read by ``read`` unless it is ``unknown`` or null."""
        found = [self._dated(v, (*at, n), read) for n, v in enumerate(self.items(value, at, filled=True))]
        for n, (one, following) in enumerate(pairwise(found), 1):
            if following.start <= one.start:
                hint = "write the values of a rule in the order of their days, each day once"
                self.wrong(f"{following.start} does not come after {one.start}", hint, (*at, n, "from"))
        return History(tuple(found) or (Dated(date.min, UNKNOWN),))

    def _dated(self, value: Any, at: Path, read: Callable[[Any, Path], T]) -> Dated[T]:
        entry = self.mapping(value, at, VALUE_KEYS)
        found: T | Unknown | None
        if "value" not in entry:
            self.wrong("there is no value", "write it, or unknown, or null where the rule ends", at)
            found = UNKNOWN
        elif entry["value"] is None or entry["value"] == str(UNKNOWN):
            found = UNKNOWN if entry["value"] else None
        else:
            found = read(entry["value"], (*at, "value"))
        basis = self.optional_choice(entry, "basis", at, DATED_BASES, "published")
        sources = self.source_list(entry, at)
        stated = found is not None and found is not UNKNOWN
        if stated and basis != "assumed" and not sources:
            self.wrong("there is no source", "name one under sources, or write `basis: assumed`", at)
        confidence = ""
        if stated or "confidence" in entry:
            confidence = self.choice(entry.get("confidence"), (*at, "confidence"), CONFIDENCES)
        if found is UNKNOWN and not entry.get("note"):
            self.wrong("unknown without a note", "say what would settle it", at)
        return Dated(
            self.day(entry.get("from"), (*at, "from")),
            found,
            cast("Starts", self.optional_choice(entry, "starts", at, STARTS, "day")),
            sources,
            cast("DatedBasis", basis),
            cast("Confidence", confidence),
            str(entry.get("article") or ""),
            str(entry.get("note") or ""),
        )

    def source_list(self, entry: Mapping[str, Any], at: Path) -> tuple[Source, ...]:
        """Return the sources that an entry names."""
        found = []
        for n, key in enumerate(self.optional_items(entry, "sources", at)):
            if isinstance(key, str) and key in self.sources:
                found.append(self.sources[key])
            else:
                self.wrong(f"unknown source {shown(key)}", "name it under sources", (*at, "sources", n))
        return tuple(found)
