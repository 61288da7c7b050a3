"""From pydantic's errors to problems: what is wrong, what was found, what would be right."""

from __future__ import annotations

import re
import types
import typing
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from coprod_budget.errors import nearest
from coprod_budget.project import types as kinds
from coprod_budget.project.source import join_path
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from coprod_budget.errors import Problem
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

_GROUPED = re.compile(r"\s*\d{1,3}(?:(?:[ ,_'\u00a0\u202f]\d{3})+(?:\.\d+)?|(?:\.\d{3}){2,})\s*", re.ASCII)
_PATTERNS = {
    kinds.ID: ("an id", "ids are small letters, digits and _, and begin with a letter"),
    kinds.TERRITORY: ("a territory id", "ids are letters, digits and _, and begin with a letter"),
    kinds.RECEIPTS: ("a territory, or a territory and a medium", "write RU, or RU.tv for one medium"),
    kinds.CURRENCY: ("a currency", "write the three capital letters of the ISO code: EUR, RUB, RSD"),
    kinds.COUNTRY: ("a country", "write the two capital letters of the ISO code: RU, RS"),
    kinds.PLACE: ("a city or country", "write a city's id, such as belgrade, or a country, such as RS"),
}
_REASONS: dict[tuple[Key, ...], str] = {
    ("as_of",): "an estimate must say its date: it chooses the prices, exchange rates and rules that hold"
}
_LATER = {"data"}
_MAX_PROBLEMS = 200  # each costs a search for the nearest word
_TYPES = {
    "string_type": ("text", 'put it in quotes: "{found}"'),
    "bool_type": ("true or false", "write true or false"),
    "list_type": ("a list", "write [a, b], or one item a line, each after `- `"),
    "dict_type": ("a mapping", "write `key: value` entries, indented, or in {{braces}}"),
    "model_type": ("a mapping", "write `key: value` entries, indented, or in {{braces}}"),
}


_NO_TEXT = "write one text, in quotes if it has a colon, braces or brackets"


