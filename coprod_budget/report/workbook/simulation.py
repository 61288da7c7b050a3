"""A workbook with what a simulation found: the whole estimate, live, and a sheet Simulation with values that were drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from coprod_budget.report import simulation
from coprod_budget.report.charts import Bars
from coprod_budget.report.spread import BEYOND, kind_of
from coprod_budget.report.workbook.charts import CHART_ROWS, PALETTE, add, finish
from coprod_budget.report.workbook.layout import clean
from coprod_budget.report.workbook.styles import MONEY, MULTIPLE, QUANTITY, SHARE, Look
from coprod_budget.report.workbook.writer import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.report.charts import Bands
    from coprod_budget.report.tables import Kind, Table
    from coprod_budget.report.workbook.styles import Styles
    from coprod_budget.whatif.simulate.results import Results
    from coprod_budget.whatif.simulate.run import Simulation

NAME: Final = "Simulation"
SIZE: Final = {"width": 760, "height": 330}
FORMATS: Final[dict[Kind, str]] = {"money": MONEY, "share": SHARE, "multiple": MULTIPLE, "number": QUANTITY}
FOOT: Final = (
    "These figures were drawn: they do not follow the blue cells of the other sheets. Draw them again with `simulate`."
)


def write_simulation(found: Simulation, said: Results, path: Path) -> None:
    """Write the estimate as a live workbook with a sheet Simulation behind it; an existing file is replaced."""
    model = found.model
    write_workbook(model, model.evaluate(), path, more=lambda book, styles: _Sheet(book, styles).write(found, said))


class _Sheet:
    """The sheet, written from the top down."""

    def __init__(self, book: Any, styles: Styles) -> None:
        self._book, self._styles = book, styles
        self._sheet = book.add_worksheet(NAME)
        self._row = 0
        self._columns = 1

    def write(self, found: Simulation, said: Results) -> None:
        """Write tables, pictures with their figures, and notes."""
        self._sheet.hide_gridlines(2)
        self._text(0, f"{found.model.project.title}: simulation", "title")
        self._row += 1
        self._text(0, FOOT, "subtitle")
        self._row += 2
        for note in simulation.notes(found, said):
            self._text(0, note, "note")
            self._row += 1
        for table in simulation.tables(found, said):
            self._table(table)
        for panel in simulation.panels(found, said):
            if isinstance(panel, Bars):
                self._histogram(panel)
            else:
                self._fan(panel)
        self._sheet.set_column(0, 0, 58)
        self._sheet.set_column(1, self._columns, 15)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&L&8&F&C&8&A&R&8Page &P of &N")
        self._sheet.protect("", {"format_columns": True, "format_rows": True})

    def _text(self, column: int, text: str, kind: Any) -> None:
        self._sheet.write_string(self._row, column, clean(text), self._styles[Look(kind)])

    def _number(self, column: int, value: float | None, number: str) -> None:
        if value is None or not math.isfinite(value):
            self._text(column, "n/a", "formula")
        else:
            self._sheet.write_number(self._row, column, value, self._styles[Look("formula", number)])

    def _head(self, title: str, heads: list[str]) -> None:
        self._row += 1
        self._columns = max(self._columns, len(heads))
        for column in range(len(heads)):
            self._text(column, title if not column else "", "section")
        self._row += 1
        if max(map(len, heads[1:]), default=0) > 15:
            self._sheet.set_row(self._row, 28)
        for column, head in enumerate(heads):
            self._text(column, head, "head_right" if column else "head")
        self._row += 1

    def _table(self, table: Table) -> None:
        self._head(table.title, [column.title for column in table.columns])
        for row in table.rows:
            for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
                if isinstance(cell, str) or (cell is None and column.kind == "text"):
                    self._text(place, cell or "", "bold" if row.style == "total" and not place else "text")
                else:
                    self._number(place, cell, FORMATS.get(row.kind or column.kind, QUANTITY))
            self._row += 1
        if table.note:
            self._text(0, table.note, "note")
            self._row += 1

    def _histogram(self, bars: Bars) -> None:
        """Write the counts, and a picture of them beside."""
        self._head(f"{bars.title}: histogram", ["From", "to", "Share of the draws"])
        first, total, number = self._row, sum(bars.counts) or 1.0, FORMATS[kind_of(bars.unit)]
        for low, high, count in zip(bars.limits, bars.limits[1:], bars.counts, strict=False):
            self._number(0, low, number)
            self._number(1, high, number)
            self._number(2, count / total, SHARE)
            self._row += 1
        last = self._row - 1
        self._text(0, BEYOND, "note")
        self._row += 1
        made = self._book.add_chart({"type": "column"})
        add(made, 0, bars.title, [NAME, first, 0, last, 0], [NAME, first, 2, last, 2])
        finish(made, f"{bars.title}: share of the draws", SIZE, legend=False, number="0%")
        self._picture(made, first, 4)

    def _fan(self, bands: Bands) -> None:
        """Write the quantiles by period, and a picture of them beside."""
        shares = sorted(bands.quantiles)
        self._head(bands.title, ["Period", *(f"P{share * 100:g}" for share in shares)])
        first, number = self._row, FORMATS[kind_of(bands.unit)]
        for place, point in enumerate(bands.points):
            self._text(0, point, "text")
            for column, share in enumerate(shares, 1):
                self._number(column, bands.quantiles[share][place], number)
            self._row += 1
        made, last = self._book.add_chart({"type": "line"}), self._row - 1
        for column, share in enumerate(shares, 1):
            line = {"color": PALETTE[0] if share == 0.5 else PALETTE[5], "width": 2.25 if share == 0.5 else 1.25}
            made.add_series({
                "name": f"P{share * 100:g}", "categories": [NAME, first, 0, last, 0],
                "values": [NAME, first, column, last, column], "line": line,
            })  # fmt: skip
        finish(made, f"{bands.title}, {bands.unit}", SIZE)
        self._picture(made, self._row + 1, 0)

    def _picture(self, made: Any, first: int, column: int) -> None:
        """Put a picture beside its figures, and go on below both."""
        self._sheet.insert_chart(first, column, made)
        self._row = max(self._row, first + CHART_ROWS)
