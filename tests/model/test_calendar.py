"""Days of the schedule on the line of time: live, in months, and on the days that the budget goes by."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from cash_films import MONTH, Cash, film, source
from films import FILM, model_of, warnings
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.model.calendar import months_between
from coprod_budget.model.schedule import phase_days
from coprod_budget.model.stage import Stage

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


def test_a_phase_begins_where_the_one_before_ends(catalog: Catalog) -> None:
    cash = Cash(catalog, film())
    names = ("start", "shoot_start", "shoot_end", "wrap_end", "picture_lock", "delivery", "release")
    assert [cash.number(f"calendar.{name}") for name in names] == pytest.approx([0, 1, 3, 3, 3.5, 4, 4])


def test_days_of_the_file_stand_where_the_calendar_has_them(catalog: Catalog) -> None:
    cash = Cash(catalog, film(), "schedule.delivery=2027-03-16", "schedule.release=2027-09-01")
    assert cash.number("calendar.delivery") == pytest.approx(5 + 15 * 12 / 365)
    assert cash.number("calendar.release") == 11
    assert cash.model.cashflow.clock.date_of(cash.number("calendar.delivery")) == date(2027, 3, 16)


def test_the_first_month_is_that_of_the_earliest_payment(catalog: Catalog) -> None:
    early = source("early", "grant", 100, instalments=[{"share": 1, "on": "2026-06-15"}])
    cash = Cash(catalog, film(early))
    assert cash.months[0] == "2026-06"
    assert cash["sources"] == [100]
    assert cash["uses"] == pytest.approx([0, 0, 0, 0, 380, 500, 500, 200, 50])


def test_the_line_of_time_agrees_with_the_days_that_choose_taxes(catalog: Catalog) -> None:
    model = model_of(catalog, FILM)
    values, clock = model.evaluate(), model.cashflow.clock
    days = phase_days(Stage(model.project, model.catalog))
    for phase, span in clock.phases.items():
        found = clock.date_of(values.number(span.begin))
        assert abs((found - days[phase]).days) <= 1, phase


def test_the_months_end_a_while_after_the_last_event_and_never_go_on_for_ever(catalog: Catalog) -> None:
    late = source("late", "grant", 100, instalments=[{"share": 1, "on": "2045-01-01"}])
    cash = Cash(catalog, film(late))
    assert len(cash.months) == 120
    assert cash.column("sources")[-1] == 100
    assert not cash.off()
    assert "the cash flow shows 120 months" in warnings(catalog, json.dumps(film(late)))


def test_money_that_waits_for_a_release_that_nobody_has_fixed_is_pointed_out(catalog: Catalog) -> None:
    waits = source("waits", "grant", 100, instalments=[{"share": 1, "on": "release", "after_months": 2}])
    cash = Cash(catalog, film(waits))
    assert "W721" in [problem.code for problem in cash.model.warnings]
    assert cash["sources"] == [0] * 6 + [100]


@given(first=st.dates(date(2020, 1, 1), date(2040, 1, 1)), months=st.integers(0, 100), day=st.integers(1, 28))
def test_a_day_found_on_the_line_is_the_day_that_was_put_there(first: date, months: int, day: int) -> None:
    first = first.replace(day=1)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    there = months_between(first, date(year, month + 1, day))
    assert months <= there < months + 1
    assert there - months == pytest.approx((day - 1) / (MONTH * 7))
