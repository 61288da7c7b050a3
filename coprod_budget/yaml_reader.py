"""Read YAML that people write by hand: safely, with the position of every key and value, and without YAML's surprises.

The scalar rule is our own: only ``true``, ``false``, ``null``, ``~``, nothing and plain decimal numbers are typed; ``NO``
(Norway), ``on``, ``12:30``, ``010``, ``1_000`` and dates stay text. The document is built from the parser's events, one
at a time, so that deep nesting, aliases and floods of values are refused before they cost anything.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from coprod_budget.errors import Problem, ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Key = str | int
Position = tuple[int, int]

MAX_BYTES = 2_000_000
MAX_DEPTH = 50
MAX_VALUES = 100_000
MAX_DIGITS = 40
MAX_SHOWN = 60
MAX_PROBLEMS = 100  # of the kind that a generated file could repeat without end

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?P<point>\.[0-9]*)?|(?P<bare>\.[0-9]+))(?P<power>[eE][-+]?[0-9]+)?")
_NUMBER_BEGINS = frozenset("+-.0123456789")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML takes for the end of a line
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is about fifteen times faster

# What libyaml and PyYAML say, and what a person needs to hear.
_SYNTAX_HINTS = (
    ("mapping values are not allowed", "put text that contains ': ' in quotes, or check the indentation"),
    ("cannot start any token", "use spaces, not tabs; put text that begins with %, @, ` or a tab in quotes"),
    ("expected ',' or ']'", "close the list with ]"),
    ("expected ',' or '}'", "close the mapping with }, and separate its entries with commas"),
    ("could not find expected ':'", "write `key: value`, with a space after the colon"),
    ("while scanning a quoted scalar", "close the quotation mark"),
    ("expected <block end>", "check the indentation: entries of one group begin in the same column"),
    ("did not find expected key", "check the indentation and the quotation marks of this entry"),
    ("block sequence entries are not allowed", "begin the list on a new line, or write it as [a, b]"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document as plain values, and where each of them stands in the file."""

    data: Any
    filename: str
    text: str = field(repr=False, default="")
    _values: dict[tuple[Key, ...], Position] = field(repr=False, default_factory=dict)
    _keys: dict[tuple[Key, ...], Position] = field(repr=False, default_factory=dict)

    def has(self, path: tuple[Key, ...]) -> bool:
        """Whether the file itself contains this path."""
        return path in self._values

    def position(self, path: tuple[Key, ...], *, key: bool = False) -> Position:
        """Line and column (from 1) of the value at ``path``, or of its key; of the nearest ancestor where it is absent."""
        for length in range(len(path), -1, -1):
            here = path[:length]
            if key and here in self._keys:
                return self._keys[here]
            if here in self._values:
                return self._values[here]
        return (1, 1)


def shown(value: object) -> str:
    """A found value for a message: short, on one line, with invisible and direction-changing characters spelled out."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if not isinstance(value, str):
        return str(value)[: MAX_SHOWN + 1]
    cut = value if len(value) <= MAX_SHOWN else value[:MAX_SHOWN] + "..."
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f"'{plain}'"


def read_text(path: Path, filename: str = "") -> str:
    """The text of a file; a missing, too large, binary or wrongly encoded one is a Problem (ProjectError)."""
    name = filename or str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot read the file: {reason}"
        raise ProjectError([Problem("P101", message, "give the path of a project file", name)]) from error
    return decode(raw, name)


def decode(raw: bytes, filename: str) -> str:
    """UTF-8 bytes (of a file or of standard input) as text, or a Problem that says where they are not (ProjectError)."""
    if len(raw) > MAX_BYTES:
        raise ProjectError([_too_large(filename)])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ProjectError([Problem("P103", "the file is UTF-16 text", "save it as UTF-8", filename)])
    if b"\x00" in raw:
        raise ProjectError([Problem("P103", "this is a binary file, not text", "give a YAML file", filename)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8 text"
        raise ProjectError([Problem("P103", message, "save the file as UTF-8", filename, line, column)]) from error


def read_yaml(text: str, filename: str) -> Document:
    """Read one document; every problem found is reported at once (ProjectError)."""
    return _Builder(text.removeprefix("\ufeff"), filename).read()


def _too_large(filename: str) -> Problem:
    return Problem("P102", "the file is larger than 2 MB", "a project is text of a few hundred lines", filename)


class _TooMuch(Exception):  # noqa: N818 - a signal to stop reading, never seen outside
    """The document is of a kind that is not worth reading further."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read; ``key`` is the mapping's next key."""

    path: tuple[Key, ...]
    value: dict[str, Any] | list[Any]
    key: str | None = None
    waiting: bool = False  # a key has been read, its value comes next
    skip: bool = False  # the entry has an unusable key: read it for its problems, then drop it
    is_key: bool = False  # this collection stands where a key should


