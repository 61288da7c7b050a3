"""Incentives as data: every programme is there, says where each value comes from, and can be asked on any day."""

from __future__ import annotations

import json
import operator
from datetime import date, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from coprod_budget.catalog import UNKNOWN, Unknown, data_directory, open_catalog
from coprod_budget.catalog import incentive_entries as kinds
from coprod_budget.errors import MissingDataError, ProjectError
from coprod_budget.yaml_reader import read_yaml

CATALOG = open_catalog()
FOLDER = data_directory() / "incentives"
PAGE = Path(__file__).parents[2] / "docs" / "incentives.md"
SCHEMA = json.loads((FOLDER / "incentive.schema.json").read_text(encoding="utf-8"))
ALL = CATALOG.incentives()

COLLECTED = {
    "ae-az-rebate": "ae_abu_dhabi_rebate", "bg-rebate": "bg_rebate", "cn-overview": "cn_qingdao_studios",
    "cz-incentive": "cz_incentive", "de-dfff-1": "de_dfff_1", "de-dfff-2": "de_dfff_2", "de-gmpf": "de_gmpf",
    "es-cn-rebate": "es_canary_islands_deduction", "es-rebate": "es_deduction", "fr-cic": "fr_cic", "fr-trip": "fr_trip",
    "gb-avec": "gb_avec", "gb-iftc": "gb_iftc", "ge-film-in-georgia": "ge_film_in_georgia", "gr-crgr": "gr_crgr",
    "hr-rebate": "hr_rebate", "hu-rebate": "hu_rebate", "it-tax-credit-foreign": "it_tax_credit_foreign",
    "kz-subsidy": "kz_subsidy", "me-rebate": "me_rebate", "mk-rebate": "mk_rebate", "ro-rebate": "ro_rebate",
    "rs-cash-rebate": "rs_cash_rebate", "ru-federal-foreign-rebate": "ru_federal_foreign_rebate",
    "ru-kda-rebate": "ru_krasnodar_rebate", "ru-kgd-rebate": "ru_kaliningrad_rebate", "ru-kya-rebate": "ru_krasnoyarsk_rebate",
    "ru-len-rebate": "ru_leningrad_rebate", "ru-mos-rebate": "ru_moscow_region_rebate",
    "ru-mow-image-of-moscow": "ru_moscow_image", "ru-mow-international-film": "ru_moscow_international_film",
    "ru-mow-location-costs": "ru_moscow_location_costs", "ru-mow-promotion": "ru_moscow_promotion",
    "ru-per-rebate": "ru_perm_rebate", "ru-spe-film-subsidy": "ru_st_petersburg_subsidy",
    "tr-foreign-support": "tr_foreign_support", "uz-rebate": "uz_rebate",
}  # fmt: skip
"""What was collected, by the name it had then, and the programme it became."""
LEFT_OUT = ("ru-regions-overview",)


def document(name: str) -> dict:
    return read_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name).data


@pytest.mark.parametrize("name", ALL)
def test_every_file_follows_the_schema(name: str) -> None:
    found = [f"{list(e.absolute_path)}: {e.message}" for e in Draft202012Validator(SCHEMA).iter_errors(document(name))]

    assert found == []


def test_the_schema_and_the_reader_have_the_same_closed_lists() -> None:
    rule = SCHEMA["$defs"]["rule"]["properties"]

    assert set(rule["kind"]["enum"]) == set(kinds.KINDS)
    assert set(rule["formats"]["items"]["enum"]) == set(kinds.FORMATS)
    assert set(rule["spend"]["enum"]) == set(kinds.SPENDS)
    assert [r["properties"]["kind"]["const"] for r in SCHEMA["$defs"]["rate"]["oneOf"]] == list(kinds.RATE_KINDS)
    assert set(SCHEMA["properties"]["instrument"]["enum"]) == set(kinds.INSTRUMENTS)


def test_every_collected_programme_is_in_the_data_or_named_with_the_reason() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert sorted(COLLECTED.values()) == ALL
    for name in LEFT_OUT:
        assert f"`{name}`" in page


