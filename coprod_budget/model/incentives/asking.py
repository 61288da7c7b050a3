"""One rule of one programme put to one film: what every requirement is given, and how it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod_budget.graph import Origin
from coprod_budget.model.findings import Finding
from coprod_budget.model.incentives.terms import by_hand, figure, words

if TYPE_CHECKING:
    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.eligibility.build import Eligibility
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Bench
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.spend import ProgrammeSpend

SERIES = ("tv_series", "documentary_series", "animated_series")


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as it stands on the day, and the film."""

    facts: Facts
    chosen: Chosen
    rule: RuleInForce
    spend: ProgrammeSpend
    eligibility: Eligibility

    @property
    def graph(self) -> Graph:
        """The graph that grows."""
        return self.facts.stage.graph

    @property
    def bench(self) -> Bench:
        """Where verdicts are made."""
        return self.facts.bench

    @property
    def country(self) -> str:
        """The country of the programme."""
        return self.chosen.view.incentive.country

    @property
    def said(self) -> bool | float | None:
        """What the file says of this rule; None where it says nothing."""
        return self.chosen.entry.facts.get(self.rule.rule.id)

    @property
    def add(self) -> str:
        """What to write so that a condition is known to be met."""
        return f"incentives[{self.chosen.id}].facts.{self.rule.rule.id}: true"

    def figure(self, name: str, value: float, unit: str) -> Node:
        """Return a figure of the rule as an input with its source."""
        return figure(self.facts, self.chosen, self.rule, name, value, unit)

    def stated(self, value: float, unit: str) -> Node:
        """Return the figure that the file states of this rule."""
        return by_hand(self.facts, self.chosen, f"facts.{self.rule.rule.id}", value, words(self.rule.rule.id), unit)

    def dated(self, name: str, value: float, label: str, unit: str) -> Node:
        """Return a figure that follows from the dates of the file, made once."""
        key = f"incentives.{name}"
        if key in self.graph:
            return self.graph[key]
        origin = Origin("calculated", title="dates of the project file")
        return self.graph.input(key, value, label=label, unit=unit, origin=origin)

    def finding(self, verdict: Node, **more: object) -> Finding:
        """Return the finding of this rule with its title, article and source; ``more`` are the other fields of ``Finding``."""
        dated = self.rule.dated
        found = Finding(
            instrument=self.chosen.id,
            rule=self.rule.rule.id,
            title=words(self.rule.rule.id).capitalize(),
            verdict=verdict,
            why=dated.note,
            article=dated.article,
            source=dated.source,
            confidence=dated.confidence,
            since=None if dated.starts == "unknown" else dated.start,
        )
        return replace(found, **more)  # type: ignore[arg-type]

    def unknown(self, why: str, add: str = "", **more: object) -> Finding:
        """Return the finding of a rule on which nothing can be said, with what is missing and what to add to the file."""
        return self.finding(self.bench.fixed("unknown"), why=why, add=add, **more)

    def compared(self, actual: Node, comparison: str, required: Node, unit: str, **more: object) -> Finding:
        """Return the finding of a comparison: a film that does not stand to the limit as the rule asks fails."""
        verdict = self.bench.judge(self.bench.compare(actual, comparison, required))
        return self.finding(verdict, actual=actual, required=required, comparison=comparison, unit=unit, **more)

    def not_in_the_data(self, cause: str) -> Finding:
        """Return the finding of a rule that nobody found: the file may say that it is met, which is a warning, never a pass."""
        if not isinstance(self.said, bool):
            return self.unknown(cause, self.add, required_words="not known")
        verdict = self.bench.fixed("warn" if self.said else "fail")
        words_said = "met, as the file says" if self.said else "not met, as the file says"
        return self.finding(verdict, why=cause, required_words="not known", actual_words=words_said)

    def declared(self, required: str, why: str) -> Finding:
        """Return the finding of a condition that only the producers can confirm."""
        said = self.said
        if said is None:
            return self.unknown(why, self.add, required_words=required)
        met = said is not False and (said is True or said > 0)
        words_said = "as the file says" if met else "not met, as the file says"
        return self.finding(
            self.bench.fixed("pass" if met else "fail"), required_words=required, actual_words=words_said
        )
