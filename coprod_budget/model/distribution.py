"""What the distributor keeps: its fee, prints and advertising, and the guarantee it has paid; the rest is the producers'.

Territories that answer for each other (``collateral``) have one account for prints and advertising and one for guarantees, in the
reporting currency; every other territory has its own, in its own currency. All media of a territory pay into the account one
after another, unless the cinemas alone do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.advances import playing
from coprod_budget.model.calendar import reached
from coprod_budget.model.cascade import Claim
from coprod_budget.model.outlets import CINEMA
from coprod_budget.model.territories import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.advances import Advance
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.outlets import Earned
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.territories import Terms


class Settled(NamedTuple):
    """An outlet over the table of flows, in the territory's currency but for the receipts; None where there is nothing of the kind."""

    fee: Node
    p_and_a: Node | None
    net: Node
    guarantee: Node | None
    receipts: Node


class Account(NamedTuple):
    """The territories that recoup together, and what is to be recouped until the end of each row."""

    key: str
    label: str
    unit: str
    members: list[str]
    p_and_a: Node | None
    guarantee: Node

    @property
    def converts(self) -> bool:
        """Whether it is kept in the reporting currency for several territories."""
        return len(self.members) > 1


def build_accounts(
    stage: Stage, flows: Flows, territories: Mapping[str, Terms], advances: Mapping[str, Advance]
) -> list[Account]:
    """Return the accounts of the territories, with what is due on each."""
    groups: dict[tuple[str, str], list[str]] = {}
    for i, terms in territories.items():
        word = terms.given.collateral
        groups.setdefault(("collateral", word) if word else ("revenue", i), []).append(i)
    return [
        _account(stage, flows, kind, name, members, territories, advances) for (kind, name), members in groups.items()
    ]


def _account(
    stage: Stage,
    flows: Flows,
    kind: str,
    name: str,
    members: list[str],
    territories: Mapping[str, Terms],
    advances: Mapping[str, Advance],
) -> Account:
    graph, several = stage.graph, len(members) > 1
    p_and_a: list[Node] = []
    guarantees: list[Node] = []
    for i in members:
        terms, advance = territories[i], advances[i]
        plays = playing(stage, flows, i) if several else None

        def due(node: Node, terms: Terms = terms, plays: Node | None = plays) -> Node:
            amount = node * terms.worth if several else node
            return amount if plays is None else amount * plays

        if advance.recouped_at_most is not None:
            p_and_a.append(due(_p_and_a_due(stage, flows, terms, advance)))
        now = graph.add_up(
            [amount * reached(at, flows.periods.end) for amount, at in (advance.guarantee, *advance.presales)]
        )
        label = f"{terms.name}: guarantee to be recouped until then"
        now = now.named(f"periods.*.guarantee_due.{i}", label, terms.currency)
        guarantees.append(due(flows.of_period(now)))
    label = ", ".join(territories[i].name for i in members)
    unit = stage.project.currency if several else territories[members[0]].currency
    return Account(
        f"{kind}.{name}", label, unit, members, graph.add_up(p_and_a) if p_and_a else None, graph.add_up(guarantees)
    )


def _p_and_a_due(stage: Stage, flows: Flows, terms: Terms, advance: Advance) -> Node:
    """Return what may be recouped of prints and advertising until the end of each row: all that is spent by then, up to the cap."""
    assert advance.recouped_at_most is not None
    graph = stage.graph
    spent = graph.add_up([amount * reached(at, flows.periods.end) for amount, at in advance.p_and_a])
    due = graph.minimum(spent, advance.recouped_at_most)
    label = f"{terms.name}: prints and advertising to be recouped until then"
    return flows.of_period(due.named(f"periods.*.p_and_a_due.{terms.id}", label, terms.currency))


def settle(
    stage: Stage,
    flows: Flows,
    account: Account,
    earned: Sequence[Earned],
    paid: Mapping[str, Node],
    caps: Mapping[str, Node] | None = None,
    party: str = "",
) -> dict[str, Settled]:
    """Take fee, prints and advertising, and guarantee off the rental of the account's outlets, one after another.

    ``paid`` are the minimum guarantees that reach the producers, by territory. With ``caps`` (fees by territory) it is a statement
    as ``party`` accepts it: nobody is paid by it.
    """
    books = _Books(stage, flows, account, paid, caps or {}, f"notional.{party}" if party else "")
    found = {one.place.key: books.outlet(one) for one in earned}
    for claim in books.claims:
        claim.close()
    return found


