"""The rows of a what-if in a file or a stream, piece by piece: JSON lines, CSV, JSON, Parquet, a plain sheet."""

from __future__ import annotations

import contextlib
import csv
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import numpy as np

from coprod_budget.report.files import replace
from coprod_budget.report.lines_table import DIGITS, safe
from coprod_budget.whatif.results import MESSAGE, REQUIREMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from coprod_budget.whatif.results import Field, Rows, Values

META = "coprod-budget"
"""Key of what is said once in the metadata of a Parquet file."""
SUFFIXES = (".csv", ".jsonl", ".json", ".parquet", ".xlsx")
SHEET_ROWS = 1_048_575
"""Rows of a sheet below its titles."""
_NARROW, _WIDE, _ABOUT = 14, 50, 100
"""Characters of a column of the sheet."""
_LINE, _MOST_LINES = 15, 20
"""Points of a line, and lines of the highest row."""
_ROW_GROUP = 65_536


class Writer(Protocol):
    """Takes the rows of a what-if in pieces."""

    def write(self, rows: Rows) -> None:
        """Write the next rows."""

    def close(self) -> None:
        """Write what stands behind the last row."""


class JsonLines:
    """One JSON object a line and run."""

    def __init__(self, stream: TextIO, fields: Sequence[Field]) -> None:
        self._stream, self._fields = stream, fields

    def write(self, rows: Rows) -> None:
        """Write the next rows."""
        self._stream.writelines(f"{line}\n" for line in json_rows(rows, self._fields))

    def close(self) -> None:
        """Nothing stands behind the last row."""


class Json:
    """One JSON document: ``meta``, and ``runs`` with an object each."""

    def __init__(self, stream: TextIO, fields: Sequence[Field], meta: dict[str, Any]) -> None:
        self._stream, self._fields, self._before = stream, fields, "\n"
        text = json.dumps(meta, ensure_ascii=False, indent=2, allow_nan=False).replace("\n", "\n  ")
        stream.write(f'{{\n  "meta": {text},\n  "runs": [')

    def write(self, rows: Rows) -> None:
        """Write the next rows."""
        for line in json_rows(rows, self._fields):
            self._stream.write(f"{self._before}    {line}")
            self._before = ",\n"

    def close(self) -> None:
        """Close list and document."""
        self._stream.write("\n  ]\n}\n")


class Csv:
    """Comma-separated text under the names of the columns; what is undefined is left empty."""

    def __init__(self, stream: TextIO, fields: Sequence[Field]) -> None:
        self._writer, self._fields = csv.writer(stream, lineterminator="\n"), fields
        self._writer.writerow([field.name for field in fields])

    def write(self, rows: Rows) -> None:
        """Write the next rows."""
        columns = []
        for field in self._fields:
            cells = _cells(rows, field)
            columns.append(cells if field.kind in {"integer", "number"} else [safe(_flat(cell)) for cell in cells])
        self._writer.writerows(zip(*columns, strict=True))

    def close(self) -> None:
        """Nothing stands behind the last row."""


