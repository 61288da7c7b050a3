"""The incentives of the film: for every programme the spend that counts, rate, limits, amount, when it is paid and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding, Remark
    from coprod_budget.model.incentives.choice import Chosen

Certainty = Literal["entitlement", "discretionary", "competitive", "unknown"]
"""entitlement: the law fixes the rate; discretionary: up to a rate, or between two; competitive: by selection; unknown: no rate found."""


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme for this film; the amounts are the rows of the columns over ``Incentives.table``."""

    id: str
    title: str
    chosen: Chosen
    rate_kind: str
    certainty: Certainty
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]
    paid_on: date | None
    """Typical day of the money: the end of the work plus the typical lag; None where the lag is not known."""
    notes: tuple[str, ...]
    """What a reader has to know: doubts, envelopes, what could not be had."""


class Incentives(NamedTuple):
    """Programmes and the columns over their table (``incentive.*``), in the report's currency; "n/a" where nobody knows.

    ``spend``: what the budget spends there; ``base``: what of it counts; ``rate_*``; ``amount_*``: after caps, before fee and tax;
    ``net_*``: after them; ``expected``: probability x net_expected, 0 for what is not counted or fails.
    """

    programmes: tuple[Programme, ...]
    table: Table
    verdict: Node
    nodes: dict[str, Node]


def build_incentives(facts: Facts, chosen: Sequence[Chosen]) -> Incentives:
    """Work out what every programme pays."""
    graph, bench = facts.stage.graph, facts.bench
    programmes: list[Programme] = []
    for programme in programmes:
        bench.add(programme.findings)
    table = graph.table("incentives", [p.id for p in programmes], "incentives")
    verdict = graph.stack(table, [bench.worst([f.verdict for f in p.findings]) for p in programmes])
    verdict = verdict.named("incentive.*.verdict", "Verdict", "verdict")
    del chosen
    return Incentives(tuple(programmes), table, verdict, {})
