"""Real films with budget and gross: what ships is complete and sourced, and mistakes of a user's own table are told."""

from __future__ import annotations

from itertools import pairwise

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.errors import ProjectError

FILMS = "territory,id,title,year,type,funding,currency,budget,gross,source_title\n"


def problems_of(folder) -> str:
    with pytest.raises(ProjectError) as caught:
        _ = open_catalog([folder]).comparables
    return "\n".join(map(str, caught.value.problems))


def test_every_film_that_ships_has_a_budget_a_gross_public_money_and_a_source_with_its_address(catalog):
    films = catalog.comparables.films["RU"]

    assert len(films) == 190
    assert len({film.id for film in films}) == 190
    assert {film.funding for film in films} == {"ministry", "cinema_fund", "ministry_and_cinema_fund"}
    assert {film.type for film in films} == {"fiction", "animation"}
    for film in films:
        assert 2013 <= film.year <= 2017
        assert film.budget > 1_000_000
        assert film.gross > 0
        assert film.ratio == film.gross / film.budget
        assert film.source.url == "https://opendata.mkrf.ru/"


def test_the_bands_begin_with_nothing_and_rise_in_the_money_of_the_films(catalog):
    bands = catalog.comparables.bands["RU"]

    assert bands[0].least == 0
    assert all(low.least < high.least for low, high in pairwise(bands))
    assert {band.currency for band in bands} == {film.currency for film in catalog.comparables.films["RU"]}
    assert {band.price_year for band in bands} <= set(catalog.comparables.tickets["RU"])


def test_ticket_prices_and_counts_of_the_press_name_where_they_were_found(catalog):
    shelf = catalog.comparables

    for found in (*shelf.tickets["RU"].values(), *shelf.doublings["RU"]):
        assert found.source.title
        assert found.source.url.startswith("http")
        assert found.source.as_of
    assert all(count.doubled <= count.films for count in shelf.doublings["RU"])


def test_a_film_of_a_users_own_table_replaces_ours_or_is_added(write):
    ours = open_catalog().comparables.films["RU"]
    row = f"RU,{ours[0].id},Corrected,2013,fiction,ministry,RUB,100,50,register\nRU,new,New,2020,fiction,ministry,RUB,100,0,x\n"
    films = open_catalog([write("comparables.csv", FILMS + row)]).comparables.films["RU"]

    assert len(films) == 191
    assert (films[0].title, films[0].ratio) == ("Corrected", 0.5)
    assert films[-1].gross == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("RU,a,A,2020,short,ministry,RUB,100,1,x", "unknown type 'short'"),
        ("RU,a,A,2020,fiction,Ministry!,RUB,100,1,x", "funding 'Ministry!' is not of the right form"),
        ("RU,a,A,2020,fiction,ministry,RUB,0,1,x", "budget 0 is out of range"),
        ("RU,a,A,2020,fiction,ministry,EUR,100,1,x", "EUR is not the currency of the bands"),
        ("RU,a,A,2020,fiction,ministry,RUB,100,1,", "source_title is empty"),
        ("RU,a,A,2020,fiction,ministry,RUB,9,1,x\nRU,a,A,2020,fiction,ministry,RUB,9,1,x", "RU a is there twice"),
    ],
)
def test_a_mistake_in_a_users_own_films_is_told_with_its_line(write, row, message):
    assert message in problems_of(write("comparables.csv", f"{FILMS}{row}\n"))


def test_more_films_that_doubled_than_films_is_a_mistake(write):
    text = "territory,year,films,doubled,scope,source_title\nRU,2024,10,11,all,somebody\n"

    assert "11 of 10 films is more than all" in problems_of(write("doublings.csv", text))
