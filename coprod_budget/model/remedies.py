"""What endangers a status, and the smallest change that would restore it.

Worked out from the figures of one estimate, for reading: how much of which account another partner would have to bear, how many
people would have to be of another nationality, what would have to be spent elsewhere, secured or given up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod_budget.model.findings import word
from coprod_budget.model.incentives import Programme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.catalog.treaties import Criterion
    from coprod_budget.graph import Values
    from coprod_budget.model.build import Model
    from coprod_budget.model.eligibility import Instrument
    from coprod_budget.model.findings import Finding, Verdict

NARROW = 0.01
"""A share that holds by less than this (of the budget) is pointed at: a few bills on the other side and it is lost."""
FEW = 3
TINY = 1e-9
_BORNE = {
    "minimum_share", "maximum_share", "full_support_share", "third_party_total", "foreign_investment",
}  # fmt: skip
_SPENT = {"works_by_national_organisations", "third_party_services", "spend_proportional", "participation_proportional"}


@dataclass(frozen=True, slots=True)
class Shift:
    """So much of an account that partners of some countries bear and others would have to bear: ``share`` of what they bear of it."""

    account: str
    amount: float
    share: float


@dataclass(frozen=True, slots=True)
class Remedy:
    """A test that fails, warns or holds by little, with the smallest change that would mend or secure it, in words.

    ``amount`` is in the report's currency: what would have to move (0 where no money does); ``shifts`` says of which accounts.
    """

    finding: Finding
    verdict: Verdict
    text: str
    amount: float = 0.0
    receiver: str = ""
    givers: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()


class _Figures:
    """The film's figures in one scenario."""

    def __init__(self, model: Model, values: Values) -> None:
        self.model, self._values = model, values
        self.total = values.number("budget.total")
        self.countries = list(model.graph.tables["coproducers"].keys)

    def number(self, key: str) -> float:
        return self._values.number(key)

    def of(self, finding: Finding) -> tuple[float, float]:
        """Return what the film has and what is required."""
        return self.number(f"test.{finding.key}.actual"), self.number(f"test.{finding.key}.required")

    def verdict(self, finding: Finding) -> Verdict:
        return word(self.number(f"test.{finding.key}.verdict"))

    def partners_of(self, *countries: str) -> list[str]:
        return [i for i, p in self.model.project.partners.items() if p.country in countries]

    def borne(self, partners: list[str], account: str) -> float:
        return sum(self.number(f"account.{account}.borne_{p}") for p in partners)

    def whole(self, finding: Finding, kind: str) -> float:
        """Return the sum of which a share of spend is: of all works, of the budget, or of the lines."""
        graph, works = self.model.graph, f"works.{finding.instrument}"
        if kind == "works_by_national_organisations" and f"{works}.*.total" in graph:
            return sum(self.number(f"{works}.{row}.total") for row in ("national", "open", "foreign"))
        return self.total if kind == "third_party_services" else self.number("budget.direct")

    def share(self, country: str) -> float:
        return self.number(f"coproducer.{country}.borne_share")


def relied_on(model: Model) -> list[tuple[Instrument | Programme, tuple[Finding, ...]]]:
    """Return what the film counts on, with its tests: the treaty, national statuses, funds with money in the plan, programmes counted.

    A fund that nobody has asked for may fail without any harm.
    """
    project = model.project
    asked = {f.programme for f in project.finance if f.programme} | {*project.treaty.also, project.treaty.instrument}
    found: list[tuple[Instrument | Programme, tuple[Finding, ...]]] = [
        (i, i.findings)
        for i in model.eligibility.instruments
        if i.candidate.role in {"governs", "status"} or i.id in asked
    ]
    return found + [(p, p.findings) for p in model.incentives.programmes if p.chosen.counted]


def remedies(model: Model, values: Values) -> list[Remedy]:
    """Return what endangers the film's statuses and programmes, in their order; ``values`` holds one scenario."""
    figures = _Figures(model, values)
    found: list[Remedy] = []
    for owner, findings in relied_on(model):
        for finding in findings:
            if isinstance(owner, Programme):
                found += _of(figures, finding, None, (owner.chosen.view.incentive.country,))
            else:
                found += _of(figures, finding, owner.view.treaty.criteria.get(finding.rule), owner.view.parties)
    return found


