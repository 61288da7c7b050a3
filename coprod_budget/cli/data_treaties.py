"""``data treaties``: treaties, Conventions, funds and national statuses on any day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from coprod_budget.cli.options import Data, Form, one_of
from coprod_budget.cli.output import Format, show_tables


def treaties(
    treaty: Annotated[
        str, typer.Argument(metavar="ID", show_default=False, help="Rules, points and parties of this one.")
    ] = "",
    as_of: Annotated[
        str,
        typer.Option(metavar="YYYY-MM-DD", show_default=False, help="On this day; else on that of the newest data."),
    ] = "",
    country: Annotated[
        str, typer.Option(metavar="CC", show_default=False, help="The memberships of this country (RS).")
    ] = "",
    history: Annotated[bool, typer.Option("--history", help="Everything its rules have said, oldest first.")] = False,
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Treaties, Conventions, Eurimages, national statuses: who is a party when, which rule holds since when."""
    from coprod_budget.catalog import open_catalog
    from coprod_budget.report import treaty_tables

    if history and not treaty:
        raise typer.BadParameter("it is the history of one instrument: name its ID", param_hint="--history")
    if history and as_of:
        raise typer.BadParameter("a history is of all days: leave the day out", param_hint="--as-of")
    if country and treaty:
        raise typer.BadParameter("an instrument lists all its parties: leave the country out", param_hint="--country")
    catalog = open_catalog(data or ())
    day = _day(as_of) if as_of else date.fromisoformat(f"{catalog.newest_month()}-28")
    if treaty:
        one_of(treaty, catalog.treaties(), "treaty", "ID")
        tables = [treaty_tables.history(catalog, treaty)] if history else treaty_tables.treaty(catalog, treaty, day)
    elif country:
        found = one_of(country.upper(), treaty_tables.countries(catalog), "country", "--country")
        tables = [treaty_tables.memberships(catalog, found, day)]
    else:
        tables = [treaty_tables.treaties(catalog, day)]
    show_tables(tables, form)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-09-30", param_hint="--as-of") from None
