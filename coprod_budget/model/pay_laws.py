"""The law of pay that the lines need: one row a country, year and kind of payee, with what is due on top and what is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.catalog import Source
from coprod_budget.errors import nearest
from coprod_budget.graph import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog import ChargeComponent
    from coprod_budget.catalog.pay import Band, PayLaw
    from coprod_budget.graph import Basis, Node, Table
    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage

EMPLOYEE = "employee"
WITH_LAW = (EMPLOYEE, "self_employed", "sole_trader", "author")
"""Kinds of payee that have a law of pay; a contractor is anybody self-employed, on whose fee nothing is due."""
PEOPLE = (*WITH_LAW, "contractor")
TIMED = ("shift", "shift_10h", "shift_8h", "day", "week", "month")
NO_CHARGES = Origin("assumed", title="no employer charges")
NO_TAXES = Origin("assumed", title="no tax of the payee")


class Need(NamedTuple):
    """The law that a line asks for; ``case`` is the one it names, where a law has several."""

    country: str
    year: int
    kind: str
    case: str = ""

    @property
    def key(self) -> str:
        """The row of the table of schemes."""
        kind = "" if self.kind == EMPLOYEE else self.kind
        return "_".join(part for part in (self.country, str(self.year), kind, self.case) if part)

    @property
    def payee(self) -> str:
        """The payee in words."""
        return f"{'an' if self.kind[0] in 'aeiou' else 'a'} {self.kind.replace('_', ' ')}"


class Scheme(NamedTuple):
    """What is due on top of pay (``components``) and what is taken out of it (``bands``), in one currency."""

    currency: str
    components: tuple[ChargeComponent, ...] = ()
    bands: tuple[Band, ...] = ()
    monthly: bool = False
    limit: float = 0.0
    source: Source = Source("")


class Schemes(NamedTuple):
    """The rows, by key, and for every line the law of what is owed and of what is taken; None where it asks for none."""

    rows: dict[str, Scheme | None]
    owed: list[Need | None]
    taken: list[Need | None]

    @property
    def found(self) -> list[Scheme | None]:
        """The rows in order."""
        return list(self.rows.values())


def needs_of(schedule: Schedule, line: BudgetLine, *, abroad: bool = False) -> tuple[Need | None, Need | None]:
    """Return which law says what is owed on a line's pay, and which what is taken from it (only for pay agreed net)."""
    if line.labour not in WITH_LAW:
        return None, None
    year = schedule.year_of[line.phase]
    owed = Need(line.country, year, line.labour, line.pay_case)
    net = line.pay == "net" and not abroad
    return owed, Need(line.payee or line.country, year, line.labour, line.pay_case) if net else None


def scheme_currencies(stage: Stage, schedule: Schedule, lines: list[BudgetLine]) -> list[str]:
    """Return the currencies in which the law of pay of these lines is written."""
    needs = {need for line in lines for need in needs_of(schedule, line) if need is not None}
    found = (_scheme(stage, need, bands=True) for need in sorted(needs))
    return [scheme.currency for scheme in found if scheme is not None]


def find_schemes(stage: Stage, schedule: Schedule, lines: list[BudgetLine], abroad: Sequence[bool]) -> Schemes:
    """Find the law of every line, with warnings of what the data do not know."""
    pairs = [needs_of(schedule, line, abroad=a) for line, a in zip(lines, abroad, strict=True)]
    owed, taken = [p[0] for p in pairs], [p[1] for p in pairs]
    rows: dict[str, Scheme | None] = {}
    for need in sorted({n for n in (*owed, *taken) if n is not None}):
        scheme = _scheme(stage, need, bands=need in taken)
        rows[need.key] = scheme
        if _wrong_case(stage, need):
            continue
        if need in owed:
            _warn_of_charges(stage, need, scheme, [x.id for x, n in zip(lines, owed, strict=True) if n == need])
        if need in taken:
            _warn_of_taxes(stage, need, [x.id for x, n in zip(lines, taken, strict=True) if n == need])
    schemes = Schemes(rows, owed, taken)
    _warn_of_months(stage, lines, schemes)
    unnamed = [
        x.id for x, a in zip(lines, abroad, strict=True) if x.labour == "contractor" and x.pay == "net" and not a
    ]
    if unnamed:
        stage.warn(
            "W305",
            f"what is taken from the net pay of {some(unnamed)} is not known of a contractor: it stays net",
            "say what the payee is: labour: self_employed, sole_trader or author",
        )
    return schemes


def some(ids: Sequence[str]) -> str:
    """Return the first few of these ids, for a message."""
    more = f" and {len(ids) - 4} more" if len(ids) > 4 else ""
    return ", ".join(ids[:4]) + more


