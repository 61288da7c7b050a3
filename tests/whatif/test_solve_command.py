"""The command ``solve``: its tables, formats, exit codes, and the command that it tells to show an answer."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import TYPE_CHECKING

import pytest
import typer
from solve_films import PLAIN
from typer.testing import CliRunner

from coprod_budget.cli.main import Program
from coprod_budget.cli.solve import solve

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

GROSS = ["--find", "revenue.scenarios.base.gross.RU", "--until", "party.fund.multiple >= 1"]

app = typer.Typer(cls=Program)
app.command("solve")(solve)
app.command("nothing")(lambda: None)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    place = tmp_path / "plain film.yaml"
    place.write_text(PLAIN, encoding="utf-8")
    return place


def ask(*words: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["solve", *map(str, words)], input=stdin)


def test_table_and_command(film: Path) -> None:
    result = ask(film, *GROSS)
    assert result.exit_code == 0
    assert "125,000" in result.stdout
    assert "from here on" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:8])) <= 80
    (command,) = [line for line in result.stdout.splitlines() if line.startswith("coprod-budget")]
    assert shlex.split(command) == [
        "coprod-budget",
        "estimate",
        str(film),
        "--set",
        "revenue.scenarios.base.gross.RU=125000",
    ]
    assert "confirmed" in result.stderr


def test_json(film: Path) -> None:
    result = ask(film, *GROSS, "--format", "json", "--set", "budget.charges.contingency.rate=5%")
    data = json.loads(result.stdout)
    assert data["format"] == "coprod-budget/solve"
    assert data["answers"][0]["value"] == 125_000
    assert data["answers"][0]["metric"] == pytest.approx(1.0)
    assert "--set budget.charges.contingency.rate=5% --set" in data["commands"][0]


def test_csv_and_markdown_and_a_file(film: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(film, *GROSS, "--format", "csv").stdout)))
    assert [(row["value"], row["kept"]) for row in rows] == [("125000.0", "from")]
    assert "answer" in ask(film, *GROSS, "--format", "md").stdout
    place = tmp_path / "answer.json"
    assert ask(film, *GROSS, "--out", place).exit_code == 0
    assert json.loads(place.read_text(encoding="utf-8"))["find"] == "revenue.scenarios.base.gross.RU"


def test_what_the_file_writes_in_per_cent_is_shown_so(film: Path) -> None:
    film.write_text(PLAIN.replace("status: secured}", "status: secured, premium: 20%}", 1), encoding="utf-8")
    words = ["--find", "finance.fund.premium", "--until", "finance.gap == 0", "--to", "0.5"]
    shown = " ".join(ask(film, *words).stdout.split())
    assert "as it stands 20% 0.00 EUR" in shown
    assert "from 0% to 50% keeps finance.gap == 0" in ask(film, *words).output
    assert "from 10% to 50%" in ask(film, *words[:-1], "50%", "--from", "10%").output
    assert "'half' is no number; write 1000000, 0.2 or 20%" in ask(film, *words[:-1], "half").output
    assert "| as it stands | 20% |" in ask(film, *words, "--format", "md").stdout
    assert json.loads(ask(film, *words, "--format", "json").stdout)["now"]["value"] == 0.2


def test_standard_input() -> None:
    result = ask("-", *GROSS, stdin=PLAIN)
    assert result.exit_code == 0
    assert "125,000" in result.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--find", "schedule.shoot_days.moscow", "--until", "budget.total <= 1000"], 5, "the nearest is shown"),
        (["--find", "title", "--until", "budget.total <= 1000"], 2, "title is no number now but"),
        (
            ["--find", "schedule.shoot_days.moscow", "--until", "budget.total >= 1000"],
            0,
            "Every value from 0 to 80 keeps",
        ),
        (["--find", "schedule.shot_days.moscow", "--until", "budget.total >= 1000"], 3, "shoot_days"),
        (["--find", "schedule.shoot_days.moscow", "--until", "budget.tota >= 1000"], 2, "budget.total"),
        (["--find", "schedule.shoot_days.moscow", "--until", "budget.total >= many"], 2, "no number"),
        (
            ["--find", "partners.ru.share", "--until", "budget.total <= 1", "--rest", "partners.rs.sha"],
            2,
            "no number now",
        ),
        (["--find", "revenue.territories.RU.minimum_guarantee", "--until", "budget.total <= 1"], 2, "--to"),
        ([*GROSS, "--out", "answer.xlsx"], 2, ".json, .csv, .md"),
    ],
)
def test_exit_codes(film: Path, words: list[str], code: int, said: str) -> None:
    result = ask(film, *words)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.replace("│", " ").split())
