"""``solve --target-total``: a budget brought to a total, with what is locked, and the file of overrides that does it."""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING

import typer

from coprod_budget.cli.output import Format, put, space, tell
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.target import Target

OVERRIDES = ".yaml"
TOP = 10


def target(
    project: str,
    study: Study,
    total: float,
    asked: tuple[Sequence[str], Sequence[str], str],
    form: Format,
    out: Path | None,
) -> None:
    """Find the factors, show the cut, and write it; ``asked`` are locks, weights (``ID=NUMBER``) and the least part of a line."""
    from coprod_budget.whatif.target import NotTargetError, to_target

    locks, weights, least = asked
    if not (math.isfinite(total) and total > 0):
        raise typer.BadParameter(
            "give the total as a number above 0, in the currency of the report", param_hint="--target-total"
        )
    part = _share(least)
    try:
        found = to_target(
            study, total, locks=_split(locks), weights=dict(_weight(w) for w in _split(weights)), least=part
        )
    except NotTargetError as error:
        raise typer.BadParameter(str(error)) from None
    _show(project, study, found, (locks, weights, least), form, out)
    if found.reachable is not None:
        raise typer.Exit(ExitCode.REQUIREMENT_FAILED)


def _show(
    project: str,
    study: Study,
    found: Target,
    asked: tuple[Sequence[str], Sequence[str], str],
    form: Format,
    out: Path | None,
) -> None:
    from coprod_budget.report import cuts
    from coprod_budget.report.commands import estimate_command

    film = study.base.project
    shown = estimate_command(project, study, [f"@{out}"] if out and out.suffix.lower() == OVERRIDES else found.sets)
    if out is not None and out.suffix.lower() == OVERRIDES:
        if found.factors:
            put(cuts.override_file(found, _command(project, found, asked)), out)
        form = Format.TABLE
        out = None
    if form is Format.JSON:
        from coprod_budget.report.json_report import as_json

        put(as_json({**cuts.as_dict(film, found), "command": shown}), out)
    elif form is Format.MD:
        put(cuts.as_markdown(film, found, TOP), out)
    elif form is Format.CSV:
        put(cuts.as_csv_text(found), out)
    else:
        from coprod_budget.report.screen import show_tables

        show_tables(cuts.tables(film, found, TOP))
        space(more=bool(found.factors))
        for note in cuts.notes(film, found):
            tell(note)
        if found.factors:
            typer.echo(shown)


def _command(project: str, found: Target, asked: tuple[Sequence[str], Sequence[str], str]) -> str:
    """Return the command that found it, for the head of the file of overrides."""
    locks, weights, least = asked
    words = ["coprod-budget", "solve", project, "--target-total", f"{found.wanted:.15g}"]
    for name in locks:
        words += ["--lock", name]
    for text in weights:
        words += ["--weight", text]
    return shlex.join([*words, *(["--least", least] if least else [])])


def _split(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))


def _weight(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        number = float(value) if equals else math.nan
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1000:
        raise typer.BadParameter(f"{text!r}: write DEPARTMENT=WEIGHT, such as art=2 or cast=0", param_hint="--weight")
    return name.strip(), number


def _share(text: str) -> float:
    if not text:
        return 0.0
    from coprod_budget.project import parse_percent

    share = parse_percent(text)
    try:
        number = float(text) if share is None else share
    except ValueError:
        number = math.nan
    if not 0 <= number < 1:
        raise typer.BadParameter(f"{text!r}: give a part of a line below all of it, such as 70%", param_hint="--least")
    return number
