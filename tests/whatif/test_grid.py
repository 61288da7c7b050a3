"""Grids: every choice once, in the order that is written; pairs; what is left for others; the same runs however they are cut."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.whatif.grid import Axis, Grid, make_grid, together
from coprod_budget.whatif.study import BLOCK, Study
from coprod_budget.whatif.vary import Varied, VaryError, parse_vary

FILM = Path(__file__).parents[1] / "report" / "film.yaml"
WORDS = ("moscow", "belgrade", ["a"], True, 0.5)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(FILM)


def grid_of(study: Study, *vary: str, pairs: tuple[str, ...] = (), rests: tuple[str, ...] = ()) -> Grid:
    varied = [parse_vary(text, study.current) for text in vary]
    return make_grid(study, varied, [parse_vary(text, study.current) for text in pairs], rests)


def columns_of(grid: Grid) -> dict[str, list[object]]:
    return {path: list(column) for path, column in grid.numbered(0, grid.count).columns.items()}


axes = st.lists(
    st.integers(1, 4).map(lambda n: tuple(float(v) for v in range(n)))
    | st.integers(1, 4).map(lambda n: WORDS[:n] if n else ()),
    min_size=1, max_size=4,
)  # fmt: skip


@given(axes)
def test_every_choice_comes_once_and_the_last_path_changes_fastest(values) -> None:
    grid = Grid(tuple(Axis((Varied(f"p{n}", v),)) for n, v in enumerate(values)))
    rows = list(zip(*columns_of(grid).values(), strict=True))

    assert rows == list(itertools.product(*values))
    assert grid.count == math.prod(map(len, values))


@given(axes, st.randoms(use_true_random=False))
def test_runs_are_calculated_at_places_of_their_own_each_once_however_they_are_cut(values, chance) -> None:
    grid = Grid(tuple(Axis((Varied(f"p{n}", v),)) for n, v in enumerate(values)))
    places = grid.places(0, grid.count)
    numbers = grid.numbers(0, grid.count)

    assert sorted(places) == list(range(grid.count))
    assert list(numbers[places]) == list(range(grid.count))
    assert (list(places) == list(range(grid.count))) or not grid.in_order
    cut = chance.randint(0, grid.count)
    for start, stop in ((0, cut), (cut, grid.count)):
        part, whole = grid.part(start, stop).columns, columns_of(grid)
        for path, column in part.items():
            assert list(column) == [whole[path][n] for n in numbers[start:stop]]


@given(axes)
def test_a_block_has_one_choice_of_words(values) -> None:
    grid = Grid(tuple(Axis((Varied(f"p{n}", v),)) for n, v in enumerate(values)))
    blocks = list(grid.blocks())

    assert [stop for _, stop in blocks[:-1]] == [start for start, _ in blocks[1:]]
    assert (blocks[0][0], blocks[-1][1]) == (0, grid.count)
    for start, stop in blocks:
        assert stop - start <= BLOCK
        for column in grid.part(start, stop).columns.values():
            assert isinstance(column, np.ndarray) or all(v is column[0] or v == column[0] for v in column)


def test_large_grids_are_cut_into_blocks_that_stay_in_cache() -> None:
    grid = Grid((Axis((Varied("a", tuple(map(float, range(10_000)))),)),))

    assert list(grid.blocks()) == [(0, 4096), (4096, 8192), (8192, 10_000)]


def test_values_in_pairs_are_the_last_axis(study: Study) -> None:
    grid = grid_of(study, "fx.RUB=90,100", pairs=("schedule.prep_weeks=4,6,8", "schedule.home=moscow,belgrade,moscow"))

    assert grid.count == 6
    assert columns_of(grid) == {
        "fx.RUB": [90.0] * 3 + [100.0] * 3,
        "schedule.prep_weeks": [4.0, 6.0, 8.0] * 2,
        "schedule.home": ["moscow", "belgrade", "moscow"] * 2,
    }


def test_pairs_must_be_as_many() -> None:
    with pytest.raises(VaryError, match="a has 2, b has 1"):
        together([Varied("a", (1.0, 2.0)), Varied("b", (1.0,))])


def test_a_share_gets_what_its_siblings_leave(study: Study) -> None:
    found = columns_of(grid_of(study, "partners.ru.share=40%:80%:20%", rests=("partners.rs.share",)))

    assert found["partners.rs.share"] == [0.6, 0.4, 0.2]


def test_several_that_share_the_rest_keep_their_proportions() -> None:
    text = FILM.read_text(encoding="utf-8")
    three = text.replace(
        "share: 40%}\n", "share: 10%}\n  de: {name: Elbe Film, country: DE, currency: EUR, share: 30%}\n", 1
    )
    assert three != text
    study = Study(three)
    rests = ("partners.de.share", "partners.rs.share")
    found = columns_of(grid_of(study, "partners.ru.share=20%,60%,55%", rests=rests))

    assert found["partners.de.share"] == [0.6, 0.3, 0.3375]
    assert found["partners.rs.share"] == [0.2, 0.1, 0.1125]
    one = columns_of(grid_of(study, "partners.ru.share=20%,60%", rests=("partners.rs.share",)))
    assert one["partners.rs.share"] == [0.5, 0.1]


def test_days_that_move_from_one_city_to_another_keep_their_sum(study: Study) -> None:
    grid = grid_of(study, "schedule.shoot_days.moscow=10:14:2", rests=("schedule.shoot_days.belgrade",))

    assert columns_of(grid)["schedule.shoot_days.belgrade"] == [10.0, 8.0, 6.0]


@pytest.mark.parametrize(
    ("vary", "rests", "words"),
    [
        (("fx.RUB=90,100", "fx.RUB=80"), (), "fx.RUB is named twice"),
        (("fx=[],{RUB: 1}", "fx.RUB=80"), (), "one is a part of the other"),
        (("finance[0].amount=1,2", "finance.fcs.amount=1"), (), "is named twice"),
        (("fx.RUB=90,100",), ("partners.rs.share",), "vary partners.ru.share"),
        (("partners.ru.share=50%",), ("partners.ru.share",), "is named twice"),
        (("fx.RUB=90,100",), ("title",), "no number with others beside it"),
        (("partners.ru.share=50%,half",), ("partners.rs.share",), "takes words"),
    ],
)
def test_what_does_not_go_together_is_said(study: Study, vary, rests, words: str) -> None:
    with pytest.raises(VaryError) as caught:
        grid_of(study, *vary, rests=rests)

    assert words in str(caught.value)
