"""The section ``uncertainty``: which numbers of a film are uncertain, how, and how they move together. Used by ``simulate``.

Its keys are paths of the file as ``--set`` takes them, so it is read by hand (``uncertainty_reader``), and only where there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import WithJsonSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source

CORRELATION: Final = "correlation"
PRICES: Final = "prices"
PRICES_CORRELATION: Final = 0.3
"""Rank correlation of the prices of lines where the file names none; ours, assumed."""
MAX_ENTRIES: Final = 500
DISTRIBUTIONS: Final = ("normal", "lognormal", "uniform", "triangular", "pert", "discrete", "empirical")
COMPARABLES: Final = ("territory", "budget_band", "funding", "type")


class Entry(NamedTuple):
    """One uncertain number as the file states it, in the unit of the number (with ``factor``: as multiples of it)."""

    path: str
    dist: str
    numbers: Mapping[str, float]
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    comparables: Mapping[str, str] | None = None
    factor: bool = False
    whole: bool = False
    source: str = ""


class Uncertainty(NamedTuple):
    """The whole section. Correlations are of ranks (Spearman)."""

    entries: tuple[Entry, ...] = ()
    common: float = 0.0
    """Of every pair of entries that ``pairs`` does not name."""
    pairs: Mapping[tuple[str, str], float] = {}
    prices: float | None = None
    """Of the prices of any two lines; None where prices are not uncertain."""

    @property
    def prices_or_default(self) -> float:
        """Rank correlation of the prices of any two lines, where prices are uncertain."""
        return PRICES_CORRELATION if self.prices is None else self.prices


_NUMBER: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?\s*%$"}]}
_RHO: dict[str, Any] = {"type": "number", "minimum": -1, "maximum": 1}
_ENTRY: dict[str, Any] = {
    "type": "object",
    "required": ["dist"],
    "additionalProperties": False,
    "properties": {
        "dist": {"enum": list(DISTRIBUTIONS)},
        **dict.fromkeys(("mean", "median", "mode", "sd", "sigma", "p10", "p90", "low", "high", "lambda"), _NUMBER),
        **{name: {"type": "array", "minItems": 1, "items": _NUMBER} for name in ("values", "weights")},
        "comparables": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {"type": "string"} for name in COMPARABLES},
        },
        "factor": {"type": "boolean"},
        "whole": {"type": "boolean"},
        "source": {"type": "string"},
    },
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "maxProperties": MAX_ENTRIES,
    "properties": {
        CORRELATION: {
            "anyOf": [
                _RHO,
                {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _RHO}},
            ]
        },
        PRICES: {"anyOf": [{"type": "boolean"}, {"type": "object", "properties": {CORRELATION: _RHO}}]},
    },
    "additionalProperties": _ENTRY,
}

if TYPE_CHECKING:
    UncertaintySection = dict[str, Any]
else:
    UncertaintySection = Annotated[dict[str, Any], WithJsonSchema(_SCHEMA)]


def check_uncertainty(project: Project, source: Source) -> Iterable[Problem]:
    """Return what is wrong with the section."""
    if not project.uncertainty:
        return []
    from coprod_budget.project.uncertainty_reader import problems  # noqa: PLC0415 - imported late

    return problems(project, source)
