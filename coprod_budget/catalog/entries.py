"""What the catalogue answers with: frozen values, each with its source and date."""

from __future__ import annotations

from typing import Literal, NamedTuple

Basis = Literal["quoted", "published", "derived", "assumed"]
Group = Literal["above_the_line", "production", "post", "other"]
CeilingPeriod = Literal["year", "month", ""]


class Source(NamedTuple):
    """Where a figure was found, and of which date it is (as precise as the source: 2025, 2025-09 or 2025-09-12)."""

    title: str
    url: str = ""
    as_of: str = ""
    note: str = ""


class Department(NamedTuple):
    """An account of the budget; logic keys on its id, never on the code of a chart of accounts."""

    id: str
    label: str
    group: Group


class Unit(NamedTuple):
    """A unit of prices, with the hours and days it stands for where that means something."""

    id: str
    label: str
    hours: float | None = None
    days: float | None = None


class Item(NamedTuple):
    """Something that has a price; one id shared by all cities. ``labour`` is pay of a person."""

    id: str
    label: str
    department: str
    unit: str
    labour: bool


class City(NamedTuple):
    """A city; ``region`` names the subdivision whose employer charges apply where the country is not enough."""

    id: str
    label: str
    country: str
    currency: str
    lat: float
    lon: float
    region: str = ""


class Account(NamedTuple):
    """The code and name of a department in one chart of accounts."""

    code: str
    name: str


class Price(NamedTuple):
    """What one unit of an item costs in a city. ``low`` and ``high`` are None where the source has one figure only.

    ``hours`` are the hours of the unit in this row, where the source states them; ``file`` and ``line`` say where the row is.
    """

    city: str
    item: str
    unit: str
    low: float | None
    mid: float
    high: float | None
    currency: str
    as_of: str
    basis: Basis
    source: Source
    derivation: str = ""
    file: str = ""
    line: int = 0
    hours: float | None = None
    spec: str = ""


class Ratio(NamedTuple):
    """The price level of one city against another, for a department, ``crew``, ``equipment`` or everything (``*``)."""

    from_city: str
    to_city: str
    scope: str
    low: float
    mid: float
    high: float
    source: Source
    derivation: str


class FxRate(NamedTuple):
    """Units of a currency per euro in a month; ``stale_months`` counts how much older it is than the month asked for."""

    currency: str
    per_eur: float
    month: str
    source: Source
    stale_months: int = 0


class ChargeComponent(NamedTuple):
    """One employer charge: ``rate`` up to the ceiling of pay within the period, ``rate_above`` beyond it."""

    id: str
    label: str
    rate: float
    ceiling: float | None
    ceiling_period: CeilingPeriod
    rate_above: float
    source: Source
    confidence: str


class EmployerCharges(NamedTuple):
    """What an employer pays on top of pay. ``valid_for_year`` differs from ``year`` when only older law is known."""

    country: str
    year: int
    valid_for_year: int
    currency: str
    components: tuple[ChargeComponent, ...]
    source: Source
    confidence: str
    note: str = ""


class Term(NamedTuple):
    """A term by which box office becomes revenue, in one territory."""

    value: float
    low: float
    high: float
    unit: str
    as_of: str
    source: Source
    confidence: str
    basis: Basis
