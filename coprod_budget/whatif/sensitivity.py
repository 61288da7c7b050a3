"""Sensitivity of one figure: one number after another is moved, all others stay as they stand.

A *swing* moves a number to a low and a high value (what one draw in ten stays below and above, or factors); a *slope* moves it by a
hundredth either way. So large a step is needed as lines are rounded to a cent. What a file states and what only the data state (prices,
rates of the law, template parameters) is all moved alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.graph import Program
from coprod_budget.graph.links import ancestors
from coprod_budget.project import number_at
from coprod_budget.project.source import join_path
from coprod_budget.whatif.ranges import Limits, in_percent, limits_of, number_now
from coprod_budget.whatif.shape import build_shape
from coprod_budget.whatif.study import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.graph import Graph
    from coprod_budget.project import Project
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.study import Study

    Array = NDArray[np.float64]

FACTORS = (0.9, 1.1)
"""A number without a range of its own swings between these parts of its value."""
STEP = 0.01
"""Relative step of a slope; of a number that is 0, the step of a share and (as 1) of anything else."""
BENT = 0.05
"""Slopes to the left and to the right that differ by more than this part are both told."""
MAKING_ROOM = "the others make room"
CHUNK = 256
"""Inputs of the data that are moved in one evaluation."""
CELLS = 4_000_000
"""Values of a block of runs in memory: numbers of the file, times runs."""
_NOT_MOVED = ("uncertainty", "variants", "base")
_TIME = {"months", "periods", "runs", "alone", "verdicts"}
_COUNTED = {"count", "points", "countries"}
_OWN = ("calendar.", "alone.", "cashflow.")
_EURO = "fx.EUR"
"""These are no numbers of the film: what follows from its dates, what is only tried, and that a euro is a euro."""


class Input(NamedTuple):
    """One number of the film: its path (or key, where only the data state it), what it is and what it is worth now."""

    path: str
    label: str
    unit: str
    value: float
    limits: Limits
    in_file: bool
    percent: bool = False
    """People write it in per cent."""


class Swing(NamedTuple):
    """The figure with an input at its low and at its high value, not a number where the film refuses that."""

    input: Input
    low: float
    high: float
    at_low: float
    at_high: float
    reach: str
    """Where low and high come from, in words."""
    note: str = ""

    @property
    def size(self) -> float:
        """How far apart the two figures are."""
        both = abs(self.at_high - self.at_low)
        return both if math.isfinite(both) else 0.0


class Slope(NamedTuple):
    """What one unit more of an input does to the figure, and what one per cent more does, in per cent (``elasticity``)."""

    input: Input
    derivative: float
    elasticity: float | None
    left: float
    right: float
    note: str = ""


class Unmoved(NamedTuple):
    """An input that cannot be moved at all, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Swings by their size and slopes by the change that one per cent makes; ``still`` inputs do not move the figure."""

    metric: Metric
    now: float
    swings: list[Swing]
    slopes: list[Slope]
    still: int
    unmoved: list[Unmoved] = field(default_factory=list)


class Range(NamedTuple):
    """The low and the high value of an input, and where they come from."""

    low: float
    high: float
    words: str


class NoSlopeError(ValueError):
    """The figure is a word, or has no value as the film stands; or an input has none."""


def inputs_of(study: Study, metric: Metric) -> list[Input]:
    """Return every number that the file states, and every one of the data that leads to the metric."""
    graph = study.base.graph
    project = study.base.project
    stated = {path: number_at(project, path) for path in _stated(project)}
    numbers = {path: float(value) for path, value in stated.items() if value is not None}
    shape = build_shape(study.recipe, study.catalog, numbers)
    bound = set(shape.model.graph.bound) if shape.model is not None else set()
    found = [_in_file(study, path, value) for path, value in numbers.items()]
    needed = ancestors(graph, {metric.node.id})
    for node in graph.nodes:
        if node.op != "input" or node.id not in needed or node.unit in _COUNTED or node.key.startswith(_OWN):
            continue
        if node.table is not None and node.table.name in _TIME:
            continue
        rows = range(len(node.table)) if node.table is not None else (-1,)
        values = node.value if isinstance(node.value, tuple) else (node.value,)
        for row, value in zip(rows, values, strict=True):
            key = node.cell_key(max(row, 0))
            if (node.id, row) not in bound and key not in numbers and key != _EURO and isinstance(value, float):
                limits, label = limits_of(study, key), _label(graph, node, row)
                found.append(Input(key, label, node.unit, value, limits, False, in_percent(study, key, limits)))
    return found


def _stated(project: Project) -> Iterator[str]:
    """Yield the paths of the file's numbers."""
    data = project.value_at("")

    def walk(here: Any, keys: tuple[str | int, ...]) -> Iterator[str]:
        if isinstance(here, dict):
            for key, value in here.items():
                if keys or key not in _NOT_MOVED:
                    yield from walk(value, (*keys, key))
        elif isinstance(here, list):
            for index, value in enumerate(here):
                yield from walk(value, (*keys, index))
        elif not isinstance(here, bool) and isinstance(here, int | float | str):
            yield join_path(keys, data)

    yield from walk(data, ())


