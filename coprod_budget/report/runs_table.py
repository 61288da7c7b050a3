"""The runs of a what-if for people: a table of the first and the last ones, and in words what failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.report.tables import Column, Row, Table, percent, plain
from coprod_budget.whatif.results import ERROR, KEPT, MESSAGE, REQUIREMENTS, RUN, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coprod_budget.report.tables import Cell, Kind, Style
    from coprod_budget.whatif.results import Field, Rows

SHOWN = 40
"""Runs in a table; of more, half of them from each end."""
_ID = "id"
_TITLE = 14
_MESSAGES = 8


def runs_table(pieces: Iterable[Rows], fields: Sequence[Field], title: str, *, count: int) -> Table:
    """Return the table of these runs; of ``count`` in all, those that are not given are left out where the numbers jump."""
    rows: list[dict[str, Any]] = []
    for piece in pieces:
        columns = {field.name: _listed(piece.columns[field.name]) for field in fields}
        rows += [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    shown = [field for field in fields if _is_shown(field, rows)]
    drawn: list[Row] = []
    for number, row in enumerate(rows):
        if number and row[RUN] != rows[number - 1][RUN] + 1:
            drawn.append(Row(("...", *("" for _ in shown[1:])), "sub"))
        drawn.append(Row(tuple(_cell(row[field.name], field) for field in shown), _style(row)))
    note = ""
    if len(rows) < count:
        note = f"{len(rows)} of {count:,} runs; --format csv, or --out FILE, has all of them."
    return Table(title, tuple(map(_column, shown)), tuple(drawn), note, continues=True)


def failure_lines(found: Mapping[str, Sequence[int]]) -> list[str]:
    """Return a line for every reason why runs failed: the first of them, and why."""
    lines = []
    for message, runs in list(found.items())[:_MESSAGES]:
        named = ", ".join(map(str, runs[:5])) + (", ..." if len(runs) > 5 else "")
        lines.append(f"run{'' if len(runs) == 1 else 's'} {named}: {plain(message)}")
    if len(found) > _MESSAGES:
        lines.append(f"{len(found) - _MESSAGES} more reasons: see the column {MESSAGE} of --format csv or --out FILE")
    return lines


def varied_text(value: Any, *, in_percent: bool = False) -> str:
    """Return a varied value for people, with every digit that was meant."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return percent(value) if in_percent and round(value * 1e4) == round(value * 1e4, 6) else f"{value:.10g}"
    return plain(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _listed(values: Any) -> list[Any]:
    return list(values.tolist()) if isinstance(values, np.ndarray) else list(values)


def _is_shown(field: Field, rows: Sequence[dict[str, Any]]) -> bool:
    """Ids are for programs; how a run went is told where one failed, and why under the table."""
    if field.name in {_ID, MESSAGE}:
        return False
    return field.name != STATUS or any(row[STATUS] == ERROR for row in rows)


def _column(field: Field) -> Column:
    if field.name == RUN or (field.role == "varied" and field.kind == "number"):
        return Column(_broken(field.name), "rate")
    if field.kind != "number":
        return Column(_broken(field.name), least=12)
    return Column(_broken(field.name), _kind(field.unit))


def _kind(unit: str) -> Kind:
    if len(unit) == 3 and unit.isupper():
        return "money"
    return "share" if unit == "share" else "multiple" if unit == "multiple" else "number"


def _broken(name: str) -> str:
    """A name in parts that fit above narrow columns: it may be cut after a dot."""
    parts = [""]
    for piece in name.replace(".", ".\x00").split("\x00"):
        if parts[-1] and len(parts[-1] + piece) > _TITLE:
            parts.append(piece)
        else:
            parts[-1] += piece
    return " ".join(parts)


def _cell(value: Any, field: Field) -> Cell:
    if field.name == RUN:
        return str(value)
    if field.role == "varied":
        return varied_text(value, in_percent=field.percent) if value is not None or field.kind == "any" else ""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value or ""


def _style(row: dict[str, Any]) -> Style:
    if row[STATUS] == ERROR:
        return "bad"
    return "warn" if row.get(REQUIREMENTS, KEPT) != KEPT else ""
