"""How much an outlet grosses, when it comes in, and what leaves before the distributor: all figures worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from films import model_of, problem
from revenue_films import AT, FILM, by_period, evaluated, revenue_model

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


def test_cinemas_pay_over_three_months_that_begin_three_months_after_the_release(catalog: Catalog) -> None:
    """Release 2027-04-01: earned April to June, paid July to September, all in one quarter; by month a third each."""
    film = f"territories: {{WW: {{currency: EUR, {AT}}}}}\nscenarios: {{base: {{weight: 100%, gross: {{WW: 900}}}}}}"
    model = revenue_model(catalog, film)
    assert by_period(model.evaluate(), model, "revenue.WW.cinema.gross") == {"2027-Q3": pytest.approx(900)}
    model = revenue_model(catalog, film, "revenue.period=month")
    assert by_period(model.evaluate(), model, "revenue.WW.cinema.gross") == {
        "2027-07": pytest.approx(300),
        "2027-08": pytest.approx(300),
        "2027-09": pytest.approx(300),
    }


def test_what_the_file_does_not_say_of_windows_is_assumed_and_says_so(catalog: Catalog) -> None:
    film = (
        f"territories: {{WW: {{currency: EUR, {AT}, over_months: 6, media: {{tv: {{gross_per_cinema: 10%}}}}}}}}\n"
        "scenarios: {base: {weight: 100%, gross: {WW: 900}}}"
    )
    graph = revenue_model(catalog, film).graph
    usual = graph["revenue.territories.WW.media.tv.window_months"]
    assert (usual.value, usual.origins[0].basis, usual.origins[0].note) == (24, "assumed", "assumed: no source")
    stated = graph["revenue.territories.WW.over_months"]
    assert (stated.value, stated.origins[0].title) == (6, "project file")


def test_the_window_of_video_on_demand_is_that_of_the_data_where_there_is_one(catalog: Catalog) -> None:
    film = (
        f"territories: {{FR: {{currency: EUR, {AT}, media: {{vod: {{gross_per_cinema: 10%}}}}}}}}\n"
        "scenarios: {base: {weight: 100%, gross: {FR: 900}}}"
    )
    window = revenue_model(catalog, film).graph["revenue.territories.FR.media.vod.window_months"]
    assert window.value == 4
    assert window.origins[0].basis == "quoted"


MEDIA = f"""
territories:
  WW:
    currency: FLR
    {AT.replace(", ", chr(10) + "    ")}
    media:
      tv: {{gross_per_cinema: 20%, distributor_fee: 10%, window_months: 12, over_months: 0, pays_after_months: 0, levy: 5%}}
      sales: {{paid: [{{share: 25%, on: delivery}}, {{share: 75%, on: 2028-07-01, after_months: 1}}]}}
scenarios:
  base: {{weight: 50%, gross: {{WW: 1000}}, media: {{WW: {{sales: 400}}}}}}
  none: {{weight: 50%, gross: {{WW: 0}}}}
