"""The whole configuration of a film, defaults included: every value with its path and where it comes from."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pydantic import BaseModel

from coprod_budget.project import Charge, Line, Number, Project

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from coprod_budget.project import Standing, Stands, Template


class Leaf(NamedTuple):
    """One value that is in force, and where it comes from: a place, an override, a variant, a default, a template, the data."""

    value: Any
    origin: str


Tree: TypeAlias = "dict[str, Tree] | list[Tree] | Leaf"

DEFAULT = "default"
_COLUMN = 40  # where origins begin, if the value leaves room
_PLAIN = re.compile(r"[A-Za-z](?:[\w ./%+*()-]*[\w./%+*()-])?|\d+(?:\.\d+)?%|\d{4}-\d\d-\d\d", re.ASCII)
_WORDS = {"true", "false", "null"}
_SKIPPED = {"base", "variants"}  # what they say has been applied, or was not chosen


def configuration(project: Project, standing: Standing, template: Template | None) -> dict[str, Tree]:
    """Return every value of a project as the schema orders them: written, by default, of its template, of the data.

    Values are as they are written (``40%``), defaults as the program counts them (0.4). What nobody states and nothing
    stands for is left out.
    """
    reader = _Reader(project, standing)
    tree = reader.part(project, "", leave_out=_SKIPPED)
    if template is not None:
        _add_template(tree, template)
    rates = _section(tree, "fx")
    for currency in dict.fromkeys(_currencies(tree)):
        stands = reader.stands(f"fx.{currency}")
        if stands is not None and currency not in rates:
            rates[currency] = Leaf(stands.value, stands.origin)
    return {name: inner for name, inner in tree.items() if inner}


def as_dicts(tree: dict[str, Tree]) -> list[dict[str, Any]]:
    """Return the values as plain data: path (as behind ``--set``), value, origin."""
    return [{"path": path, "value": _simple(leaf.value), "origin": leaf.origin} for path, leaf in _leaves(tree, "")]


def as_yaml(tree: dict[str, Tree], width: int) -> str:
    """Return the values as lines of YAML, each with its origin in a comment; read again, they are the same project."""
    return "\n".join(_lines(tree, 0, max(width, 40))) + "\n"


class _Reader:
    """Walks the validated project along with what was written."""

    def __init__(self, project: Project, standing: Standing) -> None:
        self.project = project
        self.as_of = {"as_of": project.as_of.isoformat(), "budget": {"template": project.budget.template}}
        self.standing = standing

    def stands(self, path: str) -> Stands | None:
        return self.standing(tuple(path.split(".")), self.as_of)

    def part(self, part: BaseModel, path: str, leave_out: Collection[str] = ()) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        if isinstance(part, Line) and part.rate is None:
            leave_out = {"basis"}  # a price of the tables has its own
        for name in type(part).model_fields:
            if name not in leave_out:
                inner = self.value(getattr(part, name), f"{path}.{name}" if path else name)
                if inner is not None:
                    found[name] = inner
        return found

    def value(self, value: Any, path: str) -> Tree | None:
        """What is at a path: a section goes on, anything else is as it is written, or the default."""
        raw = self.project.value_at(path)
        if isinstance(value, BaseModel) and (raw is None or isinstance(raw, dict)) and not isinstance(value, Number):
            return self.part(value, path) or None
        if raw is None:
            return self._unsaid(value, path)
        if isinstance(value, dict) and isinstance(raw, dict):
            found = {name: self.value(value.get(name), _step(path, name)) for name in raw}
            return {name: inner for name, inner in found.items() if inner is not None}
        if isinstance(value, list) and isinstance(raw, list) and any(isinstance(item, BaseModel) for item in value):
            items = (self.value(item, f"{path}[{number}]") for number, item in enumerate(value))
            return [item for item in items if item is not None]
        return Leaf(raw, self.project.where(path) or DEFAULT)

    def _unsaid(self, value: Any, path: str) -> Leaf | None:
        stands = self.stands(path) if "[" not in path else None
        if stands is not None:
            return Leaf(stands.value, stands.origin)
        plain = value.value if isinstance(value, Number) else value
        empty = plain is None or plain == "" or isinstance(plain, dict | list | tuple)
        return None if empty else Leaf(plain, DEFAULT)


def _add_template(tree: dict[str, Tree], template: Template) -> None:
    """The numbers and charges of the template that the file leaves as they are."""
    origin = f"template {template.id}"
    params = _section(tree, "budget", "params")
    for name, param in template.params.items():
        params.setdefault(name, Leaf(param.value, origin))
    charges = _section(tree, "budget", "charges")
    for name, charge in template.charges.items():
        own = charges.setdefault(name, {})
        assert isinstance(own, dict)
        stated = {key for key, leaf in own.items() if isinstance(leaf, Leaf) and leaf.origin != DEFAULT}
        for key in Charge.model_fields:
            value = getattr(charge, key)
            replaced = key in {"basis", "source"} and stated & {"rate", "amount"}  # a changed rate loses its source
            if key in charge.model_fields_set and key not in stated and value is not None and not replaced:
                own[key] = Leaf(value, origin)


def _section(tree: dict[str, Tree], *names: str) -> dict[str, Tree]:
    for name in names:
        inner = tree.setdefault(name, {})
        assert isinstance(inner, dict)
        tree = inner
    return tree


def _currencies(tree: Tree, name: str = "") -> Iterator[str]:
    if isinstance(tree, Leaf):
        if name.endswith("currency"):
            yield str(tree.value)
        return
    for key, inner in tree.items() if isinstance(tree, dict) else ((name, item) for item in tree):
        yield from _currencies(inner, key)


def _leaves(tree: Tree, path: str) -> Iterator[tuple[str, Leaf]]:
    if isinstance(tree, Leaf):
        yield path, tree
    elif isinstance(tree, dict):
        for name, inner in tree.items():
            yield from _leaves(inner, _step(path, name) if path else name)
    else:
        for number, item in enumerate(tree):
            own = item.get("id") if isinstance(item, dict) else None
            name = own.value if isinstance(own, Leaf) and isinstance(own.value, str) else ""
            yield from _leaves(item, f"{path}[{name if name.isidentifier() else number}]")


def _step(path: str, name: str) -> str:
    return f"{path}[{name}]" if "." in name else f"{path}.{name}"


def _lines(tree: dict[str, Tree], indent: int, width: int) -> Iterator[str]:
    room = " " * indent
    for name, inner in tree.items():
        key = f"{room}{_scalar(name)}:"
        if isinstance(inner, Leaf):
            yield from _leaf(key, inner, indent, width)
        elif isinstance(inner, dict):
            yield f"{key} {{}}" if not inner else key
            yield from _lines(inner, indent + 2, width)
        else:
            yield f"{key} []" if not inner else key
            for item in inner:
                yield from _item(item, indent + 2, width)


def _item(item: Tree, indent: int, width: int) -> Iterator[str]:
    dash = " " * indent + "-"
    if isinstance(item, Leaf):
        yield from _leaf(dash, item, indent, width)
    elif isinstance(item, dict) and item:
        first, *rest = _lines(item, indent + 2, width)
        yield f"{dash} {first.lstrip()}"
        yield from rest
    else:
        yield f"{dash} {{}}"


def _leaf(begin: str, leaf: Leaf, indent: int, width: int) -> Iterator[str]:
    """The value, folded where it is long, and its origin behind it or on the line below."""
    text = f"{begin} {_flow(leaf.value)}"
    inside = " " * (indent + 4)
    folded = textwrap.wrap(
        text, width, subsequent_indent=inside, break_long_words=False, break_on_hyphens=False, drop_whitespace=True,
        replace_whitespace=False, expand_tabs=False,
    )  # fmt: skip
    lines = folded if len(text) > width and "  " not in text.strip() else [text]
    comment = f"# {' '.join(leaf.origin.split())}"
    last = f"{lines[-1]:<{_COLUMN}}  {comment}"
    yield from lines[:-1]
    if len(last) <= width:
        yield last
        return
    yield lines[-1]
    yield from textwrap.wrap(comment, width, initial_indent=inside, subsequent_indent=f"{inside}# ")


def _flow(value: Any) -> str:
    """A value on one line: scalars plain where YAML reads them back, lists and mappings in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    value = _simple(value)
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value not in _WORDS else _quoted(value)
    return "null" if value is None else json.dumps(value)


def _quoted(text: str) -> str:
    """Quoted text; characters that steer a terminal as their codes, which YAML reads back."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in json.dumps(text, ensure_ascii=False))


def _simple(value: Any) -> Any:
    """A value as plain data."""
    if isinstance(value, dict):
        return {str(key): _simple(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_simple(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)
