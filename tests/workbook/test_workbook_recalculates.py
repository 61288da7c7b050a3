"""The workbook is live: LibreOffice, given formulas without values, finds what the engine found, in every cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from books import AMENDMENTS, BREAK_EVEN, CHANGES, FILES, Book, book, close, opened
from recalc import ERRORS, errors_when_calculated_again, read_cells

from coprod_budget.graph import is_solved

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = (
    "party.", "scenario.", "break_even.", "eligibility.", "test.", "incentive.", "incentives.", "net_cost.", "finance.",
    "partner.", "obligation.", "stress.", "cash.", "calendar.", "flow.", "period.", "periods.", "runs.", "returns.", "due.",
)  # fmt: skip
OF_THE_GRID = ".peak_here"
"""A working that says how many months there are: a film that ends later has more of them, a workbook keeps its own."""
SEARCHED = re.compile(r"(^|[._])alone_|break_even")
"""Territories alone and what is searched for: the gross to be tried is worked out afresh by every build, a workbook keeps its own."""
Cells = dict[str, dict[str, dict[str, Any]]]


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", FILES)
def test_every_formula_recalculates_to_the_engines_value(
    name: str, books: dict[str, Book], recalculated: Cells
) -> None:
    film, cells = books[name], recalculated[name]
    wrong = [
        (sheet, at, cell.node, cells[sheet].get(at), film.expected(cell))
        for sheet, at, cell in film.formulas()
        if not close(cells[sheet].get(at), film.expected(cell), cell.node)
    ]

    assert len(film.formulas()) > 100
    assert wrong == []


@pytest.mark.libreoffice
def test_no_error_appears_when_all_of_it_is_calculated_again_and_again(folder: Path) -> None:
    counts = errors_when_calculated_again([folder / f"{name}.xlsx" for name in FILES])
    assert counts == {name: [0, 0, 0] for name in FILES}


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", FILES)
def test_no_cell_shows_an_error(name: str, recalculated: Cells) -> None:
    errors = [
        (sheet, at, value)
        for sheet, cells in recalculated[name].items()
        for at, value in cells.items()
        if value in ERRORS
    ]

    assert errors == []


@pytest.mark.parametrize("name", FILES)
def test_every_stored_value_is_the_engines_value(name: str, books: dict[str, Book], folder: Path) -> None:
    film, cells = books[name], read_cells(folder / f"{name}.xlsx")
    wrong = [
        (sheet, at, cell.node, cells[sheet].get(at), film.expected(cell))
        for sheet, at, cell in [*film.figures(), *film.names()]
        if not close(cells[sheet].get(at), film.expected(cell), cell.node)
    ]

    assert wrong == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CHANGES)
def test_changing_blue_cells_is_the_same_as_setting_values_in_the_project(
    name: str, books: dict[str, Book], recalculated: Cells
) -> None:
    change, cells = CHANGES[name], recalculated[f"change_{name}"]
    before, after = books[change.film], book(change.film, change.all_sets)
    keys = ["budget.total", "checks.all_ok"]
    keys += [f"partner.{p}.borne" for p in before.model.split.partners.keys]
    texts = {n.cell_key(row) for n in before.model.graph.named() if n.op == "text" for row in range(len(n.table or ()))}
    keys += [k for k in before.model.graph.keys() if k.startswith(FIGURES) and k not in texts]  # noqa: SIM118
    keys = [k for k in keys if after.model.graph.find(k) is not None]
    keys = [k for k in keys if not k.endswith(OF_THE_GRID) and not SEARCHED.search(k)]
    found = {key: _at(cells, before, key) for key in keys}
    expected = {key: float(after.values[key].flat[0]) for key in keys}
    wrong = {k: (found[k], expected[k]) for k in keys if not _same(found[k], expected[k])}

    assert wrong == {}
    assert any(abs(expected[k] - before.values[k].flat[0]) > 1 for k in keys)


@pytest.mark.parametrize("name", FILES)
def test_what_is_searched_for_is_stored_as_a_value_and_nothing_else_is(
    name: str, books: dict[str, Book], folder: Path
) -> None:
    film, sheets = books[name], opened(folder / f"{name}.xlsx")
    alone = film.model.revenue.alone
    searched = [(sheet, at, c) for sheet, at, c in film.figures() if is_solved(c.node)]
    shown = {sheets[sheet][at].value: film.expected(c) for sheet, at, c in searched}

    assert bool(searched) is bool(alone)
    assert {sheet for sheet, _, _ in searched} <= {"Returns"}
    assert all(value == pytest.approx(expected) for value, expected in shown.items())
    assert all(sheets[sheet][at].font.italic and sheets[sheet][at].protection.locked for sheet, at, _ in searched)


@pytest.mark.libreoffice
def test_the_gross_that_breaks_even_does_so_in_the_workbook(books: dict[str, Book], recalculated: Cells) -> None:
    """What was searched for, typed into the blue cell, leaves nothing beyond the goal: the live waterfall agrees."""
    name, _, goal = BREAK_EVEN
    film, over = books[name], f"{goal}.over"

    assert film.values[over].flat[0] > 1
    assert _at(recalculated["change_break_even"], film, over) == pytest.approx(0, abs=0.005)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CHANGES)
def test_verdicts_in_words_follow_changed_cells(name: str, books: dict[str, Book], recalculated: Cells) -> None:
    change, cells = CHANGES[name], recalculated[f"change_{name}"]
    before, after = books[change.film], book(change.film, change.all_sets)
    found = [cells[sheet].get(at) for sheet, at, _ in before.names()]

    assert found == [after.expected(cell) for _, _, cell in after.names()]


@pytest.mark.libreoffice
def test_a_share_below_the_limit_turns_the_verdict_of_the_treaty(books: dict[str, Book], recalculated: Cells) -> None:
    film, key = books["by_share"], "test.ets147_1992.share_minimum.DE.verdict"
    before, after = recalculated["by_share"], recalculated["change_shares_below_the_limit"]

    assert (_at(before, film, key), _word(before, film, key)) == (0, "pass")
    assert (_at(after, film, key), _word(after, film, key)) == (3, "fail")


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", AMENDMENTS)
def test_figures_of_the_law_may_be_changed_and_the_book_follows(
    name: str, books: dict[str, Book], recalculated: Cells
) -> None:
    amendment, cells = AMENDMENTS[name], recalculated[f"change_{name}"]
    film = books[amendment.film]

    assert {key: _at(cells, film, key) for key in amendment.follows} == pytest.approx(amendment.follows)
    assert {key: _word(cells, film, key) for key in amendment.words} == amendment.words
    assert all(film.values[key].flat[0] != pytest.approx(value) for key, value in amendment.follows.items() if value)


def _word(cells: dict[str, dict[str, Any]], film: Book, key: str) -> Any:
    """Return the word that stands for a verdict on the sheet of the verdict itself."""
    node, row = film.model.graph.find(key) or (None, 0)
    home, _ = film.place(key)
    return next(
        cells[sheet].get(at) for sheet, at, c in film.names() if sheet == home and c.node is node and c.index == row
    )


def _at(cells: dict[str, dict[str, Any]], film: Book, key: str) -> Any:
    sheet, at = film.place(key)
    return cells[sheet].get(at)


def _same(found: Any, expected: float) -> bool:
    if expected != expected:  # noqa: PLR0124 - not a number
        return bool(found == "n/a")
    return isinstance(found, int | float) and abs(found - expected) < 0.005
