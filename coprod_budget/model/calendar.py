"""When things happen, as quantities: the days of the schedule, milestones and payments on one line of time, cut into months.

Time is counted in months from the first of the film's first month, and a day is 12/365 of a month: a month of lag is one month on
the line, and a film that starts a month later has every figure a month later, exactly. A day of the calendar may so be off by
one; nothing that is paid by the month can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import floor
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.graph import standing
from coprod_budget.model.schedule import CALENDAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node, Origin, Table
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Milestone

MOST_MONTHS: Final = 120
SLACK: Final = 6
"""Months of the table beyond the last event, so that changed weeks and late money still fall into months of their own."""
FAR: Final = 6000.0
"""Five hundred years, more than lie between any two days of a project (1900 to 2200) and the months that may be counted from them:
the first month of the table takes all that was before it, the last one all that comes later."""


class Span(NamedTuple):
    """A stretch of time; a payment at once begins and ends at the same moment."""

    begin: Node
    end: Node
    length: Node | None = None
    """In months, where it is known by itself: then it does not vary with the day on which the stretch begins."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The line of time: its first month, the milestones and the phases of the schedule."""

    stage: Stage
    first: date
    milestones: dict[str, Node]
    phases: dict[str, Span]
    days: dict[date, Node] = field(default_factory=dict)

    def moment(self, on: Milestone | date, path: str = "") -> Node:
        """Return when a milestone or a day of the file is; ``path`` is where the file names it first."""
        if not isinstance(on, date):
            return self.milestones[on]
        if on not in self.days:
            graph, origin = self.stage.graph, self.stage.given(path)
            label = f"{on}, in months after {self.first:%Y-%m}"
            self.days[on] = graph.input(
                f"calendar.day.{on}", months_between(self.first, on), label=label, unit="months", origin=origin
            )
        return self.days[on]

    def date_of(self, months: float) -> date:
        """Return the day of the calendar at which a moment lies, to show it."""
        whole = floor(months)
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + whole, 12)
        last = ((date(year + 1, 1, 1) if month == 11 else date(year, month + 2, 1)) - date(year, month + 1, 1)).days
        return date(year, month + 1, min(floor((months - whole) * 365 / 12 + 1e-6) + 1, last))


class Months(NamedTuple):
    """The months of the table, and from when to when each runs."""

    table: Table
    number: Node
    begin: Node
    end: Node


def months_between(first: date, day: date) -> float:
    """Return how many months after the first of a month a day is."""
    return (day.year - first.year) * 12 + day.month - first.month + (day.day - 1) * 12 / 365


def build_clock(stage: Stage, schedule: Schedule) -> Clock:
    """Put the days of the schedule on the line of time."""
    graph, project = stage.graph, stage.project
    plan, given = project.schedule, stage.given
    dated = [i.on for f in project.finance for i in f.payments if isinstance(i.on, date)]
    start = min([project.start, *dated])
    first = date(start.year, start.month, 1)
    after = f"months after {first:%Y-%m}"

    def day(name: str, label: str, on: date, origin: Origin) -> Node:
        return graph.input(
            f"calendar.{name}", months_between(first, on), label=f"{label}, {after}", unit="months", origin=origin
        )

    def at(name: str, label: str, node: Node) -> Node:
        return graph.add_up([node]).named(f"calendar.{name}", f"{label}, {after}", "months")

    month = (graph["calendar.days_per_week"] * 12 / 365).named("calendar.months_per_week", "Months a week takes", "")
    weeks = {name: schedule.names[f"{name}_weeks"] * month for name in ("prep", "shoot", "wrap", "post")}
    begin = day("start", "Start of preparation", project.start, given("schedule.start" if plan.start else "as_of"))
    shoot = at("shoot_start", "First day of shooting", begin + weeks["prep"])
    wrap = at("shoot_end", "Last day of shooting", shoot + weeks["shoot"])
    post = at("wrap_end", "End of wrap", wrap + weeks["wrap"])
    done = at("post_end", "End of post-production", post + weeks["post"])
    lock_path = "cashflow.picture_lock"
    part = graph.input(
        lock_path,
        project.cashflow.picture_lock,
        label="Part of post-production before picture lock",
        unit="share",
        origin=given(lock_path),
    )
    lock = at("picture_lock", "Picture lock", post + weeks["post"] * part)
    delivery = (
        day("delivery", "Delivery", plan.delivery, given("schedule.delivery"))
        if plan.delivery
        else at("delivery", "Delivery", done)
    )
    release = (
        day("release", "Release", plan.release, given("schedule.release"))
        if plan.release
        else at("release", "Release, taken as the day of delivery", delivery)
    )
    milestones = {"signature": begin, "start": begin, "prep": begin, "shoot_start": shoot, "shoot_end": wrap}
    milestones |= {"picture_lock": lock, "delivery": delivery, "release": release}
    phases = {
        "development": Span(begin, begin),
        "prep": Span(begin, shoot, weeks["prep"]),
        "shoot": Span(shoot, wrap, weeks["shoot"]),
        "wrap": Span(wrap, post, weeks["wrap"]),
        "post": Span(post, done, weeks["post"]),
        "delivery": Span(delivery, delivery),
    }
    return Clock(stage, first, milestones, phases)


def build_months(clock: Clock, events: Sequence[Node], slack: float = SLACK) -> Months:
    """Cut the line of time into months, from the first one to a while after the last event as things stand."""
    stage = clock.stage
    graph = stage.graph
    moments = [*events, *clock.milestones.values(), *(span.end for span in clock.phases.values())]
    last = standing(graph.maximum(*moments))
    count = min(floor(last) + 1 + floor(max(slack, SLACK)), MOST_MONTHS)
    if last >= MOST_MONTHS:
        stage.warn(
            "W720",
            f"the cash flow shows {MOST_MONTHS} months from {clock.first:%Y-%m}; all that is paid later stands in the last one",
            "look at the dates of the instalments",
        )
    keys = [f"{clock.date_of(n):%Y-%m}" for n in range(count)]
    table = graph.table("months", keys, "months")
    rows = [float(n) for n in range(count)]
    ends = CALENDAR._replace(note="the first month takes all that was before, the last one all that comes later")

    def column(name: str, values: list[float], label: str, origin: Origin) -> Node:
        return graph.input_column(f"months.*.{name}", table, values, label=label, unit="months", origins=[origin])

    return Months(
        table,
        column("number", rows, "Months after the first", CALENDAR),
        column("from", [-FAR, *rows[1:]], "From", ends),
        column("to", [*rows[1:], FAR], "To", ends),
    )


def part_of(months: Months, span: Span) -> Node:
    """Return what part of an even stretch of time falls into each month; of a moment, the whole in its month."""
    if span.begin is span.end:
        return reached(span.begin, months.end) - reached(span.begin, months.begin)
    return _done(span, months.end) - _done(span, months.begin)


def reached(moment: Node, when: Node) -> Node:
    """Return 1 in the months at whose end (or beginning) a moment is past."""
    return when.graph.choose(when > moment, 1, 0)


def _done(span: Span, when: Node) -> Node:
    """Return how much of a stretch of time is over; one without any length is over at once."""
    graph = when.graph
    length = span.end - span.begin if span.length is None else span.length
    over = graph.minimum(graph.maximum((when - span.begin) / length, 0), 1)
    return graph.choose(length > 0, over, graph.choose(when > span.begin, 1, 0))
