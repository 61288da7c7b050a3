"""Taxes on pay beside employer charges as a table to look at: what payers owe on fees, and what is taken from payees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.tables import WHOLE, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.catalog import Catalog
    from coprod_budget.catalog.pay import PayLaw


def pay(catalog: Catalog, year: int, country: str = "") -> Table:
    """Return what is known of pay in a year, of every country or of one."""
    columns = (
        Column("Country", least=WHOLE),
        Column("Payee", least=14),
        Column("Paid by", drop=2, least=WHOLE),
        Column("Tax", least=16),
        Column("Rate", least=16),
        Column("Cur.", drop=3, least=WHOLE),
        Column("Law of", drop=4, least=WHOLE),
        Column("Sure", drop=1, least=WHOLE),
        Column("Source", drop=7, least=20),
    )
    laws = [law for code in catalog.pay_countries if country in ("", code) for law in catalog.pay_laws(code, year)]
    note = "Employees: taken from their pay; what employers owe is in the table of employer charges."
    return Table(f"Taxes on pay in {year}", columns, tuple(row for law in laws for row in _rows(law)), note)


def _rows(law: PayLaw) -> Iterator[Row]:
    payee = " ".join(part for part in (law.kind.replace("_", " "), law.case) if part)
    year = str(law.valid_for_year)
    for charge in law.owed or ():
        bands = [(charge.ceiling, charge.rate), *([(None, charge.rate_above)] if charge.ceiling else [])]
        rate = _scale(bands, charge.ceiling_period)
        cells = (law.country, payee, "payer", charge.label, rate, law.currency, year, charge.confidence)
        yield Row((*cells, charge.source.title))
    for tax in law.taken or ():
        rate = _scale(tax.bands, tax.period)
        if law.costs:
            rate += f" of all but {law.costs * 100:g}%"
        cells = (law.country, payee, "payee", tax.label, rate, law.currency, year, tax.confidence)
        yield Row((*cells, tax.source.title))


def _scale(bands: Sequence[tuple[float | None, float]], period: str) -> str:
    """Return a scale in words: 13% up to 2,400,000 a year, then 15%."""
    parts = [f"{rate * 100:g}%" + (f" up to {end:,.10g}" if end else "") for end, rate in bands]
    if len(parts) > 1:
        parts[0] += f" a {period}"
    return ", then ".join(parts)
