"""Every choice of the varied values: numbered as they are written out, and in the order in which they are calculated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.project.source import join_path
from coprod_budget.whatif.results import Field
from coprod_budget.whatif.study import BLOCK, Runs
from coprod_budget.whatif.vary import VaryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.vary import Varied
    from coprod_budget.yaml_reader import Key

    Numbers = NDArray[np.int64]
    Column = NDArray[np.float64] | list[Any]

_DIGITS = 12
"""Decimals that are kept of what is left over: 1 - 0.55 is meant to be 0.45."""


@dataclass(frozen=True)
class Axis:
    """Paths that move together: one alone, or several in pairs."""

    columns: tuple[Varied, ...]

    @property
    def length(self) -> int:
        """How many places there are on the axis."""
        return len(self.columns[0].values)

    @cached_property
    def values(self) -> tuple[Column, ...]:
        """The values of every path, numbers in arrays."""
        return tuple(np.asarray(c.values, dtype=np.float64) if c.is_numeric else list(c.values) for c in self.columns)

    @cached_property
    def is_numeric(self) -> bool:
        """Say whether only numbers change along it."""
        return all(column.is_numeric for column in self.columns)


class Rest(NamedTuple):
    """What paths get of a sum that stays as it is: the sum less what others get, in fixed proportions."""

    paths: tuple[str, ...]
    proportions: tuple[float, ...]
    total: float
    """The sum, less what those get that neither vary nor are among the paths."""
    varied: tuple[str, ...]

    def columns(self, columns: dict[str, Column]) -> dict[str, Column]:
        """Return the columns of the paths, given those that vary."""
        left = self.total - sum(np.asarray(columns[path], dtype=np.float64) for path in self.varied)
        return {p: np.round(left * part, _DIGITS) + 0.0 for p, part in zip(self.paths, self.proportions, strict=True)}


@dataclass(frozen=True, slots=True)
class Grid:
    """Every choice of a value on every axis; the last axis varies fastest.

    ``number`` is a run's place in that order. It is calculated at another ``place``, where the axes with words come first, so
    that runs with the same words stand together and need no model more than once.
    """

    axes: tuple[Axis, ...]
    rests: tuple[Rest, ...] = ()

    @property
    def count(self) -> int:
        """How many runs there are."""
        return math.prod(axis.length for axis in self.axes)

    @property
    def choices(self) -> int:
        """How many choices of words there are: each can be another model."""
        return math.prod(axis.length for axis in self.axes if not axis.is_numeric)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the file that vary, and those that get the rest."""
        varied = [column.path for axis in self.axes for column in axis.columns]
        return (*varied, *(path for rest in self.rests for path in rest.paths))

    @property
    def in_order(self) -> bool:
        """Say whether runs are calculated in the order of their numbers."""
        return self._order == tuple(range(len(self.axes)))

    @property
    def _order(self) -> tuple[int, ...]:
        return tuple(sorted(range(len(self.axes)), key=lambda axis: self.axes[axis].is_numeric))

    def fields(self) -> tuple[Field, ...]:
        """Return the columns of what varies."""
        varied = [column for axis in self.axes for column in axis.columns]
        percent = {column.path: column.percent for column in varied}
        found = [Field(c.path, "number" if c.is_numeric else "any", "varied", percent=c.percent) for c in varied]
        for rest in self.rests:
            found += [Field(p, "number", "varied", percent=all(percent[v] for v in rest.varied)) for p in rest.paths]
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """Return all that decides which runs these are."""
        axes = [{column.path: list(column.values) for column in axis.columns} for axis in self.axes]
        return {"axes": axes, "rests": [rest._asdict() for rest in self.rests]}

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Cut the places into blocks of at most ``BLOCK`` runs, each of one choice of words."""
        size = self.count // self.choices if self.choices else 0
        for group in range(0, self.count, size or 1):
            for start in range(group, group + size, BLOCK):
                yield start, min(start + BLOCK, group + size)

    def part(self, start: int, stop: int) -> Runs:
        """Return the runs from one place to before another."""
        return self.at(self._digits(np.arange(start, stop), self._order))

    def numbered(self, start: int, stop: int) -> Runs:
        """Return the runs from one number to before another."""
        return self.at(self._digits(np.arange(start, stop), range(len(self.axes))))

    def places(self, start: int, stop: int) -> Numbers:
        """Return the places of the runs from one number to before another."""
        digits = self._digits(np.arange(start, stop), range(len(self.axes)))
        return self._joined(digits, self._order, stop - start)

    def numbers(self, start: int, stop: int) -> Numbers:
        """Return the numbers of the runs from one place to before another."""
        return self._joined(self._digits(np.arange(start, stop), self._order), range(len(self.axes)), stop - start)

    def _digits(self, numbers: Numbers, order: Sequence[int]) -> dict[int, Numbers]:
        """The place on every axis."""
        digits = {}
        for axis in reversed(order):
            numbers, digits[axis] = np.divmod(numbers, self.axes[axis].length)
        return digits

    def _joined(self, digits: dict[int, Numbers], order: Sequence[int], count: int) -> Numbers:
        joined = np.zeros(count, dtype=np.int64)
        for axis in order:
            joined = joined * self.axes[axis].length + digits[axis]
        return joined

    def at(self, digits: Mapping[int, Numbers]) -> Runs:
        """Return the runs at these places on every axis (axis: a place a run)."""
        columns: dict[str, Column] = {}
        for number, axis in enumerate(self.axes):
            for column, values in zip(axis.columns, axis.values, strict=True):
                places = digits[number]
                columns[column.path] = values[places] if isinstance(values, np.ndarray) else [values[p] for p in places]
        for rest in self.rests:
            columns |= rest.columns(columns)
        return Runs(columns)


def together(columns: Sequence[Varied]) -> Axis:
    """Return the axis of paths that take their values in pairs; a VaryError where they have not the same number of them."""
    counts = {len(column.values) for column in columns}
    if len(counts) > 1:
        told = ", ".join(f"{column.path} has {len(column.values)}" for column in columns)
        msg = f"values in pairs must be as many on every path: {told}"
        raise VaryError(msg)
    return Axis(tuple(columns))


def make_grid(study: Study, varied: Sequence[Varied], pairs: Sequence[Varied] = (), rests: Sequence[str] = ()) -> Grid:
    """Return the grid of these paths, with those in pairs as the last axis; a VaryError where they do not go together."""
    paths = [*(column.path for column in (*varied, *pairs)), *rests]
    _refuse_overlaps(study, paths)
    axes = [*(Axis((column,)) for column in varied), *([together(pairs)] if pairs else [])]
    return Grid(tuple(axes), find_rests(study, [*varied, *pairs], rests))


def _refuse_overlaps(study: Study, paths: Sequence[str]) -> None:
    """A path twice, or a path and a part of it: it would not be clear which one holds."""
    keys: dict[tuple[Key, ...], str] = {}
    for path in paths:
        own = study.base.project.keys(path) or (path,)
        for other, other_path in keys.items():
            if own == other:
                msg = f"{path} is named twice; name it once"
                raise VaryError(msg)
            if own[: len(other)] == other or other[: len(own)] == own:
                msg = f"{path} and {other_path} cannot both vary: one is a part of the other"
                raise VaryError(msg)
        keys[own] = path


def find_rests(study: Study, varied: Sequence[Varied], paths: Sequence[str]) -> tuple[Rest, ...]:
    """Return what these paths get when others beside them vary; a VaryError where nothing beside them does."""
    project = study.base.project
    moved = {project.keys(column.path): column for column in varied}
    groups: dict[frozenset[tuple[Key, ...]], list[str]] = {}
    for path in paths:
        beside = _beside(study, path)
        if not any(keys in moved for keys in beside):
            near = ", ".join(join_path(keys, None) for keys in beside if keys != project.keys(path))
            msg = f"{path} gets what is left when one beside it varies, and none does; vary {near or 'one beside it'}"
            raise VaryError(msg)
        groups.setdefault(frozenset(beside), []).append(path)
    return tuple(_rest(study, moved, dict.fromkeys(_beside(study, each[0])), each) for each in groups.values())


def _rest(
    study: Study, moved: dict[tuple[Key, ...], Varied], beside: dict[tuple[Key, ...], None], paths: list[str]
) -> Rest:
    project = study.base.project
    mine = {project.keys(path): path for path in paths}
    others = [moved[keys] for keys in beside if keys in moved]
    for column in others:
        if not column.is_numeric:
            msg = f"{column.path} takes words, so it is not clear what is left for {paths[0]}; give numbers"
            raise VaryError(msg)
    now = {keys: _number(study, join_path(keys, None)) for keys in beside}
    fixed = math.fsum(value for keys, value in now.items() if keys not in moved and keys not in mine)
    own = math.fsum(now[keys] for keys in mine)
    shares = tuple(now[keys] / own if own else 1 / len(mine) for keys in mine)
    total = round(math.fsum(now.values()), _DIGITS) - fixed
    return Rest(tuple(mine.values()), shares, total, tuple(column.path for column in others))


def _beside(study: Study, path: str) -> list[tuple[Key, ...]]:
    """The paths that share a sum with one: beside it (``waterfall[x].pay.ru``), or in what stands beside (``partners.ru.share``)."""
    project = study.base.project
    keys = project.keys(path)
    parent = project.value_at(join_path(keys[:-1], None)) if len(keys) > 1 else None
    if isinstance(parent, dict) and keys[-1] in parent:
        found = [(*keys[:-1], key) for key in parent]
        if all(_is_number(study, join_path(each, None)) for each in found):
            return found
    above = project.value_at(join_path(keys[:-2], None)) if len(keys) > 2 else None
    entries: list[Key] = (
        list(above) if isinstance(above, dict) else list(range(len(above))) if isinstance(above, list) else []
    )
    found = [(*keys[:-2], entry, keys[-1]) for entry in entries]
    found = [each for each in found if _is_number(study, join_path(each, None))]
    if keys not in found:
        msg = f"{path} is no number with others beside it that it could leave something to; such as partners.ID.share"
        raise VaryError(msg)
    return found


def _is_number(study: Study, path: str) -> bool:
    try:
        found = study.current(path)
    except KeyError:
        return False
    return isinstance(found, int | float) and not isinstance(found, bool)


def _number(study: Study, path: str) -> float:
    return float(study.current(path))