class Parquet:
    """A Parquet file with all digits, and what is said once in its metadata."""

    def __init__(self, path: Path, fields: Sequence[Field], meta: dict[str, Any]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._arrow, self._fields, self._count = pa, fields, 0
        self._waiting: list[Rows] = []
        kinds = {"integer": pa.int64(), "number": pa.float64(), "text": pa.string(), "any": pa.string()}
        about = {META: json.dumps(meta, ensure_ascii=False)}
        self._schema = pa.schema([pa.field(field.name, kinds[field.kind]) for field in fields], metadata=about)
        self._file = parquet.ParquetWriter(path, self._schema)

    def write(self, rows: Rows) -> None:
        """Write the next rows, many at a time."""
        self._waiting.append(rows)
        self._count += rows.count
        if self._count >= _ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what waits and the foot of the file."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if not self._waiting:
            return
        columns = [
            self._arrow.chunked_array([self._array(rows.columns[field.name], field) for rows in self._waiting])
            for field in self._fields
        ]
        self._file.write_table(self._arrow.table(columns, schema=self._schema), row_group_size=_ROW_GROUP)
        self._waiting, self._count = [], 0

    def _array(self, values: Values, field: Field) -> Any:
        kind = self._schema.field(field.name).type
        if isinstance(values, np.ndarray):
            return self._arrow.array(values, type=kind, from_pandas=True)
        return self._arrow.array([_flat(value) for value in values], type=kind)


def _lines(text: Any, width: int) -> int:
    """How many lines a text needs in a column, about."""
    return min(-(-len(text) // (width - 2)) or 1, _MOST_LINES) if isinstance(text, str) else 1


class Sheet:
    """A plain sheet with one row a run, and a second one with what is said once."""

    def __init__(self, path: Path, fields: Sequence[Field], meta: dict[str, Any]) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book, self._fields, self._row = xlsxwriter.Workbook(path, options), fields, 1
        film = meta["project"]
        made = datetime.fromisoformat(film["as_of"])  # not now: the same runs give the same file
        self._book.set_properties({"title": film["title"], "created": made})
        self._sheet = self._book.add_worksheet("Runs")
        bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)  # one page wide, however long
        self._widths = [
            _WIDE if f.name in {MESSAGE, REQUIREMENTS} else min(max(len(f.name) + 2, _NARROW), _WIDE) for f in fields
        ]
        for column, field in enumerate(fields):
            self._sheet.set_column(column, column, self._widths[column])
            self._sheet.write_string(0, column, field.name, bold)
        about = self._book.add_worksheet("About")
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        about.set_column(0, 0, 24)
        about.set_column(1, 1, _ABOUT)
        about.set_landscape()
        about.fit_to_pages(1, 0)
        for row, (name, value) in enumerate(meta.items()):
            about.write_string(row, 0, name, bold)
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            about.set_row(row, _LINE * _lines(text, _ABOUT))
            about.write_string(row, 1, text, self._wrapped)

    def write(self, rows: Rows) -> None:
        """Write the next rows."""
        for cells in zip(*(_cells(rows, field) for field in self._fields), strict=True):
            flats = [_flat(cell) for cell in cells]
            lines = [_lines(flat, width) for flat, width in zip(flats, self._widths, strict=True)]
            form = None
            if max(lines) > 1:  # a row that is streamed finds no height by itself
                form = self._wrapped
                self._sheet.set_row(self._row, _LINE * max(lines))
            for column, flat in enumerate(flats):
                if isinstance(flat, int | float):
                    self._sheet.write_number(self._row, column, flat, form)
                elif flat is not None:
                    self._sheet.write_string(self._row, column, flat, form)
            self._row += 1

    def close(self) -> None:
        """Write the workbook; an OSError, as of any other file, where it cannot be written."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            for sheet in self._book.worksheets():
                sheet._opt_close()  # noqa: SLF001 - its temporary files, which are forgotten where the book fails
            raise error.args[0] from None


def json_rows(rows: Rows, fields: Sequence[Field]) -> Iterable[str]:
    """Return every run as a JSON object on one line."""
    names = [field.name for field in fields]
    columns = [_cells(rows, field) for field in fields]
    for cells in zip(*columns, strict=True):
        yield json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False, allow_nan=False)


def stream_writer(form: str, stream: TextIO, fields: Sequence[Field], meta: dict[str, Any]) -> Writer:
    """Return what writes ``jsonl``, ``csv`` or ``json`` to a stream."""
    if form == "json":
        return Json(stream, fields, meta)
    return Csv(stream, fields) if form == "csv" else JsonLines(stream, fields)


def write_runs(path: Path, rows: Iterable[Rows], fields: Sequence[Field], meta: dict[str, Any]) -> list[Path]:
    """Write all rows to a file, by its ending; JSON lines and CSV get what is said once in a file beside them.

    The files are there whole, or as they were before. Their paths are returned.
    """
    suffix = path.suffix.lower()

    def write(place: Path) -> None:
        if suffix == ".parquet":
            _write_all(Parquet(place, fields, meta), rows)
        elif suffix == ".xlsx":
            _write_all(Sheet(place, fields, meta), rows)
        else:
            with place.open("w", encoding="utf-8", newline="\n") as stream:
                _write_all(stream_writer(suffix[1:], stream, fields, meta), rows)

    replace(path, write)
    if suffix not in {".csv", ".jsonl"}:
        return [path]
    from coprod_budget.report.json_report import as_json  # noqa: PLC0415 - imported late: few formats need it

    beside = path.with_name(f"{path.name}.meta.json")
    replace(beside, lambda place: place.write_text(as_json(meta), encoding="utf-8", newline="\n"))
    return [path, beside]


def _write_all(writer: Writer, rows: Iterable[Rows]) -> None:
    try:
        for piece in rows:
            writer.write(piece)
    except BaseException:
        with contextlib.suppress(Exception):  # what it says is a consequence of the first
            writer.close()
        raise
    writer.close()


def _cells(rows: Rows, field: Field) -> list[Any]:
    """A column as plain values: metrics with the digits that files keep, what is undefined as None."""
    values = rows.columns[field.name]
    if not isinstance(values, np.ndarray):
        return values
    if values.dtype.kind != "f":
        return list(values.tolist())
    kept = np.round(values, DIGITS) + 0.0 if field.role == "metric" else values
    found: list[Any] = kept.tolist()
    if not np.isfinite(kept).all():
        found = [cell if np.isfinite(cell) else None for cell in found]
    return found


def _flat(value: Any) -> str | float | None:
    """A value for a cell: lists, mappings and true as JSON."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
