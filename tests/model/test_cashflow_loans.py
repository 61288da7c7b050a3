"""Loans over the months: by hand, for a film of whole months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cash_films import BOTH, Cash, film, line, source

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

EQUITY = source("fund", "equity", 600)
FREE = {"interest": 0, "months": 0}


def test_a_loan_is_drawn_as_it_is_needed_and_no_more(catalog: Catalog) -> None:
    cash = Cash(catalog, film(EQUITY, source("bank", "loan", 1100, interest=0.12, months=0)))
    assert cash["drawn"] == pytest.approx([0, 280, 500, 200, 50])
    assert cash["loans"][:5] == pytest.approx([0, 280, 780, 980, 1030])
    assert cash["position"] == pytest.approx([220])
    assert cash.number("cash.lowest") == pytest.approx(0)
    assert cash.number("cash.peak_exposure") == pytest.approx(1030)


def test_a_loan_that_is_too_small_leaves_the_account_below_nothing(catalog: Catalog) -> None:
    cash = Cash(catalog, film(EQUITY, source("bank", "loan", 700, **FREE)))
    assert cash["drawn"] == pytest.approx([0, 280, 420])
    assert cash["position"][:5] == pytest.approx([220, 0, -80, -280, -330])


def test_interest_by_the_month_is_simple_and_runs_on_what_was_owed_when_the_month_began(catalog: Catalog) -> None:
    cash = Cash(catalog, film(EQUITY, source("bank", "loan", 1100, interest=0.12, months=0)))
    assert cash["interest"] == pytest.approx([0, 0, 2.8, 7.8])  # until delivery, from when receipts repay it
    later = Cash(
        catalog, film(EQUITY, source("bank", "loan", 1100, interest=0.12, months=0)), "schedule.release=2027-04-01"
    )
    assert later["interest"] == pytest.approx([0, 0, 2.8, 7.8, 9.8, 10.3])
    assert later.number("cash.interest") == pytest.approx(30.7)


def test_what_a_loan_costs_is_paid_when_it_is_first_drawn(catalog: Catalog) -> None:
    bank = source("bank", "loan", 2000, interest=0.12, months=6, fee=0.02, costs=30)
    cash = Cash(catalog, film(EQUITY, bank))
    assert cash["finance_costs"] == pytest.approx([0, 120 + 40 + 30])
    assert cash["uses"] == pytest.approx([380, 690, 500, 200, 50])
    assert cash["drawn"] == pytest.approx([0, 470, 500, 200, 50])
    assert not cash.off()


def test_the_last_bit_of_a_sum_draws_no_loan(catalog: Catalog) -> None:
    """Money that is there to the cent, but for how a computer writes a tenth, is enough until the shoot goes on."""
    fund = source("fund", "equity", 0.1 * 3 + 0.6 + 379.1 + 500)
    bank = source("bank", "loan", 1000, fee=0.02, **FREE)
    lines = [line("tenths", 0.7 + 0.2, "prep"), line("plans", 379.1, "prep"), line("camera", 1000)]
    cash = Cash(catalog, film(fund, bank, budget={"rounding": "none", "lines": lines}))
    assert cash["finance_costs"] == pytest.approx([0, 0, 20])


def test_a_loan_that_is_never_needed_still_costs_what_was_agreed(catalog: Catalog) -> None:
    cash = Cash(catalog, film(source("fund", "equity", 1700), source("bank", "loan", 1000, fee=0.02, **FREE)))
    assert cash["drawn"] == []
    assert sum(cash["finance_costs"]) == pytest.approx(20)
    assert cash.number("cash.final") == pytest.approx(50)
    assert not cash.off()


def test_a_loan_that_fills_the_gap_is_drawn_in_full_and_leaves_nothing(catalog: Catalog) -> None:
    bank = source("bank", "loan", "gap", interest=0.1, fee=0.02, costs=15, months=14)
    cash = Cash(catalog, film(EQUITY, bank))
    face = (1630 + 15 - 600) / (1 - 0.02 - 0.1 * 14 / 12)
    assert sum(cash["drawn"]) == pytest.approx(face)
    assert cash.number("cash.final") == pytest.approx(0, abs=1e-9)
    assert cash.number("cash.lowest") == pytest.approx(0, abs=1e-9)
    assert not cash.off()


def test_a_loan_is_repaid_as_the_money_pledged_for_it_comes_in(catalog: Catalog) -> None:
    tv = source(
        "tv", "presale", 400, instalments=[{"share": 0.25, "on": "2026-12-01"}, {"share": 0.75, "on": "delivery"}]
    )
    cash = Cash(catalog, film(EQUITY, tv, source("bank", "loan", 1100, repaid_from=["tv"], **FREE)))
    assert cash["repaid"] == pytest.approx([0, 0, 100, 0, 300])
    assert cash["drawn"] == pytest.approx([0, 280, 500, 200, 50])
    assert cash["loans"][:5] == pytest.approx([0, 280, 680, 880, 630])
    assert cash.number("cash.lowest") == pytest.approx(0)


def test_a_loan_is_not_repaid_before_its_day(catalog: Catalog) -> None:
    tv = source("tv", "presale", 400, instalments=[{"share": 1, "on": "2026-11-15"}])
    bank = source("bank", "loan", 1100, repaid_from=["tv"], repaid_on="delivery", **FREE)
    cash = Cash(catalog, film(tv, bank))
    assert cash["repaid"] == pytest.approx([0, 0, 0, 0, 400])


def test_never_more_is_repaid_than_is_owed(catalog: Catalog) -> None:
    tv = source("tv", "presale", 2000)
    cash = Cash(catalog, film(EQUITY, tv, source("bank", "loan", 1100, repaid_from=["tv"], **FREE)))
    assert cash["repaid"] == pytest.approx([0, 0, 0, 0, 980])
    assert cash["loans"] == pytest.approx([0, 280, 780, 980])


def test_two_loans_on_one_presale_are_repaid_by_rank(catalog: Catalog) -> None:
    tv = source("tv", "presale", 400)
    loans = [
        source("mezz", "loan", 1000, security="mezzanine", repaid_from=["tv"], **FREE),
        source("bank", "loan", 300, security="senior", repaid_from=["tv"], **FREE),
    ]
    cash = Cash(catalog, film(EQUITY, tv, *loans))
    assert cash["source_bank"] == pytest.approx([0, 280, 20])
    assert cash["source_mezz"] == pytest.approx([0, 0, 480, 200, 50])
    assert cash["pays_back_bank"] == pytest.approx([0, 0, 0, 0, 300])
    assert cash["pays_back_mezz"] == pytest.approx([0, 0, 0, 0, 100])
    assert cash.number("cash.final") == pytest.approx(0)


def test_a_loan_with_instalments_is_drawn_by_them_and_costs_at_the_first(catalog: Catalog) -> None:
    parts = [{"share": 0.6, "on": "shoot_start"}, {"share": 0.4, "on": "shoot_end"}]
    cash = Cash(catalog, film(EQUITY, source("bank", "loan", 1000, fee=0.01, instalments=parts, **FREE)))
    assert cash["drawn"] == pytest.approx([0, 600, 0, 400])
    assert cash["finance_costs"] == pytest.approx([0, 10])


def test_every_partner_draws_on_its_own_loan(catalog: Catalog) -> None:
    loans = [source("a", "loan", 2000, "ru", **FREE), source("b", "loan", 500, "gr", **FREE)]
    cash = Cash(catalog, film(*loans, partners=BOTH))
    assert cash["drawn_ru"] == pytest.approx([0.6 * x for x in (380, 500, 500, 200, 50)])
    assert sum(cash["drawn_gr"]) == pytest.approx(500)
    assert cash["position_gr"][:5] == pytest.approx([0, 0, -52, -132, -152])
    assert sum(cash["drawn"]) == pytest.approx(0.6 * 1630 + 500)
