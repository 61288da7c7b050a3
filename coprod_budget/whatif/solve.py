"""Solving: the values of one number of a film at which a requirement begins to be kept, or ceases to be.

The number is scanned over a range, all values in one evaluation, and every place where the answer changes is cut into sections until
nothing lies between. So a metric may turn or jump: every crossing is found that the scan can see, none is assumed to be the only one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from coprod_budget.model import build_model
from coprod_budget.whatif.metrics import find_metric
from coprod_budget.whatif.ranges import in_percent, limits_of, number_now
from coprod_budget.whatif.scan import EXACT, LEAST, Film, Pair, Scan, between, closer, spaced
from coprod_budget.whatif.shape import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod_budget.whatif.metrics import Metric, Requirement
    from coprod_budget.whatif.ranges import Limits
    from coprod_budget.whatif.scan import Kept
    from coprod_budget.whatif.study import Study

    Array = NDArray[np.float64]

TIMES = 4.0
"""Without a range, values from 0 to so many times what stands now are tried."""
SMALL = 5_000.0
"""A number that is nothing now is looked for up to the limit of the schema, if that is no larger (shares, days, weeks)."""
WIDER, WIDEST = 10.0, 4000.0
"""Where the metric still comes nearer at their end, or has not moved yet, so many times more, up to so many times what stands."""

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
    percent: bool = False
    """People write the number that is sought in per cent."""


class NoRangeError(ValueError):
    """There is nothing to scan between; the message says what to give."""


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
    film = Film(study, path, requirement, metric, limits, shares, total)
    standing = study.base.evaluate().number(metric.node, metric.row)
    while True:
        scan = closer(film, Scan.of(film, spaced(start, end, whole=whole)), whole=whole)
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
        in_percent(study, path, limits),
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


def _answers(film: Film, scan: Scan, *, whole: bool) -> tuple[Answer, ...]:
    ends = [(i, i + 1) for i in scan.changes(both_ways=film.both_ways)]
    pairs = [Pair.of(scan, i, j) for i, j in ends]
    least = EXACT * LEAST * float(scan.values[-1] - scan.values[0])
    while True:
        tried = [between(p.low, p.high, whole=whole) if p.is_wider_than(least) else np.empty(0) for p in pairs]
        values = np.unique(np.concatenate(tried)) if tried else np.empty(0)
        if not len(values):
            break
        more = Scan.of(film, values)
        pairs = [pair.narrowed(more, points) for pair, points in zip(pairs, tried, strict=True)]
    chosen: dict[float, Kept] = {}
    rounder = [pair.rounder(film.limits) for pair in pairs]
    good = film.kept(film.at(np.asarray(rounder))) if rounder and not whole else [False] * len(rounder)
    for pair, round_one, is_good in zip(pairs, rounder, good, strict=True):
        value = round_one if is_good else pair.keeping
        if value is not None:
            chosen.setdefault(value, pair.kind)
    return tuple(_confirmed(film, value, kind) for value, kind in sorted(chosen.items()))


def _confirmed(film: Film, value: float, kind: Kept) -> Answer:
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


def _nearest(film: Film, scan: Scan, *, whole: bool) -> tuple[float, float] | None:
    """Return the value that misses the requirement least, and the metric there."""
    for _ in range(6):
        slack = film.requirement.slack(film.metric, scan.found)
        if np.isnan(slack).all():
            return None
        best = int(np.nanargmax(slack))
        left, right = scan.values[max(best - 1, 0)], scan.values[min(best + 1, len(scan.values) - 1)]
        points = np.setdiff1d(between(float(left), float(right), whole=whole), scan.values)
        if not len(points):
            break
        more = Scan.of(film, points)
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
