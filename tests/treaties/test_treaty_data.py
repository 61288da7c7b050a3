"""What must hold for every instrument that ships: the files are edited by people who do not run the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from coprod_budget.catalog import UNKNOWN, data_directory, open_catalog
from coprod_budget.catalog import treaty_kinds as kinds
from coprod_budget.yaml_reader import read_yaml

FOLDER = data_directory() / "treaties"
FILES = sorted(FOLDER.glob("*.yaml"))
SCHEMA = json.loads((FOLDER / "treaty.schema.json").read_text(encoding="utf-8"))
CATALOG = open_catalog()
EVERY = [CATALOG.treaty(name) for name in CATALOG.treaties()]
RULES = [(treaty, criterion) for treaty in EVERY for criterion in treaty.criteria.values()]
PAGE = Path(__file__).parents[2] / "docs" / "treaties.md"

COLLECTED = [
    "bilateral_ch_be_fr", "bilateral_ch_ca", "bilateral_ch_fr", "bilateral_ch_lu", "bilateral_ch_mx",
    "bilateral_rs_fr", "bilateral_rs_it", "bilateral_rs_tr", "bilateral_ru_bg", "bilateral_ru_ca", "bilateral_ru_cn",
    "bilateral_ru_de", "bilateral_ru_es", "bilateral_ru_fr", "bilateral_ru_in", "bilateral_ru_it", "bilateral_ru_rs",
    "bilateral_ru_uz", "trilateral_de_at_ch", "cis_film", "ets147_1992", "cets220_2017", "eurimages_coprod", "rs_fcs",
    "ru_national_film", "ru_state_support",
]  # fmt: skip
"""The instruments on which facts were collected."""


def problems(data: object) -> list[str]:
    return [f"{list(e.absolute_path)}: {e.message}" for e in Draft202012Validator(SCHEMA).iter_errors(data)]


def test_every_instrument_that_was_collected_ships():
    assert sorted(COLLECTED) == CATALOG.treaties() == [path.stem for path in FILES]


def test_what_was_left_out_is_on_the_page_with_its_reason():
    table = PAGE.read_text(encoding="utf-8").partition("## What was left out")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]

    assert len(rows[2:]) >= 8
    assert all(len(row) == 2 and all(row) for row in rows)
    for country in (
        "Australia",
        "Croatia",
        "Czech Republic",
        "Luxembourg",
        "Slovakia",
        "Switzerland",
        "United Kingdom",
    ):
        assert country in table


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_file_fits_the_schema(path):
    assert problems(read_yaml(path.read_text(encoding="utf-8"), path.name).data) == []


def test_the_lists_of_the_schema_are_those_of_the_program():
    criterion = SCHEMA["$defs"]["criterion"]["properties"]
    applies = criterion["applies_to"]["properties"]

    assert criterion["kind"]["enum"] == list(kinds.KINDS)
    assert SCHEMA["properties"]["kind"]["enum"] == list(kinds.INSTRUMENT_KINDS)
    assert criterion["of"]["enum"] == list(kinds.OF)
    assert criterion["unmet"]["enum"] == list(kinds.UNMET)
    assert criterion["comparison"]["enum"] == list(kinds.COMPARISONS)
    assert criterion["roles"]["items"]["enum"] == list(kinds.ROLES)
    assert applies["who"]["enum"] == list(kinds.WHO)
    assert applies["when"]["items"]["enum"] == list(kinds.WHEN)
    assert applies["parties"]["enum"] == list(kinds.PARTIES)
    assert SCHEMA["$defs"]["source"]["properties"]["address"]["enum"] == list(kinds.ADDRESSES)
    shapes = {kind: rule for rule in SCHEMA["$defs"]["criterion"]["allOf"] for kind in rule["if"]["properties"]["kind"]["enum"]
              if "properties" in rule["then"]}  # fmt: skip
    for kind, about in kinds.KINDS.items():
        value = shapes[kind]["then"]["properties"]["values"]["items"]["properties"]["value"]
        assert value["anyOf"][-1] == {"$ref": f"#/$defs/{about.shape}"}, kind


@pytest.mark.parametrize(
    "name", ["KINDS", "INSTRUMENT_KINDS", "WHO", "WHEN", "OF", "UNITS", "ROLES", "PARTIES", "UNMET", "CONFIDENCE"]
)
def test_no_word_of_a_closed_list_is_there_for_nothing(name):
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)

    assert [word for word in getattr(kinds, name) if not re.search(rf"\b{word}\b", text)] == []


BREAKS = {
    "an unknown key": lambda d: d.update(colour="red"),
    "an unknown key of a rule": lambda d: d["criteria"][0].update(threshold=1),
    "an unknown kind": lambda d: d["criteria"][0].update(kind="least_share"),
    "a share in per cent": lambda d: d["criteria"][0]["values"][0].update(value=20),
    "a share as text": lambda d: d["criteria"][0]["values"][0].update(value="20%"),
    "no value": lambda d: d["criteria"][0]["values"][0].pop("value"),
    "no source": lambda d: d["criteria"][0]["values"][0].pop("source"),
    "two beginnings": lambda d: d["criteria"][0]["values"][0].update(known_by="2020-01-01"),
    "unknown, but firm": lambda d: d["criteria"][0]["values"][0].update(value="unknown"),
    "a number of unknown confidence": lambda d: d["criteria"][0]["values"][0].update(confidence="unknown"),
    "a date that is none": lambda d: d["criteria"][0]["values"][0].update({"from": "1 May 2020"}),
    "no comparison": lambda d: d["criteria"][0].pop("comparison"),
    "a country by name": lambda d: d["parties"][0].update(country="Serbia"),
    "a party without a source of its days": lambda d: d["parties"][0].update(to="2022-03-15"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_schema_refuses(what):
    data = read_yaml((FOLDER / "bilateral_ch_fr.yaml").read_text(encoding="utf-8"), "x").data
    assert problems(data) == []
    BREAKS[what](data)

    assert problems(data) != []


@pytest.mark.parametrize(("treaty", "rule"), RULES, ids=lambda x: x.id)
def test_every_value_has_a_source_and_a_confidence_and_an_unknown_one_says_what_would_settle_it(treaty, rule):
    for value in rule.values:
        assert len(value.source.title) > 3
        assert value.source.url or "address not kept" in value.source.note
        assert "unsourced" not in value.source.title
        assert (value.value is UNKNOWN) == (value.confidence == "unknown")
        if value.value is UNKNOWN:
            assert len(value.note) > 20, f"{treaty.id}: {rule.id}"


@pytest.mark.parametrize("treaty", EVERY, ids=lambda t: t.id)
def test_every_source_is_used_and_no_younger_than_the_check(treaty):
    text = (FOLDER / f"{treaty.id}.yaml").read_text(encoding="utf-8")

    assert [key for key in treaty.sources if not re.search(rf"source: {key}\b", text)] == []
    assert all(source.as_of <= treaty.last_checked.isoformat() for source in treaty.sources.values())


def test_a_points_table_adds_up_to_what_its_text_prints():
    totals = {("ets147_1992", "points"): 19, ("cets220_2017", "points_fiction"): 21, ("cets220_2017", "points_animation"): 23,
              ("cets220_2017", "points_documentary"): 16}  # fmt: skip
    found = {(t.id, c.id): sum(p.points for p in c.values[0].value) for t, c in RULES if c.kind == "points_table"}

    assert found == totals


def test_the_catalogue_checks_them_too():
    assert CATALOG.check() == []
