"""Sheet Finance plan: uses, sources and gap, what each source costs and asks, and what happens if one is withdrawn or late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.finance import KINDS, SURE
from coprod_budget.report.workbook import checks
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.layout import unit_name
from coprod_budget.report.workbook.partners import FINANCE
from coprod_budget.report.workbook.styles import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.report.workbook.layout import Page

LABEL, UNIT, VALUE, KEY = 0, 1, 2, 3
TOTALS = ("costs", "uses", "sources", "net_cash", "gap")
PRINTED = 15
FIGURES = (
    "face", "repays", "in_plan", "share", "fee", "interest_cost", "fixed_costs", "cost", "net_cash", "outstanding",
)  # fmt: skip


def place(page: Page) -> None:
    """Say where the plan, its sources and their tests stand."""
    project, graph = page.model.project, page.model.graph
    page.title(
        "Finance plan",
        f"In {project.currency}. Uses are the budget and what the finance itself costs; in the plan is what of a source repays no loan. "
        "A loan that fills a gap is solved in its formula.",
    )
    page.frozen = (page.row, 1)
    page.repeated = (0, 0)
    page.width(LABEL, 48.0)
    for column, width in ((1, 12.0), *((n, 15.0) for n in range(2, PRINTED))):
        page.width(column, width)
    page.printed_columns = page.columns = PRINTED
    page.large_paper = True
    page.section("Uses, sources and gap")
    page.words(page.row, LABEL, page.model.budget.total.label, "bold")
    page.words(page.row, UNIT, project.currency)
    page.link(page.model.budget.total, page.row, VALUE)
    page.row += 1
    scalars(page, [graph[f"finance.{name}"] for name in TOTALS])
    for key in ("cash.peak_exposure", "cash.lowest", "cash.final"):
        linked(page, graph[key])
    page.gap()
    _sources(page)
    _statuses(page)
    _partners(page)
    _obligations(page)
    _stress(page)
    _loans(page)


def scalars(page: Page, nodes: Sequence[Node], *, prefix: str = "") -> None:
    """Write single figures one a row: label, unit, value, key."""
    for node in nodes:
        page.put(node, page.row, VALUE)
        _named(page, node, prefix)


def linked(page: Page, node: Node, *, prefix: str = "") -> None:
    """Show a single figure that stands elsewhere."""
    page.link(node, page.row, VALUE, number=MONTHS if node.unit == "months" else None)
    _named(page, node, prefix)


def _named(page: Page, node: Node, prefix: str) -> None:
    label = node.label.removeprefix(prefix)
    page.words(page.row, LABEL, f"{label[:1].upper()}{label[1:]}", "bold" if not prefix else "text")
    page.words(page.row, UNIT, unit_name(node))
    page.words(page.row, KEY, node.key, "key")
    page.row += 1


def _sources(page: Page) -> None:
    model, graph = page.model, page.model.graph
    entries, table = model.project.finance, model.finance.table
    page.section("Sources")
    if not entries:
        page.note("The project names no sources of finance, so the partners have to find all of it.")
    amounts = graph["finance.*.amount"]
    first_figures = [graph[f"finance.*.{name}"] for name in FIGURES]
    columns = [
        Column("Source", texts=[e.name for e in entries], kind="bold"),
        Column("Key", keys=table),
        Column("Kind", texts=[KINDS[e.kind] for e in entries]),
        Column("Status", texts=[SURE[e.status or "unsaid"] for e in entries]),
        Column("Amount, own currency", numeric=True),
        *(Column("Share of the uses" if node.unit == "share" else page.head(node), node) for node in first_figures),
    ]
    first = page.block(len(table), [*columns, *page.others(table, first_figures)])
    assert amounts.table is not None
    for row, entry in enumerate(entries):
        if entry.id in amounts.table.positions:
            page.link(amounts, first + row, 4, index=amounts.table.positions[entry.id])
    page.gap()


def _statuses(page: Page) -> None:
    table = page.model.finance.statuses
    page.section("How sure the sources are")
    page.block(
        len(table),
        [
            Column("Status", texts=[SURE[key] for key in table.keys]),
            Column("Key", keys=table),
            *page.others(table),
        ],
    )
    page.gap()


def _partners(page: Page) -> None:
    model, graph = page.model, page.model.graph
    table = model.split.partners
    mine = [graph[key] for name in FINANCE if (key := f"partner.*.{name}") in graph]
    links = (model.split.borne, graph["partner.*.brought"], graph["partner.*.invested"])
    page.section("What each partner has to find")
    page.block(
        len(table),
        [
            Column("Partner", texts=[p.name for p in model.project.partners.values()], kind="bold"),
            Column("Key", texts=list(table.keys), kind="key"),
            *(Column(page.head(node), node, link=True) for node in links),
            *(Column(page.head(node), node) for node in mine),
        ],
    )
    page.gap()


def _obligations(page: Page) -> None:
    model = page.model
    found = model.obligations
    names = {e.id: e.name for e in model.project.finance}
    page.section("Where sources have to be spent: what several want in one place is added up")
    if not found.places:
        page.note("No source says where it has to be spent.")
    columns = page.others(found.table, [found.ok])
    first = page.block(
        len(found.table),
        [
            Column("Source", texts=[names[key] for key in found.table.keys]),
            Column("Key", keys=found.table),
            Column("Part to be spent there", page.model.graph["obligation.*.share"], link=True),
            *columns,
            Column("Met", found.ok),
        ],
    )
    if found.places:
        checks.mark(page, first, page.row - 1, 3 + len(columns))
    page.gap()


def _stress(page: Page) -> None:
    model = page.model
    table = model.stress.table
    names = {e.id: e.name for e in model.project.finance}
    page.section("If a source is withdrawn, or late")
    if not names:
        page.note("There is no source to lose.")
    page.block(
        len(table),
        [
            Column("Source", texts=[names[key] for key in table.keys]),
            Column("Key", keys=table),
            *page.others(table),
        ],
    )
    page.gap()


def _loans(page: Page) -> None:
    """The terms of every loan, as they stand on Inputs, and what is worked out of them."""
    graph = page.model.graph
    for entry in page.model.project.finance:
        if entry.kind != "loan":
            continue
        mine = [n for n in graph.named() if n.table is None and n.key.startswith(f"finance.{entry.id}.")]
        page.section(f"{entry.name}: terms" + (", and how large it has to be" if entry.amount == "gap" else ""))
        for node in mine:
            if page.places.of(node) is not None:
                linked(page, node, prefix=f"{entry.name}: ")
            else:
                scalars(page, [node], prefix=f"{entry.name}: ")
        if entry.amount == "gap":
            page.note("Loan = (still needed + fixed costs) / left of each unit lent; nothing where nothing is needed.")
        page.gap()
    rest = [n for n in graph.named() if n.table is None and n.key.startswith("finance.") and n.op != "input"]
    scalars(page, page.homeless(rest))
