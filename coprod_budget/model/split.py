"""Who bears the cost: every line and charge is split over the partners by the first rule that fits.

The rules are tried in this order: the line's own ``bearer``, its account, the city of its spend, the default. Where money is
*spent* is another matter and is kept apart (``budget``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Template

BY_SHARE = "by_share"


class Rules(NamedTuple):
    """The partners, the rules by which cost is split, each partner's share of each rule, and which rule holds for which line.

    ``bearers`` are, for every line, the partners whom its rule gives a share; ``of_charges`` the rule of every charge on top.
    """

    partners: Table
    table: Table
    target: Node
    shares: dict[str, Node]
    line_rule: Node
    of_charges: dict[str, str]
    bearers: list[tuple[str, ...]]


class Split(NamedTuple):
    """The partners, what each bears, and the rule that decided for every line and charge."""

    partners: Table
    rules: Table
    shares: dict[str, Node]
    borne: Node
    borne_share: Node
    line_rule: Node
    charge_rule: Node


def build_rules(stage: Stage, lines: list[BudgetLine], table: Table, template: Template | None) -> Rules:
    """Decide which rule holds for every line and charge, and put the rules and the agreed shares into the graph."""
    graph, project = stage.graph, stage.project
    ids = list(project.partners)
    partners = graph.table("partners", ids, "partners")
    target = graph.input_column(
        "partners.*.share",
        partners,
        [p.share for p in project.partners.values()],
        label="Agreed share",
        unit="share",
        origins=[stage.given(f"partners.{i}.share") for i in ids],
    )
    rules: dict[str, tuple[object, str]] = {BY_SHARE: (BY_SHARE, "")}
    line_rules = [
        _rule_of_line(stage, rules, line.bearer, line.account, line.city, line.id, line.bearer_path) for line in lines
    ]
    of_charges = {
        charge: _rule_of_line(stage, rules, bearer, charge, "", charge, f"budget.charges.{charge}.bearer")
        for charge, bearer in _charge_bearers(stage, template).items()
    }
    rows = graph.table("rules", rules, "split rules")
    line_rule = graph.text_column("lines.*.rule", table, line_rules, label="Split rule")
    shares: dict[str, Node] = {}
    for partner in ids:
        cells = [_share(stage, name, value, path, partner, target) for name, (value, path) in rules.items()]
        name = project.partners[partner].name
        shares[partner] = graph.stack(rows, cells).named(f"rules.*.share_{partner}", f"Share of {name}", "share")
    graph.add_up(list(shares.values())).named("rules.*.total", "Sum of the rule", "share")
    agreed = {i: p.share for i, p in project.partners.items()}
    bearers = [_bearers(rules[name][0], agreed) for name in line_rules]
    return Rules(partners, rows, target, shares, line_rule, of_charges, bearers)


def build_split(stage: Stage, budget: Budget) -> Split:
    """Split lines and charges over the partners."""
    graph, project = stage.graph, stage.project
    unit = project.currency
    rules, vat = budget.rules, budget.vat
    partners = rules.partners
    _check_names(stage, budget)
    names = [rules.of_charges[charge] for charge in budget.charges.table.keys]
    charge_rule = graph.text_column("charges.*.rule", budget.charges.table, names, label="Split rule")
    direct: list[Node] = []
    on_top: list[Node] = []
    for partner in project.partners:
        share = rules.shares[partner]
        label = f"Borne by {project.partners[partner].name}"
        own = graph.lookup(share, rules.line_rule)
        if vat is None:
            of_lines = budget.line_total * own
        else:  # VAT is borne by those alone who do not get it back
            of_lines = ((budget.line_total - vat.cost) + vat.amount * (1 - graph.pick(vat.recovers, partner))) * own
        of_lines = of_lines.named(f"lines.*.borne_{partner}", label, unit)
        of_charges = budget.charges.amount * graph.lookup(share, charge_rule)
        of_charges = of_charges.named(f"charges.*.borne_{partner}", label, unit)
        direct.append(graph.sum(of_lines))
        on_top.append(graph.sum(of_charges))
        for kind, rows in (("account", budget.accounts), ("group", budget.groups)):
            keys = graph[f"lines.*.{kind}"], graph[f"charges.*.{kind}"]
            part = graph.sum_by(of_lines, keys[0], rows) + graph.sum_by(of_charges, keys[1], rows)
            part.named(f"{kind}.*.borne_{partner}", label, unit)
    borne_direct = graph.stack(partners, direct).named("partner.*.borne_direct", "Borne of the direct cost", unit)
    borne_charges = graph.stack(partners, on_top).named("partner.*.borne_charges", "Borne of the charges", unit)
    borne = (borne_direct + borne_charges).named("partner.*.borne", "Borne", unit)
    borne_share = graph.ratio(borne, budget.total).named("partner.*.borne_share", "Share of the budget borne", "share")
    (borne_share - rules.target).named("partner.*.share_difference", "Above or below the agreed share", "share")
    countries = budget.countries.positions
    spent_in = [
        graph.pick(graph["country.*.total"], p.country) if p.country in countries else graph.constant(0)
        for p in project.partners.values()
    ]
    graph.stack(partners, spent_in).named("partner.*.spent", "Spent in the partner's country", unit)
    return Split(partners, rules.table, rules.shares, borne, borne_share, rules.line_rule, charge_rule)


def _charge_bearers(stage: Stage, template: Template | None) -> dict[str, object]:
    """Return what template and project say of who bears each charge; the project's word holds where it says any."""
    found: dict[str, object] = {i: c.bearer for i, c in template.charges.items()} if template else {}
    for name, own in stage.project.budget.charges.items():
        if name not in found or "bearer" in own.model_fields_set:
            found[name] = own.bearer
    return found


