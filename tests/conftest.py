"""What all tests share: where LibreOffice is missing, tests that need it say so, or fail in continuous integration."""

from __future__ import annotations

import pytest
from hypothesis import settings
from recalc import must_have_libreoffice, soffice

settings.register_profile("project", deadline=None)  # machines are shared: how long an example takes says nothing
settings.load_profile("project")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") is None or soffice():
        return
    if must_have_libreoffice():
        pytest.fail("LibreOffice (soffice) is missing, and CI=true does not allow to skip", pytrace=False)
    pytest.skip("LibreOffice (soffice) is not installed: the workbook was not recalculated")
