"""One budget line before any arithmetic: a template's or the project's, with its price, from a table or typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from coprod_budget.errors import nearest
from coprod_budget.graph import Origin

if TYPE_CHECKING:
    from coprod_budget.catalog import Price
    from coprod_budget.model.adjust import Adjustment
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Expr, Line, Template, TemplateLine

NOWHERE = "no_city"
"""The row of city and country tables for money that is not spent in one place."""


class BudgetLine(NamedTuple):
    """One line with its price found; ``rate`` is per unit and person, in ``currency``; ``scope`` is its shooting city.

    ``low``, ``mid`` and ``high`` are the range of the price, whichever level the budget takes; None of a typed rate.

    ``payee`` and ``vat`` are empty where the line leaves them to the place of spend and to the budget.
    """

    id: str
    account: str
    description: str
    scope: str
    city: str
    country: str
    unit: str
    quantity: Expr
    people: Expr
    rate: float
    low: float | None
    mid: float | None
    high: float | None
    currency: str
    price: Origin
    stated: Origin
    phase: str
    person: str
    employed: bool
    bearer: object
    bearer_path: str
    why: str
    item: str = ""
    labour: str = "none"
    pay: str = "gross"
    pay_case: str = ""
    payee: str = ""
    taxed_there: bool = True
    vat: str = ""
    path: str = ""
    adjustment: Adjustment | None = None
    """The factor that the file puts on it, if any."""

    @property
    def basis(self) -> str:
        """What the amount stands on: the basis of its price, and an assumption where a factor was put on it."""
        return self.price.basis if self.adjustment is None else "assumed"


def from_template(
    stage: Stage,
    schedule: Schedule,
    line: TemplateLine,
    line_id: str,
    city: str,
    template: Template | None,
    gaps: dict[str, dict[str, list[str]]],
) -> BudgetLine | None:
    """Return a template's line with its price; without one, note the gap: city, item, lines."""
    label = stage.catalog.cities[city].label if city in stage.catalog.cities else city
    title = f"template {template.id}" if template else "template"
    stated = Origin("assumed", title=title, note=line.why)
    scope = city if line.where == "each_city" else ""
    level = line.level or stage.project.budget.level
    item_unit = stage.catalog.items[line.item].unit if line.item else ""
    price: Price | None = None
    if line.item and city in stage.catalog.cities:
        price = stage.catalog.price(city, line.item, derive=stage.project.budget.derive)
    if price is not None:
        rate, currency = _level(price, level), price.currency
        low, mid, high = price.low, price.mid, price.high
        origin = _price_origin(stage, price)
    elif line.assumed is not None:
        guess = line.assumed
        rate = {"low": guess.low, "mid": guess.mid, "high": guess.high}[level]
        low, mid, high, currency = guess.low, guess.mid, guess.high, guess.currency
        gap = f"no price for {line.item} in {label}; " if line.item else ""
        origin = Origin("assumed", title=title, note=gap + guess.reason)
    elif line.rate is not None and line.currency:
        rate, low, mid, high, currency = line.rate, None, None, None, line.currency
        origin = Origin(line.basis or "assumed", title=line.source or title, note=line.why)
    else:
        gaps.setdefault(city, {}).setdefault(line.item or line_id, []).append(line_id)
        return None
    spent_city, country = _spent(stage, schedule, line, city)
    return BudgetLine(
        id=line_id,
        account=line.account,
        description=f"{line.description}, {label}" if scope else line.description,
        scope=scope,
        city=spent_city,
        country=country,
        unit=line.unit or item_unit or "flat",
        quantity=line.quantity,
        people=line.people,
        rate=rate,
        low=low,
        mid=mid,
        high=high,
        currency=currency,
        price=origin,
        stated=stated,
        phase=line.phase,
        person=_person(line.person, scope, line_id),
        employed=line.labour == "employee",
        bearer=line.bearer,
        bearer_path="",
        why=line.why,
        item=line.item or "",
        **_taxed(line),
    )


class _Taxed(TypedDict):
    labour: str
    pay: str
    pay_case: str
    payee: str
    taxed_there: bool
    vat: str


def _taxed(line: Line | TemplateLine) -> _Taxed:
    """Return what a line says of its taxes, as it says it."""
    return {
        "labour": line.labour,
        "pay": line.pay,
        "pay_case": line.pay_case or "",
        "payee": line.payee or "",
        "taxed_there": line.taxed_there,
        "vat": line.vat or "",
    }


def _person(person: str | None, scope: str, line_id: str) -> str:
    """Lines with one person id share an employer ceiling; a person of a line per city is another one in each city."""
    if not person:
        return line_id
    return f"{person}_{scope}" if scope else person


