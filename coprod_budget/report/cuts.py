"""A budget brought to a target: what departments and lines give, as tables, plain data, and the file of overrides that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.report.lines_table import as_csv
from coprod_budget.report.markdown import escaped, table_as_markdown
from coprod_budget.report.tables import Column, Row, Table, written
from coprod_budget.whatif.shape import as_text

if TYPE_CHECKING:
    from coprod_budget.model.cuts import Change
    from coprod_budget.project import Project
    from coprod_budget.whatif.target import Target

FORMAT = "coprod-budget/target"
VERSION = 1
CENT = 0.005


def tables(project: Project, found: Target, top: int) -> list[Table]:
    """Return the changes by department, and the lines that change most."""
    figures = (
        Column("Before", "money"),
        Column("After", "money"),
        Column("Change", "money"),
        Column("Change", "share"),
        Column("", drop=1, least=6),
    )
    missed = "" if found.reachable is None else ", not reached"
    title = f"{project.title}: budget of {written(found.wanted, 'money', 2)} {project.currency}{missed}, by department"
    rows = [_row(change) for change in found.changes.accounts]
    total = Row(_row(found.changes.total).cells, "total")
    parts = [Table(title, (Column("Department", least=16), *figures), (*rows, total))]
    largest = sorted((c for c in found.changes.lines if c.difference), key=lambda c: -abs(c.difference))
    if largest:
        more = f"{len(largest) - top} more lines change (--format json shows all)." if len(largest) > top else ""
        lines = tuple(_row(change) for change in largest[:top])
        parts.append(Table("Lines that change most", (Column("Line", least=20), *figures), lines, more))
    return parts


def _row(change: Change) -> Row:
    stays = "stays" if change.stays else ""
    return Row((change.label, change.before, change.after, change.difference, change.share, stays))


def notes(project: Project, found: Target) -> list[str]:
    """Return what was done, how exactly it was reached, and what of it is an assumption."""
    money = f"{written(found.reached, 'money', 2)} {project.currency}"
    if not found.factors:
        return [f"The budget is {money} as it stands; nothing has to change."]
    if found.reachable is not None:
        low, high = (written(value, "money", 2) for value in found.reachable)
        said = [
            f"No factors reach it: with what is locked, totals from {low} to {high} are possible. The nearest is shown: {money}."
        ]
    else:
        rest = found.reached - found.wanted
        exactly = (
            "to the cent" if abs(rest) < CENT else f"but for {written(rest, 'money', 2)} that rounding of lines leaves"
        )
        said = [f"Estimated again with these factors, the budget is {money}, {exactly}."]
    return [
        *said,
        "Charges on top follow their bases. What a factor changes is assumed, until the lines themselves say it.",
    ]


def override_file(found: Target, command: str) -> str:
    """Return the file of overrides for ``--set @FILE``."""
    nested: dict[str, dict[str, float]] = {}
    lines = [f"# {' '.join(command.split())}", "budget:", "  adjust:"]
    for path, factor in found.factors.items():
        kind, _, name = path.removeprefix("budget.adjust.").partition(".")
        if name:
            nested.setdefault(kind, {})[name] = factor
        else:
            lines.append(f"    {kind}: {as_text(factor)}")
    for kind, factors in nested.items():
        lines.append(f"    {kind}:")
        lines += [f"      {name}: {as_text(factor)}" for name, factor in factors.items()]
    return "\n".join(lines) + "\n"


def as_dict(project: Project, found: Target) -> dict[str, Any]:
    """Return everything as plain data; money as decimal numbers, changes as fractions."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
        "target_total": found.wanted,
        "total": found.reached,
        "reachable": None if found.reachable is None else {"from": found.reachable[0], "to": found.reachable[1]},
        "factors": found.factors,
        "set": list(found.sets),
        "before": found.changes.total.before,
        "accounts": [_change(change) for change in found.changes.accounts],
        "lines": [_change(change) for change in found.changes.lines],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "label": change.label,
        "before": change.before,
        "after": change.after,
        "change": change.difference,
        "change_share": change.share,
        "stays": change.stays,
    }


def as_csv_text(found: Target) -> str:
    """Return one row a department, charge and line as comma-separated text."""
    rows = [
        {"kind": kind, **_change(change)}
        for kind, some in (("account", found.changes.accounts), ("line", found.changes.lines))
        for change in some
    ]
    return as_csv(list(rows[0]), rows)


def as_markdown(project: Project, found: Target, top: int) -> str:
    """Return the tables and notes as Markdown."""
    lines = [f"# {escaped(project.title)}"]
    for part in tables(project, found, top):
        lines += ["", *table_as_markdown(part)]
    return "\n".join([*lines, "", *(f"- {escaped(note)}" for note in notes(project, found))]) + "\n"
