"""Fixtures: the docstring of a test is the project file that it reads."""

from textwrap import dedent

import pytest

from coprod_budget.project import load_project

HEAD = """\
title: The Danube Crossing
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 60%}
  rs: {name: Dunav Film, country: RS, currency: RSD, share: 40%}
schedule: {shoot_days: {moscow: 14, belgrade: 8}}
"""


@pytest.fixture
def docstring(request):
    return dedent(request.function.__doc__).strip() + "\n"


@pytest.fixture
def project(docstring):
    """The project in the docstring; sections that it does not give come from a short valid one."""
    given = {line.split(":")[0] for line in docstring.splitlines() if line[:1].isalpha()}
    head, keep = "", True
    for line in HEAD.splitlines():
        if line[:1].isalpha():
            keep = line.split(":")[0] not in given
        head += line + "\n" if keep else ""
    if "budget" not in given:
        head += "budget: {template: feature_medium}\n"
    return load_project(head + docstring, filename="test.yaml")
