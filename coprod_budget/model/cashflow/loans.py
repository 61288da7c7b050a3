"""Loans over the months: drawn as the money is needed and up to their amount, repaid as what is pledged for them comes in.

One loan after another, by rank: each sees the account of its partner with all loans before it. What a loan costs is held back when it
is first drawn, and counts as paid in the last month where it never is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.calendar import reached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.calendar import Clock, Months
    from coprod_budget.model.cashflow.sources import Inflow, Payment
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Finance

RANKS = ("senior", "gap", "mezzanine")


class Loan(NamedTuple):
    """One loan, over the months: what it costs in all until then, what is drawn and repaid in the month, balance and interest."""

    source: Finance
    cost_until: Node
    drawn: Node
    repaid: Node
    balance: Node
    interest: Node
    position: Node
    """The partner's account with this loan."""


class Books(NamedTuple):
    """What a loan is worked out from."""

    stage: Stage
    clock: Clock
    months: Months
    values: Node
    costs: Node
    payments: Mapping[str, list[Payment]]
    inflows: Mapping[str, Inflow]
    none: Node
    """Money that counts as none, so that the last bit of a sum draws no loan."""


def by_rank(sources: Sequence[Finance]) -> list[tuple[int, Finance]]:
    """Return the loans with their place in the file, those that are secured best first."""
    loans = [(n, s) for n, s in enumerate(sources) if s.kind == "loan"]
    return sorted(loans, key=lambda entry: (RANKS.index(entry[1].rank), entry[0]))


def add_loan(books: Books, number: int, source: Finance, before: Node, earlier: Sequence[Loan]) -> Loan:
    """Return a loan of a partner whose account without it is ``before`` (a column over the months)."""
    graph, unit, name = books.stage.graph, books.stage.project.currency, source.name
    table = books.months.table
    limit, cost = graph.pick(books.values, source.id), graph.pick(books.costs, source.id)
    given = [reached(p.moment, books.months.end) * p.part for p in books.payments.get(source.id, ())]
    planned = graph.add_up(given) * limit if given else None
    pledged = _pledged(books, number, source, earlier)
    started: list[Node] = []
    drawn: list[Node] = []
    repaid: list[Node] = []
    nothing = graph.constant(0)
    for row, month in enumerate(table.keys):
        account = graph.pick(before, month)
        begun = (
            graph.either(account < -books.none, *started[-1:]) if planned is None else graph.pick(planned, month) > 0
        )
        started.append(graph.choose(begun, 1, 0) if row < len(table) - 1 else graph.constant(1))
        last_drawn = drawn[-1] if drawn else nothing
        if pledged is None:
            repaid.append(nothing)
        else:
            repaid.append(graph.maximum(graph.minimum(last_drawn, graph.pick(pledged, month)), *repaid[-1:]))
        left = account - cost * started[-1] - repaid[-1]
        need = graph.minimum(limit, graph.maximum(last_drawn, -left))
        drawn.append(need if planned is None else graph.pick(planned, month))

    def over(key: str, label: str, nodes: list[Node]) -> Node:
        return graph.stack(table, nodes).named(f"cash.*.{key}_{source.id}", f"{name}: {label}", unit)

    cost_until = over("until_cost", "what it costs, until the end of the month", [cost * one for one in started])
    drawn_until = over("until_drawn", "drawn until the end of the month", drawn)
    repaid_until = over("until_repaid", "repaid until the end of the month", repaid)
    balance = (drawn_until - repaid_until).named(
        f"cash.*.balance_{source.id}", f"{name}: owed at the end of the month", unit
    )
    position = (before - cost_until + balance).named(f"cash.*.with_{source.id}", f"Account with {name}", unit)
    return Loan(
        source,
        cost_until,
        over("source", "drawn", _steps(graph, drawn_until)),
        over("pays_back", "repaid", _steps(graph, repaid_until)),
        balance,
        over("interest", "interest on what is owed", _interest(books, number, source, balance)),
        position,
    )


def _pledged(books: Books, number: int, source: Finance, earlier: Sequence[Loan]) -> Node | None:
    """Return what is there to repay the loan until the end of each month; None where no source is pledged for it.

    From the moment of repayment on, and less what the same sources have repaid before.
    """
    graph = books.stage.graph
    inflows = [books.inflows[name].until for name in source.repaid_from if name in books.inflows]
    if not inflows:
        return None
    money = graph.add_up(inflows)
    for loan in earlier:
        if set(loan.source.repaid_from) & set(source.repaid_from):
            repaid = graph[f"cash.*.until_repaid_{loan.source.id}"]
            money = money - repaid
    money = graph.maximum(money, 0)
    if source.repaid_on is not None:
        moment = books.clock.moment(source.repaid_on, f"finance[{number}].repaid_on")
        money = money * reached(moment, books.months.end)
    unit = books.stage.project.currency
    return money.named(f"cash.*.pledged_{source.id}", f"{source.name}: come in to repay it", unit)


def _steps(graph: Graph, until: Node) -> list[Node]:
    """Return what a running total grows by in each month."""
    assert until.table is not None
    rows = [graph.pick(until, key) for key in until.table.keys]
    return [rows[0], *(now - last for last, now in pairwise(rows))]


def _interest(books: Books, number: int, source: Finance, balance: Node) -> list[Node]:
    """Return simple interest on what was owed when the month began, until the day from which receipts repay the loan."""
    graph = books.stage.graph
    assert balance.table is not None
    until = books.clock.moment(source.repaid_on or "release", f"finance[{number}].repaid_on")
    pledged = [p.moment for name in source.repaid_from for p in books.payments.get(name, ())]
    until = graph.maximum(until, *pledged) if pledged else until
    runs = graph.choose(until > books.months.begin, 1, 0)
    runs = runs.named(f"cash.*.runs_{source.id}", f"{source.name}: interest runs", "count")
    rate = graph[f"finance.{source.id}.interest"]
    keys = balance.table.keys
    owed = [graph.pick(balance, key) * graph.pick(runs, after) for key, after in pairwise(keys)]
    return [graph.constant(0), *(amount * rate / 12 for amount in owed)]
