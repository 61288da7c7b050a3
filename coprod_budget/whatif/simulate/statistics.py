"""What the draws say of a metric: exact quantiles, mean, spread and extremes, over the draws in which it has a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph.operations import Array

QUANTILES: Final = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
ENOUGH_FOR: Final = 0.8
"""The quantile of the cost that a contingency is compared with."""


class Statistics(NamedTuple):
    """Of one metric, in its unit. ``draws`` have a value, in ``undefined`` more it is not defined (a rate of return of nothing)."""

    draws: int
    undefined: int
    mean: float
    sd: float
    minimum: float
    maximum: float
    quantiles: Mapping[float, float]


def statistics(values: Array, failed: int = 0, quantiles: Sequence[float] = QUANTILES) -> Statistics:
    """Return the statistics of all draws of a metric; ``failed`` of the undefined ones are runs that failed."""
    known = values[np.isfinite(values)]
    undefined = len(values) - len(known) - failed
    if not len(known):
        nothing = float("nan")
        return Statistics(0, undefined, nothing, nothing, nothing, nothing, dict.fromkeys(quantiles, nothing))
    known.sort()
    still = known[0] == known[-1]  # no rounding in the mean of what never moves
    mean = float(known[0] if still else np.mean(known))
    sd = 0.0 if still else float(np.std(known, ddof=1))
    found = np.quantile(known, quantiles)
    return Statistics(
        len(known),
        undefined,
        mean,
        sd,
        float(known[0]),
        float(known[-1]),
        dict(zip(quantiles, found.tolist(), strict=True)),
    )


class Histogram(NamedTuple):
    """How many draws fall between each two limits; those outside the first and last are counted at the ends."""

    limits: tuple[float, ...]
    counts: tuple[int, ...]


def histogram(values: Array, bins: int) -> Histogram | None:
    """Return the histogram of a metric in round steps between its 0.5 and 99.5 % quantiles; None where it never moves."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, (0.005, 0.995))
    if not high > low:
        low, high = float(known.min()), float(known.max())
    if not high > low:
        return None
    step = _round_step((high - low) / bins)
    first, last = np.floor(low / step), np.ceil(high / step)
    limits = np.arange(first, last + 1) * step
    counts, _ = np.histogram(np.clip(known, limits[0], limits[-1]), limits)
    return Histogram(tuple(limits.tolist()), tuple(counts.tolist()))


def _round_step(size: float) -> float:
    """Return a step of 1, 2, 2.5 or 5 times a power of ten, at least ``size``."""
    power = 10.0 ** np.floor(np.log10(size))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= size * (1 - 1e-9)))
