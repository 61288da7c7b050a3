"""The references are as the program is: generated tables fresh, no field forgotten, examples that the program accepts."""

from __future__ import annotations

import re
from typing import Annotated

import pytest
from jsonschema import Draft202012Validator
from pages import DOCS, files_of, generate
from pydantic import BaseModel, TypeAdapter

from coprod_budget.catalog import open_catalog
from coprod_budget.model.build import build_model
from coprod_budget.project import (
    cashflow,
    distribution,
    finance,
    law,
    load_project,
    project_json_schema,
    revenue,
    schema,
    template,
    waterfall,
)
from coprod_budget.yaml_reader import read_yaml

CATALOG = open_catalog()
PROJECT_FILE = (DOCS / "project-file.md").read_text(encoding="utf-8")
EVERY_MODEL = [
    model
    for module in (schema, law, finance, cashflow, distribution, revenue, waterfall, template)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
]


@pytest.mark.parametrize("page", generate.PAGES)
def test_generated_tables_are_fresh(page):
    text = (DOCS / page).read_text(encoding="utf-8")

    assert generate.rendered(text) == text, "run: python docs/generate.py"


def test_every_generated_table_stands_on_a_page_and_nothing_else_is_asked_for():
    asked = [found[2] for page in generate.PAGES for found in generate.BLOCK.finditer((DOCS / page).read_text())]

    assert sorted(asked) == sorted(generate.BLOCKS)


def test_every_model_of_the_project_file_and_of_templates_has_its_section():
    assert set(EVERY_MODEL) == set(generate.MODELS.values())


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_every_field_of_a_model_appears_in_its_section(model):
    block = re.search(
        rf"<!-- generated: {generate.SECTION[model.__name__]} -->\n(.*?)<!-- end -->", PROJECT_FILE, re.DOTALL
    )
    shown = set(re.findall(r"^\| `(\w+)` \|", block[1], re.MULTILINE))
    inherited = {  # said to be those of the parent, in the sentence above the table
        name
        for parent in model.__mro__[1:]
        for name, field in getattr(parent, "model_fields", {}).items()
        if field.description == model.model_fields[name].description
    }

    assert shown == set(model.model_fields) - inherited


@pytest.mark.parametrize(
    ("model", "field"), [(m, f) for m in EVERY_MODEL for f in m.model_fields], ids=lambda x: getattr(x, "__name__", x)
)
def test_every_example_is_accepted_by_the_program(model, field):
    info = model.model_fields[field]
    written = generate.example_of(model, field)
    assert written
    value = read_yaml(f"x: {written}", "example").data["x"]
    annotated = info.annotation
    for part in info.metadata:
        annotated = Annotated[annotated, part]
    TypeAdapter(annotated).validate_python(value)


@pytest.mark.parametrize("name", ["smallest.yaml", "fuller.yaml"])
def test_the_projects_shown_on_the_page_give_an_estimate(name):
    model = build_model(load_project(files_of(PROJECT_FILE)[name], filename=name), CATALOG)
    values = model.evaluate()

    assert values["budget.total"] > 0
    assert values["checks.all_ok"] == 1


@pytest.mark.parametrize("name", ["smallest.yaml", "fuller.yaml"])
def test_an_editor_with_the_schema_finds_no_mistake_in_the_projects_shown(name):
    data = read_yaml(files_of(PROJECT_FILE)[name], name).data

    assert [e.message for e in Draft202012Validator(project_json_schema()).iter_errors(data)] == []


def test_the_fuller_project_uses_every_section():
    text = files_of(PROJECT_FILE)["fuller.yaml"]

    assert set(read_yaml(text, "fuller.yaml").data) == set(schema.Project.model_fields) - {"base"}


def test_the_names_listed_for_expressions_are_those_the_program_knows():
    model = build_model(load_project(files_of(PROJECT_FILE)["smallest.yaml"]), CATALOG)
    params = set(model.template.params)
    table = PROJECT_FILE.partition("## Expressions")[2].partition("Understood are")[0]
    first_cells = " ".join(re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE))
    listed = set(re.findall(r"`([a-zA-Z_.]+)`", first_cells)) - {"budget.params"}
    known = {re.sub(r"^shoot_days\..*", "shoot_days.CITY", name) for name in model.schedule.names_in["belgrade"]}

    assert listed == known - params


@pytest.mark.parametrize("override", re.findall(r"--set '?([^\s'`]*=[^\s'`]*)", PROJECT_FILE))
def test_every_override_on_the_page_works_on_the_fuller_project(override):
    if override == "PATH=VALUE":
        return
    both = ["partners.ru.share=50%", "partners.rs.share=50%"]
    sets = both if override in both else [override]

    load_project(files_of(PROJECT_FILE)["fuller.yaml"], sets=sets)
