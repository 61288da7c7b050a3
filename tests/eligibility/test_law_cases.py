"""Worked cases of the law: each file of ``tests/cases/treaties`` and ``tests/cases/incentives`` is a film and what the law says of it.

``class`` says what the result stands on: A, it is printed in the source (of films: shares or amounts are); B, the rule has a source and
the arithmetic is ours; C, it was paid late or paid less.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from asked import answers, everything_said, film

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.model import Model

FOLDER = Path(__file__).parent.parent / "cases"
FILES = sorted([*FOLDER.glob("treaties/*.yaml"), *FOLDER.glob("incentives/*.yaml")])
CLASSES = {"A", "B", "C"}
VECTORS = {"v01", "v03", "v05", "v07", "v09", "v11", "v13", "v15", "v17", "v19", "v21", "v23"}
FILMS = {"ayka", "balkan_line", "amour", "qissa", "hannah_arendt", "dark_paradise"}
WORKED = {"a1", "a2", "a5", "a7", "a9", "a11", "b1", "b2", "b4", "b7", "b8", "c1", "c4"}


@dataclass(frozen=True)
class Run:
    """The same film with something else said; ``since_first`` is the difference to the film as written."""

    sets: list[str]
    output: dict[str, float | str]
    since_first: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One worked case; a key that is not here is refused by the constructor."""

    name: str
    kind: str
    source: dict[str, str]
    note: str
    input: dict[str, Any]
    output: dict[str, float | str]
    tolerance: float
    governing: str = ""
    runs: list[Run] = field(default_factory=list)
    says: list[str] = field(default_factory=list)


def read_case(path: Path) -> Case:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    runs = [Run(**run) for run in data.pop("runs", [])]
    return Case(kind=data.pop("class"), runs=runs, **data)


def compare(model: Model, expected: dict[str, float | str], tolerance: float) -> dict[str, float | str]:
    found = answers(model, expected)
    assert found == {
        key: value if isinstance(value, str) else pytest.approx(value, rel=0, abs=tolerance)
        for key, value in expected.items()
    }
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_law_says_what_the_worked_case_says(path: Path, catalog: Catalog) -> None:
    case = read_case(path)
    model = film(catalog, case.input, name=path.name)
    first = compare(model, case.output, case.tolerance)
    if case.governing:
        assert model.eligibility.governing.instrument == case.governing
    for text in case.says:
        assert any(text in said for said in everything_said(model)), text
    for run in case.runs:
        other = compare(film(catalog, case.input, *run.sets, name=path.name), run.output, case.tolerance)
        for key, value in run.since_first.items():
            assert float(other[key]) - float(first[key]) == pytest.approx(value, abs=case.tolerance)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_has_a_class_and_a_source(path: Path) -> None:
    case = read_case(path)
    assert case.kind in CLASSES
    assert set(case.source) == {"title", "url", "as_of"}
    assert case.output, "nothing to compare"
    assert 0 < case.tolerance < 1


def test_every_collected_case_is_there() -> None:
    """B11, B13 and B16 are about contributions and VAT: they stand with the taxes."""
    stems = [path.stem for path in FILES]
    for known in (VECTORS, {f"film_{name}" for name in FILMS}, WORKED):
        assert {name for name in known if any(s == name or s.startswith(f"{name}_") for s in stems)} == known


def test_a_case_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(TypeError, match="tolerence"):
        Case(**{**vars(read_case(FILES[0])), "tolerence": 1})
