"""Charges on top of the direct cost (contingency, bond, overhead, fees), each on its own base, loops solved in closed form.

A charge is ``rate × (base groups - excluded accounts + charges in its base)``. Charges may name each other or themselves: the
equations are linear, so they are solved by elimination in the graph itself, and the workbook shows the solved formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import nearest
from coprod_budget.graph import Graph, Node, Origin, Table
from coprod_budget.project import TemplateCharge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Charge, Template

DIRECT = ("above_the_line", "production", "post", "other")


class Charges(NamedTuple):
    """The table of charges with their base, rate and amount (in the reporting currency), and the basis of each rate."""

    table: Table
    amount: Node
    base: Node
    labels: list[str]
    accounts: list[str]
    """The account of each charge: its id, with ``_charge`` where a department is called the same."""
    bases: list[str]
    bearers: list[object]
    why: list[str]
    in_loop: list[str]


def build_charges(stage: Stage, template: Template | None, by_account: Node, by_group: Node, worth: Node) -> Charges:
    """Build every charge of the template and the project (the project's wins over the template's of the same id)."""
    graph, project = stage.graph, stage.project
    charges = _merged(stage, template)
    ids = list(charges)
    table = graph.table("charges", ids, "charges")
    given = {i: i in project.budget.charges for i in ids}

    def origin(charge_id: str, field: str) -> Origin:
        charge = charges[charge_id]
        if given[charge_id]:
            return stage.given(f"budget.charges.{charge_id}.{field}", basis=charge.basis, source=charge.source or "")
        title = charge.source or (f"template {template.id}" if template else "")
        return Origin(charge.basis, title=title, note=_why(charge))

    rates = graph.input_column(
        "budget.charges.*.rate",
        table,
        [0.0 if c.rate is None else c.rate for c in charges.values()],
        label="Rate of the charge",
        unit="share",
        origins=[origin(i, "rate") for i in ids] or [Origin("assumed")],
    )
    direct = [_direct_base(graph, charge, by_account, by_group) for charge in charges.values()]
    direct_base = graph.stack(table, direct).named("charges.*.direct_base", "Direct cost in the base", project.currency)
    _check(stage, charges, by_group)
    amounts: dict[str, Node] = {}
    for charge_id, charge in charges.items():
        if charge.amount is not None:
            amounts[charge_id] = _money(
                stage, charge_id, "amount", charge.amount, charge.currency, worth, origin(charge_id, "amount")
            )
            if charge.cap is not None:
                amounts[charge_id] = graph.minimum(amounts[charge_id], _cap(stage, charge_id, charge, worth))
    loops = _loops(charges)
    for loop in loops:
        _check_growth(stage, loop, charges)
        _solve(stage, loop, charges, rates, direct_base, worth, amounts)
    amount = graph.stack(table, [amounts[i] for i in ids]).named("charges.*.amount", "Charge", project.currency)
    full = [
        graph.add_up([graph.pick(direct_base, i), *(amounts[c] for c in _base(charges[i]) if c in charges)])
        for i in ids
    ]
    base = graph.stack(table, full).named("charges.*.base", "Base of the charge", project.currency)
    return Charges(
        table,
        amount,
        base,
        [c.label or i.replace("_", " ").capitalize() for i, c in charges.items()],
        [f"{i}_charge" if i in stage.catalog.departments else i for i in ids],
        [origin(i, "rate").basis for i in ids],
        [c.bearer for c in charges.values()],
        [_why(c) for c in charges.values()],
        [i for loop in loops if len(loop) > 1 or loop[0] in _base(charges[loop[0]]) for i in loop],
    )


def _base(charge: Charge) -> Sequence[str]:
    """Return what the rate applies to: all direct costs unless the charge says otherwise."""
    return DIRECT if charge.base is None else charge.base


def _why(charge: Charge) -> str:
    return charge.why if isinstance(charge, TemplateCharge) else ""


def _merged(stage: Stage, template: Template | None) -> dict[str, Charge]:
    """Return the template's charges with what the project changes; a changed rate loses the template's source."""
    charges: dict[str, Charge] = dict(template.charges) if template else {}
    for charge_id, own in stage.project.budget.charges.items():
        before = charges.get(charge_id)
        if before is None:
            if template is not None and own.rate is not None and own.base is None:
                stage.error(
                    "M206",
                    f"the template has no charge {charge_id!r}, and a new one needs its base",
                    f"{nearest(charge_id, template.charges)}; or add `base: [{', '.join(DIRECT)}]`",
                    f"budget.charges.{charge_id}",
                )
            if own.rate is None and own.amount is None:
                stage.error(
                    "M205", f"charge {charge_id} has neither a rate nor an amount", path=f"budget.charges.{charge_id}"
                )
            charges[charge_id] = own
            continue
        change: dict[str, object] = {field: getattr(own, field) for field in own.model_fields_set}
        if {"rate", "amount"} & own.model_fields_set:
            change = {
                "rate": own.rate,
                "amount": own.amount,
                "basis": own.basis,
                "source": own.source,
                **change,
            }
        charges[charge_id] = before.model_copy(update=change)
    return charges


def _money(
    stage: Stage, charge_id: str, field: str, amount: float, currency: str | None, worth: Node, origin: Origin
) -> Node:
    graph = stage.graph
    code = currency or stage.project.currency
    path = f"budget.charges.{charge_id}.{field}"
    value = graph.input(path, amount, label=f"{charge_id}: {field}", unit=code, origin=origin)
    return value * graph.pick(worth, code)


def _cap(stage: Stage, charge_id: str, charge: Charge, worth: Node) -> Node:
    origin = stage.given(f"budget.charges.{charge_id}.cap")
    return _money(stage, charge_id, "cap", charge.cap or 0.0, charge.cap_currency, worth, origin)


def _direct_base(graph: Graph, charge: Charge, by_account: Node, by_group: Node) -> Node:
    groups = by_group.table.keys if by_group.table else ()
    parts = [graph.pick(by_group, g) for g in _base(charge) if g in groups]
    accounts = by_account.table.positions if by_account.table else {}
    excluded = [graph.pick(by_account, a) for a in charge.exclude if a in accounts]
    total = graph.add_up(parts)
    for node in excluded:
        total -= node
    return total


def _check(stage: Stage, charges: dict[str, Charge], by_group: Node) -> None:
    groups = by_group.table.keys if by_group.table else ()
    departments = stage.catalog.departments
    for charge_id, charge in charges.items():
        path = f"budget.charges.{charge_id}"
        if charge_id in groups:
            stage.error("M209", f"the charge {charge_id!r} is called like a group of accounts", "rename it", path)
        for field, named in (("base", _base(charge)), ("exclude", charge.exclude)):
            twice = sorted({n for n in named if list(named).count(n) > 1})
            if twice:
                stage.error("M207", f"charge {charge_id}: {field} names {twice[0]!r} twice", path=f"{path}.{field}")
        for name in _base(charge):
            if name not in groups and name not in charges:
                stage.error(
                    "M201",
                    f"charge {charge_id}: base names {name!r}",
                    f"known: {', '.join([*groups, *charges])}",
                    f"{path}.base",
                )
        for name in charge.exclude:
            if name not in departments:
                stage.error(
                    "M202",
                    f"charge {charge_id}: exclude names {name!r}",
                    "exclude takes department ids",
                    f"{path}.exclude",
                )
            elif departments[name].group not in _base(charge):
                stage.error(
                    "M203", f"charge {charge_id}: {name!r} is excluded but its group is not in the base",
                    f"add {departments[name].group} to the base or drop the exclusion", f"{path}.exclude",
                )  # fmt: skip


def _loops(charges: dict[str, Charge]) -> list[list[str]]:
    """Return the charges in an order in which they can be computed; those that depend on each other stand together."""
    reach: dict[str, set[str]] = {}
    for start, charge in charges.items():
        seen: set[str] = set()
        todo = [c for c in _base(charge) if c in charges]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(c for c in _base(charges[name]) if c in charges)
        reach[start] = seen
    loops: list[list[str]] = []
    for name in sorted(charges, key=lambda c: len(reach[c] | {c})):
        if not any(name in loop for loop in loops):
            loops.append(
                [other for other in charges if other == name or (other in reach[name] and name in reach[other])]
            )
    return loops


def _check_growth(stage: Stage, loop: list[str], charges: dict[str, Charge]) -> None:
    """Charges on each other have an answer only if a round of them adds less than the round before."""
    rates = [[charges[i].rate or 0.0 if j in _base(charges[i]) else 0.0 for j in loop] for i in loop]
    if not _comes_to_an_end(rates):
        stage.error(
            "M208", f"charges {', '.join(loop)} are charged on each other at rates that never come to an end",
            "lower the rates or take the loop out", f"budget.charges.{loop[0]}",
        )  # fmt: skip


def _comes_to_an_end(rates: list[list[float]]) -> bool:
    """Say whether rates on each other, none below 0, add up to something: where elimination leaves more than 0 of every one."""
    left = [[float(i == j) - rate for j, rate in enumerate(row)] for i, row in enumerate(rates)]
    for place, row in enumerate(left):
        if row[place] <= 0:
            return False
        for other in left[place + 1 :]:
            part = other[place] / row[place]
            other[place:] = [a - part * b for a, b in zip(other[place:], row[place:], strict=True)]
    return True


def _solve(
    stage: Stage,
    loop: list[str],
    charges: dict[str, Charge],
    rates: Node,
    direct_base: Node,
    worth: Node,
    amounts: dict[str, Node],
) -> None:
    """Solve ``x = rate × (direct + solved charges + x of the loop)`` by elimination, then apply caps."""
    graph = stage.graph
    open_ids = [i for i in loop if charges[i].amount is None]
    capped = [i for i in open_ids if charges[i].cap is not None]
    if capped and len(open_ids) > 1:
        stage.error(
            "M204", f"charge {capped[0]}: a cap inside a loop of charges ({', '.join(open_ids)}) cannot be solved in closed form",
            "take the cap or the loop out", f"budget.charges.{capped[0]}.cap",
        )  # fmt: skip
        capped = []
    rate = {i: graph.pick(rates, i) for i in open_ids}
    known = {
        i: rate[i]
        * graph.add_up([graph.pick(direct_base, i), *(amounts[c] for c in _base(charges[i]) if c in amounts)])
        for i in open_ids
    }
    factor: dict[tuple[str, str], Node] = {
        (i, j): rate[i] for i in open_ids for j in open_ids if j in _base(charges[i])
    }
    for place, i in enumerate(open_ids):
        if (i, i) in factor:
            scale = 1 - factor.pop((i, i))
            known[i] = graph.ratio(known[i], scale)
            for j in open_ids[place + 1 :]:
                if (i, j) in factor:
                    factor[i, j] = graph.ratio(factor[i, j], scale)
        for k in open_ids[place + 1 :]:
            if (k, i) not in factor:
                continue
            weight = factor.pop((k, i))
            known[k] += weight * known[i]
            for j in open_ids[place + 1 :]:
                if (i, j) in factor:
                    factor[k, j] = factor[k, j] + weight * factor[i, j] if (k, j) in factor else weight * factor[i, j]
    for place in range(len(open_ids) - 1, -1, -1):
        i = open_ids[place]
        value = graph.add_up(
            [known[i], *(factor[i, j] * amounts[j] for j in open_ids[place + 1 :] if (i, j) in factor)]
        )
        if i in capped:
            value = graph.minimum(value, _cap(stage, i, charges[i], worth))
        amounts[i] = value
