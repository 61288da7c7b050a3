"""The same film with its whole shoot in another city: what changes in the project, and what it then costs.

What the file says stays, except where it names a place of the shoot. All shooting days are in the new city. Own lines that are
priced or spent in a city of the shoot go along: they keep the quantity they had, and the price where the new city has none.
Own lines that stand in for a template's line of one city give way to the template's line of the new city. A home city or city
of post-production that the file names stays; one that it leaves open follows the shoot, as always. Programmes named in the
file stay named; in a city that is new to the film the open ones of its country come on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from coprod_budget.errors import ProblemsError
from coprod_budget.model.build import build_model
from coprod_budget.model.findings import word
from coprod_budget.model.incentives.choice import programmes_there
from coprod_budget.model.stage import Stage
from coprod_budget.project import Binary, Call, Compare, IfElse, Incentive, Name, Number, Unary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Values
    from coprod_budget.model.build import Model
    from coprod_budget.model.findings import Verdict
    from coprod_budget.project import Expr, Line, Project, Template


class Moved(NamedTuple):
    """What the film costs with the shoot in ``city`` ("" is the film as it stands); figures are None where it cannot be priced.

    ``difference`` is net cost against the film as it stands; ``programmes`` are those that the sum is made of. ``kept_prices``
    are own lines that cost what they cost where they were, as the new city has no price; ``problems`` say what is missing
    where the whole film has none.
    """

    city: str
    label: str
    country: str
    gross: float | None = None
    incentives: float | None = None
    net_cost: float | None = None
    difference: float | None = None
    assumed: float | None = None
    instrument: str = ""
    verdict: Verdict | None = None
    programmes: tuple[str, ...] = ()
    kept_prices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def compare_cities(
    project: Project, catalog: Catalog, cities: Sequence[str], base: Model | None = None
) -> Iterator[Moved]:
    """Yield the film as it stands, then with its whole shoot in each city; a city that cannot be priced says why.

    Mistakes of the film itself are raised, as when it is built.
    """
    base = base or build_model(project, catalog)
    as_it_stands = _priced(base, "", "As it stands", "")
    yield as_it_stands
    for city in cities:
        entry = catalog.cities.get(city)
        label, country = (entry.label, entry.country) if entry else (city, "")
        try:
            there = moved(project, catalog, base.template, city)
            model = build_model(there, catalog)
        except ProblemsError as error:
            found = tuple(dict.fromkeys(p.message for p in error.problems))
            yield Moved(city, label, country, problems=found)
        else:
            kept = [
                line.id for line in there.budget.lines if line.city in project.schedule.shoot_days and line.city != city
            ]
            row = _priced(model, city, label, country)._replace(kept_prices=tuple(kept))
            if row.net_cost is not None and as_it_stands.net_cost is not None:
                row = row._replace(difference=row.net_cost - as_it_stands.net_cost)
            yield row


def _priced(model: Model, city: str, label: str, country: str) -> Moved:
    values = model.evaluate()
    governing = model.eligibility.governing.instrument
    verdict = _number(model, values, f"eligibility.{governing}.verdict") if governing else None
    paying = [p.id for p in model.incentives.programmes if _number(model, values, f"incentive.{p.id}.expected")]
    return Moved(
        city,
        label,
        country,
        gross=_number(model, values, "budget.total"),
        incentives=_number(model, values, "incentives.expected"),
        net_cost=_number(model, values, "net_cost.expected"),
        assumed=_number(model, values, "basis.assumed.share"),
        instrument=governing,
        verdict=None if verdict is None else word(verdict),
        programmes=tuple(paying),
    )


def _number(model: Model, values: Values, key: str) -> float | None:
    found = model.graph.find(key)
    value = values.number(*found) if found else float("nan")
    return None if value != value else value  # noqa: PLR0124 - a figure that nobody knows is not a number


def moved(project: Project, catalog: Catalog, template: Template | None, city: str) -> Project:
    """Return the project with its whole shoot in a city."""
    days = project.schedule.shoot_days
    if set(days) == {city}:
        return project
    each_city = {line.id for line in template.lines if line.where == "each_city"} if template else set()
    replaced = {f"{line}_{place}" for line in each_city for place in days}
    unpriced = {
        line.id
        for line in project.budget.lines
        if line.item and city in catalog.cities and line.item in catalog.items
        if catalog.price(city, line.item, derive=project.budget.derive) is None
    }
    own = [line for line in project.budget.lines if line.id not in replaced]
    lines = [_moved_line(line, days, city, keeps_price=line.id in unpriced) for line in own]
    remove = [name for name in project.budget.remove if name not in replaced]
    gone = set(project.budget.remove)
    remove += [f"{line}_{city}" for line in sorted(each_city) if all(f"{line}_{place}" in gone for place in days)]
    adjust = project.budget.adjust
    factors = {name: factor for name, factor in adjust.lines.items() if name not in replaced}
    for line in sorted(each_city):
        alike = {adjust.lines.get(f"{line}_{place}") for place in days}
        factor = alike.pop()
        if not alike and factor is not None:
            factors[f"{line}_{city}"] = factor
    found = project.model_copy(
        update={
            "schedule": project.schedule.model_copy(update={"shoot_days": {city: sum(days.values())}}),
            "budget": project.budget.model_copy(
                update={"lines": lines, "remove": remove, "adjust": adjust.model_copy(update={"lines": factors})}
            ),
        }
    )
    return found.model_copy(update={"incentives": _programmes(found, catalog, days, city)})


def _moved_line(line: Line, days: dict[str, float], city: str, *, keeps_price: bool) -> Line:
    """The line with its places of the shoot in the new city, and the days of each old city as the figures they were."""
    there = line.city in days
    return line.model_copy(
        update={
            "city": city if there and not keeps_price else line.city,
            "spent": city if line.spent in days or (there and keeps_price and line.spent is None) else line.spent,
            "quantity": _as_it_was(line.quantity, days),
            "people": _as_it_was(line.people, days),
        }
    )


def _as_it_was(expression: Expr, days: dict[str, float]) -> Expr:
    def inside(part: Expr) -> Expr:
        return _as_it_was(part, days)

    match expression:
        case Name(path):
            place = path.removeprefix("shoot_days.")
            return Number(float(days[place])) if place != path and place in days else expression
        case Number():
            return expression
        case Unary(op, x):
            return Unary(op, inside(x))
        case Binary(op, a, b):
            return Binary(op, inside(a), inside(b))
        case Compare(op, a, b):
            return Compare(op, inside(a), inside(b))
        case IfElse(cond, a, b):
            return IfElse(inside(cond), inside(a), inside(b))
        case Call(name, args):
            return Call(name, tuple(map(inside, args)))


def _programmes(
    project: Project, catalog: Catalog, days: dict[str, float], city: str
) -> list[Incentive] | Literal["auto"]:
    """The programmes of the file and, in a city that is new to the film, those of its country.

    What the file states by hand of the spend there, or was granted, goes where the shoot leaves the country.
    """
    chosen = project.incentives
    if chosen == "auto" or not chosen or city not in catalog.cities:
        return chosen
    country = catalog.cities[city].country
    kept = [
        entry
        if entry.id in catalog.incentives() and catalog.incentive(entry.id).country == country
        else entry.model_copy(update={"spend": None, "amount": None})
        for entry in chosen
    ]
    if city in days:
        return kept
    named = {entry.id for entry in chosen}
    there = [view.incentive for view in programmes_there(Stage(project, catalog))]
    return [*kept, *(Incentive(id=i.id) for i in there if i.country == country and i.id not in named)]
