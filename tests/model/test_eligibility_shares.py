"""Rules on shares: limits met exactly and missed by a hair, exceptions, third countries, money alone; live in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from borne import film, invented, law, library
from law_films import Answer, rule

from coprod_budget.catalog.treaty_kinds import KINDS
from coprod_budget.model import build_model
from coprod_budget.model.eligibility.build import INFORMS
from coprod_budget.model.eligibility.build import KINDS as TESTS
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

LEAST = ("comparison: at_least", "of: budget")
MOST = ("comparison: at_most", "of: budget")
STRICT = rule("least", "minimum_share", "0.3", "applies_to: {parties: two, who: minority_coproducer}", *LEAST)
CONSENT = rule(
    "least_with_consent",
    "minimum_share",
    "0.2",
    "applies_to: {parties: two, who: minority_coproducer, when: [with_consent]}",
    *LEAST,
)


def test_every_kind_of_rule_is_tested_or_only_informs() -> None:
    assert set(TESTS) | set(INFORMS) == set(KINDS)
    assert all(name == test.__name__ for name, test in TESTS.items())


@pytest.mark.parametrize(
    ("shares", "day", "expected"),
    [
        ("RU 70, RS 20, DE 10", "2013-01-01", {"share_minimum.DE": "pass", "share_maximum.RU": "pass", "full_support.DE": "warn"}),
        ("RU 61, RS 30, DE 9", "2013-01-01", {"share_minimum.DE": "fail", "share_minimum.RS": "pass"}),
        ("RU 71, RS 19, DE 10", "2013-01-01", {"share_maximum.RU": "fail"}),
        ("RS 81, RU 19", "2012-06-01", {"bilateral_share_maximum.RS": "fail", "bilateral_share_minimum.RU": "fail"}),
        ("DE 49, IN 30, NL 11, FR 10", "2010-12-01", {"third_party_total": "pass", "share_minimum.FR": "pass"}),
        ("DE 48, IN 31, NL 11, FR 10", "2010-12-01", {"third_party_total": "fail", "parties_minimum": "pass"}),
    ],
)  # fmt: skip
def test_the_convention_of_1992_at_its_limits(shares: str, day: str, expected: dict[str, str]) -> None:
    answer = law(shares, day)
    assert {key: answer.verdict(f"ets147_1992.{key}") for key in expected} == expected


def test_the_convention_of_2017_refuses_a_tenth_of_a_per_cent_above_its_limit() -> None:
    answer = law("RS 80.1, HR 14.9, SI 5", "2023-01-01")
    assert answer.verdict("cets220_2017.share_maximum.RS") == "fail"
    assert answer.verdict("cets220_2017.share_minimum.SI") == "pass"


def test_a_share_below_the_strict_limit_needs_consent_and_below_the_other_it_fails(tmp_path: Path) -> None:
    for shares, verdict in (("QR 70, QG 30", "pass"), ("QR 75, QG 25", "warn"), ("QR 85, QG 15", "fail")):
        answer = invented(tmp_path, STRICT + CONSENT, shares)
        assert answer.verdict("invented.least") == verdict
        assert "treaty.granted: [with_consent]" in answer.finding("invented.least").add
        granted = invented(
            tmp_path, STRICT + CONSENT, shares, "treaty: {instrument: invented, granted: [with_consent]}"
        )
        assert granted.verdict("invented.least") == ("fail" if verdict == "fail" else "pass")


def test_of_two_an_exception_for_the_least_share_is_one_for_the_largest_as_well(tmp_path: Path) -> None:
    most = rule("most", "maximum_share", "0.7", "applies_to: {parties: two, who: majority_coproducer}", *MOST)
    answer = invented(tmp_path, STRICT + CONSENT + most, "QR 75, QG 25")
    assert (answer.verdict("invented.most"), answer.verdict("invented.least")) == ("warn", "warn")


def test_a_limit_that_nobody_found_is_unknown_with_what_would_settle_it() -> None:
    answer = law("RU 60, IT 40", "2010-01-01")
    finding = answer.finding("bilateral_ru_it.share_minimum")
    assert answer.verdict("bilateral_ru_it.share_minimum") == "unknown"
    assert "the agreement of 2002 was not found" in finding.why
    assert answer.verdict("ets147_1992.bilateral_share_minimum.IT") == "pass"  # the fallback is tested too


def test_a_changed_amount_changes_the_verdict_without_building_anew() -> None:
    answer = law("RU 70, RS 20, DE 10", "2013-01-01")
    assert answer.verdict("ets147_1992.share_minimum.DE") == "pass"
    assert answer.verdict("ets147_1992.share_minimum.DE", {"lines.of_ru.rate": 70.1}) == "fail"
    assert answer.verdict("ets147_1992.share_minimum.DE", {"treaties.ets147_1992.share_minimum": 0.11}) == "fail"


def test_eurimages_allows_90_to_10_above_five_million() -> None:
    for scale, verdict in ((1, "fail"), (60_000, "pass")):
        text = film("RS 90, DE 10", "2021-01-01").replace("rate: ", f"quantity: {scale}, rate: ")
        answer = Answer(build_model(load_project(text, filename="film.yaml"), library()))
        assert answer.verdict("eurimages_coprod.bilateral_share_maximum") == verdict
        assert answer.verdict("eurimages_coprod.bilateral_share_minimum") == verdict


def test_where_the_convention_of_2017_governs_its_shares_stand_in_for_those_of_eurimages() -> None:
    answer = law("RS 90, HR 10", "2023-01-01")
    assert answer.verdict("eurimages_coprod.shares_of_the_convention.bilateral_share_maximum_RS") == "pass"
    rules = {f.rule for i in answer.model.eligibility.instruments if i.id == "eurimages_coprod" for f in i.findings}
    assert not rules & {"bilateral_share_maximum", "share_maximum"}


def test_money_alone_has_limits_of_its_own_and_replaces_the_least_share() -> None:
    text = film("RS 65, HR 31, SI 4", "2023-01-01")
    alone = text.replace("name: SI Film,", "name: SI Film, participation: financial,")
    answer = Answer(build_model(load_project(alone, filename="film.yaml"), library()))
    assert answer.verdict("cets220_2017.money_only_minimum.SI") == "fail"
    keys = {f.key for i in answer.model.eligibility.instruments for f in i.findings}
    assert "cets220_2017.share_minimum.SI" not in keys
    assert "cets220_2017.share_minimum.HR" in keys
    assert answer.verdict("cets220_2017.money_only_contract") == "unknown"


def test_the_limit_that_poland_reserved_goes_before_the_general_one() -> None:
    text = film("DE 65, PL 35", "2015-01-01").replace("name: PL Film,", "name: PL Film, participation: financial,")
    answer = Answer(build_model(load_project(text, filename="film.yaml"), library()))
    assert answer.verdict("ets147_1992.money_only_maximum_poland.PL") == "pass"


def test_a_treaty_that_does_not_admit_money_alone_refuses_it(tmp_path: Path) -> None:
    rules = rule("alone", "financial_only_allowed", "false")
    assert invented(tmp_path, rules, "QR 60, QG 40").verdict("invented.alone") == "pass"
    text = invented(tmp_path, rules, "QR 60, QG 40", sets=("partners.qg.participation=financial",))
    assert text.verdict("invented.alone") == "fail"


def test_a_third_country_bears_no_more_than_a_party(tmp_path: Path) -> None:
    rules = rule("third", "third_party_not_above", "true", "applies_to: {who: third_party_coproducer}")
    assert invented(tmp_path, rules, "QR 40, QG 30, QS 30").verdict("invented.third.QS") == "pass"
    assert invented(tmp_path, rules, "QR 40, QG 29, QS 31").verdict("invented.third.QS") == "fail"


def test_a_country_that_may_be_a_party_leaves_the_total_of_third_countries_unknown_only_where_it_decides(
    tmp_path: Path,
) -> None:
    rules = rule("third", "third_party_total", "0.3", "applies_to: {who: third_party_coproducer}", *MOST)
    head = """\
schema: treaty/1
id: invented
title: A convention for one test
kind: convention
works: {fiction: true}
last_checked: "2026-11-22"
in_force: {from: "2020-01-01", basis: invented, source: gazette, confidence: firm}
parties_complete: true
parties:
  - {country: QR}
  - {country: QG}
  - {country: QN, from: unknown, source: gazette, confidence: low}
criteria:
"""
    for shares, verdict in (
        ("QR 50, QG 30, QN 20", "pass"),
        ("QR 40, QG 25, QN 35", "unknown"),
        ("QR 30, QG 20, QN 10, QS 40", "fail"),
    ):
        assert invented(tmp_path, rules, shares, head=head).verdict("invented.third") == verdict


def test_the_limits_of_a_minority_coproduction_bind_only_while_the_domestic_share_is_the_smaller() -> None:
    assert law("RS 40, HR 60", "2015-01-01").verdict("rs_fcs.minority_share_maximum.RS") == "fail"
    assert law("RS 30, HR 70", "2015-01-01").verdict("rs_fcs.minority_share_maximum.RS") == "pass"
    assert law("RS 60, HR 40", "2015-01-01").verdict("rs_fcs.minority_share_maximum.RS") == "pass"
