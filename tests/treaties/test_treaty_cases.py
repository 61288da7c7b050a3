"""Groups of countries on a day: to which texts all of them are parties; and worked points and amounts at their limits."""

from __future__ import annotations

from datetime import date

import pytest

from coprod_budget.catalog import UNKNOWN

GROUPS = [
    # countries, day, Convention of 1992, Convention of 2017, a treaty of theirs and its standing
    ("RU RS", "2012-06-01", True, False, "bilateral_ru_rs", False),  # no treaty of the two yet: 20 to 80 of 1992
    ("RU RS", "2025-12-01", True, False, "bilateral_ru_rs", UNKNOWN),  # signed, and not known to be in force
    ("RU DE", "2009-01-01", True, False, "bilateral_ru_de", False),
    ("RU DE", "2012-06-01", True, False, "bilateral_ru_de", UNKNOWN),
    ("RU FR", "2015-01-01", True, False, "bilateral_ru_fr", True),
    ("RS HR", "2022-06-01", True, True, "", False),
    ("RS FR", "2021-01-01", True, False, "bilateral_rs_fr", UNKNOWN),
    ("RS DE", "2021-01-01", True, False, "", False),
    ("RU RS DE", "2013-01-01", True, False, "", False),
    ("RS FR DE HR SI BA", "2018-01-01", True, False, "", False),  # Serbia not yet in the text of 2017, FR and DE never
    ("RS HR SI", "2023-01-01", True, True, "", False),
    ("RS HR DE", "2023-01-01", True, False, "", False),
    ("FR DE NL", "2014-01-01", True, False, "", False),
    ("DE AT CH", "2012-01-01", True, False, "trilateral_de_at_ch", True),
]


def all_of(treaty, countries: list[str], day: date):
    states = [treaty.party(country, day) for country in countries]
    if any(state is False for state in states):
        return False
    return UNKNOWN if any(state is UNKNOWN for state in states) else True


@pytest.mark.parametrize(("countries", "day", "of_1992", "of_2017", "own", "standing"), GROUPS)
def test_the_texts_to_which_all_of_a_group_are_parties(catalog, countries, day, of_1992, of_2017, own, standing):
    group, when = countries.split(), date.fromisoformat(day)

    assert all_of(catalog.treaty("ets147_1992"), group, when) is of_1992
    assert all_of(catalog.treaty("cets220_2017"), group, when) is of_2017
    if own:
        assert all_of(catalog.treaty(own), group, when) is standing
    else:
        treaties = [catalog.treaty(t) for t in catalog.treaties() if "lateral" in t]
        assert all(all_of(t, group, when) is False for t in treaties)


def test_a_signed_treaty_whose_entry_into_force_was_not_found_can_be_told_from_none(catalog):
    treaty = catalog.treaty("bilateral_ru_rs")

    assert (treaty.as_of(date(2025, 9, 8)).in_force, treaty.as_of(date(2025, 9, 9)).in_force) == (False, UNKNOWN)
    assert treaty.signed == date(2025, 9, 9)


def test_without_composer_second_and_third_role_a_film_has_seventeen_points_of_twenty_one(catalog):
    view = catalog.treaty("cets220_2017").as_of(date(2023, 1, 1))
    missing = {"composer", "second_role", "third_role"}
    points = sum(p.points for p in view.value("points_fiction") if p.item not in missing)

    assert points == 17
    assert points >= view.value("points_fiction_threshold")


def test_eurimages_amounts_at_their_limits(catalog):
    treaty = catalog.treaty("eurimages_coprod")

    assert treaty.as_of(date(2020, 6, 1)).value("support_share") * 2_500_000 == pytest.approx(425_000)
    assert (
        treaty.as_of(date(2012, 2, 1)).value("support_cap")
        >= 600_000
        > treaty.as_of(date(2013, 1, 1)).value("support_cap")
    )
    assert treaty.as_of(date(2010, 12, 15)).value("bilateral_share_maximum") == 0.8  # a film of 80 and 20 was supported


def test_after_the_end_of_its_membership_a_film_of_russia_and_germany_has_one_member_left(catalog):
    members = [catalog.treaty("eurimages_coprod").party(country, date(2022, 3, 16)) for country in ("RU", "DE")]

    assert members == [False, True]
    assert catalog.treaty("eurimages_coprod").as_of(date(2022, 3, 16)).value("member_states") == 2