def _of(figures: _Figures, finding: Finding, criterion: Criterion | None, parties: tuple[str, ...]) -> Iterator[Remedy]:
    if finding.required is None or finding.actual is None:
        return
    actual, required = figures.of(finding)
    verdict = figures.verdict(finding)
    if math.isnan(actual) or math.isnan(required):
        return
    short = required - actual if finding.comparison in {"at_least", "above"} else actual - required
    kind = criterion.kind if criterion else finding.rule
    if criterion is not None and kind in _BORNE:
        yield from _bearing(figures, finding, criterion, verdict, short, parties)
    elif verdict not in {"fail", "warn"} or short < 0:
        return
    elif kind in {"points_threshold", "points_share", "points_of"}:
        yield Remedy(finding, verdict, _points(figures, finding, short))
    elif criterion is not None and kind == "head_count":
        yield from _heads(figures, finding, criterion, verdict)
    elif kind in _SPENT:
        amount = short * figures.whole(finding, kind)
        where = finding.about or ", ".join(parties)
        yield Remedy(
            finding, verdict, f"about {_money(figures, amount)} more would have to be spent in {where}", amount
        )
    elif kind == "support_cap_share":
        over = short * figures.total if finding.unit == "share" else short
        yield Remedy(finding, verdict, f"ask for {_money(figures, over)} less", over)
    elif kind == "minimum_parties":
        yield Remedy(finding, verdict, "a co-producer from another member country or party")
    elif short > 0:
        what = "more" if finding.comparison in {"at_least", "above"} else "less"
        yield Remedy(finding, verdict, f"{_quantity(short, finding.unit)} {what}")


def _bearing(
    figures: _Figures, finding: Finding, criterion: Criterion, verdict: Verdict, short: float, parties: tuple[str, ...]
) -> Iterator[Remedy]:
    """A share that is too small or too large: who would have to bear more, and of which account."""
    countries = figures.countries
    about = finding.about if finding.about in countries else ""
    if criterion.kind in {"minimum_share", "full_support_share"}:
        receiver = about or min(countries, key=figures.share)
        givers = [c for c in countries if c != receiver]
    elif criterion.kind == "maximum_share":
        giver = about or max(countries, key=figures.share)
        givers, others = [giver], [c for c in countries if c != giver]
        if not others:
            return
        receiver = min(others, key=figures.share)
    else:
        outside = [c for c in countries if c not in parties]
        inside = [c for c in countries if c in parties]
        if not outside or not inside:
            return
        givers, receiver = outside, max(inside, key=figures.share)
    if not givers:
        return
    amount = short * figures.total
    if verdict in {"fail", "warn"} and short > 0:
        shifts = _shifts(figures, givers, amount)
        yield Remedy(
            finding, verdict, _shift_words(figures, givers, receiver, amount, shifts), amount, receiver, tuple(givers), shifts
        )  # fmt: skip
    elif verdict == "pass" and 0 <= -short < NARROW:
        by = (
            f"by {-short:.2%} of the budget only ({figures.model.project.currency} {-amount:,.0f})"
            if short < -TINY
            else "exactly, by nothing"
        )
        yield Remedy(finding, verdict, f"holds {by}")


def _shifts(figures: _Figures, givers: list[str], amount: float) -> tuple[Shift, ...]:
    """Return the smallest number of accounts that hold enough: one alone where one does, else the largest first."""
    partners = figures.partners_of(*givers)
    borne = {a: figures.borne(partners, a) for a in figures.model.budget.accounts.keys}
    enough = [a for a, held in borne.items() if held >= amount]
    order = [min(enough, key=borne.__getitem__)] if enough else sorted(borne, key=borne.__getitem__, reverse=True)
    left, found = amount, []
    for account in order:
        part = min(left, borne[account])
        if part <= 0:
            break
        found.append(Shift(account, part, part / borne[account]))
        left -= part
    return tuple(found)


