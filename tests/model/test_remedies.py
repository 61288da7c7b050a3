"""What endangers a status: the smallest change that is named does restore it, and less of it does not."""

from __future__ import annotations

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.model import build_model
from coprod_budget.model.findings import word
from coprod_budget.model.remedies import Remedy, remedies
from coprod_budget.project import load_project

CATALOG = open_catalog()
FILM = """
title: The Bridge
as_of: 2026-09-30
partners:
  ru: {name: Neva, country: RU, currency: RUB, share: 85%}
  rs: {name: Dunav, country: RS, currency: RSD, share: 15%}
schedule: {shoot_days: {belgrade: 20}}
people:
  director: RU
  scriptwriter: RU
  composer: RU
  lead: RS
  cinematographer: DE
  sound: DE
  editor: DE
  production_designer: RU
  costume_designer: RU
budget:
  lines:
    - {id: shoot, account: camera, description: Shoot, rate: 700000, currency: EUR, spent: RS}
    - {id: cut, account: editing, description: Cut, rate: 250000, currency: EUR, spent: RU}
    - {id: songs, account: music, description: Songs, rate: 50000, currency: EUR, spent: RU}
  charges:
    overhead: {rate: 7%, base: [production, post]}
"""


def found(*sets: str) -> dict[str, Remedy]:
    model = build_model(load_project(FILM, filename="bridge.yaml", sets=sets), CATALOG)
    return {r.finding.key: r for r in remedies(model, model.evaluate())}


def verdict(test: str, *sets: str) -> str:
    model = build_model(load_project(FILM, filename="bridge.yaml", sets=sets), CATALOG)
    return word(model.evaluate().number(f"test.{test}.verdict"))


MINIMUM = "ets147_1992.bilateral_share_minimum.RS"


def test_a_share_that_is_too_small_names_who_bears_how_much_more_and_of_which_account():
    remedy = found()[MINIMUM]

    assert remedy.verdict == "fail"
    assert remedy.amount == pytest.approx(0.05 * 1_070_000)
    assert remedy.receiver == "RS"
    assert remedy.givers == ("RU",)
    assert [s.account for s in remedy.shifts] == ["overhead"]  # the smallest that holds enough: 85 % of 70,000
    assert remedy.shifts[0].share == pytest.approx(53_500 / 59_500)
    assert remedy.text == (
        "Dunav would have to bear EUR 53,500 more (5.00% of the budget) instead of Neva; "
        "for example 90.0% of what they bear of Overhead"  # 89.92, rounded down, would fall short
    )


def test_the_change_that_is_named_restores_the_status_and_a_little_less_does_not():
    shift = found()[MINIMUM].shifts[0]
    moved = 0.85 * shift.share
    enough = f"split.accounts.overhead={{ru: {0.85 - moved:.12f}, rs: {0.15 + moved:.12f}}}"
    less = f"split.accounts.overhead={{ru: {0.86 - moved:.12f}, rs: {0.14 + moved:.12f}}}"

    assert verdict(MINIMUM) == "fail"
    assert verdict(MINIMUM, enough) == "pass"
    assert verdict(MINIMUM, less) == "fail"


def test_where_no_account_is_large_enough_the_largest_come_first_until_it_is_enough():
    remedy = found("partners.ru.share=99%", "partners.rs.share=1%", "budget.lines[shoot].bearer={ru: 90%, rs: 10%}")
    shifts = remedy[MINIMUM].shifts

    assert sum(s.amount for s in shifts) == pytest.approx(remedy[MINIMUM].amount)
    assert all(s.share == pytest.approx(1) for s in shifts[:-1])


def test_a_share_that_holds_by_little_is_pointed_at_and_one_that_holds_well_is_not():
    close = found("partners.ru.share=79.5%", "partners.rs.share=20.5%")[MINIMUM]

    assert close.verdict == "pass"
    assert close.text == "holds by 0.50% of the budget only (EUR 5,350)"
    assert MINIMUM not in found("partners.ru.share=70%", "partners.rs.share=30%")


def test_points_that_are_missing_name_the_fewest_posts_that_would_do():
    remedy = found("people.director=US", "people.scriptwriter=US", "people.second_role=RU", "people.third_role=RU")
    text = remedy["ets147_1992.points_threshold"].text

    # 19 less director and scriptwriter (3 each): Germans count, Germany is a party
    assert text == "2 points are missing: the fewest changes are director (3) from the parties to it"


def test_heads_name_how_many_people_would_have_to_be_nationals():
    crew = found()["ru_national_film.crew"]

    assert crew.text == "2 of the 7 people in these posts would have to be nationals instead of foreigners"
    assert verdict("ru_national_film.crew", "people.sound=RU") != "pass"
    assert verdict("ru_national_film.crew", "people.sound=RU", "people.editor=RU") == "pass"


def test_a_fund_that_nobody_has_asked_for_endangers_nothing_until_money_of_it_is_in_the_plan():
    grant = "finance=[{id: fcs, name: FCS, kind: grant, partner: rs, amount: 700000, currency: EUR, programme: rs_fcs}]"

    assert not [key for key in found() if key.startswith("rs_fcs")]
    assert "rs_fcs.support_share" in found(grant)


def test_works_that_are_missing_are_a_part_of_the_works_not_of_all_lines():
    rights = (
        "budget.lines[songs].account=story",
        "budget.lines[songs].rate=500000",
        "budget.lines[shoot].payee=RS",
        "budget.lines[shoot].labour=company",
    )
    remedy = next(r for key, r in found(*rights).items() if "works" in key)

    assert remedy.verdict == "fail"
    moved = (f"budget.lines[shoot].rate={700_000 - remedy.amount}", f"budget.lines[cut].rate={250_000 + remedy.amount}")
    assert verdict(remedy.finding.key, *rights, *moved) == "pass"
    less = (f"budget.lines[shoot].rate={700_001 - remedy.amount}", f"budget.lines[cut].rate={249_999 + remedy.amount}")
    assert verdict(remedy.finding.key, *rights, *less) == "fail"
