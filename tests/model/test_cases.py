"""Worked examples by other people: each file of ``tests/cases`` is a project and the figures it must give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from coprod_budget.errors import ProjectError
from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

FOLDER = Path(__file__).parent.parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Case:
    """One worked example; a key that is not here is refused by the constructor."""

    name: str
    source: dict[str, str]
    note: str
    input: dict[str, Any]
    output: dict[str, float]
    tolerance: float

    def __post_init__(self) -> None:
        assert set(self.source) == {"title", "url", "as_of"}, f"{self.name}: source needs title, url and as_of"
        assert self.output, f"{self.name}: nothing to compare"
        assert 0 < self.tolerance < 1, f"{self.name}: a tolerance that hides nothing"


def read_case(path: Path) -> Case:
    return Case(**yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_model_gives_the_figures_of_a_worked_example(path: Path, catalog: Catalog) -> None:
    case = read_case(path)
    model = build_model(load_project(json.dumps(case.input), filename=path.name), catalog)
    values = model.evaluate()
    found = {key: values.number(key) for key in case.output}
    assert found == pytest.approx(case.output, rel=0, abs=case.tolerance)
    assert values.number("checks.all_ok") == 1


def test_a_case_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(TypeError, match="tolerence"):
        Case(**{**vars(read_case(FILES[0])), "tolerence": 1})


def test_there_are_cases() -> None:
    assert len(FILES) >= 20


def test_a_group_that_promises_more_than_all_is_refused() -> None:
    """A public engine (github.com/blockframes) pays 105 % and 150 % of what arrives from such groups."""
    project = read_case(FOLDER / "waterfall_pro_rata.yaml").input
    project["waterfall"] = [{"id": "shares", "pay": {"node_1": 0.5, "node_2": 0.55}, "kind": "net_profit"}]
    with pytest.raises(ProjectError, match="105%"):
        load_project(json.dumps(project), filename="project.yaml")
