"""Where output goes: tables and files to standard output, problems and notes to standard error."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

import typer

from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from coprod_budget.errors import Problem
    from coprod_budget.report.tables import Table


NARROWEST, WIDTH = 40, 80
"""Characters of a line of notes on a terminal: the least, and where the terminal does not say."""


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
        tell(one_line(problem), err=err)


def tell(text: str, *, err: bool = True) -> None:
    """Write a note to standard error: one line, on a terminal as many as it takes, cut between words."""
    stream = sys.stderr if err else sys.stdout
    typer.echo(_wrapped(text, _width(stream)) if stream.isatty() else text, err=err)


def _width(stream: TextIO) -> int:
    """Columns of the terminal behind a stream, whatever the other streams are."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(int(asked), NARROWEST)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, NARROWEST)
    except (OSError, ValueError):
        return WIDTH


def _wrapped(text: str, width: int) -> str:
    """A note of several lines; those after the first of each line are set in. What is longer than a line, such as a key, stays whole."""
    found = []
    for line in text.splitlines():
        begin = line[: len(line) - len(line.lstrip(" "))]
        found += textwrap.wrap(
            line, width, subsequent_indent=f"{begin}  ", break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(found)


def space(*, more: bool = False) -> None:
    """Put an empty line between tables and the notes on them, or before what more goes to standard output; none at its end in a pipe."""
    if more or sys.stdout.isatty():
        typer.echo()


def wrote(*paths: Path) -> None:
    """Say which files were written: on one line, so that a path can be copied."""
    typer.echo(f"wrote {' and '.join(map(str, paths))}", err=True)


@contextmanager
def writing(path: Path | str, more: str = "") -> Iterator[None]:
    """Say in plain words that a file cannot be written, and stop (exit 2); ``more`` is what else there is to know then."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(path, error, more) from None


def cannot_write(path: Path | str, error: OSError, more: str = "") -> typer.Exit:
    """Say that a file cannot be written, and why; return what to raise. The command was right, so its usage is not shown."""
    tell("; ".join(part for part in (f"cannot write {str(path)!r}: {error.strerror or error}", more) if part))
    return typer.Exit(ExitCode.USAGE)


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
        from coprod_budget.report import screen

        screen.show_tables(tables)
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


def suffix_of(form: StrEnum, out: Path, suffixes: Sequence[str]) -> str:
    """Return the ending of a file that a result goes into: one of these, and not of another format than the one asked for."""
    suffix = out.suffix.lower()
    if suffix not in suffixes:
        msg = f"this is written to {', '.join(suffixes)}; {str(out)!r} ends otherwise"
        raise typer.BadParameter(msg, param_hint="--out")
    if form != Format.TABLE and f".{form.value}" != suffix:
        msg = f"{form.value} does not go into a {suffix} file; leave --format out"
        raise typer.BadParameter(msg, param_hint="--format")
    return suffix


def form_of(form: Format, out: Path | None, suffixes: Sequence[str]) -> Format:
    """Return the format of a result: of the file it goes into, or the one asked for."""
    return form if out is None else Format(suffix_of(form, out, suffixes)[1:])


def put(text: str, out: Path | None) -> None:
    """Write a finished text to a file, whole or not at all, or to standard output."""
    if out is None:
        say(text)
        return
    from coprod_budget.report.files import replace

    with writing(out):
        replace(out, lambda place: place.write_text(text, encoding="utf-8", newline="\n"))
    wrote(out)
