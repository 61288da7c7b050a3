"""Points that fill the unit cube: scrambled Sobol, Latin hypercube, or plain random ones, in blocks that repeat exactly.

Block number b holds the points from ``BLOCK`` × b on, and is the same whoever asks for it and in whatever order: Sobol points are
reached by moving along the one sequence of the seed, the others have a seed of their own in every block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from coprod_budget.graph.operations import Array

BLOCK: Final = 4096
"""Points that are drawn together."""
SAMPLERS: Final = ("sobol", "lhs", "random")
MOST_DRAWS: Final = 2**30
"""A Sobol sequence of 30 bits has so many points."""
_HALF: Final = 2.0**-31


class Sampler:
    """The points of one simulation: ``count`` of them in ``dimensions`` (numbers between 0 and 1, never 0 or 1 themselves)."""

    def __init__(self, name: str, seed: int, dimensions: int, count: int) -> None:
        if name not in SAMPLERS or not 0 <= count <= MOST_DRAWS:
            msg = f"{name!r} is no sampler of {count} points"
            raise ValueError(msg)
        self.name, self.seed, self.dimensions, self.count = name, seed, dimensions, count
        self._engine: Any = None
        self._at = 0

    def block(self, number: int) -> Array:
        """Return the points of a block: a row a point, a column a dimension; the last block may be shorter."""
        size = min(BLOCK, self.count - number * BLOCK)
        if size <= 0:
            msg = f"there is no block {number}"
            raise IndexError(msg)
        if self.name == "sobol":
            return self._sobol(number)[:size]
        random = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number,)))
        points = random.random((size, self.dimensions))
        if self.name == "lhs":
            # one point in each of as many slices of every dimension; strata are those of a block, so that blocks stand alone
            ranks = random.permuted(np.tile(np.arange(size), (self.dimensions, 1)), axis=1).T
            points = (ranks + points) / size
        return np.clip(points, _HALF, 1 - _HALF)

    def _sobol(self, number: int) -> Array:
        start = number * BLOCK
        if self._engine is None or self._at > start:
            from scipy.stats import qmc

            self._engine, self._at = qmc.Sobol(self.dimensions, scramble=True, rng=np.random.default_rng(self.seed)), 0
        if start > self._at:
            self._engine.fast_forward(start - self._at)
        points: Array = self._engine.random(BLOCK)
        self._at = start + BLOCK
        return points + _HALF  # they lie on a grid of 2^-30 that begins at 0: the middle of each cell

    def __getstate__(self) -> dict[str, Any]:
        """Leave the sequence behind: another process makes its own."""
        return {**self.__dict__, "_engine": None, "_at": 0}
