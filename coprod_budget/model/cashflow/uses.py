"""When the budget is paid: every department over the phases of its lines, or by its own curve; charges as the lines are paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import nearest
from coprod_budget.graph import Origin
from coprod_budget.model.calendar import Span, part_of
from coprod_budget.project.cashflow import TENTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.calendar import Clock, Months
    from coprod_budget.model.stage import Stage


class Uses(NamedTuple):
    """What is paid in each month, by account and by the partner who bears it; ``as_paid`` is the part of all lines."""

    accounts: dict[str, Node]
    partners: dict[str, Node]
    as_paid: Node


def build_uses(stage: Stage, clock: Clock, months: Months, budget: Budget) -> Uses:
    """Spread lines and charges over the months."""
    paid = _Timings(stage, clock, months)
    graph, unit = stage.graph, stage.project.currency
    timing = [paid.of(line.account, line.phase) for line in budget.lines]
    slots = graph.table(
        "slots",
        dict.fromkeys(f"{line.account}.{t}" for line, t in zip(budget.lines, timing, strict=True)),
        "departments by the time they are paid",
    )
    slot = graph.text_column(
        "lines.*.slot",
        budget.table,
        [f"{line.account}.{t}" for line, t in zip(budget.lines, timing, strict=True)],
        label="Department and time of payment",
    )
    by_slot = graph.sum_by(budget.line_total, slot, slots).named("slot.*.total", "Lines of the department", unit)
    accounts: dict[str, Node] = {}
    departments = dict.fromkeys(line.account for line in budget.lines)
    for account in (a for a in budget.accounts.keys if a in departments):
        mine = [key for key in slots.keys if key.partition(".")[0] == account]
        parts = [paid.part(key.partition(".")[2]) * graph.pick(by_slot, key) for key in mine]
        label = f"Paid: {stage.catalog.departments[account].label}"
        accounts[account] = graph.add_up(parts).named(f"cash.*.account_{account}", label, unit)
    lines = graph.add_up(list(accounts.values())) if accounts else graph.spread(months.table, 0)
    lines = lines.named("cash.*.lines", "Paid of the lines", unit)
    at_once = paid.part("start")
    as_paid = graph.choose(budget.direct.equals(0), at_once, lines / budget.direct)
    as_paid = as_paid.named("cash.*.as_paid", "Part of the lines that is paid", "share")
    charges = budget.charges
    when: dict[str, Node] = {}
    for charge, account in zip(charges.table.keys, charges.accounts, strict=True):
        curve = next((name for name in (account, charge) if name in paid.curves), "")
        when[charge] = paid.part(f"curve_{curve}") if curve else as_paid
    for charge, account, label in zip(charges.table.keys, charges.accounts, charges.labels, strict=True):
        amount = graph.pick(charges.amount, charge)
        accounts[account] = (when[charge] * amount).named(f"cash.*.account_{account}", f"Paid: {label}", unit)
    timing_of_line = graph.text_column("lines.*.timing", budget.table, timing, label="Time of payment")
    rows = graph.table("timings", dict.fromkeys(timing), "times of payment")
    partners = {}
    for partner, bearer in stage.project.partners.items():
        borne = graph.sum_by(graph[f"lines.*.borne_{partner}"], timing_of_line, rows)
        borne = borne.named(f"timing.*.borne_{partner}", f"Lines borne by {bearer.name}", unit)
        on_top = graph[f"charges.*.borne_{partner}"]
        of_lines = [paid.part(key) * graph.pick(borne, key) for key in rows.keys]
        of_charges = [part * graph.pick(on_top, charge) for charge, part in when.items()]
        partners[partner] = (
            graph.add_up([*of_lines, *of_charges]) if when or rows.keys else graph.spread(months.table, 0)
        )
    _check_curves(stage, [*budget.accounts.keys, *charges.table.keys])
    return Uses(accounts, partners, as_paid)


class _Timings:
    """The part of each phase, and of each curve of its own, that falls into each month: worked out when it is first asked for."""

    def __init__(self, stage: Stage, clock: Clock, months: Months) -> None:
        self._stage, self._clock, self._months = stage, clock, months
        self.curves = stage.project.cashflow.curves
        self._parts: dict[str, Node] = {}
        self._tenths: list[Node] = []

    def of(self, account: str, phase: str) -> str:
        """Return by which timing a line is paid."""
        return f"curve_{account}" if account in self.curves else phase

    def part(self, timing: str) -> Node:
        """Return the part that falls into each month."""
        if timing not in self._parts:
            self._parts[timing] = self._made(timing)
        return self._parts[timing]

    def _made(self, timing: str) -> Node:
        if timing.startswith("curve_"):
            return self._curve(timing.removeprefix("curve_"))
        start = self._clock.milestones["start"]
        span = self._clock.phases.get(timing, Span(start, start))
        label = f"Part of {timing} in the month" if timing in self._clock.phases else "Month of the start"
        return part_of(self._months, span).named(f"cash.*.part_{timing}", label, "share")

    def _curve(self, account: str) -> Node:
        graph, stage = self._stage.graph, self._stage
        rows = graph.tables.get("tenths") or graph.table("tenths", map(str, range(1, TENTHS + 1)), "tenths")
        path = f"cashflow.curves.{account}"
        shares = graph.input_column(
            path,
            rows,
            self.curves[account],
            label=f"Curve of {account}",
            unit="share",
            origins=[stage.given(f"{path}[{n}]") for n in range(TENTHS)],
        )
        parts = [part * graph.pick(shares, key) for part, key in zip(self._time(), rows.keys, strict=True)]
        return graph.add_up(parts).named(f"cash.*.part_curve_{account}", f"Part of {account} in the month", "share")

    def _time(self) -> list[Node]:
        """Return the part of every tenth of the production, from the start to delivery, that falls into each month."""
        if not self._tenths:
            graph, clock = self._stage.graph, self._clock
            start, delivery = clock.milestones["start"], clock.milestones["delivery"]
            count = graph.input(
                "cashflow.tenths",
                TENTHS,
                label="Parts of a curve",
                unit="count",
                origin=Origin("assumed", title="a curve"),
            )
            length = graph.maximum(delivery - start, 0) / count
            length = length.named("calendar.tenth", "A tenth of the production", "months")
            begin = start
            for number in range(1, TENTHS + 1):
                end = (begin + length).named(f"calendar.tenth_{number}", f"End of tenth {number}", "months")
                part = part_of(self._months, Span(begin, end, length))
                self._tenths.append(
                    part.named(f"cash.*.part_tenth_{number}", f"Part of tenth {number} in the month", "share")
                )
                begin = end
        return self._tenths


def _check_curves(stage: Stage, accounts: Sequence[str]) -> None:
    """A curve for a department that there is not would never be used."""
    known = dict.fromkeys([*stage.catalog.departments, *accounts])
    for name in stage.project.cashflow.curves:
        if name not in known:
            stage.error(
                "M721",
                f"cashflow: unknown department or charge {name!r}",
                nearest(name, known),
                f"cashflow.curves.{name}",
            )
