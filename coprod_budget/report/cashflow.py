"""The cash flow: what is paid and what comes in, month by month, and how far the account falls below nothing."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from coprod_budget.report.lines_table import kept
from coprod_budget.report.tables import WHOLE, Column, Row, Section, Table, written

if TYPE_CHECKING:
    from typing import Any

    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Part

NOTHING = 0.005
MILESTONES = {
    "start": "start", "shoot_start": "shooting begins", "shoot_end": "shooting ends", "picture_lock": "picture lock",
    "delivery": "delivery", "release": "release",
}  # fmt: skip
_MOVES = ("uses", "sources", "in_kind", "drawn", "repaid")
COLUMNS = {
    "uses": ("Paid", 0), "sources": ("Comes in", 0), "in_kind": ("In things, or later", 3), "drawn": ("Drawn", 1),
    "repaid": ("Repaid", 1), "net": ("Net", 3), "position": ("Account", 0),
}  # fmt: skip
"""Heads of the columns, and which goes first where there is not enough room."""
GAP_IS_OUT = (
    "Nobody has named the money of the gap, so it is not in these months: the account ends below nothing by as much."
)


def cashflow(figures: Figures) -> Section:
    """Return the months with their sums, the account of every partner, and when each source pays."""
    parts: list[Part] = [*exposure_in_words(figures), _months(figures)]
    if figures.exactly("finance.gap") >= 1:
        parts.append(GAP_IS_OUT)
    if len(figures.partners) > 1:
        parts.append(_partners(figures))
    parts += [*_loans(figures), *_sources(figures)]
    return Section("cashflow", "Cash flow", parts)


def exposure_in_words(figures: Figures) -> list[str]:
    """Return how much money is out at most, when, and how the account ends."""
    month, money = peak_month(figures), figures.currency

    def amount(key: str) -> str:
        return f"{money} {written(figures.number(key), 'money')}"

    if month is None:
        return ["The account never falls below nothing, even without loans."]
    found = f"Peak exposure, before loans: {amount('cash.peak_exposure')} in {month}."
    if figures.model.cashflow.loans:
        found += f" With loans the account is never lower than {amount('cash.lowest')}."
    return [f"{found} At the end it stands at {amount('cash.final')}."]


def peak_month(figures: Figures) -> str | None:
    """Return the month in which most money is out; None where the account never falls below nothing."""
    row = figures.number("cash.peak_month")
    return None if row is None else figures.model.cashflow.table.keys[round(row)]


def _of(figures: Figures, month: str, name: str) -> float:
    return figures.exactly(f"cash.{month}.{name}")


def _shown(figures: Figures) -> list[str]:
    """Return the months in which anything moves, or a milestone lies."""
    marks = _milestones(figures)
    return [
        month
        for month in figures.model.cashflow.table.keys
        if month in marks or any(abs(_of(figures, month, name)) >= NOTHING for name in _MOVES)
    ]


def _milestones(figures: Figures) -> dict[str, str]:
    """Return what happens in which month."""
    keys = figures.model.cashflow.table.keys
    found: dict[str, list[str]] = {}
    for name, words in MILESTONES.items():
        row = min(max(floor(figures.exactly(f"calendar.{name}")), 0), len(keys) - 1)
        found.setdefault(keys[row], []).append(words)
    return {month: ", ".join(words) for month, words in found.items()}


def _months(figures: Figures) -> Table:
    shown, events = _shown(figures), _milestones(figures)
    always = {"uses", "sources", "position"}
    names = [n for n in COLUMNS if n in always or any(abs(_of(figures, m, n)) >= NOTHING for m in shown)]
    columns = (
        Column("Month", least=WHOLE),
        *(Column(COLUMNS[n][0], "money", drop=COLUMNS[n][1]) for n in names),
        Column("What happens", drop=2, least=14),
    )
    month = peak_month(figures)
    rows = [
        Row((m, *(_of(figures, m, n) for n in names), events.get(m, "")), "group" if m == month else "") for m in shown
    ]
    rows.append(Row(("In all", *(figures.number("cash.uses") if n == "uses" else "" for n in names), ""), "total"))
    note = f"In {figures.currency}; months in which nothing moves are left out."
    return Table("Cash flow by month", columns, tuple(rows), note)


def _partners(figures: Figures) -> Table:
    """The account of every partner at the end of each month, loans included."""
    columns = (Column("Month", least=WHOLE), *(Column(name, "money") for name in figures.partners.values()))
    rows = [
        Row((month, *(_of(figures, month, f"position_{partner}") for partner in figures.partners)))
        for month in _shown(figures)
    ]
    peaks = [figures.number(f"partner.{partner}.peak_exposure") for partner in figures.partners]
    rows.append(Row(("Peak exposure, before loans", *peaks), "total"))
    return Table("Account of each partner, with its loans", columns, tuple(rows), continues=True)


def _loans(figures: Figures) -> list[Table]:
    """What is owed to lenders at the end of each month, and simple interest on it."""
    if not figures.model.cashflow.loans:
        return []
    columns = (
        Column("Month", least=WHOLE),
        Column("Drawn", "money"),
        Column("Repaid", "money"),
        Column("Owed", "money"),
        Column("Interest", "money"),
    )
    names = ("drawn", "repaid", "loans", "interest")
    rows = [Row((month, *(_of(figures, month, name) for name in names))) for month in _shown(figures)]
    rows = [row for row in rows if any(row.cells[1:])]
    rows.append(Row(("In all", "", "", "", figures.number("cash.interest")), "total"))
    note = (
        "Interest: on what was owed when the month began, months left out too; a remark, what the plan reckons is in what is paid. "
        "What is still owed at the end is for the receipts to pay back."
    )
    return [Table("Loans by month", columns, tuple(rows), note)]


def _sources(figures: Figures) -> list[Table]:
    """Every payment of a source, in the order in which they come."""
    names = {s.id: s.name for s in figures.model.project.finance}
    rows = [
        Row((month, names[source], amount))
        for month in figures.model.cashflow.table.keys
        for source in (*figures.model.cashflow.sources, *figures.model.cashflow.loans)
        if abs(amount := _of(figures, month, f"source_{source}")) >= NOTHING
    ]
    if not rows:
        return []
    columns = (Column("Month", least=WHOLE), Column("Source", least=20), Column(figures.currency, "money"))
    return [Table("What comes in, source by source", columns, tuple(rows))]


def cashflow_as_dicts(figures: Figures) -> list[dict[str, Any]]:
    """Return every month up to the last in which anything moves or a milestone lies, as plain data."""

    def of(month: str, name: str) -> float | None:
        return kept(figures.number(f"cash.{month}.{name}"))

    months = figures.model.cashflow.table.keys
    names = ("uses", "sources", "in_kind", "before_loans", "drawn", "repaid", "interest", "net", "position")
    return [
        {
            "month": month,
            **{name: of(month, name) for name in names},
            "owed": of(month, "loans"),
            "by_source": {
                s: of(month, f"source_{s}") for s in (*figures.model.cashflow.sources, *figures.model.cashflow.loans)
            },
            "by_account": {a: of(month, f"account_{a}") for a in figures.model.cashflow.accounts},
            "finance_costs": of(month, "finance_costs"),
            "partners": {
                partner: {name: of(month, f"{name}_{partner}") for name in names if name != "interest"}
                for partner in figures.partners
            },
        }
        for month in months[: months.index(_shown(figures)[-1]) + 1]
    ]
