"""The table on which receipts are paid out: a row for every scenario and period, and how it meets scenarios and periods.

A *run* is one course of events from the first payment to the last receipt: a scenario of the project, or one territory taken
alone with a gross to be tried (for break-evens). Periods are calendar quarters unless the project says otherwise; what comes in
in a period is accounted for and paid on at its end.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.graph import Origin, standing
from coprod_budget.model.calendar import FAR, Months, months_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.stage import Stage

MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months in a period."""
MOST_PERIODS: Final = 120
SLACK: Final = 24
"""Months of periods beyond the last event, and one period more: what a what-if moves still falls into periods of its own."""
MOST_IN_ONE: Final = 50
"""Moments in one formula."""
ALONE: Final = "alone_"
"""How the run of one territory alone is called."""

_CALENDAR = Origin("derived", title="calendar")


class Flows(NamedTuple):
    """Runs and periods, and the table of both (``flows``: run by run, period by period)."""

    graph: Graph
    periods: Months
    begins: Node
    ends: Node
    """When each period really begins and ends, in months after the first: ``periods`` lets the first and the last take all beyond."""
    length: Node
    """Days of each period, 0 behind the last event (a column over the periods): nothing can be paid there, and no interest runs."""
    new_year: Node
    """1 in periods that begin with a calendar year (a column over the periods)."""
    table: Table
    scenarios: Table
    runs: Table
    run: Node
    """The run of every row (text)."""
    period: Node
    """The period of every row (text)."""
    lumps: bool = False
    """Whether the last period takes what comes later, for want of periods."""

    def of_run(self, column: Node) -> Node:
        """Return what a column over the runs says, in every row."""
        return self.graph.lookup(column, self.run)

    def of_period(self, column: Node) -> Node:
        """Return what a column over the periods says, in every row."""
        return self.graph.lookup(column, self.period)

    def total(self, column: Node) -> Node:
        """Return the sum over all periods, by scenario."""
        return self.graph.sum_by(column, self.run, self.scenarios)

    def by_period(self, column: Node) -> Node:
        """Return the sum over all scenarios (weighted before, where it is to be an expectation), by period."""
        return self.graph.sum_by(column, self.period, self.periods.table)

    def until(self, column: Node, key: str, label: str, unit: str) -> tuple[Node, Node]:
        """Return the sum of a column until before each period, and until its end; the latter gets the key."""
        before = self.graph.previous(self.table)
        now = (before + column).named(key, label, unit)
        self.graph.follow(before, now)
        return before, now


def build_flows(stage: Stage, clock: Clock, events: Iterable[Node], scenarios: Table, alone: Sequence[str]) -> Flows:
    """Cut the time from the film's first month to a while after the last event into periods, and lay out the runs.

    ``events`` are moments (months after the first month) at which receipts come in; ``alone`` are the territories that are tried
    alone.
    """
    graph = stage.graph
    step = MONTHS[stage.project.revenue.period]
    moments = list({node.id: node for node in (*events, *clock.milestones.values())}.values())
    last = standing(graph.maximum(*moments))
    offset = (clock.first.month - 1) % step
    needed = floor((last + offset) / step) + 1
    lumps = needed >= MOST_PERIODS
    if lumps:
        stage.warn(
            "W410",
            f"receipts are followed for {MOST_PERIODS} periods from {clock.first:%Y-%m}; all that comes later stands in the last one, "
            "and no interest runs behind it",
            "write a longer `period` under revenue, or look at the windows and dates of payment",
            "revenue",
        )
    count = min(needed + ceil(SLACK / step) + 1, MOST_PERIODS)
    starts = [_months_later(clock.first, number * step - offset) for number in range(count + 1)]
    table = graph.table("periods", [_name(start, step) for start in starts[:-1]], "periods")
    ends = [float(months_between(clock.first, start)) for start in starts[1:]]

    def column(name: str, numbers: Sequence[float], label: str, unit: str = "months", note: str = "") -> Node:
        origin = _CALENDAR._replace(note=note)
        return graph.input_column(f"periods.*.{name}", table, numbers, label=label, unit=unit, origins=[origin])

    spread = "the first period takes all that was before, the last one all that comes later"
    periods = Months(
        table,
        column("number", [float(n) for n in range(count)], "Number of the period", "count"),
        column("from", [-FAR, *ends[:-1]], "From", note=spread),
        column("to", [*ends[:-1], FAR], "To", note=spread),
    )
    days = [float((after - start).days) for start, after in pairwise(starts)]
    begins = column("begins", [ends[0] - step, *ends[:-1]], "Begins")
    length = graph.choose(begins <= _latest(graph, moments, clock.first), column("days", days, "Days", "days"), 0)
    new_year = column("new_year", [float(s.month == 1) for s in starts[:-1]], "Begins a calendar year", "count")
    runs = graph.table("runs", [*scenarios.keys, *(ALONE + t for t in alone)], "scenarios and territories alone")
    rows = [(run, period) for run in runs.keys for period in table.keys]
    flows = graph.table("flows", [f"{run}.{period}" for run, period in rows], "scenarios by period", run=count)
    return Flows(
        graph,
        periods,
        begins,
        column("ends", ends, "Ends"),
        length.named("periods.*.interest_days", "Days on which interest runs", "days"),
        new_year,
        flows,
        scenarios,
        runs,
        graph.text_column("flow.*.run", flows, [run for run, _ in rows], label="Scenario"),
        graph.text_column("flow.*.period", flows, [period for _, period in rows], label="Period"),
        lumps,
    )


def _latest(graph: Graph, moments: Sequence[Node], first: date) -> Node:
    """Return the last of many moments; a spreadsheet takes no more than 255 in one formula, and a reader fewer."""
    label = f"last of all receipts and milestones, months after {first:%Y-%m}"
    parts = [moments[n : n + MOST_IN_ONE] for n in range(0, len(moments), MOST_IN_ONE)]
    if len(parts) == 1:
        return graph.maximum(*moments).named("calendar.last_event", label.capitalize(), "months")
    latest = [
        graph.maximum(*part).named(f"calendar.last_event_{n}", f"Part {n}: {label}", "months")
        for n, part in enumerate(parts, 1)
    ]
    return graph.maximum(*latest).named("calendar.last_event", label.capitalize(), "months")


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _name(start: date, step: int) -> str:
    if step == 1:
        return f"{start:%Y-%m}"
    if step == 12:
        return f"{start:%Y}"
    part = (start.month - 1) // step + 1
    return f"{start:%Y}-{'Q' if step == 3 else 'H'}{part}"
