"""The recoupment waterfall: producers' receipts paid out position by position, for every scenario side by side.

Each position takes what it is due from the money that reaches it, never more than is there; within a position everybody is
paid in proportion to what is due to them (pari passu). What no position takes is left over and shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage

RECOUPMENT = ("until_repaid", "until_recouped", "until")
RANKS = ("senior", "gap", "mezzanine")
WORDS = {"available", "due", "part", "paid"}
"""What a position is shown by beside its parties; no party can be called so."""


class Position(NamedTuple):
    """One step of the waterfall with its terms as quantities (money in the reporting currency)."""

    id: str
    kind: str
    payees: tuple[str, ...]
    parts: dict[str, Node]
    """Share of the position by party, for positions that are shared by fixed parts."""
    goal: dict[str, Node]
    """What a party is to have back when the position is filled, for positions that pay until recouped."""
    full_due: dict[str, Node]
    """What a party is due once every earlier position is paid in full; fixed for all kinds but the percentages."""
    rate: Node | None
    territories: tuple[str, ...] | None
    recoups: bool
    """Whether what it pays counts towards having the investment back (a premium comes on top of it)."""


class Paid(NamedTuple):
    """A position over the scenarios: the money that reached it, what was due, and what each party got."""

    available: Node
    due: dict[str, Node]
    paid: dict[str, Node]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Parties with their investment, the positions, and (with scenarios) the payments."""

    parties: Table
    names: dict[str, str]
    invested: Node
    positions: list[Position]
    steps: list[Paid] = field(default_factory=list)
    received: dict[str, Node] = field(default_factory=dict)
    undistributed: Node | None = None


def build_waterfall(stage: Stage, plan: FinancePlan, revenue: Revenue, worth: Node) -> Waterfall:
    """Build parties, positions and payments."""
    parties, names, invested = _parties(stage, plan)
    if stage.errors:
        return Waterfall(parties, names, invested, [])
    positions = _positions(stage, parties, invested, worth)
    if revenue.receipts is None:
        return Waterfall(parties, names, invested, positions)
    graph, unit = stage.graph, stage.project.currency
    left: Node = revenue.receipts
    steps: list[Paid] = []
    received: dict[str, list[Node]] = {p: [] for p in parties.keys}
    recouped: dict[str, list[Node]] = {p: [] for p in parties.keys}
    for position in positions:
        key = f"scenario.*.waterfall.{position.id}"
        available = graph.add_up([left]).named(f"{key}.available", f"{position.id}: reaches the position", unit)
        due = _due(stage, position, revenue, recouped, available)
        total_due = graph.add_up(list(due.values())).named(f"{key}.due", f"{position.id}: due", unit)
        part = graph.minimum(graph.ratio(available, total_due), 1).named(
            f"{key}.part", f"{position.id}: part paid", "share"
        )
        paid: dict[str, Node] = {}
        for party, amount in due.items():
            label = f"{position.id}: paid to {names[party]}"
            paid[party] = (amount * part).named(f"{key}.{party}", label, unit)
            received[party].append(paid[party])
            if position.recoups:
                recouped[party].append(paid[party])
        graph.add_up(list(paid.values())).named(f"{key}.paid", f"{position.id}: paid", unit)
        left = graph.maximum(available - total_due, 0)  # not "less what is paid": a dry position leaves exactly nothing
        steps.append(Paid(available, due, paid))
    undistributed = graph.add_up([left]).named("scenario.*.undistributed", "Left over after all positions", unit)
    totals: dict[str, Node] = {}
    for p, nodes in received.items():
        amount = graph.add_up(nodes) if nodes else graph.spread(revenue.scenarios, 0)
        totals[p] = amount.named(f"scenario.*.party.{p}.received", f"Received by {names[p]}", unit)
    return Waterfall(parties, names, invested, positions, steps, totals, undistributed)


