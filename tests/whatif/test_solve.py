"""Solving for a number: answers that can be written down, and what holds of every answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solve_films import FUND, PLAIN, RECEIPTS_SHARE, fund_multiple, total

from coprod_budget import api
from coprod_budget.errors import ProjectError
from coprod_budget.whatif.metrics import Requirement, UnknownMetricError
from coprod_budget.whatif.ranges import Limits, limits_of, roundest
from coprod_budget.whatif.solve import NoRangeError, Solution, solve
from coprod_budget.whatif.study import Study

GROSS = "revenue.scenarios.base.gross.RU"
MULTIPLE = "party.fund.multiple"
TURNING = PLAIN.replace("quantity: shoot_days.moscow", 'quantity: "max(shoot_days.moscow, 40 - shoot_days.moscow)"')
"""The crew is paid for twenty days at least, and for more the further the shoot is from that."""


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(PLAIN, filename="plain.yaml")


def found(study: Study, path: str, until: str, **more: object) -> Solution:
    return solve(study, path, Requirement.parse(until), **more)  # type: ignore[arg-type]


def estimated(key: str, *sets: str) -> float:
    value = api.estimate(api.load_text(PLAIN, sets=sets))[key]
    assert value is not None
    return value


def test_the_gross_that_pays_the_fund_back(study: Study) -> None:
    answer = found(study, GROSS, f"{MULTIPLE} >= 1")
    assert [(a.value, a.kept, a.holds) for a in answer.answers] == [(FUND / RECEIPTS_SHARE, "from", True)]
    assert answer.shape == "rises"
    assert answer.now == (100_000.0, pytest.approx(fund_multiple(100_000)), False)


def test_it_is_the_break_even_of_the_estimate() -> None:
    # with one scenario and one territory, the break-even of the territory alone is the gross that is looked for
    assert estimated("party.fund.break_even_gross_RU") == pytest.approx(FUND / RECEIPTS_SHARE, rel=1e-9)


def test_the_largest_fee_that_leaves_a_budget_within_its_limit(study: Study) -> None:
    answer = found(study, "budget.lines[crew].rate", "budget.total <= 143000")
    assert [(a.value, a.kept) for a in answer.answers] == [(4_500.0, "up_to")]
    assert answer.answers[0].sets == ("budget.lines[crew].rate=4500",)


def test_a_number_that_a_figure_has_to_be(study: Study) -> None:
    answer = found(study, "schedule.shoot_days.moscow", "budget.total == 120000")
    (only,) = answer.answers
    assert only.kept == "only"
    assert total(days=only.value) == pytest.approx(120_000, abs=0.005)


def test_whole_numbers_only(study: Study) -> None:
    answer = found(study, "schedule.shoot_days.moscow", "budget.total <= 120000", whole=True)
    (last,) = answer.answers
    assert last.value == math.floor((120_000 / 1.1 - 40_000) / 3_000) == 23
    assert total(days=23) <= 120_000 < total(days=24)


def test_every_crossing_of_a_figure_that_turns() -> None:
    turning = Study(TURNING)
    answer = found(turning, "schedule.shoot_days.moscow", "budget.total <= 120000", high=40.0)
    low, high = 40 - (120_000 / 1.1 - 40_000) / 3_000, (120_000 / 1.1 - 40_000) / 3_000
    assert answer.shape == "turns"
    assert [a.kept for a in answer.answers] == ["from", "up_to"]
    assert [a.value for a in answer.answers] == pytest.approx([low, high], rel=1e-6)


def test_a_narrow_place_between_two_values_of_the_scan() -> None:
    turning = Study(TURNING)
    # kept from 19.999 to 20.001 alone, and the scan steps by 0.22
    limit = total(days=20.001)
    answer = found(turning, "schedule.shoot_days.moscow", f"budget.total <= {limit:.2f}", low=1.0, high=57.1)
    assert [a.value for a in answer.answers] == pytest.approx([19.999, 20.001], abs=1e-4)


def test_shares_that_make_room(study: Study) -> None:
    answer = found(study, "partners.ru.share", "partners.ru.share <= 45%", rest=["partners.rs.share"])
    (largest,) = answer.answers
    assert largest.value == pytest.approx(0.45, rel=1e-9)
    assert largest.rest["partners.rs.share"] == pytest.approx(0.55, rel=1e-9)
    assert (answer.low, answer.high) == (0.0, 1.0)


def test_no_value_does_and_the_nearest_is_told(study: Study) -> None:
    answer = found(study, "budget.lines[crew].rate", "budget.total <= 40000")
    assert answer.answers == ()
    assert answer.nearest == (0.0, pytest.approx(44_000.0))
    assert not answer.everywhere


def test_all_values_do(study: Study) -> None:
    answer = found(study, "budget.lines[crew].rate", "budget.total >= 40000")
    assert answer.everywhere
    assert answer.answers == ()
    assert answer.nearest is None


def test_it_looks_further_than_four_times_what_stands(study: Study) -> None:
    answer = found(study, GROSS, f"{MULTIPLE} >= 3")
    assert answer.high > 4 * 100_000
    assert fund_multiple(answer.answers[0].value) == pytest.approx(3.0, rel=1e-8)


def test_an_input_that_no_file_states(study: Study) -> None:
    answer = found(study, "lines.post.rate", "budget.total <= 100000")
    (largest,) = answer.answers
    assert largest.sets == ()
    assert total(post=largest.value) == pytest.approx(100_000, abs=0.01)


def test_a_film_that_refuses_some_values(study: Study) -> None:
    answer = found(study, "partners.ru.share", "budget.total <= 100000")
    assert answer.refused > 250  # any other share than 60 % leaves the shares short of, or over, the whole
    assert "100%" in answer.reason


@pytest.mark.parametrize(
    ("path", "until", "error"),
    [
        ("budget.lines[crw].rate", "budget.total <= 1", ProjectError),
        ("budget.lines[crew].rate", "budget.totl <= 1", UnknownMetricError),
        ("budget.lines[crew].people", "budget.total <= 1", None),
        ("finance[fund].probability", "budget.total <= 1", ProjectError),
    ],
)
def test_mistakes(study: Study, path: str, until: str, error: type[Exception] | None) -> None:
    if error is None:
        assert found(study, path, until).nearest is not None
    else:
        with pytest.raises(error):
            found(study, path, until)


def test_no_range_follows_from_nothing(study: Study) -> None:
    with pytest.raises(NoRangeError, match="--to"):
        found(study, "revenue.territories.RU.minimum_guarantee", "budget.total <= 1")
    with pytest.raises(NoRangeError, match="not below"):
        found(study, GROSS, "budget.total <= 1", low=5.0, high=4.0)


@settings(max_examples=10)
@given(limit=st.integers(50_000, 400_000), contingency=st.integers(0, 40))
def test_an_answer_holds_and_a_hair_beyond_does_not(limit: int, contingency: int) -> None:
    study = Study(PLAIN, sets=[f"budget.charges.contingency.rate={contingency}%"])
    answer = found(study, "schedule.shoot_days.moscow", f"budget.total <= {limit}", high=200.0)
    for one in answer.answers:
        assert one.kept == "up_to"
        assert one.holds
        days, factor = one.value, 1 + contingency / 100
        assert factor * (round(days * 3000, 2) + 40_000) <= limit + 0.006
        assert factor * (round(days * (1 + 1e-6) * 3000, 2) + 40_000) > limit
    assert answer.answers or answer.everywhere or answer.nearest


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-9, 1e6))
def test_the_roundest_number_lies_inside(low: float, width: float) -> None:
    high = low + width
    if low < high:
        assert low < roundest(low, high) <= high


def test_the_roundest_number() -> None:
    assert roundest(124_999.9999, 125_000.0001) == 125_000.0
    assert roundest(0.4499999, 0.4500001) == 0.45
    assert roundest(-1.26, -1.24) == -1.25
    assert roundest(4.2, 4.2) == 4.2


def test_limits_come_from_the_schema(study: Study) -> None:
    assert limits_of(study, "partners.ru.share") == Limits(0.0, 1.0)
    assert limits_of(study, "schedule.shoot_days.moscow") == Limits(0.0, 2000.0)
    assert limits_of(study, "finance[fund].amount") == Limits(0.0, 1e12, is_money=True)
    assert limits_of(study, "budget.lines[crew].quantity").low == 0.0
    assert limits_of(study, "lines.post.rate") == Limits(0.0, np.inf, is_money=True)
