"""Distributions, points, rank correlations and statistics: against closed forms, SciPy, and the published case of forty lines."""

from __future__ import annotations

import math
import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from coprod_budget.whatif.simulate.correlation import NotPositiveDefiniteError, factor, least_common, matrix
from coprod_budget.whatif.simulate.distributions import (
    Discrete,
    Empirical,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
    Whole,
)
from coprod_budget.whatif.simulate.draws import Draws, Uncertain
from coprod_budget.whatif.simulate.samplers import BLOCK, SAMPLERS, Sampler
from coprod_budget.whatif.simulate.statistics import histogram, statistics

# what each distribution is in SciPy, whose quantiles ours must have
IN_SCIPY = {
    "normal": (Normal(10, 3), stats.norm(10, 3)),
    "normal, cut": (Normal(10, 3, low=8, high=15), stats.truncnorm(-2 / 3, 5 / 3, 10, 3)),
    "lognormal": (Lognormal(10, 0.5), stats.lognorm(0.5, scale=10)),
    "uniform": (Uniform(1, 3), stats.uniform(1, 2)),
    "triangular": (Triangular(80, 100, 150), stats.triang(20 / 70, 80, 70)),
    "triangular to the left": (Triangular(80, 150, 150), stats.triang(1, 80, 70)),
    "pert": (Pert(80, 100, 150), stats.beta(1 + 4 * 20 / 70, 1 + 4 * 50 / 70, 80, 70)),
    "pert from the mode": (Pert(80, 80, 150), stats.beta(1, 5, 80, 70)),
    "pert, sharp": (Pert(0, 0.5, 1, 30), stats.beta(16, 16)),
    "pert, blunt": (Pert(0, 0.2, 1, 0.5), stats.beta(1.1, 1.4)),
}
SHARES = np.concatenate([[1e-9, 1e-6, 1e-3], np.linspace(0.01, 0.99, 99), [1 - 1e-3, 1 - 1e-6, 1 - 1e-9]])


@pytest.mark.parametrize("name", IN_SCIPY)
def test_quantiles_and_means_are_those_of_scipy(name: str) -> None:
    ours, theirs = IN_SCIPY[name]
    expected = theirs.ppf(SHARES)

    assert ours.ppf(SHARES) == pytest.approx(expected, abs=1e-8 * (expected[-1] - expected[0]))
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-9)


def test_a_lognormal_of_p10_and_p90_stays_below_them_once_and_nine_times_in_ten() -> None:
    found = Lognormal.of_range(5, 20)

    assert found.quantile(0.1) == pytest.approx(5)
    assert found.quantile(0.9) == pytest.approx(20)
    assert found.median == pytest.approx(10)


def test_a_cut_lognormal_has_the_mean_of_what_is_left() -> None:
    found = Lognormal(10, 0.5, low=6, high=20)
    whole = stats.lognorm(0.5, scale=10)
    left = whole.cdf(20) - whole.cdf(6)

    assert found.mean == pytest.approx(integrate.quad(lambda x: x * whole.pdf(x), 6, 20)[0] / left)
    assert found.ppf(SHARES).min() >= 6
    assert found.ppf(SHARES).max() <= 20


def test_discrete_values_come_as_often_as_their_weights_say() -> None:
    found = Discrete((3.0, 1.0, 2.0), (0.2, 0.5, 0.3))

    assert found.ppf([0.01, 0.49, 0.51, 0.79, 0.81, 0.99]).tolist() == [1, 1, 2, 2, 3, 3]
    assert found.mean == pytest.approx(1.7)


def test_of_n_values_seen_the_smallest_is_passed_with_a_chance_of_n_in_n_plus_1() -> None:
    """Ranks k / (n + 1), straight between two values, nothing beyond the ends."""
    found = Empirical((9.0, 1.0, 2.0))

    assert found.ppf([0.1, 0.25, 0.375, 0.5, 0.75, 0.9]).tolist() == pytest.approx([1, 1, 1.5, 2, 9, 9])
    assert Empirical((1.0, 100.0), logs=True).quantile(0.5) == pytest.approx(10)
    assert Empirical((0.0, 8.0), logs=True).quantile(0.5) == pytest.approx(4)
    assert Empirical((7.0,)).ppf([0.2, 0.8]).tolist() == [7, 7]


@pytest.mark.parametrize(
    "found",
    [Empirical((9.0, 1.0, 2.0)), Empirical((0.0, 1.0, 1.0, 30.0), logs=True), Discrete((1.0, 4.0), (0.25, 0.75))],
)
def test_the_mean_of_what_was_seen_is_the_integral_of_its_quantiles(found: Empirical | Discrete) -> None:
    shares = (np.arange(2_000_000) + 0.5) / 2_000_000

    assert found.mean == pytest.approx(found.ppf(shares).mean(), rel=1e-5)


def test_whole_numbers_are_rounded_to_the_nearest() -> None:
    found = Whole(Uniform(0.6, 3.4))

    assert sorted(set(found.ppf(SHARES).tolist())) == [1, 2, 3]
    assert found.support == (1, 3)
    assert Whole(Normal(0, 1)).support == (-math.inf, math.inf)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(cuts=st.lists(st.integers(0, 3 * BLOCK), max_size=6), seed=st.integers(0, 2**40))
