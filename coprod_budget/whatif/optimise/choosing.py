"""The best of the designs that were tried: what binds, what every requirement costs, the frontier of two figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.whatif.metrics import Metric, Requirement

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MAX_CONFLICT = 4
"""Requirements that are looked at together for a conflict."""
_DIGITS = 12
FAILED = 1e3
"""How far a design that cannot be built, or has no figure, misses a requirement; others miss it by less."""


class Goal(NamedTuple):
    """A figure, and whether more of it is better."""

    metric: Metric
    maximise: bool

    def score(self, values: Array) -> Array:
        """Return the figure so that less is better; a figure that is undefined is the worst. Of verdicts, a better one is more."""
        falls = self.maximise != self.metric.is_verdict  # the number of a verdict is its place, from the best on
        return np.where(np.isfinite(values), -values if falls else values, np.inf)


class Wanted(NamedTuple):
    """What is chosen by: the goal, the requirements, a second goal to weigh against it, and figures that are only shown."""

    goal: Goal
    requirements: tuple[tuple[Requirement, Metric], ...] = ()
    second: Goal | None = None
    shown: tuple[Metric, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The figures that are asked of every design, each once."""
        others = [self.second.metric.key] if self.second else []
        required = [metric.key for _, metric in self.requirements]
        return tuple(dict.fromkeys([self.goal.metric.key, *others, *required, *(m.key for m in self.shown)]))

    def kept(self, values: Mapping[str, Array]) -> Mask:
        """Say which requirements each design keeps, a row a requirement."""
        count = len(values[self.goal.metric.key])
        rows = [requirement.holds(metric, values[metric.key]) for requirement, metric in self.requirements]
        return np.array(rows, dtype=np.bool_).reshape(len(rows), count)

    def missed(self, values: Mapping[str, Array]) -> Array:
        """Return by how much each design misses the requirements in all, in parts of what is required; 0 where it keeps them."""
        kept = self.kept(values)
        total = np.zeros(kept.shape[1])
        for row, (requirement, metric) in enumerate(self.requirements):
            slack = requirement.slack(metric, values[metric.key])
            by = np.abs(slack) / max(abs(requirement.bound), 1.0)
            # what is kept to the cent, or missed by nothing (> 0 at 0), is missed a little
            total += np.where(kept[row], 0.0, np.where(np.isfinite(slack), np.clip(by, 1e-9, FAILED / 10), FAILED))
        return total


class Cost(NamedTuple):
    """What a requirement costs: the best design without it, and by how much that is better (0: it costs nothing)."""

    requirement: Requirement
    keep: int
    """How many designs keep it."""
    without: int | None
    """The best design without it; None where there is none either."""
    cost: float


@dataclass(frozen=True)
class Designs:
    """Designs that were tried (by their place, in the order of the grid), their figures, and why some have none."""

    wanted: Wanted
    values: Mapping[str, Array]
    problems: Mapping[int, str]

    @property
    def count(self) -> int:
        """How many were tried."""
        return len(self.values[self.wanted.goal.metric.key])

    @cached_property
    def kept(self) -> Mask:
        """Which requirements each keeps, a row a requirement."""
        return self.wanted.kept(self.values)

    @cached_property
    def score(self) -> Array:
        """The goal, less is better."""
        return _told_apart(self.wanted.goal.score(self.values[self.wanted.goal.metric.key]))

    @cached_property
    def feasible(self) -> Mask:
        """Which keep every requirement, and have the figure that is wanted."""
        return self.kept.all(axis=0) & np.isfinite(self.score)

    @property
    def unknown(self) -> int:
        """How many could be built but have not the figure that is wanted."""
        return int(np.count_nonzero(~np.isfinite(self.score))) - len(self.problems)

    def best(self, count: int = 1) -> list[int]:
        """Return the best, the best first; of equals the first in the order of the grid."""
        able = np.flatnonzero(self.feasible)
        return [int(place) for place in able[np.argsort(self.score[able], kind="stable")[:count]]]

    def costs(self) -> list[Cost]:
        """Return what each requirement costs, with all others kept."""
        found = []
        best = self.best()
        for row, (requirement, _) in enumerate(self.wanted.requirements):
            others: Mask = np.all(np.delete(self.kept, row, axis=0), axis=0, keepdims=True)[0]
            without = _least(self.score, others)
            cost = np.nan if without is None or not best else self.score[best[0]] - self.score[without]
            found.append(Cost(requirement, int(np.count_nonzero(self.kept[row])), without, float(cost)))
        return found

    def frontier(self) -> list[int]:
        """Return the designs that no other beats in one goal without losing in the second; the best by the goal first."""
        second = self.wanted.second
        assert second is not None
        other = _told_apart(second.score(self.values[second.metric.key]))
        able = np.flatnonzero(self.feasible & np.isfinite(other))
        able = able[np.lexsort((other[able], self.score[able]))]
        least = np.minimum.accumulate(other[able])
        ahead = np.concatenate([[True], least[1:] < least[:-1]])[: len(able)]
        return [int(place) for place in able[ahead]]

    def nearest(self) -> int | None:
        """Return the design that misses the requirements least; of equals the better one. None where none has any figure."""
        missed = np.where(np.isfinite(self.score), self.wanted.missed(self.values), np.inf)
        if not np.isfinite(missed).any():
            return None
        level = np.array(missed <= missed.min() * (1 + 1e-9), dtype=np.bool_)
        return _least(self.score, level)

    def conflicts(self) -> list[tuple[Requirement, ...]]:
        """Return the smallest sets of requirements that no design keeps together."""
        requirements = self.wanted.requirements
        able = self.kept[:, np.isfinite(self.score)]
        for size in range(1, min(len(requirements), MAX_CONFLICT) + 1):
            found = [
                tuple(requirements[row][0] for row in rows)
                for rows in combinations(range(len(requirements)), size)
                if not able[list(rows)].all(axis=0).any()
            ]
            if found:
                return found
        return []

    def reasons(self, most: int = 3) -> list[tuple[str, int]]:
        """Return why designs have no figures, the most frequent first, and how often."""
        counts: dict[str, int] = {}
        for text in self.problems.values():
            counts[text] = counts.get(text, 0) + 1
        return sorted(counts.items(), key=lambda item: -item[1])[:most]


def _told_apart(score: Array) -> Array:
    """Scores without their last digits, which are noise: equal designs are equal."""
    known = np.abs(score[np.isfinite(score)])
    if not len(known) or not known.max():
        return score
    return np.round(score, _DIGITS - int(np.ceil(np.log10(known.max()))))


def _least(score: Array, able: Mask) -> int | None:
    able = able & np.isfinite(score)
    return int(np.argmin(np.where(able, score, np.inf))) if able.any() else None


def values_at(columns: Mapping[str, Array | list[Any]], paths: Sequence[str], row: int) -> dict[str, Any]:
    """Return the values of one run by path."""
    return {path: float(c[row]) if isinstance(c := columns[path], np.ndarray) else c[row] for path in paths}
