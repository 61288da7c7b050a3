"""The data that ship with the program, as tables to look at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from coprod_budget.errors import MissingDataError, Problem
from coprod_budget.model import compare_prices
from coprod_budget.report.review import is_stale
from coprod_budget.report.tables import WHOLE, Column, Row, Table, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coprod_budget.catalog import Catalog, Price, Source

SOURCE = Column("Source", drop=5, least=24)


def cities(catalog: Catalog) -> Table:
    """Return the cities, and how many prices each has on which basis."""
    columns = (
        Column("City", least=WHOLE),
        Column("Name", least=10),
        Column("Country", least=WHOLE),
        Column("Currency", least=WHOLE),
        Column("Prices", "number"),
        *(Column(b.capitalize(), "number", drop=1) for b in BASES),
    )
    rows = []
    for city in catalog.cities.values():
        prices = catalog.prices(city.id).values()
        counts = (sum(p.basis == b for p in prices) for b in BASES)
        rows.append(Row((city.id, city.label, city.country, city.currency, len(prices), *counts)))
    return Table("Cities", columns, tuple(rows))


BASES = ("quoted", "published", "derived", "assumed")


def items(catalog: Catalog, department: str = "") -> Table:
    """Return the items that have prices, and in how many cities."""
    columns = (
        Column("Item", least=WHOLE),
        Column("What it is", least=16),
        Column("Department", drop=1, least=WHOLE),
        Column("Unit", least=WHOLE),
        Column("Pay", drop=2, least=4),
        Column("Cities", "number"),
    )
    rows = tuple(
        Row((i.id, i.label, i.department, i.unit, "pay" if i.labour else "", len(catalog.cities_with(i.id))))
        for i in catalog.items.values()
        if not department or i.department == department
    )
    return Table("Items", columns, rows)


def rates_of_city(catalog: Catalog, city: str) -> Table:
    """Return every price of a city."""
    known = catalog.cities[city]
    rows = tuple(
        Row((item, catalog.items[item].label, *_price(price))) for item, price in sorted(catalog.prices(city).items())
    )
    columns = (Column("Item", least=WHOLE), Column("What it is", drop=4, least=16), *PRICE_COLUMNS)
    return Table(f"Prices of {known.label}", columns, rows)


def rates_of_item(catalog: Catalog, item: str, currency: str = "EUR") -> Table:
    """Return the price of one item in every city that has it, and the middle price in one currency at the newest rates."""
    month = catalog.newest_month()
    rows = tuple(
        Row((catalog.cities[price.city].label, NO_RATE if value is None else value, *_price(price)[1:]))
        for price, value in compare_prices(catalog, item, _first_day(month), currency)
    )
    known = catalog.items[item]
    missing = [c.label for c in catalog.cities.values() if c.id not in catalog.cities_with(item)]
    note = f"Mid in {currency} at the exchange rates of {month}."
    if missing:
        note += f" No price in: {', '.join(missing)}."
    columns = (Column("City", least=WHOLE), Column(f"Mid, {currency}", "price"), *PRICE_COLUMNS[1:])
    return Table(f"{known.label}, per {known.unit}", columns, rows, note)


NO_RATE = "no rate"
PRICE_COLUMNS = (
    Column("Unit", least=WHOLE, drop=3),
    Column("Low", "price"),
    Column("Mid", "price"),
    Column("High", "price"),
    Column("Cur.", least=WHOLE),
    Column("Date", least=WHOLE),
    Column("Basis", least=WHOLE),
    SOURCE,
)


def _price(price: Price) -> tuple[str | float, ...]:
    low = "" if price.low is None else price.low
    high = "" if price.high is None else price.high
    return price.unit, low, price.mid, high, price.currency, price.as_of, price.basis, price.source.title


def rates_of_exchange(catalog: Catalog, month: str = "") -> Table:
    """Return the exchange rates of all currencies in a month (the newest if none is named)."""
    month = month or catalog.newest_month()
    rows = []
    for currency in catalog.currencies:
        try:
            rate = catalog.fx(currency, _first_day(month))
        except MissingDataError:
            continue
        if rate.stale_months == 0 and currency != "EUR":
            rows.append(Row((currency, rate.per_eur, rate.source.title)))
    if not rows:
        raise MissingDataError(
            [Problem("C201", f"no exchange rates of {month}", "`data fx RUB` lists the months of a currency")]
        )
    columns = (Column("Currency", least=WHOLE), Column("Units per EUR", "rate"), Column("Source", least=24))
    return Table(f"Exchange rates of {month}", columns, tuple(rows))


def months_of_exchange(catalog: Catalog, currency: str, months: int) -> Table:
    """Return the newest months of one currency."""
    rows = []
    for month in reversed(catalog.fx_months(currency)[-months:]):
        rate = catalog.fx(currency, _first_day(month))
        rows.append(Row((month, rate.per_eur, rate.source.title)))
    columns = (Column("Month", least=WHOLE), Column(f"{currency} per EUR", "rate"), Column("Source", least=24))
    return Table(f"Exchange rates of {currency}", columns, tuple(rows))


def _first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:7]), 1)


def charges(catalog: Catalog, year: int, country: str = "") -> Table:
    """Return employer charges by country, in a year."""
    columns = (
        Column("Country", least=WHOLE),
        Column("Charge", least=20),
        Column("Rate", "share"),
        Column("Ceiling", "number"),
        Column("Per", drop=2, least=5),
        Column("Above", "share"),
        Column("Cur.", least=WHOLE),
        Column("Law of", drop=3, least=4),
        Column("Sure", drop=3, least=6),
        SOURCE,
    )
    rows = []
    for code in charge_countries(catalog):
        found = catalog.employer_charges(code, year)
        if found is None or (country and code != country):
            continue
        for part in found.components:
            ceiling = "none" if part.ceiling is None else part.ceiling
            above = "" if part.ceiling is None else part.rate_above
            rows.append(
                Row(
                    (
                        code,
                        part.label,
                        part.rate,
                        ceiling,
                        part.ceiling_period,
                        above,
                        found.currency,
                        str(found.valid_for_year),
                        part.confidence,
                        part.source.title,
                    )
                )
            )
    return Table(f"Employer charges in {year}", columns, tuple(rows))


def charge_countries(catalog: Catalog) -> list[str]:
    """Return the countries and regions of the cities (employer charges are kept for these)."""
    return sorted(
        {c.country for c in catalog.cities.values()} | {c.region for c in catalog.cities.values() if c.region}
    )


def terms(catalog: Catalog, territory: str = "") -> Table:
    """Return the terms by which box office becomes revenue."""
    columns = (
        Column("Territory", least=WHOLE),
        Column("Term", least=WHOLE),
        Column("Low", "rate"),
        Column("Mid", "rate"),
        Column("High", "rate"),
        Column("Of", least=WHOLE, drop=2),
        Column("Date", least=WHOLE, drop=3),
        Column("Basis", least=WHOLE),
        SOURCE,
    )
    rows = tuple(
        Row((where, key, t.low, t.value, t.high, t.unit, t.as_of, t.basis, t.source.title))
        for (where, key), t in catalog.terms.items()
        if not territory or where == territory
    )
    return Table("Terms of box office", columns, rows)


def sources(catalog: Catalog, year: int, *, on: date, stale_days: int | None = None) -> Table:
    """Return every source of prices, terms and employer charges; of a certain age only, where ``stale_days`` is given."""
    counted: dict[tuple[str, str, str], tuple[int, set[str]]] = {}
    for kind, where, source in _all_sources(catalog, year):
        key = (source.title, source.as_of, source.url)
        count, kinds = counted.get(key, (0, set()))
        counted[key] = (count + 1, kinds | {f"{kind} {where}"})
    rows = [
        Row((title, as_of or "no date", count, _few(sorted(kinds)), url))
        for (title, as_of, url), (count, kinds) in sorted(counted.items(), key=lambda item: (item[0][1], item[0][0]))
        if stale_days is None or not as_of or is_stale_in_days(as_of, on, stale_days)
    ]
    columns = (
        Column("Source", least=30),
        Column("Date", least=WHOLE),
        Column("Figures", "number"),
        Column("Used for", least=14),
        Column("Address", drop=1, least=24),
    )
    title = "Sources" if stale_days is None else f"Sources older than {stale_days} days on {on}, or without a date"
    return Table(title, columns, tuple(rows))


def _all_sources(catalog: Catalog, year: int) -> Iterator[tuple[str, str, Source]]:
    for city in catalog.cities:
        for price in catalog.prices(city).values():
            yield "prices", city, _dated(price.source, price.as_of)
    for (territory, _), term in catalog.terms.items():
        yield "terms", territory, _dated(term.source, term.as_of)
    for country in charge_countries(catalog):
        found = catalog.employer_charges(country, year)
        for part in found.components if found else ():
            yield "charges", country, part.source
    for territory, films in catalog.comparables.films.items():
        for film in films:
            yield "comparables", territory, film.source
    month = catalog.newest_month()
    for currency in catalog.currencies:
        if currency != "EUR":
            yield "fx", "", catalog.fx(currency, _first_day(month)).source


def _dated(source: Source, as_of: str) -> Source:
    return source if source.as_of or not as_of else type(source)(source.title, source.url, as_of, source.note)


def is_stale_in_days(dated: str, on: date, days: int) -> bool:
    """Say whether a date such as 2024, 2024-05 or 2024-05-17 lies more than so many days before another."""
    if len(dated) >= 10:
        try:
            return (on - date.fromisoformat(dated[:10])).days > days
        except ValueError:
            return False
    return is_stale(dated, on, days // 30)


def _few(names: Iterable[str], count: int = 3) -> str:
    every = list(names)
    return ", ".join(every[:count]) + (f" and {len(every) - count} more" if len(every) > count else "")


def templates(catalog: Catalog) -> Table:
    """Return the budget templates."""
    from coprod_budget.project import read_template  # noqa: PLC0415 - only here

    rows = []
    for name in catalog.templates():
        path = catalog.template_path(name)
        template = read_template(path.read_text(encoding="utf-8"), path.name)
        rows.append(Row((name, template.title, len(template.lines), len(template.params), template.description)))
    columns = (
        Column("Template", least=WHOLE),
        Column("Title", least=16),
        Column("Lines", "number"),
        Column("Parameters", "number"),
        Column("For", drop=1, least=30),
    )
    return Table("Budget templates", columns, tuple(rows))


def template(catalog: Catalog, name: str) -> list[Table]:
    """Return the parameters, charges and lines of one template."""
    from coprod_budget.project import format_expression, read_template  # noqa: PLC0415 - only here

    path = catalog.template_path(name)
    found = read_template(path.read_text(encoding="utf-8"), path.name)
    params = tuple(Row((key, p.value, p.unit, p.why)) for key, p in found.params.items())
    rates = tuple(
        Row((key, "" if c.rate is None else percent(c.rate), ", ".join(c.base or ["all groups"]), c.why))
        for key, c in found.charges.items()
    )
    lines = tuple(
        Row((line.id, line.description, format_expression(line.quantity), line.item or "", line.where, line.why))
        for line in found.lines
    )
    return [
        Table(
            f"Parameters of {name}: set them under budget.params",
            (
                Column("Parameter", least=WHOLE),
                Column("Value", "number"),
                Column("Unit", least=WHOLE),
                Column("Why", least=24),
            ),
            params,
        ),
        Table(
            "Charges",
            (
                Column("Charge", least=WHOLE),
                Column("Rate", least=5),
                Column("Base", least=20),
                Column("Why", drop=1, least=24),
            ),
            rates,
        ),
        Table(
            "Lines",
            (
                Column("Line", least=WHOLE),
                Column("Description", least=16),
                Column("Quantity", least=14),
                Column("Item", drop=2, least=WHOLE),
                Column("Where", drop=1, least=WHOLE),
                Column("Why", drop=3, least=20),
            ),
            lines,
        ),
    ]
