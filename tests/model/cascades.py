"""A waterfall on its own: rules of a project file, and receipts by outlet and period as plain numbers, without a budget behind."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from coprod_budget.graph import Origin, evaluate
from coprod_budget.model.calendar import FAR, Months
from coprod_budget.model.flows import Flows
from coprod_budget.model.revenue import OutletFlow
from coprod_budget.model.stage import Stage
from coprod_budget.model.waterfall import build_waterfall
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node, Values
    from coprod_budget.model.waterfall import Waterfall

GIVEN = Origin("assumed", title="test")


class Played:
    """What a waterfall paid: over all periods, or until the end of one of them (counted from 1)."""

    def __init__(self, values: Values, waterfall: Waterfall) -> None:
        self.values, self.waterfall = values, waterfall

    def party(self, party: str, until: int | None = None, run: int = 0) -> float:
        """Return what a party has received."""
        return self._sum(self.waterfall.received_in[party], until, run)

    def step(self, step: str, party: str, until: int | None = None, run: int = 0) -> float:
        """Return what a step has paid a party."""
        return self._sum(self.waterfall.steps[step].paid[party], until, run)

    def left(self, until: int | None = None, run: int = 0) -> float:
        """Return what no step has taken."""
        assert self.waterfall.undistributed_in is not None
        return self._sum(self.waterfall.undistributed_in, until, run)

    def _sum(self, node: Node, until: int | None, run: int) -> float:
        assert node.table is not None
        rows = self.values[node][run * node.table.run :][: node.table.run, 0]
        return float(rows[:until].sum())


def play(
    rules: Sequence[Mapping[str, Any]],
    receipts: Mapping[str, Sequence[Sequence[float]] | Sequence[float]],
    *,
    invested: Mapping[str, float] | None = None,
    finance: Sequence[Mapping[str, Any]] = (),
    admissions: Mapping[str, Sequence[float]] | None = None,
    revenue: Mapping[str, Any] | None = None,
    months: Sequence[float] | None = None,
    investments: Mapping[str, Sequence[float]] | None = None,
) -> Played:
    """Pay out ``receipts`` (by outlet such as ``HOME.cinema``: a number a period, or a list of runs of them).

    ``invested`` gives what the parties have put in, ``investments`` in which periods; ``months`` the ends of the periods.
    """
    runs = {o: rows if rows and not isinstance(rows[0], int | float) else [rows] for o, rows in receipts.items()}
    count, periods = len(next(iter(runs.values()))), len(next(iter(runs.values()))[0])
    ends = list(months or range(1, periods + 1))
    territories: dict[str, Any] = {}
    for outlet in runs:
        territory, _, medium = outlet.partition(".")
        entry = territories.setdefault(
            territory, {"currency": "EUR", "exhibitor": 0, "distributor_fee": 0, "ticket_price": 1}
        )
        if medium not in {"", "cinema"}:
            entry.setdefault("media", {})[medium] = {"gross_per_cinema": 1}
    for territory, more in (revenue or {}).items():
        territories[territory].update(more)
    project = load_project(
        json.dumps({
            "title": "A waterfall", "as_of": "2026-09-30",
            "partners": {"producer": {"name": "Producer", "country": "DE", "currency": "EUR", "share": 1}},
            "schedule": {"shoot_days": {"belgrade": 1}, "start": "2027-01-01"},
            "budget": {"lines": [{"account": "camera", "rate": 1, "currency": "EUR", "description": "All"}]},
            "finance": list(finance),
            "revenue": {"territories": territories, "scenarios": {"test": {"weight": 1, "gross": dict.fromkeys(territories, 1)}}},
            "waterfall": list(rules),
        })
    )  # fmt: skip
    stage = Stage(project, None)  # type: ignore[arg-type]
    graph = stage.graph
    flows = _flows(stage, count, ends)
    sources = graph.table("sources", [f.id for f in project.finance])
    partners = graph.table("partners", ["producer"])
    put_in = invested or {}

    def column(key: str, table: Any, values: Sequence[float], unit: str = "EUR") -> Node:
        return graph.input_column(key, table, list(values), label=key, unit=unit, origins=[GIVEN])

    column("partners.*.share", partners, [1.0], "share")
    plan = SimpleNamespace(
        invested=column("plan.*.partners", partners, [put_in.get("producer", 0.0)]),
        outstanding=column("plan.*.sources", sources, [put_in.get(s, 0.0) for s in sources.keys]),
    )
    outlets: dict[str, OutletFlow] = {}
    for outlet, rows in runs.items():
        money = column(f"flow.*.test.{outlet}", flows.table, [value for row in rows for value in row])
        before, until = flows.until(money, f"flow.*.test_until.{outlet}", outlet, "EUR")
        tickets = (admissions or {}).get(outlet)
        seen = column(f"flow.*.seen.{outlet}", flows.table, list(tickets) * count, "count") if tickets else None
        seen_before, seen_until = flows.until(seen, f"flow.*.seen_until.{outlet}", outlet, "") if seen else (None, None)
        territory, _, medium = outlet.partition(".")
        outlets[outlet] = OutletFlow(
            key=outlet, territory=territory, medium=medium, gross=money, admissions=seen, gross_until=until, gross_before=before,
            admissions_until=seen_until, admissions_before=seen_before, rental=money, fee=money, producer_net=money, receipts=money,
        )  # fmt: skip
    shop = SimpleNamespace(
        flows=flows, outlets=outlets, distributors={}, accepted={},
        territories={t: SimpleNamespace(partner="producer") for t in territories},
    )  # fmt: skip
    money_in = {
        p: SimpleNamespace(
            by_period=column(f"period.*.in_{p}", flows.periods.table, rows),
            waiting=column(f"period.*.waiting_{p}", flows.periods.table, [0.0] * periods),
        )
        for p, rows in (investments or {}).items()
    }
    worth = column("worth.*", graph.table("currencies", ["EUR"]), [1.0])
    clock = SimpleNamespace(
        moment=lambda on, _path="": graph.input(
            f"day.{on}.{len(graph.nodes)}", _month(on), label=str(on), unit="months", origin=GIVEN
        )
    )
    waterfall = build_waterfall(stage, clock, plan, shop, money_in, worth)  # type: ignore[arg-type]
    assert not stage.errors, stage.errors
    return Played(evaluate(graph), waterfall)


def _month(on: Any) -> float:
    return float((on.year - 2027) * 12 + on.month - 1 + (on.day - 1) * 12 / 365)


def _flows(stage: Stage, count: int, ends: Sequence[float]) -> Flows:
    graph = stage.graph
    table = graph.table("periods", [f"p{n + 1}" for n in range(len(ends))])

    def column(name: str, values: Sequence[float]) -> Node:
        return graph.input_column(f"periods.*.{name}", table, list(values), label=name, unit="", origins=[GIVEN])

    months = Months(
        table,
        column("number", list(range(len(ends)))),
        column("from", [-FAR, *ends[:-1]]),
        column("to", [*ends[:-1], FAR]),
    )
    runs = graph.table("runs", [f"run{n + 1}" for n in range(count)])
    rows = [(run, period) for run in runs.keys for period in table.keys]
    flows = graph.table("flows", [f"{run}.{period}" for run, period in rows], run=len(table))
    return Flows(
        graph, months, column("days", [365.0] * len(ends)), column("new_year", [1.0] * len(ends)), flows,
        graph.table("scenarios", runs.keys), runs,
        graph.text_column("flow.*.run", flows, [run for run, _ in rows], label="run"),
        graph.text_column("flow.*.period", flows, [period for _, period in rows], label="period"),
    )  # fmt: skip
