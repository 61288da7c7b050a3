from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from coprod_budget.catalog import open_catalog
from coprod_budget.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from coprod_budget.catalog import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return open_catalog()


@pytest.fixture
def call() -> Callable[..., Result]:
    def run(*arguments: object, columns: int = 160) -> Result:
        runner = CliRunner(env={"COLUMNS": str(columns)})
        result = runner.invoke(app, [str(a) for a in arguments], prog_name="coprod-budget")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
