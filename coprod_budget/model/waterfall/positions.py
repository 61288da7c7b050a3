"""The terms of every step as quantities: rates, parts, amounts that may grow, limits, and what each party is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.model.cascade import part_before
from coprod_budget.model.waterfall.steps import COMMISSION, EXCLUSIVE, EXPENSES, RECOUPING, Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node, Origin
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Later
    from coprod_budget.project.waterfall import Limit, Opening

SHARING: Final = ("share", "net_profit")


@dataclass(frozen=True, slots=True)
class Position:
    """One step of the waterfall with its terms (money in the reporting currency)."""

    step: Step
    parts: dict[str, Node] = field(default_factory=dict)
    """Share of the position by party, where it is shared by fixed parts."""
    goal: dict[str, Node] = field(default_factory=dict)
    """What a party is to have back when the position is filled, where it pays until recouped."""
    full_due: dict[str, Node] = field(default_factory=dict)
    """What a party is due once every earlier position is paid in full, where that is fixed."""
    rate: Node | None = None
    due: Node | None = None
    """What is due of a fixed amount, in all: a scalar, or over the periods where it grows."""
    interest: dict[str, Node] = field(default_factory=dict)
    """Interest a year by party."""
    limit: Node | None = None
    """The amount at which it stops: a scalar, or over the periods where it grows."""
    open_part: Node | None = None
    """The part of the money of each flow for which it is open (dates, admissions, gross); None: always."""

    @property
    def id(self) -> str:
        """Its name."""
        return self.step.id

    @property
    def kind(self) -> str:
        """Its kind, as in the project file."""
        return self.step.kind

    @property
    def payees(self) -> tuple[str, ...]:
        """The parties it pays."""
        return self.step.payees

    @property
    def territories(self) -> tuple[str, ...] | None:
        """The outlets it draws on, where it names them."""
        return self.step.outlets if self.step.named_outlets else None

    @property
    def is_profit(self) -> bool:
        """Whether it shares out what is left once everybody is whole."""
        return self.kind in SHARING and self.step.until is None and not self.id.startswith(EXCLUSIVE)


_AGENT: Final = {(COMMISSION, "rate"): "commission", (EXPENSES, "amount"): "expenses"}
"""What the terms of the sales agent's steps are called where the file states them."""


class _Threshold(NamedTuple):
    """What is counted towards a limit: before each period, in it, until its end; and the amount at which it is reached."""

    before: Node
    now: Node
    until: Node
    amount: Node


