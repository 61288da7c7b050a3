"""Solving: the values of one number of a film at which a requirement begins to be kept, or ceases to be.

The number is scanned over a range, all values in one evaluation, and every place where the answer changes is cut into sections until
nothing lies between. So a metric may turn or jump: every crossing is found that the scan can see, none is assumed to be the only one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from coprod_budget.model import build_model
from coprod_budget.whatif.metrics import find_metric
from coprod_budget.whatif.ranges import limits_of, number_now, roundest
from coprod_budget.whatif.shape import as_text
from coprod_budget.whatif.study import Runs

if TYPE_CHECKING:
    from collections.abc import Sequence

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
TIMES = 4.0
"""Without a range, values from 0 to so many times what stands now are tried."""
SMALL = 5_000.0
"""A number that is nothing now is looked for up to the limit of the schema, if that is no larger (shares, days, weeks)."""
WIDER, WIDEST = 10.0, 4000.0
"""Where the metric still comes nearer at their end, or has not moved yet, so many times more, up to so many times what stands."""

Kept = Literal["from", "up_to", "only"]
Shape = Literal["rises", "falls", "level", "turns", "unknown"]


class Answer(NamedTuple):
    """One value at which the requirement begins (``from``) or ceases (``up_to``) to be kept, or the one that keeps it (``only``).

    ``metric`` is what the rebuilt film says there; ``sets`` are the overrides behind ``--set`` that show it. Where no file states the
    number there is nothing to rebuild (``sets`` is empty) and ``metric`` is of the same model.
    """

    value: float
    kept: Kept
    metric: float
    holds: bool
    rest: dict[str, float]
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found between ``low`` and ``high``; ``nearest`` (value, metric) where nothing keeps the requirement."""

    path: str
    requirement: Requirement
    metric: Metric
    low: float
    high: float
    limits: Limits
    now: tuple[float | None, float, bool]
    """The value as it stands, the metric there, whether it keeps the requirement."""
    shape: Shape
    answers: tuple[Answer, ...] = ()
    everywhere: bool = False
    nearest: tuple[float, float] | None = None
    refused: int = 0
    reason: str = ""
    """How many values of the scan the film refuses, and why the first."""


class NoRangeError(ValueError):
    """There is nothing to scan between; the message says what to give."""


@dataclass(slots=True)
class _Film:
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

    def may_lie_beyond(self, scan: _Scan) -> bool:
        """Whether the metric comes nearer at the end of a scan, or moves nowhere in it."""
        slack = self.requirement.slack(self.metric, scan.found)
        return bool(slack[-1] > slack[-2] or (slack == slack[0]).all())

    def kept(self, found: Array) -> NDArray[np.bool_]:
        if self.both_ways or self.requirement.order == "!=":
            return self.requirement.holds(self.metric, found)
        slack = self.requirement.slack(self.metric, found)
        noise = EXACT * max(1.0, abs(self.requirement.bound))
        strict = slack > 0 if self.requirement.order in {"<", ">"} and not self.metric.is_verdict else slack >= -noise
        return np.asarray(strict & self.requirement.holds(self.metric, found))


