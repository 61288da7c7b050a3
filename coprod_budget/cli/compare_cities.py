"""``estimate --compare-cities``: the same film with its whole shoot in other cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from coprod_budget.cli.options import one_of
from coprod_budget.cli.output import Format, complain, form_of, put, space, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coprod_budget.api import Film
    from coprod_budget.model.moved import Moved

OPTION = "--compare-cities"
EVERY = "all"
SUFFIXES = (".json", ".csv", ".md")


def compare(film: Film, cities: str, form: Format, out: Path | None) -> None:
    """Print or write the comparison; of ``all`` cities the cheapest comes first."""
    form = form_of(form, out, SUFFIXES)
    known = film.catalog.cities
    asked = list(dict.fromkeys(name.strip() for name in cities.split(",") if name.strip()))
    if not asked:
        raise typer.BadParameter(f"name cities ({', '.join(known)}), or {EVERY}", param_hint=OPTION)
    every = asked == [EVERY]
    wanted = list(known) if every else [one_of(name, known, "city", OPTION) for name in asked]
    rows = list(_compared(film, wanted))
    if every:
        rows[1:] = sorted(rows[1:], key=lambda row: (row.net_cost is None, row.net_cost or 0.0))
    if out is None and form is Format.TABLE:
        _show(film, rows)
        return
    text = _text(film, rows, form)
    put(text, out)


def _compared(film: Film, cities: list[str]) -> Iterator[Moved]:
    """The rows one by one, under a bar where somebody watches."""
    from rich.progress import track

    from coprod_budget import api
    from coprod_budget.model.moved import compare_cities
    from coprod_budget.report.screen import console

    base = api.build(film)
    complain(base.warnings)
    rows = compare_cities(film.project, film.catalog, cities, base)
    screen = console(error=True)
    yield from track(
        rows, "Cities", total=len(cities) + 1, console=screen, transient=True, disable=not screen.is_terminal
    )


def _show(film: Film, rows: list[Moved]) -> None:
    from coprod_budget.report.compare_cities import notes, tables
    from coprod_budget.report.screen import show_tables

    show_tables(tables(film.project, rows))
    space()
    for note in notes(film.project):
        tell(note)


def _text(film: Film, rows: list[Moved], form: Format) -> str:
    from coprod_budget.report import compare_cities
    from coprod_budget.report.json_report import as_json

    if form is Format.JSON:
        return as_json(compare_cities.as_dict(film.project, rows))
    if form is Format.CSV:
        return compare_cities.as_csv_text(rows)
    return compare_cities.as_markdown(film.project, rows)
