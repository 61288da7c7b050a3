"""The public door: what a notebook can do, and what it is told when it asks wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from coprod_budget import api
from coprod_budget.errors import MissingDataError, ProjectError

FILM = Path(__file__).with_name("film.yaml")


def test_a_path_a_text_a_loaded_film_and_a_bare_project_give_the_same_estimate() -> None:
    film = api.load(FILM)
    text = api.load_text(FILM.read_text(encoding="utf-8"))
    totals = {api.estimate(source)["budget.total"] for source in (FILM, str(FILM), film, film.project, text)}

    assert len(totals) == 1
    assert film.project.title == "Ruby & Rain"
    assert api.build(film.project).evaluate().number("budget.total") in totals


def test_overrides_belong_to_a_file() -> None:
    changed = api.estimate(FILM, sets=["title=Other"])

    assert changed.model.project.title == "Other"
    with pytest.raises(ValueError, match=r"give them to load\(\)"):
        api.estimate(api.load(FILM), sets=["title=Other"])


def test_an_unknown_figure_names_the_nearest(film) -> None:
    with pytest.raises(KeyError, match=r"did you mean budget\.total"):
        film["budget.totl"]
    with pytest.raises(KeyError, match=r"no figure 'lines\.crew\.currency'"):
        film.explain("lines.crew.currency")


def test_every_key_has_a_value_or_is_undefined(film) -> None:
    values = {key: film[key] for key in film.keys()}  # noqa: SIM118 - an estimate is no mapping

    assert values["budget.total"]
    assert values["party.lawyer.multiple"] is None
    assert film.warnings == film.model.warnings


def test_problems_are_values_of_the_exception() -> None:
    with pytest.raises(ProjectError) as wrong:
        api.load(FILM, sets=["budget.level=cheap", "kind=opera"])
    with pytest.raises(MissingDataError):
        api.estimate(FILM, sets=["partners.rs.currency=XAU"])

    assert len(wrong.value.problems) == 2


def test_added_data_are_used(tmp_path: Path) -> None:
    header = "item,unit,low,mid,high,currency,as_of,basis,source_title"
    (tmp_path / "belgrade.csv").write_text(f"{header}\ngaffer,shift,1,2,3,EUR,2026-09,quoted,offer\n", encoding="utf-8")
    text = FILM.read_text(encoding="utf-8").replace(
        "  lines:\n", "  lines:\n    - {id: g, account: electric, item: gaffer, city: belgrade}\n"
    )
    project = tmp_path / "p.yaml"
    project.write_text(text, encoding="utf-8")

    assert api.estimate(project, data=[tmp_path])["lines.g.rate"] == 2
    assert api.estimate(project)["lines.g.rate"] != 2
