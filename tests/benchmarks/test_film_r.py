"""Film R, on which speed is measured, is the film that it is said to be, and its kernels by hand give the figures of the graph."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coprod_budget.graph import Program, Values
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from types import ModuleType

    from coprod_budget.model import Model

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
SCENARIOS = 200


def benchmark(name: str) -> ModuleType:
    path = FOLDER / f"{name}.py"
    if not path.is_file():
        pytest.skip("the installed package is tested here, without its benchmarks")
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


film_r = benchmark("film_r")
kernel_r = benchmark("kernel_r")


@pytest.fixture(scope="module")
def model() -> Model:
    return film_r.build()


@pytest.fixture(scope="module")
def draws() -> dict[str, np.ndarray]:
    return film_r.draws(SCENARIOS, seed=11)


@pytest.fixture(scope="module")
def engine(model: Model, draws: dict[str, np.ndarray]) -> Values:
    return film_r.program(model, draws).run(draws)


def test_is_as_large_as_it_is_said_to_be(model):
    tables, project = model.graph.tables, model.project
    assert len(tables["lines"]) == 400
    assert {line.currency for line in model.budget.lines} == {"EUR", "RTK", "FLR", "SYK"}
    assert len(tables["departments"]) == 40
    assert len(project.partners) == 3
    assert [p.id for p in model.incentives.programmes] == ["qr_flat", "qs_condition"]
    assert len(project.revenue.territories) == 8
    assert len(project.waterfall) == 9
    assert len(tables["periods"]) == 24
    assert len(film_r.PARTIES) == 5
    assert len(film_r.VARIED) == 30


def test_ceilings_are_above_some_pay_and_below_other(model):
    values = model.evaluate()
    for country in ("QR", "QG"):
        of = [k for k in model.graph.tables["persons"].keys if f"_{country.lower()}_" in k]
        over = [values.number(f"persons.{k}.pay_per_head") > values.number(f"persons.{k}.limit_1") for k in of]
        assert 0 < sum(over) < len(over)


def test_charges_name_each_other(model):
    assert set(model.budget.charges.in_loop) == {"completion_bond", "producers_fee"}


@pytest.mark.parametrize("path", film_r.VARIED)
def test_what_is_varied_is_a_path_of_the_file(path, model):
    found = model.graph.find(film_r.key_of(path))
    assert found is not None
    assert found[0].op == "input"
    load_project(film_r.film_r().project, filename="film_r.yaml", sets=[f"{path}={film_r.VARIED[path][0]}"])


def test_every_step_of_the_waterfall_is_paid_in_some_scenario(model, draws):
    steps = [step.id for step in model.waterfall.positions]
    graph = model.graph
    nodes = [graph[f"flow.*.waterfall.{step}.paid"] for step in steps]
    paid = Program(graph, nodes, draws).run(draws)
    assert {s for s, n in zip(steps, nodes, strict=True) if paid[n][:24].sum(axis=0).max() > 0} == set(steps)


@pytest.mark.parametrize("way", ["plain", "blocked"])
def test_kernel_by_hand_gives_the_figures_of_the_graph(way, model, draws, engine):
    found = getattr(kernel_r.Kernel(model), way)(draws)
    for key in film_r.METRICS:
        np.testing.assert_allclose(found[key], engine[key], rtol=1e-9, atol=1e-6, err_msg=key)


def test_metrics_move(engine):
    still = [key for key in film_r.METRICS if len(np.unique(engine[key])) < 2]
    assert still == []


def test_kernel_does_not_depend_on_how_scenarios_are_cut(model, draws):
    kernel = kernel_r.Kernel(model)
    whole = kernel.blocked(draws)
    parts = [kernel.blocked({k: v[s] for k, v in draws.items()}) for s in (slice(0, 63), slice(63, None))]
    for key in film_r.METRICS:
        joined = np.concatenate([part[key] for part in parts])
        np.testing.assert_allclose(joined, whole[key], rtol=1e-11, atol=1e-6, err_msg=key)


def test_large_film_has_its_lines_in_a_template(tmp_path):
    model = film_r.build(6000, tmp_path)
    assert len(model.graph.tables["lines"]) == 6000
    assert len(model.graph.tables["shoot_cities"]) == film_r.TOWNS


@pytest.mark.libreoffice
def test_workbook_held_open_gives_the_figures_of_the_graph(model, draws, engine):
    few = {key: values[:2] for key, values in draws.items()}
    found = benchmark("libreoffice").recalculate(model, few, film_r.METRICS)
    assert len(found.seconds) == 2
    for n, key in enumerate(film_r.METRICS):
        np.testing.assert_allclose(found.metrics[:, n], engine[key][:2], rtol=1e-9, atol=1e-4, err_msg=key)
