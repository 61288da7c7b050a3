"""Worked examples: each file of ``tests/cases`` is a project, or rules and receipts alone, and the figures they must give."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cascades import play

from coprod_budget.errors import ProjectError
from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cascades import Played

    from coprod_budget.catalog import Catalog

FOLDER = Path(__file__).parent.parent / "cases"
OURS = FOLDER / "ours"
FILES = sorted([*FOLDER.glob("*.yaml"), *OURS.glob("*.yaml")])
OPTIONS = {"invested", "investments", "finance", "admissions", "revenue", "days", "new_year", "months"}
"""What rules and receipts may come with; the words are those of ``cascades.play``."""


@dataclass(frozen=True)
class Case:
    """One worked example that is a whole project; a key that is not here is refused by the constructor."""

    name: str
    source: dict[str, str]
    note: str
    input: dict[str, Any]
    output: dict[str, float]
    tolerance: float

    def __post_init__(self) -> None:
        check(self.name, self.source, self.output, self.tolerance)


@dataclass(frozen=True)
class Rounds:
    """One worked example that is a waterfall alone: rules, and receipts by outlet and period (counted from 1).

    An output is a figure, or ``{value, within}`` where the source rounds more than the tolerance says. ``smallest`` asks for the
    smallest receipt, in an outlet and period, at which figures reach a goal.
    """

    name: str
    source: dict[str, str]
    note: str
    periods: int
    rules: list[dict[str, Any]]
    receipts: dict[str, dict[int, float]]
    output: dict[str, Any]
    tolerance: float
    given: dict[str, Any] = field(default_factory=dict)
    smallest: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self.name, self.source, self.output, self.tolerance)
        assert set(self.given) <= OPTIONS, f"{self.name}: given knows {sorted(OPTIONS)}"

    def play(self, unknown: tuple[str, int] | None = None) -> Played:
        options = dict(self.given)
        for name in ("admissions", "investments"):
            if name in options:
                options[name] = {key: self.in_full(rows) for key, rows in options[name].items()}
        return play(self.rules, {o: self.in_full(r) for o, r in self.receipts.items()}, unknown=unknown, **options)

    def in_full(self, rows: Mapping[int, float]) -> list[float]:
        assert set(rows) <= set(range(1, self.periods + 1)), f"{self.name}: a period that is not there"
        return [rows.get(period, 0.0) for period in range(1, self.periods + 1)]


def check(name: str, source: dict[str, str], output: dict[str, Any], tolerance: float) -> None:
    assert set(source) == {"title", "url", "as_of"}, f"{name}: source needs title, url and as_of"
    assert output, f"{name}: nothing to compare"
    assert 0 < tolerance < 1, f"{name}: a tolerance that hides nothing"


def read_case(path: Path) -> Case | Rounds:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Rounds(**told) if "rules" in told else Case(**told)


CASES = {path.stem: read_case(path) for path in FILES}
PROJECTS = [name for name, case in CASES.items() if isinstance(case, Case)]
ROUNDS = [name for name, case in CASES.items() if isinstance(case, Rounds)]


@pytest.mark.parametrize("name", PROJECTS)
def test_the_model_gives_the_figures_of_a_worked_example(name: str, catalog: Catalog) -> None:
    case = CASES[name]
    assert isinstance(case, Case)
    model = build_model(load_project(json.dumps(case.input), filename=f"{name}.yaml"), catalog)
    values = model.evaluate()
    found = {words: sum(values.number(key) for key in words.split(" + ")) for words in case.output}
    assert found == pytest.approx(case.output, rel=0, abs=case.tolerance)
    assert values.number("checks.all_ok") == 1


@pytest.mark.parametrize("name", ROUNDS)
def test_the_waterfall_gives_the_figures_of_a_worked_example(name: str) -> None:
    case = CASES[name]
    assert isinstance(case, Rounds)
    played = case.play()
    wrong = {}
    for words, told in case.output.items():
        value, within = (told["value"], told["within"]) if isinstance(told, dict) else (told, case.tolerance)
        found = played.figure(words)
        if abs(found - value) > within:
            wrong[words] = (found, value)
    assert wrong == {}
    paid = sum(played.party(p) for p in played.waterfall.received_in)
    assert paid + played.left() == pytest.approx(sum(sum(rows.values()) for rows in case.receipts.values()))


@pytest.mark.parametrize("name", [n for n in ROUNDS if getattr(CASES[n], "smallest", None)])
def test_the_smallest_further_receipt_that_reaches_a_goal(name: str) -> None:
    case = CASES[name]
    assert isinstance(case, Rounds)
    played = case.play(unknown=(case.smallest["outlet"], case.smallest["period"]))
    for goal in case.smallest["goals"]:
        assert played.smallest(goal["of"], goal["reaches"]) == pytest.approx(goal["at"], rel=0, abs=case.tolerance)


def test_a_case_with_an_unknown_key_is_refused() -> None:
    for name in (PROJECTS[0], ROUNDS[0]):
        with pytest.raises(TypeError, match="tolerence"):
            type(CASES[name])(**{**vars(CASES[name]), "tolerence": 1})


def test_there_are_cases() -> None:
    assert len(PROJECTS) >= 23
    assert len(ROUNDS) >= 10
    assert len(list(OURS.glob("*.yaml"))) >= 12
    assert len(CASES) == len(FILES), "two files have the same name"


def test_our_own_cases_say_so_and_show_their_arithmetic() -> None:
    for path in OURS.glob("*.yaml"):
        case = CASES[path.stem]
        assert case.source["title"] == "ours, worked out by hand", path.name
        assert len(case.note) > 100, f"{path.name}: the note holds the arithmetic"


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ({"pay": {"node_1": 0.5, "node_2": 0.55}, "kind": "net_profit"}, "105%"),
        ({"pay": {"node_1": 0.5, "node_2": 0.55}, "kind": "share"}, "105%"),
        ({"pay": {"node_3": 0.7, "node_4": 0.8}, "kind": "share"}, "150%"),
        ({"pay": {"node_3": 0.7, "node_4": 0.8}, "kind": "fixed", "amount": 100}, "150%"),
    ],
)
def test_a_group_that_promises_more_than_all_is_refused(step: dict[str, Any], what: str) -> None:
    """A public engine (github.com/blockframes) pays 105 % and 150 % of what arrives from such groups."""
    case = CASES["waterfall_pro_rata"]
    assert isinstance(case, Case)
    project = {**case.input, "waterfall": [{"id": "shares", **step}]}
    with pytest.raises(ProjectError, match=what):
        load_project(json.dumps(project), filename="project.yaml")


def test_percentages_of_one_gross_that_come_to_more_than_all_are_refused(catalog: Catalog) -> None:
    case = CASES["waterfall_pro_rata"]
    assert isinstance(case, Case)
    steps = [{"id": f"s{r}", "pay": "node", "kind": "percent_of_gross", "rate": r / 100} for r in (50, 55)]
    project = load_project(json.dumps({**case.input, "waterfall": steps}), filename="project.yaml")
    with pytest.raises(ProjectError, match=r"WW come to 1\.05"):
        build_model(project, catalog)
