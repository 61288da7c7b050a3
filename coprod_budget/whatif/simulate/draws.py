"""The draws of a simulation: values of every uncertain number, block by block, each draw the same however it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod_budget.whatif.simulate.correlation import correlated, normal_correlation
from coprod_budget.whatif.simulate.distributions import special
from coprod_budget.whatif.simulate.samplers import BLOCK, Sampler
from coprod_budget.whatif.study import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph.operations import Array
    from coprod_budget.whatif.simulate.distributions import Distribution


class Uncertain(NamedTuple):
    """A number that is uncertain, at one path or, where several lines have the same price, at several."""

    paths: tuple[str, ...]
    distribution: Distribution
    current: float
    """The value as it stands, in the unit of the number."""
    words: str
    """The distribution in words."""
    source: str = ""
    """Where the range comes from; nothing where it is assumed."""


class Draws:
    """``count`` draws of the uncertain numbers ``entries``, which move together by ``factor``, and of prices by one common factor.

    ``factor`` turns independent normal scores into correlated ones (``correlation.factor``); None leaves them independent. ``pairs``
    and ``common`` are the rank correlations that it was made from, to be told.
    ``prices_correlation`` is the rank correlation of any two prices, from 0 to below 1.
    """

    def __init__(
        self,
        entries: Sequence[Uncertain],
        sampler: str,
        seed: int,
        count: int,
        *,
        common: float = 0.0,
        pairs: Mapping[tuple[str, str], float] | None = None,
        factor: Array | None = None,
        prices: Sequence[Uncertain] = (),
        prices_correlation: float = 0.0,
    ) -> None:
        self.entries, self.prices = tuple(entries), tuple(prices)
        self.count = count
        self.pairs = dict(pairs or {})
        self.common, self.prices_correlation = common, prices_correlation
        self._factor = factor
        common = normal_correlation(prices_correlation)
        self._parts = np.sqrt([common, 1 - common])
        self._sampler = Sampler(
            sampler, seed, max(len(self.entries) + (1 + len(self.prices) if prices else 0), 1), count
        )
        self._number, self._block = -1, np.empty((0, 0))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is drawn."""
        return tuple(path for one in self.everything for path in one.paths)

    @property
    def everything(self) -> tuple[Uncertain, ...]:
        """Every uncertain number, those of the file first."""
        return (*self.entries, *self.prices)

    def part(self, start: int, stop: int) -> Runs:
        """Return draws number ``start`` to before ``stop`` as runs of a study."""
        return Runs(dict(self.block(start, stop)))

    def block(self, start: int, stop: int) -> dict[str, Array]:
        """Return draws number ``start`` to before ``stop``: by path, the values, in the unit of the number."""
        pieces = []
        for number in range(start // BLOCK, -(-stop // BLOCK)):
            if number != self._number:
                self._block, self._number = self._values(number), number
            first = number * BLOCK
            pieces.append(self._block[:, max(start - first, 0) : stop - first])
        joined = pieces[0] if len(pieces) == 1 else np.concatenate(pieces or [self._block[:, :0]], axis=1)
        rows = zip(self.everything, joined, strict=False)
        return {path: values for one, values in rows for path in one.paths}

    def _values(self, number: int) -> Array:
        """Return the values of a whole block, a row an uncertain number."""
        scores = np.ascontiguousarray(special().ndtri(self._sampler.block(number)).T)
        own = scores[: len(self.entries)]
        if self._factor is not None:
            own = correlated(self._factor, own)
        rows = [one.distribution.of_scores(score) for one, score in zip(self.entries, own, strict=True)]
        if self.prices:
            common, alone = self._parts
            shared = common * scores[len(self.entries)]
            own = scores[len(self.entries) + 1 :]
            rows += [
                one.distribution.of_scores(shared + alone * score) for one, score in zip(self.prices, own, strict=True)
            ]
        return np.stack(rows) if rows else np.empty((0, scores.shape[1]))

    def __getstate__(self) -> dict[str, object]:
        """Leave what was drawn last behind: it is drawn again where it is needed."""
        return {**self.__dict__, "_number": -1, "_block": np.empty((0, 0))}
