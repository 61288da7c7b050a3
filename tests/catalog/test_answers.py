"""What the catalogue answers, and what it does when it has no answer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.catalog import catalog as reading
from coprod_budget.catalog import locate, open_catalog, tables
from coprod_budget.catalog.vocabulary import distance_km
from coprod_budget.errors import ExitCode, MissingDataError

CATALOG = open_catalog()
cities = st.sampled_from(sorted(CATALOG.cities))
items = st.sampled_from(sorted(CATALOG.items))


def test_a_gap_is_none_not_a_guess(catalog):
    assert catalog.price("belgrade", "dcp_master") is None
    assert catalog.price("sofia", "hotel_average") is None


def test_what_nobody_knows_is_a_gap_too(catalog):
    assert catalog.price("atlantis", "gaffer") is None
    assert catalog.price("moscow", "unicorn") is None
    assert catalog.price("moscow", "unicorn", derive=True) is None


def test_a_gap_stays_one_unless_deriving_was_asked_for(catalog):
    assert catalog.price("st_petersburg", "lighting_truck_large") is None


def test_a_derived_price_states_the_formula_and_its_inputs(catalog):
    here = catalog.price("st_petersburg", "best_boy_electric", derive=True)
    there = catalog.price("moscow", "best_boy_electric")
    assert here.basis == "derived"
    assert here.mid == pytest.approx(there.mid * 0.82)
    for part in ("Moscow", "20,200", "2026-05-01", "0.82", "16,564", "crew", "geometric mean"):
        assert part in here.derivation
    assert "Svetobaza" in here.source.title
    assert "Rosstat" in here.source.title


def test_equipment_costs_the_same_in_both_russian_capitals_but_rooms_do_not(catalog):
    assert (
        catalog.price("st_petersburg", "camera_mirrorless", derive=True).mid
        == catalog.price("moscow", "camera_mirrorless").mid
    )
    hotel = catalog.price("st_petersburg", "hotel_budget", derive=True)
    assert hotel.mid == pytest.approx(4700 * 0.831)


def test_nothing_is_derived_without_a_sourced_ratio(catalog):
    assert catalog.price("belgrade", "best_boy_electric", derive=True) is None
    assert catalog.price("kaliningrad", "camera_mirrorless", derive=True) is None


def test_stars_are_not_cheaper_in_a_cheaper_city(catalog):
    assert catalog.price("kaliningrad", "cast_star", derive=True) is None


@given(cities, items)
def test_deriving_never_changes_a_price_that_is_there_nor_raises_its_basis(city, item):
    plain, derived = CATALOG.price(city, item), CATALOG.price(city, item, derive=True)
    if plain is not None:
        assert derived == plain
    elif derived is not None:
        assert derived.basis in ("derived", "assumed")
        assert derived.low <= derived.mid <= derived.high
        assert derived.derivation


def test_cities_with_an_item_are_those_whose_table_has_it(catalog):
    assert catalog.cities_with("aerial_platform_45m") == ["moscow", "st_petersburg"]
    assert catalog.cities_with("dcp_master") == []


def test_the_nearest_city_comes_first(catalog):
    assert catalog.nearest("moscow")[0] == "st_petersburg"
    assert catalog.nearest("belgrade")[:2] == ["novi_sad", "budapest"]
    assert catalog.nearest("sofia")[0] == "belgrade"


@given(cities)
def test_nearest_names_every_other_city_once_in_order_of_distance(city):
    found = CATALOG.nearest(city)
    assert sorted([city, *found]) == sorted(CATALOG.cities)
    distances = [distance_km(CATALOG.cities[city], CATALOG.cities[c]) for c in found]
    assert distances == sorted(distances)


def test_distances_are_those_of_the_earth(catalog):
    assert distance_km(catalog.cities["moscow"], catalog.cities["st_petersburg"]) == pytest.approx(635, abs=10)


def test_a_euro_is_a_euro(catalog):
    rate = catalog.fx("EUR", date(1999, 1, 1))
    assert (rate.per_eur, rate.stale_months) == (1.0, 0)


def test_a_rate_carries_its_month_and_its_source(catalog):
    rate = catalog.fx("USD", date(2026, 9, 30))
    assert (rate.month, rate.stale_months, rate.source.as_of) == ("2026-09", 0, "2026-09")
    assert "European Central Bank" in rate.source.title
    assert "Revenue and Customs" in catalog.fx("RSD", date(2026, 9, 30)).source.title


def test_a_newer_date_takes_the_newest_rate_for_half_a_year_and_says_how_old_it_is(catalog):
    rate = catalog.fx("RUB", date(2027, 4, 30))
    assert (rate.month, rate.stale_months) == ("2026-10", 6)
    with pytest.raises(MissingDataError) as caught:
        catalog.fx("RUB", date(2027, 5, 1))
    assert "RUB" in str(caught.value)
    assert "2027-05-01" in str(caught.value)
    assert caught.value.exit_code is ExitCode.MISSING_DATA


def test_a_rate_is_never_taken_from_the_future(catalog):
    with pytest.raises(MissingDataError):
        catalog.fx("BYN", date(2016, 11, 1))


def test_an_unknown_currency_is_missing_data_with_the_nearest_name(catalog):
    with pytest.raises(MissingDataError, match=r"RSE.*2026-09-30.*RSD"):
        catalog.fx("RSE", date(2026, 9, 30))


@given(st.sampled_from(CATALOG.currencies), st.dates(date(1990, 1, 1), date(2040, 12, 31)))
def test_any_date_gives_a_rate_or_says_what_is_missing(currency, as_of):
    try:
        rate = CATALOG.fx(currency, as_of)
    except MissingDataError as error:
        assert currency in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert rate.per_eur > 0
        assert 0 <= rate.stale_months <= 6


def test_the_law_of_an_earlier_year_stands_in_and_says_so(catalog):
    charges = catalog.employer_charges("RU", 2030)
    assert (charges.year, charges.valid_for_year) == (2030, 2026)
    assert catalog.employer_charges("RS", 2021).valid_for_year == 2019


def test_law_with_an_open_end_holds_until_the_year_it_was_checked(catalog):
    assert catalog.employer_charges("GB", 2026).valid_for_year == 2026
    assert catalog.employer_charges("GB", 2028).valid_for_year == 2026


def test_ceilings_change_with_the_year(catalog):
    ceilings = [catalog.employer_charges("RU", year).components[0].ceiling for year in (2023, 2024, 2025, 2026)]
    assert ceilings == sorted(set(ceilings))


def test_below_the_british_threshold_nothing_is_due(catalog):
    (insurance,) = catalog.employer_charges("GB", 2026).components
    assert (insurance.rate, insurance.ceiling, insurance.rate_above) == (0.0, 5000, 0.15)


def test_a_country_without_data_or_before_the_data_has_no_charges(catalog):
    assert catalog.employer_charges("BG", 2026) is None
    assert catalog.employer_charges("HU", 2026) is None
    assert catalog.employer_charges("RU", 2001) is None


def test_the_united_states_means_the_region_of_its_only_city(catalog):
    assert catalog.employer_charges("US", 2026).country == "US-CA"
    assert catalog.cities["los_angeles"].region == "US-CA"


def test_the_confidence_of_charges_is_that_of_their_weakest_part(catalog):
    assert catalog.employer_charges("RU", 2026).confidence == "low"  # the accident rate of film was not verified
    assert catalog.employer_charges("RS", 2026).confidence == "high"


def test_a_term_nobody_stated_is_none(catalog):
    assert catalog.term("RS", "unicorn_levy") is None
    assert catalog.term("XX", "ticket_vat") is None


@pytest.mark.parametrize("name", ["no_such", "../taxes/employer_charges", "feature_medium.yaml", ""])
def test_an_unknown_template_is_missing_data(catalog, name):
    with pytest.raises(MissingDataError):
        catalog.template_path(name)


def test_an_unknown_chart_is_missing_data(catalog):
    with pytest.raises(MissingDataError, match="us_4digit"):
        catalog.chart("us_4digits")


def test_every_template_that_is_listed_has_a_file(catalog):
    assert all(catalog.template_path(name).is_file() for name in catalog.templates())


def test_a_wheel_finds_its_data_inside_the_package_and_a_checkout_beside_it(tmp_path, monkeypatch):
    monkeypatch.setattr(locate, "PACKAGE", tmp_path / "coprod_budget")
    (tmp_path / "data").mkdir()
    assert locate.data_directory() == tmp_path / "data"
    (tmp_path / "coprod_budget" / "data").mkdir(parents=True)
    assert locate.data_directory() == tmp_path / "coprod_budget" / "data"


def test_only_the_files_that_are_asked_for_are_read(monkeypatch):
    read: list[str] = []
    original = tables.read_text
    monkeypatch.setattr(tables, "read_text", lambda file: (read.append(file.path.name), original(file))[1])
    fresh = reading.open_catalog()  # that of the tests was opened before
    assert read == []
    assert fresh.price("belgrade", "gaffer") is not None
    assert set(read) == {"departments.csv", "units.csv", "items.csv", "cities.csv", "belgrade.csv"}
