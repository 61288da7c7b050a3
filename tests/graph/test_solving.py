"""Solving for the smallest value at which a goal is reached: against closed forms, lazily, and beside other scenarios."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.graph import Graph, GraphError, Place, Places, Program, evaluate, explain, formula, is_solved
from coprod_budget.graph.search import Ready, Search

if TYPE_CHECKING:
    from coprod_budget.graph import Node

bends = st.lists(
    st.tuples(st.floats(1e-3, 1e9), st.sampled_from([0.0, 0.01, 0.1, 0.35, 1.0, 2.5])), min_size=1, max_size=7
)
parts = st.floats(0.0, 1.3) | st.just(1.0)


def _line(pieces: list[tuple[float, float]], target: float) -> float | None:
    """The closed form: walk along the pieces (length, slope), the last slope for ever, until the target is reached."""
    at = height = 0.0
    if target <= 0:
        return 0.0
    for length, slope in pieces[:-1]:
        if slope > 0 and height + length * slope >= target:
            return at + (target - height) / slope
        at, height = at + length, height + length * slope
    slope = pieces[-1][1]
    found = at + (target - height) / slope if slope > 0 else None
    return found if found is not None and found <= 1e13 else None


def _height(pieces: list[tuple[float, float]], part: float) -> float:
    """A part of the height at the last bend: where it is 1, the target is that bend itself."""
    return part * sum(length * slope for length, slope in pieces[:-1])


def _goals(graph: Graph, lines: list[tuple[list[tuple[float, float]], float]], unknowns: list[Node]) -> Node:
    """One row a line; the bends are inputs, the goal is the height less the target."""
    rows = graph.table("rows", [f"r{i}" for i in range(len(lines))])
    x = unknowns[0]
    for further in unknowns[1:]:
        x = x + further
    heights = []
    for i, (pieces, target) in enumerate(lines):
        ends = np.cumsum([0.0, *(length for length, _ in pieces)])
        height = -graph.input(f"target{i}", target, label="target", unit="", origin=TEST)
        for j, ((start, end), (_, slope)) in enumerate(zip(pairwise(ends), pieces, strict=True)):
            names = {"slope": slope, "start": start, "end": end}
            a, b, c = (graph.input(f"{k}{i}.{j}", v, label=k, unit="", origin=TEST) for k, v in names.items())
            within = x if j == len(pieces) - 1 else graph.minimum(x, c)
            height = height + a * graph.maximum(within - b, 0)
        heights.append(height)
    return graph.stack(rows, heights).named("goal", "what is left over")


def _input(graph: Graph, key: str, value: float = 7.0) -> Node:
    return graph.input(key, value, label=key, unit="", origin=TEST)


@settings(max_examples=150, deadline=None)
@given(drawn=st.lists(st.tuples(bends, parts), min_size=1, max_size=4))
def test_the_smallest_value_is_where_the_line_crosses_nothing_however_it_bends(
    drawn: list[tuple[list[tuple[float, float]], float]],
) -> None:
    lines = [(pieces, _height(pieces, part) or part * 1000) for pieces, part in drawn]
    graph = Graph()
    found = evaluate(graph, [graph.solve(_goals(graph, lines, [_input(graph, "x")]), [graph["x"]])])[graph.nodes[-1]]

    for (pieces, target), value in zip(lines, found[:, 0], strict=True):
        expected = _line(pieces, target)
        assert value == pytest.approx(np.nan if expected is None else expected, rel=1e-9, nan_ok=True)


def test_a_flat_piece_at_nothing_is_entered_and_not_crossed() -> None:
    graph = Graph()
    goal = _goals(graph, [([(30.0, 0.1), (1e6, 0.0), (1.0, 1.0)], 3.0)], [_input(graph, "x")])

    assert evaluate(graph, [graph.solve(goal, [graph["x"]])])[graph.nodes[-1]][0, 0] == pytest.approx(30.0, rel=1e-9)


def test_several_unknowns_are_set_to_the_same_value() -> None:
    graph = Graph()
    unknowns = [_input(graph, k) for k in "abc"]
    goal = _goals(graph, [([(100.0, 1.0), (1.0, 0.5)], 120.0)], unknowns)

    assert evaluate(graph, [graph.solve(goal, unknowns)])[graph.nodes[-1]][0, 0] == pytest.approx(140 / 3)


def test_it_is_0_where_nothing_is_missing_and_not_a_number_where_it_is_never_reached() -> None:
    graph = Graph()
    lines = [([(1.0, 1.0)], 0.0), ([(1.0, 1.0)], -5.0), ([(5.0, 1.0), (1.0, 0.0)], 6.0), ([(1.0, 1.0)], 101.0)]
    goal = _goals(graph, lines, [_input(graph, "x")])
    found = evaluate(graph, [graph.solve(goal, [graph["x"]], most=100)])[graph.nodes[-1]][:, 0]

    assert found[:2].tolist() == [0.0, 0.0]
    assert np.isnan(found[2:]).all()


def test_a_goal_that_does_not_look_at_the_unknown_is_reached_at_once_or_never() -> None:
    graph = Graph()
    x, a = _input(graph, "x"), _input(graph, "a")
    (a * 1).named("goal", "goal")
    solved = graph.solve(graph["goal"], [x]).named("solved", "solved")
    found = Program(graph, [solved], ["a"]).run({"a": np.array([1.0, -1.0, 0.0])})[solved]

    assert np.array_equal(found, [0.0, np.nan, 0.0], equal_nan=True)


@pytest.fixture
def film() -> Graph:
    """A sale pays fees first and then two parties one after the other; what each needs is solved for, and calculated with."""
    graph = Graph()
    sale, fee = _input(graph, "sale"), _input(graph, "fee", 0.25)
    parties = graph.table("parties", ["first", "second"])
    invested = graph.input_column("invested", parties, [90.0, 30.0], label="invested", unit="", origins=[TEST])
    net = (sale * (1 - fee)).named("net", "net")
    paid = graph.minimum(net, graph.pick(invested, "first"))
    received = graph.stack(parties, [paid, net - paid]).named("received", "received")
    goal = (received - invested).named("missing", "what is missing")
    solved = graph.solve(goal, [sale]).named("needed", "sale that is needed")
    (solved / 100).named("tickets", "tickets")
    (graph.pick(solved, "second") + fee).named("second", "of the second")
    return graph


def test_what_depends_on_a_solved_quantity_follows_it(film: Graph) -> None:
    values = evaluate(film)

    assert values["needed"][:, 0] == pytest.approx([120.0, 160.0])
    assert values["tickets"][:, 0] == pytest.approx([1.2, 1.6])
    assert values.number("second") == pytest.approx(160.25)


def test_every_scenario_has_its_own_answer_and_the_unknown_itself_does_not_matter(film: Graph) -> None:
    fees, sales = np.array([0.0, 0.25, 0.5, 0.9]), np.array([0.0, 5.0, 1e9, 3.0])
    outputs = [film["tickets"], film["received"]]
    program = Program(film, outputs, ["fee", "sale"])
    together = program.run({"fee": fees, "sale": sales})

    assert together["tickets"] == pytest.approx(np.array([0.9 / (1 - fees), 1.2 / (1 - fees)]))
    assert np.array_equal(together["tickets"], program.run({"fee": fees, "sale": sales}, block=1)["tickets"])
    for s, fee in enumerate(fees):
        alone = Program(film, outputs, ["fee"]).run({"fee": np.array([fee])})
        assert np.array_equal(together["tickets"][:, s], alone["tickets"][:, 0])
    assert np.array_equal(together["received"][1], np.maximum(sales * (1 - fees) - 90, 0))


def test_nothing_is_searched_for_until_it_is_asked_for(film: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    run = Ready.run

    def noting(self: Ready, arrays: dict[int, np.ndarray], *, out: np.ndarray) -> None:
        searched.append("search")
        run(self, arrays, out=out)

    monkeypatch.setattr(Ready, "run", noting)
    values = evaluate(film)
    assert values.number("net") == pytest.approx(5.25)
    assert film["tickets"] in values
    assert searched == []

    values.number("tickets.first")
    values.number("tickets.second")
    assert searched == ["search"]

    evaluate(film, [film["net"]])
    explain(film, "received.first")
    assert searched == ["search"]

    Program(film, [film["needed"]]).run()
    assert searched == ["search"] * 2


def test_a_trial_computes_only_what_depends_on_the_unknown(film: Graph) -> None:
    search = Search(film["needed"])

    assert {n.key for n in search.outside} >= {"invested"}
    assert {n.key for n in search.between if n.key} == {"net", "received", "missing"}


def test_a_solved_quantity_has_no_formula_but_what_uses_it_has(film: Graph) -> None:
    places = Places()
    for column, key in enumerate(("needed", "missing", "sale", "fee")):
        places.put(film[key], Place("sheet", 1, column))

    assert is_solved(film["needed"])
    assert not is_solved(film["tickets"])
    with pytest.raises(GraphError, match="cannot be written as a formula"):
        formula(film["needed"], 0, places, "sheet")
    assert formula(film["second"], -1, places, "sheet") == "=$A3+$D$2"


def test_a_solved_quantity_is_explained_by_its_goal(film: Graph) -> None:
    tree = explain(film, "tickets.second")
    (needed,) = tree.parts

    assert (tree.words, tree.value) == ("sale that is needed ÷ 100", pytest.approx(1.6))
    assert needed.words == "the value of sale at which what is missing (second) is reached"
    assert [part.key for part in needed.parts] == ["missing.second"]


def test_only_scalar_inputs_can_be_solved_for(film: Graph) -> None:
    for unknowns in ([film["net"]], [film["invested"]], []):
        with pytest.raises(GraphError, match="solve"):
            film.solve(film["missing"], unknowns)


def test_a_goal_may_look_rows_back() -> None:
    graph = Graph()
    months = graph.table("months", [f"m{i}" for i in range(6)])
    pay, rate = _input(graph, "pay"), _input(graph, "rate", 0.1)
    before = graph.previous(months)
    debt = (before * (1 + rate) + graph.stack(months, [100, 0, 0, 0, 0, 0]) - pay).named("debt", "debt")
    graph.follow(before, debt)
    solved = graph.solve((-debt).named("goal", "goal"), [pay]).named("solved", "payment that clears the debt")
    found = evaluate(graph, [solved])[solved][:, 0]

    assert found == pytest.approx([100 * 1.1**n / sum(1.1**i for i in range(n + 1)) for n in range(6)])
