"""What all tests share: where LibreOffice is missing, tests that need it say so, or fail in continuous integration."""

from __future__ import annotations

import gc
import signal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.testing
from hypothesis import settings
from recalc import must_have_libreoffice, soffice

import coprod_budget.catalog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xdist.remote import Producer

    from coprod_budget.catalog import Catalog

# begun in the background: programs that tests interrupt must hear it all the same
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("project", deadline=None)  # machines are shared: how long an example takes says nothing
settings.load_profile("project")
# a film is a ring of many objects: looking for rings after every 700 of them takes a fifth of the time
gc.set_threshold(200_000, 10, 20)
typer.testing._get_command = cache(typer.main.get_command)  # type: ignore[attr-defined]  # commands are built once

RURITANIA = Path(__file__).parent / "ruritania"
_open = coprod_budget.catalog.open_catalog
_opened = cache(_open)


def _open_catalog(extra: Sequence[Path] = ()) -> Catalog:
    """Read the shipped data and that of the invented country once in a process, as a study does: every call would read it anew."""
    folders = tuple(map(Path, extra))
    return _opened(folders) if set(folders) <= {RURITANIA} else _open(extra)


coprod_budget.catalog.open_catalog = _open_catalog  # before the rest of the program takes it from there

TOGETHER = "tests/workbook/"
"""Tests of this folder share films, workbooks and what LibreOffice makes of them in two minutes: they stay with one process."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> object | None:
    """Hand out tests one by one, and all of ``TOGETHER`` at once and first, because they take longest.

    Marks of xdist (``xdist_group``) would do, but xdist 3.8 does not see them with pytest 9.2.
    """
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER if nodeid.startswith(TOGETHER) else nodeid

    return Scheduling(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") is None or soffice():
        return
    if must_have_libreoffice():
        pytest.fail("LibreOffice (soffice) is missing, and CI=true does not allow to skip", pytrace=False)
    pytest.skip("LibreOffice (soffice) is not installed: the workbook was not recalculated")
