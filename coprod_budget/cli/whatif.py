"""``whatif``: the film with other values at some paths of its file, every choice of them: one row a run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads the signatures
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, ProjectFile, Sets, Texts  # noqa: TC001 - Typer reads the signatures
from coprod_budget.cli.output import complain, suffix_of, tell
from coprod_budget.cli.studies import Dask, Rests, WorkersOf, open_study, warn_of_runs
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.metrics import Requirement
    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.sweep import Sweep

MANY = 100_000
"""Runs of which nobody asks for more by accident."""


class RunsFormat(StrEnum):
    """How runs are written on standard output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


def whatif(
    project: ProjectFile,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=VALUES",
            show_default=False,
            help="Vary a value: schedule.shoot_days.moscow=12:18:2 (both ends included), fx.RUB=85,95,110, PATH=lin(1,2,5), "
            "PATH=log(1,100,3), partners.ru.share=40%:60%:5%, schedule.home=moscow,belgrade, incentives=[a],[a,b],[], "
            "fx.RUB*=0.8,1,1.25, PATH+=-2:2:1. Several are combined in every way; the last one changes fastest.",
        ),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            "--zip",
            metavar="PATH=VALUES",
            show_default=False,
            help="As --vary, but all --zip take their values in pairs.",
        ),
    ] = None,
    rests: Rests = None,
    variants: Annotated[
        list[str] | None,
        typer.Option(
            "--variant",
            metavar="NAME,...",
            show_default=False,
            help="All runs for each of these variants of the file; none is the film as it stands, all is that and every variant.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="KEY",
            show_default=False,
            help="A figure to ask of every run: any key of `explain`. Repeatable. Without it: cost, gap, returns, verdicts.",
        ),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(
            "--require",
            metavar="RULE",
            show_default=False,
            help='What every run has to keep: "party.fund.irr >= 8%", "finance.gap == 0", "eligibility.ID == pass" (exit 5 if one '
            "does not). Repeatable.",
        ),
    ] = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    form: Annotated[
        RunsFormat, typer.Option("--format", help="How to write the runs on standard output.")
    ] = RunsFormat.TABLE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            show_default=False,
            help="Write all runs to a file; its ending decides: .csv, .jsonl, .json, .parquet, .xlsx.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with FILE.part, which a stopped run left behind.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many runs there are, and show the first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=f"Run more than {MANY:,} runs without asking back.")] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop when the first run fails.")] = False,
    workers: WorkersOf = None,
    dask: Dask = "",
) -> None:
    """Ask what if: the film with other values, in every choice of them; one row a run.

    Choices may be numbers or words (a city, a template, a treaty, true or false). A run that fails keeps its row, with the reason.
    Ctrl-C keeps what is done, --resume goes on.
    """  # fmt: skip
    _check_files(form, out, resume=resume)
    if not (vary or pairs or variants):
        msg = "say what is to vary, for example --vary fx.RUB*=0.8,1,1.25 (one choice alone: `estimate` with --set)"
        raise typer.BadParameter(msg, param_hint="--vary")
    study = open_study(project, sets, data, texts=texts)
    sweep = _sweep(study, (vary or (), pairs or (), rests or (), variants or ()), metric or (), require or ())
    tell(_count(sweep))
    if dry_run:
        _show_first(sweep)
        return
    if sweep.count > MANY and not yes:
        msg = f"these are {sweep.count:,} runs, more than {MANY:,}; take fewer values, or say --yes"
        raise typer.BadParameter(msg, param_hint="--vary")
    complain(study.base.warnings)
    words = _words(project, (vary, pairs, rests, variants, metric, require, sets, texts, data))
    from coprod_budget.cli.runs import calculate_and_write

    tally = calculate_and_write(sweep, words, form.value, out, bool(metric), resume, fail_fast, workers, dask)
    for entry in sweep.entries:
        warn_of_runs(entry.study)
    if tally.failed:
        raise typer.Exit(ExitCode.SOME_RUNS_FAILED)
    if tally.missed:
        raise typer.Exit(ExitCode.REQUIREMENT_FAILED)


def _check_files(form: RunsFormat, out: Path | None, *, resume: bool) -> None:
    if out is None:
        if resume:
            raise typer.BadParameter(
                "only runs that go to a file can be gone on with; name it with --out", param_hint="--resume"
            )
        return
    from coprod_budget.report.runs import SUFFIXES

    if suffix_of(form, out, SUFFIXES) == ".parquet":
        from importlib.util import find_spec

        if find_spec("pyarrow") is None:
            raise typer.BadParameter("Parquet needs pyarrow: pip install 'coprod-budget[parquet]'", param_hint="--out")


def _sweep(
    study: Study,
    what: tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]],
    metrics: Sequence[str],
    require: Sequence[str],
) -> Sweep:
    """Plan the runs; what cannot be read, or is no figure, is a mistake of usage (exit 2)."""
    from coprod_budget.whatif.metrics import UnknownMetricError
    from coprod_budget.whatif.planning import Wanted, make_sweep
    from coprod_budget.whatif.vary import VaryError

    try:
        return make_sweep(study, Wanted(*what), metrics, [_requirement(text) for text in require])
    except VaryError as error:
        raise typer.BadParameter(str(error)) from None
    except ValueError as error:  # of a requirement
        raise typer.BadParameter(
            str(error), param_hint=None if isinstance(error, UnknownMetricError) else "--require"
        ) from None


def _requirement(text: str) -> Requirement:
    from coprod_budget.whatif.metrics import Requirement

    try:
        return Requirement.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--require") from None


def _count(sweep: Sweep) -> str:
    """How many runs there are, and of what."""
    from coprod_budget.whatif.grid import Grid

    design = sweep.entries[0].design
    assert isinstance(design, Grid)
    axes = [" with ".join(c.path for c in axis.columns) + f" ({axis.length})" for axis in design.axes]
    if sweep.variants:
        axes.insert(0, f"variants ({len(sweep.entries)})")
    models = design.choices * len(sweep.entries)
    built = f"; {models:,} films are built" if models > 1 else ""
    return f"{sweep.count:,} run{'' if sweep.count == 1 else 's'}: {' x '.join(axes)}{built}"


def _show_first(sweep: Sweep) -> None:
    from coprod_budget.report.runs_table import planned_table
    from coprod_budget.report.screen import show_tables

    show_tables([planned_table(sweep.first_runs(5), sweep.fields, sweep.count)])


def _words(project: str, options: tuple[Sequence[object] | None, ...]) -> list[str]:
    """The command that gives these runs: without what only says how it goes about it."""
    names = ("--vary", "--zip", "--rest", "--variant", "--metric", "--require", "--set", "--set-text", "--data")
    given = [
        word
        for name, values in zip(names, options, strict=True)
        for value in values or ()
        for word in (name, str(value))
    ]
    return ["coprod-budget", "whatif", project, *given]
