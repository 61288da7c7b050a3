import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coprod_budget.errors import ProjectError
from coprod_budget.project import (
    Binary,
    Call,
    Compare,
    IfElse,
    Name,
    Number,
    Unary,
    format_expression,
    names,
    parse_expression,
    unknown_names,
)

SEGMENTS = st.from_regex(r"\A[a-z][a-z0-9_]{0,8}\Z").filter(
    lambda word: word not in {"min", "max", "ceil", "round", "abs"} and not __import__("keyword").iskeyword(word)
)
LEAVES = st.one_of(
    st.floats(0, 1e300, allow_nan=False).map(abs).map(Number),
    st.integers(0, 10**9).map(float).map(Number),
    st.lists(SEGMENTS, min_size=1, max_size=3).map(".".join).map(Name),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner),
        st.builds(IfElse, inner, inner, inner),
        st.builds(Call, st.sampled_from(["min", "max"]), st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Call, st.sampled_from(["ceil", "round", "abs"]), st.tuples(inner)),
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_is_written_out_reads_back_the_same(tree):
    text = format_expression(tree)
    assume(len(text) <= 300)
    assert parse_expression(text) == tree


@given(st.one_of(st.text(), st.text("()+-*/.,<>=!0123456789abe_ ifelsmnxand", max_size=60)))
def test_any_text_is_an_expression_or_a_problem_with_a_column(text):
    try:
        parse_expression(text)
    except ProjectError as error:
        (problem,) = error.problems
        assert problem.code in {"P501", "P502", "P503"}
        assert 1 <= problem.column <= max(len(text), 1)
        assert problem.hint


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("34", Number(34.0)),
        (
            " shoot_days.moscow * 1.1\n + 6 ",
            Binary("+", Binary("*", Name("shoot_days.moscow"), Number(1.1)), Number(6.0)),
        ),
        ("2 if days > 5 else 1", IfElse(Compare(">", Name("days"), Number(5.0)), Number(2.0), Number(1.0))),
        ("ceil(-a)", Call("ceil", (Unary("-", Name("a")),))),
        ("a - b - c", Binary("-", Binary("-", Name("a"), Name("b")), Name("c"))),
        ("a - (b - c)", Binary("-", Name("a"), Binary("-", Name("b"), Name("c")))),
    ],
)
def test_the_tree_is_what_a_reader_expects(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "column", "phrase"),
    [
        ("", 1, "empty"),
        ("__import__('os')", 12, "cannot stand"),
        ("(1).__class__", 1, "only names have a dot"),
        ("9 ** 9 ** 9", 6, "powers"),
        ("9 // 2", 6, "powers"),
        ("a.__class__", 1, "cannot be a name"),
        ("1_000", 1, "runs into a letter"),
        ("0x10", 1, "runs into a letter"),
        ("1if a else 2", 1, "runs into a letter"),
        ("True", 1, "neither a number nor a name"),
        ("1e999", 1, "too large"),
        ("a < b < c", 1, "one comparison"),
        ("a and b", 1, "`and`, `or`, `not`"),
        ("not a", 1, "`and`, `or`, `not`"),
        ("f(1)", 1, "unknown function 'f'"),
        ("a.min(1, 2)", 1, "cannot be called"),
        ("2 * max(1)", 5, "at least two"),
        ("round(1, 2)", 1, "one value"),
        ("ceil(x=1)", 1, "no named arguments"),
        ("min + 1", 1, "is a function"),
        ("(a, b)", 1, "not allowed"),
        ("max(*a, b)", 5, "not allowed"),
        ("a b", 3, "cannot be read"),
        ("40%", 3, "fraction"),
        ("Days", 1, "small letters"),
        ("x" * 301, 1, "301 characters"),
        ("(" * 31, 31, "levels of nesting"),
        ("-" * 31 + "a", 32, "levels of nesting"),
    ],
)
def test_whatever_is_not_listed_is_refused_at_its_column(text, column, phrase):
    with pytest.raises(ProjectError) as caught:
        parse_expression(text)
    (problem,) = caught.value.problems
    assert (problem.column, phrase in str(problem)) == (column, True), str(problem)


def test_a_long_sum_is_not_deep():
    assert len(names(parse_expression("+".join(f"a{n}" for n in range(60))))) == 60


def test_names_are_collected_and_checked_against_what_is_known():
    tree = parse_expression("max(shoot_days.moscow, extra_per_day) * 2 if at_home else -prep_weeks")
    assert names(tree) == {"shoot_days.moscow", "extra_per_day", "at_home", "prep_weeks"}
    (problem,) = unknown_names(tree, {"shoot_days.moscow", "extras_per_day", "at_home", "prep_weeks"})
    assert str(problem) == "unknown name 'extra_per_day' in the expression; did you mean extras_per_day?"
    assert problem.code == "P504"
