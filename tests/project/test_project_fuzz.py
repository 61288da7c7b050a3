"""Whatever a file or an override holds: it is read, or it is refused with problems; never a crash, never slow."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coprod_budget.errors import ProjectError
from coprod_budget.project import load_project, read_template
from coprod_budget.yaml_reader import decode, read_yaml

HERE = Path(__file__).parent
CORPUS = [
    re.sub(r"^# .*\n", "", path.read_text("utf-8"), flags=re.MULTILINE) for path in (HERE / "errors").glob("*.yaml")
]
SHORTEST = (
    "title: X\nas_of: 2026-09-30\npartners: {ru: {name: N, country: RU, currency: RUB, share: 100%}}\n"
    "schedule: {shoot_days: {moscow: 20}}\nbudget: {template: feature_medium}\n"
)
FRAGMENTS = st.sampled_from(
    ["{", "}", "[", "]", ": ", "- ", "\n  ", "'", '"', "&a", "*a", "!!x ", "1e400", ".nan", "9" * 5000, "\0", "\u202e",
     "\ud800", "\t", "---", "...", "? ", "| ", "> ", "#", "%", "null", "~", "-1", "{}", "[]", "\ufeff", "\x85", "<<: "]
)  # fmt: skip
PATHS = st.sampled_from(
    ["title", "as_of", "partners", "partners.ru", "partners.ru.share", "schedule.shoot_days.moscow", "budget", "budget.lines",
     "budget.lines[0]", "budget.lines[0].rate", "budget.params.x", "split.default", "split.cities.moscow", "fx.RUB", "finance",
     "revenue.territories", "revenue.territories.RU", "revenue.scenarios.base.gross.RU", "revenue.scenarios.base", "revenue.sales_agent",
     "waterfall", "waterfall[0].pay", "waterfall[0].until", "waterfall[0].after.date", "budget.charges.x.rate"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    FRAGMENTS,
    st.sampled_from(
        ["1", "-3", "40%", "2026-01-01", "{a: 1}", "[a, b]", "x", "[{a: 1}]", "true", "{a: {b: 1}}", "[[1]]"]
    ),
)


def refused(read):
    """The problems of a reading that was refused; nothing where it went well; any other exception is a failure."""
    try:
        read()
    except ProjectError as error:
        return [str(problem) for problem in error.problems] or ["refused without a problem"]
    return []


def read_anything(text, sets=()):
    for found in (
        refused(lambda: load_project(text, filename="x.yaml", sets=sets)),
        refused(lambda: read_template(text, "x.yaml")),
    ):
        assert "refused without a problem" not in found
        assert not [problem for problem in found if not problem.isprintable()]


@given(st.text())
def test_any_text_is_read_or_refused(text):
    read_anything(text)


@given(st.binary())
def test_any_bytes_are_read_or_refused(raw):
    found = refused(lambda: read_yaml(decode(raw, "x.yaml"), "x.yaml"))
    assert "refused without a problem" not in found


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([SHORTEST, *CORPUS]), st.data())
def test_a_damaged_project_is_read_or_refused(text, data):
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.one_of(FRAGMENTS, st.text(max_size=3))) + text[start + length :]
    read_anything(text)


@settings(max_examples=200)
@given(st.lists(st.tuples(PATHS, st.sampled_from(["=", "+=", "*="]), VALUES).map("".join), max_size=4))
def test_any_override_is_applied_or_refused(sets):
    read_anything(SHORTEST, sets)


@given(st.lists(st.text(max_size=40), max_size=3))
def test_any_text_as_an_override_is_refused_politely(sets):
    read_anything(SHORTEST, sets)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "- " * 500_000,
        "{a: " * 400_000,
        "? " * 500_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n" * 1000,
        "x" * 1_900_000,
        "'" * 1_900_000,
        "title: " + "9" * 1_900_000,
        "title: " + "\\" * 1_900_000,
        "{" + "a: 1, " * 300_000,
        "".join(f"k{n}: 1\n" for n in range(99_000)),
        SHORTEST + "split:\n  accounts:\n" + "".join(f"    k{n}: u\n" for n in range(190)),
        SHORTEST + "split: {default: {" + ", ".join(f"k{n}: 0.1" for n in range(40_000)) + "}}",
        SHORTEST.replace("RUB", "E" * 1_000_000),
        SHORTEST + "kinds" * 100_000 + ": 1",
        "\n" * 1_900_000,
        "a: |\n" + " x\n" * 600_000,
    ],
    ids=range(17),
)
def test_hostile_files_are_refused_quickly(text):
    start = time.process_time()
    with pytest.raises(ProjectError):
        load_project(text)
    assert time.process_time() - start < 8  # a slow machine; most take well under a second


def test_characters_that_show_nothing_are_written_as_codes():
    text = SHORTEST + 'uncertainty:\n  "\U00016b46schedule.prep_weeks": {dist: uniform, low: 4, high: 3}\n'
    found = refused(lambda: load_project(text, filename="x.yaml"))
    assert any("\\U00016b46schedule.prep_weeks" in problem for problem in found)
    read_anything(text)
