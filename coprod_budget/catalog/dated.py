"""Law by date: values that begin on a day, each with its source, and a reader of such values that notes every mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, cast

from coprod_budget.catalog.entries import Source
from coprod_budget.catalog.tables import read_text
from coprod_budget.catalog.unknown import UNKNOWN, Unknown
from coprod_budget.errors import Problem, ProjectError, nearest
from coprod_budget.yaml_reader import Document, read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from coprod_budget.catalog.tables import DataFile

T = TypeVar("T")
Path = tuple[str | int, ...]
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


class DatedReader:
    """Walks one YAML document; every mistake is noted with its position, and raised at the end (``done``)."""

    def __init__(self, file: DataFile, schema: str) -> None:
        """Read the file; it must say that it is of this schema."""
        self.document: Document = read_yaml(read_text(file), file.shown)
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.data = self.mapping(self.document.data, ())
        if self.data.get("schema") != schema:
            self.wrong(f"schema is {shown(self.data.get('schema'))}", f"write `schema: {schema}`", ("schema",))
        for key, value in self.mapping(self.data.get("sources"), ("sources",)).items():
            at: Path = ("sources", key)
            entry = self.known_keys(value, at, ("title", "url", "as_of", "dated"))
            self.sources[key] = Source(
                self.text(entry.get("title"), (*at, "title")),
                str(entry.get("url") or ""),
                str(entry.get("as_of") or ""),
                str(entry.get("dated") or ""),
            )

    def done(self) -> None:
        """Raise everything that was noted."""
        if self.problems:
            raise ProjectError(self.problems)

    def wrong(self, message: str, hint: str, at: Path) -> None:
        """Note a mistake."""
        line, column = self.document.position(at)
        self.problems.append(Problem("C103", message, hint, self.document.filename, line, column))

    def mapping(self, value: Any, at: Path) -> dict[str, Any]:
        """Return a mapping."""
        if isinstance(value, dict):
            return value
        self.wrong(f"{'.'.join(map(str, at)) or 'the file'} is not a mapping", "write `key: value` lines", at)
        return {}

    def known_keys(self, value: Any, at: Path, keys: Collection[str]) -> dict[str, Any]:
        """Return a mapping that has no other keys than these."""
        found = self.mapping(value, at)
        for key in found:
            if key not in keys:
                self.wrong(f"unknown key {shown(key)}", nearest(str(key), keys), (*at, key))
        return found

    def items(self, value: Any, at: Path, *, may_be_empty: bool = False) -> list[Any]:
        """Return a list."""
        if isinstance(value, list) and (value or may_be_empty):
            return value
        if value is None and may_be_empty:
            return []
        self.wrong(f"{at[-1]} is not a list with entries", "begin each entry with `- `", at)
        return []

    def text(self, value: Any, at: Path) -> str:
        """Return a text that is there."""
        if isinstance(value, str) and 0 < len(value) <= LONGEST:
            return value
        self.wrong(f"{at[-1]} is missing or not a text of up to {LONGEST} characters", "fill it in", at)
        return "?"

    def choice(self, value: Any, at: Path, known: Collection[str]) -> str:
        """Return one of the known words."""
        if isinstance(value, str) and value in known:
            return value
        self.wrong(f"{at[-1]} is {shown(value)}", nearest(str(value), known), at)
        return next(iter(known))

    def choices(self, value: Any, at: Path, known: Collection[str]) -> tuple[str, ...]:
        """Return a list of known words."""
        return tuple(self.choice(v, (*at, n), known) for n, v in enumerate(self.items(value, at)))

    def number(self, value: Any, at: Path, most: float = 1e15) -> float:
        """Return a number from 0 on."""
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most:
            return float(value)
        self.wrong(f"{at[-1]} is not a number from 0 to {most:g}", "write a share like 0.3, an amount like 50000", at)
        return 0.0

    def share(self, value: Any, at: Path) -> float:
        """Return a number from 0 to 1."""
        return self.number(value, at, 1.0)

    def known_number(self, value: Any, at: Path) -> float | Unknown:
        """Return a number, or that it is not known."""
        return UNKNOWN if value == str(UNKNOWN) else self.number(value, at)

    def day(self, value: Any, at: Path) -> date:
        """Return a day."""
        try:
            if isinstance(value, str) and len(value) == len("2026-01-01"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.wrong(f"{at[-1]} is {shown(value)}, not a day", "write it like 2026-01-01", at)
        return date.min

    def history(self, value: Any, at: Path, read: Callable[[Any, Path], T]) -> History[T]:
        """Return dated values, of which each is read by ``read`` unless it is ``unknown`` or null."""
        found = [self._dated(v, (*at, n), read) for n, v in enumerate(self.items(value, at))]
        for n, (one, following) in enumerate(pairwise(found), 1):
            if following.start <= one.start:
                hint = "write the values of a rule in the order of their days, each day once"
                self.wrong(f"{following.start} does not come after {one.start}", hint, (*at, n, "from"))
        return History(tuple(found) or (Dated(date.min, UNKNOWN),))

    def _dated(self, value: Any, at: Path, read: Callable[[Any, Path], T]) -> Dated[T]:
        entry = self.known_keys(value, at, VALUE_KEYS)
        found: T | Unknown | None
        if "value" not in entry:
            self.wrong("there is no value", "write it, or unknown, or null where the rule ends", at)
            found = UNKNOWN
        elif entry["value"] is None or entry["value"] == str(UNKNOWN):
            found = UNKNOWN if entry["value"] else None
        else:
            found = read(entry["value"], (*at, "value"))
        basis = self.choice(entry.get("basis", "published"), (*at, "basis"), DATED_BASES)
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
            cast("Starts", self.choice(entry.get("starts", "day"), (*at, "starts"), STARTS)),
            sources,
            cast("DatedBasis", basis),
            cast("Confidence", confidence),
            str(entry.get("article") or ""),
            str(entry.get("note") or ""),
        )

    def source_list(self, entry: Mapping[str, Any], at: Path) -> tuple[Source, ...]:
        """Return the sources that an entry names."""
        keys = self.items(entry.get("sources"), (*at, "sources"), may_be_empty=True)
        found = []
        for n, key in enumerate(keys):
            if key in self.sources:
                found.append(self.sources[key])
            else:
                self.wrong(f"unknown source {shown(key)}", "name it under sources", (*at, "sources", n))
        return tuple(found)