def _in_file(study: Study, path: str, value: float) -> Input:
    found = study.base.graph.find(path)
    unit = found[0].unit if found is not None else ""
    limits = limits_of(study, path)
    percent = in_percent(study, path, limits)
    return Input(path, "", unit or ("share" if limits.is_share else ""), value, limits, True, percent)


def _label(graph: Graph, node: Any, row: int) -> str:
    if row < 0:
        return str(node.label)
    names = graph.find(f"{node.table.name}.*.description")
    return f"{node.label}, {node.table.keys[row]}" if names is None else str(node.label)


def sensitivity(
    study: Study,
    metric: Metric,
    *,
    ranges: Mapping[str, Range],
    factors: tuple[float, float] = FACTORS,
    over: str = "all",
) -> Sensitivity:
    """Move every number of a film and see what a figure does.

    ``ranges`` are low and high values by path; other numbers swing between ``factors`` of their value. ``over``: ``all``,
    ``uncertain`` (those in ``ranges`` alone), or a pattern of paths such as ``fx.*``, which holds for slopes as well. Raises
    NoSlopeError.
    """
    now = study.base.evaluate().number(metric.node, metric.row)
    if metric.is_verdict or not math.isfinite(now):
        why = "is a verdict, which has no slope" if metric.is_verdict else "has no value as the film stands"
        msg = f"{metric.key} {why}: ask for a figure, or see how it changes with `whatif`"
        raise NoSlopeError(msg)
    inputs = [one for one in inputs_of(study, metric) if over in {"all", "uncertain"} or fnmatchcase(one.path, over)]
    known = {one.path for one in inputs}
    inputs += [_in_file(study, path, _now(study, path)) for path in ranges if path not in known]
    moves = _Moves(study, metric, inputs)
    swung = [
        (one, ranges[one.path]) if one.path in ranges else (one, _by_factors(one, factors))
        for one in inputs
        if one.path in ranges or (over != "uncertain" and one.value)
    ]
    wanted = [(one, value) for one, reach in swung for value in (reach.low, reach.high)]
    steps = [(one, _step(one)) for one in inputs] if over != "uncertain" else [(one, _step(one)) for one, _ in swung]
    wanted += [(one, one.value + sign * step) for one, step in steps for sign in (-1, 1)]
    figures = moves.figures(wanted)
    pairs = [(figures[i], figures[i + 1]) for i in range(0, len(figures), 2)]
    swings = [
        Swing(one, reach.low, reach.high, low, high, reach.words, moves.notes.get(one.path, ""))
        for (one, reach), (low, high) in zip(swung, pairs, strict=False)
    ]
    slopes = [
        _slope(one, step, now, pair, moves.notes.get(one.path, ""), metric)
        for (one, step), pair in zip(steps, pairs[len(swung) :], strict=True)
    ]
    told = [slope for slope in slopes if slope is not None]
    moved = [slope for slope in told if slope.derivative]
    return Sensitivity(
        metric,
        now,
        sorted((s for s in swings if s.size), key=lambda s: -s.size),
        sorted(moved, key=lambda s: -abs(s.derivative * (s.input.value or _step(s.input)))),
        len(told) - len(moved),
        [Unmoved(path, reason) for path, reason in moves.refused.items()],
    )


def _now(study: Study, path: str) -> float:
    value = number_now(study, path)
    if value is None:
        msg = f"{path} has no number as the film stands, so there is nothing to move"
        raise NoSlopeError(msg)
    return value


def _by_factors(one: Input, factors: tuple[float, float]) -> Range:
    low, high = (min(max(one.value * factor, one.limits.low), one.limits.high) for factor in factors)
    words = f"×{factors[0]:g} to ×{factors[1]:g}"
    cut = (low, high) != tuple(one.value * factor for factor in factors)
    return Range(low, high, f"{words}, within its limits" if cut else words)


def _step(one: Input) -> float:
    return STEP * abs(one.value) or (STEP if one.limits.is_share else 1.0)


def _slope(
    one: Input, step: float, now: float, figures: tuple[float, float], note: str, metric: Metric
) -> Slope | None:
    """Return the slope of one input: central where both sides are there, else of one side."""
    left, right = (now - figures[0]) / step, (figures[1] - now) / step
    sides = [s for s in (left, right) if math.isfinite(s)]
    if not sides:
        return None
    derivative = sum(sides) / len(sides)
    noise = (0.05 if metric.is_money else 1e-9 * max(abs(now), 1.0)) / step
    if abs(derivative) <= 1e-12 * max(abs(now), 1.0) / step:
        derivative = 0.0
    notes = [note] if note else []
    if len(sides) == 1:
        notes.append("of one side only: the film refuses the other")
    elif abs(left - right) > BENT * max(abs(left), abs(right)) + noise:
        notes.append("bends here")
    elasticity = derivative * one.value / now if now else None
    return Slope(one, derivative, elasticity, left, right, "; ".join(notes))


