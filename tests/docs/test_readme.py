"""The Python of the README runs as it stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    pytest.importorskip("pandas")
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code[1], names)  # noqa: S102 - our own page

    total, multiple = capsys.readouterr().out.split()
    assert float(total) == pytest.approx(names["lines"]["total"].sum())
    assert 0 < float(multiple) < 1
    assert (tmp_path / "danube.xlsx").stat().st_size > 10_000
