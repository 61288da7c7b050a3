"""What stands where a project file says nothing: numbers of its template and of the dated data, by their path in the file."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod_budget.errors import ProblemsError
from coprod_budget.model.territories import BASES_OF_TERMS
from coprod_budget.project import Stands, read_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.catalog import Catalog
    from coprod_budget.project import Project, Standing, Template

_TERMS = {"exhibitor": "exhibitor_share", "distributor_fee": "distributor_fee", "ticket_vat": "ticket_vat"}


def standing_values(catalog: Catalog) -> Standing:
    """Return what answers, for the raw data of a project: which number stands at a path, and where it comes from.

    Known are exchange rates (units per euro), parameters and charges of the template, and the shares of exhibitor, distributor
    and VAT in a territory (fractions). None: nothing is known there, or not without building the whole film.
    """
    template = cache(partial(_read, catalog))

    def standing(path: tuple[str, ...], data: Mapping[str, Any]) -> Stands | None:
        match path:
            case ("fx", currency) if currency != "EUR":
                return _rate(catalog, currency, data.get("as_of"))
            case ("revenue", "territories", territory, field) if field in _TERMS:
                term = catalog.term(territory, _TERMS[field])
                known = term is not None and term.unit in BASES_OF_TERMS[_TERMS[field]]
                return Stands(term.value, f"data: {term.source.title}") if term is not None and known else None
            case ("budget", "params" | "charges" as kind, name, *field):
                budget = data.get("budget")
                chosen = budget.get("template") if isinstance(budget, dict) else None
                found = template(chosen) if isinstance(chosen, str) else None
                return None if found is None else _of_template(found, kind, name, field)
        return None

    return standing


def template_of(project: Project, catalog: Catalog) -> Template | None:
    """Return the template of a project; None where it has none, or one that is not there."""
    name = project.budget.template
    return None if name is None else _read(catalog, name)


def _read(catalog: Catalog, name: str) -> Template | None:
    try:
        path = Path(catalog.template_path(name))
        return read_template(path.read_text(encoding="utf-8"), path.name)
    except (ProblemsError, OSError):
        return None  # reported where the film is built


def _rate(catalog: Catalog, currency: str, as_of: Any) -> Stands | None:
    try:
        rate = catalog.fx(currency, date.fromisoformat(str(as_of)))
    except (ProblemsError, ValueError):
        return None
    return Stands(rate.per_eur, f"data: {rate.source.title}, {rate.month}")


def _of_template(template: Template, kind: str, name: str, field: list[str]) -> Stands | None:
    entry = template.params.get(name) if kind == "params" else template.charges.get(name)
    names = ["value"] if kind == "params" and not field else field
    value = getattr(entry, names[0], None) if entry is not None and len(names) == 1 else None
    return Stands(value, f"template {template.id}") if isinstance(value, float) else None
