"""Employer charges on pay: dated law by country, in one YAML file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from coprod_budget.catalog.entries import CeilingPeriod, ChargeComponent, EmployerCharges, Source
from coprod_budget.catalog.walker import Walker

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.walker import Found, Path

CONFIDENCE: Final = ("high", "medium", "low")
PERIODS: Final = ("year", "month")


class ChargeTable:
    """Periods of law by country or region (``US-CA``); a later file replaces a country as a whole."""

    def __init__(self, layers: Layers) -> None:
        """Read the files."""
        self._periods: dict[str, list[_Period]] = {}
        for file in layers.files("taxes/employer_charges.yaml"):
            self._periods.update(_Reader(file).countries())

    def find(self, country: str, year: int) -> EmployerCharges | None:
        """Return the law of a year: the newest that had begun by then, None where there is none."""
        begun = [p for p in self._periods.get(country, []) if p.start.year <= year]
        if not begun:
            return None
        period = max(begun, key=lambda p: p.start)
        components = period.components
        return EmployerCharges(
            country=country,
            year=year,
            valid_for_year=min(year, max(period.end.year, period.start.year)),
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


class _Period(NamedTuple):
    """The law between two dates; an open end is known to hold until the year it was last checked."""

    start: date
    end: date
    currency: str
    note: str
    components: tuple[ChargeComponent, ...]


class ChargeReader(Walker):
    """Walks a document with charges on pay, which name their sources."""

    def __init__(self, file: DataFile, schema: str) -> None:
        """Read the file, its sources and the day on which it was last checked."""
        super().__init__(file, schema)
        self.checked = self.day(self.data.get("last_checked"), ("last_checked",))
        self.origins = self.mapping(self.data.get("sources"), ("sources",))

    def until(self, period: Found, at: Path) -> date:
        """Return the end of a period; an open one holds until the day of the last check."""
        return self.optional_day(period, "end", at) or self.checked

    def charges(self, value: Any, at: Path) -> tuple[ChargeComponent, ...]:
        """Return a list of charges, each a rate up to a ceiling and one above it."""
        return tuple(self._charge(v, (*at, n)) for n, v in enumerate(self.items(value, at, filled=True)))

    def source(self, entry: Found, at: Path) -> Source:
        """Return the source that an entry names, with the entry's note."""
        key = self.text(entry.get("source"), (*at, "source"))
        if key not in self.origins:
            self.wrong(f"unknown source {key[:40]!r}", "name it under sources", (*at, "source"))
        origin = self.mapping(self.origins.get(key, {}), ("sources", key))
        title, url, as_of = (str(origin.get(k) or "") for k in ("title", "url", "as_of"))
        return Source(title or key, url, as_of, str(entry.get("note") or ""))

    def _charge(self, value: Any, at: Path) -> ChargeComponent:
        entry = self.mapping(value, at)
        rate = self.share(entry.get("rate"), (*at, "rate"))
        ceiling = None if entry.get("ceiling") is None else self.number(entry["ceiling"], (*at, "ceiling"))
        period = str(entry.get("ceiling_period") or "")
        if (period in PERIODS) != (ceiling is not None):
            self.wrong(
                "ceiling_period does not fit the ceiling",
                "year or month where there is a ceiling",
                (*at, "ceiling_period"),
            )
        return ChargeComponent(
            id=self.text(entry.get("id"), (*at, "id")),
            label=self.text(entry.get("label"), (*at, "label")),
            rate=rate,
            ceiling=ceiling,
            ceiling_period=cast("CeilingPeriod", period),
            rate_above=rate if ceiling is None else self.share(entry.get("rate_above"), (*at, "rate_above")),
            source=self.source(entry, at),
            confidence=self.choice(entry.get("confidence"), (*at, "confidence"), CONFIDENCE),
        )


class _Reader(ChargeReader):
    """The file of employer charges."""

    def __init__(self, file: DataFile) -> None:
        super().__init__(file, "employer_charges/1")

    def countries(self) -> dict[str, list[_Period]]:
        """Return the periods by country."""
        found = {}
        for country, value in self.mapping(self.data.get("countries"), ("countries",)).items():
            at: Path = ("countries", country)
            entry = self.mapping(value, at)
            currency, note = self.text(entry.get("currency"), (*at, "currency")), str(entry.get("note") or "")
            periods = []
            for n, item in enumerate(self.items(entry.get("periods"), (*at, "periods"), filled=True)):
                here: Path = (*at, "periods", n)
                period = self.mapping(item, here)
                start = self.day(period.get("start"), (*here, "start"))
                end = self.until(period, here)
                components = self.charges(period.get("components"), (*here, "components"))
                periods.append(_Period(start, end, currency, note, components))
            found[country] = periods
        self.done()
        return found
