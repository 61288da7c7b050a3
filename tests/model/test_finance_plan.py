"""The finance plan of small films, counted by hand: loans that fill a gap, what repays them, who pays, what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from films import figures, model_of, problem, warnings
from programmes import Asked, catalog_with, film, line, programme

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.catalog import Catalog

ONE = """\
title: Four million
as_of: 2026-09-30
partners: {ru: {name: Elphberg Film, country: QR, currency: EUR, share: 100%}}
schedule: {start: 2026-10-01, shoot_days: {strelsau: 6}, prep_weeks: 2, post_weeks: 4}
budget: {lines: [{id: all, account: cast, description: All, rate: 4000000, currency: EUR, spent: strelsau}]}
"""
TWO = """\
title: Two of them
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule: {start: 2026-10-01, shoot_days: {strelsau: 6}}
budget:
  lines:
    - {id: here, account: cast, description: Here, rate: 600, currency: EUR, spent: strelsau, bearer: ru}
    - {id: there, account: cast, description: There, rate: 400, currency: EUR, spent: QG, bearer: gr}
"""
FUND = "{id: fund, name: Fund, kind: grant, partner: ru, amount: 3000000, currency: EUR}"
BANK = "{id: bank, name: Bank, kind: loan, partner: ru, amount: gap, interest: 10%, fee: 2%, months: 14, costs: 60000}"


def of(catalog: Catalog, text: str, *sources: str, keys: str) -> list[float]:
    return figures(catalog, text, f"finance=[{', '.join(sources)}]", keys=keys)


def test_a_loan_that_fills_the_gap_pays_for_itself_in_closed_form(catalog: Catalog) -> None:
    """X 4.0m, S 3.0m, fixed costs 60,000, fee 2 %, 10 % for 14 months: (X + l - S) / (1 - a - i)."""
    keys = "finance.bank.face finance.uses finance.gap finance.sources finance.bank.needed"
    loan, uses, gap, sources, needed = of(catalog, ONE, FUND, BANK, keys=keys)
    assert loan == pytest.approx(1_227_799.23, abs=0.005)
    assert uses == pytest.approx(4_227_799.23, abs=0.005)
    assert needed == pytest.approx(1_000_000)
    assert sources == pytest.approx(uses)
    assert gap == 0, "not a rounding of it, which would read as too much or too little"


def test_what_a_loan_costs_and_what_cash_it_leaves(catalog: Catalog) -> None:
    keys = (
        "finance.bank.fee finance.bank.interest_cost finance.bank.fixed_costs finance.bank.cost finance.bank.net_cash"
    )
    fee, interest, fixed, cost, cash = of(catalog, ONE, FUND, BANK, keys=keys)
    assert fee == pytest.approx(0.02 * 1_227_799.23, abs=0.005)
    assert interest == pytest.approx(0.1 * 14 / 12 * 1_227_799.23, abs=0.005)
    assert fixed == 60_000
    assert cost == pytest.approx(227_799.23, abs=0.005)
    assert cash == pytest.approx(1_000_000), "a loan of the gap leaves what was missing, and not a cent more"


def test_where_nothing_is_missing_no_loan_is_taken_and_no_lawyer_paid(catalog: Catalog) -> None:
    rich = FUND.replace("3000000", "4500000")
    face, cost, gap = of(catalog, ONE, rich, BANK, keys="finance.bank.face finance.costs finance.gap")
    assert (face, cost) == (0, 0)
    assert gap == pytest.approx(-500_000), "too much money is named as well"


def test_a_loan_of_a_stated_amount_leaves_its_cost_to_its_partner(catalog: Catalog) -> None:
    loan = (
        "{id: bank, name: Bank, kind: loan, partner: gr, amount: 100, currency: EUR, interest: 12%, fee: 1%, months: 6}"
    )
    keys = (
        "finance.costs finance.uses partner.gr.need partner.gr.in_plan partner.gr.gap partner.ru.gap party.gr.invested"
    )
    costs, uses, need, brought, gap, other, invested = of(catalog, TWO, loan, keys=keys)
    assert costs == pytest.approx(7)
    assert uses == pytest.approx(1007)
    assert (need, brought) == (pytest.approx(407), pytest.approx(100))
    assert (gap, other) == (pytest.approx(307), pytest.approx(600))
    assert invested == pytest.approx(307)


def test_two_partners_fill_their_own_gaps_each_with_its_own_terms(catalog: Catalog) -> None:
    dear = "{id: dear, name: Dear, kind: loan, partner: gr, amount: gap, interest: 20%, fee: 10%, months: 12}"
    cheap = "{id: cheap, name: Cheap, kind: loan, partner: ru, amount: gap, interest: 0, fee: 4%}"
    gift = "{id: gift, name: Gift, kind: grant, partner: ru, amount: 120, currency: EUR}"
    keys = "finance.dear.face finance.cheap.face finance.gap partner.ru.gap partner.gr.gap"
    a, b, *gaps = of(catalog, TWO, dear, cheap, gift, keys=keys)
    assert a == pytest.approx(400 / 0.7)
    assert b == pytest.approx(480 / 0.96)
    assert gaps == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_loan_beside_another_pays_that_ones_cost_as_well(catalog: Catalog) -> None:
    first = "{id: first, name: First, kind: loan, partner: gr, amount: 100, currency: EUR, interest: 0, fee: 10%}"
    rest = "{id: rest, name: Rest, kind: loan, partner: gr, amount: gap, interest: 0, fee: 50%}"
    face, gap = of(catalog, TWO, first, rest, keys="finance.rest.face partner.gr.gap")
    assert face == pytest.approx((400 + 10 - 100) / 0.5)
    assert gap == pytest.approx(0, abs=1e-9)


def test_a_loan_that_costs_all_it_lends_is_refused(catalog: Catalog) -> None:
    loan = BANK.replace("months: 14", "months: 120")
    found = problem(catalog, ONE, f"finance=[{FUND}, {loan}]")
    assert "fee and interest of bank come to 102% of the loan, so no loan can fill the gap" in found


def test_months_run_from_the_first_day_of_shooting_to_the_release_if_nobody_says(catalog: Catalog) -> None:
    """Six weeks from the first day of shooting to delivery: one of shooting, one of wrap, four of post."""
    loan = "{id: bank, name: Bank, kind: loan, partner: ru, amount: 100, currency: EUR, interest: 12%}"
    months, interest = of(catalog, ONE, loan, keys="finance.bank.months finance.bank.interest_cost")
    assert months == pytest.approx(6 * 7 * 12 / 365)
    assert interest == pytest.approx(100 * 0.12 * 6 * 7 / 365)
    later = loan.replace(
        "}", ", repaid_on: 2027-10-01, instalments: [{share: 50%, on: 2026-10-01}, {share: 50%, on: 2027-04-01}]}"
    )
    assert of(catalog, ONE, later, keys="finance.bank.months") == [pytest.approx(9)]


def test_a_loan_without_interest_is_said_to_be_one(catalog: Catalog) -> None:
    loan = "{id: bank, name: Bank, kind: loan, partner: ru, amount: 100, currency: EUR}"
    assert "no interest is given for bank" in warnings(catalog, ONE, f"finance=[{loan}]")
    assert "no interest" not in warnings(catalog, ONE, f"finance=[{loan.replace('}', ', interest: 0}')}]")


# --- what repays a loan --------------------------------------------------------------------------------------------------

PRESALE = "{id: tv, name: Television, kind: presale, partner: ru, amount: 1500000, currency: EUR}"
BRIDGE = "{id: bridge, name: Bridge, kind: loan, partner: ru, amount: 1000000, currency: EUR, interest: 0, repaid_from: [tv]}"


def test_money_that_repays_a_loan_does_not_pay_for_the_film_twice(catalog: Catalog) -> None:
    keys = "finance.sources finance.tv.repays finance.tv.in_plan finance.bridge.outstanding finance.gap party.bridge.invested"
    total, repays, left, owed, gap, invested = of(catalog, ONE, PRESALE, BRIDGE, keys=keys)
    assert (repays, left, owed) == (1_000_000, 500_000, 0)
    assert total == pytest.approx(1_500_000)
    assert gap == pytest.approx(2_500_000)
    assert invested == 0, "nothing of it is left for the receipts to pay"


def test_what_the_sources_do_not_repay_is_left_to_the_waterfall(catalog: Catalog) -> None:
    large = BRIDGE.replace("1000000", "2000000")
    keys = "finance.tv.in_plan finance.bridge.outstanding finance.sources"
    assert of(catalog, ONE, PRESALE, large, keys=keys) == [0, 500_000, 2_000_000]


def test_two_lenders_on_one_source_are_repaid_in_the_order_of_the_file(catalog: Catalog) -> None:
    second = BRIDGE.replace("id: bridge", "id: second")
    keys = "finance.bridge.outstanding finance.second.outstanding finance.tv.in_plan"
    assert of(catalog, ONE, PRESALE, BRIDGE, second, keys=keys) == [0, 500_000, 0]


def test_a_loan_of_the_gap_does_not_spend_what_repays_it(catalog: Catalog) -> None:
    """Without the presale 4,000,000 are missing; the presale pays 1,500,000 of the loan back."""
    loan = "{id: bank, name: Bank, kind: loan, partner: ru, amount: gap, interest: 0, repaid_from: [tv]}"
    keys = "finance.bank.face finance.bank.outstanding finance.tv.in_plan finance.gap"
    assert of(catalog, ONE, PRESALE, loan, keys=keys) == pytest.approx([4_000_000, 2_500_000, 0, 0], abs=1e-6)


# --- kinds and sums ------------------------------------------------------------------------------------------------------

ALL_KINDS = [
    "{id: mine, name: Own, kind: own, partner: ru, amount: 50, currency: EUR, status: secured}",
    "{id: eq, name: Equity, kind: equity, partner: ru, amount: 60, currency: EUR, status: secured}",
    "{id: adv, name: Advance, kind: advance, partner: ru, amount: 70, currency: EUR, status: applied}",
    "{id: kit, name: Cameras, kind: in_kind, partner: gr, amount: 30, currency: EUR, status: hoped}",
    "{id: pay, name: Pay, kind: deferral, partner: gr, amount: 20, currency: EUR}",
    "{id: shop, name: Sponsor, kind: sponsorship, partner: gr, amount: 10, currency: EUR}",
    "{id: mg, name: Guarantee, kind: guarantee, partner: gr, amount: 15, currency: EUR, status: secured}",
]  # fmt: skip


def test_own_money_that_is_named_stays_its_partners_investment(catalog: Catalog) -> None:
    keys = "partner.ru.gap partner.ru.brought partner.ru.invested party.ru.invested partner.ru.in_plan"
    gap, brought, invested, party, there = of(catalog, TWO, *ALL_KINDS, keys=keys)
    assert (there, brought, gap) == (pytest.approx(180), pytest.approx(130), pytest.approx(420))
    assert invested == party == pytest.approx(470)


def test_things_and_waiting_pay_are_finance_and_no_cash(catalog: Catalog) -> None:
    keys = "finance.sources finance.net_cash finance.kit.net_cash finance.pay.net_cash finance.kit.share"
    total, cash, things, waiting, share = of(catalog, TWO, *ALL_KINDS, keys=keys)
    assert total == pytest.approx(255)
    assert cash == pytest.approx(205)
    assert (things, waiting) == (0, 0)
    assert share == pytest.approx(0.03)


def test_sources_stand_by_how_sure_they_are(catalog: Catalog) -> None:
    keys = "finance.secured finance.applied finance.hoped finance.unsaid"
    assert of(catalog, TWO, *ALL_KINDS, keys=keys) == pytest.approx([125, 70, 30, 30])


def test_every_check_of_the_plan_holds(catalog: Catalog) -> None:
    loans = [
        "{id: bank, name: Bank, kind: loan, partner: ru, amount: gap, interest: 9%, fee: 3%, costs: 5, months: 10}",
        "{id: bridge, name: Bridge, kind: loan, partner: gr, amount: 20, currency: FLR, interest: 8%, repaid_from: [mg]}",
    ]
    model = model_of(catalog, TWO, f"finance=[{', '.join([*ALL_KINDS, *loans])}]")
    values = model.evaluate()
    plan = "sources_are_uses sources_by_partner sources_by_status cash_pays_the_budget plan_of_the_partners"
    assert set(plan.split()) < set(model.checks.table.keys)
    assert values.number("checks.all_ok") == 1


def test_a_film_without_sources_has_a_gap_as_large_as_its_budget(catalog: Catalog) -> None:
    keys = "finance.uses finance.sources finance.gap partner.ru.gap party.ru.invested"
    assert figures(catalog, TWO, keys=keys) == pytest.approx([1000, 0, 1000, 600, 600])


# --- rebates that are expected -------------------------------------------------------------------------------------------


def plan_with_rebate(tmp_path: Path, *more: dict[str, Any], **terms: Any) -> Asked:
    entry = {
        "id": "back",
        "name": "Rebate",
        "kind": "rebate",
        "partner": "ru",
        "amount": "expected",
        "programme": "cash",
    }
    chosen = [{"id": "cash", "turn_on": True, **terms}]
    lines = (line("camera", 1000),)
    return Asked(catalog_with(tmp_path, programme("cash")), film(*lines, incentives=chosen, finance=[entry, *more]))


def test_an_expected_rebate_is_what_its_programme_is_expected_to_pay(tmp_path: Path) -> None:
    asked = plan_with_rebate(tmp_path)
    assert asked["finance.back.face"] == pytest.approx(100)
    assert asked["finance.back.face"] == pytest.approx(asked["incentive.cash.expected"])
    assert asked["partner.ru.gap"] == pytest.approx(500)
    assert plan_with_rebate(tmp_path, probability=0.5)["finance.back.face"] == pytest.approx(50)


def test_a_loan_fills_what_the_expected_rebate_leaves(tmp_path: Path) -> None:
    loan = {"id": "bank", "name": "Bank", "kind": "loan", "partner": "ru", "amount": "gap", "fee": 0.5, "interest": 0}
    asked = plan_with_rebate(tmp_path, loan)
    assert asked["finance.bank.face"] == pytest.approx(1000)
    assert asked["finance.gap"] == pytest.approx(400), "the other partner's"


def test_what_is_expected_of_a_programme_that_is_not_asked_is_a_mistake(catalog: Catalog) -> None:
    entry = "{id: back, name: Rebate, kind: rebate, partner: ru, amount: expected, programme: rs_cash_rebate}"
    found = problem(catalog, TWO, f"finance=[{entry}]")
    assert "back: 'rs_cash_rebate' is not among the film's incentives" in found


# --- obligations and sources withdrawn -----------------------------------------------------------------------------------


def bound(name: str, amount: float, place: str, *more: str) -> str:
    terms = ", ".join(["", *more])
    return f"{{id: {name}, name: Fund, kind: grant, partner: ru, amount: {amount}, currency: EUR, spend_in: {place}{terms}}}"


def test_a_source_has_to_be_spent_where_it_says(catalog: Catalog) -> None:
    keys = ["required", "spent", "left", "ok"]
    wanted = " ".join(f"obligation.a.{k}" for k in keys)
    assert of(catalog, TWO, bound("a", 500, "QR"), keys=wanted) == [500, 600, 0, 1]
    assert of(catalog, TWO, bound("a", 500, "QR", "spend_share: 150%"), keys=wanted) == [750, 600, 150, 0]
    assert of(catalog, TWO, bound("a", 500, "QG", "spend_share: 50%"), keys=wanted) == [250, 400, 0, 1]
    assert of(catalog, TWO, bound("a", 500, "hentzau"), keys=wanted) == [500, 0, 500, 0]


def test_one_euro_is_not_spent_for_two_sources(catalog: Catalog) -> None:
    keys = "obligation.a.together obligation.a.ok obligation.b.together obligation.b.left"
    found = of(catalog, TWO, bound("a", 300, "strelsau"), bound("b", 400, "QR"), keys=keys)
    assert found == [300, 1, 700, 100], "the city's money is spent in the country too"


def test_an_unknown_place_of_spending_is_a_mistake(catalog: Catalog) -> None:
    assert "a: no city 'strelsaw'" in problem(catalog, TWO, f"finance=[{bound('a', 1, 'strelsaw')}]")


def test_without_a_source_its_partner_has_to_find_the_money(catalog: Catalog) -> None:
    loan = "{id: bank, name: Bank, kind: loan, partner: gr, amount: 100, currency: EUR, interest: 0, fee: 10%}"
    keys = "finance.gap stress.a.gap stress.a.partner_gap stress.bank.missing stress.bank.partner_gap"
    gap, without, own, missing, other = of(catalog, TWO, bound("a", 200, "QR"), loan, keys=keys)
    assert gap == pytest.approx(1000 + 10 - 300)
    assert (without, own) == (pytest.approx(910), pytest.approx(600))
    assert (missing, other) == (pytest.approx(90), pytest.approx(400)), "without the loan its fee is not paid either"


def test_without_a_bridge_the_money_that_repays_it_comes_to_the_film(catalog: Catalog) -> None:
    keys = "stress.bridge.missing stress.tv.missing"
    assert of(catalog, ONE, PRESALE, BRIDGE, keys=keys) == [0, 500_000]
