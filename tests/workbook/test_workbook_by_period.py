"""Sheets by period: every row is the same scenario and period on all three, states run down, runs begin with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from books import FILES, Book, opened

from coprod_budget.catalog import open_catalog
from coprod_budget.model import build_model
from coprod_budget.project import load_project
from coprod_budget.report.workbook import by_period
from coprod_budget.report.workbook.cells import Words
from coprod_budget.report.workbook.writer import lay_out

if TYPE_CHECKING:
    from pathlib import Path

SHEETS = ("Revenue by period", "Waterfall by period", "Returns by period")
NOWHERE = """\
title: Nowhere
as_of: 2026-09-30
fx: {TZS: 3000}
partners: {tz: {name: Zanzibar Film, country: TZ, currency: TZS, share: 100%}}
schedule: {start: 2027-03-01, shoot_days: {moscow: 10}}
budget: {lines: [{account: camera, id: film, description: Film, rate: 10000, currency: EUR, spent: TZ}]}
"""
"""A film that plays in no territory whose terms are known."""


@pytest.mark.parametrize("name", FILES)
def test_a_row_is_the_same_scenario_and_period_on_all_three_sheets(name: str, books: dict[str, Book]) -> None:
    film = books[name]
    flows = film.model.revenue.flows
    assert flows is not None
    starts = {
        (film.pages[0].places.of(n).row, len(n.table or ()))  # type: ignore[union-attr]
        for n in film.model.graph.named()
        if n.table is flows.table
    }
    frozen = {page.frozen for page in film.pages if page.name in SHEETS}

    assert starts == {(6, len(flows.table))}
    assert frozen == {(6, by_period.KEYS)}


def test_what_runs_on_points_to_the_row_above_and_begins_with_nothing(books: dict[str, Book], folder: Path) -> None:
    film = books["danube_crossing"]
    flows = film.model.revenue.flows
    assert flows is not None
    cells = opened(folder / "danube_crossing.xlsx")
    formulas = {}
    for period in flows.periods.table.keys[:2]:
        for run in ("low", "base"):
            sheet, at = film.place(f"flow.{run}.{period}.party.fund.until")
            formulas[run, period] = cells[sheet][at].value
            column, row = at.rstrip("0123456789"), int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            if period == flows.periods.table.keys[1]:
                assert f"${column}{row - 1}+" in formulas[run, period]
            else:
                assert formulas[run, period].startswith("=0+")


@pytest.mark.parametrize("name", FILES)
def test_every_column_has_a_head_of_its_own(name: str, books: dict[str, Book]) -> None:
    for page in (page for page in books[name].pages if page.name in SHEETS):
        row = page.frozen[0] - 1
        heads = [c.column for c in page._cells if isinstance(c, Words) and c.row == row and c.text]
        used = {c.column for c in page._cells if c.row > row}

        assert len(heads) == len(set(heads))
        assert used == set(heads)


def test_only_the_sums_by_party_and_the_receipts_are_printed(books: dict[str, Book]) -> None:
    film = books["danube_crossing"]
    parties, outlets = len(film.model.waterfall.parties), len(film.model.revenue.outlets)
    invests = len([p for p in film.model.waterfall.parties.keys if f"flow.*.party.{p}.net" in film.model.graph])
    printed = {page.name: page.printed_columns - by_period.KEYS for page in film.pages if page.name in SHEETS}

    assert printed == dict(zip(SHEETS, (outlets, parties + 1, 2 * invests), strict=True))


def test_a_film_with_nothing_to_follow_says_so() -> None:
    model = build_model(load_project(NOWHERE, filename="nowhere.yaml"), open_catalog())
    pages = [page for page in lay_out(model, model.evaluate()) if page.name in SHEETS]

    assert model.revenue.flows is None
    assert len(pages) == len(SHEETS)
    for page in pages:
        assert any(isinstance(c, Words) and "nothing to follow" in str(c.text) for c in page._cells)


def test_terms_that_change_over_time_stand_on_the_waterfall(books: dict[str, Book]) -> None:
    """Columns that have no name but are looked at as a whole have a cell, and a head that says what they are for."""
    film = books["every_term"]
    unnamed = by_period.nameless(film.model)
    homes = {home.sheet for n in unnamed if (home := film.pages[0].places.of(n)) is not None}
    page = next(p for p in film.pages if p.name == "Waterfall by period")
    heads = [str(c.text) for c in page._cells if isinstance(c, Words) and str(c.text).startswith("For: ")]

    assert unnamed
    assert homes == {"Waterfall by period"}
    assert len(heads) == len(unnamed)
