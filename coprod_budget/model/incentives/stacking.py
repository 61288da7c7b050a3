"""Several programmes on the same lines: which of them counts.

Where a rule says that it is one or the other (``exclusive``), or that a line counts once (``same_line_once``), the larger counts.
What one programme pays is not taken off the base of another (``base_net_of`` of a programme), so there too the larger counts.
Where it says ``allowed`` both count. Where nobody says anything the larger counts
and the other is shown without being counted, unless the project turns both on: a financier would not lend on the sum.

Each claim is compared with every other one on its lines; a claim that gives way to one which itself gives way to a third does not
come back. That may count too little, never too much.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import Stacking
from coprod_budget.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen

Relation = Literal["exclusive", "same_line_once", "allowed", "base_net_of", ""]
ONE_ONLY: Final = {
    "exclusive": "one of them, not both",
    "same_line_once": "a line counts once",
    "base_net_of": "its money comes off the base, which is not worked out here",
}
EVERYTHING: Final = ("any", "public_funds")
"""Words of a rule that mean every other programme: a programme pays public money."""


class Claim(NamedTuple):
    """A programme that is to be counted. ``expected`` (by its probability) is never n/a: 0 where it fails or nobody knows."""

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
    graph = facts.stage.graph
    conditions: dict[str, list[Node]] = {claim.chosen.id: [] for claim in claims}
    findings: dict[str, list[Finding]] = {claim.chosen.id: [] for claim in claims}
    notes: dict[str, list[str]] = {claim.chosen.id: [] for claim in claims}
    for first, second in combinations(claims, 2):
        relation = _relation(first.chosen, second.chosen)
        names = first.chosen.id, second.chosen.id
        if relation == "allowed" or (relation != "exclusive" and not _share_lines(first, second)):
            continue
        if relation in ONE_ONLY:
            for own, other in (names, names[::-1]):
                notes[own].append(f"with {other}: {ONE_ONLY[relation]}; the larger counts")
        else:
            insisted = first.chosen.entry.turn_on and second.chosen.entry.turn_on
            for own, other in (names, names[::-1]):
                findings[own].append(_nobody_knows(facts, own, other, insisted=insisted))
            if insisted:
                continue
        wins = graph.choose(first.expected >= second.expected, 1, 0)
        conditions[names[0]].append(wins)
        conditions[names[1]].append(1 - wins)
    return {
        name: Stacked(
            graph.choose(graph.both(*wins), 1, 0) if wins else graph.constant(1),
            tuple(findings[name]),
            tuple(notes[name]),
        )
        for name, wins in conditions.items()
    }


def _relation(first: Chosen, second: Chosen) -> Relation:
    """Return what either programme says of the other; the stricter where both say something."""
    found: set[str] = set()
    for own, other in ((first, second), (second, first)):
        for rule in own.of_kind("stacking"):
            value = rule.value
            if value is UNKNOWN or not isinstance(value, Stacking):
                continue
            if other.id in value.others or (set(EVERYTHING) & set(value.others) and value.rule != "base_net_of"):
                found.add(value.rule)
    order: tuple[Relation, ...] = ("exclusive", "base_net_of", "same_line_once", "allowed")
    for relation in order:
        if relation in found:
            return relation
    return ""


def _share_lines(first: Claim, second: Claim) -> bool:
    """Say whether two programmes count the same spend: by lines; by place where one has its spend by hand."""
    if first.rows and second.rows:
        return bool(first.rows & second.rows)
    one, other = first.chosen.view.incentive, second.chosen.view.incentive
    return one.country == other.country and (not one.region or not other.region or one.region == other.region)


def _nobody_knows(facts: Facts, own: str, other: str, *, insisted: bool) -> Finding:
    result = "both are counted, as the file turns both on" if insisted else "only the larger is counted"
    return Finding(
        instrument=own,
        rule="stacking",
        about=other,
        title="Another programme on the same lines",
        verdict=facts.bench.fixed("warn"),
        required_words="a rule that allows both",
        actual_words="no rule found",
        why=f"neither programme says whether it goes together with the other; {result}",
        add="" if insisted else f"incentives[{own}].turn_on: true, and of {other}, once the body says that both pay",
    )
