"""The fixed film of the report tests, and snapshots: UPDATE_SNAPSHOTS=1 writes them anew, to be read as a diff."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coprod_budget import api

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def film() -> api.Estimate:
    text = (HERE / "film.yaml").read_text(encoding="utf-8")
    return api.estimate(api.load_text(text, filename="film.yaml"))


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    def compare(name: str, found: str) -> None:
        path = HERE / "snapshots" / name
        found = "\n".join(line.rstrip() for line in found.splitlines()) + "\n"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            path.write_text(found, encoding="utf-8")

        assert path.read_text(encoding="utf-8") == found

    return compare
