"""Trying designs: all of them where that is feasible, a search by differential evolution where there are too many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.model import build_model
from coprod_budget.whatif.metrics import find_metric
from coprod_budget.whatif.optimise.choosing import FAILED, Designs, values_at
from coprod_budget.whatif.shape import as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from coprod_budget.whatif.grid import Grid
    from coprod_budget.whatif.optimise.choosing import Wanted
    from coprod_budget.whatif.study import Study

    Array = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    Tell = Callable[[int], None]
    """Is told how many designs were tried since it was told last."""

MOST = 200_000
"""Designs that are all tried."""
STARTS = 3
POPULATION = 64
_WORD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MISSED, _PER_MISS = 1e15, 1e11


class Search(NamedTuple):
    """How a search went: the seed, and the best goal that each start arrived at (not a number where it found none that is allowed)."""

    seed: int
    ends: tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """The designs that were tried of those that there are, and what is best among them."""

    grid: Grid
    designs: Designs
    digits: Numbers
    """The place of every tried design on every axis, ``(axes, designs)``; all of them in order where nothing was searched."""
    search: Search | None = None

    def values_of(self, place: int) -> dict[str, Any]:
        """Return what a design sets, by path."""
        runs = self.grid.at({axis: row[place : place + 1] for axis, row in enumerate(self.digits)})
        return values_at(runs.columns, self.grid.paths, 0)

    def sets_of(self, place: int) -> list[str]:
        """Return the overrides that make the film this design, as behind ``--set``."""
        return [f"{path}={_written(value)}" for path, value in self.values_of(place).items()]


def _written(value: Any) -> str:
    """A value behind ``--set PATH=``; a plain word without quotes, so that a shell needs none either."""
    word = isinstance(value, str) and _WORD.fullmatch(value) and value not in {"true", "false", "null"}
    return str(value) if word else as_text(value)


def try_all(study: Study, grid: Grid, wanted: Wanted, tell: Tell | None = None) -> Found:
    """Try every design."""
    values = {key: np.full(grid.count, np.nan) for key in wanted.keys}
    problems: dict[int, str] = {}
    for start, stop in grid.blocks():
        part = study.block(grid.part(start, stop), wanted.keys)
        numbers = grid.numbers(start, stop)
        for key, found in part.values.items():
            values[key][numbers] = found
        problems |= {int(numbers[row]): text for row, text in part.problems.items()}
        if tell is not None:
            tell(stop - start)
    lengths = [axis.length for axis in grid.axes]
    digits = np.array(np.unravel_index(np.arange(grid.count), lengths), dtype=np.int64)
    return Found(grid, Designs(wanted, values, dict(sorted(problems.items()))), digits)


def look_for(
    study: Study, grid: Grid, wanted: Wanted, *, seed: int, tries: int = MOST, tell: Tell | None = None
) -> Found:
    """Search for the best design: differential evolution over places on the axes, from several starts.

    A design that keeps the requirements beats one that does not, of two that do not the one that misses them less, of two that do
    the better one. The same seed tries the same designs; ``tries`` is how many at most.
    """
    from scipy.optimize import differential_evolution  # imported late: it takes long

    evolve: Any = differential_evolution  # its stubs know one point at a time
    tried = _Tried(study, grid, wanted, tell)
    lengths = np.array([axis.length for axis in grid.axes])
    ends = []
    for number, own in enumerate(np.random.SeedSequence(seed).spawn(STARTS), 1):
        most = tries * number // STARTS
        population = min(POPULATION, max(most // 8, 5))
        rng = np.random.default_rng(own)
        found = evolve(
            tried.score,
            [(0, length - 1) for length in lengths],
            init=(rng.random((population, len(lengths))) * (lengths - 1)),
            integrality=np.ones(len(lengths), dtype=np.bool_),
            maxiter=10_000,
            tol=0,
            polish=False,
            vectorized=True,
            updating="deferred",
            rng=rng,
            callback=tried.stopper(most),
        )
        ends.append(tried.improved(np.round(np.asarray(found.x)).astype(np.int64), most))
    digits, designs = tried.all()
    return Found(grid, designs, digits, Search(seed, tuple(ends)))


def confirm(study: Study, found: Found, place: int) -> None:
    """Estimate the film again with a design, as ``estimate --set`` does; it has to say what was found."""
    model = build_model(study.recipe.load(study.catalog, found.sets_of(place)), study.catalog)
    values = model.evaluate()
    for key, column in found.designs.values.items():
        metric = find_metric(model.graph, key)
        again = values.number(metric.node, metric.row)
        assert np.isclose(again, column[place], rtol=1e-9, atol=1e-6, equal_nan=True), key


class _Tried:
    """The designs that were tried so far, each once."""

    def __init__(self, study: Study, grid: Grid, wanted: Wanted, tell: Tell | None) -> None:
        self._study, self._grid, self._wanted, self._tell = study, grid, wanted, tell
        self._places: dict[bytes, int] = {}
        self._digits: list[Numbers] = []
        self._values: dict[str, list[float]] = {key: [] for key in wanted.keys}
        self._scores: list[float] = []
        self._problems: dict[int, str] = {}

    def score(self, points: Array | Numbers) -> Array:
        """Return how good designs are, less is better; the points are places on the axes, one column a design."""
        digits = np.ascontiguousarray(np.round(points.reshape(len(self._grid.axes), -1)).astype(np.int64).T)
        keys = [row.tobytes() for row in digits]
        new = {key: n for n, key in enumerate(keys) if key not in self._places}
        if new:
            self._try(digits[list(new.values())], list(new))
        return np.array([self._scores[self._places[key]] for key in keys])

    def _try(self, digits: Numbers, keys: list[bytes]) -> None:
        first = len(self._scores)
        part = self._study.block(self._grid.at(dict(enumerate(digits.T))), self._wanted.keys, first)
        self._places |= {key: first + n for n, key in enumerate(keys)}
        self._digits += list(digits)
        for key, found in part.values.items():
            self._values[key] += found.tolist()
        self._problems |= part.problems
        goal = self._wanted.goal.score(part.values[self._wanted.goal.metric.key])
        missed = self._wanted.missed(part.values) + np.where(np.isfinite(goal), 0.0, FAILED)
        self._scores += np.where(missed > 0, _MISSED + _PER_MISS * missed, goal).tolist()
        if self._tell is not None:
            self._tell(len(keys))

    def stopper(self, most: int) -> Callable[..., bool]:
        """Return what stops a start that has had its share of the tries, or finds nothing new."""
        before = [len(self._scores), 0]

        def stop(*_: Any, **__: Any) -> bool:
            idle = before[1] + 1 if len(self._scores) == before[0] else 0
            before[:] = [len(self._scores), idle]
            return len(self._scores) >= most or idle >= 10

        return stop

    def improved(self, digits: Numbers, most: int) -> float:
        """Go from a design to the best of its neighbours, as long as that is better; return the goal at the end."""
        lengths = np.array([axis.length for axis in self._grid.axes])
        here = self.score(digits[:, None])[0]
        while len(self._scores) < most:
            steps = np.eye(len(lengths), dtype=np.int64)
            near = np.vstack([digits + steps, digits - steps])
            near = near[((near >= 0) & (near < lengths)).all(axis=1)]
            scores = self.score(near.T)
            if not len(scores) or scores.min() >= here:
                break
            digits, here = near[scores.argmin()], scores.min()
        sign = -1.0 if self._wanted.goal.maximise else 1.0
        return float(sign * here) if here < _MISSED else float("nan")

    def all(self) -> tuple[Numbers, Designs]:
        """Return all that were tried, in the order of the grid."""
        digits = np.array(self._digits)
        order = np.lexsort(digits.T[::-1])
        place = {int(old): new for new, old in enumerate(order)}
        values = {key: np.array(column)[order] for key, column in self._values.items()}
        problems = {place[old]: text for old, text in self._problems.items()}
        return digits[order].T, Designs(self._wanted, values, dict(sorted(problems.items())))
