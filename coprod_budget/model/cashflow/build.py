"""The cash flow: what is paid and what comes in, month by month, in all and on the account of every partner."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from coprod_budget.graph import Origin
from coprod_budget.model.calendar import SLACK, build_months
from coprod_budget.model.cashflow.loans import Books, Loan, add_loan, by_rank
from coprod_budget.model.cashflow.sources import build_inflows, plan_payments
from coprod_budget.model.cashflow.uses import Uses, build_uses
from coprod_budget.project.finance import NO_CASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.calendar import Clock, Months
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.incentives import Incentives
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage

TOLERANCE: Final = 0.005


@dataclass(frozen=True, slots=True)
class Cashflow:
    """Columns over the months (``cash.*``), in the report's currency; a position is what has come in less what was paid, until then.

    ``totals``: uses, sources, in_kind, before_loans, drawn, repaid, net, position, loans, interest. ``partners``: by partner uses,
    sources, in_kind, before_loans, drawn, repaid, net, position. ``accounts``: uses by department or charge, beside
    ``finance_costs``. ``sources``: money of every source that is no loan; ``late``: the position before loans where it is late.
    """

    clock: Clock
    months: Months
    totals: dict[str, Node]
    partners: dict[str, dict[str, Node]]
    accounts: dict[str, Node]
    finance_costs: Node
    sources: dict[str, Node]
    loans: dict[str, Loan]
    late: dict[str, Node]
    peak_exposure: Node
    """How far the account falls below nothing before loans (not negative)."""
    peak_month: Node
    """The row of ``months`` in which it is there, counted from 0; "n/a" where it never falls."""
    lowest: Node
    final: Node
    checks: dict[str, tuple[str, Node]]

    @property
    def table(self) -> Table:
        """The months."""
        return self.months.table


@dataclass(slots=True)
class _Account:
    """A partner's account on its way: what its columns are, and the position before any loan and its cost."""

    uses: Node
    sources: Node
    in_kind: Node
    before: Node
    loans: list[Loan]


def build_cashflow(
    stage: Stage, clock: Clock, budget: Budget, split: Split, incentives: Incentives, finance: FinancePlan
) -> Cashflow:
    """Build the months, what is paid and comes in, and the loans that are drawn as the money is needed."""
    graph, project = stage.graph, stage.project
    payments = plan_payments(stage, clock, incentives)
    path = "cashflow.late_months"
    late = graph.input(
        path,
        project.cashflow.late_months,
        label="How late a source is in the test",
        unit="months",
        origin=stage.given(path),
    )
    repaid_on = [
        clock.moment(s.repaid_on, f"finance[{n}].repaid_on") for n, s in enumerate(project.finance) if s.repaid_on
    ]
    events = [*(p.moment for found in payments.values() for p in found), *repaid_on]
    months = build_months(clock, events, SLACK + project.cashflow.late_months)
    uses = build_uses(stage, clock, months, budget)
    inflows = build_inflows(stage, months, payments, late, finance.face)
    none = graph.input(
        "cashflow.none",
        TOLERANCE,
        label="Money that counts as none",
        unit=project.currency,
        origin=Origin("assumed", title="half a cent"),
    )
    books = Books(stage, clock, months, finance.face, finance.cost, payments, inflows, none)
    accounts: dict[str, _Account] = {}
    for partner in project.partners:
        accounts[partner] = _account(books, uses, split, partner)
    for number, source in by_rank(project.finance):
        account = accounts[source.partner]
        before = account.loans[-1].position if account.loans else account.before
        account.loans.append(add_loan(books, number, source, before, account.loans))
    return _Results(books, budget, finance, uses, accounts).cashflow()


def _account(books: Books, uses: Uses, split: Split, partner: str) -> _Account:
    """Return the account of a partner without loans."""
    stage, months = books.stage, books.months
    graph, unit = stage.graph, stage.project.currency
    name = stage.project.partners[partner].name
    table = months.table
    mine = [i for i in books.inflows.values() if i.source.partner == partner]
    things = [
        graph.pick(books.values, s.id) for s in stage.project.finance if s.kind in NO_CASH and s.partner == partner
    ]
    budgeted = uses.partners[partner].named(f"cash.*.budget_{partner}", f"{name}: paid of the budget", unit)
    if things:
        borne = graph.pick(split.borne, partner)
        part = graph.choose(borne.equals(0), uses.as_paid, budgeted / borne)
        in_kind = part * graph.add_up(things)
    else:
        in_kind = graph.spread(table, 0)
    in_kind = in_kind.named(f"cash.*.in_kind_{partner}", f"{name}: paid in things, or later", unit)
    sources = graph.add_up([i.month for i in mine]) if mine else graph.spread(table, 0)
    sources = sources.named(f"cash.*.sources_{partner}", f"{name}: comes in", unit)
    net = sources + in_kind - budgeted
    before = _running(graph, table, net).named(f"cash.*.alone_{partner}", f"{name}: account without loans", unit)
    return _Account(budgeted, sources, in_kind, before, [])


