"""What every programme pays and when, how sure it is, and what the film costs after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.findings import word
from coprod_budget.report.lines_table import kept
from coprod_budget.report.rule_tables import status_words
from coprod_budget.report.tables import WHOLE, Column, Row, Section, Table, trimmed
from coprod_budget.report.verdicts import (
    STYLES,
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

    from coprod_budget.model.findings import Verdict
    from coprod_budget.model.incentives import Programme
    from coprod_budget.report.figures import Figures

CASES = ("low", "expected", "high")
CERTAINTIES = {
    "entitlement": "by law",
    "discretionary": "at discretion",
    "competitive": "by competition",
    "unknown": "rate not known",
}
_CASES_MEAN = (
    "Low aid: only what is certain, of which no test fails or is unknown; expected: by its chance, as if unknown tests "
    "were met; high aid: the most that may be paid."
)
NONE_THERE = "No open programme is known where the film is shot, made or produced."
NOBODY = "The file names no incentives: write `incentives: auto` for every open programme where money is spent, or name them."


def incentives(figures: Figures, *, full: bool) -> Section:
    """Return the programmes with what they pay, and the net cost; with ``full`` their tests, limits and notes too."""
    found = figures.model.incentives.programmes
    none = NONE_THERE if figures.model.project.incentives == "auto" else NOBODY
    parts: list[Table | str] = [_programmes(figures)] if found else [none]
    if full and found:
        parts.append(_amounts(figures))
    parts += _notes(figures, full=full)
    if full:
        for programme in found:
            parts += _programme(figures, programme)
    return Section("incentives", "Incentives", [*parts, *_net_cost(figures)])


def _of(figures: Figures, programme: Programme, name: str) -> float | None:
    return figures.number(f"incentive.{programme.id}.{name}")


def _verdict(figures: Figures, programme: Programme) -> Verdict:
    return word(figures.exactly(f"incentive.{programme.id}.verdict"))


def _is_counted(figures: Figures, programme: Programme) -> bool:
    return _of(figures, programme, "counted") == 1


def _programmes(figures: Figures) -> Table:
    columns = (
        Column("Programme", least=20),
        Column("How sure", drop=3, least=13),
        Column("Verdict", least=8),
        Column("Spend that counts", "money", drop=4),
        Column("Rate", "share", drop=2),
        Column("After fee and tax", "money"),
        Column("Chance", "share", drop=1),
        Column("Counted", "money"),
        Column("Paid", least=WHOLE, drop=1),
    )
    rows = []
    for p in figures.model.incentives.programmes:
        verdict, is_counted = _verdict(figures, p), _is_counted(figures, p)
        figures_of = (_of(figures, p, name) for name in ("base", "rate_expected", "net_expected", "probability"))
        expected = _of(figures, p, "expected") if is_counted else "no"
        paid = p.paid_on.isoformat() if p.paid_on else "not known"
        row = (p.title, CERTAINTIES[p.certainty], verdict, *figures_of, expected, paid)
        rows.append(Row(row, STYLES[verdict] if is_counted or verdict == "fail" else "sub"))
    total = figures.number("incentives.expected")
    rows.append(Row(("Counted in all", "", "", "", "", "", "", total, ""), "total"))
    note = f"In {figures.currency}. Counted: amount after fee and tax x chance; no: doubtful, closed, or a requirement is not met."
    return Table("Incentives", columns, tuple(rows), note)


def _amounts(figures: Figures) -> Table:
    """What is left after fee and tax, low, expected and high, and how long it takes."""
    columns = (
        Column("Programme", least=20),
        Column("Status", drop=1, least=8),
        Column("Base", "money"),
        Column("Rate, low", "share", drop=3),
        Column("Rate, high", "share", drop=3),
        Column("Low", "money"),
        Column("Expected", "money"),
        Column("High", "money"),
        Column("Months", drop=2, least=WHOLE),
    )
    rows = []
    for p in figures.model.incentives.programmes:
        names = ("base", "rate_low", "rate_high", *(f"net_{case}" for case in CASES))
        lags = [_of(figures, p, f"lag_{name}") for name in ("low", "high")]
        ends = dict.fromkeys("?" if lag is None else trimmed(lag, 1) for lag in lags)
        months = " to ".join(ends) if any(lags) else "not known"
        rows.append(Row((p.title, status_words(p.chosen.view), *(_of(figures, p, name) for name in names), months)))
    return Table("What each programme may pay, after fee and tax", columns, tuple(rows))


def _notes(figures: Figures, *, full: bool) -> list[Table]:
    """Why a programme does not count and, in full or where nothing else says it, doubts, envelopes and gaps."""
    rows = []
    for p in figures.model.incentives.programmes:
        reasons = [] if _is_counted(figures, p) else _against(figures, p)
        more = p.notes if full or (not reasons and not _is_counted(figures, p)) else ()
        if reasons or more:
            rows.append(Row((p.title, " ".join(map(sentence, (*reasons, *more))))))
    title = "Notes" if full else "Why some do not count"
    return [Table(title, (Column("Programme", least=20), Column("Note", least=40)), tuple(rows))] if rows else []


def _against(figures: Figures, programme: Programme) -> list[str]:
    """What keeps a programme from being counted: its status, and what the film does not meet."""
    view = programme.chosen.view
    reasons = []
    if not programme.chosen.counted:
        reasons.append(f"{status_words(view)} on {view.day}: `turn_on: true` counts it all the same")
        reasons += [view.status.note] if view.status and view.status.note else []
    failed = [t for t in tested(figures, programme.findings) if t.verdict == "fail"]
    return [*reasons, *(f"not met: {t.title} (asked: {t.asks}; the film has: {t.has})" for t in failed)]


def _programme(figures: Figures, programme: Programme) -> list[Table]:
    tests = tested(figures, programme.findings)
    parts = [tests_table(programme.title, tests)] if tests else []
    others = (
        missing_table(f"{programme.id}: what is missing", tests),
        remarks_table(f"{programme.id}: what it also says", programme.remarks),
    )
    return [*parts, *(table for table in others if table)]


def _net_cost(figures: Figures) -> list[Table | str]:
    """Gross budget, less incentives by certainty, is the net cost: with little, expected and much aid; then by partner."""
    if not figures.has("net_cost.expected") or not figures.model.incentives.programmes:
        return []
    money = figures.currency
    columns = (
        Column(money, least=24),
        Column("Low aid", "money"),
        Column("Expected", "money"),
        Column("High aid", "money"),
    )
    gross = figures.number("budget.total")
    rows = [Row(("Gross budget", gross, gross, gross))]
    rows += [
        Row((f"  of it {words}", "", value, ""), "sub")
        for name, words in CERTAINTIES.items()
        if (value := figures.number(f"certainty.{name}.expected"))
    ]
    if figures.number("incentives.unsettled"):
        rows.append(Row(("  of it while a test cannot be told", "", figures.number("incentives.unsettled"), ""), "sub"))
    rows.insert(1, Row(("Incentives", *(figures.number(f"incentives.{case}") for case in CASES)), "group"))
    ends = ("net_cost.low_aid", "net_cost.expected", "net_cost.high_aid")
    rows.append(Row(("Net cost", *map(figures.number, ends)), "total"))
    columns_of = (
        Column("Partner", least=16),
        Column("Bears", "money"),
        Column("Incentives", "money"),
        Column("Net, low aid", "money", drop=2),
        Column("Net cost", "money"),
        Column("Net, high aid", "money", drop=2),
    )
    names = ("borne", "incentives_expected", "net_cost_low_aid", "net_cost", "net_cost_high_aid")
    partners = tuple(
        Row((name, *(figures.number(f"partner.{partner}.{column}") for column in names)))
        for partner, name in figures.partners.items()
    )
    return [
        Table("Net cost", columns, tuple(rows), _CASES_MEAN),
        Table(
            "Net cost by partner", columns_of, partners, "An incentive lowers the cost of the partner who receives it."
        ),
    ]


def incentives_as_dicts(figures: Figures) -> list[dict[str, Any]]:
    """Return every programme that was looked at, as plain data."""
    return [_as_dict(figures, p) for p in figures.model.incentives.programmes]


def _as_dict(figures: Figures, programme: Programme) -> dict[str, Any]:
    def of(name: str) -> float | None:
        return kept(_of(figures, programme, name))

    def cases(name: str) -> dict[str, float | None]:
        return {case: of(f"{name}_{case}") for case in CASES}

    return {
        "id": programme.id,
        "title": programme.title,
        "partner": programme.chosen.partner,
        "status": status_words(programme.chosen.view),
        "counted": _is_counted(figures, programme),
        "certainty": programme.certainty,
        "rate_kind": programme.rate_kind,
        "verdict": _verdict(figures, programme),
        "spend": of("spend"),
        "base": of("base"),
        "rate": cases("rate"),
        "amount": cases("amount"),
        "fee": of("fee"),
        "tax": of("tax"),
        "net": cases("net"),
        "probability": of("probability"),
        "expected": of("expected"),
        "paid_on": programme.paid_on.isoformat() if programme.paid_on else None,
        "lag_months": {"low": of("lag_low"), "typical": of("lag_typical"), "high": of("lag_high")},
        "tests": [test_as_dict(t) for t in tested(figures, programme.findings)],
        "remarks": [remark_as_dict(r) for r in programme.remarks],
        "notes": list(programme.notes),
    }


def net_cost_as_dict(figures: Figures) -> dict[str, Any]:
    """Return the cost before and after incentives, of the film and of every partner, as plain data."""

    def of(key: str) -> float | None:
        return kept(figures.number(key))

    return {
        "gross": of("budget.total"),
        "incentives": {case: of(f"incentives.{case}") for case in CASES},
        "certainties": {name: of(f"certainty.{name}.expected") for name in CERTAINTIES},
        "unsettled": of("incentives.unsettled"),
        "low_aid": of("net_cost.low_aid"),
        "expected": of("net_cost.expected"),
        "high_aid": of("net_cost.high_aid"),
        "partners": [
            {
                "id": partner,
                "borne": of(f"partner.{partner}.borne"),
                "incentives": {case: of(f"partner.{partner}.incentives_{case}") for case in CASES},
                "low_aid": of(f"partner.{partner}.net_cost_low_aid"),
                "expected": of(f"partner.{partner}.net_cost"),
                "high_aid": of(f"partner.{partner}.net_cost_high_aid"),
            }
            for partner in figures.partners
        ],
    }
