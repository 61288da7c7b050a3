"""The example projects: they load, they can be estimated, and they say what their README promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.model import build_model
from coprod_budget.project import load_project

EXAMPLES = Path(__file__).parents[2] / "examples"
CATALOG = open_catalog()
FILMS = sorted(path.parent.name for path in EXAMPLES.glob("*/project.yaml"))


def estimate(name, *sets):
    model = build_model(load_project(EXAMPLES / name / "project.yaml", sets=sets), CATALOG)
    return model, model.evaluate()


def text(name, file="project.yaml"):
    return (EXAMPLES / name / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILMS)
def test_an_example_can_be_estimated(name):
    model, values = estimate(name)
    assert values.number("budget.total") > 0
    assert not [w for w in model.warnings if w.severity == "error"]


def test_ten_lines_are_ten_lines():
    assert len(text("ten_lines").splitlines()) <= 12
    keys = [line for line in text("ten_lines").splitlines() if line and not line.startswith("#")]
    assert len(keys) <= 10


def test_the_danube_crossing_has_the_scale_of_such_a_film():
    """Russian supported features averaged RUB 175.9 m (about EUR 2.4 m) in 2019; small Balkan ones EUR 0.5 to 1.5 m."""
    _, values = estimate("danube_crossing")
    assert 1_500_000 < values.number("budget.total") < 3_500_000


def test_the_danube_crossing_is_split_near_its_agreement():
    _, values = estimate("danube_crossing")
    borne = {partner: values.number(f"partner.{partner}.borne_share") for partner in ("ru", "rs")}
    assert borne == pytest.approx({"ru": 0.6, "rs": 0.4}, abs=0.05)


def test_the_danube_crossing_says_that_it_is_invented():
    for file in ("project.yaml", "README.md"):
        assert "fictional" in text("danube_crossing", file)
        assert "invented" in text("danube_crossing", file)


def test_balkan_line_carries_the_published_figures_and_no_others():
    model, values = estimate("balkan_line")
    project = model.project
    assert [(line.rate, line.currency, line.basis) for line in project.budget.lines] == [
        (230_000_000, "RUB", "published")
    ]
    assert project.revenue.scenarios["actual"].gross == {"RU": 5_850_000, "RS": 97_042_130}
    assert project.revenue.scenarios["actual"].weight == 1
    assert not project.finance
    assert all(territory.p_and_a == 0 for territory in project.revenue.territories.values())
    assert values.number("budget.total") == values.number("budget.direct")


def test_balkan_line_pays_its_russian_producers_what_the_rule_of_thumb_says():
    """42.5 % of the gross before advertising: half to the cinema, 15 % of the rental to the distributor."""
    _, values = estimate("balkan_line")
    assert values.number("scenario.actual.territory.RU.producer_net") == pytest.approx(5_850_000 * 0.425)


@pytest.mark.parametrize("share", ["100%", "80%", "60%", "50%"])
def test_the_assumed_shares_of_balkan_line_do_not_move_what_part_comes_back(share):
    rest = f"{100 - int(share[:-1])}%"
    _, values = estimate("balkan_line", f"partners.ru.share={share}", f"partners.rs.share={rest}")
    _, usual = estimate("balkan_line")
    key = "scenario.actual.party.ru.multiple"
    assert values.number(key) == pytest.approx(usual.number(key))


BALKAN_LINE_TABLE = {
    "the film cost": "budget.total",
    "box office, all": "scenario.actual.gross",
    "receipts of the producers from Russia and the rest": "scenario.actual.territory.RU.receipts",
    "receipts of the producers from Serbia": "scenario.actual.territory.RS.receipts",
    "receipts of the producers, all": "scenario.actual.producer_receipts",
    "of that, Russian producers (80 % assumed)": "scenario.actual.party.ru.received",
    "of that, Serbian producers (20 % assumed)": "scenario.actual.party.rs.received",
}
BALKAN_LINE_CHANGES = {
    "none": [],
    "shares 60 : 40": ["partners.ru.share=60%", "partners.rs.share=40%"],
    "Serbia inside the reported total": ["revenue.scenarios.actual.gross.RU=4916000"],
    "advertising and prints of USD 0.7 m": ["revenue.territories.RU.p_and_a=700000"],
    "the distributor takes 30 % of the rental": ["revenue.territories.RU.distributor_fee=30%"],
}


@pytest.mark.parametrize(("label", "key"), BALKAN_LINE_TABLE.items())
def test_the_figures_on_the_page_of_balkan_line_are_those_of_the_model(label, key):
    _, values = estimate("balkan_line")
    assert f"| {label} | {values.number(key):,.0f} |" in text("balkan_line", "README.md")


@pytest.mark.parametrize(("label", "sets"), BALKAN_LINE_CHANGES.items())
def test_the_changes_on_the_page_of_balkan_line_are_those_of_the_model(label, sets):
    _, values = estimate("balkan_line", *sets)
    receipts = values.number("scenario.actual.producer_receipts")
    returned = f"{receipts / values.number('budget.total'):.1%}".replace("%", " %")
    page = text("balkan_line", "README.md")
    assert f"| {label} | {receipts:,.0f} | {returned} |" in page
    assert all(f"--set {change}" in page for change in sets)


def test_the_comparisons_on_the_page_of_balkan_line_hold():
    _, values = estimate("balkan_line")
    page = text("balkan_line", "README.md")
    rates = {code: values.number(f"fx.{code}") for code in ("RUB", "RSD", "USD")}
    euro = values.number("budget.total")
    for code, rate in rates.items():
        assert f"{code} {rate:.4f}" in page
    assert f"EUR {euro / 1e6:.2f} m or USD {euro * rates['USD'] / 1e6:.2f} m" in page
    assert f"EUR {97_042_130 / rates['RSD']:,.0f} at the rate" in page
    assert f"is {5_850_000 / (euro * rates['USD']):.2f} times" in page
    assert f"{values.number('scenario.actual.gross') / euro:.2f} times: below all" in page
    needed = euro * rates["USD"] / 0.425
    assert f"USD {needed:,.0f} in Russia alone" in page


@pytest.mark.parametrize("file", ["project.yaml", "README.md"])
def test_balkan_line_says_loudly_what_is_assumed(file):
    words = text("balkan_line", file).lower()
    assert "assum" in words
    assert "upper bound" in words
    assert "shares" in words
    assert "never published" in words


ONE_CITY = """
title: One city
as_of: 2026-09-30
partners: {{a: {{name: A, country: {country}, currency: EUR, share: 100%}}}}
schedule: {{shoot_days: {{{city}: 28}}}}
budget: {{template: {template}}}
"""
WITH_CREW_PRICES = sorted(set(CATALOG.cities) - {"berlin", "los_angeles"})
"""In these two the tables price people by the week or by union class, so a template asks for own rates."""


@pytest.mark.parametrize("template", CATALOG.templates())
@pytest.mark.parametrize("city", WITH_CREW_PRICES)
def test_a_template_needs_no_own_price_in_a_city_with_crew_prices(city, template):
    country = CATALOG.cities[city].country
    project = load_project(ONE_CITY.format(city=city, country=country, template=template), filename="one.yaml")
    assert build_model(project, CATALOG).evaluate().number("budget.total") > 50_000


@pytest.mark.parametrize("name", ["danube_crossing", "ten_lines"])
def test_the_levels_are_in_order(name):
    low, mid, high = (
        estimate(name, f"budget.level={level}")[1].number("budget.total") for level in ("low", "mid", "high")
    )
    assert low < mid < high


def test_more_shooting_days_cost_more_and_fewer_cost_less():
    usual, more = (
        estimate("danube_crossing", *sets)[1].number("budget.total")
        for sets in ([], ["schedule.shoot_days.belgrade+=4"])
    )
    assert more > usual
