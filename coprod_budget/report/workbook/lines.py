"""Sheet Lines: one row a budget line, from quantity and rate to who bears it; workings stand to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.project import Number, format_expression
from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.graph import Node
    from coprod_budget.project import Expr
    from coprod_budget.report.workbook.layout import Page


def place(page: Page) -> None:
    """Say where every line and its figures stand."""
    model, graph = page.model, page.model.graph
    budget, lines = model.budget, model.budget.lines
    currency = model.project.currency
    names = {i: p.name for i, p in model.project.partners.items()}
    chart = model.catalog.chart()
    cities = model.catalog.cities
    most = max((len(n) for n in budget.line_numbers.values()), default=0)

    by_factor = " x factor" if "lines.*.factor" in graph else ""

    def line(name: str) -> Node:
        return graph[f"lines.*.{name}"]

    before = [
        Column("Code", texts=[chart[x.account].code if x.account in chart else "" for x in lines]),
        Column("Account", line("account")),
        Column("Line", keys=budget.table),
        Column("Description", texts=[x.description for x in lines]),
        Column("City", texts=[cities[x.city].label if x.city in cities else "" for x in lines]),
        Column("Country", line("country")),
        Column("Quantity as written", texts=[_written(x.quantity, x.people) for x in lines], kind="key"),
        Column("Unit", texts=[x.unit.replace("_", " ") for x in lines]),
    ]
    after = [
        Column("Quantity", line("quantity")),
        Column("People", line("people")),
        Column("Rate, currency of the line", line("rate")),
        *([Column("Factor, assumed", line("factor"))] if "lines.*.factor" in graph else []),
        Column("Currency", line("currency")),
        Column("Amount, currency of the line", line("local")),
        Column(f"Amount, {currency}", line("net")),
        Column(f"Fringes, {currency}", line("fringes")),
        Column(f"Total, {currency}", line("total")),
        Column("Share of the budget", line("share")),
        Column("Split rule", line("rule")),
        *(Column(f"Borne by {names[p]}, {currency}", line(f"borne_{p}")) for p in model.split.partners.keys),
        Column("Basis", line("basis")),
    ]
    sources = [
        Column("Source", texts=[x.price.title for x in lines]),
        Column("Date", texts=[x.price.as_of for x in lines]),
        Column("Note on the price", texts=["" if x.price.note == x.why else x.price.note for x in lines]),
        Column("Why", texts=[x.why for x in lines]),
    ]
    page.title(
        "Lines",
        f"Quantity x people x rate{by_factor}, rounded in the line's own currency; then in {currency}. "
        "The numbers written in a quantity (but 0, 1, 12, 100 and 365) and then in the people are the blue columns n1, n2...",
    )
    page.repeated = (page.row, page.row)
    top = page.row
    page.frozen = (top + 1, 4)
    first = page.block(len(lines), before)
    numbered = len(before)
    page.row = top
    page.heads([f"n{k + 1}" for k in range(most)], [True] * most, numbered)
    for row, item in enumerate(lines):
        for k, node in enumerate(budget.line_numbers.get(item.id, [])):
            page.put(node, first + row, numbered + k)
    page.row = top
    main = numbered + most
    page.block(len(lines), after, main)
    page.printed_columns = main + len(after)
    page.columns = page.printed_columns
    page.large_paper = True
    page.row = top
    workings = [
        *sources,
        Column("Group", line("group")),
        Column("City of spend", line("city")),
        Column("Employer charges apply", line("employed")),
        Column("Person", line("person")),
        Column("Phase", texts=[x.phase for x in lines]),
    ]
    placed = {c.node.id for c in workings if c.node is not None}
    rest = [c for c in page.others(budget.table) if c.node is not None and c.node.id not in placed]
    page.words(top - 1, page.printed_columns + 1, "Sources and workings (not printed)", "note")
    page.block(len(lines), [*workings, *rest], page.printed_columns + 1)
    _total(page, {c.node.key: main + n for n, c in enumerate(after) if c.node is not None})
    source = page.printed_columns + 1
    for column, width in (
        (3, 34.0), (6, 24.0), *((numbered + k, 7.0) for k in range(most)), (source, 40.0), (source + 2, 60.0), (source + 3, 60.0),
        (page.printed_columns, 3.0),
    ):  # fmt: skip
        page.width(column, width)


def _total(page: Page, columns: dict[str, int]) -> None:
    model = page.model
    for at in range(page.printed_columns):
        page.words(page.row, at, "Direct cost" if at == 3 else "", "total_text" if at == 3 else "total")
    page.link(model.budget.direct, page.row, columns["lines.*.total"], kind="total")
    borne = model.graph["partner.*.borne_direct"]
    for index, partner in enumerate(model.split.partners.keys):
        page.link(borne, page.row, columns[f"lines.*.borne_{partner}"], index=index, kind="total")
    page.row += 1


def _written(quantity: Expr, people: Expr) -> str:
    """Return quantity and people as the project or template writes them; lone numbers are in the next columns."""
    parts = [
        "" if isinstance(quantity, Number) else format_expression(quantity),
        "" if isinstance(people, Number) else f"people: {format_expression(people)}",
    ]
    return "; ".join(p for p in parts if p)
