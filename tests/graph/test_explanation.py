"""Explanations: every figure is followed down to inputs, and what is left out is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST, amounts, expression
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.graph import Graph, GraphError, Origin, evaluate, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.graph import Step


@pytest.fixture(scope="module", autouse=True)
def _drawn_numbers_may_overflow() -> Iterator[None]:
    with np.errstate(over="ignore", invalid="ignore"):
        yield


def _walk(step: Step) -> Iterator[Step]:
    yield step
    for part in step.parts:
        yield from _walk(part)


def _drawn(seed: int) -> Graph:
    graph = Graph()
    leaves = [graph.input(f"in{i}", v, label=f"in {i}", unit="", origin=TEST) for i, v in enumerate(amounts(4, seed))]
    for i in range(4):
        pool = [*leaves, *(n for n in graph.named() if n.op != "input")]
        (expression(graph, pool, seed + i, depth=3) + 0).named(f"figure{i}", f"figure {i}")
    return graph


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_branch_ends_in_an_input_with_its_origin_or_in_a_figure_explained_above(seed: int) -> None:
    graph = _drawn(seed)
    tree = explain(graph, "figure3", depth=50)
    explained = {step.key for step in _walk(tree) if step.parts}

    for step in _walk(tree):
        if not step.parts and graph[step.key].op == "input":
            assert step.origin == TEST
        elif step.seen:
            assert step.key in explained or not _rests_on_inputs(graph, step.key)
        elif not step.parts:
            assert not _rests_on_inputs(graph, step.key)


def _rests_on_inputs(graph: Graph, key: str) -> bool:
    todo = [graph[key]]
    while todo:
        node = todo.pop()
        if node.op == "input":
            return True
        todo.extend(node.args)
    return False


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_value_in_an_explanation_is_the_engine_value(seed: int) -> None:
    graph = _drawn(seed)
    values = evaluate(graph)

    for step in _walk(explain(graph, "figure3", depth=50)):
        assert step.value == pytest.approx(values.number(step.key), nan_ok=True, rel=0, abs=0)


@pytest.fixture
def lines() -> Graph:
    graph = Graph()
    table = graph.table("lines", [f"l{i}" for i in range(12)])
    groups = graph.table("groups", ["even", "odd"])
    origins = [Origin("quoted", f"offer {i}", where=f"project.yaml:{i}") for i in range(12)]
    price = graph.input_column(
        "price", table, [float(i) for i in range(12)], label="price", unit="EUR", origins=origins
    )
    kind = graph.text_column("kind", table, [groups.keys[i % 2] for i in range(12)], label="kind")
    share = graph.input_column("share", groups, [0.25, 0.75], label="share", unit="share", origins=[TEST])
    amount = (price * graph.lookup(share, kind)).named("amount", "amount", "EUR")
    graph.sum(amount).named("total", "total", "EUR")
    graph.sum_by(amount, kind, groups).named("group", "by group", "EUR")
    return graph


def test_a_sum_lists_its_largest_parts_and_what_the_others_add_up_to(lines: Graph) -> None:
    tree = explain(lines, "total", rows=4)
    listed = [part.value for part in tree.parts]

    assert listed == sorted(listed, reverse=True)
    assert len(listed) == 4
    assert tree.left_out == 7  # twelve lines, one of them 0
    assert sum(listed) + tree.left_out_value == pytest.approx(tree.value)


def test_the_sum_of_a_group_lists_only_rows_of_that_group(lines: Graph) -> None:
    tree = explain(lines, "group.odd", rows=20)

    assert {part.key for part in tree.parts} == {f"amount.l{i}" for i in range(1, 12, 2)}
    assert sum(part.value for part in tree.parts) == pytest.approx(tree.value)


def test_a_line_is_followed_through_the_look_up_to_the_origin_of_both_inputs(lines: Graph) -> None:
    tree = explain(lines, "amount.l7")
    inputs = {step.key: step.origin for step in _walk(tree) if not step.parts}

    assert inputs == {"price.l7": Origin("quoted", "offer 7", where="project.yaml:7"), "share.odd": TEST}


@pytest.mark.parametrize("key", ["dot", "doubled"])
def test_a_sum_of_products_is_followed_to_the_inputs_of_both_columns(lines: Graph, key: str) -> None:
    node = lines.dot(lines["price"], lines["amount"])
    (node if key == "dot" else node + node).named(key, "weighed")
    reached = {step.key for step in _walk(explain(lines, key, rows=20)) if step.origin}

    assert {"price.l7", "share.odd", "price.l4", "share.even"} <= reached


def test_the_lowest_of_a_column_is_followed_to_the_row_that_it_is(lines: Graph) -> None:
    (-lines.lowest(lines["amount"])).named("depth", "depth")
    tree = explain(lines, "depth")
    column = evaluate(lines)[lines["amount"]][:, 0]

    assert tree.value == -column.min()
    assert tree.words == "-lowest of amount"
    assert [part.key for part in tree.parts] == [f"amount.l{column.argmin()}"]


def test_words_name_the_figures_that_are_shown_below_them(lines: Graph) -> None:
    tree = explain(lines, "amount.l7")

    assert tree.words == "price × share of odd"
    assert [part.label for part in tree.parts] == ["price (l7)", "share (odd)"]


def test_an_unknown_figure_is_refused(lines: Graph) -> None:
    with pytest.raises(GraphError, match="no quantity 'nothing'"):
        explain(lines, "nothing")
