"""What a second process gains, and how much memory a million runs need: film R with 30 numbers drawn.

``python benchmarks/scale.py`` prints the tables; ``--short`` takes fewer runs. The gain of a second process is compared with that of
a loop that does nothing but count, in turns with it: processors share caches, memory, clock and other people's work.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from film_r import DATA, METRICS, VARIED, film_r

from coprod_budget.graph import narrowing
from coprod_budget.whatif.blocks import run_all
from coprod_budget.whatif.study import BLOCK, Runs, Study
from coprod_budget.whatif.workers import Processes

COUNTED = 800_000
"""Steps of the loop that is compared with: about as long as a block."""
WARM = narrowing.FIRST // BLOCK + 2
"""Blocks after which a process has made its plans: the ones before do not count."""
MIB = 2**20
AIM_GAIN, AIM_MEMORY, AIM_FIXED = 0.9, 1.25, 64


class Drawn:
    """Values of what is varied, even over its range, made block by block."""

    def __init__(self, count: int) -> None:
        self.count = count

    def part(self, start: int, stop: int) -> Runs:
        """Return the runs from one number to before another."""
        random = np.random.default_rng(start)
        return Runs({path: random.uniform(low, high, stop - start) for path, (low, high) in VARIED.items()})


class Memory(NamedTuple):
    """Peak of the resident memory of a process, and the bytes of the outputs that it kept."""

    runs: int
    peak: int
    kept: int
    seconds: float


def study() -> Study:
    """Return film R, to be asked."""
    return Study(film_r().project, filename="film_r.yaml", data=[DATA])


def blocks_a_second(count: int, blocks: int) -> float:
    """Return how many blocks so many processes finish a second, once all of them have read the film and made their plans."""
    arrived = [time.perf_counter() for _ in run_all(study(), Drawn(blocks * BLOCK), METRICS, Processes(count))]
    return _rate(arrived, warm=WARM * count)


def counted_a_second(count: int, blocks: int) -> float:
    """Return how many loops so many processes finish a second."""
    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        loops = as_completed([pool.submit(counted, COUNTED) for _ in range(blocks)])
        return _rate([time.perf_counter() for _ in loops], warm=WARM * count)


def counted(steps: int) -> int:
    """Work for a processor alone: no memory to speak of."""
    total = 0
    for step in range(steps):
        total += step & 3
    return total


def _rate(arrived: list[float], warm: int) -> float:
    return (len(arrived) - warm) / (arrived[-1] - arrived[warm - 1])


def memory(runs: int) -> Memory:
    """Keep all outputs of so many runs, as a study of quantiles has to, in a process of its own."""
    command = [sys.executable, __file__, "--keep", str(runs)]
    return Memory(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def keep(runs: int) -> None:
    """Do that, and print what it took."""
    start = time.perf_counter()
    kept = {metric: np.empty(runs) for metric in METRICS}
    for part in run_all(study(), Drawn(runs), METRICS):
        for metric, values in part.values.items():
            kept[metric][part.start : part.start + len(values)] = values
    taken = Memory(
        runs, peak_of_this_process(), sum(values.nbytes for values in kept.values()), time.perf_counter() - start
    )
    sys.stdout.write(json.dumps(taken._asdict()))


def peak_of_this_process() -> int:
    """Return the most bytes that were resident; what Python reports would be that of the program that began this one, if that is more."""
    said = Path("/proc/self/status")
    if said.exists():
        return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", said.read_text(encoding="ascii")).group(1))  # type: ignore[union-attr]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def gain_table(turns: int, blocks: int) -> str:
    """Return a Markdown table of what a second process gains."""
    ratios, lines = [], ["| turn | film R | counting | film R / counting |", "|---:|---:|---:|---:|"]
    for turn in range(turns):
        counted_one, study_one = counted_a_second(1, blocks), blocks_a_second(1, blocks)
        counted_two, study_two = counted_a_second(2, 2 * blocks), blocks_a_second(2, 2 * blocks)
        gain, control = study_two / study_one, counted_two / counted_one
        ratios.append(gain / control)
        lines.append(f"| {turn + 1} | {gain:.2f} | {control:.2f} | {ratios[-1]:.2f} |")
    return "\n".join([*lines, f"| median | | | {statistics.median(ratios):.2f} (aim: {AIM_GAIN}) |"])


def memory_table(runs: int) -> str:
    """Return a Markdown table of what memory grows with."""
    few, many = memory(BLOCK), memory(runs)
    allowed = AIM_MEMORY * many.kept + AIM_FIXED * MIB
    lines = ["| runs | outputs kept, MiB | peak, MiB | s |", "|---:|---:|---:|---:|"]
    lines += [f"| {m.runs:,} | {m.kept / MIB:.0f} | {m.peak / MIB:.0f} | {m.seconds:.0f} |" for m in (few, many)]
    more = many.peak - few.peak
    return "\n".join([*lines, f"| more | | {more / MIB:.0f} (aim: at most {allowed / MIB:.0f}) | |"])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer turns and runs")
    parser.add_argument("--keep", type=int, metavar="RUNS", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.keep:
        keep(asked.keep)
        return
    turns, blocks, runs = (1, 2 * WARM, 100_000) if asked.short else (5, 60, 1_000_000)
    print("What a second process gains (one process is 1):\n")
    print(gain_table(turns, blocks))
    print(f"\nMemory, with {len(METRICS)} outputs of every run kept:\n")
    print(memory_table(runs))


if __name__ == "__main__":
    main()
