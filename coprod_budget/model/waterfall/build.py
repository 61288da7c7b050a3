"""The recoupment waterfall: parties, positions, and what they pay in every scenario and period."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from coprod_budget.model.waterfall.payments import Cascade, Paid
from coprod_budget.model.waterfall.positions import Position, Terms, premiums_due
from coprod_budget.model.waterfall.steps import EXCLUSIVE, Step, plan_steps
from coprod_budget.model.waterfall.transfers import Transfer, Transfers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.investments import Invested
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Parties with their investment, the positions, and the payments.

    ``steps``, ``transfers``, ``received_in`` and ``profit_in`` are over the flows; ``received`` and ``undistributed`` over the
    scenarios (empty without any). ``premium_due``: what a party with a premium is due in all.
    """

    parties: Table
    names: dict[str, str]
    invested: Node
    positions: list[Position]
    flows: Flows | None = None
    steps: dict[str, Paid] = field(default_factory=dict)
    transfers: list[Transfer] = field(default_factory=list)
    received_in: dict[str, Node] = field(default_factory=dict)
    profit_in: dict[str, Node] = field(default_factory=dict)
    premium_due: dict[str, Node] = field(default_factory=dict)
    received: dict[str, Node] = field(default_factory=dict)
    undistributed: Node | None = None
    undistributed_in: Node | None = None


WHOLE: Final = 1 - 1e-9
"""The sum of shares that are the whole, however the binary fractions fell."""


def build_waterfall(
    stage: Stage,
    clock: Clock,
    plan: FinancePlan,
    revenue: Revenue,
    investments: Mapping[str, Invested],
    worth: Node,
) -> Waterfall:
    """Build parties, positions and payments."""
    graph = stage.graph
    parties, names, lent, invested = _parties(stage, plan, revenue)
    if stage.errors:
        return Waterfall(parties, names, invested, [])
    paid_back = {*stage.project.partners, *(f.id for f in stage.project.finance if f.is_recouped)}
    steps = plan_steps(stage, revenue, [p for p in parties.keys if p in paid_back])
    _check_percentages(stage, revenue, steps)
    _warn_of_dry(stage, revenue, steps)
    _warn_of_late_counts(stage, steps)
    _check_payers(stage)
    terms = Terms(stage, clock, revenue, lent, worth)
    every = [terms.position(step) for step in steps]
    positions = [p for p in every if p.kind != "bonus"]
    by_party = {p: graph.pick(invested, p) for p in parties.keys}
    found = Waterfall(parties, names, invested, every, premium_due=premiums_due(positions, lent, by_party))
    flows = revenue.flows
    if flows is None or stage.errors:
        return found
    at_source = {p: list(d.received.values()) for p, d in revenue.distributors.items()}

    def cascade_of(receipts: Mapping[str, Node], prefix: str = "") -> Cascade:
        made = Cascade(stage, clock, flows, positions, names, lent, investments, at_source, prefix)
        made.run(receipts)
        return made

    cascade = cascade_of({i: o.receipts for i, o in revenue.outlets.items()})
    transfers = Transfers(stage, flows, names)
    for position in every:
        if position.kind == "bonus":
            transfers.bonus(position, _paid_to(position.step, cascade, at_source))
    _make_good(transfers, cascade, stage, revenue, cascade_of)
    return _Results(stage, flows, found).waterfall(cascade, transfers.found, at_source)


def _parties(stage: Stage, plan: FinancePlan, revenue: Revenue) -> tuple[Table, dict[str, str], dict[str, Node], Node]:
    """Return the parties, their names, what the waterfall owes them before all profit, and all that they put in.

    Partners put in what others do not bring, sources that are paid back what receipts owe them. Distributors put in P&A and
    guarantees as well: those come back to them before the waterfall, and are not owed here. Others put in nothing.
    """
    graph, project = stage.graph, stage.project
    sources = {f.id: f for f in project.finance}
    agent = project.revenue.sales_agent
    named = [p for rule in project.waterfall for p in (*rule.payees, *([rule.paid_by] if rule.paid_by else []))]
    names = {p: partner.name for p, partner in project.partners.items()}
    names |= {i: f.name for i, f in sources.items() if f.is_recouped or i in named}
    names |= {i: d.name for i, d in revenue.distributors.items() if i not in names}
    if agent is not None and (agent.id not in names or agent.name):
        names[agent.id] = agent.name or _in_words(agent.id)
    names |= {p: _in_words(p) for p in named if p not in names}
    parties = graph.table("parties", names, "parties")
    lent: dict[str, Node] = {}
    cells: list[Node] = []
    for p in names:
        if p in project.partners:
            lent[p] = graph.pick(plan.invested, p)
        else:
            lent[p] = graph.pick(plan.outstanding, p) if p in sources else graph.constant(0)
        distributes = p in revenue.distributors
        cells.append(graph.add_up([lent[p], revenue.distributors[p].total]) if distributes else lent[p])
    invested = graph.stack(parties, cells).named("party.*.invested", "Invested", project.currency)
    for index, source in enumerate(project.finance):
        if source.kind == "loan" and project.waterfall and source.id not in named:
            stage.warn(
                "W702",
                f"no step of the waterfall repays the loan {source.id!r}",
                f"add `{{pay: {source.id}, kind: until_repaid}}`",
                f"finance[{index}]",
            )
    return parties, names, lent, invested


