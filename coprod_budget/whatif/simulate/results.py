"""What a simulation says: statistics, chances, and the contingency beside what the cost needs. Nothing is formatted here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from coprod_budget.model.findings import VERDICTS
from coprod_budget.project.uncertainty_paths import limits_of
from coprod_budget.whatif.simulate.plan import COST, TOTAL
from coprod_budget.whatif.simulate.statistics import ENOUGH_FOR, QUANTILES, statistics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from coprod_budget.graph.operations import Array
    from coprod_budget.whatif.simulate.run import Simulation
    from coprod_budget.whatif.simulate.statistics import Statistics

_SHARES: Final = ((0.0, 1.0), (0.0, 5.0))
"""What a file may say where it may say a percentage."""


class MetricResult(NamedTuple):
    """One metric: its value as the film stands, and what the draws say."""

    key: str
    label: str
    unit: str
    base: float
    found: Statistics


class VerdictResult(NamedTuple):
    """One verdict: the word as the film stands, and the share of the draws with each word."""

    key: str
    label: str
    base: str
    shares: Mapping[str, float]

    @property
    def not_passed(self) -> float:
        """Share of the draws in which it is anything but passed."""
        return 1 - self.shares["pass"]


class PartyResult(NamedTuple):
    """Chances of one investor, over the draws and, in each, over the weighted scenarios of the file."""

    id: str
    name: str
    probability_recouped: float
    expected_loss: float
    base_probability: float
    base_loss: float


class CostResult(NamedTuple):
    """The cost before contingency, in the reporting currency, beside the budget as it stands."""

    total: float
    """The budget as it stands, with its contingency."""
    cost: float
    """The same without it: the base estimate."""
    contingency: float
    within: float
    """Share of the draws whose cost stays within the budget."""
    median: float
    enough: float
    """P80 of the cost."""
    needed_for_median: float
    needed: float
    """What P80 lies above the base estimate (0 where it lies below): the contingency that suffices in 80 % of the draws."""


class RequirementResult(NamedTuple):
    """A requirement, the share of the draws that keep it (a failed draw does not), and the share that has to."""

    text: str
    share: float
    needed: float

    @property
    def holds(self) -> bool:
        """Say whether enough draws keep it."""
        return self.share >= self.needed


class InputResult(NamedTuple):
    """One uncertain number as it is drawn."""

    paths: tuple[str, ...]
    words: str
    source: str
    current: float
    mean: float
    p10: float
    p50: float
    p90: float
    is_share: bool
    """Whether it is written in per cent."""


class FanResult(NamedTuple):
    """Quantiles over the periods of what a party has in hand."""

    party: str
    name: str
    periods: tuple[str, ...]
    quantiles: Mapping[float, tuple[float, ...]]
    draws: int


class Results(NamedTuple):
    """Everything that is reported of a simulation."""

    metrics: tuple[MetricResult, ...]
    verdicts: tuple[VerdictResult, ...]
    parties: tuple[PartyResult, ...]
    cost: CostResult | None
    requirements: tuple[RequirementResult, ...]
    inputs: tuple[InputResult, ...]
    prices: tuple[InputResult, ...]
    fan: FanResult | None


def results(found: Simulation) -> Results:
    """Return what a simulation says."""
    numbers = [m for m in found.metrics.values() if not m.is_verdict]
    failed = len(found.failed)
    return Results(
        tuple(
            MetricResult(
                m.key, label_of(found, m.key), m.unit, found.base[m.key], statistics(found.kept[m.key], failed)
            )
            for m in numbers
        ),
        tuple(_verdict(found, m.key) for m in found.metrics.values() if m.is_verdict),
        tuple(_parties(found)),
        _cost(found),
        tuple(_requirements(found)),
        tuple(_inputs(found, prices=False)),
        tuple(_inputs(found, prices=True)),
        _fan(found),
    )


def label_of(found: Simulation, key: str) -> str:
    """Return what a metric is, in words; that of a party begins with its name."""
    label, names = found.metrics[key].label.removeprefix("Expected: "), found.model.waterfall.names
    party, _, measure = key.removeprefix("party.").partition(".")
    if not key.startswith("party.") or party not in names:
        return found.metrics[key].label
    label = {"irr": "IRR a year", "profit": "profit"}.get(measure, label)
    return label if label.startswith(names[party]) else f"{names[party]}: {label}"


def _verdict(found: Simulation, key: str) -> VerdictResult:
    values = found.kept[key]
    shares: dict[str, float] = {word: _share(values == rank, values) for rank, word in enumerate(VERDICTS)}
    base = found.base[key]
    instrument = key.split(".")[1]
    return VerdictResult(key, instrument, VERDICTS[round(base)] if np.isfinite(base) else "unknown", shares)


def _parties(found: Simulation) -> list[PartyResult]:
    parties = []
    for party, name in found.model.waterfall.names.items():
        chance, loss = f"party.{party}.probability_recouped", f"party.{party}.expected_loss"
        if chance in found.kept and loss in found.kept:
            probability, missing = _mean(found.kept[chance]), _mean(found.kept[loss])
            parties.append(PartyResult(party, name, probability, missing, found.base[chance], found.base[loss]))
    return parties


def _cost(found: Simulation) -> CostResult | None:
    """Compare the contingency with what the draws say; None where nobody asked for the cost."""
    key = COST if COST in found.kept else TOTAL
    if TOTAL not in found.base or key not in found.kept or not np.isfinite(found.kept[key]).any():
        return None
    if key == TOTAL and COST in found.model.graph:
        return None
    values = found.kept[key]
    total, cost = found.base[TOTAL], found.base[key]
    median, enough = np.quantile(values[np.isfinite(values)], (0.5, ENOUGH_FOR)).tolist()
    return CostResult(
        total,
        cost,
        total - cost,
        _share(values <= total + 0.005, values),
        median,
        enough,
        max(median - cost, 0.0),
        max(enough - cost, 0.0),
    )


def _requirements(found: Simulation) -> list[RequirementResult]:
    told = []
    for one in found.plan.requirements:
        metric = next(
            m for m in found.metrics.values() if one.requirement.key in {m.key, m.key.removesuffix(".verdict")}
        )
        values = found.kept[metric.key]
        kept = one.requirement.holds(metric, values)
        told.append(RequirementResult(one.text, float(np.mean(kept)) if len(kept) else float("nan"), one.share))
    return told


def _inputs(found: Simulation, *, prices: bool) -> list[InputResult]:
    told = []
    for one in found.draws.prices if prices else found.draws.entries:
        made = one.distribution
        p10, p50, p90 = (made.quantile(share) for share in (0.1, 0.5, 0.9))
        share = not prices and limits_of(found.model.project, one.paths[0]) in _SHARES
        told.append(InputResult(one.paths, one.words, one.source, one.current, made.mean, p10, p50, p90, share))
    return told


def _fan(found: Simulation) -> FanResult | None:
    if found.fan is None or not found.over_time:
        return None
    rows = []
    for key in found.fan.keys:
        values = found.over_time[key]
        known = values[np.isfinite(values)]
        rows.append(np.quantile(known, QUANTILES) if len(known) else np.full(len(QUANTILES), np.nan))
    columns = np.array(rows).T.tolist()
    quantiles = {share: tuple(column) for share, column in zip(QUANTILES, columns, strict=True)}
    return FanResult(
        found.fan.party, found.fan.name, found.fan.periods, quantiles, len(next(iter(found.over_time.values())))
    )


def _share(holds: NDArray[np.bool_], values: Array) -> float:
    """Return the share of the draws with a value in which something holds."""
    known = np.isfinite(values)
    return float(np.mean(holds[known])) if known.any() else float("nan")


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else float("nan")
