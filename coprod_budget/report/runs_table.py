"""The runs of a what-if for people: a table of the first and the last ones, and in words what failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.report.tables import NOT_DEFINED, Column, Row, Table, plain, written
from coprod_budget.whatif.results import ERROR, KEPT, MESSAGE, REQUIREMENTS, RUN, STATUS, VARIANT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from coprod_budget.report.tables import Cell, Kind, Style
    from coprod_budget.whatif.results import Field, Rows

SHOWN = 40
"""Runs in a table; of more, half of them from each end."""
_ID = "id"
_ORDER = {RUN: 0, VARIANT: 1, STATUS: 2, REQUIREMENTS: 4}
_MESSAGES = 8
_LINE = 300
_STUB = 2
"""Varied columns that every piece of a wide table repeats."""


def runs_table(
    pieces: Iterable[Rows], fields: Sequence[Field], title: str, *, count: int, first: Collection[str] | None = None
) -> Table:
    """Return the table of these runs.

    Of ``count`` runs in all, those that are not given are left out where the numbers jump. ``first`` are the figures
    to show where nobody named any, beside verdicts; those that are the same in all runs are then told in a sentence.
    """
    rows: list[dict[str, Any]] = []
    for piece in pieces:
        columns = {field.name: _listed(piece.columns[field.name]) for field in fields}
        rows += [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    shown = [field for field in fields if _is_shown(field, rows)]
    more = [f for f in shown if f.role == "metric" and f.kind == "number" and first is not None and f.name not in first]
    shown = [field for field in shown if field not in more]
    good = [row for row in rows if row[STATUS] != ERROR]
    same = [f for f in shown if first is not None and len(rows) > 1 and f.role == "metric" and _is_told(good, f)]
    shown = [field for field in shown if field not in same]
    shown.sort(key=lambda field: _ORDER.get(field.name, 1 if field.role == "varied" else 3))
    drawn: list[Row] = []
    for number, row in enumerate(rows):
        if number and row[RUN] != rows[number - 1][RUN] + 1:
            drawn.append(Row(("...", *("" for _ in shown[1:])), "sub"))
        drawn.append(Row(tuple(_cell(row[field.name], field) for field in shown), _style(row)))
    notes = [_told_once(good[0], same)] if same and good else []
    if more:
        notes.append(
            f"{len(more)} more figure{'' if len(more) == 1 else 's'}: name them with --metric, or write all to --out FILE."
        )
    if len(rows) < count:
        notes.append(f"{len(rows)} of {count:,} runs; --format csv, or --out FILE, has all of them.")
    varied = sum(field.role == "varied" for field in shown)
    stub = 1 + (varied if varied <= _STUB else 0)
    return Table(title, tuple(map(_column, shown)), tuple(drawn), " ".join(notes), continues=True, stub=stub)


def first_figures(partners: Iterable[str], required: Iterable[str]) -> set[str]:
    """Return the figures that are shown where nobody named any: cost, gap, what the partners earn, what is required."""
    earned = {f"party.{partner}.{figure}" for partner in partners for figure in ("profit", "irr")}
    return {"budget.total", "net_cost.expected", "finance.gap", *earned, *required}


def _is_told(good: Sequence[dict[str, Any]], field: Field) -> bool:
    """Say whether a figure needs no column: it is the same in all runs that came about, or none did."""
    if len(good) == 1 and field.kind == "number":
        return False
    return len({_cell(row[field.name], field) for row in good}) <= 1


def _told_once(row: Mapping[str, Any], fields: Sequence[Field]) -> str:
    """What is the same in all runs that came about, by what it is."""
    said: dict[str, list[str]] = {}
    for field in fields:
        text = written(_cell(row[field.name], field), _kind(field.unit)) or NOT_DEFINED
        said.setdefault(text, []).append(field.name.removesuffix(".verdict"))
    parts = [f"{', '.join(names)} ({text})" for text, names in said.items()]
    return f"The same in all of these: {'; '.join(parts)}."


def planned_table(runs: Iterable[Mapping[str, Any]], fields: Sequence[Field], count: int) -> Table:
    """Return the table of the first runs before anything is calculated."""
    shown = [field for field in fields if field.name == RUN or field.role == "varied"]
    rows = [Row(tuple(_cell(run[field.name], field) for field in shown)) for run in runs]
    note = f"The first {len(rows)} of {count:,} runs." if len(rows) < count else ""
    return Table("Runs", tuple(map(_column, shown)), tuple(rows), note, continues=True)


def failure_lines(found: Mapping[str, Sequence[int]]) -> list[str]:
    """Return a line for every reason why runs failed: the first of them, and why."""
    lines = []
    for message, runs in list(found.items())[:_MESSAGES]:
        named = ", ".join(map(str, runs[:5])) + (", ..." if len(runs) > 5 else "")
        why = plain(message)
        cut = why if len(why) <= _LINE else f"{why[:_LINE]}..."
        lines.append(f"run{'' if len(runs) == 1 else 's'} {named}: {cut}")
    if len(found) > _MESSAGES:
        lines.append(f"{len(found) - _MESSAGES} more reasons: see the column {MESSAGE} of --format csv or --out FILE")
    return lines


def varied_text(value: Any, *, in_percent: bool = False) -> str:
    """Return a varied value for people, with every digit that was meant."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return f"{value * 100:.10g}%" if in_percent else f"{value:.10g}"
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
        return Column(field.name, "rate")
    if field.kind != "number":
        return Column(field.name, least=12)
    return Column(field.name, _kind(field.unit))


def _kind(unit: str) -> Kind:
    if len(unit) == 3 and unit.isupper():
        return "money"
    return "share" if unit == "share" else "multiple" if unit == "multiple" else "number"


def _cell(value: Any, field: Field) -> Cell:
    if field.name == RUN:
        return str(value)
    if field.name == VARIANT:
        return value or "none"
    if field.role == "varied":
        return varied_text(value, in_percent=field.percent) if value is not None or field.kind == "any" else ""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value or ""


def _style(row: dict[str, Any]) -> Style:
    if row[STATUS] == ERROR:
        return "bad"
    return "warn" if row.get(REQUIREMENTS, KEPT) != KEPT else ""
