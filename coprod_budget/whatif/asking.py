"""Which figures are asked of every run: those that are named, in whichever of the films that words lead to, or the usual ones."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from coprod_budget.errors import ProblemsError
from coprod_budget.model import build_model
from coprod_budget.whatif.grid import Grid
from coprod_budget.whatif.metrics import UnknownMetricError, metric_of
from coprod_budget.whatif.results import Asked
from coprod_budget.whatif.shape import as_text
from coprod_budget.whatif.simulate.plan import usual_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.model import Model
    from coprod_budget.whatif.metrics import Metric, Requirement
    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.sweep import Entry

MAX_TRIED = 50
"""Films that are tried for a key that the film as it stands has not."""


def ask(entries: Sequence[Entry], keys: Sequence[str], requirements: Sequence[Requirement] = ()) -> Asked:
    """Return what is asked for, without keys the usual metrics; an UnknownMetricError where nothing has such a key."""
    known = [find(entries, key) for key in keys or usual_metrics(entries[0].study.base)]
    metrics = tuple({metric.key: metric for metric in known}.values())
    rules = [(requirement, find(entries, requirement.key)) for requirement in requirements]
    return Asked(metrics, tuple((requirement.asked_of(metric), metric) for requirement, metric in rules))


def find(entries: Sequence[Entry], key: str) -> Metric:
    """Return a metric of the film as it stands or, failing that, of one of the films that the words make of it."""
    try:
        return entries[0].study.metric(key)
    except UnknownMetricError:
        for model in _others(entries):
            try:
                return metric_of(model, key)
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
