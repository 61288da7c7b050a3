"""Walk through a rule file that people wrote: typed access to its values, every mistake noted with its place."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from coprod_budget.errors import Problem, ProjectError, nearest
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from coprod_budget.yaml_reader import Document

Path = tuple[str | int, ...]
Found = dict[str, Any]

COUNTRY = re.compile(r"[A-Z]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Walker:
    """Goes through one document; a value that is not as it should be is noted, and a harmless one stands in for it."""

    def __init__(self, document: Document) -> None:
        """Begin with no problem."""
        self._document = document
        self._problems: list[Problem] = []

    def wrong(self, message: str, hint: str, at: Path) -> None:
        """Note a mistake at a place of the document."""
        line, column = self._document.position(at)
        self._problems.append(Problem("C103", message, hint, self._document.filename, line, column))

    def stop(self) -> None:
        """Raise every problem that was noted, in the order of the file."""
        if self._problems:
            raise ProjectError(sorted(self._problems, key=lambda p: (p.line, p.column)))

    def mapping(self, value: Any, at: Path, known: Collection[str] = ()) -> Found:
        """Return a mapping; a key that is not known is a mistake."""
        if not isinstance(value, dict):
            self.wrong(f"{at[-1] if at else 'the file'} is not a mapping", "write `key: value` lines", at)
            return {}
        for key in (k for k in value if known and k not in known):
            self.wrong(f"unknown key {shown(key)}", nearest(key, known), (*at, key))
        return value

    def items(self, value: Any, at: Path) -> list[Any]:
        """Return a list."""
        if isinstance(value, list):
            return value
        self.wrong(f"{at[-1]} is not a list", "begin each entry with `- `", at)
        return []

    def text(self, entry: Found, key: str, at: Path) -> str:
        """Return a text that has to be there."""
        value = entry.get(key)
        if isinstance(value, str) and value:
            return value
        self.wrong(f"{key} is missing or not text", "fill it in", (*at, key))
        return "?"

    def texts(self, value: Any, at: Path) -> list[str]:
        """Return a list of texts."""
        texts = self.items(value, at)
        for n, text in enumerate(texts):
            if not isinstance(text, str) or not text:
                self.wrong(f"{shown(text)} is not text", "write a sentence", (*at, n))
        return [str(text) for text in texts]

    def word(self, value: Any, at: Path) -> str:
        """Return a word such as ``in_principle``."""
        if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]+", value):
            return value
        self.wrong(f"{shown(value)} is not a word", "write it like in_principle", at)
        return "?"

    def known(self, value: Any, known: Collection[str], at: Path) -> tuple[str, ...]:
        """Return a list of words, all of them known."""
        words = self.items(value, at)
        for n, word in enumerate(words):
            if word not in known:
                self.wrong(f"unknown {at[-1]} {shown(word)}", nearest(str(word), known), (*at, n))
        return tuple(map(str, words))

    def one_of(self, entry: Found, key: str, known: Collection[str], at: Path, default: str | None = None) -> str:
        """Return a value of a closed list; without a default it has to be there."""
        if key not in entry and default is not None:
            return default
        value = entry.get(key)
        if not isinstance(value, str) or value not in known:
            self.wrong(f"{key} is {shown(value)}", nearest(str(value), known), (*at, key))
        return str(value)

    def flag(self, value: Any, at: Path) -> bool:
        """Return true or false."""
        if isinstance(value, bool):
            return value
        self.wrong(f"{at[-1]} is {shown(value)}", "write true or false", at)
        return False

    def number(self, value: Any, most: float, at: Path, *, whole: bool = False) -> float:
        """Return a number from 0 to ``most``."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 0 <= value <= most and (not whole or value == int(value)):
            return float(value)
        form = "a whole number" if whole else "a number"
        self.wrong(f"{at[-1]} is {shown(value)}", f"{form} from 0 to {most:g}; a share as a fraction: 0.3", at)
        return 0.0

    def country(self, value: Any, at: Path) -> str:
        """Return a country code."""
        if isinstance(value, str) and COUNTRY.fullmatch(value):
            return value
        self.wrong(f"{shown(value)} is not a country", "write two letters, such as RS", at)
        return "??"

    def optional_day(self, entry: Found, key: str, at: Path) -> date | None:
        """Return a day, None where there is none."""
        return self.day(entry[key], (*at, key)) if entry.get(key) is not None else None

    def day(self, value: Any, at: Path) -> date:
        """Return a day of the calendar."""
        if isinstance(value, str) and DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.wrong(f"{at[-1]} is {shown(value)}", "write a day of the calendar like 2026-01-01", at)
        return date.min
