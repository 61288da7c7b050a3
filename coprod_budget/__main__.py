"""``python -m coprod_budget``: the same as the ``coprod-budget`` command."""

from coprod_budget.cli.main import run

if __name__ == "__main__":
    run()
