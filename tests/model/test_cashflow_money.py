"""When the sources of finance pay, and what that does to the account: by hand, for a film of whole months."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cash_films import BOTH, Cash, film, line, source
from films import figures
from programmes import catalog_with, programme, rule

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.catalog import Catalog


def test_each_kind_of_source_pays_when_such_sources_usually_do(catalog: Catalog) -> None:
    cash = Cash(
        catalog,
        film(
            source("own", "own", 100), source("fund", "equity", 200), source("grant", "grant", 300),
            source("support", "advance", 50), source("shoes", "sponsorship", 30), source("tv", "presale", 400),
            source("minimum", "guarantee", 60),
        ),
    )  # fmt: skip
    assert cash["sources"] == pytest.approx([680, 0, 0, 0, 460])
    assert cash["source_tv"] == pytest.approx([0, 0, 0, 0, 400])
    assert not cash.off()


def test_instalments_come_at_milestones_dates_and_months_after(catalog: Catalog) -> None:
    paid = [
        {"share": 0.1, "on": "signature"},
        {"share": 0.2, "on": "shoot_start"},
        {"share": 0.3, "on": "2026-12-24"},
        {"share": 0.15, "on": "picture_lock"},
        {"share": 0.25, "on": "delivery", "after_months": 2},
    ]
    cash = Cash(catalog, film(source("grant", "grant", 1000, instalments=paid)))
    assert cash["sources"] == pytest.approx([100, 200, 300, 150, 0, 0, 250])


def test_instalments_may_be_amounts_and_keep_their_parts_when_the_whole_is_varied(catalog: Catalog) -> None:
    paid = [{"amount": 300, "on": "start"}, {"amount": 100, "on": "delivery"}]
    cash = Cash(catalog, film(source("grant", "grant", 400, instalments=paid)))
    assert cash["sources"] == pytest.approx([300, 0, 0, 0, 100])
    assert not cash.off()


def test_a_source_in_another_currency_pays_what_it_is_worth(catalog: Catalog) -> None:
    grant = {**source("grant", "grant", 1000), "currency": "FLR"}
    assert Cash(catalog, film(grant))["sources"] == pytest.approx([400])


def test_a_rebate_comes_after_delivery_and_the_lag_of_its_programme(tmp_path: Path) -> None:
    lag = rule("payment_lag", {"low": 3, "typical": 5, "high": 9})
    catalog = catalog_with(tmp_path, programme("cashback", lag))
    entry = source("rebate", "rebate", "expected", programme="cashback")
    lines = [line("camera", 1000)]
    project = film(entry, incentives=[{"id": "cashback", "turn_on": True}], budget={"lines": lines})
    cash = Cash(catalog, project)
    assert cash["sources"] == pytest.approx([0] * 9 + [100])
    assert "W722" not in [p.code for p in cash.model.warnings]


def test_a_rebate_whose_lag_nobody_knows_comes_after_the_months_that_the_file_assumes_and_says_so(
    catalog: Catalog,
) -> None:
    cash = Cash(catalog, film(source("rebate", "rebate", 100), cashflow={"rebate_months": 7}))
    assert cash["sources"] == [0] * 11 + [100]
    assert "W722" in [p.code for p in cash.model.warnings]


def test_a_source_later_by_its_months_exposes_the_partners_for_longer(catalog: Catalog) -> None:
    cash = Cash(catalog, film(source("fund", "equity", 600), source("tv", "presale", 400), cashflow={"late_months": 2}))
    assert cash["before_loans"][:5] == pytest.approx([220, -280, -780, -980, -630])
    assert cash["late_fund"][:5] == pytest.approx([-380, -880, -780, -980, -630])
    assert cash["late_tv"][:7] == pytest.approx([220, -280, -780, -980, -1030, -1030, -630])
    assert cash.number("cash.peak_exposure") == pytest.approx(980)
    assert cash.number("cash.peak_month") == 3
    assert cash.number("stress.fund.peak_late") == pytest.approx(980)
    assert cash.number("stress.tv.peak_late") == pytest.approx(1030)
    assert cash.number("stress.tv.peak_change") == pytest.approx(50)


def test_what_comes_in_kind_or_is_paid_later_is_no_exposure(catalog: Catalog) -> None:
    cash = Cash(catalog, film(source("van", "in_kind", 163), source("pay", "deferral", 326)))
    assert cash["in_kind"] == pytest.approx([0.3 * x for x in (380, 500, 500, 200, 50)])
    assert cash.number("cash.peak_exposure") == pytest.approx(0.7 * 1630)
    assert cash.number("cash.final") == pytest.approx(-cash.number("finance.gap"))


def test_a_film_whose_money_is_there_before_it_is_needed_exposes_nobody(catalog: Catalog) -> None:
    cash = Cash(catalog, film(source("fund", "equity", 1630)))
    assert cash.number("cash.peak_exposure") == pytest.approx(0)
    assert cash.number("cash.peak_month") != cash.number("cash.peak_month")  # nobody asks when


def test_the_money_of_one_partner_does_not_help_the_other(catalog: Catalog) -> None:
    cash = Cash(catalog, film(source("fund", "equity", 1630), partners=BOTH))
    assert cash.number("cash.peak_exposure") == pytest.approx(0)
    assert cash.number("partner.ru.peak_exposure") == pytest.approx(0)
    assert cash.number("partner.gr.peak_exposure") == pytest.approx(0.4 * 1630)
    assert cash["before_loans_gr"][:5] == pytest.approx([-0.4 * x for x in (380, 880, 1380, 1580, 1630)])


def test_a_film_without_finance_has_a_cash_flow_too(catalog: Catalog) -> None:
    lowest, final = figures(catalog, json.dumps(film()), keys="cash.lowest cash.final")
    assert (lowest, final) == (pytest.approx(-1630), pytest.approx(-1630))
