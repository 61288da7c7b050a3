"""A study against the long way: every run loaded, built and evaluated alone, as ``estimate --set`` does; any difference is a mistake."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

from coprod_budget.errors import ProblemsError
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project
from coprod_budget.project.expressions import Number
from coprod_budget.whatif.metrics import UnknownMetricError, find_metric
from coprod_budget.whatif.shape import as_text, told
from coprod_budget.whatif.study import Runs, Study

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coprod_budget.catalog import Catalog


MANY = ("flow.", "run.", "month.")
"""Tables with thousands of rows: what they lead to is looked at, not every row of theirs."""

SOLVED = re.compile(r"break_even|budget_gross")


def study_of(film: str | dict[str, Any], catalog: Catalog, *sets: str) -> Study:
    """Return a study of a film with a catalogue that is open already."""
    study = Study(film if isinstance(film, str) else json.dumps(film), filename="film.yaml", sets=sets)
    study.__dict__["catalog"] = catalog
    return study


def numbers(part: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Go through all numbers of a validated project that a path leads to, defaults included."""
    if isinstance(part, Number):
        yield path, part.value
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from numbers(getattr(part, name), f"{path}.{name}" if path else name)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from numbers(value, f"{path}.{key}")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from numbers(value, f"{path}[{place}]")
    elif isinstance(part, float):
        yield path, part


def metrics(model: Model, *, solved: bool = False) -> list[str]:
    """Return all that can be asked of a run; break-evens, which are searched for, only where they are ``solved``."""
    found = []
    for node in model.graph.named():
        if node.op == "text":
            continue
        for row in range(len(node.table) if node.table is not None else 1):
            key = node.cell_key(row) if node.table is not None else node.key
            if key.startswith(MANY) or (not solved and SOLVED.search(key)):
                continue
            try:
                find_metric(model.graph, key)
            except UnknownMetricError:
                continue
            found.append(key)
    return found


def alone(study: Study, run: Mapping[str, Any]) -> Model | str:
    """Return the model of one run, or what is wrong with it."""
    recipe, sets = study.recipe, [f"{path}={as_text(value)}" for path, value in run.items()]
    try:
        project = load_project(recipe.source, filename=recipe.filename, sets=[*recipe.sets, *sets])
        return build_model(project, study.catalog)
    except ProblemsError as error:
        return "; ".join(told(p) for p in error.problems[:3])


def differences(study: Study, columns: Mapping[str, Sequence[Any]], keys: Sequence[str]) -> list[str]:
    """Return where the runs of a block are not what each of them is alone."""
    given = {p: np.array(c) if all(isinstance(v, float) for v in c) else list(c) for p, c in columns.items()}
    part = study.block(Runs(given), keys)
    found = []
    for row in range(len(next(iter(columns.values())))):
        run = {path: column[row] for path, column in columns.items()}
        model = alone(study, run)
        if isinstance(model, str) or row in part.problems:
            wanted = model if isinstance(model, str) else ""
            if part.problems.get(row) != wanted:
                found.append(f"{run}: {part.problems.get(row)!r}, not {wanted!r}")
            continue
        values = model.evaluate()
        for key in keys:
            there = model.graph.find(key)
            wanted_value = math.nan if there is None else values.number(there[0], there[1])
            value = float(part.values[key][row])
            if not same(value, wanted_value):
                found.append(f"{run}: {key} is {value!r}, not {wanted_value!r}")
    return found


def same(value: float, wanted: float) -> bool:
    """Say whether two figures are the same but for the last digits; undefined is undefined."""
    if math.isnan(value) or math.isnan(wanted):
        return math.isnan(value) and math.isnan(wanted)
    return value == wanted or abs(value - wanted) <= 1e-6 + 1e-9 * abs(wanted)
