"""What sources demand of the spending: so much of them in a city or a country; and what happens when a source is withdrawn.

One euro of cost is paid by one source: what several sources want spent in the same place is added up, and what they want in a city
counts in its country too. Charges on top of the lines are spent nowhere, so they meet no obligation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import nearest

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Finance


class Obligations(NamedTuple):
    """One row a source that has to be spent somewhere: how much, what the film spends there, and what all such sources want there."""

    table: Table
    places: tuple[str, ...]
    required: Node
    spent: Node
    together: Node
    left: Node
    """What still has to be spent there so that all of them are met."""
    ok: Node


class Stress(NamedTuple):
    """One row a source: the gap if it is withdrawn, of the plan and of the partner who brought it and has to find the money."""

    table: Table
    gap: Node
    partner_gap: Node


def build_obligations(stage: Stage, budget: Budget, plan: FinancePlan) -> Obligations:
    """Hold the sources' territorial obligations against what the lines spend, all sources of a place together."""
    graph, unit = stage.graph, stage.project.currency
    bound = [(n, f) for n, f in enumerate(stage.project.finance) if f.spend_in]
    for index, entry in bound:
        _check_place(stage, index, entry)
    table = graph.table("obligations", [f.id for _, f in bound], "spending obligations of sources")
    places = tuple(f.spend_in or "" for _, f in bound)
    graph.text_column("obligation.*.place", table, places, label="To be spent in")
    shares = graph.input_column(
        "obligation.*.share",
        table,
        [1.0 if f.spend_share is None else f.spend_share for _, f in bound],
        label="Part of the source to be spent there",
        unit="share",
        origins=[stage.given(f"finance[{n}].spend_share") for n, _ in bound] or [stage.given("finance")],
    )
    faces = graph.stack(table, [graph.pick(plan.face, f.id) for _, f in bound])
    required = (faces * shares).named("obligation.*.required", "To be spent there", unit)
    spent = graph.stack(table, [_spent(stage, budget, place) for place in places])
    spent = spent.named("obligation.*.spent", "Spent there by the lines", unit)
    country = {place: _country(stage, place) for place in places}
    cells = [
        graph.add_up([graph.pick(required, f.id) for (_, f), there in zip(bound, places, strict=True)
                      if there == place or country[there] == place])
        for place in places
    ]  # fmt: skip
    together = graph.stack(table, cells).named("obligation.*.together", "All sources want there", unit)
    left = graph.maximum(together - spent, 0).named("obligation.*.left", "Still to be spent there", unit)
    cent = graph.round(left, graph.constant(0))  # sums of many lines are not exact; nobody owes less than half a unit
    ok = graph.choose(cent > 0, 0, 1).named("obligation.*.ok", "Met", "count")
    return Obligations(table, places, required, spent, together, left, ok)


def build_stress(stage: Stage, plan: FinancePlan) -> Stress:
    """Take each source away in turn; nothing else changes, so the gap grows by what it paid less what it cost.

    A loan that sources repay gives those sources back to the film.
    """
    graph, project = stage.graph, stage.project
    table = graph.table("stress", [f.id for f in project.finance], "sources withdrawn one by one")
    lost = plan.in_plan - plan.cost
    freed = graph.stack(
        plan.table,
        [
            graph.pick(plan.face, f.id) - graph.pick(plan.outstanding, f.id) if f.kind == "loan" else graph.constant(0)
            for f in project.finance
        ],
    )
    missing = lost - freed
    partner = graph.text_column("stress.*.partner", table, [f.partner for f in project.finance], label="Covered by")
    more = graph.stack(table, [graph.pick(missing, f.id) for f in project.finance])
    more = more.named("stress.*.missing", "Missing without it", project.currency)
    gap = (plan.gap + more).named("stress.*.gap", "Gap without it", project.currency)
    own = (graph.lookup(plan.partner_gap, partner) + more).named(
        "stress.*.partner_gap", "Gap of its partner without it", project.currency
    )
    return Stress(table, gap, own)


def _check_place(stage: Stage, index: int, entry: Finance) -> None:
    place = entry.spend_in or ""
    if not place.isupper() and place not in stage.catalog.cities:
        stage.error(
            "M703",
            f"{entry.id}: no city {place!r}, where it has to be spent",
            nearest(place, stage.catalog.cities) or "name a city of the cost tables or a country",
            f"finance[{index}].spend_in",
        )


def _country(stage: Stage, place: str) -> str:
    city = stage.catalog.cities.get(place)
    return city.country if city else place


def _spent(stage: Stage, budget: Budget, place: str) -> Node:
    graph = stage.graph
    for name, table in (("country", budget.countries), ("city", budget.cities)):
        if place in table.positions:
            return graph.pick(graph[f"{name}.*.total"], place)
    return graph.constant(0)
