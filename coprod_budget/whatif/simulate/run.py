"""Runs a simulation: draws in, figures out, kept block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from coprod_budget.errors import Problem, ProjectError
from coprod_budget.whatif.blocks import run_all
from coprod_budget.whatif.simulate.inputs import draws_of
from coprod_budget.whatif.simulate.plan import TOTAL, investors, usual_metrics
from coprod_budget.whatif.study import Runs
from coprod_budget.whatif.workers import WorkersLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coprod_budget.graph.operations import Array
    from coprod_budget.model import Model
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.simulate.draws import Draws
    from coprod_budget.whatif.simulate.plan import Plan
    from coprod_budget.whatif.study import Part, Study
    from coprod_budget.whatif.workers import Workers

FAN_DRAWS: Final = 16_384
"""Draws that the picture over time is made of; more would show nothing more, and every period is a column of its own."""


@dataclass(frozen=True, slots=True)
class Fan:
    """What a party has in hand over time, received less put in, on the average of the scenarios: a column of draws a period."""

    party: str
    name: str
    periods: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(slots=True)
class Simulation:
    """A finished simulation: the plan, the film as it stands, and every metric in every draw.

    ``kept`` and ``base`` hold numbers in the units of the metrics, verdicts as their place in ``VERDICTS``; a failed draw is not a
    number and has its reason in ``failed``.
    """

    model: Model
    plan: Plan
    draws: Draws
    metrics: dict[str, Metric]
    base: dict[str, float]
    kept: dict[str, Array]
    failed: dict[int, str] = field(default_factory=dict)
    fan: Fan | None = None
    over_time: dict[str, Array] = field(default_factory=dict)
    done: int = 0
    lost: WorkersLostError | None = None
    """Why the draws that are missing were not evaluated, where it was the workers that ended."""

    @property
    def interrupted(self) -> bool:
        """Say whether somebody stopped it before the last draw; what was done is kept."""
        return self.done < self.plan.draws


class NothingUncertainError(ValueError):
    """The film has no uncertain number, and no price has a range."""


def simulate(
    study: Study,
    plan: Plan,
    *,
    progress: Callable[[int], None] = lambda _done: None,
    workers: Workers | None = None,
) -> Simulation:
    """Run a simulation of a film.

    ``progress`` is told how many draws are done. ``workers`` evaluate the draws; this process does if they are not given, with the same
    figures. Ctrl-C ends the simulation with the draws from the first on that are done.
    """
    draws = draws_of(study, plan)
    if not draws.paths:
        msg = "nothing is uncertain: add a section `uncertainty` to the file, or ask for --price-ranges"
        raise NothingUncertainError(msg)
    wanted = list(plan.metrics) or usual_metrics(study.base)
    metrics = {found.key: found for key in wanted for found in [study.metric(key)]}
    for one in plan.requirements:
        asked = study.metric(one.requirement.key)
        one.requirement.asked_of(asked)
        metrics[asked.key] = asked
    fan = None if plan.metrics else _fan(study.base)
    keys = (*metrics, *(key for key in (fan.keys if fan else ()) if key not in metrics))
    base = {key: float(values[0]) for key, values in study.block(Runs({}), keys).values.items()}
    kept = {key: np.full(plan.draws, np.nan) for key in metrics}
    over_time = {key: np.full(min(plan.draws, FAN_DRAWS), np.nan) for key in (fan.keys if fan else ())}
    found = Simulation(study.base, plan, draws, metrics, base, kept, {}, fan, over_time)
    _fill(found, run_all(study, draws, keys, workers), progress)
    return found


def _fill(into: Simulation, parts: Iterator[Part], progress: Callable[[int], None]) -> None:
    """Put every part into its place. Stopped, by Ctrl-C or for want of workers, keep the draws up to the first that is missing."""
    finished: dict[int, int] = {}
    try:
        for part in parts:
            stop = part.start + len(next(iter(part.values.values())))
            for key, values in into.kept.items():
                values[part.start : stop] = part.values[key]
            for key, values in into.over_time.items():
                room = len(values) - part.start
                if room > 0:
                    values[part.start : stop] = part.values[key][:room]
            into.failed |= part.problems
            if part.start == 0 and len(part.problems) == stop:
                why = f"none of the first {stop:,} draws can be: {part.problems[0]}"
                raise ProjectError([Problem("S908", why, "shares that add up to 100 % cannot be drawn one alone")])
            finished[part.start] = stop
            progress(sum(end - start for start, end in finished.items()))
    except KeyboardInterrupt:
        pass
    except WorkersLostError as error:
        into.lost = error
    while into.done in finished:
        into.done = finished[into.done]
    if into.interrupted:
        into.kept = {key: values[: into.done] for key, values in into.kept.items()}
        into.over_time = {key: values[: into.done] for key, values in into.over_time.items()}
        into.failed = {row: why for row, why in into.failed.items() if row < into.done}


def _fan(model: Model) -> Fan | None:
    """Return what the delegate producer has in hand over time; of another investor where the delegate puts nothing in."""
    parties = investors(model)
    if not parties or TOTAL not in model.graph:
        return None
    party = model.project.delegate if model.project.delegate in parties else parties[0]
    node = model.graph[key] if (key := f"period.*.party.{party}.until") in model.graph else None
    if node is None or node.table is None:
        return None
    keys = tuple(node.cell_key(row) for row in range(len(node.table)))
    return Fan(party, model.waterfall.names[party], tuple(node.table.keys), keys)
