from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from coprod_budget.catalog import open_catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.catalog import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return open_catalog()


@pytest.fixture(scope="session")
def party(catalog) -> Callable[[str, str, str], object]:
    """Whether a country is a party to an instrument on a day."""
    return lambda treaty, country, day: catalog.treaty(treaty).party(country, date.fromisoformat(day))
