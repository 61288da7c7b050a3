"""What a party gets for its money: rates, present value and payback, by hand and against others' code."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st
from random_films import some
from returns_by_hand import Parties

from coprod_budget.model.flows import MONTHS

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


def one(catalog: Catalog, put_in: list[float], received: list[float], period: str = "quarter") -> Parties:
    return Parties(catalog, {"fund": put_in}, {"fund": {"base": received}}, {"base": 1.0}, period=period)


def test_what_comes_back_in_a_year_is_a_rate_a_year(catalog: Catalog) -> None:
    """100 in the first quarter, 121 in the fifth: four quarters of 4.88 %, 21 % a year; at 10 % worth 121 / 1.1 - 100."""
    found = one(catalog, [100], [0, 0, 0, 0, 121])
    assert found["base.fund.irr"] == pytest.approx(0.21)
    assert found["base.fund.irr_period"] == pytest.approx(1.21**0.25 - 1)
    assert found["base.fund.npv"] == pytest.approx(10)
    assert found["base.fund.payback_months"] == 15
    assert found["base.fund.sign_changes"] == 1
    assert (found["base.fund.multiple"], found["base.fund.roi"]) == pytest.approx((1.21, 0.21))
    assert (found["base.fund.profit"], found["base.fund.recouped"]) == pytest.approx((21, 1))


@pytest.mark.parametrize("period", MONTHS)
def test_a_year_has_as_many_periods_as_it_has(catalog: Catalog, period: str) -> None:
    step = MONTHS[period]
    found = one(catalog, [100], [*[0.0] * (24 // step), 144], period)
    assert found["base.fund.irr"] == pytest.approx(0.2)
    assert found["base.fund.npv"] == pytest.approx(144 / 1.1**2 - 100)
    assert found["base.fund.payback_months"] == 24 + step


def test_payback_waits_until_everything_is_put_in(catalog: Catalog) -> None:
    """After the second quarter as much is back as was put in by then, but the last 50 come in the third."""
    found = one(catalog, [100, 0, 50], [0, 100, 20, 29.996])
    assert found["base.fund.payback_months"] == 12
    assert found["base.fund.whole"] == 1
    assert found["base.fund.sign_changes"] == 3
    short = one(catalog, [100, 0, 50], [0, 100, 20, 29.99])
    assert math.isnan(short["base.fund.payback_months"])
    assert (short["base.fund.whole"], short["base.fund.loss"]) == pytest.approx((0, 0.01))


def test_a_total_loss_is_minus_all_and_nothing_invested_is_no_rate(catalog: Catalog) -> None:
    put_in = {"fund": [100.0, 20.0], "empty": [0.0]}
    received = {"agent": {"base": [0.0, 0.0, 55.0]}, "empty": {"base": [1.0]}}
    found = Parties(catalog, put_in, received, {"base": 1.0})
    assert found["base.fund.irr"] == found["fund.irr"] == -1
    assert found["base.fund.roi"] == -1
    assert found["base.fund.npv"] == pytest.approx(-100 - 20 / 1.1**0.25)
    assert math.isnan(found["base.fund.payback_months"])
    assert (found["fund.probability_recouped"], found["fund.expected_loss"]) == (0, 120)
    for party in ("agent", "empty"):
        for figure in ("irr", "multiple", "roi", "recouped", "payback_months"):
            assert math.isnan(found[f"base.{party}.{figure}"]), figure
            assert math.isnan(found[f"{party}.{figure}"]), figure
        assert math.isnan(found[f"{party}.probability_recouped"])
    assert found["base.agent.npv"] == found["agent.npv"] == pytest.approx(55 / 1.1**0.5)


def test_where_several_rates_fit_the_changes_of_sign_say_so(catalog: Catalog) -> None:
    """The flow of pyxirr's own test: -50, -100, 600, 300, -100 fits 185.4 % and -76.9 %."""
    found = one(catalog, [50, 100, 0, 0, 100], [0, 0, 600, 300, 0], "year")
    assert found["base.fund.irr"] == pytest.approx(1.854, abs=5e-4)
    assert found["base.fund.sign_changes"] == found["fund.sign_changes"] == 2


def test_what_takes_out_more_than_it_puts_in_has_no_rate(catalog: Catalog) -> None:
    found = one(catalog, [-100, -20], [0, 0, 10])
    assert math.isnan(found["base.fund.irr"])
    assert math.isnan(found["base.fund.payback_months"])
    assert found["base.fund.profit"] == 130


