"""What a careful reader would point at: old prices, lines that look wrong, checks that fail. Nothing here is an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coprod_budget.errors import Problem
from coprod_budget.model.incentives import Programme
from coprod_budget.model.remedies import relied_on, remedies
from coprod_budget.report.costs import far_from_agreed
from coprod_budget.report.overview import failed_checks, odd_rates
from coprod_budget.report.review_finance import review_finance
from coprod_budget.report.tables import percent, written
from coprod_budget.report.verdicts import counted, tested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from coprod_budget.report.figures import Figures

STALE_MONTHS = 24
"""Age, against the estimate's date, from which a price or term is pointed at."""
LARGE = 0.2
"""Share of the budget from which a single line is pointed at, in a budget of ``MANY`` lines or more."""
MANY = 20
MOSTLY = 0.5
OF_THEIR_OWN = ("lines.", "fx", "schemes.", "treaties.", "points.", "incentives.", "comparables.ticket_then")
"""Inputs whose age means something else: law holds until it is changed, and is checked as a whole."""
_MONTH = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")


def review(figures: Figures) -> list[Problem]:
    """Return the failed checks (errors) and everything that looks wrong or old (warnings)."""
    return [*_failed(figures), *_nothing(figures), *_twice(figures), *_large(figures), *_idle(figures),
            *_endangered(figures), *_shares(figures), *_fixed_rates(figures), *_premiums(figures), *review_finance(figures), *_old(figures),
            *_guessed(figures)]  # fmt: skip


def _failed(figures: Figures) -> Iterator[Problem]:
    for key, label, difference in failed_checks(figures):
        off = written(difference, "money", 2)
        yield Problem("V101", f"check failed: {label}; off by {off}", f"`explain checks.{key}.difference` shows where")


def _warning(figures: Figures, code: str, message: str, hint: str, path: str = "") -> Problem:
    if path:
        return figures.model.project.problem(path, code, message, hint, severity="warning")
    return Problem(code, message, hint, severity="warning")


def _own_lines(figures: Figures) -> dict[str, str]:
    return {line.id: f"budget.lines[{line.id}]" for line in figures.model.project.budget.lines}


def _nothing(figures: Figures) -> Iterator[Problem]:
    own = _own_lines(figures)
    silent = []
    for line in figures.model.budget.lines:
        total = figures.exactly(f"lines.{line.id}.total")
        if total == 0 and line.id in own:
            zero = "rate" if figures.number(f"lines.{line.id}.rate") == 0 else "quantity"
            yield _warning(figures, "V201", f"line {line.id} costs nothing: its {zero} is 0", "give it a price or remove it",
                           own[line.id])  # fmt: skip
        elif total == 0:
            silent.append(line.id)
        elif total < 0:
            yield _warning(figures, "V202", f"line {line.id} is negative", f"`explain lines.{line.id}.total` shows why",
                           own.get(line.id, ""))  # fmt: skip
    if silent:
        yield _warning(figures, "V203", f"template lines that come to nothing: {_some(silent)}",
                       "drop them with budget.remove, or change the parameters they use")  # fmt: skip


def _twice(figures: Figures) -> Iterator[Problem]:
    own = _own_lines(figures)
    first: dict[tuple[str, ...], str] = {}
    for line in figures.model.budget.lines:
        key = (line.account, line.item, line.description.casefold(), line.city, line.phase)
        before = first.setdefault(key, line.id)
        if before != line.id and (line.id in own or before in own):
            yield _warning(figures, "V204", f"lines {before} and {line.id} have the same account, description, place and phase",
                           "keep one, or say in the description how they differ",
                           own.get(line.id) or own.get(before, ""))  # fmt: skip


def _large(figures: Figures) -> Iterator[Problem]:
    lines = figures.model.budget.lines
    if len(lines) < MANY:
        return
    own = _own_lines(figures)
    for line in lines:
        share = figures.exactly(f"lines.{line.id}.share")
        if share > LARGE:
            yield _warning(figures, "V205", f"line {line.id} alone is {percent(round(share, 3))} of the budget",
                           "check its quantity, rate and currency", own.get(line.id, ""))  # fmt: skip


def _idle(figures: Figures) -> Iterator[Problem]:
    for city, days in figures.model.project.schedule.shoot_days.items():
        if days > 0 and not figures.number(f"city.{city}.total"):
            yield _warning(figures, "V206", f"there are shooting days in {figures.city(city)}, but no line is spent there",
                           "add lines there, or name a template", f"schedule.shoot_days.{city}")  # fmt: skip