def _running(graph: Graph, table: Table, flow: Node) -> Node:
    """Return the sum of a flow until the end of each month."""
    rows: list[Node] = []
    for key in table.keys:
        now = graph.pick(flow, key)
        rows.append(rows[-1] + now if rows else graph.add_up([now]))
    return graph.stack(table, rows)


class _Results:
    """The columns that are shown, from the partners' accounts."""

    def __init__(
        self, books: Books, budget: Budget, finance: FinancePlan, uses: Uses, accounts: dict[str, _Account]
    ) -> None:
        self._books, self._budget, self._finance, self._uses, self._accounts = books, budget, finance, uses, accounts
        self._graph, self._unit = books.stage.graph, books.stage.project.currency
        self._table = books.months.table

    def cashflow(self) -> Cashflow:
        """Return everything that the cash flow shows."""
        graph, unit = self._graph, self._unit
        partners = {partner: self._partner(partner, account) for partner, account in self._accounts.items()}
        loans = {loan.source.id: loan for account in self._accounts.values() for loan in account.loans}
        labels = {
            "uses": "Paid in the month",
            "sources": "Comes in",
            "in_kind": "Paid in things, or later",
            "before_loans": "Account before loans",
            "drawn": "Drawn of loans",
            "repaid": "Repaid to lenders",
            "net": "Net of the month",
            "position": "Account",
        }
        totals: dict[str, Node] = {}
        for name, label in labels.items():
            parts = [columns[name] for columns in partners.values()]
            totals[name] = graph.add_up(parts).named(f"cash.*.{name}", label, unit)
        owed = self._total([loan.balance for loan in loans.values()])
        totals["loans"] = owed.named("cash.*.loans", "Owed to lenders", unit)
        interest = self._total([loan.interest for loan in loans.values()])
        totals["interest"] = interest.named("cash.*.interest", "Interest on what is owed (a remark)", unit)
        exposure, month = self._peak(totals["before_loans"])
        self._by_partner(partners)
        flows = {name: inflow.month for name, inflow in self._books.inflows.items()}
        final = graph.pick(totals["position"], self._table.keys[-1])
        graph.sum(totals["uses"]).named("cash.uses", "Paid in all", unit)
        graph.sum(totals["interest"]).named("cash.interest", "Interest by the month, in all", unit)
        return Cashflow(
            clock=self._books.clock,
            months=self._books.months,
            totals=totals,
            partners=partners,
            accounts=self._uses.accounts,
            finance_costs=self._finance_costs(totals["uses"]),
            sources=flows,
            loans=loans,
            late=self._late(totals["before_loans"], exposure),
            peak_exposure=exposure,
            peak_month=month,
            lowest=graph.lowest(totals["position"]).named("cash.lowest", "Lowest position, with loans", unit),
            final=graph.add_up([final]).named("cash.final", "Account at the end", unit),
            checks=self._checks(totals, flows, loans),
        )

    def _partner(self, partner: str, account: _Account) -> dict[str, Node]:
        """Return the columns of a partner; what loans cost is paid as they are first drawn."""
        graph, unit = self._graph, self._unit
        label = self._books.stage.project.partners[partner].name
        until = self._total([loan.cost_until for loan in account.loans])
        until = until.named(f"cash.*.loan_costs_{partner}", f"{label}: cost of loans, until the end of the month", unit)
        rows = [graph.pick(until, key) for key in self._table.keys]
        steps = [rows[0], *(now - last for last, now in pairwise(rows))]
        uses = account.uses + graph.stack(self._table, steps)
        drawn = self._total([loan.drawn for loan in account.loans])
        repaid = self._total([loan.repaid for loan in account.loans])
        position = account.loans[-1].position if account.loans else account.before
        found = {
            "uses": (uses, "paid"),
            "drawn": (drawn, "drawn of loans"),
            "repaid": (repaid, "repaid to lenders"),
            "before_loans": (account.before - until, "account before loans"),
            "position": (graph.add_up([position]), "account"),
        }
        nodes = {
            name: node.named(f"cash.*.{name}_{partner}", f"{label}: {words}", unit)
            for name, (node, words) in found.items()
        }
        net = account.sources + account.in_kind + nodes["drawn"] - nodes["uses"] - nodes["repaid"]
        nodes["net"] = net.named(f"cash.*.net_{partner}", f"{label}: net of the month", unit)
        return {**nodes, "sources": account.sources, "in_kind": account.in_kind}

    def _total(self, nodes: Sequence[Node]) -> Node:
        return self._graph.add_up(nodes) if nodes else self._graph.spread(self._table, 0)

    def _peak(self, position: Node) -> tuple[Node, Node]:
        """Return how far a position falls below nothing, and the row of the month in which it is first there."""
        graph, number = self._graph, self._books.months.number
        low = graph.lowest(position)
        exposure = graph.maximum(-low, 0)
        exposure = exposure.named("cash.peak_exposure", "Peak exposure, before loans", self._unit)
        last = graph.pick(number, self._table.keys[-1])
        there = graph.choose(-position >= exposure - self._books.none, number, last)
        there = there.named("cash.*.peak_here", "Month of the peak, where it is this one", "months")
        month = graph.choose(exposure > self._books.none, graph.lowest(there), graph.undefined())
        month = month.named("cash.peak_month", f"Months after {self._table.keys[0]} until the peak", "months")
        return exposure, month

    def _by_partner(self, partners: dict[str, dict[str, Node]]) -> None:
        graph, unit = self._graph, self._unit
        table = graph.tables["partners"]
        lows = [graph.maximum(-graph.lowest(columns["before_loans"]), 0) for columns in partners.values()]
        graph.stack(table, lows).named("partner.*.peak_exposure", "Peak exposure, before loans", unit)
        last = self._table.keys[-1]
        ends = [graph.pick(columns["position"], last) for columns in partners.values()]
        graph.stack(table, ends).named("partner.*.cash_final", "Account at the end", unit)

    def _finance_costs(self, uses: Node) -> Node:
        graph = self._graph
        accounts = list(self._uses.accounts.values())
        rest = uses - graph.add_up(accounts) if accounts else graph.add_up([uses])
        return rest.named("cash.*.finance_costs", "Paid: cost of finance", self._unit)

    def _late(self, before: Node, exposure: Node) -> dict[str, Node]:
        """Return the position before loans with each source late, and put the peak into the table of stress."""
        graph, unit, inflows = self._graph, self._unit, self._books.inflows
        found: dict[str, Node] = {}
        for name, inflow in inflows.items():
            column = before - inflow.until + inflow.until_late
            found[name] = column.named(f"cash.*.late_{name}", f"Account before loans, {inflow.source.name} late", unit)
        table = graph.tables.get("stress")
        if table is not None:
            peaks = [graph.maximum(-graph.lowest(found[key]), 0) if key in found else exposure for key in table.keys]
            peak = graph.stack(table, peaks).named("stress.*.peak_late", "Peak exposure if it is late", unit)
            (peak - exposure).named("stress.*.peak_change", "More to bridge if it is late", unit)
        return found

    def _checks(
        self, totals: dict[str, Node], flows: dict[str, Node], loans: dict[str, Loan]
    ) -> dict[str, tuple[str, Node]]:
        graph = self._graph
        all_in = graph.add_up([graph.sum(flow) for flow in flows.values()])
        cash = graph.add_up([graph.pick(self._books.values, name) for name in flows])
        last = self._table.keys[-1]
        flow = graph.add_up([graph.sum(totals["net"])]) - graph.pick(totals["position"], last)
        over = [graph.sum(loan.drawn) - graph.pick(self._books.values, name) for name, loan in loans.items()]
        return {
            "cash_uses": ("All uses are paid in the months", graph.sum(totals["uses"]) - self._finance.uses),
            "cash_sources": ("All sources come in in the months", all_in - cash),
            "cash_position": ("The account is the sum of its months", flow),
            "cash_loans": (
                "No loan is drawn beyond its amount",
                graph.maximum(*over, 0) if over else graph.constant(0),
            ),
        }
