"""Short ways to ask a model what the law says of its film."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from coprod_budget.model import build_model
from coprod_budget.model.findings import word
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Values
    from coprod_budget.model import Model
    from coprod_budget.model.findings import Finding

NOT_KNOWN = "n/a"


def film(catalog: Catalog, project: dict[str, Any] | str, *sets: str, name: str = "film.yaml") -> Model:
    """Build a film from a project file or from the same as data."""
    text = project if isinstance(project, str) else json.dumps(project)
    return build_model(load_project(text, filename=name, sets=sets), catalog)


def answer(values: Values, key: str) -> float | str:
    """Return a figure, the word of a verdict, or n/a where nobody knows."""
    number = values.number(key)
    if math.isnan(number):
        return NOT_KNOWN
    return word(number) if key.endswith(".verdict") else number


def answers(model: Model, keys: Iterable[str]) -> dict[str, float | str]:
    """Return several at once."""
    values = model.evaluate()
    return {key: answer(values, key) for key in keys}


def findings(model: Model) -> list[Finding]:
    """Return all tests of the film, of treaties and of incentives."""
    of_law = [f for i in model.eligibility.instruments for f in i.findings]
    return of_law + [f for p in model.incentives.programmes for f in p.findings]


def verdicts(values: Values, found: Sequence[Finding]) -> list[str]:
    """Return the verdicts of tests, in words."""
    return [word(values.number(f"test.{f.key}.verdict")) for f in found]


def everything_said(model: Model) -> Iterator[str]:
    """Go through all that is said in words: reasons, why a verdict, notes."""
    governing = model.eligibility.governing
    yield from governing.reasons
    for candidate in governing.candidates:
        yield candidate.id
        yield from candidate.reasons
    for found in findings(model):
        yield from (found.why, found.add)
    for programme in model.incentives.programmes:
        yield from programme.notes
