"""Rates of return of many flows at once, against pyxirr called row by row: the same flows in turns in one process.

``python benchmarks/returns.py`` prints medians of ratios; ``--short`` takes fewer turns and rows.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyxirr

from coprod_budget.graph.irr import irr

if TYPE_CHECKING:
    from collections.abc import Callable

PERIODS = (24, 41, 110)
COUNTS = (1, 10, 100, 1_000, 10_000, 100_000)
AIM = 0.35


class Ratio(NamedTuple):
    """Time of the processor a row of ours in microseconds, the same of pyxirr, and the median ratio of the turns."""

    periods: int
    rows: int
    ours: float
    theirs: float
    ratio: float


def once(periods: int, rows: int, seed: int = 1) -> np.ndarray:
    """Flows of an investment: out over the first fifth of the periods, back in later ones, in all proportions."""
    draw, out = np.random.default_rng(seed), max(1, periods // 5)
    flows = np.zeros((periods, rows))
    flows[:out] = -draw.uniform(1e4, 1e6, (out, rows))
    back = np.maximum(0.0, draw.normal(0.3, 1.0, (periods - out, rows)))
    flows[out:] = back * draw.uniform(1e4, 1e6, rows) * 3.0 * out / periods
    return flows


def several(periods: int, rows: int, seed: int = 2) -> np.ndarray:
    """Flows of a producer: a rebate while money still goes out, costs and a repayment after money came back."""
    draw, flows, out = np.random.default_rng(seed), once(periods, rows, seed), max(2, periods // 5)
    flows[1] += draw.uniform(0.0, 1e6, rows)
    flows[out + 2] -= draw.uniform(0.0, 2e5, rows)
    flows[-1] -= draw.uniform(0.0, 1e5, rows)
    return flows


def compare(drawn: Callable[[int, int], np.ndarray], periods: int, rows: int, turns: int) -> Ratio:
    """Let both find the rates of the same flows, in turns."""
    flows = drawn(periods, rows)
    lists, repeats = flows.T.tolist(), max(1, 4000 // rows)
    ours, theirs = [], []
    for _ in range(turns):
        start = time.process_time()
        for _ in range(repeats):
            irr(flows)
        between = time.process_time()
        for _ in range(repeats):
            for row in lists:
                pyxirr.irr(row, silent=True)
        theirs.append((time.process_time() - between) / repeats / rows * 1e6)
        ours.append((between - start) / repeats / rows * 1e6)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return Ratio(periods, rows, statistics.median(ours), statistics.median(theirs), ratio)


def table(drawn: Callable[[int, int], np.ndarray], counts: tuple[int, ...], turns: int) -> str:
    """Return a Markdown table of time a row by periods and rows."""
    lines = ["| periods | rows | ours, µs a row | pyxirr, µs a row | ratio |", "|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {r.periods} | {r.rows:,} | {r.ours:.2f} | {r.theirs:.2f} | {r.ratio:.2f} |"
        for r in (compare(drawn, periods, rows, turns) for periods in PERIODS for rows in counts)
    ]
    return "\n".join(lines)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer turns and rows")
    short = parser.parse_args().short
    counts, turns = (COUNTS[:4], 3) if short else (COUNTS, 5)
    print(f"One change of sign (aim: {AIM} from some hundred rows on):\n")
    print(table(once, counts, turns))
    print("\nSeveral changes of sign:\n")
    print(table(several, counts, turns))


if __name__ == "__main__":
    main()
