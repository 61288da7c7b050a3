"""``estimate``: formats, sections, overrides, files, and every way in which it can go wrong."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "openpyxl", "xlsxwriter", "matplotlib", "scipy")


def test_the_screen_shows_budget_partners_revenue_and_returns(call, film) -> None:
    done = call("estimate", film)

    assert done.code == 0
    for words in ("Ruby & Rain", "Budget by account", "Who bears the cost", "producers' receipts", "Who is paid, in order",
                  "What comes back", "Home box-office gross", "Checks: all", "33.2% quoted"):  # fmt: skip
        assert words in done.out


def test_sections_are_shown_as_asked_for(call, film) -> None:
    done = call("estimate", film, "--show", "lines,sources", "--show", "budget")

    assert done.code == 0
    assert (
        done.out.index("Budget by account") < done.out.index("Budget lines") < done.out.index("Where the figures come")
    )
    assert "Who bears the cost" not in done.out


def test_the_steps_of_the_revenue_are_shown_when_asked_for(call, film) -> None:
    assert "cinemas" not in call("estimate", film).out
    assert "cinemas" in call("estimate", film, "--show", "revenue").out


def test_overrides_change_the_estimate(call, film) -> None:
    total = json.loads(call("estimate", film, "--format", "json").out)["budget"]["total"]
    done = call("estimate", film, "--format", "json", "--set", "budget.lines[lead].rate*=2", "--set", "title=Other")
    other = json.loads(done.out)

    assert other["project"]["title"] == "Other"
    assert other["budget"]["total"] > total


def test_one_scenario_is_reported_alone(call, film) -> None:
    found = json.loads(call("estimate", film, "--scenario", "base", "--format", "json").out)

    assert [s["name"] for s in found["scenarios"]] == ["base"]
    assert "Festival film" not in call("estimate", film, "--scenario", "base").out
    assert call("estimate", film, "--scenario", "all").code == 0


def test_csv_and_markdown_go_to_standard_output_and_nothing_else_does(call, film) -> None:
    rows = list(csv.DictReader(io.StringIO(call("estimate", film, "--format", "csv").out)))
    total = json.loads(call("estimate", film, "--format", "json").out)["budget"]["total"]

    assert math.isclose(sum(float(r["total"]) for r in rows), total, abs_tol=1e-4)
    assert call("estimate", film, "--format", "md").out.startswith("# Ruby & Rain\n")


def test_standard_input_is_read_with_a_dash(call, film) -> None:
    text = film.read_text(encoding="utf-8")

    assert "Ruby & Rain" in call("estimate", "-", text=text).out
    wrong = call("estimate", "-", text=text.replace("as_of:", "as_off:"))
    assert wrong.code == 3
    assert "<stdin>:3:1: " in wrong.err
    assert call("estimate", "-", text=b"\x00\x01").code == 3


def test_warnings_go_to_standard_error(call, film) -> None:
    text = film.read_text(encoding="utf-8").split("revenue:")[0]
    done = call("estimate", "-", "--format", "json", text=text)

    assert done.code == 0
    assert "warning: no box-office scenarios" in done.err
    assert json.loads(done.out)["warnings"][0]["code"] == "W401"


@pytest.mark.parametrize("suffix", [".json", ".csv", ".md", ".xlsx", ".JSON"])
def test_the_ending_of_the_file_decides_its_format(call, film, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"result{suffix}"
    done = call("estimate", film, "--out", out)

    assert (done.code, done.out) == (0, "")
    assert done.err == f"wrote {out}\n"
    start = {".xlsx": b"PK", ".md": b"# Ruby", ".csv": b"kind,", ".json": b"{"}[suffix.lower()]
    assert out.read_bytes().startswith(start)


def test_an_existing_file_is_replaced(call, film, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    out.write_text("old", encoding="utf-8")

    assert call("estimate", film, "--out", out).code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["project"]["title"] == "Ruby & Rain"


def test_sections_and_scenario_hold_for_a_markdown_file(call, film, tmp_path: Path) -> None:
    out = tmp_path / "result.md"
    call("estimate", film, "--out", out, "--show", "returns", "--scenario", "high")
    text = out.read_text(encoding="utf-8")

    assert "A hit in both countries" in text
    assert "Festival film" not in text
    assert "Budget by account" not in text


def test_an_unwritable_place_is_said_in_one_line(call, film, tmp_path: Path) -> None:
    done = call("estimate", film, "--out", tmp_path / "nowhere" / "x.json")
    assert done.code == 2
    assert "cannot write" in done.err

    folder = tmp_path / "folder.json"
    folder.mkdir()
    done = call("estimate", film, "--out", folder)
    assert done.code == 2
    assert "Is a directory" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["folder.json"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--show", "bugdet"], "did you mean budget?"),
        (["--show", ","], "name sections: budget"),
        (["--scenario", "bse"], "did you mean base?"),
        (["--format", "xml"], "xml"),
        (["--out", "x.pdf"], ".xlsx, .json, .csv, .md"),
        (["--out", "x"], ".xlsx, .json, .csv, .md"),
        (["--out", "x.json", "--format", "csv"], "csv does not go into a .json file"),
        (["--format", "json", "--show", "lines"], "complete"),
        (["--format", "csv", "--scenario", "base"], "no scenario changes"),
        (["--out", "x.xlsx", "--scenario", "base"], "every scenario"),
        (["--colour"], "--colour"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_helps(call, film, arguments: list[str], words: str) -> None:
    done = call("estimate", film, *arguments)

    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert done.out == ""


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\x7fELF\x00\x01", "binary file"),
        (b"\xff\xfet\x00", "UTF-16"),
        (b"caf\xe9: 1", "not UTF-8"),
        (b"title: [a", "film.yaml:2:1: this is not YAML"),
        (b"title: a\ntitle: b\n", "film.yaml:2:1: "),
        (b"- a\n- b\n", "film.yaml:1:1: "),
        (b"x: &a 1\ny: *a\n", "film.yaml:"),
    ],
)
def test_a_file_that_is_no_project_is_refused_in_words(call, tmp_path: Path, data: bytes, words: str) -> None:
    done = call("estimate", _write(tmp_path / "film.yaml", data))

    assert done.code == 3
    assert words in done.err
    assert done.out == ""


def test_a_missing_file_and_a_folder_are_said_in_words(call, tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        done = call("estimate", path)

        assert done.code == 3
        assert words in done.err
        assert done.err.count("\n") == 1


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_its_lines(call, film) -> None:
    text = film.read_text(encoding="utf-8").replace("share: 60%", "share: sixty").replace("weight: 30%", "weight: x")
    done = call("estimate", "-", text=text.replace("kind: grant", "kind: gift"))
    lines = [int(line.split(":")[1]) for line in done.err.splitlines()]

    assert done.code == 3
    assert len(lines) >= 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ("schedule.shoot_days.atlantis=3", 4, "atlantis"),
        ("budget.lines[crew].city=atlantis", 3, "atlantis"),
        ("partners.ru.currency=XAU", 4, "XAU"),
        ("budget.lines[lead].currency=XTS", 4, "XTS"),
        ("budget.template=feature_huge", 4, "feature_"),
        ("budget.lines[nobody].rate=3", 3, "--set budget.lines[nobody].rate=3"),
        ("bugdet.level=low", 3, "budget"),
        ("budget.level=cheap", 3, "--set budget.level=cheap"),
        ("nonsense", 3, "--set nonsense"),
    ],
)
def test_what_is_not_known_is_named(call, film, change: str, code: int, words: str) -> None:
    done = call("estimate", film, "--set", change)

    assert done.code == code, done.err
    assert words in done.err


def test_a_missing_price_names_the_item_and_exits_with_4(call, film) -> None:
    text = film.read_text(encoding="utf-8").replace(
        "budget:\n  lines:", "budget:\n  lines:\n    - {id: g, account: electric, item: gaffer, city: berlin}"
    )
    done = call("estimate", "-", text=text)

    assert done.code == 4
    assert "gaffer" in done.err
    assert "<stdin>:" in done.err


def test_a_data_folder_that_is_not_there_is_refused(call, film, tmp_path: Path) -> None:
    done = call("estimate", film, "--data", tmp_path / "no")

    assert done.code == 3
    assert "no such data folder" in done.err


def test_control_characters_of_a_file_do_not_reach_the_terminal(call, film) -> None:
    text = film.read_text(encoding="utf-8").replace("title: Ruby & Rain", 'title: "\\e[31mRed\\e]0;x\\a"\nwrong: 1')
    done = call("estimate", "-", text=text)
    good = call("estimate", "-", text=text.replace("wrong: 1\n", ""))

    assert "\x1b" not in done.err + good.out + good.err


@pytest.mark.parametrize("command", ["--help", "--version", "estimate", "check"])
def test_nothing_heavy_is_loaded_for_what_is_shown_on_the_screen(film, command: str) -> None:
    import subprocess

    arguments = [command] if command.startswith("-") else [command, str(film)]
    program = (
        "import sys; from coprod_budget.cli.main import app\n"
        f"try:\n    app({arguments!r})\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)

    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr


def test_prices_of_added_tables_are_named_under_the_estimate(call, tmp_path: Path) -> None:
    project = tmp_path / "project.yaml"
    project.write_text("""
title: Own prices
as_of: 2026-09-30
partners: {ru: {name: A, country: RU, currency: RUB, share: 100%}}
schedule: {shoot_days: {moscow: 1}}
budget: {lines: [{account: electric, description: Gaffer, item: gaffer, city: moscow}]}
""", encoding="utf-8")  # fmt: skip
    table = tmp_path / "own" / "cost_tables" / "moscow.csv"
    table.parent.mkdir(parents=True)
    table.write_text("item,mid,currency,basis,source_title\ngaffer,30000,RUB,quoted,an offer\n", encoding="utf-8")

    assert "Prices of added tables" not in call("estimate", project).out
    done = call("estimate", project, "--data", tmp_path / "own")
    assert "moscow.csv (1 line)" in " ".join(done.out.split())


def test_the_trace_follows_every_receipt_of_one_scenario(call, film) -> None:
    done = call("estimate", film, "--show", "trace", "--scenario", "high")

    assert done.code == 0
    assert "Where every receipt went: A hit in both countries, EUR" in done.out
    assert "2 step_2" in done.out
    assert "Festival film" not in done.out
