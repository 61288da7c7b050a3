"""Spot checks against the sources: the figure and where it stands are written here a second time, by hand."""

from __future__ import annotations

from datetime import date

import pytest

FIGURES = [
    # city, item, low, mid, high, currency, basis, where it stands
    (
        "moscow",
        "gaffer",
        24000,
        28400,
        33600,
        "RUB",
        "derived",
        "Svetobaza card of 1 May 2026: 24,000 for 10 h, + 2 x 4,800",
    ),
    ("moscow", "gaffer_10h", 24000, 24000, None, "RUB", "quoted", "Svetobaza card of 1 May 2026"),
    ("moscow", "second_assistant_camera", 17000, 20300, 24300, "RUB", "derived", "anchor implied by the card"),
    ("st_petersburg", "boom_operator", 15700, 18900, 22600, "RUB", "derived", "1.13 x 16,600 (20,300 x 0.82)"),
    (
        "moscow",
        "director_of_photography",
        34100,
        51100,
        68200,
        "RUB",
        "derived",
        "FilmRes 2023: 0.75 / 1.125 / 1.5 m / 22",
    ),
    ("belgrade", "director_of_photography", 168, 258, 360, "EUR", "derived", "3 x EUR 56 / 86 / 120"),
    ("kaliningrad", "second_assistant_camera", 6770, 9880, 16600, "RUB", "derived", "5,000 / 7,300 / 12,300 x 1.353"),
    ("moscow", "hotel_3_star", 5700, 5800, 5900, "RUB", "published", "Ostrovok 2025, Rambler Travel 27 Feb 2026"),
    (
        "belgrade",
        "cast_lead",
        500,
        1000,
        2000,
        "EUR",
        "derived",
        "Kurir: EUR 500 in series (2019), 2,000 in films (2022)",
    ),
    ("belgrade", "cast_supporting", 200, 325, 450, "EUR", "quoted", "Kurir 2022-2023, regular of a daily series"),
    ("belgrade", "per_diem", None, 27, None, "EUR", "published", "BMF travel flat rates 2026, Serbia"),
    (
        "los_angeles",
        "first_assistant_camera",
        747.89,
        951.86,
        None,
        "USD",
        "derived",
        "Local 600: USD 67.99 an hour x 11 / x 14",
    ),
    ("st_petersburg", "aerial_platform_45m", None, 25000, None, "RUB", "quoted", "Arenda Neba, 12 September 2025"),
    ("belgrade", "location_permit", None, 5728, None, "RSD", "published", "Tip.rs / Novosti 22 Nov 2020: 5,413 + 315"),
    (
        "berlin",
        "director_of_photography",
        None,
        570,
        None,
        "EUR",
        "derived",
        "weekly 2,850 / 5: tariff of 2013 rolled to 2026",
    ),
    ("novi_sad", "fuel_diesel", None, 198, None, "RSD", "published", "Bez cenzure, 5 December 2025"),
]


@pytest.mark.parametrize("figure", FIGURES, ids=[f"{f[0]}-{f[1]}" for f in FIGURES])
def test_a_price_is_what_its_source_says(catalog, figure):
    city, item, low, mid, high, currency, basis, where = figure
    price = catalog.price(city, item)
    assert (price.low, price.mid, price.high, price.currency, price.basis) == (low, mid, high, currency, basis), where


def test_list_prices_of_lamps_are_kept_as_listed_and_the_discount_is_said_beside_them(catalog):
    lamp = catalog.price("moscow", "led_cob_1200w")
    assert (lamp.low, lamp.mid, lamp.high) == (None, 7000, None)
    assert "50%" in lamp.source.note


def test_russia_charges_thirty_percent_to_the_ceiling_of_2026_then_fifteen(catalog):
    charges = catalog.employer_charges("RU", 2026)
    unified = next(c for c in charges.components if c.id == "unified")
    assert (unified.rate, unified.ceiling, unified.ceiling_period, unified.rate_above) == (
        0.30,
        2_979_000,
        "year",
        0.151,
    )
    assert next(c for c in charges.components if c.id == "accident").rate == 0.002


def test_serbia_charges_fifteen_percent_to_a_monthly_ceiling(catalog):
    charges = catalog.employer_charges("RS", 2026)
    assert sum(c.rate for c in charges.components) == pytest.approx(0.1515)
    assert {(c.ceiling, c.ceiling_period, c.rate_above) for c in charges.components} == {(732_820, "month", 0.0)}


def test_germany_charges_a_fifth_below_both_ceilings(catalog):
    assert sum(c.rate for c in catalog.employer_charges("DE", 2026).components) == pytest.approx(0.2115)


def test_the_exchange_rates_of_autumn_2026(catalog):
    assert catalog.fx("RUB", date(2026, 9, 30)).per_eur == 97.3556
    assert catalog.fx("RSD", date(2026, 9, 30)).per_eur == 117.3693
    assert catalog.fx("USD", date(2026, 9, 30)).per_eur == 1.1513


def test_the_rules_of_thumb_of_the_russian_box_office_agree_with_each_other(catalog):
    cinema, fee = catalog.term("RU", "exhibitor_share").value, catalog.term("RU", "distributor_fee").value
    assert (1 - cinema) * (1 - fee) == pytest.approx(catalog.term("RU", "producer_share_before_pa").value)
    assert catalog.term("RS", "ticket_vat").value == 0.10
