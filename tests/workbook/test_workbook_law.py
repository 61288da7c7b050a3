"""Sheets of the law: words that follow figures, figures in the units of their rules, inputs of the law in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from books import FILES, Book, opened

from coprod_budget.graph import Graph, Origin, Places, evaluate
from coprod_budget.report.workbook import law
from coprod_budget.report.workbook.layout import Page
from coprod_budget.report.workbook.styles import GENERAL, MONEY, TYPED_SHARE, unit_format

if TYPE_CHECKING:
    from pathlib import Path

ASSUMED = (Origin("assumed"),)


def test_a_word_for_a_figure_is_looked_up_where_words_and_figures_stand() -> None:
    graph = Graph()
    table = graph.table("lights", ["green", "amber", "red"])
    ranks = graph.input_column("lights.*.rank", table, [0, 1, 2], label="Rank", unit="count", origins=ASSUMED)
    light = graph.maximum(graph.pick(ranks, "green"), graph.pick(ranks, "amber")).named("light", "Light", "count")
    page = Page("Street", cast("Any", None), evaluate(graph), Places())
    page.keys(table, 0, 0)
    page.put(ranks, 0, 1)
    page.put(light, 4, 1)
    page.named(light, ranks, 4, 2)
    cell = page._cells[-1]

    assert page._naming(cast("Any", cell)) == "=INDEX($A$1:$A$3,MATCH($B$5,$B$1:$B$3,0))"
    assert page._name(cast("Any", cell)) == "amber"


@pytest.mark.parametrize(
    ("unit", "expected"), [("share", TYPED_SHARE), ("EUR", MONEY), ("RTK", MONEY), ("points", GENERAL), ("", GENERAL)]
)
def test_figures_of_rules_are_written_in_the_unit_of_the_rule(unit: str, expected: str) -> None:
    assert unit_format(unit) == expected


@pytest.mark.parametrize("name", FILES)
def test_figures_of_the_law_stand_on_the_laws_sheets_and_every_other_input_on_its_own(
    name: str, books: dict[str, Book]
) -> None:
    film = books[name]
    sheets = {
        (page, law.is_figure(film.model, cell.node))
        for page, _, cell in film.figures()
        if cell.node.op == "input" and not cell.link
    }
    pages_of_law = {"Eligibility", "Incentives"}

    assert {page for page, of_law in sheets if of_law} <= pages_of_law
    assert not {page for page, of_law in sheets if not of_law} & pages_of_law


@pytest.mark.parametrize("name", FILES)
def test_every_test_and_every_instrument_has_its_verdict_in_a_word(name: str, books: dict[str, Book]) -> None:
    film = books[name]
    graph = film.model.graph
    named = {(page, cell.node.key, cell.index) for page, _, cell in film.names()}
    tests, instruments = graph.tables["tests"], film.model.eligibility.table

    assert {("Eligibility", "test.*.verdict", i) for i in range(len(tests))} <= named
    assert {("Eligibility", "eligibility.*.verdict", i) for i in range(len(instruments))} <= named
    assert {("Summary", "eligibility.*.verdict", i) for i in range(len(instruments))} <= named


@pytest.mark.parametrize("name", FILES)
def test_what_is_missing_and_what_to_add_stands_beside_the_verdict(
    name: str, folder: Path, books: dict[str, Book]
) -> None:
    model = books[name].model
    sheet = opened(folder / f"{name}.xlsx")["Eligibility"]
    texts = {str(c.value) for row in sheet.iter_rows() for c in row if c.data_type == "s"}
    findings = [f for i in model.eligibility.instruments for f in i.findings]

    assert {law.why(f) for f in findings if f.why} <= texts
    assert {f.title for f in findings} <= texts


def test_the_first_page_shows_net_cost_and_the_treaty_that_governs(folder: Path, books: dict[str, Book]) -> None:
    governing = books["by_share"].model.eligibility.governing
    sheet = opened(folder / "by_share.xlsx")["Summary"]
    texts = {str(c.value) for row in sheet.iter_rows() for c in row if c.data_type == "s"}

    assert next(c.title for c in governing.candidates if c.id == governing.instrument) in texts
    assert "Net cost" in texts
