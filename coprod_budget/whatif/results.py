"""The table that a what-if is: one row a run, the varied paths under their full names, the metrics, and whether it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from coprod_budget.model.findings import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.whatif.metrics import Metric, Requirement

    Array = NDArray[np.float64]

Kind = Literal["integer", "number", "text", "any"]
Role = Literal["run", "varied", "metric", "outcome"]
Values: TypeAlias = "NDArray[np.float64] | NDArray[np.int64] | list[Any]"

RUN, ID, VARIANT = "run", "id", "variant"
REQUIREMENTS, STATUS, MESSAGE = "requirements", "status", "message"
OK, ERROR, KEPT = "ok", "error", "kept"


class Field(NamedTuple):
    """One column. ``integer`` and ``number`` stand in arrays (undefined: not a number), ``text`` and ``any`` in lists."""

    name: str
    kind: Kind
    role: Role
    label: str = ""
    unit: str = ""
    percent: bool = False
    """Its numbers are shown to people as percentages."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Finished runs in the order of their numbers: the columns by name."""

    columns: dict[str, Values]

    @property
    def count(self) -> int:
        """How many runs there are."""
        return len(self.columns[RUN])


class Asked(NamedTuple):
    """What is asked of every run: metrics by their full key, and requirements with the metric of each."""

    metrics: tuple[Metric, ...]
    requirements: tuple[tuple[Requirement, Metric], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that is calculated, once."""
        return tuple(dict.fromkeys(m.key for m in (*self.metrics, *(metric for _, metric in self.requirements))))

    def fields(self, varied: Sequence[Field], *, variants: bool) -> tuple[Field, ...]:
        """Return the columns of the table, in order. A metric that is varied itself is there once."""
        named = {field.name for field in varied}
        known = {m.key: m for m in (*self.metrics, *(metric for _, metric in self.requirements))}
        return (
            Field(RUN, "integer", "run", "Number of the run"),
            Field(ID, "text", "run", "Same for the same program, data, film and values"),
            *([Field(VARIANT, "text", "varied", "Variant of the film")] if variants else []),
            *varied,
            *(_metric_field(known[key]) for key in self.keys if key not in named),
            *([Field(REQUIREMENTS, "text", "outcome", "What the run does not keep")] if self.requirements else []),
            Field(STATUS, "text", "outcome", "ok, or error where there are no figures"),
            Field(MESSAGE, "text", "outcome", "Why there are none"),
        )

    def outcomes(self, values: Mapping[str, Array], problems: Mapping[int, str], count: int) -> dict[str, Values]:
        """Return the columns of what came about; ``problems`` by the index of the run."""
        columns: dict[str, Values] = {}
        if self.requirements:
            words: list[str | None] = [None if row in problems else KEPT for row in range(count)]
            for requirement, metric in self.requirements:
                for row in np.flatnonzero(~requirement.holds(metric, values[metric.key])):
                    said = words[row]
                    if said is not None:
                        words[row] = f"failed: {requirement.text}" if said == KEPT else f"{said}; {requirement.text}"
            columns[REQUIREMENTS] = words
        columns[STATUS] = [ERROR if row in problems else OK for row in range(count)]
        columns[MESSAGE] = [problems.get(row) for row in range(count)]
        return columns

    def missed(self, values: Mapping[str, Array], problems: Mapping[int, str], count: int) -> int:
        """Count the finished runs that do not keep every requirement."""
        kept = np.ones(count, dtype=np.bool_)
        for requirement, metric in self.requirements:
            kept &= requirement.holds(metric, values[metric.key])
        kept[list(problems)] = True
        return int(count - kept.sum())

    def figures(self, values: Mapping[str, Array]) -> dict[str, Values]:
        """Return the columns of metrics: numbers, verdicts in words."""
        known = {m.key: m for m in (*self.metrics, *(metric for _, metric in self.requirements))}
        return {key: _words(column) if known[key].is_verdict else column for key, column in values.items()}


def _metric_field(metric: Metric) -> Field:
    kind: Kind = "text" if metric.is_verdict else "number"
    return Field(metric.key, kind, "metric", metric.label, metric.unit, metric.unit == "share")


def _words(ranks: Array) -> list[str | None]:
    return [VERDICTS[round(rank)] if np.isfinite(rank) else None for rank in ranks.tolist()]
