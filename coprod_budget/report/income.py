"""What comes back: gross and receipts by scenario, when they come, and who is paid in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.outlets import CINEMA, MEDIA
from coprod_budget.report.comparables import comparison_in_words
from coprod_budget.report.tables import WHOLE, Column, Kind, Row, Section, Style, Table
from coprod_budget.report.waterfall_trace import NOTHING, how_it_ended, numbered
from coprod_budget.report.waterfall_words import outlet_in_words, position_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.waterfall import Transfer
    from coprod_budget.report.figures import Figures

NO_SCENARIOS = "The project has no box-office scenarios, so revenue, waterfall and returns are not estimated."
USUAL_ORDER = "Assumed: the project states no waterfall; a contract's own order goes under `waterfall:`."
STEPS = {
    "vat": "VAT on tickets",
    "levy": "levies",
    "exhibitor": "cinemas' share",
    "fee": "distributor's fee",
    "p_and_a": "P&A recouped",
    "producer_net": "producers' net",
    "guarantee_recouped": "guarantee recouped by the distributor",
}
"""What a gross goes to, step by step, by the name of the figure."""
MADE_GOOD = "made_good_"


def columns(figures: Figures, first: str, *, expected: bool) -> tuple[Column, ...]:
    """Return a stub and one column of money a scenario, with one for what is expected."""
    scenarios = figures.model.project.revenue.scenarios
    names = [Column(scenarios[s].label or s, "money") for s in figures.scenarios]
    return (Column(first, least=26), *names, *([Column("Expected", "money")] if expected else []))


def several(figures: Figures) -> bool:
    """Say whether there is more than one scenario; of one, the expectation is that scenario."""
    return len(figures.model.revenue.scenarios) > 1


def across(figures: Figures, label: str, pattern: str, style: Style = "") -> Row:
    """Return a row with one figure a scenario, by the pattern of its key."""
    return Row((label, *(figures.number(pattern.replace("*", s)) for s in figures.scenarios)), style)


def moves(figures: Figures, pattern: str) -> bool:
    """Say whether a figure is more than nothing in a scenario that is shown."""
    return any(abs(figures.number(pattern.replace("*", s)) or 0.0) >= NOTHING for s in figures.scenarios)


# --- revenue -------------------------------------------------------------------------------------------------------------


def revenue(figures: Figures, *, full: bool) -> Section:
    """Return probability, gross by territory and receipts; where ``full``, every medium and step, and when the money comes."""
    section = Section("revenue", "Box office and receipts")
    if not figures.model.revenue.scenarios.keys:
        section.parts.append(NO_SCENARIOS)
        return section

    def row(label: str, pattern: str, last: str = "", kind: Kind | None = None, style: Style = "") -> Row:
        cells = across(figures, label, pattern).cells
        mean = [figures.number(last) if last else ""] if several(figures) else []
        return Row((*cells, *mean), style, kind)

    rows = [row("Probability", "revenue.scenarios.*.weight", kind="share")]
    for territory in figures.model.revenue.territories:
        rows += [row(label, pattern, style=style) for label, pattern, style in _territory(figures, territory, full)]
    money = figures.currency
    media = any(outlet.medium != CINEMA for outlet in figures.model.revenue.outlets.values())
    word = "Gross of all media" if media else "Box-office gross, all"
    rows.append(row(f"{word}, {money}", "scenario.*.gross", "expected.gross"))
    receipts = f"Producers' receipts, {money}"
    rows.append(row(receipts, "scenario.*.producer_receipts", "expected.producer_receipts", style="total"))
    head, note = columns(figures, "", expected=several(figures)), comparison_in_words(figures)
    title = "From the gross to producers' receipts" if media else "From box office to producers' receipts"
    section.parts.append(Table(title, head, tuple(rows), note, continues=True))
    if full:
        section.parts.extend(_when(figures))
    return section


def _territory(figures: Figures, territory: str, full: bool) -> Iterator[tuple[str, str, Style]]:  # noqa: FBT001
    """Label, pattern of the key, and style of the rows of a territory."""
    model = figures.model
    terms, flow = model.revenue.territories[territory], model.revenue.by_territory[territory]
    outlets = [outlet for outlet in model.revenue.outlets.values() if outlet.territory == territory]
    one = len(outlets) == 1
    yield f"{terms.name}: {'box-office gross' if one else 'gross'}, {terms.currency}", flow.gross.key, ""
    if not full:
        return
    if not one:
        for outlet in outlets:
            yield f"  of it {MEDIA[outlet.medium]}", f"runs.*.gross.{outlet.key}", "sub"
    key = f"scenario.*.territory.{territory}"
    for step, text in STEPS.items():
        if step == "guarantee_recouped" and figures.exactly(f"revenue.territories.{territory}.minimum_guarantee"):
            yield "  minimum guarantee, paid in advance", f"revenue.territories.{territory}.minimum_guarantee", "sub"
        if moves(figures, f"{key}.{step}"):
            yield f"  {text}", f"{key}.{step}", "sub"
    if not one:
        for outlet in outlets:
            pattern = f"scenario.*.outlet.{outlet.key}.receipts"
            if moves(figures, pattern):
                yield f"  receipts from {MEDIA[outlet.medium]}, {figures.currency}", pattern, "sub"
    yield f"  producers' receipts, {figures.currency}", f"{key}.receipts", ""


def _when(figures: Figures) -> list[Table]:
    """When the producers' receipts come, outlet by outlet."""
    flows = figures.model.waterfall.flows
    if flows is None:
        return []
    rows: list[Row] = []
    for period in flows.periods.table.keys:
        first = True
        for outlet in figures.model.revenue.outlets:
            pattern = f"flow.*.{period}.revenue.{outlet}.receipts"
            if moves(figures, pattern):
                row = across(figures, outlet_in_words(figures, outlet), pattern)
                rows.append(Row((period if first else "", *row.cells)))
                first = False
    if not rows:
        return []
    head = (Column("Period", least=WHOLE), *columns(figures, "From", expected=False))
    note = "What comes in in a period is accounted for and paid on at its end."
    return [Table(f"When the receipts come, {figures.currency}", head, tuple(rows), note, continues=True, stub=2)]


