"""Sheet Partners: what each agreed to, bears, spends at home and puts in; the split rules; the sources of finance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.report.workbook.layout import Page


def place(page: Page) -> None:
    """Say where the partners' figures stand."""
    model, graph = page.model, page.model.graph
    project, split = model.project, model.split
    people = project.partners
    page.title(
        "Partners",
        "Who bears a cost is decided by the first rule that fits: the line's own, its account, its city, the default. "
        "Where it is spent is another matter.",
    )
    page.frozen = (page.row, 1)
    page.repeated = (0, 0)
    page.section("Partners")
    page.block(
        len(split.partners),
        [
            Column("Partner", texts=[p.name for p in people.values()], kind="bold"),
            Column("Key", keys=split.partners),
            Column("Country", texts=[p.country for p in people.values()]),
            Column("Delegate", texts=["yes" if i == project.delegate else "" for i in people]),
            Column("Agreed share", graph["partners.*.share"], link=True),
            *page.others(split.partners),
        ],
    )
    page.gap()
    page.section("Split rules")
    page.block(len(split.rules), [Column("Rule", keys=split.rules), *page.others(split.rules)])
    page.gap()
    page.section("Sources of finance")
    table = graph.tables["finance"]
    if not project.finance:
        page.note("The project names no sources of finance: the partners put in what they bear.")
    page.block(
        len(table),
        [
            Column("Source", texts=[f.name for f in project.finance], kind="bold"),
            Column("Key", keys=table),
            Column("Kind", texts=[f.kind for f in project.finance]),
            Column("Amount, own currency", graph["finance.*.amount"], link=True),
            *page.others(table),
        ],
    )
