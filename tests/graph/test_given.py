"""Numbers that remember where they came from: what is calculated with them, what is decided by them, and what they lead to."""

from __future__ import annotations

import copy
import math
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.graph import Answers, Graph, Origin, Trace
from coprod_budget.graph.given import Given, plain, standing

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Origin("assumed")
CALCULATED: dict[str, Callable[[float, float], float]] = {
    "a + b": lambda a, b: a + b,
    "2 - a": lambda a, _: 2 - a,
    "a * b - b / 3": lambda a, b: a * b - b / 3,
    "-a + sum": lambda a, b: -a + sum([a, b, 1]),
    "abs": lambda a, b: abs(a - b),
    "max": max,
    "min of three": lambda a, b: min(a, b, 0.5),
    "floor": lambda a, b: math.floor(a) + b,
    "ceil": lambda a, b: math.ceil(a) * b,
    "int": lambda a, b: int(a) + int(b),
    "round": lambda a, b: round(a, 1) + b,
    "rest": lambda a, b: a % 3 + b // 2,
    "power": lambda a, b: a**2 + 2**b,
    "choice": lambda a, b: a if a > b else (b or 1.0),
    "look-up": {1.0: 10.0, 2.0: 20.0}.get,
    "whole": lambda a, b: 1.0 if a.is_integer() else b,
    "float": lambda a, b: float(a) + b,
    "divmod": lambda a, b: divmod(a, 2)[1] + b,
}
values = st.sampled_from([-2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.25])


@pytest.mark.parametrize("name", CALCULATED)
@given(a=values, b=values, others=st.lists(st.tuples(values, values), min_size=1, max_size=8))
def test_one_calculation_answers_for_all_numbers_that_decide_alike(
    name: str, a: float, b: float, others: list[tuple[float, float]]
) -> None:
    """Whatever is done with the numbers: where nothing is decided otherwise, the answer is that of the plain calculation."""
    calculate = CALCULATED[name]
    trace = Trace()
    found = calculate(trace.given(a, "a"), trace.given(b, "b"))
    assert plain(found) == calculate(a, b)
    graph = Graph()
    graph.input("x", found, label="x", unit="number", origin=HERE)
    every = [(a, b), *others]
    answers = Answers(trace, {"a": np.array([v for v, _ in every]), "b": np.array([v for _, v in every])})
    alike = np.broadcast_to(answers.alike(), len(every))
    assert alike[0]
    inputs = answers.inputs(graph)
    x = np.broadcast_to(inputs["x"] if "x" in inputs else float(plain(found)), len(every))
    for row, (other_a, other_b) in enumerate(every):
        if alike[row]:
            assert x[row] == calculate(other_a, other_b), (other_a, other_b)


def test_what_decides_nothing_answers_for_everything() -> None:
    trace = Trace()
    number = (trace.given(2.0, "a") * 3 + 1) / 2
    assert isinstance(number, Given)
    assert not trace.conditions
    assert Answers(trace, {"a": np.array([-1.0, 0.0, 9.0])}).alike().all()


def test_a_column_is_bound_row_by_row() -> None:
    trace, graph = Trace(), Graph()
    table = graph.table("lines", ["one", "two"], "lines")
    a = trace.given(2.0, "a")
    graph.input_column("lines.*.rate", table, [5.0, a * 2], label="rate", unit="EUR", origins=[HERE])
    inputs = Answers(trace, {"a": np.array([1.0, 3.0])}).inputs(graph)
    assert list(inputs) == ["lines.two.rate"]
    assert inputs["lines.two.rate"].tolist() == [2.0, 6.0]


def test_a_decision_on_what_a_graph_says_depends_on_its_inputs() -> None:
    trace, graph = Trace(), Graph()
    x = graph.input("x", trace.given(2.0, "a") + 1, label="x", unit="number", origin=HERE)
    y = graph.input("y", 10.0, label="y", unit="number", origin=HERE)
    worth = standing(x * y)
    assert worth == 30.0
    trace.conditions.clear()
    assert worth > 25
    assert Answers(trace, {"a": np.array([1.0, 1.5, 1.6, 4.0])}).alike().tolist() == [False, False, True, True]
    assert not isinstance(standing(y), Given)


def test_numbers_in_texts() -> None:
    """A text says the number; where marks are asked for, it can be said again with those of every case."""
    trace = Trace()
    total = trace.given(0.7, "a") + 0.4
    assert f"sum to {total * 100:.10g}%" == "sum to 110%"
    trace.written = {}
    text = f"{trace.given(0.7, 'a'):.2f} and {total * 100:.10g}%"
    assert Answers(trace, {"a": np.array([0.7, 0.25])}).texts(text) == ["0.70 and 110%", "0.25 and 65%"]


def test_copies_and_pickles() -> None:
    trace = Trace()
    number = trace.given(2.0, "a")
    assert copy.deepcopy([number])[0] is number
    assert copy.copy(number) is number
    plain_again = pickle.loads(pickle.dumps(number))  # noqa: S301 - our own
    assert type(plain_again) is float
    assert plain_again == 2.0


def test_a_number_beside_something_else_is_not_calculated_with() -> None:
    number = Trace().given(2.0, "a")
    with pytest.raises(TypeError):
        number + "x"
    assert (number == "x") is False
