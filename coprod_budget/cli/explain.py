"""``explain``: how a figure comes about, down to inputs and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coprod_budget.cli.options import Data, Form, ProjectFile, Sets, Texts, Variants, read_film
from coprod_budget.cli.output import Format, say, show_tables, tell

if TYPE_CHECKING:
    from coprod_budget.report.figures import Figures


def explain(
    project: ProjectFile,
    figure: Annotated[
        str,
        typer.Argument(
            metavar="FIGURE",
            show_default=False,
            help="Key of the figure, such as budget.total, partner.ru.borne or party.ru.multiple.",
        ),
    ] = "",
    find: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="TEXT",
            show_default=False,
            help='List the figures whose key or meaning contains a text; "" lists all.',
        ),
    ] = None,
    depth: Annotated[
        int,
        typer.Option(min=0, max=50, help="How many steps to go back; all the way to the inputs unless it is given."),
    ] = 50,
    rows: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many parts of a sum to show, the largest first.")
    ] = 2,
    variants: Variants = None,
    sets: Sets = None,
    texts: Texts = None,
    data: Data = None,
    form: Form = Format.TABLE,
) -> None:
    """Explain a figure of the estimate: formula in words, the figures behind it, sources, and lines of your file."""  # fmt: skip
    if bool(figure) == (find is not None):
        raise typer.BadParameter("name one figure, or give --list TEXT", param_hint="FIGURE")
    if figure and form not in {Format.TABLE, Format.JSON}:
        raise typer.BadParameter("an explanation is a tree: table or json", param_hint="--format")
    from coprod_budget import api

    result = api.estimate(read_film(project, sets, data, variants, texts))
    figures = result.figures()
    if find is not None:
        _list(figures, find, form)
        return
    from coprod_budget.report.explanation import as_dict, as_tree, is_cut

    try:
        step = result.explain(figure, depth=depth, rows=rows)
    except KeyError as error:
        raise typer.BadParameter(f"{error.args[0]}; --list TEXT finds others", param_hint="FIGURE") from None
    if form is Format.JSON:
        from coprod_budget.report.json_report import as_json

        say(as_json(as_dict(figures, step)))
    else:
        from coprod_budget.report.screen import console

        console().print(as_tree(figures, step))
        if is_cut(step):
            tell(f"what ends in … goes further back: --depth {min(depth + 4, 50)}, or explain its key")


def _list(figures: Figures, text: str, form: Format) -> None:
    from coprod_budget.report.explanation import keys_with
    from coprod_budget.report.tables import WHOLE, Column, Row, Table

    rows = tuple(Row(row) for row in keys_with(figures, text))
    if not rows:
        raise typer.BadParameter(f"no figure contains {text!r}", param_hint="--list")
    columns = (Column("Figure", least=WHOLE), Column("Meaning", least=20, drop=1), Column("Value", least=WHOLE))
    show_tables([Table(f"{len(rows)} figures", columns, rows)], form)
