"""Rules on money: support and its ceilings, money from abroad, confirmed finance, accounts that have to be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from borne import film, invented, law, library
from law_films import Answer, rule

from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

FUND = "eurimages_coprod"


def grant(amount: float, programme: str = FUND, partner: str = "rs", currency: str = "EUR", more: str = "") -> str:
    return (
        f"finance: [{{id: fund, name: Fund, kind: grant, partner: {partner}, amount: {amount}, currency: {currency}, "
        f"programme: {programme}{more}}}]"
    )


def large(shares: str, day: str, factor: int, *more: str) -> Answer:
    """A film whose shares are parts of 100 EUR times the factor."""
    text = film(shares, day, *more).replace("rate: ", f"quantity: {factor}, rate: ")
    return Answer(build_model(load_project(text, filename="film.yaml"), library()))


@pytest.mark.parametrize(("amount", "verdict"), [(425_000, "pass"), (425_001, "fail")])
def test_support_of_exactly_seventeen_per_cent_passes(amount: float, verdict: str) -> None:
    answer = large("RS 60, DE 40", "2020-06-01", 25_000, grant(amount))
    assert answer.verdict(f"{FUND}.support_share") == verdict
    assert answer.model.evaluate().number(f"test.{FUND}.support_share.required") == pytest.approx(425_000)


def test_a_film_by_a_woman_may_ask_for_more_and_the_answer_says_so() -> None:
    answer = large("RS 60, DE 40", "2022-06-01", 10_000, grant(200_000))
    assert answer.verdict(f"{FUND}.support_share") == "fail"
    assert "film.qualities: [female_director]" in answer.finding(f"{FUND}.support_share").add
    answer = large("RS 60, DE 40", "2022-06-01", 10_000, grant(200_000), "film: {qualities: [female_director]}")
    assert answer.verdict(f"{FUND}.support_share") == "pass"


@pytest.mark.parametrize(("day", "verdict"), [("2012-02-01", "pass"), ("2013-02-01", "fail")])
def test_the_ceiling_of_eurimages_fell_in_2013(day: str, verdict: str) -> None:
    assert large("RS 60, DE 40", day, 40_000, grant(600_000)).verdict(f"{FUND}.support_cap") == verdict


def test_without_support_in_the_finance_plan_the_tests_say_how_much_may_be_asked_for() -> None:
    answer = large("RS 60, DE 40", "2020-06-01", 25_000)
    finding = answer.finding(f"{FUND}.support_share")
    assert answer.verdict(finding.key) == "pass"
    assert answer.actual(finding.key) == 0
    assert f"programme: {FUND}" in finding.add
    assert finding.required_words == "17 per cent of the cost"


def test_support_of_documentaries_is_unknown_because_no_text_was_seen() -> None:
    answer = large("RS 60, DE 40", "2020-06-01", 10_000, "kind: documentary")
    assert answer.verdict(f"{FUND}.support_share_documentary") == "unknown"
    assert "no text was seen" in answer.finding(f"{FUND}.support_share_documentary").why


def test_children_s_films_in_russia_may_be_paid_in_full_and_others_to_seven_tenths() -> None:
    more = ("fx: {RUB: 100}", grant(90, "ru_state_support", "ru"))
    assert law("RU 100", "2023-06-01", *more).verdict("ru_state_support.support_share") == "fail"
    answer = law("RU 100", "2023-06-01", *more, "film: {qualities: [children_and_youth]}")
    assert answer.verdict("ru_state_support.support_share") == "pass"
    assert answer.model.evaluate().number("test.ru_state_support.support_share.required") == pytest.approx(100)


@pytest.mark.parametrize(
    ("foreign", "day", "verdict"),
    [(40, "2009-06-01", "fail"), (30, "2009-06-01", "pass"), (50, "2011-06-01", "pass"), (50.1, "2011-06-01", "fail")],
)
def test_foreign_investment_in_a_russian_film_has_a_limit_that_was_raised_in_2010(
    foreign: float, day: str, verdict: str
) -> None:
    answer = law(f"RU {100 - foreign:g}, RS {foreign}", day, "treaty: none", "fx: {RUB: 100}")
    assert answer.verdict("ru_national_film.foreign_investment") == verdict


def test_a_source_of_finance_is_from_abroad_by_its_country_whoever_brings_it() -> None:
    source = "finance: [{id: s, name: S, kind: equity, partner: ru, amount: 60, currency: EUR, country: US}]"
    answer = law("RU 100", "2020-06-01", source, "fx: {RUB: 100}")
    assert answer.actual("ru_national_film.foreign_investment") == pytest.approx(0.6)
    assert answer.verdict("ru_national_film.foreign_investment") == "fail"


def test_under_a_treaty_a_national_status_that_fails_is_a_warning() -> None:
    answer = law("RU 40, RS 60", "2013-06-01", "fx: {RUB: 100}")
    assert answer.verdict("ru_national_film.foreign_investment") == "warn"
    assert "a film that keeps to ets147_1992" in answer.finding("ru_national_film.foreign_investment").why


def test_under_a_treaty_that_perhaps_applies_whether_a_missed_test_does_harm_is_unknown() -> None:
    answer = law("RU 40, IN 60", "2024-06-01", "fx: {RUB: 100}")
    assert answer.verdict("ru_national_film.foreign_investment") == "unknown"
    assert "bilateral_ru_in may save the film" in answer.finding("ru_national_film.foreign_investment").why


def test_money_from_outside_the_members_is_counted_together_and_by_country() -> None:
    sources = (
        "finance: [{id: a, name: A, kind: equity, partner: rs, amount: 25, currency: EUR, country: US}, "
        "{id: b, name: B, kind: equity, partner: rs, amount: 25, currency: EUR, country: JP}]"
    )
    answer = law("RS 60, DE 40", "2020-06-01", sources)
    assert answer.actual(f"{FUND}.third_party_funding") == pytest.approx(0.5)
    assert answer.verdict(f"{FUND}.third_party_funding") == "fail"
    assert answer.verdict(f"{FUND}.third_party_funding_of_one.US") == "pass"


def test_confirmed_finance_counts_what_is_secured_and_leaves_open_what_is_not_said(tmp_path: Path) -> None:
    rules = rule("confirmed", "confirmed_finance_share", "0.5", "comparison: at_least", "of: financing_in_each_country")
    half = "finance: [{id: a, name: A, kind: grant, partner: qr, amount: 30, currency: EUR, status: secured}]"
    answer = invented(tmp_path, rules, "QR 60, QG 40", half)
    assert answer.verdict("invented.confirmed.QR") == "pass"
    assert answer.verdict("invented.confirmed.QG") == "unknown"
    assert "status: secured" in answer.finding("invented.confirmed.QG").add
    hoped = "finance: [{id: a, name: A, kind: grant, partner: qr, amount: 31, currency: EUR, status: hoped}]"
    assert invented(tmp_path, rules, "QR 60, QG 40", hoped).verdict("invented.confirmed.QR") == "fail"
    # a bank's letter that the fund does not accept: 31 of 60 is secured, but does not count, and the partner's own 29 are not enough
    apart = "finance: [{id: a, name: A, kind: grant, partner: qr, amount: 31, currency: EUR, status: secured, counts: false}]"
    answer = invented(tmp_path, rules, "QR 60, QG 40", apart)
    assert answer.verdict("invented.confirmed.QR") == "fail"
    assert "counts: false" in answer.finding("invented.confirmed.QR").why
    said = "treaty: {instrument: invented, facts: {invented: {confirmed: 0.4}}}"
    assert invented(tmp_path, rules, "QR 60, QG 40", said).verdict("invented.confirmed") == "fail"


def test_a_large_budget_needs_a_collection_account() -> None:
    small = large("RS 60, DE 40", "2022-06-01", 10_000)
    assert small.verdict(f"{FUND}.collection_account") == "pass"
    answer = large("RS 60, DE 40", "2022-06-01", 30_000)
    assert answer.verdict(f"{FUND}.collection_account") == "warn"
    opened = large(
        "RS 60, DE 40", "2022-06-01", 30_000, "treaty: {facts: {eurimages_coprod: {collection_account: true}}}"
    )
    assert opened.verdict(f"{FUND}.collection_account") == "pass"


def test_support_has_to_be_spent_in_the_country_that_gives_it() -> None:
    assert law("RS 30, HR 70", "2015-01-01", grant(30, "rs_fcs")).verdict("rs_fcs.minority_spend") == "pass"
    text = film("RS 30, HR 70", "2015-01-01", grant(30, "rs_fcs")).replace("spent: 'RS'", "spent: 'HR'")
    answer = Answer(build_model(load_project(text, filename="film.yaml"), library()))
    assert answer.verdict("rs_fcs.minority_spend") == "fail"


def test_a_ceiling_in_a_currency_without_exchange_rate_is_unknown_and_stops_nothing(tmp_path: Path) -> None:
    rules = rule("most", "support_cap_amount", "1000", "comparison: at_most", "unit: XYZ")
    answer = invented(tmp_path, rules, "QR 60, QG 40")
    assert answer.verdict("invented.most") == "unknown"
    assert "fx: {XYZ: ...}" in answer.finding("invented.most").add


@pytest.mark.parametrize(
    ("said", "verdict"), [("", "unknown"), ("6", "pass"), ("7", "fail"), ("true", "pass"), ("false", "fail")]
)
def test_the_age_of_a_letter_is_what_the_file_says(said: str, verdict: str) -> None:
    more = [f"treaty: {{facts: {{eurimages_coprod: {{letter_age: {said}}}}}}}"] if said else []
    answer = law("RS 60, DE 40", "2022-06-01", *more)
    assert answer.verdict(f"{FUND}.letter_age") == verdict
    assert bool(answer.finding(f"{FUND}.letter_age").add) == (not said)
