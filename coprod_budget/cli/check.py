"""``check``: every problem of a project and its data at once, and what looks wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from coprod_budget.cli.options import Data, ProjectFile, Sets, ShowConfig, Texts, Variants, film_source, load_film
from coprod_budget.cli.output import Format, complain
from coprod_budget.errors import ExitCode, ProblemsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from coprod_budget.api import Film
    from coprod_budget.errors import Problem


def check(
    project: ProjectFile,
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    show_config: ShowConfig = False,
) -> None:
    """Look for mistakes: of the file and each of its variants, of added data, missing prices and rates, old prices, lines that look wrong.

    Errors go to standard error and decide the exit code (3 or 4); warnings go to standard output.
    """
    source, filename = film_source(project)

    def load(names: Sequence[str] | None) -> Film:
        return load_film(source, filename, sets, data, names, texts)

    if show_config:
        from coprod_budget.cli.config import print_config

        print_config(load(variants), Format.TABLE)
        return
    from coprod_budget.project import variants_in

    errors: list[ProblemsError] = []
    found: list[Problem] = []
    _collect(errors, found, lambda: _added_tables(data))
    _collect(errors, found, lambda: _whole(load(variants)))
    known = {p for error in errors for p in error.problems}
    for name in () if variants else variants_in(source, filename):
        _collect(errors, found, partial(_variant, load, name, known))
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


def _whole(film: Film) -> list[Problem]:
    from coprod_budget import api
    from coprod_budget.report.review import review

    result = api.estimate(film)
    return [*result.warnings, *review(result.figures())]


def _variant(load: Callable[..., Film], name: str, known: Collection[Problem]) -> list[Problem]:
    """Build the film with one of its variants; raise what is wrong with it that is not wrong with the film itself."""
    from coprod_budget import api

    try:
        api.build(load([name]))
    except ProblemsError as error:
        begin = f"variant {name}: "
        own = [p for p in error.problems if p not in known]
        if own:
            named = [p if p.message.startswith(begin) else p._replace(message=begin + p.message) for p in own]
            raise type(error)(named) from None
    return []


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