"""


def test_other_media_come_by_ratio_or_by_scenario_and_when_the_file_says(catalog: Catalog) -> None:
    """TV: 20 % of 1,000 on 2028-04-01; 5 % levy leave 190, less 10 % fee 171. Sales: 100 and 300."""
    model = revenue_model(catalog, MEDIA)
    values = model.evaluate()
    assert by_period(values, model, "revenue.WW.tv.gross") == {"2028-Q2": pytest.approx(200)}
    assert by_period(values, model, "revenue.WW.tv.rental") == {"2028-Q2": pytest.approx(190)}
    assert by_period(values, model, "revenue.WW.tv.producer_net") == {"2028-Q2": pytest.approx(171)}
    assert by_period(values, model, "revenue.WW.sales.gross") == {"2027-Q1": 100, "2028-Q3": 300}
    assert by_period(values, model, "revenue.WW.sales.gross", "none") == {}
    territory = "scenario.base.territory.WW"
    assert values.number(f"{territory}.gross") == pytest.approx(1600)
    assert values.number(f"{territory}.levy") == pytest.approx(10)
    assert values.number(f"{territory}.fee") == pytest.approx(19)
    assert values.number(f"{territory}.producer_net") == pytest.approx(1571)
    assert values.number(f"{territory}.receipts") == pytest.approx(1571 / 2.5)
    assert values.number("scenario.base.gross") == pytest.approx(1600 / 2.5)
    shown = {key: values.number(f"scenario.base.outlet.WW.tv.{key}") for key in ("gross", "levy", "fee", "receipts")}
    assert shown == pytest.approx({"gross": 200, "levy": 10, "fee": 19, "receipts": 171 / 2.5})
    assert values.number("checks.all_ok") == 1


def test_moving_the_release_moves_what_counts_from_it(catalog: Catalog) -> None:
    model = revenue_model(catalog, MEDIA, "schedule.release=2027-11-01")
    values = model.evaluate()
    assert by_period(values, model, "revenue.WW.tv.gross") == {"2028-Q4": pytest.approx(200)}
    assert by_period(values, model, "revenue.WW.sales.gross") == {"2027-Q1": 100, "2028-Q3": 300}


def test_vat_levy_and_cinemas_leave_one_after_another(catalog: Catalog) -> None:
    """Of 1,100: 100 VAT; 10 % of 1,000 levy; 40 % of 900 cinemas; 540 rental, 25 % fee, 405 net."""
    values = evaluated(
        catalog,
        "territories: {WW: {currency: EUR, ticket_vat: 10%, levy: 10%, exhibitor: 40%, distributor_fee: 25%}}\n"
        "scenarios: {base: {weight: 100%, gross: {WW: 1100}}}",
    )
    steps = ("vat", "levy", "exhibitor", "rental", "fee", "producer_net")
    found = [values.number(f"scenario.base.territory.WW.{step}") for step in steps]
    assert found == pytest.approx([100, 100, 360, 540, 135, 405])
    assert values.number("scenario.base.territory.WW.rest") == pytest.approx(0, abs=1e-9)


TICKETS = f"territories: {{WW: {{currency: EUR, ticket_price: 8, {AT}}}}}\nscenarios: "


def test_tickets_sold_at_their_price_are_the_gross(catalog: Catalog) -> None:
    model = revenue_model(catalog, f"{TICKETS}{{base: {{weight: 100%, admissions: {{WW: 250}}}}}}")
    values = model.evaluate()
    assert values.number("revenue.scenarios.base.gross.WW") == 2000
    assert by_period(values, model, "revenue.WW.cinema.admissions") == {"2027-Q3": pytest.approx(250)}
    graph = model.graph
    assert graph["revenue.scenarios.*.admissions.WW"].op == "input"


def test_gross_in_one_scenario_and_tickets_in_another(catalog: Catalog) -> None:
    model = revenue_model(
        catalog, f"{TICKETS}{{a: {{weight: 50%, admissions: {{WW: 250}}}}, b: {{weight: 50%, gross: {{WW: 500}}}}}}"
    )
    values = model.evaluate()
    assert [values.number(f"scenario.{s}.gross") for s in "ab"] == [2000, 500]
    assert by_period(values, model, "revenue.WW.cinema.admissions", "b") == {"2027-Q3": pytest.approx(62.5)}


ALONE = (
    f"territories: {{QR: {{currency: EUR, p_and_a: 100, {AT}}}, QG: {{{AT}}}, WW: {{currency: EUR, {AT}}}}}\n"
    "scenarios: {base: {weight: 100%, gross: {QR: 1, QG: 2, WW: 3}}}"
)


def test_a_territory_alone_is_a_run_of_its_own_that_begins_at_what_returns_the_budget(catalog: Catalog) -> None:
    """The budget is 1,000 EUR: 1,100 in the first country with P&A of 100, 2,500 in florins in the second."""
    model = revenue_model(catalog, ALONE)
    values = model.evaluate()
    assert {i: node.value for i, node in model.revenue.alone.items()} == {"QR": 1100, "QG": 2500}
    gross = "revenue.{}.cinema.gross"
    assert sum(by_period(values, model, gross.format("QR"), "alone_QR").values()) == pytest.approx(1100)
    assert sum(by_period(values, model, gross.format("QG"), "alone_QG").values()) == pytest.approx(2500)
    assert by_period(values, model, gross.format("QG"), "alone_QR") == {}
    assert by_period(values, model, gross.format("WW"), "alone_QR") == {}


def test_without_scenarios_the_territories_alone_are_still_there(catalog: Catalog) -> None:
    """Of the two countries of the partners the data know the terms of one."""
    revenue = model_of(catalog, FILM.removesuffix("revenue:\n")).revenue
    assert revenue.flows is not None
    assert revenue.flows.runs.keys == ("alone_QR",)
    assert list(revenue.outlets) == ["QR.cinema"]
    assert (revenue.weights, revenue.gross, revenue.receipts, revenue.by_territory) == (None, None, None, {})


def test_a_scenario_cannot_have_the_name_of_a_run(catalog: Catalog) -> None:
    text = (
        FILM
        + f"  territories: {{QR: {{currency: EUR, {AT}}}}}\n  scenarios: {{alone_qr: {{weight: 100%, gross: {{QR: 1}}}}}}\n"
    )
    assert "a scenario cannot be called 'alone_qr'" in problem(catalog, text)
