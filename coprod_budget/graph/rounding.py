"""Round a half away from zero, exactly as ROUND of LibreOffice 7.4 does.

The rule, found by experiment (60,000 values and more, within 64 ulps of a tie, compared without loss):

- to whole numbers the tie is the binary one: 2.4999999999999996 is 2;
- to other digits the value is scaled, a half is added, and a sum that 15 significant digits cannot tell from a whole
  number *is* that number: 1.005, stored a little below, is 1.01. From 2**41 on the sum is taken as it is;
- a value that has no such digits (whole, or scaled beyond 2**52) is left alone. Beyond 2**52 LibreOffice scales and
  scales back, which may cost the last bit; we keep the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NO_SNAP_FROM = 2.0**41
_WHOLE_FROM = 2.0**52
# a table, because vectorised powers and logarithms are not exact to the bit on every processor
_TENS = np.array([float(f"1e{n}") for n in range(16)])


def _fifteen_digits(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values from 0.5 to 2**41 at 15 significant digits; at most eleven bits behind the point are left as they are."""
    power = _TENS[15 - np.searchsorted(_TENS[:13], value, side="right")]
    scaled = value * power
    whole = np.floor(scaled)
    whole += scaled - whole >= 0.5
    short = np.floor(value * 2048.0) == value * 2048.0
    return np.where(short, value, whole / power)


def round_half_up(x: ArrayLike, digits: int = 0) -> NDArray[np.float64]:
    """``x`` to ``digits`` decimals (negative: tens, hundreds...), halves away from zero, never a negative zero."""
    value = np.atleast_1d(np.asarray(x, dtype=np.float64))
    out, size, work, more = (np.empty_like(value) for _ in range(4))
    with np.errstate(invalid="ignore", over="ignore"):
        round_into(digits, value, size, work, more, np.empty(value.shape, dtype=np.bool_), out=out)
    return out.reshape(np.shape(x))


def round_into(
    digits: int,
    value: NDArray[np.float64],
    size: NDArray[np.float64],
    raised: NDArray[np.float64],
    more: NDArray[np.float64],
    near: NDArray[np.bool_],
    *,
    out: NDArray[np.float64],
) -> None:
    """Round ``value`` into ``out``; the other arrays are room to work in, of the same shape."""
    np.abs(value, out=size)
    if digits == 0:
        np.floor(size, out=out)
        np.subtract(size, out, out=more)
        np.greater_equal(more, 0.5, out=near)
        np.add(out, near, out=out)
    else:
        factor = 10.0 ** abs(digits)
        (np.multiply if digits > 0 else np.divide)(size, factor, out=raised)
        np.add(raised, 0.5, out=raised)
        np.floor(raised, out=out)
        # only a sum just below a whole number can move, and those are few
        np.add(out, 1.0, out=more)
        np.subtract(more, raised, out=more)
        np.multiply(raised, 1e-14, out=size)
        np.less_equal(more, size, out=near)
        if near.any():
            near &= raised <= _NO_SNAP_FROM
            out[near] = np.floor(_fifteen_digits(raised[near]))
        (np.divide if digits > 0 else np.multiply)(out, factor, out=out)
        if digits > 0 and np.greater_equal(raised, _WHOLE_FROM, out=near).any():
            # what is whole and smaller comes out as it is
            np.copyto(out, np.abs(value), where=near)
    np.copysign(out, value, out=out)
    np.add(out, 0.0, out=out)