def unwrap(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in {typing.Union, types.UnionType}:
            annotation = next(arg for arg in typing.get_args(annotation) if arg is not type(None))
        else:
            return annotation


def model_at(root: type[BaseModel], path: tuple[Key, ...]) -> type[BaseModel] | None:
    """The section class that describes this path, or None."""
    annotation: Any = root
    for key in path:
        annotation = unwrap(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            info = annotation.model_fields.get(str(key))
            annotation = info.annotation if info else None
        else:
            args = typing.get_args(annotation)
            annotation = args[-1] if args else None
    annotation = unwrap(annotation)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def schema_problems(error: ValidationError, root: type[BaseModel], source: Source) -> list[Problem]:
    """One problem for each of pydantic's errors, at its place in the file."""
    return [_problem(details, root, source) for details in error.errors(include_url=False)[:_MAX_PROBLEMS]]


def _problem(details: ErrorDetails, root: type[BaseModel], source: Source) -> Problem:
    path: tuple[Key, ...] = details["loc"]
    is_key = bool(path) and path[-1] == "[key]"
    if is_key:
        path = path[:-1]
    name = f"`{join_path(path, source.data)}`" if path else "the file"
    kind, found, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "missing":
        message, hint = _missing(path, root, name)
        if source.mark(path).removes:
            message, hint = (
                f"{name} cannot be taken out: it is needed",
                f"give it another value: {join_path(path, source.data)}=...",
            )
        return source.problem(path, "P201", message, hint, key=True)
    if kind == "extra_forbidden":
        model = model_at(root, path[:-1])
        last = str(path[-1])
        where = f" in `{join_path(path[:-1], source.data)}`" if len(path) > 1 else ""
        hint = _elsewhere(last, path, root) or nearest(last, model.model_fields if model else ())
        if last.isdecimal():
            hint = "a comma ends the entry: write numbers without separators, such as 1000"
        return source.problem(path, "P202", f"unknown key {shown(last)}{where}", hint, key=True)
    if kind == "expression":
        return source.problem(
            path, context["code"], f"{name}: {context['message']}", context["hint"], offset=context["column"]
        )
    if kind == "less_than_equal" and isinstance(source.get(path), str):  # 150%, which has become 1.5
        found = source.get(path)
    code, message, hint = _value(kind, found, context, details["msg"])
    return source.problem(path, code, f"{name}: {message}", hint, key=is_key)


def _elsewhere(key: str, path: tuple[Key, ...], root: type[BaseModel]) -> str:
    """A hint for a key that another section knows, or that this version does not read yet."""
    if len(path) == 1 and key in _LATER:
        return "this version does not read it yet: delete it, or make it a comment"
    if len(path) > 1 and key in root.model_fields:
        return f"`{key}` stands at the top level of the file"
    for name in root.model_fields:
        section = model_at(root, (name,))
        if section and name != path[0] and key in section.model_fields:
            return f"it belongs under `{name}`: `{name}: {{{key}: ...}}`"
    return ""


def _missing(path: tuple[Key, ...], root: type[BaseModel], name: str) -> tuple[str, str]:
    model = model_at(root, path[:-1])
    info = model.model_fields.get(str(path[-1])) if model else None
    example = f"{path[-1]}: {info.examples[0]}" if info and info.examples else f"{path[-1]}: ..."
    reason = _REASONS.get(path)
    return f"{name} is missing" + (f"; {reason}" if reason else ""), f"add it, for example `{example}`"


def _value(kind: str, found: Any, context: dict[str, Any], said: str) -> tuple[str, str, str]:
    """Code, message and hint for a wrong value."""
    if "hint" in context:  # our own checks say it all
        return {"date": "P207", "share": "P210", "id": "P206"}.get(kind, "P203"), said, context["hint"]
    if kind == "float_type":
        return "P203", f"expected a number, found {shown(found)}", _number_hint(found)
    if kind in _TYPES:
        expected, hint = _TYPES[kind]
        if kind == "string_type" and (found is None or isinstance(found, dict | list)):
            hint = _NO_TEXT
        return "P203", f"expected {expected}, found {shown(found)}", hint.format(found=shown(found).strip("'"))
    if kind == "literal_error":
        options = [option.strip("' ") for option in context["expected"].replace(" or ", ", ").split(",")]
        hint = nearest(found, options) if isinstance(found, str) else ""
        hint = f"write one of {', '.join(options)}" + (f" ({hint})" if hint.startswith("did") else "")
        return "P204", f"expected a choice, found {shown(found)}", hint
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        return _bound(kind, found, context)
    if kind == "string_pattern_mismatch":
        expected, hint = _PATTERNS.get(context["pattern"], ("other text", ""))
        if isinstance(found, str) and found != found.upper() and re.fullmatch(context["pattern"], found.upper()):
            hint = f"write it in capitals: {found.upper()}"
        elif isinstance(found, str) and found != found.lower() and re.fullmatch(context["pattern"], found.lower()):
            hint = f"write it in small letters: {found.lower()}"
        return "P206", f"expected {expected}, found {shown(found)}", hint
    if kind in {"too_long", "too_short"} and not isinstance(found, str):
        limit = context.get("max_length", context.get("min_length"))
        most = "at most" if kind.endswith("long") else "at least"
        return "P208", f"{context['actual_length']} entries", f"give {most} {limit}"
    if kind.endswith(("too_long", "too_short")):
        limit = context.get("max_length", context.get("min_length"))
        most = "at most" if kind.endswith("long") else "at least"
        return "P209", f"a text of {len(found)} characters", f"give {most} {limit}"
    return "P200", f"{said}, found {shown(found)}", ""


def _number_hint(found: Any) -> str:
    if not isinstance(found, str):
        return "give a number"
    if _GROUPED.fullmatch(found):
        return f"write it without separators: {re.sub(r'[^0-9.]' if found.count('.') < 2 else r'[^0-9]', '', found)}"
    if kinds.parse_percent(found) is not None:
        return "this is not a share: write a plain number"
    if re.fullmatch(r"0\d+(\.\d+)?", found):
        return f"write it without the leading zero: {found.lstrip('0') or '0'}"
    if re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*", found):
        return f"write it without quotes: {found.strip()}"
    if re.fullmatch(r"\d+,\d+", found):
        return f"write the decimal point: {found.replace(',', '.')}"
    return "write digits only, the currency or unit has its own key"


def _bound(kind: str, found: Any, context: dict[str, Any]) -> tuple[str, str, str]:
    limit = next(iter(context.values()))
    number = f"{limit:g}" if isinstance(limit, int | float) else str(limit)
    words = {
        "greater_than_equal": f"give {number} or more",
        "less_than_equal": f"give {number} or less",
        "greater_than": f"give more than {number}",
        "less_than": f"give less than {number}",
    }
    if kind == "less_than_equal" and limit == 1 and isinstance(found, int | float) and found <= 100:
        return "P205", f"a share of {found:g} is more than the whole", f"write {found:g}% or {found / 100:g}"
    if limit == 1 and isinstance(found, str):
        return "P205", f"{shown(found)} is more than the whole", "give at most 100%"
    low = kind.startswith("greater")
    return "P205", f"{shown(found)} is too {'small' if low else 'large'}", words[kind]