class _Moves:
    """Evaluates the film with one input moved at a time; shares that sum to 100 % make room for the one that is moved."""

    def __init__(self, study: Study, metric: Metric, inputs: Sequence[Input]) -> None:
        self._study, self._metric = study, metric
        self._files = {one.path: one.value for one in inputs if one.in_file}
        self.refused: dict[str, str] = {}
        self.notes: dict[str, str] = {}

    def figures(self, wanted: Sequence[tuple[Input, float]]) -> list[float]:
        """Return the figure for every input and value that is wanted."""
        found = [math.nan] * len(wanted)
        in_file = [n for n, (one, _) in enumerate(wanted) if one.in_file]
        in_data = [n for n, (one, _) in enumerate(wanted) if not one.in_file]
        for numbers, values in (
            (in_file, self._of_file([wanted[n] for n in in_file])),
            (in_data, self._of_data([wanted[n] for n in in_data])),
        ):
            for n, value in zip(numbers, values, strict=True):
                found[n] = value
        return found

    def _of_file(self, wanted: Sequence[tuple[Input, float]]) -> Array:
        figures, problems = self._run([{one.path: value} for one, value in wanted])
        again = [n for n in problems if self._others(wanted[n][0].path)]
        if again:
            rows = [self._making_room(*wanted[n]) for n in again]
            more, still = self._run(rows)
            for place, n in enumerate(again):
                if place not in still:
                    figures[n] = more[place]
                    self.notes[wanted[n][0].path] = MAKING_ROOM
                    del problems[n]
        for n, reason in problems.items():
            self.refused.setdefault(wanted[n][0].path, reason)
        moved = {one.path for n, (one, _) in enumerate(wanted) if n not in problems}
        self.refused = {path: reason for path, reason in self.refused.items() if path not in moved}
        return figures

    def _run(self, rows: Sequence[Mapping[str, float]]) -> tuple[Array, dict[int, str]]:
        """Return the figure of the film with these numbers changed, one a row, and which rows it refuses."""
        figures: Array = np.full(len(rows), np.nan)
        problems: dict[int, str] = {}
        if not rows:
            return figures, {}
        size = max(CELLS // len(self._files), 1)
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            columns = {path: np.full(len(some), value) for path, value in self._files.items()}
            for n, row in enumerate(some):
                for path, value in row.items():
                    columns[path][n] = value
            for part in self._study.run(Runs(dict(columns)), [self._metric.key], first=start):
                figures[part.start : part.start + part.runs.count] = part.values[self._metric.key]
                problems |= part.problems
        return figures, problems

    def _others(self, path: str) -> dict[str, float]:
        """Return the other numbers of the file that sum to 1 with this one: same path but for one name."""
        value = self._files[path]
        parts = path.replace("[", ".").split(".")
        for place in range(len(parts)):
            mine = {
                other: number
                for other, number in self._files.items()
                if other != path and _differs_at(parts, other.replace("[", ".").split("."), place)
            }
            if mine and math.isclose(value + sum(mine.values()), 1.0, abs_tol=1e-9):
                return mine
        return {}

    def _making_room(self, one: Input, value: float) -> dict[str, float]:
        others = self._others(one.path)
        whole = sum(others.values())
        if not whole:
            return {one.path: value}
        # sums stay 1 to the last bit but few: shares are checked to nine decimals
        return {one.path: value, **{p: round(n * (1 - value) / whole, 12) for p, n in others.items()}}

    def _of_data(self, wanted: Sequence[tuple[Input, float]]) -> Array:
        figures = np.full(len(wanted), np.nan)
        graph, node, key = self._study.base.graph, self._metric.node, self._metric.key
        paths = list(dict.fromkeys(one.path for one, _ in wanted))
        now = {one.path: one.value for one, _ in wanted}
        for start in range(0, len(paths), CHUNK):
            some = set(paths[start : start + CHUNK])
            rows = [n for n, (one, _) in enumerate(wanted) if one.path in some]
            given = {path: np.full(len(rows), now[path]) for path in paths[start : start + CHUNK]}
            for place, n in enumerate(rows):
                one, value = wanted[n]
                given[one.path][place] = value
            figures[rows] = np.broadcast_to(Program(graph, [node], given).run(given)[key], (len(rows),))
        return figures


def _differs_at(parts: list[str], other: list[str], place: int) -> bool:
    return len(parts) == len(other) and all(
        (a == b) != (n == place) for n, (a, b) in enumerate(zip(parts, other, strict=True))
    )
