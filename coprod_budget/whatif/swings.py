"""Between which values the numbers of a film swing: where the file draws them, and where somebody says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.whatif.sensitivity import Range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coprod_budget.whatif.simulate.draws import Uncertain
    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.vary import Varied


def uncertain_of(study: Study) -> list[Uncertain]:
    """Return what the section ``uncertainty`` draws; prices as well where it says so."""
    if not study.base.project.uncertainty:
        return []
    from coprod_budget.whatif.simulate.inputs import draws_of  # noqa: PLC0415 - imported late: only where something is drawn
    from coprod_budget.whatif.simulate.plan import Plan  # noqa: PLC0415 - as before

    draws = draws_of(study, Plan())
    return [*draws.entries, *draws.prices]


def ranges_of(study: Study, uncertain: Iterable[Uncertain], given: Iterable[Varied]) -> dict[str, Range]:
    """Return the range of every number that has one, by path: what one draw in ten stays below and above, or two values as given.

    A ValueError where there are not two numbers, a ProjectError where a path is unknown.
    """
    found = {
        path: Range(one.distribution.quantile(0.1), one.distribution.quantile(0.9), "p10 to p90")
        for one in uncertain
        for path in one.paths
    }
    for varied in given:
        numbers = [v for v in varied.values if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(numbers) != 2 or len(varied.values) != 2:
            msg = f"{varied.path}: give two numbers, a low and a high one"
            raise ValueError(msg)
        study.inputs_among({varied.path: float(numbers[0])})
        found[varied.path] = Range(float(min(numbers)), float(max(numbers)), "as given")
    return found
