"""Which instrument governs: by countries and day, with the reasons printed."""

from __future__ import annotations

import pytest
from borne import film, law, library

from coprod_budget.errors import ProjectError
from coprod_budget.model import build_model
from coprod_budget.project import load_project


def role(answer, name: str) -> str:
    found = {c.id: c.role for c in answer.model.eligibility.governing.candidates}
    return found.get(name, "")


@pytest.mark.parametrize(
    ("countries", "day", "expected"),
    [
        ("RU RS", "2012-06-01", "ets147_1992"),  # no treaty of the two yet
        ("RU DE", "2009-01-01", "ets147_1992"),  # before the agreement of 2011
        ("RU FR", "2015-01-01", "bilateral_ru_fr"),  # the agreement of 1967 goes before the Convention
        ("RS HR", "2022-06-01", "cets220_2017"),  # both are parties to the newer text
        ("RS DE", "2021-01-01", "ets147_1992"),  # Germany is in the text of 1992 only
        ("DE CH", "2015-01-01", "trilateral_de_at_ch"),
        ("RU RS DE", "2013-01-01", "ets147_1992"),
        ("RS FR DE HR SI BA", "2018-01-01", "ets147_1992"),  # Serbia is not yet in the newer text
        ("RS HR SI", "2023-01-01", "cets220_2017"),
        ("RS HR DE", "2023-01-01", "ets147_1992"),  # a mixed group
        ("DE IN NL FR", "2010-12-01", "ets147_1992"),  # India as a third country
        ("DE AT CH", "2015-01-01", "trilateral_de_at_ch"),
        ("RU IN", "2020-01-01", ""),
        ("RS", "2020-01-01", ""),
    ],
)
def test_the_instrument_follows_from_the_countries_and_the_day(countries: str, day: str, expected: str) -> None:
    names = countries.split()
    rest = 100 - 10 * (len(names) - 1)
    shares = ", ".join(f"{c} {rest if n == 0 else 10}" for n, c in enumerate(names))
    governing = law(shares, day).model.eligibility.governing
    assert governing.instrument == expected
    assert governing.reasons


def test_a_treaty_of_which_nobody_knows_whether_it_is_in_force_is_shown_beside_the_one_that_governs_without_it() -> (
    None
):
    answer = law("RU 60, RS 40", "2025-12-01")
    assert answer.model.eligibility.governing.instrument == "ets147_1992"
    assert role(answer, "bilateral_ru_rs") == "perhaps"
    assert answer.verdict("bilateral_ru_rs.in_force") == "unknown"
    assert "bilateral_ru_rs: {in_force: true}" in answer.finding("bilateral_ru_rs.in_force").add
    settled = law("RU 60, RS 40", "2025-12-01", "treaty: {facts: {bilateral_ru_rs: {in_force: true}}}")
    assert settled.model.eligibility.governing.instrument == "bilateral_ru_rs"
    assert role(settled, "ets147_1992") == "fallback"  # the treaty's limits were not found
    assert settled.verdict("bilateral_ru_rs.share_minimum") == "unknown"
    denied = law("RU 60, RS 40", "2025-12-01", "treaty: {facts: {bilateral_ru_rs: {in_force: false}}}")
    assert (denied.model.eligibility.governing.instrument, role(denied, "bilateral_ru_rs")) == ("ets147_1992", "no")


def test_in_a_mixed_group_the_reasons_say_pair_by_pair_which_text_binds_and_the_other_text_is_offered() -> None:
    answer = law("RS 50, HR 20, SI 10, DE 20", "2023-01-01")
    reasons = "\n".join(answer.model.eligibility.governing.reasons)
    assert "between RS-HR, RS-SI, HR-SI: cets220_2017" in reasons
    assert "between RS-DE, HR-DE, SI-DE: ets147_1992" in reasons
    assert role(answer, "cets220_2017") == "alternative"
    assert answer.verdict("cets220_2017.third_party_total") == "pass"  # Germany bears 20 of the 30 per cent
    assert answer.verdict("ets147_1992.share_minimum.SI") == "pass"


