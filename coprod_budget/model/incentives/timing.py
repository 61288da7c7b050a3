"""When the money of a programme comes: so many months after the end of the work."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def later(day: date, months: float) -> date:
    """Return the same day of the month so many months later (the month's last day where it is shorter); parts of months go by days."""
    whole, part = divmod(months, 1)
    year, month = divmod(day.month - 1 + int(whole), 12)
    year += day.year
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=round(part * last))
