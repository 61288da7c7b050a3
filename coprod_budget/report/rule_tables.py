"""Incentives and taxes as tables to look at: as of a day, and through time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.catalog import Unknown
from coprod_budget.report.rule_words import value_words
from coprod_budget.report.tables import WHOLE, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from coprod_budget.catalog import Catalog
    from coprod_budget.catalog.dated import Dated
    from coprod_budget.catalog.incentives import Incentive, IncentiveView, Rule

LAW = (
    Column("From", drop=4, least=WHOLE),
    Column("Article", drop=8, least=12),
    Column("Sure", drop=5, least=WHOLE),
    Column("Source", drop=6, least=18),
)
"""Where a value comes from: the day it begins, the article, how sure it is, who says so."""


def incentives(catalog: Catalog, day: date, country: str = "") -> Table:
    """Return the incentives with what they are on a day."""
    columns = (
        Column("Incentive", least=WHOLE),
        Column("Title", drop=2, least=16),
        Column("Country", drop=3, least=WHOLE),
        Column("Kind", drop=4, least=12),
        Column("Status", least=WHOLE),
        Column("Rate", least=14),
        Column("Most", drop=1, least=12),
        Column("Checked", drop=5, least=WHOLE),
    )
    rows = []
    for name in catalog.incentives():
        found = catalog.incentive(name)
        if country and found.country != country:
            continue
        view = found.as_of(day)
        caps = dict.fromkeys(value_words(r.value) for r in view.of_kind("cap_per_project"))
        rates = dict.fromkeys(value_words(r.value) for r in view.of_kind("rate"))
        kind = found.instrument.replace("_", " ")
        where = found.region or found.country
        status, checked = status_words(view), str(found.last_checked)
        rows.append(Row((name, found.title, where, kind, status, " | ".join(rates), " | ".join(caps), checked)))
    note = "Only what is open counts unless a project turns it on: doubtful, suspended, closed and unknown are off."
    return Table(f"Incentives on {day}", columns, tuple(rows), note)


def status_words(view: IncentiveView) -> str:
    """Return the status on a day in one word; before its first day a programme is not there yet."""
    return "not yet" if view.status is None else value_words(view.status.value)


def incentive(view: IncentiveView) -> list[Table]:
    """Return one incentive as of a day: what it is, its rules, its money of the year."""
    about, day = view.incentive, view.day
    facts = [
        ("title", about.title),
        ("where", " ".join(x for x in (about.country, about.region, about.region_name) if x)),
        ("given by", about.body),
        ("kind", about.instrument.replace("_", " ")),
        ("status", _status_line(view)),
        ("currency", about.currency),
        ("last checked", str(about.last_checked)),
        ("note", about.note),
    ]
    head = Table(
        f"{about.id} on {day}",
        (Column("What", least=WHOLE), Column("Says", least=30)),
        tuple(Row(fact) for fact in facts if fact[1]),
    )
    rows = tuple(Row((r.rule.id, _for(r.rule), value_words(r.value), r.dated.note, *_law(r.dated))) for r in view.rules)
    columns = (Column("Rule", least=14), Column("For", drop=2, least=14), VALUE, NOTE, *LAW)
    tables = [head, Table(f"Rules on {day}", columns, rows)]
    if view.envelopes:
        tables.append(_envelopes(view))
    return tables


VALUE = Column("Value", least=22)
NOTE = Column("Note", drop=7, least=20)


def _status_line(view: IncentiveView) -> str:
    note = view.status.note if view.status else ""
    return status_words(view) + (f": {note}" if note else "")


def _envelopes(view: IncentiveView) -> Table:
    rows = tuple(
        Row(
            (
                str(e.year) if e.years == 1 else f"{e.year - e.years + 1} to {e.year}",
                e.kind.replace("_", " "),
                str(e.amount) if isinstance(e.amount, Unknown) else e.amount,
                e.currency,
                e.note,
                e.confidence,
                e.sources[0].title if e.sources else "",
            )
        )
        for e in view.envelopes
    )
    columns = (
        Column("Year", least=WHOLE),
        Column("Figure", least=WHOLE),
        Column("Amount", "number"),
        Column("Cur.", least=WHOLE),
        Column("Note", drop=2, least=20),
        Column("Sure", drop=1, least=WHOLE),
        Column("Source", drop=3, least=18),
    )
    return Table(f"Money for {view.day.year}", columns, rows)


def incentive_history(found: Incentive) -> list[Table]:
    """Return every value of every rule of an incentive, oldest first."""
    rows = [Row(("status", "", value_words(v.value), v.note, *_law(v))) for v in found.status.values]
    for rule in found.rules:
        rows += [Row((rule.id, _for(rule), value_words(v.value), v.note, *_law(v))) for v in rule.history.values]
    dated = Column("From", least=WHOLE)
    columns = (Column("Rule", least=14), Column("For", drop=3, least=14), VALUE, NOTE, dated, *LAW[1:])
    return [Table(f"{found.id} through time", columns, tuple(rows))]


def _for(rule: Rule) -> str:
    works = ", ".join(rule.formats)
    return f"{works}: {rule.spend}" if works and rule.spend else works or rule.spend


def _law(dated: Dated[Any]) -> tuple[str, str, str, str]:
    day = {"day": 10, "month": 7, "year": 4}.get(dated.starts, 10)
    start = str(dated.start)[:day] if dated.start.year > 1 else ""
    if dated.starts == "unknown" and start:
        start = f"by {start}"
    source = dated.sources[0].title if dated.sources else "assumed" if dated.basis == "assumed" else ""
    if len(dated.sources) > 1:
        source += f" and {len(dated.sources) - 1} more"
    return start, dated.article, dated.confidence, source


def vat(catalog: Catalog, day: date, country: str = "") -> Table:
    """Return value added tax on a day: the standard rate, reduced rates, and what is said of film."""
    columns = (
        Column("Country", least=WHOLE),
        Column("What", least=WHOLE),
        Column("Rate", "share"),
        Column("For", least=22),
        Column("Note", drop=7, least=20),
        *LAW,
    )
    rows: list[Row] = []
    for code in catalog.vat_countries:
        found = catalog.vat(code, day)
        if found is None or (country and code != country):
            continue
        rows.append(Row((code, "standard", _cell(found.standard), "", found.standard.note, *_law(found.standard))))
        rows += [Row((code, "reduced", _cell(r.rate), r.scope, r.rate.note, *_law(r.rate))) for r in found.reduced]
        for rule in found.film:
            note = "; ".join(x for x in (rule.note, rule.rule.note) if x)
            rows.append(Row((code, "film", _cell(rule.rule), rule.what, note, *_law(rule.rule))))
        if found.small_business:
            small = found.small_business.threshold
            words = f"from {found.currency} {_cell(small):,.0f}: {found.small_business.what}"
            rows.append(Row((code, "small firms", "", words, small.note, *_law(small))))
    return Table(f"Value added tax on {day}", columns, tuple(rows))


def _cell(dated: Dated[Any]) -> Any:
    return str(dated.value) if isinstance(dated.value, Unknown) else dated.value


def withheld_by_law(catalog: Catalog, day: date, country: str = "") -> Table:
    """Return what a country withholds on payments to non-residents by its own law."""
    columns = (
        Column("Payer", least=WHOLE),
        Column("Income", least=WHOLE),
        Column("To", least=10),
        Column("Rate", "share"),
        Column("Of", drop=2, least=10),
        Column("Note", drop=7, least=20),
        *LAW,
    )
    rows = [
        Row((payer, _plain(d.kind), _plain(d.recipient), _cell(v), _plain(d.base), _joined((d.note, v.note)), *_law(v)))
        for payer, law in catalog.withholding_table.payers.items()
        if not country or payer == country
        for d in law.domestic
        if (v := d.history.at(day))
    ]
    note = "To others: what a treaty leaves is in the next table; where it lists nothing, nothing is known."
    return Table(f"Tax withheld by law on {day}", columns, tuple(rows), note)


def withheld_by_treaty(catalog: Catalog, day: date, country: str = "") -> Table:
    """Return what treaties leave to the country of the payer, and which are suspended."""
    columns = (
        Column("Payer", least=WHOLE),
        Column("Payees", least=22),
        Column("Income", least=12),
        Column("Rate", least=12),
        Column("Note", drop=7, least=20),
        *LAW,
    )
    table = catalog.withholding_table
    rows = [
        Row((t.payer, " ".join(t.payees), _plain(t.kind), _rates(v), _joined((t.title, v.note)), *_law(v)))
        for t in table.treaties
        if (not country or t.payer == country) and (v := t.history.at(day))
    ]
    rows += [
        Row((s.by, " ".join(s.countries), _plain(", ".join(s.kinds)), "suspended", s.note, *_law(stop)))
        for s in table.suspensions
        if (not country or s.by == country) and (stop := s.history.at(day))
    ]
    return Table(f"Treaties on tax withheld on {day}", columns, tuple(rows))


def _rates(dated: Dated[tuple[float, ...]]) -> str:
    if dated.value is None or isinstance(dated.value, Unknown):
        return value_words(dated.value)
    return " or ".join(map(value_words, dated.value))


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)


def _plain(word: str) -> str:
    return word.replace("_", " ")
