"""Films that others are compared with: the data themselves, and which of them an estimate used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.model.comparables import compared, place_of, quantile
from coprod_budget.report.tables import WHOLE, Column, Row, Table

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.model.comparables import Comparison, Slice
    from coprod_budget.report.figures import Figures

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def ratios(catalog: Catalog, territory: str) -> Table:
    """Return gross to budget by public money and band: which films are compared, and their quantiles."""
    shelf = catalog.comparables
    bands, films = shelf.bands[territory], shelf.films[territory]
    rows = []
    for funding in (*shelf.fundings(territory), ""):
        for place, band in enumerate(bands):
            found = compared(films, bands, place, funding)
            values = [quantile([f.ratio for f in found.films], share) for share in SHARES]
            rows.append(Row((funding or "any", band.id, band.label, len(found.films), *values, found.words)))
    columns = (
        Column("Public money", least=WHOLE),
        Column("Band", least=WHOLE),
        Column("Budget", least=WHOLE, drop=1),
        Column("Films", "number"),
        *(Column(f"{100 * share:g} %", "rate") for share in SHARES),
        Column("Which are compared", least=20, drop=2),
    )
    note = f"Limits in money of {bands[0].price_year}; an estimate moves them with the price of a cinema ticket."
    return Table(
        f"Gross for each unit of budget that so many films stay below, {territory}", columns, tuple(rows), note
    )


def films(catalog: Catalog, territory: str, funding: str = "", band: str = "") -> Table:
    """Return the films that are compared for this public money and band; all of a territory where neither is given."""
    shelf = catalog.comparables
    bands, every = shelf.bands[territory], shelf.films[territory]
    if band:
        place = [b.id for b in bands].index(band)
        found = compared(every, bands, place, funding)
        shown, words = found.films, found.words
    else:
        shown, words = tuple(f for f in every if funding in {"", f.funding}), funding or "all"
    rows = tuple(
        Row(
            (
                f.id,
                f.title,
                str(f.year),
                f.type,
                f.funding,
                bands[place_of(bands, f.budget)].id,
                f.budget,
                f.gross,
                f.ratio,
            )
        )
        for f in shown
    )
    columns = (
        Column("Id", least=WHOLE, drop=4),
        Column("Title", least=20),
        Column("Year", least=WHOLE),
        Column("Type", least=WHOLE, drop=2),
        Column("Public money", least=WHOLE, drop=1),
        Column("Band", least=WHOLE, drop=3),
        Column("Budget", "money"),
        Column("Gross", "money"),
        Column("Gross / budget", "rate"),
    )
    sources = dict.fromkeys(f"{f.source.title}, {f.source.url}" for f in shown)
    title = f"{len(shown)} films of {territory} ({words}), {bands[0].currency}"
    return Table(title, columns, rows, "; ".join(sources))


def in_effect(figures: Figures, comparison: Comparison) -> tuple[str, Slice]:
    """Return the band that the budget is in, and the films that it is compared with."""
    slices = comparison.asked.slices
    if len(slices) == 1:
        return next(iter(slices.items()))
    return next((b, found) for b, found in slices.items() if figures.number(f"comparables.{b}.holds"))


def comparison_in_words(figures: Figures) -> str:
    """Return in a sentence which films the scenarios come from; nothing where they are given by hand."""
    comparison = figures.model.revenue.comparison
    if comparison is None:
        return ""
    band, found = in_effect(figures, comparison)
    label = next(b.label for b in comparison.asked.bands if b.id == band)
    wider = " Of just this band and public money there are too few." if found.wider else ""
    return (
        f"Scenarios from {len(found.films)} real films of {found.years} in {comparison.asked.territory}"
        f" ({found.words}); the budget is {label} at their prices.{wider}"
    )


def comparison_as_dict(figures: Figures) -> dict[str, Any] | None:
    """Return which films the scenarios come from, band by band, as plain data."""
    comparison = figures.model.revenue.comparison
    if comparison is None:
        return None
    band, _ = in_effect(figures, comparison)
    return {
        "territory": comparison.asked.territory,
        "funding": comparison.funding or None,
        "type": comparison.type or None,
        "band": band,
        "quantiles": comparison.quantiles,
        "bands": [
            {
                "id": b.id,
                "label": b.label,
                "films": len(found.films),
                "years": found.years,
                "compared": found.words,
                "wider": found.wider,
                "ratios": {name: figures.number(f"comparables.{b.id}.{name}") for name in comparison.quantiles},
                "film_ids": [film.id for film in found.films],
            }
            for b, found in ((b, comparison.asked.slices[b.id]) for b in comparison.asked.bands)
        ],
    }
