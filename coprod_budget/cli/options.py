"""Arguments and options that several commands share, and reading the project they name."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.output import Format

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from coprod_budget.api import Film

ProjectFile = Annotated[
    str,
    typer.Argument(
        metavar="PROJECT", help="The project file (YAML); - reads it from standard input.", show_default=False
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", show_default=False,
        help="Change a value of the file: schedule.shoot_days.moscow=16, budget.lines[lead].rate*=1.1, += too. Repeatable.",
    ),
]  # fmt: skip
Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data", metavar="DIR", show_default=False, help="A folder with more or newer tables than ship. Repeatable."
    ),
]
Form = Annotated[Format, typer.Option("--format", help="How to write it on standard output.")]

STDIN = "-"


def read_film(project: str, sets: Sequence[str] | None, data: Sequence[Path] | None) -> Film:
    """Read the project from its file or from standard input."""
    from coprod_budget import api

    if project != STDIN:
        return api.load(project, sets or (), data or ())
    from coprod_budget.yaml_reader import MAX_BYTES, decode

    text = decode(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
    return api.load_text(text, sets or (), data or (), filename="<stdin>")


def one_of(value: str, known: Collection[str], what: str, option: str) -> str:
    """Return the value if it is known, else stop with the nearest known one (exit 2)."""
    if value not in known:
        near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}? " if near else ""
        msg = f"no {what} {value!r}; {hint}Known: {', '.join(known) or 'none'}."
        raise typer.BadParameter(msg, param_hint=option)
    return value
