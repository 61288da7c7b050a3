"""Head and foot of an estimate: which film, as of when, by whom; and how far the figures can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.errors import MissingDataError
from coprod_budget.report.tables import WHOLE, Column, Row, Section, Table, percent, trimmed, written

if TYPE_CHECKING:
    from coprod_budget.report.figures import Figures

OFF_RATE = 1.5
"""Factor between a project's own exchange rate and the table's, from which it is pointed at."""
BASES = ("quoted", "published", "derived", "assumed")


def head(figures: Figures) -> list[str]:
    """Return the title and what the estimate stands on, a sentence each."""
    project = figures.model.project
    template = f"template {project.budget.template}" if project.budget.template else "no template"
    kind = project.kind.capitalize()
    what = (
        f"{kind} · as of {project.as_of} · amounts in {project.currency} · {project.budget.level} prices · {template}"
    )
    partners = [
        f"{p.name} ({p.country}, {percent(p.share)}{', delegate' if i == project.delegate else ''})"
        for i, p in project.partners.items()
    ]
    days = project.schedule.shoot_days
    cities = ", ".join(f"{figures.city(c)} {trimmed(d, 2)}" for c, d in days.items())
    total = trimmed(figures.exactly("schedule.total_shoot_days"), 2)
    return [project.title, what, f"Partners: {', '.join(partners)}", f"Shooting days: {total} ({cities})"]


def foot(figures: Figures) -> list[tuple[str, bool]]:
    """Return what stands under every estimate, and whether it is bad news."""
    model = figures.model
    basis = ", ".join(f"{written(figures.number(f'basis.{b}.share'), 'share')} {b}" for b in BASES)
    lines = [(f"The total stands on: {basis} prices and rates.", False)]
    failed = failed_checks(figures)
    if failed:
        lines.append((f"Checks: {len(failed)} of {len(model.checks.labels)} FAILED:", True))
        lines += [(f"  {label}: off by {written(difference, 'money', 2)}", True) for _, label, difference in failed]
    else:
        lines.append((f"Checks: all {len(model.checks.labels)} passed.", False))
    rates = _rates(figures)
    if rates:
        lines.append((f"Exchange rates, units per EUR: {'; '.join(rates)}.", False))
    added = _added_prices(figures)
    if added:
        lines.append((f"Prices of added tables: {added}.", False))
    lines += [(f"{sentence}; rates are units per euro.", True) for _, sentence in odd_rates(figures)]
    count = len(model.warnings)
    if count:
        lines.append((f"{count} warning{'' if count == 1 else 's'} (on standard error).", False))
    lines.append(("Figures are rounded for display only; files keep the cents.", False))
    return lines


def failed_checks(figures: Figures) -> list[tuple[str, str, float | None]]:
    """Return id, sentence and difference of every check that does not hold."""
    checks = figures.model.checks
    return [
        (key, label, figures.number(f"checks.{key}.difference"))
        for key, label in zip(checks.table.keys, checks.labels, strict=True)
        if figures.number(f"checks.{key}.ok") != 1
    ]


def _rates(figures: Figures) -> list[str]:
    rows = [r for r in rates(figures) if r[0] != "EUR"]
    return [f"{code} {written(value, 'rate')} ({when or where})" for code, value, when, _, where, _ in rows]


def rates(figures: Figures) -> list[tuple[str, float | None, str, str, str, str]]:
    """Return currency, units per euro, month, source, line of the project file, and address of every rate in use."""
    node = figures.model.graph["fx"]
    found = []
    for row, code in enumerate(figures.model.budget.currencies.keys):
        origin = node.origin(row)
        assert origin is not None
        found.append((code, figures.number(f"fx.{code}"), origin.as_of, origin.title, origin.where, origin.url))
    return found


def _added_prices(figures: Figures) -> str:
    """Return how many lines are priced by which table that did not ship with the program."""
    files = [line.price.where for line in figures.model.budget.lines if line.item]
    added = {file: files.count(file) for file in files if file.endswith(".csv") and not file.startswith("data/")}
    return ", ".join(f"{file} ({count} line{'' if count == 1 else 's'})" for file, count in added.items())


def odd_rates(figures: Figures) -> list[tuple[str, str]]:
    """Return the project's own exchange rates that are far from the table's: upside down, or for another time."""
    project = figures.model.project
    found = []
    for currency, fixed in project.fx.items():
        try:
            known = figures.model.catalog.fx(currency, project.as_of)
        except MissingDataError:
            continue
        if max(fixed / known.per_eur, known.per_eur / fixed) > OFF_RATE:
            own, usual = written(fixed, "rate"), written(known.per_eur, "rate")
            found.append((currency, f"fx.{currency}: {own} per euro is far from {usual}, the rate of {known.month}"))
    return found


def sources(figures: Figures) -> Section:
    """Return where the figures come from: prices, charges and other inputs by source, exchange rates, checks."""
    model = figures.model
    columns = (
        Column("Source", least=24),
        Column("Basis", least=WHOLE),
        Column("Date", drop=1, least=WHOLE),
        Column("Figures", "number"),
        Column("Address", drop=2, least=20),
    )
    counted: dict[tuple[str, str, str, str], int] = {}
    for node in model.graph.named():
        if node.op != "input":
            continue
        for row in range(len(node.table) if node.table else 1):
            origin = node.origin(row)
            if origin and origin.title:
                key = (origin.title, origin.basis, origin.as_of, origin.url)
                counted[key] = counted.get(key, 0) + 1
    order = sorted(counted, key=lambda k: (BASES.index(k[1]) if k[1] in BASES else 9, k[0], k[2]))
    rows = tuple(
        Row((title, basis, as_of, counted[title, basis, as_of, url], url)) for title, basis, as_of, url in order
    )
    fx_columns = (
        Column("Currency", least=WHOLE),
        Column("Per EUR", "rate"),
        Column("Month", least=WHOLE),
        Column("Source", least=24),
        Column("Fixed in", drop=1),
    )
    fx = tuple(Row((code, value, when, title, where)) for code, value, when, title, where, _ in rates(figures))
    checks = tuple(
        Row(
            (label, figures.number(f"checks.{key}.difference"), "holds" if ok else "FAILED"),
            "" if ok else "bad",
        )
        for key, label in zip(model.checks.table.keys, model.checks.labels, strict=True)
        for ok in [figures.number(f"checks.{key}.ok") == 1]
    )
    return Section(
        "sources",
        "Sources",
        [
            Table("Where the figures come from", columns, rows),
            Table("Exchange rates", fx_columns, fx),
            Table("Checks", (Column("Check", least=30), Column("Difference", "number"), Column("Result")), checks),
        ],
    )
