"""One run of a study is ``estimate --set``, in every figure: numbers of every section of films that were drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from random_films import projects, some
from studied import differences, metrics, numbers, study_of

from coprod_budget.errors import ProblemsError

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


@settings(some, max_examples=8)
@given(project=projects(), data=st.data())
def test_numbers_of_every_section(project: dict[str, Any], data: st.DataObject, catalog: Catalog) -> None:
    vary(project, data, catalog)


@settings(some, max_examples=8)
@given(project=projects(dealt=True), data=st.data())
def test_numbers_of_every_section_of_films_with_deals(
    project: dict[str, Any], data: st.DataObject, catalog: Catalog
) -> None:
    vary(project, data, catalog)


def vary(project: dict[str, Any], data: st.DataObject, catalog: Catalog) -> None:
    """Vary up to four numbers of a film together, beyond what the schema takes now and then."""
    study = study_of(project, catalog)
    try:
        found = dict(numbers(study.base.project))
    except ProblemsError:
        return  # a film that nobody can estimate
    able = [path for path in found if not ("split." in path or ".bearer." in path) or is_written(project, path)]
    chosen = data.draw(st.lists(st.sampled_from(able), min_size=1, max_size=4, unique=True))
    columns = {path: [changed(data, found[path]) for _ in range(3)] for path in chosen}
    assert differences(study, columns, metrics(study.base)) == []


def is_written(project: dict[str, Any], path: str) -> bool:
    """Say whether the file itself states shares there: what is written as one word has no parts."""
    here: Any = project
    for key in path.split("."):
        if not isinstance(here, dict):
            return False
        here = here.get(key)
    return isinstance(here, float)


def changed(data: st.DataObject, value: float) -> float:
    """The value, or a part or a multiple of it, or more or less; sometimes what no schema takes."""
    factor = data.draw(st.sampled_from([1.0, 1.0, 0.5, 0.9, 1.25, 2.0, 0.0]))
    more = data.draw(st.sampled_from([0.0, 0.0, 0.0, 1.0, -1.0, 0.01, 1e13]))
    return float(value * factor + more)
