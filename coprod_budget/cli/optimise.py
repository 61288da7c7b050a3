"""``optimise``: the best of many designs of a film under requirements, and what each requirement costs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, Texts, Variants  # noqa: TC001 - Typer reads them
from coprod_budget.cli.output import Format, complain, form_of, put, space, tell, writing, wrote
from coprod_budget.cli.studies import Rests, open_study, requirement
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.report import designs
    from coprod_budget.whatif.grid import Grid
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.optimise.choosing import Goal, Wanted
    from coprod_budget.whatif.optimise.search import Found
    from coprod_budget.whatif.study import Study

SUFFIXES = (".json", ".csv", ".md")
PICTURES = (".png", ".svg")


def optimise(
    project: ProjectFile,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="PATH=VALUES",
            show_default=False,
            help="What may be chosen, as in whatif: PATH=A:B:STEP, PATH=v1,v2, PATH=lin(a,b,n); incentives=[a],[a,b]. Repeatable.",
        ),
    ] = None,
    total: Annotated[
        list[str] | None,
        typer.Option(
            "--total",
            metavar="PATH=SUM[:STEP]",
            show_default=False,
            help="The numbers below this path sum to that, such as schedule.shoot_days=34; those that no --over names take all "
            "values in steps of 1, or of STEP. Repeatable.",
        ),
    ] = None,
    rest: Rests = None,
    minimise: Annotated[
        str, typer.Option("--minimise", metavar="KEY", show_default=False, help="The figure to have least of.")
    ] = "",
    maximise: Annotated[
        str, typer.Option("--maximise", metavar="KEY", show_default=False, help="The figure to have most of.")
    ] = "",
    require: Annotated[
        list[str] | None,
        typer.Option(
            "--require",
            metavar="RULE",
            show_default=False,
            help='What a design has to keep: "finance.gap == 0", "eligibility.ID >= warn", "party.ru.irr >= 8%". Repeatable.',
        ),
    ] = None,
    frontier: Annotated[
        str,
        typer.Option(
            "--frontier",
            metavar="KEY[:least]",
            show_default=False,
            help="Weigh the goal against a second figure, of which more is better (less: KEY:least).",
        ),
    ] = "",
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", metavar="KEY", show_default=False, help="Show this figure of every design too. Repeatable."
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, max=1000, help="How many designs to show.")] = 10,
    tries: Annotated[
        int,
        typer.Option(
            "--tries", metavar="N", min=100, help="Try all designs up to this number; search with as many tries beyond."
        ),
    ] = 200_000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", min=0, help="The same seed searches the same way.")] = 1,
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", show_default=False, help=f"Write what was found to a file: {', '.join(SUFFIXES)}."
        ),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", show_default=False, help="Draw the frontier into a .png or .svg."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Choose the best of many designs: days by city, shares, incentives, terms; what every requirement costs.

    Exit 5 where no design keeps all requirements.
    """  # fmt: skip
    form = form_of(form, out, SUFFIXES)
    if chart is not None and (chart.suffix.lower() not in PICTURES or not frontier):
        msg = f"{str(chart)!r} must end in .png or .svg" if frontier else "a picture needs --frontier KEY"
        raise typer.BadParameter(msg, param_hint="--chart")
    study = open_study(project, sets, data, variants, texts)
    grid = _space(study, over or (), total or (), rest or ())
    wanted = _wanted(study, (minimise, maximise), require or (), frontier, metric or ())
    complain(study.base.warnings)
    found = _tried(study, grid, wanted, tries, seed)
    confirmed = _confirmed(study, found)
    from coprod_budget.report.commands import estimate_command

    def command(more: Sequence[str]) -> str:
        return estimate_command(project, study, more)

    if form is Format.TABLE:
        _show(study, found, top, command(found.sets_of(found.designs.best()[0])) if confirmed else "")
    else:
        _write(study, found, top, form, out, command)
    if chart is not None and confirmed:
        _draw(found, chart)
    if not confirmed:
        raise typer.Exit(ExitCode.REQUIREMENT_FAILED)


