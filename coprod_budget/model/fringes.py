"""Employer charges and taxes on net pay, per person, country and year: several lines of one person share one ceiling.

Pay of a person is added up over the lines, the charges are worked out once on the pay of one head, and every line carries its
part in proportion to its pay. A monthly ceiling is on the pay of a calendar month, so it counts for every month begun: a single
day at a high fee is charged up to a whole month's ceiling.

Pay agreed net is grossed up first, by the same head: what is taken of gross pay is a scale of bands, each with its rate, so what
is left is one too, and the gross that leaves the net agreed is found band by band, without trying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Node, Origin
from coprod_budget.model.pay_laws import (
    NO_CHARGES,
    NO_TAXES,
    Schemes,
    band_origin,
    charge_columns,
    find_schemes,
    scheme_currencies,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.pay import Band
    from coprod_budget.graph import Table
    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage

NOBODY = "none"
DAY_UNITS = ("shift", "shift_10h", "shift_8h", "day")


class Fringes(NamedTuple):
    """What a line costs beside its pay: charges on top, and the taxes of a payee whose pay is agreed net (None: nobody's)."""

    charges: Node
    gross_up: Node | None


def charge_currencies(stage: Stage, schedule: Schedule, lines: list[BudgetLine]) -> list[str]:
    """Return the currencies in which the employer charges and taxes on pay of these lines are set."""
    return scheme_currencies(stage, schedule, lines)


def build_fringes(
    stage: Stage,
    schedule: Schedule,
    lines: list[BudgetLine],
    table: Table,
    quantity: Node,
    people: Node,
    net: Node,
    worth: Node,
    abroad: Sequence[bool],
) -> Fringes:
    """Return the employer charges of every line and the taxes on net pay, in the reporting currency.

    ``abroad`` says which payees are taxed as non-residents: their tax is withheld, and already in ``net``.
    """
    graph, unit = stage.graph, stage.project.currency
    schemes = find_schemes(stage, schedule, lines, abroad)
    paid = [need is not None for need in schemes.owed]
    person_of = [_person(schedule, line) if p else NOBODY for line, p in zip(lines, paid, strict=True)]
    first = {name: row for row, name in reversed(list(enumerate(person_of)))}
    names = [p for p in dict.fromkeys(person_of) if p != NOBODY]
    persons = graph.table("persons", [NOBODY, *names], "people and teams")
    _check_persons(stage, lines, person_of, first, schemes)
    scheme_table = graph.table("schemes", [NOBODY, *schemes.rows], "employer charges by country and year")
    owed = [schemes.owed[first[p]] for p in names]
    person_scheme = graph.text_column(
        "persons.*.scheme", persons, [NOBODY, *(n.key if n else NOBODY for n in owed)], label="Employer charges"
    )
    scheme_currency = graph.text_column(
        "schemes.*.currency",
        scheme_table,
        [unit, *(s.currency if s else unit for s in schemes.found)],
        label="Currency of the ceilings",
    )
    scheme_worth = graph.lookup(worth, scheme_currency).named(
        "schemes.*.worth", f"One unit in {unit}", f"{unit} per unit"
    )
    person = graph.text_column("lines.*.person", table, person_of, label="Person")
    employed = graph.input_column(
        "lines.*.employed",
        table,
        [float(p) for p in paid],
        label="Employer charges apply",
        unit="count",
        origins=[line.stated for line in lines] or [NO_CHARGES],
    )
    pay = (net * employed).named("lines.*.pay", "Pay with employer charges", unit)
    months = (quantity * _months_of_unit(stage, schedule, lines, paid, table)).named(
        "lines.*.months", "Months engaged", "months"
    )
    heads = graph.stack(persons, [0, *(graph.pick(people, lines[first[p]].id) for p in persons.keys[1:])])
    heads = heads.named("persons.*.people", "People", "count")
    total_pay = graph.sum_by(pay, person, persons).named("persons.*.pay", "Pay of all lines", unit)
    engaged = graph.sum_by(months, person, persons)
    engaged = engaged.named("persons.*.months", "Months engaged", "months")
    begun = graph.ceil(engaged).named("persons.*.months_begun", "Calendar months with pay, at least", "months")
    own_worth = graph.lookup(scheme_worth, person_scheme).named(
        "persons.*.worth", "One unit of the ceilings' currency", f"{unit} per unit"
    )
    gross_up = None
    if any(need is not None for need in schemes.taken):
        taken = [schemes.taken[first[p]] for p in names]
        law = graph.text_column(
            "persons.*.law", persons, [NOBODY, *(n.key if n else NOBODY for n in taken)], label="Taxes on net pay"
        )
        factor = _gross_over_net(stage, schemes, scheme_table, scheme_worth, law, total_pay, heads, begun)
        total_pay = (total_pay * factor).named("persons.*.gross", "Gross pay of all lines", unit)
        gross = (pay * graph.lookup(factor, person)).named("lines.*.gross", "Gross pay", unit)
        gross_up = (gross - pay).named("lines.*.gross_up", "Taxes of the payee on net pay", unit)
        pay = gross
    per_head = graph.ratio(total_pay, heads * own_worth).named("persons.*.pay_per_head", "Pay of one head", "currency")
    _over_the_limit(stage, schemes, scheme_table, person_scheme, per_head)
    parts = []
    for number in range(max((len(s.components) for s in schemes.found if s), default=0)):
        rate, ceiling, monthly, above = charge_columns(stage, scheme_table, schemes.found, number)
        limit = graph.lookup(ceiling, person_scheme) * graph.choose(
            graph.lookup(monthly, person_scheme).equals(1), begun, 1
        )
        limit = limit.named(f"persons.*.limit_{number + 1}", f"Ceiling of charge {number + 1}", "currency")
        below = graph.choose(limit > 0, graph.minimum(per_head, limit), per_head)
        part = graph.lookup(rate, person_scheme) * below + graph.lookup(above, person_scheme) * (per_head - below)
        parts.append(part.named(f"persons.*.charge_{number + 1}", f"Charge {number + 1} of one head", "currency"))
    charges = (graph.add_up(parts) * heads * own_worth).named("persons.*.charges", "Employer charges", unit)
    share = graph.ratio(charges, total_pay).named("persons.*.rate", "Employer charges over pay", "share")
    return Fringes((pay * graph.lookup(share, person)).named("lines.*.fringes", "Fringes", unit), gross_up)


def _person(schedule: Schedule, line: BudgetLine) -> str:
    """One person, one country, one year, one kind of pay: the unit on which ceilings are counted."""
    country = line.country.replace("-", "_").lower()
    kind = "" if line.employed else f"_{line.labour}"
    return f"{line.person}_{country}_{schedule.year_of[line.phase]}{kind}"


def _check_persons(
    stage: Stage, lines: list[BudgetLine], person_of: list[str], first: dict[str, int], schemes: Schemes
) -> None:
    """Lines of one person are worked out together, so they must agree on heads and on what law holds."""
    for row, name in enumerate(person_of):
        one, other = lines[first[name]], lines[row]
        if name == NOBODY:
            continue
        if other.people != one.people:
            stage.error(
                "M301",
                f"lines {one.id!r} and {other.id!r} are of one person but count different people",
                "give them the same `people`, or different `person` ids",
            )
        if (schemes.owed[row], schemes.taken[row]) != (schemes.owed[first[name]], schemes.taken[first[name]]):
            stage.error(
                "M302",
                f"lines {one.id!r} and {other.id!r} are of one person but agree its pay in different ways",
                "give them the same `pay`, `pay_case` and `payee`, or different `person` ids",
                f"{other.path}.pay" if other.path else "",
            )


def _gross_over_net(
    stage: Stage,
    schemes: Schemes,
    table: Table,
    worth: Node,
    law: Node,
    total: Node,
    heads: Node,
    begun: Node,
) -> Node:
    """Return gross pay over the pay agreed, for every person: band by band, what is left of it and what it was before."""
    graph = stage.graph
    found = schemes.found
    most = max((len(s.bands) for s in found if s), default=0) or 1
    monthly = graph.input_column(
        "schemes.*.taxes_monthly",
        table,
        [0.0, *(float(s.monthly) if s else 0.0 for s in found)],
        label="Taxes on pay are by the month",
        unit="count",
        origins=[NO_TAXES],
    )
    # Any pay falls into one calendar month at least, whatever its unit.
    times = graph.choose(graph.lookup(monthly, law).equals(1), graph.maximum(begun, 1), 1)
    own = graph.lookup(worth, law)
    left = graph.ratio(total, heads * own).named("persons.*.net_per_head", "Pay agreed, of one head", "currency")
    parts: list[Node] = []
    start: Node | None = None
    for number in range(most):
        # A scale of fewer bands repeats its last: within no width before the end, and without end there.
        bands = [s.bands[min(number, len(s.bands) - 1)] if s and s.bands else None for s in found]
        origins = [NO_TAXES, *(band_origin(stage, b) if b else NO_TAXES for b in bands)]
        rate = graph.input_column(
            f"schemes.*.tax_{number + 1}",
            table,
            [0.0, *(b.rate if b else 0.0 for b in bands)],
            label=f"Taken of gross pay, band {number + 1}",
            unit="share",
            origins=origins,
        )
        kept = 1 - graph.lookup(rate, law)
        if number == most - 1:
            parts.append(graph.ratio(left, kept))
            break
        end = graph.input_column(
            f"schemes.*.tax_{number + 1}_up_to",
            table,
            [0.0, *(_end(s.bands, number) if s else 0.0 for s in found)],
            label=f"Gross pay up to which band {number + 1} goes",
            unit="currency",
            origins=origins,
        )
        stop = graph.lookup(end, law)
        width = ((stop - start if start is not None else stop) * times * kept).named(
            f"persons.*.band_{number + 1}", f"Net pay within band {number + 1}", "currency"
        )
        inside = graph.minimum(left, width)
        parts.append(graph.ratio(inside, kept))
        left = (left - inside).named(f"persons.*.left_{number + 1}", f"Net pay above band {number + 1}", "currency")
        start = stop
    gross = graph.add_up(parts).named("persons.*.gross_per_head", "Gross pay of one head", "currency")
    return graph.ratio(gross * heads * own, total).named("persons.*.gross_over_net", "Gross over net pay", "times")


def _end(bands: Sequence[Band], number: int) -> float:
    """Return where a band ends; one that only fills up the row ends where the one before does."""
    ends = [band.up_to for band in bands if band.up_to is not None]
    return ends[min(number, len(ends) - 1)] if ends else 0.0


def _over_the_limit(stage: Stage, schemes: Schemes, table: Table, scheme: Node, per_head: Node) -> None:
    """Show how much more a head is paid than its kind of pay allows in a year."""
    graph = stage.graph
    if not any(s.limit for s in schemes.found if s):
        return
    origins = [stage.from_source("published", s.source) if s and s.limit else NO_TAXES for s in schemes.found]
    limits = graph.input_column(
        "schemes.*.income_limit",
        table,
        [0.0, *(s.limit if s else 0.0 for s in schemes.found)],
        label="Income of a year up to which it holds (0: any)",
        unit="currency",
        origins=[Origin("assumed", title="no limit"), *origins],
    )
    limit = graph.lookup(limits, scheme)
    over = graph.choose(limit > 0, graph.maximum(per_head - limit, 0), 0)
    over.named("persons.*.over_limit", "Pay of one head above the income limit", "currency")


def _months_of_unit(
    stage: Stage, schedule: Schedule, lines: list[BudgetLine], paid: Sequence[bool], table: Table
) -> Node:
    """Months that one unit of a line takes: days and weeks by the working week, 0 for fees that have no duration."""
    graph = stage.graph
    per_day = schedule.months_per_day
    per_week = (per_day * schedule.days_per_week).named("schedule.months_per_week", "Months a week takes", "months")
    kinds: dict[str, Node] = {**dict.fromkeys(DAY_UNITS, per_day), "week": per_week, "month": graph.constant(1)}
    none = graph.constant(0)
    rows = [kinds.get(line.unit, none) if p else none for line, p in zip(lines, paid, strict=True)]
    return graph.stack(table, rows).named("lines.*.months_per_unit", "Months one unit takes", "months")
