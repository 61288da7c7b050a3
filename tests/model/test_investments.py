"""When everybody puts its money in: by hand for a film of whole months, and as sums for any film."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cash_films import BOTH, film, line, source
from films import model_of
from hypothesis import given
from hypothesis import strategies as st
from random_films import some
from test_cashflow_properties import sources

from coprod_budget.graph import evaluate
from coprod_budget.model.flows import MONTHS
from coprod_budget.model.investments import Invested, build_investments

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Node

WORLD = {"WW": {"currency": "EUR", "ticket_vat": "none", "exhibitor": 0, "distributor_fee": 0, "partner": "ru"}}
SCENARIOS = {"base": {"weight": 1, "gross": {"WW": 1000}}}


class Money:
    """Who of a film invests when: every party's money by period."""

    def __init__(self, catalog: Catalog, project: dict[str, Any], period: str = "quarter") -> None:
        project = {**project, "revenue": {"territories": WORLD, "scenarios": SCENARIOS, "period": period}}
        self.of: dict[str, Invested] = {}

        def kept(*args: Any) -> dict[str, Invested]:
            self.of = build_investments(*args)
            return self.of

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("coprod_budget.model.build.build_investments", kept)
            self.model = model_of(catalog, json.dumps(project))

    def column(self, node: Node) -> list[float]:
        """All periods, without those at the end in which nothing is left."""
        found = [float(x) for x in evaluate(self.model.graph, [node])[node][:, 0]]
        while found and abs(found[-1]) < 1e-9:
            found.pop()
        return found

    def invested(self, party: str) -> list[float]:
        return self.column(self.of[party].by_period)

    def total(self, party: str) -> float:
        node = self.of[party].total
        return evaluate(self.model.graph, [node]).number(node)


def test_a_partner_pays_as_its_budget_is_paid(catalog: Catalog) -> None:
    """380, 500 and 500 in the last quarter of 2026, 200 in January and 50 in February."""
    money = Money(catalog, film())
    assert money.invested("ru") == pytest.approx([1380, 250])
    assert Money(catalog, film(), "month").invested("ru") == pytest.approx([380, 500, 500, 200, 50])
    assert Money(catalog, film(), "year").invested("ru") == pytest.approx([1380, 250])


def test_what_others_bring_is_no_money_of_the_partner_and_scales_its_payments(catalog: Catalog) -> None:
    money = Money(catalog, film(source("tv", "presale", 815)))
    assert money.invested("ru") == pytest.approx([690, 125])


def test_own_money_that_is_named_comes_first_and_when_it_is_said_to(catalog: Catalog) -> None:
    late = [{"share": 1, "on": "delivery"}]
    money = Money(catalog, film(source("mine", "own", 630, instalments=late)), "month")
    thousand = [1000 * x / 1630 for x in (380, 500, 500, 200, 50)]
    thousand[4] += 630
    assert money.invested("ru") == pytest.approx(thousand)


def test_more_own_money_than_is_needed_counts_as_far_as_it_is_needed(catalog: Catalog) -> None:
    halves = [{"share": 0.5, "on": "start"}, {"share": 0.5, "on": "delivery"}]
    money = Money(catalog, film(source("mine", "own", 2000, instalments=halves)))
    assert money.invested("ru") == pytest.approx([815, 815])


def test_sources_pay_by_their_instalments_and_loans_as_they_are_drawn(catalog: Catalog) -> None:
    halves = [{"share": 0.5, "on": "start"}, {"share": 0.5, "on": "2027-01-15"}]
    loan = source("bank", "loan", 630, interest=0, fee=0)
    money = Money(catalog, film(source("fund", "equity", 1000, instalments=halves), loan))
    assert money.invested("fund") == pytest.approx([500, 500])
    # 500 in October; 380, 500 and 500 are paid: 630 are drawn by December, and no more is lent
    assert money.invested("bank") == pytest.approx([630])
    assert money.invested("ru") == []


