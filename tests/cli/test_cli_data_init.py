"""``data`` shows what ships; ``init`` writes a project that estimates as it stands."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from pathlib import Path

LOOKS = ("cities", "items", "items --department camera", "rates belgrade", "rates --item gaffer", "fx", "fx RUB", "fx --month 2025-01",
         "charges", "charges RS", "charges --year 2025", "terms", "terms RU", "templates", "templates feature_low", "sources",
         "sources --stale 365", "sources --stale 365 --on 2026-01-01")  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_every_table_can_be_looked_at_in_every_format(call, look: str) -> None:
    for form in ("table", "md", "csv", "json"):
        done = call("data", *look.split(), "--format", form, columns=80)

        assert done.code == 0, done.err
        assert len(done.out.splitlines()) > 2
        if form == "json":
            assert json.loads(done.out)
        if form == "table":
            assert max(map(cell_len, done.out.splitlines())) <= 80


def test_prices_of_one_item_are_compared_between_cities(call) -> None:
    rows = json.loads(call("data", "rates", "--item", "gaffer", "--format", "json").out)

    assert {"Moscow", "Belgrade"} <= {r["city"] for r in rows}
    assert all(r["basis"] and r["source"] for r in rows)


def test_stale_sources_are_older_than_asked(call) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(call("data", "sources", "--stale", "900", "--on", "2026-06-30", "--format", "csv").out)
        )
    )
    days = [r["Date"] for r in rows if re.fullmatch(r"\d{4}-\d\d-\d\d", r["Date"])]

    assert rows
    assert all(day < "2024-02-01" for day in days)


def test_the_schema_is_a_json_schema(call) -> None:
    schema = json.loads(call("data", "schema").out)

    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "partners" in schema["properties"]


def test_an_added_folder_is_looked_at_too(call, tmp_path: Path) -> None:
    header = "item,unit,low,mid,high,currency,as_of,basis,source_title"
    (tmp_path / "berlin.csv").write_text(
        f"{header}\ngaffer,shift,300,400,500,EUR,2026-09,quoted,our own offer\n", encoding="utf-8"
    )
    done = call("data", "rates", "--item", "gaffer", "--data", tmp_path, "--format", "csv")

    assert "our own offer" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("rates belgrad", 2, "did you mean belgrade?"),
        ("rates", 2, "name a city"),
        ("rates belgrade --item gaffer", 2, "name a city"),
        ("rates --item gafer", 2, "gaffer"),
        ("rates gaffer", 2, "--item gaffer"),
        ("fx XXX", 2, "no currency"),
        ("fx --month 2026-13", 2, "not a month"),
        ("fx --month 1950-01", 4, "no exchange rates of 1950-01"),
        ("fx RUB --month 2026-01", 2, "leave the currency out"),
        ("charges ZZ", 2, "no country"),
        ("charges RS --year 1990", 4, "no employer charges of RS in 1990"),
        ("terms zz", 2, "no territory"),
        ("templates feature_lo", 2, "did you mean feature_low?"),
        ("items --department camra", 2, "did you mean camera?"),
        ("sources --on 2026-01-01", 2, "--stale"),
        ("sources --stale 10 --on soon", 2, "not a day"),
        ("cities --data nowhere", 3, "no such data folder"),
        ("", 2, "Usage"),
    ],
)
def test_a_wrong_question_gets_a_helpful_answer(call, arguments: str, code: int, words: str) -> None:
    done = call("data", *arguments.split())

    assert done.code == code
    assert words in " ".join((done.err + done.out).split())


def test_the_written_project_estimates_as_it_stands(call, tmp_path: Path) -> None:
    done = call("init", tmp_path / "film")
    project = tmp_path / "film" / "project.yaml"

    assert done.code == 0
    assert f"wrote {project}" in done.err
    assert call("estimate", project).code == 0
    assert call("check", project).code == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--title", 'A "film": with [signs] & émigrés', "--days", "moscow=12", "--days", "belgrade=3.5"],
        ["--days", "sofia=9", "--template", "documentary"],
        ["--days", "moscow=1", "--days", "belgrade=1", "--days", "budapest=1", "--currency", "RSD"],
        ["--title", "no", "--days", "tbilisi=10"],
        ["--title", "# not a comment", "--days", "novi_sad=10"],
    ],
)
def test_every_choice_gives_a_project_that_estimates_with_and_without_revenue(
    call, tmp_path: Path, options: list[str]
) -> None:
    assert call("init", tmp_path, *options).code == 0
    project = tmp_path / "project.yaml"
    found = json.loads(call("estimate", project, "--format", "json").out)
    if "--title" in options:
        assert found["project"]["title"] == options[1]

    text = project.read_text(encoding="utf-8")
    head, block = text.split("# revenue:")
    project.write_text(head + "revenue:" + re.sub(r"^# ", "", block, flags=re.MULTILINE), encoding="utf-8")
    done = call("estimate", project, "--format", "json")

    assert done.code == 0, done.err
    assert [s["name"] for s in json.loads(done.out)["scenarios"]] == ["low", "high"]


def test_nothing_is_ever_overwritten(call, tmp_path: Path) -> None:
    project = tmp_path / "project.yaml"
    project.write_text("mine", encoding="utf-8")
    done = call("init", tmp_path)

    assert done.code == 2
    assert "not overwritten" in done.err
    assert project.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--days", "atlantis=3"], "no city 'atlantis'"),
        (["--days", "moscow"], "is not like belgrade=10"),
        (["--days", "moscow=-3"], "is not like belgrade=10"),
        (["--days", "moscow=0"], "no shooting day"),
        (["--days", "moscow=1", "--days", "moscow=2"], "named twice"),
        (["--template", "feature_hi"], "no template"),
        (["--currency", "EURO"], "no currency"),
    ],
)
def test_a_wrong_choice_writes_nothing(call, tmp_path: Path, options: list[str], words: str) -> None:
    done = call("init", tmp_path / "new", *options)

    assert done.code == 2
    assert words in done.err
    assert not any(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said_in_words(call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = call("init", tmp_path / "file" / "below")

    assert done.code == 2
    assert "cannot write" in done.err


def test_in_a_terminal_it_asks_for_what_was_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from coprod_budget.cli import init

    answers = {"Title of the film": "Asked", "Shooting days by city": "belgrade=4, sofia=2"}
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(sys, "stdout", _Terminal())
    monkeypatch.setattr(init.typer, "prompt", lambda text, **_: answers[text])
    init.init(tmp_path)
    text = (tmp_path / "project.yaml").read_text(encoding="utf-8")

    assert 'title: "Asked"' in text
    assert "shoot_days: {belgrade: 4, sofia: 2}" in text


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
