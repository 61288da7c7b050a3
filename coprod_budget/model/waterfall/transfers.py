"""What one party pays another out of its own receipts: bonuses, and what makes good a fee that a financier does not accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.cascade import Claim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.waterfall.positions import Position


class Transfer(NamedTuple):
    """Money from one party to others (columns over the flows)."""

    id: str
    payer: str
    paid: dict[str, Node]


class Transfers:
    """Works the transfers out. They are debts of the payer, not of the pool: due whether or not the film has paid it anything yet."""

    def __init__(self, stage: Stage, flows: Flows, names: Mapping[str, str]) -> None:
        self._stage, self._flows, self._names = stage, flows, names
        self._unit = stage.project.currency
        self.found: list[Transfer] = []

    def bonus(self, position: Position, got: Sequence[Node]) -> None:
        """Add a bonus: a share of what the payer gets (``got``), or an amount once the bonus is open."""
        step, graph = position.step, self._stage.graph
        if position.rate is not None:
            payment = graph.add_up(got) * position.rate if got else graph.spread(self._flows.table, 0)
            if position.open_part is not None:
                payment = payment * position.open_part
            self._transfer(step.id, step.paid_by, payment, position.parts)
            return
        assert position.due is not None
        due = position.due if position.due.table is None else self._flows.of_period(position.due)
        if position.open_part is not None:
            due = graph.choose(position.open_part > 0, due, 0)
        self._pay(step.id, step.paid_by, due, position.parts)

    def make_good(self, party: str, payer: str, short: Node) -> None:
        """Add what a party gets less than it would, had a fee been what it accepts (``short``, in each period).

        What the waterfall pays it after all goes back to the payer: in the end only what is missing then has been made good.
        """
        graph, flows, name = self._stage.graph, self._flows, f"made_good_{party}"
        label = f"{self._names[party]}: short of what it accepts, until then"
        until = flows.until(short, self._key(name, "short_until"), label, self._unit)[1]
        before = graph.previous(flows.table)
        paid = graph.maximum(until, 0).named(self._key(name, "paid_until"), f"{name}: made good until then", self._unit)
        graph.follow(before, paid)
        self._transfer(name, payer, paid - before, {party: graph.constant(1)})

    def _pay(self, name: str, payer: str, due: Node, parts: Mapping[str, Node]) -> None:
        """Pay what is due until the end of each period and is not paid yet; what was paid stays paid."""
        flows = self._flows
        key, label = self._key(name, "paid_until"), f"{name}: paid until then"
        claim = Claim.over(flows.table, self._stage.graph, key, label, self._unit)
        payment = claim.open(due)
        claim.pay(payment)
        claim.close()
        self._transfer(name, payer, payment, parts)

    def _transfer(self, name: str, payer: str, payment: Node, parts: Mapping[str, Node]) -> None:
        paid = {
            p: (payment * part).named(
                self._key(name, p), f"{name}: {self._names[payer]} pays {self._names[p]}", self._unit
            )
            for p, part in parts.items()
        }
        self.found.append(Transfer(name, payer, paid))

    @staticmethod
    def _key(name: str, what: str) -> str:
        return f"flow.*.waterfall.{name}.{what}"
