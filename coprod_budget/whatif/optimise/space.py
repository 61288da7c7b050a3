"""The designs that there are: what is varied, and what of it has to sum to a total (34 days over three cities)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod_budget.project import parse_percent
from coprod_budget.project.source import join_path
from coprod_budget.whatif.grid import Axis, Grid, make_grid
from coprod_budget.whatif.vary import Varied, VaryError
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod_budget.whatif.study import Study
    from coprod_budget.yaml_reader import Key

MAX_SPLITS = 1_000_000
"""Ways of splitting one total."""
_NEAR = 1e-9
_NUMBER = r"\d{1,12}(?:\.\d{1,12})?%?"
_TOTAL = re.compile(rf"\s*(?P<path>[^=\s]+)\s*=\s*(?P<sum>{_NUMBER})\s*(?::\s*(?P<step>{_NUMBER})\s*)?", re.ASCII)
_EXAMPLE = "schedule.shoot_days=34, or schedule.shoot_days=34:2 for steps of two days"


class Total(NamedTuple):
    """What the numbers below a path sum to; ``step`` is the distance of their values where nothing else says which they take."""

    path: str
    sum: float
    step: float
    percent: bool = False

    @classmethod
    def parse(cls, text: str) -> Total:
        """Read ``PATH=SUM`` or ``PATH=SUM:STEP``; a VaryError says what cannot be read."""
        found = _TOTAL.fullmatch(text)
        if found is None:
            msg = f"{shown(text)} cannot be read; write PATH=SUM, such as {_EXAMPLE}"
            raise VaryError(msg)
        total, step = _number(found["sum"]), _number(found["step"] or "1")
        if step <= 0 or total <= 0:
            msg = f"{shown(text)}: a total and a step are above 0; write {_EXAMPLE}"
            raise VaryError(msg)
        return cls(found["path"], total, step, found["sum"].endswith("%"))


def make_space(study: Study, varied: Sequence[Varied], totals: Sequence[Total] = (), rests: Sequence[str] = ()) -> Grid:
    """Return all designs: every choice of the varied values in which each total is kept. A VaryError says what does not go together."""
    project = study.base.project
    varied = list(varied)
    groups: list[tuple[Total, list[Varied]]] = []
    for total in totals:
        within = [column for column in varied if project.keys(column.path)[:-1] == project.keys(total.path)]
        if not within:
            within = _all_below(study, total)
            varied += within
        groups.append((total, within))
    grid = make_grid(study, varied, (), rests)
    grouped = {column.path for _, within in groups for column in within}
    alone = tuple(axis for axis in grid.axes if axis.columns[0].path not in grouped)
    return Grid((*(_splits(study, total, within) for total, within in groups), *alone), grid.rests)


def split(values: Sequence[NDArray[np.float64]], total: float) -> NDArray[np.float64]:
    """Return all choices of one value of each that sum to the total, one a row, the last column varying fastest."""
    near = _NEAR * max(1.0, abs(total))
    rows = np.zeros((1, 0))
    for number, column in enumerate(values):
        rows = np.hstack([np.repeat(rows, len(column), axis=0), np.tile(column, len(rows))[:, None]])
        rest = values[number + 1 :]
        left = total - rows.sum(axis=1)
        able = (left >= sum(v.min() for v in rest) - near) & (left <= sum(v.max() for v in rest) + near)
        rows = rows[able]
        if len(rows) > MAX_SPLITS:
            msg = f"{total:g} can be split in more than {MAX_SPLITS:,} ways; take larger steps"
            raise VaryError(msg)
    return rows


def _splits(study: Study, total: Total, within: list[Varied]) -> Axis:
    project = study.base.project
    words = next((column.path for column in within if not column.is_numeric), "")
    if words:
        msg = f"{words} takes words, which sum to nothing; give numbers"
        raise VaryError(msg)
    here = project.keys(total.path)
    mine = {project.keys(column.path) for column in within}
    stay = [join_path((*here, key), None) for key in _entries(study, total) if (*here, key) not in mine]
    fixed = math.fsum(_now(study, path) for path in stay)
    rows = split([np.asarray(column.values) for column in within], total.sum - fixed)
    if not len(rows):
        beside = f" beside {', '.join(stay)} ({fixed:g})" if fixed else ""
        msg = f"no choice of values of {', '.join(c.path for c in within)}{beside} sums to {total.sum:g}; give other values"
        raise VaryError(msg)
    percent = total.percent or all(column.percent for column in within)
    return Axis(tuple(Varied(c.path, tuple(rows[:, n].tolist()), percent) for n, c in enumerate(within)))


def _all_below(study: Study, total: Total) -> list[Varied]:
    here = study.base.project.keys(total.path)
    paths = [join_path((*here, key), None) for key in _entries(study, total)]
    for path in paths:
        _now(study, path)  # has to be a number
    steps = math.floor(total.sum / total.step + _NEAR)
    if abs(steps * total.step - total.sum) > _NEAR * total.sum:
        msg = f"steps of {total.step:g} do not arrive at {total.sum:g}; give a step that does"
        raise VaryError(msg)
    values = tuple(float(f"{n * total.step:.14g}") for n in range(steps + 1))
    return [Varied(path, values, total.percent) for path in paths]


def _entries(study: Study, total: Total) -> list[Key]:
    found = study.base.project.value_at(total.path)
    if not isinstance(found, dict) or not found:
        msg = f"{total.path} has no entries that could sum to {total.sum:g}; name a mapping such as schedule.shoot_days"
        raise VaryError(msg)
    return list(found)


def _now(study: Study, path: str) -> float:
    found = study.current(path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        msg = f"{path} is {shown(found)}, which is no number that could be part of a total; vary it, or set it to a number"
        raise VaryError(msg)
    return float(found)


def _number(text: str) -> float:
    share = parse_percent(text)
    return float(text) if share is None else share
