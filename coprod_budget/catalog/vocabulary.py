"""The closed lists of the catalogue: departments, units, items, cities and charts of accounts."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, cast

from coprod_budget.catalog.entries import Account, City, Department, Group, Item, Unit
from coprod_budget.catalog.tables import CURRENCY, IDENTIFIER, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.catalog.layers import Layers

GROUPS = ("above_the_line", "production", "post", "other")
_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
EARTH_RADIUS_KM = 6371.0


def read_departments(layers: Layers) -> dict[str, Department]:
    """Return the departments in the order of a budget; they are the program's own, so extra folders do not add any."""
    found: list[tuple[float, Department]] = []
    with Table(layers.files("cost_tables/departments.csv")[0], ("id", "label", "group", "order")) as table:
        for row in table:
            group = cast("Group", row.known("group", GROUPS))
            department = Department(row.matching("id", IDENTIFIER, "camera"), row.text("label", required=True), group)
            found.append((row.number("order"), department))
    return {department.id: department for _, department in sorted(found, key=lambda pair: pair[0])}


def read_units(layers: Layers) -> dict[str, Unit]:
    """Return the units: a closed list, so that a quantity can be checked against its price."""
    with Table(layers.files("cost_tables/units.csv")[0], ("id", "label"), ("hours", "days")) as table:
        return {
            row.text("id"): Unit(
                row.text("id"), row.text("label"), row.optional_number("hours"), row.optional_number("days")
            )
            for row in table
        }


def read_items(layers: Layers, departments: Mapping[str, Department], units: Mapping[str, Unit]) -> dict[str, Item]:
    """Return the items; an extra folder may add some, or rename them, but not move one to another unit."""
    found: dict[str, Item] = {}
    for file in layers.files("cost_tables/items.csv"):
        with Table(file, ("id", "label", "department", "unit", "labour")) as table:
            for row in table:
                item = Item(
                    row.matching("id", IDENTIFIER, "gaffer"),
                    row.text("label", required=True),
                    row.known("department", departments),
                    row.known("unit", units),
                    row.known("labour", ("true", "false")) == "true",
                )
                table.once(row, item.id)
                before = found.get(item.id)
                if before and before.unit != item.unit:
                    row.wrong(
                        "C106",
                        f"item {item.id} is priced by {before.unit}, not by {item.unit}",
                        "take another id for it",
                    )
                if not row.bad:
                    found[item.id] = item
    return found


def read_cities(layers: Layers) -> dict[str, City]:
    """Return the cities; extra folders may add some."""
    found: dict[str, City] = {}
    for file in layers.files("cost_tables/cities.csv"):
        with Table(file, ("id", "label", "country", "currency", "lat", "lon"), ("region", "source")) as table:
            for row in table:
                city = City(
                    row.matching("id", IDENTIFIER, "st_petersburg"),
                    row.text("label", required=True),
                    row.matching("country", _COUNTRY, "RS"),
                    row.matching("currency", CURRENCY, "RSD"),
                    row.number("lat", -90.0, 90.0),
                    row.number("lon", -180.0, 180.0),
                    row.matching("region", _REGION, "US-CA", required=False),
                )
                table.once(row, city.id)
                if not row.bad:
                    found[city.id] = city
    return found


def read_chart(layers: Layers, chart: str, departments: Mapping[str, Department]) -> dict[str, Account]:
    """Return a chart of accounts by department; nothing when there is no such chart."""
    found: dict[str, Account] = {}
    for file in layers.files(f"charts/{chart}.csv"):
        with Table(file, ("department", "code", "name")) as table:
            for row in table:
                department = row.known("department", departments)
                table.once(row, department)
                account = Account(row.text("code", required=True), row.text("name", required=True))
                if not row.bad:
                    found[department] = account
    return found


def distance_km(one: City, other: City) -> float:
    """Return the great-circle distance of two cities."""
    lat1, lon1, lat2, lon2 = map(math.radians, (one.lat, one.lon, other.lat, other.lon))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
