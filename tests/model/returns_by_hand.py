"""Returns of parties whose flows are written down period by period, without a film behind them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from films import OWN

from coprod_budget.graph import Origin, evaluate
from coprod_budget.model.flows import MONTHS, build_flows
from coprod_budget.model.returns import build_returns
from coprod_budget.model.stage import Stage
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.flows import Flows

ASSUMED = Origin("assumed", title="invented")


class Parties:
    """Parties over the first periods of a film that begins on the first of January.

    ``put_in``: what a party puts in, period by period; ``received``: what each gets, by scenario and period; ``weights``: of the
    scenarios.
    """

    def __init__(
        self,
        catalog: Catalog,
        put_in: Mapping[str, Sequence[float]],
        received: Mapping[str, Mapping[str, Sequence[float]]],
        weights: Mapping[str, float],
        *,
        period: str = "quarter",
        rate: float = 0.1,
    ) -> None:
        terms = [f"returns={{discount_rate: {rate}}}", f"revenue={{period: {period}}}"]
        project = load_project(OWN, filename="none.yaml", sets=terms)
        self.stage = Stage(project, catalog)
        graph = self.graph = self.stage.graph
        graph.input("cashflow.none", 0.005, label="Nothing", unit="EUR", origin=ASSUMED)
        periods = max(len(flow) for flow in [*put_in.values(), *(f for by in received.values() for f in by.values())])
        scenarios = graph.table("scenarios", weights)
        self.flows = flows_of(self.stage, scenarios, (periods - 1.5) * MONTHS[period])
        count = len(self.flows.periods.table)
        names = dict.fromkeys([*received, *put_in])
        parties = graph.table("parties", names)

        def column(key: str, table: Any, values: Sequence[float]) -> Node:
            return graph.input_column(key, table, values, label=key, unit="EUR", origins=[ASSUMED])

        def padded(flow: Sequence[float]) -> list[float]:
            return [*flow, *[0.0] * (count - len(flow))]

        investments = {
            p: SimpleNamespace(
                by_period=column(f"period.*.invested_{p}", self.flows.periods.table, padded(flow)), from_plan=None
            )
            for p, flow in put_in.items()
        }
        received_in = {
            p: column(
                f"flow.*.party.{p}.received",
                self.flows.table,
                [x for s in weights for x in padded(received.get(p, {}).get(s, ()))],
            )
            for p in names
        }
        waterfall: Any = SimpleNamespace(
            parties=parties,
            names={p: p.capitalize() for p in names},
            invested=column("party.*.invested", parties, [sum(put_in.get(p, ())) for p in names]),
            flows=self.flows,
            received_in=received_in,
            received={
                p: self.flows.total(node).named(f"scenario.*.party.{p}.received", p, "EUR")
                for p, node in received_in.items()
            },
            profit_in={},
            premium_due={},
        )
        for key in ("gross", "producer_receipts"):
            column(f"scenario.*.{key}", scenarios, [0.0] * len(weights))
        weighed = column("scenario.*.weight", scenarios, list(weights.values()))
        revenue: Any = SimpleNamespace(weights=weighed, alone={}, outlets={}, territories={}, distributors={})
        made: Any = investments
        self.returns = build_returns(self.stage, SimpleNamespace(total=None), revenue, waterfall, made)  # type: ignore[arg-type]
        self.values = evaluate(graph)

    def __getitem__(self, key: str) -> float:
        """Return the figure with this key: of a party in a scenario (``base.fund.irr``), or expected (``fund.irr``)."""
        parts = key.split(".")
        name = f"scenario.{parts[0]}.party.{parts[1]}.{parts[2]}" if len(parts) == 3 else f"party.{key}"
        return self.values.number(name)


def flows_of(stage: Stage, scenarios: Any, last: float, alone: Sequence[str] = ()) -> Flows:
    graph: Graph = stage.graph
    moment = graph.input("last", last, label="Last receipt", unit="months", origin=ASSUMED)
    clock: Any = SimpleNamespace(first=date(2027, 1, 1), milestones={})
    return build_flows(stage, clock, [moment], scenarios, alone)
