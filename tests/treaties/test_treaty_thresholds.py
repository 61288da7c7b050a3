"""Figures looked up by hand, with their articles; and the days on which memberships begin, end or are not known."""

from __future__ import annotations

from datetime import date

import pytest

from coprod_budget.catalog import UNKNOWN

THRESHOLDS = [
    # instrument, rule, day, value, article, confidence
    ("ets147_1992", "parties_minimum", "2020-01-01", 3, "2(2)(a)", "firm"),
    ("ets147_1992", "third_party_total", "2020-01-01", 0.3, "2(2)(b)", "firm"),
    ("ets147_1992", "share_minimum", "2020-01-01", 0.1, "6(1)", "firm"),
    ("ets147_1992", "share_maximum", "2020-01-01", 0.7, "6(1)", "firm"),
    ("ets147_1992", "bilateral_share_minimum", "2012-06-01", 0.2, "6(2)", "firm"),
    ("ets147_1992", "bilateral_share_maximum", "2012-06-01", 0.8, "6(2)", "firm"),
    ("ets147_1992", "full_support", "2020-01-01", 0.2, "6(1)", "firm"),
    ("ets147_1992", "money_only_maximum", "2020-01-01", 0.25, "9(1)(a)", "firm"),
    ("ets147_1992", "money_only_maximum_poland", "2020-01-01", 0.4, "20(1)", "medium"),
    ("ets147_1992", "points_threshold", "2020-01-01", 15, "Appendix II(1)", "firm"),
    ("cets220_2017", "share_minimum", "2023-01-01", 0.05, "6(1)", "firm"),
    ("cets220_2017", "share_maximum", "2023-01-01", 0.8, "6(1)", "firm"),
    ("cets220_2017", "bilateral_share_minimum", "2023-01-01", 0.1, "6(2)", "firm"),
    ("cets220_2017", "money_only_minimum", "2023-01-01", 0.1, "9(1)(a)", "firm"),
    ("cets220_2017", "points_fiction_threshold", "2023-01-01", 16, "Appendix II(1)", "firm"),
    ("cets220_2017", "points_animation_threshold", "2023-01-01", 15, "Appendix II(3)", "firm"),
    ("cets220_2017", "points_documentary_threshold", "2023-01-01", 0.5, "Appendix II(5)", "firm"),
    ("trilateral_de_at_ch", "share_minimum", "2020-01-01", 0.2, "4(2)", "firm"),
    ("trilateral_de_at_ch", "share_minimum_with_consent", "2020-01-01", 0.1, "4(3)", "firm"),
    ("trilateral_de_at_ch", "money_only_maximum", "2020-01-01", 0.2, "5", "firm"),
    ("bilateral_ch_be_fr", "share_minimum", "2020-01-01", 0.1, "6(1)", "firm"),
    ("bilateral_ch_ca", "share_minimum", "2024-07-31", 0.2, "", "firm"),
    ("bilateral_ch_ca", "share_minimum", "2024-08-01", 0.15, "4(1)", "firm"),
    ("bilateral_ch_ca", "share_maximum", "2024-08-01", None, "", ""),
    ("bilateral_ru_fr", "share_minimum", "2015-01-01", 0.3, "", "medium"),
    ("bilateral_ru_cn", "third_country_maximum", "2020-01-01", 0.3, "", "medium"),
    ("bilateral_ru_it", "share_minimum", "2002-11-27", 0.2, "", "medium"),
    ("bilateral_ru_it", "share_minimum", "2002-11-28", UNKNOWN, "", "unknown"),
    ("ru_national_film", "foreign_investment", "2010-04-30", 0.3, "4", "firm"),
    ("ru_national_film", "foreign_investment", "2010-05-01", 0.5, "4", "firm"),
    ("ru_national_film", "crew", "2026-01-01", 0.3, "4", "firm"),
    ("ru_state_support", "support_share_children", "2023-04-02", None, "", ""),
    ("ru_state_support", "support_share_children", "2023-06-01", 1, "8 (105-FZ)", "firm"),
    ("ru_state_support", "support_share", "2023-06-01", 0.7, "8", "firm"),
    ("ru_state_support", "support_share_children_animation", "2026-11-22", UNKNOWN, "", "unknown"),
    ("eurimages_coprod", "support_cap", "2012-02-01", 700_000, "", "medium"),
    ("eurimages_coprod", "support_cap", "2013-01-01", 500_000, "", "medium"),
    ("eurimages_coprod", "support_share", "2020-06-01", 0.17, "", "medium"),
    ("eurimages_coprod", "support_share_documentary", "2022-06-01", UNKNOWN, "", "unknown"),
    ("eurimages_coprod", "grant_up_to", "2022-06-01", 150_000, "4.1", "firm"),
    ("eurimages_coprod", "collection_account", "2022-06-01", 3_000_000, "", "firm"),
    ("eurimages_coprod", "confirmed_finance", "2022-06-01", 0.5, "", "medium"),
    ("eurimages_coprod", "share_maximum", "2007-02-01", 0.8, "", "medium"),
    ("eurimages_coprod", "share_maximum", "2015-01-01", UNKNOWN, "", "unknown"),
    ("eurimages_coprod", "share_maximum", "2022-06-01", 0.7, "", "firm"),
    ("rs_fcs", "minority_share_maximum", "2015-01-01", 0.3, "call 2010", "medium"),
    ("rs_fcs", "minority_envelope", "2018-01-01", 700_000, "", "medium"),
    ("rs_fcs", "domestic_criteria", "2010-01-01", None, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("treaty", "rule", "day", "value", "article", "confidence"), THRESHOLDS)
def test_a_threshold_is_the_one_of_the_text_on_that_day(catalog, treaty, rule, day, value, article, confidence):
    view = catalog.treaty(treaty).as_of(date.fromisoformat(day))
    found = view.rule(rule)

    assert view.value(rule) == value
    assert (found.article, found.confidence) == (article, confidence) if value is not None else found is None


MEMBERS = [
    ("ets147_1992", "RU", "1994-06-30", False),
    ("ets147_1992", "RU", "1994-07-01", True),
    ("ets147_1992", "RU", "2026-11-22", True),  # formally: no denunciation was found in any register
    ("cets220_2017", "RU", "2026-11-22", False),
    ("eurimages_coprod", "RU", "2011-02-28", False),
    ("eurimages_coprod", "RU", "2011-03-01", True),
    ("eurimages_coprod", "RU", "2022-03-15", True),
    ("eurimages_coprod", "RU", "2022-03-16", False),
    ("ets147_1992", "RS", "2004-09-30", False),
    ("ets147_1992", "RS", "2004-10-01", True),
    ("cets220_2017", "RS", "2019-02-28", False),
    ("cets220_2017", "RS", "2019-03-01", True),
    ("cets220_2017", "HR", "2021-10-31", True),  # in the Austrian list of that day
    ("cets220_2017", "HR", "2019-06-01", UNKNOWN),
    ("cets220_2017", "HR", "2017-09-30", False),  # the Convention was not in force
    ("cets220_2017", "DE", "2023-01-01", False),
    ("cets220_2017", "FR", "2023-01-01", False),
    ("cets220_2017", "BA", "2024-10-25", False),
    ("cets220_2017", "BA", "2024-10-26", UNKNOWN),
    ("cets220_2017", "UA", "2025-01-01", UNKNOWN),
    ("ets147_1992", "GB", "1995-01-01", UNKNOWN),
    ("ets147_1992", "GB", "2004-01-01", True),
    ("ets147_1992", "IN", "2015-01-01", False),
    ("ets147_1992", "BR", "2015-01-01", False),  # in no list, and the list is complete
    ("eurimages_coprod", "GB", "2020-01-01", False),
    ("eurimages_coprod", "AR", "2021-01-01", UNKNOWN),
    ("eurimages_coprod", "MT", "2026-01-21", False),
    ("eurimages_coprod", "MT", "2026-01-22", True),
    ("bilateral_ru_rs", "RS", "2025-09-08", False),
    ("bilateral_ru_rs", "RS", "2026-11-22", UNKNOWN),
    ("bilateral_rs_fr", "FR", "2021-01-01", UNKNOWN),
    ("bilateral_ru_de", "DE", "2009-01-01", False),
    ("bilateral_ru_de", "DE", "2012-06-01", UNKNOWN),
    ("bilateral_ch_fr", "FR", "2005-09-30", False),
    ("bilateral_ch_fr", "FR", "2005-10-01", True),
    ("cis_film", "KZ", "2020-01-01", UNKNOWN),
    ("cis_film", "TJ", "2020-01-01", UNKNOWN),  # in no list, and the list is not complete
]  # fmt: skip


@pytest.mark.parametrize(("treaty", "country", "day", "state"), MEMBERS)
def test_a_membership_begins_and_ends_on_its_day(party, treaty, country, day, state):
    assert party(treaty, country, day) is state


def test_eurimages_has_the_forty_members_of_the_press_when_malta_joins(catalog):
    members = catalog.treaty("eurimages_coprod").as_of(date(2026, 1, 22))

    assert len(members.parties) == 40
    assert members.possible_parties == ("AR",)


def test_the_half_of_the_authors_is_enough_only_if_it_is_more_than_half(catalog):
    authors = catalog.treaty("ru_national_film").history("authors")

    assert [(v.value, v.comparison) for v in authors] == [(1, "at_least"), (0.5, "above")]


def test_one_film_of_the_conventions_is_warned_of_not_refused_where_the_text_leaves_a_way(catalog):
    for name in ("ets147_1992", "cets220_2017"):
        treaty = catalog.treaty(name)
        assert treaty.criterion("full_support").unmet == "warn"
        assert treaty.as_of(date(2023, 1, 1)).value("points_waiver") is True


def test_whether_law_43_ended_the_convention_for_russia_is_not_known(catalog):
    view = catalog.treaty("ets147_1992").as_of(date(2023, 3, 1))

    assert view.value("russia_law_43") is UNKNOWN
    assert view.value("russia_standing") is True
    assert catalog.treaty("ets147_1992").as_of(date(2022, 3, 15)).value("russia_standing") is None


def test_every_membership_of_a_country_is_found(catalog):
    found = {m.treaty for m in catalog.memberships("RS")}

    assert found == {"bilateral_rs_fr", "bilateral_rs_it", "bilateral_rs_tr", "bilateral_ru_rs", "cets220_2017", "ets147_1992",
                     "eurimages_coprod", "rs_fcs"}  # fmt: skip
    russia = next(m.party.span for m in catalog.memberships("RU") if m.treaty == "eurimages_coprod")
    assert (russia.begins, russia.ends) == (date(2011, 3, 1), date(2022, 3, 15))
