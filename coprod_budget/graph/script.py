"""Calls of NumPy that are put down once, with the arrays they read and write, and made again for every block of scenarios."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.graph.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray


class Call(NamedTuple):
    """A function of some arrays that writes into ``out``."""

    do: Callable[..., object]
    args: tuple[Any, ...]
    out: NDArray[Any]

    def bound(self) -> Callable[[], object]:
        """Return the call with all it needs."""
        return partial(self.do, *self.args, out=self.out)


class Script:
    """Calls in their order, for a number of scenarios, and the room in which they work."""

    def __init__(self, width: int, room: Room | None = None) -> None:
        self.width = width
        self.room = room or Room()
        self.calls: list[Call] = []
        self._scratch: list[NDArray[Any]] = []
        self._by_row: dict[int, list[NDArray[Any]]] = {}
        self._alive: list[NDArray[Any]] = []
        self._wide: dict[float, NDArray[np.float64]] = {}

    def call(self, do: Callable[..., object], *args: Any, out: NDArray[Any]) -> NDArray[Any]:
        """Put down a call, and return what it writes into."""
        self.calls.append(Call(do, args, out))
        return out

    def take(self, shape: tuple[int, ...], dtype: type = np.float64) -> NDArray[Any]:
        """Return room that somebody gives back."""
        return self.room.take(shape, dtype)

    def scratch(self, shape: tuple[int, ...], dtype: type = np.float64) -> NDArray[Any]:
        """Return room that is needed until ``wipe``."""
        array = self.room.take(shape, dtype)
        self._scratch.append(array)
        return array

    def wide(self, number: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one number for every scenario: NumPy's least and most of an array and a single number take three times as long."""
        value = float(number.flat[0])
        if value not in self._wide:
            self._wide[value] = np.full(self.width, value)
        return self._wide[value]

    @property
    def mark(self) -> int:
        """How much scratch room is taken."""
        return len(self._scratch)

    def wipe(self, mark: int = 0) -> None:
        """Give scratch room back that was taken after the mark."""
        while len(self._scratch) > mark:
            self.room.give_back(self._scratch.pop())

    def bits(self, array: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return numbers as the bits they are made of, also where they are a row among others."""
        rows = self._by_row.get(id(array))
        seen = array.view(np.int64)
        if rows is not None:
            views = [row.view(np.int64) for row in rows]
            seen = views[0]
            self.rows(views)
        return seen

    def rows(self, views: list[NDArray[Any]], first: NDArray[Any] | None = None) -> NDArray[Any]:
        """Note what stands for the first of several arrays (or for another one, of its shape) in later rows, and return it."""
        key = views[0] if first is None else first
        self._by_row[id(key)] = views
        self._alive.append(key)  # so that no other array gets its number
        return key

    def repeated(self, turn: Sequence[tuple[Sequence[Call], Sequence[bool]]], rows: int) -> Iterable[Call]:
        """Yield the calls of the first row for all rows, one row after another; some calls for some rows only."""
        by_row: Mapping[int, list[NDArray[Any]]] = self._by_row
        for row in range(rows):
            for calls, wanted in turn:
                if not wanted[row]:
                    continue
                for do, args, out in calls:
                    yield Call(
                        do,
                        tuple([by_row[id(a)][row] if id(a) in by_row else a for a in args]),
                        by_row[id(out)][row] if id(out) in by_row else out,
                    )

    def forget_rows(self) -> None:
        """Forget what stands for what in later rows."""
        self._by_row.clear()
        self._alive.clear()
