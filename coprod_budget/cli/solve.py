"""``solve``: the value of a number of the film at which a figure reaches a target."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, Texts, Variants  # noqa: TC001 - Typer reads them
from coprod_budget.cli.output import Format, complain, form_of, put, space, tell
from coprod_budget.cli.studies import Rests, open_study, requirement
from coprod_budget.cli.target import OVERRIDES, target
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from coprod_budget.whatif.solve import Solution
    from coprod_budget.whatif.study import Study

SUFFIXES = (".json", ".csv", ".md")


def _number(text: str) -> float:
    """Read a number as a file has it: 0.2, 20%."""
    from coprod_budget.project import parse_percent

    share = parse_percent(text)
    try:
        return float(text) if share is None else share
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no number; write 1000000, 0.2 or 20%") from None


def solve(
    project: ProjectFile,
    find: Annotated[
        str | None,
        typer.Option(
            "--find",
            metavar="PATH",
            show_default=False,
            help="The number to look for: a path of the file as in --set, or an input of the data such as lines.gaffer_moscow.rate.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="TARGET",
            show_default=False,
            help='What has to hold: "party.fund.multiple >= 1", "budget.total <= 1800000", "eligibility.ID == pass".',
        ),
    ] = None,
    low: Annotated[
        float | None,
        typer.Option(
            "--from",
            metavar="NUMBER",
            parser=_number,
            show_default=False,
            help="Look from this value on: 1000000, 20%.",
        ),
    ] = None,
    high: Annotated[
        float | None,
        typer.Option(
            "--to",
            metavar="NUMBER",
            parser=_number,
            show_default=False,
            help="Look up to this value (four times what stands now, and further, if not given).",
        ),
    ] = None,
    rest: Rests = None,
    whole: Annotated[bool, typer.Option("--whole", help="Whole numbers only: days, people.")] = False,
    target_total: Annotated[
        float | None,
        typer.Option(
            "--target-total",
            metavar="AMOUNT",
            show_default=False,
            help="Instead: the total that the budget has to have, by factors on all lines that are not locked.",
        ),
    ] = None,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            "--lock",
            metavar="ID,...",
            show_default=False,
            help="With --target-total: a line, department or group that stays as it is. Repeatable.",
        ),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight",
            metavar="DEPARTMENT=N,...",
            show_default=False,
            help="With --target-total: cut a department N times as deep as others (0: not at all). Repeatable.",
        ),
    ] = None,
    least: Annotated[
        str,
        typer.Option(
            "--least",
            metavar="SHARE",
            show_default=False,
            help="With --target-total: no line falls below this part of it: 70%.",
        ),
    ] = "",
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            show_default=False,
            help=f"Write the answers to a file: {', '.join(SUFFIXES)}; a budget brought to a total also to .yaml, "
            "a file of changes for --set @FILE.",
        ),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Find the number that lets a figure reach a target, or bring the budget to a total; exit 5 where nothing does."""
    overrides = target_total is not None and out is not None and out.suffix.lower() == OVERRIDES
    form = form if overrides else form_of(form, out, SUFFIXES)
    _one_question(find, until, target_total, given=bool(lock or weight or least))
    study = open_study(project, sets, data, variants, texts)
    complain(study.base.warnings)
    if target_total is not None:
        target(project, study, target_total, (lock or [], weight or [], least), form, out)
        return
    assert find is not None
    assert until is not None
    found = _solved(study, find, until, (low, high), rest or [], whole=whole)
    film = study.base.project

    def command(more: tuple[str, ...]) -> str:
        return estimate_command(project, study, more)

    from coprod_budget.report import solutions
    from coprod_budget.report.commands import estimate_command

    if form is Format.TABLE:
        from coprod_budget.report.screen import show_tables

        show_tables(solutions.tables(film, found))
        space(more=any(answer.sets for answer in found.answers))
        for note in solutions.notes(found, command):
            if note.startswith("coprod-budget"):
                typer.echo(note)
            else:
                tell(note)
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


def _one_question(find: str | None, until: str | None, target_total: float | None, *, given: bool) -> None:
    if target_total is None and (find is None or until is None):
        raise typer.BadParameter("give --find PATH and --until TARGET, or --target-total AMOUNT", param_hint="--find")
    if target_total is not None and (find is not None or until is not None):
        raise typer.BadParameter(
            "it is one question or the other: leave --find and --until out", param_hint="--target-total"
        )
    if target_total is None and given:
        raise typer.BadParameter("--lock, --weight and --least go with --target-total", param_hint="--lock")


def _check_number(study: Study, path: str) -> None:
    """Refuse a path where words stand; a number may stand there all the same, such as an amount for ``gap``, if it has a range."""
    from coprod_budget.report.runs_table import varied_text

    try:
        value = study.current(path)
    except KeyError:
        return  # nothing stands there yet: it may become a number
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{path} is no number now but {varied_text(value)}; name a number, or say between which to look (--from, --to)"
        raise typer.BadParameter(msg, param_hint="--find")


def _solved(
    study: Study, find: str, until: str, ends: tuple[float | None, float | None], rest: list[str], *, whole: bool
) -> Solution:
    from rich.text import Text

    from coprod_budget.report.screen import console
    from coprod_budget.whatif.solve import NoRangeError, solve

    wanted = requirement(study, until, "--until")
    if ends[1] is None:
        _check_number(study, find)
    screen = console(error=True)
    try:
        if not screen.is_terminal:
            return solve(study, find, wanted, low=ends[0], high=ends[1], rest=rest, whole=whole)
        with screen.status(Text(f"Looking for {find}")):  # no markup: brackets are part of a path
            return solve(study, find, wanted, low=ends[0], high=ends[1], rest=rest, whole=whole)
    except NoRangeError as error:
        raise typer.BadParameter(str(error), param_hint="--from") from None
    except KeyError as error:
        msg = f"{error.args[0]} has no number now, so there is nothing to share out"
        raise typer.BadParameter(msg, param_hint="--rest") from None
