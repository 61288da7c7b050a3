"""The figures of the page that follows three of them by hand: the sums are right, and the model says the same."""

from __future__ import annotations

from math import prod, sqrt
from pathlib import Path

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.model import build_model
from coprod_budget.project import load_project

ROOT = Path(__file__).parents[2]
CATALOG = open_catalog()
PAGE = (ROOT / "docs" / "worked-example.md").read_text(encoding="utf-8")
VALUES = build_model(load_project(ROOT / "examples" / "danube_crossing" / "project.yaml"), CATALOG).evaluate()
ROUBLE = 97.3556


def test_the_rouble_is_the_cross_that_the_page_shows():
    assert round(113.5653 / 1.1665, 4) == ROUBLE
    assert VALUES.number("fx.RUB") == ROUBLE
    assert f"113.5653 / 1.1665 = {ROUBLE}" in PAGE


@pytest.mark.parametrize(
    ("key", "by_hand"),
    [
        ("lines.boom_operator.rate", 23_000),
        ("lines.boom_operator.quantity", 14 + 12 + 8),
        ("lines.boom_operator.local", 782_000),
        ("lines.boom_operator.net", 782_000 / ROUBLE),
        ("lines.boom_operator.fringes", (234_600 + 1_564) / ROUBLE),
        ("lines.boom_operator.total", (782_000 + 234_600 + 1_564) / ROUBLE),
        ("lines.crew_hotels_st_petersburg.rate", 4_800),
        ("lines.crew_hotels_st_petersburg.quantity", 12 * 7 / 6 + 2),
        ("lines.crew_hotels_st_petersburg.people", 22),
        ("lines.crew_hotels_st_petersburg.local", 16 * 22 * 4_800),
        ("lines.crew_hotels_st_petersburg.total", 1_689_600 / ROUBLE),
        ("scenario.base.territory.RU.rental", 75_000_000 + 15_000_000 + 8_000_000),
        ("scenario.base.territory.RU.fee", 75_000_000 * 0.15 + 15_000_000 * 0.15 + 8_000_000 * 0.2),
        ("scenario.base.territory.RU.producer_net", 98_000_000 - 15_100_000 - 30_000_000),
        ("scenario.base.territory.RU.guarantee_recouped", 15_000_000),
        ("scenario.base.territory.RU.receipts", 37_900_000 / ROUBLE),
    ],
)
def test_the_model_says_what_the_page_works_out(key, by_hand):
    assert VALUES.number(key) == pytest.approx(by_hand, abs=1e-6)
    whole = float(by_hand).is_integer()
    assert (f"{by_hand:,.0f}" if whole else f"{by_hand:,.2f}") in PAGE


def test_the_base_of_the_crew_rates_follows_from_the_rate_card():
    mids = [
        sqrt(CATALOG.price("moscow", f"{role}_10h").mid * long)
        for role, long in [
            ("gaffer", 24_000 + 2 * 4_800),
            ("key_grip", 16_800 + 2 * 3_800),
            ("electrician", 14_400 + 2 * 3_200),
        ]
    ]
    base = prod(mid / index for mid, index in zip(mids, (1.21, 1.04, 0.94), strict=True)) ** (1 / 3)
    assert all(f"{mid:,.0f} / " in PAGE for mid in mids)
    assert f"{base:,.0f} × 1.13 = {base * 1.13:,.0f}" in PAGE
    assert CATALOG.price("moscow", "boom_operator").mid == round(base * 1.13, -2)
    assert CATALOG.price("moscow", "second_assistant_camera").mid == round(base, -2)


def test_the_hotel_night_follows_from_moscow_and_the_ratio():
    night = CATALOG.price("moscow", "hotel_3_star").mid
    average = {city: CATALOG.price(city, "hotel_average").mid for city in ("moscow", "st_petersburg")}
    assert (night, average) == (5_800, {"moscow": 11_800, "st_petersburg": 9_800})
    assert f"{night:,.0f} × 0.831 = {night * 0.831:,.0f}" in PAGE
    assert round(average["st_petersburg"] / average["moscow"], 3) == 0.831
    assert CATALOG.price("st_petersburg", "hotel_3_star").mid == round(night * 0.831, -2)


def test_employer_charges_are_those_of_the_newest_year_in_the_data():
    assert VALUES.number("schemes.RU_2027.rate_1") == 0.3
    assert VALUES.number("schemes.RU_2027.ceiling_1") == 2_979_000
    assert VALUES.number("schemes.RU_2027.rate_2") == 0.002
    assert "2,979,000" in PAGE
