"""Taxes in the workbook: live formulas that LibreOffice works out to the engine's figures, also after a change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from recalc import ERRORS, read_cells, recalculate_all

from coprod_budget.model import build_model
from coprod_budget.project import load_project
from coprod_budget.report.workbook import write_workbook
from coprod_budget.report.workbook.writer import lay_out

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.model import Model

FILM = Path(__file__).with_name("taxed.yaml")
KEYS = (
    "lines.{}.net", "lines.{}.gross_up", "lines.{}.vat", "lines.{}.vat_cost", "lines.{}.withheld", "lines.{}.taxes",
    "lines.{}.fringes", "lines.{}.total", "lines.{}.borne_ru", "lines.{}.borne_rs", "lines.{}.borne_de",
)  # fmt: skip
CHANGED = {"partners.ru.recovers_vat": 1.0, "schemes.RU_2026.tax_1": 0.11, "lines.guest.withholding_rate": 0.2}


def taxed(catalog: Catalog, *sets: str) -> Model:
    return build_model(load_project(FILM.read_text(encoding="utf-8"), filename=FILM.name, sets=sets), catalog)


def cell_of(model: Model, key: str, pages: list) -> tuple[str, str]:
    from openpyxl.utils import get_column_letter

    found = model.graph.find(key)
    assert found is not None, key
    home = pages[0].places.of(found[0])
    assert home is not None, f"{key} has no place in the workbook"
    row, column = home.at(max(found[1], 0))
    return home.sheet, f"{get_column_letter(column + 1)}{row + 1}"


@pytest.mark.libreoffice
def test_taxes_recalculate_to_the_engines_figures_and_follow_a_change(catalog: Catalog, tmp_path: Path) -> None:
    import openpyxl

    model = taxed(catalog)
    values = model.evaluate()
    pages = lay_out(model, values)
    path, bare, changed = (tmp_path / name for name in ("taxed.xlsx", "bare.xlsx", "changed.xlsx"))
    write_workbook(model, values, path)
    write_workbook(model, values, bare, with_values=False)
    book = openpyxl.load_workbook(bare)
    for key, value in CHANGED.items():
        sheet, at = cell_of(model, key, pages)
        assert not book[sheet][at].protection.locked, f"{key} stands in a locked cell"
        book[sheet][at].value = value
    book.save(changed)
    now, then = (read_cells(p) for p in recalculate_all([bare, changed]))
    keys = [key.format(line.id) for line in model.budget.lines for key in KEYS] + ["budget.total", "partner.rs.borne"]
    found = {key: now[cell_of(model, key, pages)[0]][cell_of(model, key, pages)[1]] for key in keys}
    assert found == pytest.approx({key: values.number(key) for key in keys}, abs=0.005)
    errors = [(s, a, v) for cells in (now, then) for s, found in cells.items() for a, v in found.items() if v in ERRORS]
    assert errors == []

    def after(key: str) -> float:
        sheet, at = cell_of(model, key, pages)
        return float(then[sheet][at])

    assert after("lines.camera_hire.vat_cost") == pytest.approx(8800 * 0.2 * 0.2)  # Spree alone does not get it back
    assert after("lines.guest.total") == pytest.approx(20_000 / 0.8, abs=0.005)
    assert after("lines.star.gross_up") < values.number("lines.star.gross_up")


def test_every_kind_of_tax_is_in_the_film_and_the_partners_bear_it_to_the_cent(catalog: Catalog) -> None:
    model = taxed(catalog)
    values = model.evaluate()
    for key in KEYS[1:7]:
        assert sum(values.number(key.format(line.id)) for line in model.budget.lines) > 0
    assert values.number("checks.all_ok") == 1
    assert values["partner.*.borne"].sum() == pytest.approx(values.number("budget.total"), abs=0.005)
    assert [w.code for w in model.warnings if w.code.startswith("W3")] == ["W306"]
