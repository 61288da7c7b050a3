"""What a requirement can be asked of, and when it is kept."""

from __future__ import annotations

import math

import numpy as np
import pytest
from solve_films import PLAIN

from coprod_budget.whatif.metrics import Requirement
from coprod_budget.whatif.study import Runs, Study


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(PLAIN + "\ntreaty: ets147_1992\n")


@pytest.mark.parametrize(
    ("text", "value", "kept"),
    [
        ("finance.gap == 0", 0.004, True),
        ("finance.gap == 0", 0.01, False),
        ("finance.gap != 0", 0.01, True),
        ("party.fund.multiple >= 120%", 1.2, True),
        ("party.fund.multiple > 1.2", 1.2, False),
        ("party.fund.multiple <= 1.2", math.nan, False),
        ("eligibility.ets147_1992", 0.0, True),
        ("eligibility.ets147_1992 >= warn", 0.0, True),
        ("eligibility.ets147_1992 >= warn", 2.0, False),
        ("eligibility.ets147_1992 != fail", 2.0, True),
        ("eligibility.ets147_1992 < unknown", 3.0, True),
    ],
)
def test_a_requirement_is_kept_to_half_a_cent_and_a_better_verdict_is_more(
    study: Study, text: str, value: float, *, kept: bool
) -> None:
    requirement = Requirement.parse(text)
    metric = study.metric(requirement.key)

    assert requirement.asked_of(metric) is requirement
    assert bool(requirement.holds(metric, np.array([value]))[0]) is kept


def test_a_figure_of_a_test_of_law_has_the_unit_of_its_rule(study: Study) -> None:
    share = study.metric("test.ets147_1992.bilateral_share_minimum.RS.actual")
    points = study.metric("test.ets147_1992.points_threshold.required")

    assert (share.unit, points.unit) == ("share", "points")
    assert study.metric("budget.total").unit == "EUR"


@pytest.mark.parametrize("text", ["finance.gap", "finance.gap == pass", "eligibility.ets147_1992 >= 3"])
def test_verdicts_and_numbers_are_not_compared(study: Study, text: str) -> None:
    requirement = Requirement.parse(text)

    with pytest.raises(ValueError, match="verdict; compare it with"):
        requirement.asked_of(study.metric(requirement.key))


def test_what_only_other_films_have_to_say_is_kept_once(study: Study) -> None:
    other = Study(PLAIN)
    list(other.run(Runs({"fx.RBU": [80.0, 90.0]}), ["budget.total"]))

    assert ["RBU" in problem.message for problem in other.warnings] == [True]
    assert not study.warnings
