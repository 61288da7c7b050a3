"""Sobol indices: which part of a figure's variance comes from which uncertain number, alone and together with others.

Drawn and worked out by SALib (an extra). The numbers are drawn independently of each other: correlations are not taken into account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.whatif.study import Runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.simulate.draws import Uncertain
    from coprod_budget.whatif.study import Study

LEAST = 64
"""Fewer draws say nothing of a variance."""
CONFIDENCE = 0.95


class SalibMissingError(RuntimeError):
    """SALib, which draws for and works out the indices, is not installed."""

    def __init__(self) -> None:
        super().__init__("Sobol indices need SALib: pip install 'coprod-budget[sensitivity]'")


class NoIndicesError(ValueError):
    """There are no indices: too little is uncertain, some runs fail, or the figure does not vary."""


class Index(NamedTuple):
    """Shares of the variance from one number: alone (``first``), and with all it acts together with (``total``).

    ``first_range`` and ``total_range`` are half widths of the confidence interval, ``CONFIDENCE`` of it.
    """

    path: str
    words: str
    first: float
    first_range: float
    total: float
    total_range: float


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Indices by their total; ``runs`` evaluations were made for ``draws`` base draws."""

    indices: list[Index]
    draws: int
    runs: int
    seed: int
    mean: float
    sd: float


def sobol(study: Study, metric: Metric, uncertain: Sequence[Uncertain], *, draws: int, seed: int) -> SobolIndices:
    """Return first-order and total indices of a metric over the uncertain numbers, drawn by their distributions.

    ``draws`` is a power of 2, at least 64; draws × (numbers + 2) runs are evaluated. Raises SalibMissingError, NoIndicesError.
    """
    if len(uncertain) < 2:
        told = "only one number is" if uncertain else "nothing is"
        msg = f"{told} uncertain: give at least two distributions in the section `uncertainty`"
        raise NoIndicesError(msg)
    if draws < LEAST or draws & (draws - 1):
        msg = f"{draws} draws: give a power of 2 from {LEAST} on, such as 1024"
        raise NoIndicesError(msg)
    try:
        from SALib.analyze import sobol as analyse
        from SALib.sample import sobol as sample
    except ModuleNotFoundError:
        raise SalibMissingError from None
    names = [one.paths[0] for one in uncertain]
    cube: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    points = sample.sample(cube, draws, calc_second_order=False, seed=seed)
    inside = np.clip(points, 2.0**-32, 1 - 2.0**-32)
    columns = {
        path: one.distribution.ppf(shares)
        for one, shares in zip(uncertain, inside.T, strict=True)
        for path in one.paths
    }
    figures = np.full(len(points), np.nan)
    problems: dict[int, str] = {}
    for part in study.run(Runs(dict(columns)), [metric.key]):
        figures[part.start : part.start + part.runs.count] = part.values[metric.key]
        problems |= part.problems
    missing = int(np.sum(~np.isfinite(figures)))
    if missing:
        why = f": {next(iter(problems.values()))}" if problems else ""
        msg = f"{missing:,} of {len(figures):,} runs give {metric.key} no value, so no indices can be told{why}"
        raise NoIndicesError(msg)
    mean, sd = float(np.mean(figures)), float(np.std(figures))
    if sd <= 1e-12 * max(abs(mean), 1.0):
        msg = f"{metric.key} is the same in all runs: nothing that is uncertain moves it"
        raise NoIndicesError(msg)
    found = analyse.analyze(cube, (figures - mean) / sd, calc_second_order=False, conf_level=CONFIDENCE, seed=seed)
    columns_of = (found["S1"], found["S1_conf"], found["ST"], found["ST_conf"])
    indices = [
        Index(one.paths[0], one.words, *(float(column[n]) for column in columns_of)) for n, one in enumerate(uncertain)
    ]
    return SobolIndices(sorted(indices, key=lambda i: -i.total), draws, len(figures), seed, mean, sd)
