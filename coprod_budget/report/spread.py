"""What is spread, drawn with characters: a histogram as bars, and a fan over time as strips under each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from coprod_budget.report.bars import drawn
from coprod_budget.report.charts import Bars
from coprod_budget.report.markdown import WIDTH, escaped
from coprod_budget.report.tables import Bar, Picture, percent, plain, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from coprod_budget.report.charts import Bands
    from coprod_budget.report.tables import Kind

OUTER, INNER, MIDDLE, NOTHING_LINE = "░", "▒", "█", "│"
MOST_ROWS: Final = 24
WIDEST: Final = 60
GAP: Final = 2

FAN_NOTE: Final = (
    "░ 5 to 95% of the draws, ▒ 25 to 75%, █ the median (also behind it), │ nothing. On the average of the scenarios."
)
BEYOND: Final = "Draws that lie beyond are counted in the outermost bars."


class Drawing(NamedTuple):
    """A picture made of characters."""

    title: str
    lines: list[str]
    note: str


def drawing(panel: Bars | Bands, width: int) -> Drawing:
    """Return a picture whose lines are no wider than ``width``."""
    if not isinstance(panel, Bars):
        return Drawing(panel.title, fan(panel, width), FAN_NOTE)
    picture = histogram(panel)
    return Drawing(picture.title, [line for line, _ in drawn(picture, width)], picture.note)


def show(panels: Sequence[Bars | Bands], out: Console) -> None:
    """Print pictures under each other."""
    for panel in panels:
        made = drawing(panel, out.width)
        out.print()
        out.print(Text(plain(made.title), style="bold underline"))
        for line in made.lines:
            out.print(Text(line.rstrip()), crop=False, no_wrap=True, overflow="ignore")
        out.print(Text(plain(made.note), style="dim"))


def as_markdown(panel: Bars | Bands) -> list[str]:
    """Return a picture as lines of Markdown, in a block that is left as it is."""
    made = drawing(panel, WIDTH)
    lines = [line.rstrip().replace("`", "'") for line in made.lines]
    return [f"### {escaped(made.title)}", "", "```text", *lines, "```", "", escaped(made.note)]


def kind_of(unit: str) -> Kind:
    """Return how figures of a unit are written."""
    if len(unit) == 3 and unit.isalpha() and unit.isupper():
        return "money"
    return "multiple" if unit == "multiple" else "share" if unit == "share" else "number"


def histogram(bars: Bars) -> Picture:
    """Return a histogram as a picture: a bar for every step, its share of the draws behind it."""
    total = sum(bars.counts) or 1.0
    kind = kind_of(bars.unit)
    lows = [written(low, kind) for low in bars.limits[:-1]]
    widest = max(len(low) for low in lows)
    highs = [written(high, kind) for high in bars.limits[1:]]
    marks = [f"{name} {written(value, kind)}" for name, value in bars.marks.items()]
    made = tuple(
        Bar(f"{low:>{widest}} - {high:>{max(map(len, highs))}}", count / total, percent(round(count / total, 4)))
        for low, high, count in zip(lows, highs, bars.counts, strict=True)
    )
    note = f"{'; '.join(marks)}. {BEYOND}" if marks else BEYOND
    return Picture(f"{bars.title}: share of the draws", made, None, note)


def fan(bands: Bands, width: int) -> list[str]:
    """Return the lines of a fan, none wider than ``width``: a strip for every point of time, the median behind it.

    The strip is dark where the inner half of the draws lies, light from the lowest to the highest share; a line stands at nothing.
    """
    step = -(-len(bands.points) // MOST_ROWS) or 1
    rows = [*range(0, len(bands.points) - 1, step), len(bands.points) - 1]
    shares = sorted(bands.quantiles)
    known = [v for share in shares for v in bands.quantiles[share] if math.isfinite(v)]
    if not known:
        return []
    low, high = min([0.0, *known]), max([0.0, *known])
    kind = kind_of(bands.unit)
    figures = [
        written(bands.quantiles[0.5][row], kind) if math.isfinite(bands.quantiles[0.5][row]) else "" for row in rows
    ]
    label = min(max(cell_len(bands.points[row]) for row in rows), 20)
    room = min(width - label - max(map(len, figures)) - 2 * GAP, WIDEST)
    scale = (room - 1) / ((high - low) or 1.0)
    lines = []
    for row, figure in zip(rows, figures, strict=True):
        values = [bands.quantiles[share][row] for share in shares]
        cells = _strip(values, shares, low, scale, room) if all(map(math.isfinite, values)) else " " * room
        name = set_cell_size(plain(bands.points[row]), label)
        lines.append(f"{name}{' ' * GAP}{cells}{' ' * GAP}{figure:>{max(map(len, figures))}}")
    return lines


def _strip(values: Sequence[float], shares: Sequence[float], low: float, scale: float, room: int) -> str:
    places = {share: round((value - low) * scale) for share, value in zip(shares, values, strict=True)}
    cells = [" "] * room
    cells[round(-low * scale)] = NOTHING_LINE
    for sign, first, last in ((OUTER, shares[0], shares[-1]), (INNER, 0.25, 0.75), (MIDDLE, 0.5, 0.5)):
        for place in range(places[first], places[last] + 1):
            cells[place] = sign
    return "".join(cells)
