"""``estimate --compare-cities``: one table, every format, and every way in which it can go wrong."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
title: Two Cities
as_of: 2026-09-30
partners:
  ru: {name: A, country: RU, currency: RUB, share: 60%, delegate: true}
  rs: {name: B, country: RS, currency: RSD, share: 40%}
schedule: {shoot_days: {moscow: 14, belgrade: 6}}
budget: {template: feature_low}
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_table_has_the_film_as_it_stands_and_a_row_a_city(call, two) -> None:
    done = call("estimate", two, "--compare-cities", "belgrade, sofia", columns=80)

    assert done.code == 0
    assert done.out.index("As it stands") < done.out.index("Belgrade") < done.out.index("Sofia")
    assert "follows the shoot" in done.err, "what was kept and what was changed is said"
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_city_without_prices_is_a_row_that_says_why(call, two) -> None:
    done = call("estimate", two, "--compare-cities", "berlin,sofia")

    assert done.code == 0
    assert "no price" in done.out
    assert "no price in Berlin of" in " ".join(done.out.split())


def test_of_all_cities_the_cheapest_comes_first_and_the_unpriced_last(call, two) -> None:
    rows = json.loads(call("estimate", two, "--compare-cities", "all", "--format", "json").out)["cities"]
    costs = [row["net_cost"] for row in rows[1:]]
    known = [cost for cost in costs if cost is not None]

    assert rows[0]["city"] is None
    assert known == sorted(known)
    assert costs[len(known) :] == [None] * (len(costs) - len(known))
    assert {row["city"] for row in rows if row["problems"]} >= {"berlin"}


def test_json_csv_and_markdown_hold_the_same_figures(call, two) -> None:
    def out(form: str) -> str:
        return call("estimate", two, "--compare-cities", "belgrade,berlin", "--format", form).out

    found = json.loads(out("json"))
    rows = list(csv.DictReader(io.StringIO(out("csv"))))

    assert (found["format"], found["version"]) == ("coprod-budget/compare-cities", 1)
    assert (
        [row["city"] or None for row in rows]
        == [row["city"] for row in found["cities"]]
        == [None, "belgrade", "berlin"]
    )
    assert math.isclose(float(rows[1]["gross"]), found["cities"][1]["gross"])
    assert rows[2]["gross"] == ""
    assert f"{found['cities'][1]['gross']:,.2f}" in out("md")


def test_overrides_and_data_count(call, two) -> None:
    def gross(*more: str) -> float:
        done = call("estimate", two, "--compare-cities", "sofia", "--format", "json", *more)
        found: float = json.loads(done.out)["cities"][1]["gross"]
        return found

    assert gross("--set", "schedule.shoot_days.belgrade=16") > gross()


@pytest.mark.parametrize("name", ["cities.json", "cities.csv", "cities.md"])
def test_it_is_written_to_a_file(call, two, tmp_path: Path, name: str) -> None:
    done = call("estimate", two, "--compare-cities", "sofia", "--out", tmp_path / name)

    assert (done.code, done.out) == (0, "")
    assert "Sofia" in (tmp_path / name).read_text(encoding="utf-8")


def test_standard_input_is_read_too(call) -> None:
    assert "Sofia" in call("estimate", "-", "--compare-cities", "sofia", text=TEXT).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--compare-cities", "sophia"], "did you mean sofia?"),
        (["--compare-cities", " , "], "name cities"),
        (["--compare-cities", "sofia", "--show", "budget"], "--show"),
        (["--compare-cities", "sofia", "--scenario", "base"], "--scenario"),
        (["--compare-cities", "sofia", "--out", "x.xlsx"], ".json, .csv, .md"),
        (["--compare-cities", "sofia", "--out", "x.csv", "--format", "json"], "leave --format out"),
        (["--compare-cities", "sofia", "--out", "no/such/folder/x.csv"], "cannot write"),
    ],
)
def test_wrong_use_is_said(call, two, arguments: list[str], words: str) -> None:
    done = call("estimate", two, *arguments)

    assert done.code == 2
    assert words in " ".join(done.err.replace("│", " ").split())


def test_a_film_without_a_price_of_its_own_is_an_error(call, two) -> None:
    done = call("estimate", two, "--set", "schedule.shoot_days={berlin: 20}", "--compare-cities", "sofia")

    assert done.code == 4
    assert "Berlin" in done.err
