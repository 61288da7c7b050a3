"""What a programme asks of a film: every kind of condition passes, fails, or says what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from programmes import Asked, catalog_with, film, line, programme, rule

from coprod_budget.catalog.incentive_entries import KINDS as ALL_KINDS
from coprod_budget.model.incentives.requirements import KINDS, TOLD

if TYPE_CHECKING:
    from pathlib import Path

LINES = line("camera", 1000), line("abroad", 1000, "QG")
ELSEWHERE = {
    "rate", "base_share", "base_cap", "excluded", "vat", "people_counted", "cast_pay", "person_cap", "line_cap", "foreign_spend",
    "cap_per_project", "cap_per_minute", "aid_ceiling", "when_exhausted", "taxable", "fee", "payment_lag", "stacking",
}  # fmt: skip
"""Kinds that are about money; the tests of spend and of amounts hold them."""


def asked(folder: Path, *rules: dict[str, Any], sets: tuple[str, ...] = (), **more: Any) -> Asked:
    entry = {"id": "one", **more.pop("entry", {})}
    head = more.pop("head", {})
    text = film(*more.pop("lines", LINES), incentives=[entry], **more)
    return Asked(catalog_with(folder, programme("one", *rules, **head)), text, *sets)


def test_every_kind_of_rule_is_tested_told_or_about_money() -> None:
    assert {*KINDS, *TOLD} | ELSEWHERE == set(ALL_KINDS)
    assert not {*KINDS, *TOLD} & ELSEWHERE
    assert all(function.__name__ == kind for kind, function in KINDS.items())


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ({"amount": 1000, "currency": "EUR"}, "pass"),
        ({"amount": 1000.01, "currency": "EUR"}, "fail"),
        ({"amount": 120000, "currency": "RTK"}, "pass"),
        ({"amount": 120001, "currency": "RTK"}, "fail"),
        ({"amount": 5000, "currency": "EUR", "or_share_of_budget": 0.5}, "pass"),
        ({"share": 0.5, "of": "total_budget"}, "pass"),
        ({"share": 0.51, "of": "total_budget"}, "fail"),
        ({"share": 0.5, "of": "total_core"}, "pass"),
        ({"amount": 1, "currency": "XTS"}, "unknown"),
        ({"amount": 250, "currency": "EUR", "per": "episode"}, "unknown"),
    ],
)
def test_minimum_spend(tmp_path: Path, value: dict[str, Any], verdict: str) -> None:
    assert asked(tmp_path, rule("minimum_spend", value)).verdict("minimum_spend") == verdict


def test_minimum_spend_of_an_episode_is_of_all_spend_over_the_episodes(tmp_path: Path) -> None:
    each = rule("minimum_spend", {"amount": 250, "currency": "EUR", "per": "episode"})
    told = {"film": {"format": "tv_series", "episodes": 4}}
    assert asked(tmp_path, each, **told).verdict("minimum_spend") == "pass"
    assert asked(tmp_path, each, sets=("film.episodes=5",), **told).verdict("minimum_spend") == "fail"


def test_minimum_spend_looks_at_what_qualifies_not_at_all_that_is_spent(tmp_path: Path) -> None:
    rules = rule("excluded", ["marketing"]), rule("minimum_spend", {"amount": 1001, "currency": "EUR"})
    found = asked(tmp_path, *rules, lines=(*LINES, line("posters", 500, account="publicity")))
    assert found.verdict("minimum_spend") == "fail"


def test_a_limit_that_does_not_exist_is_not_tested(tmp_path: Path) -> None:
    assert asked(tmp_path, rule("minimum_spend", "none")).tests() == []


def test_a_rule_that_nobody_found_is_unknown_with_what_would_settle_it(tmp_path: Path) -> None:
    found = asked(tmp_path, rule("minimum_spend", "unknown"))
    assert found.verdict("minimum_spend") == "unknown"
    assert found.finding("minimum_spend").why == "nobody found out what the rule says: the decree would tell"
    assert found.finding("minimum_spend").add == "incentives[one].facts.minimum_spend: true"
    confirmed = asked(tmp_path, rule("minimum_spend", "unknown"), entry={"facts": {"minimum_spend": True}})
    assert confirmed.verdict("minimum_spend") == "warn"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("minimum_spend", {"amount": 1, "currency": "XTS"}),
        ("minimum_budget", {"amount": 1, "currency": "XTS"}),
        ("episodes", {"unit": "episode", "minimum": 3}),
        ("runtime", {"unit": "minute", "minimum": 70}),
        ("national_financing", "unknown"),
    ],
)
def test_what_cannot_be_worked_out_takes_the_word_of_the_file_with_a_warning(
    tmp_path: Path, kind: str, value: object
) -> None:
    for said, verdict in ((True, "warn"), (False, "fail")):
        assert asked(tmp_path, rule(kind, value), entry={"facts": {kind: said}}).verdict(kind) == verdict


def test_a_rule_for_some_films_heeds_what_the_file_says_of_the_film(tmp_path: Path) -> None:
    value = {"share": 0.6, "of": "total_budget", "when": "official_coproduction"}
    for said, tests in ((True, ["minimum_spend"]), (False, [])):
        entry = {"facts": {"official_coproduction": said}}
        assert asked(tmp_path, rule("minimum_spend", value), entry=entry).tests() == tests


def test_spend_that_is_not_known_leaves_the_minimum_unknown(tmp_path: Path) -> None:
    head = {"region": "QR-MTN", "region_name": "The mountains"}
    found = asked(tmp_path, rule("minimum_spend", {"amount": 1, "currency": "EUR"}), head=head)
    assert found.verdict("minimum_spend") == "unknown"
    assert found.finding("minimum_spend").add == "incentives[one].spend: ..."


@pytest.mark.parametrize(
    ("kind", "amount", "verdict"),
    [
        ("minimum_budget", 2000, "pass"),
        ("minimum_budget", 2001, "fail"),
        ("maximum_budget", 2000, "pass"),
        ("maximum_budget", 1999, "fail"),
    ],
)
def test_limits_of_the_budget(tmp_path: Path, kind: str, amount: float, verdict: str) -> None:
    assert asked(tmp_path, rule(kind, {"amount": amount, "currency": "EUR"})).verdict(kind) == verdict


def test_a_verdict_follows_the_budget(tmp_path: Path) -> None:
    least = rule("minimum_budget", {"amount": 2500, "currency": "EUR"})
    found = asked(tmp_path, least, sets=("budget.lines[camera].rate=1500",))
    assert (found.verdict("minimum_budget"), found["incentive.one.expected"]) == ("pass", 150)
    assert asked(tmp_path, least)["incentive.one.expected"] == 0


@pytest.mark.parametrize(
    ("names", "verdict"),
    [(["producer"], "pass"), (["foreign_company"], "pass"), (["service_company", "branch"], "unknown")],
)
def test_a_partner_may_be_who_applies(tmp_path: Path, names: list[str], verdict: str) -> None:
    assert asked(tmp_path, rule("applicant", names)).verdict("applicant") == verdict


def test_what_the_rule_adds_in_words_is_a_warning_until_it_is_confirmed(tmp_path: Path) -> None:
    producer = rule("applicant", ["producer"])
    producer["values"][0]["note"] = "without tax debts"
    found = asked(tmp_path, producer)
    assert (found.verdict("applicant"), found.finding("applicant").why) == ("warn", "without tax debts")
    assert asked(tmp_path, producer, entry={"facts": {"applicant": True}}).verdict("applicant") == "pass"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("applicant", ["service_company"]),
        ("reference_film", "required"),
        ("requirement", "a film mainly in French"),
        ("release", "cinema"),
        ("guarantee", {"share": 0.05, "of": "planned_spend"}),
        ("screen_time", {"share": 0.1, "of": "screen_time"}),
        ("test", {"unit": "point", "minimum": 10, "what": "cultural"}),
        ("test", {"unit": "point", "minimum": "unknown", "what": "cultural"}),
        ("contract_age", {"unit": "month", "maximum": 12}),
        ("lookback", {"unit": "month", "maximum": 12}),
        ("time_limit", {"unit": "day", "maximum": 60, "what": "start"}),
        ("national_film", "required"),
        ("official_coproduction", "required"),
        ("finance_in_place", {"share": 0.5, "of": "total_budget"}),
        ("trainees", {"amount": 1, "currency": "EUR", "what": "one in each department"}),
    ],
)
def test_what_the_producers_say_decides(tmp_path: Path, kind: str, value: object) -> None:
    for said, verdict in ((True, "pass"), (False, "fail")):
        assert asked(tmp_path, rule(kind, value), entry={"facts": {kind: said}}).verdict(kind) == verdict


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("applicant", ["service_company"]),
        ("reference_film", "required"),
        ("requirement", "a film mainly in French"),
        ("release", "cinema"),
        ("guarantee", {"share": 0.05, "of": "planned_spend"}),
        ("screen_time", {"share": 0.1, "of": "screen_time"}),
        ("test", {"unit": "point", "minimum": 10}),
        ("contract_age", {"unit": "month", "maximum": 12}),
        ("lookback", {"unit": "month", "maximum": 12}),
        ("time_limit", {"unit": "day", "maximum": 60, "what": "start"}),
        ("finance_in_place", {"share": 0.5, "of": "total_budget"}),
        ("trainees", {"amount": 1, "currency": "EUR"}),
        ("runtime", {"unit": "minute", "minimum": 70}),
        ("episodes", {"unit": "episode", "minimum": 3}),
    ],
)
def test_what_the_file_does_not_say_is_unknown_and_says_what_to_add(tmp_path: Path, kind: str, value: object) -> None:
    found = asked(tmp_path, rule(kind, value))
    assert found.verdict(kind) == "unknown"
    assert found.finding(kind).why
    assert found.finding(kind).add


@pytest.mark.parametrize(
    ("kind", "value", "said", "verdict"),
    [
        ("test", {"unit": "point", "minimum": 10}, 10, "pass"),
        ("test", {"unit": "point", "minimum": 10}, 9, "fail"),
        ("test", {"unit": "point", "minimum": "unknown"}, 30, "unknown"),
        ("screen_time", {"share": 0.1, "of": "screen_time"}, 0.1, "pass"),
        ("screen_time", {"share": 0.1, "of": "screen_time"}, 0.09, "fail"),
        ("contract_age", {"unit": "month", "maximum": 12}, 13, "fail"),
        ("lookback", {"unit": "month", "maximum": 12}, 12, "pass"),
        ("finance_in_place", {"share": 0.5, "of": "total_budget"}, 0.6, "pass"),
        ("finance_in_place", {"share": 0.5, "of": "total_budget"}, 0.4, "fail"),
        ("shooting_days", {"unit": "day", "minimum": 20}, 20, "pass"),
        ("guarantee", {"share": 0.05, "of": "planned_spend"}, 0.05, "pass"),
        ("guarantee", {"share": 0.05, "of": "planned_spend"}, 0.04, "fail"),
        ("registration", {"unit": "day", "minimum": 15}, 15, "pass"),
        ("registration", {"unit": "day", "minimum": 15}, 14, "fail"),
        ("contract_age", {"unit": "month", "maximum": "unknown"}, 13, "unknown"),
    ],
)
def test_a_figure_that_the_file_states_is_compared(
    tmp_path: Path, kind: str, value: object, said: float, verdict: str
) -> None:
    assert asked(tmp_path, rule(kind, value), entry={"facts": {kind: said}}).verdict(kind) == verdict


def test_shooting_days_there_are_those_of_its_cities(tmp_path: Path) -> None:
    days = rule("shooting_days", {"unit": "day", "minimum": 12})
    assert asked(tmp_path, days).verdict("shooting_days") == "pass"
    assert asked(tmp_path, days, sets=("schedule.shoot_days.strelsau=11",)).verdict("shooting_days") == "fail"
    region = {"region": "QR-HEN", "region_name": "Hentzau", "cities": ["hentzau"]}
    assert asked(tmp_path, days, head=region).verdict("shooting_days") == "fail"


def test_length_is_of_the_film_or_of_a_season(tmp_path: Path) -> None:
    length = rule("runtime", {"unit": "minute", "minimum": 52})
    assert asked(tmp_path, length, film={"minutes": 52}).verdict("runtime") == "pass"
    assert asked(tmp_path, length, film={"minutes": 51}).verdict("runtime") == "fail"
    season = rule("runtime", {"unit": "minute", "minimum": 52, "per": "season"})
    told = {"format": "tv_series", "minutes": 26, "episodes": 2}
    assert asked(tmp_path, season, film=told).verdict("runtime") == "pass"
    found = asked(tmp_path, rule("episodes", {"unit": "episode", "minimum": 3}), film=told)
    assert found.verdict("episodes") == "fail"


def test_a_film_for_which_there_is_no_rate_fails(tmp_path: Path) -> None:
    rate = rule("rate", {"kind": "flat", "rate": 0.1}, formats=["animation"])
    assert asked(tmp_path, rate).verdict("rate") == "fail"


def test_a_condition_for_other_films_is_not_tested(tmp_path: Path) -> None:
    length = rule("runtime", {"unit": "minute", "minimum": 52}, formats=["documentary"])
    assert asked(tmp_path, length).tests() == []


def test_finance_in_place_counts_secured_sources_and_does_not_guess_the_rest(tmp_path: Path) -> None:
    half = rule("finance_in_place", {"share": 0.5, "of": "total_budget"})
    source = {"id": "fund", "name": "Fund", "kind": "grant", "partner": "ru", "amount": 1000, "currency": "EUR"}

    def verdict(**more: object) -> str:
        return asked(tmp_path, half, finance=[{**source, **more}]).verdict("finance_in_place")

    assert verdict(status="secured") == "pass"
    assert verdict(status="secured", amount=999) == "unknown"
    assert verdict(status="hoped", amount=1100) == "fail"


def test_finance_from_the_country_is_its_partners_and_its_sources(tmp_path: Path) -> None:
    share = rule("national_financing", {"share": 0.6, "of": "total_budget"})
    assert asked(tmp_path, share).verdict("national_financing") == "pass"  # the partner bears 60 per cent
    foreign = {
        "id": "f",
        "name": "F",
        "kind": "equity",
        "partner": "ru",
        "amount": 1,
        "currency": "EUR",
        "country": "QG",
    }
    assert asked(tmp_path, share, finance=[foreign]).verdict("national_financing") == "fail"


def test_without_a_treaty_the_film_is_no_official_coproduction(tmp_path: Path) -> None:
    for value, verdict in (("required", "fail"), ("excluded", "pass")):
        found = asked(tmp_path, rule("official_coproduction", value), treaty={"instrument": "none"})
        assert found.verdict("official_coproduction") == verdict


def test_time_to_shoot_and_to_finish_is_that_of_the_schedule(tmp_path: Path) -> None:
    def verdict(what: str, months: float) -> str:
        return asked(tmp_path, rule("time_limit", {"unit": "month", "maximum": months, "what": what})).verdict(
            "time_limit"
        )

    assert (verdict("shoot", 1), verdict("shoot", 0.6)) == ("pass", "fail")  # 18 days, six a week: three weeks
    assert (verdict("finish", 4), verdict("finish", 3)) == ("pass", "fail")  # and 4 + 1 + 8 weeks


def test_registration_passes_while_there_is_time(tmp_path: Path) -> None:
    for days, verdict in ((180, "pass"), (181, "fail")):  # 152 days to 1 March and four weeks
        found = asked(tmp_path, rule("registration", {"unit": "day", "minimum": days}))
        assert found.verdict("registration") == verdict


def test_trainees_are_asked_for_only_above_an_amount(tmp_path: Path) -> None:
    found = asked(tmp_path, rule("trainees", {"amount": 1000, "currency": "EUR"}))
    assert found.verdict("trainees") == "pass"  # no aid can be more than the spend of 1,000


def test_texts_are_told_and_not_judged(tmp_path: Path) -> None:
    rules = rule("condition", "the king likes it"), rule("spend_achieved", {"share": 0.6, "of": "approved_spend"})
    found = asked(tmp_path, *rules, rule("base", "costs there"))
    assert found.tests() == []
    assert [r.text for r in found.programme().remarks] == [
        "costs there", "the king likes it", "below 60% of approved spend all is lost",
    ]  # fmt: skip


def test_thresholds_are_inputs_with_their_source(tmp_path: Path) -> None:
    found = asked(tmp_path, rule("minimum_spend", {"amount": 1000, "currency": "EUR"}))
    node = found.model.graph["incentives.one.minimum_spend.amount"]
    origin = node.origin()
    assert origin is not None
    assert (origin.basis, origin.title) == ("published", "Law of incentives, invented")
    assert found.finding("minimum_spend").source is not None
