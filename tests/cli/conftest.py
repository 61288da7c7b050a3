"""The program as a reader calls it: in this process, or as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from coprod_budget.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable

FILM = Path(__file__).parents[1] / "report" / "film.yaml"
ROOT = Path(__file__).parents[2]


class Done:
    """What a call left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def call() -> Callable[..., Done]:
    def run(*arguments: object, text: str | bytes | None = None, columns: int = 100) -> Done:
        result = CliRunner(env={"COLUMNS": str(columns)}).invoke(
            app, [str(a) for a in arguments], input=text, prog_name="coprod-budget"
        )

        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.stderr
        return Done(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    source = {"PYTHONPATH": str(ROOT)} if (ROOT / "coprod_budget").is_dir() else {}

    def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "coprod_budget", *map(str, arguments)]
        env = {**os.environ, **source, "COLUMNS": "100", **options.pop("env", {})}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env, encoding="utf-8", **options
        )

        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def film() -> Path:
    return FILM
