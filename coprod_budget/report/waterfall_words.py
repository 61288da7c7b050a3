"""The steps of the waterfall in words: who is paid what, out of whose money, from when and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.outlets import MEDIA
from coprod_budget.model.waterfall.steps import EXCLUSIVE, EXPENSES
from coprod_budget.report.tables import percent, trimmed, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from coprod_budget.model.waterfall import Position
    from coprod_budget.project.distribution import Later
    from coprod_budget.project.waterfall import Limit, Opening
    from coprod_budget.report.figures import Figures

COMPOUNDING = {"simple": "", "yearly": " (compounded yearly)", "period": " (compounded every period)"}


def position_in_words(figures: Figures, position: Position) -> str:
    """Return who is paid what by a position, and when it begins and ends."""
    step = position.step
    if position.id.startswith(EXCLUSIVE):
        return _exclusive(figures, position)
    text = f"{_who(figures, position)}: {_what(figures, position)}"
    if step.named_outlets and position.kind != "percent_of_gross":
        text += f", out of {outlets_in_words(figures, step.outlets)}"
    if step.after is not None:
        text += f", {_after(figures, step.after)}"
    if step.until is not None:
        text += f", until {_until(figures, step.until)}"
    return text


def outlets_in_words(figures: Figures, outlets: Sequence[str]) -> str:
    """Return the names of outlets: of a territory alone where all its outlets are meant."""
    by_territory: dict[str, list[str]] = {}
    for key in outlets:
        territory, _, medium = key.partition(".")
        by_territory.setdefault(territory, []).append(medium)
    every = figures.model.revenue.outlets.values()
    names = []
    for territory, media in by_territory.items():
        name = figures.territory(territory)
        whole = len(media) == sum(outlet.territory == territory for outlet in every)
        names.append(name if whole else f"{name} ({', '.join(MEDIA[medium] for medium in media)})")
    return listed(names)


def outlet_in_words(figures: Figures, outlet: str) -> str:
    """Return the name of one outlet."""
    return outlets_in_words(figures, [outlet])


def listed(names: Iterable[str]) -> str:
    """Return names as in a sentence: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def step_in_words(figures: Figures, step: str) -> str:
    """Return the name of a step as a table shows it: its id, but for who keeps a territory."""
    if not step.startswith(EXCLUSIVE):
        return step
    return f"{figures.territory(step.removeprefix(EXCLUSIVE))}, exclusive"


def _who(figures: Figures, position: Position) -> str:
    together = len(position.payees) > 1 and not position.parts
    return ", ".join(figures.party(p) for p in position.payees) + (", pari passu" if together else "")


def _exclusive(figures: Figures, position: Position) -> str:
    territory = position.id.removeprefix(EXCLUSIVE)
    text = f"{figures.party(position.payees[0])}: keeps what {figures.territory(territory)} yields"
    counts = figures.model.project.revenue.territories[territory].counts_as_recoupment
    return f"{text}, towards its recoupment" if counts else text


def _what(figures: Figures, position: Position) -> str:
    step = position.step
    if position.kind == "net_profit":
        return f"the rest, {_parts(figures, position)}"
    if position.kind == "percent_of_gross":
        of = f" of {outlets_in_words(figures, step.outlets)}" if step.named_outlets and step.outlets else ""
        return f"{_rate(figures, position)} of the receipts{of}{_split(figures, position)}"
    if position.kind == "share":
        return f"{_parts(figures, position, ' and ')} of what is there"
    if position.kind == "bonus":
        return _bonus(figures, position)
    if position.kind == "until_repaid":
        return "until it is repaid" if len(position.payees) == 1 else "until they are repaid"
    if position.kind == "until_recouped":
        return f"until {percent(1 + step.premium) + ' of ' if step.premium else ''}the investment is back"
    if step.amount == "premium":
        return f"until a premium of {percent(step.premium)} is paid" if step.premium else "until the premium is paid"
    if step.amount == "interest":
        return f"until {_interest(figures, position)} is paid"
    if position.id == EXPENSES:
        most = f", at most {_money(figures, step.most, step.currency)}" if step.most is not None else ""
        return f"its expenses, {_money(figures, float(step.amount or 0), step.currency)}{most}"
    word = "until" if position.kind == "until" else "a fixed"
    return f"{word} {_amount(figures, position)}{_split(figures, position)}"


def _rate(figures: Figures, position: Position) -> str:
    assert position.rate is not None
    return percent(figures.of_node(position.rate))


def _interest(figures: Figures, position: Position) -> str:
    rates = {figures.of_node(node) for node in position.interest.values()}
    a_year = f"interest of {percent(rates.pop())} a year" if len(rates) == 1 else "its interest"
    return a_year + COMPOUNDING[position.step.compounding]


def _bonus(figures: Figures, position: Position) -> str:
    step, payer = position.step, figures.party(position.step.paid_by)
    if position.rate is None:
        return f"{_amount(figures, position)} from {payer}{_split(figures, position)}"
    by = f" by {listed(step.counted)}" if step.counted else ""
    return f"{_rate(figures, position)} of what {payer} gets{by}, paid by it{_split(figures, position)}"


def _amount(figures: Figures, position: Position) -> str:
    """A stated amount, and how it grows."""
    step = position.step
    assert isinstance(step.amount, int | float)
    return _money(figures, step.amount, step.currency) + _later(figures, step.later, step.currency)


def _later(figures: Figures, later: Sequence[Later], currency: str | None) -> str:
    return "".join(
        f", {_money(figures, entry.amount, currency)} more from {_day(entry.on, entry.after_months)} on"
        for entry in later
    )


def _day(on: date | str, after: float = 0.0) -> str:
    words = on.replace("_", " ") if isinstance(on, str) else f"{on}"
    return f"{trimmed(after, 2)} months after {words}" if after else words


def _money(figures: Figures, amount: float, currency: str | None) -> str:
    """Money of a sentence: the currency is said where it is not the report's."""
    text = written(float(amount), "money")
    return f"{currency} {text}" if currency and currency != figures.currency else text


def _parts(figures: Figures, position: Position, between: str = " : ") -> str:
    if len(position.parts) == 1 and position.kind == "net_profit":
        return "all of it"
    return between.join(percent(figures.of_node(node)) for node in position.parts.values())


def _split(figures: Figures, position: Position) -> str:
    return f", {_parts(figures, position)}" if len(position.parts) > 1 else ""


def _after(figures: Figures, after: Opening) -> str:
    if after.date is not None:
        return f"from {after.date} on"
    return f"once {_reached(figures, after)}"


def _reached(figures: Figures, when: Opening | Limit) -> str:
    name = figures.territory(when.territory or "")
    if when.admissions is not None:
        return f"{trimmed(when.admissions, 0)} tickets are sold in {name}"
    currency = figures.model.revenue.territories[when.territory or ""].currency
    return f"cinemas in {name} gross {_money(figures, when.gross or 0.0, currency)}"


def _until(figures: Figures, until: Limit) -> str:
    later = _later(figures, until.later, until.currency)
    if until.date is not None:
        return f"{until.date}"
    if until.territory is not None:
        return _reached(figures, until)
    if until.party is None:
        return f"{_money(figures, until.amount or 0.0, until.currency)} are paid{later}"
    of = f" from {listed(until.steps)}" if until.steps else ""
    party = figures.party(until.party)
    if until.multiple is not None:
        return f"{party} has {percent(until.multiple)} of its investment{of}{later}"
    return f"{party} has {_money(figures, until.total or 0.0, until.currency)}{of}{later}"
