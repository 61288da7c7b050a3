from __future__ import annotations

from pathlib import Path

import pytest

from coprod_budget.catalog import Catalog, open_catalog

RURITANIA = Path(__file__).parent.parent / "ruritania"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped data alone."""
    return open_catalog()


@pytest.fixture(scope="session")
def ruritania() -> Catalog:
    """The shipped data and the invented country of ``tests/ruritania``."""
    return open_catalog([RURITANIA])
