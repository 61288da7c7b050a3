"""Whole films and their waterfalls, worked out by hand: accepted fees, partners that distribute, late loans, days, bonuses."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml

from coprod_budget.errors import ProjectError
from coprod_budget.graph import Program
from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.model import Model

FILM = yaml.safe_load("""
title: A million
as_of: "2026-09-30"
treaty: none
partners:
  ru: {name: First, country: RU, currency: EUR, share: 60%}
  rs: {name: Second, country: RS, currency: EUR, share: 40%}
schedule: {start: "2027-01-04", shoot_days: {belgrade: 20}, delivery: "2027-10-31", release: "2027-11-30"}
budget: {lines: [{account: camera, description: All, rate: 1000000, currency: EUR, spent: belgrade, bearer: by_share}]}
finance: []
revenue:
  period: year
  territories:
    RU: {currency: EUR, ticket_vat: none, ticket_price: 5, exhibitor: 0%, distributor_fee: 0%}
    RS: {currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 0%}
  scenarios: {hit: {weight: 100%, gross: {RU: 500000, RS: 300000}}}
""")
ONE = [{"share": 1, "on": "2028-08-01"}]
TWO = [{"share": 0.5, "on": "2028-08-01"}, {"share": 0.5, "on": "2029-08-01"}]
PROFIT = {"id": "profit", "pay": {"ru": 0.5, "rs": 0.5}, "kind": "net_profit"}


def film(
    catalog: Catalog,
    *waterfall: dict[str, Any],
    paid: list[dict[str, Any]] = ONE,
    gross: dict[str, float] | None = None,
    finance: list[dict[str, Any]] | None = None,
    period: str = "year",
    **terms: dict[str, Any],
) -> Model:
    """Build the film with a waterfall, sources of finance and terms of its territories."""
    data = deepcopy(FILM)
    data["finance"], data["waterfall"], data["revenue"]["period"] = finance or [], list(waterfall), period
    territories = data["revenue"]["territories"]
    for territory in territories:
        territories[territory] |= {"paid": paid, **terms.get(territory, {})}
    if gross is not None:
        data["revenue"]["scenarios"]["hit"]["gross"] = gross
        for territory in set(territories) - set(gross):
            del territories[territory]
    return build_model(load_project(json.dumps(data)), catalog)


def got(model: Model, *parties: str) -> list[float]:
    values = model.evaluate()
    assert values.number("checks.all_ok") == 1
    return [values.number(f"scenario.hit.party.{p}.received") for p in parties]


def fund(amount: float, **more: Any) -> dict[str, Any]:
    return {
        "id": "fund",
        "name": "Fund",
        "kind": "equity",
        "partner": "ru",
        "amount": amount,
        "currency": "EUR",
        **more,
    }


def test_what_was_made_good_goes_back_when_the_waterfall_pays_it_after_all(catalog: Catalog) -> None:
    """800,000 less a fee of 50 % leave 400,000; with 25 % they would be 600,000. 300,000 are owed in either case, and not more."""
    terms = {"distributor_fee": 0.5, "accepted_fee": {"fund": {"rate": 0.25, "made_good_by": "ru"}}}
    steps = ({"id": "back", "pay": "fund", "kind": "until_recouped"}, PROFIT)
    for paid in (ONE, TWO):
        model = film(catalog, *steps, paid=paid, gross={"RU": 800_000}, finance=[fund(300_000)], RU=terms)
        assert got(model, "fund", "ru", "rs") == pytest.approx([300_000, 50_000, 50_000])
    first = model.evaluate()["flow.*.waterfall.made_good_fund.fund"][:, 0]
    assert first.max() == pytest.approx(100_000)  # 2028: 200,000 came in, 300,000 would have
    assert first.min() == pytest.approx(-100_000)  # 2029: the waterfall pays the rest


def test_a_fee_is_also_made_good_where_the_payer_keeps_money_at_source(catalog: Catalog) -> None:
    """30 % of 800,000 are 240,000 at source: more than 150,000, so the share is shut. The fund has 560,000 and would have 600,000."""
    terms = {"distributor_fee": 0.3, "distributor": "ru", "accepted_fee": {"fund": {"rate": 0.2, "made_good_by": "ru"}}}
    share = {"id": "share", "pay": "ru", "kind": "share", "rate": 0.5, "until": {"party": "ru", "total": 150_000}}
    back = {"id": "back", "pay": "fund", "kind": "until_recouped"}
    model = film(catalog, share, back, PROFIT, gross={"RU": 800_000}, finance=[fund(600_000)], RU=terms)
    assert got(model, "fund") == pytest.approx([600_000])


def test_one_party_makes_good_all_that_a_financier_loses(catalog: Catalog) -> None:
    by = {
        p: {"distributor_fee": 0.3, "accepted_fee": {"fund": {"rate": 0.2, "made_good_by": p.lower()}}}
        for p in ("RU", "RS")
    }
    share = {"id": "share", "pay": "fund", "kind": "share", "rate": 0.5}
    with pytest.raises(ProjectError, match="ru makes good to fund what RU costs it, and rs what RS does"):
        film(catalog, share, PROFIT, finance=[fund(600_000)], **by)
    both = {p: {**terms, "accepted_fee": {"fund": {"rate": 0.2, "made_good_by": "ru"}}} for p, terms in by.items()}
    model = film(catalog, share, PROFIT, finance=[fund(600_000)], **both)
    # 800,000 less 30 % are 560,000, less 20 % 640,000: the fund has 280,000 and 40,000 from ru
    assert got(model, "fund", "ru", "rs") == pytest.approx([320_000, 100_000, 140_000])


def test_the_premium_of_a_partner_that_distributes_comes_on_top_of_all_it_puts_in(catalog: Catalog) -> None:
    """Ru puts in 600,000 and 300,000 of P&A. 0.9 G - 300,000 reach the pool; whole at 900,000 = 0.1 G + 300,000 + 0.6 × pool."""
    terms = {"distributor": "ru", "distributor_fee": 0.1, "p_and_a": 300_000}
    steps = {"id": "back", "pay": ["ru", "rs"], "kind": "until_recouped", "premium": 0.2}
    model = film(catalog, steps, PROFIT, RU=terms)
    values = model.evaluate()
    assert values.number("party.ru.break_even_gross_RU") == pytest.approx(1_218_750)
    assert values.number("party.ru.break_even_premium_RU") == pytest.approx(1_406_250)


def test_who_laid_out_for_territories_that_answer_for_each_other_gets_it_back(catalog: Catalog) -> None:
    """200,000 of P&A in Russia, where nothing comes in, are recouped from 800,000 in Serbia, where nobody takes a fee."""
    terms = {"RU": {"collateral": "z", "p_and_a": 200_000}, "RS": {"collateral": "z"}}
    model = film(catalog, PROFIT, gross={"RU": 0, "RS": 800_000}, **terms)
    assert got(model, "distributor_z", "ru", "rs") == pytest.approx([200_000, 300_000, 300_000])


@pytest.mark.parametrize(("period", "close"), [("year", 0.02), ("half_year", 0.02), ("quarter", 0.02), ("month", 0.02)])
def test_a_late_loan_earns_the_same_whatever_the_periods(catalog: Catalog, period: str, close: float) -> None:
    """100,000 at 10 % due on 1 January 2028, repaid at the end of the year: 10,000."""
    loan = {
        "id": "bank",
        "name": "Bank",
        "kind": "loan",
        "partner": "ru",
        "amount": 100_000,
        "currency": "EUR",
        "interest": 0.1,
    }
    bank = [{**loan, "months": 3, "repaid_on": "2028-01-01"}]
    steps = (
        {"id": "loan", "pay": "bank", "kind": "until_repaid"},
        {"id": "late", "pay": "bank", "kind": "until", "amount": "interest"},
        PROFIT,
    )
    model = film(catalog, *steps, paid=[{"share": 1, "on": "2028-12-31"}], finance=bank, period=period)
    assert got(model, "bank")[0] - 100_000 == pytest.approx(10_000, rel=close)


def test_a_day_in_the_first_period_cuts_it_where_it_lies(catalog: Catalog) -> None:
    """A guarantee of 100,000 comes in in 2027: a quarter of the year lies before 1 April."""
    terms = {"minimum_guarantee": 100_000, "guarantee_on": "start"}
    early = {"id": "early", "pay": "rs", "kind": "share", "rate": 1, "until": {"date": "2027-04-01"}}
    rest = {"id": "rest", "pay": "ru", "kind": "net_profit"}
    model = film(catalog, early, rest, gross={"RU": 0}, RU=terms)
    assert got(model, "rs", "ru") == pytest.approx([25_000, 75_000])


def test_a_bonus_is_due_with_the_last_ticket_that_it_waits_for(catalog: Catalog) -> None:
    """500,000 at 5 a ticket are 100,000 tickets, half of them in 2029: the bonus is paid then, not a period later."""
    bonus = {
        "id": "bonus",
        "pay": "lead",
        "kind": "bonus",
        "amount": 1000,
        "paid_by": "ru",
        "after": {"admissions": 100_000, "territory": "RU"},
    }
    model = film(catalog, PROFIT, bonus, paid=TWO)
    assert got(model, "lead") == [1000]
    values = model.evaluate()
    assert values.number("flow.hit.2028.waterfall.bonus.lead") == 0
    assert values.number("flow.hit.2029.waterfall.bonus.lead") == 1000


@pytest.mark.parametrize(
    ("steps", "varied", "value"),
    [
        ([{"id": "s", "pay": "ru", "kind": "share", "rate": 1}, PROFIT], "waterfall.s.rate", 0.5),
        ([PROFIT], "waterfall.profit.share.ru", 0.7),
        ([{"id": "s", "pay": {"ru": 0.6, "rs": 0.3}, "kind": "share"}, PROFIT], "waterfall.s.share.rs", 0.9),
        (
            [
                {"id": "a", "pay": "x", "kind": "percent_of_gross", "rate": 0.4, "of": ["RU"]},
                {"id": "b", "pay": "y", "kind": "percent_of_gross", "rate": 0.5},
                PROFIT,
            ],
            "waterfall.a.rate",
            0.6,
        ),
    ],
)
def test_no_money_is_made_or_lost_when_a_rate_is_varied(
    catalog: Catalog, steps: list[dict[str, Any]], varied: str, value: float
) -> None:
    model = film(catalog, *steps)
    parties = [model.graph.find(f"scenario.hit.party.{p}.received") for p in model.waterfall.parties.keys]
    left = model.graph.find("scenario.hit.undistributed")
    nodes = [found[0] for found in (*parties, left) if found is not None]
    values = Program(model.graph, nodes, [varied]).run({varied: np.array([value])})
    assert sum(values[node][0, 0] for node in nodes) == pytest.approx(800_000)
    assert min(values[node][0, 0] for node in nodes) >= 0
