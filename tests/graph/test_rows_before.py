"""Quantities that depend on what they were a row earlier: against a plain loop, in runs, beside other scenarios."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST, amounts
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.graph import Graph, GraphError, Place, Places, Program, evaluate, explain, formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node

seeds = st.integers(0, 2**32 - 1)
STATES = ("debt", "saved", "paid")


def _graph(flows: Sequence[float], runs: int, rate: float, limit: float) -> Graph:
    """A debt with interest, paid from what comes in up to a limit a row that grows with what was saved: three states in a ring."""
    graph = Graph()
    length = len(flows) // runs
    rows = graph.table("rows", [f"run{i}.{j}" for i in range(runs) for j in range(length)], run=length)
    some = graph.table("runs", [f"run{i}" for i in range(max(1, runs - 1))])
    flow = graph.input_column("flow", rows, flows, label="flow", unit="", origins=[TEST])
    interest, most = (graph.input(k, v, label=k, unit="", origin=TEST) for k, v in (("rate", rate), ("limit", limit)))
    debt_before, saved_before, paid_before = (graph.previous(rows) for _ in STATES)
    drawn = graph.maximum(-flow, 0)
    owed = debt_before * (1 + interest) + drawn
    allowed = most + graph.maximum(saved_before, 0) - graph.choose(paid_before > most, paid_before, 0)
    paid = graph.maximum(graph.minimum(owed, allowed, graph.maximum(flow, 0) + saved_before), 0).named("paid", "paid")
    debt = (owed - paid).named("debt", "debt")
    saved = (saved_before + graph.maximum(flow, 0) - paid).named("saved", "saved")
    for previous, column in ((debt_before, debt), (saved_before, saved), (paid_before, paid)):
        graph.follow(previous, column)
    late = graph.previous(rows)
    (late + flow * interest).named("late", "flow of the row before, and interest")
    graph.follow(late, flow)
    graph.lowest(saved, some).named("lowest", "lowest")
    graph.last(debt, some).named("last", "last")
    graph.sum(paid).named("total", "total")
    return graph


def _loop(flows: Sequence[float], runs: int, rate: float, limit: float) -> dict[str, list[float]]:
    """The same in plain Python."""
    length = len(flows) // runs
    found: dict[str, list[float]] = {k: [] for k in STATES}
    for start in range(0, len(flows), length):
        debt = saved = paid = 0.0
        for flow in flows[start : start + length]:
            owed = debt * (1 + rate) + max(-flow, 0)
            allowed = limit + max(saved, 0) - (paid if paid > limit else 0)
            paid = max(min(owed, allowed, max(flow, 0) + saved), 0)
            debt, saved = owed - paid, saved + max(flow, 0) - paid
            for key, value in zip(STATES, (debt, saved, paid), strict=True):
                found[key].append(value)
    return found


@settings(max_examples=60, deadline=None)
@given(seed=seeds, runs=st.integers(1, 4), length=st.integers(1, 12), rate=st.floats(0, 0.5), limit=st.floats(0, 1e4))
def test_interlocking_states_are_what_a_plain_loop_finds(
    seed: int, runs: int, length: int, rate: float, limit: float
) -> None:
    flows = amounts(runs * length, seed)
    values, expected = evaluate(_graph(flows, runs, rate, limit)), _loop(flows, runs, rate, limit)
    some = range(max(1, runs - 1))

    for key in STATES:
        assert values[key][:, 0].tolist() == expected[key]
    assert values["lowest"][:, 0].tolist() == [min(expected["saved"][i * length : (i + 1) * length]) for i in some]
    assert values["last"][:, 0].tolist() == [expected["debt"][(i + 1) * length - 1] for i in some]
    late = [0.0 if i % length == 0 else flows[i - 1] for i in range(len(flows))]
    assert values["late"][:, 0].tolist() == [a + f * rate for a, f in zip(late, flows, strict=True)]


@settings(max_examples=30, deadline=None)
@given(seed=seeds, runs=st.integers(1, 3), block=st.integers(1, 7))
def test_scenarios_of_one_cell_and_of_a_scalar_are_what_a_plain_loop_finds_in_blocks_of_any_size(
    seed: int, runs: int, block: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test draw
    flows = amounts(runs * 8, seed)
    cell, rates = amounts(11, seed + 1), [draw.uniform(0, 0.3) for _ in range(11)]
    graph = _graph(flows, runs, 0.1, 500.0)
    outputs = [graph[k] for k in (*STATES, "late", "lowest", "last", "total")]
    given = {"flow.run0.3": np.array(cell), "rate": np.array(rates)}
    program = Program(graph, outputs, given)
    whole, parts = program.run(given), program.run(given, block=block)

    for node in outputs:
        assert np.array_equal(whole[node], parts[node]), node
    for s, (value, rate) in enumerate(zip(cell, rates, strict=True)):
        expected = _loop([*flows[:3], value, *flows[4:]], runs, rate, 500.0)
        for key in STATES:
            assert whole[key][:, s].tolist() == expected[key]


def test_only_what_depends_on_the_varied_input_is_computed_again_also_over_the_rows_before() -> None:
    graph = _graph(amounts(8, 1), 2, 0.1, 500.0)
    outputs = [graph[k] for k in (*STATES, "late", "total", "last")]

    def again(key: str) -> set[str]:
        return {n.key for n in Program(graph, outputs, [key]).steps if n.key}

    assert again("limit") == {"limit", *STATES, "total", "last"}
    assert again("rate") == {"rate", *STATES, "late", "total", "last"}
    assert again("flow.run0.2") == {"flow", *STATES, "late", "total", "last"}
    only_late = Program(graph, [graph["late"]], ["flow.run0.2"])
    assert {n.key for n in only_late.steps if n.key} == {"flow", "late"}


def test_a_column_that_is_followed_is_there_when_the_row_before_is_wanted_late() -> None:
    """What is followed may be computed, and otherwise done with, long before the column that looks back at it."""
    graph = Graph()
    rows = graph.table("rows", ["a", "b", "c"])
    x = graph.input("x", 2.0, label="x", unit="", origin=TEST)
    column = (graph.stack(rows, [x, x * x, 1]) * x).named("column", "column")
    other = graph.sum(column)
    before = graph.previous(rows)
    graph.follow(before, column)
    (before + other).named("sum", "sum")
    found = Program(graph, [graph["sum"]], ["x"]).run({"x": np.array([2.0, 3.0])})["sum"]

    assert found.T.tolist() == [[14.0, 18.0, 22.0], [39.0, 48.0, 66.0]]


def test_what_was_two_rows_earlier_is_the_row_before_of_the_row_before() -> None:
    graph = Graph()
    rows = graph.table("rows", [f"r{i}" for i in range(12)], run=6)
    start = graph.stack(rows, [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    one, two = graph.previous(rows).named("one", "one row earlier"), graph.previous(rows)
    graph.follow(two, one)
    graph.follow(one, (one + two + start).named("fibonacci", "fibonacci"))

    assert evaluate(graph)["fibonacci"][:, 0].tolist() == [1, 1, 2, 3, 5, 8, 0, 1, 1, 2, 3, 5]


def test_columns_that_only_follow_each_other_are_refused() -> None:
    graph = Graph()
    rows = graph.table("rows", ["a", "b"])
    one, two = graph.previous(rows).named("one", "one"), graph.previous(rows).named("two", "two")
    graph.follow(two, one)
    graph.follow(one, two)

    with pytest.raises(GraphError, match="follows nothing but itself"):
        evaluate(graph)


def test_a_quantity_that_waits_for_itself_is_refused() -> None:
    graph = Graph()
    rows = graph.table("rows", ["a", "b"])
    before = graph.previous(rows)
    total = graph.sum(before)
    graph.follow(before, (before + total).named("column", "column"))

    with pytest.raises(GraphError, match="waits for itself"):
        evaluate(graph)


def test_only_a_named_column_over_the_same_rows_can_be_followed_and_only_once() -> None:
    graph = _graph(amounts(8, 1), 2, 0.1, 500.0)
    before = graph.previous(graph.tables["rows"])

    for column in (graph["lowest"], graph["total"], graph["flow"] * 12):
        with pytest.raises(GraphError, match="cannot be followed"):
            graph.follow(before, column)
    graph.follow(before, graph["flow"])
    with pytest.raises(GraphError, match="waits for no column"):
        graph.follow(before, graph["flow"])
    with pytest.raises(GraphError, match="no whole number of runs"):
        graph.table("broken", ["a", "b", "c"], run=2)


def test_a_row_that_looks_back_is_explained_by_the_row_before_until_there_is_none() -> None:
    graph = Graph()
    rows = graph.table("rows", ["a", "b", "c", "d"], run=2)
    flow = graph.input_column("flow", rows, [1.0, 2.0, 3.0, 4.0], label="flow", unit="", origins=[TEST])
    before = graph.previous(rows)
    graph.follow(before, (before + flow).named("balance", "balance"))
    tree = explain(graph, "balance.d")
    first = tree.parts[0]

    assert tree.words == "balance of the row before (c) + flow"
    assert [part.key for part in tree.parts] == ["balance.c", "flow.d"]
    assert (first.words, [part.key for part in first.parts]) == ("nothing before + flow", ["flow.c"])
    shallow = explain(graph, "balance.d", depth=1)
    assert [part.parts for part in shallow.parts] == [[], []]


@pytest.fixture
def sequences() -> Graph:
    graph = Graph()
    rows = graph.table("rows", ["a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"], run=3)
    runs = graph.table("runs", ["a", "b"])
    values = [-100.0, 0.0, 121.0, 0.0, -50.0, 0.0, 7.0, 7.0, 7.0]
    flow = graph.input_column("flow", rows, values, label="flow", unit="", origins=[TEST])
    time = graph.input_column("time", rows, [0.0, 1.0, 2.0] * 3, label="time", unit="", origins=[TEST])
    rate = graph.input("rate", 0.1, label="rate", unit="", origin=TEST)
    graph.irr(flow, time, runs).named("irr", "irr")
    graph.npv(rate, flow, runs).named("npv", "npv")
    graph.lowest(flow, runs).named("lowest", "lowest")
    graph.last(flow, runs).named("last", "last")
    return graph


def test_each_run_has_its_own_return_value_depth_and_end(sequences: Graph) -> None:
    values = evaluate(sequences)

    assert values["irr"][:, 0] == pytest.approx([0.1, -1.0])
    assert values["npv"][:, 0] == pytest.approx([0.0, -50 / 1.1], abs=1e-9)
    assert values["lowest"][:, 0].tolist() == [-100.0, -50.0]
    assert values["last"][:, 0].tolist() == [121.0, 0.0]


def test_a_run_is_explained_by_its_own_rows(sequences: Graph) -> None:
    trees = {key: explain(sequences, f"{key}.a") for key in ("irr", "npv", "lowest", "last")}

    assert {key: tree.words for key, tree in trees.items()} == {
        "irr": "internal rate of return of flow from a0 to a2",
        "npv": "net present value of flow from a0 to a2 at rate a period",
        "lowest": "lowest of flow from a0 to a2",
        "last": "flow of a2",
    }
    assert {key: [part.key for part in tree.parts] for key, tree in trees.items()} == {
        "irr": ["flow.a2", "flow.a0"],
        "npv": ["rate", "flow.a2", "flow.a0"],
        "lowest": ["flow.a0"],
        "last": ["flow.a2"],
    }


@pytest.mark.parametrize(("way", "cells"), [("down", "$B$5:$B$7"), ("across", "$E$2:$G$2")])
def test_a_run_is_the_piece_of_the_column_that_belongs_to_it(sequences: Graph, way: str, cells: str) -> None:
    places = Places()
    places.put(sequences["flow"], Place("Flows", 1, 1, across=way == "across"))
    places.put(sequences["rate"], Place("Here", 0, 0))
    first, further = cells.partition(":")[0], {"$B$5:$B$7": "$B$6:$B$7", "$E$2:$G$2": "$F$2:$G$2"}[cells]

    assert formula(sequences["lowest"], 1, places, "Here") == f"=MIN(Flows!{cells})"
    assert formula(sequences["last"], 1, places, "Flows").replace("$", "") == "=" + cells.partition(":")[2].replace(
        "$", ""
    )
    npv = formula(sequences["npv"], 1, places, "Flows").replace("$", "")
    assert npv == f"={first}+NPV(Here!A1,{further})".replace("$", "")


def test_there_are_no_more_runs_than_the_rows_make(sequences: Graph) -> None:
    four = sequences.table("four", ["a", "b", "c", "d"])
    flow: Node = sequences["flow"]

    for build in (lambda: sequences.lowest(flow, four), lambda: sequences.last(flow, four)):
        with pytest.raises(GraphError, match="has no 4 runs of 3 rows"):
            build()
    with pytest.raises(GraphError, match="the rate is a scalar"):
        sequences.npv(flow, flow)


def test_what_was_nothing_in_earlier_rows_is_only_taken_apart_where_it_is_asked_for() -> None:
    graph = Graph()
    rows = graph.table("rows", "abcd")
    paid = graph.input_column("paid.*", rows, [0.0, 0.0, 3.0, 4.0], label="Paid", unit="", origins=[TEST])
    extra = (paid + paid).named("extra.*", "Extra", "")
    before = graph.previous(rows)
    balance = (before + paid + extra).named("balance.*", "Balance", "")
    graph.follow(before, balance)

    tree = explain(graph, "balance.d")

    before_d, paid_d, extra_d = tree.parts
    assert [part.key for part in (before_d, paid_d, extra_d)] == ["balance.c", "paid.d", "extra.d"]
    nothing = before_d.parts[0]
    assert (nothing.key, nothing.value, nothing.parts) == ("balance.b", 0.0, [])
    assert [part.key for part in explain(graph, "balance.b").parts] == ["balance.a", "paid.b", "extra.b"]
