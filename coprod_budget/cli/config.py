"""``--show-config``: what is in force after all overrides, and where each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from coprod_budget.cli.output import Format, say

if TYPE_CHECKING:
    from coprod_budget.api import Film


def print_config(film: Film, form: Format) -> None:
    """Print the configuration of a film: as lines of YAML with comments, or as JSON."""
    from coprod_budget.model.standing import standing_values, template_of
    from coprod_budget.report.config import as_dicts, as_yaml, configuration

    if form not in {Format.TABLE, Format.JSON}:
        raise typer.BadParameter("a configuration is a tree: table or json", param_hint="--format")
    project, catalog = film
    entries = configuration(project, standing_values(catalog), template_of(project, catalog))
    if form is Format.JSON:
        from coprod_budget.report.json_report import as_json

        say(as_json(as_dicts(entries)))
        return
    from coprod_budget.report.screen import console

    say(as_yaml(entries, console().width))
