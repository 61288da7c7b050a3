"""A written path against the schema and the data: the keys it means, what belongs there, and the default."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import BaseModel, PlainValidator, WrapValidator

from coprod_budget.errors import nearest
from coprod_budget.project.expressions import Number
from coprod_budget.project.messages import unwrap
from coprod_budget.project.source import find_item, join_path
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from coprod_budget.yaml_reader import Key

GONE: Final = object()
"""Stands in a list for an item that was taken out, until the others move up."""
_OPEN_ENDED = {("budget", "charges")}  # entries of a template that the file need not repeat


class Bad(Exception):  # noqa: N818 - carries a problem to the place that knows which override it belongs to
    """An override that cannot be applied: code, message, hint."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.parts = (code, message, hint)
        super().__init__(message)


class Place(NamedTuple):
    """Where a path leads: keys into the data, the annotation of what belongs there, and the schema's default."""

    keys: tuple[Key, ...]
    annotation: Any
    default: Any = None


def field_annotation(info: FieldInfo) -> Any:
    """The annotation of a field, with the validators that pydantic keeps apart from it."""
    return typing.Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def is_section(annotation: Any) -> bool:
    """Whether a mapping there has parts that stand alone; a share-out such as ``{ru: 60%, rs: 40%}`` is one value."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation, *more = typing.get_args(annotation)
            if any(isinstance(entry, WrapValidator | PlainValidator) for entry in more):
                return False
        elif origin in {typing.Union, types.UnionType}:
            annotation = next(arg for arg in typing.get_args(annotation) if arg is not type(None))
        else:
            return origin is dict or is_part(annotation)


def is_part(annotation: Any) -> bool:
    """Whether it is a class of the schema, with fields."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def items_have_ids(annotation: Any) -> bool:
    """Whether it is a list whose items are found by their id."""
    annotation = unwrap(annotation)
    item = unwrap(typing.get_args(annotation)[0]) if typing.get_origin(annotation) is list else None
    return item is not None and is_part(item) and "id" in item.model_fields


def required_fields(annotation: Any) -> list[str]:
    """What a new entry cannot do without."""
    annotation = unwrap(annotation)
    if not is_part(annotation):
        return []
    return [name for name, info in annotation.model_fields.items() if info.is_required()]


def resolve(data: Any, segments: tuple[str, ...], root: type[BaseModel], *, whole: bool = False) -> Place:
    """The place of a written path; ``Bad`` names the nearest names where there is none.

    ``whole``: every entry on the way, and the last one of a list or mapping, has to be there already.
    """
    keys: tuple[Key, ...] = ()
    here: Any = data
    annotation: Any = root
    default: Any = None
    for index, segment in enumerate(segments):
        annotation = unwrap(annotation)
        key: Key = segment
        default = None
        last = index + 1 == len(segments)
        if is_part(annotation):
            _must_have_parts(here, keys, segment, data)
            info = annotation.model_fields.get(segment)
            if info is None:
                raise unknown(keys, segment, data, annotation.model_fields)
            annotation, default = field_annotation(info), info.get_default(call_default_factory=True)
        elif typing.get_origin(annotation) is list:
            found = find_item(here if isinstance(here, list) else [], segment)
            if found is None or here[found] is GONE:
                raise unknown(keys, segment, data, item_ids(here))
            key, annotation = found, typing.get_args(annotation)[0]
        elif typing.get_origin(annotation) is dict:
            _must_have_parts(here, keys, segment, data)
            annotation = typing.get_args(annotation)[1]
            going_on = not last and is_part(unwrap(annotation)) and keys not in _OPEN_ENDED
            if (going_on or whole) and segment not in (here or {}):
                raise unknown(keys, segment, data, list(here or ()))
        elif annotation is Any and isinstance(here, dict):  # read by hand later, such as `uncertainty`
            if whole and segment not in here:
                raise unknown(keys, segment, data, list(here))
        else:
            raise Bad("P405", f"`{join_path(keys, data)}` has no parts", f"set the whole: {join_path(keys, data)}=...")
        keys = (*keys, key)
        here = _step(here, key)
    return Place(keys, annotation, default if isinstance(default, int | float | Number) else None)


def item_ids(items: Any) -> list[str]:
    """The ids of the items of a list."""
    if not isinstance(items, list):
        return []
    return [item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]


def unknown(keys: tuple[Key, ...], segment: str, data: Any, known: Any, more: str = "") -> Bad:
    """There is no such name: the ones most like it, or what else to do."""
    where = f" in `{join_path(keys, data)}`" if keys else ""
    hint = nearest(segment, known) or "the file has no entries there: set the whole"
    if keys == ("budget", "lines"):
        hint += "; to change a template's line, write a whole line with its id under budget.lines"
    return Bad("P402", f"there is no '{shown(segment[:60])[1:-1]}'{where}", hint + more)


def _must_have_parts(here: Any, keys: tuple[Key, ...], segment: str, data: Any) -> None:
    if here is not None and not isinstance(here, dict):
        path = join_path(keys, data)
        raise Bad("P405", f"`{path}` is {shown(here)}, it has no parts", f"set the whole: {path}={{{segment}: ...}}")


def _step(here: Any, key: Key) -> Any:
    if isinstance(here, dict):
        return here.get(str(key))
    return here[key] if isinstance(here, list) and isinstance(key, int) else None
