"""Exchange rates: units of a currency per euro, by month."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from coprod_budget.catalog.entries import FxRate, Source
from coprod_budget.catalog.tables import CURRENCY, Row, Table
from coprod_budget.errors import MissingDataError, Problem, ProjectError, nearest

if TYPE_CHECKING:
    from coprod_budget.catalog.layers import Layers

OLDEST_MONTHS = 6  # an older rate is no rate: the rouble moved by a third within half a year, more than once
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class FxTable:
    """The rates of all currencies; later files override earlier ones month by month."""

    def __init__(self, layers: Layers) -> None:
        """Read the sources, and the rows by currency; the figures of a currency are read when it is asked for."""
        self._rows: dict[str, list[tuple[Table, Row]]] = {}
        self._rates: dict[str, dict[int, tuple[float, str]]] = {}
        self._sources: dict[str, Source] = {}
        for file in layers.files("fx/sources.csv"):
            with Table(file, ("id", "title", "url"), ("method", "note")) as table:
                for row in table:
                    note = "; ".join(x for x in (row.text("method"), row.text("note")) if x)
                    self._sources[row.text("id")] = Source(row.text("title", required=True), row.text("url"), note=note)
        for file in layers.files("fx/per_eur_monthly.csv"):
            with Table(file, ("currency", "month", "per_eur", "source")) as table:
                for row in table:
                    self._rows.setdefault(row.text("currency"), []).append((table, row))
        self._strange: list[Problem] = []
        for name in [name for name in self._rows if not CURRENCY.fullmatch(name)]:
            for _, row in self._rows.pop(name):
                row.problems = self._strange
                row.matching("currency", CURRENCY, "RSD")

    def check(self) -> None:
        """Read the rows of every currency (an estimate needs a few, a tenth of the file); raise every mistake at once."""
        wrong = list(self._strange)
        for currency in self._rows:
            self._read(currency, wrong)
        if wrong:
            raise ProjectError(wrong)

    def _of(self, currency: str) -> dict[int, tuple[float, str]]:
        """The rates of one currency by month; a mistake in its rows is a ProjectError."""
        if currency not in self._rates:
            wrong = list(self._strange)
            rates = self._read(currency, wrong)
            if wrong:
                raise ProjectError(wrong)
            self._rates[currency] = rates
        return self._rates[currency]

    def _read(self, currency: str, wrong: list[Problem]) -> dict[int, tuple[float, str]]:
        rates: dict[int, tuple[float, str]] = {}
        for table, row in self._rows.get(currency, ()):
            row.problems = wrong
            month = row.matching("month", _MONTH, "2026-09")
            table.once(row, currency, month)
            rate, source = row.number("per_eur", 1e-6, 1e9), row.text("source", required=True)
            if not row.bad:
                rates[_count(month)] = (rate, source)
        return rates

    @property
    def currencies(self) -> list[str]:
        """The currencies with a rate, and the euro."""
        return sorted({"EUR", *self._rows})

    def months(self, currency: str) -> list[str]:
        """Return the months in which a currency has a rate, oldest first."""
        return [_name(month) for month in sorted(self._of(currency))]

    def rate(self, currency: str, as_of: date) -> FxRate:
        """Return the rate of the month of a date, else of the newest of the six months before it."""
        wanted = as_of.year * 12 + as_of.month - 1
        if currency == "EUR":
            return FxRate("EUR", 1.0, _name(wanted), Source("the euro itself"))
        rates = self._of(currency)
        if not rates:
            hint = f"{nearest(currency, self.currencies)} A project can fix a rate itself: fx: {{{currency}: units per EUR}}"
            raise MissingDataError([Problem("C201", f"no exchange rate of {currency} for {as_of.isoformat()}", hint)])
        month = next((m for m in range(wanted, wanted - OLDEST_MONTHS - 1, -1) if m in rates), None)
        if month is None:
            hint = f"rates run from {_name(min(rates))} to {_name(max(rates))}; a project can fix one: fx: {{{currency}: ...}}"
            raise MissingDataError([Problem("C201", f"no exchange rate of {currency} for {as_of.isoformat()}", hint)])
        rate, source = rates[month]
        origin = self._sources.get(source, Source(source))
        return FxRate(
            currency, rate, _name(month), Source(origin.title, origin.url, _name(month), origin.note), wanted - month
        )


def _count(month: str) -> int:
    if not _MONTH.fullmatch(month):
        return 0
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _name(count: int) -> str:
    return date(count // 12, count % 12 + 1, 1).isoformat()[:7]
