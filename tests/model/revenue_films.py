"""A film whose revenue is written out case by case, and short ways to ask for its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from films import model_of

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Values
    from coprod_budget.model import Model

FILM = """\
title: One line
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  shoot_days: {strelsau: 4}
  delivery: 2027-03-01
  release: 2027-04-01
budget:
  lines:
    - {id: lead, account: cast, description: Lead, quantity: 10, unit: day, rate: 100, currency: EUR}
revenue:
"""
AT = "ticket_vat: none, exhibitor: 0%, distributor_fee: 0%"


def revenue_model(catalog: Catalog, revenue: str, *sets: str) -> Model:
    """Build the film with this revenue (YAML in braces or a block, without the word itself)."""
    lines = "\n".join(f"  {line}" for line in revenue.strip().splitlines())
    return model_of(catalog, f"{FILM}{lines}\n", *sets)


def evaluated(catalog: Catalog, revenue: str, *sets: str) -> Values:
    """Evaluate the film with this revenue."""
    return revenue_model(catalog, revenue, *sets).evaluate()


def by_period(values: Values, model: Model, key: str, run: str = "base") -> dict[str, float]:
    """Return the periods in which a column over the flows is not nothing."""
    assert model.revenue.flows is not None
    found = {p: values.number(f"flow.{run}.{p}.{key}") for p in model.revenue.flows.periods.table.keys}
    return {period: amount for period, amount in found.items() if abs(amount) > 1e-9}
