"""A project's raw data while overrides are applied to it, one after another: the values, and where each was written."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from coprod_budget.project.expressions import Number
from coprod_budget.project.resolving import GONE, Bad, Place, resolve
from coprod_budget.project.source import Mark, join_path, problem_at, split_path, value_at
from coprod_budget.project.types import parse_percent
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from pydantic import BaseModel

    from coprod_budget.errors import Problem
    from coprod_budget.yaml_reader import Key


class Stands(NamedTuple):
    """A number that holds where the file says nothing, and what gives it: a dated table, a template."""

    value: float
    origin: str


Standing = Callable[[tuple[str, ...], Mapping[str, Any]], Stands | None]
"""What stands at a path, given the file's data so far; None where nothing is known."""

FIXED = {"base": "the file it is based on", "variants": "its variants"}
"""What belongs to a project file and cannot be changed by an override."""

MAX_PROBLEMS = 200  # each costs a search for the nearest word
_EXAMPLE = "for example --set schedule.prep_weeks=8, --set fx.RUB*=1.1 or --set budget.lines[lead].rate=1500"


@dataclass(slots=True)
class Changes:
    """Data and marks that change together; what cannot be applied becomes a problem, and the rest goes on."""

    data: dict[str, Any]
    marks: dict[tuple[Key, ...], Mark]
    root: type[BaseModel]
    standing: Standing | None = None
    problems: list[Problem] = field(default_factory=list)
    _removed: dict[tuple[Key, ...], set[str]] = field(default_factory=dict)
    _gaps: set[tuple[Key, ...]] = field(default_factory=set)

    @property
    def hopeless(self) -> bool:
        """Whether so much is wrong already that the rest need not be looked at."""
        return len(self.problems) >= MAX_PROBLEMS

    def place(self, text: str, prefix: tuple[Key, ...] = (), *, whole: bool = False) -> Place:
        """Where a written path leads, from ``prefix`` on."""
        segments = split_path(text)
        if segments is None:
            raise Bad(
                "P401", f"the path {shown(text)} cannot be read", f"write names with dots between them, {_EXAMPLE}"
            )
        whole_path = (*(str(key) for key in prefix), *segments)
        if whole_path[0] in FIXED:
            message = f"an override cannot change `{whole_path[0]}`"
            raise Bad("P407", message, f"write it in the project file: {FIXED[whole_path[0]]}")
        return resolve(self.data, whole_path, self.root, whole=whole)

    def put(self, keys: tuple[Key, ...], value: Any, mark: Mark) -> None:
        """Put a value at a path, making the mappings on the way."""
        here: Any = self.data
        for depth, (key, following) in enumerate(itertools.pairwise(keys), 1):
            inner = here.get(key) if isinstance(here, dict) else here[key]
            if not isinstance(inner, dict if isinstance(following, str) else list):
                here[key] = inner = {}  # a section that is absent or empty; a list is never made on the way
                if keys[:depth] in self.marks:  # of the empty entry, or of what took it out
                    self.marks[keys[:depth]] = mark
            here = inner
        last = keys[-1]
        if isinstance(here, list) and last == len(here):
            here.append(None)
        before = here.get(last) if isinstance(here, dict) else here[last]
        here[last] = copy.deepcopy(value) if isinstance(value, dict | list) else value
        self._forget(keys, before)
        self.marks[keys] = mark

    def relative(self, place: Place, operator: str, value: Any, mark: Mark) -> None:
        """Add to a number, or multiply it: one that is there, the schema's default, or what the data say."""
        path = join_path(place.keys, self.data)
        current = self.current(place)
        if current is None:
            hint = f"give the value itself: {path}=..."
            raise Bad("P403", f"{operator}= needs a number that is there already", hint)
        step = _number(value)
        if step is None:
            raise Bad(
                "P403", f"{operator}= needs a number, found {shown(value)}", f"write {path}{operator}=1.1, for example"
            )
        result = current + step if operator == "+" else current * step
        if not math.isfinite(result):
            raise Bad("P403", "the result is too large to calculate with", "give a smaller number")
        self.put(place.keys, result, mark)

    def current(self, place: Place) -> float | None:
        """The number that holds at a place: the data's, else what stands where they say nothing, else the default."""
        written = value_at(self.data, place.keys)
        if written is not None:
            return _number(written)
        names = tuple(str(key) for key in place.keys)
        stands = self.standing(names, self.data) if self.standing else None
        default = place.default.value if isinstance(place.default, Number) else place.default
        return _number(default) if stands is None else stands.value

    def remove(self, place: Place, mark: Mark) -> None:
        """Take an entry out. Those behind it in a list keep their numbers until ``close_up``."""
        *above, last = place.keys
        holder = value_at(self.data, tuple(above))
        if isinstance(holder, list):
            self._forget(place.keys, holder[int(last)])
            holder[int(last)] = GONE
            self._gaps.add(tuple(above))
            return
        if isinstance(holder, dict):
            self._forget(place.keys, holder.pop(str(last), None))
        self.marks[place.keys] = mark._replace(removes=True)
        self._removed.setdefault(tuple(above), set()).add(str(last))

    def close_up(self) -> None:
        """Let what is left of a list move up."""
        for above in sorted(self._gaps, key=len, reverse=True):
            items = value_at(self.data, above)
            if isinstance(items, list):
                self._move_up(above, items)
                items[:] = [item for item in items if item is not GONE]
        self._gaps.clear()

    def refuse(self, bad: Bad, mark: Mark, *, key: bool = False) -> None:
        """Note an override that cannot be applied."""
        self.problems.append(problem_at(mark, *bad.parts, key=key))

    def mark(self, keys: tuple[Key, ...]) -> Mark:
        """Where the value at a path was written."""
        for length in range(len(keys), -1, -1):
            found = self.marks.get(keys[:length])
            if found is not None:
                return found.inside(keys[length:])
        raise AssertionError(keys)  # there is always one of the whole

    def _forget(self, keys: tuple[Key, ...], value: Any) -> None:
        """Drop the marks of a value that goes, and of everything in it."""
        self.marks.pop(keys, None)
        if not isinstance(value, dict | list):
            return
        for name in self._removed.pop(keys, ()):
            self.marks.pop((*keys, name), None)
        parts: Iterable[tuple[Key, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in parts:
            self._forget((*keys, key), inner)

    def _move_up(self, above: tuple[Key, ...], items: list[Any]) -> None:
        """Give the marks of the items of a list the numbers that the items will have."""
        kept = [number for number, item in enumerate(items) if item is not GONE]
        new = {old: number for number, old in enumerate(kept)}
        moved = {(*above, new[old]): self.mark((*above, old)) for old in kept}
        depth = len(above)

        def renamed(keys: tuple[Key, ...]) -> tuple[Key, ...] | None:
            if len(keys) <= depth or keys[:depth] != above:
                return keys
            number = new.get(int(keys[depth]))
            return None if number is None else (*above, number, *keys[depth + 1 :])

        marks = {name: mark for keys, mark in self.marks.items() if (name := renamed(keys)) is not None}
        self.marks = {**marks, **moved}
        self._removed = {name: had for keys, had in self._removed.items() if (name := renamed(keys)) is not None}


def written_change(text: str) -> tuple[bool, str, str]:
    """What stands left of ``=``: whether it removes, the path, and ``+`` or ``*``."""
    path = text.strip()
    removes = path.startswith("~")
    operator = path[-1:] if path[-1:] in {"+", "*"} else ""
    return removes, path.removeprefix("~").removesuffix(operator).strip(), operator


def _number(value: Any) -> float | None:
    """A number or a percentage, else nothing."""
    if isinstance(value, str):
        return parse_percent(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
