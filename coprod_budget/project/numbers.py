"""The numbers of a validated project by their path, and the same project with other numbers in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from coprod_budget.project.expressions import Number
from coprod_budget.project.resolving import resolve
from coprod_budget.project.source import split_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coprod_budget.project.schema import Project
    from coprod_budget.yaml_reader import Key


def number_at(project: Project, path: str) -> float | None:
    """Return the number that stands at a path, defaults included; None where something else does, or nothing."""
    here: Any = project
    for key in project.keys(path):
        here = _part(here, key)
    return here.value if isinstance(here, Number) else here if isinstance(here, float) else None


def admitted(project: Project, path: str) -> Callable[[float], bool]:
    """Return what says whether the schema admits a number at a path, whatever stands at others."""
    field = TypeAdapter[Any](resolve(project._source.data, split_path(path) or (), type(project)).annotation)  # noqa: SLF001

    def admits(number: float) -> bool:
        try:
            field.validate_python(number)
        except ValidationError:
            return False
        return True

    return admits


def with_numbers(project: Project, paths: Iterable[str], change: Callable[[str, float], float]) -> Project:
    """Return the project with the numbers at these paths changed; what stands at a path must be a number."""
    for path in paths:
        project = _changed(project, project.keys(path), lambda number, path=path: change(path, number))  # type: ignore[misc]
    return project


def _part(here: Any, key: Key) -> Any:
    if isinstance(here, BaseModel):
        return getattr(here, str(key), None)
    if isinstance(here, dict):
        return here.get(key)
    return here[key] if isinstance(here, list | tuple) and isinstance(key, int) and key < len(here) else None


def _changed(here: Any, keys: tuple[Key, ...], change: Callable[[float], float]) -> Any:
    if not keys:
        return Number(change(here.value)) if isinstance(here, Number) else change(here)
    part = _changed(_part(here, keys[0]), keys[1:], change)
    if isinstance(here, BaseModel):
        return here.model_copy(update={str(keys[0]): part})
    if isinstance(here, dict):
        return {**here, keys[0]: part}
    items = list(here)
    items[int(keys[0])] = part
    return items if isinstance(here, list) else tuple(items)
