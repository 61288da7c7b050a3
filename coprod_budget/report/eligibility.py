"""What the law says of the film: which instrument governs and why, and how the film stands to every rule that was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.findings import word
from coprod_budget.report.tables import WHOLE, Column, Row, Section, Table
from coprod_budget.report.verdicts import (
    STYLES,
    counted,
    missing_table,
    remark_as_dict,
    remarks_table,
    sentence,
    test_as_dict,
    tested,
    tests_table,
)

if TYPE_CHECKING:
    from typing import Any

    from coprod_budget.model.eligibility import Candidate, Instrument
    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Part
    from coprod_budget.report.verdicts import Tested

ROLES = {
    "governs": "governs",
    "perhaps": "perhaps governs",
    "fallback": "fallback",
    "alternative": "alternative",
    "status": "national status",
    "fund": "fund",
    "support": "state support",
}


def eligibility(figures: Figures, *, full: bool) -> Section:
    """Return the instrument that governs and the verdicts; with ``full`` every test, what is missing, and what else they say."""
    found = figures.model.eligibility
    parts: list[Part] = [_governs(figures)]
    tests = {i.id: tested(figures, i.findings) for i in found.instruments}
    if found.instruments:
        parts.append(_verdicts(figures, tests))
    if full:
        parts += _looked_at(figures)
        for instrument in found.instruments:
            parts += _instrument(instrument, tests[instrument.id])
    else:
        parts += _short(figures, tests)
    return Section("eligibility", "Eligibility", parts)


def _governs(figures: Figures) -> str:
    governing = figures.model.eligibility.governing
    titles = {c.id: c.title for c in governing.candidates}
    name = governing.instrument
    first = f"{titles.get(name, name)} ({name}) governs the co-production." if name else "No treaty governs the film."
    return " ".join([first, *map(sentence, governing.reasons)])


def _verdict(figures: Figures, instrument: str) -> str:
    return word(figures.exactly(f"eligibility.{instrument}.verdict"))


def _verdicts(figures: Figures, tests: dict[str, list[Tested]]) -> Table:
    columns = (
        Column("Instrument", least=26),
        Column("Id", drop=2, least=WHOLE),
        Column("Role", drop=1, least=8),
        Column("Verdict", least=8),
        Column("Fails", "number"),
        Column("Unknown", "number"),
        Column("Warns", "number"),
        Column("Passes", "number"),
    )
    rows = []
    for instrument in figures.model.eligibility.instruments:
        verdict, count = _verdict(figures, instrument.id), counted(tests[instrument.id])
        numbers = (float(count[v]) for v in ("fail", "unknown", "warn", "pass"))
        role = ROLES[instrument.candidate.role]
        rows.append(Row((instrument.title, instrument.id, role, verdict, *numbers), STYLES[verdict]))
    note = "The worst test of an instrument is its verdict; unknown: nobody can say before what is missing is known."
    return Table("Treaties, funds and national status", columns, tuple(rows), note)


def _short(figures: Figures, tests: dict[str, list[Tested]]) -> list[Table | str]:
    """What fails, and how much is not known: the rest is for who asks."""
    every = [(i, t) for i in figures.model.eligibility.instruments for t in tests[i.id]]
    if not every:
        return []
    columns = (
        Column("Instrument", least=12),
        Column("What fails", least=22),
        Column("Required", least=12),
        Column("The film has", least=12),
        Column("Article", drop=1, least=10),
    )
    rows = tuple(Row((i.id, t.title, t.asks, t.has, t.finding.article), "bad") for i, t in every if t.verdict == "fail")
    count = counted([t for _, t in every])
    parts: list[Table | str] = [Table("Rules that the film does not meet", columns, rows)] if rows else []
    open_tests = count["unknown"] + count["warn"]
    if open_tests:
        what = f"{count['unknown']} of {len(every)} tests unknown, {count['warn']} with a warning"
        parts.append(f"{what}: --show eligibility says what is missing and what to write.")
    return parts


def _looked_at(figures: Figures) -> list[Table]:
    """Why each instrument is tested; and, in a line each, what was left out."""
    candidates = figures.model.eligibility.governing.candidates
    columns = (
        Column("Instrument", least=24),
        Column("Id", drop=1, least=WHOLE),
        Column("Role", least=10),
        Column("Why", least=30),
    )
    rows = tuple(Row((c.title, c.id, ROLES[c.role], _reasons(c))) for c in candidates if c.role != "no")
    left_out = tuple(Row((c.id, _reasons(c)), "sub") for c in candidates if c.role == "no")
    short = (Column("Instrument", least=WHOLE), Column("Why", least=30))
    tables = Table("What is tested", columns, rows), Table("What does not apply", short, left_out)
    return [table for table in tables if table.rows]


def _reasons(candidate: Candidate) -> str:
    return " ".join(map(sentence, candidate.reasons))


def _instrument(instrument: Instrument, tests: list[Tested]) -> list[Table]:
    parts = [tests_table(instrument.title, tests)] if tests else []
    others = (
        missing_table(f"{instrument.id}: what is missing", tests),
        remarks_table(f"{instrument.id}: what it also says", instrument.remarks),
    )
    return [*parts, *(table for table in others if table)]


def eligibility_as_dicts(figures: Figures) -> list[dict[str, Any]]:
    """Return every instrument that was tested, with its tests, as plain data."""
    return [
        {
            "instrument": i.id,
            "title": i.title,
            "role": i.candidate.role,
            "verdict": _verdict(figures, i.id),
            "reasons": list(i.candidate.reasons),
            "tests": [test_as_dict(t) for t in tested(figures, i.findings)],
            "remarks": [remark_as_dict(r) for r in i.remarks],
        }
        for i in figures.model.eligibility.instruments
    ]


def governing_as_dict(figures: Figures) -> dict[str, Any]:
    """Return which instrument governs, why, and everything that was looked at, as plain data."""
    governing = figures.model.eligibility.governing
    return {
        "instrument": governing.instrument or None,
        "reasons": list(governing.reasons),
        "candidates": [
            {"id": c.id, "title": c.title, "role": c.role, "reasons": list(c.reasons)} for c in governing.candidates
        ],
    }
