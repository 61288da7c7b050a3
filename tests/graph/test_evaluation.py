"""Evaluation: scenarios do not see each other, blocks and folding change nothing, only what is asked is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST, amounts, expression, flows
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.graph import Graph, GraphError, Program, evaluate
from coprod_budget.graph.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAVES = 5
seeds = st.integers(0, 2**32 - 1)
finite = st.floats(-1e9, 1e9, allow_subnormal=False)


@pytest.fixture(scope="module", autouse=True)
def _drawn_numbers_may_overflow() -> Iterator[None]:
    with np.errstate(over="ignore", invalid="ignore"):
        yield


def _graph(seed: int, values: list[float] | None = None) -> Graph:
    """Five inputs, a table of lines in three groups, and a few figures over both."""
    graph = Graph()
    drawn = values or amounts(LEAVES, seed)
    leaves = [graph.input(f"in{i}", v, label=f"in {i}", unit="", origin=TEST) for i, v in enumerate(drawn)]
    lines = graph.table("lines", [f"l{i}" for i in range(37)])
    groups = graph.table("groups", ["a", "b", "c"])
    amount = graph.input_column("amount", lines, amounts(37, seed + 1), label="amount", unit="", origins=[TEST])
    group = graph.text_column("group", lines, ["abc"[i % 3] for i in range(37)], label="group")
    first = expression(graph, leaves, seed)
    graph.sum(amount * first).named("total", "total")
    by_group = graph.sum_by(amount + leaves[0], group, groups).named("by_group", "by group")
    graph.lookup(by_group, group).named("back", "group's sum on each line")
    graph.stack(groups, [first, leaves[1], 1]).named("stacked", "stacked")
    (expression(graph, [*leaves, graph["total"]], seed + 2) + 0).named("last", "last")
    return graph


OUTPUTS = ("total", "by_group", "back", "stacked", "last")


@settings(max_examples=40, deadline=None)
@given(seed=seeds, draws=st.lists(st.tuples(finite, finite), min_size=1, max_size=6))
def test_many_scenarios_give_the_same_bits_as_one_at_a_time(seed: int, draws: list[tuple[float, float]]) -> None:
    graph = _graph(seed)
    program = Program(graph, [graph[k] for k in OUTPUTS], ["in0", "in3"])
    columns = np.array(draws).T
    together = program.run({"in0": columns[0], "in3": columns[1]})

    for scenario, (first, second) in enumerate(draws):
        alone = program.run({"in0": np.array([first]), "in3": np.array([second])})
        for key in OUTPUTS:
            expected = np.broadcast_to(together[key], (*together[key].shape[:-1], len(draws)))[..., scenario]
            assert np.array_equal(expected, alone[key][..., 0], equal_nan=True), key


@settings(max_examples=25, deadline=None)
@given(seed=seeds, block=st.integers(1, 9))
def test_the_size_of_a_block_changes_no_bit(seed: int, block: int) -> None:
    graph = _graph(seed)
    program = Program(graph, [graph[k] for k in OUTPUTS], ["in1"])
    draws = {"in1": np.random.default_rng(seed).normal(0, 1e4, 23)}
    whole, parts = program.run(draws), program.run(draws, block=block)

    for key in OUTPUTS:
        assert np.array_equal(whole[key], parts[key], equal_nan=True), key


@settings(max_examples=40, deadline=None)
@given(seed=seeds, value=finite)
def test_a_varied_input_gives_the_same_bits_as_a_model_built_with_that_value(seed: int, value: float) -> None:
    drawn = amounts(LEAVES, seed)
    graph = _graph(seed, drawn)
    varied = Program(graph, [graph[k] for k in OUTPUTS], ["in2"]).run({"in2": np.array([value])})
    rebuilt = evaluate(_graph(seed, [*drawn[:2], value, *drawn[3:]]))

    for key in OUTPUTS:
        assert np.array_equal(varied[key], rebuilt[key], equal_nan=True), key


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_folding_what_does_not_vary_changes_no_bit(seed: int) -> None:
    graph = _graph(seed)
    everything = [f"in{i}" for i in range(LEAVES)]
    as_it_stands = {k: np.array([graph[k].value]) for k in everything}
    folded = evaluate(graph, [graph[k] for k in OUTPUTS])
    unfolded = Program(graph, [graph[k] for k in OUTPUTS], everything).run(as_it_stands)

    for key in OUTPUTS:
        assert np.array_equal(folded[key], unfolded[key], equal_nan=True), key


def test_one_row_of_an_input_column_can_be_varied_and_the_column_is_left_as_it_was() -> None:
    graph = _graph(1)
    program = Program(graph, [graph["by_group"]], ["amount.l0"])
    before = evaluate(graph, [graph["by_group"]])["by_group"]
    moved = program.run({"amount.l0": np.array([graph["amount"].value[0] + 10, graph["amount"].value[0]])})

    assert moved["by_group"][0] == pytest.approx([before[0, 0] + 10, before[0, 0]])
    assert np.array_equal(moved["by_group"][1], before[1].repeat(2))
    assert np.array_equal(evaluate(graph, [graph["by_group"]])["by_group"], before)


def test_only_what_leads_to_the_asked_figure_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []

    def noting(name: str) -> None:
        operation = OPERATIONS[name]

        def compute(*args: np.ndarray) -> np.ndarray:
            computed.append(name)
            return operation.compute(*args)

        monkeypatch.setitem(OPERATIONS, name, type(operation)(compute, operation.write, operation.atom))

    for name in ("mul", "sub", "add"):
        noting(name)
    graph = Graph()
    a, b = (graph.input(k, 2.0, label=k, unit="", origin=TEST) for k in "ab")
    product = (a * b).named("product", "product")
    (product - b).named("rest", "rest")
    (a + b).named("sum", "sum")

    evaluate(graph, [product])
    assert computed == ["mul"]

    computed.clear()
    program = Program(graph, [graph["rest"], graph["sum"]], ["a"])
    assert [n.key for n in program.steps] == ["a", "product", "rest", "sum"]

    computed.clear()
    found = program.run({"a": np.array([1.0, 2.0])})
    assert computed == []
    assert (found["rest"].tolist(), found["sum"].tolist()) == ([0.0, 2.0], [3.0, 4.0])


def test_what_does_not_depend_on_the_varied_input_is_not_computed_again() -> None:
    graph = Graph()
    a, b = (graph.input(k, 2.0, label=k, unit="", origin=TEST) for k in "ab")
    (b * b).named("square", "square")
    (a + graph["square"]).named("sum", "sum")
    program = Program(graph, [graph["sum"]], ["a"])

    assert [n.key for n in program.steps] == ["a", "sum"]


def test_values_of_a_node_that_was_not_asked_are_not_there() -> None:
    graph = _graph(3)
    values = evaluate(graph, [graph["total"]])

    assert graph["total"] in values
    assert graph["back"] not in values


def test_rates_of_return_do_not_depend_on_the_scenarios_beside_them() -> None:
    graph = Graph()
    periods = graph.table("periods", [f"p{i}" for i in range(9)])
    time = graph.input_column("time", periods, range(9), label="time", unit="", origins=[TEST])
    paid = graph.input_column("flow", periods, [0.0] * 9, label="flow", unit="", origins=[TEST])
    graph.irr(paid, time).named("irr", "irr")
    keys = [f"flow.p{i}" for i in range(9)]
    program = Program(graph, [graph["irr"]], keys)
    drawn = np.array(flows(60, seed=8, lengths=(9,)))
    together = program.run({k: drawn[:, i] for i, k in enumerate(keys)})["irr"]
    alone = [program.run({k: row[i : i + 1] for i, k in enumerate(keys)})["irr"][0] for row in drawn]
    in_blocks = program.run({k: drawn[:, i] for i, k in enumerate(keys)}, block=7)["irr"]

    assert np.array_equal(together, alone, equal_nan=True)
    assert np.array_equal(together, in_blocks, equal_nan=True)


@pytest.mark.parametrize("key", ["nothing", "total", "amount", "amount.l99"])
def test_only_an_input_with_one_value_can_be_varied(key: str) -> None:
    graph = _graph(1)

    with pytest.raises(GraphError, match="is not an input with one value"):
        Program(graph, [graph["total"]], [key])


def test_values_are_asked_for_exactly_the_varied_inputs_and_as_many_of_each() -> None:
    graph = _graph(1)
    program = Program(graph, [graph["total"]], ["in0", "in1"])

    with pytest.raises(GraphError, match="exactly"):
        program.run({"in0": np.zeros(2)})
    with pytest.raises(GraphError, match="same number of scenarios"):
        program.run({"in0": np.zeros(2), "in1": np.zeros(3)})


def test_an_unknown_key_is_refused_when_a_value_is_asked() -> None:
    values = evaluate(_graph(1))

    with pytest.raises(GraphError, match=r"no quantity 'budget\.nothing'"):
        values.number("budget.nothing")
