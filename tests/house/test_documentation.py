"""Every command in the documentation runs and shows what the page says it shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docs_commands import PROGRAM, equal, loosely_equal, read_page, words
from typer.testing import CliRunner

from coprod_budget.cli.main import app

if TYPE_CHECKING:
    from docs_commands import Command

ROOT = Path(__file__).parents[2]
PAGES = sorted(p for p in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")] if p.is_file())
SECONDS = 120


def _environment(room: Path) -> dict[str, str]:
    """A shell in which the program of this very Python (and of this checkout, if it is one) is found first."""
    program = room / "bin" / PROGRAM
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom coprod_budget.cli.main import run\n\nrun()\n")
    program.chmod(0o755)
    source = {"PYTHONPATH": str(ROOT)} if (ROOT / "coprod_budget").is_dir() else {}
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **source, "PATH": path, "NO_COLOR": "1", "COLUMNS": "160", "LINES": "50", "TERM": "dumb"}


def _done(command: Command, desk: Path, environment: dict[str, str], *, shell: bool) -> tuple[int, str, str]:
    """Exit code and output: of a shell, or of this process where a shell would only start the program (half a second)."""
    alone = None if shell else words(command.text)
    if alone is not None:
        with chdir(desk / command.folder):
            result = CliRunner(env=environment).invoke(app, alone, prog_name=PROGRAM)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr
    done = subprocess.run(
        ["bash", "-c", command.text], cwd=desk / command.folder, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_of_the_page_does_what_the_page_says(page: Path, tmp_path: Path) -> None:
    read = read_page(page.read_text(encoding="utf-8"))
    environment = _environment(tmp_path)
    desk = tmp_path / "desk"
    shutil.copytree(ROOT / "examples", desk / "examples")
    files = list(read.files)
    wrong = []
    for command in read.commands:
        while files and files[0][0] < command.line:
            _, name, content = files.pop(0)
            (desk / name).parent.mkdir(parents=True, exist_ok=True)
            (desk / name).write_text(content, encoding="utf-8")
        code, out, err = _done(command, desk, environment, shell=page.name == "README.md")
        same = equal(command.shown, out, exact=command.exact) or equal(command.shown, out + err, exact=command.exact)
        if code != command.exit_code or not same:
            told = "\n".join(command.shown)
            wrong.append(
                f"{page.name}:{command.line}: $ {command.text}\nexit {code}, expected {command.exit_code}\n"
                f"--- page\n{told}\n--- output\n{out}{err}"
            )

    assert not wrong, "\n\n".join(wrong)


SAMPLE = """
# Page
```console
$ pip install coprod-budget
$ coprod-budget estimate a.yaml \\
    --format json
total   100
...
$ cd deep
```
<!-- file: deep/b.yaml -->
```yaml
title: B
```
text
<!-- exact -->
<!-- exit: 3 -->

```sh
$ coprod-budget check b.yaml
b.yaml:1:1: wrong
$ coprod-budget check b.yaml | head -1
```
<!-- not run: asks questions -->
```console
$ coprod-budget init
```
"""


def test_commands_files_and_marks_of_a_page_are_found() -> None:
    page = read_page(SAMPLE)

    assert page.files == [(12, "deep/b.yaml", "title: B\n")]
    assert [(c.text, c.shown, c.exact, c.exit_code, c.folder) for c in page.commands] == [
        ("coprod-budget estimate a.yaml --format json", ["total   100", "..."], False, 0, ""),
        ("coprod-budget check b.yaml", ["b.yaml:1:1: wrong"], True, 0, "deep"),
        ("coprod-budget check b.yaml | head -1", [], True, 3, "deep"),
    ]


def test_only_what_needs_no_shell_is_cut_into_words() -> None:
    assert words("coprod-budget solve film.yaml --until 'a[b] >= 1' --set \"~c\"") == [
        "solve", "film.yaml", "--until", "a[b] >= 1", "--set", "~c",
    ]  # fmt: skip
    for text in ("x", "cat a | coprod-budget", "coprod-budget a > b", "coprod-budget $HOME", "coprod-budget *.yaml",
                 "coprod-budget ~/a", "COLUMNS=80 coprod-budget", "coprod-budget whatif a --workers 2"):  # fmt: skip
        assert words(text) is None, text


def test_a_loose_comparison_ignores_blanks_and_frames_but_no_figure() -> None:
    output = "\u250f\u2501\u2501\u2513\n\u2503 total \u2503  1,234.50 EUR \u2503\nsecond line\n"

    assert loosely_equal(["total 1,234.50 EUR", "", "second ... line"], output.replace("second", "second and last"))
    assert loosely_equal(["...", "second line"], output)
    assert not loosely_equal(["total 1,234.60 EUR"], output)
    assert not loosely_equal(["second line", "total"], output)
    assert not equal(["total  1"], "total 1\n", exact=True)