class _Books:
    """The claims of an account while its outlets are settled."""

    def __init__(
        self,
        stage: Stage,
        flows: Flows,
        account: Account,
        paid: Mapping[str, Node],
        caps: Mapping[str, Node],
        notional: str,
    ) -> None:
        self._stage, self._flows, self._account, self._paid, self._caps = stage, flows, account, paid, caps
        self._notional = notional
        graph, unit = stage.graph, account.unit
        key = f"flow.*.{notional}.{account.key}" if notional else f"flow.*.{account.key}"
        self._p_and_a = (
            Claim.over(flows.table, graph, f"{key}.p_and_a_until", f"{account.label}: P&A recouped until then", unit)
            if account.p_and_a is not None
            else None
        )
        self._guarantee = Claim.over(
            flows.table, graph, f"{key}.guarantee_until", f"{account.label}: guarantee recouped until then", unit
        )

    @property
    def claims(self) -> list[Claim]:
        """The claims that were opened."""
        return [self._guarantee] if self._p_and_a is None else [self._p_and_a, self._guarantee]

    def outlet(self, earned: Earned) -> Settled:
        """Settle one outlet."""
        place = earned.place
        terms, unit = place.terms, place.terms.currency

        def name(node: Node, key: str, text: str, money: str = unit) -> Node:
            stem = f"flow.*.{self._notional or 'revenue'}.{place.key}"
            return node.named(f"{stem}.{key}", f"{place.name}: {text}", money)

        recoups = terms.given.cross_collateralised or place.medium == CINEMA
        claim = self._p_and_a if recoups else None
        due, taken = self._account.p_and_a, None
        if earned.fee.base == "net":
            if claim is not None and due is not None:
                taken = name(self._recoup(claim, due, earned.rental, terms), "p_and_a", "P&A recouped")
            fee = name(self._fee(earned, taken), "fee", "distributor's fee")
        else:
            fee = name(self._fee(earned, None), "fee", "distributor's fee")
            if claim is not None and due is not None:
                taken = name(self._recoup(claim, due, earned.rental - fee, terms), "p_and_a", "P&A recouped")
        left = earned.rental - fee
        net = name(left if taken is None else left - taken, "producer_net", "producers' net")
        kept = None
        if recoups:
            part = terms.given.guarantee_part
            open_to = net
            if part != 1:
                path = f"revenue.territories.{terms.id}.guarantee_part"
                label = f"{terms.name}: part of the producers' net from which the guarantee is recouped"
                open_to = net * number(self._stage, path, part, label, "share")
            kept = self._recoup(self._guarantee, self._account.guarantee, open_to, terms)
            kept = name(kept, "guarantee_recouped", "guarantee recouped")
        money = net if kept is None else net - kept
        if place.medium == CINEMA:
            money = money + self._paid[terms.id]
        receipts = name(money * terms.worth, "receipts", "producers' receipts", self._stage.project.currency)
        return Settled(fee, taken, net, kept, receipts)

    def _recoup(self, claim: Claim, due: Node, money: Node, terms: Terms) -> Node:
        """Pay a claim out of money of a territory as far as it goes; return the payment in the territory's currency."""
        graph = self._stage.graph
        if not self._account.converts:
            paid = graph.minimum(claim.open(due), money)
            claim.pay(paid)
            return paid
        paid = graph.minimum(claim.open(due) / terms.worth, money)
        claim.pay(paid * terms.worth)
        return paid

    def _fee(self, earned: Earned, taken: Node | None) -> Node:
        """Return the fee: every rate on its part of the base. P&A that is recouped first is taken off the first of the gross."""
        graph, base = self._stage.graph, earned.fee.base
        cap = self._caps.get(earned.place.terms.id)
        rates = [rate if cap is None else graph.minimum(rate, cap) for rate in earned.fee.rates]
        whole = earned.gross if base == "gross" else earned.rental
        fee = (whole if taken is None else whole - taken) * rates[-1]
        for part, rate, after in zip(earned.fee.below, rates, rates[1:], strict=False):
            below = whole * part
            if taken is not None:
                below = graph.maximum(below - taken, 0)
            fee = fee + below * (rate - after)
        return graph.minimum(fee, earned.rental) if base == "gross" else fee
