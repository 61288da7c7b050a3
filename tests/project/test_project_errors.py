"""The gallery: each file in ``errors/`` names, in its first lines, every problem that reading it must report."""

import re
from pathlib import Path

import pytest

import coprod_budget
from coprod_budget.errors import ExitCode, ProjectError
from coprod_budget.project import load_project

HERE = Path(__file__).parent
GALLERY = sorted((HERE / "errors").glob("*.yaml"))
_EXPECT = re.compile(r"^# expect: (P\d{3}):(\d+):(\d+) (.*)$", re.MULTILINE)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_mistake_is_reported_at_its_place_in_plain_words(path):
    text = path.read_text(encoding="utf-8")
    sets = re.findall(r"^# set: (.*)$", text, re.MULTILINE)
    expected = [(code, int(line), int(column), phrase) for code, line, column, phrase in _EXPECT.findall(text)]
    with pytest.raises(ProjectError) as caught:
        load_project(text, filename=path.name, sets=sets)
    found = [(p.code, p.line, p.column, str(p).removeprefix(f"{p.file}:{p.line}:{p.column}: "))
             for p in caught.value.problems]  # fmt: skip
    assert expected == found
    assert caught.value.exit_code is ExitCode.INVALID_PROJECT


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_problems_come_in_the_order_of_the_file(path):
    places = [(int(line) or 10**6, int(column)) for _, line, column, _ in _EXPECT.findall(path.read_text("utf-8"))]
    assert places == sorted(places)


def test_every_code_that_the_reader_can_report_is_shown_in_a_test():
    package = Path(coprod_budget.__file__).parent
    sources = [package / "yaml_reader.py", *(package / "project").glob("*.py")]
    codes = {code for source in sources for code in re.findall(r'"(P\d{3})"', source.read_text("utf-8"))}
    tests = "".join(path.read_text("utf-8") for path in HERE.rglob("*") if path.suffix in {".py", ".yaml"})
    assert not sorted(codes - set(re.findall(r"P\d{3}", tests)))
