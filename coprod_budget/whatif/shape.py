"""One model for many runs: built for one of them with its numbers traced, and evaluated for all that decide alike."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget.errors import ProblemsError
from coprod_budget.graph import Answers, Program, Trace
from coprod_budget.model import Model, build_model
from coprod_budget.model.standing import standing_values
from coprod_budget.project import admitted, load_project, number_at, with_numbers
from coprod_budget.whatif.metrics import UnknownMetricError, find_metric, full_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from coprod_budget.catalog import Catalog
    from coprod_budget.errors import Problem
    from coprod_budget.project import Project

    Array = NDArray[np.float64]
    Column = Array | list[Any]


_CURES = {"P302": "they must sum to 100%: name who gets the rest, --rest partners.ID.share"}
"""Hints that help with runs where those of the file do not."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a film is loaded from: its file or text, the name problems call it by, variants and overrides that every run has.

    ``texts`` (``PATH=TEXT``) come after all ``sets``; what a run itself says comes last.
    """

    source: Path | str
    filename: str = ""
    sets: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def load(
        self, catalog: Catalog, sets: Iterable[str] = (), change: Callable[[Project], Project] | None = None
    ) -> Project:
        """Load the film, with these overrides after its own; a ProjectError holds every problem."""
        own = [*sets]
        return load_project(
            self.source,
            filename=self.filename,
            sets=[*self.sets, *map(_quoted, self.texts), *own] if own else self.sets,
            texts=() if own else self.texts,
            variants=self.variants,
            standing=standing_values(catalog),
            change=change,
        )


@dataclass(slots=True)
class _Bounds:
    """Between which numbers the schema is known to admit a path; it admits whatever lies between two that it admits."""

    admits: Callable[[float], bool]
    built: float
    least: float
    most: float

    def inside(self, column: Array) -> NDArray[np.bool_] | bool:
        """Say which numbers the schema admits."""
        for number in (column.min(), column.max()):
            if not self.least <= number <= self.most and self.admits(number):
                self.least, self.most = min(self.least, number), max(self.most, number)
        inside = (column >= self.least) & (column <= self.most)
        if not inside.all():
            rest = np.flatnonzero(~inside)
            inside[rest] = [self.admits(number) for number in column[rest]]
        return inside


@dataclass(slots=True)
class Shape:
    """The model of one run, or why there is none; and which other runs it answers for.

    ``traced`` are the paths whose numbers may be others, ``frozen`` what the rest of them has to be; ``inputs`` are varied inputs of
    the graph that no file states.
    """

    trace: Trace
    traced: tuple[str, ...]
    frozen: dict[str, Any]
    bounds: dict[str, _Bounds]
    inputs: tuple[str, ...] = ()
    model: Model | None = None
    problem: str = ""
    _programs: dict[tuple[str, ...], _Prepared] = field(default_factory=dict)

    def answers(self, columns: Mapping[str, Column]) -> Answers:
        """Return what the runs of these columns lead to."""
        return Answers(self.trace, {path: np.asarray(columns[path], dtype=np.float64) for path in self.traced})

    def same(self, columns: Mapping[str, Column]) -> NDArray[np.bool_] | bool:
        """Say which runs have the values that this model cannot vary."""
        same: NDArray[np.bool_] | bool = True
        for path, value in self.frozen.items():
            column = columns[path]
            if isinstance(column, np.ndarray):
                same &= np.isnan(column) if np.isnan(value) else column == value
            else:
                same &= np.fromiter((_alike(v, value) for v in column), dtype=np.bool_, count=len(column))
        for path, bounds in self.bounds.items():
            column = columns[path]
            if not isinstance(column, np.ndarray):  # words among the numbers: of another model
                column = np.array([v if isinstance(v, float) else np.nan for v in column])
            same &= bounds.inside(column)
        return same

    def problems(self, columns: Mapping[str, Column], count: int) -> list[str]:
        """Return what is wrong with each of some runs that fail alike, with its own numbers."""
        if not self.bounds:
            return [self.problem] * count
        texts = self.answers(columns).texts(self.problem)
        for path, bounds in self.bounds.items():
            built = f"{path}={as_text(bounds.built)}"
            if any(built in text for text in texts):
                texts = [t.replace(built, f"{path}={as_text(v)}") for t, v in zip(texts, columns[path], strict=True)]
        return texts

    def values(self, answers: Answers, columns: Mapping[str, Column], metrics: Sequence[str]) -> dict[str, Array]:
        """Evaluate runs that this model answers for; a metric that it has not is not a number."""
        assert self.model is not None
        given = answers.inputs(self.model.graph)
        given |= {key: np.asarray(columns[key], dtype=np.float64) for key in self.inputs}
        count = len(next(iter(columns.values()))) if columns else 1
        given = {key: np.broadcast_to(value, (count,)) for key, value in given.items()}
        prepared = self._programs.get(tuple(metrics))
        if prepared is None:
            prepared = self._programs[tuple(metrics)] = _Prepared.of(self.model, metrics, given)
        values = prepared.program.run(given)
        found = {key: np.full(count, np.nan) for key in metrics}
        for key, full in prepared.keys.items():
            found[key] = np.broadcast_to(values[full], (count,))
        return found


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The part of a model that leads to some metrics, and their keys in it."""

    program: Program
    keys: dict[str, str]

    @classmethod
    def of(cls, model: Model, metrics: Sequence[str], varied: Mapping[str, Array]) -> _Prepared:
        found = {}
        for key in metrics:
            if model.graph.find(full_key(model.graph, key)) is None:
                continue  # quickly: the nearest keys of a model are of no use here
            try:
                found[key] = find_metric(model.graph, key)
            except UnknownMetricError:
                continue
        program = Program(model.graph, [m.cell for m in found.values()], varied)
        return cls(program, {key: metric.key for key, metric in found.items()})


