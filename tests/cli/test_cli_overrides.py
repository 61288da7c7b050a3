"""Overrides on the command line: variants, files of changes, relative changes of what the data say, the whole configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from coprod_budget import api
from coprod_budget.yaml_reader import read_yaml

DANUBE = Path(__file__).parents[2] / "examples" / "danube_crossing" / "project.yaml"
VARIANTS = """\
base: {base}
title: "Variants, or: what if"
fx.RSD*: 2
finance:
  - {{id: fund, amount: 390000}}
variants:
  cheap:
    label: Cheaper
    budget: {{level: low}}
    fx.RUB*: 1.25
  late: {{schedule: {{start: 2027-04-01}}}}
"""


@pytest.fixture
def danube(tmp_path: Path) -> Path:
    """The worked example, and a file on it with two variants."""
    (tmp_path / "film.yaml").write_text(DANUBE.read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "variants.yaml"
    path.write_text(VARIANTS.format(base="film.yaml"), encoding="utf-8")
    return path


def by_path(configuration: list[dict[str, object]]) -> dict[str, tuple[object, object]]:
    return {str(entry["path"]): (entry["value"], entry["origin"]) for entry in configuration}


def test_a_variant_is_its_changes_one_by_one(danube) -> None:
    sets = ["fx.RSD*=2", "budget.level=low", "fx.RUB*=1.25", "finance[fund].amount=390000"]
    by_hand = api.estimate(api.load(DANUBE, sets))
    chosen = api.estimate(api.load(danube, variants=["cheap"]))

    assert [chosen[key] for key in chosen.keys()] == [by_hand[key] for key in by_hand.keys()]  # noqa: SIM118


def test_every_command_that_reads_a_film_takes_variants_and_text(call, danube) -> None:
    more = ("--variant", "cheap", "--set-text", "title=1984")
    estimate = json.loads(call("estimate", danube, *more, "--format", "json").out)

    assert estimate["project"]["title"] == "1984"
    assert "low" in call("estimate", danube, *more).out
    assert "variant cheap" in " ".join(call("explain", danube, "fx.RUB", *more, columns=200).out.split())
    assert call("check", danube, *more).code == 0


def test_a_rate_of_the_table_is_multiplied_where_the_file_fixes_none(call, danube) -> None:
    table = api.load(danube).catalog.fx("RUB", api.load(danube).project.as_of).per_eur
    done = call("estimate", danube, "--set", "fx.RUB*=1.25", "--show-config", "--format", "json")

    value, origin = by_path(json.loads(done.out))["fx.RUB"]
    assert value == pytest.approx(1.25 * table)
    assert origin == "--set fx.RUB*=1.25"
    refused = call("estimate", danube, "--set", "fx.XAU*=1.25")
    assert (refused.code, refused.err) == (
        3, "--set fx.XAU*=1.25: *= needs a number that is there already; give the value itself: fx.XAU=...\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("budget.params.extras_per_day", "budget.params.extras_per_day"),
        ("budget.params.crew_on_set", "budget.params.crew_on_set"),
        ("budget.charges.insurance.rate", "budget.charges.insurance.rate"),
        ("revenue.territories.RS.exhibitor", "revenue.territories.RS.exhibitor"),
    ],
)
def test_numbers_of_template_and_data_are_multiplied_from_where_they_stand(path, key) -> None:
    more = [f"~{path}"] if "exhibitor" in path else []
    plain, changed = (api.estimate(api.load(DANUBE, [*more, *sets])) for sets in ([], [f"{path}*=1.5"]))

    assert changed[key] == pytest.approx(1.5 * plain[key])


def test_a_file_of_changes_is_named_with_its_own_lines(call, film, tmp_path: Path) -> None:
    terms = tmp_path / "terms.yaml"
    terms.write_text("budget:\n  level: cheap\nschedule.wrap_week: 3\n", encoding="utf-8")
    done = call("estimate", film, "--set", f"@{terms}")

    assert done.code == 3
    assert done.err.splitlines() == [
        f"{terms}:2:10: `budget.level`: expected a choice, found 'cheap'; write one of low, mid, high",
        f"{terms}:3:1: there is no 'wrap_week' in `schedule`; did you mean wrap_weeks or prep_weeks?",
    ]


def test_check_tries_every_variant(call, danube) -> None:
    assert call("check", danube).code == 0
    text = danube.read_text(encoding="utf-8")
    wrong = text.replace("level: low", "levl: low").replace("2027-04-01}", "2027-04-01}, split.cities.belgrade: xx")
    danube.write_text(wrong + "  far: {partners.rs.currency: XAU}\n", encoding="utf-8")
    done = call("check", danube)

    assert done.code == 3
    assert [re.sub(r"^.*/", "", line).partition(";")[0] for line in done.err.splitlines()[:-1]] == [
        "variants.yaml:9:14: variant cheap: unknown key 'levl' in `budget`",
        "variants.yaml:11:41: variant late: unknown partner 'xx'",
        "variants.yaml:12:31: variant far: no exchange rate of XAU for 2026-09-30",
    ]
    assert "variant far" not in call("check", danube, "--variant", "late").err
    danube.write_text(danube.read_text(encoding="utf-8").replace("title:", "titel:"), encoding="utf-8")
    found = [re.sub(r"^.*/", "", line).partition(";")[0] for line in call("check", danube).err.splitlines()[:-1]]
    assert found == [
        "variants.yaml:2:1: unknown key 'titel'",
        "variants.yaml:9:14: variant cheap: unknown key 'levl' in `budget`",
        "variants.yaml:11:41: variant late: unknown partner 'xx'",
    ]


def test_an_unknown_variant_names_the_nearest(call, danube, film) -> None:
    assert call("estimate", danube, "--variant", "cheep").err == (
        "--variant cheep: there is no variant 'cheep'; did you mean cheap?\n"
    )
    assert call("estimate", film, "--variant", "x").err.endswith("the file has no `variants`\n")


def test_the_configuration_says_where_every_value_comes_from(call, danube) -> None:
    done = call(
        "estimate", danube, "--variant", "cheap", "--set", "schedule.prep_weeks=9", "--show-config", "--format", "json"
    )
    found = by_path(json.loads(done.out))
    folder = f"{danube.parent}/"

    assert found["title"] == ("Variants, or: what if", f"{danube}:2")
    assert found["as_of"][1].startswith(f"{folder}film.yaml:")
    assert found["budget.level"] == ("low", f"variant cheap ({danube}:9)")
    assert found["schedule.prep_weeks"] == (9, "--set schedule.prep_weeks=9")
    assert found["finance[fund].amount"] == (390000, f"{danube}:5")
    assert found["finance[fund].counts"] == (True, "default")
    assert found["budget.params.crew_on_set"] == (60, "template feature_medium")
    assert found["budget.charges.insurance.rate"] == (0.02, "template feature_medium")
    assert found["fx.RSD"][1] == f"{danube}:3"
    plain = by_path(json.loads(call("estimate", DANUBE, "--show-config", "--format", "json").out))
    assert plain["fx.RSD"][1].startswith("data: ")
    assert "fx.EUR" not in found
    assert "variants.late.schedule.start" not in found


def test_the_configuration_read_again_is_the_same_film(call, danube, tmp_path: Path) -> None:
    done = call("estimate", danube, "--variant", "cheap", "--show-config", columns=80)
    again = tmp_path / "again.yaml"
    again.write_text(done.out, encoding="utf-8")
    one, other = api.estimate(api.load(danube, variants=["cheap"])), api.estimate(again)

    assert {key: one[key] for key in one.keys()} == {key: other[key] for key in one.keys()}  # noqa: SIM118
    assert read_yaml(done.out, "").data["title"] == "Variants, or: what if"


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_configuration_keeps_to_the_width(call, danube, columns) -> None:
    lines = call("check", danube, "--show-config", columns=columns).out.splitlines()
    data = {width: read_yaml(call("check", danube, "--show-config", columns=width).out, "").data for width in (60, 200)}

    assert data[60] == data[200]
    assert sum(len(line) > columns for line in lines) == 0
    assert sum(line.rstrip().endswith("# default") for line in lines) > 50


def test_a_configuration_is_printed_whole(call, film, tmp_path: Path) -> None:
    for more in (
        ("--format", "csv"),
        ("--show", "budget"),
        ("--out", tmp_path / "x.json"),
        ("--compare-cities", "all"),
    ):
        done = call("estimate", film, "--show-config", *more)
        assert (done.code, more[0] in done.err) == (2, True)


def test_standard_input_is_read_once_and_has_no_base(call, film, danube) -> None:
    text = film.read_text(encoding="utf-8") + "variants: {low: {budget: {level: low}}, odd: {budget: {level: odd}}}\n"
    done = call("check", "-", text=text)

    assert done.code == 3
    assert "<stdin>:" in done.err
    assert "variant odd: `budget.level`" in done.err
    done = call("estimate", "-", text=danube.read_text(encoding="utf-8"))
    assert "<stdin>:1:7: `base`: a project that is not read from a file has no folder to look in" in done.err
