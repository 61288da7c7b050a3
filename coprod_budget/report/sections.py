"""Which parts an estimate has, and which are shown when nobody asks for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report import costs, income, overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Section

NAMES = ("budget", "lines", "split", "revenue", "waterfall", "returns", "sources")
DEFAULT = ("budget", "split", "revenue", "waterfall", "returns")


def sections(figures: Figures, show: Sequence[str] = ()) -> list[Section]:
    """Return the sections that are asked for, in the order of a budget; a sensible set of them if none is."""
    wanted = show or (DEFAULT if figures.model.revenue.scenarios.keys else ("budget", "split", "returns"))
    make = {
        "budget": lambda: costs.budget(figures),
        "lines": lambda: costs.lines(figures),
        "split": lambda: costs.split(figures),
        "revenue": lambda: income.revenue(figures, full=bool(show)),
        "waterfall": lambda: income.waterfall(figures),
        "returns": lambda: income.returns(figures),
        "sources": lambda: overview.sources(figures),
    }
    return [make[name]() for name in NAMES if name in wanted]
