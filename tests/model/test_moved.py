"""The whole shoot in another city: what moves with it, what stays, and that nothing is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coprod_budget import api
from coprod_budget.errors import MissingDataError, ProblemsError
from coprod_budget.model.moved import moved

if TYPE_CHECKING:
    from coprod_budget.project import Project

HEAD = """
title: Moved
as_of: 2026-09-30
partners:
  ru: {name: A, country: RU, currency: RUB, share: 60%, delegate: true}
  rs: {name: B, country: RS, currency: RSD, share: 40%}
"""
TEMPLATE = HEAD + "schedule: {shoot_days: {moscow: 14, belgrade: 6}}\nbudget: {template: feature_low}\n"
TYPED = (
    HEAD
    + """
schedule: {shoot_days: {moscow: 14, belgrade: 6}, home: moscow, post_city: belgrade}
budget:
  lines:
    - {id: crew, account: camera, description: Crew, quantity: shoot_days.moscow * 2 + shoot_days, rate: 1000, currency: EUR, city: moscow}
    - {id: boat, account: picture_vehicles, description: Boat, quantity: "max(shoot_days.belgrade, 1)", rate: 500, currency: EUR,
       spent: belgrade}
    - {id: script, account: story, description: Script, rate: 30000, currency: EUR, spent: RU}
    - {id: cut, account: editing, description: Cutting, rate: 9000, currency: EUR, city: sofia}
