"""One rule of one instrument put to one film: what every kind of rule is given, and how it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN
from coprod_budget.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.catalog.treaties import Criterion, RuleValue, TreatyView
    from coprod_budget.graph import Basis, Graph, Node
    from coprod_budget.model.eligibility.governing import Candidate, Governing
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Bench, Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """A rule as it stands on the day, and the film.

    ``parties`` are the film's countries that certainly are parties (or members), ``doubtful`` those of which nobody knows,
    ``others`` the rest; together they are all countries of the partners. ``verdicts`` are those of the instruments tested before.
    """

    facts: Facts
    governing: Governing
    candidate: Candidate
    view: TreatyView
    criterion: Criterion
    rule: RuleValue
    parties: tuple[str, ...]
    doubtful: tuple[str, ...]
    others: tuple[str, ...]
    verdicts: Mapping[str, Node] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """The graph that grows."""
        return self.facts.stage.graph

    @property
    def bench(self) -> Bench:
        """Where verdicts are made."""
        return self.facts.bench

    @property
    def instrument(self) -> str:
        """Id of the instrument."""
        return self.view.treaty.id

    @property
    def countries(self) -> tuple[str, ...]:
        """All countries of the partners."""
        return self.facts.countries

    @property
    def is_known(self) -> bool:
        """Whether anybody found out what the rule says on this day."""
        return self.rule.value is not UNKNOWN

    @property
    def comparison(self) -> str:
        """How what the film has must stand to the value, on this day."""
        return self.rule.comparison or self.criterion.comparison

    @property
    def unmet(self) -> Verdict:
        """The verdict of a film that does not meet the rule."""
        return "warn" if self.criterion.unmet == "warn" else "fail"

    def threshold(self, criterion: Criterion | None = None, rule: RuleValue | None = None) -> Node:
        """Return the figure of this rule (or of another of the instrument) as an input with its source, made once.

        Shares as fractions, amounts in the rule's own currency. Ask ``is_known`` first.
        """
        criterion, rule = criterion or self.criterion, rule or self.rule
        key = f"treaties.{self.instrument}.{criterion.id}"
        if key in self.graph:
            return self.graph[key]
        assert isinstance(rule.value, int | float)
        unit = "share" if criterion.about.shape == "share" else criterion.unit or "count"
        note = "; ".join(t for t in (f"article {rule.article}" if rule.article else "", rule.note) if t)
        basis: Basis = "assumed" if rule.confidence == "low" else "published"
        origin = self.facts.stage.from_source(basis, rule.source, note)
        title = f"{criterion.title} ({self.instrument})"
        return self.graph.input(key, float(rule.value), label=title, unit=unit, origin=origin)

    def finding(self, verdict: Node, **more: object) -> Finding:
        """Return the finding of this rule with its title, article and source; ``more`` are the other fields of ``Finding``."""
        found = Finding(
            instrument=self.instrument,
            rule=self.criterion.id,
            title=self.criterion.title,
            verdict=verdict,
            comparison=self.comparison,
            article=self.rule.article,
            source=self.rule.source,
            confidence=self.rule.confidence,
            since=self.rule.start,
        )
        return replace(found, **more)  # type: ignore[arg-type]

    def unknown(self, why: str, add: str = "", **more: object) -> Finding:
        """Return the finding of a rule on which nothing can be said, with what is missing and what to add to the file."""
        return self.finding(self.bench.fixed("unknown"), why=why, add=add, **more)
