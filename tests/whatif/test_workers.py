"""Blocks that other processes evaluate give the same figures as here, also when one of the processes is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.errors import ExitCode, MissingDataError, ProjectError
from coprod_budget.whatif import blocks, workers
from coprod_budget.whatif.blocks import run_all, run_blocks
from coprod_budget.whatif.study import BLOCK, Part, Runs, Study
from coprod_budget.whatif.workers import Cluster, Processes, WorkersLostError, workers_for

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator

FILM = """\
title: Two banks of a river
as_of: 2026-09-30
currency: EUR
partners:
  de: {name: First, country: DE, currency: EUR, share: 60%}
  fr: {name: Second, country: FR, currency: EUR, share: 40%}
schedule: {start: 2027-01-01, shoot_days: {belgrade: 20}, delivery: 2027-10-01, release: 2027-12-01}
budget:
  lines:
    - {id: crew, account: camera, description: Crew, quantity: 20, unit: day, rate: 70000, currency: EUR}
    - {id: rest, account: camera, description: The rest, rate: 600000.005, currency: EUR}
  charges: {contingency: {rate: 10%, base: [production]}}
finance:
  - {id: bank, name: Bank, kind: loan, partner: de, amount: 300000, currency: EUR, interest: 8%, months: 12}
  - {id: fund, name: Fund, kind: equity, partner: de, amount: 400000, currency: EUR, premium: 20%}
revenue:
  territories:
    WW: {currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 0%, partner: de, over_months: 36}
  scenarios: {base: {weight: 100%, gross: {WW: 2500000}}}
waterfall:
  - {id: loan, pay: bank, kind: until_repaid}
  - {id: recoupment, pay: [fund, de, fr], kind: until_recouped}
  - {id: profit, pay: {fund: 30%, de: 40%, fr: 30%}, kind: net_profit}
