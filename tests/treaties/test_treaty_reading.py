"""Rules through time, what is unknown, files of one's own, and every mistake in them with its place."""

from __future__ import annotations

import copy
import json
import pickle
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod_budget.catalog import UNKNOWN, Unknown, open_catalog
from coprod_budget.catalog.tables import DataFile
from coprod_budget.catalog.treaties import PointsItem, RolesNeeded, Span
from coprod_budget.catalog.treaty_reader import read_treaty
from coprod_budget.errors import ExitCode, MissingDataError, ProjectError
from coprod_budget.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = (Path(__file__).parents[2] / "docs" / "treaties.md").read_text(encoding="utf-8")
NAME = "treaties/ruritania_graustark.yaml"
EXAMPLE = re.search(rf"<!-- file: my_data/{NAME} -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
"""The file that the page shows."""


@pytest.fixture
def own(tmp_path) -> Callable[..., Path]:
    """Write the example of the page, with changes, into a folder of one's own."""

    def write(*changes: tuple[str, str], name: str = NAME) -> Path:
        text = EXAMPLE
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def days_around(dates: list[date]) -> list[date]:
    return sorted({day + timedelta(days=n) for day in dates for n in (-1, 0)})


def test_everything_can_be_asked_on_every_day_on_which_anything_changes(catalog):
    dates = catalog.rule_dates()
    countries = {c for t in catalog.treaties() for c in catalog.treaty(t).countries}

    assert dates == sorted(set(dates))
    assert {date(1994, 4, 1), date(2010, 5, 1), date(2017, 10, 1), date(2022, 3, 16), date(2024, 8, 1)} <= set(dates)
    for name in catalog.treaties():
        treaty = catalog.treaty(name)
        for day in days_around(dates):
            view = treaty.as_of(day)
            assert view.in_force in {True, False, UNKNOWN}
            for criterion, found in view.rules():
                assert found.value is not None
                assert found.start is None or found.start <= day, criterion.id
                assert view.value(criterion.id) == found.value
            for country in countries if day.year > 2000 else ():
                assert view.party(country) in {True, False, UNKNOWN}


def test_between_two_days_of_change_nothing_changes(catalog):
    dates = catalog.rule_dates()
    for one, following in pairwise(dates):
        last = following - timedelta(days=1)
        for name in catalog.treaties():
            treaty = catalog.treaty(name)
            first_view, last_view = treaty.as_of(one), treaty.as_of(last)
            assert [(c.id, v.value) for c, v in first_view.rules()] == [(c.id, v.value) for c, v in last_view.rules()]
            assert (first_view.parties, first_view.possible_parties) == (last_view.parties, last_view.possible_parties)


def test_before_the_instrument_nobody_is_a_party(catalog):
    for name in catalog.treaties():
        treaty = catalog.treaty(name)
        if treaty.signed:
            day = min(treaty.signed, treaty.in_force.begins or treaty.signed) - timedelta(days=1)
            assert treaty.as_of(day).parties == (), name


@pytest.mark.parametrize(
    "question",
    [
        lambda: UNKNOWN < 1, lambda: UNKNOWN <= 1, lambda: UNKNOWN > 1, lambda: UNKNOWN >= 1, lambda: 1 + UNKNOWN,
        lambda: UNKNOWN + 1, lambda: 1 - UNKNOWN, lambda: UNKNOWN * 2, lambda: -UNKNOWN, lambda: float(UNKNOWN),
        lambda: int(UNKNOWN), lambda: bool(UNKNOWN), lambda: not UNKNOWN, lambda: max(0.2, UNKNOWN), lambda: sum([UNKNOWN]),
        lambda: sorted([1, UNKNOWN]), lambda: 0 <= UNKNOWN <= 1, lambda: np.float64(0.2) >= UNKNOWN,
        lambda: np.array([0.1, 0.2]) >= UNKNOWN, lambda: np.array([0.1]) + UNKNOWN, lambda: np.array([UNKNOWN], dtype=float),
    ],
)  # fmt: skip
def test_what_is_unknown_is_never_taken_for_a_number(question):
    with pytest.raises(TypeError):
        question()


def test_what_is_unknown_equals_only_itself():
    assert UNKNOWN is Unknown() is copy.deepcopy(UNKNOWN) is pickle.loads(pickle.dumps(UNKNOWN))  # noqa: S301
    assert Unknown() == UNKNOWN
    assert all(other != UNKNOWN for other in (0, 0.0, 1, None, False, "unknown", float("nan"), ()))
    assert (str(UNKNOWN), repr(UNKNOWN)) == ("unknown", "UNKNOWN")


def test_a_span_knows_what_it_does_not_know():
    day = date(2020, 1, 1)

    assert Span(begins=day).on(date(2019, 12, 31)) is False
    assert Span(known_by=day).on(date(2019, 12, 31)) is UNKNOWN
    assert Span(known_by=day, not_yet=date(2018, 1, 1)).on(date(2018, 1, 1)) is False
    assert Span(known_by=day, not_yet=date(2018, 1, 1)).on(date(2018, 1, 2)) is UNKNOWN
    assert Span().on(day) is UNKNOWN
    assert Span(ends=day).on(date(2020, 1, 2)) is False
    assert Span(begins=day, end_unknown=True).on(day) is UNKNOWN


def test_a_value_whose_first_day_was_not_found_is_unknown_before_it_is_known(catalog):
    found = catalog.treaty("eurimages_coprod").as_of(date(2006, 12, 31)).rule("support_cap")

    assert found.value is UNKNOWN
    assert "2007-01-01" in found.note
    assert found.source.title.startswith("Screen Daily")


def test_kinds_of_films_that_no_source_names_are_unknown(catalog):
    assert catalog.treaty("ets147_1992").covers("animation") is True
    assert catalog.treaty("ets147_1992").covers("series") is UNKNOWN
    assert catalog.treaty("bilateral_rs_tr").covers("series") is True
    assert catalog.treaty("bilateral_ru_fr").covers("fiction") is UNKNOWN


def test_tables_and_lists_are_values_like_others(catalog):
    day = date(2023, 1, 1)

    assert catalog.treaty("cets220_2017").as_of(day).value("points_fiction")[0] == PointsItem("director", 4)
    people = catalog.treaty("bilateral_ch_be_fr").as_of(day).value("minority_people")
    assert people[0] == (RolesNeeded(1, ("author", "head_technician")),)
    assert people[1][-1].consent
    assert catalog.treaty("bilateral_ru_de").as_of(day).value("versions") == ("ru", "de")
    assert catalog.treaty("eurimages_coprod").as_of(day).value("instalments") == (0.7, 0.3)


def test_the_file_of_the_page_is_an_instrument_like_ours(own):
    catalog = open_catalog([own()])
    treaty = catalog.treaty("ruritania_graustark")

    assert "ruritania_graustark" in catalog.treaties()
    assert "ets147_1992" in catalog.treaties()
    assert [treaty.as_of(date(y, 6, 1)).value("share_minimum") for y in (2025, 2026, 2028, 2030)] == [
        None,
        0.3,
        0.2,
        UNKNOWN,
    ]
    assert treaty.party("QR", date(2026, 1, 1)) is True
    assert [m.treaty for m in catalog.memberships("QG")] == ["ruritania_graustark"]
    assert date(2027, 1, 1) in catalog.rule_dates()
    assert catalog.check() == []


def test_a_file_of_ones_own_replaces_ours_as_a_whole(own):
    folder = own(("id: ruritania_graustark", "id: cis_film"), name="treaties/cis_film.yaml")
    found = open_catalog([folder]).treaty("cis_film")

    assert found.countries == ("QR", "QG")
    assert found.file == str(folder / "treaties/cis_film.yaml")
    assert "BY" in open_catalog().treaty("cis_film").countries


def test_the_name_of_a_treaty_of_two_says_who_they_are_so_that_it_need_not_be_read_for_others(own):
    catalog = open_catalog(
        [own(("id: ruritania_graustark", "id: bilateral_qr_qg"), name="treaties/bilateral_qr_qg.yaml")]
    )

    assert catalog.treaty("bilateral_qr_qg").countries == ("QR", "QG")
    assert "bilateral_qr_qg" in catalog.treaties_between(["QR", "QG", "RS"])
    assert "bilateral_qr_qg" not in catalog.treaties_between(["QR", "RS"])
    assert "ets147_1992" in catalog.treaties_between(["QR", "RS"])
    with pytest.raises(ProjectError, match="QG is a party, and the name of the file does not say so"):
        open_catalog(
            [own(("id: ruritania_graustark", "id: bilateral_qr_rs"), name="treaties/bilateral_qr_rs.yaml")]
        ).treaty("bilateral_qr_rs")


def test_a_rule_ends_with_null(own):
    folder = own(
        ("value: unknown, source: gazette, confidence: unknown", "value: null, source: gazette, confidence: firm")
    )
    treaty = open_catalog([folder]).treaty("ruritania_graustark")

    assert treaty.as_of(date(2028, 12, 31)).value("share_minimum") == 0.2
    assert treaty.as_of(date(2029, 1, 1)).rule("share_minimum") is None
    assert [v.value for v in treaty.history("share_minimum")] == [0.3, 0.2, None]


MISTAKES = [
    (("kind: bilateral_treaty", "kind: bilateral"), "kind is 'bilateral'; did you mean bilateral_treaty?"),
    (("schema: treaty/1", "schema: treaty/2"), "schema is 'treaty/2'; write schema: treaty/1"),
    (("id: ruritania_graustark", "id: ruritania"), "id is 'ruritania'; the file's name says ruritania_graustark"),
    (("value: 0.3", "value: 30"), "value is 30; a number from 0 to 1; a share as a fraction: 0.3"),
    (("value: 0.3", "value: 30%"), "value is '30%'"),
    (("value: 0.3, ", ""), "value is missing; write unknown where it was not found"),
    (("comparison: at_least", "comparison: least"), "comparison is 'least'"),
    (("of: total_production_cost", "of: total_cost"), "of is 'total_cost'"),
    (("    of: total", "    off: total"), "unknown key 'off'; did you mean of?"),
    (("who: each_coproducer", "who: everybody"), "who is 'everybody'"),
    (('{from: "2026-01-01", value', '{from: "2028-01-01", value'), "the values are not in the order of their days"),
    (('{from: "2026-01-01", value', "{value"), "no first day is given"),
    (('{from: "2026-01-01", value', '{from: "2026-02-30", value'), "from is '2026-02-30'; write a day of the calendar"),
    (
        ("source: gazette, confidence: unknown", "source: gazete, confidence: unknown"),
        "unknown source 'gazete'; did you mean gazette?",
    ),
    (("confidence: unknown", "confidence: firm"), "confidence unknown goes with the value unknown"),
    (("{country: QR}", "{country: Ruritania}"), "'Ruritania' is not a country"),
    (
        ("{country: QR}", '{country: QR, from: "2027-01-01", to: "2026-01-01", source: gazette, confidence: firm}'),
        "not in order",
    ),
    (("{country: QR}", '{country: QR, to: "2027-01-01"}'), "source is missing"),
    (("series: false", "series: 1"), "series is 1; write true or false"),
    (("works: {fiction", "works: {drama: true, fiction"), "unknown key 'drama'"),
    (("address: none", "address: lost"), "address is 'lost'"),
    (("parties_complete: true\n", ""), "parties_complete is nothing"),
    (("kind: minimum_share", "kind: points_threshold"), "unit is ''"),
    (("    values:", "    table: points\n    values:"), "'points' is not a rule of the kind points_table"),
]


@pytest.mark.parametrize(("change", "words"), MISTAKES, ids=[words[:30] for _, words in MISTAKES])
def test_a_mistake_is_said_with_its_place(own, change, words):
    folder = own(change)
    with pytest.raises(ProjectError) as caught:
        open_catalog([folder]).treaty("ruritania_graustark")
    lines = [str(p) for p in caught.value.problems]

    assert caught.value.exit_code is ExitCode.INVALID_PROJECT
    assert any(words in line for line in lines), lines
    assert all(re.match(rf"{re.escape(str(folder / NAME))}:\d+:\d+: ", line) for line in lines)


def test_every_mistake_of_a_file_is_said_at_once_and_check_says_them_too(own):
    folder = own(
        ("of: total_production_cost", "of: total"), ("value: 0.2", "value: 2"), ("{country: QG}", "{country: qg}")
    )
    with pytest.raises(ProjectError) as caught:
        open_catalog([folder]).treaty("ruritania_graustark")
    places = [(p.line, p.column) for p in caught.value.problems]

    assert len(places) >= 3
    assert places == sorted(places)
    assert {p.line for p in open_catalog([folder]).check()} == {line for line, _ in places}


def test_names_that_are_not_there_are_missing_data_with_the_nearest_one(catalog):
    with pytest.raises(MissingDataError, match="did you mean ets147_1992"):
        catalog.treaty("ets147")
    with pytest.raises(MissingDataError, match="did you mean share_minimum"):
        catalog.treaty("ets147_1992").history("share_minimun")


SHIPPED = ("cets220_2017", "bilateral_ch_be_fr", "bilateral_ru_rs")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab_1é"),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["from", "value", "id", "x"]), part, max_size=3)
    ),
    max_leaves=4,
)


def places(value: object, at: tuple = ()) -> list[tuple]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at] * bool(at) + [place for key, part in parts for place in places(part, (*at, key))]


@settings(max_examples=150, deadline=None)
@given(draw=st.data())
def test_whatever_stands_in_a_file_it_is_read_or_its_mistakes_are_said(tmp_path_factory, draw):
    name = draw.draw(st.sampled_from(SHIPPED))
    shipped = open_catalog()._layers.files(f"treaties/{name}.yaml")[0].path
    data = read_yaml(shipped.read_text(encoding="utf-8"), name).data
    for _ in range(draw.draw(st.integers(1, 3))):
        place = draw.draw(st.sampled_from(places(data)))
        part = data
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = draw.draw(ANYTHING)
    path = tmp_path_factory.mktemp("any") / "x.yaml"
    path.write_text(json.dumps(data), encoding="utf-8")
    try:
        treaty = read_treaty(DataFile(path, "x.yaml"), name)
    except ProjectError as error:
        assert all(p.file == "x.yaml" and p.line == 1 and p.column and p.hint for p in error.problems)  # noqa: PT017
    else:
        list(treaty.as_of(date(2023, 1, 1)).rules())
