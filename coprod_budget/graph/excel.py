"""A graph as spreadsheet formulas, once somebody has said in which cell each quantity stands.

A quantity with a place is referred to; one without is written out inside the formula that uses it. Text only: no file is
touched here. Functions used: SUM, SUMIFS, SUMPRODUCT, MIN, MAX, IF, IFERROR, AND, OR, INDEX, MATCH, ROUND, NPV, IRR, EXP, LN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph.nodes import GraphError, Node, Table, rows_of
from coprod_budget.graph.operations import FLAGS, OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence


class Place(NamedTuple):
    """The cell of a scalar, or the first cell of a column; rows and columns count from 0. ``across`` runs to the right."""

    sheet: str
    row: int
    column: int
    across: bool = False

    def at(self, index: int) -> tuple[int, int]:
        """Return row and column of the ``index``-th value."""
        return (self.row, self.column + index) if self.across else (self.row + index, self.column)


class Places:
    """Which cell every quantity and every table's row keys stand in."""

    def __init__(self) -> None:
        self._nodes: dict[int, Place] = {}
        self._keys: dict[str, Place] = {}

    def put(self, node: Node, place: Place) -> None:
        """Give a quantity its place; the first one given is where formulas point.

        Where a column is made of single quantities, those without a name stand in its cells: whatever else uses one of them points
        there, and does not write it out again.
        """
        self._nodes.setdefault(node.id, place)
        if node.op == "stack" and self._nodes[node.id] is place:
            for index, part in enumerate(node.args):
                if not part.key and part.op not in {"constant", "undefined"}:
                    self._nodes.setdefault(part.id, Place(place.sheet, *place.at(index)))

    def stands_in(self, part: Node, column: Node, row: int) -> bool:
        """Say whether the cell of a column's row is where one of its quantities stands."""
        home, cell = self._nodes.get(column.id), self._nodes.get(part.id)
        return home is not None and not part.key and cell == Place(home.sheet, *home.at(row))

    def put_keys(self, table: Table, place: Place) -> None:
        """Say where the row keys of a table stand."""
        self._keys.setdefault(table.name, place)

    def of(self, node: Node) -> Place | None:
        """Return the place of a quantity, if it has one."""
        return self._nodes.get(node.id)

    def cell(self, node: Node, row: int, here: str) -> str:
        """Return the reference to one value, as written on sheet ``here``."""
        place = self._nodes[node.id]
        line, column = place.at(max(row, 0))
        fixed = node.table is None or place.across
        return _sheet(place.sheet, here) + _address(line, column, fixed_row=fixed, fixed_column=True)

    def range(self, node: Node, here: str, rows: Sequence[int] | None = None) -> str:
        """Return the reference to all values of a column, or to neighbouring ``rows``."""
        place = self._nodes.get(node.id)
        if place is None or node.table is None:
            msg = f"{node!r} needs a place on a sheet"
            raise GraphError(msg)
        first, last = (rows[0], rows[-1] + 1) if rows else (0, len(node.table))
        return _span(place, last, here, first)

    def keys(self, table: Table, here: str) -> str:
        """Return the reference to all row keys of a table."""
        return _span(self._key_place(table), len(table), here)

    def key(self, table: Table, row: int, here: str) -> str:
        """Return the reference to one row key of a table."""
        place = self._key_place(table)
        line, column = place.at(row)
        return _sheet(place.sheet, here) + _address(line, column, fixed_row=place.across, fixed_column=not place.across)

    def _key_place(self, table: Table) -> Place:
        try:
            return self._keys[table.name]
        except KeyError:
            msg = f"the row keys of table {table.name!r} need a place on a sheet"
            raise GraphError(msg) from None


def formula(node: Node, row: int, places: Places, here: str) -> str:
    """Return the formula of a calculated quantity (of one row of a column), with its leading ``=``.

    A quantity that is searched for (``is_solved``) has none, and is an error: its value is written in its place.
    """
    text = _write(node, row, places, here)[0]
    return f"=IF({text},1,0)" if node.op in FLAGS else f"={text}"


def reference(node: Node, row: int, places: Places, here: str) -> str:
    """Return a formula that only points to where a quantity stands."""
    return "=" + places.cell(node, row, here)


