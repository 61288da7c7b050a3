"""``data comparables``: the films by which scenarios are made, and what they grossed for each unit of budget."""

from __future__ import annotations

from typing import Annotated

import typer

from coprod_budget.cli.options import Data, Form, one_of
from coprod_budget.cli.output import Format, show_tables


def comparables(
    territory: Annotated[
        str, typer.Argument(metavar="TERRITORY", show_default=False, help="Films of this territory (RU).")
    ] = "",
    funding: Annotated[
        str, typer.Option(show_default=False, help="List the films with this public money (cinema_fund).")
    ] = "",
    band: Annotated[
        str, typer.Option(show_default=False, help="List the films that a budget of this band is compared with.")
    ] = "",
    films: Annotated[bool, typer.Option("--films", help="List every film.")] = False,
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Real films with budget and gross: what scenarios from comparables are made of."""
    from coprod_budget.catalog import open_catalog
    from coprod_budget.report import comparables as tables

    catalog = open_catalog(data or ())
    shelf = catalog.comparables
    territory = one_of(territory.upper() or shelf.territories[0], shelf.territories, "territory", "TERRITORY")
    if funding:
        one_of(funding, shelf.fundings(territory), "public money", "--funding")
    if band:
        one_of(band, [b.id for b in shelf.bands[territory]], "band", "--band")
    if funding or band or films:
        show_tables([tables.films(catalog, territory, funding, band)], form)
    else:
        show_tables([tables.ratios(catalog, territory)], form)
