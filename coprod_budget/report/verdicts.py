"""Tests of law as rows: what a rule asks, what the film has, the verdict, what is missing and what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.findings import VERDICTS, word
from coprod_budget.report.lines_table import kept
from coprod_budget.report.tables import Column, Row, Style, Table, percent, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from coprod_budget.model.findings import Finding, Remark, Verdict
    from coprod_budget.report.figures import Figures

STYLES: dict[str, Style] = {"pass": "", "warn": "warn", "unknown": "warn", "fail": "bad"}
COMPARISONS = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}
WORST_FIRST = tuple(reversed(VERDICTS))


class Tested(NamedTuple):
    """One test with its figures; ``required`` and ``actual`` are None where the rule has only words."""

    finding: Finding
    verdict: Verdict
    required: float | None
    actual: float | None

    @property
    def title(self) -> str:
        """What is tested, and on whom (of a rule lent by another instrument, without the id of that rule)."""
        lent, _, about = self.finding.about.rpartition("_")
        on = about if lent and about.isupper() else self.finding.about
        return f"{self.finding.title} ({on})" if on else self.finding.title

    @property
    def asks(self) -> str:
        """What is required, in words; a rule without a figure asks whether it holds."""
        found = _words(self.required, self.finding.unit, self.finding.required_words, self.finding.comparison)
        return found or ("not known" if self.finding.comparison else "yes")

    @property
    def has(self) -> str:
        """What the film has, in words."""
        return _words(self.actual, self.finding.unit, self.finding.actual_words) or "not said"


def tested(figures: Figures, findings: Iterable[Finding]) -> list[Tested]:
    """Return the tests with their figures, in their order."""
    found = []
    for finding in findings:
        key = f"test.{finding.key}"
        verdict = word(figures.exactly(f"{key}.verdict"))
        found.append(Tested(finding, verdict, figures.number(f"{key}.required"), figures.number(f"{key}.actual")))
    return found


def counted(tests: Sequence[Tested]) -> dict[Verdict, int]:
    """Return how many tests have each verdict."""
    return {verdict: sum(t.verdict == verdict for t in tests) for verdict in VERDICTS}


def _words(value: float | None, unit: str, words: str, comparison: str = "") -> str:
    if value is None:
        return words
    text = " ".join(part for part in (COMPARISONS.get(comparison, ""), quantity(value, unit)) if part)
    return f"{text} ({words})" if words else text


def quantity(value: float, unit: str) -> str:
    """Return a figure of a rule with its unit: 20%, EUR 300,000, 12 points."""
    if unit == "share":
        return percent(round(value, 4))
    if len(unit) == 3 and unit.isupper():
        return f"{unit} {trimmed(round(value), 0)}"
    name = "" if unit == "count" else unit.replace("_", " ")
    if value == 1:
        name = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return f"{trimmed(value, 2)} {name}".rstrip()


def tests_table(title: str, tests: Sequence[Tested]) -> Table:
    """Return the tests of one instrument or programme as they were put to the film."""
    columns = (
        Column("Test", least=24),
        Column("Required", least=14),
        Column("The film has", least=14),
        Column("Verdict", least=8),
        Column("Article", drop=1, least=10),
    )
    rows = [Row((t.title, t.asks, t.has, t.verdict, t.finding.article), STYLES[t.verdict]) for t in tests]
    return Table(title, columns, tuple(rows))


def missing_table(title: str, tests: Sequence[Tested]) -> Table | None:
    """Return why tests are not passed and what to write, the same reason once; None where there is nothing to say."""
    reasons: dict[tuple[str, str], list[Tested]] = {}
    for test in sorted(tests, key=lambda t: WORST_FIRST.index(t.verdict)):
        if test.verdict != "pass" and (test.finding.why or test.finding.add):
            reasons.setdefault((test.finding.why, test.finding.add), []).append(test)
    if not reasons:
        return None
    columns = (
        Column("Verdict", least=8),
        Column("Test", least=22),
        Column("Why, and what to write", least=40),
    )
    rows = tuple(
        Row((of[0].verdict, ", ".join(dict.fromkeys(t.title for t in of)), _advice(why, add)))
        for (why, add), of in reasons.items()
    )
    return Table(title, columns, rows)


def sentence(text: str) -> str:
    """Return a text with a capital letter (unless an id is first) and a full stop."""
    text = text.strip()
    return text if not text else capital(text) if text[-1] in ".!?:" else f"{capital(text)}."


def capital(text: str) -> str:
    """Return a text with a capital letter, unless an id is first."""
    return text if "_" in text.partition(" ")[0] else text[:1].upper() + text[1:]


def _advice(why: str, add: str) -> str:
    return f"{sentence(why)} Write {add}" if why and add else f"Write {add}" if add else sentence(why)


def remarks_table(title: str, remarks: Sequence[Remark]) -> Table | None:
    """Return what an instrument says that tests nothing."""
    if not remarks:
        return None
    columns = (Column("It also says", least=40), Column("Article", drop=1, least=10))
    rows = tuple(Row((capital(r.text) + (f" ({r.note})" if r.note else ""), r.article)) for r in remarks)
    return Table(title, columns, rows)


def test_as_dict(test: Tested) -> dict[str, Any]:
    """Return a test as plain data."""
    finding = test.finding
    return {
        "rule": finding.rule,
        "about": finding.about,
        "title": finding.title,
        "required": kept(test.required),
        "required_words": finding.required_words,
        "actual": kept(test.actual),
        "actual_words": finding.actual_words,
        "unit": finding.unit,
        "comparison": finding.comparison,
        "verdict": test.verdict,
        "why": finding.why,
        "add": finding.add,
        "article": finding.article,
        "source": finding.source.title if finding.source else "",
        "url": finding.source.url if finding.source else "",
        "confidence": finding.confidence,
        "since": finding.since.isoformat() if finding.since else None,
    }


def remark_as_dict(remark: Remark) -> dict[str, Any]:
    """Return a remark as plain data."""
    return {
        "rule": remark.rule,
        "text": remark.text,
        "note": remark.note,
        "article": remark.article,
        "source": remark.source.title if remark.source else "",
        "url": remark.source.url if remark.source else "",
    }
