"""Figures of incentives against their sources, and the parameters that worked cases need."""

from __future__ import annotations

from datetime import date

import pytest

from coprod_budget.catalog import UNKNOWN, open_catalog
from coprod_budget.catalog.incentive_entries import (
    Amount,
    BasePlusBonus,
    Competitive,
    Flat,
    FlatUpTo,
    Marginal,
    RaisedSlice,
    RateRange,
    RateTest,
    Share,
    Slice,
    Tier,
    WholeByLocalSpend,
)

CATALOG = open_catalog()


def value(incentive: str, rule: str, day: str):
    found = CATALOG.incentive(incentive).as_of(date.fromisoformat(day)).rule(rule)
    return None if found is None else found.value


def said(incentive: str, rule: str, day: str) -> str:
    return CATALOG.incentive(incentive).as_of(date.fromisoformat(day)).rule(rule).dated.source.url


STEP = WholeByLocalSpend("EUR", (Tier(0, 0.25), Tier(5e6, 0.3)))
CANARIES = Marginal(
    "EUR",
    (Slice(1e6, 0.5), Slice(None, 0.45)),
    RaisedSlice(0.54, (RateTest("local_spend_above", amount=1.9e6, currency="EUR"),)),
)


@pytest.mark.parametrize(
    ("incentive", "rule", "day", "expected", "source"),
    [
        ("rs_cash_rebate", "rate", "2017-06-01", Flat(0.2), "dmk.rs"),
        ("rs_cash_rebate", "rate", "2018-06-01", Flat(0.25), "vuk-ta.com"),
        ("rs_cash_rebate", "rate", "2019-09-01", STEP, "beefproduction.rs"),
        ("rs_cash_rebate", "rate", "2026-09-30", STEP, "paragraf.rs"),
        ("rs_cash_rebate", "minimum_spend_episode", "2022-01-01", Amount(1e5, "EUR", "episode"), "beefproduction.rs"),
        ("rs_cash_rebate", "minimum_spend_episode", "2024-01-01", Amount(1.5e5, "EUR", "episode"), "filminserbia.com"),
        ("hr_rebate", "minimum_spend", "2022-01-01", Amount(2e6, "HRK"), "filmingincroatia.hr"),
        ("hu_rebate", "foreign_spend", "2026-09-30", Share(0.25, "local_spend", "any"), "dlapiper.com"),
        ("hu_rebate", "fee", "2026-09-30", Share(0.025, "rebate"), "dlapiper.com"),
        ("cz_incentive", "cap_per_project", "2024-12-31", Amount(1.5e8, "CZK"), "filmcommission.cz"),
        ("cz_incentive", "cap_per_project", "2025-01-01", Amount(4.5e8, "CZK"), "fondkinematografie.cz"),
        ("de_dfff_1", "rate", "2025-06-01", FlatUpTo(0.3), "ffa.de"),
        ("es_canary_islands_deduction", "rate", "2026-01-01", CANARIES, "ep.com"),
        ("fr_trip", "cap_per_project", "2026-01-01", Amount(3e7, "EUR"), "cnc.fr"),
        ("gb_avec", "rate", "2026-01-01", Flat(0.34), "gov.uk"),
        ("gb_iftc", "base_cap", "2026-01-01", Amount(1.5e7, "GBP", of="total_core"), "gov.uk"),
        ("ge_film_in_georgia", "line_cap_grip", "2020-01-01", Share(0.15, "qualifying_spend", "grip_rent"), "filmingeorgia.ge"),
        ("gr_crgr", "rate", "2019-01-01", Flat(0.35), "athensattica.com"),
        ("ro_rebate", "minimum_spend_series", "2025-01-01", Amount(1e5, "EUR", "episode"), "filmneweurope.com"),
        ("ru_krasnodar_rebate", "cap_per_project", "2024-01-01", Amount(1.2e7, "RUB"), "aif.ru"),
        ("ru_kaliningrad_rebate", "rate", "2025-01-01", RateRange(0.2, UNKNOWN, 0.4), "rbc.ru"),
        ("ru_moscow_international_film", "cap_per_project", "2026-01-01", Amount(5e7, "RUB"), "baza-news.ru"),
        ("ru_moscow_image", "cap_per_project", "2025-08-11", Amount(1.5e7, "RUB"), "smotrim.ru"),
        ("uz_rebate", "cap_per_project", "2026-01-01", Amount(4e9, "UZS"), "qalampir.uz"),
        ("kz_subsidy", "minimum_spend", "2026-01-01", Amount(562_250_000, "KZT"), "kazakhcinema.kz"),
    ],
)  # fmt: skip
def test_figures_stand_as_in_their_sources(incentive: str, rule: str, day: str, expected, source: str) -> None:
    assert value(incentive, rule, day) == expected
    assert source in said(incentive, rule, day)


def test_a_rule_that_ended_is_nothing_and_not_zero() -> None:
    assert value("ro_rebate", "rate", "2022-01-01") is None
    assert CATALOG.incentive("ro_rebate").as_of(date(2022, 1, 1)).status.value == "suspended"
    assert value("rs_cash_rebate", "rate", "2013-01-01") is None
    assert CATALOG.incentive("rs_cash_rebate").as_of(date(2013, 1, 1)).status.value == "closed"


def test_before_a_start_that_nobody_found_the_rule_is_unknown() -> None:
    assert value("de_dfff_1", "cap_per_project", "2019-01-01") is UNKNOWN
    assert CATALOG.incentive("uz_rebate").as_of(date(2020, 1, 1)).status is None


