"""Budget lines before any arithmetic: the template's and the project's lines, one a city where asked, each with a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.errors import nearest
from coprod_budget.model.adjust import find_adjustments
from coprod_budget.model.priced_line import from_project, from_template
from coprod_budget.model.quantities import value_of
from coprod_budget.project import Expr, names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Template, TemplateLine


def collect_lines(stage: Stage, schedule: Schedule, template: Template | None) -> list[BudgetLine]:
    """Return every line of the budget in chart order, with problems noted for prices that cannot be had."""
    budget = stage.project.budget
    own = {line.id: line for line in budget.lines}
    removed = set(budget.remove)
    found: dict[str, BudgetLine] = {}
    offered: set[str] = set()
    gaps: dict[str, dict[str, list[str]]] = {}
    wanted = _Conditions(stage, schedule)
    for line in template.lines if template else ():
        for line_id, city in _cities_of(stage, schedule, line):
            offered |= {line.id, line_id}
            if line_id in own or removed & {line_id, line.id} or not wanted.hold(line, city):
                continue
            priced = from_template(stage, schedule, line, line_id, city, template, gaps)
            if priced is not None:
                found[line_id] = priced
    for city, items in gaps.items():
        _gaps_of_city(stage, city, items)
    for index, name in enumerate(budget.remove):
        if name not in offered:
            stage.error(
                "M101",
                f"remove: there is no template line {name!r}",
                nearest(name, offered),
                f"budget.remove[{index}]",
            )
    for line_id in own:
        if line_id in offered - removed and f"{line_id}_{schedule.cities.keys[0]}" in offered:
            stage.warn(
                "W104",
                f"line {line_id!r} stands beside the template's lines of that name, one a city, and replaces none of them",
                f"to replace them give `remove: [{line_id}]`, or name the city: {line_id}_{schedule.cities.keys[0]}",
            )
    for index, own_line in enumerate(budget.lines):
        priced = from_project(stage, schedule, own_line, index)
        if priced is not None:
            found[priced.id] = priced
    _check_names(stage, schedule, found.values(), template)
    _warn_of_dates(stage, found.values())
    order = {d: n for n, d in enumerate(stage.catalog.departments)}
    every = sorted(found.values(), key=lambda line: order.get(line.account, len(order)))
    adjustments = find_adjustments(stage, every, offered)
    if not adjustments:
        return every
    stage.warn(
        "W105",
        f"budget.adjust changes what {len(adjustments)} {'lines cost' if len(adjustments) > 1 else 'line costs'}: "
        "these amounts are assumed, whatever their prices stand on",
        "where the cut is agreed, write it into the lines",
        "budget.adjust",
    )
    return [line._replace(adjustment=adjustments.get(line.id)) for line in every]


def _cities_of(stage: Stage, schedule: Schedule, line: TemplateLine) -> Iterable[tuple[str, str]]:
    if line.where == "each_city":
        return [(f"{line.id}_{city}", city) for city in stage.project.schedule.shoot_days]
    return [(line.id, schedule.post_city if line.where == "post" else schedule.home)]


class _Conditions:
    """Which lines of a template are wanted, with the file's values; a condition is worked out once a city."""

    def __init__(self, stage: Stage, schedule: Schedule) -> None:
        self._stage = stage
        self._schedule = schedule
        self._known: dict[tuple[Expr, str], bool] = {}

    def hold(self, line: TemplateLine, city: str) -> bool:
        """Say whether the line's condition holds (it decides the shape of the budget)."""
        if line.when is None:
            return True
        scope = city if line.where == "each_city" else ""
        if (line.when, scope) not in self._known:
            known = self._schedule.names_in[scope] if scope else self._schedule.names
            unknown = sorted(names(line.when) - set(known))
            if unknown:
                self._stage.error(
                    "M106", f"template line {line.id}: unknown name {unknown[0]!r} in when", nearest(unknown[0], known)
                )
            self._known[line.when, scope] = bool(unknown) or value_of(line.when, known) != 0
        return self._known[line.when, scope]


def _gaps_of_city(stage: Stage, city: str, items: dict[str, list[str]]) -> None:
    """Report what a template needs and a city's table lacks, in one problem a city."""
    catalog = stage.catalog
    lines = sum(len(ids) for ids in items.values())
    named = ", ".join(repr(i) for i in list(items)[:12]) + (f" and {len(items) - 12} more" if len(items) > 12 else "")
    need = f"{lines} lines" if lines > 1 else f"the line {next(iter(items.values()))[0]}"
    full = [c for c in catalog.nearest(city) if all(i in catalog.prices(c) for i in items)][:3]
    near = f"the nearest cities that have {'them' if len(items) > 1 else 'it'}: {', '.join(full)}; " if full else ""
    ratio = any(r.to_city == city for r in catalog.ratios) and not stage.project.budget.derive
    stage.lack(
        "M401",
        f"no price in {catalog.cities[city].label} of {named}, which {need} of the template {'need' if lines > 1 else 'needs'}",
        f"{near}add a table with --data, replace or remove the lines{', or set budget.derive: true' if ratio else ''} "
        f"(`coprod-budget data rates {city}` lists what is known)",
        "budget.template",
    )


def _warn_of_dates(stage: Stage, lines: Iterable[BudgetLine]) -> None:
    """Say which prices of the tables are of a later year than the estimate, or of no known date."""
    day = stage.project.as_of
    tables = [line for line in lines if line.item and line.price.basis != "assumed"]
    later = [line for line in tables if line.price.as_of[:4] > str(day.year)]
    undated = [line for line in tables if not line.price.as_of]
    for code, found, what in (
        ("W101", later, f"with a price of a later year than {day}, as the tables hold one price an item"),
        ("W102", undated, "with a price whose source gives no date"),
    ):
        if found:
            items = ", ".join(sorted({line.item for line in found})[:6])
            more = len({line.item for line in found}) - 6
            stage.warn(
                code,
                f"{len(found)} {'lines' if len(found) > 1 else 'line'} {what} ({items}{f' and {more} more' if more > 0 else ''})",
                "ask for an offer and type the rate",
            )


def _check_names(stage: Stage, schedule: Schedule, lines: Iterable[BudgetLine], template: Template | None) -> None:
    """Every name in an expression must mean something; every parameter the project sets must be used."""
    used: set[str] = set()
    for line in lines:
        allowed = schedule.names_in[line.scope] if line.scope else schedule.names
        for field, expression in (("quantity", line.quantity), ("people", line.people)):
            unknown = sorted(names(expression) - set(allowed))
            used |= names(expression)
            if unknown:
                path = line.bearer_path.removesuffix(".bearer") + f".{field}" if line.bearer_path else ""
                stage.error(
                    "M106",
                    f"line {line.id}: unknown name {unknown[0]!r} in {field}",
                    nearest(unknown[0], allowed),
                    path,
                )
    known = set(template.params) if template else set()
    for name in stage.project.budget.params:
        if name not in used and name not in known:
            stage.error("M107", f"no line uses the parameter {name!r}", nearest(name, known), f"budget.params.{name}")
