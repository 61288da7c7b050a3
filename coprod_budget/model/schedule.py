"""The schedule as quantities: shooting days by city, weeks of preparation and post, and the names expressions may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Graph, Node, Origin, Table
from coprod_budget.model.days import day_after

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Template

CALENDAR = Origin("published", title="Gregorian calendar: 365 days are 12 months")


class Schedule(NamedTuple):
    """Shooting cities, where the unit is at home, the year of each phase, and the names quantities are written with."""

    cities: Table
    home: str
    post_city: str
    names: dict[str, Node]
    names_in: dict[str, dict[str, Node]]
    """By shooting city: the names of a line that stands for that city."""
    year_of: dict[str, int]
    in_use: Node
    days_per_week: Node
    months_per_day: Node


def build_schedule(stage: Stage, template: Template | None) -> Schedule:
    """Put the schedule and the template's parameters into the graph."""
    graph, plan = stage.graph, stage.project.schedule
    cities = graph.table("shoot_cities", plan.shoot_days, "shooting cities")
    days = graph.input_column(
        "schedule.shoot_days",
        cities,
        list(plan.shoot_days.values()),
        label="Shooting days",
        unit="days",
        origins=[stage.given(f"schedule.shoot_days.{c}") for c in plan.shoot_days],
    )
    names: dict[str, Node] = {f"shoot_days.{c}": graph.pick(days, c) for c in plan.shoot_days}

    def weeks(name: str, label: str) -> Node:
        path = f"schedule.{name}"
        return graph.input(path, getattr(plan, name), label=label, unit="weeks", origin=stage.given(path))

    per_week = graph.input(
        "schedule.days_per_week",
        plan.days_per_week,
        label="Working days a week",
        unit="days",
        origin=stage.given("schedule.days_per_week"),
    )
    week = graph.input("calendar.days_per_week", 7, label="Calendar days a week", unit="days", origin=CALENDAR)
    names["days_per_week"] = per_week
    names["shoot_days"] = graph.sum(days).named("schedule.total_shoot_days", "Shooting days in all cities", "days")
    names["shoot_weeks"] = graph.ratio(names["shoot_days"], per_week).named(
        "schedule.shoot_weeks", "Shooting weeks", "weeks"
    )
    names["prep_weeks"] = weeks("prep_weeks", "Weeks of preparation")
    names["wrap_weeks"] = weeks("wrap_weeks", "Weeks of wrap")
    names["post_weeks"] = weeks("post_weeks", "Weeks of post-production")
    names["prep_days"] = (names["prep_weeks"] * per_week).named("schedule.prep_days", "Days of preparation", "days")
    names["wrap_days"] = (names["wrap_weeks"] * per_week).named("schedule.wrap_days", "Days of wrap", "days")
    in_use = graph.choose(days > 0, 1, 0).named("schedule.in_use", "City is shot in", "count")
    names["cities"] = graph.sum(in_use).named("schedule.cities", "Shooting cities", "count")
    home = stage.project.home
    away = (
        names["shoot_days"] - names[f"shoot_days.{home}"]
        if home in plan.shoot_days
        else graph.add_up([names["shoot_days"]])
    )
    names["away_days"] = away.named("schedule.away_days", "Shooting days away from home", "days")
    months_per_day = (graph.ratio(week, per_week) * 12 / 365).named(
        "schedule.months_per_day", "Months a working day takes", "months"
    )
    names.update(_params(stage, template))
    names_in = {city: {**names, **_local(graph, days, city, home, names)} for city in cities.keys}
    return Schedule(
        cities,
        home,
        stage.project.post_city,
        names,
        names_in,
        {phase: day.year for phase, day in phase_days(stage).items()},
        in_use,
        per_week,
        months_per_day,
    )


def _local(graph: Graph, days: Node, city: str, home: str, names: dict[str, Node]) -> dict[str, Node]:
    here = graph.pick(days, city)
    return {
        "days": here,
        "weeks": graph.ratio(here, names["days_per_week"]),
        "day_share": graph.ratio(here, names["shoot_days"]),
        "at_home": graph.constant(1 if city == home else 0),
    }


def _params(stage: Stage, template: Template | None) -> dict[str, Node]:
    graph, given = stage.graph, stage.project.budget.params
    nodes: dict[str, Node] = {}
    title = f"template {template.id}" if template else ""
    for name, param in (template.params if template else {}).items():
        path = f"budget.params.{name}"
        if name in given:
            value, origin = given[name], stage.given(path)
        else:
            value, origin = param.value, Origin("assumed", title=param.source or title, note=param.why)
        nodes[name] = graph.input(path, value, label=_label(name), unit=param.unit, origin=origin)
    for name, value in given.items():
        if name not in nodes:
            path = f"budget.params.{name}"
            nodes[name] = graph.input(path, value, label=_label(name), unit="", origin=stage.given(path))
    return nodes


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def phase_days(stage: Stage) -> dict[str, date]:
    """Return the day on which each phase begins: it chooses the year of employer charges and the rate of VAT."""
    plan = stage.project.schedule
    start = stage.project.start
    shoot = plan.prep_weeks
    wrap = shoot + sum(plan.shoot_days.values()) / plan.days_per_week
    post = wrap + plan.wrap_weeks
    return {
        "development": start,
        "prep": start,
        "shoot": day_after(start, shoot),
        "wrap": day_after(start, wrap),
        "post": day_after(start, post),
        "delivery": plan.delivery or day_after(start, post + plan.post_weeks),
    }
