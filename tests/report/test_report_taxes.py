"""Taxes on the screen and in files: net, fringes and taxes add up to the line; films without taxes show none."""

from __future__ import annotations

import pytest

from coprod_budget import api
from coprod_budget.report.costs import budget, lines
from coprod_budget.report.json_report import estimate_as_dict
from coprod_budget.report.lines_table import line_rows

FILM = """
title: Taxed
as_of: 2026-09-30
currency: EUR
partners:
  ru: {name: Neva, country: RU, currency: RUB, share: 50%, recovers_vat: false}
  rs: {name: Dunav, country: RS, currency: RSD, share: 50%}
schedule: {shoot_days: {moscow: 12}}
budget:
  vat: VAT
  lines:
    - {id: stage, account: stages, description: Stage, labour: company, spent: moscow, rate: 10000, currency: EUR}
"""


def figures(vat: str):
    return api.estimate(api.load_text(FILM.replace("VAT", vat), filename="taxed.yaml")).figures()


def test_net_fringes_and_taxes_of_a_line_add_up_to_its_total():
    row = line_rows(figures("excluded"))[0]

    assert row["taxes"] == pytest.approx(10_000 * 0.22 * 0.5)  # one of two partners gets VAT back
    assert row["net"] + row["fringes"] + row["taxes"] == pytest.approx(row["total"])


def test_a_film_with_taxes_has_a_column_and_a_table_of_them_and_one_without_has_neither():
    taxed, plain = figures("excluded"), figures("none")

    assert "Taxes" in [c.title for c in lines(taxed).parts[0].columns]
    assert "Taxes" not in [c.title for c in lines(plain).parts[0].columns]
    assert "Taxes" in [getattr(part, "title", "") for part in budget(taxed).parts]
    assert "Taxes" not in [getattr(part, "title", "") for part in budget(plain).parts]


def test_json_says_what_vat_there_is_and_what_of_it_nobody_gets_back():
    found = estimate_as_dict(figures("excluded"))["budget"]["taxes"]

    assert found == {"vat": pytest.approx(2_200), "vat_cost": pytest.approx(1_100)}