def _text(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    """Return the text of an argument and whether it stands alone without brackets."""
    if node.op == "constant":
        return f"{node.value:g}", True
    if node.op == "undefined":
        return '"n/a"', True
    if places.of(node) is not None:
        return places.cell(node, row if node.table is not None else -1, here), True
    if node.op in {"input", "text"}:
        msg = f"the input {node!r} needs a place on a sheet"
        raise GraphError(msg)
    return _write(node, row, places, here)


def _write(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    if node.op in OPERATIONS:
        operation = OPERATIONS[node.op]
        texts = [_text(a, row, places, here) for a in node.args]
        if operation.atom:
            return operation.write(*(t for t, _ in texts)), True
        return operation.write(*(t if alone else f"({t})" for t, alone in texts)), False
    try:
        method = _METHODS[node.op]
    except KeyError:
        msg = f"{node!r} cannot be written as a formula"
        raise GraphError(msg) from None
    return method(node, row, places, here)


def _stack(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    part = node.args[row]
    if not places.stands_in(part, node, row):
        return _text(part, -1, places, here)
    text, alone = _write(part, -1, places, here)
    return (f"IF({text},1,0)", True) if part.op in FLAGS else (text, alone)


def _previous(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    """Return the cell one row up, where the sequence does not begin with this row."""
    if node.follows is None or node.table is None:
        msg = f"{node!r} follows nothing"
        raise GraphError(msg)
    return (places.cell(node.follows, row - 1, here) if row % node.table.run else "0"), True


def _pick(node: Node, _: int, places: Places, here: str) -> tuple[str, bool]:
    return _text(node.args[0], node.rows[0][0], places, here)


def _lookup(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    column, keys = node.args
    if column.table is None:
        msg = f"{column!r} is a scalar"
        raise GraphError(msg)
    key = places.cell(keys, row, here)
    return f"INDEX({places.range(column, here)},MATCH({key},{places.keys(column.table, here)},0))", True


def _sum(node: Node, _: int, places: Places, here: str) -> tuple[str, bool]:
    return (f"SUM({places.range(node.args[0], here)})" if node.args[0].table else "0"), True


def _sum_by(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    if node.table is None:
        msg = f"{node!r} has no rows"
        raise GraphError(msg)
    column, keys = node.args
    key = places.key(node.table, row, here)
    return f"SUMIFS({places.range(column, here)},{places.range(keys, here)},{key})", True


def _dot(node: Node, _: int, places: Places, here: str) -> tuple[str, bool]:
    return f"SUMPRODUCT({','.join(places.range(a, here) for a in node.args)})", True


def _lowest(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    column = node.args[0]
    return f"MIN({places.range(column, here, rows_of(node, column, row))})", True


def _last(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    column = node.args[0]
    return places.cell(column, rows_of(node, column, row).stop - 1, here), True


def _npv(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    rate, flows = node.args
    rows = rows_of(node, flows, row)
    first = places.cell(flows, rows.start, here)
    if len(rows) == 1:
        return first, True
    return f"{first}+NPV({_text(rate, -1, places, here)[0]},{places.range(flows, here, rows[1:])})", False


def _irr(node: Node, row: int, places: Places, here: str) -> tuple[str, bool]:
    """Guess from amounts and mean times, and begin with the first flow.

    Without the guess LibreOffice errs or finds another root in one cell of six, and with many periods of nothing before it in one
    of a hundred. Where the guess leads nowhere (several roots) the spreadsheet's own is tried.
    """
    rows = rows_of(node, node.args[0], row)
    flows, times = (places.range(a, here, rows) for a in node.args)
    out, back = f'(-SUMIFS({flows},{flows},"<0"))', f'SUMIFS({flows},{flows},">0")'
    mean_in = f"SUMPRODUCT(({flows}>0)*{flows}*{times})/{back}"
    mean_out = f"SUMPRODUCT(({flows}<0)*{flows}*{times})/(-{out})"
    guess = f"IFERROR(EXP(LN({back}/{out})/({mean_in}-{mean_out}))-1,0)"
    start, end = (places.range(node.args[1], here, [rows[i]]).partition(":")[0] for i in (0, -1))
    waits = f"{end}-{start}-SUMPRODUCT(MAX(({flows}<>0)*({end}-{times})))"
    begun = f"INDEX({flows},1+{waits}):INDEX({flows},1+{end}-{start})"
    return f'IF({out}=0,"n/a",IF({back}=0,-1,IFERROR(IRR({begun},{guess}),IFERROR(IRR({begun}),"n/a"))))', True


_METHODS = {
    "stack": _stack, "previous": _previous, "pick": _pick, "lookup": _lookup, "sum": _sum, "sum_by": _sum_by, "dot": _dot,
    "lowest": _lowest, "last": _last, "npv": _npv, "irr": _irr,
}  # fmt: skip


def _sheet(sheet: str, here: str) -> str:
    if sheet == here:
        return ""
    return f"'{sheet}'!" if " " in sheet else f"{sheet}!"


def _letters(column: int) -> str:
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _address(row: int, column: int, *, fixed_row: bool, fixed_column: bool) -> str:
    return f"{'$' * fixed_column}{_letters(column)}{'$' * fixed_row}{row + 1}"


def _span(place: Place, count: int, here: str, skip: int = 0) -> str:
    first = _address(*place.at(skip), fixed_row=True, fixed_column=True)
    last = _address(*place.at(max(count - 1, skip)), fixed_row=True, fixed_column=True)
    return f"{_sheet(place.sheet, here)}{first}:{last}"
