"""Paying out: the money of every period goes through the positions in order, each takes what it is owed of what is there.

Money keeps its origin: outlets that no step tells apart flow together as one pool, and a step that draws on several pools takes from
each in proportion. A claim that is not filled waits for the next period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod_budget.model.cascade import Claim, accrue, shared
from coprod_budget.model.waterfall.positions import SHARING, Position
from coprod_budget.model.waterfall.steps import EXCLUSIVE, RECOUPING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.investments import Invested
    from coprod_budget.model.stage import Stage


@dataclass(frozen=True, slots=True)
class Paid:
    """A position over the flows: the money that reaches it, what is owed then, and what each party gets."""

    available: Node
    owed: Node | None
    """What is still owed before the payment; None where there is no end to it."""
    paid: dict[str, Node]
    room: Node | None = None
    """With how much more money its limit is reached; None where it has none."""
    total: Node | None = None
    """What it pays in all; None in a notional run."""
    open: Node | None = None
    """What is still owed after the payment; None where there is no end to it."""


class Cascade:
    """One run of the positions over the receipts.

    ``at_source`` is what parties have kept before the money came here: it counts towards limits on all that they receive.
    ``prefix`` tells the payments of a notional run from those that are made.
    """

    def __init__(
        self,
        stage: Stage,
        clock: Clock,
        flows: Flows,
        positions: Sequence[Position],
        names: Mapping[str, str],
        invested: Mapping[str, Node],
        investments: Mapping[str, Invested],
        at_source: Mapping[str, Sequence[Node]],
        prefix: str = "",
    ) -> None:
        self._stage, self._clock, self._flows = stage, clock, flows
        self._positions, self._names = positions, names
        self._invested, self._investments = invested, investments
        self._prefix = prefix
        self._graph: Graph = stage.graph
        self._unit = stage.project.currency
        self._claims: list[Claim] = []
        self._counters: dict[tuple[str, tuple[str, ...]], Claim] = {}
        self._recouped: dict[str, Claim] = {}
        self._own_limits: dict[str, Claim] = {}
        self.steps: dict[str, Paid] = {}
        self.left: dict[str, Node] = {}
        """What is left of each pool at the end."""
        for position in positions:
            until = position.step.until
            if until is not None and until.party is not None:
                counter = (until.party, tuple(until.steps))
                if counter not in self._counters:
                    words = f"{names[until.party]}: received until then"
                    key = f"received_until.{len(self._counters) + 1}"
                    self._counters[counter] = self._claim(key, words)
                    for amount in () if until.steps else at_source.get(until.party, ()):
                        self._counters[counter].pay(amount)

    # --- money in ---------------------------------------------------------------------------------------------------

    def run(self, receipts: Mapping[str, Node]) -> None:
        """Pay out the receipts of every outlet (columns over the flows)."""
        graph = self._graph
        self._receipts = receipts
        pools = _pools(self._positions, list(receipts))
        member = {outlet: pool for pool, outlets in pools.items() for outlet in outlets}
        self.left = {pool: graph.add_up([receipts[o] for o in outlets]) for pool, outlets in pools.items()}
        self._short: set[str] = set()
        promised = dict.fromkeys(pools, 0.0)
        for position in self._positions:
            mine = list(dict.fromkeys(member[o] for o in position.step.outlets))
            available = graph.add_up([self.left[pool] for pool in mine]) if mine else self._nothing()
            available = self._named(available, position, "available", "reaches the position")
            for pool in mine:
                promised[pool] += position.step.rate or 0.0
            covered = all(pool not in self._short and promised[pool] <= 1 for pool in mine)
            at_source = position.kind == "percent_of_gross" and covered and position.limit is None
            if at_source:
                paid = self._at_source(position, available, {pool: pools[pool] for pool in mine})
            else:
                paid, rest = self._pay(position, available)
                self._take(mine, available, rest)
            self.steps[position.id] = self._summed(position, paid)
            if not at_source and (position.kind != "percent_of_gross" or len(mine) > 1):
                self._short.update(mine)
        for claim in self._claims:
            claim.close()

    def _nothing(self) -> Node:
        return self._graph.spread(self._flows.table, 0)

    def _take(self, pools: Sequence[str], available: Node, rest: Node) -> None:
        """What a position leaves stays where it was: in each pool in proportion."""
        graph = self._graph
        if len(pools) == 1:
            self.left[pools[0]] = rest
            return
        if pools:
            kept = graph.ratio(rest, available)
            for pool in pools:
                self.left[pool] = self.left[pool] * kept

    def _at_source(self, position: Position, available: Node, pools: Mapping[str, Sequence[str]]) -> Paid:
        """Pay a percentage that nothing leaves short: of each pool its rate of what that pool has received, never more than is there."""
        graph = self._graph
        shares = {pool: self._share_of_gross(position, outlets) for pool, outlets in pools.items()}
        owed = graph.add_up(list(shares.values())) if shares else self._nothing()
        owed = self._named(owed, position, "due", "due")
        if len(shares) == 1:
            (pool,) = shares
            paid, self.left[pool] = self._settle(position, available, owed, position.parts)
            return paid
        taken = [graph.minimum(self.left[pool], share) for pool, share in shares.items()]
        for pool, share in shares.items():
            self.left[pool] = graph.maximum(self.left[pool] - share, 0)
        return self._pay_out(
            position, available, owed, graph.add_up(taken) if taken else self._nothing(), position.parts
        )

    def _share_of_gross(self, position: Position, outlets: Sequence[str]) -> Node:
        assert position.rate is not None
        base = self._graph.add_up([self._receipts[o] for o in outlets]) if outlets else self._nothing()
        share = base * position.rate
        return share if position.open_part is None else share * position.open_part

    # --- one position -------------------------------------------------------------------------------------------------

    def _pay(self, position: Position, available: Node) -> tuple[Paid, Node]:
        if position.kind == "percent_of_gross":
            return self._percentage(position, available)
        if position.kind in SHARING:
            return self._share(position, available)
        if position.kind in RECOUPING:
            return self._recoupment(position, available)
        if position.interest:
            return self._interest(position, available)
        if position.due is not None:
            return self._amount(position, available, position.due, position.parts)
        return self._in_proportion(position, available)

    def _percentage(self, position: Position, available: Node) -> tuple[Paid, Node]:
        """A share of the receipts at source; what could not be paid waits, and a limit counts all that was paid."""
        graph = self._graph
        more = self._share_of_gross(position, position.step.outlets)
        due = self._cumulative(position, more)
        claim = self._claim(f"{position.id}.paid_until", f"{position.id}: paid until then")
        owed = claim.open(due)
        if position.limit is not None:
            owed = graph.minimum(owed, self._room(position, graph.constant(1)))
        owed = self._named(owed, position, "due", "owed")
        return self._settle(position, available, owed, position.parts, claim)

    def _cumulative(self, position: Position, more: Node) -> Node:
        key = f"{position.id}.due_until"
        return self._flows.until(more, self._key(key), f"{position.id}: due until then", self._unit)[1]

    def _amount(self, position: Position, available: Node, due: Node, parts: Mapping[str, Node]) -> tuple[Paid, Node]:
        if due.table is not None:
            due = self._flows.of_period(due)
        claim = self._claim(f"{position.id}.paid_until", f"{position.id}: paid until then")
        owed = self._named(claim.open(due), position, "due", "owed")
        return self._settle(position, available, owed, parts, claim)

    def _in_proportion(self, position: Position, available: Node) -> tuple[Paid, Node]:
        """Pay what is due in all; everybody has the same part of it at any time."""
        due = self._graph.add_up(list(position.full_due.values()))
        parts = {p: self._graph.ratio(full, due) for p, full in position.full_due.items()}
        return self._amount(position, available, due, parts)

    def _recoupment(self, position: Position, available: Node) -> tuple[Paid, Node]:
        """Everybody in proportion to what is open; a party that recoups in one place only keeps its proportion for good."""
        if all(p not in self._recouped and not self._elsewhere(position, p) for p in position.payees):
            return self._in_proportion(position, available)
        claims = {p: self._recoupment_of(p) for p in position.payees}
        owed = {p: claim.open(position.goal[p]) for p, claim in claims.items()}
        return self._side_by_side(position, available, owed, claims)

    def _side_by_side(
        self, position: Position, available: Node, owed: dict[str, Node], claims: Mapping[str, Claim]
    ) -> tuple[Paid, Node]:
        graph = self._graph
        owed = {
            p: node.named(self._key(f"{position.id}.owed_{p}"), f"{position.id}: owed to {self._names[p]}", self._unit)
            for p, node in owed.items()
        }
        total = self._named(graph.add_up(list(owed.values())), position, "due", "owed")
        amounts = shared(list(owed.values()), available)
        paid: dict[str, Node] = {}
        for (p, claim), amount in zip(claims.items(), amounts, strict=True):
            paid[p] = self._paid(position, p, amount)
            claim.pay(paid[p])
        return Paid(available, total, paid), graph.maximum(available - total, 0)

    def _interest(self, position: Position, available: Node) -> tuple[Paid, Node]:
        """Interest on what is not recouped yet, since it was invested; on a loan, since it should have been repaid."""
        claims: dict[str, Claim] = {}
        owed: dict[str, Node] = {}
        flows, graph = self._flows, self._graph
        compounding = position.step.compounding
        capitalise = None
        if compounding != "simple":
            capitalise = flows.of_period(flows.new_year) if compounding == "yearly" else graph.spread(flows.table, 1)
        for p, rate in position.interest.items():
            claim = self._claim(f"{position.id}.paid_until_{p}", f"{position.id}: interest paid until then to {p}")
            until, waiting = self._outstanding(position, p)
            due = accrue(
                self._key(f"{position.id}.interest_{p}"),
                f"{position.id}: {self._names[p]}",
                self._unit,
                growth=rate * flows.of_period(flows.length) / 365,
                invested=until,
                waiting=waiting,
                recouped_before=self._recoupment_of(p).before,
                paid_before=claim.before,
                capitalise=capitalise,
            )
            claims[p], owed[p] = claim, claim.open(due)
        return self._side_by_side(position, available, owed, claims)

    def _outstanding(self, position: Position, party: str) -> tuple[Node, Node | None]:
        """Return what bears interest: all invested until the end of each period, and what part of it came in the period."""
        flows, key = self._flows, self._key(f"{position.id}.invested_{party}")
        label = f"{position.id}: invested by {self._names[party]}"
        loan = next((f for f in self._stage.project.finance if f.id == party and f.kind == "loan"), None)
        if loan is None:
            money = self._investments[party]
            until = flows.until(flows.of_period(money.by_period), key, label, self._unit)[1]
            return until, flows.of_period(money.waiting)
        graph, repaid = self._graph, self._clock.moment(loan.repaid_on or "release")
        owed = graph.choose(flows.ends > repaid, self._invested[party], 0)
        late = graph.choose(flows.begins <= repaid, owed * (flows.ends - repaid) / (flows.ends - flows.begins), 0)
        return flows.of_period(owed).named(key, label, self._unit), flows.of_period(late)

    def _share(self, position: Position, available: Node) -> tuple[Paid, Node]:
        """Shares of what reaches the position, as long as it is open: inside one receipt, until its limit is reached."""
        graph = self._graph
        open_ = available if position.open_part is None else available * position.open_part
        part = graph.add_up(list(position.parts.values()))
        left = None
        if position.limit is not None:
            left = self._named(self._room(position, part), position, "due", "money until its limit")
            open_ = graph.minimum(open_, left)
        paid = {p: self._paid(position, p, open_ * share) for p, share in position.parts.items()}
        if position.kind == "net_profit":
            return Paid(available, left, paid, left), graph.maximum(available - open_, 0)
        return Paid(available, left, paid, left), graph.maximum(available - open_ * part, 0)

    def _room(self, position: Position, part: Node) -> Node:
        """Return with how much more money the limit of a position is reached; ``part`` of the money is what the position pays."""
        until, limit = position.step.until, position.limit
        assert until is not None
        assert limit is not None
        if limit.table is not None:
            limit = self._flows.of_period(limit)
        if until.party is not None:
            counter = self._counters[until.party, tuple(until.steps)]
            return self._graph.ratio(counter.open(limit), position.parts[until.party])
        claim = self._claim(f"{position.id}.counted", f"{position.id}: paid until then, towards its limit")
        self._own_limits[position.id] = claim
        return self._graph.ratio(claim.open(limit), part)

    def _summed(self, position: Position, paid: Paid) -> Paid:
        """Add what a position pays in all, and what it still owes then."""
        if self._prefix:
            return paid
        total = self._named(self._graph.add_up(list(paid.paid.values())), position, "paid", "paid")
        if paid.owed is None or paid.room is not None:
            return replace(paid, total=total)
        open_ = self._graph.maximum(paid.owed - total, 0)
        return replace(paid, total=total, open=self._named(open_, position, "open", "still owed"))

    # --- keeping the books --------------------------------------------------------------------------------------------

    def _settle(
        self,
        position: Position,
        available: Node,
        owed: Node,
        parts: Mapping[str, Node],
        claim: Claim | None = None,
    ) -> tuple[Paid, Node]:
        """Pay what is owed as far as the money goes."""
        payment = self._graph.minimum(available, owed)
        if claim is not None:
            claim.pay(payment)
        return self._pay_out(position, available, owed, payment, parts), self._graph.maximum(available - owed, 0)

    def _pay_out(
        self, position: Position, available: Node, owed: Node, payment: Node, parts: Mapping[str, Node]
    ) -> Paid:
        several = len(parts) > 1
        return Paid(
            available,
            owed,
            {p: self._paid(position, p, payment * part if several else payment) for p, part in parts.items()},
        )

    def _paid(self, position: Position, party: str, amount: Node) -> Node:
        key = self._key(f"{position.id}.{party}")
        paid = self._graph.add_up([amount]).named(key, f"{position.id}: paid to {self._names[party]}", self._unit)
        for (counted, steps), counter in self._counters.items():
            if counted == party and (not steps or position.id in steps):
                counter.pay(paid)
        if position.id in self._own_limits:
            self._own_limits[position.id].pay(paid)
        if position.kind not in RECOUPING and self._counts(position) and self._elsewhere(position, party):
            self._recoupment_of(party).pay(paid)
        return paid

    def _counts(self, position: Position) -> bool:
        """Whether what a position pays counts towards having the investment back."""
        if position.id.startswith(EXCLUSIVE):
            territory = position.id.removeprefix(EXCLUSIVE)
            return self._stage.project.revenue.territories[territory].counts_as_recoupment
        return position.step.recoups

    def _elsewhere(self, position: Position, party: str) -> bool:
        """Whether a party's recoupment is asked for in other positions too, for what is still due or for interest on it."""
        others = [p for p in self._positions if p is not position and party in p.payees]
        return any(self._counts(p) or p.interest for p in others)

    def _recoupment_of(self, party: str) -> Claim:
        if party not in self._recouped:
            words = f"{self._names[party]}: recouped until then"
            self._recouped[party] = self._claim(f"recouped_until.{party}", words)
        return self._recouped[party]

    def _claim(self, key: str, label: str) -> Claim:
        claim = Claim.over(self._flows.table, self._graph, self._key(key), label, self._unit)
        self._claims.append(claim)
        return claim

    def _key(self, name: str) -> str:
        return f"flow.*.{self._prefix}waterfall.{name}"

    def _named(self, node: Node, position: Position, name: str, words: str) -> Node:
        return self._graph.add_up([node]).named(
            self._key(f"{position.id}.{name}"), f"{position.id}: {words}", self._unit
        )


def _pools(positions: Sequence[Position], outlets: Sequence[str]) -> dict[str, list[str]]:
    """Return the outlets that every step treats alike, by a name made of the first of them."""
    pools: dict[tuple[bool, ...], list[str]] = {}
    for outlet in outlets:
        pools.setdefault(tuple(outlet in p.step.outlets for p in positions), []).append(outlet)
    return {members[0]: members for members in pools.values()}
