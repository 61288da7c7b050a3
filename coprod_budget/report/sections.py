"""Which parts an estimate has, and which are shown when nobody asks for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report import costs, income, overview
from coprod_budget.report.bars import account
from coprod_budget.report.cashflow import cashflow
from coprod_budget.report.eligibility import eligibility
from coprod_budget.report.finance import finance
from coprod_budget.report.incentives import incentives
from coprod_budget.report.returns import returns
from coprod_budget.report.tables import Section, Table
from coprod_budget.report.waterfall_trace import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.report.figures import Figures

NAMES = (
    "budget", "lines", "split", "eligibility", "incentives", "finance", "cashflow", "revenue", "waterfall", "trace",
    "returns", "sources",
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
        "cashflow": lambda: _cashflow(figures),
        "revenue": lambda: income.revenue(figures, full=bool(show)),
        "waterfall": lambda: income.waterfall(figures),
        "trace": lambda: trace(figures),
        "returns": lambda: returns(figures, full=bool(show)),
        "sources": lambda: overview.sources(figures),
    }
    return [make[name]() for name in NAMES if name in wanted]


def _cashflow(figures: Figures) -> Section:
    """The months in figures, and the account as a picture."""
    section = cashflow(figures)
    picture = account(figures)
    if picture is not None:
        tables = [number for number, part in enumerate(section.parts) if isinstance(part, Table)]
        section.parts.insert(tables[0] + 1, picture)
    return section


def default(figures: Figures) -> tuple[str, ...]:
    """Return the sections of an estimate for which nobody asked for others: those that have something to say."""
    model = figures.model
    law = ("eligibility",) if model.eligibility.instruments else ()
    aid = ("incentives",) if model.incentives.programmes else ()
    plan = ("finance",) if model.project.finance else ()
    played = ("revenue", "waterfall") if model.revenue.scenarios.keys else ()
    return ("budget", "split", *law, *aid, *plan, *played, "returns")
