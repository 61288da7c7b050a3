"""The command ``simulate``: tables of 80 columns, pictures, files, exit codes, and what it says of mistakes."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from rich.cells import cell_len
from solve_films import PLAIN
from test_simulate_films import CREW, GROSS, POST, SECTION
from typer.testing import CliRunner

from coprod_budget.cli.main import app
from coprod_budget.whatif.simulate import run
from coprod_budget.whatif.study import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def film(tmp_path: Path) -> Path:
    place = tmp_path / "plain film.yaml"
    place.write_text(PLAIN + SECTION, encoding="utf-8")
    return place


def ask(*words: object, stdin: str | None = None) -> Result:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["simulate", *map(str, words)], input=stdin)

    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_tables_and_pictures_fit_into_80_columns(film: Path) -> None:
    done = ask(film, "--draws", 256, "--require", "budget.total <= 110000 in 10%")

    assert done.exit_code == 0
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    for told in ("Plain: 256 draws, EUR", "Cost and contingency", "Contingency that P80 needs", "Who has the investment back",
                 "budget.total <= 110000 in 10%", "What was drawn", "Total budget: share of the draws",
                 "Neva: received less put in" if "Neva: received" in done.stdout else "Fund: received less put in", "░"):  # fmt: skip
        assert told in done.stdout
    assert "seed 1" in done.stderr
    assert "Rank correlation of the uncertain numbers of the file: 0 for every two." in done.stderr


def test_json_says_everything_with_stable_names(film: Path) -> None:
    done = ask(film, "--draws", 300, "--seed", 7, "--sampler", "random", "--format", "json", "--metric", "budget.total")
    found = json.loads(done.stdout)

    assert list(found) == [
        "format", "version", "project", "meta", "metrics", "cost", "parties", "verdicts", "requirements", "uncertain", "prices",
        "over_time", "failed", "notes",
    ]  # fmt: skip
    assert (found["format"], found["version"]) == ("coprod-budget/simulate", 1)
    about = found["meta"]
    assert (about["draws"], about["seed"], about["sampler"], about["done"], about["failed"]) == (
        300,
        7,
        "random",
        300,
        0,
    )
    assert about["command"].endswith("--draws 300 --seed 7 --sampler random --metric budget.total")
    (metric,) = found["metrics"]
    assert metric["key"] == "budget.total"
    assert metric["as_it_stands"] == pytest.approx(110_000)
    assert metric["p5"] < metric["p50"] < metric["p95"]
    assert sum(metric["histogram"]["counts"]) == 300
    rate = next(one for one in found["uncertain"] if one["paths"] == ["budget.charges.contingency.rate"])
    assert (rate["basis"], rate["source"]) == ("derived", "our last three films")
    assert next(one for one in found["uncertain"] if one["paths"] == [CREW])["basis"] == "assumed"


def test_the_same_command_gives_the_same_answer(film: Path) -> None:
    first, again, other = (ask(film, "--draws", 64, "--seed", seed, "--format", "csv").stdout for seed in (1, 1, 2))

    assert first == again != other
    rows = list(csv.DictReader(io.StringIO(first)))
    assert rows[0]["key"] == "budget.total"
    assert float(rows[0]["p10"]) < float(rows[0]["mean"]) < float(rows[0]["p90"])


def test_markdown_holds_tables_and_pictures(film: Path, tmp_path: Path) -> None:
    done = ask(film, "--draws", 64, "--out", tmp_path / "found.md")
    text = (tmp_path / "found.md").read_text(encoding="utf-8")

    assert done.exit_code == 0
    assert "| Figure | As it stands |" in text
    assert text.count("```text") == 2


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_every_draw_goes_into_a_file(film: Path, tmp_path: Path, suffix: str) -> None:
    place = tmp_path / f"draws{suffix}"
    done = ask(film, "--draws", 5000, "--out", place)
    read = {".parquet": pd.read_parquet, ".csv": pd.read_csv, ".jsonl": lambda p: pd.read_json(p, lines=True)}[suffix]
    found = read(place)

    assert done.exit_code == 0
    assert list(found.columns[:5]) == ["run", CREW, POST, "budget.charges.contingency.rate", GROSS]
    assert found["run"].tolist() == list(range(1, 5001))
    assert set(found["status"]) == {"ok"}
    cost = 20 * found[CREW].round(2) + found[POST].round(2)
    assert np.allclose(found["budget.total"], cost * (1 + found["budget.charges.contingency.rate"]), atol=0.02)
    if suffix != ".parquet":
        beside = json.loads((tmp_path / f"draws{suffix}.meta.json").read_text(encoding="utf-8"))
        assert (beside["seed"], beside["draws"], beside["units"]["budget.total"]) == (1, 5000, "EUR")


def test_the_workbook_has_a_sheet_of_its_own_behind_the_live_ones(film: Path, tmp_path: Path) -> None:
    place = tmp_path / "found.xlsx"
    assert ask(film, "--draws", 128, "--out", place).exit_code == 0
    book = openpyxl.load_workbook(place)
    sheet = book["Simulation"]
    cells = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows() if row[0].value is not None}

    assert book.sheetnames[0] == "Summary"
    assert book.sheetnames[-1] == "Simulation"
    assert len(sheet._charts) == 2
    assert cells["Budget as it stands"][0] == pytest.approx(110_000)
    assert cells["Total budget"][0] == pytest.approx(110_000)
    assert not any(
        isinstance(cell.value, str) and cell.value.startswith("=") for row in sheet.iter_rows() for cell in row
    )


@pytest.mark.parametrize(("suffix", "begins"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_a_chart_is_the_same_file_every_time(film: Path, tmp_path: Path, suffix: str, begins: bytes) -> None:
    contents = []
    for name in ("first", "second"):
        place = tmp_path / f"{name}{suffix}"
        assert ask(film, "--draws", 64, "--chart", place).exit_code == 0
        contents.append(place.read_bytes())

    assert contents[0].startswith(begins)
    assert contents[0] == contents[1]
    if suffix == ".svg":
        assert b"Total budget" in contents[0]
        assert b"5 to 95% of the draws" in contents[0]


def test_without_matplotlib_it_says_what_to_install(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = ask(film, "--draws", 16, "--chart", tmp_path / "no.png")

    assert done.exit_code == 2
    assert "coprod-budget[charts]" in done.stderr
    assert not (tmp_path / "no.png").exists()


def test_without_pyarrow_it_says_what_to_install(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = ask(film, "--draws", 16, "--out", tmp_path / "no.parquet")

    assert done.exit_code == 2
    assert "coprod-budget[parquet]" in done.stderr


def test_a_requirement_that_too_few_draws_keep_is_exit_5(film: Path) -> None:
    done = ask(film, "--draws", 64, "--require", "budget.total <= 1")

    assert done.exit_code == 5
    assert "missed" in done.stdout


def test_draws_that_fail_are_exit_6_and_say_why() -> None:
    text = PLAIN + "\nuncertainty: {partners.ru.share: {dist: discrete, values: [55%, 60%], weights: [50%, 50%]}}\n"
    done = ask("-", "--draws", 4, "--metric", "budget.total", stdin=text)

    assert done.exit_code == 6
    assert "2 draws failed and are left out; draw " in done.stderr
    assert "the partners' shares sum to" in done.stderr


def test_where_every_draw_fails_nothing_is_told_but_why() -> None:
    text = PLAIN + "\nuncertainty: {partners.ru.share: {dist: uniform, low: 55%, high: 65%}}\n"
    done = ask("-", "--draws", 4, "--metric", "budget.total", stdin=text)

    assert done.exit_code == 3
    assert done.stdout == ""
    assert "none of the first 4 draws can be: the partners' shares sum to" in done.stderr


MISTAKES = {
    "unknown figure": (["--metric", "budget.totall"], 2, "budget.total"),
    "unknown figure of a requirement": (["--require", "gapp == 0"], 2, "no figure 'gapp'"),
    "no requirement": (["--require", "finance.gap is small"], 2, "cannot be read"),
    "no share": (["--require", "finance.gap == 0 in most"], 2, "share of the draws"),
    "no draws": (["--draws", "0"], 2, "0 draws"),
    "no sampler": (["--sampler", "dice"], 2, "sobol, lhs, random"),
    "no file of ours": (["--out", "found.docx"], 2, ".xlsx"),
    "another format": (["--out", "found.json", "--format", "csv"], 2, "leave --format out"),
    "no picture": (["--chart", "found.pdf"], 2, ".png or .svg"),
    "an override": (["--set", "budget.lines[crw].rate=3"], 3, "crew"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_said_before_anything_is_drawn(film: Path, name: str) -> None:
    words, code, said = MISTAKES[name]
    done = ask(film, *words)

    assert done.exit_code == code
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert not done.stdout


def test_a_film_without_uncertainty_is_told_what_to_write() -> None:
    done = ask("-", stdin=PLAIN)

    assert done.exit_code == 2
    assert "add a section `uncertainty`" in " ".join(done.stderr.split())


def test_a_folder_that_is_not_there_is_no_mistake_of_the_program(film: Path, tmp_path: Path) -> None:
    done = ask(film, "--draws", 4, "--out", tmp_path / "nowhere" / "found.json")

    assert done.exit_code == 2
    assert "cannot write" in done.stderr


def test_ctrl_c_shows_what_is_done(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run.run_all

    def stopped(*args: Any) -> Iterator[Any]:
        yield next(whole(*args))
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run_all", stopped)
    done = ask(film, "--draws", 3 * BLOCK, "--metric", "budget.total")

    assert done.exit_code == 130
    assert f"Stopped after {BLOCK:,} of {3 * BLOCK:,} draws" in done.stderr
    assert f"Plain: {BLOCK:,} draws" in done.stdout


def test_ctrl_c_before_the_first_draws_leaves_files_as_they_are(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(run, "run_all", stopped)
    place = tmp_path / "draws.csv"
    place.write_text("of yesterday", encoding="utf-8")
    done = ask(film, "--draws", BLOCK, "--out", place)

    assert done.exit_code == 130
    assert "nothing is shown or written" in done.stderr
    assert place.read_text(encoding="utf-8") == "of yesterday"
    assert not done.stdout


def test_draws_that_no_memory_holds_are_no_mistake_of_the_program(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Iterator[Any]:
        raise MemoryError

    monkeypatch.setattr(run, "run_all", full)
    done = ask(film, "--draws", 64)

    assert done.exit_code == 2
    assert "64 draws of these figures do not fit into memory" in " ".join(done.stderr.split())
