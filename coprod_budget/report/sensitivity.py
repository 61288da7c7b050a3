"""What moves a figure most: tornado, slopes and Sobol indices as tables, sentences, plain data and a picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from coprod_budget.report.lines_table import as_csv
from coprod_budget.report.markdown import escaped, table_as_markdown
from coprod_budget.report.solutions import metric_text, number_text
from coprod_budget.report.tables import Column, Row, Table, trimmed, written
from coprod_budget.report.tornado import HIGH, LOW, tornado
from coprod_budget.whatif.sensitivity import MAKING_ROOM

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.project import Project
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.sensitivity import Input, Sensitivity, Swing
    from coprod_budget.whatif.sobol import SobolIndices

FORMAT = "coprod-budget/sensitivity"
VERSION = 1
POINT = 0.01
"""One percentage point: what a share is moved by where other numbers are moved by one."""
SLOPES = (
    "One more: one unit, of a share one percentage point. Elasticity: per cent of change in the figure for 1 % more of the number. "
    "Each is measured 1 % either way (a step that rounding to cents does not drown), all others stay."
)
INDEPENDENT = "The indices take the numbers as independent of each other: correlations of the file are not taken into account here."


def swing_table(project: Project, found: Sensitivity, top: int) -> Table:
    """Return the tornado as a table, the largest swing first."""
    columns = (
        Column("Number", least=24),
        Column("Low", "number"),
        Column("High", "number"),
        Column("At low", "number", drop=1),
        Column("At high", "number", drop=1),
        Column("Swing", "number"),
        Column("Range", drop=2, least=10),
        Column("Note", drop=3, least=12),
    )
    rows = []
    for swing in found.swings[:top]:
        values = (_value(swing.input, swing.low), _value(swing.input, swing.high))
        there = (_figure(found.metric, swing.at_low), _figure(found.metric, swing.at_high))
        size = _figure(found.metric, swing.size)
        rows.append(Row((swing.input.path, *values, *there, size, swing.reach, swing.note)))
    unit = f", {found.metric.unit}" if found.metric.is_money else ""
    title = f"{project.title}: {found.metric.label}, one number at a time{unit}"
    now = f"As it stands: {metric_text(found.metric, found.now)}."
    return Table(title, columns, tuple(rows), f"{now}{_more(len(found.swings), top)}")


def slope_table(found: Sensitivity, top: int) -> Table:
    """Return the slopes, what 1 % more changes most first."""
    columns = (
        Column("Number", least=24),
        Column("Now", "number"),
        Column("One more", "number"),
        Column("1 % more", "number"),
        Column("Elasticity", "number"),
        Column("Note", drop=1, least=12),
    )
    rows = []
    for slope in found.slopes[:top]:
        one = slope.input
        hundredth = slope.derivative * one.value / 100
        elasticity = "–" if slope.elasticity is None else trimmed(slope.elasticity, 3)
        more = slope.derivative * (POINT if one.percent else 1)
        cells = (one.path, _value(one, one.value), _small(more), _small(hundredth), elasticity, slope.note)
        rows.append(Row(cells))
    unit = f", {found.metric.unit}" if found.metric.is_money else ""
    title = f"Slopes of {found.metric.key}{unit}"
    still = f" Numbers that do not move it: {found.still}." if found.still else ""
    return Table(title, columns, tuple(rows), f"{SLOPES}{_more(len(found.slopes), top)}{still}")


def sobol_table(found: SobolIndices, top: int) -> Table:
    """Return Sobol indices with half the width of their confidence interval, the largest total first."""
    columns = (
        Column("Number", least=24),
        Column("First", "number"),
        Column("±", "number"),
        Column("Total", "number"),
        Column("±", "number"),
        Column("Distribution", drop=1, least=20),
    )
    rows = [
        Row((i.path, *(trimmed(v, 3) for v in (i.first, i.first_range, i.total, i.total_range)), i.words))
        for i in found.indices[:top]
    ]
    note = (
        "Share of the variance that comes from a number alone (first) and with all it acts together with (total); ± spans 95 %. "
        f"{found.runs:,} runs, {found.draws:,} draws, seed {found.seed}.{_more(len(found.indices), top)}"
    )
    return Table("Where the variance comes from (Sobol)", columns, tuple(rows), note)


def picture(found: Sensitivity, top: int, width: int) -> list[str]:
    """Return the tornado drawn in characters."""
    swings = found.swings[:top]
    lines = tornado(swings, found.now, [_figure(found.metric, s.size) for s in swings], width)
    return [*lines, f"{LOW} at the low value, {HIGH} at the high value of the number"] if lines else []


def notes(found: Sensitivity) -> list[str]:
    """Return whether others made room for a number, and which numbers could not be moved, and why."""
    made = [*(one.note for one in found.swings), *(one.note for one in found.slopes)]
    shares = any(MAKING_ROOM in note for note in made)
    said = ["Where shares have to sum to 100 %, the others make room in proportion."] if shares else []
    return said + [f"{one.path} cannot be moved: {one.reason}" for one in found.unmoved]


def as_dict(project: Project, found: Sensitivity, indices: SobolIndices | None) -> dict[str, Any]:
    """Return everything as plain data; money as decimal numbers, shares as fractions."""
    metric = found.metric
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
        "metric": {"key": metric.key, "label": metric.label, "unit": metric.unit, "value": found.now},
        "tornado": [_swing(swing) for swing in found.swings],
        "slopes": [
            {
                **_input(slope.input),
                "derivative": slope.derivative,
                "elasticity": slope.elasticity,
                "left": _number(slope.left),
                "right": _number(slope.right),
                "note": slope.note or None,
            }
            for slope in found.slopes
        ],
        "do_not_move_it": found.still,
        "cannot_be_moved": [{"path": one.path, "reason": one.reason} for one in found.unmoved],
        "sobol": None if indices is None else _sobol(indices),
    }


def number_rows(found: Sensitivity, indices: SobolIndices | None) -> tuple[list[str], list[dict[str, Any]]]:
    """Return one row a number that moves the figure as plain data, after the names of the columns."""
    rows: dict[str, dict[str, Any]] = {}
    for slope in found.slopes:
        rows[slope.input.path] = _input(slope.input) | {
            "derivative": slope.derivative,
            "elasticity": slope.elasticity,
            "left": _number(slope.left),
            "right": _number(slope.right),
            "note": slope.note,
        }
    for swing in found.swings:
        rows.setdefault(swing.input.path, {}).update({k: v for k, v in _swing(swing).items() if k != "note"})
    for index in indices.indices if indices else ():
        rows.setdefault(index.path, {"path": index.path}).update(_index_values(indices, index.path))
    columns = [
        "path", "label", "unit", "value", "stated_in", "low", "high", "at_low", "at_high", "swing", "range", "derivative", "elasticity",
        "left", "right", "first", "first_range", "total", "total_range", "note",
    ]  # fmt: skip
    return columns, [{name: row.get(name) for name in columns} for row in rows.values()]


def as_csv_text(found: Sensitivity, indices: SobolIndices | None) -> str:
    """Return one row a number that moves the figure, as comma-separated text."""
    return as_csv(*number_rows(found, indices))


def as_markdown(project: Project, found: Sensitivity, indices: SobolIndices | None, top: int) -> str:
    """Return the tables as Markdown."""
    parts = [swing_table(project, found, top), slope_table(found, top)]
    parts += [sobol_table(indices, top)] if indices else []
    lines = [f"# {escaped(project.title)}"]
    for part in parts:
        lines += ["", *table_as_markdown(part)]
    said = [*notes(found), *([INDEPENDENT] if indices else [])]
    return "\n".join([*lines, "", *(f"- {escaped(note)}" for note in said)]) + "\n"


def draw_chart(project: Project, found: Sensitivity, top: int, path: Path) -> None:
    """Draw the tornado into a PNG or SVG file; raises ChartsMissingError without Matplotlib."""
    from coprod_budget.report import charts  # noqa: PLC0415 - imported late: Matplotlib is an extra

    swings = [
        charts.Swing(s.input.path, s.at_low, s.at_high, _value(s.input, s.low), _value(s.input, s.high))
        for s in found.swings[:top]
    ]
    unit = found.metric.unit if found.metric.is_money or found.metric.unit == "share" else ""
    charts.draw(path, [charts.Tornado(project.title, found.metric.label, found.now, swings, unit)])


def _more(count: int, top: int) -> str:
    return f" {count - top:,} more are not shown (--top {count})." if count > top else ""


def _figure(metric: Metric, value: float) -> str:
    """A figure in a table whose title says the currency; without decimals, as amounts in other tables."""
    return written(value, "money") if metric.is_money and math.isfinite(value) else metric_text(metric, value)


def _value(one: Input, value: float) -> str:
    return number_text(float(f"{value:.8g}"), share=one.percent)


def _small(value: float) -> str:
    """Four digits that matter, however small the number; thousands separated where it is large."""
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _input(one: Input) -> dict[str, Any]:
    return {
        "path": one.path,
        "label": one.label or None,
        "unit": one.unit or None,
        "value": one.value,
        "stated_in": "project" if one.in_file else "data",
    }


def _swing(swing: Swing) -> dict[str, Any]:
    return {
        **_input(swing.input),
        "low": swing.low,
        "high": swing.high,
        "range": swing.reach,
        "at_low": _number(swing.at_low),
        "at_high": _number(swing.at_high),
        "swing": swing.size,
        "note": swing.note or None,
    }


def _sobol(found: SobolIndices) -> dict[str, Any]:
    return {
        "draws": found.draws,
        "runs": found.runs,
        "seed": found.seed,
        "mean": found.mean,
        "sd": found.sd,
        "correlations": "not taken into account",
        "indices": [{"path": i.path, "distribution": i.words, **_index_values(found, i.path)} for i in found.indices],
    }


def _index_values(found: SobolIndices | None, path: str) -> dict[str, float]:
    index = next(i for i in (found.indices if found else ()) if i.path == path)
    return {name: getattr(index, name) for name in ("first", "first_range", "total", "total_range")}
