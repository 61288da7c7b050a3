"""What one section says about another: known partners, shares that sum to 100%, unique ids, complete rules.

Each check names the sections it reads; it is left out where one of them is already known to be wrong, so that one
mistake is not reported twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from coprod_budget.errors import nearest
from coprod_budget.project.check_comparables import check_comparables
from coprod_budget.project.check_finance import check_finance, check_recouping_territories
from coprod_budget.project.check_limits import check_limits
from coprod_budget.project.check_names import check_names, check_territory_names
from coprod_budget.project.check_revenue import (
    check_accepted_fees,
    check_sales_agent,
    check_scenarios,
    check_territories,
)
from coprod_budget.project.check_waterfall import check_rules
from coprod_budget.project.law import ROLES
from coprod_budget.project.uncertainty import check_uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Charge, Line, Project
    from coprod_budget.project.source import Source
    from coprod_budget.project.template import Template
    from coprod_budget.yaml_reader import Key

    Shares = tuple[tuple[Key, ...], dict[str, float]]

Root = TypeVar("Root")
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Check(Generic[Root]):
    """A function that finds problems, and the top-level sections it depends on."""

    sections: tuple[str, ...]
    run: Callable[[Root, Source], Iterable[Problem]]


def project_checks() -> Sequence[Check[Project]]:
    """The checks of a project file."""
    return (
        Check(("partners",), _partners),
        Check(("partners", "finance"), _finance_ids),
        Check(("partners", "finance"), check_finance),
        Check(("people",), _people),
        Check(("partners", "incentives"), _incentives),
        Check(("as_of", "schedule"), _schedule),
        Check(("fx",), _fx),
        Check(("cashflow",), _curves),
        Check(("budget",), _lines),
        Check(("budget",), _charges),
        Check(("partners", "budget", "split"), _bearers),
        Check(("partners", "revenue"), check_territories),
        Check(("revenue",), check_territory_names),
        Check(("revenue",), check_scenarios),
        Check(("revenue",), check_comparables),
        Check(("partners", "finance", "revenue"), check_sales_agent),
        Check(("finance", "revenue"), check_recouping_territories),
        Check(("partners", "finance", "revenue", "waterfall"), check_accepted_fees),
        Check(("partners", "finance", "revenue", "waterfall"), check_names),
        Check(("partners", "finance", "revenue", "waterfall"), check_rules),
        Check(("partners", "finance", "revenue", "waterfall"), check_limits),
        Check(("uncertainty",), check_uncertainty),
    )


def template_checks() -> Sequence[Check[Template]]:
    """The checks of a template file."""
    return (Check(("lines",), _template_lines), Check(("charges",), _template_charges))


def percent(value: float) -> str:
    """A share for a message."""
    return f"{value * 100:.10g}%"


def _sum_problem(source: Source, path: tuple[Key, ...], shares: Iterable[float], code: str, what: str) -> list[Problem]:
    total = sum(shares)
    if abs(total - 1) <= TOLERANCE:
        return []
    return [source.problem(path, code, f"{what} sum to {percent(total)}", "they must sum to 100%", key=True)]


def _partners(project: Project, source: Source) -> Iterator[Problem]:
    shares = [partner.share for partner in project.partners.values()]
    yield from _sum_problem(source, ("partners",), shares, "P302", "the partners' shares")
    named = [key for key, partner in project.partners.items() if partner.delegate]
    for key in named[1:]:
        yield source.problem(
            ("partners", key, "delegate"),
            "P305",
            f"'{key}' is a second delegate producer",
            f"'{named[0]}' is one already: keep one",
        )


def _finance_ids(project: Project, source: Source) -> Iterator[Problem]:
    yield from _twice(source, ("finance",), [entry.id for entry in project.finance])
    for index, entry in enumerate(project.finance):
        if entry.partner not in project.partners:
            yield unknown_partner(source, ("finance", index, "partner"), entry.partner, project)
        if entry.id in project.partners:
            yield source.problem(
                ("finance", index, "id"),
                "P306",
                f"'{entry.id}' is the id of a partner as well",
                "give the source of finance another id",
            )


def _people(project: Project, source: Source) -> Iterator[Problem]:
    for role in project.people:
        if role not in ROLES:
            yield source.problem(
                ("people", role), "P317", f"no rule asks for a post '{role}'",
                nearest(role, ROLES), key=True,
            )  # fmt: skip


def _incentives(project: Project, source: Source) -> Iterator[Problem]:
    if project.incentives == "auto":
        return
    yield from _twice(source, ("incentives",), [entry.id for entry in project.incentives])
    for index, entry in enumerate(project.incentives):
        if entry.partner is not None and entry.partner not in project.partners:
            yield unknown_partner(source, ("incentives", index, "partner"), entry.partner, project)


def _schedule(project: Project, source: Source) -> Iterator[Problem]:
    schedule = project.schedule
    if sum(schedule.shoot_days.values()) <= 0:
        yield source.problem(
            ("schedule", "shoot_days"),
            "P316",
            "there is no shooting day",
            "give at least a part of a day in one city",
            key=True,
        )
    for name, day in (("delivery", schedule.delivery), ("release", schedule.release)):
        if day and day < project.start:
            yield source.problem(
                ("schedule", name),
                "P311",
                f"the {name} on {day} is before the start on {project.start}",
                "check the year",
            )


def _fx(project: Project, source: Source) -> Iterator[Problem]:
    if project.fx.get("EUR", 1) != 1:
        yield source.problem(("fx", "EUR"), "P315", "rates are units per euro, so EUR is always 1", "delete it")


def _twice(source: Source, path: tuple[Key, ...], ids: Sequence[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, name in enumerate(ids):
        if name in first:
            line, _ = source.document.position((*path, first[name]))
            yield source.problem(
                (*path, index, "id"),
                "P306",
                f"the id '{name}' is given twice",
                f"it is already on line {line}: choose another",
            )
        else:
            first[name] = index


def _curves(project: Project, source: Source) -> Iterator[Problem]:
    for name, tenths in project.cashflow.curves.items():
        yield from _sum_problem(source, ("cashflow", "curves", name), tenths, "P330", f"the tenths of {name}")


def _lines(project: Project, source: Source) -> Iterator[Problem]:
    budget = project.budget
    if not budget.template and not budget.lines:
        yield source.problem(
            ("budget",),
            "P312",
            "the budget has neither a template nor lines",
            "add, for example, `budget: {template: feature_medium}`",
            key=True,
        )
    yield from _twice(source, ("budget", "lines"), [line.id for line in budget.lines])
    for index, line in enumerate(budget.lines):
        path: tuple[Key, ...] = ("budget", "lines", index)
        if line.item and not line.city:
            yield source.problem(
                path,
                "P308",
                f"line '{line.id}' has an item but no city",
                "add the city whose prices hold: `city: belgrade`",
            )
        if not line.item and line.rate is None:
            yield source.problem(
                path, "P308", f"line '{line.id}' has no price", "give `rate` and `currency`, or `item` and `city`"
            )
        yield from _one_line(line, path, source)


def _one_line(line: Line, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    """What holds for a project's line and a template's."""
    if not line.item and not line.description:
        yield source.problem(path, "P308", f"line '{line.id}' has no description", "say what is paid for")
    if line.item and line.rate is not None:
        yield source.problem(
            (*path, "rate"),
            "P308",
            f"line '{line.id}' has a typed rate and an item",
            "keep `rate` and `currency`, or `item` and `city`",
        )
    if line.rate is not None and not line.currency:
        yield source.problem(
            (*path, "rate"),
            "P308",
            f"line '{line.id}' has a rate without a currency",
            "add, for example, `currency: EUR`",
        )
    if line.rate is None:
        for name in ("currency", "basis", "source"):
            if name in line.model_fields_set:
                yield source.problem(
                    (*path, name),
                    "P308",
                    f"line '{line.id}' gives `{name}` without a rate",
                    "a price of the cost tables has its own: delete it, or type a `rate`",
                )
    elif line.basis != "assumed" and not line.source:
        yield source.problem(
            (*path, "basis"),
            "P309",
            f"line '{line.id}' is {line.basis} but names no source",
            "add `source: ...`, or leave the basis assumed",
        )


def _charges(project: Project, source: Source) -> Iterator[Problem]:
    for name, charge in project.budget.charges.items():
        if charge.rate is None and charge.amount is None and project.budget.template:
            continue  # it may change a cap or a bearer of the template's charge: the model knows that one
        yield from _one_charge(charge, ("budget", "charges", name), source)


def _one_charge(charge: Charge, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    if (charge.rate is None) == (charge.amount is None):
        message = "has neither a rate nor an amount" if charge.rate is None else "has a rate and an amount"
        yield source.problem(
            path, "P313", f"charge '{path[-1]}' {message}", "give `rate: 10%`, or `amount` and `currency`", key=True
        )
    for number, unit in (("amount", "currency"), ("cap", "cap_currency")):
        if number == "amount" and charge.rate is not None:
            continue
        if (getattr(charge, number) is None) != (getattr(charge, unit) is None):
            yield source.problem(
                path,
                "P313",
                f"charge '{path[-1]}' needs `{number}` and `{unit}` together",
                "give both or neither",
                key=True,
            )
    if charge.basis != "assumed" and not charge.source:
        yield source.problem(
            (*path, "basis"),
            "P309",
            f"charge '{path[-1]}' is {charge.basis} but names no source",
            "add `source: ...`, or leave the basis assumed",
        )


def _all_bearers(project: Project) -> Iterator[Shares]:
    for kind, rules in (("cities", project.split.cities), ("accounts", project.split.accounts)):
        for name, bearer in rules.items():
            if isinstance(bearer, dict):
                yield ("split", kind, name), bearer
    if isinstance(project.split.default, dict):
        yield ("split", "default"), project.split.default
    for index, line in enumerate(project.budget.lines):
        if isinstance(line.bearer, dict):
            yield ("budget", "lines", index, "bearer"), line.bearer
    for name, charge in project.budget.charges.items():
        if isinstance(charge.bearer, dict):
            yield ("budget", "charges", name, "bearer"), charge.bearer


def _bearers(project: Project, source: Source) -> Iterator[Problem]:
    for path, shares in _all_bearers(project):
        for key in shares:
            if key not in project.partners:
                inside = (*path, key) if isinstance(source.get(path), dict) else path
                yield unknown_partner(source, inside, key, project)
        yield from _sum_problem(source, path, shares.values(), "P302", "the shares")


def unknown_partner(source: Source, path: tuple[Key, ...], name: str, project: Project) -> Problem:
    """A partner that the project does not have."""
    return source.problem(path, "P301", f"unknown partner '{name}'", nearest(name, project.partners), key=True)


def _template_lines(template: Template, source: Source) -> Iterator[Problem]:
    yield from _twice(source, ("lines",), [line.id or f"?{index}" for index, line in enumerate(template.lines)])
    for index, line in enumerate(template.lines):
        path: tuple[Key, ...] = ("lines", index)
        if not line.id or line.id.startswith("own_"):
            yield source.problem(
                (*path, "id"),
                "P317",
                "a template's line needs an id of its own",
                "projects replace and remove lines by it; it may not begin with own_",
            )
        if isinstance(line.bearer, dict):
            yield source.problem((*path, "bearer"), "P317", "a template does not know the partners", "use by_share")
        if not line.item and line.rate is None and not line.assumed:
            yield source.problem(
                path, "P308", f"line '{line.id}' has no price", "give `item`, `assumed`, or `rate` and `currency`"
            )
        if line.assumed and not line.assumed.low <= line.assumed.mid <= line.assumed.high:
            yield source.problem(
                (*path, "assumed"),
                "P317",
                f"line '{line.id}': low, mid and high are out of order",
                "low <= mid <= high",
            )
        yield from _one_line(line, path, source)


def _template_charges(template: Template, source: Source) -> Iterator[Problem]:
    for name, charge in template.charges.items():
        path: tuple[Key, ...] = ("charges", name)
        if isinstance(charge.bearer, dict):
            yield source.problem((*path, "bearer"), "P317", "a template does not know the partners", "use by_share")
        if charge.rate is not None and not charge.base:
            yield source.problem(
                path,
                "P317",
                f"charge '{name}' has a rate without a base",
                "name the groups: `base: [production, post]`",
                key=True,
            )
        yield from _one_charge(charge, path, source)
