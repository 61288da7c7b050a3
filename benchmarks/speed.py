"""The engine on film R against the same film by hand (``kernel_r``), in one thread, side by side in turns; processor time.

``python benchmarks/speed.py`` prints how long both take, where the engine's time goes, what memory would allow, and how the time grows
with the lines of the budget. ``--short`` takes fewer scenarios and rounds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import film_r
import kernel_r
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.model import Model

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
LINES = (100, 400, 1000, 4000, 10_000, 40_000)
MOST_NUMBERS = 10_000_000
STAGES = {
    "the budget": ("budget.total",),
    "the law, rebates, the finance plan": (
        *(key for key in film_r.METRICS if key.startswith(("partner.", "incentive.", "test."))),
        "finance.gap",
    ),
    "receipts and the waterfall": tuple(key for key in film_r.METRICS if key.endswith((".multiple", ".profit"))),
    "flows over time and their rates of return": tuple(key for key in film_r.METRICS if key.endswith(".irr")),
}
"""What is asked for in addition, so that the time of each stage shows."""


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that a piece of work takes: nothing for what it waits while others have the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def in_turns(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Return the times of several pieces of work, done one after another in every round, after one round that does not count."""
    return [[seconds(work) for work in works] for _ in range(rounds + 1)][1:]


def by_hand(model: Model, count: int, rounds: int) -> list[tuple[str, str]]:
    """Compare the engine with both kernels, after checking that all three find the same."""
    kernel, draws = kernel_r.Kernel(model), film_r.draws(count)
    program = film_r.program(model, draws)
    first = seconds(lambda: program.run(draws))
    found, plain, blocked = program.run(draws), kernel.plain(draws), kernel.blocked(draws)
    for key in film_r.METRICS:
        for other in (plain, blocked):
            np.testing.assert_allclose(other[key], found[key], rtol=1e-9, atol=1e-6, err_msg=key)
    taken = in_turns(
        [lambda: program.run(draws), lambda: kernel.blocked(draws), lambda: kernel.plain(draws)],
        rounds,
    )
    engine, blocks, lines = ([row[i] / count * 1e6 for row in taken] for i in range(3))
    once = first - statistics.median(engine) * count / 1e6
    return [
        (f"film R, {count:,} scenarios: the engine, a scenario", f"{statistics.median(engine):.1f} µs"),
        ("made ready for so many, once", f"{max(once, 0.0):.2f} s"),
        ("film R by hand in NumPy, in blocks at two levels", f"{statistics.median(blocks):.1f} µs"),
        ("film R by hand in NumPy, line by line", f"{statistics.median(lines):.1f} µs"),
        ("the engine to the blocked kernel, median of pairs", f"{_ratio(engine, blocks):.2f}"),
        ("the engine to the kernel line by line, median of pairs", f"{_ratio(engine, lines):.2f}"),
    ]


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def stages(model: Model, count: int, rounds: int) -> list[tuple[str, str]]:
    """Say where the engine's time goes: what each further group of metrics adds."""
    draws = film_r.draws(count)
    asked = [[key for group in list(STAGES.values())[: n + 1] for key in group] for n in range(len(STAGES))]
    programs = [film_r.program(model, draws, metrics) for metrics in asked]
    taken = in_turns([lambda p=program: p.run(draws) for program in programs], rounds)  # type: ignore[misc]
    times = [statistics.median(row[n] for row in taken) / count * 1e6 for n in range(len(programs))]
    added = [times[0], *(now - before for before, now in itertools.pairwise(times))]
    return [
        (f"of it {name}", f"{more:.1f} µs ({more / times[-1]:.0%})") for name, more in zip(STAGES, added, strict=True)
    ]


def memory(model: Model, rounds: int) -> list[tuple[str, str]]:
    """Say what memory allows: the bytes that the lines alone touch, against copies inside the cache and outside."""
    rows = len(model.graph.tables["lines"])
    inside, outside = np.ones((rows, kernel_r.WIDE)), np.ones(2**25)
    small, large = np.empty_like(inside), np.empty_like(outside)
    times = 200
    taken = in_turns(
        [lambda: [np.copyto(small, inside) for _ in range(times)], lambda: np.copyto(large, outside)],
        rounds,
    )
    near = statistics.median(2 * inside.nbytes * times / row[0] for row in taken)
    far = statistics.median(2 * outside.nbytes / row[1] for row in taken)
    program = film_r.program(model, film_r.draws(1), ["budget.total"])
    wide = [n for n in program.steps if n.table is not None and n.table.name == "lines"]
    touched = sum(8 * rows * (1 + sum(a.table is n.table for a in n.args)) for n in wide)
    return [
        (f"copying {inside.nbytes // 1024} KiB, inside the cache", f"{near / 1e9:.1f} GB/s"),
        (f"copying {outside.nbytes // 2**20} MiB, outside", f"{far / 1e9:.1f} GB/s"),
        (f"bytes that {len(wide)} columns of {rows} lines read and write, a scenario", f"{touched / 1024:.0f} KiB"),
        ("so the columns of lines take at least, inside the cache", f"{touched / near * 1e6:.1f} µs"),
        ("and outside, where whole arrays would be", f"{touched / far * 1e6:.1f} µs"),
    ]


def growth(counts: Sequence[int], rounds: int) -> list[tuple[str, str]]:
    """Say how the time of a scenario grows with the lines; the rates of single lines are not varied here.

    A thousand scenarios are evaluated together, of the largest films fewer, so that a column of lines has ten million numbers at most.
    """
    rows = []
    for count in counts:
        scenarios = min(1024, MOST_NUMBERS // count)
        draws = {key: values for key, values in film_r.draws(scenarios).items() if not key.startswith("lines.")}
        with tempfile.TemporaryDirectory() as folder:
            model = film_r.build(count, Path(folder) / "data")
        program = film_r.program(model, draws)
        times = [row[0] for row in in_turns([lambda p=program, d=draws: p.run(d)], rounds)]  # type: ignore[misc]
        taken = statistics.median(times) / scenarios
        rows.append(
            (f"{count:,} lines: a scenario, and a line of it", f"{taken * 1e6:,.0f} µs, {taken / count * 1e9:.0f} ns")
        )
    return rows


def measure(*, short: bool) -> dict[str, list[tuple[str, str]]]:
    """Return what was measured in words and figures, by what it is about."""
    model = film_r.build()
    return {
        "hand": by_hand(model, 32_768 if short else 100_000, 3 if short else 9),
        "stages": stages(model, 8192 if short else 32_768, 3 if short else 9),
        "memory": memory(model, 3 if short else 9),
        "growth": growth(LINES[:3] if short else LINES, 2 if short else 3),
    }


def in_one_thread(*, short: bool) -> dict[str, list[tuple[str, str]]]:
    """Measure in a process of its own, with one thread for linear algebra."""
    command = [sys.executable, __file__, "--json", *(["--short"] if short else [])]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=True, capture_output=True, text=True)
    return {about: [(name, figure) for name, figure in rows] for about, rows in json.loads(done.stdout).items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer scenarios and rounds")
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.json:
        json.dump(measure(short=options.short), sys.stdout)
        return
    for rows in in_one_thread(short=options.short).values():
        for name, figure in rows:
            print(f"{figure:>20}  {name}")


if __name__ == "__main__":
    main()
