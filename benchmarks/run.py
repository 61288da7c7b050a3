"""Start-up and throughput, side by side in one run; claims are ratios, because machines differ.

``python benchmarks/run.py`` prints the table; ``--short`` takes fewer rounds; ``--write`` refreshes docs/performance.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

ROOT = Path(__file__).resolve().parent.parent
FILM = ROOT / "examples" / "danube_crossing" / "project.yaml"
BARE = "import typer, rich.table, rich.console, numpy, pydantic, yaml"
VARIED = (
    "fx.RUB",
    "fx.RSD",
    "schedule.shoot_days.moscow",
    "schedule.prep_weeks",
    "budget.charges.contingency.rate",
    "revenue.scenarios.base.gross.RU",
)
METRICS = ("budget.total", "partner.*.borne_share", "party.*.multiple")


def seconds(command: list[str]) -> float:
    """Return the wall time of one fresh process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def start_up(rounds: int) -> tuple[float, float, float]:
    """Return the median times of a bare import and of ``estimate``, taken in turn, and the median of their ratios."""
    bare = [sys.executable, "-c", BARE]
    estimate = [sys.executable, "-m", "coprod_budget", "estimate", str(FILM)]
    pairs = [(seconds(bare), seconds(estimate)) for _ in range(rounds + 1)][1:]
    return (
        statistics.median(b for b, _ in pairs),
        statistics.median(e for _, e in pairs),
        statistics.median(e / b for b, e in pairs),
    )


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
    rounds = 3 if options.short else 11
    bare, estimate, ratio = start_up(rounds)
    rows = [
        ("bare import of typer, rich, numpy, pydantic, yaml", f"{bare * 1000:.0f} ms"),
        ("`estimate` of danube_crossing, whole process", f"{estimate * 1000:.0f} ms"),
        ("ratio, median of pairs", f"{ratio:.2f}"),
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
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure:>12}")
    if options.write:
        table = "\n".join(f"| {name} | {figure} |" for name, figure in rows)
        text = (
            "# Performance\n\n"
            "Written by `python benchmarks/run.py --write`.\n"
            "Absolute times are of one shared two-core machine; only the ratio is a claim.\n\n"
            f"| what | figure |\n|---|---|\n{table}\n"
        )
        (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
