"""Named variants in the project file: blocks of overrides that are chosen by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from coprod_budget.errors import Problem, nearest
from coprod_budget.project.blocks import apply_block
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.project.changes import Changes
    from coprod_budget.project.schema import Project

LABEL = "label"


def _block(value: Any) -> dict[str, Any]:
    hint = "write what is different, as in the file: `cheap: {label: Cheaper, schedule: {prep_weeks: 4}}`"
    if value is None:
        return {}
    if not isinstance(value, dict):
        found = {"found": shown(value), "hint": hint}
        raise PydanticCustomError("variant", "expected a mapping, found {found}", found)
    label = value.get(LABEL)
    if label is not None and (not isinstance(label, str) or not 0 < len(label) <= 200):
        found = {"found": shown(label), "hint": "a label is text of at most 200 characters"}
        raise PydanticCustomError("variant", "`label`: expected text, found {found}", found)
    return value


if TYPE_CHECKING:
    Variant = dict[str, Any]
else:
    Variant = Annotated[dict[str, Any], PlainValidator(_block), WithJsonSchema({"type": "object"})]


def variant_names(project: Project) -> dict[str, str]:
    """Return the variants of a project with their labels (the name itself where there is none), in the file's order."""
    return {name: str(block.get(LABEL) or name) for name, block in project.variants.items()}


def apply_variants(changes: Changes, names: Sequence[str]) -> None:
    """Apply the named variants of the file, one after another."""
    variants = changes.data.get("variants")
    known = variants if isinstance(variants, dict) else {}
    for name in names:
        if name not in known:
            hint = nearest(name, known) or "the file has no `variants`"
            changes.problems.append(
                Problem("P409", f"there is no variant {shown(name)}", hint, f"--variant {shown(name)[1:-1]}")
            )
            continue
        block = known[name]
        if isinstance(block, dict):  # anything else is reported when the file is validated
            mark = changes.mark(("variants", name))._replace(variant=name, changes=True)
            apply_block(changes, {key: value for key, value in block.items() if key != LABEL}, mark)
