"""``data``: look at the data that ship with the program."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli import data_rules
from coprod_budget.cli.data_comparables import comparables
from coprod_budget.cli.data_treaties import treaties
from coprod_budget.cli.options import Data, Form, one_of
from coprod_budget.cli.output import Format, say, show_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coprod_budget.catalog import Catalog

app = typer.Typer(
    help="Look at the data: prices by city, exchange rates, employer charges, box-office terms, treaties, templates, their sources.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.command()(data_rules.incentives)
app.command()(data_rules.taxes)


def _catalog(data: Sequence[Path] | None) -> Catalog:
    from coprod_budget.catalog import open_catalog

    return open_catalog(data or ())


@app.command()
def cities(data: Data = None, form: Form = Format.TABLE) -> None:
    """Cities with a price table, and how well each is known."""
    from coprod_budget.report import catalog_tables

    show_tables([catalog_tables.cities(_catalog(data))], form)


@app.command()
def items(
    department: Annotated[str, typer.Option(show_default=False, help="Of this department only.")] = "",
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Items that can be priced, with their units."""
    from coprod_budget.report import catalog_tables

    catalog = _catalog(data)
    if department:
        one_of(department, catalog.departments, "department", "--department")
    show_tables([catalog_tables.items(catalog, department)], form)


@app.command()
def rates(
    city: Annotated[str, typer.Argument(metavar="CITY", show_default=False, help="Every price of this city.")] = "",
    item: Annotated[str, typer.Option(show_default=False, help="This item in every city.")] = "",
    currency: Annotated[str, typer.Option(help="Compare an item in this currency, too.")] = "EUR",
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Prices of a city, or of one item in all cities, with their sources."""
    from coprod_budget.report import catalog_tables

    if bool(city) == bool(item):
        raise typer.BadParameter("name a city, or an item with --item", param_hint="CITY")
    catalog = _catalog(data)
    if city in catalog.items:
        raise typer.BadParameter(f"{city!r} is an item: --item {city} shows it in every city", param_hint="CITY")
    if city:
        table = catalog_tables.rates_of_city(catalog, one_of(city, catalog.cities, "city", "CITY"))
    else:
        if item not in catalog.items:
            _unknown_item(catalog, item)
        currency = one_of(currency.upper(), catalog.currencies, "currency", "--currency")
        table = catalog_tables.rates_of_item(catalog, item, currency)
    show_tables([table], form)


def _unknown_item(catalog: Catalog, item: str) -> None:
    import difflib

    near = [i for i in catalog.items if item in i] or difflib.get_close_matches(item, catalog.items, n=5, cutoff=0.5)
    hint = f"did you mean {', '.join(near[:5])}? " if near else ""
    raise typer.BadParameter(f"no item {item!r}; {hint}`data items` lists them.", param_hint="--item")


@app.command()
def fx(
    currency: Annotated[
        str, typer.Argument(metavar="CURRENCY", show_default=False, help="The newest months of this currency.")
    ] = "",
    month: Annotated[
        str, typer.Option(metavar="YYYY-MM", show_default=False, help="All currencies in this month; else the newest.")
    ] = "",
    months: Annotated[int, typer.Option(min=1, max=1200, help="How many months of a currency.")] = 24,
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Exchange rates, in units of currency per euro, by month."""
    from coprod_budget.report import catalog_tables

    if month and not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", month):
        raise typer.BadParameter(f"{month!r} is not a month such as 2026-09", param_hint="--month")
    if month and currency:
        raise typer.BadParameter("a month shows all currencies: leave the currency out", param_hint="--month")
    catalog = _catalog(data)
    if currency:
        known = [c for c in catalog.currencies if c != "EUR"]
        found = one_of(currency.upper(), known, "currency", "CURRENCY")
        table = catalog_tables.months_of_exchange(catalog, found, months)
    else:
        table = catalog_tables.rates_of_exchange(catalog, month)
    show_tables([table], form)


Year = Annotated[
    int, typer.Option(min=0, max=2100, show_default=False, help="The year; that of the newest data if not given.")
]


@app.command()
def charges(
    country: Annotated[
        str, typer.Argument(metavar="COUNTRY", show_default=False, help="Of this country or region (RS, US-CA).")
    ] = "",
    year: Year = 0,
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Employer charges on pay, by country."""
    from coprod_budget.report import catalog_tables

    catalog = _catalog(data)
    if country:
        country = one_of(country.upper(), catalog_tables.charge_countries(catalog), "country", "COUNTRY")
    year = year or _newest_year(catalog)
    table = catalog_tables.charges(catalog, year, country)
    if country and not table.rows:
        from coprod_budget.errors import MissingDataError, Problem

        hint = "pay there is estimated without any; add a table with --data"
        raise MissingDataError([Problem("C204", f"no employer charges of {country} in {year}", hint)])
    show_tables([table], form)


def _newest_year(catalog: Catalog) -> int:
    return int(catalog.newest_month()[:4])


@app.command()
def terms(
    territory: Annotated[
        str, typer.Argument(metavar="TERRITORY", show_default=False, help="Of this territory only (RU).")
    ] = "",
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Terms by which box office becomes revenue: cinemas' share, distributor's fee, ticket VAT."""
    from coprod_budget.report import catalog_tables

    catalog = _catalog(data)
    if territory:
        known = list(dict.fromkeys(where for where, _ in catalog.terms))
        territory = one_of(territory.upper(), known, "territory", "TERRITORY")
    show_tables([catalog_tables.terms(catalog, territory)], form)


@app.command()
def templates(
    template: Annotated[
        str, typer.Argument(metavar="TEMPLATE", show_default=False, help="Parameters, charges and lines of this one.")
    ] = "",
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Budgets to start from."""
    from coprod_budget.report import catalog_tables

    catalog = _catalog(data)
    if not template:
        show_tables([catalog_tables.templates(catalog)], form)
        return
    one_of(template, catalog.templates(), "template", "TEMPLATE")
    show_tables(catalog_tables.template(catalog, template), form)


app.command()(comparables)
app.command()(treaties)


@app.command()
def sources(
    stale: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=0, show_default=False, help="Only sources older than this, or without a date."
        ),
    ] = None,
    on: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM-DD", show_default=False, help="Older on this day; else on that of the newest data."
        ),
    ] = "",
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Where the data come from, oldest first."""
    from coprod_budget.report import catalog_tables

    if on and stale is None:
        raise typer.BadParameter("--on goes with --stale DAYS", param_hint="--on")
    catalog = _catalog(data)
    day = _day(on) if on else date.fromisoformat(f"{catalog.newest_month()}-28")
    show_tables([catalog_tables.sources(catalog, day.year, on=day, stale_days=stale)], form)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-09-30", param_hint="--on") from None


@app.command()
def schema() -> None:
    """The JSON Schema of the project file, for editors that complete and check it."""
    from coprod_budget.project import project_json_schema
    from coprod_budget.report.json_report import as_json

    say(as_json(project_json_schema()))
