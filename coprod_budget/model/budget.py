"""The budget: quantity × people × rate a line, rounded in the line's currency; fringes; charges; totals by every dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.catalog import FxRate, Source
from coprod_budget.errors import MissingDataError, nearest
from coprod_budget.graph import Graph, Node, Origin, Table
from coprod_budget.model.adjust import factors_of
from coprod_budget.model.charges import Charges, build_charges
from coprod_budget.model.fringes import build_fringes
from coprod_budget.model.priced_line import NOWHERE, BudgetLine
from coprod_budget.model.quantities import Quantity
from coprod_budget.model.split import Rules, build_rules
from coprod_budget.model.taxes import Vat, add_vat, before_withholding, plan_taxes, without_vat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Template

CHARGES_GROUP = "charges"
NO_COUNTRY = "no_country"
CONTINGENCY = "contingency"
"""The charge that stands against what is not known."""
"""Charges on top are spent in no city and no country: what looks at spend sees the lines alone."""
GROUPS = {"above_the_line": "Above the line", "production": "Production", "post": "Post-production", "other": "Other"}
BASES = ("quoted", "published", "derived", "assumed")


class Budget(NamedTuple):
    """Nodes and tables of the budget; amounts are in the reporting currency unless their label says otherwise."""

    lines: list[BudgetLine]
    table: Table
    line_total: Node
    line_numbers: dict[str, list[Node]]
    charges: Charges
    accounts: Table
    groups: Table
    cities: Table
    countries: Table
    currencies: Table
    bases: Table
    sources: dict[str, Origin]
    total: Node
    direct: Node
    rules: Rules
    vat: Vat | None
    """None where no line has VAT."""


def build_currencies(stage: Stage, codes: Iterable[tuple[str, str]]) -> tuple[Table, Node]:
    """Put the exchange rates of all currencies in use into the graph; return the table and the value of one unit.

    ``codes`` come with the path in the project that names them, or nothing. ``fx`` is in units of currency per euro; a rate
    fixed by the project wins over the dated table.
    """
    graph, project = stage.graph, stage.project
    used = {project.currency: "currency"}
    for code, path in codes:
        used[code] = used.get(code) or path
    values: list[float] = []
    origins: list[Origin] = []
    for code, path in used.items():
        if code in project.fx:
            values.append(project.fx[code])
            origins.append(stage.given(f"fx.{code}", note="rate fixed by the project"))
            continue
        try:
            rate = stage.catalog.fx(code, project.as_of)
        except MissingDataError as error:
            for problem in error.problems:
                stage.lack(problem.code, problem.message, problem.hint, path)
            rate = FxRate(code, 1.0, "", Source("missing"))  # never shown: the estimate stops when all are found
        values.append(rate.per_eur)
        origins.append(Origin("published", rate.source.title, rate.source.url, rate.month, note=rate.source.note))
        if rate.stale_months:
            stage.warn(
                "W201",
                f"the newest exchange rate of {code} is of {rate.month}, the estimate of {project.as_of}",
                f"fix it with fx.{code}",
            )
    for code in project.fx:
        if code not in used:
            stage.warn(
                "W202", f"no amount is in {code}: its fixed rate does nothing", nearest(code, used), f"fx.{code}"
            )
    table = graph.table("currencies", used, "currencies")
    fx = graph.input_column("fx", table, values, label="Currency units per euro", unit="per EUR", origins=origins)
    worth = (graph.pick(fx, project.currency) / fx).named(
        "fx_worth", f"One unit in {project.currency}", f"{project.currency} per unit"
    )
    return table, worth


def build_budget(
    stage: Stage, schedule: Schedule, lines: list[BudgetLine], template: Template | None, currencies: Table, worth: Node
) -> Budget:
    """Build every line, its fringes and taxes, the charges on top, and the totals."""
    graph, project = stage.graph, stage.project
    table = graph.table("lines", [line.id for line in lines], "budget lines")
    quantity, people, numbers = _quantities(stage, schedule, lines, table)
    rate = graph.input_column(
        "lines.*.rate",
        table,
        [line.rate for line in lines],
        label="Rate",
        unit="currency",
        origins=[line.price for line in lines] or [Origin("assumed")],
    )
    currency = graph.text_column("lines.*.currency", table, [line.currency for line in lines], label="Currency")
    local: Node = quantity * people * rate
    factors = factors_of(stage, table, {line.id: line.adjustment for line in lines if line.adjustment is not None})
    if factors is not None:
        local = local * factors
    if project.budget.rounding != "none":
        digits = graph.input(
            "budget.rounding_digits",
            2 if project.budget.rounding == "cent" else 0,
            label="Decimals a line is rounded to",
            unit="count",
            origin=stage.given("budget.rounding"),
        )
        local = graph.round(local, digits)
    local = local.named("lines.*.local", "Amount in the line's currency", "currency")
    rules = build_rules(stage, lines, table, template)
    taxes = plan_taxes(stage, lines, rules)
    price, vat_rate = without_vat(stage, taxes, table, local * graph.lookup(worth, currency))
    net = price.named("lines.*.net", "Amount before fringes", project.currency)
    earned = before_withholding(stage, taxes, table, net)
    abroad = [tax.abroad for tax in taxes]
    fringes = build_fringes(stage, schedule, lines, table, quantity, people, earned, worth, abroad)
    of_payees = ([] if earned is net else [earned - net]) + ([] if fringes.gross_up is None else [fringes.gross_up])
    vat = add_vat(stage, rules, graph.add_up([net, *of_payees]), vat_rate) if vat_rate is not None else None
    extra = [*of_payees, *([vat.cost] if vat else [])]
    taxed = graph.add_up(extra) if extra else graph.spread(table, 0)
    taxed.named("lines.*.taxes", "Taxes on net pay, and VAT not got back", project.currency)
    costs = [net, fringes.charges, *([taxed] if extra else [])]
    total = graph.add_up(costs).named("lines.*.total", "Line total", project.currency)
    account = graph.text_column("lines.*.account", table, [line.account for line in lines], label="Account")
    groups_of = {d.id: d.group for d in stage.catalog.departments.values()}
    group = graph.text_column("lines.*.group", table, [groups_of[line.account] for line in lines], label="Group")
    accounts = graph.table(
        "departments", [d for d in stage.catalog.departments if any(line.account == d for line in lines)], "departments"
    )
    groups = graph.table("groups", GROUPS, "account groups")
    by_account = graph.sum_by(total, account, accounts).named(
        "direct_by_account", "Direct cost of the account", project.currency
    )
    by_group = graph.sum_by(total, group, groups).named("direct_by_group", "Direct cost of the group", project.currency)
    direct = graph.sum(total).named("budget.direct", "Direct cost", project.currency)
    charges = build_charges(stage, template, by_account, by_group, worth)
    grand = (direct + graph.sum(charges.amount)).named("budget.total", "Total budget", project.currency)
    if CONTINGENCY in charges.table.positions:
        before = grand - graph.pick(charges.amount, CONTINGENCY)
        before.named("budget.before_contingency", "Total budget before the contingency", project.currency)
    return _totals(
        stage, lines, table, total, account, group, by_account, charges, currencies, direct, grand, numbers, rules, vat
    )


def _quantities(
    stage: Stage, schedule: Schedule, lines: list[BudgetLine], table: Table
) -> tuple[Node, Node, dict[str, list[Node]]]:
    graph = stage.graph
    numbers: dict[str, list[Node]] = {}
    columns: dict[str, list[Node]] = {"quantity": [], "people": []}
    by_nothing: list[Node] = []
    for line in lines:
        divisors: list[Node] = []
        names = schedule.names_in[line.scope] if line.scope else schedule.names
        for field, expression in (("quantity", line.quantity), ("people", line.people)):
            label = f"{line.description}: {field}"
            quantity = Quantity(graph, names, f"lines.{line.id}.{field}", label, line.stated)
            columns[field].append(quantity.node(expression))
            numbers.setdefault(line.id, []).extend(quantity.numbers)
            divisors += quantity.divisors
        by_nothing.append(graph.either(*(d.equals(0) for d in divisors)) if divisors else graph.constant(0))
    quantity_column = graph.stack(table, columns["quantity"]).named("lines.*.quantity", "Quantity", "unit")
    graph.stack(table, by_nothing).named("lines.*.divided_by_zero", "Quantity is divided by zero", "count")
    people_column = graph.stack(table, columns["people"]).named("lines.*.people", "People", "count")
    return quantity_column, people_column, numbers


def _totals(
    stage: Stage,
    lines: list[BudgetLine],
    table: Table,
    total: Node,
    account: Node,
    group: Node,
    by_account: Node,
    charges: Charges,
    currencies: Table,
    direct: Node,
    grand: Node,
    numbers: dict[str, list[Node]],
    rules: Rules,
    vat: Vat | None,
) -> Budget:
    """Add up lines and charges by account, group, city, country, currency and basis."""
    graph, project = stage.graph, stage.project
    unit = project.currency
    charge_ids = charges.table.keys
    departments = by_account.table.keys if by_account.table else ()
    accounts = graph.table("accounts", [*departments, *charges.accounts], "accounts")

    def both(name: str, label: str, keys: Table, of_lines: Node, of_charges: Node) -> Node:
        # charges first: the other way round LibreOffice 7.4 sees a circle when all of the workbook is calculated again
        parts = graph.sum_by(charges.amount, of_charges, keys) + graph.sum_by(total, of_lines, keys)
        parts.named(f"{name}.*.total", label, unit)
        graph.ratio(parts, grand).named(f"{name}.*.share", f"{label}, share of the budget", "share")
        return parts

    def texts(name: str, values: list[str], label: str) -> Node:
        return graph.text_column(f"lines.*.{name}", table, values, label=label)

    def charge_texts(name: str, value: str | list[str], label: str) -> Node:
        values = value if isinstance(value, list) else [value] * len(charge_ids)
        return graph.text_column(f"charges.*.{name}", charges.table, values, label=label)

    charge_account = charge_texts("account", charges.accounts, "Account")
    both("account", "Total of the account", accounts, account, charge_account)
    all_groups = graph.table("budget_groups", [*GROUPS, CHARGES_GROUP], "groups of the budget")
    both("group", "Total of the group", all_groups, group, charge_texts("group", CHARGES_GROUP, "Group"))
    cities = _rows(graph, "cities", [line.city for line in lines], NOWHERE)
    city = texts("city", [line.city for line in lines], "City of spend")
    both("city", "Spent in the city", cities, city, charge_texts("city", NOWHERE, "City of spend"))
    countries = _rows(graph, "countries", [line.country for line in lines], NO_COUNTRY)
    country = texts("country", [line.country for line in lines], "Country of spend")
    both("country", "Spent in the country", countries, country, charge_texts("country", NO_COUNTRY, "Country of spend"))
    charge_currency = charge_texts("currency", project.currency, "Currency")
    both("currency", "Total of lines in the currency", currencies, graph["lines.*.currency"], charge_currency)
    bases = graph.table("bases", BASES, "bases of prices")
    basis = texts("basis", [line.basis for line in lines], "Basis of the price")
    both("basis", "Total on this basis", bases, basis, charge_texts("basis", charges.bases, "Basis"))
    graph.ratio(total, grand).named("lines.*.share", "Share of the budget", "share")
    sources = _sources(graph, lines, table, total, unit)
    return Budget(
        lines,
        table,
        total,
        numbers,
        charges,
        accounts,
        all_groups,
        cities,
        countries,
        currencies,
        bases,
        sources,
        grand,
        direct,
        rules,
        vat,
    )


def _sources(graph: Graph, lines: list[BudgetLine], table: Table, total: Node, unit: str) -> dict[str, Origin]:
    """Add up the lines by the source of their price; return the sources by the row key of the table."""
    ids: dict[tuple[str, str, str, str], str] = {}
    origins: dict[str, Origin] = {}
    keys: list[str] = []
    for line in lines:
        price = line.price
        same = (price.basis, price.title, price.url, price.as_of)
        if same not in ids:
            ids[same] = f"source_{len(ids) + 1}"
            origins[ids[same]] = price
        keys.append(ids[same])
    rows = graph.table("sources", origins, "sources of prices")
    source = graph.text_column("lines.*.source", table, keys, label="Source of the price")
    graph.sum_by(total, source, rows).named("sources.*.total", "Lines on this source", unit)
    return origins


def _rows(graph: Graph, name: str, used: list[str], last: str) -> Table:
    keys = [k for k in dict.fromkeys(used) if k != last]
    return graph.table(name, [*keys, last], name)