def _shift_words(figures: _Figures, givers: list[str], receiver: str, amount: float, shifts: tuple[Shift, ...]) -> str:
    givers_names, name = _names(figures, givers), _names(figures, [receiver])
    share = amount / figures.total
    text = f"{name} would have to bear {_money(figures, amount)} more ({_up(share, 4):.2%} of the budget) instead of {givers_names}"
    if shifts and math.isclose(sum(s.amount for s in shifts), amount, rel_tol=1e-9):
        parts = [f"{_up(s.share, 3):.1%} of what they bear of {_label(figures, s.account)}" for s in shifts[:FEW]]
        more = f" and of {len(shifts) - FEW} more accounts" if len(shifts) > FEW else ""
        text += f"; for example {', '.join(parts)}{more}"
    return text


def _points(figures: _Figures, finding: Finding, short: float) -> str:
    """Which posts or places, held from outside, are worth the points that are missing."""
    open_items = _open_items(figures, finding)
    chosen, got = [], 0.0
    for item, points in sorted(open_items, key=lambda pair: -pair[1]):
        if got >= short:
            break
        chosen.append(f"{item.replace('_', ' ')} ({points:g})")
        got += points
    if got < short:
        return f"{short:g} points are missing, more than all other posts and places are worth"
    return f"{short:g} points are missing: the fewest changes are {', '.join(chosen)} from the parties to it"


def _open_items(figures: _Figures, finding: Finding) -> list[tuple[str, float]]:
    """Return the items of the points tables that earn less than they are worth, with the points between."""
    found: dict[str, float] = {}
    graph = figures.model.graph
    for name, table in graph.tables.items():
        if not name.startswith(f"points_{finding.instrument}_"):
            continue
        nodes = {n.key.rpartition(".")[2]: n for n in graph.named() if n.table is table}
        pair = [nodes.get(k) or nodes.get(f"place_{k}") for k in ("applicable", "earned")]
        for row, item in enumerate(table.keys):
            worth, earned = (figures.number(node.cell_key(row)) if node else 0.0 for node in pair)
            if earned < worth:
                found[item] = worth - earned
    return list(found.items())


def _heads(figures: _Figures, finding: Finding, criterion: Criterion, verdict: Verdict) -> Iterator[Remedy]:
    """How many people would have to be of the other nationality."""
    table = figures.model.graph.tables.get(f"heads_{finding.instrument}_{finding.rule}")
    if table is None:
        return
    key = f"heads.{finding.instrument}.{finding.rule}"
    people, ours = (sum(figures.number(f"{key}.{post}.{name}") for post in table.keys) for name in ("people", "ours"))
    required = figures.of(finding)[1]
    if criterion.side == "foreign":
        change = people - ours - math.floor(required * people + TINY)
    else:
        least = required * people
        change = (math.floor(least + TINY) + 1 if finding.comparison == "above" else math.ceil(least - TINY)) - ours
    if change > 0:
        text = f"{change:g} of the {people:g} people in these posts would have to be nationals instead of foreigners"
        yield Remedy(finding, verdict, text)


def _quantity(value: float, unit: str) -> str:
    if unit == "share":
        return f"{_up(value, 4):.2%} of the whole"
    return f"{_up(value, 2):,.2f} {unit}".replace(".00 ", " ").strip()


def _money(figures: _Figures, amount: float) -> str:
    return f"{figures.model.project.currency} {_up(amount, 0):,.0f}"


def _up(value: float, digits: int) -> float:
    """Round up: a change that is rounded down would not restore what it is meant to restore."""
    scale = 10.0**digits
    return math.ceil(value * scale - TINY * scale) / scale


def _names(figures: _Figures, countries: list[str]) -> str:
    partners = figures.model.project.partners
    return ", ".join(partners[p].name for p in figures.partners_of(*countries))


def _label(figures: _Figures, account: str) -> str:
    known = figures.model.catalog.departments
    if account in known:
        return known[account].label
    charges = figures.model.budget.charges
    return dict(zip(charges.accounts, charges.labels, strict=True)).get(account, account)
