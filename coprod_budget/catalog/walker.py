"""Walk through a rule file that people wrote: typed access to its values, every mistake noted with its place."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from coprod_budget.catalog.tables import read_text
from coprod_budget.errors import Problem, ProjectError, nearest
from coprod_budget.yaml_reader import Document, read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from coprod_budget.catalog.tables import DataFile

Path = tuple[str | int, ...]
Found = dict[str, Any]

COUNTRY = re.compile(r"[A-Z]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST = 1e15


class Walker:
    """Goes through one document; a value that is not as it should be is noted, and a harmless one stands in for it."""

    longest: ClassVar[float] = math.inf
    """The characters that a text may have."""

    def __init__(self, file: DataFile, schema: str) -> None:
        """Read the file; it must say that it is of this schema."""
        self.document: Document = read_yaml(read_text(file), file.shown)
        self._problems: list[Problem] = []
        self.data = self.mapping(self.document.data, ())
        if self.data.get("schema") != schema:
            self.wrong(f"schema is {shown(self.data.get('schema'))}", f"write schema: {schema}", ("schema",))

    def wrong(self, message: str, hint: str, at: Path) -> None:
        """Note a mistake at a place of the document."""
        line, column = self.document.position(at)
        self._problems.append(Problem("C103", message, hint, self.document.filename, line, column))

    def done(self) -> None:
        """Raise every problem that was noted, in the order of the file."""
        if self._problems:
            raise ProjectError(sorted(self._problems, key=lambda p: (p.line, p.column)))

    def mapping(self, value: Any, at: Path, known: Collection[str] = ()) -> Found:
        """Return a mapping; a key that is not known is a mistake, unless none are named."""
        if not isinstance(value, dict):
            self.wrong(f"{'.'.join(map(str, at)) or 'the file'} is not a mapping", "write `key: value` lines", at)
            return {}
        for key in (k for k in value if known and k not in known):
            self.wrong(f"unknown key {shown(key)}", nearest(str(key), known), (*at, key))
        return value

    def items(self, value: Any, at: Path, *, filled: bool = False) -> list[Any]:
        """Return a list; one that is to be ``filled`` has an entry."""
        if isinstance(value, list) and (value or not filled):
            return value
        self.wrong(f"{_name(at)} is not a list{' with entries' * filled}", "begin each entry with `- `", at)
        return []

    def optional_items(self, entry: Mapping[str, Any], key: str, at: Path) -> list[Any]:
        """Return a list, an empty one where there is none."""
        return [] if entry.get(key) is None else self.items(entry[key], (*at, key))

    def text(self, value: Any, at: Path) -> str:
        """Return a text that has to be there."""
        if isinstance(value, str) and 0 < len(value) <= self.longest:
            return value
        limit = "" if self.longest == math.inf else f" of up to {self.longest} characters"
        self.wrong(f"{_name(at)} is missing or not text{limit}", "fill it in", at)
        return "?"

    def texts(self, value: Any, at: Path, *, filled: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self.text(v, (*at, n)) for n, v in enumerate(self.items(value, at, filled=filled)))

    def word(self, value: Any, at: Path) -> str:
        """Return a word such as ``in_principle``."""
        if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]+", value):
            return value
        self.wrong(f"{shown(value)} is not a word", "write it like in_principle", at)
        return "?"

    def choice(self, value: Any, at: Path, known: Collection[str]) -> str:
        """Return a word of a closed list; the first of them stands in for one that is not."""
        if isinstance(value, str) and value in known:
            return value
        self.wrong(f"{_name(at)} is {shown(value)}", nearest(str(value), known), at)
        return next(iter(known))

    def optional_choice(
        self, entry: Mapping[str, Any], key: str, at: Path, known: Collection[str], default: str = ""
    ) -> str:
        """Return a word of a closed list, the default where there is none."""
        return self.choice(entry[key], (*at, key), known) if key in entry else default

    def choices(self, value: Any, at: Path, known: Collection[str], *, filled: bool = False) -> tuple[str, ...]:
        """Return a list of words of a closed list."""
        return tuple(self.choice(v, (*at, n), known) for n, v in enumerate(self.items(value, at, filled=filled)))

    def flag(self, value: Any, at: Path) -> bool:
        """Return true or false."""
        if isinstance(value, bool):
            return value
        self.wrong(f"{_name(at)} is {shown(value)}", "write true or false", at)
        return False

    def number(self, value: Any, at: Path, most: float = MOST, *, whole: bool = False) -> float:
        """Return a number from 0 to ``most``."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 0 <= value <= most and (not whole or value == int(value)):
            return float(value)
        form = "a whole number" if whole else "a number"
        self.wrong(f"{_name(at)} is {shown(value)}", f"{form} from 0 to {most:g}; a share as a fraction: 0.3", at)
        return 0.0

    def share(self, value: Any, at: Path) -> float:
        """Return a number from 0 to 1."""
        return self.number(value, at, 1.0)

    def country(self, value: Any, at: Path) -> str:
        """Return a country code."""
        if isinstance(value, str) and COUNTRY.fullmatch(value):
            return value
        self.wrong(f"{shown(value)} is not a country", "write two letters, such as RS", at)
        return "??"

    def day(self, value: Any, at: Path) -> date:
        """Return a day of the calendar."""
        if isinstance(value, str) and DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.wrong(f"{_name(at)} is {shown(value)}", "write a day of the calendar like 2026-01-01", at)
        return date.min

    def optional_day(self, entry: Mapping[str, Any], key: str, at: Path) -> date | None:
        """Return a day, None where there is none."""
        return None if entry.get(key) is None else self.day(entry[key], (*at, key))


def _name(at: Path) -> str:
    """Return what a message calls a place: its key, or the key and the number of an entry."""
    return ".".join(map(str, at[-2:] if isinstance(at[-1], int) else at[-1:]))
