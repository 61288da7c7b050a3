"""Laws of overrides: a block is its leaves one by one, twice is once, and whatever a block holds is read or refused."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coprod_budget.errors import ProjectError
from coprod_budget.project import load_project

FILM = """\
title: The Danube Crossing
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 60%}
  rs: {name: Dunav Film, country: RS, currency: RSD, share: 40%}
schedule: {shoot_days: {moscow: 14, belgrade: 8}, wrap_weeks: 2}
budget:
  template: feature_medium
  lines:
    - {account: cast, id: lead, description: Lead, rate: 1200, currency: EUR}
    - {account: cast, id: second, description: Second, rate: 600, currency: EUR}
finance:
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 400000, currency: EUR}
  - {id: grant, name: Grant, kind: grant, partner: rs, amount: 1000, currency: EUR}
revenue:
  territories: {RU: {distributor_fee: 15%}, RS: {}}
  scenarios: {base: {weight: 100%, gross: {RU: 150000000, RS: 10}}}
"""
NUMBERS = st.one_of(st.integers(1, 400), st.floats(0.5, 400).map(lambda x: round(x, 3)))
SHARES = st.integers(0, 60).map(lambda n: f"{n}%")
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        ("title",): st.text("abc: #-1", min_size=1, max_size=9),
        ("schedule", "wrap_weeks"): NUMBERS,
        ("schedule", "start"): st.sampled_from(["2026-11-01", "2027-03-01"]),
        ("schedule", "shoot_days", "moscow"): NUMBERS,
        ("schedule", "shoot_days", "sofia"): NUMBERS,
        ("budget", "level"): st.sampled_from(["low", "high"]),
        ("budget", "params", "extras_per_day"): NUMBERS,
        ("budget", "remove"): st.lists(st.sampled_from(["animals", "caterer"]), unique=True),
        ("budget", "charges", "overhead", "rate"): SHARES,
        ("budget", "lines", "lead", "rate"): NUMBERS,
        ("budget", "lines", "second", "description"): st.sampled_from(["A", "B: c"]),
        ("finance", "grant", "amount"): NUMBERS,
        ("finance", "fund", "premium"): SHARES,
        ("fx", "RUB"): NUMBERS,
        ("split", "cities", "moscow"): st.just({"ru": "50%", "rs": "50%"}),
        ("revenue", "territories", "RU", "exhibitor"): SHARES,
        ("revenue", "scenarios", "base", "gross", "RS"): NUMBERS,
    },
)
LISTS = {("budget", "lines"), ("finance",)}
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(-2, 2), st.text(max_size=5), st.just("40%")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["title", "as_of", "partners", "ru", "share", "schedule", "shoot_days", "moscow", "budget", "lines", "lead", "id", "fx", "RUB",
     "~title", "schedule.wrap_weeks*", "finance[fund]", "~finance[fund]", "revenue", "territories", "scenarios", "from_comparables",
     "treaty", "incentives", "waterfall", "until", "base", "variants", "label", "uncertainty", "a.b", "[", "~", "+", ""]
)  # fmt: skip
BLOCKS = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=4),
    lambda inner: st.one_of(st.dictionaries(NAMES, st.one_of(inner, st.lists(inner, max_size=2)), max_size=4)),
    max_leaves=8,
)


def refused(read):
    """What is wrong, where the reading was refused; any other exception is a failure."""
    try:
        read()
    except ProjectError as error:
        return [str(problem) for problem in error.problems] or ["refused without a problem \0"]
    return []


def nested(leaves):
    """The leaves as one block that mirrors the file."""
    block = {}
    for path, value in leaves.items():
        here, above = block, ()
        for key in path[:-1]:
            if above in LISTS:
                item = next((item for item in here if item["id"] == key), None)
                if item is None:
                    item = {"id": key}
                    here.append(item)
                here, above = item, (*above, key)
                continue
            above = (*above, key)
            here = here.setdefault(key, [] if above in LISTS else {})
        here[path[-1]] = value
    return block


def flat(leaves):
    return {".".join(path): value for path, value in leaves.items()}


def with_variant(block):
    return f"{FILM}variants: {{x: {json.dumps(block)}}}\n"


def dumped(project):
    return {name: getattr(project, name) for name in type(project).model_fields if name != "variants"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(LEAVES)
def test_a_block_is_its_leaves_one_by_one(leaves):
    block, sets = nested(leaves), [f"{path}={json.dumps(value)}" for path, value in flat(leaves).items()]
    one_by_one = dumped(load_project(FILM, sets=sets))

    assert dumped(load_project(with_variant(block), variants=["x"])) == one_by_one
    assert dumped(load_project(with_variant(flat(leaves)), variants=["x"])) == one_by_one


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(LEAVES)
def test_a_block_applied_twice_is_applied_once(leaves):
    text = with_variant(nested(leaves))
    once, twice = (load_project(text, variants=["x"] * times) for times in (1, 2))

    assert dumped(once) == dumped(twice)
    assert [once.where(".".join(path)) for path in leaves] == [twice.where(".".join(path)) for path in leaves]
    assert all(once.where(".".join(path)).startswith("variant x (project.yaml:") for path in leaves)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS)
def test_any_block_is_applied_or_refused_in_words(block):
    start = time.perf_counter()
    found = refused(lambda: load_project(with_variant(block), variants=["x"]))
    assert all(problem.isprintable() for problem in found)
    assert time.perf_counter() - start < 2


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.tuples(
                st.sampled_from(["", "~", "~~", "@", " "]),
                st.sampled_from(
                    ["title", "finance[fund]", "finance[0]", "budget.lines[lead].rate", "schedule", "a[b.c]", "[", "."]
                ),
                st.sampled_from(["", "=", "+=", "*=", "=~", "*", "+=1e999", "=[", "=2", "={a: 1}"]),
            ).map("".join),
        ),
        max_size=4,
    ),
    st.lists(st.text(max_size=12), max_size=2),
)
def test_any_option_is_applied_or_refused_in_words(sets, texts):
    for problem in refused(lambda: load_project(FILM, sets=sets, texts=texts, variants=texts)):
        assert problem.isprintable()


LINE = "    - {account: cast, id: l%d, description: L, rate: 1, currency: EUR, bearer: {ru: 50%%, rs: 50%%}}"


@pytest.mark.parametrize(
    "block",
    [
        "budget.lines:\n" + "\n".join(f"  - {{id: l{n}, rate: {n}, bearer: {{ru: 1}}}}" for n in range(2000)),
        "\n".join(f"budget.lines[l{n}].rate: 3" for n in range(2000)),
        "\n".join(f"~budget.lines[l{n}]:" for n in range(2000)),
        "\n".join(f"~budget.lines[l{n}].bearer:" for n in range(2000)),
        "\n".join(f"budget.lines[x{n}].rate: 3" for n in range(20000)),
        f'? "a{" " * 500_000}b": 1',
        f'? "a{"[b" * 200_000}": 1',
    ],
    ids=["items", "paths", "removals", "parts removed", "all wrong", "spaces", "brackets"],
)
def test_a_large_block_takes_about_as_long_as_a_large_film(tmp_path, block):
    lines = "\n".join(LINE % n for n in range(2000))
    (tmp_path / "film.yaml").write_text(FILM.replace("    - {account", f"{lines}\n    - {{account", 1))
    (tmp_path / "b.yaml").write_text(f"base: film.yaml\n{block}\n")

    times = []
    for name in ("film.yaml", "film.yaml", "b.yaml"):
        start = time.perf_counter()
        refused(lambda name=name: load_project(tmp_path / name))
        times.append(time.perf_counter() - start)

    assert times[2] < 12 * max(times[:2])