# --- waterfall -----------------------------------------------------------------------------------------------------------


def waterfall(figures: Figures) -> Section:
    """Return the positions in words and what each pays, party by party, in every scenario."""
    section = Section("waterfall", "Waterfall")
    if not figures.scenarios:
        section.parts.append(NO_SCENARIOS)
        return section
    rows = [across(figures, "Producers' receipts", "scenario.*.producer_receipts", "group")]
    transfers = {t.id: t for t in figures.model.waterfall.transfers}
    positions = figures.model.waterfall.positions
    for number, position in numbered(figures):
        head = f"{number} {position_in_words(figures, position)}"
        rows += _paid(figures, head, position.id, position.payees)
        ends = tuple(how_it_ended(figures, s, position) for s in figures.scenarios)
        rows.append(Row(("    outcome", *ends), "sub"))
    rows.append(across(figures, "Left over", "scenario.*.undistributed", "total"))
    for position in positions:
        if position.kind == "bonus":
            head = f"Besides: {position_in_words(figures, position)}"
            rows += _paid(figures, head, position.id, position.payees)
    for transfer in transfers.values():
        if transfer.id.startswith(MADE_GOOD):
            rows += _paid(figures, f"Besides: {_made_good(figures, transfer)}", transfer.id, tuple(transfer.paid))
    title = f"Who is paid, in order, {figures.currency}"
    note = "" if figures.model.project.waterfall else USUAL_ORDER
    section.parts.append(Table(title, columns(figures, "", expected=False), tuple(rows), note, continues=True))
    return section


def _paid(figures: Figures, head: str, name: str, payees: tuple[str, ...]) -> Iterator[Row]:
    key = f"scenario.*.waterfall.{name}"
    if len(payees) == 1:
        yield across(figures, head, f"{key}.{payees[0]}")
        return
    yield across(figures, head, f"{key}.paid")
    for party in payees:
        yield across(figures, f"    {figures.party(party)}", f"{key}.{party}", "sub")


def _made_good(figures: Figures, transfer: Transfer) -> str:
    party = figures.party(next(iter(transfer.paid)))
    return f"{figures.party(transfer.payer)} makes good to {party} what distributors' fees take beyond what it accepts"
