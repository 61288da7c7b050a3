"""What must hold for every waterfall: no money made or lost, nobody overpaid, more is never less, order and cutting do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cascade_by_event import play_by_event
from cascades import play
from hypothesis import given, note, settings
from hypothesis import strategies as st
from random_deals import FINANCE, INVESTORS, PARTIES, TIMELESS, by_graph, deals, effort
from random_films import build, projects, some

from coprod_budget.graph import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Node

ROUNDING = 1e-7


def received(deal: dict[str, Any]) -> dict[str, float]:
    played = by_graph(deal)
    return {p: played.party(p) for p in PARTIES if p in played.waterfall.received_in}


@effort
@given(deal=deals())
def test_what_is_paid_and_what_is_left_are_the_receipts_of_every_period(deal: dict[str, Any]) -> None:
    played = by_graph(deal)
    came_in = np.sum(list(deal["receipts"].values()), axis=0)
    nodes = [n for paid in played.waterfall.steps.values() for n in paid.paid.values()]
    assert played.waterfall.undistributed_in is not None
    left = played.column(played.waterfall.undistributed_in)
    assert sum(played.column(n) for n in nodes) + left == pytest.approx(came_in, abs=ROUNDING)
    everybody = sum(played.column(n) for n in played.waterfall.received_in.values())
    assert everybody + left == pytest.approx(came_in, abs=ROUNDING), (
        "what one party pays another it has itself got less"
    )
    assert (left >= -ROUNDING).all()


def most(rule: dict[str, Any], deal: dict[str, Any]) -> Any:
    """The most that a step can have paid until the end of each period."""
    gross = np.cumsum(np.sum([r for o, r in deal["receipts"].items() if draws_on(rule, o)], axis=0))
    bound = gross * rule["rate"] if rule["kind"] == "percent_of_gross" else gross
    whole = [rule["amount"]] if isinstance(rule.get("amount"), float) else []
    whole += [rule["until"]["amount"]] if "amount" in rule.get("until", {}) else []
    if rule["kind"] in {"until_repaid", "until_recouped"} or rule.get("amount") == "premium":
        names = [rule["pay"]] if isinstance(rule["pay"], str) else rule["pay"]
        part = rule.get("premium", 0.0) + (rule["kind"] != "until")
        whole.append(part * sum(sum(deal["investments"][p]) for p in names))
    return np.minimum(bound, min(whole, default=np.inf))


def draws_on(rule: dict[str, Any], outlet: str) -> bool:
    return "of" not in rule or outlet in rule["of"] or outlet.partition(".")[0] in rule["of"]


@effort
@given(deal=deals())
def test_nobody_is_paid_more_than_is_due_or_out_of_money_that_is_not_there(deal: dict[str, Any]) -> None:
    played = by_graph(deal)
    came_in = np.sum(list(deal["receipts"].values()), axis=0)
    for name, paid in played.waterfall.steps.items():
        payments = {p: played.column(n) for p, n in paid.paid.items()}
        for party, row in payments.items():
            assert (row >= -ROUNDING).all(), (name, party)
        together = np.sum(list(payments.values()), axis=0)
        reached = played.column(paid.available)
        assert (together <= reached + ROUNDING).all(), name
        assert (reached <= came_in + ROUNDING).all(), name
        rule = next(r for r in deal["rules"] if r["id"] == name)
        assert (np.cumsum(together) <= most(rule, deal) + ROUNDING).all(), name
    for party in INVESTORS:
        mine = [r for r in deal["rules"] if r["kind"] == "until_recouped" and "premium" not in r]
        back = [played.step(r["id"], party) for r in mine if party in r["pay"]]
        assert sum(back) <= sum(deal["investments"][party]) + ROUNDING, party


MONOTONE = tuple(k for k in TIMELESS if k != "percent_of_gross")


@effort
@given(deal=deals(MONOTONE, timed=False), data=st.data())
def test_more_money_never_gives_anybody_less(deal: dict[str, Any], data: st.DataObject) -> None:
    """Without interest, step-downs by what a party has received in all, and openings by tickets or gross."""
    outlet = data.draw(st.sampled_from(list(deal["receipts"])))
    period = data.draw(st.integers(0, len(deal["days"]) - 1))
    more = {o: list(rows) for o, rows in deal["receipts"].items()}
    more[outlet][period] += data.draw(st.integers(1, 500))
    note(f"more in {outlet}, {period}: {more}")
    before, after = received(deal), received({**deal, "receipts": more})
    assert {p: (before[p], after[p]) for p in before if after[p] < before[p] - ROUNDING} == {}


@effort
@given(deal=deals(), data=st.data())
def test_the_order_in_which_equals_are_named_does_not_matter(deal: dict[str, Any], data: st.DataObject) -> None:
    shuffled = []
    for rule in deal["rules"]:
        pay = rule["pay"]
        if isinstance(pay, list):
            pay = data.draw(st.permutations(pay))
        elif isinstance(pay, dict):
            pay = dict(data.draw(st.permutations(list(pay.items()))))
        shuffled.append({**rule, "pay": pay})
    assert received({**deal, "rules": shuffled}) == pytest.approx(received(deal), abs=ROUNDING)


@effort
@given(deal=deals(TIMELESS, timed=False, one_outlet=True), data=st.data())
def test_one_period_or_twelve_the_same_totals(deal: dict[str, Any], data: st.DataObject) -> None:
    """Of one territory, without interest and openings: it does not matter when the money comes."""
    cuts = sorted(data.draw(st.lists(st.integers(0, 100), min_size=11, max_size=11)))
    parts = np.diff([0, *cuts, 100]) / 100
    total = sum(deal["receipts"]["HOME.cinema"])
    invested = {p: sum(rows) for p, rows in deal["investments"].items()}
    once = play(deal["rules"], {"HOME.cinema": [total]}, finance=FINANCE, invested=invested)
    twelve = play(deal["rules"], {"HOME.cinema": list(total * parts)}, finance=FINANCE, invested=invested)
    found = {p: twelve.party(p) for p in PARTIES if p in twelve.waterfall.received_in}
    assert found == pytest.approx({p: once.party(p) for p in found}, abs=ROUNDING)


NINE: list[dict[str, Any]] = [
    {"id": "collection", "pay": "agent", "kind": "percent_of_gross", "rate": 0.02},
    {"id": "commission", "pay": "agent", "kind": "percent_of_gross", "rate": 0.2, "of": ["ABROAD"]},
    {"id": "expenses", "pay": "agent", "kind": "fixed", "amount": 60},
    {"id": "loan", "pay": "bank", "kind": "until_repaid"},
    {"id": "corridor", "pay": "writer", "kind": "share", "rate": 0.05, "until": {"amount": 40}},
    {"id": "recoupment", "pay": ["fund", "producer"], "kind": "until_recouped"},
    {"id": "interest", "pay": "fund", "kind": "until", "amount": "interest", "interest": 0.08, "compounding": "yearly"},
    {"id": "premium", "pay": "fund", "kind": "until", "amount": "premium", "premium": 0.15},
    {"id": "profit", "pay": {"fund": 0.4, "producer": 0.5, "writer": 0.1}, "kind": "net_profit"},
]
FIVE = ("agent", "bank", "writer", "fund", "producer")


def test_ten_thousand_scenarios_of_24_periods_agree_with_some_of_them_played_alone() -> None:
    """Nine steps, five parties, receipts of two outlets that differ in every scenario and period, a rate and an amount as well."""
    count, periods = 10_000, 24
    numbers = np.random.default_rng(4)
    receipts = {o: numbers.gamma(0.3, 60, (count, periods)) for o in ("HOME.cinema", "ABROAD.cinema")}
    invested = {"producer": 250.0, "fund": 300.0, "bank": 200.0}
    investments = {p: [x, *[0.0] * (periods - 1)] for p, x in invested.items()}
    new_year = [float(n % 4 == 0) for n in range(periods)]
    terms: dict[str, Any] = {"investments": investments, "days": [91.25] * periods, "new_year": new_year}
    nothing = {o: [0.0] * periods for o in receipts}
    rates, expenses = numbers.uniform(0, 0.3, count), numbers.uniform(0, 120, count)
    varied = {"waterfall.commission.rate": rates, "waterfall.expenses.amount": expenses}
    many = play(NINE, nothing, finance=FINANCE, **terms).many(receipts, FIVE, varied)
    assert {p: row.shape for p, row in many.items()} == dict.fromkeys(FIVE, (count,))
    came_in = sum(rows.sum(axis=1) for rows in receipts.values())
    assert sum(many.values()) == pytest.approx(came_in, rel=1e-9)
    for n in (0, 1, 1023, 1024, count - 1):
        mine = {o: [float(x) for x in rows[n]] for o, rows in receipts.items()}
        rules = [dict(rule) for rule in NINE]
        rules[1]["rate"], rules[2]["amount"] = float(rates[n]), float(expenses[n])
        alone, loop = play(rules, mine, finance=FINANCE, **terms), play_by_event(rules, mine, **terms)
        for party in FIVE:
            assert many[party][n] == pytest.approx(alone.party(party), rel=1e-12)
            assert many[party][n] == pytest.approx(loop.received(party), rel=1e-9)


@settings(effort, max_examples=40)
@given(deal=deals(), data=st.data())
def test_what_happens_in_one_run_does_not_touch_another(deal: dict[str, Any], data: st.DataObject) -> None:
    """Three courses of events side by side: each pays what it pays alone."""
    count = len(deal["days"])
    rows = st.lists(st.integers(0, 400).map(float), min_size=count, max_size=count)
    runs = {o: [given_, data.draw(rows), given_[::-1]] for o, given_ in deal["receipts"].items()}
    together = by_graph({**deal, "receipts": runs})
    for run in range(3):
        alone = by_graph({**deal, "receipts": {o: r[run] for o, r in runs.items()}})
        for party, node in alone.waterfall.received_in.items():
            mine = together.column(together.waterfall.received_in[party], run)
            assert mine == pytest.approx(alone.column(node), abs=ROUNDING), (party, run)


@some
@given(project=projects(dealt=True))
def test_whole_projects_pay_out_what_comes_in_in_every_period(project: dict[str, Any], catalog: Catalog) -> None:
    """What cinemas and other media leave, and guarantees as they are paid, go to distributors, to the parties, or are left over."""
    model = build(project, catalog)
    waterfall, revenue = model.waterfall, model.revenue
    assert waterfall.undistributed_in is not None
    paid = [n for step in waterfall.steps.values() for n in step.paid.values()]
    came = [o.receipts for o in revenue.outlets.values()]
    everybody = list(waterfall.received_in.values())
    earned = [o.rental * revenue.territories[o.territory].worth for o in revenue.outlets.values()]
    guarantees = [
        model.graph[f"flow.*.revenue.{i}.guarantee_paid"] * terms.worth for i, terms in revenue.territories.items()
    ]
    left = waterfall.undistributed_in
    values = Program(model.graph, [*paid, *came, *everybody, *earned, *guarantees, left]).run()

    def total(nodes: Sequence[Node]) -> Any:
        return np.sum([values[n] for n in nodes], axis=0)

    assert total([*paid, left]) == pytest.approx(total(came), rel=1e-9, abs=1e-6)
    assert total([*everybody, left]) == pytest.approx(total([*earned, *guarantees]), rel=1e-9, abs=1e-6)


def one_pot(project: dict[str, Any]) -> dict[str, Any]:
    """The project without steps that draw on some territories only."""
    return {**project, "waterfall": [{k: x for k, x in s.items() if k != "of"} for s in project.get("waterfall", [])]}


def money_of(project: dict[str, Any], catalog: Catalog) -> dict[str, float]:
    model = build(project, catalog)
    received = model.waterfall.received
    values = Program(model.graph, received.values()).run()
    names = list(project["revenue"]["scenarios"])
    return {f"{s} {p}": values.number(node, n) for p, node in received.items() for n, s in enumerate(names)}


@settings(some, max_examples=30)
@given(project=projects())
def test_the_length_of_the_periods_does_not_change_who_gets_what(project: dict[str, Any], catalog: Catalog) -> None:
    months, years = (
        money_of(one_pot(project | {"revenue": project["revenue"] | {"period": p}}), catalog) for p in ("month", "year")
    )
    assert months == pytest.approx(years, rel=1e-9, abs=1e-6)


@settings(some, max_examples=40)
@given(project=projects(), data=st.data())
def test_more_gross_gives_nobody_less(project: dict[str, Any], data: st.DataObject, catalog: Catalog) -> None:
    project = one_pot(project)
    before = money_of(project, catalog)
    for scenario in project["revenue"]["scenarios"].values():
        for territory in scenario["gross"]:
            scenario["gross"][territory] += data.draw(st.integers(0, 300_000))
    after = money_of(project, catalog)
    assert {k: (before[k], after[k]) for k in before if after[k] < before[k] - 1e-6 * max(before[k], 1)} == {}
