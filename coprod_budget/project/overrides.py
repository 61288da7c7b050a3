"""``--set PATH=VALUE``, ``+=`` and ``*=``: changes to the raw document before it is validated."""

from __future__ import annotations

import copy
import itertools
import math
import typing
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from coprod_budget.errors import Problem, ProjectError, nearest
from coprod_budget.project.expressions import Number
from coprod_budget.project.messages import unwrap
from coprod_budget.project.source import Source, find_item, join_path, split_path
from coprod_budget.project.types import parse_percent
from coprod_budget.yaml_reader import read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.yaml_reader import Document, Key

_OPEN_ENDED = {("budget", "charges")}  # entries of a template that the file need not repeat
_EXAMPLE = "for example --set schedule.prep_weeks=8, --set fx.RUB*=1.1 or --set budget.lines[lead].rate=1500"


class _Bad(Exception):  # noqa: N818 - carries a problem to the place that knows which override it belongs to
    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.parts = (code, message, hint)
        super().__init__(message)


def apply_sets(
    document: Document, data: dict[str, Any], sets: Sequence[str], root: type[BaseModel]
) -> tuple[Source, list[Problem]]:
    """The data with every override applied in order, and a problem for each that cannot be applied."""
    problems: list[Problem] = []
    origins: dict[tuple[Key, ...], str] = {}
    changed = copy.deepcopy(data) if sets else data
    for text in sets:
        label = f"--set {shown(text[:200])[1:-1]}"
        try:
            path, value = _apply(changed, text, root)
        except _Bad as bad:
            problems.append(Problem(*bad.parts, file=label))
        else:
            origins = {old: by for old, by in origins.items() if old[: len(path)] != path}
            origins[path] = label
            changed = _put(changed, path, value)
    return Source(document, changed, origins), problems


def _apply(data: dict[str, Any], text: str, root: type[BaseModel]) -> tuple[tuple[Key, ...], Any]:
    left, equals, right = text.partition("=")
    operator = left[-1:] if left[-1:] in {"+", "*"} else ""
    segments = split_path(left.removesuffix(operator).strip())
    if not equals or segments is None:
        raise _Bad("P401", "cannot be read", f"write PATH=VALUE, {_EXAMPLE}")
    path, default = _resolve(data, segments, root)
    value = _value(right)
    if not operator:
        return path, value
    current = _number(Source(read_yaml("", ""), data).get(path), default)
    if current is None:
        raise _Bad(
            "P403", f"{operator}= needs a number that is there already", f"give the value itself with {left[:-1]}="
        )
    step = _number(value, None)
    if step is None:
        raise _Bad("P403", f"{operator}= needs a number, found {shown(value)}", f"write {left}=1.1, for example")
    result = current + step if operator == "+" else current * step
    if not math.isfinite(result):
        raise _Bad("P403", "the result is too large to calculate with", "give a smaller number")
    return path, result


def _value(text: str) -> Any:
    try:
        return read_yaml(text.strip(), "").data
    except ProjectError as error:
        problem = error.problems[0]
        raise _Bad("P404", f"the value cannot be read: {problem.message}", problem.hint) from error


def _number(value: Any, default: Any) -> float | None:
    """A number, a percentage, or the default where there is no value."""
    if value is None:
        value = default.value if isinstance(default, Number) else default
    if isinstance(value, str):
        return parse_percent(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _resolve(data: Any, segments: tuple[str, ...], root: type[BaseModel]) -> tuple[tuple[Key, ...], Any]:
    """The keys of a written path, checked against the schema; and the schema's default there."""
    keys: tuple[Key, ...] = ()
    here: Any = data
    annotation: Any = root
    default: Any = None
    for index, segment in enumerate(segments):
        annotation = unwrap(annotation)
        key: Key = segment
        args = typing.get_args(annotation)
        default = None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            _must_have_parts(here, keys, segment, data)
            info = annotation.model_fields.get(segment)
            if info is None:
                raise _unknown(keys, segment, data, annotation.model_fields)
            annotation, default = info.annotation, info.get_default(call_default_factory=True)
        elif typing.get_origin(annotation) is list:
            items = here if isinstance(here, list) else []
            found = find_item(items, segment)
            if found is None:
                ids = [item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]
                raise _unknown(keys, segment, data, ids)
            key, annotation = found, args[0]
        elif typing.get_origin(annotation) is dict:
            _must_have_parts(here, keys, segment, data)
            annotation = args[1]
            entry = unwrap(annotation)
            is_section = isinstance(entry, type) and issubclass(entry, BaseModel)
            going_on = index + 1 < len(segments) and is_section and keys not in _OPEN_ENDED
            if going_on and segment not in (here or {}):
                raise _unknown(keys, segment, data, list(here or ()))
        else:
            raise _Bad("P405", f"`{join_path(keys, data)}` has no parts", f"set the whole: {join_path(keys, data)}=...")
        keys = (*keys, key)
        here = _step(here, key)
    return keys, default if isinstance(default, int | float | Number) else None


def _must_have_parts(here: Any, keys: tuple[Key, ...], segment: str, data: Any) -> None:
    if here is not None and not isinstance(here, dict):
        path = join_path(keys, data)
        raise _Bad("P405", f"`{path}` is {shown(here)}, it has no parts", f"set the whole: {path}={{{segment}: ...}}")


def _step(here: Any, key: Key) -> Any:
    if isinstance(here, dict):
        return here.get(str(key))
    return here[key] if isinstance(here, list) and isinstance(key, int) else None


def _unknown(keys: tuple[Key, ...], segment: str, data: Any, known: Any) -> _Bad:
    where = f" in `{join_path(keys, data)}`" if keys else ""
    hint = nearest(segment, known) or "the file has no entries there: set the whole"
    if keys == ("budget", "lines"):
        hint += "; to change a template's line, write a whole line with its id under budget.lines"
    return _Bad("P402", f"there is no '{segment[:60]}'{where}", hint)


def _put(data: Any, path: tuple[Key, ...], value: Any) -> Any:
    """Put a value at a path, making the mappings on the way."""
    here = data
    for key, following in itertools.pairwise(path):
        inner = here.get(key) if isinstance(here, dict) else here[key]
        if not isinstance(inner, dict if isinstance(following, str) else list):
            here[key] = inner = {}  # a section that is absent or empty; a list is never made on the way
        here = inner
    here[path[-1]] = value
    return data
