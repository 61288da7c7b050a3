"""Rates of exchange, rounding, employer charges, charges on top, and who bears them: figures to check by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from films import FILM, LEAD, OWN, figures, model_of, problem, warnings

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


# --- money ----------------------------------------------------------------------------------------------------------


def test_a_rate_fixed_by_the_project_wins_over_the_table(catalog: Catalog) -> None:
    one = f"{LEAD}.currency=RTK"
    assert figures(catalog, OWN, one, keys="fx.RTK budget.total") == [120, pytest.approx(1000 / 120)]
    assert figures(catalog, OWN, one, "fx.RTK=100", keys="fx.RTK budget.total") == [100, 10]
    origin = model_of(catalog, OWN, one, "fx.RTK=100").graph["fx"].origin(1)
    assert origin is not None
    assert "--set fx.RTK=100" in origin.where


def test_a_rate_of_an_earlier_month_is_used_with_a_warning(catalog: Catalog) -> None:
    found = warnings(catalog, OWN.replace("fx: {FLR: 2.5}\n", ""))
    assert "the newest exchange rate of FLR is of 2026-07, the estimate of 2026-09-30; fix it with fx.FLR" in found
    assert "FLR" not in warnings(catalog, OWN)


def test_a_currency_without_any_rate_is_missing_data_never_one(catalog: Catalog) -> None:
    assert "no exchange rate of XXX for 2026-09-30" in problem(catalog, OWN, f"{LEAD}.currency=XXX")


@pytest.mark.parametrize(("rounding", "amount"), [("cent", 7.41), ("unit", 7.0), ("none", 7.407)])
def test_a_line_is_rounded_once_in_its_own_currency(catalog: Catalog, rounding: str, amount: float) -> None:
    sets = (f"{LEAD}.quantity=3", f"{LEAD}.rate=2.469", f"{LEAD}.currency=FLR", f"budget.rounding={rounding}")
    local, total = figures(catalog, OWN, *sets, keys="lines.lead.local budget.total")
    assert local == pytest.approx(amount)
    assert total == pytest.approx(amount / 2.5)  # 2.964 or so: nothing behind the line is rounded


def test_a_half_cent_goes_up(catalog: Catalog) -> None:
    assert figures(catalog, OWN, f"{LEAD}.quantity=1", f"{LEAD}.rate=1.005", keys="lines.lead.local") == [1.01]


# --- employer charges (QR 2026: 30 % up to 100,000 a year, then 10 %; 2 % of all. QG: see tests/ruritania) ------------

PAID = (f"{LEAD}.labour=employee", f"{LEAD}.currency=RTK", f"{LEAD}.rate=15000", "currency=RTK", f"{LEAD}.spent=QR")


def test_an_annual_ceiling_is_used_once(catalog: Catalog) -> None:
    expected = 0.3 * 100_000 + 0.1 * 50_000 + 0.02 * 150_000
    assert figures(catalog, OWN, *PAID, keys="lines.lead.fringes") == [pytest.approx(expected)]


def test_several_lines_of_one_person_share_the_ceiling_and_several_people_have_one_each(catalog: Catalog) -> None:
    second = (
        "    - {id: again, account: cast, description: More, quantity: 10, unit: day, rate: 15000, currency: RTK,\n"
        "       labour: employee, spent: strelsau, phase: prep, person: lead, people: PEOPLE}\n"
    )
    once = 0.3 * 100_000 + 0.1 * 200_000 + 0.02 * 300_000
    one = figures(catalog, OWN + second.replace("PEOPLE", "1"), *PAID, keys="lines.lead.fringes lines.again.fringes")
    assert one == [pytest.approx(once / 2), pytest.approx(once / 2)]
    four = figures(catalog, OWN + second.replace("PEOPLE", "4"), *PAID, f"{LEAD}.people=4", keys="lines.lead.fringes")
    assert four == [pytest.approx(once / 2 * 4)]


def test_another_year_has_another_law_and_another_ceiling(catalog: Catalog) -> None:
    both = OWN + (
        "    - {id: later, account: cast, description: Later, quantity: 10, unit: day, rate: 15000, currency: RTK,\n"
        "       labour: employee, spent: QR, phase: post, person: lead}\n"
    )
    sets = (*PAID, "schedule.prep_weeks=14", f"{LEAD}.phase=prep")
    first, later = figures(catalog, both, *sets, keys="lines.lead.fringes lines.later.fringes")
    assert first == pytest.approx(0.3 * 100_000 + 0.1 * 50_000 + 0.02 * 150_000)
    assert later == pytest.approx(0.2 * 120_000 + 0.05 * 30_000)


def test_a_monthly_ceiling_counts_for_the_months_engaged(catalog: Catalog) -> None:
    sets = (f"{LEAD}.labour=employee", f"{LEAD}.currency=FLR", f"{LEAD}.rate=3000", "currency=FLR", f"{LEAD}.spent=QG")
    months = (f"{LEAD}.unit=month", f"{LEAD}.quantity=2")
    expected = 0.15 * 2000 + 0.05 * 4000 + 0.01 * 2000 + 0.01 * 6000
    assert figures(catalog, OWN, *sets, *months, keys="lines.lead.fringes") == [pytest.approx(expected)]


def test_a_single_day_is_charged_up_to_the_ceiling_of_a_whole_month(catalog: Catalog) -> None:
    sets = (f"{LEAD}.labour=employee", f"{LEAD}.currency=FLR", f"{LEAD}.rate=900", "currency=FLR", f"{LEAD}.spent=QG")
    assert figures(catalog, OWN, *sets, f"{LEAD}.quantity=1", keys="lines.lead.fringes") == [
        pytest.approx(900 * (0.15 + 0.05 + 0.01))
    ]
    two_months = 0.15 * 2000 + 0.05 * 4000 + 0.01 * (36000 - 4000) + 0.01 * 36000  # 40 days of a six-day week
    found = figures(catalog, OWN, *sets, f"{LEAD}.quantity=40", keys="persons.lead_qg_2026.months lines.lead.fringes")
    assert found == [pytest.approx(40 * 7 / 6 * 12 / 365), pytest.approx(two_months)]


def test_charges_of_a_later_year_than_the_law_known_are_used_with_a_warning(catalog: Catalog) -> None:
    found = warnings(catalog, OWN, *PAID, "schedule.start=2029-01-10")
    assert "employer charges of QR for 2029 are not in the data: those of 2027 are used" in found


def test_pay_in_a_country_without_data_carries_none_with_a_warning(catalog: Catalog) -> None:
    sets = (*PAID, f"{LEAD}.spent=ZZ")
    assert figures(catalog, OWN, *sets, keys="lines.lead.fringes") == [0]
    assert "employer charges of ZZ are not in the data" in warnings(catalog, OWN, *sets)


def test_pay_without_a_duration_under_a_monthly_ceiling_is_warned_of(catalog: Catalog) -> None:
    sets = (f"{LEAD}.labour=employee", f"{LEAD}.spent=QG", f"{LEAD}.unit=flat")
    assert "the ceilings of employer charges in QG are by the month, and 1 lines of pay" in warnings(
        catalog, OWN, *sets
    )
    assert "by the month" not in warnings(catalog, OWN, *sets[:2], f"{LEAD}.unit=week")
    assert "by the month" not in warnings(catalog, OWN, *sets, f"{LEAD}.spent=QR")


def test_contractors_carry_no_charges(catalog: Catalog) -> None:
    assert figures(catalog, OWN, *PAID, f"{LEAD}.labour=contractor", keys="lines.lead.fringes") == [0]


# --- charges and split ----------------------------------------------------------------------------------------------


def test_a_changed_rate_keeps_the_base_of_the_template(catalog: Catalog) -> None:
    base, amount = figures(
        catalog, FILM, "budget.charges.contingency.rate=20%", keys="charges.contingency.base charges.contingency.amount"
    )
    assert figures(catalog, FILM, keys="charges.contingency.base") == [base]
    assert amount == pytest.approx(base * 0.2)


def test_a_charge_may_be_an_amount_and_a_cap_holds(catalog: Catalog) -> None:
    charges = "budget.charges={fee: {amount: 240, currency: RTK}, bond: {rate: 50%, cap: 300, cap_currency: FLR}}"
    assert figures(catalog, OWN, charges, keys="charges.fee.amount charges.bond.amount") == [2, 120]


def test_the_first_rule_that_fits_decides_who_bears(catalog: Catalog) -> None:
    def borne(*sets: str) -> float:
        (share,) = figures(catalog, OWN, f"{LEAD}.spent=strelsau", *sets, keys="partner.ru.borne_share")
        return round(share, 9)

    default = "split.default={ru: 10%, gr: 90%}"
    city = "split.cities={strelsau: {ru: 20%, gr: 80%}}"
    account = "split.accounts={cast: {ru: 30%, gr: 70%}}"
    line = f"{LEAD}.bearer={{ru: 70%, gr: 30%}}"
    assert borne() == 0.6
    assert borne(default) == 0.1
    assert borne(default, city) == 0.2
    assert borne(default, city, account) == 0.3
    assert borne(default, city, account, line) == 0.7
    assert borne(default, city, account, f"{LEAD}.bearer=by_share") == 0.6


def test_a_line_and_a_charge_of_one_name_keep_their_own_bearers(catalog: Catalog) -> None:
    charges = "budget.charges={lead: {rate: 10%, bearer: {ru: 10%, gr: 90%}}}"
    found = figures(catalog, OWN, charges, f"{LEAD}.bearer={{ru: 50%, gr: 50%}}", keys="partner.ru.borne")
    assert found == [pytest.approx(500 + 10)]


def test_who_bears_and_where_it_is_spent_are_two_things(catalog: Catalog) -> None:
    sets = (f"{LEAD}.bearer=ru", f"{LEAD}.spent=QG")
    keys = "partner.ru.borne partner.gr.borne country.QG.total partner.gr.spent partner.ru.spent"
    assert figures(catalog, OWN, *sets, keys=keys) == [1000, 0, 1000, 1000, 0]


def test_charges_on_top_are_spent_in_no_country(catalog: Catalog) -> None:
    charge = "budget.charges={bond: {rate: 10%}}"
    keys = "partner.ru.spent partner.gr.spent country.no_country.total budget.total"
    assert figures(catalog, OWN, charge, f"{LEAD}.spent=QR", keys=keys) == [1000, 0, 100, 1100]
