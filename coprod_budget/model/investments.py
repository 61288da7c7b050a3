"""What each party puts into the film, by period: partners, and the sources of finance that receipts pay back.

How much it is, the finance plan says; when, the cash flow: a partner's own money as it names it and else as its budget is paid, a
source by its instalments, a loan as it is drawn, what is deferred or given in kind as its partner's budget is paid. The shape of the
payments is scaled to the whole, so that the periods always sum to what the plan says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from coprod_budget.graph import Origin
from coprod_budget.model.calendar import Span, part_of
from coprod_budget.model.flows import MONTHS
from coprod_budget.project.finance import NO_CASH

if TYPE_CHECKING:
    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.cashflow import Cashflow
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Finance

_CALENDAR: Final = Origin("derived", title="calendar")


@dataclass(frozen=True)
class Invested:
    """What one party puts in, in the reporting currency: in all (scalar), by month of the cash flow, by period of the receipts."""

    total: Node
    by_month: Node
    by_period: Node
    from_plan: Node | None
    """What the finance plan itself pays a lender, by period: fee and interest, for the part of the loan that receipts pay back."""
    _party: str
    _name: str
    _frame: _Frame

    @cached_property
    def waiting(self) -> Node:
        """What was invested in each period, weighed by the part of the period that was left from the middle of its month.

        It is what the period's own investments bear interest on. The nodes are built when they are first asked for.
        """
        frame = self._frame
        label, unit = f"{self._name}: invested, by the part of the period that is left", self.by_period.unit
        waiting = (self.by_month * frame.left).named(f"cash.*.waiting_{self._party}", label, unit)
        return frame.by_period(waiting).named(f"period.*.waiting_{self._party}", label, unit)


def build_investments(
    stage: Stage, flows: Flows, cashflow: Cashflow, finance: FinancePlan, split: Split
) -> dict[str, Invested]:
    """Return what every partner, and every source that receipts pay back, puts in and when; by the party's id."""
    frame = _Frame(stage, flows, cashflow)
    project, graph, unit = stage.project, stage.graph, stage.project.currency
    found: dict[str, Invested] = {}

    def add(party: str, name: str, total: Node, by_month: Node, from_plan: Node | None = None) -> None:
        by_month = by_month.named(f"cash.*.invested_{party}", f"{name}: invested", unit)
        by_period = frame.by_period(by_month).named(f"period.*.invested_{party}", f"{name}: invested", unit)
        found[party] = Invested(total, by_month, by_period, from_plan, party, name, frame)

    for partner in split.partners.keys:
        total = graph.pick(finance.invested, partner)
        add(partner, project.partners[partner].name, total, frame.of_partner(partner, total))
    for source in project.finance:
        if source.is_recouped:
            total = graph.pick(finance.outstanding, source.id)
            plan = frame.from_plan(source, finance) if source.kind == "loan" else None
            add(source.id, source.name, total, frame.of_source(source) * total, plan)
    return found


class _Frame:
    """The months and periods that all parties share, and the shapes of what is paid in them."""

    def __init__(self, stage: Stage, flows: Flows, cashflow: Cashflow) -> None:
        self._stage, self._flows, self._cashflow = stage, flows, cashflow
        self._graph: Graph = stage.graph
        self._budgets: dict[str, Node] = {}
        table = cashflow.table
        keys = flows.periods.table.keys
        step = MONTHS[stage.project.revenue.period]
        offset = (cashflow.clock.first.month - 1) % step
        places = [divmod(month + offset, step) for month in range(len(table))]
        periods = [keys[min(period, len(keys) - 1)] for period, _ in places]
        self._period = self._graph.text_column("months.*.period", table, periods, label="Period of the month")
        self._left = [
            1 - (month + 0.5) / step if period < len(keys) else 0.0 for period, month in places
        ]  # months behind the last period stand in it, at its end

    @cached_property
    def left(self) -> Node:
        """The part of its period that is left in the middle of each month (a column over the months)."""
        return self._graph.input_column(
            "months.*.left_of_period",
            self._cashflow.table,
            self._left,
            label="Part of the period that is left in the middle of the month",
            unit="share",
            origins=[_CALENDAR],
        )

    def by_period(self, by_month: Node) -> Node:
        """Return the sum of a column over the months, by period."""
        return self._graph.sum_by(by_month, self._period, self._flows.periods.table)

    def of_partner(self, partner: str, total: Node) -> Node:
        """Return by month what a partner puts in itself: first what it names as its own, the rest as its budget is paid."""
        graph = self._graph
        named = [
            self._cashflow.sources[s.id]
            for s in self._stage.project.finance
            if s.kind == "own" and s.partner == partner and s.id in self._cashflow.sources
        ]
        if not named:
            return self._of_budget(partner) * total
        partners, unit = self._stage.project.partners, self._stage.project.currency
        own = graph.add_up(named).named(f"cash.*.own_{partner}", f"{partners[partner].name}: its own money", unit)
        first = graph.minimum(graph.sum(own), graph.maximum(total, 0))
        return self._shape(own) * first + self._of_budget(partner) * (total - first)

    def of_source(self, source: Finance) -> Node:
        """Return which part of a source is paid in each month."""
        if source.kind in NO_CASH:
            return self._of_budget(source.partner)
        if source.kind == "loan":
            return self._shape(self._cashflow.loans[source.id].drawn)
        return self._shape(self._cashflow.sources[source.id])

    def from_plan(self, loan: Finance, finance: FinancePlan) -> Node:
        """Return by period what the plan pays a lender: of what the loan costs, all but its lawyers, as the cash flow pays it.

        A loan that sources repay in part counts with the rest of it alone, and with as much of its fee and interest.
        """
        graph, unit = self._graph, self._stage.project.currency
        fee, interest = graph.pick(finance.fee, loan.id), graph.pick(finance.interest, loan.id)
        rest = graph.ratio(graph.pick(finance.outstanding, loan.id), graph.pick(finance.face, loan.id))
        part = graph.ratio(fee + interest, graph.pick(finance.cost, loan.id)) * rest
        until = self._cashflow.loans[loan.id].cost_until
        before = graph.previous(self._cashflow.table)
        graph.follow(before, until)
        label = f"{loan.name}: fee and interest from the finance plan"
        by_month = ((until - before) * part).named(f"cash.*.earned_{loan.id}", label, unit)
        return self.by_period(by_month).named(f"period.*.earned_{loan.id}", label, unit)

    def _of_budget(self, partner: str) -> Node:
        if partner not in self._budgets:
            self._budgets[partner] = self._shape(self._graph[f"cash.*.budget_{partner}"])
        return self._budgets[partner]

    def _shape(self, column: Node) -> Node:
        """Return the part of a column that lies in each month; all at the start where the column comes to nothing."""
        graph = self._graph
        whole = graph.sum(column)
        return graph.choose(whole > graph["cashflow.none"], column / whole, self._at_start)

    @cached_property
    def _at_start(self) -> Node:
        start = self._cashflow.clock.milestones["start"]
        return part_of(self._cashflow.months, Span(start, start))