def _shares(figures: Figures) -> Iterator[Problem]:
    for partner, sentence in far_from_agreed(figures):
        yield _warning(figures, "V207", sentence, "change the split rules, or the shares", f"partners.{partner}.share")


def _fixed_rates(figures: Figures) -> Iterator[Problem]:
    for currency, sentence in odd_rates(figures):
        yield _warning(figures, "V208", sentence, f"rates are in {currency} per euro, not the other way round",
                       f"fx.{currency}")  # fmt: skip


def _premiums(figures: Figures) -> Iterator[Problem]:
    """A premium that was promised to a source of finance, but that no step of the waterfall pays."""
    project = figures.model.project
    paid = {
        p for rule in project.waterfall if rule.amount == "premium" or rule.premium is not None for p in rule.payees
    }
    for source in project.finance:
        if source.premium and project.waterfall and source.id not in paid:
            yield _warning(figures, "V209", f"no step of the waterfall pays the premium of {source.name}",
                           f"add, for example, {{pay: {source.id}, kind: until, amount: premium}}",
                           f"finance[{source.id}].premium")  # fmt: skip


def _endangered(figures: Figures) -> Iterator[Problem]:
    """What a status or a programme fails, holds by little, or cannot be told of, with the smallest change that would mend it."""
    for remedy in remedies(figures.model, figures.values):
        finding = remedy.finding
        about = f" ({finding.about})" if finding.about else ""
        verdict = {"fail": "not met", "warn": "doubtful"}.get(remedy.verdict, "met by little")
        yield _warning(figures, "V501", f"{finding.instrument}: {finding.title}{about}: {verdict}", remedy.text)
    for owner, findings in relied_on(figures.model):
        law = owner.chosen.view.incentive if isinstance(owner, Programme) else owner.view.treaty
        if is_stale(law.last_checked.isoformat(), figures.model.project.as_of):
            message = f"{owner.id}: nobody has looked at its rules since {law.last_checked}"
            yield _warning(figures, "V503", message, "look them up before you rely on them")
        unknown = counted(tested(figures, findings))["unknown"]
        if unknown:
            tests = f"{unknown} test{'' if unknown == 1 else 's'}"
            hint = "`estimate --show eligibility,incentives` says what is missing, and what to add to the file"
            yield _warning(figures, "V502", f"{owner.id}: {tests} cannot be told", hint)


def _old(figures: Figures) -> Iterator[Problem]:
    """Prices by table, terms of trade and other dated inputs one by one."""
    as_of = figures.model.project.as_of
    prices: dict[str, list[tuple[str, str]]] = {}
    for line in figures.model.budget.lines:
        if line.price.where and is_stale(line.price.as_of, as_of):
            prices.setdefault(line.price.where, []).append((line.price.as_of, line.item or line.id))
    for where, found in prices.items():
        oldest = min(found)[0]
        items = _some(dict.fromkeys(item for _, item in sorted(found)))
        count = "a price is" if len(found) == 1 else f"{len(found)} prices are"
        message = f"{count} more than {STALE_MONTHS} months older than the estimate (the oldest of {oldest}): {items}"
        yield Problem("V301", message, "ask for offers, or add newer prices with --data", where, severity="warning")
    seen = set()
    for node in figures.model.graph.named():
        if node.op != "input" or node.key.startswith(OF_THEIR_OWN):
            continue
        for row in range(len(node.table) if node.table else 1):
            origin = node.origin(row)
            if origin and origin.as_of and is_stale(origin.as_of, as_of) and node.label not in seen:
                seen.add(node.label)
                message = f"{node.label}: the source is of {origin.as_of}"
                yield _warning(figures, "V302", message, f"state {node.cell_key(row)} if you know better")


def is_stale(dated: str, as_of: date, months: int = STALE_MONTHS) -> bool:
    """Say whether a date such as 2024, 2024-05 or 2024-05-17 is more than so many months before another."""
    found = _MONTH.match(dated)
    if not found:
        return False
    month = int(found["month"] or 12)  # a year alone gets the benefit of the doubt
    return (as_of.year - int(found["year"])) * 12 + as_of.month - month > months


def _guessed(figures: Figures) -> Iterator[Problem]:
    share = figures.exactly("basis.assumed.share")
    if share > MOSTLY:
        yield _warning(figures, "V401", f"{percent(round(share, 3))} of the total stands on assumptions",
                       "`estimate --show lines` marks them; replace the large ones by offers")  # fmt: skip


def _some(names: Iterable[str], count: int = 5) -> str:
    every = list(names)
    more = f" and {len(every) - count} more" if len(every) > count else ""
    return ", ".join(every[:count]) + more
