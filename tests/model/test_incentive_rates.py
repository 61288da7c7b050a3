"""What each kind of rate pays, with plain quantities: the rates need no film."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog import incentive_entries as entries
from coprod_budget.graph import Graph, Origin, evaluate
from coprod_budget.model.incentives.rates import KINDS, Given, Ground, Met, Paid, pay, unknown_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node

NOTE = "ask"
SPENDS = st.floats(min_value=0, max_value=1e8)


def ground(
    spend: float,
    *,
    met: tuple[int, int] = (0, 0),
    rate: float | None = None,
    amount: float | None = None,
    points: float | None = None,
    base: float | None = None,
) -> Ground:
    """What a rate stands on: amounts of the law are in thalers, of which one is worth 2 in the report."""
    graph = Graph()

    def number(name: str, value: float | None) -> Node | None:
        if value is None:
            return None
        return graph.input(name, value, label=name, unit="", origin=Origin("assumed"))

    def tested(_tests: Sequence[entries.RateTest], _logic: entries.Logic, _name: str) -> Met:
        surely, perhaps = (graph.constant(one) for one in met)
        return Met(surely, perhaps, (NOTE,) if met[0] != met[1] else ())

    node = number("spend", spend)
    assert node is not None
    return Ground(
        graph,
        "incentives.qr_rebate.rate",
        "qr_rebate",
        Origin("published", title="Gazette of Strelsau"),
        node,
        number("base", base) or node,
        lambda currency: number("worth", 2.0) if currency == "THL" else None,
        tested,
        Given(number("given.rate", rate), number("given.amount", amount), number("given.points", points)),
    )


def amounts(paid: Paid) -> tuple[float, float, float]:
    """Low, expected and high as they are shown; not a number where nobody knows."""
    graph = paid.award.low.value.graph
    table = graph.table("shown", ("low", "expected", "high"))
    column = graph.stack(table, [end.shown() for end in paid.award]).named("shown.*.amount", "Amount")
    values = evaluate(graph)
    low, expected, high = (values.number(column, row) for row in range(3))
    return low, expected, high


def paid(value: entries.Rate, spend: float, **more: object) -> tuple[float, float, float]:
    return amounts(pay(ground(spend, **more), value))  # type: ignore[arg-type]


def test_every_kind_of_rate_has_a_function_of_its_name() -> None:
    assert list(KINDS) == list(entries.RATE_KINDS)
    assert all(function.__name__.rstrip("_") == kind for kind, function in KINDS.items())


def test_a_flat_rate_is_for_all_of_the_base() -> None:
    assert paid(entries.Flat(0.25), 4_000_000, base=3_000_000) == pytest.approx((750_000,) * 3)


def test_a_rate_up_to_says_the_most_and_nothing_else() -> None:
    low, expected, high = paid(entries.FlatUpTo(0.3), 1000)
    assert math.isnan(low)
    assert math.isnan(expected)
    assert high == pytest.approx(300)


def test_a_rate_that_was_granted_stays_within_what_the_law_allows() -> None:
    assert paid(entries.FlatUpTo(0.3), 1000, rate=0.2) == pytest.approx((200, 200, 300))
    assert paid(entries.FlatUpTo(0.3), 1000, rate=0.5) == pytest.approx((300, 300, 300))
    assert paid(entries.FlatUpTo(0.3), 1000, amount=120) == pytest.approx((120, 120, 300))


def test_a_range_leaves_its_middle_open_unless_the_project_says_it() -> None:
    value = entries.RateRange(0.2, UNKNOWN, 0.4)
    low, expected, high = paid(value, 1000)
    assert (low, high) == pytest.approx((200, 400))
    assert math.isnan(expected)
    assert paid(value, 1000, rate=0.35) == pytest.approx((200, 350, 400))
    assert paid(value, 1000, rate=0.9) == pytest.approx((200, 400, 400))
    assert paid(value, 1000, rate=0.1) == pytest.approx((200, 200, 400))
    assert paid(entries.RateRange(0.2, 0.3, UNKNOWN), 1000)[:2] == pytest.approx((200, 300))


TIERS = entries.WholeByLocalSpend("THL", (entries.Tier(0, 0.1), entries.Tier(100, 0.2, 30), entries.Tier(500, 0.25)))


@pytest.mark.parametrize(
    ("spend", "amount"), [(0, 0), (199, 19.9), (200, 20), (201, 40.2), (320, 60), (1000, 60), (1001, 250.25)]
)
def test_the_tier_that_spend_exceeds_sets_the_rate_of_all_of_it_up_to_its_own_cap(spend: float, amount: float) -> None:
    assert paid(TIERS, spend) == pytest.approx((amount,) * 3)


def test_the_spend_chooses_the_tier_and_the_base_is_paid() -> None:
    assert paid(TIERS, 1001, base=800)[1] == pytest.approx(200)


def test_figures_in_a_currency_without_a_rate_pay_nothing_that_anybody_knows() -> None:
    found = pay(ground(1000), entries.WholeByLocalSpend("XXX", (entries.Tier(0, 0.1),)))
    assert all(math.isnan(amount) for amount in amounts(found))
    assert "fx.XXX" in found.notes[0]
    assert "fx.XXX" in pay(ground(1000), entries.Marginal("XXX", (entries.Slice(None, 0.1),))).notes[0]


SLICES = entries.Marginal("THL", (entries.Slice(500, 0.3), entries.Slice(1000, 0.2), entries.Slice(None, 0.1)))


@pytest.mark.parametrize(("spend", "amount"), [(0, 0), (1000, 300), (1500, 400), (2000, 500), (3000, 600)])
def test_every_slice_earns_its_own_rate(spend: float, amount: float) -> None:
    assert paid(SLICES, spend) == pytest.approx((amount,) * 3)


@given(spend=SPENDS, more=st.floats(min_value=0, max_value=1e6))
def test_more_spend_never_earns_less_and_no_slice_jumps(spend: float, more: float) -> None:
    before, after = paid(SLICES, spend)[1], paid(SLICES, spend + more)[1]
    assert before - 1e-6 <= after <= before + 0.3 * more + 1e-6


@given(spend=SPENDS)
def test_a_whole_tier_pays_one_of_its_rates(spend: float) -> None:
    amount = paid(TIERS, spend)[1]
    assert any(amount == pytest.approx(spend * rate, abs=1e-6) for rate in (0, 0.1, 0.2, 0.25)) or amount == 60


def test_a_raised_first_slice_counts_where_its_tests_are_met() -> None:
    value = entries.Marginal("THL", SLICES.slices, entries.RaisedSlice(0.5, (entries.RateTest("promotes_country"),)))
    assert paid(value, 2000, met=(0, 0)) == pytest.approx((500, 500, 500))
    assert paid(value, 2000, met=(1, 1)) == pytest.approx((700, 700, 700))
    assert paid(value, 2000, met=(0, 1)) == pytest.approx((500, 500, 700))


def test_a_bonus_that_nobody_can_tell_is_in_the_high_case_alone() -> None:
    tests = (entries.RateTest("promotes_country"),)
    value = entries.BasePlusBonus(0.25, (entries.Bonus("region", 0.05, 0.3, "all", tests),))
    assert paid(value, 1000, met=(0, 0)) == pytest.approx((250, 250, 250))
    assert paid(value, 1000, met=(0, 1)) == pytest.approx((250, 250, 300))
    assert paid(value, 1000, met=(1, 1)) == pytest.approx((300, 300, 300))
    assert pay(ground(1000, met=(0, 1)), value).notes == (NOTE,)


def test_a_raised_rate_is_for_everything() -> None:
    value = entries.WholeByCondition(0.3, 0.4, "all", (entries.RateTest("promotes_country"),))
    assert paid(value, 1000, met=(0, 0)) == pytest.approx((300, 300, 300))
    assert paid(value, 1000, met=(1, 1)) == pytest.approx((400, 400, 400))
    assert paid(value, 1000, met=(0, 1)) == pytest.approx((300, 300, 400))


BY_POINT = entries.Points(0.2, per_point=0.01, bonus_minimum=0.02, bonus_maximum=0.05)


@pytest.mark.parametrize(("points", "rate"), [(0, 0.2), (1, 0.2), (2, 0.22), (4, 0.24), (9, 0.25)])
def test_points_add_to_the_rate_from_the_lowest_bonus_to_the_highest(points: float, rate: float) -> None:
    assert paid(BY_POINT, 1000, points=points) == pytest.approx((1000 * rate,) * 3)


def test_points_that_nobody_gave_are_in_the_high_case_alone() -> None:
    assert paid(BY_POINT, 1000) == pytest.approx((200, 200, 250))
    assert paid(STEPS, 1000) == pytest.approx((350, 350, 480))


STEPS = entries.Points(0.35, maximum=0.48, steps=(entries.Step(10, 14, 0.025), entries.Step(85, None, 0.15)))


@pytest.mark.parametrize(("points", "rates"), [(5, (0.35,) * 3), (12, (0.375,) * 3), (90, (0.48,) * 3)])
def test_a_step_of_points_sets_the_rate_up_to_the_highest(points: float, rates: tuple[float, ...]) -> None:
    assert paid(STEPS, 1000, points=points) == pytest.approx(tuple(1000 * rate for rate in rates))


def test_between_two_steps_nobody_knows_the_rate_unless_the_project_says_it() -> None:
    low, expected, high = paid(STEPS, 1000, points=50)
    assert (low, high) == pytest.approx((375, 480))
    assert math.isnan(expected)
    assert paid(STEPS, 1000, points=50, rate=0.4) == pytest.approx((375, 400, 480))


def test_a_competition_has_an_amount_and_a_chance_and_is_never_one_number() -> None:
    value = entries.Competitive(UNKNOWN, entries.Estimate(UNKNOWN, 100, UNKNOWN, "THL"), 0.3258)
    found = pay(ground(1000), value)
    assert found.certainty == "competitive"
    assert found.probability is not None
    low, expected, high = amounts(found)
    assert expected == pytest.approx(200)
    assert math.isnan(low)
    assert math.isnan(high)
    assert evaluate(found.probability.value.graph)["incentives.qr_rebate.rate.probability"][0] == 0.3258


def test_a_competition_of_which_nothing_is_known_takes_the_word_of_the_project() -> None:
    value = entries.Competitive(UNKNOWN, entries.Estimate(UNKNOWN, UNKNOWN, UNKNOWN), UNKNOWN)
    nothing = pay(ground(1000), value)
    assert all(math.isnan(amount) for amount in amounts(nothing))
    assert "give `amount` and `probability`" in nothing.notes[0]
    assert paid(value, 1000, amount=70) == pytest.approx((70, 70, 70))
    assert paid(entries.Competitive(0.5, value.amount, UNKNOWN), 1000)[2] == pytest.approx(500)


def test_a_competition_in_a_currency_without_a_rate_says_which() -> None:
    value = entries.Competitive(UNKNOWN, entries.Estimate(UNKNOWN, 100, UNKNOWN, "XXX"), 0.5)
    assert "fx.XXX" in pay(ground(1000), value).notes[0]


def test_a_rate_that_nobody_found_out_pays_nothing_that_anybody_knows() -> None:
    found = unknown_rate(ground(1000), "the order of the region would settle it")
    assert found.certainty == "unknown"
    assert all(math.isnan(amount) for amount in amounts(found))
    assert found.notes == ("the order of the region would settle it",)
    assert amounts(unknown_rate(ground(1000, rate=0.2))) == pytest.approx((200, 200, 200))


@given(
    spend=SPENDS,
    rate=st.one_of(st.none(), st.floats(min_value=0, max_value=1)),
    met=st.sampled_from([(0, 0), (0, 1), (1, 1)]),
    points=st.one_of(st.none(), st.floats(min_value=0, max_value=100)),
    value=st.sampled_from(
        [
            entries.Flat(0.3),
            entries.FlatUpTo(0.3),
            entries.RateRange(0.2, UNKNOWN, 0.4),
            entries.RateRange(0.1, 0.2, 0.3),
            TIERS,
            SLICES,
            BY_POINT,
            STEPS,
            entries.WholeByCondition(0.3, 0.4, "all", (entries.RateTest("promotes_country"),)),
            entries.Competitive(0.5, entries.Estimate(10, 20, 30, "THL"), 0.5),
        ]
    ),
)
def test_low_is_never_above_expected_nor_expected_above_high_where_they_are_known(
    spend: float, rate: float | None, met: tuple[int, int], points: float | None, value: entries.Rate
) -> None:
    if isinstance(value, entries.Competitive):
        rate = None  # what the project hopes for in a competition is its own affair
    known = [a for a in paid(value, spend, rate=rate, met=met, points=points) if not math.isnan(a)]
    assert all(one <= two * (1 + 1e-9) for one, two in pairwise(known))


def test_a_film_of_two_accounting_periods_gets_the_credit_of_all_core_cost_less_what_was_paid() -> None:
    """HMRC manual CREC061450: core 25m of which 2m abroad, then 40m and 4m together; 34% of at most 80% of core."""

    def credit(core: float, abroad: float) -> float:
        return paid(entries.Flat(0.34), core, base=min(core - abroad, 0.8 * core))[1]

    first = credit(25e6, 2e6)
    assert first == pytest.approx(6_800_000)
    assert credit(40e6, 4e6) - first == pytest.approx(4_080_000)
