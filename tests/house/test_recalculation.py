"""The second opinion is one: stored values are not believed, and a missing LibreOffice does not pass for a success."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from recalc import RecalculationError, read_cells, recalculate, without_stored_values

TESTS = Path(__file__).parents[1]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A workbook whose stored values are all wrong."""
    import xlsxwriter

    path = tmp_path / "wrong.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        bold = book.add_format({"bold": True})
        sheet.write_number("A1", 20)
        sheet.write_string("A2", "<text> & more")
        sheet.write_formula("B1", "=A1*2", bold, 7)
        sheet.write_formula("B2", '=IF(A1<B1,"less","more")', bold, "wrong")
        sheet.write_formula("B3", "=A1>B1", None, True)
        book.add_worksheet("Two").write_formula("A1", "=One!B1+1/0", None, 3)
    return path


@pytest.mark.libreoffice
def test_stored_values_are_calculated_afresh(wrong: Path) -> None:
    cells = read_cells(recalculate(wrong))

    assert cells == {
        "One": {"A1": 20, "A2": "<text> & more", "B1": 40, "B2": "less", "B3": False},
        "Two": {"A1": "#DIV/0!"},
    }


def test_only_values_beside_formulas_are_left_out(wrong: Path, tmp_path: Path) -> None:
    cells = read_cells(without_stored_values(wrong, tmp_path / "bare.xlsx"))

    assert cells == {"One": {"A1": 20, "A2": "<text> & more"}, "Two": {}}


@pytest.mark.libreoffice
def test_a_file_that_is_no_workbook_fails_in_words(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "empty.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("nothing.txt", "")

    with pytest.raises(RecalculationError, match=r"empty\.xlsx"):
        recalculate(path)


@pytest.mark.libreoffice
def test_a_recalculation_that_takes_too_long_is_stopped(wrong: Path) -> None:
    with pytest.raises(RecalculationError, match="did not finish"):
        recalculate(wrong, timeout=0.01)


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 error"), ("", "1 skipped")])
def test_a_missing_libreoffice_is_skipped_with_a_reason_and_is_an_error_in_ci(
    tmp_path: Path, ci: str, outcome: str
) -> None:
    for name in ("conftest.py", "recalc.py"):
        shutil.copy(TESTS / name, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = libreoffice: needs it\n")
    (tmp_path / "test_one.py").write_text("import pytest\n\n@pytest.mark.libreoffice\ndef test_one():\n    pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path, env={"PATH": "", "CI": ci}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert outcome in done.stdout
    assert "LibreOffice (soffice) is" in done.stdout
