"""Which parts an estimate has, and which are shown when nobody asks for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report import costs, income, overview
from coprod_budget.report.cashflow import cashflow
from coprod_budget.report.eligibility import eligibility
from coprod_budget.report.finance import finance
from coprod_budget.report.incentives import incentives

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Section

NAMES = (
    "budget", "lines", "split", "eligibility", "incentives", "finance", "cashflow", "revenue", "waterfall", "returns", "sources",
)  # fmt: skip


def sections(figures: Figures, show: Sequence[str] = ()) -> list[Section]:
    """Return the sections that are asked for, in the order of a budget; a sensible set of them if none is."""
    wanted = show or default(figures)
    make = {
        "budget": lambda: costs.budget(figures),
        "lines": lambda: costs.lines(figures),
        "split": lambda: costs.split(figures),
        "eligibility": lambda: eligibility(figures, full=bool(show)),
        "incentives": lambda: incentives(figures, full=bool(show)),
        "finance": lambda: finance(figures, full=bool(show)),
        "cashflow": lambda: cashflow(figures),
        "revenue": lambda: income.revenue(figures, full=bool(show)),
        "waterfall": lambda: income.waterfall(figures),
        "returns": lambda: income.returns(figures),
        "sources": lambda: overview.sources(figures),
    }
    return [make[name]() for name in NAMES if name in wanted]


def default(figures: Figures) -> tuple[str, ...]:
    """Return the sections of an estimate for which nobody asked for others: those that have something to say."""
    model = figures.model
    law = ("eligibility",) if model.eligibility.instruments else ()
    aid = ("incentives",) if model.incentives.programmes else ()
    plan = ("finance",) if model.project.finance else ()
    played = ("revenue", "waterfall") if model.revenue.scenarios.keys else ()
    return ("budget", "split", *law, *aid, *plan, *played, "returns")
