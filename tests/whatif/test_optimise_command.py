"""The command ``optimise``: tables, picture, formats, exit codes, and what it says of searches, failures and conflicts."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import TYPE_CHECKING

import pytest
import typer
from solve_films import PLAIN, total
from typer.testing import CliRunner

from coprod_budget.cli.main import Program
from coprod_budget.cli.optimise import optimise
from coprod_budget.report.designs import short_names

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

DAYS = "schedule.shoot_days.moscow"
SHORT = ["--over", f"{DAYS}=10:30:5", "--minimise", "budget.total"]
RICH = ["--set", "revenue.scenarios.base.gross.RU=300000"]
LONG_ENOUGH = ["--require", "schedule.total_shoot_days >= 20"]

app = typer.Typer(cls=Program)
app.command("optimise")(optimise)
app.command("nothing")(lambda: None)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    place = tmp_path / "plain film.yaml"
    place.write_text(PLAIN, encoding="utf-8")
    return place


def ask(*words: object) -> Result:
    return CliRunner().invoke(app, ["optimise", *map(str, words)])


def test_the_best_what_it_costs_and_the_command_that_shows_it(film: Path) -> None:
    result = ask(film, *SHORT, *LONG_ENOUGH, "--metric", "party.fund.multiple", "--top", "2")
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["1", "20", "110,000.00", "EUR", "0.80x"] in rows
    assert ["2", "25", "126,500.00", "EUR", "0.80x"] in rows
    assert "33,000.00 EUR" in result.stdout  # ten days at 3,000 and the contingency on them
    assert max(len(line) for line in result.stdout.splitlines() if not line.startswith("coprod-budget")) <= 80
    command = shlex.split(result.stdout.splitlines()[-1])
    assert command == ["coprod-budget", "estimate", str(film), "--set", f"{DAYS}=20"]
    assert "5 designs tried, 3 keep every requirement." in result.stderr
    assert "confirmed" in result.stderr


def test_a_share_that_a_test_of_law_looks_at_is_one(film: Path) -> None:
    film.write_text(PLAIN + "\ntreaty: ets147_1992\n", encoding="utf-8")
    key = "test.ets147_1992.bilateral_share_minimum.RS.actual"
    words = [*SHORT, "--require", f"{key} <= 38%", "--metric", key, "--top", "1"]
    result = ask(film, *words)
    best = json.loads(ask(film, *words, "--format", "json").stdout)["best"][0]["figures"][key]
    assert best == pytest.approx((40_000 + 0.4 * 11_500) / total(days=25))  # a contingency of 11,500 is borne by share
    first, *_ = (line for line in result.stdout.splitlines() if line.startswith("1 "))
    assert "35.26%" in first
    assert result.stdout.count("35.26%") == 2  # of the best, and where it is required


def test_json_has_everything(film: Path) -> None:
    over = ["--over", "waterfall[profit].pay.fund=0%,10%,20%,30%", "--rest", "waterfall[profit].pay.ru"]
    frontier = ["--frontier", "party.ru.received", "--require", "schedule.total_shoot_days <= 25", "--format", "json"]
    result = ask(film, "--over", f"{DAYS}=10:30:5", *over, "--maximise", "party.fund.received", *frontier, *RICH)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["format"] == "coprod-budget/optimise"
    assert found["goal"] == {**found["goal"], "key": "party.fund.received", "unit": "EUR", "sense": "maximise"}
    assert found["designs"] == {
        "all": 20, "tried": 20, "allowed": 16, "failed": 0, "without_figure": 0, "reasons": [],
    }  # fmt: skip
    best = found["best"][0]
    assert best["values"] == {DAYS: 10.0, "waterfall[profit].pay.fund": 0.3, "waterfall[profit].pay.ru": 0.4}
    assert best["figures"]["party.fund.received"] == pytest.approx(50_000 + 0.3 * 70_000)
    assert shlex.split(best["command"])[3:5] == RICH
    assert shlex.split(best["command"])[-2:] == ["--set", "waterfall[profit].pay.ru=0.4"]
    (requirement,) = found["requirements"]
    assert (requirement["designs"], requirement["costs"]) == (16, 0.0)
    assert found["search"] is None
    assert found["nearest"] is None
    assert found["conflicts"] == []
    assert found["frontier"]["designs"][0]["values"] == best["values"]


def test_csv_and_markdown_files(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "designs.csv"
    assert ask(film, *SHORT, *LONG_ENOUGH, "--out", out).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [(row["rank"], float(row[DAYS])) for row in rows] == [("1", 20.0), ("2", 25.0), ("3", 30.0)]
    assert float(rows[2]["budget.total"]) == pytest.approx(total(days=30))
    out = tmp_path / "designs.md"
    assert ask(film, *SHORT, "--out", out).exit_code == 0
    assert "| 1" in out.read_text(encoding="utf-8")


def test_the_frontier_as_a_picture_and_as_files(film: Path, tmp_path: Path) -> None:
    chart = tmp_path / "frontier.svg"
    result = ask(film, *SHORT, "--frontier", "schedule.total_shoot_days", "--chart", chart)
    assert result.exit_code == 0, result.output
    assert "◆" in result.stdout
    assert result.stdout.count("●") == 5  # one in the legend, and four designs behind the best
    assert chart.read_text(encoding="utf-8").startswith("<?xml")
    again = tmp_path / "again.svg"
    ask(film, *SHORT, "--frontier", "schedule.total_shoot_days", "--chart", again)
    assert again.read_bytes() == chart.read_bytes()
    less = ask(film, *SHORT, "--frontier", "schedule.total_shoot_days:least", "--format", "json")
    assert len(json.loads(less.stdout)["frontier"]["designs"]) == 1


def test_none_that_keeps_everything_is_exit_5(film: Path) -> None:
    rules = [*LONG_ENOUGH, "--require", "budget.total <= 100000"]
    result = ask(film, *SHORT, *rules)
    assert result.exit_code == 5
    assert "nearest" in result.stdout
    together = "No design keeps these together: schedule.total_shoot_days >= 20; budget.total <= 100000."
    assert together in result.stderr
    found = json.loads(ask(film, *SHORT, *rules, "--format", "json").stdout)
    assert found["best"] == []
    assert found["nearest"]["values"] == {DAYS: 20.0}
    assert found["conflicts"] == [["schedule.total_shoot_days >= 20", "budget.total <= 100000"]]


def test_designs_that_fail_are_counted_with_the_reason(film: Path) -> None:
    result = ask(film, "--over", "partners.ru.share=60%,70%,80%", "--maximise", "party.ru.received")
    assert result.exit_code == 0, result.output
    assert "3 designs tried, 1 keep every requirement." in result.stderr
    assert "2 cannot be built or priced." in result.stderr
    assert "110%" in result.stderr


def test_a_search_says_that_it_is_one(film: Path) -> None:
    over = ["--over", f"{DAYS}=1:60:1", "--over", "budget.charges.contingency.rate=lin(0%,20%,21)"]
    result = ask(film, *over, "--maximise", "budget.total", "--require", "budget.total <= 150000", "--tries", "400")
    assert result.exit_code == 0, result.output
    assert "1,260 designs, of which up to 400 are tried" in result.stderr
    assert "this is a search" in result.stderr
    assert "The starts ended at " in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--minimise", "budget.total"], "say what may be chosen"),
        (["--over", f"{DAYS}=10:30:5"], "one figure"),
        ([*SHORT, "--maximise", "budget.total"], "one figure"),
        (["--over", f"{DAYS}=10:30:7", "--minimise", "budget.total"], "does not arrive"),
        (["--over", "schedule.shoot_day.moscow=1,2", "--minimise", "budget.total"], "shoot_days"),
        (["--over", f"{DAYS}=1,2", "--minimise", "budget.totl"], "budget.total"),
        ([*SHORT, "--require", "budget.total about 3"], "cannot be read"),
        ([*SHORT, "--total", "schedule.shoot_days=50"], "sums to 50"),
        ([*SHORT, "--frontier", "schedule.total_shoot_days:lots"], ":least"),
        ([*SHORT, "--chart", "x.png"], "--frontier"),
        ([*SHORT, "--out", "x.xlsx"], "ends otherwise"),
    ],
)
def test_mistakes_are_said_before_anything_runs(film: Path, words: list[str], said: str) -> None:
    result = ask(film, *words)
    assert result.exit_code in {2, 3}
    assert said in " ".join(result.stderr.replace("│", " ").split()), result.stderr
    assert "Traceback" not in result.output


def test_short_names() -> None:
    assert short_names(["schedule.shoot_days.moscow", "partners.ru.share", "partners.rs.share", "kind"]) == {
        "schedule.shoot_days.moscow": "moscow",
        "partners.ru.share": "ru.share",
        "partners.rs.share": "rs.share",
        "kind": "kind",
    }
