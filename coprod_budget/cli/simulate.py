"""``simulate``: what the film costs and brings when its uncertain numbers are drawn many times."""

from __future__ import annotations

import shlex
from pathlib import Path  # noqa: TC003 - Typer reads the signatures
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, Texts, Variants  # noqa: TC001 - as before
from coprod_budget.cli.output import Format, complain, put, space, suffix_of, tell, writing, wrote
from coprod_budget.cli.studies import Dask, WorkersOf, open_study, warn_of_runs
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.simulate.plan import Plan
    from coprod_budget.whatif.simulate.results import Results
    from coprod_budget.whatif.simulate.run import Simulation
    from coprod_budget.whatif.study import Study

SUMMARIES = (".json", ".md", ".xlsx")
DRAWS = (".parquet", ".csv", ".jsonl")
PICTURES = (".png", ".svg")


def simulate(
    project: ProjectFile,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", help="How many draws; powers of two suit Sobol points.")
    ] = 4096,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same draws.")] = 1,
    sampler: Annotated[
        str, typer.Option("--sampler", metavar="NAME", help="sobol, lhs (Latin hypercube) or random.")
    ] = "sobol",
    correlation: Annotated[
        float | None,
        typer.Option(
            "--correlation",
            metavar="R",
            show_default=False,
            help="Rank correlation of every two uncertain numbers that the file does not name as a pair.",
        ),
    ] = None,
    price_ranges: Annotated[
        bool | None,
        typer.Option(
            "--price-ranges/--no-price-ranges",
            show_default=False,
            help="Draw the prices of the lines between low and high of the cost tables; else as the file says (uncertainty.prices).",
        ),
    ] = None,
    price_correlation: Annotated[
        float | None,
        typer.Option(
            "--price-correlation",
            metavar="R",
            show_default=False,
            help="Rank correlation of these prices; 0.3 if nobody says.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="KEY",
            show_default=False,
            help="Figures to look at instead of cost, gap, investors and verdicts; any key of `explain`. Repeatable.",
        ),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(
            "--require",
            metavar="RULE",
            show_default=False,
            help='What has to hold, in every draw or in a share of them: "finance.gap == 0 in 80%" (exit 5 where it does not). Repeatable.',
        ),
    ] = None,
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    form: Form = Format.TABLE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            show_default=False,
            help="Write what was found (.json, .md, .xlsx: live workbook with a sheet Simulation), or every draw (.parquet, .csv, .jsonl).",
        ),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", show_default=False, help="Draw histogram and fan into a .png or .svg."),
    ] = None,
    workers: WorkersOf = None,
    dask: Dask = "",
) -> None:
    """Draw the uncertain numbers of the film many times: how cost, gap, verdicts and returns spread.

    What is uncertain stands in the file's section `uncertainty`. The same seed gives the same figures, whoever evaluates them.
    """  # fmt: skip
    form = _form(form, out)
    if chart is not None and chart.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"{str(chart)!r} must end in .png or .svg", param_hint="--chart")
    study = open_study(project, sets, data, variants, texts)
    plan = _plan(
        study, draws, seed, sampler, (correlation, price_ranges, price_correlation), metric or (), require or ()
    )
    complain(study.base.warnings)
    found = _simulated(study, plan, workers, dask)
    warn_of_runs(study)
    from coprod_budget.cli.runs import STOPPED

    stopped = STOPPED
    if found.lost is not None:
        complain(found.lost.problems)
        stopped = found.lost.exit_code
    if not found.done:
        tell("stopped before a draw was finished; nothing is shown or written")
        raise typer.Exit(stopped)
    from coprod_budget.whatif.simulate.results import results

    said = results(found)
    words = [
        shlex.quote(project),
        *(f"--variant {v}" for v in variants or ()),
        *(f"--set {shlex.quote(t)}" for t in sets or ()),
        *(f"--set-text {shlex.quote(t)}" for t in texts or ()),
        *(f"--data {shlex.quote(str(d))}" for d in data or ()),
    ]
    _tell(found, said, form, out, " ".join(["coprod-budget simulate", *words, *_told(plan)]))
    if chart is not None:
        _draw(found, said, chart)
    if found.interrupted:
        raise typer.Exit(stopped)
    if any(not one.holds for one in said.requirements) and not found.failed:
        raise typer.Exit(ExitCode.REQUIREMENT_FAILED)
    if found.failed:
        raise typer.Exit(ExitCode.SOME_RUNS_FAILED)


def _form(form: Format, out: Path | None) -> Format:
    if out is None:
        return form
    suffix = suffix_of(form, out, (*SUMMARIES, *DRAWS))
    return {".json": Format.JSON, ".md": Format.MD}.get(suffix, Format.TABLE)


