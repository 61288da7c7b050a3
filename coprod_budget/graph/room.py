"""Room for arrays: what is no longer needed is written over, the last one first, so that it is still in the cache."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_LINE = 64
"""Bytes of a line of the cache, on which every array begins."""
_LARGER = 4
"""How many times as large a piece may be as what is put there."""
_SMALLEST, _LARGEST = 2**18, 2**25
"""Bytes that are asked for at once: large pieces are mapped in large pages."""


class Room:
    """Pieces of memory by size, taken and given back; large ``blocks`` that somebody else left are used first."""

    def __init__(self, blocks: Iterable[NDArray[np.uint8]] = ()) -> None:
        self.blocks: list[NDArray[np.uint8]] = []
        """All memory there is."""
        self._left = sorted(blocks, key=len)
        self._free: dict[int, list[NDArray[np.uint8]]] = {}
        self._taken: dict[int, tuple[NDArray[Any], NDArray[np.uint8]]] = {}
        self._sizes: list[int] = []
        self._block = np.zeros(0, dtype=np.uint8)
        self._at = 0
        self.size = 0
        """Bytes there are in all."""

    def take(self, shape: tuple[int, ...], dtype: type = np.float64) -> NDArray[Any]:
        """Return an array with anything in it."""
        bytes_ = _needed(shape, dtype)
        fitting = bisect_left(self._sizes, bytes_)
        sizes = self._sizes[fitting : bisect_right(self._sizes, bytes_ * _LARGER)]
        pieces = next((self._free[size] for size in sizes if self._free[size]), None)
        piece = self._new(bytes_) if pieces is None else pieces.pop()
        array: NDArray[Any] = np.ndarray(shape, dtype=dtype, buffer=piece)
        self._taken[id(array)] = array, piece
        return array

    def _new(self, bytes_: int) -> NDArray[np.uint8]:
        if self._at + bytes_ > len(self._block):
            if self._left and len(self._left[-1]) >= bytes_:
                self._block = self._left.pop()
            else:
                size = max(bytes_, min(max(_SMALLEST, self.size), _LARGEST))
                whole = np.zeros(size + _LINE, dtype=np.uint8)
                start = -whole.ctypes.data % _LINE
                self._block = whole[start : start + size]
            self._at = 0
            self.size += len(self._block)
            self.blocks.append(self._block)
        piece = self._block[self._at : self._at + bytes_]
        self._at += bytes_
        if bytes_ not in self._free:
            self._free[bytes_] = []
            insort(self._sizes, bytes_)
        return piece

    def close(self) -> None:
        """Let go of blocks that were left by somebody else and not needed."""
        self._left.clear()

    def give_back(self, array: NDArray[Any]) -> None:
        """Let an array that was taken be written over."""
        _, piece = self._taken.pop(id(array))
        self._free[len(piece)].append(piece)


def _needed(shape: tuple[int, ...], dtype: type) -> int:
    count = prod(shape) * (1 if dtype is np.bool_ else 8)
    return max(_LINE, -(-count // _LINE) * _LINE)