def _parties(stage: Stage, plan: FinancePlan) -> tuple[Table, dict[str, str], Node]:
    """Partners put in what others do not bring; sources that are paid back put in what receipts owe them; others nothing."""
    graph, project = stage.graph, stage.project
    sources = {f.id: f for f in project.finance}
    named = [p for rule in project.waterfall for p in rule.payees]
    names = {p: partner.name for p, partner in project.partners.items()}
    names |= {i: f.name for i, f in sources.items() if f.is_recouped or i in named}
    names |= {p: p.replace("_", " ").capitalize() for p in named if p not in names}
    for word in sorted(WORDS & set(names)):
        stage.error("M502", f"{word!r} cannot be the id of a party", f"kept for reports: {', '.join(sorted(WORDS))}")
    parties = graph.table("parties", names, "parties")
    cells = [
        graph.pick(plan.invested, p)
        if p in project.partners
        else graph.pick(plan.outstanding, p)
        if p in sources
        else graph.constant(0)
        for p in names
    ]
    invested = graph.stack(parties, cells).named("party.*.invested", "Invested", project.currency)
    for index, source in enumerate(project.finance):
        if source.kind == "loan" and project.waterfall and source.id not in named:
            stage.warn(
                "W702",
                f"no step of the waterfall repays the loan {source.id!r}",
                f"add `{{pay: {source.id}, kind: until_repaid}}`",
                f"finance[{index}]",
            )
    return parties, names, invested


def _positions(stage: Stage, parties: Table, invested: Node, worth: Node) -> list[Position]:
    graph, project = stage.graph, stage.project
    premiums = {f.id: (f.premium, f"finance[{n}].premium") for n, f in enumerate(project.finance) if f.premium}
    back: dict[str, list[Node]] = {p: [] for p in parties.keys}
    premium_nodes: dict[str, Node] = {}
    positions: list[Position] = []

    def premium_of(party: str) -> Node:
        if party not in premium_nodes:
            value, path = premiums.get(party, (0.0, ""))
            premium_nodes[party] = graph.input(
                f"finance.{party}.premium", value, label=f"Premium of {party}", unit="share", origin=stage.given(path)
            )
        return premium_nodes[party]

    def own_terms(rule_id: str, name: str, value: float, path: str, unit: str) -> Node:
        return graph.input(
            f"waterfall.{rule_id}.{name}", value, label=f"{rule_id}: {name}", unit=unit, origin=stage.given(path)
        )

    rules = _rules(stage, parties)
    _check_percentages(stage, rules)
    last = next((n for n, rule in enumerate(rules) if rule.kind == "net_profit"), len(rules))
    for n, rule in enumerate(rules[last + 1 :], last + 1):
        why = f"{rules[last].id!r} before it takes all that is left"
        stage.warn("W501", f"nothing ever reaches the position {rule.id!r}: {why}", "move it up", f"waterfall[{n}]")
    for number, rule in enumerate(rules):
        path = f"waterfall[{number}]"
        payees = rule.payees
        goal: dict[str, Node] = {}
        full: dict[str, Node] = {}
        parts: dict[str, Node] = {}
        rate = own_terms(rule.id, "rate", rule.rate, f"{path}.rate", "share") if rule.rate is not None else None
        if rule.kind in {"until_repaid", "until_recouped"}:
            extra = own_terms(rule.id, "premium", rule.premium, f"{path}.premium", "share") if rule.premium else None
            for p in payees:
                principal = graph.pick(invested, p)
                goal[p] = principal * (1 + extra) if extra is not None else principal
                full[p] = graph.maximum(goal[p] - graph.add_up(back[p]) if back[p] else goal[p], 0)
        elif rule.kind == "until" and rule.amount == "premium":
            stated = rule.premium is not None
            own = own_terms(rule.id, "premium", rule.premium or 0.0, f"{path}.premium", "share") if stated else None
            full = {p: graph.maximum(graph.pick(invested, p), 0) * (own or premium_of(p)) for p in payees}
        else:
            parts = _parts(stage, rule, path)
            if rule.kind != "net_profit" and rate is None:
                code = rule.currency or project.currency
                amount = rule.amount if isinstance(rule.amount, float | int) else 0.0
                total = own_terms(rule.id, "amount", amount, f"{path}.amount", code) * graph.pick(worth, code)
                full = {p: total * parts[p] for p in payees}
        due = {
            p: node.named(f"due.{rule.id}.{p}", f"{rule.id}: full due of {p}", project.currency)
            for p, node in full.items()
        }
        recoups = rule.kind in RECOUPMENT and rule.amount != "premium"
        if recoups:
            for p, node in due.items():
                back[p].append(node)
        positions.append(Position(rule.id, rule.kind, payees, parts, goal, due, rate, rule.of, recoups))
    return positions


