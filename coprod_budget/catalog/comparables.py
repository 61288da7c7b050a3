"""Real films with their budget and their gross, by which a film that is still a plan can be judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from coprod_budget.catalog.entries import Basis, Source
from coprod_budget.catalog.prices import BASES
from coprod_budget.catalog.tables import CURRENCY, IDENTIFIER, Row, Table

if TYPE_CHECKING:
    from coprod_budget.catalog.layers import Layers

TERRITORY = re.compile(r"[A-Z]{2,4}")
TYPES = ("fiction", "animation", "documentary")


class Comparable(NamedTuple):
    """A film that was released: budget and gross in one currency, and which public money was in it."""

    territory: str
    id: str
    title: str
    year: int
    type: str
    funding: str
    currency: str
    budget: float
    gross: float
    countries: str
    source: Source

    @property
    def ratio(self) -> float:
        """Gross for each unit of budget."""
        return self.gross / self.budget


class Band(NamedTuple):
    """Films with a budget from ``least`` up to the next band, in money of ``price_year``."""

    territory: str
    id: str
    label: str
    least: float
    currency: str
    price_year: int
    note: str


class TicketPrice(NamedTuple):
    """What a cinema ticket cost on average in a year."""

    year: int
    price: float
    currency: str
    basis: Basis
    source: Source


class Doublings(NamedTuple):
    """How many of the films of a year grossed twice their budget, as somebody else counted them."""

    year: int
    films: int
    doubled: int
    funding: str
    scope: str
    source: Source


class ComparableShelf:
    """Films, bands of budgets, ticket prices and other people's counts, by territory."""

    def __init__(self, layers: Layers) -> None:
        self.bands = _bands(layers)
        self.films = _films(layers, self.bands)
        self.tickets = _tickets(layers)
        self.doublings = _doublings(layers)

    @property
    def territories(self) -> list[str]:
        """Territories with films and with bands of budgets."""
        return [t for t in self.films if t in self.bands]

    def fundings(self, territory: str) -> list[str]:
        """Return the kinds of public money that the films of a territory had."""
        return sorted({film.funding for film in self.films.get(territory, ())})


def _films(layers: Layers, bands: dict[str, tuple[Band, ...]]) -> dict[str, tuple[Comparable, ...]]:
    found: dict[tuple[str, str], Comparable] = {}
    for file in layers.files("box_office/comparables.csv"):
        needed = ("territory", "id", "title", "year", "type", "funding", "currency", "budget", "gross", "source_title")
        with Table(file, needed, ("countries", "source_url", "as_of", "note")) as table:
            for row in table:
                key = (_territory(row), row.text("id", required=True))
                table.once(row, *key)
                film = Comparable(
                    *key,
                    row.text("title", required=True),
                    _year(row),
                    row.known("type", TYPES),
                    row.matching("funding", IDENTIFIER, "cinema_fund"),
                    row.matching("currency", CURRENCY, "RUB"),
                    row.number("budget", 1),
                    row.number("gross"),
                    row.text("countries"),
                    _source(row),
                )
                if not row.bad and film.currency != next((b.currency for b in bands.get(key[0], ())), film.currency):
                    row.wrong("C106", f"{film.currency} is not the currency of the bands", "convert budget and gross")
                if not row.bad:
                    found[key] = film
    by_territory: dict[str, list[Comparable]] = {}
    for film in found.values():
        by_territory.setdefault(film.territory, []).append(film)
    return {territory: tuple(films) for territory, films in by_territory.items()}


def _bands(layers: Layers) -> dict[str, tuple[Band, ...]]:
    found: dict[tuple[str, str], Band] = {}
    for file in layers.files("box_office/comparable_bands.csv"):
        with Table(file, ("territory", "id", "label", "least", "currency", "price_year"), ("note",)) as table:
            for row in table:
                key = (_territory(row), row.matching("id", IDENTIFIER, "under_50m"))
                table.once(row, *key)
                band = Band(
                    *key,
                    row.text("label", required=True),
                    row.number("least"),
                    row.matching("currency", CURRENCY, "RUB"),
                    _year(row, "price_year"),
                    row.text("note"),
                )
                if not row.bad:
                    found[key] = band
    by_territory: dict[str, list[Band]] = {}
    for band in found.values():
        by_territory.setdefault(band.territory, []).append(band)
    return {t: tuple(sorted(bands, key=lambda band: band.least)) for t, bands in by_territory.items()}


def _tickets(layers: Layers) -> dict[str, dict[int, TicketPrice]]:
    found: dict[str, dict[int, TicketPrice]] = {}
    for file in layers.files("box_office/ticket_prices.csv"):
        needed = ("territory", "year", "price", "currency", "basis", "source_title")
        with Table(file, needed, ("source_url", "as_of", "derivation", "note")) as table:
            for row in table:
                territory, year = _territory(row), _year(row)
                table.once(row, territory, str(year))
                price, currency = row.number("price", 0.01), row.matching("currency", CURRENCY, "RUB")
                basis = cast("Basis", row.known("basis", BASES))
                source = _source(row)
                if not row.bad:
                    found.setdefault(territory, {})[year] = TicketPrice(year, price, currency, basis, source)
    return found


def _doublings(layers: Layers) -> dict[str, tuple[Doublings, ...]]:
    found: dict[str, list[Doublings]] = {}
    for file in layers.files("box_office/doublings.csv"):
        needed = ("territory", "year", "films", "doubled", "scope", "source_title")
        with Table(file, needed, ("funding", "source_url", "as_of")) as table:
            for row in table:
                territory, year = _territory(row), _year(row)
                films, doubled = int(row.number("films", 1)), int(row.number("doubled"))
                if doubled > films:
                    row.wrong("C106", f"{doubled} of {films} films is more than all", "doubled <= films")
                funding = row.matching("funding", IDENTIFIER, "cinema_fund", required=False)
                entry = Doublings(year, films, doubled, funding, row.text("scope", required=True), _source(row))
                if not row.bad:
                    found.setdefault(territory, []).append(entry)
    return {territory: tuple(entries) for territory, entries in found.items()}


def _territory(row: Row) -> str:
    return row.matching("territory", TERRITORY, "RU")


def _year(row: Row, column: str = "year") -> int:
    return int(row.number(column, 1900, 2100))


def _source(row: Row) -> Source:
    note = "; ".join(text for text in (row.text("derivation"), row.text("note")) if text)
    return Source(row.text("source_title", required=True), row.text("source_url"), row.date("as_of"), note)
