"""What ``solve`` found: the values as tables, sentences, and plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from coprod_budget.model.findings import VERDICTS
from coprod_budget.report.lines_table import as_csv
from coprod_budget.report.markdown import escaped, table_as_markdown
from coprod_budget.report.tables import NOT_DEFINED, WHOLE, Column, Row, Table, percent, trimmed, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.project import Project
    from coprod_budget.report.tables import Kind
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.solve import Answer, Solution

FORMAT = "coprod-budget/solve"
VERSION = 1
KEPT = {"from": "from here on", "up_to": "up to here", "only": "here"}
SHAPES = {
    "rises": "It never falls as the number rises.",
    "falls": "It never rises as the number rises.",
    "level": "The number does not move it.",
    "turns": "It rises in places and falls in others, so look at every answer.",
    "unknown": "",
}
CONFIRMED = "Every answer was confirmed by estimating the film again with it."
NO_FILE = "No project file states this number (it comes from the data), so no --set shows it; the same model was asked."
_EXACT = 12


def metric_text(metric: Metric, value: float) -> str:
    """Return a value of a metric in words: 1,900,000.00 EUR, 8.5%, 1.20x, pass."""
    if not math.isfinite(value):
        return NOT_DEFINED
    if metric.is_verdict:
        return VERDICTS[round(value)]
    if metric.is_money:
        return f"{written(value, 'money', 2)} {metric.unit}"
    if metric.of_rule == "share":
        return percent(value)  # next to a limit of law, a tenth of a point is not enough
    kind: Kind = "multiple" if metric.unit == "multiple" else "share" if metric.unit == "share" else "rate"
    return written(value, kind)


def number_text(value: float | None, *, share: bool) -> str:
    """Return a value of the number that was sought, in full: shares in per cent, thousands separated."""
    if value is None:
        return "not given"
    if share:
        return f"{trimmed(value * 100, 8)}%"
    whole = len(str(int(abs(value))))
    return trimmed(value, max(_EXACT - whole, 2))


def tables(project: Project, found: Solution) -> list[Table]:
    """Return the answers, after the film as it stands."""
    share = found.percent
    rests = list(found.answers[0].rest) if found.answers else []
    columns = (
        Column("", least=WHOLE),
        Column("Value", "number"),
        Column("Metric", "number"),
        Column("Kept", least=12),
        *(Column(path, "number", drop=1) for path in rests),
    )
    value, metric, holds = found.now
    now = ("as it stands", number_text(value, share=share), metric_text(found.metric, metric), _yes(holds=holds))
    rows = [Row((*now, *("" for _ in rests)), "sub")]
    rows += [_row(found, answer, share=share) for answer in found.answers]
    if found.nearest is not None and found.shape != "level":
        near, there = found.nearest
        cells = ("nearest", number_text(near, share=share), metric_text(found.metric, there), "no")
        rows.append(Row((*cells, *("" for _ in rests)), "bad"))
    title = f"{project.title}: {found.path} until {found.requirement.text}"
    note = "" if found.metric.is_verdict else f"{found.metric.label}. {SHAPES[found.shape]}"
    return [Table(title, columns, tuple(rows), note.rstrip())]


def _row(found: Solution, answer: Answer, *, share: bool) -> Row:
    kept = KEPT[answer.kept] if answer.holds else f"{KEPT[answer.kept]}, by a hair not"
    cells = ("answer", number_text(answer.value, share=share), metric_text(found.metric, answer.metric), kept)
    return Row((*cells, *(number_text(v, share=share) for v in answer.rest.values())), "total")


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "no"


def notes(found: Solution, command: Callable[[tuple[str, ...]], str]) -> list[str]:
    """Return what there is to say: the range, what was refused, and the commands that show the answers."""
    share = found.percent
    low, high = number_text(found.low, share=share), number_text(found.high, share=share)
    said = []
    if found.everywhere:
        said.append(f"Every value from {low} to {high} keeps {found.requirement.text}.")
    elif not found.answers and found.nearest is None:
        said.append(f"No value from {low} to {high} gives {found.requirement.key} a figure.")
    elif not found.answers and found.nearest is not None and found.shape == "level":
        still = f"{found.requirement.key} stays at {metric_text(found.metric, found.nearest[1])}"
        said.append(f"No value from {low} to {high} keeps {found.requirement.text}: {still} whatever {found.path} is.")
    elif not found.answers:
        said.append(f"No value from {low} to {high} keeps {found.requirement.text}; the nearest is shown.")
    else:
        more = (
            ""
            if len(found.answers) == 1
            else f" {len(found.answers)} answers: the requirement is kept on one side of each."
        )
        said.append(f"Looked from {low} to {high}.{more}")
    if found.refused:
        said.append(f"{found.refused} of the values cannot be: {found.reason}.")
    if found.answers:
        said.append(CONFIRMED if found.answers[0].sets else NO_FILE)
    said += [command(answer.sets) for answer in found.answers if answer.sets]
    return said


def as_dict(project: Project, found: Solution) -> dict[str, Any]:
    """Return everything as plain data; money as decimal numbers, shares as fractions, verdicts in words."""
    value, metric, holds = found.now
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
        "find": found.path,
        "until": found.requirement.text,
        "metric": {"key": found.metric.key, "label": found.metric.label, "unit": found.metric.unit},
        "range": {"from": found.low, "to": found.high},
        "now": {"value": value, "metric": plain_metric(found.metric, metric), "holds": holds},
        "metric_moves": found.shape,
        "answers": [_answer(found, answer) for answer in found.answers],
        "kept_everywhere": found.everywhere,
        "nearest": None
        if found.nearest is None
        else {"value": found.nearest[0], "metric": plain_metric(found.metric, found.nearest[1])},
        "refused": {"values": found.refused, "reason": found.reason or None},
    }


def plain_metric(metric: Metric, value: float) -> float | str | None:
    """Return a value of a metric for JSON and CSV."""
    if not math.isfinite(value):
        return None
    return VERDICTS[round(value)] if metric.is_verdict else value


def _answer(found: Solution, answer: Answer) -> dict[str, Any]:
    return {
        "value": answer.value,
        "kept": answer.kept,
        "metric": plain_metric(found.metric, answer.metric),
        "holds": answer.holds,
        "rest": answer.rest,
        "set": list(answer.sets),
    }


def answer_rows(found: Solution) -> tuple[list[str], list[dict[str, Any]]]:
    """Return one row an answer as plain data, after the names of the columns."""
    columns = ["find", "until", "value", "kept", "metric", "holds", *(found.answers[0].rest if found.answers else ())]
    rows = [
        {
            "find": found.path,
            "until": found.requirement.text,
            "value": a.value,
            "kept": a.kept,
            "metric": plain_metric(found.metric, a.metric),
            "holds": a.holds,
            **a.rest,
        }
        for a in found.answers
    ]
    return columns, rows


def as_csv_text(found: Solution) -> str:
    """Return one row an answer as comma-separated text."""
    return as_csv(*answer_rows(found))


def as_markdown(project: Project, found: Solution, command: Callable[[tuple[str, ...]], str]) -> str:
    """Return tables and sentences as Markdown."""
    lines = [f"# {escaped(project.title)}"]
    for part in tables(project, found):
        lines += ["", *table_as_markdown(part)]
    return "\n".join([*lines, "", *(f"- {escaped(note)}" for note in notes(found, command))]) + "\n"
