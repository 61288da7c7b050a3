"""When the sources of finance pay: instalments by milestone or date, rebates after their lag, things in kind as they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import standing
from coprod_budget.project.finance import NO_CASH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph import Node
    from coprod_budget.model.calendar import Clock, Months
    from coprod_budget.model.incentives import Incentives
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Finance


class Payment(NamedTuple):
    """One payment of a source: which part of it, and when."""

    part: Node
    moment: Node


class Inflow(NamedTuple):
    """The money of a source over the months: of each month, until its end, and until its end if it is late."""

    source: Finance
    month: Node
    until: Node
    until_late: Node


def plan_payments(stage: Stage, clock: Clock, incentives: Incentives) -> dict[str, list[Payment]]:
    """Return the payments of every source that has any; loans that are drawn as needed and what is no cash have none."""
    found: dict[str, list[Payment]] = {}
    for index, source in enumerate(stage.project.finance):
        if source.kind in NO_CASH:
            continue
        path = f"finance[{index}]"
        if source.instalments:
            found[source.id] = _instalments(stage, clock, source, path)
        elif source.payments:
            moment = clock.moment(source.payments[0].on)
            if source.kind == "rebate":
                moment = moment + _lag(stage, source, incentives, path)
            moment = moment.graph.add_up([moment]).named(f"cash.{source.id}.paid_on", f"{source.name}: paid", "months")
            found[source.id] = [Payment(stage.graph.constant(1), moment)]
    if not stage.project.schedule.release and any(
        part.on == "release" for source in stage.project.finance for part in source.payments
    ):
        stage.warn(
            "W721",
            "an instalment waits for the release, whose day nobody has said: it is taken as the day of delivery",
            "write schedule.release",
        )
    return found


def _instalments(stage: Stage, clock: Clock, source: Finance, path: str) -> list[Payment]:
    """Return the payments as written; the plan may have asked for the same numbers before."""
    graph = stage.graph
    sizes: list[Node] = []
    moments: list[Node] = []
    for number, entry in enumerate(source.instalments):
        here, key = f"{path}.instalments[{number}]", f"finance.{source.id}.part_{number + 1}"
        label = f"{source.name}: part {number + 1}"
        size, unit = (entry.share, "share") if entry.amount is None else (entry.amount, source.currency)
        sizes.append(_number(stage, f"{key}.size", size or 0.0, label, unit, here))
        moment = clock.moment(entry.on, f"{here}.on")
        if entry.after_months:
            moment = moment + _number(
                stage, f"{key}.after", entry.after_months, f"{label}: months after", "months", here
            )
        moments.append(graph.add_up([moment]).named(f"cash.{source.id}.part_{number + 1}", f"{label}: paid", "months"))
    if any(entry.amount is not None for entry in source.instalments):
        # of the whole as it stands: a source that is varied is paid in the same parts
        whole = graph.add_up(sizes).named(f"cash.{source.id}.parts", f"{source.name}: all parts", source.currency)
        sizes = [graph.ratio(size, whole) for size in sizes]
    return [Payment(size, moment) for size, moment in zip(sizes, moments, strict=True)]


def _number(stage: Stage, key: str, value: float, label: str, unit: str, path: str) -> Node:
    if key in stage.graph:
        return stage.graph[key]
    return stage.graph.input(key, value, label=label, unit=unit, origin=stage.given(path))


def _lag(stage: Stage, source: Finance, incentives: Incentives, path: str) -> Node:
    """Return the months from the end of the work to the money: the programme's typical lag, or what the file assumes."""
    graph = stage.graph
    if source.programme and source.programme in incentives.table.positions:
        lag = graph.pick(incentives.nodes["lag_typical"], source.programme)
        if standing(lag) >= 0:  # not a number where it is not known
            return lag
    key = "cashflow.rebate_months"
    stage.warn(
        "W722",
        f"{source.id}: when the money comes is not known: taken as {stage.project.cashflow.rebate_months:g} months after delivery",
        "write its instalments, or cashflow.rebate_months",
        path,
    )
    if key in graph:
        return graph[key]
    label = "Months from the end of the work to the money of a rebate"
    return graph.input(key, stage.project.cashflow.rebate_months, label=label, unit="months", origin=stage.given(key))


def build_inflows(
    stage: Stage, months: Months, payments: Mapping[str, list[Payment]], late: Node, values: Node
) -> dict[str, Inflow]:
    """Return the money of every source that pays by instalments, as it comes in."""
    graph, unit = stage.graph, stage.project.currency
    found: dict[str, Inflow] = {}
    for source in stage.project.finance:
        if source.id not in payments or source.kind == "loan":
            continue
        value = graph.pick(values, source.id)
        paid = payments[source.id]
        until = _sum(paid, months.end) * value
        month = (_sum(paid, months.end) - _sum(paid, months.begin)) * value
        month = month.named(f"cash.*.source_{source.id}", f"Paid in: {source.name}", unit)
        late_ones = [payment._replace(moment=payment.moment + late) for payment in paid]
        found[source.id] = Inflow(source, month, until, _sum(late_ones, months.end) * value)
    return found


def _sum(payments: list[Payment], when: Node) -> Node:
    """Return the part of a source that is paid at the end (or the beginning) of each month."""
    graph = when.graph
    return graph.add_up([graph.choose(when > payment.moment, payment.part, 0) for payment in payments])