def test_of_a_loan_that_a_source_repays_in_part_receipts_owe_the_rest_as_it_is_drawn(catalog: Catalog) -> None:
    loan = source("bank", "loan", 1630, interest=0, fee=0, repaid_from=["tv"])
    money = Money(catalog, film(source("tv", "presale", 400), loan))
    assert money.total("bank") == pytest.approx(1230)
    assert money.invested("bank") == pytest.approx([1230 * 1380 / 1630, 1230 * 250 / 1630])


def test_deferred_pay_is_put_in_as_the_budget_is_paid(catalog: Catalog) -> None:
    money = Money(catalog, film(source("actress", "deferral", 163)))
    assert money.invested("actress") == pytest.approx([138, 25])
    assert money.invested("ru") == pytest.approx([1242, 225])


def test_a_loan_that_is_never_drawn_and_a_partner_without_costs_stand_at_the_start(catalog: Catalog) -> None:
    loan = source("bank", "loan", 500, interest=0, fee=0)
    money = Money(catalog, film(source("fund", "equity", 1630), loan))
    assert money.invested("bank") == pytest.approx([500])
    both = film(source("mine", "own", 100, "gr"), partners=BOTH, split={"default": "ru"})
    money = Money(catalog, both, "month")
    assert money.total("gr") == 0
    assert money.invested("gr") == []


def test_a_partner_that_takes_out_more_than_it_puts_in_keeps_its_sign(catalog: Catalog) -> None:
    money = Money(catalog, film(source("tv", "presale", 3260)))
    assert money.total("ru") == pytest.approx(-1630)
    assert money.invested("ru") == pytest.approx([-1380, -250])


def test_what_waits_is_weighed_by_the_rest_of_the_period_from_the_middle_of_the_month(catalog: Catalog) -> None:
    money = Money(catalog, film())
    first = (380 * 2.5 + 500 * 1.5 + 500 * 0.5) / 3
    assert money.column(money.of["ru"].waiting) == pytest.approx([first, (200 * 2.5 + 50 * 1.5) / 3])
    monthly = Money(catalog, film(), "month")
    assert monthly.column(monthly.of["ru"].waiting) == pytest.approx([190, 250, 250, 100, 25])


def test_a_film_that_begins_inside_a_quarter_has_less_of_it(catalog: Catalog) -> None:
    later = film()
    money = Money(catalog, {**later, "schedule": {**later["schedule"], "start": "2026-11-01"}})
    assert money.invested("ru") == pytest.approx([880, 750])
    assert money.column(money.of["ru"].waiting)[0] == pytest.approx((380 * 1.5 + 500 * 0.5) / 3)


def test_nodes_for_interest_are_built_only_for_who_asks(catalog: Catalog) -> None:
    money = Money(catalog, film())
    assert "months.*.left_of_period" not in money.model.graph
    assert money.of["ru"].waiting is money.of["ru"].waiting


@some
@given(data=st.data())
def test_the_periods_sum_to_what_the_plan_says(catalog: Catalog, data: st.DataObject) -> None:
    entries = data.draw(st.lists(sources(list(BOTH)), max_size=5))
    finance = [{**entry, "id": f"s{n}"} for n, entry in enumerate(entries)]
    if data.draw(st.booleans()):
        finance.append(source("bank", "loan", data.draw(st.integers(0, 2000)), interest=0.1, fee=0.02))
    rows = [line("camera", data.draw(st.integers(0, 2000)), bearer=data.draw(st.sampled_from(["ru", "gr"])))]
    project = film(*finance, partners=BOTH, budget={"rounding": "none", "lines": rows})
    project["schedule"] = {**project["schedule"], "release": "2027-06-01"}
    money = Money(catalog, project, data.draw(st.sampled_from(list(MONTHS))))
    for party in money.of:
        total = money.total(party)
        assert sum(money.invested(party)) == pytest.approx(total, abs=1e-9 * max(abs(total), 1000)), party
        if total >= 0:
            assert min(money.invested(party), default=0) >= -1e-9
        waiting = sum(money.column(money.of[party].waiting))
        assert min(total, 0) - 1e-6 <= waiting <= max(total, 0) + 1e-6
