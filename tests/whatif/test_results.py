"""Runs that go to a file: the same after Ctrl-C, a kill or a full disk as without; never half a file; in any order of blocks."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from coprod_budget.cli.main import app
from coprod_budget.whatif.journal import Journal
from coprod_budget.whatif.metrics import Requirement
from coprod_budget.whatif.planning import Wanted, make_sweep
from coprod_budget.whatif.study import Runs, Study

if TYPE_CHECKING:
    from coprod_budget.whatif.sweep import Sweep

ROOT = Path(__file__).parents[2]
FILM = ROOT / "tests" / "report" / "film.yaml"
TITLES = ",".join(
    f"Film{n}" for n in range(24)
)  # every title is another model: slow enough to be stopped in the middle
SLOW = (
    "--vary",
    f"title={TITLES}",
    "--vary",
    "fx.RUB=90,100,110",
    "--metric",
    "budget.total",
    "--metric",
    "party.fund.irr",
)


def call(*arguments: object):
    return CliRunner(env={"COLUMNS": "300"}).invoke(app, [str(a) for a in arguments], prog_name="coprod-budget")


def begin(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "coprod_budget", *map(str, arguments)]
    source = {"PYTHONPATH": str(ROOT)} if (ROOT / "coprod_budget").is_dir() else {}
    return subprocess.Popen(
        command,
        env={**os.environ, **source},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for(path: Path, size: int) -> None:
    for _ in range(600):
        if path.exists() and path.stat().st_size > size:
            return
        time.sleep(0.05)
    pytest.fail(f"{path} did not grow")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """What the file and the one beside it hold if nobody stops the runs."""
    out = tmp_path_factory.mktemp("whole") / "runs.csv"
    assert call("whatif", FILM, *SLOW, "--workers", 1, "--out", out).exit_code == 0
    return out.read_bytes(), out.with_name("runs.csv.meta.json").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_what_if_goes_on_where_it_was_and_gives_the_same_file(
    tmp_path: Path, whole: tuple[bytes, bytes], number: signal.Signals, workers: int
) -> None:
    out = tmp_path / "runs.csv"
    part = tmp_path / "runs.csv.part"
    words = ("whatif", FILM, *SLOW, "--workers", workers, "--out", out)
    process = begin(*words)
    wait_for(part, 700)
    process.send_signal(number)
    said = process.communicate(timeout=60)[1]

    assert not out.exists()
    assert "Traceback" not in said
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert "of 72 runs are kept in" in said
    stopped = part.stat().st_size
    assert stopped > 700
    refused = call(*words)
    assert refused.exit_code == 2
    assert "go on with them (--resume), or delete it" in refused.stderr
    assert part.stat().st_size == stopped
    again = call(*words, "--resume", "--workers", 1)
    assert again.exit_code == 0
    assert "of 72 runs were finished before" in again.stderr
    assert (out.read_bytes(), (tmp_path / "runs.csv.meta.json").read_bytes()) == whole
    assert not part.exists()


def test_on_a_full_disk_finished_blocks_are_kept(
    tmp_path: Path, whole: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, part = tmp_path / "runs.csv", tmp_path / "runs.csv.part"
    add = Journal.add

    def full(self: Journal, block, metrics) -> None:
        if self.done >= 36:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(self, block, metrics)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", full)
        done = call("whatif", FILM, *SLOW, "--workers", 1, "--out", out)

    assert done.exit_code == 2
    assert "No space left on device; 36 of 72 runs are kept" in done.stderr
    assert not out.exists()
    assert part.exists()
    assert call("whatif", FILM, *SLOW, "--out", out, "--resume", "--workers", 1).exit_code == 0
    assert out.read_bytes() == whole[0]


def test_a_disk_that_is_full_at_the_end_leaves_the_old_file_and_all_runs(
    tmp_path: Path, whole: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    import coprod_budget.report.runs

    out, part = tmp_path / "runs.csv", tmp_path / "runs.csv.part"
    out.write_text("what was there before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(coprod_budget.report.runs.Csv, "write", full)
        done = call("whatif", FILM, *SLOW, "--workers", 1, "--out", out)

    assert done.exit_code == 2
    assert "72 of 72 runs are kept" in done.stderr
    assert out.read_text() == "what was there before"
    assert {p.name for p in tmp_path.iterdir()} == {"runs.csv", part.name}
    assert call("whatif", FILM, *SLOW, "--out", out, "--resume", "--workers", 1).exit_code == 0
    assert out.read_bytes() == whole[0]


def test_only_the_same_runs_are_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "runs.jsonl"
    words = ("whatif", FILM, "--vary", "schedule.home=moscow,mosco,belgrade", "--metric", "budget.total", "--out", out)
    assert call(*words, "--fail-fast").exit_code == 6

    for more, differs in (
        (("--set", "title=Other"), "film (its file, its variants or --set)"),
        (("--vary", "fx.RUB=90,100"), "what is varied"),
        (("--metric", "budget.direct"), "metrics and requirements"),
    ):
        done = call(*words, *more, "--resume")
        assert done.exit_code == 2
        assert f"what differs: {differs}. " in done.stderr
    monkeypatch.setattr("coprod_budget.whatif.sweep.__version__", "99")
    assert "what differs: version of the program. " in call(*words, "--resume").stderr


def test_what_is_no_journal_is_not_gone_on_with_nor_lost(tmp_path: Path) -> None:
    out, part = tmp_path / "runs.csv", tmp_path / "runs.csv.part"
    part.write_text("something else")
    done = call("whatif", FILM, "--vary", "fx.RUB=90,100", "--out", out, "--resume")

    assert done.exit_code == 2
    assert "no file of unfinished runs" in done.stderr
    assert part.read_text() == "something else"


def test_with_nothing_to_go_on_with_all_runs_are_calculated(tmp_path: Path) -> None:
    done = call("whatif", FILM, "--vary", "fx.RUB=90,100", "--out", tmp_path / "runs.csv", "--resume")

    assert done.exit_code == 0
    assert "all runs are calculated" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("form", ["jsonl", "table"])
def test_ctrl_c_leaves_on_the_screen_what_is_finished(form: str) -> None:
    many = f"title={','.join(f'Film{n}' for n in range(500))}"
    process = begin("whatif", FILM, "--vary", many, "--metric", "budget.total", "--workers", 1, "--format", form)
    assert process.stderr is not None
    assert process.stdout is not None
    assert process.stderr.readline().startswith("500 runs")
    first = process.stdout.readline() if form == "jsonl" else ""  # lines come as runs are finished
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Traceback" not in err
    finished = int(err.partition("stopped: ")[2].partition(" ")[0])
    assert 0 < finished < 500
    if form == "jsonl":
        assert len((first + out).splitlines()) == finished


def test_runs_of_a_film_that_somebody_changes_meanwhile_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, out = tmp_path / "film.yaml", tmp_path / "runs.csv"
    text = FILM.read_text(encoding="utf-8")
    film.write_text(text, encoding="utf-8")
    add = Journal.add

    def change(self: Journal, block, metrics) -> None:
        add(self, block, metrics)
        film.write_text(text.replace("rate: 30000", "rate: 60000"), encoding="utf-8")

    monkeypatch.setattr(Journal, "add", change)
    done = call("whatif", film, "--vary", "schedule.home=moscow,belgrade", "--metric", "budget.total", "--out", out)

    assert done.exit_code == 3
    assert "film.yaml was changed while the runs were calculated; run it again" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["film.yaml"]


# --- rows, whatever the order of the blocks ---------------------------------------------------------------------------


def sweep_of(*vary: str, metrics: tuple[str, ...] = ("budget.total", "party.fund.irr"), **more) -> Sweep:
    requirements = [Requirement.parse(text) for text in more.pop("require", ())]
    return make_sweep(Study(FILM), Wanted(vary, **more), metrics, requirements)


def table(sweep: Sweep, journal: Journal) -> list[dict]:
    found = []
    for rows in sweep.rows(journal):
        columns = [list(rows.columns[field.name]) for field in sweep.fields]
        found += [dict(zip((f.name for f in sweep.fields), cells, strict=True)) for cells in zip(*columns, strict=True)]
    return found


def test_rows_are_in_order_though_runs_with_the_same_words_are_calculated_together() -> None:
    sweep = sweep_of("fx.RUB=90,100", "schedule.home=moscow,belgrade")
    journal = Journal(io.BytesIO(), {}, 2)
    parts = list(sweep.calculate(journal))
    found = table(sweep, journal)

    assert [part.runs.count for part in parts] == [2, 2]
    assert [row["run"] for row in found] == [1, 2, 3, 4]
    assert [(row["fx.RUB"], row["schedule.home"]) for row in found] == [
        (90.0, "moscow"), (90.0, "belgrade"), (100.0, "moscow"), (100.0, "belgrade"),
    ]  # fmt: skip
    for row in found:
        runs = Runs({path: [row[path]] for path in ("fx.RUB", "schedule.home")})
        alone = Study(FILM).block(runs, ["budget.total", "party.fund.irr"]).values
        assert {key: row[key] for key in alone} == {key: float(value[0]) for key, value in alone.items()}


def test_blocks_may_be_finished_in_any_order_and_what_is_missing_is_left_out() -> None:
    sweep = sweep_of("schedule.home=moscow,belgrade,st_petersburg", "fx.RUB=90,100")
    whole = Journal(io.BytesIO(), {}, 2)
    parts = list(sweep.calculate(whole))
    journal = Journal(io.BytesIO(), {}, 2)
    journal.add(parts[2], sweep.asked.keys)

    assert sweep.ready(journal) == 0
    assert [row["run"] for row in table(sweep, journal)] == [5, 6]
    journal.add(parts[0], sweep.asked.keys)
    assert sweep.ready(journal) == 2
    assert [row["run"] for row in table(sweep, journal)] == [1, 2, 5, 6]
    assert list(sweep.missing(journal)) == [(2, 4)]
    journal.add(parts[1], sweep.asked.keys)
    assert sweep.ready(journal) == 6
    assert table(sweep, journal) == table(sweep, whole)


def test_how_runs_went_is_counted_without_reading_them_as_rows() -> None:
    sweep = sweep_of("fx.RUB=50,200", "schedule.home=moscow,mosco", require=("budget.total < 100000",))
    journal = Journal(io.BytesIO(), {}, 3)
    list(sweep.calculate(journal))
    found = table(sweep, journal)
    tally = sweep.tally(journal)

    assert (tally.done, tally.failed) == (4, 2)
    assert tally.missed == sum(str(row["requirements"]).startswith("failed") for row in found) > 0
    assert list(tally.failures.values()) == [[2, 4]]


def test_large_studies_keep_their_order_across_blocks() -> None:
    sweep = sweep_of("fx.RUB=lin(50,150,9000)", metrics=("budget.total",))
    journal = Journal(io.BytesIO(), {}, 1)
    parts = list(sweep.calculate(journal))
    rows = list(sweep.rows(journal))
    totals = np.concatenate([r.columns["budget.total"] for r in rows])

    assert [part.start for part in parts] == [0, 4096, 8192]
    assert len(totals) == 9000
    assert (np.diff(totals) < 0).all()  # roubles become cheaper
    assert [r.columns["run"][0] for r in rows] == [1, 4097, 8193]
    assert len({i for r in rows for i in r.columns["id"]}) == 9000
