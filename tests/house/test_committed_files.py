"""What is committed can be read by anybody: nothing points to the machine on which it was written."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _committed() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is nothing committed to look at")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_committed_file_names_a_folder_of_this_machine() -> None:
    parent = str(ROOT.parent).rstrip("/")
    strings = [re.escape("../" + "shared")]  # written in two parts: this file is looked at, too
    if parent:
        strings.append(rf"(?<![\w.\-/]){re.escape(parent)}/")
    pattern = re.compile("|".join(strings))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in _committed()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]

    assert found == []


def test_no_committed_file_is_so_large_that_it_must_be_data_of_somebody_else() -> None:
    large = [str(p.relative_to(ROOT)) for p in _committed() if p.stat().st_size > 1_000_000]

    assert large == []
