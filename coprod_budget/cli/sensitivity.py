"""``sensitivity``: which numbers move a figure most."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, Texts, Variants  # noqa: TC001 - Typer reads them
from coprod_budget.cli.output import Format, complain, form_of, put, tell, writing, wrote
from coprod_budget.cli.studies import open_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.project import Project
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.sensitivity import Range, Sensitivity
    from coprod_budget.whatif.simulate.draws import Uncertain
    from coprod_budget.whatif.sobol import SobolIndices
    from coprod_budget.whatif.study import Study

SUFFIXES = (".json", ".csv", ".md")
CHARTS = (".png", ".svg")
SEED = 1


def sensitivity(
    project: ProjectFile,
    metric: Annotated[
        str,
        typer.Option(
            "--metric",
            metavar="KEY",
            show_default=False,
            help="The figure: budget.total, party.fund.multiple, net_cost.expected.",
        ),
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=LOW,HIGH",
            show_default=False,
            help="Move a number between these two values. Repeatable.",
        ),
    ] = None,
    factors: Annotated[
        str,
        typer.Option(
            "--factors",
            metavar="LOW,HIGH",
            help="Numbers without a range of their own move between these parts of their value.",
        ),
    ] = "0.9,1.1",
    over: Annotated[
        str,
        typer.Option(
            "--over",
            metavar="all|uncertain|PATTERN",
            show_default=False,
            help="Which numbers: all, those of the section `uncertainty` (the default where there is one), or such as 'fx.*'.",
        ),
    ] = "",
    top: Annotated[int, typer.Option("--top", min=1, max=100_000, help="How many to show, the largest first.")] = 15,
    sobol: Annotated[
        int | None,
        typer.Option(
            "--sobol",
            metavar="N",
            show_default=False,
            help="Sobol indices too, from N draws (a power of 2): N × (uncertain numbers + 2) runs.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws of --sobol.")] = SEED,
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    chart: Annotated[
        Path | None,
        typer.Option(
            "--chart", metavar="FILE", show_default=False, help="Draw the tornado as a picture: .png or .svg."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", show_default=False, help=f"Write everything to a file: {', '.join(SUFFIXES)}."
        ),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Tell which numbers of the film and its data move a figure most: tornado, slopes and elasticities, Sobol indices."""  # fmt: skip
    form = form_of(form, out, SUFFIXES)
    if chart is not None and chart.suffix.lower() not in CHARTS:
        msg = f"a picture is written to {' or '.join(CHARTS)}; {str(chart)!r} ends otherwise"
        raise typer.BadParameter(msg, param_hint="--chart")
    parts = _factors(factors)
    study = open_study(project, sets, data, variants, texts)
    complain(study.base.warnings)
    wanted = _metric(study, metric)
    from coprod_budget.whatif.swings import uncertain_of

    uncertain = uncertain_of(study)
    ranges = _ranges(study, vary or [], uncertain)
    found = _moved(study, wanted, ranges, parts, over or ("uncertain" if ranges else "all"))
    indices = None if sobol is None else _sobol(study, wanted, uncertain, sobol, seed)
    film = study.base.project
    from coprod_budget.report import sensitivity as report

    if chart is not None:
        _draw(film, found, top, chart)
    if form is Format.TABLE:
        _show(study, found, indices, top)
    elif form is Format.JSON:
        from coprod_budget.report.json_report import as_json

        put(as_json(report.as_dict(film, found, indices)), out)
    elif form is Format.CSV:
        put(report.as_csv_text(found, indices), out)
    else:
        put(report.as_markdown(film, found, indices, top), out)


def _show(study: Study, found: Sensitivity, indices: SobolIndices | None, top: int) -> None:
    from coprod_budget.report import sensitivity as report
    from coprod_budget.report.screen import console, show_table, show_tables

    screen = console()
    show_tables([report.swing_table(study.base.project, found, top)])
    typer.echo()
    for line in report.picture(found, top, screen.width):
        typer.echo(line)
    show_table(report.slope_table(found, top))
    if indices is not None:
        show_table(report.sobol_table(indices, top))
        tell(report.INDEPENDENT)
    for note in report.notes(found):
        tell(note)


def _factors(text: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low, high = 1.0, 0.0
    if not 0 <= low < high <= 1000:
        raise typer.BadParameter(f"{text!r}: give two parts of the value, such as 0.9,1.1", param_hint="--factors")
    return low, high


def _metric(study: Study, key: str) -> Metric:
    from coprod_budget.whatif.metrics import UnknownMetricError

    try:
        return study.metric(key)
    except UnknownMetricError as error:
        raise typer.BadParameter(str(error), param_hint="--metric") from None


def _ranges(study: Study, vary: Sequence[str], uncertain: Sequence[Uncertain]) -> dict[str, Range]:
    from coprod_budget.whatif.swings import ranges_of
    from coprod_budget.whatif.vary import parse_vary

    try:
        return ranges_of(study, uncertain, [parse_vary(text, study.current) for text in vary])
    except (ValueError, KeyError) as error:
        raise typer.BadParameter(str(error.args[0]), param_hint="--vary") from None


def _moved(
    study: Study, metric: Metric, ranges: dict[str, Range], factors: tuple[float, float], over: str
) -> Sensitivity:
    from coprod_budget.whatif.sensitivity import NoSlopeError, sensitivity

    try:
        return sensitivity(study, metric, ranges=ranges, factors=factors, over=over)
    except NoSlopeError as error:
        raise typer.BadParameter(str(error), param_hint="--metric" if metric.key in str(error) else "--vary") from None


def _sobol(study: Study, metric: Metric, uncertain: Sequence[Uncertain], draws: int, seed: int) -> SobolIndices:
    from coprod_budget.report.screen import console
    from coprod_budget.whatif.sobol import NoIndicesError, SalibMissingError, sobol

    runs = draws * (len(uncertain) + 2)
    tell(f"{runs:,} runs for the Sobol indices")
    screen = console(error=True)
    try:
        if not screen.is_terminal:
            return sobol(study, metric, uncertain, draws=draws, seed=seed)
        with screen.status("Drawing"):
            return sobol(study, metric, uncertain, draws=draws, seed=seed)
    except (NoIndicesError, SalibMissingError) as error:
        raise typer.BadParameter(str(error), param_hint="--sobol") from None


def _draw(film: Project, found: Sensitivity, top: int, chart: Path) -> None:
    from coprod_budget.report.charts import ChartsMissingError
    from coprod_budget.report.files import replace
    from coprod_budget.report.sensitivity import draw_chart

    try:
        with writing(chart):
            replace(chart, lambda place: draw_chart(film, found, top, place))
    except ChartsMissingError as error:
        raise typer.BadParameter(str(error), param_hint="--chart") from None
    wrote(chart)
