"""``init``: write a commented project file that estimates as it stands."""

from __future__ import annotations

import calendar
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import one_of
from coprod_budget.cli.output import tell, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog import Catalog

NAME = "project.yaml"
_DAYS = re.compile(r"([a-z][a-z0-9_]*)=(\d{1,4}(?:\.\d{1,2})?)")


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write project.yaml; made if it is not there.")
    ] = Path(),
    title: Annotated[str, typer.Option(show_default=False, help="Title of the film.")] = "",
    template: Annotated[
        str, typer.Option(help="Budget to start from (`coprod-budget data templates`).")
    ] = "feature_low",
    days: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CITY=N",
            show_default=False,
            help="Shooting days in a city (`coprod-budget data cities`). Repeatable; moscow=20 and belgrade=10 if not given.",
        ),
    ] = None,
    currency: Annotated[str, typer.Option(help="Currency of the reports.")] = "EUR",
) -> None:
    """Write a commented project.yaml to start from. Asks for title and days in a terminal, if they are not given."""  # fmt: skip
    path = folder / NAME
    if path.exists() or path.is_symlink():
        raise typer.BadParameter(f"{str(path)!r} exists; it is not overwritten", param_hint="DIR")
    from coprod_budget.catalog import open_catalog

    catalog = open_catalog()
    one_of(template, catalog.templates(), "template", "--template")
    one_of(currency, catalog.currencies, "currency", "--currency")
    if sys.stdin.isatty() and sys.stdout.isatty():
        title = title or typer.prompt("Title of the film")
        days = days or typer.prompt("Shooting days by city", default="moscow=20 belgrade=10").replace(",", " ").split()
    shoot = _days(catalog, days or ["moscow=20", "belgrade=10"])
    text = project_text(catalog, title or "Untitled", template, shoot, currency)
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    tell(f"wrote {path}; now: coprod-budget estimate {path}")


def _days(catalog: Catalog, texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        match = _DAYS.fullmatch(text)
        if not match:
            raise typer.BadParameter(f"{text!r} is not like belgrade=10", param_hint="--days")
        city = one_of(match[1], catalog.cities, "city", "--days")
        if city in found:
            raise typer.BadParameter(f"{city} is named twice", param_hint="--days")
        found[city] = match[2]
    if not any(float(number) for number in found.values()):
        raise typer.BadParameter("there is no shooting day", param_hint="--days")
    return found


def project_text(catalog: Catalog, title: str, template: str, days: dict[str, str], currency: str) -> str:
    """Return a project file for these days: one partner for each country, with equal shares."""
    countries = {catalog.cities[c].country: catalog.cities[c].currency for c in days}
    month = catalog.newest_month()
    last = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    partners = [
        f"  {code.lower()}: {{name: Producer in {code}, country: {code}, currency: {money}, share: {share}}}"
        for (code, money), share in zip(countries.items(), _shares(len(countries)), strict=True)
    ]
    known = [c for c in countries if all(catalog.term(c, k) for k in ("exhibitor_share", "distributor_fee"))]
    cities = ", ".join(f"{c}: {n}" for c, n in days.items())
    split = ", ".join(f"{c}: {catalog.cities[c].country.lower()}" for c in days)
    return _TEXT.format(
        title=json.dumps(title, ensure_ascii=False),
        currency=currency,
        as_of=f"{month}-{last}",
        partners="\n".join(partners),
        days=cities,
        template=template,
        split=split,
        revenue=_revenue(known or list(countries), defaults=bool(known)),
    )


def _shares(count: int) -> list[str]:
    """Equal shares that sum to exactly 100 %; the first takes what does not divide."""
    each = 10000 // count
    parts = [10000 - each * (count - 1), *[each] * (count - 1)]
    return [f"{part // 100}{f'.{part % 100:02}'.rstrip('0') if part % 100 else ''}%" for part in parts]


def _revenue(territories: list[str], *, defaults: bool) -> str:
    terms = "{}" if defaults else "{ticket_vat: none, exhibitor: 50%, distributor_fee: 20%}"
    own = [f"#     {t}: {terms}" for t in territories]
    gross = ", ".join(f"{t}: 1000000" for t in territories)
    return "\n".join([
        "# revenue:",
        "#   territories:                      # terms that are not stated are those of `coprod-budget data terms`",
        *own,
        "#   scenarios:                        # weights sum to 100%; gross in the territory's currency: put in your own figures",
        f"#     low: {{weight: 50%, gross: {{{gross}}}}}",
        f"#     high: {{weight: 50%, gross: {{{gross.replace('1000000', '3000000')}}}}}",
    ])  # fmt: skip


_TEXT = """\
# A film for coprod-budget. It estimates as it stands; change what you know, the rest has a default.
#   coprod-budget estimate project.yaml             the estimate
#   coprod-budget check project.yaml                mistakes and doubtful figures
#   coprod-budget explain project.yaml budget.total how a figure comes about
title: {title}
kind: fiction                         # fiction | documentary | animation | series
currency: {currency}                         # of the reports; every line keeps its own
as_of: {as_of}                     # the day of the estimate: chooses prices, exchange rates, taxes

# The shares that were agreed: they sum to 100%. The delegate producer is the largest, or the one with delegate: true.
partners:
{partners}

schedule:
  # start: 2027-03-01                 # first day of preparation (as_of if not given)
  prep_weeks: 6
  shoot_days: {{{days}}}
  days_per_week: 6
  wrap_weeks: 1
  post_weeks: 20
  # home: moscow                      # where the unit is at home (the city with the most days)
  # post_city: belgrade               # where the film is finished (the home city)

budget:
  template: {template}              # `coprod-budget data templates {template}` shows its lines and parameters
  level: mid                          # low | mid | high prices
  # params: {{extras_per_day: 10}}      # parameters of the template
  # lines:                            # own lines: a typed rate, or an item of a city's price table
  #   - {{account: cast, description: Lead actress, quantity: 24, unit: day, rate: 1000, currency: EUR}}
  # remove: [animals]                 # lines of the template that are not needed

# Who bears what. The first rule that fits decides: the line's own bearer, its account, its city, the default.
split:
  # cities: {{{split}}}   # or: who lives there pays for what is shot there
  default: by_share

# What it may earn. Remove "# " at the beginning of these lines to see revenue, the waterfall and returns.
{revenue}
"""
