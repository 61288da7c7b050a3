"""The smallest value at which a quantity that rises with it is no longer below 0, for many quantities at once.

Made for piecewise straight lines: where the line is straight between two trials its crossing is found at once, and a few trials
around it prove it. Where it bends just there (it comes up to 0 and stays, or lies below 0 and rises), the straight piece before or
after the bend leads to it. Where that is not enough, the space between the trials is cut into sections again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.graph.operations import Array

Places = NDArray[np.intp]

_HALVINGS = 60
_SECTIONS = np.arange(9) / 8.0
_AROUND = np.array([1.0 - 4e-11, 1.0, 1.0 + 4e-11])
_NARROW = 1e-10
_ROUNDS = 60
_NEXT = np.array([-2, -1, 0, 1])
"""The points that are kept: one further down, the two about the crossing, one further up."""
_NEARLY = 1e-12


def smallest(goal_at: Callable[[Array, Places], Array], most: float, rows: int, scenarios: int = 1) -> Array:
    """Return for every row of the goal and scenario the smallest value from 0 to ``most`` at which it is at least 0, else not a number.

    ``goal_at`` takes trial values ``(T,)``, each with the number of its scenario, and returns the goal at each, ``(rows, T)``. A goal
    that misses 0 by less than 1e-12 of what it missed at the beginning counts as reached: what is computed as a little less than whole
    is whole. What is found for a row in a scenario does not depend on the others.
    """
    trials = np.array([0.0, *(most / 2.0**k for k in range(_HALVINGS, -1, -1))])
    everywhere = goal_at(np.tile(trials, scenarios), np.repeat(np.arange(scenarios), len(trials)))
    value = everywhere.reshape(rows * scenarios, len(trials))
    nearly = _NEARLY * np.abs(value[:, :1])
    reached = value >= -nearly
    first = reached.argmax(axis=1)
    found = np.where(reached.any(axis=1), trials[first], np.nan)
    cases = np.flatnonzero(first > 0)
    row, scenario = np.divmod(cases, scenarios)
    places = first[cases, None] + _NEXT
    places = np.clip(places, 0, len(trials) - 1)
    x, y = trials[places], value[cases[:, None], places]
    for _ in range(_ROUNDS):
        wide = np.flatnonzero(x[:, 2] - x[:, 1] > _NARROW * x[:, 2])
        if not len(wide):
            break
        trials = _trials(x[wide], y[wide])
        everywhere = goal_at(trials.ravel(), np.repeat(scenario[wide], trials.shape[1])).reshape(rows, *trials.shape)
        value = everywhere[row[wide], np.arange(len(wide))]
        at = (value >= -nearly[cases[wide]]).argmax(axis=1)
        places = np.clip(at[:, None] + _NEXT, 0, trials.shape[1] - 1)
        each = np.arange(len(wide))[:, None]
        x[wide], y[wide] = trials[each, places], value[each, places]
    low, high, below, above = x[:, 1], x[:, 2], y[:, 1], y[:, 2]
    found[cases] = _crossing(low, high, below, above)
    return found.reshape(rows, scenarios)


def _trials(x: Array, y: Array) -> Array:
    """Return the values to try, in order: sections between the two points about the crossing, and around where lines lead.

    ``x`` and ``y`` hold four points a row: one further down, the two about the crossing, one further up.
    """
    start, stop = x[:, 1:2], x[:, 2:3]
    guesses = np.stack(
        [_crossing(*x[:, 1:3].T, *y[:, 1:3].T), _leads(x[:, :2], y[:, :2]), _leads(x[:, 2:], y[:, 2:])], axis=1
    )
    guesses = np.where(np.isfinite(guesses), guesses, stop)
    around = np.clip(guesses[:, :, None] * _AROUND, start[:, :, None], stop[:, :, None]).reshape(len(x), -1)
    trials = np.hstack([x[:, :1], x[:, 3:], start + (stop - start) * _SECTIONS, around])
    trials[:, 1 + _SECTIONS.size] = stop[:, 0]
    trials.sort(axis=1)
    return trials


def _leads(x: Array, y: Array) -> Array:
    """Where the straight line through two points crosses 0; not a number where it does not rise."""
    over, up = x[:, 1] - x[:, 0], y[:, 1] - y[:, 0]
    rises = (over > 0) & (up > 0) & np.isfinite(up)
    return np.where(rises, x[:, 0] - y[:, 0] * over / np.where(rises, up, 1.0), np.nan)


def _crossing(low: Array, high: Array, below: Array, above: Array) -> Array:
    """Where the straight line between two points crosses 0, or ``high`` if it ends a little below."""
    part = np.divide(-below, above - below, out=np.ones_like(low), where=np.isfinite(above))
    return np.clip(low + (high - low) * part, low, high)
