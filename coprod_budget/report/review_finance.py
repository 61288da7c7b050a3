"""What a careful reader would point at in the finance plan: what cannot be spent where it must, too much, too hopeful."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.tables import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.errors import Problem
    from coprod_budget.report.figures import Figures

CENT = 0.005


def review_finance(figures: Figures) -> list[Problem]:
    """Return what looks wrong in the finance plan, as warnings."""
    return [*_not_spent(figures), *_too_much(figures), *_hopeful(figures)]


def _warning(figures: Figures, code: str, message: str, hint: str, path: str) -> Problem:
    return figures.model.project.problem(path, code, message, hint, severity="warning")


def _money(figures: Figures, amount: float) -> str:
    return f"{written(amount, 'money')} {figures.currency}"


def _not_spent(figures: Figures) -> Iterator[Problem]:
    obligations = figures.model.obligations
    for source, place in zip(obligations.table.keys, obligations.places, strict=True):
        if figures.exactly(f"obligation.{source}.ok") == 0:
            left = _money(figures, figures.exactly(f"obligation.{source}.left"))
            yield _warning(
                figures,
                "V210",
                f"{source} wants more spent in {place} than the film spends there: {left} are missing",
                "what other sources want spent there is counted too; move lines there or lower the source",
                f"finance[{source}].spend_in",
            )


def _too_much(figures: Figures) -> Iterator[Problem]:
    for partner, name in figures.partners.items():
        gap = figures.exactly(f"partner.{partner}.gap")
        if gap < -CENT:
            yield _warning(
                figures,
                "V211",
                f"the sources of {name} come to {_money(figures, -gap)} more than it has to finance",
                "lower a source, or let the partner bear more of the cost",
                f"partners.{partner}",
            )


def _hopeful(figures: Figures) -> Iterator[Problem]:
    """A rebate that stands in the plan with more than its programme is expected to pay."""
    programmes = figures.model.incentives.table.positions
    for source in figures.model.project.finance:
        if source.kind != "rebate" or source.amount == "expected" or source.programme not in programmes:
            continue
        stated = figures.exactly(f"finance.{source.id}.face")
        expected = figures.exactly(f"incentive.{source.programme}.expected")
        if stated > expected + CENT:
            yield _warning(
                figures,
                "V212",
                f"{source.id} stands in the plan with {_money(figures, stated)}; "
                f"{_money(figures, expected)} are expected of {source.programme}",
                "say `amount: expected`, or why it will be more under `incentives`",
                f"finance[{source.id}].amount",
            )
