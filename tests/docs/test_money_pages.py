"""The pages about receipts, waterfall and returns: no option is forgotten, every key is there, every assumption is the program's."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from pages import DOCS, files_of

from coprod_budget.catalog import open_catalog
from coprod_budget.model.build import build_model
from coprod_budget.model.outlets import USUAL
from coprod_budget.project import distribution, load_project, revenue, waterfall
from coprod_budget.report.figures import Figures
from coprod_budget.report.json_report import estimate_as_dict
from coprod_budget.yaml_reader import read_yaml

CATALOG = open_catalog()
PAGES = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("revenue", "waterfall", "returns")}
SHOWN = {name: files_of(text) for name, text in PAGES.items()}
STEPS = [
    step
    for name, text in SHOWN["waterfall"].items()
    if name != "film.yaml"
    for step in read_yaml(text, name).data["waterfall"]
]
WHAT_STANDS_FOR_WHAT = {
    "revenue": ("sea.yaml", {"S": "fair", "T": "RU", "MEDIUM": "vod", "PERIOD": "2029-Q1"}),
    "waterfall": ("film.yaml", {"S": "hit", "PERIOD": "2029", "STEP": "recoupment", "PARTY": "fund"}),
    "returns": ("three.yaml", {"S": "fair", "P": "fund", "T": "RU", "PERIOD": "2028"}),
}


def keys_of(page: str) -> list[str]:
    """The keys of figures that a page lists, written out: ``a.b``, ``.c`` is ``a.b`` and ``a.c``."""
    table = PAGES[page].partition("| key | what it is |")[2]
    found = []
    for cell in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE):
        stem = ""
        for key in re.findall(r"`([^`]*)`", cell):
            if not key.startswith("."):
                stem = key.rpartition(".")[0]
            full = key if not key.startswith(".") else stem + key
            if not full.endswith("…"):
                found.append(full)
    return found


def test_every_kind_of_step_has_an_example():
    assert {step["kind"] for step in STEPS} == set(get_args(waterfall.Kind))


@pytest.mark.parametrize("model", [waterfall.Rule, waterfall.Limit, waterfall.Opening], ids=lambda m: m.__name__)
def test_every_option_of_a_step_is_in_an_example_or_told_of(model):
    text = PAGES["waterfall"]

    assert [f for f in model.model_fields if not re.search(rf"\b{f}: |`{f}`", text)] == []


@pytest.mark.parametrize(
    "model",
    [distribution.Territory, distribution.Outlet, distribution.FeeStep, distribution.SalesAgent, revenue.Revenue],
    ids=lambda m: m.__name__,
)
def test_every_term_of_distribution_is_in_the_example_or_told_of(model):
    text = PAGES["revenue"] + PAGES["waterfall"]

    assert [f for f in model.model_fields if not re.search(rf"\b{f}: |\b{f}:\n|`{f}\b", text)] == []


def test_the_assumed_months_are_the_programs():
    table = PAGES["revenue"].partition("## When the money comes")[2].partition("These months")[0]
    rows = re.findall(
        r"^\| (\w+) \| (\d+)(?: months)? \| (\d+)(?: months)? \| (\d+)(?: months)? \|$", table, re.MULTILINE
    )
    names = {"cinemas": "cinema"}

    assert {names.get(n.lower(), n.lower()): tuple(map(float, months)) for n, *months in rows} == USUAL


@pytest.mark.parametrize("page", PAGES)
def test_every_key_on_the_page_is_a_figure_of_its_film(page):
    name, words = WHAT_STANDS_FOR_WHAT[page]
    text = SHOWN[page][name] + (SHOWN[page]["usual.yaml"] if page == "waterfall" else "")
    model = build_model(load_project(text, filename=name), CATALOG)
    values = model.evaluate()
    keys = keys_of(page)

    assert len(keys) > 5
    for key in keys:
        written = re.sub(r"\b[A-Z]+\b", lambda found: words[found[0]], key.replace("_T", "_RU"))
        values.number(written)


def test_every_name_of_receipts_waterfall_and_returns_in_the_json_is_on_its_page():
    text = SHOWN["waterfall"]["film.yaml"] + SHOWN["waterfall"]["bonus.yaml"]
    model = build_model(load_project(text, filename="film.yaml"), CATALOG)
    data = estimate_as_dict(Figures.of(model, model.evaluate()))
    page = (DOCS / "json.md").read_text(encoding="utf-8").partition("## Receipts, waterfall and returns")[2]
    scenario = data["scenarios"][0]
    records = [
        data["periods"],
        [scenario],
        *(scenario[part] for part in ("territories", "waterfall", "transfers", "parties")),
        *(entry["periods"] for entry in (*scenario["waterfall"], *scenario["transfers"])),
        *(territory["outlets"] for territory in scenario["territories"]),
        [data["expected"]],
        data["expected"]["parties"],
        data["break_even"],
        *(home["parties"] for home in data["break_even"]),
    ]

    assert all(records)
    names = {name for entries in records for entry in entries for name in entry}
    assert {name for name in names if not re.search(rf"`[^`]*\b{name}\b[^`]*`", page)} == set()
