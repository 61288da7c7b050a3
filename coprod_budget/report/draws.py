"""Every draw of a simulation as a row: what was drawn, the metrics, whether it came about; written piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from coprod_budget.report.runs import write_runs
from coprod_budget.report.simulation_dict import meta
from coprod_budget.whatif.results import MESSAGE, RUN, STATUS, Asked, Field, Rows
from coprod_budget.whatif.study import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coprod_budget.whatif.simulate.run import Simulation

SUFFIXES: Final = (".parquet", ".csv", ".jsonl")


def write_draws(found: Simulation, path: Path, command: str = "") -> list[Path]:
    """Write one row a draw to a file by its ending, and return the paths of what was written; existing files are replaced.

    Money stands in the units of the metrics, shares as fractions, verdicts as words. What says how it was drawn stands in the
    metadata of a Parquet file, of the others in a file beside.
    """
    about: dict[str, Any] = {**meta(found, command), "units": {key: m.unit for key, m in found.metrics.items()}}
    return write_runs(path, draw_rows(found), draw_fields(found), about)


def draw_fields(found: Simulation) -> tuple[Field, ...]:
    """Return the columns: number of the draw, uncertain numbers by their path, metrics, status and message."""
    drawn = [Field(path, "number", "varied", one.words) for one in found.draws.everything for path in one.paths]
    asked = Asked(tuple(m for m in found.metrics.values() if m.key not in found.draws.paths))
    return tuple(field for field in asked.fields(drawn, variants=False) if field.name != "id")


def draw_rows(found: Simulation) -> Iterator[Rows]:
    """Yield the draws block by block; what was drawn is drawn again, so that it need not be kept."""
    asked = Asked(tuple(found.metrics.values()))
    for start in range(0, found.done, BLOCK):
        stop = min(start + BLOCK, found.done)
        values = {key: column[start:stop] for key, column in found.kept.items()}
        failed = {row - start: why for row, why in found.failed.items() if start <= row < stop}
        outcomes = asked.outcomes(values, failed, stop - start)
        yield Rows({
            RUN: np.arange(start + 1, stop + 1),
            **found.draws.block(start, stop),
            **asked.figures(values),
            STATUS: outcomes[STATUS],
            MESSAGE: outcomes[MESSAGE],
        })  # fmt: skip
