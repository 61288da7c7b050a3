"""Building a graph: mistakes of ours are refused at once, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST

from coprod_budget.graph import FREE_CONSTANTS, Graph, GraphError, Place, Places, evaluate, formula

if TYPE_CHECKING:
    from coprod_budget.graph import Node


@pytest.fixture
def graph() -> Graph:
    graph = Graph()
    for name in ("lines", "months"):
        table = graph.table(name, ["one", "two"])
        graph.input_column(f"{name}.value", table, [1.0, 2.0], label=name, unit="", origins=[TEST])
    graph.text_column("lines.month", graph.tables["lines"], ["one", "two"], label="month")
    graph.input("rate", 0.5, label="rate", unit="share", origin=TEST)
    return graph


def _input(graph: Graph, key: str, value: float) -> Node:
    return graph.input(key, value, label=key, unit="", origin=TEST)


def test_a_key_is_used_once(graph: Graph) -> None:
    with pytest.raises(GraphError, match="'rate' is used twice"):
        _input(graph, "rate", 1.0)


def test_a_node_keeps_its_first_key(graph: Graph) -> None:
    with pytest.raises(GraphError, match="cannot be renamed"):
        graph["rate"].named("other", "other")


def test_a_table_exists_once_and_its_rows_have_different_keys_whatever_their_case(graph: Graph) -> None:
    with pytest.raises(GraphError, match="exists"):
        graph.table("lines", ["a"])
    with pytest.raises(GraphError, match="row key twice"):
        graph.table("parties", ["ru", "RU"])


@pytest.mark.parametrize("key", ["", "*", "a?", ">5", "=x", "~", "two words"])
def test_a_row_key_that_a_spreadsheet_would_read_as_a_pattern_is_refused(graph: Graph, key: str) -> None:
    with pytest.raises(GraphError, match="cannot be a row key"):
        graph.table("parties", [key])


def test_a_grouped_sum_does_not_see_upper_and_lower_case_as_a_spreadsheet_does_not(graph: Graph) -> None:
    names = graph.text_column("lines.name", graph.tables["lines"], ["ONE", "elsewhere"], label="name")
    node = graph.sum_by(graph["lines.value"], names, graph.tables["months"])

    assert evaluate(graph, [node])[node][:, 0].tolist() == [1.0, 0.0]


def test_the_lowest_row_of_a_column_without_rows_is_not_asked_for(graph: Graph) -> None:
    empty = graph.spread(graph.table("nobody", []), 0)

    with pytest.raises(GraphError, match="has no rows"):
        graph.lowest(empty)


def test_columns_of_different_tables_do_not_mix(graph: Graph) -> None:
    with pytest.raises(GraphError, match="rows of 'lines' and 'months' do not match"):
        graph["lines.value"] + graph["months.value"]
    with pytest.raises(GraphError, match="different rows"):
        graph.sum_by(graph["months.value"], graph["lines.month"], graph.tables["months"])
    with pytest.raises(GraphError, match="different rows"):
        graph.dot(graph["months.value"], graph["lines.value"])
    with pytest.raises(GraphError, match="different rows"):
        graph.irr(graph["months.value"], graph["lines.value"])


def test_a_look_up_of_a_row_that_is_not_there_is_refused(graph: Graph) -> None:
    names = graph.text_column("lines.wrong", graph.tables["lines"], ["one", "three"], label="wrong")

    with pytest.raises(GraphError, match="table 'months' has no row 'three'"):
        graph.lookup(graph["months.value"], names)
    with pytest.raises(GraphError, match="table 'lines' has no row 'three'"):
        graph.pick(graph["lines.value"], "three")


def test_text_is_not_calculated_with_and_a_scalar_is_no_column(graph: Graph) -> None:
    with pytest.raises(GraphError, match="is text"):
        graph["lines.month"] + 1
    with pytest.raises(GraphError, match="a column is needed"):
        graph.sum(graph["rate"])
    with pytest.raises(GraphError, match="is not a text column"):
        graph.lookup(graph["months.value"], graph["lines.value"])
    with pytest.raises(GraphError, match="digits must be a scalar"):
        graph.round(graph["rate"], graph["lines.value"])


def test_nodes_of_two_graphs_do_not_mix(graph: Graph) -> None:
    with pytest.raises(GraphError, match="belongs to another graph"):
        graph["rate"] + _input(Graph(), "other", 1.0)


@pytest.mark.parametrize("number", FREE_CONSTANTS)
def test_a_few_plain_numbers_may_stand_in_a_formula(graph: Graph, number: float) -> None:
    assert evaluate(graph, [node := graph["rate"] + number]).number(node) == 0.5 + number


def test_any_other_number_is_an_input_with_an_origin(graph: Graph) -> None:
    with pytest.raises(GraphError, match="must be an input with an origin"):
        graph["rate"] * 0.19


def test_a_column_has_one_value_a_row(graph: Graph) -> None:
    lines = graph.tables["lines"]

    with pytest.raises(GraphError, match="3 values and 1 origins for 2 rows"):
        graph.input_column("x", lines, [1, 2, 3], label="x", unit="", origins=[TEST])
    with pytest.raises(GraphError, match="1 values for 2 rows"):
        graph.text_column("y", lines, ["one"], label="y")
    with pytest.raises(GraphError, match="2 scalars are needed"):
        graph.stack(lines, [graph["rate"]])


def test_division_by_zero_is_not_a_number_and_a_ratio_over_zero_is_zero(graph: Graph) -> None:
    zero = _input(graph, "zero", 0.0)
    plain, guarded = graph["rate"] / zero, graph.ratio(graph["rate"], zero)
    values = evaluate(graph, [plain, guarded])

    assert np.isnan(values.number(plain))
    assert values.number(guarded) == 0.0


def test_the_branch_not_taken_may_be_undefined(graph: Graph) -> None:
    zero = _input(graph, "zero", 0.0)
    node = graph.choose(zero > 0, graph["rate"] / zero, 1)

    assert evaluate(graph, [node]).number(node) == 1.0


def test_keys_of_scalars_and_of_rows_are_found_and_unknown_ones_are_refused(graph: Graph) -> None:
    graph.stack(graph.tables["months"], [1, 12]).named("month.*.paid", "paid")

    assert {"rate", "lines.value.one", "month.two.paid"} <= set(graph.keys())
    assert graph.find("month.two.paid") == (graph["month.*.paid"], 1)
    assert graph.find("nothing") is None
    assert "nothing" not in graph
    with pytest.raises(GraphError, match="no quantity 'nothing'"):
        graph["nothing"]


def test_a_formula_over_an_input_without_a_cell_is_refused(graph: Graph) -> None:
    with pytest.raises(GraphError, match="needs a place on a sheet"):
        formula(graph["rate"] + 1, -1, Places(), "Sheet")


def test_what_stands_in_a_cell_of_a_column_is_pointed_to_and_not_written_again() -> None:
    graph = Graph()
    table = graph.table("tests", ["one", "two"])
    limit = graph.input("limit", 5, label="Limit", unit="count", origin=TEST)
    small, large = limit > 0, limit + 1
    column = graph.stack(table, [small, large]).named("tests.*.found", "Found", "count")
    both = graph.maximum(small, large).named("both", "Both", "count")
    places = Places()
    places.put(limit, Place("Law", 0, 0))
    places.put(column, Place("Law", 2, 1))
    places.put(both, Place("Law", 5, 1))

    assert formula(column, 0, places, "Law") == "=IF($A$1>0,1,0)"
    assert formula(column, 1, places, "Law") == "=$A$1+1"
    assert formula(both, -1, places, "Law") == "=MAX($B$3,$B$4)"