def _space(study: Study, over: Sequence[str], totals: Sequence[str], rests: Sequence[str]) -> Grid:
    from coprod_budget.whatif.optimise.space import Total, make_space
    from coprod_budget.whatif.vary import VaryError, parse_vary

    if not over and not totals:
        raise typer.BadParameter(
            "say what may be chosen, such as schedule.shoot_days.moscow=10:20:2", param_hint="--over"
        )
    option = "--over"
    try:
        varied = [parse_vary(text, study.current) for text in over]
        option = "--total"
        sums = [Total.parse(text) for text in totals]
        option = "--over, --total, --rest"
        return make_space(study, varied, sums, rests)
    except VaryError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _wanted(
    study: Study, goals: tuple[str, str], require: Sequence[str], frontier: str, metrics: Sequence[str]
) -> Wanted:
    from coprod_budget.whatif.optimise.choosing import Goal, Wanted

    minimise, maximise = goals
    if bool(minimise) == bool(maximise):
        msg = "say one figure to have least or most of, such as --minimise net_cost.expected"
        raise typer.BadParameter(msg, param_hint="--minimise, --maximise")
    option = "--maximise" if maximise else "--minimise"
    goal = Goal(_metric(study, minimise or maximise, option), bool(maximise))
    second = _second(study, frontier) if frontier else None
    rules = [requirement(study, text, "--require") for text in require]
    required = tuple((rule, study.metric(rule.key)) for rule in rules)
    return Wanted(goal, required, second, tuple(_metric(study, key, "--metric") for key in metrics))


def _second(study: Study, text: str) -> Goal:
    from coprod_budget.whatif.optimise.choosing import Goal

    key, _, sense = text.partition(":")
    if sense not in {"", "least", "most"}:
        raise typer.BadParameter(f"{text!r}: write {key} (more is better) or {key}:least", param_hint="--frontier")
    return Goal(_metric(study, key, "--frontier"), sense != "least")


def _metric(study: Study, key: str, option: str) -> Metric:
    from coprod_budget.whatif.metrics import UnknownMetricError

    try:
        return study.metric(key)
    except UnknownMetricError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _tried(study: Study, grid: Grid, wanted: Wanted, tries: int, seed: int) -> Found:
    """Try the designs, under a bar where somebody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from coprod_budget.report.screen import console
    from coprod_budget.whatif.optimise.search import look_for, try_all

    every = grid.count <= tries
    what = f"{grid.count:,} designs"
    tell(what if every else f"{what}, of which up to {tries:,} are tried")
    screen = console(error=True)
    columns = (TextColumn("Designs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("", total=grid.count if every else tries)
        if every:
            return try_all(study, grid, wanted, lambda count: bar.advance(task, count))
        return look_for(study, grid, wanted, seed=seed, tries=tries, tell=lambda count: bar.advance(task, count))


def _confirmed(study: Study, found: Found) -> bool:
    """Say whether there is a best design; it is estimated again, and has to say the same."""
    from coprod_budget.whatif.optimise.search import confirm

    best = found.designs.best()
    if best:
        confirm(study, found, best[0])
    return bool(best)


def _show(study: Study, found: Found, top: int, command: str) -> None:
    from coprod_budget.report import designs
    from coprod_budget.report.screen import console, show_tables

    show_tables(designs.tables(study.base.project, found, top))
    if found.designs.wanted.second is not None and command:
        from coprod_budget.report.frontier import drawn

        typer.echo()
        for line in drawn(found.designs, console().width):
            typer.echo(line)
    space(more=bool(command))
    for note in designs.notes(found):
        tell(note)
    if command:
        tell(designs.CONFIRMED)
        typer.echo(command)


def _write(study: Study, found: Found, top: int, form: Format, out: Path | None, command: designs.Command) -> None:
    from coprod_budget.report import designs
    from coprod_budget.report.json_report import as_json

    film = study.base.project
    if form is Format.JSON:
        put(as_json(designs.as_dict(film, found, top, command)), out)
    elif form is Format.CSV:
        put(designs.as_csv_text(found, top), out)
    else:
        put(designs.as_markdown(film, found, top), out)


def _draw(found: Found, chart: Path) -> None:
    from coprod_budget.report.charts import ChartsMissingError, draw
    from coprod_budget.report.files import replace
    from coprod_budget.report.frontier import cloud

    try:
        with writing(chart):
            replace(chart, lambda place: draw(place, [cloud(found.designs)]))
    except ChartsMissingError as error:
        raise typer.BadParameter(str(error), param_hint="--chart") from None
    wrote(chart)
