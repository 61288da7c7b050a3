"""Runs of ``whatif`` while they are calculated: who stops them, who watches, what is imported, and who goes on with them."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from coprod_budget.cli.runs import STOPPED

HEAVY = ("pandas", "openpyxl", "xlsxwriter", "matplotlib", "scipy", "pyarrow", "SALib", "dask")
ROOT = Path(__file__).parents[2]
UNCERTAIN = "uncertainty={fx.RUB: {dist: uniform, low: 90, high: 110}}"


def runs(done) -> list[dict]:
    return [json.loads(line) for line in done.out.splitlines()]


def test_the_first_failure_is_the_last_run_if_asked_so(call, film, tmp_path) -> None:
    out = tmp_path / "runs.csv"
    words = ("whatif", film, "--vary", "schedule.home=moscow,mosco,belgrade", "--metric", "budget.total")
    done = call(*words, "--fail-fast", "--workers", 1, "--out", out)

    assert done.code == 6
    assert "2 of 3 runs are kept in" in done.err
    assert not out.exists()
    assert call(*words, "--resume", "--out", out).code == 6
    assert [row["status"] for row in csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))] == [
        "ok",
        "error",
        "ok",
    ]
    stream = call(*words, "--fail-fast", "--workers", 1, "--format", "jsonl")
    assert [run["status"] for run in runs(stream)] == ["ok", "error"]


def test_the_exit_code_of_a_stop_is_that_of_shells() -> None:
    assert STOPPED == 128 + 2


def test_nothing_heavy_is_imported_for_a_table(film) -> None:
    program = (
        "import sys; from coprod_budget.cli.main import app\n"
        f"try: app(['whatif', {str(film)!r}, '--vary', 'fx.RUB=90,100'])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr


def test_somebody_who_stops_reading_is_no_error(film) -> None:
    command = [
        sys.executable,
        "-m",
        "coprod_budget",
        "whatif",
        str(film),
        "--vary",
        "fx.RUB=lin(80,120,9000)",
        "--format",
        "jsonl",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["run"] == 1
    process.stdout.close()

    assert process.wait(timeout=60) == 0
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert "Traceback" not in said
    assert "mistake" not in said


def test_a_bar_is_shown_where_somebody_watches(film, tmp_path) -> None:
    pty = pytest.importorskip("pty")
    main, side = pty.openpty()
    out = tmp_path / "runs.csv"
    many = f"title={','.join(f'Film{n}' for n in range(40))}"
    at_once = "from coprod_budget.cli import main, runs; runs._PATIENCE = -1; main.run()"  # however quick the machine
    command = [
        sys.executable,
        "-c",
        at_once,
        "whatif",
        film,
        "--vary",
        many,
        "--metric",
        "budget.total",
        "--workers",
        "1",
    ]
    process = subprocess.Popen(
        [*map(str, command), "--out", str(out)], stderr=side, cwd=ROOT, env={**os.environ, "TERM": "xterm"}
    )
    os.close(side)
    seen = b""
    while True:
        try:
            more = os.read(main, 65536)
        except OSError:  # nobody writes any more
            break
        if not more:
            break
        seen += more
    os.close(main)

    assert process.wait(timeout=60) == 0
    assert b"40 runs: title (40)" in seen
    assert b"/40" in seen
    assert b"wrote " in seen


def test_only_the_same_texts_go_on_with_what_was_stopped(call, film, tmp_path) -> None:
    out = tmp_path / "runs.csv"
    words = ("whatif", film, "--vary", "schedule.home=mosco,belgrade", "--metric", "budget.total", "--out", out)
    assert call(*words, "--set-text", "title=1984", "--fail-fast", "--workers", 1).code == 6
    other = call(*words, "--set-text", "title=1985", "--resume", columns=300)

    assert other.code == 2
    assert "holds other runs; what differs: film" in other.err
    assert call(*words, "--set-text", "title=1984", "--resume").code == 6
    assert "1 of 2 runs failed" in call(*words, "--set-text", "title=1984").err
    meta = json.loads((tmp_path / "runs.csv.meta.json").read_text(encoding="utf-8"))
    assert meta["project"]["title"] == "1984"
    assert "--set-text title=1984" in meta["command"]


@pytest.mark.parametrize(
    "words",
    [
        ("whatif", "--vary", "schedule.home=moscow,belgrade", "--format", "json"),
        ("sensitivity", "--metric", "budget.total", "--over", "schedule.*", "--format", "json"),
        ("solve", "--find", "schedule.wrap_weeks", "--until", "budget.total <= 1", "--to", "4", "--format", "json"),
        ("optimise", "--over", "schedule.wrap_weeks=1,2", "--minimise", "budget.total", "--format", "json"),
        ("simulate", "--draws", 8, "--set", UNCERTAIN, "--format", "json"),
    ],
)
def test_texts_reach_every_what_if(call, film, words) -> None:
    done = call(words[0], film, *words[1:], "--set-text", "title=0012: a film")

    assert done.code in {0, 5}
    assert '"title": "0012: a film"' in done.out
    assert call(words[0], film, *words[1:], "--set-text", "titel=x").code == 3


def test_what_a_run_says_comes_after_texts_and_the_command_shows_the_same(call, film) -> None:
    fixed = (
        "--set",
        "budget.lines[cut].rate=900.37",
        "--set-text",
        "budget.rounding=unit",
        "--set-text",
        'title=A "b" \\ c',
    )
    words = ("--vary", "budget.rounding=unit,none", "--metric", "budget.total", "--format", "jsonl")
    total = {run["budget.rounding"]: run["budget.total"] for run in runs(call("whatif", film, *words, *fixed))}
    best = ("--over", "budget.rounding=unit,none", "--minimise", "budget.total", "--top", 2, "--format", "json")
    designs = json.loads(call("optimise", film, *best, *fixed).out)["best"]

    assert total["unit"] != total["none"]
    for design in designs:
        said = shlex.split(design["command"])
        alone = json.loads(call(*said[1:], "--format", "json").out)
        assert alone["project"]["title"] == 'A "b" \\ c'
        assert alone["budget"]["total"] == total[design["values"]["budget.rounding"]]