def from_project(stage: Stage, schedule: Schedule, line: Line, index: int) -> BudgetLine | None:
    """Return a line of the project with its price; None where something is wrong with it, which is noted."""
    path = f"budget.lines[{index}]"
    catalog = stage.catalog
    if line.account not in catalog.departments:
        stage.error(
            "M102", f"unknown account {line.account!r}", nearest(line.account, catalog.departments), f"{path}.account"
        )
        return None
    price: Price | None = None
    if line.rate is not None and line.currency:
        rate, low, mid, high, currency = line.rate, None, None, None, line.currency
        origin = Origin(
            line.basis or "assumed",
            title=line.source or "project file",
            where=stage.project.where(f"{path}.rate"),
            note=line.why or "",
        )
        unit = line.unit or "flat"
        if unit not in catalog.units:
            stage.error("M110", f"unknown unit {unit!r}", nearest(unit, catalog.units), f"{path}.unit")
    else:
        item, city = line.item or "", line.city or schedule.home
        if item not in catalog.items:
            stage.error("M103", f"unknown item {item!r}", nearest(item, catalog.items), f"{path}.item")
            return None
        if city not in catalog.cities:
            stage.error("M104", f"unknown city {city!r}", nearest(city, catalog.cities), f"{path}.city")
            return None
        price = catalog.price(city, item, derive=stage.project.budget.derive)
        if price is None:
            _gap(stage, item, city, f"line {line.id}", f"{path}.item")
            return None
        rate, currency = _level(price, line.level or stage.project.budget.level), price.currency
        low, mid, high = price.low, price.mid, price.high
        origin, unit = _price_origin(stage, price), line.unit or price.unit
        if unit != price.unit:
            stage.error(
                "M105",
                f"the price of {item!r} is per {price.unit}, the line says {unit!r}",
                f"leave `unit` out or write {price.unit}",
                f"{path}.unit",
            )
    spent_city, country = _spent(stage, schedule, line, line.city or "", f"{path}.spent")
    return BudgetLine(
        id=line.id,
        account=line.account,
        description=line.description or _item_label(stage, line),
        scope="",
        city=spent_city,
        country=country,
        unit=unit,
        quantity=line.quantity,
        people=line.people,
        rate=rate,
        low=low,
        mid=mid,
        high=high,
        currency=currency,
        price=origin,
        stated=stage.given(f"{path}.quantity"),
        phase=line.phase,
        person=line.person or line.id,
        employed=line.labour == "employee",
        bearer=line.bearer,
        bearer_path=f"{path}.bearer",
        why=line.why or "",
        item=line.item or "",
        path=path,
        **_taxed(line),
    )


def _item_label(stage: Stage, line: Line) -> str:
    city = stage.catalog.cities.get(line.city or "")
    return stage.catalog.items[line.item or ""].label + (f", {city.label}" if city else "")


def _spent(stage: Stage, schedule: Schedule, line: Line | TemplateLine, city: str, path: str = "") -> tuple[str, str]:
    """Return city and country of the spend: as stated, else the line's city, else the unit's home."""
    cities = stage.catalog.cities
    place = line.spent or city or schedule.home
    if place in cities:
        return place, cities[place].country
    if place.islower():
        stage.error("M108", f"line {line.id}: spent in an unknown city {place!r}", nearest(place, cities), path)
    return NOWHERE, place


def _level(price: Price, level: str) -> float:
    """Return the price at a level; where the table has only one figure, that one stands for every level."""
    value = {"low": price.low, "mid": price.mid, "high": price.high}[level]
    return price.mid if value is None else value


def _price_origin(stage: Stage, price: Price) -> Origin:
    note = f"derived: {price.derivation}" if price.derivation else ""
    origin = stage.from_source(price.basis, price.source, note)
    return Origin(price.basis, origin.title, origin.url, price.as_of, where=price.file, note=origin.note)


def _gap(stage: Stage, item: str, city: str, what: str, path: str) -> None:
    catalog = stage.catalog
    label = catalog.cities[city].label if city in catalog.cities else city
    has = set(catalog.cities_with(item)) if item in catalog.items else set()
    near = [c for c in (catalog.nearest(city) if city in catalog.cities else catalog.cities) if c in has][:3]
    hint = f"the nearest cities that have it: {', '.join(near)}; " if near else ""
    stage.lack(
        "M401",
        f"{what}: no price of {item!r} in {label}",
        f"{hint}give the line a `rate` and `currency`, or add a table with --data",
        path,
    )
