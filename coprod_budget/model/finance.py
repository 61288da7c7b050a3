"""The finance plan: who pays for the film, what that costs, what is still missing, and who has to find it.

Uses are the budget and what the finance itself costs (fees, interest, fixed costs of loans), borne by the partner who brings the loan.
A source that repays a loan pays for the film only with the rest. What sources leave open is the gap; it is what the partners find
themselves, over and above what they have named as their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.errors import nearest
from coprod_budget.graph import standing
from coprod_budget.model.loans import LoanTerms, Repayments, filling, loan_terms
from coprod_budget.project.finance import NO_CASH

if TYPE_CHECKING:
    from coprod_budget.graph import Graph, Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.incentives import Incentives
    from coprod_budget.model.sources import Sources
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Finance

STATUSES: Final = ("secured", "applied", "hoped", "unsaid")


class FinancePlan(NamedTuple):
    """The plan in the report's currency; columns over the sources of the file.

    ``face``: the whole source; ``repays``: what of it goes to lenders; ``in_plan``: the rest, which pays for the film;
    ``outstanding``: what of it receipts have to pay back (of a loan, what no source repays); ``cost``: fee, interest and fixed
    costs; ``net_cash``: what of it is cash for the production, ``no_cash``: what is none. ``need``, ``partner_in_plan``,
    ``partner_gap`` and ``invested`` are over the partners, ``by_status`` over the statuses.
    """

    table: Table
    face: Node
    repays: Node
    in_plan: Node
    outstanding: Node
    fee: Node
    interest: Node
    fixed: Node
    cost: Node
    net_cash: Node
    no_cash: Node
    costs: Node
    uses: Node
    sources: Node
    gap: Node
    statuses: Table
    by_status: Node
    need: Node
    partner_in_plan: Node
    partner_gap: Node
    invested: Node
    """What each partner puts in itself: what it names as its own, and its gap."""


def build_finance(
    stage: Stage, budget: Budget, split: Split, sources: Sources, incentives: Incentives, clock: Clock, worth: Node
) -> FinancePlan:
    """Work out loans and rebates, and add the plan up."""
    rows = _Rows(stage, split, sources, incentives, clock, worth)
    rows.work_out()
    return _Plan(stage, budget, split, sources, rows).add_up()


class _Rows:
    """The sources one by one: faces, terms of loans, what repays them."""

    def __init__(
        self, stage: Stage, split: Split, sources: Sources, incentives: Incentives, clock: Clock, worth: Node
    ) -> None:
        self._stage, self._split, self._sources, self._incentives = stage, split, sources, incentives
        self._clock, self._worth = clock, worth
        self.entries = list(stage.project.finance)
        self.loans: dict[str, LoanTerms] = {}
        self.money = Repayments({})

    def work_out(self) -> None:
        """Give every source its face value: what is stated, what a programme pays, what fills a gap; in this order."""
        for index, entry in enumerate(self.entries):
            if entry.kind == "loan":
                self.loans[entry.id] = loan_terms(self._stage, self._clock, self._worth, index, entry)
            if entry.amount == "expected":
                self.money.faces[entry.id] = self._expected(index, entry)
            elif entry.amount != "gap":
                self.money.faces[entry.id] = self._graph.pick(self._sources.stated, entry.id)
        loans = [e for e in self.entries if e.kind == "loan"]
        for entry in loans:
            if entry.amount != "gap":
                self.money.promise(entry)
        for entry in loans:
            if entry.amount == "gap":
                self._fill(entry)
                self.money.promise(entry)

    def cost(self, entry: Finance) -> tuple[Node, Node, Node]:
        """Return fee, interest and fixed costs of a source; nothing for all but loans."""
        none = self._graph.constant(0)
        if entry.id not in self.loans:
            return none, none, none
        terms, face = self.loans[entry.id], self.money.faces[entry.id]
        return terms.fee * face, terms.interest * face, self._graph.choose(face > 0, terms.fixed, 0)

    @property
    def _graph(self) -> Graph:
        return self._stage.graph

    def _expected(self, index: int, entry: Finance) -> Node:
        known = [programme.id for programme in self._incentives.programmes]
        if entry.programme not in known:
            self._stage.error(
                "M701",
                f"{entry.id}: {entry.programme!r} is not among the film's incentives, so nothing is expected of it",
                nearest(entry.programme or "", known) or "name it under `incentives`",
                f"finance[{index}].programme",
            )
            return self._graph.constant(0)
        return self._graph.pick(self._incentives.nodes["expected"], entry.programme or "")

    def _fill(self, entry: Finance) -> None:
        """Size a loan by what its partner needs beside its other sources; what repays the loan is not there to be spent."""
        others = [e for e in self.entries if e.partner == entry.partner and e.id in self.money.faces]
        needs = [self._graph.pick(self._split.borne, entry.partner)]
        needs += [part for other in others if other.id in self.loans for part in self.cost(other)]
        there = [self.money.in_plan(other.id) for other in others if other.id not in entry.repaid_from]
        terms = self.loans[entry.id]
        kept = standing(terms.kept)
        if kept <= 0:
            index = self.entries.index(entry)
            self._stage.error(
                "M702",
                f"fee and interest of {entry.id} come to {(1 - kept) * 100:.4g}% of the loan, so no loan can fill the gap",
                "check `fee`, `interest` and `months`",
                f"finance[{index}]",
            )
        self.money.faces[entry.id] = filling(entry, terms, self._stage.project.currency, needs, there)


class _Plan:
    """The sources as columns, and their sums: in all, by status, by partner."""

    def __init__(self, stage: Stage, budget: Budget, split: Split, sources: Sources, rows: _Rows) -> None:
        self._graph, self._unit = stage.graph, stage.project.currency
        self._budget, self._split, self._sources, self._rows = budget, split, sources, rows

    def _column(self, name: str, label: str, cells: list[Node], unit: str = "") -> Node:
        return self._graph.stack(self._sources.table, cells).named(f"finance.*.{name}", label, unit or self._unit)

    def add_up(self) -> FinancePlan:
        """Build columns and sums."""
        graph, rows, unit, table = self._graph, self._rows, self._unit, self._sources.table
        entries, money = rows.entries, rows.money
        face = self._column("face", "Face value", [money.faces[e.id] for e in entries])
        repays = self._column("repays", "Of it repays loans", [money.repays(e.id) for e in entries])
        in_plan = (face - repays).named("finance.*.in_plan", "Of it pays for the film", unit)
        outstanding = self._column(
            "outstanding",
            "Paid back from receipts",
            [money.faces[e.id] - money.repaid_of(e.id) if e.is_recouped else graph.constant(0) for e in entries],
        )
        found = [rows.cost(e) for e in entries]
        fee, interest, fixed = (
            self._column(name, label, [parts[n] for parts in found])
            for n, (name, label) in enumerate(
                (("fee", "Arrangement fee"), ("interest_cost", "Interest"), ("fixed_costs", "Fixed costs"))
            )
        )
        cost = graph.add_up([fee, interest, fixed]).named("finance.*.cost", "What the source costs", unit)
        cash = graph.stack(table, [graph.constant(0 if e.kind in NO_CASH else 1) for e in entries])
        net_cash = (in_plan * cash - cost).named("finance.*.net_cash", "Cash for the production", unit)
        no_cash = (in_plan * (1 - cash)).named("finance.*.no_cash", "Pays without money", unit)
        costs = self._sum(cost).named("finance.costs", "Cost of the finance", unit)
        uses = (self._budget.total + costs).named("finance.uses", "Uses: the budget and the cost of the finance", unit)
        total = self._sum(in_plan).named("finance.sources", "Sources of finance", unit)
        gap = self._settled(uses - total).named("finance.gap", "Gap: what the partners still have to find", unit)
        graph.ratio(in_plan, uses).named("finance.*.share", "Share of the uses", "share")
        self._sum(net_cash).named("finance.net_cash", "Cash of the sources for the production", unit)
        statuses = graph.table("statuses", STATUSES, "how sure the finance is")
        status = graph.text_column("finance.*.status", table, [e.status or "unsaid" for e in entries], label="Status")
        by_status = graph.sum_by(in_plan, status, statuses).named("finance.*", "Finance by status", unit)
        need, brought, left, invested = self._partners(in_plan, cost)
        return FinancePlan(
            table, face, repays, in_plan, outstanding, fee, interest, fixed, cost, net_cash, no_cash, costs, uses, total, gap,
            statuses, by_status, need, brought, left, invested,
        )  # fmt: skip

    def _partners(self, in_plan: Node, cost: Node) -> tuple[Node, Node, Node, Node]:
        """Return what each partner needs, what its sources pay, its gap, and what it puts in itself."""
        graph, unit, partners = self._graph, self._unit, self._split.partners
        table, entries = self._sources.table, self._rows.entries
        costs = graph.sum_by(cost, self._sources.partner, partners)
        costs = costs.named("partner.*.finance_costs", "Cost of its finance", unit)
        need = (self._split.borne + costs).named("partner.*.need", "To be financed", unit)
        paid = graph.sum_by(in_plan, self._sources.partner, partners).named("partner.*.in_plan", "Its sources", unit)
        gap = self._settled(need - paid).named("partner.*.gap", "Still to be found by the partner", unit)
        others = graph.text_column(
            "finance.*.others_through",
            table,
            ["-" if e.kind == "own" else e.partner for e in entries],
            label="Through whom others bring it",
        )
        brought = graph.sum_by(in_plan, others, partners)
        brought = brought.named("partner.*.brought", "Brought by others through the partner", unit)
        invested = self._settled(need - brought).named("partner.*.invested", "The partner's own investment", unit)
        return need, paid, gap, invested

    def _settled(self, left: Node) -> Node:
        """Return what is left over, and nothing where it is less than half a cent: a loan that fills a gap does so to the cent."""
        graph = self._graph
        return graph.choose(graph.round(left * 100, graph.constant(0)).equals(0), 0, left)

    def _sum(self, column: Node) -> Node:
        return self._graph.sum(column)
