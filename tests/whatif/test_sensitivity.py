"""What moves a figure: slopes and swings that can be written down, Sobol indices of a product, and agreement with the estimate."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from solve_films import PLAIN, fund_multiple, total

from coprod_budget import api
from coprod_budget.whatif.sensitivity import NoSlopeError, Range, Sensitivity, Slope, Swing, sensitivity
from coprod_budget.whatif.simulate.inputs import draws_of
from coprod_budget.whatif.simulate.plan import Plan
from coprod_budget.whatif.sobol import NoIndicesError, SalibMissingError, SobolIndices, sobol
from coprod_budget.whatif.study import Study

DAYS = "schedule.shoot_days.moscow"
RATE = "budget.lines[crew].rate"
GROSS = "revenue.scenarios.base.gross.RU"
DANUBE = Path("examples/danube_crossing/project.yaml")


def moved(text: str, key: str, **more: object) -> Sensitivity:
    study = Study(text)
    return sensitivity(study, study.metric(key), **{"ranges": {}, **more})  # type: ignore[arg-type]


def slope(found: Sensitivity, path: str) -> Slope:
    return next(s for s in found.slopes if s.input.path == path)


def swing(found: Sensitivity, path: str) -> Swing:
    return next(s for s in found.swings if s.input.path == path)


@pytest.fixture(scope="module")
def budget() -> Sensitivity:
    return moved(PLAIN, "budget.total")


@pytest.mark.parametrize(
    ("path", "derivative", "elasticity"),
    [
        (DAYS, 1.1 * 3_000, 0.6),
        (RATE, 1.1 * 20, 0.6),
        ("budget.lines[post].rate", 1.1, 0.4),
        ("budget.charges.contingency.rate", 100_000, 1 / 11),
        ("lines.post.quantity.1", 1.1 * 40_000, 0.4),
    ],
)
def test_slopes_of_something_linear_are_exact(
    budget: Sensitivity, path: str, derivative: float, elasticity: float
) -> None:
    one = slope(budget, path)
    assert one.derivative == pytest.approx(derivative, rel=1e-9)
    assert one.elasticity == pytest.approx(elasticity, rel=1e-9)
    assert one.left == pytest.approx(one.right, rel=1e-9)
    assert not one.note


def test_swings_by_factors(budget: Sensitivity) -> None:
    days = swing(budget, DAYS)
    assert (days.low, days.high) == (18.0, pytest.approx(22.0))
    assert days.at_low == pytest.approx(total(days=18))
    assert days.at_high == pytest.approx(total(days=22))
    assert [s.size for s in budget.swings] == sorted((s.size for s in budget.swings), reverse=True)


def test_what_the_file_states_is_not_told_twice(budget: Sensitivity) -> None:
    told = [s.input.path for s in budget.slopes]
    assert len(told) == len(set(told))
    assert "lines.crew.rate" not in told  # it is budget.lines[crew].rate
    assert GROSS not in told  # it leads to no cost
    assert budget.still > 5


def test_a_price_of_the_data() -> None:
    text = PLAIN.replace("rate: 3000, currency: EUR", "rate: 300000, currency: RUB")
    found = moved(text, "budget.total")
    rub = slope(found, "fx.RUB")
    assert not rub.input.in_file
    spent = 1.1 * 20 * 300_000
    assert rub.derivative == pytest.approx(-spent / rub.input.value**2, rel=1e-3)  # 1 % either way of 1/x
    assert "fx.EUR" not in [s.input.path for s in found.slopes]


def test_a_slope_that_bends_is_told_on_both_sides() -> None:
    found = moved(PLAIN.replace("gross: {RU: 100000}", "gross: {RU: 125000}"), "party.fund.multiple")
    gross = slope(found, GROSS)
    assert gross.left == pytest.approx(0.4 / 50_000, rel=1e-6)
    assert gross.right == pytest.approx(0.2 * 0.4 / 50_000, rel=1e-6)
    assert gross.note == "bends here"


def test_a_slope_of_one_side() -> None:
    found = moved(PLAIN.replace("contingency: {rate: 10%", "contingency: {rate: 100%"), "budget.total")
    rate = slope(found, "budget.charges.contingency.rate")
    assert rate.derivative == pytest.approx(100_000)
    assert "one side only" in rate.note
    assert swing(found, "budget.charges.contingency.rate").high == 1.0


def test_shares_make_room() -> None:
    found = moved(PLAIN, "partners.rs.share")
    share = slope(found, "partners.ru.share")
    assert share.derivative == pytest.approx(-1.0)
    assert share.note == "the others make room"
    assert found.unmoved == []


def test_a_range_of_its_own_and_a_pattern() -> None:
    ranges = {DAYS: Range(15.0, 30.0, "as given")}
    found = moved(PLAIN, "budget.total", ranges=ranges, over="uncertain")
    (only,) = found.swings
    assert (only.at_low, only.at_high) == (pytest.approx(total(days=15)), pytest.approx(total(days=30)))
    found = moved(PLAIN, "party.fund.multiple", over="revenue.*")
    assert all(s.input.path.startswith("revenue.") for s in [*found.swings, *found.slopes])
    assert swing(found, GROSS).at_high == pytest.approx(fund_multiple(110_000))


def test_the_size_of_a_block_does_not_matter(budget: Sensitivity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coprod_budget.whatif.sensitivity.CELLS", 100)
    monkeypatch.setattr("coprod_budget.whatif.sensitivity.CHUNK", 3)
    again = moved(PLAIN, "budget.total")
    assert again.swings == budget.swings
    assert again.slopes == budget.slopes


def test_what_does_not_stand_anywhere_cannot_be_moved() -> None:
    with pytest.raises(NoSlopeError, match="no number as the film stands"):
        moved(PLAIN, "budget.total", ranges={"budget.charges.contingency.cap": Range(0.1, 0.3, "as given")})


def test_a_verdict_has_no_slope() -> None:
    study = Study(DANUBE)
    with pytest.raises(NoSlopeError, match="verdict"):
        sensitivity(study, study.metric("eligibility.ets147_1992"), ranges={})


def test_every_swing_is_what_the_estimate_says() -> None:
    study = Study(DANUBE)
    key = "party.fund.multiple"
    found = sensitivity(study, study.metric(key), ranges={})
    mine = [s for s in found.swings if s.input.in_file and not s.note]
    for one in mine[:: max(len(mine) // 12, 1)]:
        for value, figure in ((one.low, one.at_low), (one.high, one.at_high)):
            estimated = api.estimate(DANUBE, sets=[f"{one.input.path}={value!r}"])[key]
            assert figure == pytest.approx(estimated, rel=1e-9), one.input.path


PRODUCT = (
    PLAIN.replace("rate: 40000", "rate: 0").replace("contingency: {rate: 10%", "contingency: {rate: 0%")
    + f"""
