"""One rule of one programme put to one film: what every requirement is given, and how it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN
from coprod_budget.graph import Origin
from coprod_budget.model.findings import Finding
from coprod_budget.model.incentives.terms import by_hand, figure, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.catalog.incentive_entries import Count
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

    def counted(self, value: Count, actual: Node, unit: str, **more: str) -> Iterator[Finding]:
        """Compare a count with the least and the most of the rule; a limit that nobody found leaves it open."""
        both = value.minimum is not None and value.maximum is not None
        for name, comparison, limit in (
            ("minimum", "at_least", value.minimum),
            ("maximum", "at_most", value.maximum),
        ):
            about = name if both else ""
            if limit is UNKNOWN:
                why = f"the {name} was not found" + (f": {self.rule.dated.note}" if self.rule.dated.note else "")
                yield self.unknown(why, self.add, about=about, actual=actual, unit=unit, required_words="not known")
            elif limit is not None:
                required = self.figure(name, float(limit), unit)  # type: ignore[arg-type]
                yield self.compared(actual, comparison, required, unit, about=about, **more)

    def settled(self, found: Finding) -> Finding:
        """Let the file's word stand where nothing can be worked out: a warning or a refusal, never a pass."""
        if not isinstance(self.said, bool) or self.bench.settled(found.verdict) != "unknown":
            return found
        verdict = self.bench.fixed("warn" if self.said else "fail")
        words_said = "met, as the file says" if self.said else "not met, as the file says"
        return replace(found, verdict=verdict, add="", actual_words=words_said)

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