def test_the_page_lists_every_programme_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    for name in ALL:
        found = CATALOG.incentive(name)
        view = found.as_of(found.last_checked)
        rates = sorted({"unknown" if r.value is UNKNOWN else r.value.kind for r in view.of_kind("rate")})
        cells = (f"`{name}`", found.title, found.instrument, ", ".join(rates), str(view.status.value))

        assert f"| {' | '.join(cells)} |" in page


def test_the_page_explains_every_kind() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for kind in (*kinds.KINDS, *kinds.RATE_KINDS, *kinds.STATUSES, *kinds.TESTS):
        assert f"`{kind}`" in page


def test_every_value_says_where_it_comes_from() -> None:
    for name in ALL:
        found = CATALOG.incentive(name)
        for history in (found.status, *(r.history for r in found.rules)):
            for value in history.values:
                if isinstance(value.value, Unknown):
                    assert value.note or value.start == date.min, name
                elif value.value is not None:
                    assert value.confidence, name
                    assert value.sources or value.basis == "assumed", name
                    assert all(s.title for s in value.sources), name


def test_every_programme_has_the_rules_that_a_calculation_asks_for() -> None:
    for name in ALL:
        found = CATALOG.incentive(name)
        had = {rule.kind for rule in found.rules}

        assert {"rate", "cap_per_project", "payment_lag"} <= had, name


def test_every_programme_can_be_asked_on_every_day_on_which_a_rule_changes() -> None:
    days = CATALOG.incentive_dates()

    assert days == sorted(set(days))
    for day in (date(1990, 1, 1), *days, *(d - timedelta(days=1) for d in days), date(2040, 1, 1)):
        for name in ALL:
            view = CATALOG.incentive(name).as_of(day)
            for rule in view.rules:
                assert rule.value is not None
                assert rule.dated.start <= day


def test_a_day_changes_something_or_it_is_not_a_day_of_change() -> None:
    for name in ALL:
        found = CATALOG.incentive(name)
        for day in found.dates():
            before, after = found.as_of(day - timedelta(days=1)), found.as_of(day)

            assert (before.status, before.rules) != (after.status, after.rules), (name, day)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.add, operator.mul])
def test_what_is_not_known_is_never_taken_for_a_number(compare) -> None:
    rate = CATALOG.incentive("ru_perm_rebate").as_of(date(2026, 9, 30)).rule("rate").value

    assert rate is UNKNOWN
    assert rate != 0
    with pytest.raises(TypeError):
        compare(rate, 0.3)
    with pytest.raises(TypeError):
        compare(0.3, rate)
    with pytest.raises(TypeError):
        bool(rate)
    with pytest.raises(TypeError):
        float(rate)


def test_no_limit_and_an_unknown_limit_are_told_apart() -> None:
    day = date(2026, 9, 30)

    assert CATALOG.incentive("hu_rebate").as_of(day).rule("cap_per_project").value == kinds.NONE
    assert CATALOG.incentive("me_rebate").as_of(day).rule("cap_per_project").value is UNKNOWN


def test_what_is_doubtful_today_is_off() -> None:
    day = date(2026, 9, 30)
    off = {n for n in ALL if not CATALOG.incentive(n).as_of(day).is_open}

    assert {
        "cn_qingdao_studios", "ge_film_in_georgia", "kz_subsidy", "ru_federal_foreign_rebate", "ru_krasnoyarsk_rebate",
        "ru_leningrad_rebate", "ru_moscow_image", "ru_moscow_location_costs", "ru_moscow_region_rebate",
    } == off  # fmt: skip


def test_beyond_the_end_of_the_law_as_known_nothing_is_asserted() -> None:
    for name, day in (("ro_rebate", date(2027, 1, 1)), ("fr_trip", date(2027, 1, 1)), ("hu_rebate", date(2031, 1, 1))):
        view = CATALOG.incentive(name).as_of(day)

        assert view.status.value is UNKNOWN
        assert view.rule("rate").value is UNKNOWN


