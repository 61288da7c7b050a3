"""What each party gets for what it puts in, by scenario and on average, and the gross that breaks even."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.report.bars import recoupment
from coprod_budget.report.income import NO_SCENARIOS, columns, several
from coprod_budget.report.tables import Cell, Column, Kind, Row, Section, Style, Table, percent, written
from coprod_budget.report.waterfall_trace import NOTHING
from coprod_budget.report.waterfall_words import listed

if TYPE_CHECKING:
    from coprod_budget.report.figures import Figures

NEVER = "no gross does"
EXPECTED = "Expected: weighted by the probabilities of all scenarios; rate, present value and payback are those of the flow expected."


class Measure(NamedTuple):
    """One measure of a return: its name in the keys, in words, its kind, and whether it stands in the short view too."""

    name: str
    words: str
    kind: Kind
    short: bool


MEASURES = (
    Measure("profit", "profit", "money", True),
    Measure("multiple", "multiple of the investment", "multiple", True),
    Measure("roi", "return on investment", "share", False),
    Measure("recouped", "recouped", "share", True),
    Measure("irr", "rate of return (IRR), a year", "share", True),
    Measure("npv", "net present value", "money", False),
    Measure("payback_months", "months until it is paid back", "number", False),
)


def returns(figures: Figures, *, full: bool) -> Section:
    """Return what each party puts in and gets back, by scenario and on average; and the gross that breaks even."""
    section = Section("returns", "Returns")
    if figures.scenarios:
        shown = parties(figures) if full else _backers(figures)
        picture = recoupment(figures, shown)
        if picture is not None:
            section.parts.append(picture)
        section.parts.append(_by_scenario(figures, full=full))
        section.parts.extend(several_rates(figures))
        if several(figures):
            section.parts.append(_on_average(figures))
    else:
        section.parts.append(NO_SCENARIOS)
    even = break_even(figures)
    if even is not None:
        section.parts.append(even)
    return section


def parties(figures: Figures) -> list[str]:
    """Return the parties that put something in, or get something in any scenario."""
    scenarios = figures.model.revenue.scenarios.keys
    return [
        party
        for party in figures.model.waterfall.parties.keys
        if abs(figures.exactly(f"party.{party}.invested")) >= NOTHING
        or any(abs(figures.number(f"scenario.{s}.party.{party}.received") or 0.0) >= NOTHING for s in scenarios)
    ]


def _by_scenario(figures: Figures, *, full: bool) -> Table:
    rows: list[Row] = []
    backers = _backers(figures)
    for party in parties(figures):
        invested = figures.exactly(f"party.{party}.invested")

        def row(label: str, name: str, kind: Kind, style: Style, who: str = party) -> Row:
            cells = [figures.number(f"scenario.{s}.party.{who}.{name}") for s in figures.scenarios]
            mean = [figures.number(f"party.{who}.{name}")] if several(figures) else []
            return Row((label, *cells, *mean), style, kind)

        head = figures.party(party)
        if invested:
            head += f", invested {written(invested, 'money')}"
        rows.append(row(f"{head}: received", "received", "money", "group" if invested else ""))
        if invested > 0 and (full or party in backers):
            if "from_plan" in figures.model.returns.by_scenario[party]:
                rows.append(row("    fees and interest from the finance plan", "from_plan", "money", "sub"))
            rows += [
                row(f"    {m.words if m.name != 'npv' else _present(figures)}", m.name, m.kind, "sub")
                for m in MEASURES
                if full or m.short
            ]
    notes = [EXPECTED] if several(figures) else []
    titles = columns(figures, "", expected=several(figures))
    return Table(f"What comes back, {figures.currency}", titles, tuple(rows), " ".join(notes), continues=True)


def _present(figures: Figures) -> str:
    return f"net present value at {percent(figures.exactly('returns.discount_rate'))}"


def several_rates(figures: Figures) -> list[str]:
    """Name the parties whose flow changes its sign more than once, so that more than one rate of return may fit."""
    found: dict[str, list[str]] = {}
    for party in parties(figures):
        for s in figures.scenarios:
            if (figures.number(f"scenario.{s}.party.{party}.sign_changes") or 0) > 1:
                found.setdefault(figures.party(party), []).append(figures.model.project.revenue.scenarios[s].label or s)
    if not found:
        return []
    who = "; ".join(f"{party} ({', '.join(scenarios)})" for party, scenarios in found.items())
    return [f"More than one rate of return may fit, as the flow changes its sign more than once: {who}."]


def _on_average(figures: Figures) -> Table:
    """What is to be expected of those who invest, in one table."""
    head = (
        Column("", least=20),
        Column("Invested", "money"),
        Column("Received", "money"),
        Column("IRR a year", "share"),
        Column("Chance of all back", "share"),
        Column("Missing on average", "money"),
        Column("Present value", "money", drop=1),
    )
    names = ("invested", "received", "irr", "probability_recouped", "expected_loss", "npv")
    rows = [
        Row((figures.party(party), *(figures.number(f"party.{party}.{name}") for name in names)))
        for party in parties(figures)
        if figures.exactly(f"party.{party}.invested") > 0
    ]
    note = (
        "Chance of all back: probability of having the whole investment back. Missing on average: expected loss, what is missing "
        "of the investment, weighted by the probabilities."
    )
    return Table(f"What is to be expected, {figures.currency}", head, tuple(rows), note)


# --- break-evens ---------------------------------------------------------------------------------------------------------


def break_even(figures: Figures) -> Table | None:
    """Return the gross in one home territory alone that returns the budget, and each party's money, premium and first profit."""
    model = figures.model
    home = [b.territory for b in model.returns.break_even]
    if not home:
        return None
    currencies = [model.revenue.territories[t].currency for t in home]
    head = (
        Column("", least=22),
        *(Column(f"{figures.territory(t)}, {c}", "money") for t, c in zip(home, currencies, strict=True)),
    )
    rows = [_row(figures, "The whole budget", [f"territory.{t}.budget_gross" for t in home])]
    goals = {"gross": "investment", "premium": "with its premium", "profit": "first profit"}
    distributing = set(model.revenue.distributors) - _backers(figures)
    for party in model.waterfall.parties.keys:
        first = figures.party(party)
        invests = figures.exactly(f"party.{party}.invested") > 0
        for goal, words in goals.items():
            if not _is_due(figures, party, goal, invests=invests):
                continue
            keys = [
                "" if party in distributing and model.revenue.territories[t].distributor != party
                else f"party.{party}.break_even_{goal}_{t}" for t in home
            ]  # fmt: skip
            if any(keys) and (goal != "profit" or any(figures.number(key) is not None for key in keys)):
                rows.append(_row(figures, f"{first}: {words}" if first else f"    {words}", keys))
                first = ""
    note = "Each territory taken alone, with nothing from any other, through the same distribution and waterfall."
    territories = model.project.revenue.territories
    others = [t for t in home if t in territories and any(o.gross_per_cinema for o in territories[t].media.values())]
    if others:
        note += (
            f" Media that the file puts in proportion to the cinemas earn so: {listed(map(figures.territory, others))}."
        )
    return Table("Home box-office gross that returns the money", head, tuple(rows), note, continues=True)


def _backers(figures: Figures) -> set[str]:
    """Partners and sources of finance, who get their money out of the waterfall."""
    project = figures.model.project
    return {*project.partners, *(source.id for source in project.finance)}


def _is_due(figures: Figures, party: str, goal: str, *, invests: bool) -> bool:
    """Say whether a party can have such a break-even at all."""
    waterfall = figures.model.waterfall
    if goal == "profit":
        return party in waterfall.profit_in
    return invests and (goal == "gross" or party in waterfall.premium_due)


def _row(figures: Figures, label: str, keys: list[str]) -> Row:
    def cell(key: str) -> Cell:
        if not key:
            return ""
        value = figures.number(key)
        return NEVER if value is None else value

    return Row((label, *map(cell, keys)), "sub" if label.startswith(" ") else "")
