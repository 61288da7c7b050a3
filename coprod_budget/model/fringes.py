"""Employer charges, per person, country and year: several lines of one person share one ceiling.

Pay of a person is added up over the lines, the charges are worked out once on the pay of one head, and every line carries its
part in proportion to its pay. A monthly ceiling is on the pay of a calendar month, so it counts for every month begun: a single
day at a high fee is charged up to a whole month's ceiling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.graph import Node, Origin

if TYPE_CHECKING:
    from coprod_budget.catalog import ChargeComponent, EmployerCharges
    from coprod_budget.graph import Basis, Table
    from coprod_budget.model.lines import BudgetLine
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage

NOBODY = "none"
DAY_UNITS = ("shift", "shift_10h", "shift_8h", "day")
NO_CHARGES = Origin("assumed", title="no employer charges")


def charge_currencies(stage: Stage, schedule: Schedule, lines: list[BudgetLine]) -> list[str]:
    """Return the currencies in which the employer charges of these lines are set."""
    found = {_scheme(schedule, line) for line in lines if line.employed}
    schemes = (stage.catalog.employer_charges(country, year) for country, year in sorted(found))
    return [s.currency for s in schemes if s is not None]


def build_fringes(
    stage: Stage,
    schedule: Schedule,
    lines: list[BudgetLine],
    table: Table,
    quantity: Node,
    people: Node,
    net: Node,
    worth: Node,
) -> Node:
    """Return the employer charges of every line, in the reporting currency."""
    graph, unit = stage.graph, stage.project.currency
    schemes = _schemes(stage, schedule, lines)
    person_of = [_person(schedule, line) if line.employed else NOBODY for line in lines]
    first = {name: row for row, name in reversed(list(enumerate(person_of)))}
    persons = graph.table(
        "persons", [NOBODY, *(p for p in dict.fromkeys(person_of) if p != NOBODY)], "people and teams"
    )
    for row, name in enumerate(person_of):
        if name != NOBODY and lines[row].people != lines[first[name]].people:
            stage.error(
                "M301",
                f"lines {lines[first[name]].id!r} and {lines[row].id!r} are of one person but count different people",
                "give them the same `people`, or different `person` ids",
            )
    scheme_names = [NOBODY, *(f"{country}_{year}" for country, year in schemes)]
    scheme_table = graph.table("schemes", scheme_names, "employer charges by country and year")
    person_scheme = graph.text_column(
        "persons.*.scheme",
        persons,
        [NOBODY, *("_".join(map(str, _scheme(schedule, lines[first[p]]))) for p in persons.keys[1:])],
        label="Employer charges",
    )
    found = list(schemes.values())
    scheme_currency = graph.text_column(
        "schemes.*.currency",
        scheme_table,
        [unit, *(s.currency if s else unit for s in found)],
        label="Currency of the ceilings",
    )
    scheme_worth = graph.lookup(worth, scheme_currency).named(
        "schemes.*.worth", f"One unit in {unit}", f"{unit} per unit"
    )
    person = graph.text_column("lines.*.person", table, person_of, label="Person")
    employed = graph.input_column(
        "lines.*.employed",
        table,
        [float(line.employed) for line in lines],
        label="Employer charges apply",
        unit="count",
        origins=[line.stated for line in lines] or [NO_CHARGES],
    )
    pay = (net * employed).named("lines.*.pay", "Pay with employer charges", unit)
    months = (quantity * _months_of_unit(stage, schedule, lines, table)).named(
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
    per_head = graph.ratio(total_pay, heads * own_worth).named("persons.*.pay_per_head", "Pay of one head", "currency")
    parts = []
    for number in range(max((len(s.components) for s in found if s), default=0)):
        rate, ceiling, monthly, above = _component(stage, scheme_table, found, number)
        limit = graph.lookup(ceiling, person_scheme) * graph.choose(
            graph.lookup(monthly, person_scheme).equals(1), begun, 1
        )
        limit = limit.named(f"persons.*.limit_{number + 1}", f"Ceiling of charge {number + 1}", "currency")
        below = graph.choose(limit > 0, graph.minimum(per_head, limit), per_head)
        part = graph.lookup(rate, person_scheme) * below + graph.lookup(above, person_scheme) * (per_head - below)
        parts.append(part.named(f"persons.*.charge_{number + 1}", f"Charge {number + 1} of one head", "currency"))
    charges = (graph.add_up(parts) * heads * own_worth).named("persons.*.charges", "Employer charges", unit)
    share = graph.ratio(charges, total_pay).named("persons.*.rate", "Employer charges over pay", "share")
    return (pay * graph.lookup(share, person)).named("lines.*.fringes", "Fringes", unit)


def _scheme(schedule: Schedule, line: BudgetLine) -> tuple[str, int]:
    return line.country, schedule.year_of[line.phase]


def _person(schedule: Schedule, line: BudgetLine) -> str:
    """One person, one country, one year: the unit on which ceilings are counted."""
    country = line.country.replace("-", "_").lower()
    return f"{line.person}_{country}_{schedule.year_of[line.phase]}"


def _schemes(
    stage: Stage, schedule: Schedule, lines: list[BudgetLine]
) -> dict[tuple[str, int], EmployerCharges | None]:
    schemes: dict[tuple[str, int], EmployerCharges | None] = {}
    for country, year in sorted({_scheme(schedule, line) for line in lines if line.employed}):
        found = stage.catalog.employer_charges(country, year)
        schemes[country, year] = found
        if found is None:
            stage.warn(
                "W301", f"employer charges of {country} are not in the data: pay there carries none",
                "add the charges to the rates of these lines, or a table with --data",
            )  # fmt: skip
        elif found.valid_for_year != year:
            stage.warn(
                "W302",
                f"employer charges of {country} for {year} are not in the data: those of {found.valid_for_year} are used",
            )
    timed = (*DAY_UNITS, "week", "month")
    for (country, year), scheme in schemes.items():
        if scheme and any(c.ceiling and c.ceiling_period == "month" for c in scheme.components):
            here = [line for line in lines if line.employed and _scheme(schedule, line) == (country, year)]
            untimed = [line.id for line in here if line.unit not in timed]
            if untimed:
                stage.warn(
                    "W303",
                    f"the ceilings of employer charges in {country} are by the month, and {len(untimed)} lines of pay "
                    f"have a unit without a duration ({', '.join(untimed[:4])}): they add no months",
                    f"write the pay by {', '.join(timed[-3:])}",
                )
    return schemes


def _component(
    stage: Stage, table: Table, schemes: list[EmployerCharges | None], number: int
) -> tuple[Node, Node, Node, Node]:
    """Return rate, ceiling (0 = none), whether it is monthly, and the rate above, of one charge of every scheme."""
    chosen = [s.components[number] if s and number < len(s.components) else None for s in schemes]
    origins = [NO_CHARGES, *(stage.from_source(_basis(c), c.source) if c else NO_CHARGES for c in chosen)]

    def column(name: str, values: list[float], label: str, unit: str) -> Node:
        return stage.graph.input_column(
            f"schemes.*.{name}_{number + 1}",
            table,
            [0.0, *values],
            label=f"{label}, charge {number + 1}",
            unit=unit,
            origins=origins,
        )

    return (
        column("rate", [c.rate if c else 0.0 for c in chosen], "Rate", "share"),
        column("ceiling", [c.ceiling or 0.0 if c else 0.0 for c in chosen], "Ceiling (0: none)", "currency"),
        column(
            "monthly", [float(c.ceiling_period == "month") if c else 0.0 for c in chosen], "Ceiling is monthly", "count"
        ),
        column("above", [c.rate_above if c else 0.0 for c in chosen], "Rate above the ceiling", "share"),
    )


def _basis(charge: ChargeComponent) -> Basis:
    """A charge that the data themselves hold for doubtful counts as assumed."""
    return "assumed" if charge.confidence.startswith("low") else "published"


def _months_of_unit(stage: Stage, schedule: Schedule, lines: list[BudgetLine], table: Table) -> Node:
    """Months that one unit of a line takes: days and weeks by the working week, 0 for fees that have no duration."""
    graph = stage.graph
    per_day = schedule.months_per_day
    per_week = (per_day * schedule.days_per_week).named("schedule.months_per_week", "Months a week takes", "months")
    kinds: dict[str, Node] = {**dict.fromkeys(DAY_UNITS, per_day), "week": per_week, "month": graph.constant(1)}
    none = graph.constant(0)
    column = graph.stack(table, [kinds.get(line.unit, none) if line.employed else none for line in lines])
    return column.named("lines.*.months_per_unit", "Months one unit takes", "months")
