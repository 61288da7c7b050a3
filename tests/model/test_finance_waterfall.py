"""What receipts pay back of the finance plan: loans first and only what no source repays, deferred pay after the investors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from films import ALONE, figures, model_of, warnings

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

LOAN = "{id: bank, name: Bank, kind: loan, partner: ru, amount: 300, currency: EUR, interest: 10%, months: 12}"
EQUITY = "{id: fund, name: Fund, kind: equity, partner: ru, amount: 200, currency: EUR, premium: 20%}"
LATER = "{id: actress, name: Actress, kind: deferral, partner: gr, amount: 50, currency: EUR}"
ADVANCE = "{id: state, name: State, kind: advance, partner: gr, amount: 100, currency: EUR}"
PRESALE = "{id: tv, name: Television, kind: presale, partner: ru, amount: 120, currency: EUR}"


def received(catalog: Catalog, gross: float, *sources: str, steps: str = "", keys: str) -> list[float]:
    """The figures of a film of 1,000 euro whose only territory returns all it grosses."""
    sets = [f"finance=[{', '.join(sources)}]", f"revenue.scenarios.base.gross.WW={gross}"]
    if steps:
        sets.append(f"waterfall=[{steps}]")
    return figures(catalog, ALONE, *sets, keys=" ".join(f"scenario.base.party.{k}.received" for k in keys.split()))


def test_a_loan_is_repaid_its_face_value_before_anybody_else_if_no_waterfall_is_given(catalog: Catalog) -> None:
    assert received(catalog, 200, LOAN, EQUITY, keys="bank fund ru gr") == [200, 0, 0, 0]
    bank, fund, ru, gr = received(catalog, 400, LOAN, EQUITY, keys="bank fund ru gr")
    assert bank == 300
    assert fund + ru + gr == pytest.approx(100)
    assert fund == pytest.approx(100 * 200 / (1000 + 30 - 300)), "the rest is shared by what each put in"


def test_senior_loans_come_before_loans_of_the_gap_and_those_before_mezzanine(catalog: Catalog) -> None:
    loans = [
        f"{{id: {name}, name: B, kind: loan, partner: ru, amount: 100, currency: EUR, interest: 0, security: {rank}}}"
        for name, rank in (("last", "mezzanine"), ("middle", "gap"), ("first", "senior"))
    ]
    assert received(catalog, 150, *loans, keys="first middle last") == pytest.approx([100, 50, 0])


def test_deferred_pay_comes_after_premiums_and_before_profit(catalog: Catalog) -> None:
    enough = 1000 - 50
    keys = "fund actress ru gr"
    fund, actress, ru, gr = received(catalog, enough + 40 + 20, EQUITY, LATER, keys=keys)
    assert (fund, actress) == (pytest.approx(240), pytest.approx(20))
    assert ru + gr == pytest.approx(enough - 200)
    fund, actress, ru, gr = received(catalog, enough + 40 + 50 + 10, EQUITY, LATER, keys=keys)
    assert actress == pytest.approx(50)
    assert ru == pytest.approx(600 - 200 + 6)


def test_an_advance_recoups_beside_the_investors_and_a_presale_does_not(catalog: Catalog) -> None:
    model = model_of(catalog, ALONE, f"finance=[{ADVANCE}, {PRESALE}]")
    assert "state" in model.waterfall.names
    assert "tv" not in model.waterfall.names
    state, ru, gr = received(catalog, 440, ADVANCE, PRESALE, keys="state ru gr")
    assert state == pytest.approx(440 * 100 / 880)
    assert state + ru + gr == pytest.approx(440)


def test_a_step_until_repaid_pays_what_no_source_repays(catalog: Catalog) -> None:
    steps = "{pay: bank, kind: until_repaid}, {pay: ru, kind: net_profit}"
    bridge = LOAN.replace("}", ", repaid_from: [tv]}")
    assert received(catalog, 1000, LOAN, PRESALE, steps=steps, keys="bank ru") == [300, 700]
    assert received(catalog, 1000, bridge, PRESALE, steps=steps, keys="bank ru") == pytest.approx([180, 820])


def test_what_one_step_leaves_unpaid_of_a_loan_a_later_one_pays(catalog: Catalog) -> None:
    corridor = "{pay: bank, kind: until, amount: 100, currency: EUR}, {pay: {ru: 50%, bank: 50%}, kind: fixed, amount: 20, currency: EUR}"
    steps = f"{corridor}, {{pay: bank, kind: until_repaid}}, {{pay: ru, kind: net_profit}}"
    assert received(catalog, 1000, LOAN, steps=steps, keys="bank ru") == [310, 690]


def test_a_lender_is_whole_at_its_break_even(catalog: Catalog) -> None:
    steps = (
        "{pay: agent, kind: percent_of_gross, rate: 20%}, {pay: bank, kind: until_repaid}, {pay: ru, kind: net_profit}"
    )
    sets = [f"finance=[{LOAN}]", f"waterfall=[{steps}]", "revenue.scenarios.base.gross.WW=1"]
    assert figures(catalog, ALONE, *sets, keys="party.bank.break_even_gross_WW") == [pytest.approx(375)]


def test_a_loan_that_no_step_repays_is_pointed_out(catalog: Catalog) -> None:
    sets = [f"finance=[{LOAN}]", "waterfall=[{pay: ru, kind: net_profit}]"]
    assert "no step of the waterfall repays the loan 'bank'" in warnings(catalog, ALONE, *sets)
    assert "repays the loan" not in warnings(catalog, ALONE, sets[0])