"""
)


def _at(text: str, city: str) -> api.Estimate:
    film = api.load_text(text)
    template = api.build(film).template
    return api.estimate(api.Film(moved(film.project, film.catalog, template, city), film.catalog))


def _film(text: str, *sets: str) -> api.Estimate:
    return api.estimate(api.load_text(text, sets))


def test_with_a_template_it_is_the_estimate_with_the_days_in_that_city() -> None:
    rows = api.compare_cities(api.load_text(TEMPLATE), ["sofia", "moscow"])

    for row in rows[1:]:
        same = _film(TEMPLATE, f"schedule.shoot_days={{{row.city}: 20}}")
        assert row.gross == pytest.approx(same["budget.total"], abs=1e-6)
        assert row.assumed == pytest.approx(same["basis.assumed.share"], abs=1e-9)


def test_the_first_row_is_the_film_as_it_stands() -> None:
    film = api.load_text(TEMPLATE)
    first = api.compare_cities(film, [])[0]

    assert (first.city, first.difference) == ("", None)
    assert first.gross == pytest.approx(api.estimate(film)["budget.total"])


def test_a_film_shot_in_that_one_city_does_not_change() -> None:
    text = TEMPLATE.replace("moscow: 14, belgrade: 6", "belgrade: 20")
    film = api.load_text(text)

    assert moved(film.project, film.catalog, None, "belgrade") is film.project
    assert api.compare_cities(film, ["belgrade"])[1].difference == 0


def test_own_lines_go_along_with_the_quantity_they_had() -> None:
    film = _at(TYPED, "budapest")

    assert film["lines.crew.quantity"] == 14 * 2 + 20
    assert film["lines.boat.quantity"] == 6
    assert film["budget.total"] == pytest.approx(_film(TYPED)["budget.total"])
    assert film["country.HU.total"] == pytest.approx(48_000 + 3_000)


def test_what_is_spent_elsewhere_stays_where_it_is() -> None:
    film = _at(TYPED, "budapest")

    assert film["country.RU.total"] == pytest.approx(30_000)
    assert film["country.BG.total"] == pytest.approx(9_000)


def test_named_home_and_post_city_stay_and_open_ones_follow() -> None:
    named, left_open = _moved(TYPED, "budapest"), _moved(TEMPLATE, "budapest")

    assert (named.home, named.post_city) == ("moscow", "belgrade")
    assert (left_open.home, left_open.post_city) == ("budapest", "budapest")


def _moved(text: str, city: str) -> Project:
    film = api.load_text(text)
    return moved(film.project, film.catalog, api.build(film).template, city)


def test_a_line_that_replaces_one_of_a_city_gives_way_to_the_template() -> None:
    line = (
        "{id: gaffer_moscow, account: electric, description: Gaffer, quantity: 9, unit: day, rate: 999, currency: EUR}"
    )
    text = TEMPLATE.replace("template: feature_low", f"template: feature_low, lines: [{line}]")
    found = api.compare_cities(api.load_text(text), ["budapest"])[1]

    assert found.gross == pytest.approx(api.compare_cities(api.load_text(TEMPLATE), ["budapest"])[1].gross)


def test_a_line_removed_in_every_city_is_removed_in_the_new_one() -> None:
    def removed(*lines: str) -> float | None:
        text = TEMPLATE.replace("feature_low", f"feature_low, remove: [{', '.join(lines)}]")
        return api.compare_cities(api.load_text(text), ["budapest"])[1].gross

    whole = api.compare_cities(api.load_text(TEMPLATE), ["budapest"])[1].gross

    assert removed("gaffer_moscow", "gaffer_belgrade") == removed("gaffer")
    assert removed("gaffer_moscow") == whole
    assert whole != removed("gaffer")


def test_an_item_without_a_price_there_keeps_its_price_and_says_so() -> None:
    line = "{id: lights, account: electric, item: lighting_generator_truck, city: moscow, quantity: 3}"
    text = TEMPLATE.replace("template: feature_low", f"template: feature_low, lines: [{line}]")
    film = api.load_text(text)
    row = api.compare_cities(film, ["budapest"])[1]

    assert row.kept_prices == ("lights",)
    assert _at(text, "budapest")["lines.lights.total"] == pytest.approx(api.estimate(film)["lines.lights.total"])
    assert api.compare_cities(film, ["moscow"])[1].kept_prices == ()


def test_a_city_without_prices_says_which_are_missing() -> None:
    row = api.compare_cities(api.load_text(TEMPLATE), ["berlin"])[1]

    assert (row.gross, row.net_cost, row.difference, row.verdict) == (None, None, None, None)
    assert "'gaffer'" in row.problems[0]


def test_a_city_that_nobody_knows_is_a_row_without_a_price() -> None:
    row = api.compare_cities(api.load_text(TYPED), ["atlantis"])[1]

    assert row.label == "atlantis"
    assert "atlantis" in row.problems[0]


def test_a_film_that_cannot_be_priced_itself_is_an_error() -> None:
    with pytest.raises(MissingDataError):
        api.compare_cities(api.load_text(TEMPLATE.replace("moscow: 14", "berlin: 14")), ["moscow"])
    with pytest.raises(ProblemsError):
        api.compare_cities(api.load_text(TEMPLATE.replace("feature_low", "no_such")), ["moscow"])


def test_in_a_new_country_its_open_programmes_come_beside_those_of_the_file() -> None:
    text = TEMPLATE + "incentives: [{id: rs_cash_rebate, spend: 400000, currency: EUR}]\n"

    there = _moved(text, "budapest").incentives
    assert isinstance(there, list)
    assert [entry.id for entry in there][:1] == ["rs_cash_rebate"]
    assert "hu_rebate" in {entry.id for entry in there}
    assert there[0].spend is None, "the spend stated by hand went with the shoot"
    at_home = _moved(text, "belgrade").incentives
    assert isinstance(at_home, list)
    assert [(entry.id, entry.spend) for entry in at_home] == [("rs_cash_rebate", 400000)]


@pytest.mark.parametrize("chosen", ["", "incentives: auto\n"])
def test_without_named_programmes_nothing_is_added(chosen: str) -> None:
    film = api.load_text(TEMPLATE + chosen)

    assert _moved(TEMPLATE + chosen, "budapest").incentives == film.project.incentives
