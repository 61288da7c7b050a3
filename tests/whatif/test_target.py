"""A budget brought to a total: reached to the cent, what is locked stays, and the file that does it is an ordinary override."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from solve_films import PLAIN
from typer.testing import CliRunner

from coprod_budget import api
from coprod_budget.cli.main import Program
from coprod_budget.cli.solve import solve
from coprod_budget.whatif.study import Study
from coprod_budget.whatif.target import NotTargetError, Target, to_target

if TYPE_CHECKING:
    from click.testing import Result

DANUBE = Path("examples/danube_crossing/project.yaml")
ALL, CAMERA, EDITING = "budget.adjust.all", "budget.adjust.accounts.camera", "budget.adjust.accounts.editing"

app = typer.Typer(cls=Program)
app.command("solve")(solve)
app.command("nothing")(lambda: None)


@pytest.fixture(scope="module")
def plain() -> Study:
    return Study(PLAIN, filename="plain.yaml")


@pytest.fixture(scope="module")
def danube() -> Study:
    return Study(DANUBE)


def ask(*words: object) -> Result:
    return CliRunner().invoke(app, ["solve", *map(str, words)])


def estimated(found: Target, source: str | Path) -> float:
    film = api.load(source, found.sets) if isinstance(source, Path) else api.load_text(source, found.sets)
    total = api.estimate(film)["budget.total"]
    assert total is not None
    return total


def test_all_lines_alike(plain: Study) -> None:
    found = to_target(plain, 99_000)  # of 110,000, contingency included
    assert found.factors == {ALL: 0.9}
    assert found.reached == pytest.approx(99_000)
    assert estimated(found, PLAIN) == found.reached


def test_a_locked_line_a_department_and_a_group_stay(plain: Study) -> None:
    for lock in ("post", "editing"):
        found = to_target(plain, 99_000, locks=[lock])
        assert found.factors[ALL] == pytest.approx(50 / 60)
        assert [c.stays for c in found.changes.lines] == [False, True]
        assert estimated(found, PLAIN) == pytest.approx(99_000)
    (camera, editing, contingency) = found.changes.accounts
    assert (camera.before, camera.after) == (60_000, pytest.approx(50_000))
    assert (editing.difference, editing.stays) == (0, True)
    assert contingency.difference == pytest.approx(-1_000)


def test_weights(plain: Study) -> None:
    found = to_target(plain, 88_000, weights={"editing": 2.0})
    # 60,000 t + 40,000 · 2 t = 20,000
    assert found.factors == {ALL: pytest.approx(1 - 1 / 7), EDITING: pytest.approx(1 - 2 / 7)}
    found = to_target(plain, 99_000, weights={"camera": 0.0})
    assert found.factors == {ALL: 0.75, CAMERA: 1.0}


def test_no_line_falls_below_its_floor(plain: Study) -> None:
    found = to_target(plain, 80_300, weights={"editing": 3.0}, least=0.6)
    # the second department is at its floor of 24,000; the first gives what is left: 73,000 - 24,000
    assert found.factors == {ALL: pytest.approx(49 / 60), EDITING: 0.6}
    assert estimated(found, PLAIN) == pytest.approx(80_300, abs=0.005)


def test_a_budget_may_be_raised_as_well(plain: Study) -> None:
    assert to_target(plain, 121_000).factors == {ALL: 1.1}


def test_nothing_to_do(plain: Study) -> None:
    found = to_target(plain, 110_000)
    assert found.factors == {}
    assert found.reached == 110_000


def test_what_cannot_be_reached_is_told(plain: Study) -> None:
    found = to_target(plain, 60_000, locks=["post"], least=0.5)
    assert found.reachable == (pytest.approx(77_000), pytest.approx(110_000))
    assert found.reached == pytest.approx(77_000)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"locks": ["camra"]}, "camera"),
        ({"weights": {"edting": 1.0}}, "editing"),
        ({"locks": ["camera", "post"]}, "nothing is left"),
        ({"weights": {"camera": 0.0, "editing": 0.0}}, "nothing is left"),
    ],
)
def test_mistakes(plain: Study, more: dict[str, object], said: str) -> None:
    with pytest.raises(NotTargetError, match=said):
        to_target(plain, 90_000, **more)  # type: ignore[arg-type]


def test_a_film_with_factors_of_its_own() -> None:
    with pytest.raises(NotTargetError, match=r"~budget\.adjust"):
        to_target(Study(PLAIN, sets=["budget.adjust.all=90%"]), 90_000)


@settings(max_examples=10)
@given(
    target=st.integers(1_500_000, 2_600_000),
    locks=st.lists(st.sampled_from(["cast", "lead", "post", "camera"]), max_size=2, unique=True),
)
def test_a_whole_film_is_met_to_the_cent(danube: Study, target: int, locks: list[str]) -> None:
    found = to_target(danube, float(target), locks=locks)
    assert found.reachable is None
    # lines of round amounts are rounded up or down together: what is left is cents of some of 400 lines, and is told
    assert found.reached == pytest.approx(target, abs=0.5)
    assert estimated(found, DANUBE) == found.reached
    assert all(abs(c.difference) < 1e-9 for c in found.changes.lines if c.stays)


def test_the_command_and_its_file(tmp_path: Path) -> None:
    film, cut = tmp_path / "plain.yaml", tmp_path / "cut.yaml"
    film.write_text(PLAIN, encoding="utf-8")
    result = ask(film, "--target-total", 99_000, "--lock", "post", "--out", cut)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80
    assert f"--set @{cut}" in result.stdout
    assert "to the cent" in result.stderr
    assert "# coprod-budget solve" in cut.read_text(encoding="utf-8")
    assert api.estimate(film, sets=[f"@{cut}"])["budget.total"] == pytest.approx(99_000, abs=0.005)


def test_formats(tmp_path: Path) -> None:
    film = tmp_path / "plain.yaml"
    film.write_text(PLAIN, encoding="utf-8")
    words = (film, "--target-total", 99_000, "--format")
    data = json.loads(ask(*words, "json").stdout)
    assert data["factors"] == {ALL: 0.9}
    assert data["accounts"][0]["change_share"] == pytest.approx(-0.1)
    rows = list(csv.DictReader(io.StringIO(ask(*words, "csv").stdout)))
    assert [row["kind"] for row in rows] == ["account", "account", "account", "line", "line"]
    assert "by department" in ask(*words, "md").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "--target-total"),
        (["--find", "schedule.prep_weeks"], 2, "--until"),
        (["--target-total", "9000", "--find", "schedule.prep_weeks"], 2, "one question"),
        (["--find", "a", "--until", "b", "--lock", "post"], 2, "go with --target-total"),
        (["--target-total", "-5"], 2, "above 0"),
        (["--target-total", "90000", "--lock", "pst"], 2, "post"),
        (["--target-total", "90000", "--weight", "camera"], 2, "art=2"),
        (["--target-total", "90000", "--least", "110%"], 2, "70%"),
        (["--target-total", "9000", "--least", "70%"], 5, "No factors reach it"),
    ],
)
def test_exit_codes(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    film = tmp_path / "plain.yaml"
    film.write_text(PLAIN, encoding="utf-8")
    result = ask(film, *words)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.replace("│", " ").split())