uncertainty:
  {DAYS}: {{dist: uniform, low: 10, high: 30}}
  budget.lines[crew].rate: {{dist: uniform, low: 2000, high: 4000}}
"""
)


def indices(text: str, *, draws: int = 1024, seed: int = 3) -> SobolIndices:
    study = Study(text)
    return sobol(study, study.metric("budget.total"), draws_of(study, Plan()).entries, draws=draws, seed=seed)


def test_sobol_indices_of_a_product() -> None:
    found = indices(PRODUCT)
    # Var(xy) = E(y)² Var(x) + E(x)² Var(y) + Var(x) Var(y)
    days, rate = 20**2 / 12, 2000**2 / 12
    alone = {DAYS: 3000**2 * days, RATE: 20**2 * rate}
    variance = sum(alone.values()) + days * rate
    assert [i.path for i in found.indices] == [DAYS, RATE]
    for one in found.indices:
        assert one.first == pytest.approx(alone[one.path] / variance, abs=0.02)
        assert one.total == pytest.approx((alone[one.path] + days * rate) / variance, abs=0.02)
        assert 0 < one.total_range < 0.1
    assert found.runs == 1024 * 4
    assert found.mean == pytest.approx(60_000, rel=0.01)
    assert indices(PRODUCT) == found
    assert indices(PRODUCT, seed=4) != found


def test_no_indices() -> None:
    with pytest.raises(NoIndicesError, match="power of 2"):
        indices(PRODUCT, draws=1000)
    with pytest.raises(NoIndicesError, match="nothing is uncertain"):
        indices(PLAIN)
    with pytest.raises(NoIndicesError, match="only one number"):
        indices(PRODUCT.replace("  budget.lines[crew].rate: {dist: uniform, low: 2000, high: 4000}\n", ""))
    with pytest.raises(NoIndicesError, match="is the same in all runs"):
        indices(
            PRODUCT.replace("quantity: shoot_days.moscow, unit: day, rate: 3000", "unit: flat, rate: 0").replace(
                RATE, GROSS
            )
        )


def test_salib_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "SALib"] + ["SALib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SalibMissingError, match="pip install"):
        indices(PRODUCT)
