"""What of the budget counts for a programme: every limit on one small film, each figure worked out by hand beside the test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from programmes import Asked, catalog_with, film, line, programme, rule

if TYPE_CHECKING:
    from pathlib import Path

ONE = [{"id": "one"}]
CAMERA = line("camera", 1000)
ABROAD = line("abroad", 500, "QG")


def asked(folder: Path, *rules: dict[str, Any], lines: tuple[dict[str, Any], ...], **more: Any) -> Asked:
    given = {"incentives": ONE, **more}
    head = given.pop("head", {})
    return Asked(catalog_with(folder, programme("one", *rules, **head)), film(*lines, **given))


def test_only_what_is_spent_in_the_country_counts(tmp_path: Path) -> None:
    found = asked(tmp_path, lines=(CAMERA, ABROAD))
    assert (found["incentive.one.spend"], found["incentive.one.base"]) == (1000, 1000)


def test_charges_on_top_are_spent_nowhere(tmp_path: Path) -> None:
    budget = {"lines": [CAMERA], "charges": {"contingency": {"rate": 0.1, "base": ["production"]}}}
    found = asked(tmp_path, lines=(), budget=budget)
    assert (found["budget.total"], found["incentive.one.base"]) == (1100, 1000)


def test_a_region_counts_only_its_cities_and_says_so(tmp_path: Path) -> None:
    head = {"region": "QR-STR", "region_name": "Strelsau", "cities": ["strelsau"]}
    found = asked(tmp_path, lines=(line("city", 700, "strelsau"), line("rest", 300, "QR")), head=head)
    assert found["incentive.one.base"] == 700
    assert "what is spent in QR in no city of the file does not count: rest" in found.notes()


def test_a_region_without_a_city_asks_for_the_spend_by_hand(tmp_path: Path) -> None:
    head = {"region": "QR-MTN", "region_name": "The mountains"}
    found = asked(tmp_path, lines=(CAMERA,), head=head)
    assert found["incentive.one.base"] is None
    assert "no city of the cost tables lies in The mountains" in found.notes()
    by_hand = [{"id": "one", "spend": 3000, "currency": "FLR"}]
    assert Asked(catalog_with(tmp_path), film(CAMERA, incentives=by_hand))["incentive.one.base"] == 1200


def test_costs_that_the_rules_leave_out_are_found_by_account_and_phase(tmp_path: Path) -> None:
    lines = (
        CAMERA,
        line("posters", 100, account="publicity"),
        line("first_draft", 200, account="story", phase="development"),
        line("visas", 50, account="customs_visas"),
    )
    names = ["marketing", "development", "customs", "depreciation", "per_diem_abroad"]
    found = asked(tmp_path, rule("excluded", names), lines=lines)
    assert (found["incentive.one.spend"], found["incentive.one.base"]) == (1350, 1000)
    assert "no account of the budget shows: depreciation" in found.notes()


def test_promotion_is_no_cost_of_making_the_film_unless_a_rule_lets_some_of_it_count(tmp_path: Path) -> None:
    lines = CAMERA, line("posters", 500, account="publicity")
    found = asked(tmp_path, lines=lines)
    assert (found["incentive.one.spend"], found["incentive.one.base"]) == (1500, 1000)
    assert "promotion is no cost of making the film, so it does not count: posters" in found.notes()
    limit = rule("line_cap", {"share": 0.1, "of": "qualifying_spend", "what": "advertising"})
    assert asked(tmp_path, limit, lines=lines)["incentive.one.base"] == 1150


def test_a_rule_that_nobody_found_is_a_note_and_takes_nothing_off(tmp_path: Path) -> None:
    rules = rule("excluded", "unknown"), rule("base_cap", "unknown")
    found = asked(tmp_path, *rules, lines=(CAMERA,))
    assert found["incentive.one.base"] == 1000
    assert "excluded is not applied: nobody found out what the rule says: the decree would tell" in found.notes()
    assert found.notes().count("base cap is not applied") == 1


@pytest.mark.parametrize(
    "more",
    [{"taxed_there": False}, {"payee": "QG"}, {"person": "director"}],
    ids=["not taxed there", "paid to another country", "person lives elsewhere"],
)
def test_pay_of_people_from_elsewhere_does_not_count_where_residents_are_asked_for(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    lines = CAMERA, line("fee", 400, account="director", labour="contractor", **more)
    people = {"director": {"nationality": "QG", "resident": "QG"}}
    found = asked(tmp_path, rule("people_counted", "tax_resident"), lines=lines, people=people)
    assert found["incentive.one.base"] == 1000
    free = asked(tmp_path, lines=lines, people=people)
    assert free["incentive.one.base"] == 1400
    assert "paid to others than people and companies of QR (fee)" in free.notes()


def test_a_citizen_who_lives_abroad_counts_where_citizens_do(tmp_path: Path) -> None:
    lines = CAMERA, line("fee", 400, account="director", labour="contractor", person="director")
    people = {"director": {"nationality": "QR", "resident": "QG"}}
    found = asked(tmp_path, rule("people_counted", "citizen_or_resident"), lines=lines, people=people)
    assert found["incentive.one.base"] == 1400


def test_employer_charges_count_with_pay_and_the_note_says_what_is_assumed(tmp_path: Path) -> None:
    lines = (line("gaffer", 1000, account="electric", labour="employee"),)
    found = asked(tmp_path, lines=lines)
    assert found["lines.gaffer.fringes"] == 200
    assert found["incentive.one.base"] == 1200
    assert "the rules found do not say so" in found.notes()
    told = asked(tmp_path, rule("base", "costs there with taxes and contributions"), lines=lines)
    assert "employer charges" not in told.notes()


def test_pay_of_the_cast_is_left_out_where_only_an_unknown_minimum_of_it_counts(tmp_path: Path) -> None:
    lines = CAMERA, line("lead", 600, account="cast", labour="contractor")
    found = asked(tmp_path, rule("cast_pay", "collective_minimum"), lines=lines)
    assert found["incentive.one.base"] == 1000
    assert "minimum of the collective agreement" in found.notes()


def test_pay_of_one_person_counts_up_to_its_cap_over_all_lines_and_by_head(tmp_path: Path) -> None:
    lines = (
        CAMERA,
        line("prep", 80, account="director", labour="contractor", person="director"),
        line("shoot", 70, account="director", labour="contractor", person="director"),
        line("players", 120, account="cast", labour="contractor", people=2),
        line("grip", 300, account="grip", labour="contractor"),
    )
    found = asked(tmp_path, rule("person_cap", {"amount": 100, "currency": "EUR"}), lines=lines)
    assert found["incentive.one.base"] == 1000 + 100 + 200 + 100  # two players earn 240 and count with 200
    creative = rule("person_cap", {"amount": 100, "currency": "EUR", "what": "creative_staff"})
    assert asked(tmp_path, creative, lines=lines)["incentive.one.base"] == 1000 + 100 + 200 + 300


def test_a_kind_of_cost_counts_up_to_a_share_of_the_spend(tmp_path: Path) -> None:
    lines = CAMERA, line("dolly", 1000, account="grip"), line("key_grip", 500, account="grip", labour="contractor")
    cap = rule("line_cap", {"share": 0.2, "of": "qualifying_spend", "what": "grip_rent"})
    assert asked(tmp_path, cap, lines=lines)["incentive.one.base"] == 1000 + 500 + 500  # 20 % of 2,500


def test_a_share_of_something_unnamed_counts_nothing(tmp_path: Path) -> None:
    lines = CAMERA, line("producer", 300, account="producers", labour="contractor")
    cap = rule("line_cap", {"share": 0.04, "of": "unknown", "what": "producer_fee"})
    found = asked(tmp_path, cap, lines=lines)
    assert found["incentive.one.base"] == 1000
    assert "producer fee counts only up to 0.04 of a sum that the sources do not name" in found.notes()


def test_foreign_spend_counts_up_to_a_share_of_the_local_spend(tmp_path: Path) -> None:
    lines = (
        CAMERA,
        line("star", 100, account="cast", labour="contractor", payee="QG"),
        line("away", 400, "QG", bearer="ru"),
    )
    limit = rule("foreign_spend", {"share": 0.25, "of": "local_spend", "what": "any"})
    found = asked(tmp_path, limit, lines=lines)
    assert found["incentive.one.base"] == 1250  # 100 + 400 from abroad, of which a quarter of 1,000
    less = asked(tmp_path, limit, lines=(*lines[:2], line("away", 50, "QG", bearer="ru")))
    assert less["incentive.one.base"] == 1150
    nobody = asked(tmp_path, limit, lines=(CAMERA, line("away", 400, "QG", bearer="gr")))
    assert nobody["incentive.one.base"] == 1000


def test_foreign_labour_counts_only_above_an_amount_of_spend(tmp_path: Path) -> None:
    lines = CAMERA, line("star", 3000, account="cast", labour="contractor", payee="QG")
    told = {"share": 0.5, "of": "qualifying_spend", "what": "non_resident_labour", "currency": "EUR"}
    below = asked(tmp_path, rule("foreign_spend", {**told, "above": 1000}), lines=lines)
    above = asked(tmp_path, rule("foreign_spend", {**told, "above": 999}), lines=lines)
    assert (below["incentive.one.base"], above["incentive.one.base"]) == (1000, 2000)  # half of 2,000 is foreign


def test_grants_of_the_country_come_off_the_base(tmp_path: Path) -> None:
    finance = [
        {"id": name, "name": name, "kind": kind, "partner": partner, "amount": 100, "currency": "EUR"}
        for name, kind, partner in (("fund", "grant", "ru"), ("other", "grant", "gr"), ("money", "equity", "ru"))
    ]
    net = rule("stacking", {"rule": "base_net_of", "with": ["public_funds"]})
    found = asked(tmp_path, net, lines=(CAMERA,), finance=finance)
    assert found["incentive.one.base"] == 900


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ({"share": 0.5, "of": "total_budget"}, 750),  # of 1,500
        ({"share": 0.8, "of": "total_budget"}, 1000),
        ({"share": 0.6, "of": "total_core"}, 900),
    ],
)
def test_the_base_is_at_most_a_share_of_the_budget(tmp_path: Path, value: dict[str, Any], base: float) -> None:
    assert asked(tmp_path, rule("base_share", value), lines=(CAMERA, ABROAD))["incentive.one.base"] == base


def test_core_is_preparation_photography_and_post(tmp_path: Path) -> None:
    lines = (
        CAMERA,
        line("script", 100, account="story", phase="development"),
        line("lawyer", 100, account="legal"),
        line("master", 100, account="deliverables", phase="delivery"),
        line("cut", 200, account="editing", phase="post"),
    )
    found = asked(tmp_path, rule("base_share", {"share": 1, "of": "total_core"}), lines=lines)
    assert (found["budget.core"], found["incentive.one.base"]) == (1200, 1200)


def test_a_cap_on_the_core_comes_before_the_share_of_it(tmp_path: Path) -> None:
    share = rule("base_share", {"share": 0.8, "of": "total_core"})
    cap = rule("base_cap", {"amount": 1100, "currency": "EUR", "of": "total_core"})
    assert asked(tmp_path, share, cap, lines=(CAMERA, ABROAD))["incentive.one.base"] == 880


def test_effects_stand_outside_the_limit_where_the_rule_leaves_them_out(tmp_path: Path) -> None:
    lines = CAMERA, line("monster", 400, account="vfx", phase="post")
    rates = (
        rule("rate", {"kind": "flat", "rate": 0.1}),
        rule("rate", {"kind": "flat", "rate": 0.2}, "rate_vfx", spend="vfx"),
    )
    limit = rule("base_share", {"share": 0.8, "of": "total_core", "leaves_out": ["vfx"]})
    found = asked(tmp_path, *rates, limit, lines=lines)
    assert found["incentive.one.base"] == 800 + 400
    assert found["incentive.one.amount_expected"] == pytest.approx(80 + 80)


def test_parts_under_one_limit_are_cut_in_proportion(tmp_path: Path) -> None:
    lines = CAMERA, line("gaffer", 1000, account="electric", labour="contractor")
    rates = (
        rule("rate", {"kind": "flat", "rate": 0.1}, "goods", spend="goods_and_services"),
        rule("rate", {"kind": "flat", "rate": 0.3}, "labour", spend="labour"),
    )
    found = asked(tmp_path, *rates, rule("base_cap", {"amount": 1000, "currency": "EUR"}), lines=lines)
    assert found["incentive.one.base"] == 1000
    assert found["incentive.one.amount_expected"] == pytest.approx(50 + 150)


def test_promotion_has_a_rate_of_its_own_and_nothing_else_counts(tmp_path: Path) -> None:
    lines = CAMERA, line("posters", 200, account="publicity")
    rate = rule("rate", {"kind": "flat", "rate": 0.5}, spend="promotion")
    assert asked(tmp_path, rate, lines=lines)["incentive.one.base"] == 200


def test_what_no_budget_shows_is_not_counted_and_named(tmp_path: Path) -> None:
    rate = rule("rate", {"kind": "flat", "rate": 0.25}, spend="hire_of_city_property")
    found = asked(tmp_path, rate, lines=(CAMERA,))
    assert found["incentive.one.net_expected"] is None
    assert "the budget does not show hire of city property" in found.notes()


def test_spend_by_hand_wins_and_only_limits_on_the_whole_apply(tmp_path: Path) -> None:
    rules = rule("excluded", ["marketing"]), rule("base_share", {"share": 0.5, "of": "total_budget"})
    found = asked(tmp_path, *rules, lines=(CAMERA,), incentives=[{"id": "one", "spend": 900}])
    assert (found["incentive.one.spend"], found["incentive.one.base"]) == (900, 500)
    assert "written by hand" in found.notes()


def test_an_amount_without_an_exchange_rate_is_not_applied_and_says_what_to_write(tmp_path: Path) -> None:
    found = asked(tmp_path, rule("base_cap", {"amount": 1, "currency": "XTS"}), lines=(CAMERA,))
    assert found["incentive.one.base"] == 1000
    assert "there is no exchange rate of XTS (write it under `fx`)" in found.notes()


def test_the_base_follows_the_budget(tmp_path: Path) -> None:
    limit = rule("base_share", {"share": 0.5, "of": "total_budget"})
    catalog = catalog_with(tmp_path, programme("one", limit))
    text = film(CAMERA, ABROAD, incentives=ONE)
    assert Asked(catalog, text, "budget.lines[abroad].rate=1000")["incentive.one.base"] == 1000


def test_vat_that_is_not_got_back_counts_only_where_the_rule_says_so(tmp_path: Path) -> None:
    lines = (line("camera", 1000, vat="excluded", labour="company"),)
    exempt = {"ru": {"name": "R", "country": "QR", "currency": "EUR", "share": 1, "recovers_vat": False}}
    spent = asked(tmp_path, rule("vat", "included"), lines=lines, partners=exempt)
    assert spent["incentive.one.base"] == spent["incentive.one.spend"] == pytest.approx(1250)
    for rules, note in (((rule("vat", "excluded"),), False), ((), True)):
        found = asked(tmp_path, *rules, lines=lines, partners=exempt)
        assert found["incentive.one.base"] == pytest.approx(1000)
        assert ("VAT that is not got back does not count" in found.notes()) == note


def test_tax_withheld_of_foreign_cast_and_crew_is_a_base_of_its_own(tmp_path: Path) -> None:
    star = line("star", 1000, account="cast", labour="contractor", payee="QG", bearer="ru")
    rates = (
        rule("rate", {"kind": "flat", "rate": 0.1}, spend="local"),
        rule("rate", {"kind": "flat", "rate": 0.5}, "of_tax", spend="withholding_tax_of_foreign_cast_and_crew"),
    )
    rules = *rates, rule("people_counted", "tax_resident")
    unknown = asked(tmp_path, *rules, lines=(CAMERA, star))
    assert unknown["lines.star.withheld"] == 0
    assert "tax withheld from people from abroad is not known" in unknown.notes()
    withholding_law(tmp_path, pay=0.2)
    found = asked(tmp_path, *rules, lines=(CAMERA, star))
    assert found["lines.star.withheld"] == 200
    assert found["incentive.one.amount_expected"] == pytest.approx(100 + 100)


def withholding_law(folder: Path, pay: float) -> None:
    """Ruritania takes a share of pay, and its treaty with Graustark leaves that."""
    values = [{"from": "2020-01-01", "value": pay, "sources": ["law"], "confidence": "high"}]
    law = {
        "schema": "withholding/1",
        "last_checked": "2026-01-01",
        "payers": {
            "QR": {"label": "Ruritania", "domestic": [{"kind": "pay", "recipient": "individual", "values": values}]}
        },
        "treaties": [{"payer": "QR", "payees": ["QG"], "kind": "pay", "treaty": "treaty", "values": values}],
        "sources": {"law": {"title": "Law on tax withheld, invented", "as_of": "2020-01-01"}},
    }
    (folder / "taxes").mkdir()
    (folder / "taxes" / "withholding.yaml").write_text(json.dumps(law), encoding="utf-8")
