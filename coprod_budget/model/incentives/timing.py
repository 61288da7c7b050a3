"""When the money of a programme comes: the end of the work, and so many months later."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coprod_budget.project import Project


def end_of_work(project: Project) -> date:
    """Return the day of delivery; without one, the end of post-production by the weeks of the schedule."""
    plan = project.schedule
    if plan.delivery is not None:
        return plan.delivery
    weeks = plan.prep_weeks + sum(plan.shoot_days.values()) / plan.days_per_week + plan.wrap_weeks + plan.post_weeks
    return project.start + timedelta(weeks=weeks)


def later(day: date, months: float) -> date:
    """Return the same day of the month so many months later (the month's last day where it is shorter); parts of months go by days."""
    whole, part = divmod(months, 1)
    year, month = divmod(day.month - 1 + int(whole), 12)
    year += day.year
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=round(part * last))
