"""Room for arrays: what is no longer needed is written over, the last one first, so that it is still in the cache."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINE = 64
"""Bytes of a line of the cache, on which every array begins."""


class Room:
    """Pieces of memory by size, taken and given back."""

    def __init__(self) -> None:
        self._free: dict[int, list[NDArray[np.uint8]]] = {}
        self.size = 0
        """Bytes there are in all."""

    def take(self, shape: tuple[int, ...], dtype: type = np.float64) -> NDArray[Any]:
        """Return an array with anything in it."""
        bytes_ = _needed(shape, dtype)
        pieces = self._free.get(bytes_)
        if pieces:
            piece = pieces.pop()
        else:
            whole = np.zeros(bytes_ + _LINE, dtype=np.uint8)
            start = -whole.ctypes.data % _LINE
            piece = whole[start : start + bytes_]
            self.size += bytes_
        return np.ndarray(shape, dtype=dtype, buffer=piece)

    def give_back(self, array: NDArray[Any]) -> None:
        """Let an array that was taken be written over."""
        piece = array.base
        assert isinstance(piece, np.ndarray)
        self._free.setdefault(len(piece), []).append(piece)


def _needed(shape: tuple[int, ...], dtype: type) -> int:
    count = prod(shape) * (1 if dtype is np.bool_ else 8)
    return max(_LINE, -(-count // _LINE) * _LINE)
