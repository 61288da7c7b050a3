"""``check``: every problem of a project and its data at once, and what looks wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from coprod_budget.cli.options import Data, ProjectFile, Sets, read_film
from coprod_budget.cli.output import complain
from coprod_budget.errors import ExitCode, ProblemsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from coprod_budget.errors import Problem


def check(project: ProjectFile, sets: Sets = None, data: Data = None) -> None:
    """Look for mistakes: of the file, of added data, missing prices and rates, old prices, lines that look wrong.

    Errors go to standard error and decide the exit code (3 or 4); warnings go to standard output.
    """
    errors: list[ProblemsError] = []
    found: list[Problem] = []
    _collect(errors, found, lambda: _added_tables(data))
    _collect(errors, found, lambda: _whole(project, sets, data))
    wrong = {p: None for error in errors for p in error.problems}
    wrong |= dict.fromkeys(p for p in found if p.severity == "error")
    warnings = [p for p in dict.fromkeys(found) if p.severity == "warning"]
    complain(wrong)
    complain(warnings, err=False)
    typer.echo(f"{_count(len(wrong), 'error')}, {_count(len(warnings), 'warning')}", err=bool(wrong))
    if wrong:
        codes = [int(e.exit_code) for e in errors] or [int(ExitCode.INVALID_PROJECT)]
        raise typer.Exit(min(codes))


def _collect(errors: list[ProblemsError], found: list[Problem], step: Callable[[], list[Problem]]) -> None:
    try:
        found += step()
    except ProblemsError as error:
        errors.append(error)


def _added_tables(data: Sequence[Path] | None) -> list[Problem]:
    """Read every table of the added folders, also those that this project does not need."""
    if not data:
        return []
    from coprod_budget.catalog import open_catalog

    return open_catalog(data).check()


def _whole(project: str, sets: Sequence[str] | None, data: Sequence[Path] | None) -> list[Problem]:
    from coprod_budget import api
    from coprod_budget.report.review import review

    result = api.estimate(read_film(project, sets, data))
    return [*result.warnings, *review(result.figures())]


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