"""
METRICS = ("budget.total", "partner.de.borne_share", "party.fund.irr", "party.de.received", "finance.gap")
EACH = 30
"""Runs a block in these tests."""


def _runs(count: int, seed: int = 1) -> Runs:
    """Numbers, a word that means another model, and a share now and then that the film does not admit."""
    draw = np.random.default_rng(seed)
    share = np.where(draw.random(count) < 0.05, 0.7, 0.6)
    return Runs(
        {
            "budget.lines.crew.rate": draw.uniform(30_000, 120_000, count),
            "revenue.scenarios.base.gross.WW": draw.uniform(1e6, 6e6, count),
            "budget.rounding": [str(word) for word in draw.choice(["cent", "unit", "none"], count)],
            "partners.de.share": share,
        }
    )


def _cut(runs: Runs, size: int = EACH) -> list[tuple[int, Runs]]:
    return [(start, runs.part(start, min(start + size, runs.count))) for start in range(0, runs.count, size)]


def _joined(parts: Iterable[Part]) -> tuple[dict[str, bytes], dict[int, str]]:
    """All figures to the last bit, in the order of the runs, and the problems."""
    ordered = sorted(parts, key=lambda part: part.start)
    problems = {run: why for part in ordered for run, why in part.problems.items()}
    return {key: np.concatenate([part.values[key] for part in ordered]).tobytes() for key in METRICS}, problems


RUNS = _runs(240)


@pytest.fixture(scope="module")
def alone() -> tuple[dict[str, bytes], dict[int, str]]:
    """What this process finds, block after block."""
    found = _joined(run_blocks(Study(FILM), _cut(RUNS), METRICS))
    assert 0 < len(found[1]) < 40
    values = np.frombuffer(found[0]["party.fund.irr"])
    assert np.isfinite(values).sum() == RUNS.count - len(found[1])
    assert len(set(values)) > 150
    return found


@given(order=st.randoms(use_true_random=False), size=st.integers(1, 240))
@settings(max_examples=10, deadline=None)
def test_figures_do_not_depend_on_how_runs_are_cut_or_on_which_come_first(
    alone: tuple[dict[str, bytes], dict[int, str]], order: random.Random, size: int
) -> None:
    cut = _cut(RUNS, size)
    order.shuffle(cut)

    assert _joined(run_blocks(Study(FILM), cut, METRICS)) == alone


@pytest.mark.parametrize("count", [1, 3])
def test_figures_do_not_depend_on_the_number_of_workers(
    alone: tuple[dict[str, bytes], dict[int, str]], count: int
) -> None:
    parts = list(run_blocks(Study(FILM), _cut(RUNS), METRICS, Processes(count)))

    assert _joined(parts) == alone
    assert [part.runs.columns.keys() for part in parts] == [RUNS.columns.keys()] * 8
    assert all(
        part.runs.columns["budget.rounding"] == dict(_cut(RUNS))[part.start].columns["budget.rounding"]
        for part in parts
    )


def test_when_a_worker_is_killed_its_runs_are_evaluated_by_another(
    alone: tuple[dict[str, bytes], dict[int, str]],
) -> None:
    parts, killed = [], set()
    for part in run_blocks(Study(FILM), _cut(RUNS), METRICS, Processes(2)):
        parts.append(part)
        if len(parts) in (1, 4):
            victim = next(child for child in multiprocessing.active_children() if child.pid not in killed)
            os.kill(victim.pid, signal.SIGKILL)
            killed.add(victim.pid)

    assert len(killed) == 2
    assert sorted(part.start for part in parts) == list(range(0, 240, EACH))
    assert _joined(parts) == alone


class Drawn:
    """Runs that are made where they are evaluated; ``deadly`` ones end the worker that asks for them."""

    def __init__(self, count: int, deadly: int = -1) -> None:
        self.count, self.deadly = count, deadly

    def part(self, start: int, stop: int) -> Runs:
        if start <= self.deadly < stop and multiprocessing.parent_process() is not None:
            os._exit(9)
        return Runs({"budget.lines.crew.rate": 30_000.0 + np.arange(start, stop)})


def test_runs_that_are_drawn_are_drawn_by_the_workers() -> None:
    drawn, study = Drawn(2 * BLOCK + 7), Study(FILM)
    here = {part.start: part for part in run_all(study, drawn, METRICS)}
    there = {part.start: part for part in run_all(study, drawn, METRICS, Processes(2))}
    given_as_columns = run_all(study, drawn.part(0, drawn.count), METRICS, Processes(2))

    assert sorted(there) == sorted(here) == [0, BLOCK, 2 * BLOCK]
    assert _joined(there.values()) == _joined(here.values()) == _joined(given_as_columns)
    assert [part.runs.columns for part in (*here.values(), *there.values())] == [{}] * 6


def test_runs_that_kill_every_worker_are_named_and_the_others_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "TRIES", 2)
    kept: list[Part] = []
    with pytest.raises(WorkersLostError) as lost:
        kept.extend(run_all(Study(FILM), Drawn(6 * BLOCK, deadly=5 * BLOCK), METRICS, Processes(2)))

    assert lost.value.exit_code == ExitCode.SOME_RUNS_FAILED
    assert "2 times a worker ended before it had finished runs" in str(lost.value)
    assert len(kept) >= 2
    assert {part.start for part in kept} <= {number * BLOCK for number in range(5)}
    assert multiprocessing.active_children() == []


def test_a_mistake_in_the_film_arrives_as_it_is() -> None:
    with pytest.raises(ProjectError) as found:
        list(run_blocks(Study(FILM), [(0, Runs({"budget.lines.crew.rat": [1.0]}))], METRICS, Processes(2)))

    assert found.value.problems[0].code == "P402"
    assert multiprocessing.active_children() == []


def test_files_that_change_while_a_film_is_evaluated_are_refused(tmp_path: Path) -> None:
    film, base, dear = (tmp_path / f"{name}.yaml" for name in ("film", "base", "dear"))
    fx = tmp_path / "data" / "notes.csv"
    fx.parent.mkdir()
    before = {film: "base: base.yaml\n", base: FILM, dear: "budget.lines.crew.rate: 90000\n", fx: "a\n"}
    for file, text in before.items():
        file.write_text(text, encoding="utf-8")
    job = blocks._job(Study(film, sets=[f"@{dear}"], data=[fx.parent]), METRICS, None)
    assert job.study().current("budget.lines.crew.rate") == 90_000

    for file, text in before.items():
        file.write_text(text.replace("title: Two", "title: Three") + "# more\n", encoding="utf-8")
        with pytest.raises(ProjectError, match="not what it was when the runs began"):
            job.study()
        file.write_text(text, encoding="utf-8")
    dear.unlink()
    with pytest.raises(ProjectError, match=r"a worker cannot read .*dear\.yaml"):
        job.study()
    film.unlink()
    with pytest.raises(ProjectError, match=r"a worker cannot read .*film\.yaml"):
        job.study()
    with pytest.raises(ProjectError, match="install the same version"):
        job._replace(version="0.0.1").study()


def test_a_worker_finds_files_that_are_named_from_the_folder_of_the_sender(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "film.yaml").write_text(FILM, encoding="utf-8")
    (tmp_path / "dear.yaml").write_text("budget.lines.crew.rate: 90000\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    job = blocks._job(Study(Path("film.yaml"), sets=["@dear.yaml"]), METRICS, None)
    monkeypatch.chdir("/")

    assert job.study().current("budget.lines.crew.rate") == 90_000


SCRIPT = """
import sys
import threading
from pathlib import Path
import multiprocessing
sys.path[:0] = [{folder!r}]
from test_workers import FILM, METRICS, Drawn
from coprod_budget.whatif.blocks import run_all
from coprod_budget.whatif.study import BLOCK, Study
from coprod_budget.whatif.workers import Processes

