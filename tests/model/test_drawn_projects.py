"""What must hold for every project: nothing lost, nothing invented, and the same figures counted a second way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.model.by_hand import estimate
from tests.model.drawn import build, projects

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

some = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
CENT = 0.005


@some
@given(project=projects())
def test_the_model_gives_what_plain_python_gives(project: dict[str, Any], catalog: Catalog) -> None:
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
