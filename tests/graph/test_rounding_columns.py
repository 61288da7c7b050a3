"""Whole columns are rounded in few passes; every number as the plain rule has it by itself, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.graph.cells import Part, write
from coprod_budget.graph.operations import OPERATIONS
from coprod_budget.graph.rounding import round_half_up, round_into
from coprod_budget.graph.script import Script

DIGITS = (0, 1, 2, 3, 6, 9, 15, -1, -3)
ODD = [0.0, -0.0, np.nan, -np.nan, np.inf, -np.inf, 0.005, 1.005, 0.49999999999999994, 5e-324, 1.7e308, 2.0**41 / 100]
ODD += [2.0**n + d for n in (39, 40, 41, 51, 52, 53) for d in (-1.0, -0.5, -0.005, 0.0, 0.005, 0.5, 1.0)]


def plain(x: np.ndarray, digits: int) -> np.ndarray:
    """The rule, as it was found by experiment with LibreOffice (see ``rounding``), pass by pass."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        if digits == 0:
            whole = np.floor(size)
            rounded = whole + (size - whole >= 0.5)
        else:
            factor = 10.0 ** abs(digits)
            raised = (size * factor if digits > 0 else size / factor) + 0.5
            whole = np.floor(raised)
            near = (whole + 1.0 - raised <= raised * 1e-14) & (raised <= 2.0**41)
            whole[near] = np.floor(fifteen_digits(raised[near]))
            rounded = whole / factor if digits > 0 else whole * factor
            if digits > 0:
                rounded = np.where(raised >= 2.0**52, size, rounded)
        signed: np.ndarray = np.copysign(rounded, x) + 0.0
    return signed


def fifteen_digits(value: np.ndarray) -> np.ndarray:
    tens = np.array([float(f"1e{n}") for n in range(16)])
    power = tens[15 - np.searchsorted(tens[:13], value, side="right")]
    scaled = value * power
    whole = np.floor(scaled)
    whole += scaled - whole >= 0.5
    short = np.floor(value * 2048.0) == value * 2048.0
    return np.where(short, value, whole / power)


def near_a_tie(whole: float, digits: int, ulps: int) -> float:
    """A number some units in the last place beside a half of the last digit that is kept."""
    tie = np.array([(np.floor(whole) + 0.5) / 10.0**digits])
    return float((tie.view(np.int64) + ulps).view(np.float64)[0])


ties = st.builds(near_a_tie, st.floats(0, 1e13), st.sampled_from(DIGITS), st.integers(-200, 200))
amounts = st.one_of(
    ties,
    ties.map(lambda x: -x),
    st.floats(0, 1e7).map(lambda x: round(x, 2)),
    st.floats(0, 1e7).map(lambda x: round(x, 3)),
    st.floats(),
    st.sampled_from(ODD),
)


def assert_same_bits(found: np.ndarray, expected: np.ndarray) -> None:
    missing = np.isnan(expected)
    assert np.isnan(found[missing]).all()
    assert found[~missing].tobytes() == expected[~missing].tobytes()


@given(
    values=st.lists(amounts, min_size=1, max_size=12),
    digits=st.sampled_from(DIGITS),
    easy=st.sampled_from([0, 3, 50]),
    sizes=st.booleans(),
)
def test_a_column_is_rounded_as_each_of_its_numbers(
    values: list[float], digits: int, easy: int, *, sizes: bool
) -> None:
    """Whatever stands beside a number: ``easy`` ones that need no closer look; no negative ones where only ``sizes``."""
    column = np.array([*values, *np.linspace(1.0, 1e4, easy)])
    if sizes:
        column = np.abs(column)
    expected = plain(column, digits)

    assert_same_bits(round_half_up(column, digits), expected)
    with np.errstate(all="ignore"):
        round_into(digits, column, np.empty_like(column), out=column)
    assert_same_bits(column, expected)  # in place as well


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize(("lowest", "highest"), [(0, 6), (0, 12), (9, 11), (11, 12), (12, 12.1), (12.4, 13), (0, 17)])
def test_many_numbers_near_ties_are_rounded_as_each_by_itself(digits: int, lowest: float, highest: float) -> None:
    """Of sizes between powers of ten: whole columns of large ones are treated apart."""
    draw = np.random.default_rng(7)
    whole = np.floor(10 ** draw.uniform(lowest, highest, 20_000))
    ties = (whole + 0.5) / 10.0**digits
    close = (ties.view(np.int64) + draw.integers(-150, 151, len(ties))).view(np.float64)

    assert_same_bits(round_half_up(close, digits), plain(close, digits))
    assert_same_bits(round_half_up(-close, digits), plain(-close, digits))


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_number_changes_nothing_of_what_stands_beside_it(digits: int, odd: float) -> None:
    for beside in ([12.345, 1.005], [-12.345, 1.005], [-1.005], []):
        column = np.array([*beside, odd])
        assert_same_bits(round_half_up(column, digits), plain(column, digits))


def test_rows_that_lie_among_others_are_rounded_where_they_are() -> None:
    """A row of several runs is not one piece of memory."""
    whole = np.random.default_rng(8).uniform(-1e5, 1e5, (3, 4, 50))
    whole[:, 2, ::7] = 1.005
    out = np.zeros_like(whole)
    round_into(2, whole[:, 2], np.empty((3, 50)), out=out[:, 2])

    assert_same_bits(out[:, 2].ravel(), plain(whole[:, 2].ravel(), 2))
    assert not out[:, [0, 1, 3]].any()


sides = st.sampled_from(["column", "still column", "scenario", "number"])
near_numbers = st.builds(
    lambda x, ulps: float((np.array([x]).view(np.int64) + ulps).view(np.float64)[0]),
    st.sampled_from([1.0, 3.0, 0.1, 1.005, 1e6, 123456.78, -0.1, -3.0, -1e6]),
    st.sampled_from([0, 0, 0, 1, -1, 3, -14, 15, 16, 17, 31, 32, 33, 64, -64, 1000]),
)
compared = st.one_of(near_numbers, st.floats(-10, 10), st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324]))


@given(
    op=st.sampled_from(["lt", "le", "gt", "ge", "eq"]),
    left=sides,
    right=sides,
    values=st.lists(compared, min_size=1, max_size=8),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_column_is_compared_as_each_of_its_numbers(
    op: str, left: str, right: str, values: list[float], seed: int
) -> None:
    """Whatever stands beside what, and whichever of the two is the same in all scenarios."""
    draw = np.random.default_rng(seed)
    shapes = {"column": (5, 7), "still column": (5, 1), "scenario": (7,), "number": (1,)}
    a, b = (draw.choice(values, shapes[side]) for side in (left, right))
    shape = np.broadcast_shapes(a.shape, b.shape)
    script = Script(7)
    parts = [Part(x, still=x.shape[-1] == 1) for x in (a, b)]
    found = write(script, op, parts, shape)
    with np.errstate(all="ignore"):
        for call in script.calls:
            call.bound()()
        expected = np.broadcast_to(OPERATIONS[op].compute(a, b), shape)

    assert found.tolist() == expected.astype(bool).tolist()
