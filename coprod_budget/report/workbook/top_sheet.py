"""Sheet Top sheet: accounts by group, charges with base and rate, the total; and the total by city, country, currency, basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.graph import Table
    from coprod_budget.report.workbook.layout import Page

GROUPS = {
    "above_the_line": "Above the line", "production": "Production", "post": "Post-production", "other": "Other",
    "charges": "Charges",
}  # fmt: skip


def place(page: Page) -> None:
    """Say where the totals stand."""
    model, graph = page.model, page.model.graph
    unit = model.project.currency
    page.title(
        "Top sheet", f"In {unit}; charges are taken on their own base, loops of charges are solved in the formula."
    )
    page.frozen = (page.row, 0)
    page.repeated = (0, 0)
    _accounts(page)
    _groups(page)
    _charges(page)
    cities, partners = model.catalog.cities, model.project.partners
    city_names = {c: cities[c].label if c in cities else "Not spent in one city" for c in model.budget.cities.keys}
    currencies = dict.fromkeys(model.budget.currencies.keys, "")
    countries = {c: ", ".join(p.name for p in partners.values() if p.country == c) for c in model.budget.countries.keys}
    bases = {
        "quoted": "Offers and contracts", "published": "Tables and reports that anybody can look up",
        "derived": "From published figures, by a stated formula", "assumed": "Our own guess",
    }  # fmt: skip
    for table, title, head, names in (
        (model.budget.cities, "By city of spend", "City", city_names),
        (model.budget.countries, "By country of spend", "Partner there", countries),
        (model.budget.currencies, "By currency of the line", "", currencies),
        (model.budget.bases, "By basis of the price", "What it means", bases),
    ):
        _by(page, table, title, head, names)
    page.printed_rows = page.row
    page.section("Workings, not printed: direct cost that charges are taken on")
    for name in ("departments", "groups"):
        table = graph.tables[name]
        page.block(len(table), [Column("Key", keys=table), *page.others(table)])
        page.gap()


def _accounts(page: Page) -> None:
    model, graph = page.model, page.model.graph
    unit = model.project.currency
    chart, departments = model.catalog.chart(), model.catalog.departments
    accounts, charges = model.budget.accounts, model.budget.charges
    labels = dict(zip(charges.accounts, charges.labels, strict=True))
    groups = [departments[a].group if a in departments else "charges" for a in accounts.keys]
    rest = [c for c in page.others(accounts) if c.node is not graph["account.*.total"]]
    page.section("Budget by account")
    first = page.block(
        len(accounts),
        [
            Column(
                "Group", texts=[GROUPS[g] if g not in groups[:n] else "" for n, g in enumerate(groups)], kind="bold"
            ),
            Column("Code", texts=[chart[a].code if a in chart else "" for a in accounts.keys]),
            Column("Name", texts=[chart[a].name if a in chart else labels.get(a, a) for a in accounts.keys]),
            Column("Account", keys=accounts),
            Column(f"Total, {unit}", graph["account.*.total"]),
            Column(f"Group total, {unit}", numeric=True),
            *rest,
        ],
    )
    by_group = graph["group.*.total"]
    assert by_group.table is not None
    for row, group in enumerate(groups):
        if group not in groups[row + 1 :]:
            page.link(by_group, first + row, 5, index=by_group.table.positions[group])
    heads = {c.node.key: column for column, c in enumerate(rest, 6) if c.node is not None}
    borne = graph["partner.*.borne_direct"], model.split.borne
    before = [graph[key] for key in ("budget.before_contingency",) if key in graph]
    for label, node, parts in (
        ("Direct cost", model.budget.direct, borne[0]),
        *(("Total before the contingency", node, None) for node in before),
        ("Total budget", model.budget.total, borne[1]),
    ):
        for column in range(6 + len(rest)):
            page.words(page.row, column, label if column == 0 else "", "total_text" if column == 0 else "total")
        page.put(node, page.row, 4, kind="total")
        if parts is not None:
            for index, partner in enumerate(model.split.partners.keys):
                page.link(parts, page.row, heads[f"account.*.borne_{partner}"], index=index, kind="total")
        page.row += 1
    page.gap()


def _groups(page: Page) -> None:
    table = page.model.budget.groups
    page.section("By group")
    page.block(
        len(table),
        [
            Column("Group", texts=[GROUPS.get(g, g) for g in table.keys], kind="bold"),
            Column("Key", keys=table),
            Column(""),
            Column(""),
            *page.others(table),
        ],
    )
    page.gap()


def _charges(page: Page) -> None:
    model, graph = page.model, page.model.graph
    charges, unit = model.budget.charges, model.project.currency
    page.section("Charges")
    if not charges.labels:
        page.note("There are no charges on top of the direct cost.")
    columns = [
        Column("Charge", texts=charges.labels, kind="bold"),
        Column("Key", keys=charges.table),
        Column("Why", texts=charges.why, kind="wrap"),
        Column("Split rule", graph["charges.*.rule"]),
        Column(f"Base, {unit}", charges.base),
        Column("Rate", graph["budget.charges.*.rate"], link=True),
        Column(f"Amount, {unit}", charges.amount),
    ]
    mine = {c.node.id for c in columns if c.node is not None}
    rest = [c for c in page.others(charges.table) if c.node is not None and c.node.id not in mine]
    money = [c for c in rest if c.node is not None and c.node.op != "text"]
    keys = [c for c in rest if c not in money]
    top = page.row
    page.block(len(charges.table), [*columns, *money, *keys])
    page.words(top - 1, len(columns) + len(money), "Keys for the tables below", "note")
    page.printed_columns = max(7 + len(model.split.partners), len(columns) + len(money))
    page.gap()


def _by(page: Page, table: Table, title: str, head: str, names: dict[str, str]) -> None:
    page.section(title)
    others = page.others(table)
    page.block(
        len(table),
        [
            Column("Key", keys=table),
            Column(""),
            Column(head, texts=[names[key] for key in table.keys]),
            Column(""),
            *others,
        ],
    )
    page.gap()
