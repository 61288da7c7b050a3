"""``python -m coprod_budget`` is the same as ``coprod-budget``."""

from coprod_budget.cli.main import run

run()
