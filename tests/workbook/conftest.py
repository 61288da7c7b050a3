from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from books import AMENDMENTS, BREAK_EVEN, CHANGES, FILES, Book, book, change_cells
from recalc import read_cells, recalculate_all

from coprod_budget.report.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def books() -> dict[str, Book]:
    return {name: book(name) for name in FILES}


@pytest.fixture(scope="session")
def folder(books: dict[str, Book], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every film as a workbook with stored values."""
    room = tmp_path_factory.mktemp("books")
    for film in books.values():
        write_workbook(film.model, film.values, room / f"{film.name}.xlsx")
    return room


@pytest.fixture(scope="session")
def recalculated(books: dict[str, Book], folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Cells as LibreOffice calculates them from bare formulas, of every film and of every change; one start of LibreOffice for all."""
    room = folder / "changed"
    room.mkdir()
    for changed, change in {**CHANGES, **AMENDMENTS}.items():
        change_cells(folder / f"{change.film}.xlsx", room / f"change_{changed}.xlsx", books[change.film], change.cells)
    name, tried, goal = BREAK_EVEN
    found = {tried: float(books[name].values[f"{goal}.gross"].flat[0])}
    change_cells(folder / f"{name}.xlsx", room / "change_break_even.xlsx", books[name], found)
    paths = [*sorted(folder.glob("*.xlsx")), *sorted(room.glob("*.xlsx"))]
    return {path.stem: read_cells(path) for path in recalculate_all(paths)}