def test_a_draw_is_the_same_however_the_draws_are_cut(sampler: str, cuts: list[int], seed: int) -> None:
    count = 2 * BLOCK + 77
    entries = [Uncertain(("a",), Normal(0, 1), 0, ""), Uncertain(("b", "c"), Uniform(0, 1), 0, "")]
    draws = Draws(
        entries, sampler, seed, count, prices=[Uncertain(("d",), Pert(0, 1, 2), 1, "")], prices_correlation=0.3
    )
    whole = draws.block(0, count)
    other = pickle.loads(pickle.dumps(draws))  # noqa: S301 - our own
    places = sorted({0, count, *(cut for cut in cuts if cut < count)})
    pieces = [other.block(a, b) for a, b in reversed(list(pairwise(places)))][::-1]

    assert list(whole) == ["a", "b", "c", "d"]
    assert np.array_equal(whole["b"], whole["c"])
    for path in whole:
        assert np.array_equal(np.concatenate([piece[path] for piece in pieces]), whole[path])


def test_another_seed_gives_other_draws_and_the_same_seed_the_same() -> None:
    for name in SAMPLERS:
        first, again, other = (Sampler(name, seed, 3, 100).block(0) for seed in (1, 1, 2))

        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert first.min() > 0
        assert first.max() < 1


def test_a_latin_hypercube_has_one_point_in_each_slice_of_every_dimension() -> None:
    for number, size in ((0, BLOCK), (1, 100)):
        points = Sampler("lhs", 5, 4, BLOCK + 100).block(number)

        assert points.shape == (size, 4)
        assert np.array_equal(np.sort(np.floor(points * size), axis=0)[:, 0], np.arange(size))


def test_sobol_points_integrate_better_than_random_ones() -> None:
    """The mean of a sum of squares over the unit cube is a third a dimension."""
    error = {name: abs((Sampler(name, 3, 5, BLOCK).block(0) ** 2).sum(axis=1).mean() - 5 / 3) for name in SAMPLERS}

    assert error["sobol"] < error["random"] / 10
    assert error["lhs"] < error["random"]


RANKS = {("a", "b"): 0.6, ("b", "c"): -0.3, ("c", "d"): 0.5}


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_copula_reproduces_the_rank_correlations_asked_for(sampler: str) -> None:
    names = "abcd"
    asked = matrix(names, 0.1, RANKS)
    kinds = (Lognormal(10, 0.5), Uniform(1, 2), Pert(80, 100, 150), Triangular(0, 1, 5))
    entries = [Uncertain((name,), kind, 0, "") for name, kind in zip(names, kinds, strict=True)]
    drawn = Draws(entries, sampler, 4, 32_768, factor=factor(names, asked)).block(0, 32_768)
    found = stats.spearmanr(np.stack([drawn[name] for name in names], axis=1)).statistic

    assert found == pytest.approx(asked, abs=0.002 if sampler == "sobol" else 0.02)
    for name, kind in zip(names, kinds, strict=True):
        assert drawn[name].mean() == pytest.approx(kind.mean, rel=0.01)


def test_correlations_that_nothing_can_have_are_refused_with_those_that_clash() -> None:
    with pytest.raises(NotPositiveDefiniteError, match=r"a with b 0\.9, a with c -0\.9, b with c 0\.9"):
        factor("abcd", matrix("abcd", 0, {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}))


@given(count=st.integers(2, 40))
def test_the_smallest_common_correlation_is_where_the_matrix_fails(count: int) -> None:
    names = [str(n) for n in range(count)]
    limit = least_common(count)

    factor(names, matrix(names, limit + 1e-3, {}))
    if limit > -1 + 1e-3:
        with pytest.raises(NotPositiveDefiniteError):
            factor(names, matrix(names, limit - 1e-3, {}))


# Forty lines of 80 / 100 / 150 as PERT, measured by others with normal scores that correlate by rho: P80 of the total a line,
# and the chance of staying within the sum of the modes. Ranks correlate a little less than scores, so a little is allowed.
FORTY = {0.0: (106.7, 0.006), 0.3: (111.0, 0.26), 0.6: (113.4, 0.33)}


@pytest.mark.parametrize("rho", FORTY)
def test_forty_lines_need_more_contingency_the_more_they_move_together(rho: float) -> None:
    lines = [Uncertain((f"lines.l{n}.rate",), Pert(80, 100, 150), 100, "") for n in range(40)]
    drawn = Draws([], "sobol", 1, 16_384, prices=lines, prices_correlation=rho).block(0, 16_384)
    total = sum(drawn.values()) / 40
    p80, within = FORTY[rho]

    assert np.quantile(total, 0.8) == pytest.approx(p80, abs=0.3)
    assert np.mean(total <= 100) == pytest.approx(within, abs=0.01)
    assert total.mean() == pytest.approx(105, abs=0.01)


def test_statistics_leave_out_what_is_undefined_and_keep_a_total_loss() -> None:
    found = statistics(np.array([-1.0, np.nan, 0.0, 1.0, np.inf, 2.0, np.nan]), failed=1)

    assert (found.draws, found.undefined) == (4, 2)
    assert (found.minimum, found.maximum, found.mean) == (-1, 2, 0.5)
    assert found.sd == pytest.approx(np.std([-1, 0, 1, 2], ddof=1))
    assert found.quantiles[0.5] == 0.5
    assert math.isnan(statistics(np.full(3, np.nan)).quantiles[0.9])


def test_what_never_moves_has_no_spread_and_no_histogram() -> None:
    still = np.full(1000, 0.1 + 0.2)

    assert statistics(still).mean == 0.1 + 0.2
    assert statistics(still).sd == 0
    assert histogram(still, 10) is None
    assert histogram(np.array([np.nan]), 10) is None


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=200), st.integers(1, 30))
def test_a_histogram_counts_every_draw_in_round_steps(values: list[float], bins: int) -> None:
    found = histogram(np.array(values), bins)
    if found is None:
        assert max(values) - min(values) < 1e-300 or len(set(values)) == 1
        return
    steps = np.diff(found.limits)

    assert sum(found.counts) == len(values)
    assert steps == pytest.approx(steps[0], rel=1e-6)
    assert len(found.counts) <= bins + 2
