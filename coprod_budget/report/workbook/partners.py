"""Sheet Partners: what each agreed to, bears, spends at home and puts in; net cost; the split rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.report.workbook.layout import Page

NET_COST = (
    "incentives_low", "incentives_expected", "incentives_high", "net_cost_low_aid", "net_cost", "net_cost_high_aid",
)  # fmt: skip
FINANCE = ("finance_costs", "need", "in_plan", "gap", "peak_exposure", "cash_final", "over")
"""What stands on Finance plan."""


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
    country = graph["partner.*.country"]
    after_aid = [graph[key] for name in NET_COST if (key := f"partner.*.{name}") in graph]
    elsewhere = [graph[key] for name in FINANCE if (key := f"partner.*.{name}") in graph]
    page.section("Partners")
    page.block(
        len(split.partners),
        [
            Column("Partner", texts=[p.name for p in people.values()], kind="bold"),
            Column("Key", keys=split.partners),
            Column("Country", country),
            Column("Delegate", texts=["yes" if i == project.delegate else "" for i in people]),
            Column("Agreed share", graph["partners.*.share"], link=True),
            *page.others(split.partners, [country, *after_aid, *elsewhere]),
        ],
    )
    page.gap()
    if after_aid:
        page.section("Incentives and net cost: with little, expected and much aid")
        page.block(
            len(split.partners),
            [
                Column("Partner", texts=[p.name for p in people.values()], kind="bold"),
                Column("Key", texts=list(people), kind="key"),
                *(Column(page.head(n), n) for n in after_aid),
            ],
        )
        page.gap()
    page.section("Split rules")
    page.block(len(split.rules), [Column("Rule", keys=split.rules), *page.others(split.rules)])
