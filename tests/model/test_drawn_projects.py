"""What must hold for every project: nothing lost, nothing invented, and the same figures counted a second way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from by_hand import estimate
from hypothesis import given, note
from hypothesis import strategies as st
from random_films import FX, build, projects, some

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

CENT = 0.005
STEPS = ("vat", "exhibitor", "rental", "fee", "p_and_a", "producer_net", "guarantee_recouped", "receipts")


@some
@given(project=projects())
def test_the_model_gives_what_plain_python_gives(project: dict[str, Any], catalog: Catalog) -> None:
    the_same(project, catalog)


@some
@given(project=projects(dealt=True))
def test_with_every_term_of_distribution_the_model_gives_what_plain_python_gives(
    project: dict[str, Any], catalog: Catalog
) -> None:
    """Media, payments, fee steps, presales, exclusive territories, a sales agent, steps that open late and end early."""
    the_same(project, catalog)


def the_same(project: dict[str, Any], catalog: Catalog) -> None:
    """Count a project twice."""
    values = build(project, catalog).evaluate()
    expected = estimate(project)
    found = {key: values.number(key) for key in expected}
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)


@some
@given(project=projects(), data=st.data())
def test_the_break_even_gross_fed_back_returns_exactly_the_investment(
    project: dict[str, Any], data: st.DataObject, catalog: Catalog
) -> None:
    """One territory alone: at the gross shown a party has its money back, with one per cent less it has not."""
    name = data.draw(st.sampled_from(list(project["revenue"]["territories"])))
    for territory in project["revenue"]["territories"].values():
        territory |= {"partner": "qr", "minimum_guarantee": 0}
    first = build(project, catalog).evaluate()
    for party in [*project["partners"], *(f["id"] for f in project["finance"] if f["kind"] == "equity")]:
        gross = first.number(f"party.{party}.break_even_gross_{name}")
        invested = first.number(f"party.{party}.invested")
        grosses = [1e12] if math.isnan(gross) else [gross, gross * 0.99]
        if invested < 0.02 or grosses[0] > 1e12:
            continue
        project["revenue"]["scenarios"] = {
            f"s{n}": {"weight": 1 / len(grosses), "gross": {name: g}} for n, g in enumerate(grosses)
        }
        values = build(project, catalog).evaluate()
        received = [values.number(f"scenario.s{n}.party.{party}.received") for n in range(len(grosses))]
        note(f"{party} in {name}: invested {invested}, gross {grosses}, received {received}")
        if math.isnan(gross):
            assert received[0] < invested
        else:
            assert received[0] == pytest.approx(invested, rel=1e-9, abs=0.01)
            assert received[1] < invested


@some
@given(project=st.booleans().flatmap(lambda dealt: projects(dealt=dealt)))
def test_money_is_neither_made_nor_lost(project: dict[str, Any], catalog: Catalog) -> None:
    model = build(project, catalog)
    values = model.evaluate()
    total = values.number("budget.total")
    for column in ("account", "group", "city", "country", "currency", "basis"):
        assert values[f"{column}.*.total"].sum() == pytest.approx(total, rel=1e-12, abs=CENT)
    assert values["partner.*.borne"].sum() == pytest.approx(total, rel=1e-12, abs=CENT)
    for column in ("account", "group"):
        by_partner = sum(values[f"{column}.*.borne_{p}"] for p in project["partners"])
        assert by_partner == pytest.approx(values[f"{column}.*.total"], rel=1e-12, abs=CENT)
    failed = [
        (k, values.number(f"checks.{k}.difference"))
        for k in model.checks.table.keys
        if not values.number(f"checks.{k}.ok")
    ]
    assert failed == []
    assert values.number("checks.all_ok") == 1


@some
@given(project=st.booleans().flatmap(lambda dealt: projects(dealt=dealt)))
def test_nobody_is_paid_more_than_due_and_nothing_is_negative(project: dict[str, Any], catalog: Catalog) -> None:
    model = build(project, catalog)
    values = model.evaluate()
    for scenario in project["revenue"]["scenarios"]:
        receipts = values.number(f"scenario.{scenario}.producer_receipts")
        left = values.number(f"scenario.{scenario}.undistributed")
        received = [values.number(f"scenario.{scenario}.party.{p}.received") for p in model.waterfall.parties.keys]
        kept = 0.0
        for territory, terms in project["revenue"]["territories"].items():
            flow = f"scenario.{scenario}.territory.{territory}"
            found = {step: values.number(f"{flow}.{step}") for step in STEPS}
            assert min(found.values()) >= -1e-6
            worth = FX[project["currency"]] / FX[terms["currency"]]
            kept += (found["fee"] + found["p_and_a"] + found["guarantee_recouped"]) * worth
        assert sum(received) + left == pytest.approx(receipts + kept, rel=1e-12, abs=CENT)
        assert min([left, receipts, *received]) >= -1e-6
        for position in model.waterfall.positions:
            key = f"scenario.{scenario}.waterfall.{position.id}"
            available, due = values.number(f"{key}.available"), values.number(f"{key}.due")
            paid = [values.number(f"{key}.{p}") for p in position.payees]
            assert min(paid) >= 0
            assert sum(paid) <= min(available, due) * (1 + 1e-12) + 1e-6
            if position.kind in {"until_repaid", "until_recouped", "until", "fixed"}:
                # what is owed does not hang on when money comes, so nothing is left unpaid that could have been
                assert sum(paid) == pytest.approx(min(available, due), rel=1e-12, abs=1e-6)


@some
@given(project=projects(), more=st.integers(1, 1_000_000), data=st.data())
def test_more_box_office_never_leaves_anybody_with_less(
    project: dict[str, Any], more: int, data: st.DataObject, catalog: Catalog
) -> None:
    name = data.draw(st.sampled_from(list(project["revenue"]["territories"])))
    gross = next(iter(project["revenue"]["scenarios"].values()))["gross"]
    project["revenue"]["scenarios"] = {
        "before": {"weight": 0.5, "gross": gross},
        "after": {"weight": 0.5, "gross": {**gross, name: gross.get(name, 0) + more}},
    }
    model = build(project, catalog)
    values = model.evaluate()
    for party in model.waterfall.parties.keys:
        before, after = (values.number(f"scenario.{s}.party.{party}.received") for s in ("before", "after"))
        assert after >= before - 1e-6


@some
@given(project=projects(), data=st.data())
def test_the_order_of_payees_and_of_lines_does_not_matter(
    project: dict[str, Any], data: st.DataObject, catalog: Catalog
) -> None:
    before = build(project, catalog).evaluate()
    mixed = {**project, "budget": {**project["budget"]}}
    mixed["budget"]["lines"] = data.draw(st.permutations(project["budget"]["lines"]))
    mixed["partners"] = dict(data.draw(st.permutations(list(project["partners"].items()))))
    mixed["finance"] = data.draw(st.permutations(project["finance"]))
    mixed["budget"]["charges"] = dict(data.draw(st.permutations(list(project["budget"]["charges"].items()))))
    if "waterfall" in project:
        mixed["waterfall"] = [
            {**step, "pay": dict(data.draw(st.permutations(list(pay.items()))) if isinstance(pay, dict) else pay)}
            if isinstance(pay := step["pay"], dict)
            else {**step, "pay": data.draw(st.permutations(pay))}
            for step in project["waterfall"]
        ]
    after = build(mixed, catalog).evaluate()
    for key in estimate(project):
        assert after.number(key) == pytest.approx(before.number(key), rel=1e-9, abs=1e-6)


@some
@given(project=projects(), data=st.data())
def test_the_gross_that_returns_the_budget_does_so(
    project: dict[str, Any], data: st.DataObject, catalog: Catalog
) -> None:
    """Fed back alone it yields receipts of the budget; a minimum guarantee of the whole budget needs no gross at all."""
    name = data.draw(st.sampled_from(list(project["revenue"]["territories"])))
    for territory in project["revenue"]["territories"].values():
        territory |= {"partner": "qr", "minimum_guarantee": 0}
    first = build(project, catalog).evaluate()
    gross = first.number(f"territory.{name}.budget_gross")
    project["revenue"]["scenarios"] = {"alone": {"weight": 1, "gross": {name: 1e12 if math.isnan(gross) else gross}}}
    if math.isnan(gross) or gross < 1e12:
        values = build(project, catalog).evaluate()
        receipts = values.number("scenario.alone.producer_receipts")
        if math.isnan(gross):
            assert receipts < values.number("budget.total")
        else:
            assert receipts == pytest.approx(values.number("budget.total"), rel=1e-9)
    project["revenue"]["territories"][name]["minimum_guarantee"] = 1e12
    assert build(project, catalog).evaluate().number(f"territory.{name}.budget_gross") == 0
