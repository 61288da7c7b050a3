"""Start-up and throughput, side by side in one run; claims are ratios, because machines differ.

``python benchmarks/run.py`` prints the table; ``--short`` takes fewer rounds; ``--write`` refreshes docs/performance.md.
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

import numpy as np
import waterfall

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

ROOT = Path(__file__).resolve().parent.parent
FILM = ROOT / "examples" / "danube_crossing" / "project.yaml"
BARE = "import typer, rich.table, rich.console, numpy, pydantic, yaml"
FAIR = f"{BARE}; type('Model', (pydantic.BaseModel,), {{}})"
"""``import pydantic`` alone loads next to nothing of it: the first model class does."""
PROSE = """\
Start-up is measured in fresh processes, the commands in turn, with modules compiled as an installation leaves them.
The bare command is `python -c "import typer, rich.table, rich.console, numpy, pydantic, yaml"`, and the aim is 1.5 times that.
The aim is missed since an estimate also applies the law, makes a finance plan and follows every receipt over the years: the example
has some 6,600 quantities, against 2,000 when the aim was set, and the files of treaties and incentives are read. It is to be won back.
The bare command is what varies: NumPy starts threads for linear algebra, which wait for a processor where there is none to spare.
`estimate` asks for one thread, so it gains most on a busy machine. Where nothing is compiled (`PYTHONDONTWRITEBYTECODE=1` and no
installation) the ratio is about 1.9.

The second line is fairer: `import pydantic` alone loads next to nothing of it, the first model class does, and Typer needs it
for every parameter. No program that takes an option of Typer and checks a file with pydantic can start faster than that line;
the third line takes away what the threads cost, and varies least.

What an estimate adds to the bare command goes, roughly,

- for two fifths to pydantic: its own modules (the first line against the second), our section classes, the validators;
- for a fifth to reading: the template with the position of every value, exchange rates, prices, employer charges, all checked;
- for two fifths to the rest: loading the program, the quantities, their evaluation, the search for break-evens, the tables.

Already spared: NumPy's threads, pydantic's search for plugins, pandas and both workbook libraries (read only when a command needs
them), classes that are slow to make (records are named tuples), exchange rates nobody asks for, Rich's layout of tables
whose widths are known, garbage collection. Not done, on purpose: caches on disk and templates in a second, compiled form.
"""
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


def start_up(rounds: int) -> tuple[list[float], list[float]]:
    """Return the median times of the three imports and of ``estimate``, and the median of its ratios to each import."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1"}
    commands: list[tuple[list[str], dict[str, str]]] = [
        ([sys.executable, "-c", BARE], {}),
        ([sys.executable, "-c", FAIR], {}),
        ([sys.executable, "-c", FAIR], one_thread),
        ([sys.executable, "-m", "coprod_budget", "estimate", str(FILM)], {}),
    ]
    with tempfile.TemporaryDirectory() as compiled:  # modules as an installation leaves them
        taken = [
            [seconds(command, PYTHONPYCACHEPREFIX=compiled, **more) for command, more in commands]
            for _ in range(rounds + 1)
        ][1:]
    times = [statistics.median(column) for column in zip(*taken, strict=True)]
    return times, [statistics.median(row[-1] / row[i] for row in taken) for i in range(len(commands) - 1)]


def inputs(model: Model, count: int) -> dict[str, np.ndarray]:
    """Return values of the six varied inputs around where they stand."""
    draw = np.random.default_rng(7)
    values = model.evaluate()
    return {key: float(values[key][0]) * draw.lognormal(0.0, 0.1, count) for key in VARIED}


def throughput(model: Model, count: int, rounds: int) -> tuple[float, int]:
    """Return evaluations a second of all metrics, and how many nodes are evaluated again for each."""
    program = Program(model.graph, [model.graph[k] for k in METRICS], VARIED)
    given = inputs(model, count)
    program.run(given)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        program.run(given)
        times.append(time.perf_counter() - start)
    return count / statistics.median(times), len(program.steps)


def main() -> None:
    """Print (and keep) the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    parser.add_argument("--write", action="store_true", help="refresh docs/performance.md")
    options = parser.parse_args()
    (bare, fair, single, estimate), (to_bare, to_fair, to_single) = start_up(3 if options.short else 25)
    rows = [
        ("bare import of typer, rich.table, rich.console, numpy, pydantic, yaml", f"{bare * 1000:.0f} ms"),
        ("the same, and one empty pydantic model", f"{fair * 1000:.0f} ms"),
        ("the same with one thread for linear algebra, as `estimate` has", f"{single * 1000:.0f} ms"),
        ("`estimate` of danube_crossing, whole process", f"{estimate * 1000:.0f} ms"),
        ("`estimate` to the bare import, median of pairs", f"{to_bare:.2f}"),
        ("`estimate` to the import with a model, median of pairs", f"{to_fair:.2f}"),
        ("`estimate` to that with one thread, median of pairs", f"{to_single:.2f}"),
    ]
    start = time.perf_counter()
    model = build_model(load_project(FILM.read_text(encoding="utf-8"), filename=FILM.name), open_catalog())
    rows.append(
        (
            f"read and build: {len(model.graph.nodes)} nodes, {len(model.budget.lines)} lines",
            f"{(time.perf_counter() - start) * 1000:.0f} ms",
        )
    )
    for count in (1, 1_000, 100_000):
        speed, steps = throughput(model, count, 3 if count > 1000 or options.short else 30)
        rows.append(
            (f"evaluations a second, {count:,} scenarios, 6 varied inputs ({steps} nodes each)", f"{speed:,.0f}")
        )
    rows += waterfall.measure(2 if options.short else 7)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure:>12}")
    if options.write:
        table = "\n".join(f"| {name} | {figure} |" for name, figure in rows)
        text = (
            "# Performance\n\n"
            "Written by `python benchmarks/run.py --write`.\n"
            "Absolute times are of one shared two-core machine; only the ratios are claims.\n\n"
            f"| what | figure |\n|---|---|\n{table}\n\n## Start-up\n\n{PROSE}"
        )
        (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
