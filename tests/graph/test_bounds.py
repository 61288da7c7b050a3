"""What does not move between the bounds of the varied inputs is not computed, and nothing else changes: the same bits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from drawn import TEST, columns
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Graph, Program, narrowing
from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coprod_budget.graph import Node
    from coprod_budget.graph.plan import Plan

ROOT = Path(__file__).resolve().parents[2]
seeds = st.integers(0, 2**32 - 1)
NAMED = ("total", "by_run", "state", "other", "first", "low", "mixed", "rounded", "worth", "products")
NEVER = 2**62


@pytest.fixture(scope="module", autouse=True)
def _drawn_numbers_may_overflow() -> Iterator[None]:
    with np.errstate(over="ignore", invalid="ignore"):
        yield


def _draws(seed: int, count: int) -> dict[str, np.ndarray]:
    """Values within bounds that are wide or tight, on one side of 0 or on both."""
    draw = np.random.default_rng(seed)
    spans = {
        key: (draw.choice([0.0, 0.3, -2.0, 40.0, 7.0]), draw.choice([0.0, 1e-12, 0.01, 1.0, 50.0]))
        for key in ("x", "y")
    }
    drawn = {key: at + span * draw.choice([-1, 1]) * draw.random(count) for key, (at, span) in spans.items()}
    return {**drawn, "cost.r3": np.round(draw.normal(0, 10 ** draw.uniform(-1, 4), count), 2)}


def _narrow(graph: Graph, outputs: list[Node], draws: Mapping[str, np.ndarray]) -> tuple[Program, Plan]:
    program = Program(graph, outputs, draws)
    program._plans._next = 1
    program.run(draws)
    plan = program._plans._narrow
    assert plan is not None
    return program, plan


def _assert_same(graph: Graph, outputs: list[Node], draws: Mapping[str, np.ndarray]) -> None:
    open_, narrow = Program(graph, outputs, draws).run(draws), _narrow(graph, outputs, draws)[0].run(draws)
    for node in outputs:
        assert np.array_equal(open_[node], narrow[node], equal_nan=True), node.key


@settings(max_examples=150)
@given(seed=seeds, asked=st.sets(st.sampled_from(NAMED), min_size=1))
def test_a_plan_for_bounds_finds_the_same_bits(seed: int, asked: set[str]) -> None:
    graph = columns(seed)
    draws = {k: v for k, v in _draws(seed, 9).items() if graph.find(k) is not None}
    _assert_same(graph, [graph[k] for k in sorted(asked)], draws)


@settings(max_examples=100)
@given(seed=seeds)
def test_every_quantity_lies_within_its_bounds(seed: int) -> None:
    graph = columns(seed)
    draws = {k: v for k, v in _draws(seed, 40).items() if graph.find(k) is not None}
    plan = _narrow(graph, [graph[k] for k in NAMED], draws)[1]
    assert plan.bounds is not None
    moving = [graph.nodes[n.id] for n in plan.nodes]
    found = Program(graph, moving, draws).run(draws)
    for node in moving:
        low, high = plan.bounds.of(node)[..., 0], plan.bounds.of(node)[..., 1]
        values = found[node]
        lost = np.isnan(values) & ((low != -np.inf) | (high != np.inf))[..., None]
        assert not lost.any(), node
        assert not ((values < low[..., None]) | (values > high[..., None])).any(), node


def test_rows_that_do_not_move_within_the_bounds_are_not_computed() -> None:
    graph = Graph()
    months = graph.table("months", [f"m{i}" for i in range(24)])
    end = graph.input_column("end", months, [float(i + 1) for i in range(24)], label="end", unit="", origins=[TEST])
    start, weeks = (graph.input(k, v, label=k, unit="", origin=TEST) for k, v in (("start", 3.0), ("length", 4.0)))
    done = graph.minimum(graph.maximum((end - start) / weeks, 0), 1).named("done", "done")
    paid = (done * 100).named("paid", "paid")
    graph.sum(paid).named("total", "total")
    draws = {"start": np.array([3.0, 3.5, 4.0]), "length": np.array([4.0, 4.0, 5.0])}

    program, plan = _narrow(graph, [graph["total"]], draws)
    rows = plan.rows[paid.id]
    assert rows is not None
    assert rows.tolist() == [2, 3, 4, 5, 6, 7, 8]  # from the first start to the last end, with some margin
    assert program.run(draws)["total"].tolist() == Program(graph, [graph["total"]], draws).run(draws)["total"].tolist()


def test_what_is_rounded_may_fall_where_the_number_rises() -> None:
    graph = Graph()
    x, digits = (graph.input(k, v, label=k, unit="", origin=TEST) for k, v in (("x", 1.0), ("digits", 2.0)))
    rounded = graph.round(x, digits).named("rounded", "rounded")
    near = (np.array([12e9 - 0.005]).view(np.int64) + np.arange(-22, 3)).view(np.float64)
    found = Program(graph, [rounded], ["x"]).run({"x": near})["rounded"]
    assert found[0] == 12e9 > found[1]

    _assert_same(graph, [rounded], {"x": near})


def test_a_sum_is_no_number_where_0_is_multiplied_with_none() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(4)])
    x, y = (graph.input(k, 1.0, label=k, unit="", origin=TEST) for k in ("x", "y"))
    still = graph.input_column("still", rows, [1.0, 2.0, 3.0, 4.0], label="still", unit="", origins=[TEST])
    late = graph.maximum(still - x, 0)
    total = graph.sum(late * (1 / (still - y))).named("total", "total")
    draws = {"x": np.array([2.5, 3.5, 3.5]), "y": np.array([0.5, 1.0, 0.5])}

    _assert_same(graph, [total], draws)
    assert np.isnan(_narrow(graph, [total], draws)[0].run(draws)["total"]).tolist() == [False, True, False]


def test_what_weighs_nothing_is_added_where_it_is_looked_at_too() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(3)])
    x = graph.input("x", 1.0, label="x", unit="", origin=TEST)
    weight = graph.input_column("weight", rows, [0.0, 1.0, 2.0], label="weight", unit="", origins=[TEST])
    still = graph.input_column("still", rows, [1.0, 2.0, 3.0], label="still", unit="", origins=[TEST])
    weighed = (weight * (1 / (still - x))).named("weighed", "weighed")
    total = graph.sum(weighed).named("total", "total")
    checked = (weighed - 1).named("checked", "checked")
    draws = {"x": np.array([0.5, 1.0])}

    for outputs in ([total], [total, weighed], [total, checked]):
        _assert_same(graph, outputs, draws)


def test_a_row_that_stands_may_be_asked_for_beside_others_that_move() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(6)], run=3)
    runs = graph.table("runs", ["a", "b"])
    x = graph.input("x", 1.0, label="x", unit="", origin=TEST)
    still = graph.input_column("still", rows, [float(i) for i in range(6)], label="still", unit="", origins=[TEST])
    column = graph.maximum(still, x).named("column", "column")
    lowest, last = graph.lowest(column, runs).named("lowest", "lowest"), graph.last(column, runs).named("last", "last")
    draws = {"x": np.array([1.0, 1.5])}
    cells = [(lowest, 1), (last, 0)]
    program = Program(graph, cells, draws)
    program._plans._next = 1
    found = program.run(draws)

    assert found["lowest.b"].tolist() == [3.0, 3.0]
    assert found["last.a"].tolist() == [2.0, 2.0]


def test_values_beyond_the_bounds_are_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "FIRST", 100)
    graph = columns(7)
    outputs = [graph[k] for k in NAMED]
    program = Program(graph, outputs, ["x", "y"])
    used: list[tuple[str, int]] = []
    run = Program._run

    def noted(self: Program, plan: Plan, given: Mapping[str, np.ndarray], *rest: Any) -> None:
        if self is program:
            used.append(("open" if plan is program._plans.open else "bounds", len(given["x"])))
        run(self, plan, given, *rest)

    monkeypatch.setattr(Program, "_run", noted)
    draw = np.random.default_rng(1)
    for low, high, last in (
        (1, 2, 2),
        (1, 2, 2),
        (1.2, 1.8, 5),
        (0, 500, 1),
        (1, 2, np.nan),
        (-1e6, 1e6, 1),
        (-1e5, 1e5, np.inf),
    ):
        draws = {k: np.append(draw.uniform(low, high, 59), last) for k in ("x", "y")}
        found = program.run(draws)
        expected = Program(graph, outputs, draws).run(draws)
        for node in outputs:
            assert np.array_equal(found[node], expected[node], equal_nan=True), (low, node.key)
    assert used == [
        ("open", 60),  # until a hundred were seen
        ("bounds", 60),  # of all that were seen
        *(("bounds", 60), ("open", 1)),  # one is beyond
        ("open", 60),  # most are beyond
        *(("bounds", 60), ("open", 1)),  # one is no number
        ("bounds", 60),  # wider ones, when twice as many were seen
        *(("bounds", 60), ("open", 1)),  # one has no end
    ]


def test_a_film_gives_the_same_bits_within_bounds() -> None:
    path = ROOT / "examples" / "danube_crossing" / "project.yaml"
    graph = build_model(load_project(path), open_catalog()).graph
    draw = np.random.default_rng(3)
    draws = {
        "fx.RUB": 100 * draw.lognormal(0, 0.1, 50),
        "schedule.shoot_days.moscow": draw.integers(8, 12, 50).astype(float),
        "calendar.release": draw.uniform(14, 16, 50),
    }
    named = [
        n for n in graph.named() if n.op not in {"text", "solve"} and not n.key.startswith(("break_even.", "alone."))
    ]
    _assert_same(graph, named, draws)
    plan = _narrow(graph, named, draws)[1]
    assert sum(1 for n in plan.nodes if n.id not in plan.rows) > 0
