"""The periods in which receipts are followed: how far they reach, what is moved, and what lies far away; worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from revenue_films import AT, by_period, evaluated, revenue_model

from coprod_budget.graph import Program
from coprod_budget.model.calendar import months_between

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Values
    from coprod_budget.model import Model

FUND = (
    "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 300, currency: EUR, "
    "instalments: [{share: 100%, on: 2026-12-01}]}]"
)
ORDER = (
    "waterfall=[{id: back, pay: [fund, ru, gr], kind: until_recouped}, "
    "{id: interest, pay: fund, kind: until, amount: interest, interest: 10%}, "
    "{id: profit, pay: {fund: 50%, gr: 50%}, kind: net_profit}]"
)


def film(terms: str, gross: float, more: str = "") -> str:
    """Return a film in one territory."""
    scenario = f"scenarios: {{base: {{weight: 100%, gross: {{WW: {gross}}}{more}}}}}"
    return f"territories: {{WW: {{currency: EUR, {AT}{terms}}}}}\n{scenario}"


# What a what-if moves ---------------------------------------------------------------------------------------------------

MOVED = (
    "scenario.base.party.fund.irr", "scenario.base.party.fund.npv", "scenario.base.party.fund.received",
    "scenario.base.waterfall.interest.paid", "scenario.base.waterfall.interest.due", "checks.all_ok",
)  # fmt: skip


def moved(model: Model, release: str, *keys: str) -> list[float]:
    """Evaluate the built model with the film coming out on another day."""
    moment = np.array([months_between(date(2026, 10, 1), date.fromisoformat(release))])
    nodes = [found[0] for key in keys if (found := model.graph.find(key))]
    values = Program(model.graph, nodes, ["calendar.release"]).run({"calendar.release": moment})
    return [values.number(key) for key in keys]


@pytest.mark.parametrize("gross", [1400, 1050])
@pytest.mark.parametrize("release", ["2027-10-01", "2028-04-01", "2029-04-01"])
def test_a_release_moved_by_up_to_two_years_is_the_same_as_in_a_changed_file(
    catalog: Catalog, release: str, gross: float
) -> None:
    """With 1,050 the interest is not paid in full: what is still owed at the end does not depend on the table either."""
    model = revenue_model(catalog, film("", gross), FUND, ORDER)
    changed = revenue_model(catalog, film("", gross), FUND, ORDER, f"schedule.release={release}").evaluate()
    expected = [changed.number(key) for key in MOVED]
    assert moved(model, release, *MOVED) == pytest.approx(expected, rel=1e-9)
    assert expected != pytest.approx([model.evaluate().number(key) for key in MOVED], rel=1e-3)
    assert expected[-1] == 1


def test_what_is_moved_beyond_the_last_period_fails_a_check(catalog: Catalog) -> None:
    """Receipts of summer 2027 and eight quarters more; three years later all of the gross stands in the last one."""
    model = revenue_model(catalog, film("", 900))
    assert model.revenue.checks["periods"][0] == "Nothing comes in behind the periods that are looked at"
    keys = ("checks.periods.difference", "checks.periods.ok", "checks.all_ok")
    assert moved(model, "2027-04-01", *keys) == [0, 1, 1]
    assert moved(model, "2030-04-01", *keys) == [900, 0, 0]


def test_a_guarantee_and_television_beyond_the_last_period_fail_it_too(catalog: Catalog) -> None:
    """A guarantee of 70 on the release; television, 25 FLR at 2.5 to the euro, two years later still."""
    tv = ", minimum_guarantee: 70, guarantee_on: release, over_months: 0, media: {tv: {over_months: 0}}"
    model = revenue_model(catalog, film(tv, 900, ", media: {WW: {tv: 25}}").replace("EUR", "FLR"))
    assert moved(model, "2040-04-01", "checks.periods.difference") == [pytest.approx((900 + 25 + 70) / 2.5)]
    assert moved(model, "2029-04-01", "checks.periods.difference", "checks.all_ok") == [0, 1]


# Far away ---------------------------------------------------------------------------------------------------------------


def interest(values: Values) -> float:
    return values.number("scenario.base.waterfall.interest.paid")


@pytest.mark.parametrize("period", ["month", "quarter", "half_year", "year"])
def test_interest_of_ten_years_does_not_depend_on_the_length_of_a_period(catalog: Catalog, period: str) -> None:
    """10 % of 300 from the middle of December 2026 until 30 September 2036: 9 years and 288 days, and two or three leap days."""
    paid = ", paid: [{share: 100%, on: 2036-09-30}]"
    values = evaluated(catalog, film(paid, 2000), FUND, ORDER, f"revenue.period={period}")
    until = {"half_year": 92, "year": 92}.get(period, 0)  # a period is accounted for at its end, in December
    assert interest(values) == pytest.approx(30 * (9 + (288 + 2.5 + until) / 365), abs=0.2)


def test_where_the_periods_end_is_said_and_nothing_is_checked_behind_them(catalog: Catalog) -> None:
    """120 months from October 2026: what is paid in 2040 stands in September 2036, with the interest until then."""
    paid = ", paid: [{share: 100%, on: 2040-01-01}]"
    model = revenue_model(catalog, film(paid, 2000), FUND, ORDER, "revenue.period=month")
    (warning,) = [w.message for w in model.warnings if w.code == "W410"]
    assert warning == (
        "receipts are followed for 120 periods from 2026-10; all that comes later stands in the last one, "
        "and no interest runs behind it (with --set revenue.period=month)"
    )
    assert "periods" not in model.revenue.checks
    values = model.evaluate()
    assert by_period(values, model, "revenue.WW.cinema.gross") == {"2036-09": 2000}
    assert interest(values) == pytest.approx(30 * (9 + 290.5 / 365), abs=0.2)
    assert values.number("checks.all_ok") == 1


def test_a_year_of_quarters_more_is_no_reason_to_warn(catalog: Catalog) -> None:
    """29 years and three quarters are 119 periods: the last is free, and the check is there."""
    model = revenue_model(catalog, film(", paid: [{share: 100%, on: 2056-06-01}]", 900))
    assert model.revenue.flows is not None
    assert len(model.revenue.flows.periods.table) == 120
    assert "periods" in model.revenue.checks
    assert "W410" not in {w.code for w in model.warnings}
    later = revenue_model(catalog, film(", paid: [{share: 100%, on: 2056-07-01}]", 900))
    assert "W410" in {w.code for w in later.warnings}


@pytest.mark.parametrize("day", ["2150-01-01", "2200-12-31"])
def test_what_is_centuries_away_is_paid_in_the_last_period(catalog: Catalog, day: str) -> None:
    values = evaluated(catalog, film(f", paid: [{{share: 100%, on: {day}}}]", 800), "revenue.period=year")
    assert values.number("scenario.base.producer_receipts") == pytest.approx(800)


@pytest.mark.parametrize("day", ["1926-10-01", "1900-01-01"])
def test_a_guarantee_of_a_century_ago_is_paid_before_it_is_kept_back(catalog: Catalog, day: str) -> None:
    model = revenue_model(catalog, film(f", minimum_guarantee: 70, guarantee_on: {day}", 100))
    values = model.evaluate()
    found = by_period(values, model, "revenue.WW.cinema.receipts")
    assert found == {"2026-Q4": pytest.approx(70), "2027-Q3": pytest.approx(30)}


def test_the_last_of_many_days_is_found(catalog: Catalog) -> None:
    """64 payments, a month apart, the last one in January 2033; the moments are compared in parts."""
    days = [f"{{share: {1 / 32}, on: {2027 + (n + 9) // 12}-{(n + 9) % 12 + 1:02d}-01}}" for n in reversed(range(64))]
    tv = f"media: {{tv: {{gross_per_cinema: 10%, paid: [{', '.join(days[32:])}]}}}}"
    model = revenue_model(catalog, film(f", paid: [{', '.join(days[:32])}], {tv}", 640))
    values = model.evaluate()
    assert values.number("calendar.last_event") == months_between(date(2026, 10, 1), date(2033, 1, 1))
    assert values.number("periods.2033-Q1.interest_days") == 90
    assert values.number("periods.2033-Q2.interest_days") == 0
    assert "calendar.last_event_2" in model.graph


# What is laid out, and by whom --------------------------------------------------------------------------------------------


def test_prints_and_advertising_are_kept_back_once_they_are_spent(catalog: Catalog) -> None:
    """Television pays 80 in November, the film comes out in April: the 80 are the producers', the cinemas' 500 bear the 100."""
    tv = ", p_and_a: 100, media: {tv: {paid: [{share: 100%, on: 2026-11-01}]}}"
    media = ", media: {WW: {tv: 80}}"
    model = revenue_model(catalog, film(tv, 500, media))
    values = model.evaluate()
    assert by_period(values, model, "revenue.WW.tv.p_and_a") == {}
    assert by_period(values, model, "revenue.WW.tv.receipts") == {"2026-Q4": 80}
    assert by_period(values, model, "revenue.WW.cinema.p_and_a") == {"2027-Q3": pytest.approx(100)}
    capped = revenue_model(catalog, film(tv.replace("p_and_a: 100", "p_and_a: 100, p_and_a_cap: 60"), 500, media))
    assert by_period(capped.evaluate(), capped, "revenue.WW.cinema.p_and_a") == {"2027-Q3": pytest.approx(60)}


def test_a_fee_that_is_not_accepted_is_made_good_where_another_territory_bears_the_costs(catalog: Catalog) -> None:
    """AA keeps half of its 100, the other 50 go to BB's P&A of 100, BB pays the rest: 50 for the fund.

    Without a fee AA pays all of the P&A and BB's 100 reach the fund: 50 are made good.
    """
    text = (
        f"territories:\n"
        f"  AA: {{currency: EUR, {AT.replace('distributor_fee: 0%', 'distributor_fee: 50%')}, collateral: z, "
        f"accepted_fee: {{fund: {{rate: 0%, made_good_by: ru}}}}}}\n"
        f"  BB: {{currency: EUR, {AT}, collateral: z, p_and_a: 100}}\n"
        "scenarios: {base: {weight: 100%, gross: {AA: 100, BB: 100}}}"
    )
    fund = FUND.replace("amount: 300", "amount: 600")
    steps = "waterfall=[{id: back, pay: fund, kind: until_recouped}, {id: profit, pay: {ru: 50%, gr: 50%}, kind: net_profit}]"
    values = evaluated(catalog, text, fund, steps)
    assert values.number("scenario.base.waterfall.back.fund") == pytest.approx(50)
    assert values.number("scenario.base.waterfall.made_good_fund.paid") == pytest.approx(50)
    assert values.number("scenario.base.party.fund.received") == pytest.approx(100)
