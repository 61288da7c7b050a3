"""Short forms of a project file, written out before it is validated: every value then has one place and one path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from coprod_budget.project import revenue, waterfall

if TYPE_CHECKING:
    from coprod_budget.project.source import Source


def write_out(source: Source) -> None:
    """Write short forms out and name what has no name, so that every value has one place and one path."""
    data = source.data
    if isinstance(data.get("treaty"), str):
        data["treaty"] = {"instrument": data["treaty"]}
    chosen = data.get("incentives")
    if isinstance(chosen, list):
        data["incentives"] = [{"id": entry} if isinstance(entry, str) else entry for entry in chosen]
    revenue.write_out(data.get("revenue"), lambda place: source.also(place, ("revenue", "comparables")))
    waterfall.write_out(data.get("waterfall"), source.also)
    _name_items(data)


def _name_items(data: dict[str, Any]) -> None:
    """Give lines and steps that have no id one of our own.

    A line's begins with ``own_``, which no template may use: a template's line is only replaced on purpose.
    """
    budget = data.get("budget")
    lines = budget.get("lines") if isinstance(budget, dict) else None
    taken: set[str] = set()
    copies: dict[str, int] = {}
    for number, line in enumerate(lines if isinstance(lines, list) else [], 1):
        if not isinstance(line, dict):
            continue
        if line.get("id") is None:
            item = f"{line.get('item')}_{line.get('city') or ''}" if line.get("item") else ""
            words = re.sub(r"[^a-z0-9]+", "_", str(line.get("description") or item).lower())[:40].strip("_")
            base = name = f"own_{words or number}"
            while name in taken:
                copies[base] = copies.get(base, 1) + 1
                name = f"{base}_{copies[base]}"
            line["id"] = name
        taken.add(str(line["id"]))
    rules = data.get("waterfall")
    for number, rule in enumerate(rules if isinstance(rules, list) else [], 1):
        if isinstance(rule, dict) and rule.get("id") is None:
            rule["id"] = f"step_{number}"