@dataclass(slots=True)
class _Scan:
    """Values in order, the metric there, and what it says of the requirement."""

    values: Array
    found: Array
    kept: NDArray[np.bool_]
    side: Array
    refused: NDArray[np.bool_]

    @classmethod
    def of(cls, film: _Film, values: Array) -> _Scan:
        found = film.at(values)
        side = np.sign(np.nan_to_num(found - film.requirement.bound))
        refused = np.fromiter((float(v) in film.refused for v in values), dtype=np.bool_, count=len(values))
        return cls(values, found, film.kept(found), side, refused)

    def with_more(self, other: _Scan) -> _Scan:
        values, first = np.unique(np.concatenate([self.values, other.values]), return_index=True)
        return _Scan(
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


def solve(
    study: Study,
    path: str,
    requirement: Requirement,
    *,
    low: float | None = None,
    high: float | None = None,
    rest: Sequence[str] = (),
    whole: bool = False,
) -> Solution:
    """Find the values of ``path`` at which a requirement begins or ceases to be kept, between ``low`` and ``high``.

    ``rest`` are paths that take up what ``path`` leaves, so that their sum stays (shares of partners); ``whole`` tries whole numbers
    only. Raises NoRangeError where no range is given and none follows from the value as it stands, KeyError for a rest that has no
    number, ProjectError for an unknown path, UnknownMetricError for an unknown figure.
    """
    metric = study.metric(requirement.key)
    now = number_now(study, path)
    others = {p: number_now(study, p) for p in rest}
    missing = [p for p, value in others.items() if value is None]
    if missing:
        raise KeyError(missing[0])
    shares = {p: value for p, value in others.items() if value is not None}
    total = (now or 0.0) + sum(shares.values())
    study.inputs_among({path: 0.0 if now is None else now})
    limits = limits_of(study, path)
    if shares:
        limits = limits._replace(high=min(limits.high, total))
    start, end = _range(now, low, high, limits, path)
    film = _Film(study, path, requirement, metric, limits, shares, total)
    standing = study.base.evaluate().number(metric.node, metric.row)
    while True:
        scan = _closer(film, _Scan.of(film, _points(start, end, whole=whole)), whole=whole)
        further = high is None and end < limits.high and end < WIDEST * abs(now or 1.0) and film.may_lie_beyond(scan)
        if scan.kept.any() or len(scan.changes(both_ways=film.both_ways)) or not further:
            break
        end = min(end * WIDER, limits.high)
    refused = scan.values[scan.refused]
    answers = _answers(film, scan, whole=whole)
    return Solution(
        path,
        requirement,
        metric,
        start,
        end,
        limits,
        (now, standing, bool(requirement.holds(metric, np.asarray([standing]))[0])),
        _shape(scan.found, metric),
        answers,
        bool(scan.kept.any() and (scan.kept | scan.refused).all()),
        None if answers or scan.kept.any() else _nearest(film, scan, whole=whole),
        len(refused),
        film.refused[float(refused[0])] if len(refused) else "",
    )


def _range(now: float | None, low: float | None, high: float | None, limits: Limits, path: str) -> tuple[float, float]:
    reach = TIMES * abs(now) if now else math.inf
    start = low if low is not None else max(limits.low, -reach if now and now < 0 else min(0.0, limits.high))
    end = high if high is not None else min(limits.high, max(reach, start)) if math.isfinite(reach) else math.inf
    if high is None and (limits.is_share or (math.isinf(end) and limits.high <= SMALL)):
        end = limits.high
    if not (math.isfinite(start) and math.isfinite(end)):
        msg = f"{path} is {'0' if now == 0 else 'not given'} now, which tells no range to search: give --from and --to"
        raise NoRangeError(msg)
    if start >= end:
        msg = f"--from {start:g} is not below --to {end:g}"
        raise NoRangeError(msg)
    return start, end


def _points(start: float, end: float, *, whole: bool) -> Array:
    points = np.linspace(start, end, SCAN)
    if whole:
        points = np.unique(np.clip(np.round(points), math.ceil(start), math.floor(end)))
    return points


def _between(low: float, high: float, *, whole: bool) -> Array:
    """Values to try inside of two, none of which is tried twice."""
    points = np.linspace(low, high, SECTIONS + 2)[1:-1]
    if whole:
        points = np.round(points)
    points = np.unique(points)
    return points[(points > low) & (points < high)]


def _closer(film: _Film, scan: _Scan, *, whole: bool, times: int = 3) -> _Scan:
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
        looks += [_between(float(scan.values[i - 1]), float(scan.values[i + 1]), whole=whole) for i in chosen]
    values = np.setdiff1d(np.concatenate(looks), scan.values) if looks else np.empty(0)
    if not len(values):
        return scan
    scan = scan.with_more(_Scan.of(film, values))
    return _closer(film, scan, whole=whole, times=times - 1) if times > 1 else scan


def _answers(film: _Film, scan: _Scan, *, whole: bool) -> tuple[Answer, ...]:
    ends = [(i, i + 1) for i in scan.changes(both_ways=film.both_ways)]
    pairs = [_Pair.of(scan, i, j) for i, j in ends]
    least = EXACT * LEAST * float(scan.values[-1] - scan.values[0])
    while True:
        tried = [_between(p.low, p.high, whole=whole) if p.is_wider_than(least) else np.empty(0) for p in pairs]
        values = np.unique(np.concatenate(tried)) if tried else np.empty(0)
        if not len(values):
            break
        more = _Scan.of(film, values)
        pairs = [pair.narrowed(more, points) for pair, points in zip(pairs, tried, strict=True)]
    chosen: dict[float, Kept] = {}
    rounder = [pair.rounder(film.limits) for pair in pairs]
    good = film.kept(film.at(np.asarray(rounder))) if rounder and not whole else [False] * len(rounder)
    for pair, round_one, is_good in zip(pairs, rounder, good, strict=True):
        value = round_one if is_good else pair.keeping
        if value is not None:
            chosen.setdefault(value, pair.kind)
    return tuple(_confirmed(film, value, kind) for value, kind in sorted(chosen.items()))


class _Pair(NamedTuple):
    """Two neighbouring values between which the answer changes."""

    low: float
    high: float
    low_kept: bool
    high_kept: bool
    low_side: float
    best: float
    """Where it is kept nowhere on either side: the value that misses it least, if that keeps it; else not a number."""

    @classmethod
    def of(cls, scan: _Scan, i: int, j: int) -> _Pair:
        ends = (float(scan.values[i]), float(scan.values[j]))
        return cls(*ends, bool(scan.kept[i]), bool(scan.kept[j]), float(scan.side[i]), math.nan)

    def is_wider_than(self, least: float) -> bool:
        return self.high - self.low > max(EXACT * max(abs(self.low), abs(self.high)), least)

    def narrowed(self, more: _Scan, points: Array) -> _Pair:
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
                    return _Pair(low, value, low_kept, low_kept, low_side, best)
            elif kept != self.low_kept:
                return _Pair(low, value, low_kept, kept, low_side, best)
            low, low_side = value, side
        return _Pair(low, self.high, low_kept, self.high_kept, low_side, best)

    @property
    def kind(self) -> Kept:
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


def _confirmed(film: _Film, value: float, kind: Kept) -> Answer:
    """Build the film again with the value, as ``estimate --set`` does."""
    rest = {path: float(v[0]) for path, v in film.rest_at(np.asarray([value])).items()}
    study = film.study
    if study.inputs_among({film.path: value}):
        found = float(film.at(np.asarray([value]))[0])
        sets: tuple[str, ...] = ()
    else:
        sets = tuple(f"{path}={as_text(v)}" for path, v in {film.path: value, **rest}.items())
        found = rebuilt(study, sets, film.requirement.key)
    holds = bool(film.requirement.holds(film.metric, np.asarray([found]))[0])
    return Answer(value, kind, found, holds, rest, sets)


def rebuilt(study: Study, sets: Sequence[str], key: str) -> float:
    """Return what ``estimate --set`` says of a figure."""
    model = build_model(study.recipe.load(study.catalog, sets), study.catalog)
    metric = find_metric(model.graph, key)
    return model.evaluate().number(metric.node, metric.row)


def _nearest(film: _Film, scan: _Scan, *, whole: bool) -> tuple[float, float] | None:
    """Return the value that misses the requirement least, and the metric there."""
    for _ in range(6):
        slack = film.requirement.slack(film.metric, scan.found)
        if np.isnan(slack).all():
            return None
        best = int(np.nanargmax(slack))
        left, right = scan.values[max(best - 1, 0)], scan.values[min(best + 1, len(scan.values) - 1)]
        points = np.setdiff1d(_between(float(left), float(right), whole=whole), scan.values)
        if not len(points):
            break
        more = _Scan.of(film, points)
        scan = scan.with_more(more)
        if np.nanmax(film.requirement.slack(film.metric, scan.found)) <= slack[best]:
            break
    slack = film.requirement.slack(film.metric, scan.found)
    level = np.flatnonzero(slack >= np.nanmax(slack) - EXACT * max(1.0, abs(film.requirement.bound)))
    best = int(level[0])
    return float(scan.values[best]), float(scan.found[best])


def _shape(found: Array, metric: Metric) -> Shape:
    steps = np.diff(found[np.isfinite(found)])
    if not len(steps):
        return "unknown"
    noise = max(1e-9 * float(np.nanmax(np.abs(found))), 0.02 if metric.is_money else 0.0)
    up, down = bool((steps > noise).any()), bool((steps < -noise).any())
    return "turns" if up and down else "rises" if up else "falls" if down else "level"
