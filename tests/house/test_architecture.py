"""The house: rooms import one way, the graph knows nothing of film, modules stay small, nothing heavy at the door."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "coprod_budget"
HEAVY = ("pandas", "openpyxl", "xlsxwriter", "matplotlib", "scipy")
EXAMPLE = ROOT / "examples" / "danube_crossing" / "project.yaml"

LINES_ALLOWED = 400
LONG_MODULES: dict[str, str] = {}
"""Modules over the limit, each with the reason why it is not split."""

FILM_WORDS = (
    "budget", "film", "movie", "cinema", "partner", "territory", "territories", "shoot", "shooting", "crew", "producer",
    "distributor", "exhibitor", "treaty", "incentive", "rebate", "waterfall", "recoup", "box office", "eurimages",
)  # fmt: skip

needs_source = pytest.mark.skipif(not PACKAGE.is_dir(), reason="the installed package is tested here, not the source")


@needs_source
def test_imports_between_rooms_run_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@needs_source
def test_the_graph_has_no_word_of_film_in_it() -> None:
    word = re.compile(rf"\b({'|'.join(FILM_WORDS)})s?\b", re.IGNORECASE)
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted((PACKAGE / "graph").glob("*.py"))
        for number, line in enumerate(path.read_text().replace("coprod_budget", "").splitlines(), 1)
        if word.search(line.replace("_", " "))
    ]

    assert found == []


@needs_source
def test_modules_stay_short_enough_to_read() -> None:
    lines = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in sorted(PACKAGE.rglob("*.py"))}
    long = {name: count for name, count in lines.items() if count > LINES_ALLOWED}

    assert long.keys() == LONG_MODULES.keys()


@needs_source
def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(p.relative_to(ROOT)) for p in PACKAGE.rglob("*.py") if not ast.get_docstring(ast.parse(p.read_text()))
    ]

    assert silent == []


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["estimate", str(EXAMPLE)], ["check", str(EXAMPLE)]],
    ids=lambda arguments: arguments[0],
)
def test_what_is_only_shown_on_the_screen_loads_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from coprod_budget.cli.main import run\n"
        f"sys.argv = ['coprod-budget', *{arguments!r}]\n"
        "try:\n    run()\nexcept SystemExit as stop:\n    code = stop.code\nelse:\n    code = 0\n"
        f"print('HEAVY', code or 0, [m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=_cwd(tmp_path)
    )

    assert done.stdout.strip().splitlines()[-1:] == ["HEAVY 0 []"], done.stdout + done.stderr


def _cwd(elsewhere: Path) -> Path:
    """With ``-c`` Python looks for the package in the working directory: the checkout, or nowhere when it is installed."""
    return ROOT if PACKAGE.is_dir() else elsewhere
