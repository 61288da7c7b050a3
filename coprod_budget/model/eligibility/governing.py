"""Which instrument governs the film: by the countries of its partners and the day of the application, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from coprod_budget.model.stage import Stage

Role = Literal["governs", "perhaps", "fallback", "alternative", "status", "fund", "support", "no"]
"""governs; perhaps (signed, entry into force not known); fallback while another's limits are not known; alternative (could be
chosen instead); national status, fund, state support; no: looked at and left out."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An instrument that was looked at, its role, and why."""

    id: str
    title: str
    role: Role
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Governing:
    """The answer: the instrument that governs ("" where none does, or it is not known), in words why, and all that were looked at."""

    instrument: str
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def tested(self) -> tuple[Candidate, ...]:
        """The instruments whose rules are tested."""
        return tuple(c for c in self.candidates if c.role != "no")


def choose_instruments(stage: Stage) -> Governing:
    """Choose the instruments whose rules are tested."""
    del stage
    return Governing("", (), ())
