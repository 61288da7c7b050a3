"""Where a value of a project came from: a line of the file, an override, or a default."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, PrivateAttr

from coprod_budget.errors import Problem
from coprod_budget.yaml_reader import Document, shown

if TYPE_CHECKING:
    from coprod_budget.errors import Severity
    from coprod_budget.yaml_reader import Key

_INSIDE = r"(?:[\w.]|\[\w+\])+"  # a key that is a path itself: uncertainty[fx.RUB]
_PATH = re.compile(rf"[A-Za-z_]\w{{0,99}}(?:\.\w{{1,100}}|\[{_INSIDE}\])*", re.ASCII)
_SEGMENT = re.compile(rf"\[({_INSIDE})\]|(\w+)", re.ASCII)
_KEY_WITH_DOTS = re.compile(_INSIDE, re.ASCII)
_MISSING = object()
MAX_PATH = 500


def split_path(text: str) -> tuple[str, ...] | None:
    """``budget.lines[lead].rate`` as its segments; None where the text is no path."""
    if len(text) > MAX_PATH or not _PATH.fullmatch(text):
        return None
    return tuple(inside or word for inside, word in _SEGMENT.findall(text))


def join_path(path: tuple[Key, ...], data: Any) -> str:
    """A path for people: items of a list by their id."""
    text = ""
    for key in path:
        if isinstance(key, int):
            item = data[key] if isinstance(data, list) and key < len(data) else None
            name = item.get("id") if isinstance(item, dict) else None
            text += f"[{name if isinstance(name, str) and name.isidentifier() else key}]"
            data = item
        else:
            plain = shown(key)[1:-1]
            dotted = text and "." in key and _KEY_WITH_DOTS.fullmatch(key)
            text += f"[{plain}]" if dotted else f".{plain}" if text else plain
            data = data.get(key) if isinstance(data, dict) else None
    return text


def find_item(items: list[Any], name: str) -> int | None:
    """Index of the item of a list with this id, or with this number."""
    if name.isdecimal():  # ids begin with a letter
        return int(name) if len(name) < 6 and int(name) < len(items) else None
    return next((i for i, item in enumerate(items) if isinstance(item, dict) and item.get("id") == name), None)


def value_at(data: Any, keys: tuple[Key, ...]) -> Any:
    """The raw value at a path, or None."""
    here = data
    for key in keys:
        if isinstance(here, dict):
            here = here.get(str(key))
        elif isinstance(here, list) and isinstance(key, int) and key < len(here):
            here = here[key]
        else:
            return None
    return here


class Mark(NamedTuple):
    """Where a value was written: a place in a document, or an option of the command line."""

    document: Document
    place: tuple[Key, ...] = ()
    option: str = ""  # such as `--set title=X`, which stands in no file
    variant: str = ""
    changes: bool = False  # an override; not the project file itself, nor the file it is based on
    removes: bool = False

    def __str__(self) -> str:
        """``project.yaml:12``, ``variant cheap (project.yaml:120)``, ``--set PATH=VALUE``."""
        if self.option:
            return self.option
        place = f"{self.document.filename}:{self.document.position(self.place)[0]}"
        return f"variant {self.variant} ({place})" if self.variant else place

    def inside(self, rest: tuple[Key, ...]) -> Mark:
        """Where a part of this value stands."""
        return self._replace(place=self.place + rest) if rest else self


@dataclass(frozen=True, slots=True)
class Source:
    """A document, its data after overrides, and where a value was written that does not stand at its path in the document.

    A mark holds for everything inside its path, until a longer path has one of its own.
    """

    document: Document
    data: Any = None
    marks: dict[tuple[Key, ...], Mark] = field(default_factory=dict)

    def keys(self, path: str) -> tuple[Key, ...]:
        """A written path as keys into the data; list items by id or number."""
        here, keys = self.data, []
        for segment in split_path(path) or ():
            key: Key = segment
            if isinstance(here, list):
                index = find_item(here, segment)
                key = segment if index is None else index
                here = _MISSING if index is None else here[index]
            else:
                here = here.get(segment, _MISSING) if isinstance(here, dict) else _MISSING
            keys.append(key)
        return tuple(keys)

    def get(self, keys: tuple[Key, ...]) -> Any:
        """The raw value at a path, or None."""
        return value_at(self.data, keys)

    def mark(self, keys: tuple[Key, ...]) -> Mark:
        """Where the value at a path is written, or would be."""
        if self.marks:
            for length in range(len(keys), -1, -1):
                found = self.marks.get(keys[:length])
                if found is not None:
                    return found.inside(keys[length:])
        return Mark(self.document, keys)

    def also(self, path: tuple[Key, ...], name: tuple[Key, ...]) -> None:
        """Let what stands at ``path``, in the file or in an override, be found under another name as well."""
        found = self.mark(path)
        if not found.option and not found.document.has(found.place):
            return
        inside = {name + at[len(path) :]: mark for at, mark in self.marks.items() if at[: len(path)] == path}
        self.marks.update({name: found, **inside})

    def origin(self, keys: tuple[Key, ...]) -> Mark | None:
        """Where the value at a path was written; None where nobody wrote it: a default, or a name of our own."""
        found = self.mark(keys)
        return found if found.option or found.document.has(found.place) else None

    def where(self, path: str) -> str:
        """``project.yaml:12``, ``--set PATH=VALUE``, or nothing where the value is a default."""
        keys = self.keys(path)
        if not keys or self.get(keys) is None:
            return ""
        return str(self.origin(keys) or "")

    def problem(
        self,
        keys: tuple[Key, ...],
        code: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity = "error",
        offset: int = 0,
    ) -> Problem:
        """A problem at a path; ``offset`` counts characters inside the text value, from 1."""
        found = self.mark(keys)
        if found.option:
            return Problem(code, message, hint, found.option, severity=severity)
        below = {str(m): None for path, m in self.marks.items() if m.changes and path[: len(keys)] == keys != path}
        if below:
            message = f"{message} (with {', '.join(sorted(below)[:3])})"
        return problem_at(found, code, message, hint, key=key, severity=severity, inside=(self.get(keys), offset))


def problem_at(
    mark: Mark,
    code: str,
    message: str,
    hint: str = "",
    *,
    key: bool = False,
    severity: Severity = "error",
    inside: tuple[Any, int] = (None, 0),
) -> Problem:
    """A problem where something was written; ``inside`` is a text value and the character of it that is wrong, from 1."""
    if mark.option:
        return Problem(code, message, hint, mark.option, severity=severity)
    if mark.variant:
        message = f"variant {mark.variant}: {message}"
    line, column = mark.document.position(mark.place, key=key)
    value, offset = inside
    if offset and isinstance(value, str):
        column = _inside(mark.document, value, (line, column), offset)
    return Problem(code, message, hint, mark.document.filename, line, column, severity)


def _inside(document: Document, value: str, place: tuple[int, int], offset: int) -> int:
    """Column of a character of a text value, where the text stands in the file as it is on one line."""
    line, column = place
    lines = document.text.split("\n")
    if not 0 < line <= len(lines):
        return column
    start = lines[line - 1].find(value, column - 1)
    return start + offset if 0 <= start <= column else column


class Located(BaseModel):
    """A document that remembers where its values came from."""

    _source: Source = PrivateAttr(default_factory=lambda: Source(Document({}, "")))

    def where(self, path: str) -> str:
        """``project.yaml:12``, ``--set PATH=VALUE``, or nothing where the value is a default."""
        return self._source.where(path)

    def problem(self, path: str, code: str, message: str, hint: str = "", severity: Severity = "error") -> Problem:
        """A problem with the position of ``path``: for checks that need more than the file, such as the catalogue."""
        return self._source.problem(self._source.keys(path), code, message, hint, severity=severity)

    def keys(self, path: str) -> tuple[Key, ...]:
        """A written path as keys into the document; list items by number."""
        return self._source.keys(path)

    def value_at(self, path: str) -> Any:
        """What the file or an override says at a path, as it is written there; None where they say nothing."""
        return self._source.get(self._source.keys(path))

    @property
    def filename(self) -> str:
        """Name of the file it was read from."""
        return self._source.document.filename
