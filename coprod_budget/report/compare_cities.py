"""The same film with its shoot in other cities, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.lines_table import as_csv, kept
from coprod_budget.report.markdown import escaped, table_as_markdown
from coprod_budget.report.tables import Column, Row, Table
from coprod_budget.report.verdicts import STYLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from coprod_budget.model.moved import Moved
    from coprod_budget.project import Project

FORMAT = "coprod-budget/compare-cities"
VERSION = 1
MOVED = (
    "All shooting days are in the one city. A home city and a city of post-production that the file names stay; what it leaves "
    "open follows the shoot."
)
LINES = (
    "Own lines in a city of the shoot go along with their quantities; typed rates stay as they are. Lines that replace a "
    "template's line of one city give way to the template's. Who bears a line is decided as always: by its own bearer, its "
    "account, the new city, the default."
)
ADDED = "In a city that is new to the film the open programmes of its country count beside those that the file names."
NO_INCENTIVES = "The file names no incentives, so none are counted anywhere; `incentives: auto` counts every open one."


def notes(project: Project) -> list[str]:
    """Return what was kept and what was changed when the shoot was moved, a sentence or two each."""
    named = project.schedule.home, project.schedule.post_city
    cities = f"Home city: {named[0] or 'follows the shoot'}; post-production: {named[1] or 'in the home city'}."
    chosen = project.incentives
    return [MOVED, cities, LINES, *([NO_INCENTIVES] if not chosen else [ADDED] if isinstance(chosen, list) else [])]


def tables(project: Project, rows: Sequence[Moved]) -> list[Table]:
    """Return one row a city under the film as it stands; which prices were kept, and why some cities have none."""
    columns = (
        Column("Shoot in", least=12),
        Column("Gross budget", "money"),
        Column("Incentives", "money"),
        Column("Net cost", "money"),
        Column("Difference", "money"),
        Column("Assumed", "share", drop=1),
        Column("Treaty", drop=2, least=8),
        Column("Programmes", drop=3, least=16),
    )
    title = f"{project.title}: the whole shoot in another city, {project.currency}"
    found, unpriced, kept_prices = [], [], []
    for row in rows:
        if row.gross is None:
            found.append(Row((row.label, "no price", None, None, None, None, "", ""), "sub"))
            unpriced.append(Row((row.label, "; ".join(row.problems))))
            continue
        money = (row.gross, row.incentives, row.net_cost, row.difference if row.city else "", row.assumed)
        cells = (row.label, *money, row.verdict or "none", ", ".join(row.programmes))
        found.append(Row(cells, STYLES[row.verdict] if row.verdict else ""))
        if row.kept_prices:
            kept_prices.append(Row((row.label, ", ".join(row.kept_prices))))
    note = (
        "Incentives as expected; difference in net cost to the film as it stands; assumed: share of the gross budget."
    )
    parts = [Table(title, columns, tuple(found), note)]
    if kept_prices:
        lines = Column("Own lines that keep their price, as the city has none", least=40)
        parts.append(Table("Prices kept", (Column("City", least=12), lines), tuple(kept_prices)))
    if unpriced:
        parts.append(Table("No price", (Column("City", least=12), Column("Why", least=40)), tuple(unpriced)))
    return parts


def as_dict(project: Project, rows: Sequence[Moved]) -> dict[str, Any]:
    """Return the comparison as plain data; the first row is the film as it stands."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
        "cities": [_row(row) for row in rows],
        "notes": notes(project),
    }


def as_csv_text(rows: Sequence[Moved]) -> str:
    """Return one row a city as comma-separated text."""
    flat = [{name: "; ".join(v) if isinstance(v, list) else v for name, v in _row(row).items()} for row in rows]
    return as_csv(list(flat[0]), flat)


def as_markdown(project: Project, rows: Sequence[Moved]) -> str:
    """Return the tables and what was kept and changed as Markdown."""
    lines = [f"# {escaped(project.title)}"]
    for part in tables(project, rows):
        lines += ["", *table_as_markdown(part)]
    return "\n".join([*lines, "", *(f"- {escaped(note)}" for note in notes(project))]) + "\n"


def _row(row: Moved) -> dict[str, Any]:
    return {
        "city": row.city or None,
        "label": row.label,
        "country": row.country or None,
        "gross": kept(row.gross),
        "incentives": kept(row.incentives),
        "net_cost": kept(row.net_cost),
        "difference": kept(row.difference),
        "assumed_share": kept(row.assumed),
        "instrument": row.instrument or None,
        "verdict": row.verdict,
        "programmes": list(row.programmes),
        "kept_prices": list(row.kept_prices),
        "problems": list(row.problems),
    }