def _scheme(stage: Stage, need: Need, *, bands: bool) -> Scheme | None:
    catalog = stage.catalog
    if need.kind == EMPLOYEE:
        charges = catalog.employer_charges(need.country, need.year)
        law = catalog.pay_law(need.country, EMPLOYEE, need.year, need.case) if bands else None
        if charges is None and law is None:
            return None
        currency = charges.currency if charges is not None else law.currency if law is not None else ""
        components = charges.components if charges is not None else ()
    else:
        law = catalog.pay_law(need.country, need.kind, need.year, need.case)
        if law is None:
            return None
        currency, components = law.currency, law.owed or ()
    if law is None or law.taken is None or not bands:
        return Scheme(currency, components, limit=law.limit or 0.0 if law else 0.0, source=_source(law))
    return Scheme(currency, components, law.bands, law.monthly, law.limit or 0.0, _source(law))


def _source(law: PayLaw | None) -> Source:
    if law is None:
        return Source("")
    sources = [*(tax.source for tax in law.taken or ()), *(charge.source for charge in law.owed or ())]
    return sources[0] if sources else Source("")


def _warn_of_charges(stage: Stage, need: Need, scheme: Scheme | None, ids: list[str]) -> None:
    country, year, catalog = need.country, need.year, stage.catalog
    if need.kind == EMPLOYEE:
        charges = catalog.employer_charges(country, year)
        if charges is None:
            stage.warn(
                "W301", f"employer charges of {country} are not in the data: pay there carries none",
                "add the charges to the rates of these lines, or a table with --data",
            )  # fmt: skip
        elif charges.valid_for_year != year:
            stage.warn(
                "W302",
                f"employer charges of {country} for {year} are not in the data: those of {charges.valid_for_year} are used",
            )
        return
    law = catalog.pay_law(country, need.kind, year, need.case)
    if law is None or law.owed is None:
        stage.warn(
            "W304",
            f"what is owed on the fee of {need.payee} in {country} is not in the data: nothing is added to {some(ids)}",
            "add it to the rates of these lines, or a taxes/pay.yaml with --data",
        )
    elif law.valid_for_year != year and scheme is not None and any(c.rate for c in scheme.components):
        stage.warn(
            "W302",
            f"what is owed on the fee of {need.payee} in {country} for {year} is not in the data: that of "
            f"{law.valid_for_year} is used",
        )


def _warn_of_taxes(stage: Stage, need: Need, ids: list[str]) -> None:
    country, year = need.country, need.year
    law = stage.catalog.pay_law(country, need.kind, year, need.case)
    cases = _cases(stage, need)
    if law is None or law.taken is None:
        stage.warn(
            "W305",
            f"what is taken from the net pay of {need.payee} in {country} in {year} is not in the data: {some(ids)} stays net",
            f"the law has several cases: name one with pay_case: {', '.join(cases)}"
            if cases
            else "write the gross pay, or add a taxes/pay.yaml with --data",
        )
    elif law.valid_for_year != year:
        stage.warn(
            "W308",
            f"taxes on the pay of {need.payee} in {country} for {year} are not in the data: those of {law.valid_for_year} are used",
        )


def _wrong_case(stage: Stage, need: Need) -> bool:
    """Say that a line names a case which the law does not have."""
    cases = _cases(stage, need) if need.case else []
    if not need.case or need.case in cases:
        return False
    stage.error(
        "M303",
        f"there is no case {need.case!r} of the pay of {need.payee} in {need.country}",
        nearest(need.case, cases) if cases else "leave pay_case out",
    )
    return True


def _cases(stage: Stage, need: Need) -> list[str]:
    law = stage.catalog.pay_law(need.country, need.kind, need.year)
    return [case for case, _ in law.cases] if law is not None else []


def _warn_of_months(stage: Stage, lines: list[BudgetLine], schemes: Schemes) -> None:
    for key, scheme in schemes.rows.items():
        if scheme is None:
            continue
        for what, needs, monthly in (
            ("ceilings of employer charges", schemes.owed, any(c.ceiling_period == "month" for c in scheme.components)),
            ("taxes on pay", schemes.taken, scheme.monthly),
        ):
            here = [x for x, n in zip(lines, needs, strict=True) if n is not None and n.key == key and monthly]
            untimed = [line.id for line in here if line.unit not in TIMED]
            if untimed:
                country = key.split("_", maxsplit=1)[0]
                stage.warn(
                    "W303",
                    f"the {what} in {country} are by the month, and {len(untimed)} lines of pay "
                    f"have a unit without a duration ({', '.join(untimed[:4])}): they add no months",
                    f"write the pay by {', '.join(TIMED[-3:])}",
                )


def charge_columns(
    stage: Stage, table: Table, schemes: list[Scheme | None], number: int
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


def band_origin(stage: Stage, band: Band) -> Origin:
    """Return where the rate of a band comes from: the taxes it adds up."""
    taxes = band.taxes
    if not taxes:
        return NO_TAXES
    basis: Basis = "assumed" if any(t.basis == "assumed" for t in taxes) else "derived"
    notes = "; ".join(dict.fromkeys(t.source.note for t in taxes if t.source.note))
    if len(taxes) == 1 and basis == "derived" and "costs" not in band.text:
        return stage.from_source("published", taxes[0].source)
    title = "; ".join(dict.fromkeys(t.source.title for t in taxes))
    first = taxes[0].source
    return Origin(
        basis, title=title, url=first.url, as_of=first.as_of, note="; ".join(n for n in (band.text, notes) if n)
    )
