"""Many scenarios at once: cut as one likes, or one after another, they give the same bits; rows that nobody needs are not computed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST, amounts, columns
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Graph, Program, evaluate
from coprod_budget.graph import plan as plans
from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.graph import Values

ROOT = Path(__file__).resolve().parents[2]
seeds = st.integers(0, 2**32 - 1)
VARIED = ("x", "y", "cost.r3")
OUTPUTS = ("total", "by_run", "state", "other", "first", "low", "mixed", "rounded", "worth", "products")


@pytest.fixture(scope="module", autouse=True)
def _drawn_numbers_may_overflow() -> Iterator[None]:
    with np.errstate(over="ignore", invalid="ignore"):
        yield


def _same(found: Values, expected: Values, scenarios: slice, keys: Sequence[str] = OUTPUTS) -> None:
    for key in keys:
        whole, part = found[key], expected[key]
        there = whole[..., scenarios] if whole.shape[-1] > 1 else whole
        assert np.array_equal(*np.broadcast_arrays(there, part), equal_nan=True), key


def _draws(seed: int, count: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    return {
        "x": draw.choice([0.0, 0.3, -2.0, 1.0], count),
        "y": draw.normal(0, 100, count),
        "cost.r3": np.round(draw.normal(0, 1e4, count), 2),
    }


@settings(max_examples=60, deadline=None)
@given(seed=seeds, cuts=st.lists(st.integers(1, 11), min_size=1, max_size=4))
def test_scenarios_may_be_cut_in_any_way(seed: int, cuts: list[int]) -> None:
    graph = columns(seed)
    varied = [k for k in VARIED if graph.find(k) is not None]
    program = Program(graph, [graph[k] for k in OUTPUTS], varied)
    draws = {k: v for k, v in _draws(seed, sum(cuts)).items() if k in varied}
    whole, start = program.run(draws), 0
    _same(whole, program.run(draws, block=cuts[0]), slice(None))
    for cut in cuts:
        part = slice(start, start + cut)
        _same(whole, program.run({k: v[part] for k, v in draws.items()}), part)
        start += cut


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_a_scenario_among_many_has_the_bits_of_a_graph_built_for_it(seed: int) -> None:
    graph = columns(seed)
    varied = [k for k in VARIED if graph.find(k) is not None]
    draws = _draws(seed, 5)
    whole = Program(graph, [graph[k] for k in OUTPUTS], varied).run({k: draws[k] for k in varied})
    for scenario in range(5):
        alone = columns(seed, [float(draws[k][scenario]) for k in VARIED])
        _same(whole, evaluate(alone, [alone[k] for k in OUTPUTS]), slice(scenario, scenario + 1))


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chosen=st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
def test_single_rows_are_those_of_the_whole_column(seed: int, chosen: list[int]) -> None:
    graph = columns(seed)
    nodes = [graph[k] for k in ("state", "by_run", "mixed", "rounded", "other")]
    cells = [(c, n % len(c.table or ())) for c, n in zip(nodes, chosen, strict=False)]
    draws = {k: v for k, v in _draws(seed, 6).items() if k in {"x", "y"}}
    whole = Program(graph, nodes, draws).run(draws)
    some = Program(graph, cells, draws).run(draws)
    _same(whole, some, slice(None), [node.cell_key(row) for node, row in cells])


def test_rows_that_nobody_needs_are_not_computed() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(12)], run=4)
    runs = graph.table("runs", ["a", "b", "c"])
    x = graph.input("x", 2.0, label="x", unit="", origin=TEST)
    weight = graph.stack(runs, [x, 0.0, 1.0])
    run = graph.text_column("run", rows, [runs.keys[i // 4] for i in range(12)], label="run")
    period = graph.text_column("period", rows, [f"p{i % 4}" for i in range(12)], label="period")
    periods = graph.table("periods", ["p0", "p1", "p2", "p3"])
    before = graph.previous(rows)
    sales = (before + x).named("sales", "sales")
    graph.follow(before, sales)
    graph.sum_by(sales * graph.lookup(weight, run), period, periods).named("expected", "expected")
    program = Program(graph, [graph["expected"]], ["x"])

    needed = program._plans.open.rows[sales.id]
    assert needed is not None
    assert needed.tolist() == [0, 1, 2, 3, 8, 9, 10, 11]
    found = program.run({"x": np.array([2.0, 3.0])})
    assert found["expected"].T.tolist() == [[6.0, 12.0, 18.0, 24.0], [12.0, 24.0, 36.0, 48.0]]
    one = Program(graph, [(sales, 6)], ["x"])
    assert one.run({"x": np.array([2.0, 5.0])})["sales.r6"].tolist() == [6.0, 15.0]
    rows_of_one = one._plans.open.rows[sales.id]
    assert rows_of_one is not None
    assert rows_of_one.tolist() == [4, 5, 6, 7]


def test_each_scenario_is_rounded_to_its_own_digits() -> None:
    graph = Graph()
    digits = graph.input("digits", 0.0, label="digits", unit="", origin=TEST)
    graph.round(graph.input("x", 1.25, label="x", unit="", origin=TEST), digits).named("rounded", "rounded")
    found = Program(graph, [graph["rounded"]], ["digits"]).run({"digits": np.array([0.0, 1.0, 2.0])})

    assert found["rounded"].tolist() == [1.0, 1.3, 1.25]


def test_a_film_gives_the_same_bits_however_its_scenarios_are_cut() -> None:
    path = ROOT / "examples" / "danube_crossing" / "project.yaml"
    graph = build_model(load_project(path), open_catalog()).graph
    draw = np.random.default_rng(3)
    draws = {
        "fx.RUB": 100 * draw.lognormal(0, 0.2, 37),
        "schedule.shoot_days.moscow": draw.integers(3, 30, 37).astype(float),
        "budget.charges.contingency.rate": draw.uniform(0, 0.2, 37),
        "revenue.scenarios.base.gross.RU": draw.lognormal(18, 1, 37),
        "finance.gap_loan.interest": draw.uniform(0, 0.3, 37),
    }
    keys = [
        "budget.total",
        "partner.*.borne_share",
        "party.*.irr",
        "party.*.profit",
        "eligibility.*.verdict",
        "finance.gap",
    ]
    program = Program(graph, [graph[k] for k in keys], draws)
    whole = program.run(draws)
    for block in (1, 2, 5, 16):
        _same(whole, program.run(draws, block=block), slice(None), keys)


def test_every_figure_of_a_film_can_be_asked_for_alone() -> None:
    path = ROOT / "examples" / "danube_crossing" / "project.yaml"
    graph = build_model(load_project(path), open_catalog()).graph
    draws = {"fx.RUB": np.array([80.0, 95.0, 140.0]), "schedule.shoot_days.moscow": np.array([5.0, 14.0, 30.0])}
    named = [
        n for n in graph.named() if n.op not in {"text", "solve"} and not n.key.startswith(("break_even.", "alone."))
    ]
    whole = Program(graph, named, draws).run(draws)
    draw = random.Random(5)  # noqa: S311 - a test draw
    cells = [(n, draw.randrange(len(n.table))) for n in named if n.table is not None and len(n.table)]
    results = [c for c in cells if c[0].key.startswith(("party.", "scenario.", "test", "eligibility.", "runs."))]
    some = Program(graph, cells, draws).run(draws)
    _same(whole, some, slice(None), [node.cell_key(row) for node, row in cells])
    for cell in draw.sample(results, 25) + draw.sample(cells, 15):
        _same(whole, Program(graph, [cell], draws).run(draws), slice(None), [cell[0].cell_key(cell[1])])


def test_a_sum_of_which_every_weight_is_nothing_is_nothing() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(6)], run=3)
    runs = graph.table("runs", ["a", "b"])
    x = graph.input("x", 2.0, label="x", unit="", origin=TEST)
    run = graph.text_column("run", rows, [runs.keys[i // 3] for i in range(6)], label="run")
    before = graph.previous(rows)
    sales = (before + x).named("sales", "sales")
    graph.follow(before, sales)
    weighed = sales * graph.lookup(graph.stack(runs, [0.0, x]), run)
    total = graph.sum_by(weighed, run, runs).named("total", "total")
    none = graph.sum(sales * graph.spread(rows, 0.0)).named("none", "none")
    draws = {"x": np.array([2.0, 3.0])}
    values = Program(graph, [(total, 0), none], draws).run(draws)

    assert values["total.a"].tolist() == [0.0, 0.0]
    assert values["none"].tolist() == [0.0, 0.0]
    assert Program(graph, [(total, 1)], draws).run(draws)["total.b"].tolist() == [24.0, 54.0]


def test_a_column_without_rows_may_be_asked_for() -> None:
    graph = Graph()
    rows, none = graph.table("rows", ["a", "b"]), graph.table("none", [])
    x = graph.input("x", 2.0, label="x", unit="", origin=TEST)
    where = graph.text_column("where", none, [], label="where")
    found = graph.lookup(graph.stack(rows, [x, x * x]), where).named("found", "found")

    assert Program(graph, [found], ["x"]).run({"x": np.array([1.0, 2.0])})["found"].shape == (0, 2)


@pytest.mark.parametrize("length", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_run_changes_its_sign_by_itself(length: int, count: int) -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(3 * length)], run=length)
    x = graph.input("x", 1.0, label="x", unit="", origin=TEST)
    still = graph.input_column(
        "still", rows, [float(i) for i in range(len(rows))], label="still", unit="", origins=[TEST]
    )
    before = graph.previous(rows)
    turned = (-before).named("turned", "turned")
    state = (turned + still * x).named("state", "state")
    graph.follow(before, state)
    draws = {"x": np.linspace(1, 2, count)}
    found = Program(graph, [turned, state], draws).run(draws)

    for row in range(len(rows)):
        expected = -found["state"][row - 1] if row % length else np.zeros(count)
        assert found["turned"][row].tolist() == expected.tolist()


@pytest.mark.parametrize("exponent", [2.0, 0.5, 3.0])
def test_powers_do_not_depend_on_how_scenarios_are_cut(exponent: float) -> None:
    graph = Graph()
    x, e = (graph.input(k, v, label=k, unit="", origin=TEST) for k, v in (("x", 1.0), ("e", exponent)))
    graph.power(x, e).named("power", "power")
    values = np.random.default_rng(1).random(200) * 10
    whole = Program(graph, [graph["power"]], ["x"]).run({"x": values})
    _same(whole, Program(graph, [graph["power"]], ["x"]).run({"x": values}, block=1), slice(None), ["power"])
    both = Program(graph, [graph["power"]], ["x", "e"]).run({"x": values, "e": np.full(200, exponent)})
    _same(whole, both, slice(None), ["power"])


def test_products_outside_of_a_search_are_not_calculated_in_it() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(10)])
    x, unknown = (graph.input(k, 1.0, label=k, unit="", origin=TEST) for k in ("x", "unknown"))
    parts = [-graph.sum(graph.stack(rows, [x] * 10)) * c for c in (1, 12, 100)] + [
        x * 12,
        x * 100,
        x * x,
        x * 1,
        -x * x,
        x * 0,
    ]
    goal = graph.sum(graph.stack(rows, [*parts, unknown]))
    solved = graph.solve(goal, [unknown]).named("solved", "solved")
    found = Program(graph, [solved], ["x"]).run({"x": np.array([1.0, 2.0])})["solved"]

    assert found.round(6).tolist() == [1017.0, 2034.0]


def test_room_is_used_again_and_blocks_shrink_where_it_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(100)])
    x = graph.input("x", 2.0, label="x", unit="", origin=TEST)
    still = graph.input_column("still", rows, amounts(100, 4), label="still", unit="", origins=[TEST])
    column = still * x
    for _ in range(50):
        column = graph.minimum(column * x, still) - x
    total = graph.sum(column).named("total", "total")
    draws = {"x": np.linspace(0, 2, 512)}
    program = Program(graph, [total], ["x"])
    whole = program.run(draws)["total"]
    assert program._plans.open.at(512).taken < 8 * 100 * 512 * 8

    monkeypatch.setattr(plans, "ROOM", 2**19)
    narrow = Program(graph, [total], ["x"])
    assert np.array_equal(narrow.run(draws)["total"], whole)
    assert narrow._plans.open.at(64).taken <= 2**19 < program._plans.open.at(512).taken
