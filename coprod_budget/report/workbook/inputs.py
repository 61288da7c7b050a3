"""Sheet Inputs: every value that a person may change, with its basis, source and date; the lines' own numbers stand on Lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook import law
from coprod_budget.report.workbook.layout import unit_name
from coprod_budget.report.workbook.styles import is_money

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.model import Model
    from coprod_budget.report.workbook.layout import Page

HEADS = ("Input", "Of", "Value", "Unit", "Basis", "Source", "Date", "Where", "Note", "Key")
OF, VALUE, UNIT, BASIS, SOURCE, DATE, WHERE, NOTE, KEY = range(1, 10)
GROUPS = (
    "Schedule", "Parameters", "Exchange rates", "Partners", "Split rules", "Charges", "Employer charges", "Finance",
    "Cash flow", "Territories", "Scenarios", "Waterfall terms", "Returns", "Other",
)  # fmt: skip
_PREFIXES = {
    "schedule.": "Schedule", "calendar.": "Schedule", "budget.params.": "Parameters", "fx": "Exchange rates",
    "partners.": "Partners", "schemes.": "Employer charges", "finance.": "Finance",
    "obligation.": "Finance", "cash.": "Finance", "cashflow.": "Cash flow",
    "revenue.territories.": "Territories", "revenue.scenarios.": "Scenarios", "revenue.comparables.": "Scenarios",
    "comparables.": "Scenarios", "revenue.sales_agent.": "Waterfall terms", "waterfall.": "Waterfall terms",
    "returns.": "Returns",
}  # fmt: skip


def place(page: Page) -> None:
    """Say where every input stands."""
    model = page.model
    page.columns = len(HEADS)
    page.title(
        "Inputs", "Change a blue figure and the whole book follows. Rates and quantities of the lines are on Lines."
    )
    page.repeated = (page.row, page.row)
    page.heads(HEADS, [False, False, True])
    page.frozen = (page.row, OF)
    grouped: dict[str, list[Node]] = {group: [] for group in GROUPS}
    shares = _split_shares(model)
    for node in on_this_sheet(model):
        grouped["Split rules" if node.id in shares else _group(node)].append(node)
    for group, nodes in grouped.items():
        if not nodes:
            continue
        page.section(group)
        for node in nodes:
            _rows(page, node)
        for node in _following(model, group):
            _derived(page, node)
        page.gap()
    for column, width in ((0, 38.0), (SOURCE, 44.0), (NOTE, 60.0), (KEY, 44.0), (UNIT, 10.0), (VALUE, 17.0)):
        page.width(column, width)
    page.printed_columns = KEY
    page.large_paper = True


def on_this_sheet(model: Model) -> list[Node]:
    """Return all inputs but those that stand beside what is made of them.

    Those are the rows of Lines and Cash flow, the periods of receipts, the gross that is tried in a territory alone, and the figures
    of the law.
    """
    elsewhere = {n.id for numbers in model.budget.line_numbers.values() for n in numbers}
    elsewhere |= {n.id for n in model.revenue.alone.values()}
    flows = model.revenue.flows
    tables = [model.budget.table, model.cashflow.table, *([flows.periods.table, flows.runs] if flows else [])]
    return [
        n
        for n in model.graph.named()
        if n.op == "input"
        and not any(n.table is table for table in tables)
        and n.id not in elsewhere
        and not law.is_figure(model, n)
    ]


def unit_of(model: Model, node: Node, index: int) -> str:
    """Return the unit of one value; of an amount in the currency of its row, that currency."""
    if node.unit != "currency" or node.table is None:
        return unit_name(node)
    key = f"{node.key.split('*')[0]}*.currency"
    if key not in model.graph:
        return node.unit
    texts, name = model.graph[key], node.table.keys[index]
    assert isinstance(texts.value, tuple)
    assert texts.table is not None
    return str(texts.value[texts.table.positions[name]])  # by name: amounts that are worked out have no input


def _split_shares(model: Model) -> set[int]:
    return {a.id for share in model.split.shares.values() for a in share.args if a.op == "input"}


def _group(node: Node) -> str:
    if node.key.startswith("budget.charges."):
        return "Charges"
    return next((group for prefix, group in _PREFIXES.items() if node.key.startswith(prefix)), "Other")


def _rows(page: Page, node: Node) -> None:
    count = len(node.table) if node.table is not None else 1
    if node.table is not None:
        page.keys(node.table, page.row, OF)
    page.put(node, page.row, VALUE)
    if count == 0:
        page.words(page.row, 0, f"{node.label}: none", "note")
    for index in range(count):
        row = page.row + index
        page.words(row, 0, node.label)
        page.words(row, UNIT, unit_of(page.model, node, index))
        page.words(row, KEY, node.cell_key(index), "key")
        origin = node.origin(index)
        if origin is not None:
            page.words(row, BASIS, origin.basis)
            page.words(row, SOURCE, origin.title, "wrap")
            page.words(row, DATE, origin.as_of)
            page.words(row, WHERE, origin.where)
            page.words(row, NOTE, origin.note, "wrap")
    page.row += max(count, 1)


def _following(model: Model, group: str) -> list[Node]:
    """Return what is calculated from a group of inputs and read beside them: totals of the schedule, worth of currencies."""
    cities, currencies = model.schedule.cities, model.budget.currencies
    calculated = [n for n in model.graph.named() if n.op not in {"input", "text"}]
    if group == "Schedule":
        return [n for n in calculated if n.table is cities or (n.table is None and n.key.startswith("schedule."))]
    if group == "Scenarios":
        return [n for n in calculated if n.key.startswith("comparables.")]
    if group == "Exchange rates":
        return [n for n in calculated if n.table is currencies and not _is_total(n)]
    return []


def _is_total(node: Node) -> bool:
    """Say whether a quantity is a total of the budget by some dimension, or its share."""
    return node.key.endswith(("*.total", "*.share"))


def _derived(page: Page, node: Node) -> None:
    count = len(node.table) if node.table is not None else 1
    page.put(node, page.row, VALUE)
    for index in range(count):
        row = page.row + index
        page.words(row, 0, node.label)
        if node.table is not None:
            page.words(row, OF, node.table.keys[index], "key")
        page.words(row, UNIT, node.unit if is_money(node.unit) else unit_of(page.model, node, index))
        page.words(row, BASIS, "calculated")
        page.words(row, KEY, node.cell_key(index), "key")
    page.row += max(count, 1)