def _bearers(value: object, agreed: Mapping[str, float]) -> tuple[str, ...]:
    """Return the partners who bear anything under a rule."""
    given = value if isinstance(value, dict) else agreed
    return tuple(partner for partner, share in given.items() if share > 0)


def _check_names(stage: Stage, budget: Budget) -> None:
    """A rule for a city or an account that there is not would never be used."""
    catalog, split = stage.catalog, stage.project.split
    for code, kind, given, known in (
        ("M110", "cities", split.cities, catalog.cities),
        ("M111", "accounts", split.accounts, [*catalog.departments, *budget.charges.table.keys]),
    ):
        for name in given:
            if name not in known:
                stage.error(
                    code,
                    f"split: unknown {kind[:-1] if kind == 'accounts' else 'city'} {name!r}",
                    nearest(name, known),
                    f"split.{kind}.{name}",
                )


def _rule_of_line(
    stage: Stage, rules: dict[str, tuple[object, str]], bearer: object, account: str, city: str, name: str, path: str
) -> str:
    """Return the id of the rule that decides, adding it to the rules."""
    split = stage.project.split
    for value, where, rule in (
        (bearer, path, f"own_{name}"),
        (split.accounts.get(account), f"split.accounts.{account}", f"account_{account}"),
        (split.cities.get(city), f"split.cities.{city}", f"city_{city}"),
        (split.default, "split.default", "default"),
    ):
        if value is None:
            continue
        if value == BY_SHARE:
            return BY_SHARE
        alone = list(value) if isinstance(value, dict) and len(value) == 1 else []
        name_of_rule = f"only_{alone[0]}" if alone else rule
        if rules.get(name_of_rule, (value, where)) != (value, where) and not alone:
            name_of_rule = f"{rule}_charge"  # a line and a charge may be called the same
        rules.setdefault(name_of_rule, (value, where))
        return name_of_rule
    return BY_SHARE


def _share(stage: Stage, rule: str, value: object, path: str, partner: str, target: Node) -> Node:
    graph = stage.graph
    if value == BY_SHARE:
        return graph.pick(target, partner)
    assert isinstance(value, dict)
    if len(value) == 1:
        return graph.constant(1 if partner in value else 0)
    label = f"Rule {rule}: {partner}"
    return graph.input(
        f"{path or rule}.{partner}",
        value.get(partner, 0.0),
        label=label,
        unit="share",
        origin=stage.given(f"{path}.{partner}"),
    )