def build_shape(recipe: Recipe, catalog: Catalog, run: Mapping[str, Any], inputs: Sequence[str] = ()) -> Shape:
    """Build the model of one run (a value for every path); numbers are traced, everything else is as it is.

    A run whose file or data do not go together is a shape with a problem, which holds for all runs that fail alike.
    """
    trace = Trace()
    bounds: dict[str, _Bounds] = {}

    def change(project: Project) -> Project:
        for path, value in run.items():
            if path not in inputs and _is_number(project, path, value):
                bounds[path] = _Bounds(admitted(project, path), value, value, value)
        return with_numbers(project, bounds, lambda path, number: trace.given(number, path))

    def build() -> tuple[Model | None, str]:
        try:
            return build_model(recipe.load(catalog, sets, change), catalog), ""
        except ProblemsError as error:
            return None, "; ".join(told(p) for p in error.problems[:3])

    sets = [f"{path}={as_text(value)}" for path, value in run.items() if path not in inputs]
    model, problem = build()
    if problem and bounds:
        trace.written = {}  # once more: other runs that fail alike are told so with their own numbers
        _, problem = build()
    frozen = {path: value for path, value in run.items() if path not in inputs and path not in bounds}
    return Shape(trace, tuple(bounds), frozen, bounds, tuple(inputs), model, problem)


def _quoted(text: str) -> str:
    """Return ``PATH=TEXT`` as an override of the same effect that others can follow."""
    path, _, value = text.partition("=")
    quoted = json.dumps(value, ensure_ascii=False)
    return f"{path}={''.join(c if c.isprintable() else json.dumps(c)[1:-1] for c in quoted)}"


def told(problem: Problem) -> str:
    """Return what is wrong with a run, and what would be right."""
    hint = _CURES.get(problem.code, problem.hint)
    return f"{problem.message} ({hint})" if hint else problem.message


def _is_number(project: Project, path: str, value: Any) -> bool:
    return isinstance(value, float) and number_at(project, path) == value


def _alike(one: Any, other: Any) -> bool:
    """Say whether two values are written alike; 1 and true are equal, and are not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | dict):
        return as_text(one) == as_text(other)
    return bool(one == other or (one != one and other != other))  # noqa: PLR0124 - what is no number is not itself


def as_text(value: Any) -> str:
    """Return a value as it is written behind ``--set PATH=``; a number in full, so that it comes back the same."""
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")
    return json.dumps(value, ensure_ascii=False, default=str)
