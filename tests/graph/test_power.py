"""Powers: the number, the formula with its brackets, and the words."""

from __future__ import annotations

import math

import pytest

from coprod_budget.graph import Graph, Origin, Place, Places, evaluate, explain, formula


def test_a_rate_a_period_and_a_year_are_powers_of_each_other() -> None:
    graph = Graph()
    origin = Origin("assumed")
    rate = graph.input("rate", 0.1, label="Rate a year", unit="share", origin=origin)
    times = graph.input("times", 4, label="Periods a year", unit="count", origin=origin)
    period = (graph.power(1 + rate, 1 / times) - 1).named("period", "Rate a period", "share")
    year = (graph.power(1 + period, times) - 1).named("year", "Rate a year again", "share")
    values = evaluate(graph)
    assert values.number("period") == pytest.approx(1.1**0.25 - 1, abs=1e-15)
    assert values.number("year") == pytest.approx(0.1, abs=1e-15)
    places = Places()
    for row, node in enumerate((rate, times, period)):
        places.put(node, Place("A", row, 1))
    assert formula(period, -1, places, "A") == "=((1+$B$1)^(1/$B$2))-1"
    assert formula(year, -1, places, "A") == "=((1+$B$3)^$B$2)-1"
    assert explain(graph, "period").words == "((1 + Rate a year) ^ (1 ÷ Periods a year)) - 1"


def test_a_root_of_less_than_nothing_is_no_number() -> None:
    graph = Graph()
    node = graph.power(-graph.constant(1), 1 / graph.constant(12))
    assert math.isnan(evaluate(graph, [node]).number(node))
