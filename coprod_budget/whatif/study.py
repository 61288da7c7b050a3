"""A film and runs of it: every run is the film with other values at some paths of its file, and gives a row of figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from coprod_budget.catalog import open_catalog
from coprod_budget.errors import Problem, ProjectError
from coprod_budget.model import Model, build_model
from coprod_budget.project import Project, number_at
from coprod_budget.whatif.metrics import metric_of
from coprod_budget.whatif.shape import Recipe, Shape, as_text, build_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Node
    from coprod_budget.whatif.metrics import Metric

    Array = NDArray[np.float64]
    Column = Array | list[Any]

BLOCK = 4096
"""Runs that are evaluated, written and sent to a worker together."""
KEPT = 64
"""Models that are kept for runs to come; the one that was used longest ago is forgotten."""
_UNKNOWN_PATH = {"P401", "P402", "P405"}


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a study: a column of values for every path that is varied, all of the same length.

    Numbers stand in arrays of floats (percentages as fractions), other values (words, lists, true) in lists. A path is one of
    the file as behind ``--set``, or the key of an input that no file states (a price, a rate of the law).
    """

    columns: dict[str, Column]

    @property
    def count(self) -> int:
        """How many runs there are; one where nothing is varied."""
        return len(next(iter(self.columns.values()))) if self.columns else 1

    def part(self, start: int, stop: int) -> Runs:
        """Return the runs from one number to before another."""
        return Runs({path: column[start:stop] for path, column in self.columns.items()})


class Drawn(Protocol):
    """Runs that are not all there at once: made block by block, the same however they are cut."""

    @property
    def count(self) -> int:
        """How many runs there are."""

    def part(self, start: int, stop: int) -> Runs:
        """Return the runs from one number to before another."""


class Part(NamedTuple):
    """The finished runs of a block: their first number, a column of figures by metric, and why some failed."""

    start: int
    runs: Runs
    values: dict[str, Array]
    problems: dict[int, str]
    """Number of the run, and what is wrong with it; its figures are not numbers."""
    warnings: tuple[Problem, ...] = ()
    """What the reader of films that these runs led to should know, beside what is to be known of the film as it stands."""


