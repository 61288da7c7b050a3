"""Returns of small films: everybody who gets something has them, and a break-even fed back gives what it promises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from films import ALONE, FILM, figures, model_of
from hypothesis import given
from hypothesis import strategies as st
from random_films import some

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

FUND = "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 200, currency: EUR, premium: 20%}]"
SHOWN = (
    "revenue.territories.WW={currency: EUR, ticket_vat: none, exhibitor: 0, distributor_fee: 20%, p_and_a: 300, "
    "partner: ru, distributor: house}"
)


def test_a_distributor_puts_in_its_advertising_and_has_its_fee_and_its_money_back(catalog: Catalog) -> None:
    """Of 1,000 it keeps 200 as its fee and 300 for what it has spent; 500 are the producers'."""
    keys = [f"scenario.base.party.house.{k}" for k in ("received", "profit", "multiple", "payback_months")]
    found = figures(catalog, ALONE, SHOWN, "revenue.scenarios.base.gross.WW=1000", keys=" ".join(keys))
    assert found[:3] == pytest.approx([500, 200, 5 / 3])
    assert found[3] > 0
    loss = figures(catalog, ALONE, SHOWN, "revenue.scenarios.base.gross.WW=0", keys=f"{keys[0]} party.house.irr")
    assert loss == [0, -1]


def test_a_partner_that_distributes_has_both_in_one_account(catalog: Catalog) -> None:
    terms = SHOWN.replace("house", "ru")
    model = model_of(catalog, ALONE, terms, "revenue.scenarios.base.gross.WW=1000")
    values = model.evaluate()
    assert "house" not in model.waterfall.names
    assert values.number("party.ru.invested") == pytest.approx(600 + 300)
    assert values["period.*.put_in_ru"].sum() == pytest.approx(900)
    # 500 at source, and 60 % of the 500 of the producers: what comes back at source is not owed once more in the pool
    assert values.number("scenario.base.party.ru.received") == pytest.approx(800)


def test_a_lender_earns_the_fee_and_interest_that_the_plan_pays(catalog: Catalog) -> None:
    """200 lent for a year at 10 % and 2 %: 24 from the plan, 200 from receipts; where nothing comes in, the 24 are all."""
    bank = "finance=[{id: bank, name: Bank, kind: loan, partner: ru, amount: 200, currency: EUR, interest: 10%, fee: 2%, months: 12}]"
    words = ("received", "from_plan", "profit", "multiple", "recouped")
    keys = " ".join(f"scenario.base.party.bank.{k}" for k in words)
    whole = figures(catalog, ALONE, bank, "revenue.scenarios.base.gross.WW=2000", keys=keys)
    assert whole == pytest.approx([200, 24, 24, 1.12, 1])
    nothing = figures(catalog, ALONE, bank, keys=keys)
    assert nothing == pytest.approx([0, 24, -176, 0.12, 0])
    # sources that repay half of it leave half of it to look at, with half of what it earns
    repaid = bank.replace("months: 12}", "months: 12, repaid_from: [tv]}").replace(
        "=[", "=[{id: tv, name: TV, kind: presale, partner: ru, amount: 100, currency: EUR}, "
    )
    half = figures(catalog, ALONE, repaid, "revenue.scenarios.base.gross.WW=2000", keys=keys)
    assert half == pytest.approx([100, 12, 12, 1.12, 1])


def test_talent_with_points_has_a_present_value_and_no_rate(catalog: Catalog) -> None:
    steps = "waterfall=[{pay: star, kind: percent_of_gross, rate: 10%}, {pay: [ru, gr], kind: until_recouped}]"
    keys = "party.star.received party.star.npv party.star.irr party.star.payback_months party.star.break_even_gross_WW"
    found = figures(catalog, ALONE, steps, "revenue.scenarios.base.gross.WW=1000", keys=keys)
    assert found[0] == pytest.approx(100)
    assert 0 < found[1] < 100, "later money is worth less"
    assert all(math.isnan(x) for x in found[2:])


def test_a_rate_of_discount_of_nothing_leaves_the_profit(catalog: Catalog) -> None:
    keys = "party.ru.npv party.ru.profit"
    npv, profit = figures(catalog, ALONE, "returns.discount_rate=0", "revenue.scenarios.base.gross.WW=1500", keys=keys)
    assert npv == pytest.approx(profit)
    assert profit == pytest.approx(0.6 * 500)


def test_break_evens_stand_without_scenarios(catalog: Catalog) -> None:
    """The home territory is known by its terms; the gross fed back as a scenario returns the investment."""
    model = model_of(catalog, FILM)
    values = model.evaluate()
    assert model.returns.by_scenario == model.returns.expected == {}
    (home,) = model.returns.break_even
    gross, invested = values.number(f"party.gr.break_even_gross_{home.territory}"), values.number("party.gr.invested")
    played = f"revenue.scenarios={{base: {{weight: 100%, gross: {{{home.territory}: {gross!r}}}}}}}"
    received = figures(
        catalog, FILM, f"revenue.territories.{home.territory}={{}}", played, keys="scenario.base.party.gr.received"
    )
    assert received == [pytest.approx(invested)]


def test_a_territory_of_nobody_is_not_tried_alone(catalog: Catalog) -> None:
    nobody = "revenue.territories.WW.partner=null"
    assert model_of(catalog, ALONE, nobody).returns.break_even == []


percents = st.integers(0, 60).map(lambda n: n / 100)


@some
@given(
    exhibitor=percents,
    fee=percents,
    spent=st.integers(0, 900),
    guarantee=st.sampled_from([0, 0, 150]),
    points=st.integers(0, 20),
)
def test_the_gross_that_is_found_gives_investment_premium_and_profit(
    catalog: Catalog, exhibitor: float, fee: float, spent: int, guarantee: int, points: int
) -> None:
    terms = (
        f"revenue.territories.WW={{currency: EUR, ticket_vat: 10%, exhibitor: {exhibitor}, distributor_fee: {fee}, "
        f"p_and_a: {spent}, minimum_guarantee: {guarantee}, partner: ru}}"
    )
    steps = (
        f"waterfall=[{{pay: star, kind: percent_of_gross, rate: {points / 100}}}, {{pay: [fund, ru, gr], kind: until_recouped}}, "
        "{pay: fund, kind: until, amount: premium}, {pay: {ru: 60%, gr: 40%}, kind: net_profit}]"
    )
    sets = (terms, steps, FUND)
    first = model_of(catalog, ALONE, *sets).evaluate()

    wanted = [
        ("party.gr.break_even_gross_WW", "party.gr.received", first.number("party.gr.invested")),
        ("party.fund.break_even_premium_WW", "party.fund.received", 240.0),
        ("party.ru.break_even_profit_WW", "party.ru.received", first.number("party.ru.invested") + 0.005),
        ("territory.WW.budget_gross", "producer_receipts", 1000.0),
    ]
    grosses = [first.number(key) * part for key, _, _ in wanted for part in (1, 0.999)]
    tried = ", ".join(
        f"s{n}: {{weight: {1 / len(grosses)}, gross: {{WW: {gross!r}}}}}" for n, gross in enumerate(grosses)
    )
    values = model_of(catalog, ALONE, *sets, f"revenue.scenarios={{{tried}}}").evaluate()
    for n, (_, paid, goal) in enumerate(wanted):
        assert values.number(f"scenario.s{2 * n}.{paid}") == pytest.approx(goal, abs=1e-4)
        assert values.number(f"scenario.s{2 * n + 1}.{paid}") < goal
