"""Answers as pandas tables say what the commands say."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from solve_films import PLAIN, fund_multiple, total
from typer.testing import CliRunner

from coprod_budget import api
from coprod_budget.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

DAYS = "schedule.shoot_days.moscow"
GROSS = "revenue.scenarios.base.gross.RU"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    place = tmp_path / "plain.yaml"
    place.write_text(PLAIN, encoding="utf-8")
    return place


def told(*words: object) -> str:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, [str(word) for word in words])
    assert done.exit_code in {0, 5}, done.output
    return done.stdout


def as_csv(*words: object) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(told(*words, "--format", "csv")))


def same(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    """The table of a command has six decimals of figures, and nothing where a cell is empty."""
    for one, another in zip(frame.to_dict("records"), other.to_dict("records"), strict=True):
        for name, value in one.items():
            shown = another[name]
            empty = value is None or value == "" or value != value  # noqa: PLR0124 - what is no number is not itself
            if empty or isinstance(value, str):
                assert pd.isna(shown) if empty else shown == value
            else:
                assert shown == pytest.approx(value, rel=1e-6, abs=1e-6)


def test_answers_are_those_of_the_command(film: Path) -> None:
    until = "party.fund.multiple >= 1"
    frame = api.solve(film, GROSS, until)

    assert frame["value"].tolist() == [125_000]
    assert frame.loc[0, "metric"] == pytest.approx(fund_multiple(125_000))
    same(frame, as_csv("solve", film, "--find", GROSS, "--until", until))
    found = json.loads(told("solve", film, "--find", GROSS, "--until", until, "--format", "json"))
    assert frame.attrs == {name: value for name, value in found.items() if name not in {"answers", "commands"}}


def test_without_an_answer_the_nearest_is_told_and_options_are_those_of_the_command(film: Path) -> None:
    dear = ["budget.charges.contingency.rate=20%"]
    none = api.solve(film, DAYS, "budget.total <= 1000", low=10, high=30, whole=True, sets=dear, texts=["title=1984"])
    rest = api.solve(film, "partners.ru.share", "partner.ru.borne_share <= 59%", rests=["partners.rs.share"])

    assert len(none) == 0
    assert list(none.columns) == ["find", "until", "value", "kept", "metric", "holds"]
    assert none.attrs["nearest"] == {"value": 10, "metric": pytest.approx(total(days=10, contingency=0.2))}
    assert none.attrs["project"]["title"] == "1984"
    assert rest.loc[0, "value"] + rest.loc[0, "partners.rs.share"] == pytest.approx(1)


def test_moves_are_those_of_the_command(film: Path) -> None:
    frame = api.sensitivity(film, "budget.total", vary={DAYS: [10, 30], "budget.lines[post].rate": "20000,50000"})

    assert frame["path"].tolist() == [DAYS, "budget.lines[post].rate"]
    assert frame["at_high"].tolist() == pytest.approx([total(days=30), total(post=50_000)])
    words = ("--vary", f"{DAYS}=10,30", "--vary", "budget.lines[post].rate=20000,50000")
    same(frame, as_csv("sensitivity", film, "--metric", "budget.total", *words))
    every = api.sensitivity(film, "budget.total", factors=(0.5, 2))
    same(every, as_csv("sensitivity", film, "--metric", "budget.total", "--factors", "0.5,2"))
    assert "first" not in every.columns
    assert len(api.sensitivity(film, "budget.total", over="schedule.*")) == 1


def test_indices_are_drawn_where_they_are_asked_for(film: Path) -> None:
    pytest.importorskip("SALib")
    crew = "budget.lines[crew].rate"
    section = f"""
uncertainty:
  {DAYS}: {{dist: uniform, low: 10, high: 30}}
  {crew}: {{dist: uniform, low: 2000, high: 4000}}
"""
    film.write_text(PLAIN + section, encoding="utf-8")
    frame = api.sensitivity(film, "budget.total", sobol=128, seed=3)

    assert set(frame["path"]) == {DAYS, crew}
    assert frame["total"].between(0, 1.2).all()
    assert set(frame["range"]) == {"p10 to p90"}


def test_designs_are_those_of_the_command(film: Path) -> None:
    rule = f"{DAYS} >= 20"
    frame = api.optimise(
        film, {DAYS: "10:30:5"}, minimise="budget.total", require=[rule], metrics=["finance.gap"], top=2
    )

    assert frame[DAYS].tolist() == [20, 25]
    assert frame["budget.total"].tolist() == pytest.approx([total(), total(days=25)])
    words = ("--over", f"{DAYS}=10:30:5", "--minimise", "budget.total", "--require", rule, "--metric", "finance.gap")
    same(frame, as_csv("optimise", film, *words, "--top", 2))
    (cost,) = frame.attrs["requirements"]
    assert cost["costs"] == pytest.approx(total() - total(days=10))
    assert cost["best_without"]["command"].startswith(f"coprod-budget estimate {film} --set ")


def test_totals_searches_and_designs_that_cannot_be(film: Path) -> None:
    sets = ["schedule.shoot_days.belgrade=10"]
    split = api.optimise(film, {}, totals={"schedule.shoot_days": "30:10"}, maximise="budget.total", sets=sets, top=9)
    none = api.optimise(film, {DAYS: [10, 20]}, minimise="budget.total", require=["budget.total <= 1"])
    search = api.optimise(film, {DAYS: "1:300:1"}, minimise="budget.total", tries=100, seed=2)

    assert split[DAYS].tolist() == [30, 20, 10, 0]
    assert (len(none), none.attrs["conflicts"]) == (0, [["budget.total <= 1"]])
    assert none.attrs["nearest"]["values"] == {DAYS: 10}
    assert search.attrs["search"]["seed"] == 2
    assert search.attrs["designs"]["tried"] <= 200 < search.attrs["designs"]["all"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda film: api.solve(film, DAYS, "budget.totl >= 1"), "budget.total"),
        (lambda film: api.solve(film, DAYS, "budget.total >= pass"), "no verdict"),
        (lambda film: api.sensitivity(film, "budget.total", vary={DAYS: [1, 2, 3]}), "a low and a high one"),
        (lambda film: api.sensitivity(film, "budget.totl"), "budget.total"),
        (lambda film: api.optimise(film, {DAYS: [1, 2]}), "minimise or maximise"),
        (lambda film: api.optimise(film, {DAYS: [1]}, minimise="budget.total", maximise="budget.total"), "name one"),
    ],
)
def test_what_is_asked_wrongly_is_a_value_error(film: Path, asked: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        asked(film)


def test_the_configuration_is_what_the_command_shows(film: Path) -> None:
    loaded = api.load(film, ["budget.level=low"], texts=["title=1984"])
    frame = api.configuration(loaded)
    shown = json.loads(
        told(
            "estimate",
            film,
            "--set",
            "budget.level=low",
            "--set-text",
            "title=1984",
            "--show-config",
            "--format",
            "json",
        )
    )

    assert frame.to_dict("records") == shown
    assert frame.set_index("path").loc["budget.level", "origin"] == "--set budget.level=low"
