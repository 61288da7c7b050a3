"""Break-evens against closed forms, for a waterfall of two steps that is written down here."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from films import OWN
from hypothesis import given
from hypothesis import strategies as st
from random_films import some
from returns_by_hand import ASSUMED, flows_of

from coprod_budget.graph import Program, evaluate
from coprod_budget.model.break_even import build_break_evens
from coprod_budget.model.stage import Stage
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Node


class Alone:
    """A fund that first recoups what it put in and a premium on it, and an actress and the fund who then share alike.

    Of the gross of each territory ``kept`` is lost on the way; half of it comes a period later than the rest.
    """

    def __init__(
        self, catalog: Catalog, kept: dict[str, float], invested: float, premium: float, budget: float
    ) -> None:
        stage = Stage(load_project(OWN, filename="none.yaml"), catalog)
        graph = self.graph = stage.graph

        def number(key: str, value: float) -> Node:
            return graph.input(key, value, label=key, unit="EUR", origin=ASSUMED)

        number("cashflow.none", 0.005)
        flows = flows_of(stage, graph.table("scenarios", ()), 5.0, list(kept))
        alone = {t: number(f"alone.{t}.gross", 1.0) for t in kept}
        count = len(flows.periods.table)
        part = graph.input_column(
            "part",
            flows.table,
            [float(n in {0, 1}) / 2 for _ in kept for n in range(count)],
            label="",
            unit="",
            origins=[ASSUMED],
        )
        outlets = {}
        for territory, lost in kept.items():
            cells = [alone[territory] * (1 - number(f"kept.{t}", lost)) if t == territory else 0 for t in kept]
            receipts = flows.of_run(graph.stack(flows.runs, cells).named(f"yields_{territory}", "", "")) * part
            outlets[territory] = SimpleNamespace(territory=territory, receipts=receipts)
        put_in, due = number("invested", invested), number("due", invested * (1 + premium))
        _, until = flows.until(graph.add_up([o.receipts for o in outlets.values()]), "until", "", "")
        before = graph.previous(flows.table)
        first = graph.minimum(until, due).named("first", "", "")
        graph.follow(before, first)
        received = {"fund": first - before}
        over = graph.maximum(until - due, 0).named("over", "", "")
        over_before = graph.previous(flows.table)
        graph.follow(over_before, over)
        profit = (over - over_before) / number("two", 2)
        received = {"fund": (first - before + profit).named("fund", "", ""), "actress": graph.add_up([profit])}
        parties = graph.table("parties", received)
        waterfall: Any = SimpleNamespace(
            parties=parties,
            names={"fund": "Fund", "actress": "Actress"},
            invested=graph.stack(parties, [put_in, 0]).named("party.*.invested", "", ""),
            flows=flows,
            received_in=received,
            profit_in={p: graph.add_up([profit]) for p in received},
            premium_due={"fund": due} if premium else {},
        )
        terms = {t: SimpleNamespace(name=t, currency="EUR") for t in kept}
        revenue: Any = SimpleNamespace(alone=alone, outlets=outlets, territories=terms)
        plan: Any = SimpleNamespace(total=number("budget", budget))
        self.found = {b.territory: b for b in build_break_evens(stage, plan, revenue, waterfall, {"fund"})}
        self.values = evaluate(graph)


def test_each_goal_has_its_gross_and_each_territory_its_own(catalog: Catalog) -> None:
    """Of 100 put in and a premium of 20 %: half is lost in AA, three quarters in BB; the budget is 500."""
    alone = Alone(catalog, {"AA": 0.5, "BB": 0.75}, 100, 0.2, 500)
    keys = "break_even_gross break_even_premium break_even_profit"
    for territory, times in (("AA", 2), ("BB", 4)):
        found = [alone.values.number(f"party.fund.{key}_{territory}") for key in keys.split()]
        assert found == pytest.approx([100 * times, 120 * times, (120 + 2 * 0.005) * times])
        assert alone.values.number(f"territory.{territory}.budget_gross") == pytest.approx(500 * times)
        assert math.isnan(alone.values.number(f"party.actress.break_even_gross_{territory}"))
        assert math.isnan(alone.values.number(f"party.actress.break_even_premium_{territory}"))
        assert alone.values.number(f"party.actress.break_even_profit_{territory}") == pytest.approx(120.01 * times)


def test_where_all_is_lost_there_is_no_break_even(catalog: Catalog) -> None:
    alone = Alone(catalog, {"AA": 1.0}, 100, 0, 500)
    assert math.isnan(alone.values.number("party.fund.break_even_gross_AA"))
    assert math.isnan(alone.values.number("territory.AA.budget_gross"))
    assert alone.found["AA"].premium is None, "nobody is due any"


amounts = st.integers(0, 10_000_000).map(lambda n: n / 100)


@some
@given(lost=st.integers(0, 99), invested=amounts, premium=st.integers(1, 60), budget=amounts)
def test_the_gross_that_is_found_gives_back_what_is_wanted(
    catalog: Catalog, lost: int, invested: float, premium: int, budget: float
) -> None:
    alone = Alone(catalog, {"AA": lost / 100}, invested, premium / 100, budget)
    found = alone.found["AA"]
    nodes = [n for n in (found.gross, found.premium, found.profit) if n is not None]
    wanted = [("principal", found.gross), ("premium", found.premium), ("profit", found.profit)]
    assert len(nodes) == 3
    over = alone.graph["break_even.*.over"]
    program = Program(alone.graph, [over], ["alone.AA.gross"])
    for kind, node in wanted:
        assert node is not None
        gross = float(alone.values[node][0, 0])
        if math.isnan(gross):
            assert invested == 0, "whatever is put in comes back some day"
            continue
        assert over.table is not None
        row = over.table.positions[f"AA.fund.{kind}"]
        there = program.run({"alone.AA.gross": [gross, gross * (1 - 1e-6)]})[over][row]  # type: ignore[dict-item]
        assert there[0] == pytest.approx(0, abs=1e-6 * max(invested, 1))
        assert gross == 0 or there[1] < there[0]
