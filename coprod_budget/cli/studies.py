"""What the commands of what-ifs share: opening a study of a film, asking for a figure, writing a result, the command that shows a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import film_source
from coprod_budget.cli.output import complain, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coprod_budget.whatif.metrics import Requirement
    from coprod_budget.whatif.study import Study

Rests = Annotated[
    list[str] | None,
    typer.Option(
        "--rest", metavar="PATH", show_default=False,
        help="A share that takes up what those beside it leave, so that their sum stays (partners.rs.share beside partners.ru.share). "
        "Repeatable.",
    ),
]  # fmt: skip
WorkersOf = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, show_default=False, help="Processes that calculate; as many as pay if not given."
    ),
]  # fmt: skip
Dask = Annotated[
    str,
    typer.Option("--dask", metavar="ADDRESS", show_default=False, help="Let the workers of a Dask cluster calculate."),
]
MOST_WARNINGS = 10
"""Warnings of runs that are printed: runs of many films may each have their own."""


def open_study(
    project: str,
    sets: Sequence[str] | None,
    data: Sequence[Path] | None,
    variants: Sequence[str] | None = None,
    texts: Sequence[str] | None = None,
) -> Study:
    """Open a film for what-ifs, from its file or from standard input, and build it once; problems of the file are raised."""
    from coprod_budget.whatif.study import Study

    source, name = film_source(project)
    study = Study(source, filename=name, sets=sets or (), variants=variants or (), texts=texts or (), data=data or ())
    study.base  # noqa: B018 - read once here, so that what is wrong with the file is said before anything runs
    return study


def warn_of_runs(study: Study) -> None:
    """Print what is to be known of the films that runs led to, and not of the film as it stands."""
    complain(study.warnings[:MOST_WARNINGS])
    if len(study.warnings) > MOST_WARNINGS:
        tell(f"{len(study.warnings) - MOST_WARNINGS} more warnings of other runs")


def requirement(study: Study, text: str, option: str) -> Requirement:
    """Read a requirement on a figure of the film; what cannot be read, or is no figure, is a mistake of usage (exit 2)."""
    from coprod_budget.whatif.metrics import Requirement, UnknownMetricError

    try:
        found = Requirement.parse(text)
        found.asked_of(study.metric(found.key))
        if not math.isfinite(found.bound):
            raise ValueError(f"{text!r}: {found.bound} is no number to reach")  # noqa: TRY301 - told like the others
    except (UnknownMetricError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
    return found
