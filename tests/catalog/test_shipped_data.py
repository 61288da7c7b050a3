"""What must hold for every row that ships: the data are edited by people who do not run the program."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from itertools import pairwise

import pytest
from frictionless import Package
from jsonschema import Draft202012Validator

from coprod_budget.catalog import data_directory, open_catalog
from coprod_budget.catalog.prices import BASES
from coprod_budget.yaml_reader import read_yaml

DATA = data_directory()
CATALOG = open_catalog()
CITIES = sorted(CATALOG.cities)
THIRTY_ROLES = [
    "director_of_photography", "camera_operator", "first_assistant_camera", "second_assistant_camera", "dit",
    "gaffer", "electrician", "key_grip", "first_assistant_director", "second_assistant_director",
    "production_manager", "location_manager", "script_supervisor", "production_assistant",
    "production_accountant", "production_sound_mixer", "boom_operator", "production_designer",
    "art_assistant", "set_decorator", "prop_master", "costume_designer", "key_makeup_hair",
    "production_driver", "editor", "assistant_editor", "colourist", "rerecording_mixer", "sound_editor",
    "vfx_editor",
]  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_whole_catalogue_reads_without_a_problem():
    assert CATALOG.check() == []


def test_the_data_package_is_valid_table_by_table():
    report = Package(str(DATA / "datapackage.yaml")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "message"])


def test_every_table_on_disk_is_described_in_the_data_package():
    described = {r.path for r in Package(str(DATA / "datapackage.yaml")).resources}
    ours = [p for folder in ("cost_tables", "charts", "fx", "box_office") for p in (DATA / folder).rglob("*.csv")]
    assert {p.relative_to(DATA).as_posix() for p in ours} <= described


def test_employer_charges_fit_their_schema():
    schema = json.loads((DATA / "taxes/employer_charges.schema.json").read_text(encoding="utf-8"))
    text = (DATA / "taxes/employer_charges.yaml").read_text(encoding="utf-8")
    Draft202012Validator.check_schema(schema)
    assert [e.message for e in Draft202012Validator(schema).iter_errors(read_yaml(text, "charges").data)] == []


@pytest.mark.parametrize("city", CITIES)
def test_every_price_has_a_known_item_its_unit_an_order_a_source_a_basis_and_a_currency_we_can_convert(city):
    for price in CATALOG.prices(city).values():
        assert price.unit == CATALOG.items[price.item].unit
        assert price.low is None or price.low <= price.mid
        assert price.high is None or price.mid <= price.high
        assert price.basis in BASES
        assert len(price.source.title) > 3
        assert price.currency in CATALOG.currencies
        assert CATALOG.fx(price.currency, date(2026, 9, 30)).per_eur > 0


@pytest.mark.parametrize("city", CITIES)
def test_tables_are_sorted_by_item_so_that_a_change_shows_as_one_line(city):
    items = [r["item"] for r in rows(f"cost_tables/{city}.csv")]
    assert items == sorted(set(items))


@pytest.mark.parametrize("city", CITIES)
def test_a_row_without_an_address_names_a_source_that_a_reader_can_find(city):
    for price in CATALOG.prices(city).values():
        assert price.source.url or re.search(
            r"\b(19|20)\d\d\b|public source", price.source.title + price.source.note
        ), price.item


@pytest.mark.parametrize("table", ["ratios", "statistics", *CITIES])
def test_an_address_can_be_opened_as_it_stands(table):
    """Numbers of articles and paths inside a repository belong to the title of the source."""
    addresses = {a for row in rows(f"cost_tables/{table}.csv") for a in row["source_url"].split(" ; ") if a}
    assert [a for a in addresses if not re.fullmatch(r"https?://[\w.-]*\w(/[^\s()]*)?", a)] == []
    assert [a for a in addresses if a.count("http") > 1] == []


@pytest.mark.parametrize("city", CITIES)
def test_a_row_without_a_date_says_so(city):
    undated = [p for p in CATALOG.prices(city).values() if not p.as_of]
    assert all(re.search("undated|old list", p.source.note) for p in undated), [p.item for p in undated]


def test_no_price_of_a_thing_that_nobody_priced_is_called_sourced():
    for city in CITIES:
        for price in CATALOG.prices(city).values():
            assert "unsourced" not in price.source.title
            assert price.basis != "assumed"


@pytest.mark.parametrize("city", sorted(set(CITIES) - {"berlin", "los_angeles"}))
def test_all_thirty_crew_roles_are_priced_per_shift(city):
    assert len(THIRTY_ROLES) == 30
    for role in THIRTY_ROLES:
        price = CATALOG.price(city, role)
        assert price is not None, role
        assert price.unit == "shift"


def test_the_departments_of_chart_and_vocabulary_are_the_same():
    assert set(CATALOG.chart()) == set(CATALOG.departments)


def test_codes_of_the_chart_rise_with_the_groups():
    chart = CATALOG.chart()
    groups = {"above_the_line": [], "production": [], "post": [], "other": []}
    for department in CATALOG.departments.values():
        groups[department.group].append(int(chart[department.id].code))
    assert max(groups["above_the_line"]) < 2000 <= min(groups["production"])
    assert max(groups["production"]) < 5000 <= min(groups["post"])
    assert max(groups["post"]) < 6000 <= min(groups["other"])


def test_every_department_that_pays_people_has_items():
    assert set(CATALOG.departments) - {i.department for i in CATALOG.items.values()} <= {
        "development", "atl_travel", "second_unit", "insurance", "finance_costs",
    }  # fmt: skip


def test_every_currency_has_every_month_since_its_first():
    months: dict[str, list[str]] = {}
    for row in rows("fx/per_eur_monthly.csv"):
        months.setdefault(row["currency"], []).append(row["month"])
    for currency, found in months.items():
        for one, following in pairwise(found):
            year, month = map(int, one.split("-"))
            assert following == f"{year + month // 12}-{month % 12 + 1:02d}", currency


def test_every_currency_of_a_city_has_an_exchange_rate():
    assert {c.currency for c in CATALOG.cities.values()} <= set(CATALOG.currencies)


def test_the_rouble_of_march_2022_is_not_the_panic_quote():
    assert CATALOG.fx("RUB", date(2022, 3, 15)).per_eur < 117.201  # the last ECB fixing, of 1 March 2022


def test_terms_without_a_source_are_assumed():
    unsourced = [t for t in CATALOG.terms.values() if t.confidence == "unsourced"]
    assert unsourced
    assert all(t.basis == "assumed" and not t.source.url for t in unsourced)


def test_shares_of_the_box_office_are_fractions():
    for (territory, key), term in CATALOG.terms.items():
        if term.unit.startswith("of_"):
            assert 0 <= term.low <= term.value <= term.high <= 1, (territory, key)