def test_russia_is_in_eurimages_until_15_march_2022() -> None:
    before = law("RU 20, DE 80", "2022-03-15")
    after = law("RU 20, DE 80", "2022-03-16")
    assert before.verdict("eurimages_coprod.member_states") == "pass"
    assert after.verdict("eurimages_coprod.member_states") == "fail"
    assert "RU was a member until 2022-03-15" in after.finding("eurimages_coprod.member_states").why
    assert after.verdict("eurimages_coprod.russia_closed") == "warn"


def test_the_day_of_the_application_chooses_the_rules_and_not_as_of() -> None:
    answer = law("RS 90, HR 10", "2023-01-01", "treaty: {applied_on: 2018-01-01}")
    assert answer.model.eligibility.governing.instrument == "ets147_1992"
    assert answer.verdict("ets147_1992.bilateral_share_minimum.HR") == "fail"


def test_a_named_instrument_is_tested_even_where_a_country_is_no_party() -> None:
    answer = law("RU 60, RS 40", "2023-01-01", "treaty: cets220_2017")
    assert answer.model.eligibility.governing.instrument == "cets220_2017"
    assert answer.verdict("cets220_2017.parties") == "fail"
    assert answer.finding("cets220_2017.parties").why == "RU is no party"


def test_a_convention_named_where_a_treaty_of_the_two_is_in_force_is_a_warning() -> None:
    answer = law("RU 60, FR 40", "2015-01-01", "treaty: ets147_1992")
    assert answer.verdict("ets147_1992.parties") == "warn"
    assert "bilateral_ru_fr" in answer.finding("ets147_1992.parties").why


def test_without_a_treaty_national_statuses_and_support_are_still_looked_at() -> None:
    answer = law("RU 60, RS 40", "2023-01-01", "treaty: none")
    assert answer.model.eligibility.governing.instrument == ""
    assert [i.id for i in answer.model.eligibility.instruments] == [
        "ru_national_film", "rs_fcs", "ru_state_support", "eurimages_coprod",
    ]  # fmt: skip


def test_further_instruments_are_tested_where_the_file_asks_for_them() -> None:
    answer = law("FR 60, DE 40", "2023-01-01", "treaty: {also: [ru_national_film, cets220_2017]}")
    assert (role(answer, "ru_national_film"), role(answer, "cets220_2017")) == ("status", "alternative")
    assert answer.verdict("ru_national_film.parties") == "fail"


def test_a_kind_of_work_that_an_instrument_does_not_cover_leaves_it_out() -> None:
    answer = law("QR 60, QS 40", "2026-09-30", "kind: series")
    assert role(answer, "zenda_convention") == "no"
    of_unknown = law("RU 60, RS 40", "2012-06-01", "kind: series")
    assert of_unknown.verdict("ets147_1992.kind_of_work") == "unknown"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("treaty: ets147", "did you mean ets147_1992?"),
        ("treaty: {also: [rs_fc]}", "did you mean rs_fcs?"),
        ("treaty: {facts: {ets147: {rights: true}}}", "did you mean ets147_1992?"),
        ("treaty: {facts: {ets147_1992: {right: true}}}", "ets147_1992 has no rule 'right'; did you mean rights"),
        ("treaty: eurimages_coprod", "write it under treaty.also"),
        (
            "finance: [{id: a, name: A, kind: grant, partner: ru, amount: 1, currency: EUR, programme: eurimage_coprod}]",
            "did you mean eurimages_coprod",
        ),
    ],
)
def test_an_unknown_instrument_is_a_mistake_of_the_file_with_its_place_and_the_nearest_name(
    more: str, said: str
) -> None:
    project = load_project(film("RU 60, RS 40", "2023-01-01", more), filename="film.yaml")
    with pytest.raises(ProjectError) as caught:
        build_model(project, library())
    assert str(caught.value).startswith("film.yaml:")
    assert said in str(caught.value)
