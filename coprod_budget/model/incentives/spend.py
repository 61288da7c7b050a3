"""Which spend counts for a programme: the lines spent there, less what its rules leave out; for each of its rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen


class Spend(NamedTuple):
    """Money in the report's currency: what is spent, and what of it counts.

    ``is_known`` is False where the budget cannot tell: then both nodes are undefined and a note says why.
    """

    spend: Node
    base: Node
    is_known: bool
    notes: tuple[str, ...] = ()


class ProgrammeSpend(NamedTuple):
    """The spend of one programme.

    ``local`` is all that is spent there and could count, by whatever rate (its ``base`` is the sum of the parts' bases): what
    minimum spend, tiers and tests of raised rates look at. ``parts`` has one entry a rate, by the rule's id. ``rows`` are the
    budget lines (by id) that count; none where the spend was written by hand.
    """

    local: Spend
    parts: dict[str, Spend]
    rows: frozenset[str]
    notes: tuple[str, ...]


def qualifying(facts: Facts, chosen: Chosen, rates: Sequence[RuleInForce]) -> ProgrammeSpend:
    """Return the spend of a programme; ``rates`` are its rate rules that are for this film. Call it once a programme."""
    graph = facts.stage.graph
    nothing = Spend(graph.undefined(), graph.undefined(), is_known=False)
    del chosen
    return ProgrammeSpend(nothing, dict.fromkeys((r.rule.id for r in rates), nothing), frozenset(), ())
