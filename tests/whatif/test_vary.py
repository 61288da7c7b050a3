"""What is varied, as people write it: ranges with both ends, lists, equal distances and factors, words, relative changes."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.whatif.vary import MAX_VALUES, VaryError, parse_values, parse_vary

STANDING = {"days": 14.0, "fx.RUB": 97.5, "home": "moscow", "on": True}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=24:36:2", (24.0, 26.0, 28.0, 30.0, 32.0, 34.0, 36.0)),
        ("a=40%:60%:5%", (0.4, 0.45, 0.5, 0.55, 0.6)),
        ("a=0.1:0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("a=3:1:-1", (3.0, 2.0, 1.0)),
        ("a=7:7:1", (7.0,)),
        ("a=1,2.5,1e3", (1.0, 2.5, 1000.0)),
        ("a=1:3:1,10", (1.0, 2.0, 3.0, 10.0)),
        ("a = 1 , 2", (1.0, 2.0)),
        ("a=lin(0.1,0.3,5)", (0.1, 0.15, 0.2, 0.25, 0.3)),
        ("a=lin(10%,20%,3)", (0.1, 0.15, 0.2)),
        ("a=log(1,1000,4)", (1.0, 10.0, 100.0, 1000.0)),
        ("a=moscow,belgrade", ("moscow", "belgrade")),
        ("a=[a],[a,b],[]", (["a"], ["a", "b"], [])),
        ("a={x: 1, y: 2},{x: 2}", ({"x": 1, "y": 2}, {"x": 2})),
        ("a=true,false", (True, False)),
        ("a=exempt,10%", ("exempt", 0.1)),
        ("a='x,y',z", ("x,y", "z")),
        ("a=Neva's,Volga's", ("Neva's", "Volga's")),
        ("a=2027-03-01,2027-04-01", ("2027-03-01", "2027-04-01")),
        ("days*=0.5,1,2", (7.0, 14.0, 28.0)),
        ("days+=-2:2:2", (12.0, 14.0, 16.0)),
        ("fx.RUB*=80%,1", (78.0, 97.5)),
    ],
)
def test_values_are_read_as_they_are_written(text: str, values: tuple[object, ...]) -> None:
    found = parse_vary(text, STANDING.__getitem__)

    assert found.values == values
    assert [type(v) for v in found.values] == [type(v) for v in values]


def test_numbers_and_words_are_told_apart() -> None:
    assert parse_vary("a=1,2", STANDING.__getitem__).is_numeric
    assert not parse_vary("a=1,auto", STANDING.__getitem__).is_numeric
    assert not parse_vary("a=true", STANDING.__getitem__).is_numeric
    assert parse_vary("a=10%,20%", STANDING.__getitem__).percent
    assert not parse_vary("a=0.1,0.2", STANDING.__getitem__).percent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "cannot be read; write PATH=VALUES"),
        ("a=", "cannot be read; write PATH=VALUES"),
        ("=1", "cannot be read; write PATH=VALUES"),
        ("a=24:36:5", "does not arrive at 36, both ends are included; write 24:34:5, or lin(24,36,4)"),
        ("a=5%:12%:5%", "write 5%:10%:5%"),
        ("a=5:1:1", "goes away from 1; write 5:1:-1"),
        ("a=1:5:0", "a step of 0"),
        ("a=1:2", "write FIRST:LAST:STEP"),
        ("a=1:10%:2", "mixes percentages and numbers"),
        ("a=0:1e9:0.001", "1,000,000,000,001 values"),
        ("a=1,,2", "an empty value between two commas"),
        ("a=1,", "an empty value between two commas"),
        ("a=lin(1,2)", "write lin(FIRST,LAST,COUNT)"),
        ("a=lin(1,2,1)", "asks for 1 values"),
        ("a=log(0,2,3)", "needs two numbers above 0"),
        ("a=[1", "cannot be read: this is not YAML"),
        ("home*=2", "is 'moscow'; *= needs a number there"),
        ("on*=2", "is true; *= needs a number there"),
        ("other*=2", "no value yet"),
        ("days*=twice", "needs numbers, found 'twice'"),
    ],
)
def test_a_mistake_says_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(VaryError) as caught:
        parse_vary(text, STANDING.__getitem__)

    assert words in str(caught.value)


@given(first=st.integers(-10_000, 10_000), step=st.integers(-500, 500).filter(bool), count=st.integers(1, 300),
       digits=st.integers(0, 4))  # fmt: skip
def test_a_range_has_both_its_ends_and_as_many_values_as_steps(first: int, step: int, count: int, digits: int) -> None:
    last = first + (count - 1) * step
    text = ":".join(f"{number}e-{digits}" for number in (first, last, step))
    values, _ = parse_values(text)

    assert len(values) == count
    assert values == tuple((first + n * step) / 10**digits for n in range(count))


@given(first=st.floats(1e-3, 1e6), last=st.floats(1e-3, 1e6), count=st.integers(2, 100))
def test_equal_distances_and_factors_begin_and_end_where_they_were_told_to(
    first: float, last: float, count: int
) -> None:
    lin, _ = parse_values(f"lin({first:.9f},{last:.9f},{count})")
    log, _ = parse_values(f"log({first:.9f},{last:.9f},{count})")

    assert len(lin) == len(log) == count
    assert (lin[0], lin[-1]) == (log[0], log[-1]) == (float(f"{first:.9f}"), float(f"{last:.9f}"))
    for a, b in itertools.pairwise(log):
        assert math.isclose(b / a, (log[-1] / log[0]) ** (1 / (count - 1)), rel_tol=1e-9)


@given(st.lists(st.integers(-99, 99).map(str) | st.sampled_from(["moscow", "[a,b]", "'x,y'", "true"]), min_size=1))
def test_a_list_has_as_many_values_as_items(items: list[str]) -> None:
    values, _ = parse_values(",".join(items))

    assert len(values) == len(items)


def test_no_more_values_than_anybody_can_mean() -> None:
    with pytest.raises(VaryError, match="1,000,001 values"):
        parse_values(f"0:{MAX_VALUES}:1")
    with pytest.raises(VaryError, match="more than 1,000,000 values"):
        parse_values("0:600000:1,0:600000:1")
    with pytest.raises(VaryError, match="too large"):
        parse_vary("days*=1e99", lambda _: 1e300)
