"""Writes a whole graph into a workbook without stored values and reads back what LibreOffice makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recalc import read_cells, recalculate

from coprod_budget.graph import Graph, Node, Place, Places, formula

if TYPE_CHECKING:
    from pathlib import Path

SCALARS = "Single values"  # a blank in the name: references have to quote it


class GraphSheet:
    """One sheet for the scalars, one for each table: row keys first, then a column a node."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        import xlsxwriter

        self._graph = graph
        self.places = Places()
        book = xlsxwriter.Workbook(folder / "graph.xlsx")
        sheets = {name: book.add_worksheet(name) for name in (SCALARS, *graph.tables)}
        for name, table in graph.tables.items():
            self.places.put_keys(table, Place(name, 1, 0))
            for row, key in enumerate(table.keys, 1):
                sheets[name].write_string(row, 0, key)
        free = dict.fromkeys(sheets, 1)
        for node in graph.named():
            name = node.table.name if node.table else SCALARS
            place = Place(name, 1, free[name]) if node.table else Place(name, free[name], 1)
            self.places.put(node, place)
            free[name] += 1
        for node in graph.named():
            self._write(node, sheets)
        book.close()
        self._cells = read_cells(recalculate(folder / "graph.xlsx"))

    def _write(self, node: Node, sheets: dict[str, Any]) -> None:
        place = self.places.of(node)
        assert place is not None
        sheet = sheets[place.sheet]
        for row in range(len(node.table) if node.table else 1):
            at = place.at(row)
            if node.op == "text":
                sheet.write_string(*at, node.value[row])
            elif node.op == "input":
                sheet.write_number(*at, node.value[row] if node.table else node.value)
            else:
                sheet.write_formula(*at, formula(node, row if node.table else -1, self.places, place.sheet), None, "")

    def value(self, node: Node, row: int = -1) -> Any:
        """What LibreOffice found for a scalar or one row of a column."""
        place = self.places.of(node)
        assert place is not None
        line, column = place.at(max(row, 0))
        return self._cells[place.sheet].get(f"{_letters(column)}{line + 1}")


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
