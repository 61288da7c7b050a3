import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.yaml_reader import read_yaml, shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("True", "True"), ("12:30", "12:30"), ("010", "010"),
        ("0x1F", "0x1F"), ("1_000", "1_000"), ("1 000", "1 000"), ("2027-03-01", "2027-03-01"), (".nan", ".nan"),
        (".inf", ".inf"), ("40%", "40%"), ("'5'", "5"), ('"true"', "true"), ("Null", "Null"), ("-", None),
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None),
        ("0", 0), ("-3", -3), ("+5", 5), ("3.10", 3.1), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("-0.25", -0.25),
    ],
)  # fmt: skip
def test_only_plain_numbers_and_three_words_are_typed(text, value):
    data = read_yaml(f"a: {text}" if text != "-" else "a:\n  -", "x.yaml").data
    found = data["a"] if text != "-" else data["a"][0]
    assert (found, type(found)) == (value, type(value))


def test_every_key_and_value_has_a_position():
    document = read_yaml("a:\n  - {b: 1, c: 'x'}\nd: |\n  text\n", "x.yaml")
    assert document.data == {"a": [{"b": 1, "c": "x"}], "d": "text\n"}
    assert document.position(("a", 0, "c")) == (2, 15)
    assert document.position(("a", 0, "c"), key=True) == (2, 12)
    assert document.position(("a",), key=True) == (1, 1)
    assert document.position(("a", 0, "missing")) == (2, 5)
    assert document.position(()) == (1, 1)


def test_columns_count_characters_not_bytes():
    assert read_yaml("{Дунай: 1, б: 2}", "x.yaml").position(("б",)) == (1, 15)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: \x07", "P104"),
        ("a: \ud800", "P104"),
        ("a: 1\na: 2", "P106"),
        ("a: &x 1", "P107"),
        ("*x : 1", "P107"),
        ("a: ! b", "P108"),
        ("a: 1\n---\nb: 2", "P109"),
        ("[" * 60, "P110"),
        ("- 1\n" * 100_001, "P111"),
        ("1: 2", "P112"),
        ("{[a]: 1}", "P112"),
        ("a: 1e999", "P113"),
        ("# " + "é" * 1_000_001, "P102"),
    ],
)
def test_what_yaml_allows_and_we_do_not_is_refused(text, code):
    with pytest.raises(ProjectError) as caught:
        read_yaml(text, "x.yaml")
    assert {problem.code for problem in caught.value.problems} == {code}


def test_reading_goes_on_after_a_mistake():
    with pytest.raises(ProjectError) as caught:
        read_yaml("a: 1\na: {b: 1, b: 2}\n? {x: 1}\n: {y: 1, y: 2}\nc: *d\ne: 1\ne: 2", "x.yaml")
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [
        ("P106", 2), ("P106", 2), ("P112", 3), ("P106", 4), ("P107", 5), ("P106", 7)]  # fmt: skip


def test_found_values_are_shown_short_and_without_tricks():
    assert shown("a" * 100) == "'" + "a" * 60 + "...'"
    assert shown("a\u202eb\n") == "'a\\u202eb\\n'"
    assert [shown(value) for value in (None, True, {}, [], 1.5)] == ["nothing", "true", "a mapping", "a list", "1.5"]
