"""Internal rate of return and net present value of many flows at once (periods along rows, scenarios along columns)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

_CELLS, _NARROWEST = 15_000, 64  # flows of a block: below 128 KiB an array gets memory that is there already
_CLOSE = 1e-9  # the error after a step of Newton's is of the order of the step squared
_EVEN = 1e-14  # what a sum of flows can be wrong by: as much came back as went out
_MOST_STEPS = 200  # far more than the bracket needs
_LOWEST, _HIGHEST = -0.999999, 1e6
_STEPS = 20  # as many tries as a spreadsheet makes
_SECOND_GUESS = 0.1  # what a spreadsheet begins with when it is told nothing
_NOTHING = 1e-9


def npv(rate: Array, flows: Array) -> Array:
    """Return the present value; the first flow is not discounted (unlike a spreadsheet's NPV)."""
    growth = 1.0 + rate
    total = np.zeros(np.broadcast_shapes(growth.shape, flows.shape[1:]))
    for flow in flows[::-1]:
        total = total / growth + flow
    return total


def irr(flows: Array) -> Array:
    """Return the rate a period at which the flows are worth nothing; one for every place behind the axis of rows.

    -1 where money went out and nothing came back; not a number where nothing went out. Flows that change their sign once have
    one rate, and it is found. With several sign changes the root found from the guess
    ``(in/out) ** (1 / (mean time in - mean time out)) - 1`` is returned, as a spreadsheet does with the same guess, or where
    that leads nowhere the one found from 10 %. No rate depends on what stands in the columns beside it, to the last bit.
    """
    if flows.ndim != 2:
        return irr(flows.reshape(len(flows), -1)).reshape(flows.shape[1:])
    result = np.full(flows.shape[1], np.nan)
    if not result.size or not len(flows):
        return result
    several = np.zeros(len(result), dtype=np.bool_)
    # what overflows, or has no logarithm, is seen where it happens
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for part in _blocks(flows):
            several[part] = _fill(result[part], np.ascontiguousarray(flows[:, part]))
        if several.any():
            result[several] = _as_a_spreadsheet(np.compress(several, flows, axis=1))
    return result


def _blocks(flows: Array) -> Iterator[slice]:
    width = max(_NARROWEST, _CELLS // len(flows))
    return (slice(start, start + width) for start in range(0, flows.shape[1], width))


def _fill(result: Array, flows: Array) -> Flags:
    """Write the rates of flows with one change of sign, and of total losses; return which have several changes."""
    received = np.maximum(flows, 0.0)
    paid = received - flows
    back, out = _added(received), _added(paid)
    result[(out > 0) & (back <= 0)] = -1.0
    growth = np.log(back / out)
    growth[np.abs(growth) < _EVEN] = 0.0
    rated = np.isfinite(growth)
    (first_in, last_in), (first_out, last_out) = _ends(received), _ends(paid)
    descending = last_in < first_out
    once = rated & (descending | (last_out < first_in))
    if once.any():
        less = back < out
        near, far = (received, paid) if less.all() else (paid, received)
        if less.any() and not less.all():
            near, far = np.where(less, received, paid), np.where(less, paid, received)
        forward = less == descending
        anchor = np.where(forward, np.minimum(first_in, first_out), np.maximum(last_in, last_out))
        near, far = _columns(once, near, far)
        rate = _continuous(near, far, anchor[once], np.abs(growth[once]))
        result[once] = np.expm1(np.where(forward[once], rate, -rate)) + 0.0  # and never -0
    return rated & ~once


def _columns(chosen: Flags, *rows: Array) -> list[Array]:
    """Return the chosen columns, one row of them after the other in memory: sums must add in the same order."""
    return list(rows) if chosen.all() else [np.compress(chosen, side, axis=1) for side in rows]


def _ends(side: Array) -> tuple[Places, Places]:
    """Return the rows of the first and of the last amount of each column."""
    there = side > 0
    return np.argmax(there, axis=0), len(side) - 1 - np.argmax(there[::-1], axis=0)


def _continuous(near: Array, far: Array, anchor: Places, highest: Array) -> Array:
    """Return the continuous rate, from 0 to ``highest``, at which both sides are worth the same in the row ``anchor``.

    ``near`` is the lesser side and ``anchor`` its outermost row, so that all that is far is discounted by more than all that
    is near. The logarithm of far over near falls from ``highest`` and bends little: a few steps of Newton's are enough. A
    step that leaves the bracket halves it instead.
    """
    here, there = (np.flatnonzero(side.any(axis=1)) for side in (near, far))
    first, last = min(here[0], there[0]), max(here[-1], there[-1]) + 1  # rows with nothing change nothing
    near, far = near[first:last], far[first:last]
    rows = [slice(side[0] - first, side[-1] + 1 - first) for side in (here, there)]
    apart = -np.abs(np.arange(first, last, dtype=np.float64)[:, None] - anchor)
    found, left = np.empty(len(highest)), np.arange(len(highest))
    rate, low, high = np.zeros_like(highest), np.zeros_like(highest), highest
    done = np.zeros(len(highest), dtype=np.bool_)
    for _ in range(_MOST_STEPS):
        weights = np.exp(apart * rate) if rate.any() else np.ones_like(apart)
        (a, moment_a), (b, moment_b) = (
            _worth(side[part], weights[part], apart[part]) for side, part in zip((near, far), rows, strict=True)
        )
        value = np.log(b / a)
        low, high = np.where(value > 0, rate, low), np.where(value > 0, high, rate)
        moved = rate - value / (moment_b / b - moment_a / a)
        inside = (low <= moved) & (moved <= high)
        moved = np.where(inside, moved, (low + high) / 2.0)
        step = np.abs(moved - rate)
        rate = np.where(done, rate, moved)
        done |= (step == 0) | (inside & (step <= _CLOSE))
        if np.count_nonzero(done) * 2 > len(done):
            found[left] = rate
            if done.all():
                return found
            on = ~done
            left, (near, far, apart) = left[on], _columns(on, near, far, apart)
            rate, low, high, done = rate[on], low[on], high[on], done[on]
    found[left] = rate
    return found


def _worth(side: Array, weights: Array, apart: Array) -> tuple[Array, Array]:
    """Return what a side is worth, and the slope of that."""
    weighed = side * weights
    worth = _added(weighed)
    weighed *= apart
    return worth, _added(weighed)


def _as_a_spreadsheet(flows: Array) -> Array:
    """Return the rates that Newton's method on the worth of the flows leads to, from two guesses; then look for others."""
    flows = _from_the_first(flows)
    received = np.maximum(flows, 0.0)
    paid = received - flows
    back, out = _added(received), _added(paid)
    times = np.arange(len(flows), dtype=np.float64)[:, None]
    span = _added(times * received) / back - _added(times * paid) / out
    safe = np.where(np.abs(span) < 1e-9, np.inf, span)
    part = flows / np.maximum(out, back)
    rate = _newton(np.clip(np.exp(np.log(back / out) / safe) - 1.0, _LOWEST, _HIGHEST), part)
    for again in (lambda missed: _newton(np.full(missed.shape[1], _SECOND_GUESS), missed), _bisect):
        bad = ~(np.abs(npv(rate, part)) < _NOTHING)
        if bad.any():
            rate[bad] = again(*_columns(bad, part))
    return rate


def _newton(rate: Array, flows: Array) -> Array:
    found, left = np.empty(len(rate)), np.arange(len(rate))
    ends, done = _last(flows), np.zeros(len(rate), dtype=np.bool_)
    for _ in range(_STEPS):
        value, slope = _value_and_slope(rate, flows, ends)
        step = value / slope
        moved = np.minimum(np.maximum(rate - step, (rate + _LOWEST) / 2.0), rate * 2.0 + 1.0)
        rate = np.where(done, rate, moved)
        done |= np.abs(step) <= _CLOSE * (1.0 + np.abs(rate))
        if np.count_nonzero(done) * 2 > len(done):
            found[left] = rate
            if done.all():
                return found
            on = ~done
            rate, ends, left, done, (flows,) = rate[on], ends[on], left[on], done[on], _columns(on, flows)
    found[left] = rate
    return found


def _bisect(flows: Array) -> Array:
    found, left, ends = np.full(flows.shape[1], np.nan), np.arange(flows.shape[1]), _last(flows)
    low, high = np.full(len(found), _LOWEST), np.full(len(found), _HIGHEST)
    at_low = np.sign(_value_and_slope(low, flows, ends)[0])
    on = at_low != np.sign(_value_and_slope(high, flows, ends)[0])
    while on.any():
        low, high, at_low, ends, left = low[on], high[on], at_low[on], ends[on], left[on]
        (flows,) = _columns(on, flows)
        middle = np.where(low < 1.0, (low + high) / 2.0, np.sqrt(np.maximum(low, 1.0) * high))
        on = (low < middle) & (middle < high)
        found[left] = middle
        same = np.sign(_value_and_slope(middle, flows, ends)[0]) == at_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return found


def _last(flows: Array) -> Array:
    """Return the row of the last flow of each column."""
    return np.asarray(len(flows) - 1.0 - np.argmax(flows[::-1] != 0, axis=0))


def _value_and_slope(rate: Array, flows: Array, ends: Array) -> tuple[Array, Array]:
    """Return the worth of the flows and its slope, both at the end of the flows for negative rates: so they stay numbers."""
    times = np.arange(len(flows), dtype=np.float64)[:, None]
    seen_from, growth = np.where(rate < 0, ends, 0.0), np.log1p(rate)
    value, moment = np.empty_like(rate), np.empty_like(rate)
    for part in _blocks(flows):
        weights = (seen_from[part] - times) * growth[part]
        np.exp(np.minimum(weights, 0.0, out=weights), out=weights)
        value[part], moment[part] = _worth(flows[:, part], weights, times)
    return value, -moment / (1.0 + rate)


def _from_the_first(flows: Array) -> Array:
    """Move every case up so that it begins with its first flow: the rate is the same, and early years of nothing distort no step."""
    waits = np.argmax(flows != 0, axis=0)
    if not waits.any():
        return flows
    rows = np.arange(len(flows))[:, None] + waits
    return np.where(rows < len(flows), np.take_along_axis(flows, np.minimum(rows, len(flows) - 1), axis=0), 0.0)


def _added(rows: Array) -> Array:
    """Add row after row, so that the result does not depend on the number of scenarios."""
    if rows.shape[1] > 1:
        return np.asarray(np.add.reduce(rows, axis=0))
    return np.asarray(np.add.accumulate(rows, axis=0)[-1])  # alone, a column would be added in another order
