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

CONDITIONS: Final = (
    "condition", "content_exclusion", "producer_status", "status_required", "language", "language_versions", "third_party_treaty",
    "collection_account_above",
)  # fmt: skip
"""Kinds of rules of which the file says whether they are met."""

FIGURES: Final = (
    "works_by_national_organisations",
    "head_count",
    "third_party_posts",
    "points_threshold",
    "points_share",
    "points_of",
)
"""Kinds of rules for which the file may give the figure that the program works out."""

EITHER: Final = (
    "producer_ownership",
    "criteria_met",
    "letter_age",
    "shooting_before_decision",
    "confirmed_finance_share",
)
"""Kinds of which the file gives the figure, or says that they are met."""


def check_facts(stage: Stage) -> None:
    """Note every instrument and rule that the project file speaks of and the data do not have."""
    known = stage.catalog.treaties()
    for name, facts in stage.project.treaty.facts.items():
        if name not in known:
            stage.error(
                "M601", f"there is no treaty, fund or status {name!r}", nearest(name, known), f"treaty.facts.{name}"
            )
            continue
        rules = dict.fromkeys(ALWAYS, CONDITIONS[0]) | _kinds(stage, stage.catalog.treaty(name))
        for rule, said in facts.items():
            path = f"treaty.facts.{name}.{rule}"
            kind = rules.get(rule, "")
            if kind not in (*CONDITIONS, *FIGURES, *EITHER):
                asked = [other for other, its in rules.items() if its in (*CONDITIONS, *FIGURES, *EITHER)]
                what = f"{name} has no rule {rule!r}" if not kind else f"{name}: {rule} is worked out, not asked for"
                stage.error("M603", what, nearest(rule, asked), path)
            elif isinstance(said, bool) and kind in FIGURES:
                stage.error(
                    "M604",
                    f"{name}: {rule} is a figure",
                    "write the number: it takes the place of what is worked out",
                    path,
                )
            elif not isinstance(said, bool) and kind in CONDITIONS:
                stage.error("M604", f"{name}: {rule} is met or not", "write true or false", path)


def _kinds(stage: Stage, treaty: Treaty) -> dict[str, str]:
    """Return the kind of every rule, and of what earns points in tables of its own or of the text whose points it uses."""
    found: dict[str, str] = {}
    texts = [treaty]
    for criterion in treaty.criteria.values():
        if criterion.kind == "points_of":
            others = {str(v.value) for v in criterion.values} & set(stage.catalog.treaties())
            texts += [stage.catalog.treaty(other) for other in sorted(others)]
    for text in texts:
        for criterion in text.criteria.values():
            for value in criterion.values:
                if isinstance(value.value, tuple):
                    items = [item.item for item in value.value if isinstance(item, PointsItem)]
                    found |= dict.fromkeys(items, CONDITIONS[0])
    return found | {name: criterion.kind for name, criterion in treaty.criteria.items()}
