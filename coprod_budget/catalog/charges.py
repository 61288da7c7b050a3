"""Employer charges on pay: dated law by country, in one YAML file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from coprod_budget.catalog.entries import CeilingPeriod, ChargeComponent, EmployerCharges, Source
from coprod_budget.catalog.tables import read_text
from coprod_budget.errors import Problem, ProjectError
from coprod_budget.yaml_reader import Document, read_yaml

if TYPE_CHECKING:
    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.tables import DataFile

CONFIDENCE = ("high", "medium", "low")
Path = tuple[str | int, ...]


class ChargeTable:
    """Periods of law by country or region (``US-CA``); a later file replaces a country as a whole."""

    def __init__(self, layers: Layers) -> None:
        """Read the files."""
        self._periods: dict[str, list[_Period]] = {}
        for file in layers.files("taxes/employer_charges.yaml"):
            self._periods.update(_Reader(file).countries())

    def find(self, country: str, year: int) -> EmployerCharges | None:
        """Return the law of a year: the newest that had begun by then, None where there is none."""
        begun = [p for p in self._periods.get(country, []) if p.first <= year]
        if not begun:
            return None
        period = max(begun, key=lambda p: p.start)
        components = period.components
        return EmployerCharges(
            country=country,
            year=year,
            valid_for_year=min(year, max(period.last, period.first)),
            currency=period.currency,
            components=components,
            source=components[0].source,
            confidence=max((c.confidence for c in components), key=CONFIDENCE.index),
            note=period.note,
        )

    @property
    def countries(self) -> list[str]:
        """Countries and regions with charges."""
        return sorted(self._periods)


class _Period:
    """The law between two dates; an open end is known to hold until the year it was last checked."""

    __slots__ = ("components", "currency", "first", "last", "note", "start")

    def __init__(
        self, start: str, known_to: str, currency: str, *, note: str, components: list[ChargeComponent]
    ) -> None:
        self.start, self.currency, self.note = start, currency, note
        self.components = tuple(components)
        self.first, self.last = int(start[:4]), int(known_to[:4])


class _Reader:
    """Walks one document and notes every mistake with its position."""

    def __init__(self, file: DataFile) -> None:
        self._document: Document = read_yaml(read_text(file), file.shown)
        self._problems: list[Problem] = []

    def countries(self) -> dict[str, list[_Period]]:
        """Return the periods by country."""
        data = self._mapping(self._document.data, ())
        checked = self._day(data.get("last_checked"), ("last_checked",))
        sources = self._mapping(data.get("sources"), ("sources",))
        found = {}
        for country, value in self._mapping(data.get("countries"), ("countries",)).items():
            at: Path = ("countries", country)
            entry = self._mapping(value, at)
            currency, note = self._text(entry, "currency", at), str(entry.get("note") or "")
            periods = []
            for n, item in enumerate(self._items(entry.get("periods"), (*at, "periods"))):
                here = (*at, "periods", n)
                period = self._mapping(item, here)
                start = self._day(period.get("start"), (*here, "start"))
                end = "" if period.get("end") is None else self._day(period["end"], (*here, "end"))
                parts = self._items(period.get("components"), (*here, "components"))
                components = [self._component(c, sources, (*here, "components", k)) for k, c in enumerate(parts)]
                periods.append(_Period(start, end or checked, currency, note=note, components=components))
            found[country] = periods
        if self._problems:
            raise ProjectError(self._problems)
        return found

    def _component(self, value: Any, sources: dict[str, Any], at: Path) -> ChargeComponent:
        entry = self._mapping(value, at)
        rate = self._number(entry.get("rate"), (*at, "rate"), 1.0)
        ceiling = None if entry.get("ceiling") is None else self._number(entry["ceiling"], (*at, "ceiling"), 1e12)
        period = str(entry.get("ceiling_period") or "")
        if (period in ("year", "month")) != (ceiling is not None):
            self._wrong(
                "ceiling_period does not fit the ceiling",
                "year or month where there is a ceiling",
                (*at, "ceiling_period"),
            )
        confidence = self._text(entry, "confidence", at)
        if confidence not in CONFIDENCE:
            self._wrong(f"unknown confidence {confidence[:40]!r}", "high, medium or low", (*at, "confidence"))
            confidence = "low"
        key = self._text(entry, "source", at)
        if key not in sources:
            self._wrong(f"unknown source {key[:40]!r}", "name it under sources", (*at, "source"))
        origin = self._mapping(sources.get(key, {}), ("sources", key))
        note = str(entry.get("note") or "")
        return ChargeComponent(
            id=self._text(entry, "id", at),
            label=self._text(entry, "label", at),
            rate=rate,
            ceiling=ceiling,
            ceiling_period=cast("CeilingPeriod", period),
            rate_above=rate if ceiling is None else self._number(entry.get("rate_above"), (*at, "rate_above"), 1.0),
            source=Source(
                str(origin.get("title") or key), str(origin.get("url") or ""), str(origin.get("as_of") or ""), note
            ),
            confidence=confidence,
        )

    def _wrong(self, message: str, hint: str, at: Path) -> None:
        line, column = self._document.position(at)
        self._problems.append(Problem("C103", message, hint, self._document.filename, line, column))

    def _mapping(self, value: Any, at: Path) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self._wrong(f"{'.'.join(map(str, at)) or 'the file'} is not a mapping", "write `key: value` lines", at)
        return {}

    def _items(self, value: Any, at: Path) -> list[Any]:
        if isinstance(value, list) and value:
            return value
        self._wrong(f"{at[-1]} is not a list with entries", "begin each entry with `- `", at)
        return []

    def _text(self, entry: dict[str, Any], key: str, at: Path) -> str:
        value = entry.get(key)
        if isinstance(value, str) and value:
            return value
        self._wrong(f"{key} is missing or not text", "fill it in", (*at, key))
        return "?"

    def _number(self, value: Any, at: Path, most: float) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most:
            return float(value)
        self._wrong(
            f"{at[-1]} is not a number from 0 to {most:g}", "write a share like 0.3, an amount like 2979000", at
        )
        return 0.0

    def _day(self, value: Any, at: Path) -> str:
        parts = value.split("-") if isinstance(value, str) else []
        if [len(p) for p in parts] == [4, 2, 2] and all(p.isascii() and p.isdigit() for p in parts):
            return str(value)
        self._wrong(f"{at[-1]} is not a date", "write it like 2026-01-01", at)
        return "0001-01-01"
