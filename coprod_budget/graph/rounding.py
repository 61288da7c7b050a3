"""Rounding half away from zero on binary numbers, as spreadsheets do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def round_half_up(value: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    """Round to ``digits`` decimals; a value within 15 significant digits of a tie counts as the tie (1.005 -> 1.01)."""
    scale = 10.0**digits
    scaled = np.abs(value) * scale
    return np.asarray(np.copysign(np.floor(scaled * (1.0 + 1e-15) + 0.5) / scale, value))
