"""The section ``uncertainty``: what it means, what an editor thinks of it, and that no content of it is beyond words."""

from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from coprod_budget.errors import ProjectError
from coprod_budget.project import load_project, project_json_schema
from coprod_budget.project.uncertainty import DISTRIBUTIONS, MAX_ENTRIES, PRICES_CORRELATION
from coprod_budget.project.uncertainty_paths import limits_of
from coprod_budget.project.uncertainty_reader import KINDS, read_uncertainty
from coprod_budget.yaml_reader import read_yaml

FILM = """
title: The Danube Crossing
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 100%}
schedule:
  shoot_days: {moscow: 14}
  prep_weeks: 8
budget:
  template: feature_medium
  lines:
    - {id: lead, account: cast, description: Lead actress, quantity: 20, rate: 1200, currency: EUR}
finance:
  - {id: bank, name: Bank, kind: loan, partner: ru, amount: gap, interest: 11%, fee: 2%}
"""
EXAMPLES = {
    "normal": "{dist: normal, sigma: 10%, low: 2}",
    "normal by range": "{dist: normal, p10: 3, p90: 9, high: 12}",
    "normal by deviation": "{dist: normal, mean: 8, sd: 0.5, source: last year}",
    "lognormal": "{dist: lognormal, median: 9, sigma: 0.18}",
    "uniform": "{dist: uniform, low: 0.9, high: 1.2, factor: true}",
    "triangular": "{dist: triangular, low: 6, mode: 8, high: 12, whole: true}",
    "pert": "{dist: pert, low: 6, high: 12, lambda: 3}",
    "discrete": "{dist: discrete, values: [8, 10%], weights: [60%, 0.4]}",
    "empirical": "{dist: empirical, values: [8, 9, 10]}",
    "comparables": "{dist: empirical, comparables: {territory: RU, funding: cinema_fund, type: fiction, budget_band: low}}",
}
SECTION = """
uncertainty:
  fx.RUB: {dist: lognormal, sigma: 18%}
  schedule.prep_weeks: {dist: pert, low: 6, high: 12}
  lines.gaffer_moscow.rate: {dist: uniform, low: 1, high: 2}
"""


def test_every_distribution_is_read_where_it_is_named() -> None:
    assert tuple(KINDS) == DISTRIBUTIONS
    for name, text in EXAMPLES.items():
        (entry,) = read_uncertainty(load_project(f"{FILM}uncertainty: {{schedule.prep_weeks: {text}}}")).entries

        assert (entry.path, entry.dist) == ("schedule.prep_weeks", re.findall(r"dist: (\w+)", text)[0]), name
    (entry,) = read_uncertainty(
        load_project(f"{FILM}uncertainty: {{schedule.prep_weeks: {EXAMPLES['discrete']}}}")
    ).entries
    assert (entry.values, entry.weights) == ((8.0, 0.1), (0.6, 0.4))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_editor_with_the_schema_finds_no_mistake_in_it(name: str) -> None:
    data = read_yaml(f"{FILM}uncertainty: {{schedule.prep_weeks: {EXAMPLES[name]}}}", "").data

    assert [e.message for e in Draft202012Validator(project_json_schema()).iter_errors(data)] == []


@pytest.mark.parametrize(
    "text", ["{dist: nrmal}", "{low: 3}", "{dist: pert, loww: 3}", "{dist: uniform, low: few, high: 3}", "3"]
)
def test_an_editor_with_the_schema_finds_mistakes_in_it(text: str) -> None:
    data = read_yaml(f"{FILM}uncertainty: {{schedule.prep_weeks: {text}}}", "").data

    assert list(Draft202012Validator(project_json_schema()).iter_errors(data))
    with pytest.raises(ProjectError):
        load_project(f"{FILM}uncertainty: {{schedule.prep_weeks: {text}}}")


MOVES = {
    "nothing said": ("", (0.0, {}, None)),
    "one for all": ("correlation: 0.3", (0.3, {}, None)),
    "below nothing": ("correlation: -20%", (-0.2, {}, None)),
    "a pair": (
        "correlation: {fx.RUB: {schedule.prep_weeks: 0.3}}",
        (0.0, {("fx.RUB", "schedule.prep_weeks"): 0.3}, None),
    ),
    "a whole matrix": (
        "correlation: {schedule.prep_weeks: {fx.RUB: 0.3, schedule.prep_weeks: 1}, fx.RUB: {schedule.prep_weeks: 0.3, fx.RUB: 1}}",
        (0.0, {("fx.RUB", "schedule.prep_weeks"): 0.3}, None),
    ),
    "prices": ("prices: true", (0.0, {}, PRICES_CORRELATION)),
    "no prices": ("prices: false", (0.0, {}, None)),
    "prices that move together": ("prices: {correlation: 0.5}", (0.0, {}, 0.5)),
    "prices and no more": ("prices: {}", (0.0, {}, PRICES_CORRELATION)),
}


@pytest.mark.parametrize("name", MOVES)
def test_how_numbers_move_together(name: str) -> None:
    line, (common, pairs, prices) = MOVES[name]
    found = read_uncertainty(load_project(f"{FILM}{SECTION}  {line}\n"))

    assert (found.common, dict(found.pairs), found.prices) == (common, pairs, prices)
    assert found.prices_or_default == (PRICES_CORRELATION if prices is None else prices)


LIMITS = {
    "schedule.shoot_days.moscow": (0, 2000),
    "schedule.prep_weeks": (0, 500),
    "partners.ru.share": (0, 1),
    "fx.RUB": (0, 1e9),
    "finance[bank].interest": (0, 5),
    "budget.charges.contingency.rate": (0, 1),
    "budget.lines[lead].rate": (0, 1e12),
    "budget.lines[lead].quantity": (0, math.inf),
    "budget.params.vans": (-1e12, 1e12),
    "lines.gaffer_moscow.rate": (0, math.inf),
}


@pytest.mark.parametrize("path", LIMITS)
def test_a_number_has_the_limits_of_the_file(path: str) -> None:
    assert limits_of(load_project(FILM), path) == LIMITS[path]


def test_there_are_not_too_many() -> None:
    entries = "\n".join(f"  budget.params.n{n}: {{dist: uniform, low: 1, high: 2}}" for n in range(MAX_ENTRIES + 1))
    with pytest.raises(ProjectError, match=f"at most {MAX_ENTRIES}"):
        load_project(f"{FILM}uncertainty:\n{entries}\n")


_leaves = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.sampled_from(
    ["18%", "-3%", "pert", "normal", "x", "", "schedule.prep_weeks", "fx.RUB"]
)  # fmt: skip
_keys = st.sampled_from(
    ["dist", "low", "mode", "high", "sd", "sigma", "p10", "p90", "values", "weights", "comparables", "territory", "factor", "whole",
     "lambda", "source", "correlation", "prices", "fx.RUB", "schedule.prep_weeks", "title", "no such"]
)  # fmt: skip
_content = st.recursive(
    _leaves, lambda below: st.lists(below, max_size=3) | st.dictionaries(_keys, below, max_size=5), max_leaves=20
)


@given(st.dictionaries(_keys, _content, max_size=6))
def test_whatever_stands_there_is_read_or_answered_in_words(section: dict[str, object]) -> None:
    text = f"{FILM}uncertainty: {json.dumps(section, allow_nan=True).replace('Infinity', '.inf')}\n"
    try:
        project = load_project(text, filename="film.yaml")
    except ProjectError as error:
        for problem in error.problems:
            assert problem.message
            assert problem.line > 0
    else:
        read_uncertainty(project)