class Terms:
    """Makes the quantities of the steps, one after another; what earlier steps pay back is no longer due in later ones."""

    def __init__(self, stage: Stage, clock: Clock, revenue: Revenue, invested: Mapping[str, Node], worth: Node) -> None:
        self._stage, self._clock, self._revenue = stage, clock, revenue
        self._invested, self._worth = invested, worth
        self._back: dict[str, list[Node]] = {p: [] for p in invested}
        self._premiums: dict[str, Node] = {}
        self._stated = {
            f.id: (f.premium, f"finance[{n}].premium") for n, f in enumerate(stage.project.finance) if f.premium
        }

    def position(self, step: Step) -> Position:
        """Return a step with its terms."""
        stage, unit = self._stage, self._stage.project.currency
        goal: dict[str, Node] = {}
        full: dict[str, Node] = {}
        parts: dict[str, Node] = {}
        interest: dict[str, Node] = {}
        rate = due = None
        if step.rate is not None:
            rate = stage.graph.input(
                step.rate_key, step.rate, label=f"{step.id}: rate", unit="share", origin=self._given(step, "rate")
            )
        if step.kind in RECOUPING:
            goal, full = self._recouping(step)
        elif step.amount == "premium":
            full = self._premium(step)
        elif step.amount == "interest":
            interest = {p: self._interest(step, p) for p in step.payees}
        else:
            parts = self._parts(step, rate)
            if isinstance(step.amount, int | float):
                due = self._amount(step)
                if due.table is None:
                    full = {p: due * parts[p] for p in step.payees}
        named = {p: node.named(f"due.{step.id}.{p}", f"{step.id}: full due of {p}", unit) for p, node in full.items()}
        if step.recoups:
            for p, node in named.items():
                self._back[p].append(node)
        limit = None if step.until is None else self._limit(step, step.until)
        return Position(step, parts, goal, named, rate, due, interest, limit, self._open_part(step))

    def _given(self, step: Step, name: str) -> Origin:
        name = _AGENT.get((step.id, name), name)
        return self._stage.given(f"{step.path}.{name}" if step.path else "waterfall")

    def _recouping(self, step: Step) -> tuple[dict[str, Node], dict[str, Node]]:
        graph = self._stage.graph
        extra = self._own_premium(step) if step.premium else None
        goal: dict[str, Node] = {}
        full: dict[str, Node] = {}
        for p in step.payees:
            principal = self._invested[p]
            goal[p] = principal * (1 + extra) if extra is not None else principal
            back = self._back[p]
            full[p] = graph.maximum(goal[p] - graph.add_up(back) if back else goal[p], 0)
        return goal, full

    def _premium(self, step: Step) -> dict[str, Node]:
        graph = self._stage.graph
        own = self._own_premium(step) if step.premium is not None else None
        return {p: graph.maximum(self._invested[p], 0) * (own or self._premium_of(p)) for p in step.payees}

    def _own_premium(self, step: Step) -> Node:
        return self._stage.graph.input(
            f"waterfall.{step.id}.premium",
            step.premium or 0.0,
            label=f"{step.id}: premium",
            unit="share",
            origin=self._given(step, "premium"),
        )

    def _premium_of(self, party: str) -> Node:
        if party not in self._premiums:
            value, path = self._stated.get(party, (0.0, ""))
            self._premiums[party] = self._stage.graph.input(
                f"finance.{party}.premium",
                value,
                label=f"Premium of {party}",
                unit="share",
                origin=self._stage.given(path),
            )
        return self._premiums[party]

    def _interest(self, step: Step, party: str) -> Node:
        """Return the rate a year: the step's, or that of the loan."""
        graph = self._stage.graph
        if step.interest is None:
            return graph[f"finance.{party}.interest"]
        key = f"waterfall.{step.id}.interest"
        if key in graph:
            return graph[key]
        origin = self._given(step, "interest")
        return graph.input(key, step.interest, label=f"{step.id}: interest a year", unit="share", origin=origin)

    def _parts(self, step: Step, rate: Node | None) -> dict[str, Node]:
        """Return each party's part of a position that is shared by fixed parts: as stated, else equal.

        Parts that are varied still come to the whole together; those of a ``share`` to no more than that.
        """
        graph = self._stage.graph
        if step.kind == "share" and step.shares is None and rate is not None:
            return {step.payees[0]: graph.minimum(rate, 1)}
        if len(step.payees) == 1 and step.kind != "share":
            return {step.payees[0]: graph.constant(1)}
        if step.by_agreed_share:
            return {p: graph.pick(graph["partners.*.share"], p) for p in step.payees}
        if step.shares is None:
            origin = self._stage.given(step.path, note="the position is shared equally")
            count = graph.input(
                f"waterfall.{step.id}.parties",
                len(step.payees),
                label=f"{step.id}: parties",
                unit="count",
                origin=origin,
            )
            return dict.fromkeys(step.payees, 1 / count)
        stated = {
            p: graph.input(
                f"waterfall.{step.id}.share.{p}",
                share,
                label=f"{step.id}: part of {p}",
                unit="share",
                origin=self._stage.given(f"{step.path}.pay.{p}"),
            )
            for p, share in step.shares.items()
        }
        whole = graph.add_up(list(stated.values()))
        whole = graph.maximum(whole, 1) if step.kind == "share" else whole
        whole = whole.named(f"waterfall.{step.id}.shares", f"{step.id}: what the parts are parts of", "share")
        return {p: graph.ratio(share, whole) for p, share in stated.items()}

    def _amount(self, step: Step) -> Node:
        """Return a fixed amount in the reporting currency; a column over the periods where it grows later."""
        amount = self._money(step.amount_key, step.amount, f"{step.id}: amount", step.currency, step, "amount")
        if step.most is not None:
            most = self._money(
                step.most_key, step.most, f"{step.id}: most that is paid", step.currency, step, "expenses_cap"
            )
            amount = self._stage.graph.minimum(amount, most)
        return self._growing(step, amount, step.later, step.currency, "later")

    def _money(self, key: str, value: object, label: str, currency: str | None, step: Step, name: str) -> Node:
        graph, code = self._stage.graph, currency or self._stage.project.currency
        number = value if isinstance(value, int | float) else 0.0
        stated = graph.input(key, number, label=label, unit=code, origin=self._given(step, name))
        return stated * graph.pick(self._worth, code)

    def _growing(self, step: Step, amount: Node, later: Sequence[Later], currency: str | None, name: str) -> Node:
        flows = self._revenue.flows
        if not later or flows is None:
            return amount
        graph = self._stage.graph
        for number, entry in enumerate(later, 1):
            path = f"{name}[{number - 1}]"
            key = f"waterfall.{step.id}.{name.replace('.', '_')}_{number}"
            more = self._money(key, entry.amount, f"{step.id}: more, {number}", currency, step, f"{path}.amount")
            moment = self._clock.moment(entry.on, f"{step.path}.{path}.on")
            if entry.after_months:
                after = graph.input(
                    f"{key}.after",
                    entry.after_months,
                    label=f"{step.id}: more, {number}: months after",
                    unit="months",
                    origin=self._given(step, f"{path}.after_months"),
                )
                moment = moment + after
            amount = amount + graph.choose(flows.periods.end > moment, more, 0)
        return amount

    def _limit(self, step: Step, until: Limit) -> Node | None:
        graph, key = self._stage.graph, f"waterfall.{step.id}.until"
        if until.multiple is not None:
            assert until.party is not None
            origin = self._given(step, "until.multiple")
            times = graph.input(
                f"{key}.multiple", until.multiple, label=f"{step.id}: until so many times", unit="", origin=origin
            )
            amount = graph.maximum(self._invested[until.party], 0) * times
        elif until.amount is not None:
            amount = self._money(
                f"{key}.amount", until.amount, f"{step.id}: until", until.currency, step, "until.amount"
            )
        elif until.total is not None:
            label = f"{step.id}: until {until.party} has"
            amount = self._money(f"{key}.total", until.total, label, until.currency, step, "until.total")
        else:
            return None
        return self._growing(step, amount, until.later, until.currency, "until.later")

    def _open_part(self, step: Step) -> Node | None:
        """Return for which part of each flow's money a step is open, by dates, admissions and gross."""
        graph = self._stage.graph
        if step.kind == "bonus" and step.rate is None and step.after is not None:
            return self._is_reached(step, step.after)
        before = self._part_before(step, step.until, "until") if step.until else None
        after = self._part_before(step, step.after, "after") if step.after else None
        if after is None:
            return before
        return 1 - after if before is None else graph.maximum(before - after, 0)

    def _is_reached(self, step: Step, after: Opening) -> Node | None:
        """Return 1 from the period on in which the day of a bonus has come, or the last of so many tickets or so much gross."""
        flows = self._revenue.flows
        if flows is None:
            return None
        if after.date is not None:
            moment = self._clock.moment(after.date, f"{step.path}.after.date")
            return flows.of_period(self._stage.graph.choose(flows.ends > moment, 1, 0))
        threshold = self._threshold(step, after, "after")
        return None if threshold is None else threshold.until >= threshold.amount

    def _part_before(self, step: Step, when: Limit | Opening, name: str) -> Node | None:
        """Return the part of each flow that comes before a day, or before so many admissions or so much gross."""
        flows = self._revenue.flows
        if flows is None:
            return None
        graph = self._stage.graph
        if when.date is not None:
            moment = self._clock.moment(when.date, f"{step.path}.{name}.date")
            length = flows.ends - flows.begins
            part = graph.minimum(graph.maximum((moment - flows.begins) / length, 0), 1)
            return flows.of_period(part)
        threshold = self._threshold(step, when, name)
        return None if threshold is None else part_before(threshold.before, threshold.now, threshold.amount)

    def _threshold(self, step: Step, when: Limit | Opening, name: str) -> _Threshold | None:
        """Return what is counted of a territory's cinemas, and where the limit or the opening lies."""
        if when.territory is None:
            return None
        graph, key, label = self._stage.graph, f"waterfall.{step.id}.{name}", f"{step.id}: {name}"
        outlet = self._revenue.outlets[f"{when.territory}.cinema"]
        if when.admissions is not None and outlet.admissions is not None and outlet.admissions_before is not None:
            origin = self._given(step, f"{name}.admissions")
            tickets = graph.input(
                f"{key}.admissions", when.admissions, label=f"{label} admissions", unit="count", origin=origin
            )
            assert outlet.admissions_until is not None
            return _Threshold(outlet.admissions_before, outlet.admissions, outlet.admissions_until, tickets)
        assert when.gross is not None
        origin = self._given(step, f"{name}.gross")
        unit = outlet.gross.unit
        gross = graph.input(f"{key}.gross", when.gross, label=f"{label} gross", unit=unit, origin=origin)
        return _Threshold(outlet.gross_before, outlet.gross, outlet.gross_until, gross)


def premiums_due(
    positions: Sequence[Position], lent: Mapping[str, Node], invested: Mapping[str, Node]
) -> dict[str, Node]:
    """Return, for every party with a premium, what it is due in all: all that it has put in, and all premiums on what it is owed."""
    extra: dict[str, list[Node]] = {}
    for position in positions:
        if position.step.amount == "premium":
            for p, node in position.full_due.items():
                extra.setdefault(p, []).append(node)
        elif position.kind in RECOUPING and position.step.premium:
            for p, goal in position.goal.items():
                extra.setdefault(p, []).append(goal - lent[p])
    return {p: invested[p].graph.add_up([invested[p], *nodes]) for p, nodes in extra.items()}
