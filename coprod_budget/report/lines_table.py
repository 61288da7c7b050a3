"""One row a line and charge, for CSV files and data frames: full figures, who bears them, where the price comes from."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from coprod_budget.report.costs import group_of
from coprod_budget.report.tables import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Table

Value = str | float | None

DIGITS = 6
"""Decimals kept of any figure in a file: sums agree to the cent, and noise in the last bits is not printed."""


def line_rows(figures: Figures) -> list[dict[str, Value]]:
    """Return the lines and then the charges, each with the same columns; ``total`` adds up to the budget."""
    return [*_lines(figures), *_charges(figures)]


def columns(figures: Figures) -> list[str]:
    """Return the names of the columns of ``line_rows``."""
    return list(_blank(figures))


def _blank(figures: Figures) -> dict[str, Value]:
    names = (
        "kind", "id", "group", "account", "code", "description", "city", "country", "phase", "person", "quantity", "unit",
        "people", "rate", *_factor(figures), "currency", "local", "net", "fringes", "taxes", "base", "total", "split_rule",
    )  # fmt: skip
    blank: dict[str, Value] = dict.fromkeys(names, "")
    blank |= {f"borne_{p}": None for p in figures.partners}
    blank |= dict.fromkeys(("basis", "source", "as_of", "where", "url", "note", "why"), "")
    return blank


def _factor(figures: Figures) -> tuple[str, ...]:
    """Return the name of the column of factors, where the file puts any on its lines."""
    return ("factor",) if figures.has("lines.*.factor") else ()


def _lines(figures: Figures) -> list[dict[str, Value]]:
    rows = []
    for number, line in enumerate(figures.model.budget.lines):
        key = f"lines.{line.id}"
        row = _blank(figures)
        row |= {
            "kind": "line",
            "id": line.id,
            "group": group_of(figures, line.account),
            "account": line.account,
            "code": figures.account(line.account)[0],
            "description": line.description,
            "city": line.city if line.city in figures.model.catalog.cities else "",
            "country": line.country,
            "phase": line.phase,
            "person": line.person if line.employed else "",
            "unit": line.unit,
            "currency": line.currency,
            "base": None,
            "split_rule": figures.text("lines.*.rule", number),
        }
        for name in ("quantity", "people", "rate", *_factor(figures), "local", "net", "fringes", "taxes", "total"):
            row[name] = kept(figures.number(f"{key}.{name}"))
        row |= {f"borne_{p}": kept(figures.number(f"{key}.borne_{p}")) for p in figures.partners}
        row |= {
            "basis": line.basis, "source": line.price.title, "as_of": line.price.as_of,
            "where": line.price.where, "url": line.price.url, "note": line.price.note, "why": line.why,
        }  # fmt: skip
        rows.append(row)
    return rows


def _charges(figures: Figures) -> list[dict[str, Value]]:
    charges = figures.model.budget.charges
    rates = figures.model.graph["budget.charges.*.rate"]
    rows = []
    for number, charge in enumerate(charges.table.keys):
        key = f"charges.{charge}"
        fixed = figures.has(f"budget.{key}.amount")
        origin = rates.origin(number)
        row = _blank(figures)
        row |= dict.fromkeys(("quantity", "people", *_factor(figures), "local", "net", "fringes", "taxes"))
        row |= {
            "kind": "charge",
            "id": charge,
            "group": "charges",
            "account": charge,
            "description": charges.labels[number],
            "country": figures.text("charges.*.country", number),
            "unit": "fixed" if fixed else "share",
            "rate": None if fixed else kept(figures.number(f"budget.{key}.rate")),
            "currency": figures.currency,
            "base": None if fixed else kept(figures.number(f"{key}.base")),
            "total": kept(figures.number(f"{key}.amount")),
            "split_rule": figures.text("charges.*.rule", number),
            "basis": charges.bases[number],
            "why": charges.why[number],
        }
        row |= {f"borne_{p}": kept(figures.number(f"{key}.borne_{p}")) for p in figures.partners}
        if origin is not None:
            row |= {"source": origin.title, "as_of": origin.as_of, "where": origin.where, "url": origin.url}
        rows.append(row)
    return rows


def kept(value: float | None) -> float | None:
    """Return a figure as files keep it (no noise beyond six decimals, no minus before zero)."""
    return None if value is None else round(value, DIGITS) + 0.0


def lines_as_csv(figures: Figures) -> str:
    """Return lines and charges as comma-separated text."""
    return as_csv(columns(figures), line_rows(figures))


def table_as_csv(table: Table) -> str:
    """Return one table as comma-separated text, figures as they are."""
    names = [column.title for column in table.columns]
    return as_csv(names, [dict(zip(names, row.cells, strict=True)) for row in table.rows])


def as_csv(names: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> str:
    """Return rows as comma-separated text in which no cell of text is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe(row[name]) for name in names])
    return out.getvalue()


def safe(value: Value) -> Value:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
