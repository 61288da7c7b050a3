"""Tests of law and what they find: each has a verdict, what is required, what the film has, article and source.

A verdict is a number in the graph, so that it follows the inputs: its rank in ``VERDICTS``, from best to worst. The verdict of
several tests is the worst of them; ``unknown`` is worse than ``warn`` because nobody can rely on it, and better than ``fail``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from coprod_budget.graph import Node, Origin, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coprod_budget.catalog import Source
    from coprod_budget.model.stage import Stage

Verdict = Literal["pass", "warn", "unknown", "fail"]
VERDICTS: Final[tuple[Verdict, ...]] = ("pass", "warn", "unknown", "fail")
"""From best to worst; the place in this list is the number of a verdict in the graph and in the workbook."""

_ORDER = Origin("calculated", title="order of verdicts: of several the worst holds")


@dataclass(frozen=True, slots=True)
class Finding:
    """One test of one instrument (treaty, fund, status or incentive) on this film.

    ``about`` says on whom it is, where a rule has several tests: a country, a partner, a post. Where there are figures, they are
    nodes (``required``, ``actual``, in ``unit``: share, a currency, points, countries...), where there are none, words. ``why`` says what
    is missing for a verdict, or why it is a warning; ``add`` what to write into the project file, and where.
    """

    instrument: str
    rule: str
    title: str
    verdict: Node
    about: str = ""
    required: Node | None = None
    actual: Node | None = None
    required_words: str = ""
    actual_words: str = ""
    comparison: str = ""
    unit: str = ""
    why: str = ""
    add: str = ""
    article: str = ""
    source: Source | None = None
    confidence: str = ""
    since: date | None = None

    @property
    def key(self) -> str:
        """The row of the tests' table: ``ets147_1992.share_minimum.RS``."""
        return ".".join(part for part in (self.instrument, self.rule, self.about) if part)


@dataclass(frozen=True, slots=True)
class Remark:
    """What an instrument says that tests nothing: a clause, a benefit, how things are counted."""

    instrument: str
    rule: str
    text: str
    article: str = ""
    source: Source | None = None
    note: str = ""


@dataclass(slots=True)
class Bench:
    """Where verdicts are made: comparisons that allow for the last decimals, and their ranks."""

    stage: Stage
    table: Table = field(init=False)
    rank: Node = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    _fixed: dict[int, Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the verdicts and their ranks into the graph."""
        graph = self.stage.graph
        self.table = graph.table("verdicts", VERDICTS, "verdicts")
        self.rank = graph.input_column(
            "verdicts.*.rank", self.table, range(len(VERDICTS)), label="Rank", unit="count", origins=[_ORDER]
        )

    def fixed(self, verdict: Verdict) -> Node:
        """Return a verdict that no input changes: a quantity of its own, so that it can be told from others of the same rank."""
        node = self.stage.graph.add_up([self._rank(verdict)])
        self._fixed[node.id] = verdict
        return node

    def _rank(self, verdict: Verdict) -> Node:
        return self.stage.graph.pick(self.rank, verdict)

    def settled(self, verdict: Node) -> Verdict | None:
        """Return the verdict that no input changes; None of one that follows the inputs."""
        return self._fixed.get(verdict.id)

    def judge(self, met: Node, unmet: Verdict = "fail", fallback: Node | None = None) -> Node:
        """Return pass where the condition is met; else ``unmet``, or the verdict ``fallback`` (of an exception, say)."""
        otherwise = self._rank(unmet) if fallback is None else fallback
        return self.stage.graph.choose(met, self._rank("pass"), otherwise)

    def compare(self, actual: Node, comparison: str, required: Node) -> Node:
        """Return 1 where ``actual`` stands to ``required`` as the rule asks (at_least, at_most, above, below), else 0."""
        match comparison:
            case "at_least":
                return actual >= required
            case "at_most":
                return actual <= required
            case "above":
                return actual > required
            case "below":
                return actual < required
        msg = f"no comparison {comparison!r}"
        raise ValueError(msg)

    def worst(self, verdicts: Sequence[Node]) -> Node:
        """Return the worst of the verdicts; pass of none."""
        if not verdicts:
            return self._rank("pass")
        return self.stage.graph.maximum(*verdicts)

    def add(self, findings: Sequence[Finding]) -> None:
        """Take the tests of an instrument in."""
        self.findings += findings

    def close(self) -> Table:
        """Put all tests into one table of the graph (``test.*``), in the order in which they came; return the table."""
        graph = self.stage.graph
        table = graph.table("tests", [f.key for f in self.findings], "tests of law")
        graph.text_column("test.*.instrument", table, [f.instrument for f in self.findings], label="Instrument")
        for name, label, nodes in (
            ("required", "Required", [f.required for f in self.findings]),
            ("actual", "The film has", [f.actual for f in self.findings]),
        ):
            column = graph.stack(table, [graph.undefined() if n is None else n for n in nodes])
            column.named(f"test.*.{name}", label, "as the rule")
        graph.stack(table, [f.verdict for f in self.findings]).named("test.*.verdict", "Verdict", "verdict")
        return table


def word(rank: float) -> Verdict:
    """Return the verdict of a rank."""
    return VERDICTS[round(rank)]
