"""Internal rate of return and net present value of many flows at once (periods along rows, scenarios along columns)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LOWEST, _HIGHEST = -0.999999, 1e6
_STEPS, _BISECTIONS = 60, 200
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

    -1 where money went out and nothing came back; not a number where nothing went out. With several sign changes the root
    found from the guess ``(in/out) ** (1 / (mean time in - mean time out)) - 1`` is returned, as a spreadsheet does with
    the same guess, or where that leads nowhere the one found from 10 %. Newton's method, with bisection where it fails.
    """
    if flows.ndim != 2:
        return irr(flows.reshape(len(flows), -1)).reshape(flows.shape[1:])
    flows = _from_the_first(flows)
    paid, received = np.minimum(flows, 0.0), np.maximum(flows, 0.0)
    out, back = -_added(paid), _added(received)
    result = np.full(flows.shape[1], np.nan)
    result[(out > 0) & (back <= 0)] = -1.0
    work = np.flatnonzero((out > 0) & (back > 0))
    if not len(work):
        return result
    part = flows[:, work] / np.maximum(out, back)[work]
    times = np.arange(len(flows), dtype=np.float64)[:, None]
    span = _added(times * received[:, work]) / back[work] + _added(times * paid[:, work]) / out[work]
    safe = np.where(np.abs(span) < 1e-9, np.inf, span)
    rate = np.clip(np.exp(np.log(back[work] / out[work]) / safe) - 1.0, _LOWEST, _HIGHEST)
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # near a total loss, late flows weigh more than a number can hold
        rate = _found(rate, part)
    result[work] = rate
    return result


def _found(guess: Array, part: Array) -> Array:
    rate = _newton(guess, part)
    for again in (lambda missed: _newton(np.full(missed.shape[1], _SECOND_GUESS), missed), _bisect):
        bad = ~(np.abs(npv(rate, part)) < _NOTHING)
        if bad.any():
            rate[bad] = again(part[:, bad])
    return rate


def _newton(rate: Array, flows: Array) -> Array:
    done = np.zeros(len(rate), dtype=np.bool_)
    for _ in range(_STEPS):
        value, slope = _value_and_slope(rate, flows)
        step = np.divide(value, slope, out=np.zeros_like(value), where=slope != 0)
        moved = np.clip(rate - step, (rate + _LOWEST) / 2.0, rate * 2.0 + 1.0)
        rate = np.where(done, rate, moved)  # what is found stays as it is, whoever else is in the block
        done |= np.abs(step) <= 1e-14 * (1.0 + np.abs(rate))
        if done.all():
            break
    return rate


def _from_the_first(flows: Array) -> Array:
    """Move every case up so that it begins with its first flow: the rate is the same, and early years of nothing distort no step."""
    waits = np.argmax(flows != 0, axis=0)
    if not waits.any():
        return flows
    rows = np.arange(len(flows))[:, None] + waits
    return np.where(rows < len(flows), np.take_along_axis(flows, np.minimum(rows, len(flows) - 1), axis=0), 0.0)


def _added(rows: Array) -> Array:
    """Add row after row, so that the result does not depend on the number of scenarios."""
    return np.asarray(np.add.accumulate(rows, axis=0)[-1])


def _value_and_slope(rate: Array, flows: Array) -> tuple[Array, Array]:
    discount = 1.0 / (1.0 + rate)
    value, slope = np.zeros_like(rate), np.zeros_like(rate)
    for flow in flows[::-1]:
        slope = slope * discount + value
        value = value * discount + flow
    return value, -slope * discount * discount


def _bisect(flows: Array) -> Array:
    low = np.full(flows.shape[1], _LOWEST)
    high = np.full(flows.shape[1], _HIGHEST)
    at_low = npv(low, flows)
    crossing = np.sign(at_low) != np.sign(npv(high, flows))
    for _ in range(_BISECTIONS):
        middle = np.where(low < 1.0, (low + high) / 2.0, np.sqrt(np.maximum(low, 1.0) * high))
        same = np.sign(npv(middle, flows)) == np.sign(at_low)
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(crossing, (low + high) / 2.0, np.nan)
