"""Factors on what lines cost: which one holds for a line, what it does to amounts, and what they then stand on."""

from __future__ import annotations

import pytest

from coprod_budget import api
from coprod_budget.errors import ProjectError

FILM = """
title: Adjusted
as_of: 2026-09-30
partners: {ru: {name: Neva, country: RU, currency: RUB, share: 100%}}
schedule: {shoot_days: {moscow: 10}}
budget:
  lines:
    - {id: camera, account: camera, description: Camera, quantity: 10, unit: day, rate: 333.33, currency: EUR, basis: quoted, source: offer}
    - {id: lenses, account: camera, description: Lenses, quantity: 10, unit: day, rate: 100, currency: EUR}
    - {id: sets, account: art, description: Sets, unit: flat, rate: 5000, currency: EUR}
    - {id: editing, account: editing, description: Editing, unit: flat, rate: 2000, currency: EUR}
  charges:
    contingency: {rate: 10%, base: [above_the_line, production, post]}
"""
LINES = {"camera": 3333.30, "lenses": 1000.0, "sets": 5000.0, "editing": 2000.0}


def amounts(*sets: str) -> dict[str, float | None]:
    estimate = api.estimate(api.load_text(FILM, sets=[f"budget.adjust.{text}" for text in sets]))
    return {line: estimate[f"lines.{line}.total"] for line in LINES} | {"total": estimate["budget.total"]}


@pytest.mark.parametrize(
    ("sets", "factors"),
    [
        ([], {}),
        (["all=90%"], dict.fromkeys(LINES, 0.9)),
        (["all=90%", "lines.sets=1"], {"camera": 0.9, "lenses": 0.9, "editing": 0.9}),
        (["accounts.camera=0.5"], {"camera": 0.5, "lenses": 0.5}),
        (["groups.post=2", "all=0.5"], {"camera": 0.5, "lenses": 0.5, "sets": 0.5, "editing": 2.0}),
        (["groups.production=0.5", "accounts.art=0.7", "lines.lenses=0"], {"camera": 0.5, "sets": 0.7, "lenses": 0.0}),
    ],
)
def test_the_nearest_factor_holds(sets: list[str], factors: dict[str, float]) -> None:
    found = amounts(*sets)
    expected = {line: round(amount * factors.get(line, 1.0) + 1e-9, 2) for line, amount in LINES.items()}
    assert {line: found[line] for line in LINES} == pytest.approx(expected)
    assert found["total"] == pytest.approx(1.1 * sum(expected.values()))


def test_an_adjusted_amount_is_assumed_and_said_so() -> None:
    film = api.load_text(FILM, sets=["budget.adjust.accounts.camera=0.9"])
    estimate = api.estimate(film)
    assert estimate["basis.quoted.total"] == 0
    assert estimate["lines.camera.factor"] == 0.9
    assert [w.code for w in estimate.warnings].count("W105") == 1
    frame = estimate.to_frame().set_index("id")
    assert frame.loc["camera", "basis"] == "assumed"
    assert frame.loc["camera", "factor"] == 0.9
    assert frame.loc["sets", "factor"] == 1.0


def test_without_factors_nothing_is_different() -> None:
    estimate = api.estimate(api.load_text(FILM, sets=["budget.adjust.all=1", "budget.adjust.lines.sets=1"]))
    assert "lines.sets.factor" not in estimate.keys()  # noqa: SIM118 - a method of ours
    assert "factor" not in estimate.to_frame().columns
    assert estimate["basis.quoted.total"] == pytest.approx(3333.30)


def test_a_factor_that_finds_no_line_is_told() -> None:
    film = api.load_text(FILM, sets=["budget.adjust.accounts.cast=0.9", "budget.template=feature_low"])
    codes = [w.code for w in api.build(film).warnings]
    assert "W106" not in codes
    film = api.load_text(FILM, sets=["budget.adjust.accounts.cast=0.9"])
    assert "W106" in [w.code for w in api.build(film).warnings]


def test_factors_of_a_line_of_every_city_go_along_with_the_shoot() -> None:
    text = FILM.replace("moscow: 10", "moscow: 6, belgrade: 4").replace(
        "budget:\n", "budget:\n  template: feature_low\n"
    )
    places = ("moscow", "belgrade")
    sets = [f"budget.adjust.lines.{line}_{place}=0.5" for line in ("gaffer", "key_grip") for place in places]
    film = api.load_text(text, sets=[*sets[:-1], "budget.adjust.lines.sets=0.8"])
    base, moved = api.compare_cities(film, ["st_petersburg"])
    assert moved.problems == ()
    assert base.gross != moved.gross
    alone = api.load_text(
        text,
        sets=["schedule.shoot_days={st_petersburg: 10}", "budget.adjust.lines={gaffer_st_petersburg: 0.5, sets: 0.8}"],
    )
    assert moved.gross == pytest.approx(api.estimate(alone)["budget.total"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("accounts.camra=0.9", "camera"),
        ("lines.set=0.9", "sets"),
        ("groups.pots=0.9", "post"),
        ("all=-0.1", "0"),
        ("all=11", "10"),
    ],
)
def test_mistakes(change: str, said: str) -> None:
    with pytest.raises(ProjectError) as caught:
        api.build(api.load_text(FILM, sets=[f"budget.adjust.{change}"]))
    assert said in str(caught.value)
