"""What distributors lay out: prints and advertising, minimum guarantees, presales of the finance plan, and when they pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.model.flows import ALONE
from coprod_budget.model.outlets import moment_of, paid_in
from coprod_budget.model.territories import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph import Node
    from coprod_budget.model.calendar import Clock
    from coprod_budget.model.finance import FinancePlan
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.territories import Terms


class Advance(NamedTuple):
    """What a territory's distributor lays out, in the territory's currency: parts of it, and when each is paid.

    ``p_and_a`` is all that is spent on prints and advertising, ``recouped_at_most`` the part of it that may be recouped (None in a
    gross deal). ``guarantees`` are the minimum guarantee, paid to the producers, and presales of the finance plan.
    """

    p_and_a: list[tuple[Node, Node]]
    guarantee: tuple[Node, Node]
    presales: list[tuple[Node, Node]]
    spent: Node
    recouped_at_most: Node | None


def build_advances(
    stage: Stage, clock: Clock, territories: Mapping[str, Terms], finance: FinancePlan
) -> dict[str, Advance]:
    """Return what the distributors lay out, by territory."""
    return {i: _advance(stage, clock, terms, finance) for i, terms in territories.items()}


def _advance(stage: Stage, clock: Clock, terms: Terms, finance: FinancePlan) -> Advance:
    graph, given, path = stage.graph, terms.given, f"revenue.territories.{terms.id}"
    spending = [(terms.p_and_a, clock.moment("release"))]
    for n, later in enumerate(given.p_and_a_later):
        here, label = f"{path}.p_and_a_later[{n}]", f"{terms.name}: prints and advertising, later {n + 1}"
        amount = number(stage, f"{here}.amount", later.amount, label, terms.currency)
        spending.append((amount, moment_of(stage, clock, later.on, later.after_months, here, label)))
    spent = graph.add_up([amount for amount, _ in spending])
    most: Node | None = spent
    if given.p_and_a_cap is not None:
        label = f"{terms.name}: most of prints and advertising that is recouped"
        most = graph.minimum(spent, number(stage, f"{path}.p_and_a_cap", given.p_and_a_cap, label, terms.currency))
    guarantee = (terms.guarantee, clock.moment(given.guarantee_on, f"{path}.guarantee_on"))
    presales: list[tuple[Node, Node]] = []
    for source in stage.project.finance:
        if source.territory == terms.id and source.payments:
            face = graph.pick(finance.face, source.id) / terms.worth
            presales += [(face if part is None else face * part, at) for part, at in _payments(stage, source.id)]
    return Advance(spending, guarantee, presales, spent, most if given.p_and_a_recouped else None)


def _payments(stage: Stage, source: str) -> list[tuple[Node | None, Node]]:
    """Return the payments of a source of finance as the cash flow has them: part (None: all of it) and moment."""
    graph = stage.graph
    if f"cash.{source}.paid_on" in graph:
        return [(None, graph[f"cash.{source}.paid_on"])]
    found: list[tuple[Node | None, Node]] = []
    while (moment := f"cash.{source}.part_{len(found) + 1}") in graph:
        size = graph[f"finance.{source}.part_{len(found) + 1}.size"]
        whole = f"cash.{source}.parts"
        found.append((graph.ratio(size, graph[whole]) if whole in graph else size, graph[moment]))
    return found


def playing(stage: Stage, flows: Flows, territory: str) -> Node | None:
    """Return 1 in the runs in which a territory plays: all scenarios, and where it is tried alone; None if it plays in all of them."""
    cells = [0.0 if run.startswith(ALONE) and run != ALONE + territory else 1.0 for run in flows.runs.keys]
    if all(cells):
        return None
    key = f"runs.*.plays.{territory}"
    if key not in stage.graph:
        origin = Origin("derived", title="scenarios and territories alone")
        stage.graph.input_column(key, flows.runs, cells, label=f"{territory} plays", unit="count", origins=[origin])
    return flows.of_run(stage.graph[key])


def guarantee_paid(stage: Stage, flows: Flows, terms: Terms, advance: Advance) -> Node:
    """Return the minimum guarantee as it reaches the producers, in every run in which the territory plays."""
    unit = terms.currency
    by_period = paid_in([advance.guarantee], flows.periods)
    by_period = by_period.named(f"periods.*.guarantee_paid.{terms.id}", f"{terms.name}: minimum guarantee paid", unit)
    paid, plays = flows.of_period(by_period), playing(stage, flows, terms.id)
    paid = paid if plays is None else paid * plays
    label = f"{terms.name}: minimum guarantee paid to the producers"
    return paid.named(f"flow.*.revenue.{terms.id}.guarantee_paid", label, unit)
