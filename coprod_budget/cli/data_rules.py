"""``data incentives`` and ``data taxes``: the law as of a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, one_of
from coprod_budget.cli.output import Format, show_tables

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

AsOf = Annotated[
    str, typer.Option(metavar="YYYY-MM-DD", show_default=False, help="The law of this day; else of the newest data.")
]


def _day_of(catalog: Catalog, text: str) -> date:
    try:
        return date.fromisoformat(text or f"{catalog.newest_month()}-28")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-09-30", param_hint="--as-of") from None


def incentives(
    incentive: Annotated[
        str, typer.Argument(metavar="ID", show_default=False, help="The rules of this one, with their sources.")
    ] = "",
    as_of: AsOf = "",
    country: Annotated[str, typer.Option(metavar="CC", show_default=False, help="Of this country only (RS).")] = "",
    history: Annotated[bool, typer.Option("--history", help="Every value of an incentive since its start.")] = False,
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Rebates, tax credits and grants, with their status, rate and cap."""
    from coprod_budget.catalog import open_catalog
    from coprod_budget.report import rule_tables

    catalog = open_catalog(data or ())
    day = _day_of(catalog, as_of)
    if incentive:
        if country:
            raise typer.BadParameter("an incentive has one country: leave it out", param_hint="--country")
        found = catalog.incentive(one_of(incentive, catalog.incentives(), "incentive", "ID"))
        show_tables(rule_tables.incentive_history(found) if history else rule_tables.incentive(found.as_of(day)), form)
        return
    if history:
        raise typer.BadParameter("name an incentive to see its history", param_hint="ID")
    if country:
        known = sorted({catalog.incentive(name).country for name in catalog.incentives()})
        country = one_of(country.upper(), known, "country", "--country")
    show_tables([rule_tables.incentives(catalog, day, country)], form)


def taxes(
    country: Annotated[
        str, typer.Argument(metavar="COUNTRY", show_default=False, help="Of this country only (RS).")
    ] = "",
    as_of: AsOf = "",
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Employer charges, value added tax, and tax withheld on payments to non-residents."""
    from coprod_budget.catalog import open_catalog
    from coprod_budget.report import catalog_tables, pay_tables, rule_tables

    catalog = open_catalog(data or ())
    day = _day_of(catalog, as_of)
    if country:
        payers = catalog.withholding_table.payers
        known = sorted(
            {*catalog_tables.charge_countries(catalog), *catalog.vat_countries, *catalog.pay_countries, *payers}
        )
        country = one_of(country.upper(), known, "country", "COUNTRY")
    tables = [
        catalog_tables.charges(catalog, day.year, country),
        pay_tables.pay(catalog, day.year, country),
        rule_tables.vat(catalog, day, country),
        rule_tables.withheld_by_law(catalog, day, country),
        rule_tables.withheld_by_treaty(catalog, day, country),
    ]
    show_tables([table for table in tables if table.rows] or tables[1:2], form)