if __name__ == "__main__":
    try:
        for part in run_all(Study(FILM), Drawn(500 * BLOCK), METRICS, Processes(2)):
            print("part", part.start, *[child.pid for child in multiprocessing.active_children()], flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)
"""


@pytest.fixture
def going(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A long study in a process of its own, when its first block is finished; and its workers."""
    script = tmp_path / "study.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent)), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    first = process.stdout.readline().split()
    yield process, [int(pid) for pid in first[2:]]
    process.kill()
    process.communicate()


def _gone(pids: list[int], seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_after_ctrl_c_no_worker_goes_on_and_nothing_is_complained_of(
    going: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, pids = going
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers too
    out, err = process.communicate(timeout=120)

    assert len(pids) == 2
    assert process.returncode == 130
    assert out.splitlines()[-1] == "interrupted"
    assert err == ""
    assert _gone(pids)


def test_what_a_worker_was_in_the_middle_of_sending_is_not_waited_for() -> None:
    processes = Processes(1)
    executor: Any = processes.open()
    assert executor.submit(abs, -1).result() == 1
    os.write(
        executor._result_queue._writer.fileno(), struct.pack("!i", 100_000)
    )  # so many bytes will follow, and do not
    ending = threading.Thread(target=processes.close, args=(executor,), daemon=True)
    ending.start()
    ending.join(60)
    assert not ending.is_alive()


def test_workers_are_started_deaf_to_ctrl_c_and_this_process_goes_on_hearing_it() -> None:
    """Their first second is spent on imports, in which Python would complain at length."""
    processes = Processes(1)
    executor = processes.open()
    try:
        blocked = executor.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
    finally:
        processes.close(executor)

    assert signal.SIGINT in blocked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_workers_end_when_the_process_that_sends_the_work_is_killed(
    going: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, pids = going
    process.kill()

    assert _gone(pids)


def test_who_evaluates_depends_on_how_many_blocks_there_are_unless_somebody_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_processors", lambda: 8)

    def count(*asked: int) -> int:
        found = workers_for(*asked)
        return found.count if isinstance(found, Processes) else 1

    assert count(workers.FEW_BLOCKS - 1) == 1
    assert count(100) == 8
    assert [count(100, 1), count(100, 2), count(3, 8), count(1, 8), count(0)] == [1, 2, 3, 1, 1]
    assert isinstance(workers_for(1, 2, "tcp://cluster:8786"), Cluster)


@pytest.mark.filterwarnings("ignore")  # of Dask's own, about ports and clean-up
def test_figures_of_a_cluster_are_the_same_when_one_of_its_workers_is_killed(
    alone: tuple[dict[str, bytes], dict[int, str]],
) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        parts = []
        for part in run_blocks(Study(FILM), _cut(RUNS, 10), METRICS, Cluster(cluster.scheduler_address)):
            parts.append(part)
            if len(parts) == 2:
                os.kill(cluster.workers[0].pid, signal.SIGKILL)
        assert len(parts) == 24
        assert _joined(parts) == alone


def test_a_cluster_that_does_not_answer_and_dask_that_is_missing_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", 1)
    with pytest.raises(WorkersLostError, match=r"no Dask workers answer at tcp://127\.0\.0\.1:9"):
        list(run_blocks(Study(FILM), _cut(RUNS), METRICS, Cluster("tcp://127.0.0.1:9")))

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDataError, match=r"pip install 'coprod-budget\[dask\]'"):
        list(run_blocks(Study(FILM), _cut(RUNS), METRICS, Cluster("tcp://127.0.0.1:9")))
