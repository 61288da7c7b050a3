"""The price tables: one CSV a city, one row an item; and the ratios by which a missing price may be derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from coprod_budget.catalog.entries import Basis, Price, Ratio, Source
from coprod_budget.catalog.tables import CURRENCY, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.catalog.entries import City, Department, Item
    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.tables import Row

BASES = ("quoted", "published", "derived", "assumed")
CREW_GROUPS = ("production", "post")
# Hire of equipment and machines: what hirers of two cities price alike, unlike rooms, permits or meals.
EQUIPMENT = frozenset(
    {"camera", "electric", "grip", "sound", "special_effects", "picture_vehicles", "transport", "media_stock"}
)
NEEDED = ("item", "mid", "currency", "basis", "source_title")
OTHERS = ("unit", "hours", "low", "high", "as_of", "source_url", "spec", "derivation", "note")
RATIO_COLUMNS = (
    "from_city",
    "to_city",
    "scope",
    "low",
    "mid",
    "high",
    "source_title",
    "source_url",
    "as_of",
    "derivation",
)


def read_prices(layers: Layers, city: str, items: Mapping[str, Item]) -> dict[str, Price]:
    """Return the prices of a city by item; rows of an extra folder add to the shipped ones or override them."""
    found: dict[str, Price] = {}
    for file in layers.files(f"cost_tables/{city}.csv"):
        with Table(file, NEEDED, OTHERS) as table:
            for row in table:
                item = row.known("item", items)
                table.once(row, item)
                price = None if row.bad else _price(row, city, items[item])
                if price and not row.bad:
                    found[item] = price
    return found


def _price(row: Row, city: str, item: Item) -> Price:
    unit = row.text("unit")
    if unit and unit != item.unit:
        row.wrong("C106", f"{item.id} is priced by {item.unit}, not by {unit[:60]}", "convert it, or take another item")
    low, mid, high = row.optional_number("low"), row.number("mid"), row.optional_number("high")
    if not (row.bad or (mid if low is None else low) <= mid <= (mid if high is None else high)):
        row.wrong("C106", f"{item.id}: low, mid and high are not in order", "low <= mid <= high")
    basis, derivation = cast("Basis", row.known("basis", BASES)), row.text("derivation")
    if basis == "derived" and not derivation:
        row.wrong("C103", f"{item.id} is derived, but its derivation is empty", "state the formula and its inputs")
    as_of = row.date("as_of")
    return Price(
        city=city,
        item=item.id,
        unit=item.unit,
        low=low,
        mid=mid,
        high=high,
        currency=row.matching("currency", CURRENCY, "EUR"),
        as_of=as_of,
        basis=basis,
        source=Source(row.text("source_title", required=True), row.text("source_url"), as_of, row.text("note")),
        derivation=derivation,
        file=row.shown,
        line=row.line,
        hours=row.optional_number("hours", 0.0, 24.0),
        spec=row.text("spec"),
    )


def read_ratios(layers: Layers, cities: Mapping[str, City], departments: Mapping[str, Department]) -> list[Ratio]:
    """Return the ratios between cities; those of extra folders override the shipped ones."""
    found: dict[tuple[str, str, str], Ratio] = {}
    scopes = ("*", "crew", "equipment", *departments)
    for file in layers.files("cost_tables/ratios.csv"):
        with Table(file, RATIO_COLUMNS) as table:
            for row in table:
                key = (row.known("from_city", cities), row.known("to_city", cities), row.known("scope", scopes))
                table.once(row, *key)
                low, mid, high = (row.number(c, 0.0, 1000.0) for c in ("low", "mid", "high"))
                if not 0 < low <= mid <= high:
                    row.wrong("C106", "low, mid and high are not in order", "0 < low <= mid <= high")
                as_of = row.date("as_of")
                source = Source(row.text("source_title", required=True), row.text("source_url"), as_of)
                derivation = row.text("derivation", required=True)
                if not row.bad:
                    found[key] = Ratio(*key, low, mid, high, source, derivation)
    return list(found.values())


def scopes_of(item: Item, department: Department) -> list[str]:
    """Return the scopes of ratios that cover an item, narrowest first."""
    scopes = [department.id]
    if item.labour and department.group in CREW_GROUPS:
        scopes.append("crew")
    elif not item.labour and department.id in EQUIPMENT:
        scopes.append("equipment")
    return [*scopes, "*"]


def find_ratio(ratios: Sequence[Ratio], from_city: str, to_city: str, scopes: Sequence[str]) -> Ratio | None:
    """Return the ratio from one city to another of the narrowest scope, if there is one."""
    fitting = {r.scope: r for r in ratios if r.from_city == from_city and r.to_city == to_city}
    return next((fitting[scope] for scope in scopes if scope in fitting), None)


def derive_price(price: Price, ratio: Ratio, cities: Mapping[str, City]) -> Price:
    """Return the price of another city times the ratio; low and high widen by the uncertainty of both."""
    there, here = cities[ratio.from_city].label, cities[ratio.to_city].label
    low, high = (price.mid if x is None else x for x in (price.low, price.high))
    formula = (
        f"{there} {price.currency} {price.mid:,.10g}{f' of {price.as_of}' if price.as_of else ''} x {ratio.mid:g} = "
        f"{price.mid * ratio.mid:,.10g}; {ratio.mid:g} is {here} / {there} for {ratio.scope}: {ratio.derivation}"
    )
    if price.derivation:
        formula += f"; {there}: {price.derivation}"
    return Price(
        city=ratio.to_city,
        item=price.item,
        unit=price.unit,
        low=low * ratio.low,
        mid=price.mid * ratio.mid,
        high=high * ratio.high,
        currency=price.currency,
        as_of=price.as_of,
        basis="assumed" if price.basis == "assumed" else "derived",  # a guess times a ratio is still a guess
        source=Source(
            f"{price.source.title}; {ratio.source.title}",
            " ; ".join(u for u in (price.source.url, ratio.source.url) if u),
            price.as_of,
            price.source.note,
        ),
        derivation=formula,
        file=price.file,
        line=price.line,
        hours=price.hours,
        spec=price.spec,
    )
