"""The eligibility of the film: every instrument that may matter, its tests, its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coprod_budget.catalog.treaties import TreatyView
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.eligibility.governing import Candidate, Governing
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding, Remark
    from coprod_budget.model.stage import Stage


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument as of the day, its role for the film, its tests, and what it says beside them."""

    id: str
    title: str
    candidate: Candidate
    view: TreatyView
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


class Eligibility(NamedTuple):
    """What the law says of the film. ``verdict`` is a column over ``table`` (the instruments): the worst of each one's tests."""

    governing: Governing
    instruments: tuple[Instrument, ...]
    table: Table
    verdict: Node


def rule_currencies(stage: Stage, governing: Governing) -> list[str]:
    """Return the currencies of amounts in the rules of the instruments that are tested."""
    del stage, governing
    return []


def build_eligibility(facts: Facts, governing: Governing) -> Eligibility:
    """Test the film by every instrument that was chosen."""
    graph, bench = facts.stage.graph, facts.bench
    instruments: list[Instrument] = []
    for instrument in instruments:
        bench.add(instrument.findings)
    table = graph.table("instruments", [i.id for i in instruments], "treaties, funds and statuses")
    verdicts = [bench.worst([f.verdict for f in i.findings]) for i in instruments]
    verdict = graph.stack(table, verdicts).named("eligibility.*.verdict", "Verdict", "verdict")
    return Eligibility(governing, tuple(instruments), table, verdict)
