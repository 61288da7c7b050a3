"""The smallest value at which a quantity that rises with it is no longer below 0, for many quantities at once.

Made for piecewise straight lines: where the line is straight between two trials its crossing is found at once, and a few trials
around it prove it. Where it bends, the space between the trials is cut into sections again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.graph.operations import Array

_HALVINGS = 60
_SECTIONS = np.arange(17) / 16.0
_AROUND = np.array([1.0 - 4e-11, 1.0, 1.0 + 4e-11])
_NARROW = 1e-10
_ROUNDS = 60
_NEARLY = 1e-12


def smallest(goal_at: Callable[[Array], Array], most: float) -> Array:
    """Return for every row of the goal the smallest value from 0 to ``most`` at which it is at least 0, else not a number.

    ``goal_at`` takes trial values ``(T,)`` and returns the goal at each, ``(rows, T)``. A goal that misses 0 by less than 1e-12 of
    what it missed at the beginning counts as reached: what is computed as a little less than whole is whole.
    """
    trials = np.array([0.0, *(most / 2.0**k for k in range(_HALVINGS, -1, -1))])
    value = goal_at(trials)
    nearly = _NEARLY * np.abs(value[:, :1])
    reached = value >= -nearly
    first = reached.argmax(axis=1)
    found = np.where(reached.any(axis=1), trials[first], np.nan)
    rows = np.flatnonzero(first > 0)
    at = first[rows]
    low, high = trials[at - 1], trials[at]
    below, above = value[rows, at - 1], value[rows, at]
    for _ in range(_ROUNDS):
        wide = np.flatnonzero(high - low > _NARROW * high)
        if not len(wide):
            break
        start, stop = low[wide, None], high[wide, None]
        guess = _crossing(low[wide], high[wide], below[wide], above[wide])[:, None]
        trials = np.hstack([start + (stop - start) * _SECTIONS, np.clip(guess * _AROUND, start, stop)])
        trials[:, _SECTIONS.size - 1] = stop[:, 0]
        trials.sort(axis=1)
        everywhere = goal_at(trials.ravel()).reshape(len(found), *trials.shape)
        value = everywhere[rows[wide], np.arange(len(wide))]
        at = (value >= -nearly[rows[wide]]).argmax(axis=1)
        each = np.arange(len(wide))
        low[wide], high[wide] = trials[each, at - 1], trials[each, at]
        below[wide], above[wide] = value[each, at - 1], value[each, at]
    found[rows] = _crossing(low, high, below, above)
    return found


def _crossing(low: Array, high: Array, below: Array, above: Array) -> Array:
    """Where the straight line between two points crosses 0, or ``high`` if it ends a little below."""
    part = np.divide(-below, above - below, out=np.ones_like(low), where=np.isfinite(above))
    return np.clip(low + (high - low) * part, low, high)
