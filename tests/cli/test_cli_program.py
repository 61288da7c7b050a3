"""The program as a whole: help, version, pipes, colours, our own mistakes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from coprod_budget import __version__

COMMANDS = ("estimate", "check", "explain", "init", "data")


def test_help_names_every_command(call) -> None:
    for arguments in (["--help"], ["-h"], []):
        done = call(*arguments)

        assert done.code == 0
        assert all(re.search(rf"^  {c} ", done.out, re.MULTILINE) for c in COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "data rates", "data schema"])
def test_every_command_explains_itself(call, command: str) -> None:
    done = call(*command.split(), "--help")

    assert done.code == 0
    assert f"Usage: coprod-budget {command}" in done.out


def test_the_version_is_that_of_program_and_data(call) -> None:
    assert re.fullmatch(rf"coprod-budget {re.escape(__version__)}, data to \d{{4}}-\d\d\n", call("--version").out)


def test_an_unknown_command_is_a_usage_error(call) -> None:
    done = call("estimat")

    assert done.code == 2
    assert "estimat" in done.err


def test_our_own_mistake_is_one_line_that_asks_to_report_it(call, film, monkeypatch) -> None:
    from coprod_budget import api

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(api, "estimate", broken)
    done = call("estimate", film)

    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "mistake of the program" in done.err
    assert "ZeroDivisionError: a b" in done.err


def test_the_traceback_is_there_for_who_asks(film) -> None:
    program = (
        "import sys; from coprod_budget import api; api.estimate = None\n"
        f"from coprod_budget.cli.main import app; app(['estimate', {str(film)!r}])"
    )
    root = Path(__file__).parents[2]
    done = {
        debug: subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root,
                              env={**os.environ, "COPROD_BUDGET_DEBUG": debug})
        for debug in ("0", "1")
    }  # fmt: skip

    assert "Traceback" in done["1"].stderr
    assert "Traceback" not in done["0"].stderr
    assert done["0"].returncode == 1


def test_a_reader_that_stops_early_is_no_error(film) -> None:
    program = f"{sys.executable} -m coprod_budget estimate {film} --format json | head -1; echo ${{PIPESTATUS[0]}}"
    root = Path(__file__).parents[2]
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False, cwd=root)

    assert done.stdout.splitlines() == ["{", "0"]
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_words(film) -> None:
    root = Path(__file__).parents[2]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-m", "coprod_budget", "estimate", str(film), "--format", "csv"], stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False, cwd=root)  # fmt: skip

    assert done.returncode == 2
    assert done.stderr == "cannot write: No space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="no limit for the size of files")
@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "FILM", "--out", "x.xlsx"),
        ("whatif", "FILM", "--vary", "fx.RUB=90,100", "--out", "x.csv"),
        ("whatif", "FILM", "--vary", "fx.RUB=90,100", "--out", "x.xlsx"),
        ("solve", "FILM", "--find", "fx.RUB", "--until", "budget.total <= 90000", "--out", "x.md"),
        ("simulate", "FILM", "--set", "uncertainty={fx.RUB: {dist: uniform, low: 9, high: 10}}", "--draws", "4", "--out", "x.csv"),
        ("init", "new"),
    ],
)  # fmt: skip
def test_a_file_on_a_full_disk_is_no_wrong_usage(film, tmp_path, words) -> None:
    said = [str(film) if word == "FILM" else word for word in words]
    program = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", sys.executable, "-m", "coprod_budget"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*program, *said], capture_output=True, text=True, check=False, cwd=tmp_path, env=env)

    assert done.returncode == 2
    assert re.fullmatch(r"cannot write '(x|new/project)\.[a-z.]+': File too large", done.stderr.splitlines()[-1])
    assert "sage" not in done.stderr
    assert "wrote" not in done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]


def test_notes_are_cut_between_words_on_a_terminal_only(film, tmp_path) -> None:
    pty = pytest.importorskip("pty")
    main, side = pty.openpty()
    command = [sys.executable, "-m", "coprod_budget", "solve", str(film), "--find", "fx.RUB"]
    command += ["--until", "finance.gap == 70492.94", "--from", "99", "--to", "101"]
    env = {**os.environ, "COLUMNS": "50", "PYTHONPATH": str(Path(__file__).parents[2])}
    plain = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=side, cwd=tmp_path, env=env):
        os.close(side)
        seen = b""
        with contextlib.suppress(OSError):  # nobody writes any more
            while more := os.read(main, 65536):
                seen += more
    os.close(main)
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", seen.decode()).splitlines()
    notes = [line for line in plain.stderr.splitlines() if len(line) > 50]

    assert notes
    for note in notes:
        start = next(n for n, line in enumerate(lines) if line and note.startswith(line))
        assert " ".join(line.strip() for line in lines[start:]).startswith(note)
        assert len(lines[start]) <= 50
        assert lines[start + 1].startswith("  ")


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_an_interruption_is_quiet() -> None:
    program = (
        "import sys, coprod_budget.cli.main as m\n"
        "print('ready', flush=True)\n"
        "sys.argv = ['coprod-budget', 'estimate', '-']\n"
        "m.run()\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, cwd=root) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)

    assert running.returncode == 130
    assert errors.strip() == ""


def test_a_pipe_gets_no_colours_and_no_line_is_too_wide(process, film) -> None:
    done = process("estimate", film, env={"COLUMNS": "80"})

    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80


def test_no_color_is_honoured_where_colours_are_forced(process, film) -> None:
    coloured = process("estimate", film, env={"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": ""})
    plain = process("estimate", film, env={"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": "1"})

    assert "\x1b[" in coloured.stdout
    assert not re.search(r"\x1b\[[0-9;]*3\d", plain.stdout)


def test_a_terminal_without_letters_of_other_scripts_gets_question_marks(process, film, tmp_path: Path) -> None:
    other = tmp_path / "film.yaml"
    other.write_text(film.read_text(encoding="utf-8").replace("Ruby & Rain", "Балканский рубеж"), encoding="utf-8")
    done = process("estimate", other, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})

    assert done.returncode == 0
    assert "??????" in done.stdout


def test_the_same_project_gives_the_same_bytes(process, film) -> None:
    first, second = (process("estimate", film, "--format", "json", env={"PYTHONHASHSEED": s}).stdout for s in "12")

    assert first == second
