"""Whatever film and whatever finance: money is neither made nor lost on its way through the months."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from cash_films import ALONE, BOTH, Cash, film, line, source
from hypothesis import given
from hypothesis import strategies as st
from random_films import some

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

PHASES = ("development", "prep", "shoot", "wrap", "post", "delivery")
MILESTONES = ("signature", "start", "prep", "shoot_start", "shoot_end", "picture_lock", "delivery", "release")
CASH = ("own", "equity", "grant", "advance", "presale", "guarantee", "rebate", "sponsorship")
COLUMNS = (
    "uses", "sources", "in_kind", "before_loans", "drawn", "repaid", "net", "position", "loans", "interest", "finance_costs",
)  # fmt: skip


def moments() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"on": st.sampled_from(MILESTONES), "after_months": st.integers(0, 5)})


@st.composite
def sources(draw: st.DrawFn, partners: list[str]) -> dict[str, Any]:
    kind = draw(st.sampled_from((*CASH, "in_kind", "deferral")))
    found = source("x", kind, draw(st.integers(0, 900)), draw(st.sampled_from(partners)))
    if kind in CASH and draw(st.booleans()):
        cut = draw(st.integers(1, 99)) / 100
        parts = [cut, 1 - cut]
        found["instalments"] = [{"share": share, **draw(moments())} for share in parts]
    return found


@st.composite
def loans(draw: st.DrawFn, partners: list[str]) -> dict[str, Any]:
    terms = {
        "interest": draw(st.integers(0, 20)) / 100,
        "fee": draw(st.integers(0, 5)) / 100,
        "costs": draw(st.integers(0, 50)),
        "months": draw(st.integers(0, 24)),
        "security": draw(st.sampled_from(("senior", "gap", "mezzanine"))),
    }
    found = source("x", "loan", draw(st.integers(0, 2000)), draw(st.sampled_from(partners)), **terms)
    if draw(st.booleans()):
        found["repaid_on"] = draw(st.sampled_from(MILESTONES))
    return found


@st.composite
def films(draw: st.DrawFn) -> dict[str, Any]:
    partners = draw(st.sampled_from((ALONE, BOTH)))
    ids = list(partners)
    lines = [
        line(
            f"l{n}", draw(st.integers(0, 1000)), draw(st.sampled_from(PHASES)), draw(st.sampled_from(("camera", "art")))
        )
        for n in range(draw(st.integers(1, 5)))
    ]
    money = [*draw(st.lists(sources(ids), max_size=4)), *draw(st.lists(loans(ids), max_size=2))]
    for number, entry in enumerate(money):
        entry |= {"id": f"f{number}", "name": f"Source {number}"}
    for entry in money:
        able = [
            o["id"] for o in money if o["kind"] in {"presale", "grant", "rebate"} and o["partner"] == entry["partner"]
        ]
        if entry["kind"] == "loan" and able:
            entry["repaid_from"] = draw(st.lists(st.sampled_from(able), unique=True))
    weeks = st.integers(0, 30)
    schedule = {
        "start": f"2026-{draw(st.integers(10, 12))}-{draw(st.integers(1, 28)):02}",
        "prep_weeks": draw(weeks),
        "shoot_days": {"strelsau": draw(st.integers(1, 60))},
        "wrap_weeks": draw(weeks),
        "post_weeks": draw(weeks),
    }
    found = film(*money, partners=partners, schedule=schedule, budget={"rounding": "none", "lines": lines})
    if draw(st.booleans()):
        found["budget"]["charges"] = {"fees": {"rate": 0.1, "base": ["above_the_line", "production", "post"]}}
    if draw(st.booleans()):
        found["cashflow"] = {"curves": {"camera": [0.3, 0, 0.1, 0, 0, 0.6, 0, 0, 0, 0]}}
    return found


@some
@given(project=films())
def test_all_is_paid_and_all_comes_in(catalog: Catalog, project: dict[str, Any]) -> None:
    cash = Cash(catalog, project)
    assert not cash.off()
    assert sum(cash["uses"]) == pytest.approx(cash.number("finance.uses"))
    assert cash.number("cash.uses") == pytest.approx(cash.number("finance.uses"))
    accounts = [sum(cash[f"account_{name}"]) for name in cash.model.cashflow.accounts]
    assert sum(accounts) + sum(cash["finance_costs"]) == pytest.approx(cash.number("finance.uses"))
    assert all(amount >= -1e-6 for name in ("uses", "sources", "drawn", "repaid") for amount in cash[name])


@some
@given(project=films())
def test_the_accounts_of_the_partners_add_up_to_that_of_the_film(catalog: Catalog, project: dict[str, Any]) -> None:
    cash = Cash(catalog, project)
    for name in ("uses", "sources", "in_kind", "before_loans", "drawn", "repaid", "net", "position"):
        parts = [cash.column(f"{name}_{partner}") for partner in project["partners"]]
        assert [sum(row) for row in zip(*parts, strict=True)] == pytest.approx(cash.column(name), abs=1e-6)
    peaks = [cash.number(f"partner.{partner}.peak_exposure") for partner in project["partners"]]
    assert sum(peaks) >= cash.number("cash.peak_exposure") - 1e-6


@some
@given(project=films())
def test_a_film_that_starts_a_month_later_has_every_figure_a_month_later(
    catalog: Catalog, project: dict[str, Any]
) -> None:
    later = deepcopy(project)
    year, month, day = map(int, project["schedule"]["start"].split("-"))
    year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    later["schedule"]["start"] = f"{year}-{month:02}-{day:02}"
    now, then = Cash(catalog, project), Cash(catalog, later)
    assert then.months[:-1] == now.months[1:]
    for name in COLUMNS:
        assert then.column(name) == pytest.approx(now.column(name), abs=1e-6)
    assert then.number("cash.peak_exposure") == pytest.approx(now.number("cash.peak_exposure"))


@some
@given(project=films())
def test_no_loan_is_drawn_beyond_its_amount_nor_repaid_beyond_what_is_owed(
    catalog: Catalog, project: dict[str, Any]
) -> None:
    cash = Cash(catalog, project)
    for name in cash.model.cashflow.loans:
        face = cash.number(f"finance.{name}.face")
        drawn, repaid = cash.column(f"until_drawn_{name}"), cash.column(f"until_repaid_{name}")
        assert drawn == sorted(drawn)
        assert repaid == sorted(repaid)
        assert drawn[-1] <= face + 1e-6
        assert all(0 <= back <= out + 1e-9 for back, out in zip(repaid, drawn, strict=True))


@some
@given(project=films())
def test_with_a_loan_that_is_large_enough_no_account_is_ever_below_nothing(
    catalog: Catalog, project: dict[str, Any]
) -> None:
    for partner in project["partners"]:
        bank = source(f"bank_{partner}", "loan", 1e6, partner, interest=0, months=0, fee=0)
        project["finance"].append(bank)
    cash = Cash(catalog, project)
    for partner in project["partners"]:
        assert min(cash.column(f"position_{partner}")) >= -1e-6
    assert cash.number("cash.lowest") >= -1e-6


@some
@given(project=films(), data=st.data())
def test_money_that_comes_later_never_makes_the_peak_lower(
    catalog: Catalog, project: dict[str, Any], data: st.DataObject
) -> None:
    paid = [(n, k) for n, entry in enumerate(project["finance"]) for k in range(len(entry.get("instalments", ())))]
    if not paid:
        return
    number, which = data.draw(st.sampled_from(paid))
    later = deepcopy(project)
    later["finance"][number]["instalments"][which]["after_months"] += data.draw(st.integers(1, 3))
    now, then = Cash(catalog, project), Cash(catalog, later)
    assert then.number("cash.peak_exposure") >= now.number("cash.peak_exposure") - 1e-6


@some
@given(project=films())
def test_a_source_that_is_late_never_makes_the_peak_lower(catalog: Catalog, project: dict[str, Any]) -> None:
    cash = Cash(catalog, project)
    for entry in project["finance"]:
        assert cash.number(f"stress.{entry['id']}.peak_change") >= -1e-6


@some
@given(project=films())
def test_the_peak_is_reached_in_its_month_and_nowhere_passed(catalog: Catalog, project: dict[str, Any]) -> None:
    cash = Cash(catalog, project)
    position, peak = cash.column("before_loans"), cash.number("cash.peak_exposure")
    assert max(0.0, -min(position)) == pytest.approx(peak)
    if peak > 1e-6:
        assert -position[int(cash.number("cash.peak_month"))] == pytest.approx(peak)


@some
@given(project=films())
def test_loans_that_fill_the_gaps_leave_every_account_at_nothing(catalog: Catalog, project: dict[str, Any]) -> None:
    """Where the other sources are not more than the film needs, and no loan pays out before."""
    project["finance"] = [entry for entry in project["finance"] if entry["kind"] != "loan"]
    for partner in project["partners"]:
        bank = source(f"bank_{partner}", "loan", "gap", partner, interest=0.1, months=12, fee=0.02)
        project["finance"].append(bank)
    cash = Cash(catalog, project)
    for partner in project["partners"]:
        if cash.number(f"finance.bank_{partner}.face") > 0:
            assert cash.column(f"position_{partner}")[-1] == pytest.approx(0, abs=1e-6)
