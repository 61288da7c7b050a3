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
    signed = np.asarray(x, dtype=np.float64)
    size = np.abs(signed)
    rounded: NDArray[np.float64]
    with np.errstate(invalid="ignore", over="ignore"):
        if digits == 0:
            below = np.floor(size)
            rounded = below + (size - below >= 0.5)
        else:
            factor = 10.0 ** abs(digits)
            raised = (size * factor if digits > 0 else size / factor) + 0.5
            below = np.floor(raised)
            # only a sum just below a whole number can move, and those are few
            near = (below + 1.0 - raised <= 1e-14 * raised) & (raised <= _NO_SNAP_FROM)
            if near.any():
                below = np.array(below)
                below[near] = np.floor(_fifteen_digits(raised[near]))
            rounded = below / factor if digits > 0 else below * factor
            if digits > 0:
                keep = (size == np.floor(size)) | (raised >= _WHOLE_FROM)
                rounded = np.where(keep, size, rounded)
    return np.asarray(np.copysign(rounded, signed) + 0.0)
