"""What-ifs and simulations as pandas tables are what the estimate says, run by run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coprod_budget import api
from coprod_budget.errors import ProjectError

EXAMPLES = Path(__file__).parents[2] / "examples"
FILM = EXAMPLES / "danube_crossing" / "project.yaml"
METRICS = ["budget.total", "party.ru.irr", "incentive.rs_cash_rebate.verdict"]


def estimated(sets: dict[str, object]) -> api.Estimate:
    return api.estimate(FILM, sets=[f"{path}={value}" for path, value in sets.items()])


def test_every_choice_is_a_row_and_equals_an_estimate() -> None:
    frame = api.whatif(
        FILM, {"schedule.shoot_days.moscow": "12:16:2", "schedule.home": ["moscow", "belgrade"]}, METRICS
    )

    assert frame["schedule.shoot_days.moscow"].tolist() == [12, 12, 14, 14, 16, 16]
    assert frame["schedule.home"].tolist() == ["moscow", "belgrade"] * 3
    assert set(frame["status"]) == {"ok"}
    for row in frame.to_dict("records"):
        film = estimated({path: row[path] for path in ("schedule.shoot_days.moscow", "schedule.home")})
        for metric in METRICS[:2]:
            assert row[metric] == film[metric]
    assert set(frame[METRICS[2]]) <= {"pass", "warn", "unknown", "fail"}


def test_a_table_of_runs_keeps_its_index_and_says_why_a_run_failed() -> None:
    runs = pd.DataFrame({"schedule.home": ["paris", "moscow"], "fx.RUB": [90, 100]}, index=["a", "b"])
    frame = api.whatif(FILM, runs, METRICS[:1])

    assert frame.index.tolist() == ["a", "b"]
    assert frame["status"].tolist() == ["error", "ok"]
    assert "paris" in frame.loc["a", "message"]
    assert np.isnan(frame.loc["a", "budget.total"])
    assert frame.loc["b", "budget.total"] == estimated({"schedule.home": "moscow", "fx.RUB": 100})["budget.total"]


def test_shares_that_get_the_rest_and_pairs_that_move_together() -> None:
    frame = api.whatif(
        FILM, {"partners.ru.share": [0.55, 0.7]}, ["partner.rs.borne_share"], rests=["partners.rs.share"]
    )
    pairs = {"schedule.shoot_days.moscow": [13, 15], "schedule.shoot_days.belgrade": [9, 7]}
    together = api.whatif(FILM, {}, ["budget.total"], pairs=pairs)

    assert frame["partners.rs.share"].tolist() == [0.45, 0.3]
    assert frame["status"].tolist() == ["ok", "ok"]
    assert together["budget.total"].tolist() == [
        estimated({"schedule.shoot_days.moscow": a, "schedule.shoot_days.belgrade": b})["budget.total"]
        for a, b in ((13, 9), (15, 7))
    ]


def test_a_rule_that_is_not_kept_is_named() -> None:
    frame = api.whatif(FILM, {"fx.RUB": [95.0]}, METRICS[:1], require=["finance.gap == 0", "budget.total >= 1"])

    assert frame.loc[0, "requirements"] == "failed: finance.gap == 0"


def test_what_is_asked_wrongly_is_said() -> None:
    with pytest.raises(ValueError, match=r"budget\.total"):
        api.whatif(FILM, {"fx.RUB": [95.0]}, ["budget.totl"])
    with pytest.raises(ProjectError, match="shoot_days"):
        api.whatif(FILM, {"schedule.shot_days.moscow": [3, 4]}, METRICS[:1])
    with pytest.raises(ValueError, match="pairs and rests"):
        api.whatif(FILM, pd.DataFrame({"fx.RUB": [95.0]}), METRICS[:1], rests=["partners.rs.share"])


def test_a_seed_repeats_a_simulation_and_processes_change_nothing() -> None:
    def drawn(seed: int, workers: int = 1) -> pd.DataFrame:
        return api.simulate(FILM, 5000, seed, price_ranges=True, metrics=["budget.total"], workers=workers)

    first = drawn(3)
    pd.testing.assert_frame_equal(first, drawn(3), check_exact=True)
    pd.testing.assert_frame_equal(first, drawn(3, workers=2), check_exact=True)
    assert not first["budget.total"].equals(drawn(4)["budget.total"])


def test_the_study_of_the_notebook_runs() -> None:
    script = EXAMPLES / "notebook" / "what_if_study.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert "P80" in done.stdout


def test_what_is_missing_in_a_table_fails_its_own_run_only() -> None:
    runs = pd.DataFrame(
        {
            "schedule.prep_weeks": [8.0, np.nan, 9.0, np.nan, 8.0],
            "schedule.start": pd.to_datetime(["2027-03-01", "2027-03-01", "2027-03-08", "2027-03-08", None]),
        }
    )
    frame = api.whatif(FILM, runs, METRICS[:1])

    assert frame["status"].tolist() == ["ok", "error", "ok", "error", "error"]
    assert frame["budget.total"].notna().tolist() == [True, False, True, False, False]
    sets = {"schedule.prep_weeks": 9, "schedule.start": "2027-03-08"}
    assert frame.loc[2, "budget.total"] == estimated(sets)["budget.total"]


def test_values_of_numpy_are_what_they_are_in_python() -> None:
    told = np.array([True, False])
    frame = api.whatif(FILM, {"partners.ru.delegate": told, "schedule.prep_weeks": np.array([8, 9])}, METRICS[:1])

    assert frame["partners.ru.delegate"].tolist() == [True, True, False, False]
    assert set(frame["status"]) == {"ok"}


@pytest.mark.parametrize("runs", [pd.DataFrame(index=[0, 1]), pd.DataFrame([[1, 2]], columns=["fx.RUB", "fx.RUB"])])
def test_a_table_of_runs_without_columns_or_with_one_twice_is_refused(runs: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="at least one, and each of them once"):
        api.whatif(FILM, runs, METRICS[:1])


def test_a_script_that_asks_for_no_workers_needs_no_guard(tmp_path: Path) -> None:
    """Many runs in a script are done by its own process: workers would read the script, and begin it again."""
    script = tmp_path / "study.py"
    film = str(Path(__file__).parents[1] / "workbook" / "one_partner.yaml")
    script.write_text(
        "import coprod_budget.api as cb\n"
        f"print(len(cb.simulate({film!r}, 33 * 4096, price_ranges=True, metrics=['budget.direct'])))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=120)

    assert (done.stdout.strip(), done.returncode) == ("135168", 0), done.stderr
