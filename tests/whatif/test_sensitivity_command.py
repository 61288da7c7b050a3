"""The command ``sensitivity``: tables, picture, formats, charts, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
import typer
from solve_films import PLAIN, total
from typer.testing import CliRunner

from coprod_budget.cli.main import Program
from coprod_budget.cli.sensitivity import sensitivity

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

DAYS = "schedule.shoot_days.moscow"
UNCERTAIN = f"""
uncertainty:
  {DAYS}: {{dist: uniform, low: 10, high: 30}}
  budget.lines[crew].rate: {{dist: uniform, low: 2000, high: 4000}}
"""

app = typer.Typer(cls=Program)
app.command("sensitivity")(sensitivity)
app.command("nothing")(lambda: None)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    place = tmp_path / "plain.yaml"
    place.write_text(PLAIN, encoding="utf-8")
    return place


def ask(*words: object) -> Result:
    return CliRunner().invoke(app, ["sensitivity", *map(str, words)])


def test_the_tornado_on_a_terminal(film: Path) -> None:
    result = ask(film, "--metric", "budget.total", "--top", 3)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    bars = [line for line in result.stdout.splitlines() if "█" in line and "▒" in line and "│" in line]
    assert len(bars) == 3
    assert bars[0].index("▒") < bars[0].index("│") < bars[0].index("█")  # more of it costs more
    assert "110,000.00 EUR" in result.stdout
    assert "more are not shown" in result.stdout


def test_a_range_and_json(film: Path) -> None:
    data = json.loads(ask(film, "--metric", "budget.total", "--vary", f"{DAYS}=10,30", "--format", "json").stdout)
    (swing,) = data["tornado"]
    assert (swing["low"], swing["high"], swing["range"]) == (10, 30, "as given")
    assert swing["at_high"] == pytest.approx(total(days=30))
    assert data["metric"]["value"] == pytest.approx(110_000)
    assert data["sobol"] is None


def test_distributions_of_the_file_are_used(film: Path) -> None:
    film.write_text(PLAIN + UNCERTAIN, encoding="utf-8")
    result = ask(film, "--metric", "budget.total", "--sobol", 128, "--format", "json", "--seed", 5)
    assert "512 runs" in result.stderr
    data = json.loads(result.stdout)
    days = next(s for s in data["tornado"] if s["path"] == DAYS)
    assert (days["low"], days["high"], days["range"]) == (pytest.approx(12), pytest.approx(28), "p10 to p90")
    assert [i["path"] for i in data["sobol"]["indices"]] == [DAYS, "budget.lines[crew].rate"]
    assert data["sobol"]["seed"] == 5
    everything = json.loads(ask(film, "--metric", "budget.total", "--over", "all", "--format", "json").stdout)
    assert len(everything["tornado"]) > 5
    table = ask(film, "--metric", "budget.total", "--sobol", 128)
    assert "Where the variance comes from" in table.stdout
    assert "correlations of the file are not" in table.stderr


def test_csv_and_markdown(film: Path, tmp_path: Path) -> None:
    place = tmp_path / "moved.csv"
    assert ask(film, "--metric", "budget.total", "--out", place).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(place.read_text(encoding="utf-8"))))
    days = next(row for row in rows if row["path"] == DAYS)
    assert float(days["derivative"]) == pytest.approx(3_300)
    assert float(days["swing"]) == pytest.approx(13_200)
    assert "# Plain" in ask(film, "--metric", "budget.total", "--format", "md").stdout


def test_shares_are_shown_in_per_cent_wherever_they_stand(film: Path) -> None:
    template = PLAIN[: PLAIN.index("budget:")] + "budget: {template: feature_medium}\n"
    film.write_text(template, encoding="utf-8")
    words = ["--metric", "budget.total", "--over", "budget.params.night_share"]
    result = ask(film, *words)
    swing, slope = (line.split()[1:3] for line in result.stdout.splitlines() if "night_share" in line and "%" in line)
    (found,) = json.loads(ask(film, *words, "--format", "json").stdout)["slopes"]
    assert 0 < found["value"] < 1
    assert swing == [f"{found['value'] * 90:g}%", f"{found['value'] * 110:g}%"]
    assert slope[0] == f"{found['value'] * 100:g}%"
    assert float(slope[1].replace(",", "")) == pytest.approx(found["derivative"] / 100, rel=1e-3)


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_picture(film: Path, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    place = tmp_path / f"tornado{suffix}"
    assert ask(film, "--metric", "budget.total", "--chart", place).exit_code == 0
    content = place.read_bytes()
    assert content.startswith(b"\x89PNG") if suffix == ".png" else DAYS.encode() in content


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--metric", "budget.totl"], "budget.total"),
        (["--metric", "budget.total", "--factors", "2"], "0.9,1.1"),
        (["--metric", "budget.total", "--factors", "2,1"], "0.9,1.1"),
        (["--metric", "budget.total", "--vary", f"{DAYS}=1,2,3"], "a low and a high one"),
        (["--metric", "budget.total", "--vary", f"{DAYS}=few,many"], "a low and a high one"),
        (["--metric", "budget.total", "--vary", "budget.charges.contingency.cap=1,2"], "nothing to move"),
        (["--metric", "budget.total", "--chart", "tornado.gif"], ".png or .svg"),
        (["--metric", "budget.total", "--out", "tornado.xlsx"], ".json, .csv, .md"),
        (["--metric", "budget.total", "--sobol", "128"], "nothing is uncertain"),
    ],
)
def test_what_it_refuses(film: Path, words: list[str], said: str) -> None:
    result = ask(film, *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_an_unknown_path(film: Path) -> None:
    result = ask(film, "--metric", "budget.total", "--vary", "schedule.shot_days.moscow=1,2")
    assert result.exit_code == 3
    assert "shoot_days" in result.output
