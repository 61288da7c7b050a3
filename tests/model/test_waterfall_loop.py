"""Random waterfalls: the graph pays what plain Python pays, step by step and event by event."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from random_deals import PARTIES, by_graph, by_loop, deals, effort


def same(deal: dict[str, Any]) -> None:
    played, loop = by_graph(deal), by_loop(deal)
    for step, paid in played.waterfall.steps.items():
        for party, node in paid.paid.items():
            expected = [event.get((step, party), 0.0) for event in loop.history]
            assert played.column(node) == pytest.approx(expected, abs=1e-7), (step, party)
    for party in PARTIES:
        if party in played.waterfall.received_in:
            assert played.party(party) == pytest.approx(loop.received(party), abs=1e-7), party
    assert played.waterfall.undistributed_in is not None
    assert played.column(played.waterfall.undistributed_in) == pytest.approx(loop.left, abs=1e-7)


@effort
@given(deal=deals())
def test_every_step_pays_everybody_in_every_period_what_a_loop_pays(deal: dict[str, Any]) -> None:
    same(deal)


@effort
@given(deal=deals(("percent_of_gross", "percent_of_gross", "share", "net_profit")))
def test_percentages_of_several_outlets_wait_for_what_is_not_there(deal: dict[str, Any]) -> None:
    same(deal)


def test_a_percentage_takes_its_part_of_every_outlet_where_nothing_stands_before_it() -> None:
    """20 of each outlet, not 40 in proportion to what a percentage before it has left there: 20 of the one and 100 of the other."""
    deal: dict[str, Any] = {
        "rules": [
            {"id": "a", "pay": "agent", "kind": "percent_of_gross", "rate": 0.8, "of": ["HOME.cinema"]},
            {"id": "b", "pay": "agent", "kind": "percent_of_gross", "rate": 0.2, "of": ["HOME"]},
            {"id": "c", "pay": "writer", "kind": "percent_of_gross", "rate": 0.75, "of": ["HOME.tv"]},
            {"id": "d", "pay": "producer", "kind": "net_profit"},
        ],
        "receipts": {"HOME.cinema": [100, 0], "HOME.tv": [100, 100]},
    }
    played = by_graph(deal)
    assert [played.step("c", "writer", 1), played.step("c", "writer")] == pytest.approx([75, 150])
    assert [played.party("producer", 1), played.party("producer")] == pytest.approx([5, 10])
    same(deal)


def test_a_percentage_with_a_limit_takes_only_what_it_pays() -> None:
    limited = {"id": "b", "pay": "agent", "kind": "percent_of_gross", "rate": 0.5, "until": {"amount": 30}}
    rules = [
        {"id": "a", "pay": "writer", "kind": "percent_of_gross", "rate": 0.1, "of": ["HOME.tv"]},
        limited,
        {"id": "c", "pay": "producer", "kind": "net_profit"},
    ]
    deal: dict[str, Any] = {"rules": rules, "receipts": {"HOME.cinema": [40, 40], "HOME.tv": [0, 100]}}
    played = by_graph(deal)
    assert [played.party("agent", 1), played.party("agent"), played.party("producer")] == pytest.approx([20, 30, 140])
    assert played.left() == pytest.approx(0, abs=1e-9)
    same(deal)
