"""Which programmes count: those that the project names, or every open one where money is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.incentives import IncentiveView
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Incentive


@dataclass(frozen=True, slots=True)
class Chosen:
    """A programme as of the day, with what the project says of it, and who receives it."""

    id: str
    view: IncentiveView
    entry: Incentive
    path: str
    """Where the project names it: ``incentives[0]``; "" where ``auto`` found it."""
    partner: str
    counted: bool
    """Whether it is in the sums: open without a doubt, or turned on by the project."""


def choose_programmes(stage: Stage) -> tuple[Chosen, ...]:
    """Return the programmes that are looked at; an unknown id is a mistake of the project."""
    del stage
    return ()


def programme_currencies(chosen: Sequence[Chosen]) -> list[str]:
    """Return the currencies in which the programmes state their amounts."""
    del chosen
    return []
