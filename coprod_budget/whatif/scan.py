"""A film along one number: values that are tried, what a figure says there, and the places where a requirement begins to be kept."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from coprod_budget.whatif.ranges import roundest
from coprod_budget.whatif.study import Runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod_budget.whatif.metrics import Metric, Requirement
    from coprod_budget.whatif.ranges import Limits
    from coprod_budget.whatif.study import Study

    Array = NDArray[np.float64]

SCAN = 257
"""Values that are tried first, ends included."""
SECTIONS = 64
"""Values that are tried at once inside every place where the answer changes."""
EXACT = 1e-12
"""Relative width at which such a place is small enough."""
LEAST = 1e-3
"""Beside 0, where nothing is small relative to the number, that part of the range counts as the number."""
LOOKS = 8
"""Turning points of the metric that are looked at more closely, on either side of the requirement."""

Kept = Literal["from", "up_to", "only"]


@dataclass(slots=True)
class Film:
    """The film along one number: the metric and whether it keeps the requirement."""

    study: Study
    path: str
    requirement: Requirement
    metric: Metric
    limits: Limits
    rest: dict[str, float]
    total: float
    refused: dict[float, str] = field(default_factory=dict)

    def rest_at(self, values: Array) -> dict[str, Array]:
        """What is left for the rest, in their proportion as it stands; exact to 12 decimals, so that sums stay what they are."""
        whole = sum(self.rest.values())
        parts = {p: now / whole if whole else 1 / len(self.rest) for p, now in self.rest.items()}
        return {p: np.maximum(np.round((self.total - values) * part, 12), 0.0) for p, part in parts.items()}

    def at(self, values: Array) -> Array:
        """Return the metric at these values; those that the film refuses are written down."""
        columns: dict[str, Any] = {self.path: values, **self.rest_at(values)}
        found = np.full(len(values), np.nan)
        for part in self.study.run(Runs(columns), [self.requirement.key]):
            found[part.start : part.start + part.runs.count] = part.values[self.requirement.key]
            self.refused |= {float(values[run]): why for run, why in part.problems.items()}
        return found

    @property
    def both_ways(self) -> bool:
        """Whether missing it below and above are two things: a number is asked for, neither at least nor at most."""
        return self.requirement.order == "==" and not self.metric.is_verdict

    def may_lie_beyond(self, scan: Scan) -> bool:
        """Whether the metric comes nearer at the end of a scan, or moves nowhere in it."""
        slack = self.requirement.slack(self.metric, scan.found)
        return bool(slack[-1] > slack[-2] or (slack == slack[0]).all())

    def kept(self, found: Array) -> NDArray[np.bool_]:
        """Say which of these figures keep the requirement, without the allowance for rounding that a reader has."""
        if self.both_ways or self.requirement.order == "!=":
            return self.requirement.holds(self.metric, found)
        slack = self.requirement.slack(self.metric, found)
        noise = EXACT * max(1.0, abs(self.requirement.bound))
        strict = slack > 0 if self.requirement.order in {"<", ">"} and not self.metric.is_verdict else slack >= -noise
        return np.asarray(strict & self.requirement.holds(self.metric, found))


@dataclass(slots=True)
class Scan:
    """Values in order, the metric there, and what it says of the requirement."""

    values: Array
    found: Array
    kept: NDArray[np.bool_]
    side: Array
    refused: NDArray[np.bool_]

    @classmethod
    def of(cls, film: Film, values: Array) -> Scan:
        """Try these values."""
        found = film.at(values)
        side = np.sign(np.nan_to_num(found - film.requirement.bound))
        refused = np.fromiter((float(v) in film.refused for v in values), dtype=np.bool_, count=len(values))
        return cls(values, found, film.kept(found), side, refused)

    def with_more(self, other: Scan) -> Scan:
        """Return both together, in order."""
        values, first = np.unique(np.concatenate([self.values, other.values]), return_index=True)
        return Scan(
            values,
            np.concatenate([self.found, other.found])[first],
            np.concatenate([self.kept, other.kept])[first],
            np.concatenate([self.side, other.side])[first],
            np.concatenate([self.refused, other.refused])[first],
        )

    def changes(self, *, both_ways: bool) -> NDArray[np.intp]:
        """Numbers of the values behind which the answer changes; where the film begins to refuse values is no answer."""
        changed = (self.kept[:-1] != self.kept[1:]) & ~self.refused[:-1] & ~self.refused[1:]
        if both_ways:
            changed |= (self.side[:-1] * self.side[1:] < 0) & ~self.kept[:-1] & ~self.kept[1:]
        return np.flatnonzero(changed)


def spaced(start: float, end: float, *, whole: bool) -> Array:
    """Return the values that are tried first."""
    points = np.linspace(start, end, SCAN)
    if whole:
        points = np.unique(np.clip(np.round(points), math.ceil(start), math.floor(end)))
    return points


def between(low: float, high: float, *, whole: bool) -> Array:
    """Values to try inside of two, none of which is tried twice."""
    points = np.linspace(low, high, SECTIONS + 2)[1:-1]
    if whole:
        points = np.round(points)
    points = np.unique(points)
    return points[(points > low) & (points < high)]


def closer(film: Film, scan: Scan, *, whole: bool, times: int = 3) -> Scan:
    """Look between the neighbours of turning points, where the answer may change and change back between two values."""
    slack = film.requirement.slack(film.metric, scan.found)
    # each look finds the turning points more exactly, and the next one looks beside those
    looks: list[Array] = []
    for sign, among in ((1.0, ~scan.kept), (-1.0, scan.kept)):
        height = sign * slack
        inner = [
            i
            for i in range(1, len(height) - 1)
            if among[i - 1 : i + 2].all()
            and height[i] >= max(height[i - 1], height[i + 1])
            and height[i] > min(height[i - 1], height[i + 1])
        ]
        chosen = sorted(inner, key=lambda i: -height[i])[:LOOKS]
        looks += [between(float(scan.values[i - 1]), float(scan.values[i + 1]), whole=whole) for i in chosen]
    values = np.setdiff1d(np.concatenate(looks), scan.values) if looks else np.empty(0)
    if not len(values):
        return scan
    scan = scan.with_more(Scan.of(film, values))
    return closer(film, scan, whole=whole, times=times - 1) if times > 1 else scan


class Pair(NamedTuple):
    """Two neighbouring values between which the answer changes."""

    low: float
    high: float
    low_kept: bool
    high_kept: bool
    low_side: float
    best: float
    """Where it is kept nowhere on either side: the value that misses it least, if that keeps it; else not a number."""

    @classmethod
    def of(cls, scan: Scan, i: int, j: int) -> Pair:
        """Take two values of a scan."""
        ends = (float(scan.values[i]), float(scan.values[j]))
        return cls(*ends, bool(scan.kept[i]), bool(scan.kept[j]), float(scan.side[i]), math.nan)

    def is_wider_than(self, least: float) -> bool:
        """Say whether there is something between the two."""
        return self.high - self.low > max(EXACT * max(abs(self.low), abs(self.high)), least)

    def narrowed(self, more: Scan, points: Array) -> Pair:
        """The section in which the answer changes first."""
        if not len(points):
            return self
        places = np.searchsorted(more.values, points)
        low, low_kept, low_side = self.low, self.low_kept, self.low_side
        best = self.best
        for place in places:
            value, kept, side = float(more.values[place]), bool(more.kept[place]), float(more.side[place])
            if self.low_kept == self.high_kept:
                if kept:
                    best = value
                if side != self.low_side:
                    return Pair(low, value, low_kept, low_kept, low_side, best)
            elif kept != self.low_kept:
                return Pair(low, value, low_kept, kept, low_side, best)
            low, low_side = value, side
        return Pair(low, self.high, low_kept, self.high_kept, low_side, best)

    @property
    def kind(self) -> Kept:
        """How the requirement is kept beside the change."""
        if self.low_kept == self.high_kept:
            return "only"
        return "from" if self.high_kept else "up_to"

    @property
    def keeping(self) -> float | None:
        """The value beside the change that keeps the requirement; None where it is jumped over."""
        if self.low_kept == self.high_kept:
            return None if math.isnan(self.best) else self.best
        return self.high if self.high_kept else self.low

    def rounder(self, limits: Limits) -> float:
        """The roundest number that may keep it as well: inside of what keeps it by a cent of money, or by next to nothing."""
        if self.high_kept or self.kind == "only":
            return roundest(self.low, self.high + limits.tolerance(self.high))
        return -roundest(-self.high, -self.low + limits.tolerance(self.low))
