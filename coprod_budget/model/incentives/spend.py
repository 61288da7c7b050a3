"""Which spend counts for one rate of a programme: the lines spent there, less what its rules leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen


class Spend(NamedTuple):
    """What the budget spends for one rate of a programme, in the report's currency.

    ``is_known`` is False where the budget cannot tell: then both nodes are undefined and a note says why. ``rows`` are the
    budget lines (by id) that stand in ``spend``; none where the spend was written by hand.
    """

    spend: Node
    base: Node
    is_known: bool
    rows: frozenset[str]
    notes: tuple[str, ...]


def qualifying(facts: Facts, chosen: Chosen, rule: RuleInForce, parts: Sequence[RuleInForce] = ()) -> Spend:
    """Return the spend for one rate of a programme, and what of it counts.

    ``parts`` are all rates of the programme that are for this film: lines that have a rate of their own are not in the others.
    """
    graph = facts.stage.graph
    del chosen, rule, parts
    return Spend(graph.undefined(), graph.undefined(), is_known=False, rows=frozenset(), notes=())


def local_spend(facts: Facts, chosen: Chosen) -> Spend:
    """Return all that is spent where the programme is, by whatever rate it counts: what minimum spend and tiers look at."""
    graph = facts.stage.graph
    del chosen
    return Spend(graph.undefined(), graph.undefined(), is_known=False, rows=frozenset(), notes=())
