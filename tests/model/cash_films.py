"""Small films of whole months, whose cash flow can be worked out by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from films import model_of

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Values
    from coprod_budget.model import Model

MONTH = 365 / 84
"""Weeks that take exactly a month of 365/12 days."""
BOTH = {
    "ru": {"name": "Elphberg Film", "country": "QR", "currency": "RTK", "share": 0.6},
    "gr": {"name": "Graustark Film", "country": "QG", "currency": "FLR", "share": 0.4},
}
ALONE = {"ru": {**BOTH["ru"], "share": 1.0}}
SCHEDULE = {
    "start": "2026-10-01",
    "prep_weeks": MONTH,
    "shoot_days": {"strelsau": 12 * MONTH},
    "wrap_weeks": 0,
    "post_weeks": MONTH,
}
"""October: preparation; November and December: shoot; January: post-production; delivery on the first of February."""


def line(name: str, rate: float, phase: str = "shoot", account: str = "camera", **more: Any) -> dict[str, Any]:
    return {
        "id": name, "account": account, "description": name, "quantity": 1, "rate": rate, "currency": "EUR",
        "phase": phase, **more,
    }  # fmt: skip


LINES = (
    line("script", 80, "development", "story"),
    line("plans", 300, "prep", "art"),
    line("camera", 1000),
    line("cut", 200, "post", "editing"),
    line("master", 50, "delivery", "editing"),
)
"""1,630 euro: 380 in October, 500 in November and in December, 200 in January, 50 in February."""


def source(name: str, kind: str, amount: float | str, partner: str = "ru", **more: Any) -> dict[str, Any]:
    stated = {} if isinstance(amount, str) else {"currency": "EUR"}
    return {"id": name, "name": name.capitalize(), "kind": kind, "amount": amount, "partner": partner, **stated, **more}


def film(*finance: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {
        "title": "Whole months",
        "as_of": "2026-09-30",
        "fx": {"FLR": 2.5},
        "partners": ALONE,
        "schedule": SCHEDULE,
        "budget": {"rounding": "none", "lines": list(LINES)},
        "finance": list(finance),
        **sections,
    }


class Cash:
    """A film built and evaluated: its figures by month."""

    def __init__(self, catalog: Catalog, project: dict[str, Any], *sets: str) -> None:
        self.model: Model = model_of(catalog, json.dumps(project), *sets)
        self.values: Values = self.model.evaluate()
        self.months = self.model.cashflow.table.keys

    def __getitem__(self, key: str) -> list[float]:
        """All months of a column, without those at the end in which nothing is left."""
        found = [float(x) for x in self.values[f"cash.*.{key}"][:, 0]]
        while found and abs(found[-1]) < 1e-9:
            found.pop()
        return found

    def column(self, key: str) -> list[float]:
        return [float(x) for x in self.values[f"cash.*.{key}"][:, 0]]

    def number(self, key: str) -> float:
        return self.values.number(key)

    def off(self) -> list[str]:
        """Checks of the cash flow that do not hold; a plan may well have more money than it needs."""
        table = self.model.checks.table.keys
        return [key for key in table if key.startswith("cash_") and not self.number(f"checks.{key}.ok")]