class _Rule(NamedTuple):
    id: str
    kind: str
    payees: tuple[str, ...]
    rate: float | None = None
    of: tuple[str, ...] | None = None
    amount: float | str | None = None
    currency: str | None = None
    premium: float | None = None
    shares: dict[str, float] | None = None
    by_agreed_share: bool = False


def _rules(stage: Stage, parties: Table) -> list[_Rule]:
    """Return the project's positions; without any, what is usual.

    Loans by rank, then everybody who invested pari passu, premiums, deferred pay, and profit by agreed share.
    """
    project = stage.project
    if project.waterfall:
        return [
            _Rule(
                r.id,
                r.kind,
                r.payees,
                r.rate,
                tuple(r.of) if r.of else None,
                r.amount,
                r.currency,
                r.premium,
                r.sharing if isinstance(r.sharing, dict) else None,
            )
            for r in project.waterfall
        ]
    recouped = [f for f in project.finance if f.is_recouped]
    loans = [f for f in recouped if f.kind == "loan"]
    rules = [
        _Rule(f"{rank}_loans", "until_repaid", tuple(f.id for f in loans if f.rank == rank))
        for rank in RANKS
        if any(f.rank == rank for f in loans)
    ]
    later = tuple(f.id for f in recouped if f.kind == "deferral")
    investors = tuple(p for p in parties.keys if p not in {*later, *(f.id for f in loans)})
    rules.append(_Rule("recoupment", "until_recouped", investors))
    premium = tuple(f.id for f in recouped if f.premium)
    if premium:
        rules.append(_Rule("premium", "until", premium, amount="premium"))
    if later:
        rules.append(_Rule("deferments", "until_recouped", later))
    return [*rules, _Rule("net_profit", "net_profit", tuple(project.partners), by_agreed_share=True)]


def _check_percentages(stage: Stage, rules: list[_Rule]) -> None:
    """Percentages of one territory's receipts cannot come to more than the receipts."""
    for territory in stage.project.revenue.territories or ("",):
        total = sum(rule.rate or 0.0 for rule in rules if rule.of is None or territory in rule.of)
        if total > 1:
            where = f" of {territory}" if territory else ""
            stage.error("M503", f"percentages of the receipts{where} come to {total:.4g}", "at most 1", "waterfall")


def _parts(stage: Stage, rule: _Rule, path: str) -> dict[str, Node]:
    """Return each party's part of a position that is shared by fixed parts: as stated, else equal."""
    graph = stage.graph
    if len(rule.payees) == 1:
        return {rule.payees[0]: graph.constant(1)}
    if rule.by_agreed_share:
        return {p: graph.pick(graph["partners.*.share"], p) for p in rule.payees}
    if rule.shares is None:
        origin = stage.given(path, note="the position is shared equally")
        label = f"{rule.id}: parties"
        count = graph.input(f"waterfall.{rule.id}.parties", len(rule.payees), label=label, unit="count", origin=origin)
        return dict.fromkeys(rule.payees, 1 / count)
    return {
        p: graph.input(
            f"waterfall.{rule.id}.share.{p}",
            share,
            label=f"{rule.id}: part of {p}",
            unit="share",
            origin=stage.given(f"{path}.pay.{p}"),
        )
        for p, share in rule.shares.items()
    }


def _due(
    stage: Stage, position: Position, revenue: Revenue, recouped: dict[str, list[Node]], available: Node
) -> dict[str, Node]:
    """Return what each party is due in each scenario; what earlier positions failed to pay back is still due here."""
    graph = stage.graph
    if position.kind == "net_profit":
        return {p: available * position.parts[p] for p in position.payees}
    if position.rate is not None:
        source = revenue.receipts
        if position.territories is not None:
            source = graph.add_up([revenue.by_territory[t].receipts for t in position.territories])
        assert source is not None
        return {p: source * position.rate * position.parts[p] for p in position.payees}
    return {
        p: graph.maximum(position.goal[p] - graph.add_up(recouped[p]), 0)
        if p in position.goal and recouped[p]
        else graph.spread(revenue.scenarios, position.full_due[p])
        for p in position.payees
    }