def _told(plan: Plan) -> list[str]:
    """Return the options that repeat a plan."""
    named = {
        "--draws": plan.draws,
        "--seed": plan.seed,
        "--sampler": plan.sampler,
        "--correlation": plan.correlation,
        "--price-correlation": plan.price_correlation,
    }
    told = [f"{name} {value}" for name, value in named.items() if value is not None]
    if plan.price_ranges is not None:
        told.append("--price-ranges" if plan.price_ranges else "--no-price-ranges")
    return [
        *told,
        *(f"--metric {key}" for key in plan.metrics),
        *(f"--require {shlex.quote(one.text)}" for one in plan.requirements),
    ]


def _plan(
    study: Study,
    draws: int,
    seed: int,
    sampler: str,
    how: tuple[float | None, bool | None, float | None],
    metrics: Sequence[str],
    require: Sequence[str],
) -> Plan:
    """Return the plan; what cannot be drawn, or is no figure, is a mistake of usage (exit 2)."""
    from coprod_budget.whatif.metrics import UnknownMetricError
    from coprod_budget.whatif.simulate.plan import Plan, Wanted

    option: str | None = "--metric"
    try:
        for key in metrics:
            study.metric(key)
        option = "--require"
        wanted = tuple(Wanted.parse(text) for text in require)
        for one in wanted:
            one.requirement.asked_of(study.metric(one.requirement.key))
        option = None  # the message names what is wrong
        return Plan(draws, seed, sampler, *how, metrics=tuple(metrics), requirements=wanted)
    except (UnknownMetricError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _simulated(study: Study, plan: Plan, count: int | None, dask: str) -> Simulation:
    """Run it, under a bar where somebody watches."""
    from rich.progress import Progress

    from coprod_budget.report.screen import console
    from coprod_budget.whatif.simulate.run import NothingUncertainError, simulate
    from coprod_budget.whatif.study import BLOCK
    from coprod_budget.whatif.workers import workers_for

    screen = console(error=True)
    workers = workers_for(-(-plan.draws // BLOCK), count, dask)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("Draws", total=plan.draws)
        try:
            return simulate(study, plan, progress=lambda done: bar.update(task, completed=done), workers=workers)
        except NothingUncertainError as error:
            raise typer.BadParameter(str(error), param_hint="PROJECT") from None
        except MemoryError:
            msg = (
                f"{plan.draws:,} draws of these figures do not fit into memory; take fewer, or name fewer with --metric"
            )
            raise typer.BadParameter(msg, param_hint="--draws") from None


def _tell(found: Simulation, said: Results, form: Format, out: Path | None, command: str) -> None:
    from coprod_budget.report import simulation

    if out is not None and out.suffix.lower() in {*DRAWS, ".xlsx"}:
        _write(found, said, out, command)
    elif form is Format.TABLE:
        _show(found, said)
    elif form is Format.JSON:
        from coprod_budget.report.json_report import as_json
        from coprod_budget.report.simulation_dict import as_dict

        put(as_json(as_dict(found, said, command)), out)
    elif form is Format.CSV:
        from coprod_budget.report.simulation_dict import as_csv_text

        put(as_csv_text(said), out)
    else:
        put(simulation.as_markdown(found, said), out)


def _write(found: Simulation, said: Results, out: Path, command: str) -> None:
    """Write a workbook, or every draw, below what the table says: that is not lost with a full disk."""
    from coprod_budget.report.draws import write_draws
    from coprod_budget.report.files import replace

    _show(found, said)
    try:
        with writing(out):
            if out.suffix.lower() == ".xlsx":
                from coprod_budget.report.workbook.simulation import write_simulation

                written = [replace(out, lambda place: write_simulation(found, said, place))]
            else:
                written = write_draws(found, out, command)
    except ModuleNotFoundError as error:
        msg = f"{error.name} is not installed: pip install 'coprod-budget[parquet]'"
        raise typer.BadParameter(msg, param_hint="--out") from None
    for path in written:
        wrote(path)


def _show(found: Simulation, said: Results) -> None:
    from coprod_budget.report.screen import console, show_tables
    from coprod_budget.report.simulation import notes, panels, tables
    from coprod_budget.report.spread import show

    show_tables(tables(found, said))
    show(panels(found, said), console())
    space()
    for note in notes(found, said):
        tell(note)


def _draw(found: Simulation, said: Results, chart: Path) -> None:
    from coprod_budget.report.charts import ChartsMissingError, draw
    from coprod_budget.report.files import replace
    from coprod_budget.report.simulation import panels

    shown = panels(found, said)
    if not shown:
        raise typer.BadParameter("no figure moves: there is nothing to draw", param_hint="--chart")
    try:
        with writing(chart):
            replace(chart, lambda place: draw(place, shown))
    except ChartsMissingError as error:
        raise typer.BadParameter(str(error), param_hint="--chart") from None
    wrote(chart)
