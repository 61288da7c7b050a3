"""Break-even and waterfall by hand, and explanations that end where a figure comes from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from films import ALONE, FILM, LEAD, OWN, figures, model_of, warnings

from coprod_budget.graph import Step, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.catalog import Catalog


# --- break-even -----------------------------------------------------------------------------------------------------


def test_a_party_that_is_paid_a_percentage_and_profit_is_whole_beyond_the_first_position(catalog: Catalog) -> None:
    """ru has 10 % of receipts and, once gr has its 400, all of the rest: 0.1 R + 0.9 R - 400 = 600 at R = 1,000."""
    steps = "waterfall=[{pay: ru, kind: percent_of_gross, rate: 10%}, {pay: gr, kind: until_recouped}, {pay: ru, kind: net_profit}]"
    assert figures(catalog, ALONE, steps, keys="party.ru.break_even_gross_WW") == [pytest.approx(1000)]


def test_a_percentage_behind_a_fixed_position_first_takes_all_that_reaches_it(catalog: Catalog) -> None:
    """The bank has 1,000; of 1,600 half would be 800, but 600 are left, and ru takes them all."""
    steps = "waterfall=[{pay: bank, kind: fixed, amount: 1000}, {pay: ru, kind: percent_of_gross, rate: 50%}, {pay: gr, kind: net_profit}]"
    assert figures(catalog, ALONE, steps, keys="party.ru.break_even_gross_WW") == [pytest.approx(1600)]
    assert figures(
        catalog, ALONE, steps, "revenue.scenarios.base.gross.WW=1600", keys="scenario.base.party.ru.received"
    ) == [pytest.approx(600)]


def test_a_party_that_is_never_whole_has_no_break_even(catalog: Catalog) -> None:
    steps = "waterfall=[{pay: ru, kind: fixed, amount: 599}, {pay: gr, kind: net_profit}]"
    (found,) = figures(catalog, ALONE, steps, keys="party.ru.break_even_gross_WW")
    assert math.isnan(found)


def test_a_premium_paid_first_does_not_shorten_the_recoupment(catalog: Catalog) -> None:
    steps = (
        "waterfall=[{pay: ru, kind: until, amount: premium, premium: 20%}, {pay: [ru, gr], kind: until_recouped}]",
        "revenue.scenarios.base.gross.WW=5000",
    )
    keys = "scenario.base.party.ru.received scenario.base.party.gr.received"
    assert figures(catalog, ALONE, *steps, keys=keys) == [pytest.approx(720), pytest.approx(400)]


def test_a_premium_of_nothing_in_a_step_is_nothing(catalog: Catalog) -> None:
    fund = "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 100, currency: EUR, premium: 20%}]"
    gross = "revenue.scenarios.base.gross.WW=900"
    step = "waterfall=[{pay: fund, kind: until, amount: premium%s}]"
    keys = "scenario.base.party.fund.received"
    assert figures(catalog, ALONE, fund, gross, step % "", keys=keys) == [20]
    assert figures(catalog, ALONE, fund, gross, step % ", premium: 0", keys=keys) == [0]


def test_a_position_that_nothing_reaches_is_warned_of(catalog: Catalog) -> None:
    steps = "waterfall=[{pay: ru, kind: net_profit}, {id: late, pay: gr, kind: until_recouped}]"
    assert "nothing ever reaches the position 'late'" in warnings(catalog, ALONE, steps)


def test_a_line_below_zero_fails_a_check(catalog: Catalog) -> None:
    keys = "checks.lines_not_negative.ok checks.all_ok"
    assert figures(catalog, OWN, f"{LEAD}.quantity=shoot_days - 100", keys=keys) == [0, 0]
    assert figures(catalog, OWN, keys=keys) == [1, 1]


def test_more_brought_through_a_partner_than_it_bears_fails_a_check_and_pays_nothing_back_twice(
    catalog: Catalog,
) -> None:
    fund = "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 2000, currency: EUR}]"
    gross = "revenue.scenarios.base.gross.WW=900"
    keys = "partner.ru.own checks.partners_not_overpaid.ok checks.all_ok scenario.base.party.ru.received"
    assert figures(catalog, ALONE, fund, gross, keys=keys) == [pytest.approx(-1400), 0, 0, 0]


# --- explanation ----------------------------------------------------------------------------------------------------


def leaves(step: Step) -> Iterator[Step]:
    for part in step.parts:
        yield from leaves(part)
    if not step.parts and not step.seen:
        yield step


FULL = (
    FILM
    + """\
  lines:
    - {id: lens, account: camera, description: Lens, rate: 50, currency: EUR, quantity: shoot_days * 2, bearer: gr}
finance:
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 500, currency: EUR, premium: 20%}
revenue:
  territories: {QR: {p_and_a: 1000}}
  scenarios:
    low: {weight: 50%, gross: {QR: 400000}}
    high: {weight: 50%, gross: {QR: 9000000}}
"""
)


@pytest.mark.parametrize(
    "key",
    [
        "budget.total",
        "account.electric.total",
        "account.camera.total",
        "group.charges.total",
        "partner.ru.borne_share",
        "partner.ru.spent",
        "party.ru.multiple",
        "party.fund.received",
        "party.ru.break_even_gross_QR",
        "scenario.high.party.gr.received",
    ],
)
def test_every_figure_is_explained_down_to_inputs_that_say_where_they_come_from(catalog: Catalog, key: str) -> None:
    tree = explain(model_of(catalog, FULL).graph, key, depth=200, rows=1000)
    ends = list(leaves(tree))
    assert ends
    inputs = [end for end in ends if end.origin is not None]
    assert inputs
    # a sum of nothing ends in 0, and "only gr bears it" is 1 by its name; everything else is an input
    assert [e.key for e in ends if e.origin is None and e.value != 0 and not e.key.startswith("rules.only_")] == []
    nowhere = [end.key for end in inputs if end.origin and not (end.origin.title or end.origin.where)]
    assert nowhere == []


def test_a_typed_rate_points_to_its_line_of_the_file(catalog: Catalog) -> None:
    ends = {end.key: end for end in leaves(explain(model_of(catalog, FULL).graph, "account.camera.total", depth=99))}
    rate = ends["lines.lens.rate"]
    assert rate.origin is not None
    assert (rate.value, rate.origin.where) == (50, "film.yaml:15")
    days = ends["schedule.shoot_days.strelsau"]
    assert days.origin is not None
    assert (days.value, days.origin.where) == (4, "film.yaml:11")


def test_a_price_of_a_table_points_to_its_source(catalog: Catalog) -> None:
    ends = {end.key: end for end in leaves(explain(model_of(catalog, FULL).graph, "account.electric.total", depth=99))}
    origin = ends["lines.gaffer_strelsau.rate"].origin
    assert origin is not None
    assert (origin.basis, origin.title, origin.as_of) == ("quoted", "Invented rate card", "2026-05")
    assert "cost_tables/strelsau.csv" in origin.where
    law = ends["schemes.QR_2026.rate_1"].origin
    assert law is not None
    assert law.title == "Invented law"
