"""What comes back: box office and receipts by scenario, the waterfall, returns, and the gross that breaks even."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.comparables import comparison_in_words
from coprod_budget.report.tables import Cell, Column, Kind, Row, Section, Style, Table, percent, written

if TYPE_CHECKING:
    from coprod_budget.model.waterfall import Position
    from coprod_budget.report.figures import Figures

NO_SCENARIOS = "The project has no box-office scenarios, so revenue, waterfall and returns are not estimated."
USUAL_ORDER = "Assumed: the project states no waterfall; a contract's own order goes under `waterfall:`."
NOTHING = 0.005  # less than this is no money, however the binary fractions fell
ALL = 1 - 1e-9
STEPS = {
    "vat": "VAT on tickets",
    "exhibitor": "cinemas",
    "fee": "distributor's fee",
    "p_and_a": "P&A recouped",
    "producer_net": "producers' net",
    "guarantee_top_up": "minimum guarantee beyond the net",
}


def _columns(figures: Figures, first: str, *, expected: bool) -> tuple[Column, ...]:
    scenarios = figures.model.project.revenue.scenarios
    names = [Column(scenarios[s].label or s, "money") for s in figures.scenarios]
    return (Column(first, least=26), *names, *([Column("Expected", "money")] if expected else []))


def _several(figures: Figures) -> bool:
    """Of one scenario the expectation is that scenario."""
    return len(figures.model.revenue.scenarios) > 1


def revenue(figures: Figures, *, full: bool) -> Section:
    """Return the scenarios: probability, gross by territory, producers' receipts; with every step where ``full``."""
    section = Section("revenue", "Box office and receipts")
    if not figures.model.revenue.scenarios.keys:
        section.parts.append(NO_SCENARIOS)
        return section

    def row(label: str, pattern: str, last: str = "", kind: Kind | None = None, style: Style = "") -> Row:
        cells = (figures.number(pattern.replace("*", s)) for s in figures.scenarios)
        mean = [figures.number(last) if last else ""] if _several(figures) else []
        return Row((label, *cells, *mean), style, kind)

    rows = [row("Probability", "revenue.scenarios.*.weight", kind="share")]
    for territory, terms in figures.model.revenue.territories.items():
        rows.append(row(f"{terms.name}: box-office gross, {terms.currency}", f"revenue.scenarios.*.gross.{territory}"))
        if full:
            steps = {k: v for k, v in STEPS.items() if _any(figures, f"scenario.*.territory.{territory}.{k}")}
            rows += [
                row(f"  {text}", f"scenario.*.territory.{territory}.{step}", style="sub")
                for step, text in steps.items()
            ]
            rows.append(row(f"  producers' receipts, {figures.currency}", f"scenario.*.territory.{territory}.receipts"))
    money = figures.currency
    rows.append(row(f"Box-office gross, all, {money}", "scenario.*.gross", "expected.gross"))
    rows.append(
        row(
            f"Producers' receipts, {money}", "scenario.*.producer_receipts", "expected.producer_receipts", style="total"
        )
    )
    columns = _columns(figures, "", expected=_several(figures))
    note = comparison_in_words(figures)
    section.parts.append(Table("From box office to producers' receipts", columns, tuple(rows), note, continues=True))
    return section


def _any(figures: Figures, pattern: str) -> bool:
    return any(figures.number(pattern.replace("*", s)) for s in figures.scenarios)


def waterfall(figures: Figures) -> Section:
    """Return the positions in words and what each pays, party by party, in every scenario."""
    section = Section("waterfall", "Waterfall")
    if not figures.scenarios:
        section.parts.append(NO_SCENARIOS)
        return section

    def row(label: str, pattern: str, style: Style = "") -> Row:
        return Row((label, *(figures.number(pattern.replace("*", s)) for s in figures.scenarios)), style)

    rows = [row("Producers' receipts", "scenario.*.producer_receipts", "group")]
    for number, position in enumerate(figures.model.waterfall.positions, 1):
        key = f"scenario.*.waterfall.{position.id}"
        head = f"{number} {position_in_words(figures, position)}"
        if len(position.payees) == 1:
            rows.append(row(head, f"{key}.{position.payees[0]}"))
        else:
            rows.append(row(head, f"{key}.paid"))
            rows += [row(f"    {figures.party(p)}", f"{key}.{p}", "sub") for p in position.payees]
        ends = tuple(how_it_ended(figures, s, position) for s in figures.scenarios)
        rows.append(Row(("    outcome", *ends), "sub"))
    rows.append(row("Left over", "scenario.*.undistributed", "total"))
    title = f"Who is paid, in order, {figures.currency}"
    note = "" if figures.model.project.waterfall else USUAL_ORDER
    section.parts.append(Table(title, _columns(figures, "", expected=False), tuple(rows), note, continues=True))
    return section


