import json
import subprocess
import sys
from pathlib import Path

import pytest

from coprod_budget.project import load_project, project_json_schema
from coprod_budget.project.schema import Part
from coprod_budget.project.source import Located
from coprod_budget.yaml_reader import read_yaml

EXAMPLE = (Path(__file__).parent / "danube.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    schema = project_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_example_of_the_design_loads():
    project = load_project(EXAMPLE, filename="danube.yaml")
    assert project.delegate == "ru"
    assert project.waterfall[7].payees == ("fund", "ru", "rs")


def test_the_exported_schema_accepts_the_example(validator):
    assert not [error.message for error in validator.iter_errors(read_yaml(EXAMPLE, "danube.yaml").data)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("share: 60%", "share: sixty"),
        ("as_of:", "as_off:"),
        ("level: mid", "level: middle"),
        ("moscow: ru", "moscow: [ru]"),
        ("kind: net_profit", "kind: profit"),
        ("quantity: 34", "quantity: [34]"),
        ("ticket_vat: exempt", "ticket_vat: maybe"),
        ("ticket_price: 350", "ticket_price: 0"),
        ("airlines:", "cinema:"),
        ("tv: 15000000", "radio: 15000000"),
        ("made_good_by: volga", "by: volga"),
        ("{amount: 1000000, after_months: 2}", "{after_months: 2}"),
        ("guarantee_on: 2028-06-01", "guarantee_on: 2028"),
        ("period: half_year", "period: week"),
        ("of: [RU, BY]", "of: [RU-BY]"),
        ("amount: interest", "amount: interests"),
        ("until: 5000", "until: -5000"),
        ("until: 2033-12-31", "until: [2033-12-31]"),
        ("after: 2029-01-01", "after: 2029"),
        ("multiple: 150%", "multiple: lots"),
    ],
)
def test_the_exported_schema_refuses_what_the_loader_refuses(validator, right, wrong):
    assert right in EXAMPLE
    assert list(validator.iter_errors(read_yaml(EXAMPLE.replace(right, wrong), "x").data))


def test_every_field_teaches_in_the_exported_schema():
    schema = project_json_schema()
    sections = {"Project": schema, **schema["$defs"]}
    silent = [f"{name}.{field}" for name, section in sections.items()
              for field, what in section.get("properties", {}).items() if not what.get("description")]  # fmt: skip
    assert not silent
    assert json.loads(json.dumps(schema)) == schema


def test_every_section_has_a_docstring_and_forbids_unknown_keys():
    for section in Part.__subclasses__():
        assert section.__doc__
        assert section.model_config["extra"] == "forbid"
        assert section.model_config["frozen"]
    assert Located.__doc__


def test_reading_a_project_needs_no_heavy_library():
    code = "import sys, coprod_budget.project; print({'numpy', 'pandas', 'openpyxl', 'typer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
