"""Read CSV tables that other people wrote: with limits, and with every mistake reported by file and line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Self

from coprod_budget.errors import Problem, ProjectError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

MAX_BYTES = 5_000_000
FULL_DATE = 10
LARGEST = 1e12
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
CURRENCY = re.compile(r"[A-Z]{3}")
DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")


class DataFile(NamedTuple):
    """A file of the catalogue: where it is, and how messages and explanations call it."""

    path: Path
    shown: str


def read_text(file: DataFile) -> str:
    """Return the text of a data file; too large, not text or unreadable is a ProjectError."""

    def refuse(message: str, hint: str) -> ProjectError:
        return ProjectError([Problem("C101", message, hint, file=file.shown)])

    try:
        with file.path.open("rb") as stream:  # read no further than the limit: a folder may come from a stranger
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise refuse(
            f"the data file cannot be read: {error.strerror or error}", "check the path and its permissions"
        ) from None
    if len(raw) > MAX_BYTES:
        raise refuse("the data file is too large", f"at most {MAX_BYTES // 1_000_000} MB are read")
    if b"\0" in raw:
        raise refuse("the data file is not text", "save it as text in UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"the data file is not UTF-8 text (byte {error.start + 1})", "save it as text in UTF-8") from None


@dataclass(slots=True)
class Row:
    """One row of a table: typed access to its cells that notes mistakes instead of stopping at the first."""

    cells: dict[str, str]
    line: int
    shown: str
    problems: list[Problem]
    bad: bool = field(default=False)

    def wrong(self, code: str, message: str, hint: str) -> None:
        """Note a mistake of this row."""
        self.bad = True
        self.problems.append(Problem(code, message, hint, file=self.shown, line=self.line))

    def text(self, column: str, *, required: bool = False) -> str:
        """Return a cell without surrounding blanks; an empty cell is a mistake when it is required."""
        value = self.cells.get(column, "").strip()
        if required and not value:
            self.wrong("C103", f"{column} is empty", "fill it in")
        return value

    def matching(self, column: str, pattern: re.Pattern[str], example: str, *, required: bool = True) -> str:
        """Return a cell that must look like the pattern."""
        value = self.text(column, required=required)
        if value and not pattern.fullmatch(value):
            self.wrong("C103", f"{column} {value[:60]!r} is not of the right form", f"write it like {example}")
        return value

    def date(self, column: str) -> str:
        """Return a date as precise as it is known (2025, 2025-09, 2025-09-12); an empty cell is an undated source."""
        value = self.matching(column, DATE, "2026-05 or 2026-05-01", required=False)
        if len(value) == FULL_DATE and DATE.fullmatch(value):
            try:
                date.fromisoformat(value)
            except ValueError:
                self.wrong("C103", f"{column} {value} is not a day of the calendar", "check the day of the month")
        return value

    def known(self, column: str, names: Collection[str], default: str = "") -> str:
        """Return a cell that must be one of the known names; ``default`` stands in for an empty cell."""
        value = self.text(column, required=not default) or default
        if value and value not in names:
            self.wrong("C104", f"unknown {column} {value[:60]!r}", nearest(value, names))
        return value

    def optional_number(self, column: str, least: float = 0.0, most: float = LARGEST) -> float | None:
        """Return a cell as a number, None when it is empty."""
        value = self.text(column)
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            self.wrong(
                "C103",
                f"{column} {value[:60]!r} is not a plain number",
                "write it like 1250 or 0.82, without separators",
            )
            return None
        number = float(value)
        if not least <= number <= most:
            self.wrong("C103", f"{column} {value} is out of range", f"a number from {least:g} to {most:g}")
            return None
        return number

    def number(self, column: str, least: float = 0.0, most: float = LARGEST) -> float:
        """Return a cell as a number; an empty cell is a mistake."""
        if not self.text(column, required=True):
            return 0.0
        return self.optional_number(column, least, most) or 0.0


class Table:
    """The rows of one CSV file. Leave the ``with`` block and every mistake found in it is raised at once."""

    def __init__(self, file: DataFile, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Read the file and check its columns."""
        self.file = file
        self.problems: list[Problem] = []
        self._reader = csv.reader(io.StringIO(read_text(file), newline=""), strict=True)
        self._keys: dict[tuple[str, ...], int] = {}
        known = [*required, *optional]
        columns = self._names = self._columns()
        if len(columns) == 1 and ";" in columns[0]:  # what a Russian or Serbian Excel writes
            self._wrong("C102", "the cells are separated by semicolons", "save the table as CSV with commas", 1)
            self._stop()
        for name in (c for c in required if c not in columns):
            self._wrong("C102", f"column {name} is missing", f"needed columns are {', '.join(required)}", 1)
        for name in (c for c in columns if c not in known):
            self._wrong("C102", f"unknown column {name[:60]!r}", nearest(name, known), 1)
        self._stop()

    def _columns(self) -> list[str]:
        try:
            return [name.strip() for name in next(filter(None, self._reader), [])]
        except csv.Error as error:
            self._wrong("C102", f"the table cannot be read: {error}", "save it as comma-separated text", 1)
            self._stop()
            raise

    def _wrong(self, code: str, message: str, hint: str, line: int) -> None:
        self.problems.append(Problem(code, message, hint, file=self.file.shown, line=line))

    def _stop(self) -> None:
        if self.problems:
            raise ProjectError(self.problems)

    def __enter__(self) -> Self:
        """Return the table itself."""
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Raise the mistakes that were noted, unless something else went wrong first."""
        if kind is None:
            self._stop()

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows; a row with too many or too few cells is a mistake and left out."""
        try:
            for cells in filter(None, self._reader):  # an empty line is no row
                line = self._reader.line_num
                if len(cells) != len(self._names):
                    self._wrong(
                        "C102", "the row has not as many cells as the header", "put text with commas in quotes", line
                    )
                    continue
                yield Row(dict(zip(self._names, cells, strict=True)), line, self.file.shown, self.problems)
        except csv.Error as error:
            self._wrong(
                "C102", f"the table cannot be read: {error}", "save it as comma-separated text", self._reader.line_num
            )

    def once(self, row: Row, *key: str) -> None:
        """Note a mistake when the key of this row was met before in the file."""
        first = self._keys.setdefault(key, row.line)
        if first != row.line:
            row.wrong("C105", f"{' '.join(key)} is there twice", f"line {first} has it already; keep one")
