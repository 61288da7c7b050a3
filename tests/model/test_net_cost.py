"""What the film costs after incentives, in all, by how sure they are, and for every partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from programmes import Asked, catalog_with, film, line, programme, rule

if TYPE_CHECKING:
    from pathlib import Path

LINES = (line("camera", 1000), line("cut", 500, spent="QG", account="editing"))
"""1,500 euro, of which Ruritania bears 900 and Graustark 600."""


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Return a film with one programme of every certainty."""
    catalog = catalog_with(
        tmp_path,
        programme("sure"),
        programme("fit", rule("rate", {"kind": "flat_up_to", "rate": 0.4}), country="QG"),
        programme("chosen", rule("when_exhausted", "selection"), country="QG"),
        programme("dark", rule("rate", "unknown")),
    )
    together = {"turn_on": True}
    entries = [
        {"id": "sure", **together},
        {"id": "fit", **together, "rate": 0.3},
        {"id": "chosen", **together, "probability": 0.5},
        {"id": "dark", **together},
    ]
    return Asked(catalog, film(*LINES, incentives=entries))


def test_the_three_cases_go_from_what_is_certain_to_the_most(asked: Asked) -> None:
    assert asked["incentives.low"] == pytest.approx(100 + 150)
    assert asked["incentives.expected"] == pytest.approx(100 + 150 + 25)
    assert asked["incentives.high"] == pytest.approx(100 + 200 + 50)


def test_net_cost_is_the_budget_less_incentives(asked: Asked) -> None:
    assert asked["budget.total"] == pytest.approx(1500)
    assert asked["net_cost.low_aid"] == pytest.approx(1250)
    assert asked["net_cost.expected"] == pytest.approx(1225)
    assert asked["net_cost.high_aid"] == pytest.approx(1150)


def test_expected_incentives_stand_by_how_sure_they_are(asked: Asked) -> None:
    certainties = {
        c: asked[f"certainty.{c}.expected"] for c in ("entitlement", "discretionary", "competitive", "unknown")
    }
    assert certainties == {"entitlement": 100, "discretionary": 150, "competitive": 25, "unknown": 0}


def test_what_stands_on_tests_that_cannot_be_told_is_named(tmp_path: Path) -> None:
    catalog = catalog_with(
        tmp_path, programme("sure"), programme("open", rule("minimum_spend", "unknown"), country="QG")
    )
    entries = [{"id": "sure", "turn_on": True}, {"id": "open", "turn_on": True}]
    found = Asked(catalog, film(*LINES, incentives=entries))
    assert found["incentives.expected"] == pytest.approx(100 + 50)
    assert found["incentives.unsettled"] == pytest.approx(50)
    assert found["incentives.low"] == pytest.approx(100)


def test_an_incentive_lowers_the_cost_of_the_partner_who_receives_it(asked: Asked) -> None:
    assert asked["partner.ru.incentives_expected"] == pytest.approx(100)
    assert asked["partner.ru.net_cost"] == pytest.approx(900 - 100)
    assert asked["partner.gr.incentives_low"] == pytest.approx(150)
    assert asked["partner.gr.net_cost_low_aid"] == pytest.approx(600 - 150)
    assert asked["partner.gr.net_cost"] == pytest.approx(600 - 175)
    assert asked["partner.gr.net_cost_high_aid"] == pytest.approx(600 - 250)


@pytest.mark.parametrize("check", ["incentives_by_certainty", "net_cost_by_partner", "incentives_in_order"])
def test_the_sums_are_checked_for_the_reader(asked: Asked, check: str) -> None:
    assert asked[f"checks.{check}.ok"] == 1
    assert asked["checks.all_ok"] == 1


def test_a_film_without_incentives_has_no_checks_of_them(tmp_path: Path) -> None:
    asked = Asked(catalog_with(tmp_path), film(*LINES, incentives=[]))
    assert asked.model.graph.find("checks.net_cost_by_partner.ok") is None
    assert asked["net_cost.expected"] == asked["net_cost.low_aid"] == asked["net_cost.high_aid"]
