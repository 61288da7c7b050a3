"""Distributions of uncertain numbers: each turns standard normal scores, or shares from 0 to 1, into values.

Scores are what correlated draws are made of (``correlation``): a score of 0 is the median, -1.28 the value that one draw in ten stays
below. Values have the unit of the number that is uncertain.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from coprod_budget.graph.operations import Array

TENTH: Final = 1.2815515655446004
"""The standard normal score that nine draws in ten stay below."""
FARTHEST: Final = 8.5
"""The table of a PERT distribution ends there: no draw of a double lies beyond."""
_NODES: Final = 513


def special() -> Any:
    """Return SciPy's special functions, imported late: no other command needs them."""
    from scipy import special as functions

    return functions


class Distribution(ABC):
    """What an uncertain number may be: ``of_scores`` from standard normal scores, ``ppf`` from shares from 0 to 1."""

    @abstractmethod
    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The mean."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""

    def ppf(self, shares: Array | float) -> Array:
        """Return the values that these shares of all draws stay below."""
        return self.of_scores(np.asarray(special().ndtri(np.asarray(shares, dtype=np.float64))))

    def quantile(self, share: float) -> float:
        """Return the value that this share of all draws stays below."""
        return float(self.ppf(share))


class _Ranged(Distribution):
    """One that lies between ``low`` and ``high``."""

    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        return self.low, self.high


@dataclass(frozen=True)
class Normal(_Ranged):
    """Normal with a middle and a standard deviation, cut off below ``low`` and above ``high``."""

    middle: float
    sd: float
    low: float = -math.inf
    high: float = math.inf

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""
        return self.middle + self.sd * _cut(scores, *self._ends)

    @property
    def _ends(self) -> tuple[float, float]:
        return (self.low - self.middle) / self.sd, (self.high - self.middle) / self.sd

    @property
    def left(self) -> float:
        """How much of it is left between low and high, from 0 to 1."""
        return _between(*self._ends)

    @property
    def mean(self) -> float:
        """The mean, of what is left between low and high."""
        below, above = self._ends
        return self.middle + self.sd * (_density(below) - _density(above)) / _between(below, above)


@dataclass(frozen=True)
class Lognormal(_Ranged):
    """Lognormal by its median and the standard deviation of its logarithm, cut off below ``low`` and above ``high``."""

    median: float
    sigma: float
    low: float = 0.0
    high: float = math.inf

    @classmethod
    def of_range(cls, p10: float, p90: float, low: float = 0.0, high: float = math.inf) -> Lognormal:
        """Return the one that stays below p10 once, and below p90 nine times in ten (before it is cut)."""
        return cls(math.sqrt(p10 * p90), math.log(p90 / p10) / (2 * TENTH), low, high)

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""
        return np.asarray(self.median * np.exp(self.sigma * _cut(scores, *self._ends)))

    @property
    def _ends(self) -> tuple[float, float]:
        below = math.log(self.low / self.median) / self.sigma if self.low > 0 else -math.inf
        return below, math.log(self.high / self.median) / self.sigma

    @property
    def left(self) -> float:
        """How much of it is left between low and high, from 0 to 1."""
        return _between(*self._ends)

    @property
    def mean(self) -> float:
        """The mean, of what is left between low and high."""
        below, above = self._ends
        whole = self.median * math.exp(self.sigma**2 / 2)
        return whole * _between(below - self.sigma, above - self.sigma) / _between(below, above)


@dataclass(frozen=True)
class Uniform(_Ranged):
    """Every value between low and high alike."""

    low: float
    high: float

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""
        return self.low + (self.high - self.low) * np.asarray(special().ndtr(scores))

    @property
    def mean(self) -> float:
        """The mean."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Triangular(_Ranged):
    """Likeliest at the mode, falling in straight lines to low and high."""

    low: float
    mode: float
    high: float

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""
        whole, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        functions = special()
        below, above = np.asarray(functions.ndtr(scores)), np.asarray(functions.ndtr(-scores))
        rising = self.low + np.sqrt(below * whole * left)
        falling = self.high - np.sqrt(above * whole * right)
        return np.where(below * whole < left, rising, falling)

    @property
    def mean(self) -> float:
        """The mean."""
        return (self.low + self.mode + self.high) / 3


@dataclass(frozen=True)
class Pert(_Ranged):
    """PERT: a beta distribution between low and high whose mean is (low + weight × mode + high) / (weight + 2)."""

    low: float
    mode: float
    high: float
    weight: float = 4.0

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores, exact to a billionth of the range."""
        place = self.weight * (self.mode - self.low) / (self.high - self.low)
        values, slopes = _beta_table(1 + place, 1 + self.weight - place)
        step = 2 * FARTHEST / (_NODES - 1)
        at = np.clip((scores + FARTHEST) / step, 0, _NODES - 1)
        left = np.minimum(at.astype(np.intp), _NODES - 2)
        part = at - left
        rest = 1 - part
        found = (
            values[left] * rest * rest * (1 + 2 * part)
            + values[left + 1] * part * part * (1 + 2 * rest)
            + step * part * rest * (slopes[left] * rest - slopes[left + 1] * part)
        )
        return np.asarray(self.low + (self.high - self.low) * np.clip(found, 0, 1))

    @property
    def mean(self) -> float:
        """The mean."""
        return (self.low + self.weight * self.mode + self.high) / (self.weight + 2)


