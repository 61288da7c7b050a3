"""The finance plan: what the film needs, who pays for it, what the money costs, what is missing, and what happens if a source fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.finance import STATUSES
from coprod_budget.report.cashflow import exposure_in_words, peak_month
from coprod_budget.report.lines_table import kept
from coprod_budget.report.tables import Column, Row, Section, Table, percent, trimmed

if TYPE_CHECKING:
    from typing import Any

    from coprod_budget.project import Finance
    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Style

KINDS = {
    "own": "own money", "equity": "equity", "grant": "grant", "advance": "advance", "presale": "presale",
    "guarantee": "guarantee", "rebate": "rebate", "loan": "loan", "deferral": "deferral", "in_kind": "in kind",
    "sponsorship": "sponsorship",
}  # fmt: skip
SURE = {"secured": "secured", "applied": "applied for", "hoped": "hoped for", "unsaid": "not said"}
NONE_NAMED = "The file names no sources of finance, so the partners have to find all of it: write them under `finance`."
SOLVED = "{loan} is as large as what {partner} still needs, its own cost included: solved in closed form, without trial and error."
PARTNER = ("borne", "finance_costs", "need", "in_plan", "gap", "brought", "invested", "peak_exposure", "cash_final")
COLUMNS = ("repays", "in_plan", "share", "fee", "interest_cost", "fixed_costs", "cost", "net_cash", "outstanding")
STRESS = ("missing", "gap", "partner_gap", "peak_late", "peak_change")
MOMENTS = {
    "signature": "on signature", "start": "at the start", "prep": "when preparation begins", "shoot_start": "first day of shooting",
    "shoot_end": "last day of shooting", "picture_lock": "at picture lock", "delivery": "on delivery", "release": "on release",
}  # fmt: skip


def finance(figures: Figures, *, full: bool) -> Section:
    """Return uses, sources and gap, who has to find what; with ``full`` also what sources cost and ask, and what if one fails."""
    sources = figures.model.project.finance
    parts: list[Table | str] = [] if sources else [NONE_NAMED]
    parts.append(_plan(figures))
    parts += [SOLVED.format(loan=s.name, partner=figures.partners[s.partner]) for s in sources if s.amount == "gap"]
    if sources:
        parts.append(_partners(figures))
    if sources and full:
        parts += [_statuses(figures), _worth(figures), *_loans(figures), _payments(figures)]
    parts += _obligations(figures, full=full)
    if sources and full:
        parts.append(_stress(figures))
    return Section("finance", "Finance plan", [*parts, *exposure_in_words(figures)])


def _of(figures: Figures, source: Finance, name: str) -> float | None:
    return figures.number(f"finance.{source.id}.{name}")


def gap_in_words(gap: float) -> str:
    """Return what the difference of uses and sources means."""
    return "More than is needed" if gap < 0 else "Gap, still to be found"


def _plan(figures: Figures) -> Table:
    """Uses, the sources one by one, and what is missing."""
    columns = (
        Column(figures.currency, least=24),
        Column("Kind", drop=2, least=8),
        Column("Status", drop=1, least=11),
        Column("Brought by", drop=3, least=12),
        Column("Face value", "money", drop=1),
        Column("In the plan", "money"),
        Column("Share", "share"),
    )

    def of_film(label: str, key: str, style: Style = "") -> Row:
        return Row((label, "", "", "", "", figures.number(key), ""), style)

    rows = [of_film("Budget", "budget.total")]
    if figures.number("finance.costs"):
        rows.append(of_film("Cost of the finance", "finance.costs"))
    rows.append(of_film("Uses", "finance.uses", "total"))
    sources = figures.model.project.finance
    for source in sources:
        numbers = (_of(figures, source, name) for name in ("face", "in_plan", "share"))
        words = KINDS[source.kind], SURE[source.status or "unsaid"], figures.partners[source.partner]
        rows.append(Row((source.name, *words, *numbers)))
    if sources:
        rows.append(of_film("Sources", "finance.sources", "total"))
    rows.append(of_film(gap_in_words(figures.exactly("finance.gap")), "finance.gap", "group"))
    repaying = any(_of(figures, s, "repays") for s in sources)
    return Table("Finance plan", columns, tuple(rows), "In the plan: without what repays a loan." if repaying else "")


def _partners(figures: Figures) -> Table:
    columns = (
        Column("Partner", least=16),
        Column("Bears", "money", drop=1),
        Column("Cost of its finance", "money", drop=2),
        Column("Needs", "money"),
        Column("Its sources", "money"),
        Column("Gap", "money"),
    )
    names = ("borne", "finance_costs", "need", "in_plan", "gap")
    rows = tuple(
        Row((name, *(figures.number(f"partner.{partner}.{column}") for column in names)))
        for partner, name in figures.partners.items()
    )
    return Table("What each partner has to find", columns, rows)


def _statuses(figures: Figures) -> Table:
    columns = (Column("Status", least=16), Column(figures.currency, "money"))
    rows = tuple(Row((SURE[s], value)) for s in STATUSES if (value := figures.number(f"finance.{s}")))
    return Table("How sure the sources are", columns, rows)


def _worth(figures: Figures) -> Table:
    """What each source leaves for the production in cash."""
    columns = (
        Column("Source", least=20),
        Column("Face value", "money"),
        Column("Repays loans", "money", drop=2),
        Column("Cost", "money"),
        Column("Cash", "money"),
        Column("Premium", "share", drop=3),
        Column("From receipts", "money", drop=1),
    )
    rows = []
    for source in figures.model.project.finance:
        numbers = [_of(figures, source, name) for name in ("face", "repays", "cost", "net_cash")]
        rows.append(Row((source.name, *numbers, source.premium or "", _of(figures, source, "outstanding"))))
    rows.append(
        Row(
            ("In all", "", "", figures.number("finance.costs"), figures.number("finance.net_cash"), "", ""),
            "total",
        )
    )
    note = "Cash: what is left for the production; things in kind and pay that waits are none. From receipts: what they pay back."
    return Table("What each source is worth in cash", columns, tuple(rows), note)


def _loans(figures: Figures) -> list[Table]:
    """The terms of the loans and what they cost."""
    loans = [s for s in figures.model.project.finance if s.kind == "loan"]
    if not loans:
        return []
    columns = (
        Column("Loan", least=16),
        Column("Rank", drop=1, least=9),
        Column("Months", "number"),
        Column("Interest a year", "share", drop=2),
        Column("Interest", "money"),
        Column("Fee", "money"),
        Column("Fixed costs", "money"),
        Column("Repaid first by", drop=1, least=14),
    )
    rows = []
    names = {s.id: s.name for s in figures.model.project.finance}
    for loan in loans:
        numbers = (_of(figures, loan, name) for name in ("months", "interest", "interest_cost", "fee", "fixed_costs"))
        by = ", ".join(names[i] for i in loan.repaid_from) or "receipts"
        rows.append(Row((loan.name, loan.rank, *numbers, by)))
    note = (
        "Fee and interest are shares of the loan; the plan takes simple interest for the months outstanding on average."
    )
    return [Table("What the loans cost", columns, tuple(rows), note)]


def _payments(figures: Figures) -> Table:
    columns = (Column("Source", least=20), Column("Paid", least=30))
    rows = tuple(Row((s.name, "; ".join(payments_in_words(figures, s)))) for s in figures.model.project.finance)
    return Table("When the money comes", columns, rows)


def payments_in_words(figures: Figures, source: Finance) -> list[str]:
    """Return every payment of a source: which part, when, and on which day as things stand."""
    if source.kind == "in_kind":
        return ["in things, as they are used"]
    if source.kind == "deferral":
        return ["waits for the receipts"]
    if not source.payments:
        return ["drawn as the money is needed"]
    found = []
    for number, part in enumerate(source.payments, 1):
        size = f"{trimmed(part.amount, 0)} {source.currency}" if part.amount is not None else percent(part.share or 0)
        day = paid_on(figures, source, number)
        on = MOMENTS[part.on] if isinstance(part.on, str) else ""
        months = trimmed(part.after_months, 1)
        after = f", {months} month{'' if months == '1' else 's'} later" if part.after_months else ""
        words = " ".join(word for word in (size, on) if word) + after
        if source.kind == "rebate" and not source.instalments:
            words = f"{size} after the usual wait of the programme"
        found.append(f"{words} ({day})" if day else words)
    return found


def paid_on(figures: Figures, source: Finance, number: int) -> str:
    """Return the day of a payment as things stand; nothing where it is not known."""
    key = f"cash.{source.id}.part_{number}" if source.instalments else f"cash.{source.id}.paid_on"
    moment = figures.number(key)
    if moment is None:
        return ""
    return figures.model.cashflow.clock.date_of(moment).isoformat()


def _obligations(figures: Figures, *, full: bool) -> list[Table]:
    """Where sources have to be spent: all of it where ``full``, else only if the film falls short."""
    found = figures.model.obligations
    met = [figures.number(f"obligation.{key}.ok") == 1 for key in found.table.keys]
    if not met or (all(met) and not full):
        return []
    columns = (
        Column("Source", least=18),
        Column("To be spent in", least=8),
        Column("By it", "money", drop=1),
        Column("By all sources", "money"),
        Column("Spent there", "money"),
        Column("Left", "money"),
        Column("Met", least=5),
    )
    names = {s.id: s.name for s in figures.model.project.finance}
    cities = figures.model.catalog.cities
    rows = []
    for key, place, ok in zip(found.table.keys, found.places, met, strict=True):
        where = cities[place].label if place in cities else place
        numbers = (figures.number(f"obligation.{key}.{name}") for name in ("required", "together", "spent", "left"))
        rows.append(Row((names[key], where, *numbers, "yes" if ok else "short"), "" if ok else "bad"))
    note = (
        "One euro of cost is paid by one source: what several want spent in a place is added up. Charges count nowhere."
    )
    return [Table("Where sources have to be spent", columns, tuple(rows), note)]


def _stress(figures: Figures) -> Table:
    """Each source in turn: what is missing if it is withdrawn, who has to find it; what has to be bridged if it is late."""
    columns = (
        Column("Source", least=18),
        Column("Missing", "money", drop=2),
        Column("Gap", "money"),
        Column("Found by", drop=1, least=12),
        Column("Its gap", "money"),
        Column("Peak if late", "money"),
        Column("More to bridge", "money", drop=1),
    )
    rows = []
    for source in figures.model.project.finance:
        missing, gap, own, peak, more = (
            figures.number(f"stress.{source.id}.{name}")
            for name in ("missing", "gap", "partner_gap", "peak_late", "peak_change")
        )
        rows.append(Row((source.name, missing, gap, figures.partners[source.partner], own, peak, more)))
    late = figures.number("cashflow.late_months")
    note = f"Late: by {trimmed(late, 1)} months; the peak is before loans." if late is not None else ""
    return Table("If a source is withdrawn, or late", columns, tuple(rows), note)


def finance_as_dict(figures: Figures) -> dict[str, Any]:
    """Return the finance plan as plain data."""

    def of(key: str) -> float | None:
        return kept(figures.number(key))

    return {
        "budget": of("budget.total"),
        "costs": of("finance.costs"),
        "uses": of("finance.uses"),
        "sources": [_source_as_dict(figures, source) for source in figures.model.project.finance],
        "in_plan": of("finance.sources"),
        "net_cash": of("finance.net_cash"),
        "gap": of("finance.gap"),
        "peak_exposure": of("cash.peak_exposure"),
        "peak_month": peak_month(figures),
        "lowest": of("cash.lowest"),
        "final": of("cash.final"),
        "by_status": {status: of(f"finance.{status}") for status in STATUSES},
        "by_partner": [
            {
                "id": partner,
                **{name: of(f"partner.{partner}.{name}") for name in PARTNER},
            }
            for partner in figures.partners
        ],
        "obligations": [
            {
                "source": key,
                "place": place,
                **{name: of(f"obligation.{key}.{name}") for name in ("share", "required", "together", "spent", "left")},
                "ok": figures.number(f"obligation.{key}.ok") == 1,
            }
            for key, place in zip(figures.model.obligations.table.keys, figures.model.obligations.places, strict=True)
        ],
        "stress": [
            {
                "source": source.id,
                "partner": source.partner,
                **{name: of(f"stress.{source.id}.{name}") for name in STRESS},
            }
            for source in figures.model.project.finance
        ],
    }


def _source_as_dict(figures: Figures, source: Finance) -> dict[str, Any]:
    stated = not isinstance(source.amount, str)
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "partner": source.partner,
        "status": source.status,
        "country": source.country,
        "programme": source.programme,
        "amount": kept(_of(figures, source, "amount")) if stated else None,
        "worked_out": None if stated else source.amount,
        "currency": source.currency or None,
        "value": kept(_of(figures, source, "face")),
        "premium": source.premium,
        "counts": source.counts,
        "recoups": source.is_recouped,
        "security": source.rank if source.kind == "loan" else None,
        "repaid_from": list(source.repaid_from),
        **{name: kept(_of(figures, source, name)) for name in COLUMNS},
        "payments": [
            {
                "share": kept(part.share) if part.share is not None else None,
                "amount": kept(part.amount) if part.amount is not None else None,
                "on": part.on if isinstance(part.on, str) else part.on.isoformat(),
                "after_months": part.after_months,
                "date": paid_on(figures, source, number) or None,
            }
            for number, part in enumerate(source.payments, 1)
        ],
    }
