"""What may be said under ``treaty.facts``: instruments and rules that exist, so that a slip of the pen is not silently lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.catalog.treaties import PointsItem
from coprod_budget.errors import nearest
from coprod_budget.model.eligibility.belonging import KIND_OF_WORK, PARTIES
from coprod_budget.model.eligibility.standing import IN_FORCE

if TYPE_CHECKING:
    from coprod_budget.catalog.treaties import Treaty
    from coprod_budget.model.stage import Stage

ALWAYS: Final = ("all", IN_FORCE, KIND_OF_WORK, PARTIES)
"""What may be said of every instrument."""


def check_facts(stage: Stage) -> None:
    """Note every instrument and rule that the project file speaks of and the data do not have."""
    known = stage.catalog.treaties()
    for name, facts in stage.project.treaty.facts.items():
        if name not in known:
            stage.error(
                "M601", f"there is no treaty, fund or status {name!r}", nearest(name, known), f"treaty.facts.{name}"
            )
            continue
        rules = [*_names(stage, stage.catalog.treaty(name)), *ALWAYS]
        for rule in facts:
            if rule not in rules:
                path = f"treaty.facts.{name}.{rule}"
                stage.error("M603", f"{name} has no rule {rule!r}", nearest(rule, rules), path)


def _names(stage: Stage, treaty: Treaty) -> list[str]:
    """Rules, and what earns points in tables of its own or of the text whose points it uses."""
    found = [*treaty.criteria]
    texts = [treaty]
    for criterion in treaty.criteria.values():
        if criterion.kind == "points_of":
            others = {str(v.value) for v in criterion.values} & set(stage.catalog.treaties())
            texts += [stage.catalog.treaty(other) for other in sorted(others)]
    for text in texts:
        for criterion in text.criteria.values():
            for value in criterion.values:
                if isinstance(value.value, tuple):
                    found += [item.item for item in value.value if isinstance(item, PointsItem)]
    return found
