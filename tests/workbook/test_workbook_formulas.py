"""What stands where: every quantity once, nothing forgotten, no number hidden inside a formula."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from books import FILES, Book, address, opened

from coprod_budget.report.workbook.cells import Words

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED_NUMBERS = {"0", "1", "12", "100", "365"}
ALLOWED_FUNCTIONS = {
    "SUM", "SUMIFS", "SUMPRODUCT", "MIN", "MAX", "IF", "IFERROR", "AND", "OR", "INDEX", "MATCH", "ROUND", "NPV", "IRR", "EXP",
    "LN",
}  # fmt: skip
LONGEST_FORMULA = 2000
"""Far below the 8192 characters that a cell takes."""


@pytest.mark.parametrize("name", FILES)
def test_every_named_quantity_stands_in_exactly_one_place(name: str, books: dict[str, Book]) -> None:
    film = books[name]
    homes = Counter((cell.node.id, cell.index) for _, _, cell in film.figures() if cell.node.key and not cell.link)
    needed = [
        (node.id, index)
        for node in film.model.graph.named()
        for index in range(len(node.table) if node.table is not None else 1)
    ]

    assert homes == Counter(needed)


@pytest.mark.parametrize("name", FILES)
def test_no_quantity_is_left_over_for_the_last_sheet(name: str, books: dict[str, Book]) -> None:
    checks = books[name].pages[-1]

    assert checks.name == "Checks"
    assert not any(isinstance(c, Words) and c.text == "Other workings" for c in checks._cells)


@pytest.mark.parametrize("name", FILES)
def test_no_two_things_stand_in_one_cell(name: str, books: dict[str, Book]) -> None:
    used = Counter(
        (page.name, address(cell.row, cell.column))
        for page in books[name].pages
        for cell in page._cells
        if not isinstance(cell, Words) or cell.text != ""
    )

    assert [at for at, count in used.items() if count > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_formulas_hold_no_numbers_but_the_free_ones_and_only_common_functions(name: str, folder: Path) -> None:
    texts = _formulas(folder / f"{name}.xlsx")
    bare = [re.sub(r"\$?[A-Z]{1,3}\$?\d+", " ", re.sub(r'"[^"]*"|\'[^\']*\'!|\b[A-Z]\w*!', " ", t)) for t in texts]

    assert {n for t in bare for n in re.findall(r"[\d.]+(?:[eE][-+]?\d+)?", t)} <= ALLOWED_NUMBERS
    assert {f for t in bare for f in re.findall(r"([A-Z]+)\(", t)} <= ALLOWED_FUNCTIONS


@pytest.mark.parametrize("name", FILES)
def test_formulas_are_short_enough_for_a_cell(name: str, folder: Path) -> None:
    assert max(len(t) for t in _formulas(folder / f"{name}.xlsx")) <= LONGEST_FORMULA


@pytest.mark.parametrize("name", FILES)
def test_there_are_formulas_where_the_model_calculates_and_nowhere_else(
    name: str, books: dict[str, Book], folder: Path
) -> None:
    sheets = opened(folder / f"{name}.xlsx")
    written = {(s.title, c.coordinate) for s in sheets for row in s.iter_rows() for c in row if c.data_type == "f"}

    assert written == {(sheet, at) for sheet, at, _ in books[name].formulas()}


def _formulas(path: Path) -> list[str]:
    sheets = opened(path)
    return [str(c.value) for s in sheets for row in s.iter_rows() for c in row if c.data_type == "f"]