def test_no_rate_is_more_than_a_million_a_period(catalog: Catalog) -> None:
    found = one(catalog, [0.01], [0, 5000], "year")
    assert found["base.fund.irr"] == pytest.approx(499_999)


def test_the_expected_rate_is_that_of_the_expected_flow(catalog: Catalog) -> None:
    """A half of nothing and a half of 264 a year later: 32 %, not the mean of -100 % and 164 %."""
    received = {"fund": {"low": [0.0], "high": [0.0, 0.0, 0.0, 0.0, 264.0]}}
    found = Parties(catalog, {"fund": [100]}, received, {"low": 0.5, "high": 0.5})
    assert found["low.fund.irr"] == -1
    assert found["high.fund.irr"] == pytest.approx(1.64)
    assert found["fund.irr"] == pytest.approx(0.32)
    assert found["fund.npv"] == pytest.approx(20)
    assert found["fund.payback_months"] == 15
    assert math.isnan(found["low.fund.payback_months"])
    assert (found["fund.probability_recouped"], found["fund.expected_loss"]) == (0.5, 50)
    assert (found["fund.multiple"], found["fund.recouped"]) == pytest.approx((1.32, 0.5))


money = st.integers(0, 100_000).map(lambda n: n / 100)


@some
@given(
    put_in=st.lists(money, min_size=1, max_size=6),
    received=st.lists(st.lists(money, min_size=1, max_size=10), min_size=1, max_size=3),
    weights=st.lists(st.integers(1, 9), min_size=3, max_size=3),
    period=st.sampled_from(list(MONTHS)),
    rate=st.integers(0, 30).map(lambda n: n / 100),
)
def test_whatever_flows_in_and_out(
    catalog: Catalog, put_in: list[float], received: list[list[float]], weights: list[int], period: str, rate: float
) -> None:
    names = "abc"[: len(received)]
    parts = {s: w / sum(weights[: len(names)]) for s, w in zip(names, weights, strict=False)}
    by = dict(zip(names, received, strict=True))
    found = Parties(catalog, {"fund": put_in}, {"fund": by}, parts, period=period, rate=rate)
    length = max(map(len, [put_in, *received]))
    a_year = 12 / MONTHS[period]

    def padded(flow: list[float]) -> list[float]:
        return [*flow, *[0.0] * (length - len(flow))]

    nets = {s: [r - i for i, r in zip(padded(put_in), padded(flow), strict=True)] for s, flow in by.items()}
    mean = [sum(parts[s] * nets[s][n] for s in names) for n in range(length)]
    for prefix, net in [*((f"{s}.fund", net) for s, net in nets.items()), ("fund", mean)]:
        period_rate = (1 + rate) ** (1 / a_year) - 1
        worth = sum(x / (1 + period_rate) ** n for n, x in enumerate(net))
        assert found[f"{prefix}.npv"] == pytest.approx(worth, abs=1e-6)
        assert_same(found[f"{prefix}.payback_months"], payback(put_in, net, MONTHS[period]))
        signs = [x > 0 for x in net if abs(x) > 0.005]
        turns = sum(a != b for a, b in pairwise(signs))
        assert found[f"{prefix}.sign_changes"] == turns
        if turns == 1 and signs and not signs[0]:
            expected = pyxirr.irr(net, silent=True)
            assume(expected is not None)
            assert expected is not None
            assert found[f"{prefix}.irr"] == pytest.approx((1 + expected) ** a_year - 1, rel=1e-6, abs=1e-9)
    invested = sum(put_in)
    if invested > 0:
        totals = {s: sum(flow) for s, flow in by.items()}
        whole = sum(parts[s] for s in names if totals[s] >= invested - 0.005)
        assert found["fund.probability_recouped"] == pytest.approx(whole)
        lost = sum(parts[s] * max(invested - totals[s], 0) for s in names)
        assert found["fund.expected_loss"] == pytest.approx(lost, abs=1e-9)


def payback(put_in: list[float], net: list[float], step: int) -> float:
    """Months until the end of the first period in which everything is put in and as much is back."""
    if sum(put_in) <= 0:
        return math.nan
    for n in range(len(net)):
        if sum(put_in[: n + 1]) >= sum(put_in) - 0.005 and sum(net[: n + 1]) >= -0.005:
            return (n + 1) * step
    return math.nan


def assert_same(found: float, expected: float) -> None:
    assert found == expected or (math.isnan(found) and math.isnan(expected))
