"""What the page about what-ifs shows works as it is written there."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from pages import DOCS, files_of
from typer.testing import CliRunner

from coprod_budget.cli.main import app
from coprod_budget.whatif.sweep import VERSION

PAGE = (DOCS / "what-ifs.md").read_text(encoding="utf-8")
OPTIONS = re.findall(r"^\| `(--vary [^`]+)` \|", PAGE, re.MULTILINE)


@pytest.fixture
def call(tmp_path, monkeypatch):
    """The program, in a folder with the film of the page."""
    for name, text in files_of(PAGE).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda words: CliRunner(env={"COLUMNS": "80"}).invoke(app, words, prog_name="coprod-budget")


@pytest.mark.parametrize("option", OPTIONS)
def test_the_values_of_the_page_are_read(call, option: str) -> None:
    done = call(["whatif", "film.yaml", *shlex.split(option), "--dry-run"])

    assert done.exit_code == 0, done.output


def test_what_is_said_once_and_every_column_is_on_the_page(call) -> None:
    words = shlex.split("whatif film.yaml --variant all --vary fx.RUB=100 --metric budget.total --format json")
    done = call([*words, "--require", "budget.total > 0"])

    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["meta"]["version"] == VERSION
    for name in found["meta"]:
        assert f"`{name}`" in PAGE
    for name in set(found["runs"][0]) - {"fx.RUB", "budget.total"}:
        assert f"`{name}`" in PAGE


@pytest.mark.usefixtures("call")
def test_the_python_of_the_page_runs_and_its_columns_are_on_it(capsys) -> None:
    pytest.importorskip("pandas")
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102 - our own page

    assert [len(names[name]) for name in ("runs", "answers", "best")] == [6, 1, 10]
    assert len(names["moves"]) > 5
    assert "default" in capsys.readouterr().out
    assert set(names["best"]["schedule.shoot_days.moscow"]) <= set(range(4, 21))
    told = PAGE.partition("| function |")[2]
    for name, paths in (("answers", ()), ("best", ("schedule.", "budget.")), ("values", ())):
        columns = [c for c in names[name].columns if not c.startswith(paths or "?")]
        assert all(f"`{column}`" in told for column in columns)
    for name in ("now", "nearest", "kept_everywhere"):
        assert name in names["answers"].attrs
        assert f"`{name}`" in told
    assert {"designs", "requirements", "conflicts", "nearest"} <= set(names["best"].attrs)
    assert "cannot_be_moved" in names["moves"].attrs
