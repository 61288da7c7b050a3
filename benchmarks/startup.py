"""Whole commands in fresh processes: what starting costs, what an estimate adds, and what ten what-ifs add to that.

``python benchmarks/startup.py`` prints the times side by side; ``--short`` takes fewer rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Sequence

FILM = Path(__file__).resolve().parent.parent / "examples" / "danube_crossing" / "project.yaml"
BARE = "import typer, rich.table, rich.console, numpy, pydantic, yaml"
FAIR = f"{BARE}; type('Model', (pydantic.BaseModel,), {{}})"
"""``import pydantic`` alone loads next to nothing of it: the first model class does."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
PROGRAM = [sys.executable, "-m", "coprod_budget"]
ESTIMATE = [*PROGRAM, "estimate", str(FILM)]
TEN = {
    "of a figure of the budget": ["--vary", "fx.RUB=85:94:1", "--metric", "budget.total"],
    "of a rate of return": [
        "--vary",
        "revenue.scenarios.base.gross.RU=lin(100e6,200e6,10)",
        "--metric",
        "party.fund.irr",
    ],
    "that move the schedule": [
        "--vary",
        "schedule.shoot_days.moscow=10:19:1",
        "--metric",
        "budget.total",
        "--metric",
        "party.ru.multiple",
    ],
}
"""What-ifs of ten runs."""
VARIED = (
    "fx.RUB",
    "fx.RSD",
    "schedule.shoot_days.moscow",
    "schedule.prep_weeks",
    "budget.charges.contingency.rate",
    "revenue.scenarios.base.gross.RU",
)
METRICS = ("budget.total", "partner.*.borne_share", "party.*.multiple")


def seconds(command: list[str], **variables: str) -> float:
    """Return the wall time of one fresh process."""
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}}
    start = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**kept, **variables},
    )
    return time.perf_counter() - start


def in_turns(commands: list[tuple[list[str], dict[str, str]]], rounds: int) -> list[list[float]]:
    """Return the times of several commands, one after another in every round, with modules as an installation leaves them."""
    with tempfile.TemporaryDirectory() as compiled:
        return [
            [seconds(command, PYTHONPYCACHEPREFIX=compiled, **more) for command, more in commands]
            for _ in range(rounds + 1)
        ][1:]


def start_up(rounds: int) -> list[tuple[str, str]]:
    """Compare ``estimate`` with the three imports, in words and figures."""
    commands = [
        ([sys.executable, "-c", BARE], {}),
        ([sys.executable, "-c", FAIR], {}),
        ([sys.executable, "-c", FAIR], ONE_THREAD),
        (ESTIMATE, {}),
    ]
    taken = in_turns(commands, rounds)
    bare, fair, single, estimate = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
    to_bare, to_fair, to_single = (statistics.median(row[-1] / row[i] for row in taken) for i in range(3))
    return [
        ("bare import of typer, rich.table, rich.console, numpy, pydantic, yaml", f"{bare:.0f} ms"),
        ("the same, and one empty pydantic model", f"{fair:.0f} ms"),
        ("the same with one thread for linear algebra, as `estimate` has", f"{single:.0f} ms"),
        ("`estimate` of danube_crossing, whole process", f"{estimate:.0f} ms"),
        ("`estimate` to the bare import, median of pairs", f"{to_bare:.2f}"),
        ("`estimate` to the import with a model, median of pairs", f"{to_fair:.2f}"),
        ("`estimate` to that with one thread, median of pairs", f"{to_single:.2f}"),
    ]


def what_ifs(rounds: int) -> list[tuple[str, str]]:
    """Compare ``whatif`` of ten runs with ``estimate``, in words and figures."""
    runs = [[*PROGRAM, "whatif", str(FILM), *options] for options in TEN.values()]
    taken = in_turns([(command, {}) for command in (ESTIMATE, *runs)], rounds)
    return [
        (
            f"`whatif` of 10 runs {words} to `estimate`, median of pairs",
            f"{statistics.median(row[n] / row[0] for row in taken):.2f}",
        )
        for n, words in enumerate(TEN, 1)
    ]


def throughput(rounds: int, counts: Sequence[int] = (1, 1_000, 100_000)) -> list[tuple[str, str]]:
    """Say how fast the example is built, and evaluated for one scenario and for many."""
    start = time.perf_counter()
    model = build_model(load_project(FILM.read_text(encoding="utf-8"), filename=FILM.name), open_catalog())
    built = (time.perf_counter() - start) * 1000
    rows = [(f"read and build: {len(model.graph.nodes)} nodes, {len(model.budget.lines)} lines", f"{built:.0f} ms")]
    for count in counts:
        speed, steps = _speed(model, count, 3 if count > 1000 else rounds)
        rows.append(
            (f"evaluations a second, {count:,} scenarios, 6 varied inputs ({steps} nodes each)", f"{speed:,.0f}")
        )
    return rows


def _speed(model: Model, count: int, rounds: int) -> tuple[float, int]:
    """Return evaluations a second of all metrics, and how many nodes are evaluated again for each."""
    draw = np.random.default_rng(7)
    values = model.evaluate()
    given = {key: float(values[key][0]) * draw.lognormal(0.0, 0.1, count) for key in VARIED}
    program = Program(model.graph, [model.graph[k] for k in METRICS], VARIED)
    program.run(given)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        program.run(given)
        times.append(time.perf_counter() - start)
    return count / statistics.median(times), len(program.steps)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    rounds = 3 if parser.parse_args().short else 15
    counts = (1, 1_000) if rounds == 3 else (1, 1_000, 100_000)
    for name, figure in (*start_up(rounds), *what_ifs(rounds), *throughput(rounds, counts)):
        print(f"{figure:>12}  {name}")


if __name__ == "__main__":
    main()
