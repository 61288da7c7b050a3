"""Sheet Waterfall: the producers' receipts paid out position by position, a column a scenario; all periods added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.outlets import MEDIA
from coprod_budget.model.waterfall.steps import EXCLUSIVE
from coprod_budget.report.income import USUAL_ORDER
from coprod_budget.report.workbook.revenue import (
    FIRST,
    LABEL,
    TERM,
    UNIT,
    left_over,
    scenario_heads,
    scenario_row,
    term_row,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.waterfall import Paid, Position, Transfer
    from coprod_budget.report.workbook.layout import Page

KINDS = {
    "percent_of_gross": "a percentage of the producers' receipts, before all others", "fixed": "a fixed amount",
    "share": "shares of what reaches the position; the rest flows on", "until_repaid": "until the loan is repaid",
    "until_recouped": "until the investment is back", "until": "until an amount is paid", "net_profit": "shares of what is left",
    "bonus": "a bonus",
}  # fmt: skip
AMOUNTS = {"premium": "until the premium is paid", "interest": "until the interest is paid"}
NO_END = ("share", "net_profit")
"""Kinds that are due what they are paid, unless a limit stops them."""


def place(page: Page) -> None:
    """Say where every position and payment stands."""
    model, graph = page.model, page.model.graph
    found = model.waterfall
    page.title(
        "Waterfall",
        "Each position takes what it is due from what reaches it. Several parties are paid in proportion to what they are due, or in "
        "the parts named.",
        "Sums over all periods, which stand on Waterfall by period: what is still owed at the end of one waits for the next.",
        *([] if model.project.waterfall else [USUAL_ORDER]),
    )
    scenario_heads(page, "Term, or due in all")
    if model.revenue.receipts is not None:
        scenario_row(page, model.revenue.receipts, "Producers' receipts, all territories", bold=True)
        page.gap()
    transfers = {t.id: t for t in found.transfers}
    for number, position in enumerate(found.positions, 1):
        page.section(f"{number}. {position.id}: {_kind(position)}")
        page.paragraph(_words(page, position), "wrap_note")
        _terms(page, position)
        if position.id in transfers:
            _transfer(page, transfers.pop(position.id))
        elif position.id in found.steps and found.received:
            _step(page, position, found.steps[position.id], _next(page, number - 1))
        _dues(page, position)
        page.gap()
    for transfer in transfers.values():
        party = transfer.id.removeprefix("made_good_")
        page.section(f"{transfer.id}: fees above what {found.names.get(party, party)} accepts are made good")
        _transfer(page, transfer)
        page.gap()
    if found.undistributed is None:
        return
    page.section("Who gets what")
    for party, node in found.received.items():
        scenario_row(page, node, f"Received by {found.names[party]}", link=True, bold=True)
    scenario_row(page, found.undistributed, "Left over after all positions")
    if "scenario.*.rest" in graph:
        scenario_row(page, graph["scenario.*.rest"], "Check: receipts less payments and what is left")
    page.printed_columns, page.printed_rows = page.columns, page.row
    page.gap()
    page.section("Workings, not printed: positions with one party, and without an end")
    for position in found.positions:
        left_over(page, f"scenario.*.waterfall.{position.id}.")
    left_over(page, "scenario.*.waterfall.")


def _kind(position: Position) -> str:
    if position.id.startswith(EXCLUSIVE):
        return "who keeps the territory"
    if position.kind == "until" and isinstance(position.step.amount, str):
        return AMOUNTS[position.step.amount]
    return KINDS.get(position.kind, position.kind)


def _words(page: Page, position: Position) -> str:
    """Say in words who is paid, and out of whose money; figures stand below as terms."""
    names, step = page.model.waterfall.names, position.step
    text = ", ".join(names[p] for p in position.payees)
    if position.kind == "bonus":
        by = f" by {', '.join(step.counted)}" if step.counted else ""
        return f"{text}: paid by {names[step.paid_by]} out of what it gets{by}, not out of the pool"
    if position.territories:
        text += f": out of the receipts from {_outlets(page, position.territories)}"
    for when, word in ((step.after, "begins"), (step.until, "ends")):
        if when is None:
            continue
        if when.date is not None:
            text += f"; {word} on {when.date.isoformat()}"
        elif when.territory is not None:
            what = "tickets sold" if when.admissions is not None else "gross"
            text += f"; {word} by {what} in {page.model.revenue.territories[when.territory].name}"
    if step.until is not None and step.until.party is not None:
        text += f"; ends by what {names[step.until.party]} has received"
    return text


def _outlets(page: Page, outlets: Sequence[str]) -> str:
    """Return the names of outlets, a territory whose outlets are all meant by its name alone."""
    revenue = page.model.revenue
    by_territory: dict[str, list[str]] = {}
    for key in outlets:
        territory, _, medium = key.rpartition(".")
        by_territory.setdefault(territory, []).append(MEDIA[medium])
    texts = []
    for territory, media in by_territory.items():
        name = revenue.territories[territory].name
        whole = len(media) == sum(o.territory == territory for o in revenue.outlets.values())
        texts.append(name if whole else f"{name} ({', '.join(media)})")
    return ", ".join(texts)


def _terms(page: Page, position: Position) -> None:
    """Show the inputs of a position: rates, parts, amounts, limits, interest and premium."""
    own = [n for n in page.model.graph.named() if n.op == "input" and n.key.startswith(f"waterfall.{position.id}.")]
    graph, step = page.model.graph, position.step
    amounts = [graph[key] for key in (step.amount_key, step.most_key) if key in graph]
    others = [position.rate, *amounts, *position.parts.values(), *position.interest.values()]
    key = f"waterfall.{position.id}.share"
    of_party = {f"{key}.{p}": f"Part of {name}" for p, name in page.model.waterfall.names.items()}
    for node in dict.fromkeys([*own, *(n for n in others if n is not None and n.op == "input")]):
        label = node.label.removeprefix(f"{position.id}: ")
        term_row(page, node, of_party.get(node.key, f"{label[:1].upper()}{label[1:]}"))
    if f"{key}s" in graph:
        whole = graph[f"{key}s"]
        page.words(page.row, LABEL, "Of so many parts")
        page.words(page.row, UNIT, whole.unit)
        page.put(whole, page.row, TERM)
        page.row += 1


def _dues(page: Page, position: Position) -> None:
    """What parties are due in all that stands in no row of theirs: without scenarios, and of a bonus."""
    for party, node in position.full_due.items():
        if page.homeless([node]):
            page.words(page.row, LABEL, f"Due to {page.model.waterfall.names[party]}")
            page.words(page.row, UNIT, node.unit)
            page.put(node, page.row, TERM)
            page.row += 1


def _next(page: Page, index: int) -> Node | None:
    """Return what reaches the next position of the pool, if that draws on the very same money."""
    positions = [p for p in page.model.waterfall.positions if p.kind != "bonus"]
    here = positions.index(page.model.waterfall.positions[index])
    if here + 1 < len(positions) and set(positions[here].step.outlets) == set(positions[here + 1].step.outlets):
        return page.model.graph[f"scenario.*.waterfall.{positions[here + 1].id}.available"]
    return None


def _step(page: Page, position: Position, step: Paid, after: Node | None) -> None:
    graph, names = page.model.graph, page.model.waterfall.names
    key = f"scenario.*.waterfall.{position.id}"
    ends = position.kind not in NO_END
    scenario_row(page, graph[f"{key}.available"], "Reaches the position")
    if ends:
        scenario_row(page, graph[f"{key}.due"], "Due")
    for party in step.paid:
        if party in position.full_due:
            page.put(position.full_due[party], page.row, TERM)
        scenario_row(page, graph[f"{key}.{party}"], f"Paid to {names[party]}", bold=True)
    if len(step.paid) > 1:
        scenario_row(page, graph[f"{key}.paid"], "Paid in all")
    if ends:
        scenario_row(page, graph[f"{key}.part"], "Part paid")
        scenario_row(page, graph[f"{key}.open"], "Still owed at the end")
    if after is not None:
        scenario_row(page, after, "Left for the next", link=True)


def _transfer(page: Page, transfer: Transfer) -> None:
    graph, names = page.model.graph, page.model.waterfall.names
    key = f"scenario.*.waterfall.{transfer.id}"
    if f"{key}.paid" not in graph:
        return
    for party in transfer.paid:
        scenario_row(page, graph[f"{key}.{party}"], f"{names[transfer.payer]} pays {names[party]}", bold=True)
    if len(transfer.paid) > 1:
        scenario_row(page, graph[f"{key}.paid"], "Paid in all")


assert FIRST > TERM
