"""Whatever the terms of distribution: money is neither made nor lost, and the length of a period changes no total."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from revenue_films import evaluated, revenue_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.catalog import Catalog

some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SHARES = st.sampled_from([0.0, 0.05, 0.25, 0.5, 0.9])
MONEY = st.sampled_from([0, 1, 50, 120.5, 1000])


def cents(most: int) -> st.SearchStrategy[float]:
    return st.integers(0, 100 * most).map(lambda number: number / 100)


STEPS = ("vat", "levy", "exhibitor", "rental", "fee", "p_and_a", "producer_net", "guarantee_recouped", "receipts")


def ladder(draw: st.DrawFn, *, tickets: bool) -> dict[str, Any]:
    """A fee with up to two steps, all of one kind."""
    kind = draw(st.sampled_from(["above_gross", "above_admissions"])) if tickets else "above_gross"
    limits = sorted(draw(st.sets(st.integers(1, 900), max_size=2)))
    steps = [{"rate": draw(SHARES), kind: limit} for limit in limits]
    return {"distributor_fee": draw(SHARES), "fee_steps": steps}


@st.composite
def territories(draw: st.DrawFn, *, simple_timing: bool = False) -> dict[str, Any]:
    """Terms of one territory; with ``simple_timing`` all is laid out before anything comes in, and the fee is on the rental."""
    bases = ["rental"] if simple_timing else ["rental", "gross", "net"]
    media = draw(st.lists(st.sampled_from(["tv", "vod", "video", "airlines", "sales"]), max_size=2, unique=True))
    later = st.builds(
        lambda amount, on: {"amount": amount, "on": on}, MONEY, st.sampled_from(["signature", "2028-01-10"])
    )
    territory = {
        "currency": draw(st.sampled_from(["EUR", "FLR"])),
        "ticket_vat": draw(SHARES),
        "levy": draw(SHARES),
        "exhibitor": draw(SHARES),
        "ticket_price": 2.5,
        **ladder(draw, tickets=True),
        "fee_base": draw(st.sampled_from(bases)),
        "p_and_a": draw(MONEY),
        "minimum_guarantee": draw(MONEY),
        "guarantee_on": "signature" if simple_timing else draw(st.sampled_from(["delivery", "release", "2028-02-01"])),
        "guarantee_part": draw(st.sampled_from([0.8, 1.0])),
        "cross_collateralised": draw(st.booleans()),
        "over_months": draw(st.sampled_from([0, 3, 14])),
        "media": {
            medium: {"gross_per_cinema": draw(SHARES), "levy": draw(SHARES), **ladder(draw, tickets=False)}
            for medium in media
        },
    }
    if not simple_timing:
        territory["p_and_a_later"] = draw(st.lists(later, max_size=2))
        if draw(st.booleans()):
            territory["p_and_a_cap"] = draw(MONEY)
        elif draw(st.booleans()):
            territory["p_and_a_recouped"] = False
    return territory


def films(terms: Callable[[], st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[dict[str, Any]]:
    """Two territories, answering for each other or not, and two scenarios."""

    def film(parts: tuple[dict[str, Any], dict[str, Any], bool, list[float]]) -> dict[str, Any]:
        aa, bb, together, (low, high, other) = parts
        if together:
            aa, bb = aa | {"collateral": "pool"}, bb | {"collateral": "pool"}
        scenarios = {
            "low": {"weight": 0.5, "gross": {"AA": low}},
            "high": {"weight": 0.5, "gross": {"AA": high, "BB": other}},
        }
        return {"territories": {"AA": aa, "BB": bb}, "scenarios": scenarios}

    grosses = st.lists(cents(5000), min_size=3, max_size=3)
    return st.tuples(terms(), terms(), st.booleans(), grosses).map(film)


def block(revenue: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {json.dumps(value)}" for key, value in revenue.items())


@some
@given(revenue=films(territories))
def test_money_is_neither_made_nor_lost(revenue: dict[str, Any], catalog: Catalog) -> None:
    model = revenue_model(catalog, block(revenue))
    values = model.evaluate()
    for key in model.checks.table.keys:
        assert values.number(f"checks.{key}.difference") == pytest.approx(0, abs=1e-6), key
    flows = model.revenue.flows
    assert flows is not None
    for i, terms in model.revenue.territories.items():
        spent = sum(later["amount"] for later in revenue["territories"][i].get("p_and_a_later", []))
        most = min(
            revenue["territories"][i]["p_and_a"] + spent, revenue["territories"][i].get("p_and_a_cap", float("inf"))
        )
        alone = "collateral" not in revenue["territories"][i]
        for scenario in revenue["scenarios"]:
            stem = f"scenario.{scenario}.territory.{i}"
            for step in STEPS:
                if f"scenario.*.territory.{i}.{step}" in model.graph:
                    assert values.number(f"{stem}.{step}") >= -1e-9, step
            if alone:
                assert values.number(f"{stem}.p_and_a") <= most + 1e-9
                assert (
                    values.number(f"{stem}.guarantee_recouped") <= revenue["territories"][i]["minimum_guarantee"] + 1e-9
                )
        for outlet in (o for o in model.revenue.outlets.values() if o.territory == i):
            assert (values[outlet.producer_net] >= -1e-9).all()
            assert (values[outlet.receipts] >= -1e-9).all()
            assert (values[outlet.fee] <= values[outlet.rental] * (1 + 1e-12) + 1e-9).all(), terms.fee_base


@some
@given(revenue=films(lambda: territories(simple_timing=True)), period=st.sampled_from(["month", "half_year", "year"]))
def test_by_month_or_by_year_the_totals_are_the_same(revenue: dict[str, Any], period: str, catalog: Catalog) -> None:
    """Where everything is laid out before the first receipt, how often is accounted moves no money between parties."""
    for territory in revenue["territories"].values():
        territory["guarantee_part"] = 0.8  # one part for both, or the order in which they come would decide
    quarter = evaluated(catalog, block(revenue))
    other = evaluated(catalog, block(revenue | {"period": period}))
    for scenario in revenue["scenarios"]:
        for i in revenue["territories"]:
            for step in ("vat", "exhibitor", "rental", "fee"):
                key = f"scenario.{scenario}.territory.{i}.{step}"
                assert other.number(key) == pytest.approx(quarter.number(key), rel=1e-9, abs=1e-6), key
        key = f"scenario.{scenario}.producer_receipts"
        assert other.number(key) == pytest.approx(quarter.number(key), rel=1e-9, abs=1e-6)


@some
@given(
    rates=st.lists(cents(1), min_size=2, max_size=4),
    gaps=st.lists(st.floats(1, 500), min_size=3, max_size=3),
    gross=cents(3000),
    cuts=st.lists(st.integers(1, 100), min_size=1, max_size=5),
    p_and_a=cents(600),
    base=st.sampled_from(["rental", "net"]),
)
def test_a_fee_steps_inside_a_receipt_as_if_it_came_in_pieces(
    rates: list[float],
    gaps: list[float],
    gross: float,
    cuts: list[float],
    p_and_a: float,
    base: str,
    catalog: Catalog,
) -> None:
    """Paid at once or in any pieces over the months, the fee is the integral of the rates over the gross (after P&A off the top)."""
    limits = [sum(gaps[: n + 1]) for n in range(len(rates) - 1)]
    terms = {"currency": "EUR", "ticket_vat": "none", "exhibitor": 0, "distributor_fee": rates[0], "fee_base": base}
    terms |= {
        "p_and_a": p_and_a,
        "fee_steps": [{"rate": r, "above_gross": limit} for r, limit in zip(rates[1:], limits, strict=True)],
    }
    total = sum(cuts)
    shares = [cut / total for cut in cuts]
    shares[-1] = 1 - sum(shares[:-1])
    pieces = [{"share": share, "on": "release", "after_months": 2 * n} for n, share in enumerate(shares)]
    scenarios = {"base": {"weight": 1, "gross": {"WW": gross}}}
    start = p_and_a if base == "net" else 0.0
    edges = [start, *(max(limit, start) for limit in limits), float("inf")]
    expected = sum(
        rate * max(min(gross, high) - low, 0) for rate, (low, high) in zip(rates, pairwise(edges), strict=True)
    )
    for paid in ([{"share": 1}], pieces):
        film = {"territories": {"WW": terms | {"paid": paid}}, "scenarios": scenarios, "period": "month"}
        note(paid)
        fee = evaluated(catalog, block(film)).number("scenario.base.territory.WW.fee")
        assert fee == pytest.approx(expected, rel=1e-9, abs=1e-6)


@some
@given(
    gross=st.lists(cents(1000), min_size=2, max_size=2),
    laid_out=st.lists(cents(500), min_size=4, max_size=4),
    part=st.sampled_from([0.5, 0.8, 1.0]),
)
def test_territories_together_recoup_in_two_currencies_what_plain_python_does(
    gross: list[float], laid_out: list[float], part: float, catalog: Catalog
) -> None:
    """The pool of both is in euros; the first pays first. 2.5 florins are a euro."""
    worths = [1.0, 1 / 2.5]
    p_and_a, guarantees = laid_out[:2], laid_out[2:]
    film = {
        "territories": {
            name: {
                "currency": code, "ticket_vat": "none", "exhibitor": 0, "distributor_fee": 0, "collateral": "pool",
                "p_and_a": p_and_a[n], "minimum_guarantee": guarantees[n], "guarantee_part": part,
            }
            for n, (name, code) in enumerate((("AA", "EUR"), ("BB", "FLR")))
        },
        "scenarios": {"base": {"weight": 1, "gross": dict(zip(("AA", "BB"), gross, strict=True))}},
    }  # fmt: skip
    values = evaluated(catalog, block(film))
    spent, paid = (sum(a * w for a, w in zip(amounts, worths, strict=True)) for amounts in (p_and_a, guarantees))
    for n, name in enumerate(("AA", "BB")):
        money = gross[n] * worths[n]
        taken = min(spent, money)
        kept = min(paid, (money - taken) * part)
        spent, paid = spent - taken, paid - kept
        stem = f"scenario.base.territory.{name}"
        assert values.number(f"{stem}.p_and_a") * worths[n] == pytest.approx(taken, abs=1e-6)
        assert values.number(f"{stem}.guarantee_recouped") * worths[n] == pytest.approx(kept, abs=1e-6)
        receipts = money - taken - kept + guarantees[n] * worths[n]
        assert values.number(f"{stem}.receipts") == pytest.approx(receipts, abs=1e-6)
