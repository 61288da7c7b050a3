"""Choosing among designs: what is enumerated, what is best, what requirements cost, the frontier; confirmed by estimating every design."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget import api
from coprod_budget.whatif.metrics import Requirement
from coprod_budget.whatif.optimise.choosing import Designs, Goal, Wanted
from coprod_budget.whatif.optimise.search import Found, look_for, try_all
from coprod_budget.whatif.optimise.space import Total, make_space, split
from coprod_budget.whatif.study import Study
from coprod_budget.whatif.vary import VaryError, parse_vary

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "where_to_shoot" / "project.yaml"
RURITANIA = Path(__file__).parent.parent / "ruritania"
FILM = """\
title: The Prisoner
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  shoot_days: {strelsau: 4, hentzau: 2, edelweiss: 0}
budget:
  template: ruritania
"""
DAYS = "schedule.shoot_days"
COST, LAW, STATUS = "net_cost.expected", "eligibility.ets147_1992", "test.ru_national_film.works"
RULES = (
    f"{LAW} >= unknown",
    "eligibility.ru_national_film >= warn",
    f"{STATUS} == pass",
    "incentive.rs_cash_rebate >= warn",
)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(FILM, filename="film.yaml", data=[RURITANIA])


def wanted(study: Study, goal: str, *rules: str, maximise: bool = False, second: str = "") -> Wanted:
    requirements = tuple((rule, study.metric(rule.key)) for rule in map(Requirement.parse, rules))
    other = Goal(study.metric(second), maximise=True) if second else None
    return Wanted(Goal(study.metric(goal), maximise), requirements, other)


def days_of(found: Found, place: int) -> tuple[float, ...]:
    return tuple(found.values_of(place).values())


# --- the designs ---------------------------------------------------------------------------------------------------------


@given(
    values=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=5, unique=True), min_size=1, max_size=4),
    total=st.integers(0, 25),
)
def test_all_ways_of_splitting_a_total(values: list[list[int]], total: int) -> None:
    rows = split([np.array(column, dtype=float) for column in values], float(total))
    assert [tuple(row) for row in rows] == [choice for choice in product(*values) if sum(choice) == total]


def test_a_total_over_all_cities_and_over_some(study: Study) -> None:
    every = make_space(study, [], [Total.parse(f"{DAYS}=34")])
    assert every.count == 36 * 35 // 2
    assert every.paths == tuple(f"{DAYS}.{city}" for city in ("strelsau", "hentzau", "edelweiss"))
    assert make_space(study, [], [Total.parse(f"{DAYS} = 34 : 2")]).count == 19 * 18 // 2
    some = [parse_vary(f"{DAYS}.{text}", study.current) for text in ("strelsau=0:6:1", "edelweiss=1:3:1")]
    grid = make_space(study, [*some, parse_vary("budget.level=low,high", study.current)], [Total.parse(f"{DAYS}=6")])
    columns = grid.numbered(0, grid.count).columns
    assert grid.count == 3 * 2
    assert np.all(np.asarray(columns[f"{DAYS}.strelsau"]) + np.asarray(columns[f"{DAYS}.edelweiss"]) == 4)


@pytest.mark.parametrize(
    ("over", "total", "said"),
    [
        ([], f"{DAYS}", "write PATH=SUM"),
        ([], f"{DAYS}=0", "above 0"),
        ([], f"{DAYS}=34:3", "do not arrive at 34"),
        ([], "schedule.prep_weeks=34", "no entries"),
        ([], "partners=100%", "no number"),
        ([f"{DAYS}.strelsau=100,200"], f"{DAYS}=34", "sums to 34"),
        ([f"{DAYS}.strelsau=a,b"], f"{DAYS}=34", "takes words"),
    ],
)
def test_totals_that_cannot_be(study: Study, over: list[str], total: str, said: str) -> None:
    with pytest.raises(VaryError, match=said):
        make_space(study, [parse_vary(text, study.current) for text in over], [Total.parse(total)])


# --- what is best --------------------------------------------------------------------------------------------------------


def written_down(study: Study, rules: tuple[str, ...], **columns: list[float]) -> Designs:
    """Designs with invented figures: total (less is better), days (a requirement), direct (more is better)."""
    chosen = wanted(study, "budget.total", *rules, second="budget.direct")
    names = {"budget.total": "total", "budget.direct": "direct", "net_cost.expected": "net", "net_cost.low_aid": "low"}
    return Designs(chosen, {key: np.array(columns[names[key]]) for key in chosen.keys}, {})


def test_the_best_what_binds_and_what_it_costs(study: Study) -> None:
    found = written_down(
        study,
        ("net_cost.expected >= 10", "net_cost.low_aid <= 5"),
        total=[50.0, 30.0, 20.0, 30.0, 10.0, np.nan],
        direct=[1.0] * 6,
        net=[10.0, 10.0, 9.0, 12.0, 20.0, 20.0],
        low=[5.0, 5.0, 1.0, 4.0, 6.0, 1.0],
    )
    assert found.best(9) == [1, 3, 0]
    assert found.unknown == 1
    first, second = found.costs()
    assert (first.keep, first.without, first.cost) == (5, 2, 10.0)
    assert (second.keep, second.without, second.cost) == (5, 4, 20.0)


def test_the_frontier_has_no_design_that_another_beats(study: Study) -> None:
    rng = np.random.default_rng(1)
    total, direct = rng.integers(0, 30, 200).astype(float), rng.integers(0, 30, 200).astype(float)
    found = written_down(study, (), total=total.tolist(), direct=direct.tolist())
    front = found.frontier()
    assert front[0] == max(np.flatnonzero(total == total.min()), key=lambda n: (direct[n], -n))
    for n in front:
        better = (total <= total[n]) & (direct >= direct[n]) & ((total < total[n]) | (direct > direct[n]))
        assert not better.any()
    pairs = {(total[n], direct[n]) for n in front}
    assert len(pairs) == len(front)
    beaten = [
        any(
            total[m] <= total[n] and direct[m] >= direct[n] and (total[m], direct[m]) != (total[n], direct[n])
            for m in front
        )
        for n in range(200)
    ]
    assert all(beaten[n] or (total[n], direct[n]) in pairs for n in range(200))


def test_none_that_keeps_everything(study: Study) -> None:
    """The requirements that no design keeps together, and the design that misses least."""
    found = written_down(
        study,
        ("net_cost.expected >= 10", "net_cost.low_aid <= 5"),
        total=[1.0, 2.0, 3.0],
        direct=[0.0, 0.0, 0.0],
        net=[10.0, 9.9, 1.0],
        low=[90.0, 5.2, 5.0],
    )
    assert found.best() == []
    assert found.nearest() == 1
    assert [[rule.key for rule in many] for many in found.conflicts()] == [["net_cost.expected", "net_cost.low_aid"]]
    assert [cost.without for cost in found.costs()] == [2, 0]
    alone = written_down(study, ("net_cost.expected >= 99",), total=[1.0], direct=[0.0], net=[np.nan])
    assert [[rule.text for rule in many] for many in alone.conflicts()] == [["net_cost.expected >= 99"]]


def test_every_design_is_tried_once_and_failures_are_told(study: Study) -> None:
    over = [parse_vary(text, study.current) for text in (f"{DAYS}.hentzau=0:3:1", "budget.level=low,nowhere,high")]
    tried: list[int] = []
    found = try_all(study, make_space(study, over), wanted(study, "budget.total"), tried.append)
    assert sum(tried) == found.designs.count == 12
    assert len(found.designs.problems) == 4
    (reason, count), *_ = found.designs.reasons()
    assert "nowhere" in reason, reason
    assert count == 4
    for place in range(12):
        values = found.values_of(place)
        total = found.designs.values["budget.total"][place]
        assert np.isnan(total) == (values["budget.level"] == "nowhere")
    best = found.designs.best()[0]
    film = api.estimate(api.load_text(FILM, found.sets_of(best), [RURITANIA], filename="film.yaml"))
    assert film["budget.total"] == pytest.approx(found.designs.values["budget.total"][best], rel=1e-12)


# --- searching -----------------------------------------------------------------------------------------------------------


def test_a_search_finds_what_trying_all_finds(study: Study) -> None:
    over = [
        parse_vary(text, study.current)
        for text in (
            f"{DAYS}.strelsau=1:12:1",
            f"{DAYS}.hentzau=0:11:1",
            "schedule.prep_weeks=0:9:1",
            "budget.level=low,mid,high",
        )
    ]
    grid = make_space(study, over)
    chosen = wanted(study, "budget.total", "schedule.total_shoot_days >= 9", "schedule.prep_weeks >= 3")
    every, some = try_all(study, grid, chosen), look_for(study, grid, chosen, seed=4, tries=1500)
    again = look_for(study, grid, chosen, seed=4, tries=1500)
    assert grid.count == 4320
    assert some.designs.count <= 1700
    assert some.values_of(some.designs.best()[0]) == every.values_of(every.designs.best()[0])
    assert some.designs.score[some.designs.best()[0]] == every.designs.score[every.designs.best()[0]]
    assert np.array_equal(some.digits, again.digits)
    assert some.search == again.search
    assert len({tuple(column) for column in some.digits.T}) == some.designs.count


# --- the worked example --------------------------------------------------------------------------------------------------


def test_where_to_shoot_is_confirmed_by_estimating_every_design() -> None:
    """Splits of 34 days in steps of four, estimated one by one: the same best, the same figures, the same refusals."""
    study = Study(EXAMPLE)
    cities = ("moscow=0:32:4", "st_petersburg=0:32:4", "belgrade=2:34:4")
    over = [parse_vary(f"{DAYS}.{text}", study.current) for text in cities]
    grid = make_space(study, over, [Total.parse(f"{DAYS}=34")])
    assert grid.count == 45
    chosen = wanted(study, COST, *RULES)
    found = try_all(study, grid, chosen)
    keys = chosen.keys
    allowed = {}
    for place in range(grid.count):
        values = api.build(api.load(EXAMPLE, sets=found.sets_of(place))).evaluate()
        figures = {key: np.array([values.number(key)]) for key in keys}
        for key in keys:
            assert figures[key][0] == pytest.approx(found.designs.values[key][place], rel=1e-9), (place, key)
        if all(rule.holds(metric, figures[metric.key])[0] for rule, metric in chosen.requirements):
            allowed[place] = figures[COST][0]
    assert sorted(allowed) == np.flatnonzero(found.designs.feasible).tolist()
    assert min(allowed, key=allowed.__getitem__) == found.designs.best()[0]


def test_the_most_of_a_verdict_is_the_best_one() -> None:
    verdict = Study(EXAMPLE).metric(LAW)
    values = np.array([2.0, 0.0, 3.0, np.nan, 1.0])  # unknown, pass, fail, none, warn

    def order(*, maximise: bool) -> list[int]:
        return Designs(Wanted(Goal(verdict, maximise)), {verdict.key: values}, {}).best(5)

    assert order(maximise=True) == [1, 4, 0, 2]
    assert order(maximise=False) == [2, 0, 4, 1]
