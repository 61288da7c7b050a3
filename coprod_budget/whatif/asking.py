"""Which figures are asked of every run: those that are named, or those that a producer and a financier look at first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from coprod_budget.errors import ProblemsError
from coprod_budget.model import build_model
from coprod_budget.whatif.grid import Grid
from coprod_budget.whatif.metrics import Metric, Requirement, UnknownMetricError, find_metric
from coprod_budget.whatif.results import Asked
from coprod_budget.whatif.shape import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.model import Model
    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.sweep import Entry

FIRST = ("budget.total", "net_cost.expected", "finance.gap")
OF_PARTIES = ("profit", "multiple", "irr")
_LENDING = ("equity", "loan")
MAX_TRIED = 50
"""Films that are tried for a key that the film as it stands has not."""


def default_keys(model: Model) -> list[str]:
    """Return the cost, the net cost, the gap, the verdict of what governs, and what those who put in money get back."""
    keys = [*FIRST]
    if model.eligibility.governing.instrument:
        keys.append(f"eligibility.{model.eligibility.governing.instrument}.verdict")
    if model.returns.expected:
        parties = model.waterfall.parties.keys
        lenders = [source.id for source in model.project.finance if source.kind in _LENDING]
        invest = [party for party in (*model.project.partners, *lenders) if party in parties]
        keys += [f"party.{party}.{figure}" for party in dict.fromkeys(invest) for figure in OF_PARTIES]
    return [key for key in keys if model.graph.find(key) is not None]


def ask(entries: Sequence[Entry], keys: Sequence[str], requires: Sequence[str]) -> Asked:
    """Return what is asked for; a ValueError says which key or requirement is wrong, and what would be right."""
    requirements = [Requirement.parse(text) for text in requires]
    known = [find(entries, key) for key in keys or default_keys(entries[0].study.base)]
    metrics = tuple({metric.key: metric for metric in known}.values())
    return Asked(metrics, tuple((requirement, find(entries, requirement.key)) for requirement in requirements))


def find(entries: Sequence[Entry], key: str) -> Metric:
    """Return a metric of the film as it stands or, failing that, of one of the films that the words make of it."""
    try:
        return entries[0].study.metric(key)
    except UnknownMetricError:
        for model in _others(entries):
            try:
                return find_metric(model.graph, key)
            except UnknownMetricError:
                continue
        raise


def _others(entries: Sequence[Entry]) -> Iterator[Model]:
    """The films that other variants and words lead to, one word at a time; those that fail are passed over."""
    for study, sets in islice(_other_films(entries), MAX_TRIED):
        try:
            yield build_model(study.recipe.load(study.catalog, sets), study.catalog)
        except ProblemsError:
            continue


def _other_films(entries: Sequence[Entry]) -> Iterator[tuple[Study, list[str]]]:
    for number, entry in enumerate(entries):
        if number:
            yield entry.study, []
        axes = entry.design.axes if isinstance(entry.design, Grid) else ()
        for axis in (axis for axis in axes if not axis.is_numeric):
            for place in range(axis.length):
                yield entry.study, [f"{column.path}={as_text(column.values[place])}" for column in axis.columns]
