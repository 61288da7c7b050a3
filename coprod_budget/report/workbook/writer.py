"""Writes the workbook: every sheet says where its figures stand, then all of them are written, then the file moves into place."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coprod_budget.graph import Places, evaluate
from coprod_budget.report.workbook import (
    by_period,
    cashflow,
    checks,
    eligibility,
    finance,
    fringes,
    incentives,
    inputs,
    lines,
    partners,
    returns,
    revenue,
    sources,
    summary,
    top_sheet,
    waterfall,
)
from coprod_budget.report.workbook.layout import Page, clean
from coprod_budget.report.workbook.long_formulas import cut
from coprod_budget.report.workbook.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coprod_budget.graph import Values
    from coprod_budget.model import Model


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook: its name and the function that says what stands where."""

    name: str
    place: Callable[[Page], None]


SHEETS = (
    Sheet("Summary", summary.place),
    Sheet("Inputs", inputs.place),
    Sheet("Lines", lines.place),
    Sheet("Fringes", fringes.place),
    Sheet("Top sheet", top_sheet.place),
    Sheet("Partners", partners.place),
    Sheet("Eligibility", eligibility.place),
    Sheet("Incentives", incentives.place),
    Sheet("Finance plan", finance.place),
    Sheet("Cash flow", cashflow.place),
    Sheet("Revenue", revenue.place),
    Sheet("Revenue by period", by_period.revenue),
    Sheet("Waterfall", waterfall.place),
    Sheet("Waterfall by period", by_period.waterfall),
    Sheet("Returns", returns.place),
    Sheet("Returns by period", by_period.returns),
    Sheet("Sources", sources.place),
    Sheet("Checks", checks.place),
)
"""In the order of the tabs. The last one takes in whatever no other sheet has shown, so that no figure is ever missing."""

A3, A4 = 8, 9
MANY_COLUMNS = 14


def write_workbook(
    model: Model,
    values: Values,
    path: Path,
    *,
    with_values: bool = True,
    more: Callable[[Any, Styles], None] = lambda _book, _styles: None,
) -> None:
    """Write the model as a workbook with live formulas and the engine's value beside each.

    The file is complete or it is not there: it is made beside ``path`` and moved over it at the end.

    Args:
        model: The model; every named quantity of its graph gets a cell.
        values: What the engine found for it (``model.evaluate()``).
        path: Where the workbook goes; an existing file is replaced.
        with_values: Without, formulas are written bare, so that a spreadsheet has to calculate them.
        more: Adds sheets behind the others.

    Raises:
        OSError: The file cannot be written; what stood at ``path`` is untouched.
    """
    content = _content(model, values, more, with_values=with_values)
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)  # noqa: PTH105 - the atomic one, by its known name
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def lay_out(model: Model, values: Values) -> list[Page]:
    """Return every page with all its cells, and every quantity with its place."""
    places = Places()
    pages = [Page(sheet.name, model, values, places) for sheet in SHEETS]
    for sheet, page in zip(SHEETS, pages, strict=True):
        sheet.place(page)
    unnamed = [*by_period.nameless(model), *cut(pages[-1], pages)]
    if unnamed:
        more = evaluate(model.graph, unnamed)
        for page in pages:
            page.more = more
    return pages


def _content(model: Model, values: Values, more: Callable[[Any, Styles], None], *, with_values: bool) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    pages = lay_out(model, values)
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    made = datetime(model.project.as_of.year, model.project.as_of.month, model.project.as_of.day, tzinfo=UTC)
    book.set_properties({
        "title": clean(model.project.title), "subject": "Film co-production estimate", "created": made.replace(tzinfo=None),
        "comments": "Blue cells are inputs; everything else follows from them.",
    })  # fmt: skip
    styles = Styles(book)
    sheets = [book.add_worksheet(page.name) for page in pages]
    for page, sheet in zip(pages, sheets, strict=True):
        page.write(sheet, styles, with_values=with_values)
        _set_up(page, sheet)
        for step in page.finish:
            step(book, sheet, styles)
    more(book, styles)
    sheets[0].activate()
    book.close()
    return buffer.getvalue()


def _set_up(page: Page, sheet: Any) -> None:
    """Protect, freeze, and prepare for print: landscape, one page wide, heads on every page."""
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.hide_gridlines(2)
    sheet.freeze_panes(*page.frozen)
    sheet.set_landscape()
    sheet.set_paper(A3 if page.large_paper or page.columns > MANY_COLUMNS else A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    if page.repeated is not None:
        sheet.repeat_rows(*page.repeated)
    if page.printed_columns:
        sheet.print_area(0, 0, max((page.printed_rows or page.row) - 1, 0), page.printed_columns - 1)
    sheet.set_footer("&L&8&F&C&8&A&R&8Page &P of &N")