def how_it_ended(figures: Figures, scenario: str, position: Position) -> str:
    """Return in words whether a position was filled, and how far it got where it ran dry."""
    key = f"scenario.{scenario}.waterfall.{position.id}"
    available, due = figures.exactly(f"{key}.available"), figures.exactly(f"{key}.due")
    if available < NOTHING and (due >= NOTHING or position.kind == "net_profit"):
        return "nothing left"
    if due < NOTHING:
        return "nothing due"
    if position.kind == "net_profit":
        return "shared"
    part = figures.exactly(f"{key}.part")
    return "filled" if part > ALL else f"ran dry: {written(part, 'share')}"


def position_in_words(figures: Figures, position: Position) -> str:
    """Return who is paid what by a position."""
    who = ", ".join(figures.party(p) for p in position.payees)
    together = ", pari passu" if len(position.payees) > 1 else ""
    if position.kind == "net_profit":
        return f"{who}: the rest, {_parts(figures, position)}"
    if position.rate is not None:
        rate = percent(figures.of_node(position.rate))
        of = "" if position.territories is None else " of " + ", ".join(map(figures.territory, position.territories))
        return f"{who}: {rate} of the receipts{of}"
    if position.kind == "until_recouped":
        return f"{who}{together}: until the investment is back"
    if position.kind == "until" and not position.parts:
        return f"{who}{together}: until the premium is paid"
    if len(position.payees) == 1:
        amount = written(figures.of_node(position.full_due[position.payees[0]]), "money")
        return f"{who}: {'until' if position.kind == 'until' else 'a fixed'} {amount}"
    return f"{who}: a fixed amount"


def _parts(figures: Figures, position: Position) -> str:
    if len(position.payees) == 1:
        return "all of it"
    return " : ".join(percent(figures.of_node(node)) for node in position.parts.values())


def returns(figures: Figures) -> Section:
    """Return what each party puts in and gets back, by scenario and expected; and the gross that breaks even."""
    section = Section("returns", "Returns")
    if figures.scenarios:
        section.parts.append(_returns(figures))
    else:
        section.parts.append(NO_SCENARIOS)
    even = break_even(figures)
    if even is not None:
        section.parts.append(even)
    return section


def _returns(figures: Figures) -> Table:
    rows: list[Row] = []
    for party in figures.model.waterfall.parties.keys:
        invested = figures.exactly(f"party.{party}.invested")
        head = figures.party(party)
        if invested:
            head += f", invested {written(invested, 'money')}"

        def row(label: str, name: str, kind: Kind, style: Style, who: str = party) -> Row:
            cells = [figures.number(f"scenario.{s}.party.{who}.{name}") for s in figures.scenarios]
            mean = [figures.number(f"party.{who}.{name}")] if _several(figures) else []
            return Row((label, *cells, *mean), style, kind)

        rows.append(row(f"{head}: received", "received", "money", "group" if invested else ""))
        if invested > 0:
            rows.append(row("    profit", "profit", "money", "sub"))
            rows.append(row("    multiple of the investment", "multiple", "multiple", "sub"))
            rows.append(row("    return on investment", "roi", "share", "sub"))
            rows.append(row("    recouped", "recouped", "share", "sub"))
    columns = _columns(figures, "", expected=_several(figures))
    note = "Expected: weighted by the probabilities of all scenarios." if _several(figures) else ""
    return Table(f"What comes back, {figures.currency}", columns, tuple(rows), note, continues=True)


def break_even(figures: Figures) -> Table | None:
    """Return the box-office gross in one home territory alone that returns the budget, and each party's money."""
    model = figures.model
    home = [b.territory for b in model.returns.break_even]
    if not home:
        return None
    columns = (
        Column("", least=22),
        *(Column(f"{figures.territory(t)}, {model.revenue.territories[t].currency}", "money") for t in home),
    )

    def cell(key: str) -> Cell:
        value = figures.number(key)
        return "no gross does" if value is None else value

    rows = [Row(("The whole budget", *(cell(f"territory.{t}.budget_gross") for t in home)))]
    rows += [
        Row((f"Investment of {figures.party(p)}", *(cell(f"party.{p}.break_even_gross_{t}") for t in home)))
        for p in model.waterfall.parties.keys
        if figures.exactly(f"party.{p}.invested") > 0
    ]
    note = "Each territory taken alone, with nothing from any other."
    return Table("Home box-office gross that returns the money", columns, tuple(rows), note, continues=True)
