"""Loans of the finance plan: what they cost, how large one must be that fills a gap, and what repays them.

A loan is part of the finance and causes cost of its own, which has to be financed as well. The circle is linear, so it is solved in
closed form: with ``X`` all other needs of its partner, ``S`` its other sources, ``l`` fixed costs, ``a`` the arrangement fee and
``i`` the interest for the months outstanding, ``L = (X + l - S) / (1 - a - i)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Finance


class LoanTerms(NamedTuple):
    """What a loan costs: fee and interest as shares of it, and fixed costs in the report's currency."""

    fee: Node
    interest: Node
    fixed: Node
    kept: Node
    """What is left of each unit lent once fee and interest are paid."""


def loan_terms(stage: Stage, clock: Clock, worth: Node, index: int, entry: Finance) -> LoanTerms:
    """Put the terms of a loan into the graph."""
    graph, path, key = stage.graph, f"finance[{index}]", f"finance.{entry.id}"

    def term(name: str, value: float | None, label: str, unit: str, key_name: str = "") -> Node:
        return graph.input(
            f"{key}.{key_name or name}",
            value or 0.0,
            label=f"{entry.name}: {label}",
            unit=unit,
            origin=stage.given(f"{path}.{name}"),
        )

    if entry.interest is None:
        stage.warn("W701", f"no interest is given for {entry.id}, so it bears none", "say `interest: 10%`", path)
    if entry.months is not None:
        months = term("months", entry.months, "months outstanding, on average", "months")
    else:
        months = graph.maximum(repaid_at(clock, index, entry) - _drawn_at(clock, index, entry), 0)
        months = months.named(f"{key}.months", f"{entry.name}: months from the drawing to repayment", "months")
    a_year = term("interest", entry.interest, "interest a year", "share")
    interest = (a_year * months / 12).named(f"{key}.interest_rate", f"{entry.name}: interest for these months", "share")
    fee = term("fee", entry.fee, "arrangement fee", "share", "fee_rate")
    fixed = term("costs", entry.costs, "fixed costs", entry.currency) * graph.pick(worth, entry.currency)
    kept = (1 - fee - interest).named(f"{key}.kept", f"{entry.name}: left of each unit after fee and interest", "share")
    return LoanTerms(fee, interest, fixed, kept)


def repaid_at(clock: Clock, index: int, entry: Finance) -> Node:
    """Return when a loan is repaid, on the line of time: as written, or the release."""
    return clock.moment(entry.repaid_on or "release", f"finance[{index}].repaid_on")


def _drawn_at(clock: Clock, index: int, entry: Finance) -> Node:
    """Return when a loan is drawn: the mean of its instalments; without any, the first day of shooting."""
    if not entry.instalments:
        return clock.milestones["shoot_start"]
    graph, stage = clock.stage.graph, clock.stage
    moments: list[Node] = []
    parts: list[Node] = []
    for number, part in enumerate(entry.instalments):
        path = f"finance[{index}].instalments[{number}]"
        key, label, origin = (
            f"finance.{entry.id}.part_{number + 1}",
            f"{entry.name}: part {number + 1}",
            stage.given(path),
        )
        size, unit = (part.share, "share") if part.amount is None else (part.amount, entry.currency)
        sized = graph.input(f"{key}.size", size or 0.0, label=label, unit=unit, origin=origin)
        moment = clock.moment(part.on, f"{path}.on")
        if part.after_months:
            words = f"{label}: months after"
            moment += graph.input(f"{key}.after", part.after_months, label=words, unit="months", origin=origin)
        moments.append(moment * sized)
        parts.append(sized)
    return graph.ratio(graph.add_up(moments), graph.add_up(parts))


@dataclass(slots=True)
class Repayments:
    """What sources of a partner repay of its loans: a source pays for the film only with what no lender is promised."""

    faces: dict[str, Node]
    """Sources that are worked out so far, by id."""
    taken: dict[str, list[Node]] = field(default_factory=dict)
    """By source: what each loan takes of it."""
    repaid: dict[str, list[Node]] = field(default_factory=dict)
    """By loan: what each source pays back."""

    def promise(self, loan: Finance) -> None:
        """Let the loan be repaid from its sources, one after another, by what earlier loans have left."""
        left = self.faces[loan.id]
        graph = left.graph
        for name in loan.repaid_from:
            part = graph.minimum(left, self.in_plan(name))
            self.taken.setdefault(name, []).append(part)
            self.repaid.setdefault(loan.id, []).append(part)
            left = left - part

    def repays(self, source: str) -> Node:
        """Return what a source pays back of loans."""
        return self.faces[source].graph.add_up(self.taken.get(source, []))

    def repaid_of(self, loan: str) -> Node:
        """Return what sources pay back of a loan."""
        return self.faces[loan].graph.add_up(self.repaid.get(loan, []))

    def in_plan(self, source: str) -> Node:
        """Return what of a source pays for the film."""
        return self.faces[source] - self.repays(source) if source in self.taken else self.faces[source]


def filling(entry: Finance, terms: LoanTerms, unit: str, needs: Sequence[Node], others: Sequence[Node]) -> Node:
    """Return the loan that fills its partner's gap and pays for itself; nothing where there is no gap.

    Undefined where fee and interest take all that is lent.
    """
    graph = terms.fee.graph
    key = f"finance.{entry.id}"
    need = graph.add_up(list(needs))
    short = (need - graph.add_up(list(others)) if others else need).named(
        f"{key}.needed", f"{entry.name}: what its partner still needs, without the loan's own cost", unit
    )
    kept = terms.kept
    loan = graph.choose(kept > 0, (short + terms.fixed) / kept, graph.undefined())
    return graph.choose(short > 0, loan, 0)
