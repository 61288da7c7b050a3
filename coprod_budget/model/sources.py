"""What the file states of the sources of finance, before rules are read and loans worked out.

Rules look at money that is stated. What is worked out later (a loan that fills the gap, a rebate as its programme pays it) depends on
those rules itself, so until it is stated it counts there as the partner's own money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage


class Sources(NamedTuple):
    """The sources in the order of the file, and the value of what is stated of each (nothing where it is worked out)."""

    table: Table
    stated: Node
    partner: Node


def build_sources(stage: Stage, split: Split, worth: Node) -> Sources:
    """Put the stated amounts into the graph, and what they leave to each partner."""
    graph, project = stage.graph, stage.project
    unit = project.currency
    entries = {f.id: f for f in project.finance}
    table = graph.table("finance", entries, "sources of finance")
    stated = {
        f.id: (
            f.amount,
            stage.given(f"finance[{n}].amount", basis="quoted" if f.source else "assumed", source=f.source or ""),
        )
        for n, f in enumerate(project.finance)
        if not isinstance(f.amount, str)
    }
    rows = table if len(stated) == len(entries) else graph.table("finance_stated", stated, "amounts of sources")
    amounts = graph.input_column(
        "finance.*.amount",
        rows,
        [amount for amount, _ in stated.values()],
        label="Amount of the source",
        unit="currency",
        origins=[origin for _, origin in stated.values()] or [stage.given("finance")],
    )
    currency = graph.text_column("finance.*.currency", table, [f.currency for f in entries.values()], label="Currency")
    if rows is table:
        value = amounts * graph.lookup(worth, currency)
    else:
        cells = [
            graph.pick(amounts, f.id) * graph.pick(worth, f.currency) if f.id in stated else graph.constant(0)
            for f in entries.values()
        ]
        value = graph.stack(table, cells)
    value = value.named("finance.*.value", "Value of the amount stated", unit)
    partner = graph.text_column("finance.*.partner", table, [f.partner for f in entries.values()], label="Brought by")
    (split.borne - graph.sum_by(value, partner, split.partners)).named(
        "partner.*.own", "The partner's own money, as rules see it: all that is not stated", unit
    )
    return Sources(table, value, partner)
