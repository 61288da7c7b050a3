"""What one number of a film may be: as it stands, within the limits of the schema, and the roundest in an interval."""

from __future__ import annotations

import math
import re
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.project import parse_percent
from coprod_budget.project.resolving import Bad
from coprod_budget.project.types import MAX_AMOUNT
from coprod_budget.project.uncertainty_paths import limits_of as schema_limits
from coprod_budget.whatif.study import is_path

if TYPE_CHECKING:
    from coprod_budget.whatif.study import Study

_DIGITS = 17
_CENT, _NEAR = 0.01, 1e-9
_PREMIUM = (0.0, 5.0)
"""What the schema takes where a file may say 120% as well as 20%."""


class Limits(NamedTuple):
    """The smallest and the largest value that the schema takes."""

    low: float
    high: float
    is_money: bool = False

    @property
    def is_share(self) -> bool:
        """Say whether it is a share, which people write in per cent."""
        return (self.low, self.high) == (0.0, 1.0)

    def tolerance(self, value: float) -> float:
        """Return how far a rounder number may lie from an exact one: a cent of money, else next to nothing."""
        return _CENT if self.is_money else _NEAR * abs(value)


def number_now(study: Study, path: str) -> float | None:
    """Return the number that stands at a path now; None where nothing stands, or no number."""
    try:
        value = study.current(path)
    except KeyError:
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def limits_of(study: Study, path: str) -> Limits:
    """Return what the schema takes at a path; for an input of the graph: shares from 0 to 1, other numbers from 0."""
    if is_path(path):
        try:
            low, high = schema_limits(study.base.project, path)
        except Bad:  # the key of an input that begins like a path
            pass
        else:
            return Limits(low, high, (low, high) == (0.0, MAX_AMOUNT))
    found = study.base.graph.find(path)
    unit = found[0].unit if found is not None else ""
    is_money = unit == "currency" or re.fullmatch(r"[A-Z]{3}", unit) is not None
    return Limits(0.0, 1.0 if unit == "share" else math.inf, is_money)


def in_percent(study: Study, path: str, limits: Limits) -> bool:
    """Say whether people write the number at a path in per cent: a share, a premium, or whatever the file writes so."""
    if limits.is_share or (limits.low, limits.high) == _PREMIUM:
        return True
    found = study.base.graph.find(path)
    if found is not None and found[0].unit == "share":
        return True
    raw = study.base.project.value_at(path) if is_path(path) else None
    return isinstance(raw, str) and parse_percent(raw) is not None


def roundest(low: float, high: float) -> float:
    """Return the number with the fewest decimals above ``low`` and not above ``high``."""
    if not low < high:
        return high
    exact, top = Decimal(low), Decimal(high)
    for decimals in range(-_DIGITS, _DIGITS + 1):
        step = Decimal(1).scaleb(-decimals)
        candidate = ((exact / step).to_integral_value(ROUND_FLOOR) + 1) * step
        if float(candidate) <= low:  # the decimal that a double stands for is not quite the double
            candidate += step
        if candidate <= top and low < float(candidate) <= high:
            return float(candidate)
    return high
