"""``solve``: the value of a number of the film at which a figure reaches a target."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, Variants  # noqa: TC001 - Typer reads them
from coprod_budget.cli.output import Format, complain
from coprod_budget.cli.studies import estimate_command, form_of, open_study, put, requirement
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from coprod_budget.whatif.solve import Solution
    from coprod_budget.whatif.study import Study

SUFFIXES = (".json", ".csv", ".md")


def solve(
    project: ProjectFile,
    find: Annotated[
        str,
        typer.Option(
            "--find",
            metavar="PATH",
            show_default=False,
            help="The number to look for: a path of the file as in --set, or an input of the data such as lines.gaffer_moscow.rate.",
        ),
    ],
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="TARGET",
            show_default=False,
            help='What has to hold: "party.fund.multiple >= 1", "budget.total <= 1800000", "eligibility.ID == pass".',
        ),
    ],
    low: Annotated[float | None, typer.Option("--from", show_default=False, help="Look from this value on.")] = None,
    high: Annotated[
        float | None,
        typer.Option(
            "--to",
            show_default=False,
            help="Look up to this value (four times what stands now, and further, if not given).",
        ),
    ] = None,
    rest: Annotated[
        list[str] | None,
        typer.Option(
            "--rest",
            metavar="PATH",
            show_default=False,
            help="A share that takes up what the number leaves, so that their sum stays. Repeatable.",
        ),
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Whole numbers only: days, people.")] = False,
    variants: Variants = None,
    sets: Sets = None,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", show_default=False, help=f"Write the answers to a file: {', '.join(SUFFIXES)}."
        ),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Find where a number of the film lets a figure reach a target: every crossing, or the nearest miss (exit 5)."""  # fmt: skip
    form = form_of(form, out, SUFFIXES)
    study = open_study(project, sets, data, variants)
    complain(study.base.warnings)
    found = _solved(study, find, until, (low, high), rest or [], whole=whole)
    film = study.base.project

    def command(more: tuple[str, ...]) -> str:
        return estimate_command(project, study, more)

    from coprod_budget.report import solutions

    if form is Format.TABLE:
        from coprod_budget.report.screen import show_table

        for table in solutions.tables(film, found):
            show_table(table)
        typer.echo()
        for note in solutions.notes(found, command):
            typer.echo(note, err=not note.startswith("coprod-budget"))
    elif form is Format.JSON:
        from coprod_budget.report.json_report import as_json

        commands = [command(a.sets) if a.sets else None for a in found.answers]
        put(as_json({**solutions.as_dict(film, found), "commands": commands}), out)
    elif form is Format.CSV:
        put(solutions.as_csv_text(found), out)
    else:
        put(solutions.as_markdown(film, found, command), out)
    if not found.answers and not found.everywhere:
        raise typer.Exit(ExitCode.REQUIREMENT_FAILED)


def _solved(
    study: Study, find: str, until: str, ends: tuple[float | None, float | None], rest: list[str], *, whole: bool
) -> Solution:
    from coprod_budget.report.screen import console
    from coprod_budget.whatif.solve import NoRangeError, solve

    wanted = requirement(study, until, "--until")
    screen = console(error=True)
    try:
        if not screen.is_terminal:
            return solve(study, find, wanted, low=ends[0], high=ends[1], rest=rest, whole=whole)
        with screen.status(f"Looking for {find}"):
            return solve(study, find, wanted, low=ends[0], high=ends[1], rest=rest, whole=whole)
    except NoRangeError as error:
        raise typer.BadParameter(str(error), param_hint="--from") from None
    except KeyError as error:
        msg = f"{error.args[0]} has no number now, so there is nothing to share out"
        raise typer.BadParameter(msg, param_hint="--rest") from None
