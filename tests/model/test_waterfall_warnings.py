"""What a reader of the waterfall is told beforehand: steps that nothing reaches, limits that see some payments late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from films import ALONE, model_of

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

FUND = "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 100, currency: EUR}]"
REST = "{id: rest, pay: {ru: 0.5, gr: 0.5}, kind: net_profit}"
BACK = "{id: back, pay: fund, kind: until_recouped}"


def warnings(catalog: Catalog, *steps: str) -> list[str]:
    model = model_of(catalog, ALONE, FUND, f"waterfall=[{', '.join(steps)}]")
    return [w.message for w in model.warnings if w.code in {"W501", "W502", "W503"}]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("{id: half, pay: {fund: 0.5}, kind: share, until: {party: fund, multiple: 1.5}}", True),
        ("{id: half, pay: {fund: 0.5}, kind: share, until: {party: fund, multiple: 1.5, steps: [half]}}", False),
        ("{id: half, pay: {fund: 0.5, gr: 0.5}, kind: share, until: {party: fund, multiple: 1.5}}", False),
        ("{id: half, pay: {fund: 0.5}, kind: share, until: 50}", False),
        ("{id: half, pay: fund, rate: 0.1, kind: percent_of_gross, until: {party: fund, total: 150}}", True),
    ],
)
def test_a_limit_that_sees_later_payments_late_says_so(catalog: Catalog, first: str, *, told: bool) -> None:
    found = warnings(catalog, first, BACK, REST)
    assert found == (["the limit of 'half' counts what back pays fund only from the next period on"] if told else [])


def test_nothing_is_said_where_no_later_step_pays_the_party(catalog: Catalog) -> None:
    half = "{id: half, pay: {fund: 0.5}, kind: share, until: {party: fund, multiple: 1.5}}"
    assert warnings(catalog, BACK, half, REST) == []


def test_a_step_behind_all_that_is_left_is_named(catalog: Catalog) -> None:
    assert warnings(catalog, REST, BACK) == [
        "nothing ever reaches the position 'back': 'rest' before it takes all that is left"
    ]


def test_money_that_no_step_takes_is_named(catalog: Catalog) -> None:
    assert warnings(catalog, BACK) == ["what the steps leave of WW is nobody's"]


def test_steps_that_only_exclusive_territories_could_reach_are_named(catalog: Catalog) -> None:
    kept = "revenue.territories.WW.exclusive=true"
    model = model_of(catalog, ALONE, FUND, kept, f"waterfall=[{BACK}, {REST}]")
    found = [w.message for w in model.warnings if w.code == "W501"]
    assert [f.split(":")[0] for f in found] == [
        f"nothing ever reaches the position '{step}'" for step in ("back", "rest")
    ]
    named = REST.replace("pay:", "of: [WW], pay:")
    model = model_of(catalog, ALONE, FUND, kept, f"waterfall=[{named}]")
    told = "who keeps WW gets nothing of it: the step 'rest' takes all that is left of it before"
    assert any(w.message.startswith(told) for w in model.warnings)