class Study:
    """A film that is asked what-ifs: nothing is read or built twice that need not be."""

    def __init__(
        self,
        source: Path | str,
        *,
        filename: str = "",
        sets: Sequence[str] = (),
        variants: Sequence[str] = (),
        texts: Sequence[str] = (),
        data: Sequence[Path | str] = (),
    ) -> None:
        """Take the film's file (a Path) or its text, variants and overrides for every run, and folders with more data."""
        self.recipe = Recipe(source, filename, tuple(sets), tuple(variants), tuple(texts))
        self.data = tuple(Path(folder) for folder in data)
        self._shapes: dict[int, Shape] = {}
        self._built = 0
        self._inputs: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._warned: dict[tuple[str, str], Problem] = {}

    @cached_property
    def catalog(self) -> Catalog:
        """The dated data of all runs."""
        return open_catalog(self.data)

    @cached_property
    def base(self) -> Model:
        """The film as its file states it; a ProjectError or MissingDataError holds every problem."""
        return build_model(self.recipe.load(self.catalog), self.catalog)

    def current(self, path: str) -> Any:
        """Return what stands at a path now: in the file, as a default, or in the data (``fx.RUB``); KeyError where nothing does."""
        number = number_at(self.base.project, path)
        if number is not None:
            return number
        found = self._input(path)
        if found is not None:
            values = found[0].value
            return float(values[found[1]] if isinstance(values, tuple) else values)  # type: ignore[arg-type]
        value = self.base.project.value_at(path)
        if value is None:
            raise KeyError(path)
        return value

    def metric(self, key: str) -> Metric:
        """Return a metric of the film as it stands; UnknownMetricError names the nearest keys."""
        return metric_of(self.base, key)

    def inputs_among(self, run: Mapping[str, Any]) -> tuple[str, ...]:
        """Return those names of a run that are no paths of the file but inputs of the graph; a ProjectError where neither."""
        known = self._inputs.get(tuple(run))
        if known is not None:
            return known
        found = [path for path in run if not is_path(path) and self._input(path) is not None]
        unknown: dict[str, list[Problem]] = {}
        sets = [f"{path}={as_text(value)}" for path, value in run.items() if path not in found]
        try:
            self.recipe.load(self.catalog, sets)
        except ProjectError as error:
            for problem in error.problems:
                path = problem.file.removeprefix("--set ").partition("=")[0]
                if problem.code in _UNKNOWN_PATH and path in run:
                    unknown.setdefault(path, []).append(problem)
        found += [path for path in unknown if self._input(path) is not None]
        problems = [problem for path in unknown if path not in found for problem in unknown[path]]
        if problems:
            raise ProjectError(problems)
        self._inputs[tuple(run)] = tuple(found)
        return tuple(found)

    def _input(self, key: str) -> tuple[Node, int] | None:
        """An input with one number: its node, and the row of a column."""
        found = self.base.graph.find(key)
        if found is None or found[0].op != "input" or (found[0].table is not None and found[1] < 0):
            return None
        return found

    @property
    def warnings(self) -> list[Problem]:
        """What is to be known of the films that runs led to until now, and not of the film as it stands."""
        return list(self._warned.values())

    def warn(self, warnings: Iterable[Problem]) -> None:
        """Take in what is to be known of films that were built elsewhere."""
        known = {(p.code, p.message) for p in self.base.warnings}
        self._warned |= {(p.code, p.message): p for p in warnings if (p.code, p.message) not in known}

    def run(self, runs: Runs | Drawn, metrics: Sequence[str], *, first: int = 0) -> Iterator[Part]:
        """Evaluate all runs in blocks, in order; ``first`` is the number of the first."""
        for start in range(0, runs.count, BLOCK):
            yield self.block(runs.part(start, min(start + BLOCK, runs.count)), metrics, first + start)

    def block(self, runs: Runs, metrics: Sequence[str], start: int = 0) -> Part:
        """Evaluate some runs together, with as few models as they need."""
        count, columns = runs.count, {path: _typed(column) for path, column in runs.columns.items()}
        inputs = self.inputs_among({path: _item(column[0]) for path, column in columns.items()})
        values = {key: np.full(count, np.nan) for key in metrics}
        problems: dict[int, str] = {}
        warnings: list[Problem] = []
        waiting = np.arange(count)
        for shape in reversed(list(self._shapes.values())):
            waiting = self._take(shape, waiting, columns, inputs, (values, problems, start))
        while len(waiting):
            row = int(waiting[0])
            shape = build_shape(self.recipe, self.catalog, {path: _item(c[row]) for path, c in columns.items()}, inputs)
            left = self._take(shape, waiting, columns, inputs, (values, problems, start))
            assert row not in left, "a model answers for the run that it was built for"
            waiting = left
            self._keep(shape)
            if shape.model is not None:
                warnings += shape.model.warnings
        self.warn(warnings)
        return Part(start, runs, values, problems, tuple(warnings))

    def _keep(self, shape: Shape) -> None:
        if shape.problem and not shape.traced:
            return  # the schema refused it: no other run is like it
        self._shapes[self._built] = shape
        self._built += 1
        if len(self._shapes) > KEPT:
            del self._shapes[next(iter(self._shapes))]

    def _take(
        self,
        shape: Shape,
        waiting: NDArray[np.intp],
        columns: Mapping[str, Column],
        inputs: tuple[str, ...],
        into: tuple[dict[str, Array], dict[int, str], int],
    ) -> NDArray[np.intp]:
        """Evaluate the runs that a model answers for, and return those that still wait."""
        if not len(waiting) or shape.inputs != inputs or {*shape.traced, *shape.frozen, *inputs} != set(columns):
            return waiting
        mine = waiting[np.broadcast_to(shape.same(_rows(columns, waiting)), len(waiting))]
        if not len(mine):
            return waiting
        chosen = _rows(columns, mine)
        answers = shape.answers(chosen)
        alike = np.broadcast_to(answers.alike(), len(mine))
        if not alike.any():
            return waiting
        if not alike.all():
            mine = mine[alike]
            chosen = _rows(columns, mine)
            answers = shape.answers(chosen)
        values, problems, start = into
        if shape.model is None:
            problems |= dict(zip((start + mine).tolist(), shape.problems(chosen, len(mine)), strict=True))
        else:
            for key, found in shape.values(answers, chosen, list(values)).items():
                values[key][mine] = found
        return waiting[~np.isin(waiting, mine)]


def is_path(name: str) -> bool:
    """Say whether a name begins like a path of a project file."""
    return name.replace("[", ".").partition(".")[0] in Project.model_fields


def _rows(columns: Mapping[str, Column], rows: NDArray[np.intp]) -> dict[str, Column]:
    return {p: c[rows] if isinstance(c, np.ndarray) else [c[row] for row in rows] for p, c in columns.items()}


def _typed(column: Column) -> Column:
    """Numbers as an array of floats; everything else as it is."""
    if isinstance(column, np.ndarray):
        return column.astype(np.float64, copy=False)
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in column):
        return np.asarray(column, dtype=np.float64)
    return column


def _item(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
