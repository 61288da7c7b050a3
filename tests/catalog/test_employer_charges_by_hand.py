"""Employer charges of 2026 for three pays in Russia and three in Serbia, worked out by hand from the rates of the law."""

from __future__ import annotations

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.model import build_model
from coprod_budget.project import load_project

PROJECT = """
title: One person
as_of: 2026-09-30
currency: {currency}
partners: {{a: {{name: A, country: {country}, currency: {currency}, share: 100%}}}}
schedule: {{start: 2026-03-01, shoot_days: {{{city}: 20}}}}
budget:
  lines:
    - {{id: pay, account: cast, description: Pay, person: one, labour: employee, spent: {city},
        quantity: {months}, unit: month, rate: {rate}, currency: {currency}}}
"""


@pytest.mark.parametrize(
    ("city", "country", "currency", "months", "rate", "by_hand"),
    [
        ("moscow", "RU", "RUB", 4, 250_000, 1_000_000 * 0.302),
        ("moscow", "RU", "RUB", 1, 2_979_000, 2_979_000 * 0.302),  # just at the ceiling of the year
        ("moscow", "RU", "RUB", 2, 2_500_000, 2_979_000 * 0.3 + 2_021_000 * 0.151 + 5_000_000 * 0.002),
        ("belgrade", "RS", "RSD", 1, 200_000, 200_000 * 0.1515),
        ("belgrade", "RS", "RSD", 2, 732_820, 2 * 732_820 * 0.1515),  # just at the ceiling of each month
        ("belgrade", "RS", "RSD", 3, 2_000_000, 3 * 732_820 * 0.1515),
    ],
)
def test_charges_of_2026(city, country, currency, months, rate, by_hand):
    text = PROJECT.format(city=city, country=country, currency=currency, months=months, rate=rate)
    values = build_model(load_project(text, filename="one.yaml"), open_catalog()).evaluate()
    assert values.number("lines.pay.net") == months * rate
    assert values.number("lines.pay.fringes") == pytest.approx(by_hand, abs=0.005)
