"""Rates of return that others have published, and two that they got wrong.

Figures: documentation of numpy-financial (github.com/numpy/numpy-financial, 2025-05-21), read 2026-11-22; numpy issue 14977 (wrong
rate against Excel, 2019-11-24); the example of the XIRR help page of Excel as in the README of PyXIRR (github.com/Anexen/pyxirr,
2025-11-03), its result without a source of its own and recomputed with pyxirr; a unit test of proforma-ai
(github.com/wealllying/proforma-ai, undated) whose expectation is wrong.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from drawn import TEST

from coprod_budget.graph import Graph, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLISHED = {
    "four payments back": ([-100, 39, 59, 55, 20], 0.28095, 5e-5),
    "one late payment": ([-100, 0, 0, 74], -0.0955, 5e-5),
    "a payment to make at the end": ([-100, 100, 0, -7], -0.0833, 5e-5),
    "a payment to get at the end": ([-100, 100, 0, 7], 0.06206, 5e-5),
    "signs that change three times": ([-5, 10.5, 1, -8, 1], 0.0886, 5e-5),
    "several roots, as Excel": ([-50, -100, 600, 300, -100], 1.85, 0.01),
}


def _graph(amounts: Sequence[float], rate: float = 0.0) -> Graph:
    graph = Graph()
    periods = graph.table("periods", [f"p{i}" for i in range(len(amounts))])
    flows = graph.input_column("flow", periods, amounts, label="flow", unit="", origins=[TEST])
    times = graph.input_column("time", periods, range(len(amounts)), label="time", unit="", origins=[TEST])
    graph.irr(flows, times).named("irr", "irr")
    graph.npv(graph.input("rate", rate, label="rate", unit="", origin=TEST), flows).named("npv", "npv")
    return graph


@pytest.mark.parametrize(("amounts", "rate", "tolerance"), PUBLISHED.values(), ids=PUBLISHED)
def test_a_published_rate_of_return_is_found(amounts: list[float], rate: float, tolerance: float) -> None:
    assert evaluate(_graph(amounts)).number("irr") == pytest.approx(rate, abs=tolerance)


@pytest.mark.parametrize(
    ("name", "tolerance"), [("a payment to make at the end", 0.1), ("signs that change three times", 0.001)]
)
def test_at_a_published_rate_the_flows_are_worth_nothing(name: str, tolerance: float) -> None:
    amounts, rate, _ = PUBLISHED[name]

    assert evaluate(_graph(amounts, rate)).number("npv") == pytest.approx(0, abs=tolerance)


def test_a_total_loss_is_minus_one_where_others_give_no_number() -> None:
    assert evaluate(_graph([-100, 0, 0])).number("irr") == -1.0


def test_twice_the_money_after_three_periods_is_26_per_cent_and_not_what_was_published() -> None:
    found = evaluate(_graph([-1000, 0, 0, 2000])).number("irr")

    assert found == pytest.approx(0.259921, abs=1e-6)  # 2 ** (1/3) - 1; the published 0.1487 would need five periods
    assert evaluate(_graph([-1000, 0, 0, 0, 0, 2000])).number("irr") == pytest.approx(0.1487, abs=1e-4)


def test_a_dated_example_on_a_table_of_days_gives_its_rate_a_year() -> None:
    dated = {
        date(2008, 1, 1): -10000.0, date(2008, 3, 1): 2750.0, date(2008, 10, 30): 4250.0, date(2009, 2, 15): 3250.0,
        date(2009, 4, 1): 2750.0,
    }  # fmt: skip
    first, last = min(dated), max(dated)
    days = [dated.get(date.fromordinal(d), 0.0) for d in range(first.toordinal(), last.toordinal() + 1)]
    daily = evaluate(_graph(days)).number("irr")

    assert (1 + daily) ** 365 - 1 == pytest.approx(0.373362535, abs=1e-7)