# Parameters of worked cases ------------------------------------------------------------------------------------------


def test_british_credit_over_two_periods_and_after_tax() -> None:
    """80% of core costs at 34%: 40.0m - 4.0m abroad gives 32.0m, 10.88m in two parts (HMRC manual, CREC061450)."""
    share = value("gb_avec", "base_share", "2024-06-01")
    rate = value("gb_avec", "rate", "2024-06-01").rate
    first, both = (min(core - abroad, share.share * core) * rate for core, abroad in ((25e6, 2e6), (40e6, 4e6)))

    assert share.of == "total_core"
    assert (first, both - first) == pytest.approx((6_800_000, 4_080_000))
    assert share.share * 200_000 == 160_000
    assert 15e6 * share.share * rate * (1 - value("gb_avec", "taxable", "2024-06-01").share) == pytest.approx(3_060_000)


def test_serbian_step_applies_to_everything_above_five_million() -> None:
    """4.9m, 5.0m and 5.1m give 1,225,000, 1,250,000 and 1,530,000."""
    tiers = value("rs_cash_rebate", "rate", "2026-09-30").tiers
    paid = [spend * [t.rate for t in tiers if spend > t.above][-1] for spend in (4.9e6, 5.0e6, 5.1e6)]

    assert paid == pytest.approx([1_225_000, 1_250_000, 1_530_000])


def test_serbian_minimum_spend_of_a_feature_and_of_an_episode() -> None:
    assert value("rs_cash_rebate", "minimum_spend", "2026-09-30").amount > 290_000
    assert value("rs_cash_rebate", "minimum_spend_episode", "2024-01-01").amount > 140_000
    assert value("rs_cash_rebate", "minimum_spend_series", "2019-09-01").amount == 300_000
    assert value("rs_cash_rebate", "rate", "2019-09-01").tiers[0].rate * 300_000 == 75_000


def test_russian_federal_rate_needs_all_tests_for_the_raised_rate() -> None:
    rate = value("ru_federal_foreign_rebate", "rate", "2022-01-01")
    tests = {t.test: t.amount or t.value for t in rate.bonuses[0].tests}

    assert isinstance(rate, BasePlusBonus)
    assert (rate.base * 80e6, rate.bonuses[0].total * 80e6) == (24e6, 32e6)
    assert rate.bonuses[0].logic == "all"
    assert tests == {"local_spend_at_least": 75e6, "shooting_days_at_least": 19, "local_crew_share_at_least": 0.8}
    assert value("ru_federal_foreign_rebate", "minimum_spend", "2022-01-01").amount > 14e6
    assert not CATALOG.incentive("ru_federal_foreign_rebate").as_of(date(2026, 9, 30)).is_open


def test_uzbek_tiers_have_caps_of_their_own_before_2025_and_one_for_all_since() -> None:
    """4.9bn under the rules of 2021: 0.65bn, the cap of the tier; 20bn under those of 2025: 4.0bn, the cap."""
    old, new = (value("uz_rebate", "rate", day).tiers for day in ("2022-01-01", "2026-01-01"))
    reached = next(t for t in reversed(old) if t.above < 4.9e9)

    assert min(reached.rate * 4.9e9, reached.cap) == 650e6
    assert [t.cap for t in new] == [None] * 4
    assert min(new[-1].rate * 20e9, value("uz_rebate", "cap_per_project", "2026-01-01").amount) == 4e9
    assert new[-1].rate * 12e9 == 3e9


def test_german_cap_bites_in_both_years() -> None:
    paid = [
        min(value("de_dfff_1", "rate", day).rate * 20e6, value("de_dfff_1", "cap_per_project", day).amount)
        for day in ("2024-06-01", "2025-06-01")
    ]

    assert paid == [4e6, 5e6]
    assert value("de_dfff_1", "base_share", "2025-06-01").share * 30e6 > 20e6


def test_french_cap_and_croatian_rate_of_2014() -> None:
    assert value("fr_trip", "rate", "2023-01-01").rate * 100e6 == 30e6
    assert value("fr_trip", "cap_per_project", "2023-01-01").amount == 30e6
    assert value("hr_rebate", "rate", "2014-01-01") == Flat(0.2)


def test_kaliningrad_had_less_money_than_claims_and_paid_nothing_in_2025() -> None:
    view = CATALOG.incentive("ru_kaliningrad_rebate").as_of(date(2025, 6, 1))
    money = {e.kind: e.amount for e in view.envelopes}

    assert money == {"allotted": 28e6, "paid": 0}
    assert money["allotted"] / (view.rule("rate").value.low * 151e6) == pytest.approx(0.927, abs=5e-4)


def test_st_petersburg_is_a_competition_with_a_sourced_probability_in_2025_only() -> None:
    rate = value("ru_st_petersburg_subsidy", "rate", "2025-12-01")
    envelope = CATALOG.incentive("ru_st_petersburg_subsidy").as_of(date(2025, 12, 1)).envelopes[0]

    assert isinstance(rate, Competitive)
    assert rate.probability == pytest.approx(29 / 89, abs=5e-5)
    assert rate.amount.expected == round(envelope.amount / envelope.funded)
    assert (envelope.funded, envelope.applications) == (29, 89)
    assert value("ru_st_petersburg_subsidy", "rate", "2026-06-01").probability is UNKNOWN


def test_two_british_credits_are_not_for_one_film() -> None:
    assert value("gb_iftc", "stacking", "2026-01-01").rule == "exclusive"
    assert value("gb_iftc", "stacking", "2026-01-01").others == ("gb_avec",)
