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
        help="Change a value of the file: schedule.shoot_days.moscow=16, budget.lines[lead].rate*=1.1, += too; ~PATH takes an "
        "entry out; @FILE applies a file of changes. Repeatable, the last one wins.",
    ),
]  # fmt: skip
Texts = Annotated[
    list[str] | None,
    typer.Option(
        "--set-text", metavar="PATH=TEXT", show_default=False,
        help="As --set, after all of them, with the text taken as it is written. Repeatable.",
    ),
]  # fmt: skip
Variants = Annotated[
    list[str] | None,
    typer.Option(
        "--variant", metavar="NAME", show_default=False,
        help="Apply a named set of changes from the file's `variants`, before --set. Repeatable.",
    ),
]  # fmt: skip
Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data", metavar="DIR", show_default=False, help="A folder with more or newer tables than ship. Repeatable."
    ),
]
ShowConfig = Annotated[
    bool,
    typer.Option(
        "--show-config",
        help="Instead: every value that is in force, after variants and changes, and where it comes from.",
    ),
]
Form = Annotated[Format, typer.Option("--format", help="How to write it on standard output.")]

STDIN = "-"
STDIN_NAME = "<stdin>"


def read_film(
    project: str,
    sets: Sequence[str] | None,
    data: Sequence[Path] | None,
    variants: Sequence[str] | None = None,
    texts: Sequence[str] | None = None,
) -> Film:
    """Read the project from its file or from standard input."""
    return load_film(*film_source(project), sets, data, variants, texts)


def film_source(project: str) -> tuple[Path | str, str]:
    """Return the file of a project, or its text from standard input, which can be read only once; and the name of the text."""
    if project != STDIN:
        return Path(project), ""
    from coprod_budget.yaml_reader import MAX_BYTES, decode

    return decode(sys.stdin.buffer.read(MAX_BYTES + 1), STDIN_NAME), STDIN_NAME


def load_film(
    source: Path | str,
    filename: str,
    sets: Sequence[str] | None,
    data: Sequence[Path] | None,
    variants: Sequence[str] | None,
    texts: Sequence[str] | None,
) -> Film:
    """Load a film from what ``film_source`` returned."""
    from coprod_budget import api

    given, chosen = (sets or (), data or ()), {"variants": variants or (), "texts": texts or ()}
    if isinstance(source, Path):
        return api.load(source, *given, **chosen)
    return api.load_text(source, *given, filename=filename, **chosen)


def one_of(value: str, known: Collection[str], what: str, option: str) -> str:
    """Return the value if it is known, else stop with the nearest known one (exit 2)."""
    if value not in known:
        near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}? " if near else ""
        msg = f"no {what} {value!r}; {hint}Known: {', '.join(known) or 'none'}."
        raise typer.BadParameter(msg, param_hint=option)
    return value
