"""When the budget is paid: by hand, for a film of whole months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from cash_films import BOTH, LINES, MONTH, SCHEDULE, Cash, film, line
from films import problem

from coprod_budget.graph import Program

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

TEN = [0.1] * 10


def test_a_line_is_paid_evenly_over_its_phase(catalog: Catalog) -> None:
    cash = Cash(catalog, film())
    assert cash["uses"] == pytest.approx([380, 500, 500, 200, 50])
    assert cash["account_camera"] == pytest.approx([0, 500, 500])
    assert cash["account_editing"] == pytest.approx([0, 0, 0, 200, 50])


def test_development_is_paid_on_the_first_day_and_delivery_on_its_day(catalog: Catalog) -> None:
    cash = Cash(catalog, film(), "schedule.start=2026-10-31", "schedule.delivery=2027-06-30")
    assert cash["account_story"] == pytest.approx([80])
    assert cash.column("account_editing")[cash.months.index("2027-06")] == pytest.approx(50)


def test_a_phase_without_length_is_paid_at_once(catalog: Catalog) -> None:
    cash = Cash(catalog, film(), "schedule.post_weeks=0", "schedule.prep_weeks=0")
    assert cash["uses"] == pytest.approx([380 + 500, 500, 250])


def test_charges_are_paid_as_the_lines_are(catalog: Catalog) -> None:
    charges = {"overhead": {"rate": 0.1, "base": ["above_the_line", "production", "post", "other"]}}
    cash = Cash(catalog, film(budget={"rounding": "none", "lines": list(LINES), "charges": charges}))
    assert cash["account_overhead"] == pytest.approx([38, 50, 50, 20, 5])
    assert sum(cash["uses"]) == pytest.approx(1630 * 1.1)


def test_charges_without_any_line_are_paid_at_the_start(catalog: Catalog) -> None:
    budget = {
        "lines": [line("nothing", 0)],
        "charges": {"insurance": {"amount": 70, "currency": "EUR"}},
    }
    assert Cash(catalog, film(budget=budget))["uses"] == [70]


def test_a_department_and_a_charge_may_have_a_curve_of_their_own(catalog: Catalog) -> None:
    curves = {"camera": [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5], "insurance": [1, *[0] * 9], "sound": TEN}
    budget = {
        "rounding": "none",
        "lines": list(LINES),
        "charges": {"insurance": {"amount": 70, "currency": "EUR"}},
    }
    cash = Cash(catalog, film(budget=budget, cashflow={"curves": curves}))  # a tenth is 0.4 months
    assert cash["account_camera"] == pytest.approx([500, 0, 0, 500])
    assert cash["account_insurance_charge"] == pytest.approx([70])
    assert cash["uses"] == pytest.approx([380 + 500 + 70, 0, 0, 200 + 500, 50])
    assert not cash.off()


def test_a_curve_spreads_a_tenth_evenly_over_the_months_it_touches(catalog: Catalog) -> None:
    cash = Cash(catalog, film(cashflow={"curves": {"camera": TEN}}))
    assert cash["account_camera"] == pytest.approx([250] * 4)


def test_a_curve_of_a_department_that_there_is_not_is_a_mistake(catalog: Catalog) -> None:
    import json

    told = problem(catalog, json.dumps(film(cashflow={"curves": {"camra": TEN}})))
    assert "unknown department or charge 'camra'" in told
    assert "did you mean camera?" in told


def test_each_partner_pays_what_it_bears(catalog: Catalog) -> None:
    lines = [line("plans", 300, "prep", "art", bearer="gr"), line("camera", 1000), line("cut", 200, "post", "editing")]
    cash = Cash(catalog, film(partners=BOTH, budget={"rounding": "none", "lines": lines}))
    assert cash["uses_gr"] == pytest.approx([300, 200, 200, 80])
    assert cash["uses_ru"] == pytest.approx([0, 300, 300, 120])
    assert cash.number("partner.gr.peak_exposure") == pytest.approx(780)
    assert cash.number("cash.peak_exposure") == pytest.approx(1500)
    assert cash.number("cash.peak_month") == 3


def test_weeks_that_vary_move_the_money(catalog: Catalog) -> None:
    cash = Cash(catalog, film())
    uses = cash.model.cashflow.totals["uses"]
    varied = np.array([MONTH, 2 * MONTH, 30 * MONTH])
    found = Program(cash.model.graph, [uses], ["schedule.prep_weeks"]).run({"schedule.prep_weeks": varied})[uses]
    assert found[:5, 0] == pytest.approx([380, 500, 500, 200, 50])
    assert found[:6, 1] == pytest.approx([80 + 150, 150, 500, 500, 200, 50])
    assert found.sum(axis=0) == pytest.approx([1630] * 3)  # what comes after the last month stands in it
    again = Cash(catalog, film(schedule={**SCHEDULE, "prep_weeks": 2 * MONTH}))
    assert again["uses"] == pytest.approx(found[:6, 1])
