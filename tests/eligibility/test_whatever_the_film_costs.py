"""What holds of shares, verdicts, amounts and sums whatever the lines of a film cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from asked import film
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model.findings import VERDICTS

if TYPE_CHECKING:
    from coprod_budget.graph import Values

RURITANIA = Path(__file__).parent.parent / "ruritania"
MODEL: Final = film(open_catalog([RURITANIA]), (RURITANIA / "three_crowns.yaml").read_text(encoding="utf-8"))
BEARERS: Final = {"QR": "lines.crew.rate", "QG": "lines.cut.rate", "QS": "lines.palace.rate"}
"""By country, a line that its partner alone bears."""
PROGRAM: Final = Program(MODEL.graph, [n for n in MODEL.graph.named() if n.op != "text"], list(BEARERS.values()))
"""Everything there is to know of the film, with the cost of these lines left open."""
WORTH: Final = {"QR": 1 / 120, "QG": 1 / 2.5, "QS": 1 / 10}
SUMS: Final = ("low", "expected", "high")
RANK: Final = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
CENT: Final = 0.01

some = settings(max_examples=40, deadline=None, derandomize=True)
euros = st.integers(0, 3_000_000)
films = st.lists(st.tuples(euros, euros, euros), min_size=2, max_size=12)


def run(costs: list[tuple[int, ...]]) -> Values:
    """Return everything of films in which a line of each country costs so many euros, a scenario each."""
    inputs = {
        key: np.array([cost[n] for cost in costs]) / WORTH[country] for n, (country, key) in enumerate(BEARERS.items())
    }
    return PROGRAM.run(inputs)


def of(values: Values, key: str) -> np.ndarray:
    """Return a figure, a row for each of its table, a column for each film."""
    found = np.atleast_2d(values[key])
    return np.broadcast_to(found, (found.shape[0], max(found.shape[1], 1)))


@some
@given(films)
def test_an_instrument_and_a_programme_have_the_verdict_of_their_worst_test(costs: list[tuple[int, ...]]) -> None:
    values = run(costs)
    tests = of(values, "test.*.verdict")
    assert set(np.unique(tests)) <= set(RANK.values())
    rows = MODEL.graph.tables["tests"].positions
    for table, owners in (("eligibility", MODEL.eligibility.instruments), ("incentive", MODEL.incentives.programmes)):
        for row, owner in enumerate(owners):
            worst = [tests[rows[f.key]] for f in owner.findings]  # type: ignore[attr-defined]
            if worst:
                np.testing.assert_array_equal(of(values, f"{table}.*.verdict")[row], np.max(worst, axis=0))


@some
@given(films)
def test_amounts_rise_from_low_to_high_and_sums_over_partners_and_certainties_are_the_whole(
    costs: list[tuple[int, ...]],
) -> None:
    values = run(costs)
    for name in ("", "amount_", "net_"):
        low, expected, high = (of(values, f"incentive.*.{name}{case}") for case in SUMS)
        for less, more in ((low, expected), (expected, high), (low, high)):
            assert not np.any(less > more + CENT)  # what nobody knows is n/a, and neither less nor more
    for amount, net in (("amount_low", "net_low"), ("amount_high", "net_high"), ("net_high", "high")):
        assert not np.any(of(values, f"incentive.*.{net}") > of(values, f"incentive.*.{amount}") + CENT)
    for case, net in zip(SUMS, ("net_cost_low_aid", "net_cost", "net_cost_high_aid"), strict=True):
        total = of(values, f"incentives.{case}")
        np.testing.assert_allclose(of(values, f"partner.*.incentives_{case}").sum(axis=0), total[0], atol=CENT)
        np.testing.assert_allclose(
            of(values, f"partner.*.{net}").sum(axis=0), of(values, "budget.total")[0] - total[0], atol=CENT
        )
    np.testing.assert_allclose(
        of(values, "certainty.*.expected").sum(axis=0), of(values, "incentives.expected")[0], atol=CENT
    )


@some
@given(films)
def test_nothing_is_paid_above_a_cap_and_what_fails_is_not_in_the_sums(costs: list[tuple[int, ...]]) -> None:
    values = run(costs)
    assert np.all(of(values, "incentive.qr_flat.amount_high") <= 9_000_000 / 120 + CENT)
    assert np.all(of(values, "incentive.qg_tiers.amount_high") <= of(values, "incentive.qg_tiers.base") + CENT)
    failed = of(values, "incentive.*.verdict") == RANK["fail"]
    open_tests = of(values, "incentive.*.verdict") >= RANK["unknown"]
    for case in SUMS:
        assert not np.any(np.where(failed, of(values, f"incentive.*.{case}"), 0))
    assert not np.any(np.where(open_tests, of(values, "incentive.*.low"), 0))


@pytest.mark.parametrize("country", BEARERS)
@some
@given(costs=st.tuples(euros, euros, euros), steps=st.lists(euros, min_size=2, max_size=10))
def test_who_bears_more_never_comes_nearer_to_missing_a_least_share_nor_to_holding_a_largest(
    country: str, costs: tuple[int, ...], steps: list[int]
) -> None:
    number = list(BEARERS).index(country)
    values = run([(*costs[:number], step, *costs[number + 1 :]) for step in sorted(steps)])
    shares = of(values, f"coproducer.{country}.share")[0]
    assert np.all(np.diff(shares) >= 0)
    for kind, sign in (("minimum", 1), ("maximum", -1)):
        for key in (
            f"zenda_convention.share_{kind}.{country}",
            f"elphberg_fund.shares_of_the_convention.share_{kind}_{country}",
        ):
            verdicts = of(values, f"test.{key}.verdict")[0]
            assert np.all(np.diff(verdicts) * sign <= 0)
