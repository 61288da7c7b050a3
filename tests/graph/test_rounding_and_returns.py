"""Rounding and rates of return against independent definitions: decimal arithmetic, pyxirr, the sum of discounted flows."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from drawn import flows, near_ties
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.graph.irr import irr, npv
from coprod_budget.graph.rounding import round_half_up

written = st.decimals(-(10**9), 10**9, places=3)
finite = st.floats(-1e11, 1e11)


@given(value=written)
def test_an_amount_written_with_three_decimals_rounds_as_on_paper(value: Decimal) -> None:
    for digits, unit in ((2, "0.01"), (0, "1")):
        expected = value.quantize(Decimal(unit), ROUND_HALF_UP)
        assert float(round_half_up(np.array([float(value)]), digits)[0]) == float(expected)


@given(value=finite, digits=st.sampled_from([0, 2]))
def test_rounding_moves_half_a_unit_at_most_and_is_done_once(value: float, digits: int) -> None:
    rounded = round_half_up(np.array([value]), digits)

    assert abs(rounded[0] - value) <= 0.5 / 10**digits * (1 + 1e-12) + abs(value) * 1e-14
    assert round_half_up(rounded, digits)[0] == rounded[0]


@given(value=finite, digits=st.sampled_from([0, 2]))
def test_rounding_treats_a_debt_as_a_claim(value: float, digits: int) -> None:
    assert round_half_up(np.array([-value]), digits)[0] == -round_half_up(np.array([value]), digits)[0]


@given(values=st.lists(finite, min_size=2), digits=st.sampled_from([0, 2]))
def test_rounding_keeps_the_order_of_amounts(values: list[float], digits: int) -> None:
    assert np.all(np.diff(round_half_up(np.sort(values), digits)) >= 0)


def test_rounding_keeps_the_order_of_amounts_near_ties() -> None:
    assert np.all(np.diff(round_half_up(np.sort(near_ties(20_000, 2, seed=5)), 2)) >= 0)


def test_rounding_never_shows_a_negative_zero_and_leaves_what_has_no_digits() -> None:
    assert not np.signbit(round_half_up(np.array([-0.001]), 2))[0]
    assert round_half_up(np.array([1e300, -1e16]), 2).tolist() == [1e300, -1e16]


def _row_wise(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows).T


def test_a_rate_of_return_equals_the_one_of_another_library() -> None:
    import pyxirr

    drawn = [row for row in flows(300, seed=6, lengths=(10,)) if max(row) > 0]
    expected = [pyxirr.irr(row, silent=True) for row in drawn]
    found = irr(_row_wise(drawn))
    compared = [(e, f) for e, f in zip(expected, found, strict=True) if e is not None]

    assert len(compared) > 250
    assert [f for _, f in compared] == pytest.approx([e for e, _ in compared], rel=1e-8, abs=1e-9)


def test_at_its_rate_of_return_an_investment_is_worth_nothing() -> None:
    drawn = _row_wise([row for row in flows(300, seed=7, lengths=(24,)) if max(row) > 0])
    worth = npv(irr(drawn), drawn)

    assert np.all(np.abs(worth) <= 1e-8 * np.abs(drawn).max(axis=0))


def test_a_total_loss_returns_minus_one_and_money_for_nothing_has_no_rate() -> None:
    found = irr(_row_wise([[-5.0, 0.0, 0.0], [5.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))

    assert found[0] == -1.0
    assert np.isnan(found[1:]).all()


def test_money_that_comes_back_to_the_cent_returns_nothing_and_not_a_hair_less() -> None:
    found = irr(
        _row_wise([[-0.1, -0.2, 0.3, 0.0], [-0.1, 0.05, 0.05, 0.0], [0.1, 0.2, -0.3, 0.0], [-0.7, 0.1, 0.0, 0.6]])
    )

    assert found.tobytes() == np.zeros(4).tobytes()  # not -1e-17, which would be shown as -0.0 %


def test_money_back_after_a_year_returns_its_margin() -> None:
    assert irr(_row_wise([[-100.0, 110.0]]))[0] == pytest.approx(0.10)


@given(rate=st.floats(-0.5, 2.0), amounts=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_a_present_value_is_the_sum_of_discounted_flows(rate: float, amounts: list[float]) -> None:
    expected = sum(a / (1 + rate) ** i for i, a in enumerate(amounts))
    size = sum(abs(a) / (1 + rate) ** i for i, a in enumerate(amounts))

    assert npv(np.array([rate]), _row_wise([amounts]))[0] == pytest.approx(
        expected, rel=1e-9, abs=1e-12 * size + 1e-300
    )


def _once(draw: random.Random, length: int) -> list[float]:
    """Flows that change their sign once, of all sizes, mostly out first; with periods of nothing anywhere."""
    turn, side = draw.randint(1, length - 1), draw.choice((1.0, -1.0, -1.0))
    row = [10 ** draw.uniform(-2, draw.uniform(-2, 9)) * (draw.random() < 0.7) for _ in range(length)]
    row[turn - 1], row[turn] = row[turn - 1] or 100.0, row[turn] or 7.0
    return [side * (x if i < turn else -x) for i, x in enumerate(row)]


@given(seed=st.integers(0, 10**9), length=st.integers(2, 110), count=st.integers(1, 40))
def test_flows_that_change_their_sign_once_always_have_a_rate_and_it_is_the_one_of_another_library(
    seed: int, length: int, count: int
) -> None:
    import pyxirr

    draw = random.Random(seed)  # noqa: S311 - a test draw
    rows = [_once(draw, length) for _ in range(count)]
    found = irr(_row_wise(rows))

    assert np.isfinite(found).all()
    for row, rate in zip(rows, found, strict=True):
        # what is worth nothing at the rate: beside all that is paid, seen from whichever end is worth less
        times = np.arange(length) - (np.flatnonzero(row)[0] if rate > 0 else np.flatnonzero(row)[-1])
        worth = np.array(row) * np.exp(np.minimum(-times * np.log1p(rate), 0.0))
        as_written = 4e-16 * length / (1 + rate)  # what the last digit of a rate is worth, close to a total loss
        assert abs(worth.sum()) <= (1e-9 + as_written) * np.abs(worth).sum()
        other = pyxirr.irr(row, silent=True)
        if other is not None and abs(pyxirr.npv(other, row)) <= 1e-9 * max(np.abs(row)):
            assert rate == pytest.approx(other, rel=1e-7, abs=1e-9)


@given(
    seed=st.integers(0, 10**9), length=st.sampled_from([2, 9, 24, 110]), count=st.integers(1, 30), fortran=st.booleans()
)
def test_a_rate_does_not_depend_on_what_stands_beside_it_to_the_last_bit(
    seed: int, length: int, count: int, *, fortran: bool
) -> None:
    """Blocks of 4,096 scenarios and single ones, in any order and any layout in memory, must give the same numbers."""
    alone = BESIDE[length]
    places = np.random.default_rng(seed).choice(alone[0].shape[1], count)
    chosen = alone[0][:, places]

    found = irr(np.asfortranarray(chosen) if fortran else np.ascontiguousarray(chosen))

    assert found.tobytes() == alone[1][places].tobytes()


def _beside(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Flows of every kind: one change of sign and many, losses, nothing, waits; with their rates, all together."""
    draw = random.Random(length)  # noqa: S311 - a test draw
    rows = [_once(draw, length) for _ in range(400)]
    rows += [[x * draw.choice((1, 1, 1, -1)) for x in _once(draw, length)] for _ in range(400)]
    rows += [[min(x, 0.0) for x in row] for row in rows[:5]] + [[0.0] * length]
    rows += [[0.0] * (i % length) + row[: length - i % length] for i, row in enumerate(rows[:200])]
    draw.shuffle(rows)
    together = _row_wise(rows)
    return together, irr(together)


BESIDE = {length: _beside(length) for length in (2, 9, 24, 110)}


@pytest.mark.parametrize("multiple", [1e-9, 1e-4, 0.5, 1.0, 1.5, 1e4, 1e9])
@pytest.mark.parametrize("after", [1, 23, 109])
def test_one_payment_for_another_returns_the_root_of_the_multiple(multiple: float, after: int) -> None:
    rows = [[0.0] * wait + [-3.0] + [0.0] * (after - 1) + [3.0 * multiple] + [0.0] * (5 - wait) for wait in range(6)]
    expected = multiple ** (1 / after) - 1

    assert irr(_row_wise(rows)) == pytest.approx([expected] * 6, rel=1e-12, abs=1e-14)
    assert irr(-_row_wise(rows)) == pytest.approx(
        [expected] * 6, rel=1e-12, abs=1e-14
    )  # a credit costs what it returns
