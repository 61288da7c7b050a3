"""What-ifs and simulations as pandas tables, for notebooks and scripts: one row a run, one row a draw."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.whatif.asking import ask
from coprod_budget.whatif.blocks import run_all, run_blocks
from coprod_budget.whatif.grid import Grid, make_grid
from coprod_budget.whatif.results import Asked
from coprod_budget.whatif.study import Runs
from coprod_budget.whatif.sweep import Entry
from coprod_budget.whatif.vary import Varied, parse_values
from coprod_budget.whatif.workers import workers_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from coprod_budget.whatif.metrics import Requirement
    from coprod_budget.whatif.simulate.plan import Plan
    from coprod_budget.whatif.study import Part, Study
    from coprod_budget.whatif.workers import Workers

    Array = NDArray[np.float64]
    Wanted = tuple[Sequence[str], Sequence[Requirement]]


def runs_frame(study: Study, runs: pd.DataFrame, wanted: Wanted, workers: Workers | None = None) -> pd.DataFrame:
    """Return one row for every row of ``runs``, whose columns are paths: those, the metrics, status and message."""
    if not len(runs.columns) or not runs.columns.is_unique:
        msg = "the columns of a table of runs are paths of the film, at least one, and each of them once"
        raise ValueError(msg)
    asked = ask((Entry(study, Grid(())),), *wanted)
    columns = {str(path): _column(runs[path].tolist()) for path in runs.columns}
    rows = Runs(columns)
    parts = (
        (np.arange(part.start, part.start + len(_first(part))), part)
        for part in run_all(study, rows, asked.keys, workers)
    )
    frame = _frame(columns, rows.count, parts, asked)
    return frame.set_index(runs.index)


def grid_frame(
    study: Study,
    vary: Mapping[str, Iterable[Any] | str],
    pairs: Mapping[str, Iterable[Any] | str],
    rests: Sequence[str],
    wanted: Wanted,
    workers: int | None = None,
    dask: str = "",
) -> pd.DataFrame:
    """Return one row for every choice of the values; the last path varies fastest."""
    grid = make_grid(
        study, [varied_of(*one) for one in vary.items()], [varied_of(*one) for one in pairs.items()], rests
    )
    asked = ask((Entry(study, grid),), *wanted)
    team = workers_for(sum(1 for _ in grid.blocks()), workers, dask)
    blocks = ((start, grid.part(start, stop)) for start, stop in grid.blocks())
    parts = (
        (grid.numbers(part.start, part.start + len(_first(part))), part)
        for part in run_blocks(study, blocks, asked.keys, team)
    )
    return _frame(grid.numbered(0, grid.count).columns, grid.count, parts, asked)


def draws_frame(study: Study, plan: Plan, workers: Workers | None = None) -> pd.DataFrame:
    """Return one row a draw: what was drawn, the metrics, status and message."""
    from coprod_budget.whatif.simulate.run import simulate  # noqa: PLC0415 - most what-ifs draw nothing

    found = simulate(study, plan, workers=workers)
    if found.lost is not None:
        raise found.lost
    asked = Asked(
        tuple(found.metrics.values()),
        tuple((one.requirement, study.metric(one.requirement.key)) for one in plan.requirements),
    )
    columns = found.draws.part(0, found.done).columns
    return _table(columns, found.done, found.kept, found.failed, asked)


def varied_of(path: str, values: Iterable[Any] | str) -> Varied:
    """Return what a path takes: values as they are, or as they are written behind ``--vary``."""
    if isinstance(values, str):
        return Varied(path, *parse_values(values, f"{path}="))
    return Varied(path, tuple(map(_value, values)))


def _value(value: Any) -> Any:
    """A value as the file would have it: numbers as floats, days without a time; those of NumPy and pandas as Python's."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, datetime):  # a day that is missing is one as well, and has no time
        return plain.date() if str(plain) != "NaT" and plain.time() == time() else plain
    return float(plain) if isinstance(plain, int | float) and not isinstance(plain, bool) else plain


def _column(values: list[Any]) -> Array | list[Any]:
    found = [_value(value) for value in values]
    return np.asarray(found, dtype=np.float64) if all(isinstance(value, float) for value in found) else found


def _first(part: Part) -> Array:
    return next(iter(part.values.values()))  # noqa: PD011 - of a Part


def _frame(
    columns: Mapping[str, Any], count: int, parts: Iterator[tuple[NDArray[np.integer[Any]], Part]], asked: Asked
) -> pd.DataFrame:
    values = {key: np.full(count, np.nan) for key in asked.keys}
    problems: dict[int, str] = {}
    for rows, part in parts:
        for key, found in part.values.items():  # noqa: PD011 - of a Part
            values[key][rows] = found
        problems |= {int(rows[number - part.start]): why for number, why in part.problems.items()}
    return _table(columns, count, values, problems, asked)


def _table(
    columns: Mapping[str, Any], count: int, values: Mapping[str, Array], problems: Mapping[int, str], asked: Asked
) -> pd.DataFrame:
    import pandas as pd

    table: dict[str, Any] = {**columns, **asked.figures(values), **asked.outcomes(values, problems, count)}
    return pd.DataFrame(table)
