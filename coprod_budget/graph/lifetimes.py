"""How long every array is needed, so that its room is given back after its last use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod_budget.graph.room import Room


class Lifetimes:
    """Arrays by node; each is there until it was used as often as it is needed (``uses``).

    An array may stand in the room of another one (a row of it, or all of it): then that one stays as long.
    """

    def __init__(self, room: Room, uses: dict[int, int]) -> None:
        self.arrays: dict[int, NDArray[Any]] = {}
        self.uses = uses
        self._room = room
        self._holder: dict[int, int] = {}
        self._owned: set[int] = set()

    def own(self, node_id: int, array: NDArray[Any]) -> NDArray[Any]:
        """Note an array whose room goes back with its last use (at once, if it has none)."""
        self.arrays[node_id] = array
        self._owned.add(node_id)
        if not self.uses.get(node_id):
            self._end(node_id)
        return array

    def lend(self, node_id: int, array: NDArray[Any], holder: int | None = None) -> None:
        """Note an array that stands in the room of a holder (or in room that is not given back)."""
        self.arrays[node_id] = array
        if holder is None:
            return
        holder = self._holder.get(holder, holder)
        if holder in self._owned:
            self._holder[node_id] = holder
            self.uses[holder] += 1
        if not self.uses.get(node_id):
            self._end(node_id)

    def spare(self, node_id: int, times: int) -> bool:
        """Say whether an array has room of its own that nobody needs after it is used so many times."""
        return node_id in self._owned and self.uses.get(node_id) == times

    def take_over(self, node_id: int, other: int) -> None:
        """Note that a node's result is written over the array of another one."""
        array = self.arrays.pop(other)
        self._owned.remove(other)
        self.own(node_id, array)

    def used(self, node_id: int) -> None:
        """Count one use less."""
        if node_id in self.uses:
            self.uses[node_id] -= 1
            if self.uses[node_id] == 0 and node_id in self.arrays:
                self._end(node_id)

    def _end(self, node_id: int) -> None:
        array = self.arrays.pop(node_id)
        if node_id in self._owned:
            self._owned.remove(node_id)
            self._room.give_back(array)
        elif node_id in self._holder:
            self.used(self._holder.pop(node_id))
