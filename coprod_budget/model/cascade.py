"""What the cascade of payments is made of: claims that remember what was paid, thresholds inside a receipt, and interest.

A claim is paid out of the cash that is there and never out of more; what stays open is carried to the next period, and a claim may
grow later. Everything is a column over the table of flows (runs by period), in one currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Graph, Node, Table


@dataclass(slots=True)
class Claim:
    """What somebody is owed under one heading; one or several steps pay it, one after another, in every period."""

    key: str
    label: str
    unit: str
    before: Node
    """What was paid in the periods before."""
    paid: list[Node] = field(default_factory=list)
    """What has been paid in the period so far."""

    @classmethod
    def over(cls, table: Table, graph: Graph, key: str, label: str, unit: str) -> Claim:
        """Open a claim over the rows of a table; ``key`` is that of the column of what is paid until the end of each period."""
        return cls(key, label, unit, graph.previous(table))

    @property
    def so_far(self) -> Node:
        """All that has been paid, in this period too."""
        return self.before.graph.add_up([self.before, *self.paid])

    def open(self, due: Node) -> Node:
        """Return what is still owed of ``due``, which counts from the beginning of all time to the end of the period."""
        return self.before.graph.maximum(due - self.so_far, 0)

    def pay(self, amount: Node) -> None:
        """Take note of a payment of the period."""
        self.paid.append(amount)

    def close(self) -> Node:
        """Return what is paid until the end of each period; no more payments come after."""
        total = self.so_far.named(self.key, self.label, self.unit)
        self.before.graph.follow(self.before, total)
        return total


def part_before(before: Node, now: Node, threshold: Node | float) -> Node:
    """Return the part of a period's quantity that lies below a threshold, when ``before`` was there and ``now`` comes in.

    Where nothing comes in: 1 if the threshold is not reached yet, else 0.
    """
    graph = before.graph
    room = graph.maximum(threshold - before, 0)
    return graph.choose(now > 0, graph.minimum(room / now, 1), graph.choose(room > 0, 1, 0))


def accrue(
    key: str,
    label: str,
    unit: str,
    *,
    growth: Node,
    invested: Node,
    waiting: Node | None,
    recouped_before: Node,
    paid_before: Node,
    capitalise: Node | None,
) -> Node:
    """Return the interest on an investment until the end of each row; receipts return the investment first, interest is paid besides.

    All are columns over one table. ``growth`` is the rate for the whole row (a year's rate × days / 365); ``invested`` the named
    column of all that was invested until the end of each row; ``waiting`` what the row's own investments bear interest on, weighed
    by the part of the row in which they were outstanding; ``recouped_before`` and ``paid_before`` what was paid of the
    investment and of the interest in earlier rows. ``capitalise`` is 1 in rows at whose beginning the interest that is due and
    unpaid begins to bear interest itself; None: it never does (simple interest).
    """
    graph = growth.graph
    table = invested.table
    assert table is not None
    invested_before, due_before = graph.previous(table), graph.previous(table)
    graph.follow(invested_before, invested)
    bearing = graph.maximum(invested_before - recouped_before, 0)
    if waiting is not None:
        new = invested - invested_before
        back = graph.maximum(recouped_before - invested_before, 0)  # what came back before it was put in bears nothing
        bearing = bearing + waiting * graph.ratio(graph.maximum(new - back, 0), new)
    if capitalise is not None:
        capital_before = graph.previous(table)
        capitalised = graph.choose(capitalise, due_before, capital_before)
        capitalised = capitalised.named(f"{key}_capitalised", f"{label}: interest that bears interest", unit)
        graph.follow(capital_before, capitalised)
        bearing = bearing + graph.maximum(capitalised - paid_before, 0)
    due = (due_before + growth * bearing).named(key, f"{label}: interest due until then", unit)
    graph.follow(due_before, due)
    return due


def shared(claims: Sequence[Node], available: Node) -> list[Node]:
    """Pay several claims in proportion to what is open (pari passu); return each payment."""
    graph = available.graph
    part = graph.minimum(graph.ratio(available, graph.add_up(claims)), 1)
    return [claim * part for claim in claims]
