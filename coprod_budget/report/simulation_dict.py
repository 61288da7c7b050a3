"""What a simulation found as plain data: stable names, money as decimal numbers, shares as fractions, undefined as null."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from coprod_budget import __version__
from coprod_budget.report.lines_table import as_csv, kept
from coprod_budget.report.simulation import BINS, instrument_titles, notes
from coprod_budget.whatif.simulate.statistics import histogram

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.whatif.simulate.results import InputResult, MetricResult, Results
    from coprod_budget.whatif.simulate.run import Simulation

FORMAT: Final = "coprod-budget/simulate"
VERSION: Final = 1


def as_dict(found: Simulation, results: Results, command: str = "") -> dict[str, Any]:
    """Return everything that was found."""
    project = found.model.project
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
        "meta": meta(found, command),
        "metrics": [_metric(found, one) for one in results.metrics],
        "cost": _cost(results),
        "parties": [
            {
                "id": one.id,
                "name": one.name,
                "probability_recouped": _known(one.probability_recouped),
                "expected_loss": _known(one.expected_loss),
                "as_it_stands": {
                    "probability_recouped": _known(one.base_probability),
                    "expected_loss": _known(one.base_loss),
                },
            }
            for one in results.parties
        ],
        "verdicts": [
            {
                "key": one.key,
                "id": one.label,
                "title": instrument_titles(found).get(one.label),
                "as_it_stands": one.base,
                "shares": {word: _known(share) for word, share in one.shares.items()},
            }
            for one in results.verdicts
        ],
        "requirements": [
            {"requirement": one.text, "share": _known(one.share), "needed": one.needed, "ok": one.holds}
            for one in results.requirements
        ],
        "uncertain": [_input(one) for one in results.inputs],
        "prices": [_input(one) for one in results.prices],
        "over_time": _over_time(results),
        "failed": [{"draw": row + 1, "message": why} for row, why in sorted(found.failed.items())],
        "notes": notes(found, results),
    }


def meta(found: Simulation, command: str = "") -> dict[str, Any]:
    """Return what repeats the simulation: program and data, seed, sampler, draws, correlations."""
    plan, model = found.plan, found.model
    return {
        "program": f"coprod-budget {__version__}",
        "data": model.catalog.newest_month(),
        "as_of": model.project.as_of.isoformat(),
        "command": command or None,
        "draws": plan.draws,
        "done": found.done,
        "failed": len(found.failed),
        "seed": plan.seed,
        "sampler": plan.sampler,
        "correlation": found.draws.common,
        "correlations": [{"paths": list(pair), "rank": rank} for pair, rank in found.draws.pairs.items()],
        "price_correlation": found.draws.prices_correlation if found.draws.prices else None,
    }


def _metric(found: Simulation, one: MetricResult) -> dict[str, Any]:
    drawn = histogram(found.kept[one.key], BINS)
    return {
        "key": one.key,
        "label": one.label,
        "unit": one.unit,
        "as_it_stands": _known(one.base),
        "draws": one.found.draws,
        "undefined": one.found.undefined,
        **_statistics(one),
        "histogram": None if drawn is None else {"limits": list(drawn.limits), "counts": list(drawn.counts)},
    }


def _statistics(one: MetricResult) -> dict[str, float | None]:
    quantiles = {f"p{share * 100:g}": _known(value) for share, value in one.found.quantiles.items()}
    found = one.found
    return {
        **quantiles,
        "mean": _known(found.mean),
        "sd": _known(found.sd),
        "minimum": _known(found.minimum),
        "maximum": _known(found.maximum),
    }


def _cost(results: Results) -> Mapping[str, float | None] | None:
    cost = results.cost
    if cost is None:
        return None
    return {
        "base_estimate": _known(cost.cost),
        "contingency": _known(cost.contingency),
        "budget": _known(cost.total),
        "p50": _known(cost.median),
        "p80": _known(cost.enough),
        "contingency_for_p50": _known(cost.needed_for_median),
        "contingency_for_p80": _known(cost.needed),
        "probability_within_budget": _known(cost.within),
    }


def _input(one: InputResult) -> dict[str, Any]:
    return {
        "paths": list(one.paths),
        "distribution": one.words,
        "source": one.source or None,
        "basis": "derived" if one.source else "assumed",
        "as_it_stands": one.current,
        "mean": _known(one.mean),
        "p10": _known(one.p10),
        "p50": _known(one.p50),
        "p90": _known(one.p90),
    }


def _over_time(results: Results) -> dict[str, Any] | None:
    fan = results.fan
    if fan is None:
        return None
    return {
        "party": fan.party,
        "name": fan.name,
        "draws": fan.draws,
        "periods": [
            {"period": period, **{f"p{share * 100:g}": _known(values[n]) for share, values in fan.quantiles.items()}}
            for n, period in enumerate(fan.periods)
        ],
    }


def as_csv_text(results: Results) -> str:
    """Return one row a figure as comma-separated text."""
    rows = [
        {
            "key": one.key,
            "label": one.label,
            "unit": one.unit,
            "as_it_stands": _known(one.base),
            "draws": one.found.draws,
            "undefined": one.found.undefined,
            **_statistics(one),
        }
        for one in results.metrics
    ]
    return as_csv(list(rows[0]), rows) if rows else ""


def _known(value: float) -> float | None:
    return kept(value) if math.isfinite(value) else None