@dataclass(frozen=True)
class Discrete(Distribution):
    """One of a few values; ``weights`` are their probabilities."""

    values: tuple[float, ...]
    weights: tuple[float, ...]

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores, the smallest first."""
        order = np.argsort(self.values, kind="stable")
        limits = np.cumsum(np.asarray(self.weights)[order])[:-1]
        return np.asarray(np.asarray(self.values)[order][np.searchsorted(limits, special().ndtr(scores), side="right")])

    @property
    def mean(self) -> float:
        """The mean."""
        return math.fsum(value * weight for value, weight in zip(self.values, self.weights, strict=True))

    @property
    def support(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        return min(self.values), max(self.values)


@dataclass(frozen=True)
class Empirical(Distribution):
    """What was seen: of n values the k-th smallest is passed with probability k / (n + 1); between two, values are interpolated.

    In logarithms where ``logs``, between values above 0. Nothing is drawn beyond the smallest and the largest that was seen.
    """

    values: tuple[float, ...]
    logs: bool = False

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""
        ordered = np.sort(np.asarray(self.values, dtype=np.float64))
        last = len(ordered) - 1
        rank = np.clip(np.asarray(special().ndtr(scores)) * (len(ordered) + 1) - 1, 0, last)
        left = np.minimum(rank.astype(np.intp), max(last - 1, 0))
        part = rank - left
        low, high = ordered[left], ordered[np.minimum(left + 1, last)]
        straight = np.asarray(low + part * (high - low))
        if not self.logs:
            return straight
        known = low > 0
        ratio = np.divide(high, low, out=np.ones_like(high), where=known)
        return np.asarray(np.where(known, low * ratio**part, straight))

    @property
    def mean(self) -> float:
        """The mean."""
        ordered = sorted(self.values)
        pieces = [ordered[0], ordered[-1]]
        for low, high in pairwise(ordered):
            bent = self.logs and low > 0 and high > low
            pieces.append((high - low) / math.log(high / low) if bent else (low + high) / 2)
        return math.fsum(pieces) / (len(ordered) + 1)

    @property
    def support(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        return min(self.values), max(self.values)


@dataclass(frozen=True)
class Whole(Distribution):
    """Another distribution in whole numbers, each draw rounded to the nearest."""

    inner: Distribution

    def of_scores(self, scores: Array) -> Array:
        """Return the values at standard normal scores."""
        return np.floor(self.inner.of_scores(scores) + 0.5)

    @property
    def mean(self) -> float:
        """The mean before rounding."""
        return self.inner.mean

    @property
    def support(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        low, high = self.inner.support
        return (low if math.isinf(low) else math.floor(low + 0.5)), (
            high if math.isinf(high) else math.floor(high + 0.5)
        )


def _cut(scores: Array, below: float, above: float) -> Array:
    """Return the scores squeezed between two of them, as if those beyond had not been drawn."""
    if below == -math.inf and above == math.inf:
        return scores
    functions = special()
    least, most = functions.ndtr(below), functions.ndtr(above)
    return np.asarray(np.clip(functions.ndtri(least + functions.ndtr(scores) * (most - least)), below, above))


def _density(score: float) -> float:
    return 0.0 if math.isinf(score) else math.exp(-score * score / 2) / math.sqrt(2 * math.pi)


def _between(below: float, above: float) -> float:
    """Return how much of a standard normal distribution lies between two scores."""
    return (math.erf(above / math.sqrt(2)) - math.erf(below / math.sqrt(2))) / 2


@lru_cache(maxsize=4096)
def _beta_table(first: float, second: float) -> tuple[Array, Array]:
    """Return a beta distribution's values at evenly spaced scores, and how fast they rise there.

    Inverting the distribution takes over a microsecond a draw; between the rows of this table a cubic is as good and thirty times faster.
    """
    functions = special()
    scores = np.linspace(-FARTHEST, FARTHEST, _NODES)
    low = scores <= 0
    below, above = functions.ndtr(scores[low]), functions.ndtr(-scores[~low])
    values = np.concatenate([functions.betaincinv(first, second, below), functions.betainccinv(first, second, above)])
    rest = np.concatenate([functions.betainccinv(second, first, below), functions.betaincinv(second, first, above)])
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        density = np.exp(
            functions.xlogy(first - 1, values) + functions.xlogy(second - 1, rest) - functions.betaln(first, second)
        )
        slopes = np.exp(-(scores**2) / 2) / math.sqrt(2 * math.pi) / density
    return values, np.where(np.isfinite(slopes), slopes, 0.0)
