"""Prices of one item side by side: each city's in its own currency and, at the rate of a day, in one currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.errors import MissingDataError

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog import Catalog, Price


def compare_prices(catalog: Catalog, item: str, as_of: date, currency: str = "EUR") -> list[tuple[Price, float | None]]:
    """Return the prices of an item in every city that has it, with the middle price in ``currency`` (None without a rate)."""
    rows: list[tuple[Price, float | None]] = []
    for city in catalog.cities_with(item):
        price = catalog.prices(city)[item]
        try:
            own, other = catalog.fx(price.currency, as_of), catalog.fx(currency, as_of)
        except MissingDataError:
            rows.append((price, None))
        else:
            rows.append((price, price.mid / own.per_eur * other.per_eur))
    return rows
