"""``estimate``: the whole estimate, on the screen or in a file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the signatures
from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, ShowConfig, Texts, Variants, one_of, read_film
from coprod_budget.cli.output import Format, complain, say, suffix_of, writing, wrote

if TYPE_CHECKING:
    from coprod_budget.report.figures import Figures

EVERY = "all"


def estimate(
    project: ProjectFile,
    show: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SECTION,...",
            show_default=False,
            help="Sections of the table: budget, lines, split, eligibility, incentives, finance, cashflow, revenue, waterfall, trace "
            "(what every receipt paid), returns, sources. Without it: all but lines, cashflow, trace and sources; eligibility, "
            "incentives, finance, revenue and returns in short.",
        ),
    ] = None,
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    scenario: Annotated[str, typer.Option(metavar="NAME|all", help="Report one box-office scenario only.")] = EVERY,
    compare_cities: Annotated[
        str | None,
        typer.Option(
            metavar="CITY,...|all",
            show_default=False,
            help="Instead of the estimate: the same film with its whole shoot in each of these cities, in one table.",
        ),
    ] = None,
    form: Form = Format.TABLE,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Write to a file instead; its ending decides: .xlsx (live workbook), .json, .csv, .md. An existing file is replaced.",
        ),
    ] = None,
    show_config: ShowConfig = False,
) -> None:
    """Estimate a film: what it costs, who bears it, what comes back.

    Tables go to standard output, warnings to standard error. JSON and CSV are always complete: JSON holds everything, CSV one
    row a line and charge.
    """  # fmt: skip
    if show_config:
        from coprod_budget.cli.config import print_config

        for other, option in ((show, "--show"), (out, "--out"), (compare_cities, "--compare-cities")):
            if other:
                raise typer.BadParameter("a configuration is printed whole, and nothing else", param_hint=option)
        print_config(read_film(project, sets, data, variants, texts), form)
        return
    if compare_cities is not None:
        from coprod_budget.cli.compare_cities import compare

        for given, option in ((show, "--show"), (scenario != EVERY, "--scenario")):
            if given:
                raise typer.BadParameter("a comparison of cities is one table of costs", param_hint=option)
        compare(read_film(project, sets, data, variants, texts), compare_cities, form, out)
        return
    form, tables = _form(form, out)
    wanted = _sections(show, tables=tables)
    if scenario != EVERY and form is Format.CSV:
        raise typer.BadParameter("a CSV file holds the budget, which no scenario changes", param_hint="--scenario")
    if scenario != EVERY and out and out.suffix.lower() == ".xlsx":
        raise typer.BadParameter("a workbook always holds every scenario", param_hint="--scenario")
    from coprod_budget import api

    result = api.estimate(read_film(project, sets, data, variants, texts))
    known = result.model.revenue.scenarios.keys
    chosen = None if scenario == EVERY else [one_of(scenario, known, "scenario", "--scenario")]
    complain(result.warnings)
    figures = result.figures(chosen)
    if out is None:
        _print(figures, form, wanted)
        return
    from coprod_budget.report.files import write_estimate

    with writing(out):
        write_estimate(figures, out, wanted)
    wrote(out)


def _form(form: Format, out: Path | None) -> tuple[Format, bool]:
    """Return the format, and whether it is one with sections."""
    if out is None:
        return form, form in {Format.TABLE, Format.MD}
    from coprod_budget.api import SUFFIXES

    suffix = suffix_of(form, out, SUFFIXES)
    return (Format(suffix[1:]) if suffix != ".xlsx" else Format.TABLE), suffix == ".md"


def _sections(show: list[str] | None, *, tables: bool) -> list[str]:
    from coprod_budget.report.sections import NAMES

    wanted = [name.strip() for text in show or () for name in text.split(",") if name.strip()]
    if show and not wanted:
        raise typer.BadParameter(f"name sections: {', '.join(NAMES)}", param_hint="--show")
    for name in wanted:
        one_of(name, NAMES, "section", "--show")
    if wanted and not tables:
        raise typer.BadParameter(
            "only tables and .md files have sections; other files are complete", param_hint="--show"
        )
    return wanted


def _print(figures: Figures, form: Format, wanted: list[str]) -> None:
    from coprod_budget.report.sections import sections

    if form is Format.TABLE:
        from coprod_budget.report.screen import show_estimate

        show_estimate(figures, sections(figures, wanted))
    elif form is Format.MD:
        from coprod_budget.report.markdown import estimate_as_markdown

        say(estimate_as_markdown(figures, sections(figures, wanted)))
    elif form is Format.CSV:
        from coprod_budget.report.lines_table import lines_as_csv

        say(lines_as_csv(figures))
    else:
        from coprod_budget.report.json_report import as_json, estimate_as_dict

        say(as_json(estimate_as_dict(figures)))
