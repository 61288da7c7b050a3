"""The workbook is live: LibreOffice, given formulas without values, finds what the engine found, in every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from books import CHANGES, FILES, Book, book, close
from recalc import ERRORS, read_cells

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = ("party.", "scenario.", "break_even.", "eligibility.", "test.", "incentive.", "incentives.", "net_cost.")
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
    found = {key: _at(cells, before, key) for key in keys}
    expected = {key: float(after.values[key].flat[0]) for key in keys}
    wrong = {k: (found[k], expected[k]) for k in keys if not _same(found[k], expected[k])}

    assert wrong == {}
    assert any(abs(expected[k] - before.values[k].flat[0]) > 1 for k in keys)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CHANGES)
def test_verdicts_in_words_follow_changed_cells(name: str, books: dict[str, Book], recalculated: Cells) -> None:
    change, cells = CHANGES[name], recalculated[f"change_{name}"]
    before, after = books[change.film], book(change.film, change.all_sets)
    found = [cells[sheet].get(at) for sheet, at, _ in before.names()]

    assert found == [after.expected(cell) for _, _, cell in after.names()]


@pytest.mark.libreoffice
def test_a_share_below_the_limit_turns_the_verdict_of_the_treaty(books: dict[str, Book], recalculated: Cells) -> None:
    film = books["by_share"]
    sheet, at = film.place("test.ets147_1992.share_minimum.DE.verdict")
    words = {(s, cell.node.id, cell.index): a for s, a, cell in film.names()}
    node, row = film.model.graph.find("test.ets147_1992.share_minimum.DE.verdict") or (None, 0)
    assert node is not None
    word = words[sheet, node.id, row]

    assert (recalculated["by_share"][sheet][at], recalculated["by_share"][sheet][word]) == (0, "pass")
    assert recalculated["change_shares_below_the_limit"][sheet][at] == 3
    assert recalculated["change_shares_below_the_limit"][sheet][word] == "fail"


def _at(cells: dict[str, dict[str, Any]], film: Book, key: str) -> Any:
    sheet, at = film.place(key)
    return cells[sheet].get(at)


def _same(found: Any, expected: float) -> bool:
    if expected != expected:  # noqa: PLR0124 - not a number
        return bool(found == "n/a")
    return isinstance(found, int | float) and abs(found - expected) < 0.005
