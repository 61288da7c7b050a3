"""Where everything stands: pages collect cells first, and are written when every quantity has its place.

A quantity is *put* once (its formula stands there) and may be *linked* elsewhere. Only formulas of the graph, plain links and
words for figures (``Page.named``) are ever written: nothing is calculated here.
"""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coprod_budget.graph import Node, Place, Places, Table, Values, formula, is_solved, reference
from coprod_budget.report.workbook.cells import Column, Figure, Naming, Words
from coprod_budget.report.workbook.styles import (
    GENERAL,
    MONEY,
    SHARE,
    TYPED_SHARE,
    Kind,
    Look,
    Styles,
    is_money,
    number_format,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.model import Model

LONGEST_TEXT = 32_767
HEADS: tuple[Kind, ...] = ("head", "head_right", "head_centre")
LETTERS_A_UNIT: dict[Kind, float] = {"wrap": 1.15, "wrap_note": 1.15, "wrap_bold": 1.05}
"""How many letters fit into a unit of width, a little fewer than they are; heads are bold, and words should not touch."""
WRAPPED = (*HEADS, *LETTERS_A_UNIT)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return text that a workbook may hold: without characters that XML forbids, not longer than a cell takes."""
    return _FORBIDDEN.sub("", text)[:LONGEST_TEXT]


def _kind(node: Node) -> Kind:
    if node.op == "input":
        return "input"
    if is_solved(node):
        return "solved"
    return "text" if node.op == "text" else "formula"


def is_calculated(node: Node) -> bool:
    """Say whether a quantity is written as a formula: it is no input, no text, and no value that was searched for."""
    return node.op not in {"input", "text"} and not is_solved(node)


def _rows(node: Node) -> int:
    return len(node.table) if node.table is not None else 1


def unit_name(node: Node) -> str:
    """Return the unit as a reader should see it: nothing for a count."""
    return "" if node.unit == "count" else node.unit


@dataclass(slots=True)
class Page:
    """One sheet: a cursor that moves down, cells so far, and what is done to the sheet at the end."""

    name: str
    model: Model
    values: Values
    places: Places
    more: Values | None = None
    """Figures of quantities without a name."""
    row: int = 0
    columns: int = 6
    """How many columns a section band runs over, if the blocks below are narrower."""
    frozen: tuple[int, int] = (0, 0)
    repeated: tuple[int, int] | None = None
    printed_columns: int = 0
    printed_rows: int = 0
    large_paper: bool = False
    finish: list[Callable[[Any, Any, Styles], None]] = field(default_factory=list)
    """Called with workbook, sheet and styles after all cells are written: charts, conditional formats."""
    widths: dict[int, float] = field(default_factory=dict)
    _cells: list[Figure | Words | Naming] = field(default_factory=list)
    _heights: dict[int, float] = field(default_factory=dict)
    _fixed: set[int] = field(default_factory=set)
    _bands: list[int] = field(default_factory=list)

    # --- cells ------------------------------------------------------------------------------------------------------

    def words(self, row: int, column: int, text: str, kind: Kind = "text") -> None:
        """Write text."""
        self._cells.append(Words(row, column, clean(text), Look(kind)))
        if kind in {"text", "key", "bold"}:
            self._widen(column, min(len(text), 42) + 3)

    def span(self, row: int, column: int, until: int, text: str, kind: Kind = "wrap") -> None:
        """Write text that runs over several columns and as many lines as it needs."""
        if text:
            self._cells.append(Words(row, column, clean(text), Look(kind), until))

    def paragraph(self, text: str, kind: Kind = "wrap") -> None:
        """Write text that runs over all columns of the page and move on."""
        self.span(self.row, 0, (self.printed_columns or self.columns) - 1, text, kind)
        self.row += 1

    def count(self, row: int, column: int, number: int) -> None:
        """Write how many things there are; nothing is calculated with it."""
        self._cells.append(Words(row, column, number, Look("formula", GENERAL)))

    def put(
        self,
        node: Node,
        row: int,
        column: int,
        *,
        across: bool = False,
        kind: Kind | None = None,
        numbers: Sequence[str] = (),
    ) -> None:
        """Let a quantity stand here: its value if it is an input, else its formula, one cell a row of its table.

        ``numbers`` are the formats of the rows, where the quantity's own unit does not say how to write them.
        """
        place = Place(self.name, row, column, across)
        self.places.put(node, place)
        for index in range(_rows(node)):
            number = numbers[index] if numbers else None
            self._figure(node, *place.at(index), index, kind or _kind(node), link=False, number=number)

    def link(
        self,
        node: Node,
        row: int,
        column: int,
        *,
        index: int | None = None,
        across: bool = False,
        kind: Kind = "link",
        number: str | None = None,
    ) -> None:
        """Show a quantity that stands elsewhere: all rows of a column, or the one at ``index``."""
        if index is not None:
            self._figure(node, row, column, index, kind, link=True, number=number)
            return
        place = Place(self.name, row, column, across)
        for each in range(_rows(node)):
            self._figure(node, *place.at(each), each, kind, link=True, number=number)

    def named(self, node: Node, names: Node, row: int, column: int, *, index: int = 0, otherwise: str = "") -> None:
        """Say in a word what a figure that stands somewhere means: the row key at which ``names`` has its value.

        A figure that may have no word shows ``otherwise`` there. The word follows the figure when the book is recalculated. This
        is the one formula that is not the graph's: it calculates nothing.
        """
        self._cells.append(Naming(row, column, node, index, names, Look("name"), otherwise))

    def keys(self, table: Table, row: int, column: int, *, across: bool = False) -> None:
        """Write the row keys of a table; formulas that look rows up point to the first place given."""
        place = Place(self.name, row, column, across)
        self.places.put_keys(table, place)
        for index, key in enumerate(table.keys):
            self.words(*place.at(index), key, "head_right" if across else "key")

    def _figure(
        self, node: Node, row: int, column: int, index: int, kind: Kind, *, link: bool, number: str | None = None
    ) -> None:
        if node.op == "text":
            number = ""
        elif number is None:
            number = number_format(node)
        self._cells.append(Figure(row, column, node, index, link, Look(kind, number)))
        if node.op == "text" or node in self.values:
            self._widen(column, len(self._shown(node, index, number)) + 2)

    def _shown(self, node: Node, index: int, number: str) -> str:
        value = self._value(node, index)
        if isinstance(value, str):
            return value[:42]
        if number == MONEY:
            return f"{value:,.2f}"
        return "0" * 8 if number in {SHARE, TYPED_SHARE} else f"{value:,.4f}"

    def formulas(self) -> list[tuple[Node, int]]:
        """Return what is calculated on this page: every quantity that stands here, row by row."""
        return [
            (c.node, c.index) for c in self._cells if isinstance(c, Figure) and not c.link and is_calculated(c.node)
        ]

    # --- blocks -----------------------------------------------------------------------------------------------------

    def title(self, text: str, *notes: str) -> None:
        """Open the page with a title and remarks, one a row."""
        self.words(self.row, 0, text, "title")
        self._heights[self.row] = 24.0
        for note in notes:
            self.row += 1
            self.words(self.row, 0, note, "subtitle")
        self.row += 2

    def section(self, text: str) -> None:
        """Write a band over the page's columns and move below it."""
        self.words(self.row, 0, text, "section")
        self._bands.append(self.row)
        self.row += 1

    def note(self, text: str) -> None:
        """Write a remark and move on."""
        self.words(self.row, 0, text, "note")
        self.row += 1

    def gap(self) -> None:
        """Leave a row free."""
        self.row += 1

    def heads(self, labels: Sequence[str], numeric: Sequence[bool] = (), column: int = 0) -> None:
        """Write a row of column heads and move below it."""
        for offset, label in enumerate(labels):
            right = offset < len(numeric) and numeric[offset]
            self.words(self.row, column + offset, label, "head_right" if right else "head")
            self.columns = max(self.columns, column + offset + 1)
            self._widen(column + offset, max(max((len(w) for w in label.split()), default=0) + 3, min(len(label), 16)))
        self.row += 1

    def block(self, count: int, columns: Sequence[Column], column: int = 0) -> int:
        """Write a table downwards: heads, then one row a key; return the first row. An empty table keeps one row free."""
        self.heads([c.head for c in columns], [c.right for c in columns], column)
        first = self.row
        for offset, item in enumerate(columns):
            at = column + offset
            if item.keys is not None:
                self.keys(item.keys, first, at)
            elif item.node is not None and item.link and item.node.table is None:
                for row in range(count):
                    self.link(item.node, first + row, at, index=0)
            elif item.node is not None and item.link:
                self.link(item.node, first, at)
            elif item.node is not None:
                self.put(item.node, first, at, numbers=item.numbers)
            for row, text in enumerate(item.texts):
                self.words(first + row, at, text, item.kind)
        self.row = first + max(count, 1)
        return first

    def others(self, table: Table, but: Sequence[Node] = ()) -> list[Column]:
        """Return a column for every named quantity over a table that has no place yet (``but`` these, that will have one)."""
        placed = {n.id for n in but}
        return [
            Column(self.head(node), node)
            for node in self.model.graph.named()
            if node.table is table and self.places.of(node) is None and node.id not in placed
        ]

    def homeless(self, nodes: Sequence[Node | None]) -> list[Node]:
        """Return the nodes that exist and have no place yet."""
        return [n for n in nodes if n is not None and self.places.of(n) is None]

    @staticmethod
    def head(node: Node, label: str = "") -> str:
        """Return a column head: label and currency."""
        if node.key.endswith("*.share") and node.op != "input":
            return "Share of the budget"
        unit = node.unit if is_money(node.unit) else ""
        return f"{label or node.label}, {unit}" if unit else label or node.label

    def width(self, column: int, width: float) -> None:
        """Fix the width of a column."""
        self.widths[column] = width
        self._fixed.add(column)

    def _widen(self, column: int, width: float) -> None:
        if column not in self._fixed:
            self.widths[column] = max(self.widths.get(column, 8.0), float(width))

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, sheet: Any, styles: Styles, *, with_values: bool) -> None:
        """Write every cell; all places are known by now."""
        for column, width in self.widths.items():
            sheet.set_column(column, column, width)
        for row, height in self._row_heights().items():
            sheet.set_row(row, height)
        for row in self._bands:
            for column in range(1, self.printed_columns or self.columns):
                sheet.write_blank(row, column, None, styles[Look("section")])
        for cell in self._cells:
            style = styles[cell.look]
            if isinstance(cell, Figure):
                self._write_figure(sheet, cell, style, with_values=with_values)
            elif isinstance(cell, Naming):
                text = self._naming(cell)
                sheet.write_formula(cell.row, cell.column, text, style, self._name(cell) if with_values else "")
            elif cell.until > cell.column:
                sheet.merge_range(cell.row, cell.column, cell.row, cell.until, "", style)
                sheet.write_string(cell.row, cell.column, cell.text, style)
            elif isinstance(cell.text, int):
                sheet.write_number(cell.row, cell.column, cell.text, style)
            else:
                sheet.write_string(cell.row, cell.column, cell.text, style)

    def _row_heights(self) -> dict[int, float]:
        """Return the heights of rows whose text takes several lines: nobody else works them out before the book is opened."""
        heights = dict(self._heights)
        for cell in self._cells:
            if isinstance(cell, Words) and isinstance(cell.text, str) and cell.look.kind in WRAPPED:
                head = cell.look.kind in HEADS
                columns = range(cell.column, max(cell.until, cell.column) + 1)
                room = max(sum(self.widths.get(c, 8.0) for c in columns) - 1.5, 4.0) * LETTERS_A_UNIT.get(
                    cell.look.kind, 0.9
                )
                count = sum(len(textwrap.wrap(part, int(room))) or 1 for part in cell.text.split("\n"))
                if head or count > 1:
                    heights[cell.row] = min(
                        max(heights.get(cell.row, 18.0 if head else 15.0), 13.0 * count + (6 if head else 2)), 400.0
                    )
        return heights

    def _write_figure(self, sheet: Any, cell: Figure, style: Any, *, with_values: bool) -> None:
        node, index = cell.node, cell.index
        value = self._value(node, index)
        if cell.link:
            text = reference(node, index, self.places, self.name)
        elif isinstance(value, str) and node.op == "text":
            sheet.write_string(cell.row, cell.column, clean(value), style)
            return
        elif not is_calculated(node):
            sheet.write(cell.row, cell.column, value, style)
            return
        else:
            text = formula(node, index, self.places, self.name)
        sheet.write_formula(cell.row, cell.column, text, style, value if with_values else "")

    def _naming(self, cell: Naming) -> str:
        assert cell.names.table is not None
        figure = self.places.cell(cell.node, cell.index, self.name)
        keys = self.places.keys(cell.names.table, self.name)
        found = f"INDEX({keys},MATCH({figure},{self.places.range(cell.names, self.name)},0))"
        return f'=IFERROR({found},"{cell.otherwise}")' if cell.otherwise else f"={found}"

    def _name(self, cell: Naming) -> str:
        """Return the word that a cell shows."""
        assert cell.names.table is not None
        value = self._value(cell.node, cell.index)
        found = (k for i, k in enumerate(cell.names.table.keys) if self._value(cell.names, i) == value)
        return next(found, cell.otherwise) if cell.otherwise else next(found)

    def _value(self, node: Node, index: int) -> float | str:
        """Return what the engine found, as a cell shows it."""
        if node.op == "text":
            assert isinstance(node.value, tuple)
            return str(node.value[index])
        values = self.values if node in self.values or self.more is None else self.more
        value = values.number(node, index if node.table is not None else -1)
        return "n/a" if math.isnan(value) else value + 0.0  # no minus before nothing
