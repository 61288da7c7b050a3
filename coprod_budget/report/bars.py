"""Pictures made of characters: who has how much of its investment back, and how the account stands month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from coprod_budget.report.tables import Bar, Picture, percent, plain, written

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from coprod_budget.report.figures import Figures

FULL, LINE, MORE = "█", "│", "›"
GAP = 2
LONGEST_LABEL = 28
MOST = 2.0
"""A bar that is longer than so many times its mark is cut, and says so."""
LEAST = 8
WIDEST = 60
"""A bar is never made longer: on a wide screen the eye would lose the line."""
NOTHING = 0.005
MOVES = ("uses", "sources", "in_kind", "drawn", "repaid")


def drawn(picture: Picture, width: int) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a picture, none wider than ``width``, and whether each is a heading."""
    bars = [bar for bar in picture.bars if bar.length is not None]
    label = min(max((cell_len(plain(bar.label)) for bar in bars), default=0), LONGEST_LABEL)
    figure = max((len(bar.figure) for bar in bars), default=0)
    room = min(max(width - label - figure - 2 * GAP, LEAST), WIDEST)
    lengths = [bar.length or 0.0 for bar in bars]
    low, high = min([0.0, *lengths]), max([0.0, *lengths, picture.mark or 0.0])
    if picture.mark:
        high = min(high, MOST * picture.mark)
    scale = (high - low) or 1.0
    for bar in picture.bars:
        if bar.length is None:
            yield set_cell_size(plain(bar.label), min(cell_len(plain(bar.label)), width)), True
            continue
        ends = (low, bar.length, high, picture.mark)
        line = _line(room, scale, *ends)
        name = set_cell_size(plain(bar.label), label)
        yield f"{name}{' ' * GAP}{line}{' ' * GAP}{bar.figure:>{figure}}", False


def _line(room: int, scale: float, low: float, length: float, high: float, mark: float | None) -> str:
    """Draw one bar from nothing to its length, with the line at nothing (where bars go both ways) or at the mark."""

    def place(value: float) -> int:
        return round((value - low) / scale * (room - 1))

    zero, end = place(0.0), place(min(length, high))
    if low < 0:  # the line of nothing has a place of its own, left and right of which the bars lie
        cells = [FULL if zero < n <= end or end <= n < zero else " " for n in range(room)]
        cells[zero] = LINE
    else:
        cells = [FULL if n < end else " " for n in range(room)]
    if mark is not None:
        cells[place(mark)] = LINE
    if length > high:
        cells[-1] = MORE
    return "".join(cells)


def recoupment(figures: Figures, among: Container[str]) -> Picture | None:
    """Return, by scenario and party, what is received as a part of what is invested; None where nobody of them invests."""
    model = figures.model
    parties = [p for p in model.waterfall.parties.keys if p in among and figures.exactly(f"party.{p}.invested") > 0]
    if not parties:
        return None
    bars: list[Bar] = []
    for scenario in figures.scenarios:
        bars.append(Bar(model.project.revenue.scenarios[scenario].label or scenario))
        for party in parties:
            # what the finance plan pays a lender is in its multiple, but is no way of having the loan back
            name = "recouped" if "from_plan" in model.returns.by_scenario[party] else "multiple"
            part = figures.number(f"scenario.{scenario}.party.{party}.{name}")
            if part is not None:
                bars.append(Bar(f"  {figures.party(party)}", part, percent(round(part, 3))))
    note = "Received, as a part of the investment; the line stands where all of it is back."
    return Picture("Who recoups where", tuple(bars), 1.0, note)


def account(figures: Figures) -> Picture | None:
    """Return how the account stands at the end of each month, loans included; None where it never moves."""
    months = figures.model.cashflow.table.keys
    moving = [n for n, m in enumerate(months) if any(abs(figures.exactly(f"cash.{m}.{k}")) >= NOTHING for k in MOVES)]
    if not moving:
        return None
    found = [(m, figures.exactly(f"cash.{m}.position")) for m in months[moving[0] : moving[-1] + 1]]
    bars = tuple(Bar(month, amount, written(amount, "money")) for month, amount in found)
    return Picture(f"Account at the end of each month, loans included, {figures.currency}", bars)
