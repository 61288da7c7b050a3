"""Where the finance plan deserves a second look, ``check`` says so."""

from __future__ import annotations

from coprod_budget import api
from coprod_budget.report.review import review

FILM = """\
title: Doubtful
as_of: 2026-09-30
partners: {{rs: {{name: Dunav Film, country: RS, currency: RSD, share: 100%}}}}
schedule: {{shoot_days: {{belgrade: 10}}}}
budget:
  lines:
    - {{id: a, account: camera, description: A, rate: 400000, currency: EUR, spent: belgrade}}
    - {{id: b, account: camera, description: B, rate: 200000, currency: EUR, spent: RU}}
incentives: [{{id: rs_cash_rebate, amount: 20000, currency: EUR, source: decision, turn_on: true, probability: 50%}}]
finance:
  - {source}
"""


def found(source: str) -> dict[str, str]:
    text = FILM.format(source=f"{{id: fund, name: Fund, partner: rs, currency: EUR, {source}}}")
    problems = review(api.estimate(api.load_text(text, filename="a.yaml")).figures())
    return {p.code: str(p) for p in problems if p.code in {"V210", "V211", "V212"}}


def test_a_sound_source_is_not_pointed_at() -> None:
    assert found("kind: grant, amount: 390000, spend_in: RS") == {}


def test_money_that_has_to_be_spent_where_the_film_does_not_spend_it_is_pointed_at() -> None:
    text = found("kind: grant, amount: 420000, spend_in: belgrade")["V210"]

    assert text.startswith("a.yaml:11:")
    assert "fund wants more spent in belgrade than the film spends there: 20,000 EUR are missing" in text


def test_sources_above_all_needs_are_pointed_at() -> None:
    assert (
        "the sources of Dunav Film come to 10,000 EUR more than it has to finance"
        in found("kind: own, amount: 610000")["V211"]
    )


def test_a_rebate_above_what_its_programme_is_expected_to_pay_is_pointed_at() -> None:
    rebate = "kind: rebate, programme: rs_cash_rebate, amount: "

    assert (
        "fund stands in the plan with 20,000 EUR; 10,000 EUR are expected of rs_cash_rebate"
        in found(f"{rebate}20000")["V212"]
    )
    assert found(f"{rebate}10000") == {}
    assert found(f"{rebate}expected") == {}
