"""What a programme pays in the end: caps, ceilings, fees, tax, the money of the year, and when it comes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from programmes import Asked, catalog_with, film, line, programme, rule

from coprod_budget.graph import Program
from coprod_budget.model.findings import word
from coprod_budget.model.incentives.timing import later

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.model import Model

SPEND = line("camera", 1000)
"""1,000 euro of cameras in Ruritania: with the rate of 10 per cent of ``programme`` 100 are paid."""


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    """Return a film of 1,000 euro spent in Ruritania, with a programme of these rules (10 per cent)."""

    def asked(*rules: dict[str, Any], entry: dict[str, Any] | None = None, head: Any = None, **more: Any) -> Asked:
        catalog = catalog_with(tmp_path, programme("one", *rules, **(head or {})))
        lines = more.pop("lines", (SPEND,))
        return Asked(catalog, film(*lines, incentives=[{"id": "one", **(entry or {})}], **more))

    return asked


def amounts(asked: Asked, what: str = "amount") -> tuple[float | None, ...]:
    return tuple(asked[f"incentive.one.{what}_{case}"] for case in ("low", "expected", "high"))


def test_a_flat_rate_is_an_entitlement_that_counts_in_full(ask: Any) -> None:
    asked = ask()
    assert amounts(asked) == pytest.approx((100, 100, 100))
    assert asked.programme().certainty == "entitlement"
    assert (asked["incentive.one.probability"], asked["incentive.one.counted"]) == (1, 1)
    assert asked["incentive.one.expected"] == pytest.approx(100)
    assert asked["incentive.one.rate_expected"] == pytest.approx(0.1)


@pytest.mark.parametrize(("cap", "paid"), [(60, 60), (99, 99), (100, 100), (101, 100)])
def test_no_more_than_the_cap_is_paid(ask: Any, cap: float, paid: float) -> None:
    asked = ask(rule("cap_per_project", {"amount": cap, "currency": "EUR"}))
    assert amounts(asked) == pytest.approx((paid,) * 3)
    assert asked["incentive.one.rate_expected"] == pytest.approx(paid / 1000)


def test_a_cap_in_another_currency_goes_by_the_exchange_rate(ask: Any) -> None:
    assert amounts(ask(rule("cap_per_project", {"amount": 100, "currency": "FLR"})))[0] == pytest.approx(40)


def test_a_cap_in_a_currency_without_an_exchange_rate_is_named_and_not_applied(ask: Any) -> None:
    asked = ask(rule("cap_per_project", {"amount": 1, "currency": "XXX"}))
    assert amounts(asked)[0] == pytest.approx(100)
    assert "fx.XXX" in asked.notes()


def test_a_soft_cap_gives_way_in_the_high_case(ask: Any) -> None:
    asked = ask(rule("cap_per_project", {"amount": 60, "currency": "EUR", "soft": True}))
    assert amounts(asked) == pytest.approx((60, 60, 100))
    assert "may go above" in asked.notes()


def test_a_cap_that_nobody_found_is_a_note_and_no_cap_is_none(ask: Any) -> None:
    unknown, none = ask(rule("cap_per_project", "unknown")), ask(rule("cap_per_project", "none"))
    assert "the decree would tell" in unknown.notes()
    assert amounts(unknown) == amounts(none) == pytest.approx((100, 100, 100))
    assert "limit" not in none.notes()


def test_a_cap_of_an_episode_is_for_all_episodes(ask: Any) -> None:
    cap = rule("cap_per_project", {"amount": 20, "currency": "EUR", "per": "episode"})
    assert amounts(ask(cap, film={"episodes": 3}))[0] == pytest.approx(60)
    without = ask(cap)
    assert amounts(without)[0] == pytest.approx(100)
    assert "episodes" in without.notes()


def test_a_cap_of_a_minute_is_for_the_length_of_the_film(ask: Any) -> None:
    cap = rule("cap_per_minute", {"amount": 1, "currency": "EUR", "per": "minute"})
    assert amounts(ask(cap, film={"minutes": 90}))[0] == pytest.approx(90)
    assert amounts(ask(cap, film={"minutes": 10, "episodes": 4}))[0] == pytest.approx(40)
    assert "minutes" in ask(cap).notes()


@pytest.mark.parametrize(("per", "words"), [("season", "taken for one"), ("company_year", "all films of a company")])
def test_a_cap_of_a_season_or_a_company_is_applied_to_the_film_and_said(ask: Any, per: str, words: str) -> None:
    asked = ask(rule("cap_per_project", {"amount": 60, "currency": "EUR", "per": per}))
    assert amounts(asked)[0] == pytest.approx(60)
    assert words in asked.notes()


def test_a_cap_of_official_coproductions_takes_the_place_of_the_general_one_where_it_fits(ask: Any) -> None:
    caps = (
        rule("cap_per_project", {"amount": 50, "currency": "EUR"}),
        rule("cap_special", {"amount": 80, "currency": "EUR", "when": "official_coproduction"})
        | {"kind": "cap_per_project"},
    )
    said = ask(*caps, entry={"facts": {"official_coproduction": True}})
    assert amounts(said)[0] == pytest.approx(80)
    assert amounts(ask(*caps, entry={"facts": {"official_coproduction": False}}))[0] == pytest.approx(50)
    assert amounts(ask(*caps, treaty="none"))[0] == pytest.approx(50)


GRANT = {"id": "grant", "name": "Grant", "kind": "grant", "partner": "ru", "amount": 450, "currency": "EUR"}


def test_grants_and_the_programme_together_stay_under_the_ceiling_of_aid(ask: Any) -> None:
    ceiling = rule("aid_ceiling", {"share": 0.5, "of": "total_budget"})
    assert amounts(ask(ceiling))[0] == pytest.approx(100)
    assert amounts(ask(ceiling, finance=[GRANT]))[0] == pytest.approx(50)
    assert amounts(ask(ceiling, finance=[GRANT | {"amount": 600}]))[0] == 0


def test_a_grant_that_is_the_programme_itself_is_not_counted_twice(ask: Any) -> None:
    ceiling = rule("aid_ceiling", {"share": 0.5, "of": "total_budget"})
    assert amounts(ask(ceiling, finance=[GRANT | {"programme": "one"}]))[0] == pytest.approx(100)


def test_a_difficult_film_may_have_more_aid(ask: Any) -> None:
    ceilings = (
        rule("aid_ceiling", {"share": 0.5, "of": "total_budget"}),
        rule("aid_ceiling", {"share": 0.9, "of": "total_budget", "when": "difficult_film"}, "aid_ceiling_difficult"),
    )
    assert amounts(ask(*ceilings, finance=[GRANT]))[0] == pytest.approx(50)
    assert amounts(ask(*ceilings, finance=[GRANT], film={"qualities": ["difficult_film"]}))[0] == pytest.approx(100)


CEILING = rule("aid_ceiling", {"share": 0.15, "of": "total_budget"})


def test_what_other_programmes_pay_counts_under_a_ceiling(tmp_path: Path) -> None:
    one = programme(
        "one",
        rule("aid_ceiling", {"share": 0.15, "of": "total_budget"}),
        rule("stacking", {"rule": "allowed", "with": ["two"]}),
    )
    asked = Asked(catalog_with(tmp_path, one, programme("two")), film(SPEND, incentives=[{"id": "one"}, {"id": "two"}]))
    assert asked["incentive.two.amount_expected"] == pytest.approx(100)
    assert asked["incentive.one.amount_expected"] == pytest.approx(50)


def test_fee_and_tax_are_taken_off_what_is_paid(ask: Any) -> None:
    asked = ask(rule("fee", {"share": 0.02, "of": "rebate"}), rule("taxable", {"share": 0.25, "of": "rebate"}))
    assert (asked["incentive.one.fee"], asked["incentive.one.tax"]) == pytest.approx((2, 25))
    assert amounts(asked, "net") == pytest.approx((73, 73, 73))
    assert amounts(asked) == pytest.approx((100, 100, 100))


def test_a_fee_of_nobody_knows_what_is_a_note(ask: Any) -> None:
    asked = ask(rule("fee", {"share": 0.02, "of": "unknown"}))
    assert amounts(asked, "net")[0] == pytest.approx(100)
    assert "not taken off" in asked.notes()


def envelope(amount: float, kind: str = "allotted", year: int = 2026) -> dict[str, Any]:
    return {"year": year, "amount": amount, "currency": "EUR", "kind": kind, "sources": ["law"], "confidence": "high"}


def test_a_claim_above_the_money_of_the_year_is_a_warning_and_no_cut(ask: Any) -> None:
    asked = ask(head={"envelopes": [envelope(500, "planned"), envelope(80), envelope(10, "paid")]})
    assert amounts(asked)[1] == pytest.approx(100)
    assert asked.verdict("envelope") == "warn"
    assert asked["incentive.one.of_envelope"] == pytest.approx(1.25)
    assert "paid for 2026: EUR 10" in asked.notes()
    assert ask(head={"envelopes": [envelope(100)]}).verdict("envelope") == "pass"


def test_money_is_shared_pro_rata_only_where_the_rule_says_so(ask: Any) -> None:
    head = {"envelopes": [envelope(280)]}
    shared = rule("when_exhausted", "pro_rata")
    assert amounts(ask(shared, head=head, entry={"facts": {"claims": 302}}))[1] == pytest.approx(100 * 280 / 302)
    assert amounts(ask(shared, head=head, entry={"facts": {"claims": 200}}))[1] == pytest.approx(100)
    assert "claims" in ask(shared, head=head).notes()
    assert amounts(ask(shared, head={"envelopes": [envelope(60)]}))[1] == pytest.approx(60)
    assert "not known" in ask(shared).notes()
    first = ask(rule("when_exhausted", "first_come"), head=head, entry={"facts": {"claims": 302}})
    assert amounts(first)[1] == pytest.approx(100)
    assert "first come" in first.notes()
    assert "not known" in ask(rule("when_exhausted", "unknown")).notes()


def test_what_goes_by_selection_is_expected_only_with_a_probability(ask: Any) -> None:
    chosen = rule("when_exhausted", "selection")
    asked = ask(chosen)
    assert asked.programme().certainty == "competitive"
    assert amounts(asked)[1] == pytest.approx(100)
    assert asked["incentive.one.probability"] is None
    assert (asked["incentive.one.low"], asked["incentive.one.expected"]) == (0, 0)
    assert asked["incentive.one.high"] == pytest.approx(100)
    hoped = ask(chosen, entry={"probability": 0.3})
    assert hoped["incentive.one.expected"] == pytest.approx(30)
    assert hoped["incentive.one.low"] == 0


def test_a_competition_is_expected_by_its_probability(ask: Any) -> None:
    value = {
        "kind": "competitive", "rate": "unknown", "probability": 0.3258,
        "amount": {"low": "unknown", "expected": 8620690, "high": "unknown", "currency": "RTK"},
    }  # fmt: skip
    asked = ask(rule("rate", value))
    assert asked.programme().certainty == "competitive"
    assert asked["incentive.one.expected"] == pytest.approx(0.3258 * 8620690 / 120)
    assert asked["incentive.one.low"] == 0


def test_a_range_without_a_middle_is_expected_at_its_low_end(ask: Any) -> None:
    asked = ask(rule("rate", {"kind": "range", "low": 0.2, "expected": "unknown", "high": 0.4}))
    low, expected, high = amounts(asked)
    assert (low, high) == pytest.approx((200, 400))
    assert expected is None
    assert tuple(asked[f"incentive.one.{case}"] for case in ("low", "expected", "high")) == pytest.approx(
        (200, 200, 400)
    )


def test_what_a_body_sees_fit_counts_in_the_high_case_alone(ask: Any) -> None:
    value = rule("rate", {"kind": "flat_up_to", "rate": 0.3})
    asked = ask(value)
    assert amounts(asked)[:2] == (None, None)
    assert asked["incentive.one.expected"] == 0
    assert asked["incentive.one.high"] == pytest.approx(300)
    granted = ask(value, entry={"rate": 0.25})
    assert granted["incentive.one.expected"] == pytest.approx(250)
    assert "in full" in granted.notes()
    letter = ask(value, entry={"amount": 500, "currency": "FLR", "probability": 0.5})
    assert letter["incentive.one.expected"] == pytest.approx(100)


def test_a_rate_that_nobody_knows_has_the_verdict_unknown_and_says_what_to_add(ask: Any) -> None:
    asked = ask(rule("rate", "unknown"))
    assert amounts(asked) == (None, None, None)
    assert asked.programme().certainty == "unknown"
    found = asked.finding("rate")
    assert "the decree would tell" in found.why
    assert "incentives[one].rate" in found.add
    assert asked.verdict("rate") == "unknown"
    assert ask(rule("rate", "unknown"), entry={"rate": 0.2}).verdict("rate") == "warn"


def test_several_rates_add_up_each_on_its_own_spend(ask: Any) -> None:
    rates = (
        rule("rate", {"kind": "flat", "rate": 0.1}),
        rule("rate", {"kind": "flat", "rate": 0.3}, "rate_vfx", spend="vfx"),
    )
    asked = ask(*rates, lines=(SPEND, line("shots", 500, account="vfx")))
    assert amounts(asked)[1] == pytest.approx(100 + 150)


def test_an_amount_by_hand_is_one_amount_however_many_rates_are_open(ask: Any) -> None:
    rates = (
        rule("rate", {"kind": "flat_up_to", "rate": 0.5}),
        rule("rate", {"kind": "flat_up_to", "rate": 0.5}, "rate_vfx", spend="vfx"),
    )
    asked = ask(*rates, lines=(SPEND, line("shots", 500, account="vfx")), entry={"amount": 90})
    assert asked["incentive.one.amount_high"] == pytest.approx(500 + 250)
    assert asked["incentive.one.amount_low"] == pytest.approx(90)
    assert asked["incentive.one.expected"] == pytest.approx(90)


def test_a_film_that_fails_a_condition_gets_nothing(ask: Any) -> None:
    asked = ask(rule("minimum_spend", {"amount": 2000, "currency": "EUR"}))
    assert word(asked["incentive.one.verdict"]) == "fail"
    assert asked["incentive.one.counted"] == 0
    assert asked["incentives.high"] == 0
    assert amounts(asked)[1] == pytest.approx(100)


@pytest.mark.parametrize(("raised", "rate"), [({"promotes_country": True}, 0.3), ({"promotes_country": False}, 0.25)])
def test_what_no_budget_tells_the_project_says(ask: Any, raised: dict[str, bool], rate: float) -> None:
    assert amounts(ask(BONUS, entry={"facts": raised}))[2] == pytest.approx(1000 * rate)


def bonus(*tests: dict[str, Any], logic: str = "all") -> dict[str, Any]:
    extra = {"id": "extra", "add": 0.05, "total": 0.3, "logic": logic, "tests": list(tests)}
    return rule("rate", {"kind": "base_plus_bonus", "base": 0.25, "bonuses": [extra]})


BONUS = bonus({"test": "promotes_country"})


def test_a_bonus_that_the_project_does_not_speak_of_says_what_to_add(ask: Any) -> None:
    asked = ask(BONUS)
    assert amounts(asked) == pytest.approx((250, 250, 300))
    assert "facts: {promotes_country: ...}" in asked.notes()
    assert amounts(ask(BONUS, entry={"facts": {"extra": True}})) == pytest.approx((300, 300, 300))


@pytest.mark.parametrize(
    ("test", "met"),
    [
        ({"test": "local_spend_above", "amount": 1000, "currency": "EUR"}, False),
        ({"test": "local_spend_above", "amount": 2499, "currency": "FLR"}, True),
        ({"test": "local_spend_at_least", "amount": 1000, "currency": "EUR"}, True),
        ({"test": "local_spend_share_of_budget_at_least", "value": 1}, True),
        ({"test": "spend_above", "spend": "vfx", "amount": 0, "currency": "EUR"}, False),
        ({"test": "total_budget_below", "amount": 1000, "currency": "EUR"}, False),
        ({"test": "total_budget_below", "amount": 1001, "currency": "EUR"}, True),
        ({"test": "shooting_days_at_least", "value": 12}, True),
        ({"test": "shooting_days_at_least", "value": 13}, False),
    ],
)
def test_what_the_budget_tells_is_worked_out(ask: Any, test: dict[str, Any], met: bool) -> None:  # noqa: FBT001
    assert amounts(ask(bonus(test))) == pytest.approx((300,) * 3 if met else (250,) * 3)


@pytest.mark.parametrize(
    "name",
    ["local_crew_share_at_least", "processed_shots_share_at_least", "processed_shots_per_minute_at_least"],
)
def test_a_number_that_the_project_gives_is_held_against_the_rule(ask: Any, name: str) -> None:
    value = bonus({"test": name, "value": 0.8})
    assert amounts(ask(value)) == pytest.approx((250, 250, 300))
    assert amounts(ask(value, entry={"facts": {name: 0.85}})) == pytest.approx((300,) * 3)
    assert amounts(ask(value, entry={"facts": {name: 0.75}})) == pytest.approx((250,) * 3)


@pytest.mark.parametrize("name", ["shoot_in_less_developed_region", "hires_local_students"])
def test_a_yes_or_no_is_asked_of_the_project(ask: Any, name: str) -> None:
    assert amounts(ask(bonus({"test": name}))) == pytest.approx((250, 250, 300))
    assert amounts(ask(bonus({"test": name}), entry={"facts": {name: True}})) == pytest.approx((300,) * 3)


def test_one_of_several_tests_or_the_other_test_will_do(ask: Any) -> None:
    no = {"test": "local_spend_above", "amount": 9999, "currency": "EUR"}
    yes = {"test": "shooting_days_at_least", "value": 1}
    assert amounts(ask(bonus(no, yes)))[2] == pytest.approx(250)
    assert amounts(ask(bonus(no, yes, logic="any")))[0] == pytest.approx(300)
    assert amounts(ask(bonus({**no, "or": yes})))[0] == pytest.approx(300)


def test_a_test_in_a_currency_without_an_exchange_rate_is_open(ask: Any) -> None:
    asked = ask(bonus({"test": "local_spend_above", "amount": 1, "currency": "XXX"}))
    assert amounts(asked) == pytest.approx((250, 250, 300))
    assert "XXX" in asked.notes()


SCHEDULE = {"start": "2027-03-01", "shoot_days": {"strelsau": 12}}
AFTER_POST = date(2027, 3, 1) + timedelta(weeks=4 + 18 / 6 + 1 + 8)
"""The film of ``programmes``: four weeks of preparation, 18 days at six a week, one week of wrap, eight of post."""


def test_the_money_comes_so_many_months_after_the_end_of_the_work(ask: Any) -> None:
    lag = rule("payment_lag", {"low": 6, "typical": 12, "high": 18})
    part = rule(
        "payment_lag", {"low": "unknown", "typical": 24, "high": "unknown", "part": "bonus"}, "payment_lag_bonus"
    )
    asked = ask(lag, part)
    assert [asked[f"incentive.one.lag_{n}"] for n in ("low", "typical", "high")] == [6, 12, 18]
    assert asked.programme().paid_on == later(AFTER_POST, 12)
    assert ask(lag, schedule=SCHEDULE | {"delivery": "2028-01-31"}).programme().paid_on == date(2029, 1, 31)
    assert "bonus is paid at another time, typically after 24 months" in asked.notes()
    unknown = ask(rule("payment_lag", "unknown"))
    assert unknown.programme().paid_on is None
    assert unknown["incentive.one.lag_typical"] is None


def test_months_later_end_on_the_last_day_of_a_shorter_month() -> None:
    assert later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert later(date(2026, 11, 15), 2) == date(2027, 1, 15)
    assert later(date(2026, 1, 1), 0.5) == date(2026, 1, 17)


NUMBERS = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e5)), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def capped(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A programme of 10 per cent with a cap, and its spend by hand."""
    folder = tmp_path_factory.mktemp("law")
    catalog = catalog_with(folder, programme("one", rule("cap_per_project", {"amount": 1, "currency": "EUR"})))
    return Asked(catalog, film(SPEND, incentives=[{"id": "one", "spend": 1, "currency": "EUR"}])).model


@given(runs=NUMBERS)
def test_the_amount_is_never_above_the_cap_whatever_is_spent(capped: Model, runs: list[tuple[float, float]]) -> None:
    spend, cap = (np.array(column) for column in zip(*runs, strict=True))
    inputs = {"incentives.one.spend": spend, "incentives.one.cap_per_project.amount": cap}
    paid = capped.incentives.nodes["amount_high"]
    found = Program(capped.graph, [paid], inputs).run(inputs)[paid][0]
    assert (found <= cap).all()
    assert found == pytest.approx(np.minimum(cap, spend * 0.1))


def test_every_column_is_over_the_table_of_programmes(capped: Model) -> None:
    incentives = capped.incentives
    assert all(node.table is incentives.table for node in incentives.nodes.values())
