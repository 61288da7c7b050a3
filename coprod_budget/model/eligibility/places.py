"""Points for places: where the larger part is shot, and where the visual effects are made, worked out from days and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.treaties import PointsItem, RuleValue
    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case

PLACES: Final = {"studio_or_location": "shoot", "shooting_location": "shoot", "vfx_location": "vfx"}
"""Items of points tables that are worked out: from shooting days, or from the lines of the account of visual effects."""


class Places(NamedTuple):
    """Points earned, open and applicable, a row an item: columns over the table of places."""

    earned: Node
    open: Node
    applicable: Node


def build_places(
    case: Case,
    table: str,
    short: str,
    items: Sequence[PointsItem],
    rule: RuleValue,
    certain: Sequence[str],
    doubtful: Sequence[str],
) -> Places:
    """Put the places of a points table into the graph: the item is earned where the larger part is within the parties."""
    graph = case.graph
    key = f"points.{case.instrument}.{short}*"
    if f"{key}.place_earned" in graph:
        return Places(*(graph[f"{key}.place_{name}"] for name in ("earned", "open", "applicable")))
    where = graph.table(
        f"points_{case.instrument}_{table}_places", [i.item for i in items], f"points, {case.instrument}: places"
    )
    source = case.facts.stage.from_source("published", rule.source, f"article {rule.article}" if rule.article else "")
    points = graph.input_column(
        f"{key}.place_points", where, [i.points for i in items], label="Points", unit="points", origins=[source]
    )
    measured = [_measure(case, PLACES[i.item], certain, doubtful) for i in items]
    inside, perhaps, whole = (
        graph.stack(where, [m[n] for m in measured]).named(f"{key}.{name}", label, "days or money")
        for n, (name, label) in enumerate(
            (("inside", "Within the parties"), ("perhaps", "In a country that may be a party"), ("whole", "In all"))
        )
    )
    has = graph.choose(whole > 0, 1, 0)
    held = inside > whole - inside
    may_hold = inside + perhaps > whole - inside - perhaps
    applicable = (points * has).named(f"{key}.place_applicable", "Points that apply", "points")
    earned = graph.choose(held, applicable, 0).named(f"{key}.place_earned", "Points earned", "points")
    still_open = graph.choose(may_hold, applicable - earned, 0).named(
        f"{key}.place_open", "Points that are open", "points"
    )
    return Places(earned, still_open, applicable)


def _measure(case: Case, what: str, certain: Sequence[str], doubtful: Sequence[str]) -> tuple[Node, Node, Node]:
    """Return how much is within the parties, how much may be, and how much there is in all: shooting days, or money."""
    graph, facts = case.graph, case.facts
    found: list[tuple[str, Node]] = []
    if what == "shoot":
        cities, names = facts.stage.catalog.cities, facts.schedule.names
        found = [(cities[c].country, names[f"shoot_days.{c}"]) for c in facts.schedule.cities.keys if c in cities]
    else:
        total = facts.budget.line_total
        found = [(line.country, graph.pick(total, line.id)) for line in facts.budget.lines if line.account == "vfx"]
    inside = graph.add_up([node for country, node in found if country in certain])
    perhaps = graph.add_up([node for country, node in found if country in doubtful])
    return inside, perhaps, graph.add_up([node for _, node in found])