def _in_words(party: str) -> str:
    return party.replace("_", " ").capitalize()


def _check_percentages(stage: Stage, revenue: Revenue, steps: list[Step]) -> None:
    """Percentages of one territory's receipts cannot come to more than the receipts, as long as all of them are open."""
    always = [s for s in steps if s.kind == "percent_of_gross" and s.until is None and s.after is None]
    wrong: dict[float, list[str]] = {}
    for outlet in revenue.outlets.values():
        total = sum(s.rate or 0.0 for s in always if outlet.key in s.outlets)
        if total > 1:
            wrong.setdefault(total, []).append(outlet.territory)
    for total, territories in wrong.items():
        where = ", ".join(dict.fromkeys(territories))
        stage.error("M503", f"percentages of the receipts of {where} come to {total:.4g}", "at most 1", "waterfall")


def _warn_of_dry(stage: Stage, revenue: Revenue, steps: list[Step]) -> None:
    """Nothing gets past a step that takes all that is left of some money; what no such step takes is nobody's."""
    taken: dict[str, str] = {}
    for step in steps:
        if step.kind == "bonus":
            continue
        if not step.outlets and revenue.outlets:
            why = "every territory is somebody's alone (`exclusive`)"
            stage.warn(
                "W501", f"nothing ever reaches the position {step.id!r}: {why}", "name territories: `of`", step.path
            )
        elif step.outlets and all(o in taken for o in step.outlets):
            first = taken[step.outlets[0]]
            if step.id.startswith(EXCLUSIVE):
                territory = step.id.removeprefix(EXCLUSIVE)
                what = (
                    f"who keeps {territory} gets nothing of it: the step {first!r} takes all that is left of it before"
                )
                stage.warn("W501", what, f"take {territory} out of its `of`", step.path)
            else:
                why = f"{first!r} before it takes all that is left"
                stage.warn("W501", f"nothing ever reaches the position {step.id!r}: {why}", "move it up", step.path)
        if step.kind == "net_profit":
            taken.update({o: step.id for o in step.outlets if o not in taken})
    left = list(dict.fromkeys(o.territory for o in revenue.outlets.values() if o.key not in taken))
    if left:
        stage.warn(
            "W503",
            f"what the steps leave of {', '.join(left)} is nobody's",
            "add a step of kind net_profit",
            "waterfall",
        )


def _warn_of_late_counts(stage: Stage, steps: list[Step]) -> None:
    """What later steps pay a party in a period is not known yet when an earlier step looks whether its limit is reached."""
    for number, step in enumerate(steps):
        until = step.until
        if until is None or until.party is None or until.steps:
            continue
        shares = step.shares.values() if step.shares is not None else [step.rate or 0.0]
        if step.kind == "share" and sum(shares) > WHOLE:
            continue  # nothing flows on before the limit is reached
        later = [s.id for s in steps[number + 1 :] if until.party in s.payees and set(s.outlets) & set(step.outlets)]
        if later:
            stage.warn(
                "W502",
                f"the limit of {step.id!r} counts what {', '.join(later)} pays {until.party} only from the next period on",
                f"say what counts: `steps: [{step.id}]`",
                f"{step.path}.until",
            )


def _check_payers(stage: Stage) -> None:
    """What several fees cost a financier together cannot be told apart: one party makes all of it good."""
    first: dict[str, tuple[str, str]] = {}
    for name, territory in stage.project.revenue.territories.items():
        for party, fee in territory.accepted_fee.items():
            other, payer = first.setdefault(party, (name, fee.made_good_by))
            if payer != fee.made_good_by:
                stage.error(
                    "M504",
                    f"{payer} makes good to {party} what {other} costs it, and {fee.made_good_by} what {name} does",
                    "name one of them in both: the loss of several fees together has no parts",
                    f"revenue.territories.{name}.accepted_fee.{party}.made_good_by",
                )


def _make_good(
    transfers: Transfers,
    cascade: Cascade,
    stage: Stage,
    revenue: Revenue,
    cascade_of: Callable[[Mapping[str, Node], str], Cascade],
) -> None:
    """A financier whose receipts a fee makes smaller than it accepts gets the difference from whoever promised that."""
    for party, receipts in revenue.accepted.items():
        if party not in {p for paid in cascade.steps.values() for p in paid.paid}:
            continue
        accepted = {i: receipts.get(i, o.receipts) for i, o in revenue.outlets.items()}
        notional = cascade_of(accepted, f"notional.{party}.")
        territory = next(t for t in stage.project.revenue.territories.values() if party in t.accepted_fee)
        short = _received(notional, party) - _received(cascade, party)
        transfers.make_good(party, territory.accepted_fee[party].made_good_by, short)


