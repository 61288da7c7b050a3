"""What a script asks of designs, by the keys of figures; and the designs that answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.whatif.metrics import Requirement
from coprod_budget.whatif.optimise.choosing import Goal, Wanted
from coprod_budget.whatif.optimise.search import confirm, look_for, try_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.grid import Grid
    from coprod_budget.whatif.optimise.search import Found
    from coprod_budget.whatif.study import Study


def wanted_of(study: Study, minimise: str, maximise: str, require: Sequence[str], metrics: Sequence[str]) -> Wanted:
    """Return what designs are chosen by; a ValueError where that is not one figure, or a figure or rule that is none."""
    if bool(minimise) == bool(maximise):
        msg = "name one figure to have least or most of: minimise or maximise"
        raise ValueError(msg)
    rules = [(rule, study.metric(rule.key)) for rule in map(Requirement.parse, require)]
    return Wanted(
        Goal(study.metric(minimise or maximise), bool(maximise)),
        tuple((rule.asked_of(metric), metric) for rule, metric in rules),
        shown=tuple(study.metric(key) for key in metrics),
    )


def choose(study: Study, grid: Grid, wanted: Wanted, *, tries: int, seed: int) -> Found:
    """Try all designs, or search where there are more than so many; the best is estimated again and has to say the same."""
    all_of_them = grid.count <= tries
    found = try_all(study, grid, wanted) if all_of_them else look_for(study, grid, wanted, seed=seed, tries=tries)
    for place in found.designs.best():
        confirm(study, found, place)
    return found
