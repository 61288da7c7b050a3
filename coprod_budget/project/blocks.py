"""Blocks of overrides: a mapping that mirrors the project file and holds only what is different.

A block is a file of overrides, a variant, or a project file that is based on another. Its keys are keys of the file, or
paths as they stand left of the ``=`` of ``--set``: ``schedule.prep_weeks``, ``fx.RUB*``, ``~finance[loan]``.
"""

from __future__ import annotations

import re
import typing
from typing import TYPE_CHECKING, Any, NoReturn

from coprod_budget.project.changes import FIXED, written_change
from coprod_budget.project.messages import unwrap
from coprod_budget.project.resolving import (
    Bad,
    field_annotation,
    is_part,
    is_section,
    item_ids,
    items_have_ids,
    required_fields,
    unknown,
)
from coprod_budget.project.revenue import FROM_COMPARABLES
from coprod_budget.project.source import value_at
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from coprod_budget.project.changes import Changes
    from coprod_budget.project.source import Mark
    from coprod_budget.yaml_reader import Key

_NAME = re.compile(r"\w+", re.ASCII)


def apply_block(changes: Changes, block: dict[str, Any], mark: Mark) -> None:
    """Apply every entry of a block, in its order; ``mark`` is where the block stands."""
    if mark.changes:
        for name in sorted(set(FIXED) & set(block)):
            bad = Bad("P407", f"an override cannot change `{name}`", f"write it in the project file: {FIXED[name]}")
            changes.refuse(bad, mark.inside((name,)), key=True)
        block = {name: value for name, value in block.items() if name not in FIXED}
    _mapping(changes, (), changes.root, block, mark)
    changes.close_up()


def _mapping(changes: Changes, keys: tuple[Key, ...], annotation: Any, block: dict[str, Any], mark: Mark) -> None:
    annotation = unwrap(annotation)
    for name, value in block.items():
        if changes.hopeless:
            return
        here = mark.inside((name,))
        inner = _entry(annotation, name)
        try:
            if inner is not None:
                _value(changes, (*keys, name), inner, value, here)
            elif _NAME.fullmatch(name):
                changes.put((*keys, name), value, here)  # reading the whole says what is wrong with the name
            else:
                _path(changes, keys, name, value, here)
        except Bad as bad:
            changes.refuse(bad, here, key=True)


def _entry(annotation: Any, name: str) -> Any:
    """What belongs under a key of the file itself; None where the key is a path, or unknown."""
    if is_part(annotation):
        info = annotation.model_fields.get(name)
        return None if info is None else field_annotation(info)
    kind, inner = typing.get_args(annotation)
    if _NAME.fullmatch(name):
        return inner
    patterns = [p for entry in getattr(kind, "__metadata__", ()) if (p := getattr(entry, "pattern", None))]
    literal = (
        all(re.fullmatch(str(p), name) for p in patterns) and not written_change(name)[0] and name[-1:] not in "+*"
    )
    return inner if literal else None


def _path(changes: Changes, keys: tuple[Key, ...], name: str, value: Any, mark: Mark) -> None:
    removes, path, operator = written_change(name)
    place = changes.place(path, keys, whole=removes)
    if removes:
        if operator or value is not None:
            raise Bad("P401", f"{shown(name)} removes, it takes no value", f"write `~{path}:` with nothing after it")
        changes.remove(place, mark)
    elif operator:
        changes.relative(place, operator, value, mark)
    else:
        _value(changes, place.keys, place.annotation, value, mark)


def _value(changes: Changes, keys: tuple[Key, ...], annotation: Any, value: Any, mark: Mark) -> None:
    """Merge sections and lists of items that have ids; put anything else."""
    here = value_at(changes.data, keys)
    if isinstance(value, dict) and is_section(annotation) and list(value) != [FROM_COMPARABLES]:
        if not isinstance(here, dict):
            _must_be_whole(changes, keys, annotation, value)
            changes.put(keys, {}, mark)
        _mapping(changes, keys, annotation, value, mark)
    elif value is None and (is_section(annotation) or typing.get_origin(unwrap(annotation)) is list):
        return  # a heading with nothing under it changes nothing
    elif isinstance(value, list) and isinstance(here, list) and items_have_ids(annotation) and _with_ids(value):
        _items(changes, keys, annotation, value, mark)
    else:
        changes.put(keys, value, mark)


def _must_be_whole(changes: Changes, keys: tuple[Key, ...], annotation: Any, value: dict[str, Any]) -> None:
    """A new entry that lacks what every such entry needs is more likely a name that was misspelt."""
    above = value_at(changes.data, keys[:-1])
    missing = [name for name in required_fields(annotation) if name not in value]
    if missing and isinstance(above, dict) and not is_part(_annotation_above(changes, keys)):
        raise unknown(keys[:-1], str(keys[-1]), changes.data, list(above), f"; a new one needs {', '.join(missing)}")


def _annotation_above(changes: Changes, keys: tuple[Key, ...]) -> Any:
    annotation: Any = changes.root
    for key in keys[:-1]:
        annotation = unwrap(annotation)
        annotation = (
            annotation.model_fields[str(key)].annotation if is_part(annotation) else typing.get_args(annotation)[-1]
        )
    return unwrap(annotation)


def _with_ids(items: list[Any]) -> bool:
    """Whether the items are found by their ids; some with and some without cannot be told apart from a mistake."""
    with_id = [isinstance(item, dict) and isinstance(item.get("id"), str) for item in items]
    if any(with_id) and not all(with_id):
        number = with_id.index(False) + 1
        hint = "items with ids change those of the same id; a list without any ids replaces the whole list"
        raise Bad(
            "P408", f"item {number} of the list has no id, and others have", f"give every item an id, or none: {hint}"
        )
    return bool(items) and all(with_id)


def _items(changes: Changes, keys: tuple[Key, ...], annotation: Any, items: list[Any], mark: Mark) -> None:
    inner = typing.get_args(unwrap(annotation))[0]
    held = value_at(changes.data, keys)
    places: dict[str, int] = {}
    for number, item in enumerate(held):
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            places.setdefault(item["id"], number)
    seen: set[str] = set()
    for number, item in enumerate(items):
        at, name = mark.inside((number,)), item["id"]
        if changes.hopeless:
            return
        try:
            if name in seen:
                _refuse_twice(name)
            seen.add(name)
            if name in places:
                rest = {key: value for key, value in item.items() if key != "id"}
                _mapping(changes, (*keys, places[name]), inner, rest, at)
            else:
                _must_be_new(changes, keys, inner, item)
                changes.put((*keys, len(held)), item, at)
        except Bad as bad:
            changes.refuse(bad, at.inside(("id",)))


def _refuse_twice(name: str) -> NoReturn:
    raise Bad("P408", f"the id {shown(name)} is given twice", "keep one item of each id")


def _must_be_new(changes: Changes, keys: tuple[Key, ...], annotation: Any, item: dict[str, Any]) -> None:
    """A new item that lacks what every such item needs is more likely an id that was misspelt."""
    missing = [name for name in required_fields(annotation) if name not in item]
    if missing:
        known = item_ids(value_at(changes.data, keys))
        raise unknown(keys, item["id"], changes.data, known, f"; a new one needs {', '.join(missing)}")
