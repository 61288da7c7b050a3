import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.project import Number, Template, read_template


@pytest.fixture
def template(docstring) -> Template:
    return read_template("id: tiny\ntitle: Tiny\ndescription: For tests.\n" + docstring, "tiny.yaml")


def test_a_template_has_parameters_charges_and_lines_with_reasons(template: Template):
    """
    params:
      extras_per_day: {value: 20, unit: people, why: a small crowd}
    charges:
      contingency: {rate: 10%, base: [production], why: usual}
    lines:
      - {id: gaffer, account: grip, item: gaffer, where: each_city, quantity: days + 2, why: two days to light}
      - {id: script, account: story, description: Script, where: home, people: 2, why: two writers,
         assumed: {low: 1, mid: 2, high: 3, currency: EUR, reason: no tariff found}, when: extras_per_day > 0}
    """
    gaffer, script = template.lines
    assert (gaffer.where, gaffer.assumed, gaffer.when) == ("each_city", None, None)
    assert script.people == Number(2.0)
    assert template.params["extras_per_day"].value == 20
    assert template.charges["contingency"].base == ["production"]


def test_where_of_a_template_is_a_line_of_its_file():
    text = "id: tiny\ntitle: Tiny\ndescription: D\nlines:\n  - {id: a, account: b, item: c, why: d}\n"
    template = read_template(text, "tiny.yaml")
    assert template.where("lines[a].item") == "tiny.yaml:5"
    assert template.lines[0].where == "home"


def test_all_mistakes_of_a_template_are_reported_at_once():
    text = """\
id: tiny
title: Tiny
description: For tests.
charges: {bond: {rate: 3%, why: asked for, bearer: ru}}
lines:
  - {id: own_x, account: b, item: c, why: d}
  - {account: b, item: c, why: d}
  - {id: a, account: b, description: no price, why: d}
  - {id: a, account: b, item: c, why: d, bearer: ru, assumed: {low: 3, mid: 2, high: 1, currency: EUR, reason: x}}
"""
    with pytest.raises(ProjectError) as caught:
        read_template(text, "tiny.yaml")
    assert sorted((problem.line, problem.code) for problem in caught.value.problems) == [
        (4, "P317"), (4, "P317"), (6, "P317"), (7, "P317"), (8, "P308"), (9, "P306"), (9, "P317"), (9, "P317")]  # fmt: skip


def test_a_line_without_a_reason_is_refused():
    with pytest.raises(ProjectError, match=r"`lines\[a\].why` is missing"):
        read_template("id: t\ntitle: T\ndescription: D\nlines:\n  - {id: a, account: b, item: c}\n", "t.yaml")
