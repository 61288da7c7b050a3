"""A run along the scenario axis is the same as changing the file and estimating again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from by_hand import estimate
from hypothesis import assume, given, note
from hypothesis import strategies as st
from random_films import build, parts_of_all, projects, some

from coprod_budget.graph import Program

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Node
    from coprod_budget.model import Model

LISTS = {
    "lines": r"lines\.(?P<id>\w+)\.(?P<field>rate|quantity)(\.1)?",
    "finance": r"finance\.(?P<id>\w+)\.(?P<field>amount|premium|interest|months|costs)",
    "waterfall": r"waterfall\.(?P<id>\w+)\.(?P<field>rate|amount)",
}
PLAIN = re.compile(
    r"schedule\.(prep_weeks|wrap_weeks|post_weeks|days_per_week|shoot_days\.\w+)|fx\.(?!EUR)\w+|budget\.params\.\w+"
    r"|budget\.charges\.\w+\.(rate|amount|cap)|revenue\.territories\.\w+\.(exhibitor|distributor_fee|p_and_a"
    r"|minimum_guarantee)|revenue\.scenarios\.\w+\.gross\.\w+"
)

TERMS = re.compile(
    r"revenue\.territories\.\w+(\.media\.\w+)?\.(levy|distributor_fee|gross_per_cinema|window_months|over_months|pays_after_months"
    r"|p_and_a_cap|guarantee_part|ticket_price|fee_steps\[\d\]\.rate|p_and_a_later\[\d\]\.amount)"
    r"|revenue\.scenarios\.\w+\.(admissions\.\w+|media\.\w+\.\w+)|revenue\.sales_agent\.\w+"
)
OF_STEPS = re.compile(r"waterfall\.(\w+)\.((until|after)\.(amount|total|multiple|gross|admissions))")


def path_of_term(key: str, project: dict[str, Any]) -> str:
    """The path in the file of a term of distribution, or of what opens or ends a step."""
    if found := OF_STEPS.fullmatch(key):
        return f"waterfall[{found[1]}].{found[2]}"
    if found := re.fullmatch(r"revenue\.scenarios\.(\w+)\.(gross|admissions)\.(\w+)", key):
        # a scenario says gross or admissions, never both
        return key if found[3] in project["revenue"]["scenarios"][found[1]].get(found[2], {}) else ""
    return key if TERMS.fullmatch(key) else path_of(key, project)


def path_of(key: str, project: dict[str, Any]) -> str:
    """The path in the file of an input of the graph, or nothing where it has none that can be changed alone."""
    if PLAIN.fullmatch(key):
        parts = key.split(".")
        charge = project["budget"]["charges"].get(parts[2], {}) if parts[1] == "charges" else {}
        return "" if parts[-1] == "rate" and "amount" in charge else key
    for name, pattern in LISTS.items():
        if found := re.fullmatch(pattern, key):
            listed = project["budget"]["lines"] if name == "lines" else project.get(name, [])
            item = next((i for i in listed if i["id"] == found["id"]), {})
            if isinstance(item.get(found["field"]), int | float):
                return f"{'budget.' if name == 'lines' else ''}{name}[{found['id']}].{found['field']}"
    return ""


def cells(node: Node) -> list[str]:
    """The keys of an input: its own, or one a row of a column."""
    return [node.key] if node.table is None else [node.cell_key(row) for row in range(len(node.table))]


def compare(model: Model, project: dict[str, Any], runs: list[dict[str, tuple[str, float]]], catalog: Catalog) -> None:
    """Each run gives every varied key its path and value; all runs at once must equal each one alone."""
    keys = list(estimate(project))
    nodes = [found[0] for key in keys if (found := model.graph.find(key))]
    program = Program(model.graph, nodes, runs[0])
    varied = {key: np.array([run[key][1] for run in runs]) for key in runs[0]}
    together = program.run(varied)
    for number, run in enumerate(runs):
        sets = [f"{path}={value!r}" for path, value in run.values()]
        alone = build(project, catalog, sets)
        assume(alone.schedule.year_of == model.schedule.year_of)
        values = alone.evaluate()
        note(f"run {number}: {sets}")
        for key in keys:
            found = together[key]
            assert found[number if len(found) > 1 else 0] == pytest.approx(values.number(key), rel=1e-9, abs=1e-6), key


@some
@given(project=projects(), data=st.data())
def test_inputs_of_every_kind_can_be_varied(project: dict[str, Any], data: st.DataObject, catalog: Catalog) -> None:
    model = build(project, catalog)
    vary(model, project, data, {k: path for k in inputs_of(model) if (path := path_of(k, project))}, catalog)


@some
@given(project=projects(dealt=True), data=st.data())
def test_terms_of_distribution_and_limits_of_steps_can_be_varied(
    project: dict[str, Any], data: st.DataObject, catalog: Catalog
) -> None:
    model = build(project, catalog)
    vary(model, project, data, {k: path for k in inputs_of(model) if (path := path_of_term(k, project))}, catalog)


def inputs_of(model: Model) -> list[str]:
    """The keys of all inputs."""
    return [key for node in model.graph.named() if node.op == "input" for key in cells(node)]


def vary(model: Model, project: dict[str, Any], data: st.DataObject, paths: dict[str, str], catalog: Catalog) -> None:
    """Make a few inputs smaller, in two runs."""
    chosen = data.draw(st.lists(st.sampled_from(list(paths)), min_size=1, max_size=4, unique=True))
    values = model.evaluate()
    runs = [
        {
            key: (paths[key], min(values.number(key) * data.draw(st.sampled_from([0.5, 0.75, 0.9, 1])), 7e11))
            for key in chosen
        }
        for _ in range(2)
    ]
    for run in runs:
        if "schedule.days_per_week" in run:
            run["schedule.days_per_week"] = ("schedule.days_per_week", 5.0)
    compare(model, project, runs, catalog)


@some
@given(project=projects(), data=st.data())
def test_agreed_shares_can_be_varied_together(project: dict[str, Any], data: st.DataObject, catalog: Catalog) -> None:
    model = build(project, catalog)

    @st.composite
    def shares(draw: st.DrawFn) -> dict[str, float]:
        return parts_of_all(draw, list(project["partners"]), 10)

    runs = [
        {f"partners.{p}.share": (f"partners.{p}.share", v) for p, v in data.draw(shares()).items()} for _ in range(2)
    ]
    assume(all(delegate_of(project) == max(run, key=lambda k: run[k][1]).split(".")[1] for run in runs))
    compare(model, project, runs, catalog)


def delegate_of(project: dict[str, Any]) -> str:
    """The partner with the largest share: the country of the charges."""
    return max(project["partners"], key=lambda p: project["partners"][p]["share"])


def test_every_input_of_a_film_from_a_template_can_be_varied_alone(catalog: Catalog) -> None:
    """Rates of the template's charges, its parameters, terms of the catalogue: all the same as ``--set``."""
    film = {
        "title": "The Prisoner",
        "as_of": "2026-09-30",
        "fx": {"RTK": 118, "FLR": 2.5},
        "partners": {
            "ru": {"name": "Elphberg Film", "country": "QR", "currency": "RTK", "share": 0.6},
            "gr": {"name": "Graustark Film", "country": "QG", "currency": "FLR", "share": 0.4},
        },
        "schedule": {"start": "2026-10-01", "home": "strelsau", "shoot_days": {"strelsau": 4, "edelweiss": 2}},
        "budget": {
            "template": "ruritania",
            "params": {"extras_per_day": 10},
            "charges": {"bond": {"rate": 0.03}, "contingency": {"rate": 0.1, "cap": 3000, "cap_currency": "EUR"}},
            "lines": [
                {"id": "lens", "account": "camera", "description": "Lens", "rate": 50, "currency": "FLR", "quantity": 3}
            ],
        },
        "split": {"cities": {"edelweiss": {"ru": 0.25, "gr": 0.75}}},
        "finance": [
            {
                "id": "fund", "name": "Fund", "kind": "equity", "partner": "ru",
                "amount": 500, "currency": "EUR", "premium": 0.2,
            }
        ],
        "revenue": {
            "territories": {"QR": {"p_and_a": 1000, "minimum_guarantee": 5000}, "QG": {"exhibitor": 0.4, "distributor_fee": 0.1}},
            "scenarios": {
                "low": {"weight": 0.5, "gross": {"QR": 400000}},
                "high": {"weight": 0.5, "gross": {"QR": 9000000, "QG": 70000}},
            },
        },
    }  # fmt: skip
    model = build(film, catalog)
    paths = {key: path for key in inputs_of(model) if (path := path_of(key, film))}
    del paths["budget.params.second_camera"]  # decides whether a line is there: another shape, another model
    outputs = [node for node in model.graph.named() if node.op != "text"]
    # what is tried in a territory alone begins near what returns the budget, and stays there when an input is varied
    tried = ("alone.", "runs.alone_", "run.alone_", "flow.alone_", "break_even.")
    results = {node: rows for node in outputs if (rows := [not key.startswith(tried) for key in cells(node)])}
    before = model.evaluate()
    moved = set()
    for key, path in paths.items():
        value = before.number(key) * 1.0625 + 0.0625
        run = Program(model.graph, outputs, [key]).run({key: np.array([value])})
        alone = build(film, catalog, [f"{path}={value!r}"]).evaluate()
        for result, rows in results.items():
            found, expected = (np.atleast_2d(figures)[rows] for figures in (run[result], alone[result.key]))
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6, err_msg=f"{path}: {result.key}")
        if run.number("party.ru.profit") != before.number("party.ru.profit"):
            moved.add(key)
    assert len(paths) > 25
    idle = {key for key in set(paths) - moved if not key.startswith("schedule.wrap_weeks")}
    assert idle <= {"budget.charges.contingency.cap", "revenue.territories.QR.minimum_guarantee"}, idle
