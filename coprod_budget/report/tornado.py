"""A tornado drawn in characters: bars to both sides of the figure as it stands, the longest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from coprod_budget.report.tables import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.sensitivity import Swing

LOW, HIGH, AXIS = "▒", "█", "│"
LONGEST = 36
GAP = 2
LEAST = 16
WIDEST = 60


def shortened(path: str, room: int) -> str:
    """Return a path that fits; the beginning is left out, as the end says what it is."""
    text = plain(path)
    return text if cell_len(text) <= room else f"…{text[-(room - 1) :]}"


def tornado(swings: Sequence[Swing], now: float, figures: Sequence[str], width: int) -> list[str]:
    """Return the lines: path, bars from the figure as it stands (``now``), and a text for each; none wider than ``width``."""
    if not swings:
        return []
    label = min(max(cell_len(plain(s.input.path)) for s in swings), LONGEST)
    figure = max(cell_len(text) for text in figures)
    room = min(max(width - label - figure - 2 * GAP, LEAST), WIDEST)
    ends = [value for s in swings for value in (s.at_low, s.at_high)]
    low, high = min([now, *ends]), max([now, *ends])
    scale = (high - low) or 1.0

    def place(value: float) -> int:
        return round((value - low) / scale * (room - 1))

    axis = place(now)
    lines = []
    for swing, text in zip(swings, figures, strict=True):
        cells = [" "] * room
        # the longer bar first: where both lie on one side, the shorter is seen in front of it
        for value, mark in sorted(((swing.at_low, LOW), (swing.at_high, HIGH)), key=lambda end: -abs(end[0] - now)):
            end = place(value)
            for n in range(min(axis, end), max(axis, end) + 1):
                cells[n] = mark
        cells[axis] = AXIS
        name = set_cell_size(shortened(swing.input.path, label), label)
        lines.append(f"{name}{' ' * GAP}{''.join(cells)}{' ' * GAP}{text:>{figure}}")
    return lines
