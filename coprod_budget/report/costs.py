"""What the film costs and who bears it: top sheet, charges, lines, partners, places of spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.tables import WHOLE, Column, Row, Section, Style, Table, percent

if TYPE_CHECKING:
    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Part

OFF_SHARE = 0.05
"""Distance between the share of the cost that was agreed and the share borne, from which it is pointed at."""
GROUPS = {
    "above_the_line": "Above the line",
    "production": "Production",
    "post": "Post-production",
    "other": "Other",
    "charges": "Charges",
}


TAXES = {
    "taxes.vat": "VAT on the lines",
    "taxes.vat_cost": "of it nobody gets back (in the lines)",
    "taxes.withheld": "Withheld from payees abroad, to be paid over",
}


def group_of(figures: Figures, account: str) -> str:
    """Return the group of an account; charges are a group of their own."""
    departments = figures.model.catalog.departments
    return departments[account].group if account in departments else "charges"


def budget(figures: Figures) -> Section:
    """Return the top sheet by groups and accounts, and the charges with their bases and rates."""
    money = figures.currency
    columns = (
        Column("Code", least=WHOLE),
        Column("Account", least=22),
        Column(money, "money"),
        Column("Share", "share"),
        *(Column(figures.partners[p], "money") for p in figures.partners),
    )

    def row(code: str, name: str, key: str, style: Style = "") -> Row:
        cells = (code, name, figures.number(f"{key}.total"), figures.number(f"{key}.share"))
        return Row((*cells, *(figures.number(f"{key}.borne_{p}") for p in figures.partners)), style)

    rows: list[Row] = []
    for group, label in GROUPS.items():
        accounts = [a for a in figures.model.budget.accounts.keys if group_of(figures, a) == group]
        if accounts:
            rows.append(row("", label, f"group.{group}", "group"))
            for account in accounts:
                code, name = figures.account(account)
                rows.append(row(code, f"  {name}", f"account.{account}"))
    borne = [figures.number(f"partner.{p}.borne") for p in figures.partners]
    rows.append(Row(("", "Total", figures.number("budget.total"), 1.0, *borne), "total"))
    parts: list[Part] = [Table("Budget by account", columns, tuple(rows), continues=True, stub=2)]
    charges = figures.model.budget.charges
    if charges.table.keys:
        parts.append(_charges(figures))
    taxes = [(label, figures.number(key)) for key, label in TAXES.items() if figures.has(key)]
    if taxes:
        rows = [Row((label, amount)) for label, amount in taxes]
        parts.append(Table("Taxes", (Column("Tax", least=30), Column(money, "money")), tuple(rows)))
    return Section("budget", "Budget", parts)


def _charges(figures: Figures) -> Table:
    charges = figures.model.budget.charges
    columns = (
        Column("Charge", least=18),
        Column("Base", "money"),
        Column("Rate", "share"),
        Column(figures.currency, "money"),
        Column("Rate is", drop=2),
        Column("Why", drop=1, least=30),
    )
    rows = []
    for n, charge in enumerate(charges.table.keys):
        fixed = _is_fixed(figures, charge)
        rows.append(
            Row((
                charges.labels[n],
                None if fixed else figures.number(f"charges.{charge}.base"),
                "fixed" if fixed else figures.number(f"budget.charges.{charge}.rate"),
                figures.number(f"charges.{charge}.amount"),
                charges.bases[n],
                charges.why[n],
            ))
        )  # fmt: skip
    loop = [charges.labels[charges.table.positions[c]] for c in charges.in_loop]
    note = f"In the base of each other or of themselves, solved exactly: {', '.join(loop)}." if loop else ""
    return Table("Charges on top of the direct cost", columns, tuple(rows), note)


def _is_fixed(figures: Figures, charge: str) -> bool:
    return figures.has(f"budget.charges.{charge}.amount")


def lines(figures: Figures) -> Section:
    """Return every line of the budget under its account."""
    taxed = any(figures.exactly(f"lines.{line.id}.taxes") for line in figures.model.budget.lines)
    adjusted = figures.has("lines.*.factor")
    columns = (
        Column("Line", drop=2, least=WHOLE),
        Column("Description", least=20),
        Column("Quantity", "number"),
        Column("Unit", drop=3, least=WHOLE),
        Column("People", "number", drop=4),
        Column("Rate", "price"),
        *([Column("Factor", "rate", drop=2)] if adjusted else []),
        Column("Cur.", least=WHOLE),
        Column("Fringes", "money", drop=5),
        *([Column("Taxes", "money", drop=5)] if taxed else []),
        Column(figures.currency, "money"),
        Column("Basis", drop=1, least=WHOLE),
    )
    rows: list[Row] = []
    account = ""
    blank = ("",) * (6 + taxed + adjusted)
    for line in figures.model.budget.lines:
        if line.account != account:
            account = line.account
            code, name = figures.account(account)
            total = figures.number(f"account.{account}.total")
            rows.append(Row(("", f"{code} {name}".strip(), *blank, total, ""), "group"))
        key = f"lines.{line.id}"
        rows.append(
            Row((
                line.id,
                line.description,
                figures.number(f"{key}.quantity"),
                line.unit,
                figures.number(f"{key}.people"),
                figures.number(f"{key}.rate"),
                *([figures.number(f"{key}.factor")] if adjusted else []),
                line.currency,
                figures.number(f"{key}.fringes"),
                *([figures.number(f"{key}.taxes")] if taxed else []),
                figures.number(f"{key}.total"),
                line.basis,
            ))
        )  # fmt: skip
    rows.append(Row(("", "Direct cost", *blank, figures.number("budget.direct"), ""), "total"))
    return Section("lines", "Lines", [Table("Budget lines", columns, tuple(rows))])


def split(figures: Figures) -> Section:
    """Return who bears the cost, and where it is spent."""
    money = figures.currency
    financed = bool(figures.model.project.finance)
    columns = [
        Column("Partner", least=16),
        Column("Agreed", "share"),
        Column("Borne", "money"),
        Column("Borne", "share"),
        Column("Spent at home", "money", drop=2),
    ]
    if financed:
        columns += [Column("Brought by others", "money", drop=1), Column("Own investment", "money")]
    rows = []
    for partner, name in figures.partners.items():
        key = f"partner.{partner}"
        cells = [
            name,
            figures.number(f"partners.{partner}.share"),
            figures.number(f"{key}.borne"),
            figures.number(f"{key}.borne_share"),
            figures.number(f"{key}.spent"),
        ]
        if financed:
            cells += [figures.number(f"{key}.brought"), figures.number(f"{key}.invested")]
        rows.append(Row(tuple(cells)))
    off = "; ".join(sentence for _, sentence in far_from_agreed(figures))
    parts: list[Part] = [Table(f"Who bears the cost, {money}", tuple(columns), tuple(rows), f"{off}." if off else "")]
    parts += _places(figures)
    return Section("split", "Partners and places", parts)


def far_from_agreed(figures: Figures) -> list[tuple[str, str]]:
    """Return the partners that bear a share of the cost far from the agreed one, each with a sentence."""
    found = []
    for partner, name in figures.partners.items():
        agreed = figures.exactly(f"partners.{partner}.share")
        borne = figures.exactly(f"partner.{partner}.borne_share")
        if abs(borne - agreed) > OFF_SHARE and figures.exactly("budget.total"):
            found.append(
                (partner, f"{name} bears {percent(round(borne, 3))} of the cost, {percent(agreed)} was agreed")
            )
    return found


def _places(figures: Figures) -> list[Table | str]:
    model, money = figures.model, figures.currency
    cities = [
        Row(
            (
                figures.city(c),
                _country(figures, c),
                figures.number(f"city.{c}.total"),
                figures.number(f"city.{c}.share"),
            )
        )
        for c in model.budget.cities.keys
        if figures.number(f"city.{c}.total")
    ]
    countries = [
        Row((figures.country(c), figures.number(f"country.{c}.total"), figures.number(f"country.{c}.share")))
        for c in model.budget.countries.keys
        if figures.number(f"country.{c}.total")
    ]
    return [
        Table(
            "Where it is spent, by city",
            (Column("City"), Column("Country", least=7), Column(money, "money"), Column("Share", "share")),
            tuple(cities),
        ),
        Table(
            "Where it is spent, by country",
            (Column("Country", least=7), Column(money, "money"), Column("Share", "share")),
            tuple(countries),
            "Charges on top are spent in no particular place.",
        ),
    ]


def _country(figures: Figures, city: str) -> str:
    known = figures.model.catalog.cities
    return known[city].country if city in known else ""