def test_cities_of_a_programme_are_cities_of_the_catalogue() -> None:
    for name in ALL:
        found = CATALOG.incentive(name)
        for city in found.cities:
            assert CATALOG.cities[city].country == found.country


def test_incentives_named_by_others_exist() -> None:
    for name in ALL:
        for rule in CATALOG.incentive(name).rules:
            for dated in rule.history.values:
                if isinstance(dated.value, kinds.Stacking):
                    assert set(dated.value.others) <= {*ALL, "public_funds", "any"}


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(MissingDataError) as error:
        CATALOG.incentive("rs_cash_rebat")

    assert "rs_cash_rebate" in str(error.value)


RURITANIA = """schema: incentive/1
id: rr_rebate
title: Ruritania, rebate
country: RR
body: The crown
instrument: cash_rebate
currency: EUR
last_checked: "2026-11-22"
status:
  - {from: "2026-01-01", value: open, sources: [law], confidence: high}
rules:
  - id: rate
    kind: rate
    values:
      - {from: "2026-01-01", value: {kind: flat, rate: 0.25}, sources: [law], confidence: high}
sources:
  law: {title: "The law", url: "", as_of: "2026"}
"""


def own(folder: Path, text: str, name: str = "rr_rebate"):
    path = folder / "incentives" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return open_catalog([folder])


def test_an_extra_folder_adds_a_programme_and_overrides_one(tmp_path) -> None:
    catalog = own(tmp_path, RURITANIA)
    own(tmp_path, RURITANIA.replace("rr_rebate", "hr_rebate").replace("RR", "HR"), "hr_rebate")

    assert catalog.incentive("rr_rebate").as_of(date(2026, 5, 1)).rule("rate").value == kinds.Flat(0.25)
    assert catalog.incentive("rr_rebate").as_of(date(2025, 5, 1)).rule("rate") is None
    assert catalog.incentive("hr_rebate").body == "The crown"
    assert catalog.check() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("rate: 0.25}", "rate: 25}", 15, "rate is 25; a number from 0 to 1"),
        ("kind: flat,", "kind: flatt,", 15, "did you mean flat"),
        ("kind: flat,", "kind: flat, cap: 3,", 15, "unknown key 'cap'"),
        ("kind: rate", "kind: rat", 13, "did you mean rate"),
        ("value: open, sources: [law]", "value: open", 10, "no source"),
        ("value: open, sources: [law]", "value: open, sources: [paper]", 10, "unknown source"),
        ("value: open, sources: [law]", "value: open, sources: [[law]]", 10, "unknown source"),
        ("value: open", "value: null", 10, "status is missing"),
        ("value: {kind: flat, rate: 0.25}", "value: unknown", 15, "without a note"),
        ('from: "2026-01-01", value: {', 'from: "2026-13-01", value: {', 15, "write a day of the calendar"),
        ("currency: EUR", "currency: euro", 7, "three capital letters"),
        ("id: rr_rebate", "id: rr_other", 2, "the name of the file"),
        ("confidence: high}\nrules", "confidence: sure}\nrules", 10, "confidence is 'sure'"),
        ("schema: incentive/1", "schema: incentive/2", 1, "incentive/1"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, old: str, new: str, line: int, words: str) -> None:
    assert old in RURITANIA
    catalog = own(tmp_path, RURITANIA.replace(old, new))

    with pytest.raises(ProjectError) as error:
        catalog.incentive("rr_rebate")

    assert any(p.line == line and words in str(p) for p in error.value.problems), error.value
    assert catalog.check() == error.value.problems


def test_values_come_in_the_order_of_their_days(tmp_path) -> None:
    twice = '      - {from: "2026-01-01", value: {kind: flat, rate: 0.3}, sources: [law], confidence: high}\nsources:'
    catalog = own(tmp_path, RURITANIA.replace("\nsources:", f"\n{twice}"))

    with pytest.raises(ProjectError, match="does not come after"):
        catalog.incentive("rr_rebate")


def test_the_python_on_the_page_runs() -> None:
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]

    exec(compile(code, "incentives.md", "exec"), {})  # noqa: S102 - our own page
