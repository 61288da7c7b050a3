"""Rows of what-ifs in files: undefined figures, strange words, more pieces than one, and files that are there whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest

from coprod_budget.report.runs import SUFFIXES, Sheet, stream_writer, write_runs
from coprod_budget.report.runs_table import failure_lines, runs_table, varied_text
from coprod_budget.report.tables import NOT_DEFINED
from coprod_budget.whatif.results import Field, Rows

if TYPE_CHECKING:
    from pathlib import Path

META = {"format": "coprod-budget/whatif", "project": {"title": "Ruby", "as_of": "2026-09-30"}, "runs": 5}
FIELDS = (
    Field("run", "integer", "run"),
    Field("id", "text", "run"),
    Field("title", "any", "varied"),
    Field("partners.ru.share", "number", "varied", percent=True),
    Field("budget.total", "number", "metric", "Total budget", "EUR"),
    Field("eligibility.x.verdict", "text", "metric", "Verdict", "verdict"),
    Field("status", "text", "outcome"),
    Field("message", "text", "outcome"),
)
PIECES = [
    Rows({
        "run": np.array([1, 2, 3]),
        "id": ["a1", "b2", "c3"],
        "title": ["=1+1", 'Łódź, "Ж"', ["x", {"y": True}]],
        "partners.ru.share": np.array([0.1, 0.55, 1 / 3]),
        "budget.total": np.array([1234567.123456789, np.nan, np.inf]),
        "eligibility.x.verdict": ["pass", None, "fail"],
        "status": ["ok", "error", "ok"],
        "message": [None, "no\nsuch city", None],
    }),
    Rows({
        "run": np.array([4, 5]),
        "id": ["d4", "e5"],
        "title": [True, None],
        "partners.ru.share": np.array([0.0, 1.0]),
        "budget.total": np.array([-1e-9, 100.0]),
        "eligibility.x.verdict": ["unknown", "warn"],
        "status": ["ok", "ok"],
        "message": [None, None],
    }),
]  # fmt: skip
TOTALS = [1234567.123457, None, None, 0.0, 100.0]


@pytest.fixture(params=SUFFIXES)
def written(request, tmp_path: Path) -> Path:
    if request.param == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"runs{request.param}"
    assert write_runs(path, PIECES, FIELDS, META)[0] == path
    return path


def test_a_file_is_the_same_however_the_rows_are_cut(written: Path, tmp_path: Path) -> None:
    again = tmp_path / f"again{written.suffix}"
    write_runs(again, PIECES, FIELDS, META)

    assert again.read_bytes() == written.read_bytes()


def test_json_keeps_words_as_they_are_and_knows_nothing_that_is_undefined() -> None:
    for form in ("json", "jsonl"):
        out = io.StringIO()
        writer = stream_writer(form, out, FIELDS, META)
        for piece in PIECES:
            writer.write(piece)
        writer.close()
        text = out.getvalue()
        rows = json.loads(text)["runs"] if form == "json" else [json.loads(line) for line in text.splitlines()]

        assert [row["budget.total"] for row in rows] == TOTALS
        assert [row["title"] for row in rows] == ["=1+1", 'Łódź, "Ж"', ["x", {"y": True}], True, None]
        assert rows[2]["partners.ru.share"] == 1 / 3  # what varies keeps every digit
        assert list(rows[0]) == [field.name for field in FIELDS]


def test_a_document_without_runs_is_one_too() -> None:
    out = io.StringIO()
    stream_writer("json", out, FIELDS, META).close()

    assert json.loads(out.getvalue()) == {"meta": META, "runs": []}


def test_csv_holds_nothing_that_a_spreadsheet_takes_for_a_formula() -> None:
    out = io.StringIO()
    writer = stream_writer("csv", out, FIELDS, META)
    for piece in PIECES:
        writer.write(piece)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))

    assert [row["title"] for row in rows] == ["'=1+1", 'Łódź, "Ж"', '["x", {"y": true}]', "true", ""]
    assert [row["budget.total"] for row in rows] == ["1234567.123457", "", "", "0.0", "100.0"]
    assert rows[1]["message"] == "no such city"


def test_a_sheet_holds_text_as_text_and_what_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "runs.xlsx"
    write_runs(path, PIECES, FIELDS, META)
    book = openpyxl.load_workbook(path)
    rows = list(book["Runs"].iter_rows(min_row=2, values_only=True))

    assert [row[2] for row in rows] == ["=1+1", 'Łódź, "Ж"', '["x", {"y": true}]', "true", None]
    assert book["Runs"]["C2"].data_type == "s"
    assert [row[4] for row in rows] == TOTALS
    assert ["runs", "5"] in [list(row) for row in book["About"].iter_rows(values_only=True)]


def test_parquet_keeps_all_digits_and_knows_what_is_undefined(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    path = tmp_path / "runs.parquet"
    write_runs(path, PIECES, FIELDS, META)
    found = pd.read_parquet(path)

    assert list(found.columns) == [field.name for field in FIELDS]
    assert found["budget.total"][0] == 1234567.123456789
    assert list(found["run"]) == [1, 2, 3, 4, 5]
    assert pd.isna(found["budget.total"][1])
    assert list(found["title"][:4]) == ["=1+1", 'Łódź, "Ж"', '["x", {"y": true}]', "true"]


def test_a_file_that_cannot_be_written_to_its_end_leaves_the_old_one(tmp_path: Path) -> None:
    def broken():
        yield PIECES[0]
        raise OSError(28, "No space left on device")

    for suffix in SUFFIXES:
        if suffix == ".parquet":
            pytest.importorskip("pyarrow")
        path = tmp_path / f"runs{suffix}"
        path.write_text("old")
        with pytest.raises(OSError, match="No space left"):
            write_runs(path, broken(), FIELDS, META)
        assert path.read_text() == "old"
    assert {p.name for p in tmp_path.iterdir()} == {f"runs{suffix}" for suffix in SUFFIXES}


def test_the_library_of_sheets_does_not_hide_why_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(OSError, match="Not a directory"):
        Sheet(tmp_path / "file" / "runs.xlsx", FIELDS, META).close()


def test_the_table_leaves_ids_out_and_marks_what_failed() -> None:
    table = runs_table(PIECES, FIELDS, "Ruby", count=5)

    assert [column.title for column in table.columns] == [
        "run", "title", "partners.ru.share", "status", "budget.total", "eligibility.x.verdict",
    ]  # fmt: skip
    assert [row.style for row in table.rows] == ["", "bad", "", "", ""]
    assert [row.cells[2] for row in table.rows] == ["10%", "55%", "33.33333333%", "0%", "100%"]
    assert table.rows[1].cells[4] is None


def test_the_table_tells_once_what_is_the_same_and_how_much_more_there_is() -> None:
    same = Rows({**PIECES[1].columns, "budget.total": np.array([np.nan, np.nan])})
    table = runs_table([same], FIELDS, "Ruby", count=9, first={"budget.total"})

    assert f"The same in all of these: budget.total ({NOT_DEFINED})." in table.note
    assert "2 of 9 runs" in table.note
    short = runs_table([PIECES[0]], FIELDS, "Ruby", count=3, first=set())
    assert "1 more figure: " in short.note
    assert "budget.total" not in [column.title for column in short.columns]


def test_runs_that_failed_do_not_hide_what_is_the_same_in_the_others() -> None:
    failed_and_one = runs_table([PIECES[0]], FIELDS, "Ruby", count=3, first={"budget.total"})
    rows = {field.name: PIECES[0].columns[field.name] for field in FIELDS}
    none = Rows({name: values[1:2] for name, values in rows.items()})
    all_failed = runs_table([none, none], FIELDS, "Ruby", count=2, first={"budget.total"})

    assert "budget.total" in [column.title for column in failed_and_one.columns]
    assert [column.title for column in all_failed.columns] == [
        "run", "title", "partners.ru.share", "status",
    ]  # fmt: skip
    assert "The same" not in all_failed.note


def test_a_sheet_prints_one_page_wide_and_shows_whole_names(tmp_path: Path) -> None:
    write_runs(tmp_path / "runs.xlsx", PIECES, FIELDS, META)
    sheet = openpyxl.load_workbook(tmp_path / "runs.xlsx")["Runs"]

    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)  # 1 is what is not written
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    for cell in sheet[1]:
        assert sheet.column_dimensions[cell.column_letter].width > len(cell.value)


def test_long_reasons_have_room_in_the_sheet(tmp_path: Path) -> None:
    why = [None, "no such city " * 20, None]
    write_runs(tmp_path / "runs.xlsx", [Rows({**PIECES[0].columns, "message": why})], FIELDS, META)
    sheet = openpyxl.load_workbook(tmp_path / "runs.xlsx")["Runs"]

    assert sheet.cell(3, len(FIELDS)).alignment.wrap_text
    assert sheet.row_dimensions[3].height >= 6 * 15  # 260 characters, 50 a line
    assert sheet.row_dimensions[2].height is None


def test_reasons_of_failures_are_told_once_and_not_too_many() -> None:
    found = {f"reason {n} " + "x" * 400: list(range(1, 7)) for n in range(12)}
    lines = failure_lines(found)

    assert lines[0].startswith("runs 1, 2, 3, 4, 5, ...: reason 0 ")
    assert all(len(line) < 400 for line in lines)
    assert lines[-1].startswith("4 more reasons")
    assert failure_lines({"alone": [3]}) == ["run 3: alone"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (77.88448, "77.88448"),
        (1e7, "10000000"),
        (True, "true"),
        (None, "null"),
        (["a"], '["a"]'),
        ("a\nb", "a b"),
    ],
)
def test_varied_values_are_shown_with_every_digit_that_was_meant(value: object, text: str) -> None:
    assert varied_text(value) == text


def test_shares_written_as_percentages_are_shown_so() -> None:
    assert varied_text(0.125, in_percent=True) == "12.5%"
    assert varied_text(1 / 3, in_percent=True) == "33.33333333%"
    assert varied_text(0.55, in_percent=True) == "55%"
