"""What the pictures of the workbook share: colours, fonts, and who gets what in which scenario as a stack of parties."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

CHART_ROWS: Final = 17
"""Rows that a picture of the usual height covers."""
PALETTE: Final = (
    "#1F3A5F", "#C8963E", "#4C8577", "#A4483B", "#7A6C9D", "#8DA9C4", "#B5B682", "#5C5C5C", "#D8A6A0", "#2E7E9E", "#8C5A2B", "#A9C88E",
)  # fmt: skip
_FONT: Final = {"name": "Calibri", "size": 9}


class Grid(NamedTuple):
    """Figures on a sheet: a row a series with its name in the first column, a column a category with its name in the row of heads."""

    sheet: str
    heads: int
    first: int
    rows: int
    column: int
    width: int


def stacked(book: Any, grid: Grid, title: str, size: dict[str, int]) -> Any:
    """Return a picture of a grid: a stack a category, a colour a row."""
    made = book.add_chart({"type": "column", "subtype": "stacked"})
    last = grid.column + grid.width - 1
    for number in range(grid.rows):
        row = grid.first + number
        names = [grid.sheet, grid.heads, grid.column, grid.heads, last]
        add(made, number, [grid.sheet, row, 0], names, [grid.sheet, row, grid.column, row, last])
    finish(made, title, size)
    return made


def add(chart: Any, number: int, name: str | list[Any], categories: list[Any], values: list[Any]) -> None:
    """Add a series in its colour."""
    colour = {"color": PALETTE[number % len(PALETTE)]}
    chart.add_series({"name": name, "categories": categories, "values": values, "fill": colour, "gap": 80})


def finish(
    chart: Any,
    title: str,
    size: dict[str, int],
    *,
    legend: bool = True,
    number: str = "#,##0",
    most: float | None = None,
) -> None:
    """Set title, legend, axes and size; with ``most`` the axis runs from nothing to that."""
    chart.set_title({"name": title, "name_font": {"name": "Calibri", "size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    lines = {"visible": True, "line": {"color": "#D9DEE5"}}
    axis: dict[str, Any] = {"num_format": number, "num_font": _FONT, "major_gridlines": lines}
    chart.set_y_axis(axis if most is None else {**axis, "min": 0, "max": most})
    chart.set_x_axis({"num_font": _FONT, "label_position": "low"})
    chart.set_size(size)
