"""What no budget tells: declared conditions, languages, length, dates, warnings. What the file does not say is unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from borne import invented, law
from law_films import HEAD, rule

if TYPE_CHECKING:
    from pathlib import Path

ALL = "treaty: {facts: {ets147_1992: {all: true}}}"


def test_a_condition_is_unknown_until_the_file_says_whether_it_holds() -> None:
    answer = law("RU 60, RS 40", "2013-06-01")
    assert answer.verdict("ets147_1992.rights") == "unknown"
    assert answer.finding("ets147_1992.rights").add == "`treaty.facts: {ets147_1992: {rights: true}}`"
    for said, verdict in (("true", "pass"), ("false", "fail")):
        answer = law("RU 60, RS 40", "2013-06-01", f"treaty: {{facts: {{ets147_1992: {{rights: {said}}}}}}}")
        assert answer.verdict("ets147_1992.rights") == verdict


def test_one_word_confirms_every_condition_of_an_instrument_and_one_of_them_may_be_denied() -> None:
    answer = law("RU 60, RS 40", "2013-06-01", ALL)
    rules = ("rights", "crew_nationals", "participation_effective", "exclusions")
    assert {answer.verdict(f"ets147_1992.{name}") for name in rules} == {"pass"}
    assert answer.finding("ets147_1992.exclusions").actual_words == "none of it"
    answer = law("RU 60, RS 40", "2013-06-01", "treaty: {facts: {ets147_1992: {all: true, post_production: false}}}")
    assert answer.verdict("ets147_1992.post_production") == "warn"  # the text says "normally"


def test_conditions_for_money_alone_are_asked_only_of_such_films() -> None:
    keys = {f.key for i in law("RU 60, RS 40", "2013-06-01").model.eligibility.instruments for f in i.findings}
    assert not [key for key in keys if "money_only" in key]


@pytest.mark.parametrize(
    ("film", "verdict"),
    [
        ("", "unknown"),
        ("film: {languages: [ru]}", "pass"),
        ("film: {languages: [Russian]}", "pass"),
        ("film: {languages: [ru, sr]}", "unknown"),
        ("film: {languages: [sr]}\ntreaty: {facts: {ru_national_film: {language: true}}}", "pass"),
        ("film: {languages: [sr]}\ntreaty: {instrument: none, facts: {ru_national_film: {language: false}}}", "fail"),
    ],
)
def test_the_language_of_a_russian_film(film: str, verdict: str) -> None:
    assert law("RU 60, RS 40", "2013-06-01", film).verdict("ru_national_film.language") == verdict


@pytest.mark.parametrize(
    ("film", "verdict"),
    [
        ("", "unknown"),
        ("film: {versions: [ru, zh]}", "pass"),
        ("film: {languages: [ru], versions: [Chinese]}", "pass"),
        ("film: {versions: [ru, en]}", "fail"),
    ],
)
def test_final_versions_that_a_treaty_asks_for(film: str, verdict: str) -> None:
    answer = law("RU 60, CN 40", "2020-06-01", film)
    assert answer.verdict("bilateral_ru_cn.versions") == verdict


@pytest.mark.parametrize(
    ("film", "verdict"), [("", "unknown"), ("film: {minutes: 70}", "pass"), ("film: {minutes: 69}", "fail")]
)
def test_a_feature_for_eurimages_is_seventy_minutes_long(film: str, verdict: str) -> None:
    assert law("RS 60, DE 40", "2020-06-01", film).verdict("eurimages_coprod.length") == verdict


def test_a_company_of_a_partner_is_registered_in_its_country() -> None:
    answer = law("RU 60, RS 40", "2020-06-01")
    assert answer.verdict("ru_national_film.producer") == "pass"
    assert answer.finding("ru_national_film.producer").actual_words == "RU Film"


def test_the_application_comes_a_month_before_shooting(tmp_path: Path) -> None:
    rules = rule("filing", "filing_lead", "1", "comparison: at_least", "unit: months", "unmet: warn")
    for start, prep, verdict in (("2026-10-25", 1, "pass"), ("2026-10-14", 1, "warn"), ("2026-10-01", 6, "pass")):
        sets = (f"schedule.start={start}", f"schedule.prep_weeks={prep}")
        answer = invented(tmp_path, rules, "QR 60, QG 40", sets=sets)
        assert answer.verdict("invented.filing") == verdict
    assert invented(tmp_path, rules, "QR 60, QG 40").verdict("invented.filing") == "unknown"


def test_a_third_country_needs_a_treaty_with_one_of_the_parties(tmp_path: Path) -> None:
    rules = rule("third", "third_party_treaty", "true", "applies_to: {who: third_party_coproducer}")
    answer = invented(tmp_path, rules, "QR 60, QG 30, QS 10")
    assert answer.verdict("invented.third.QS") == "pass"
    assert answer.finding("invented.third.QS").actual_words == "zenda_convention"
    answer = invented(tmp_path, rules, "QR 60, QG 30, QT 10")
    assert answer.verdict("invented.third.QT") == "unknown"


def test_criteria_are_counted_by_the_producers(tmp_path: Path) -> None:
    rules = rule(
        "criteria", "criteria_met", "2", "comparison: at_least", "unit: criteria", "options: [one, two, three]"
    )
    for said, verdict in (("", "unknown"), ("2", "pass"), ("1", "fail")):
        facts = f", facts: {{invented: {{criteria: {said}}}}}" if said else ""
        answer = invented(tmp_path, rules, "QR 60, QG 40", f"treaty: {{instrument: invented{facts}}}")
        assert answer.verdict("invented.criteria") == verdict
        assert answer.finding("invented.criteria").required_words == "one; two; three"


def test_the_standing_of_russia_is_a_warning_and_a_law_nobody_saw_is_unknown() -> None:
    before = law("RU 60, RS 40", "2021-06-01")
    assert "ets147_1992.russia_standing" not in {
        f.key for i in before.model.eligibility.instruments for f in i.findings
    }
    after = law("RU 60, RS 40", "2023-06-01")
    assert after.verdict("ets147_1992.russia_standing") == "warn"
    assert after.verdict("ets147_1992.russia_law_43") == "unknown"
    assert "the list of treaties in the law was not seen" in after.finding("ets147_1992.russia_law_43").why


def test_what_only_informs_is_a_remark_and_tests_nothing() -> None:
    answer = law("RS 60, DE 40", "2022-06-01")
    found = next(i for i in answer.model.eligibility.instruments if i.id == "eurimages_coprod")
    remarks = {remark.rule: remark.text for remark in found.remarks}
    assert remarks["grant_up_to"] == "Support up to here is a grant: 150,000 EUR"
    assert remarks["instalments"].endswith("70 per cent, 30 per cent")
    assert not remarks.keys() & {finding.rule for finding in found.findings}


def test_every_unknown_says_why_and_no_rule_without_a_value_passes() -> None:
    for shares, day in (("RU 60, IT 40", "2010-01-01"), ("RU 60, RS 40", "2026-09-30"), ("RS 60, DE 40", "2009-01-01")):
        answer = law(shares, day)
        for instrument in answer.model.eligibility.instruments:
            for finding in instrument.findings:
                verdict = answer.verdict(finding.key)
                assert verdict != "unknown" or finding.why, finding.key
                assert finding.confidence != "unknown" or verdict == "unknown", finding.key


def test_support_that_needs_a_status_has_the_verdict_of_that_status_until_it_is_granted(tmp_path: Path) -> None:
    answer = law("RU 40, RS 60", "2013-06-01", "treaty: none")
    assert answer.verdict("ru_national_film.foreign_investment") == "fail"
    assert answer.verdict("ru_state_support.national_film") == "fail"
    granted = "treaty: {instrument: none, facts: {ru_state_support: {national_film: true}}}"
    assert law("RU 40, RS 60", "2013-06-01", granted).verdict("ru_state_support.national_film") == "pass"
    every = "treaty: {instrument: none, facts: {ru_state_support: {all: true}}}"
    assert law("RU 40, RS 60", "2013-06-01", every).verdict("ru_state_support.national_film") == "fail"
    missing = invented(tmp_path, rule("status", "status_required", "ru_national_film"), "QR 60, QG 40")
    assert missing.verdict("invented.status") == "unknown"
    assert missing.finding("invented.status").add == "`treaty.also: [ru_national_film]`"


def test_a_film_that_fails_its_treaty_is_not_excused_by_it() -> None:
    test = "ru_national_film.foreign_investment"
    assert law("RU 40, RS 60", "2013-06-01").verdict(test) == "warn"
    assert law("RU 10, RS 90", "2013-06-01").verdict(test) == "fail"


@pytest.mark.parametrize(
    ("covered", "said", "verdict"),
    [
        ("series: false", "kind_of_work: true", "fail"),
        ("series: false", "all: true", "fail"),
        ("fiction: true", "all: true", "unknown"),
    ],
)
def test_that_a_treaty_covers_a_work_has_to_be_said_of_itself_and_not_against_the_data(
    tmp_path: Path, covered: str, said: str, verdict: str
) -> None:
    head = re.sub(r"works: .*", f"works: {{{covered}}}", HEAD)
    said = f"treaty: {{instrument: invented, facts: {{invented: {{{said}}}}}}}"
    rules = rule("share", "minimum_share", "0.2", "comparison: at_least", "of: total_production_cost")
    answer = invented(tmp_path, rules, "QR 60, QG 40", "kind: series", said, head=head)
    assert answer.verdict("invented.kind_of_work") == verdict