def _received(cascade: Cascade, party: str) -> Node:
    nodes = [paid.paid[party] for paid in cascade.steps.values() if party in paid.paid]
    return nodes[0].graph.add_up(nodes)


def _paid_to(step: Step, cascade: Cascade, at_source: Mapping[str, list[Node]]) -> list[Node]:
    """Return what the payer of a bonus gets by the steps that count; by all, and at source, where none are named."""
    payer = step.paid_by
    steps = [paid for i, paid in cascade.steps.items() if not step.counted or i in step.counted]
    return [*([] if step.counted else at_source.get(payer, [])), *(p.paid[payer] for p in steps if payer in p.paid)]


class _Results:
    """What the payments come to, by party and by scenario."""

    def __init__(self, stage: Stage, flows: Flows, found: Waterfall) -> None:
        self._stage, self._flows, self._found = stage, flows, found
        self._graph, self._unit = stage.graph, stage.project.currency

    def waterfall(
        self,
        cascade: Cascade,
        transfers: list[Transfer],
        at_source: Mapping[str, list[Node]],
    ) -> Waterfall:
        """Return the whole waterfall."""
        graph, flows, found = self._graph, self._flows, self._found
        received_in = self._received_in(cascade, transfers, at_source)
        profit_in: dict[str, list[Node]] = {}
        for position in found.positions:
            if position.is_profit and position.id in cascade.steps:
                for p, node in cascade.steps[position.id].paid.items():
                    profit_in.setdefault(p, []).append(node)
        left = graph.add_up(list(cascade.left.values())) if cascade.left else graph.spread(flows.table, 0)
        left = left.named("flow.*.undistributed", "Left over after all positions", self._unit)
        received: dict[str, Node] = {}
        undistributed = None
        if flows.scenarios.keys:
            self._by_scenario(cascade, transfers)
            for p, node in received_in.items():
                label = f"Received by {found.names[p]}"
                received[p] = flows.total(node).named(f"scenario.*.party.{p}.received", label, self._unit)
            label = "Left over after all positions"
            undistributed = flows.total(left).named("scenario.*.undistributed", label, self._unit)
        return replace(
            found,
            flows=flows,
            steps=cascade.steps,
            transfers=transfers,
            received_in=received_in,
            profit_in={p: graph.add_up(nodes) for p, nodes in profit_in.items()},
            received=received,
            undistributed=undistributed,
            undistributed_in=left,
        )

    def _received_in(
        self, cascade: Cascade, transfers: list[Transfer], at_source: Mapping[str, list[Node]]
    ) -> dict[str, Node]:
        graph, found = self._graph, self._found
        got: dict[str, list[Node]] = {p: list(at_source.get(p, [])) for p in found.parties.keys}
        given: dict[str, list[Node]] = {p: [] for p in found.parties.keys}
        for paid in cascade.steps.values():
            for p, node in paid.paid.items():
                got[p].append(node)
        for transfer in transfers:
            for p, node in transfer.paid.items():
                got[p].append(node)
                given[transfer.payer].append(node)
        received: dict[str, Node] = {}
        for p, nodes in got.items():
            amount = graph.add_up(nodes) if nodes else graph.spread(self._flows.table, 0)
            if given[p]:
                amount = amount - graph.add_up(given[p])
            label = f"Received by {found.names[p]}"
            received[p] = amount.named(f"flow.*.party.{p}.received", label, self._unit)
        return received

    def _by_scenario(self, cascade: Cascade, transfers: list[Transfer]) -> None:
        """Name what every position and transfer comes to over all periods."""
        names = self._found.names
        for name, paid in cascade.steps.items():
            key = f"scenario.*.waterfall.{name}"
            self._total(paid.available, f"{key}.available", f"{name}: reaches the position")
            totals = [self._total(node, f"{key}.{p}", f"{name}: paid to {names[p]}") for p, node in paid.paid.items()]
            self._summary(key, name, totals, paid.open)
        for transfer in transfers:
            key = f"scenario.*.waterfall.{transfer.id}"
            totals = [
                self._total(node, f"{key}.{p}", f"{transfer.id}: paid to {names[p]}")
                for p, node in transfer.paid.items()
            ]
            self._graph.add_up(totals).named(f"{key}.paid", f"{transfer.id}: paid", self._unit)

    def _total(self, node: Node, key: str, label: str) -> Node:
        return self._flows.total(node).named(key, label, self._unit)

    def _summary(self, key: str, name: str, totals: list[Node], open_: Node | None) -> None:
        """Say what a position is paid and what it is due: what is paid, and what is still open at the end."""
        graph, unit = self._graph, self._unit
        paid = graph.add_up(totals).named(f"{key}.paid", f"{name}: paid", unit)
        left = graph.spread(self._flows.scenarios, 0) if open_ is None else graph.last(open_, self._flows.scenarios)
        left = left.named(f"{key}.open", f"{name}: still owed at the end", unit)
        due = (paid + left).named(f"{key}.due", f"{name}: due", unit)
        graph.minimum(graph.ratio(paid, due), 1).named(f"{key}.part", f"{name}: part paid", "share")
