"""Where a value of a project came from: a line of the file, an override, or a default."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, PrivateAttr

from coprod_budget.errors import Problem
from coprod_budget.yaml_reader import Document, shown

if TYPE_CHECKING:
    from coprod_budget.errors import Severity
    from coprod_budget.yaml_reader import Key

_PATH = re.compile(r"[A-Za-z_]\w{0,99}(?:\.\w{1,100}|\[\w{1,100}\])*", re.ASCII)
_SEGMENT = re.compile(r"\w+", re.ASCII)
_MISSING = object()


def split_path(text: str) -> tuple[str, ...] | None:
    """``budget.lines[lead].rate`` as its segments; None where the text is no path."""
    return tuple(_SEGMENT.findall(text)) if _PATH.fullmatch(text) else None


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
            text += f".{plain}" if text else plain
            data = data.get(key) if isinstance(data, dict) else None
    return text


def find_item(items: list[Any], name: str) -> int | None:
    """Index of the item of a list with this id, or with this number."""
    if name.isdecimal():  # ids begin with a letter
        return int(name) if len(name) < 6 and int(name) < len(items) else None
    return next((i for i, item in enumerate(items) if isinstance(item, dict) and item.get("id") == name), None)


@dataclass(frozen=True, slots=True)
class Source:
    """A document, its data after overrides, and the overrides by the path they set."""

    document: Document
    data: Any = None
    sets: dict[tuple[Key, ...], str] = field(default_factory=dict)

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
        here = self.data
        for key in keys:
            if isinstance(here, dict):
                here = here.get(str(key))
            elif isinstance(here, list) and isinstance(key, int) and key < len(here):
                here = here[key]
            else:
                return None
        return here

    def origin(self, keys: tuple[Key, ...]) -> str:
        """The override that gave the value at this path, or nothing."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.sets:
                return self.sets[keys[:length]]
        return ""

    def also(self, path: tuple[Key, ...], name: tuple[Key, ...]) -> None:
        """Let what stands at ``path``, in the file or in an override, be found under another name as well."""
        if path in self.sets:
            self.sets[name] = self.sets[path]
        elif self.document.has(path):
            self.document.also(path, name)

    def where(self, path: str) -> str:
        """``project.yaml:12``, ``--set PATH=VALUE``, or nothing where the value is a default."""
        keys = self.keys(path)
        if not keys or self.get(keys) is None:
            return ""
        override = self.origin(keys)
        if override or not self.document.has(keys):
            return override
        return f"{self.document.filename}:{self.document.position(keys)[0]}"

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
        override = self.origin(keys)
        if override:
            return Problem(code, message, hint, override, severity=severity)
        below = sorted({text for path, text in self.sets.items() if path[: len(keys)] == keys}) if self.sets else []
        if below:
            message = f"{message} (with {', '.join(below[:3])})"
        line, column = self.document.position(keys, key=key)
        if offset:
            column = self._inside(keys, line, column, offset)
        return Problem(code, message, hint, self.document.filename, line, column, severity)

    def _inside(self, keys: tuple[Key, ...], line: int, column: int, offset: int) -> int:
        """Column of a character of a text value, where the text stands in the file as it is on one line."""
        lines = self.document.text.split("\n")
        value = self.get(keys)
        if not isinstance(value, str) or not 0 < line <= len(lines):
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

    @property
    def filename(self) -> str:
        """Name of the file it was read from."""
        return self._source.document.filename
