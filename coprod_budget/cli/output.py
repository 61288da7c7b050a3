"""Where output goes: tables and files to standard output, problems and notes to standard error."""

from __future__ import annotations

import os
import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from coprod_budget.errors import Problem
    from coprod_budget.report.tables import Table


class Format(StrEnum):
    """How a result is written on standard output."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"


def one_line(problem: Problem) -> str:
    """Return a problem as ``file:line:column: what is wrong; what would be right``; warnings say so."""
    from coprod_budget.report.tables import plain

    text = str(problem)
    if problem.severity == "warning":
        place = text.removesuffix(f"{problem.message}; {problem.hint}" if problem.hint else problem.message)
        text = f"{place}warning: {text[len(place) :]}"
    return plain(text)


def complain(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Print problems one a line, those of one file in the order of its lines."""
    for problem in sorted(problems, key=lambda p: (p.file, p.line, p.column, p.code)):
        typer.echo(one_line(problem), err=err)


def silence() -> None:
    """Nobody reads any more: let what is still buffered go nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return


def say(text: str) -> None:
    """Write a finished text to standard output."""
    sys.stdout.write(text)


def show_tables(tables: Sequence[Table], form: Format) -> None:
    """Print tables in the format asked for; as JSON, a list of rows (of several tables: one list each, by title)."""
    if form is Format.TABLE:
        from coprod_budget.report.screen import show_table

        for table in tables:
            show_table(table)
    elif form is Format.MD:
        from coprod_budget.report.markdown import table_as_markdown

        say("\n\n".join("\n".join(table_as_markdown(table)) for table in tables) + "\n")
    elif form is Format.CSV:
        from coprod_budget.report.lines_table import table_as_csv

        say("\n".join(table_as_csv(table) for table in tables))
    else:
        from coprod_budget.report.json_report import as_json

        lists = {_key(table.title): _rows(table) for table in tables}
        say(as_json(lists if len(lists) > 1 else next(iter(lists.values()))))


def _rows(table: Table) -> list[dict[str, object]]:
    names = [_key(column.title) for column in table.columns]
    return [
        {name: None if cell == "" else cell for name, cell in zip(names, row.cells, strict=True)} for row in table.rows
    ]


def _key(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.partition(":")[0].lower()).strip("_")


def form_of(form: Format, out: Path | None, suffixes: Sequence[str]) -> Format:
    """Return the format of a result: of the file it goes into, or the one asked for."""
    if out is None:
        return form
    suffix = out.suffix.lower()
    if suffix not in suffixes:
        msg = f"this is written to {', '.join(suffixes)}; {str(out)!r} ends otherwise"
        raise typer.BadParameter(msg, param_hint="--out")
    if form is not Format.TABLE and f".{form.value}" != suffix:
        msg = f"{form.value} does not go into a {suffix} file; leave --format out"
        raise typer.BadParameter(msg, param_hint="--format")
    return Format(suffix[1:])


def put(text: str, out: Path | None) -> None:
    """Write a finished text to a file, whole or not at all, or to standard output."""
    if out is None:
        say(text)
        return
    from coprod_budget.report.files import replace

    try:
        replace(out, lambda place: place.write_text(text, encoding="utf-8", newline="\n"))
    except OSError as error:
        msg = f"cannot write {str(out)!r}: {error.strerror or error}"
        raise typer.BadParameter(msg, param_hint="--out") from None
    typer.echo(f"wrote {out}", err=True)
