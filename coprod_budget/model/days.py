"""Days that follow from the schedule: what is decided by them (a year, a version of a law) is remembered with the weeks they lie after."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor
from typing import Any

from coprod_budget.graph import Given, plain

_SHORT = 1e-6
"""Part of a day that a sum of weeks may miss by in the last digits of its numbers."""


class _Day(date):
    """A day some days after another; ``offset`` remembers the numbers it was worked out with."""

    start: date
    offset: Given

    def _before(self, other: date, days: int = 0) -> bool:
        """Say whether this day is earlier than so many days after the other."""
        return bool(self.offset < float((other - self.start).days + days))

    def __lt__(self, other: Any) -> bool:
        return self._before(other)

    def __le__(self, other: Any) -> bool:
        return self._before(other, 1)

    def __gt__(self, other: Any) -> bool:
        return not self._before(other, 1)

    def __ge__(self, other: Any) -> bool:
        return not self._before(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, date) and not self._before(other) and self._before(other, 1)

    def __hash__(self) -> int:
        return hash(floor(self.offset))

    @property
    def year(self) -> int:
        """The year, of which the day is between the first day and that of the next year."""
        year = super().year
        _ = self._before(date(year, 1, 1)), self._before(date(year + 1, 1, 1))
        return year


def day_after(start: date, weeks: float) -> date:
    """Return the day that many weeks after another; a day begun is not counted."""
    offset = weeks * 7 + _SHORT
    day = start + timedelta(days=floor(plain(offset)))
    if not isinstance(offset, Given):
        return day
    known = _Day(day.year, day.month, day.day)
    known.start, known.offset = start, offset
    return known