class _Builder:
    """Builds the document event by event; a stack instead of recursion, so nesting cannot break it."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.filename = filename
        self.problems: list[Problem] = []
        self.values: dict[tuple[Key, ...], Position] = {}
        self.keys: dict[tuple[Key, ...], Position] = {}
        self.stack: list[_Open] = []
        self.root: Any = None
        self.count = 0

    def read(self) -> Document:
        """The document, or ProjectError with all problems in the order of the file."""
        if len(self.text) > MAX_BYTES or len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise ProjectError([_too_large(self.filename)])
        if _FORBIDDEN.search(self.text):
            raise ProjectError(list(self._forbidden()))
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                self._take(event)
        except _TooMuch:
            pass
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except (yaml.YAMLError, ValueError, IndexError) as error:  # a loader's own slip on a broken escape is not ours
            self.problems.append(Problem("P105", f"this is not YAML: {error}", "", self.filename))
        if self.problems:
            raise ProjectError(sorted(self.problems, key=lambda p: (p.line, p.column)))
        return Document(self.root, self.filename, self.text, self.values, self.keys)

    def _forbidden(self) -> Iterator[Problem]:
        for number, line in enumerate(_LINE_END.split(self.text), 1):
            found = _FORBIDDEN.search(line)
            if found:
                what = f"character U+{ord(found[0]):04X} is not allowed in YAML"
                yield Problem("P104", what, "delete it", self.filename, number, found.start() + 1)
                return

    def _problem(self, code: str, message: str, hint: str, mark: Any) -> None:
        self.problems.append(Problem(code, message, hint, self.filename, mark.line + 1, mark.column + 1))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _TooMuch

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        hint = next(
            (hint for words, hint in _SYNTAX_HINTS if words in said), "check the indentation and the punctuation"
        )
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = str(error.problem or error.context or "cannot be read")
        self.problems.append(Problem("P105", f"this is not YAML: {problem}", hint, self.filename, line, column))

    def _take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._start(event)
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._start(event)
            self._open(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._end()
        elif kind is yaml.AliasEvent:
            self._problem(
                "P107",
                f"aliases (*{shown(event.anchor)[1:-1]}) are not used here",
                "write the value out; put text that begins with * in quotes",
                event.start_mark,
            )
            self._place(None, event)
        elif kind is yaml.DocumentStartEvent and self.count:
            self._problem(
                "P109", "a second document begins here", "keep one project a file, without `---`", event.start_mark
            )
            raise _TooMuch

    def _start(self, event: Any) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            self._problem("P111", f"more than {MAX_VALUES} values", "split the file", event.start_mark)
            raise _TooMuch
        if event.anchor:
            self._problem(
                "P107",
                f"anchors (&{shown(event.anchor)[1:-1]}) are not used here",
                "write the value out; put text that begins with & in quotes",
                event.start_mark,
            )
        if event.tag:
            self._problem(
                "P108",
                f"tags ({shown(event.tag)[1:-1]}) are not used here",
                "delete it; put text that begins with ! in quotes",
                event.start_mark,
            )

    def _open(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._problem(
                "P110", f"more than {MAX_DEPTH} levels of nesting", "a project needs about six", event.start_mark
            )
            raise _TooMuch
        top = self.stack[-1] if self.stack else None
        is_key = top is not None and isinstance(top.value, dict) and not top.waiting
        if is_key:
            self._problem(
                "P112",
                "a list or mapping stands where a key is expected",
                "a key is text; put {braces} in quotes",
                event.start_mark,
            )
            path: tuple[Key, ...] = ("?", self.count)
        else:
            path = self._place(value, event)
        self.stack.append(_Open(path, value, is_key=is_key))

    def _end(self) -> None:
        done = self.stack.pop()
        if done.is_key:
            parent = self.stack[-1]
            parent.waiting = parent.skip = True

    def _scalar(self, event: Any) -> None:
        top = self.stack[-1] if self.stack else None
        plain = not event.style
        if top is not None and isinstance(top.value, dict) and not top.waiting:
            self._key(top, event, plain=plain)
        else:
            self._place(self._typed(event) if plain else event.value, event)

    def _key(self, top: _Open, event: Any, *, plain: bool) -> None:
        text: str = event.value
        top.waiting = True
        if plain and (text in _WORDS or (text[0] in _NUMBER_BEGINS and _NUMBER.fullmatch(text))):
            top.skip = True
            what = shown(text) if text else "nothing"
            hint = f'a key is text; write "{text}" in quotes if you mean it'
            before = self.text[event.start_mark.index - 1 : event.start_mark.index]
            if text.isdecimal() and before == ",":
                hint = "a comma ends the entry: write numbers without separators, such as 1000"
            self._problem("P112", f"{what} stands where a key is expected", hint, event.start_mark)
            return
        path = (*top.path, text)
        mark = event.start_mark
        if path in self.keys:
            top.skip = True
            line, _ = self.keys[path]
            self._problem(
                "P106",
                f"the key {shown(text)} is given twice",
                f"it is already on line {line}: keep one",
                mark,
            )
            return
        top.key = text
        self.keys[path] = (mark.line + 1, mark.column + 1)

    def _place(self, value: Any, event: Any) -> tuple[Key, ...]:
        """Put a value into the collection being read; gives its path."""
        mark = event.start_mark
        position = (mark.line + 1, mark.column + 1)
        if not self.stack:
            self.root = value
            self.values[()] = position
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            path: tuple[Key, ...] = (*top.path, len(top.value))
            top.value.append(value)
        elif not top.waiting or top.skip or top.key is None:  # the value of an unusable key, or an alias as a key
            top.waiting = top.skip = not top.waiting
            return ("?", self.count)
        else:
            path = (*top.path, top.key)
            top.value[top.key] = value
            top.waiting = False
        self.values[path] = position
        return path

    def _typed(self, event: Any) -> str | int | float | bool | None:
        text: str = event.value
        if text in _WORDS:
            return _WORDS[text]
        number = _NUMBER.fullmatch(text) if text[0] in _NUMBER_BEGINS else None
        if not number:
            return text
        if len(text) <= MAX_DIGITS:
            if not (number["point"] or number["bare"] or number["power"]):
                return int(text)
            value = float(text)
            if math.isfinite(value):
                return value
        self._problem(
            "P113",
            f"the number {shown(text)[1:-1]} is too large or too long to calculate with",
            f"give at most {MAX_DIGITS} digits, or put it in quotes if it is text",
            event.start_mark,
        )
        return 0
