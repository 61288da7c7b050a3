"""A waterfall on its own: rules of a project file, and receipts by outlet and period as plain numbers, without a budget behind."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from coprod_budget.graph import Origin, Program, evaluate
from coprod_budget.model.calendar import FAR, Months
from coprod_budget.model.flows import Flows
from coprod_budget.model.revenue import OutletFlow
from coprod_budget.model.stage import Stage
from coprod_budget.model.waterfall import build_waterfall
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from coprod_budget.graph import Graph, Node, Values
    from coprod_budget.model.waterfall import Waterfall

GIVEN = Origin("assumed", title="test")


class Played:
    """What a waterfall paid: over all periods, or until the end of one of them (counted from 1)."""

    def __init__(self, graph: Graph, waterfall: Waterfall, receipts: Mapping[str, Node]) -> None:
        self.graph, self.waterfall, self.receipts = graph, waterfall, receipts
        self.values: Values = evaluate(graph)

    def party(self, party: str, until: int | None = None, run: int = 0) -> float:
        """Return what a party has received."""
        return self._sum(self.waterfall.received_in[party], until, run)

    def step(self, step: str, party: str, until: int | None = None, run: int = 0) -> float:
        """Return what a step has paid a party, or for the words reached and paid, what reached it and all that it paid."""
        paid = self.waterfall.steps[step]
        if party == "reached":
            return self._sum(paid.available, until, run)
        nodes = list(paid.paid.values()) if party == "paid" else [paid.paid[party]]
        return sum(self._sum(node, until, run) for node in nodes)

    def owed(self, step: str, until: int | None = None, run: int = 0) -> float:
        """Return what is still owed of a step at the end of a period."""
        node = self.waterfall.steps[step].open
        assert node is not None, f"{step} has no end"
        return float(self.column(node, run)[(until or 0) - 1])

    def due(self, step: str, until: int | None = None, run: int = 0) -> float:
        """Return what has become due of a step: paid, or still owed."""
        return self.step(step, "paid", until, run) + self.owed(step, until, run)

    def left(self, until: int | None = None, run: int = 0) -> float:
        """Return what no step has taken."""
        assert self.waterfall.undistributed_in is not None
        return self._sum(self.waterfall.undistributed_in, until, run)

    def transferred(self, transfer: str, party: str, until: int | None = None, run: int = 0) -> float:
        """Return what a party has got by a transfer."""
        found = next(t for t in self.waterfall.transfers if t.id == transfer)
        return self._sum(found.paid[party], until, run)

    def figure(self, words: str) -> float:
        """Return what a worked example asks for, in its words (tests/cases/README.md)."""
        if " + " in words:
            return sum(self.figure(part) for part in words.split(" + "))
        name, _, period = words.partition("@")
        until = int(period) if period else None
        step, _, what = name.partition(".")
        if name == "left":
            return self.left(until)
        if name == "owed":
            ending = [s for s, paid in self.waterfall.steps.items() if paid.open is not None]
            return sum(self.owed(s, until) for s in ending)
        if not what:
            return self.party(name, until)
        if what in {"due", "owed"}:
            return (self.due if what == "due" else self.owed)(step, until)
        if step in self.waterfall.steps:
            return self.step(step, what, until)
        return self.transferred(step, what, until)

    def column(self, node: Node, run: int = 0) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return a column of the flows, period by period."""
        assert node.table is not None
        return self._array(node)[run * node.table.run :][: node.table.run, 0]

    def smallest(self, words: str, goal: float) -> float:
        """Return the smallest receipt, of those that were left open, at which figures reach a goal."""
        nodes: list[Node] = []
        for part in words.split(" + "):
            step, _, what = part.partition(".")
            nodes.append(self.waterfall.steps[step].paid[what] if what else self.waterfall.received_in[step])
        target = self.graph.input(f"goal.{len(self.graph.nodes)}", goal, label="goal", unit="EUR", origin=GIVEN)
        answer = self.graph.solve(self.graph.sum(self.graph.add_up(nodes)) - target, [self.graph["unknown"]])
        return float(evaluate(self.graph, [answer])[answer][0])

    def many(
        self,
        receipts: Mapping[str, np.ndarray[Any, Any]],
        parties: Sequence[str],
        terms: Mapping[str, np.ndarray[Any, Any]] | None = None,
    ) -> dict[str, Any]:
        """Return what parties receive in scenarios: receipts by outlet are arrays of scenarios by periods.

        ``terms`` are other inputs that differ, by key: a number a scenario.
        """
        nodes = {p: self.graph.sum(self.waterfall.received_in[p]) for p in parties}
        cells = {
            self.receipts[outlet].cell_key(row): array[:, row]
            for outlet, array in receipts.items()
            for row in range(array.shape[1])
        } | dict(terms or {})
        values = Program(self.graph, nodes.values(), cells).run(cells)
        return {p: values[node] for p, node in nodes.items()}

    def _array(self, node: Node) -> np.ndarray[Any, np.dtype[np.float64]]:
        return self.values[node] if node in self.values else evaluate(self.graph, [node])[node]

    def _sum(self, node: Node, until: int | None, run: int) -> float:
        return float(self.column(node, run)[:until].sum())


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
    days: Sequence[float] | None = None,
    new_year: Sequence[float] | None = None,
    unknown: tuple[str, int] | None = None,
) -> Played:
    """Pay out ``receipts`` (by outlet such as ``HOME.cinema``: a number a period, or a list of runs of them).

    ``invested`` gives what the parties have put in, ``investments`` in which periods (its sum where ``invested`` does not say);
    whoever is none of the sources of ``finance`` is an equity investor. ``months`` are the ends of the periods, ``days`` their
    lengths (365 each), ``new_year`` 1 where a calendar year begins (all). ``unknown``: an outlet and a period whose receipt is
    left open, for ``Played.smallest``.
    """
    runs: dict[str, list[list[float]]] = {
        o: [[float(x) for x in row] for row in (rows if isinstance(rows[0], list | tuple) else [rows])]  # type: ignore[arg-type, union-attr]
        for o, rows in receipts.items()
    }
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
    put_in = {p: sum(rows) for p, rows in (investments or {}).items()} | dict(invested or {})
    known = {"producer", *(f["id"] for f in finance)}
    sources_of_finance = [
        *finance,
        *(
            {"id": p, "name": p, "kind": "equity", "partner": "producer", "amount": amount, "currency": "EUR"}
            for p, amount in put_in.items()
            if p not in known
        ),
    ]
    project = load_project(
        json.dumps({
            "title": "A waterfall", "as_of": "2026-09-30",
            "partners": {"producer": {"name": "Producer", "country": "DE", "currency": "EUR", "share": 1}},
            "schedule": {"shoot_days": {"belgrade": 1}, "start": "2027-01-01"},
            "budget": {"lines": [{"account": "camera", "rate": 1, "currency": "EUR", "description": "All"}]},
            "finance": sources_of_finance,
            "revenue": {"territories": territories, "scenarios": {"test": {"weight": 1, "gross": dict.fromkeys(territories, 1)}}},
            "waterfall": list(rules),
        })
    )  # fmt: skip
    stage = Stage(project, None)  # type: ignore[arg-type]
    graph = stage.graph
    flows = _flows(stage, count, ends, days or [365.0] * periods, new_year or [1.0] * periods)
    sources = graph.table("sources", [f.id for f in project.finance])
    partners = graph.table("partners", ["producer"])

    def column(key: str, table: Any, values: Sequence[float], unit: str = "EUR") -> Node:
        return graph.input_column(key, table, list(values), label=key, unit=unit, origins=[GIVEN])

    column("partners.*.share", partners, [1.0], "share")
    plan = SimpleNamespace(
        invested=column("plan.*.partners", partners, [put_in.get("producer", 0.0)]),
        outstanding=column("plan.*.sources", sources, [put_in.get(s, 0.0) for s in sources.keys]),
    )
    outlets: dict[str, OutletFlow] = {}
    given: dict[str, Node] = {}
    for outlet, rows in runs.items():
        money = column(f"flow.*.test.{outlet}", flows.table, [value for row in rows for value in row])
        given[outlet] = money
        if unknown and outlet == unknown[0]:
            free = graph.input("unknown", 0.0, label="the receipt that is left open", unit="EUR", origin=GIVEN)
            here = [float(period == unknown[1]) for _ in rows for period in range(1, periods + 1)]
            open_ = column("flow.*.left_open", flows.table, here, "")
            money = money * (1 - open_) + open_ * free
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
    return Played(graph, waterfall, given)


def _month(on: Any) -> float:
    return float((on.year - 2027) * 12 + on.month - 1 + (on.day - 1) * 12 / 365)


def _flows(stage: Stage, count: int, ends: Sequence[float], days: Sequence[float], new_year: Sequence[float]) -> Flows:
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
        graph, months, column("begins", [0.0, *ends[:-1]]), column("ends", ends), column("days", days), column("new_year", new_year), flows,
        graph.table("scenarios", runs.keys), runs,
        graph.text_column("flow.*.run", flows, [run for run, _ in rows], label="run"),
        graph.text_column("flow.*.period", flows, [period for _, period in rows], label="period"),
    )  # fmt: skip
