"""What the page about the data promises to people who keep them, tried as they would."""

from __future__ import annotations

import re

import pytest
from pages import DOCS, files_of, generate

from coprod_budget.catalog import data_directory, open_catalog
from coprod_budget.errors import ProjectError

PAGE = (DOCS / "data.md").read_text(encoding="utf-8")


@pytest.fixture
def own_folder(tmp_path):
    for name, text in files_of(PAGE).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "my_data"


def test_the_tables_of_ones_own_on_the_page_add_and_override(own_folder):
    catalog = open_catalog([own_folder])

    assert catalog.check() == []
    assert catalog.price("belgrade", "gaffer").mid == 30000
    assert catalog.price("belgrade", "gaffer").file == str(own_folder / "belgrade.csv")
    assert catalog.price("belgrade", "editor") == open_catalog().price("belgrade", "editor")
    assert catalog.price("strelsau", "gaffer").currency == "EUR"


def test_a_file_without_a_place_is_a_warning(own_folder):
    (own_folder / "belgrad.csv").write_text("item,mid\n")

    assert [p.severity for p in open_catalog([own_folder]).check()] == ["warning"]


def test_departments_and_units_cannot_be_added_to(own_folder):
    (own_folder / "units.csv").write_text("id,label\nleague,league\n")
    (own_folder / "departments.csv").write_text("id,label,group,order\nmagic,Magic,other,999\n")
    catalog = open_catalog([own_folder])

    assert "league" not in catalog.units
    assert "magic" not in catalog.departments


def test_the_mistake_quoted_on_the_page_is_told_in_these_words(own_folder):
    quoted = re.search(r"`data/cost_tables/belgrade\.csv:12: ([^`]*)`", PAGE)[1]
    (own_folder / "belgrade.csv").write_text(
        "item,unit,mid,currency,basis,source_title\ngaffer,day,30000,RSD,quoted,An invented offer\n"
    )

    with pytest.raises(ProjectError) as error:
        open_catalog([own_folder]).prices("belgrade")

    assert str(error.value.problems[0]).endswith(f":2: {quoted}")


def test_every_folder_of_the_data_is_on_the_page():
    folders = {f"data/{p.name}/" for p in data_directory().iterdir() if p.is_dir()}
    files = {f"data/{p.name}" for p in data_directory().iterdir() if p.is_file()}

    assert set(re.findall(r"^\| `(data/[^`]*)` \|", PAGE, re.MULTILINE)) == folders | files


def test_every_file_that_may_be_overridden_is_one_the_catalogue_reads():
    listed = PAGE.partition("| a row of yours ... |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([\w/]+\.\w+)`", listed))
    tables = {r["path"].rpartition("/")[2] for r in generate.resources().values()} - {"us_4digit.csv"}

    readable = (tables - {"statistics.csv", "departments.csv", "units.csv"}) | {"employer_charges.yaml"}
    assert named == readable | {"charts/NAME.csv", "templates/NAME.yaml"}
