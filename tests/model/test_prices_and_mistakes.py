"""Where prices come from, what happens where there is none, and what a mistake is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from films import FILM, LEAD, OWN, figures, model_of, problem, warnings

from coprod_budget.errors import ExitCode, MissingDataError

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


# --- prices ---------------------------------------------------------------------------------------------------------


def test_a_missing_price_names_the_line_and_the_nearest_cities_that_have_it(catalog: Catalog) -> None:
    with pytest.raises(MissingDataError) as caught:
        model_of(catalog, FILM, "schedule.shoot_days.zenda=3", "schedule.home=hentzau")
    assert caught.value.exit_code is ExitCode.MISSING_DATA
    text = "\n".join(map(str, caught.value.problems))
    assert "no price in Zenda of 'gaffer', which the line gaffer_zenda of the template needs" in text
    assert "hentzau, strelsau, edelweiss" in text
    assert "no price in Hentzau of 'key_grip'" in text


def test_a_gap_is_filled_by_a_sourced_ratio_on_request_and_says_so(catalog: Catalog) -> None:
    model = model_of(catalog, FILM, "schedule.home=hentzau", "schedule.post_city=strelsau", "budget.derive=true")
    line = next(line for line in model.budget.lines if line.id == "key_grip")
    assert (line.rate, line.low, line.price.basis) == (3000, 2400, "derived")
    assert "6000" in line.price.note.replace(",", "").replace(" ", "")
    assert "0.5" in line.price.note
    assert model.evaluate().number("basis.derived.total") > 0


def test_a_template_line_without_a_price_anywhere_stands_on_its_stated_assumption(catalog: Catalog) -> None:
    model = model_of(catalog, FILM)
    line = next(line for line in model.budget.lines if line.id == "catering")
    assert (line.rate, line.price.basis, line.price.title) == (400, "assumed", "template ruritania")
    assert "no table has it" in line.price.note


@pytest.mark.parametrize(
    ("level", "gaffer", "grip", "extra"), [("low", 8, 6, 500), ("mid", 10, 6, 800), ("high", 15, 6, 1200)]
)
def test_the_level_chooses_among_low_mid_and_high_where_there_are_three(
    catalog: Catalog, level: str, gaffer: int, grip: int, extra: int
) -> None:
    keys = "lines.gaffer_strelsau.rate lines.key_grip.rate lines.extras_hentzau.rate"
    assert figures(catalog, FILM, f"budget.level={level}", keys=keys) == [gaffer * 1000, grip * 1000, extra]


def test_a_line_may_have_a_level_of_its_own(catalog: Catalog) -> None:
    own = OWN + "    - {id: gaffer, account: electric, item: gaffer, city: strelsau, level: high}\n"
    assert figures(catalog, own, "budget.level=low", keys="lines.gaffer.rate") == [15000]


def test_template_lines_are_replaced_by_id_and_removed_by_either_id(catalog: Catalog) -> None:
    own = "  lines: [{id: gaffer_strelsau, account: electric, description: My gaffer, rate: 1, currency: EUR}]\n"
    model = model_of(catalog, FILM + own + "  remove: [extras, catering, gaffer_hentzau]\n")
    assert sorted(line.id for line in model.budget.lines) == ["editor", "gaffer_strelsau", "key_grip", "script"]
    assert model.evaluate().number("lines.gaffer_strelsau.total") == 1


def test_an_own_line_that_replaces_no_line_per_city_is_warned_of(catalog: Catalog) -> None:
    own = "  lines: [{id: gaffer, account: electric, description: My gaffer, rate: 1, currency: EUR}]\n"
    assert "line 'gaffer' stands beside the template's lines of that name" in warnings(catalog, FILM + own)
    assert "gaffer" not in warnings(catalog, FILM + own + "  remove: [gaffer]\n")
    assert "gaffer" not in warnings(catalog, FILM + own.replace("id: gaffer", "id: gaffer_hentzau"))


def test_removing_a_line_that_is_not_there_is_a_mistake(catalog: Catalog) -> None:
    found = problem(catalog, FILM + "  remove: [gafer]\n")
    assert re.search(r"film.yaml:14(:\d+)?: remove: there is no template line 'gafer'; did you mean gaffer", found)


def test_a_line_on_a_condition_appears_with_it(catalog: Catalog) -> None:
    assert model_of(catalog, FILM).graph.find("lines.second_operator.total") is None
    with_it = model_of(catalog, FILM, "budget.params={second_camera: 1}")
    assert with_it.evaluate().number("lines.second_operator.local") == 6 * 9000


def test_the_item_of_a_line_sets_its_unit(catalog: Catalog) -> None:
    own = OWN + "    - {id: gaffer, account: electric, item: gaffer, city: strelsau, unit: week}\n"
    assert "the price of 'gaffer' is per shift, the line says 'week'" in problem(catalog, own)


# --- mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (f"{LEAD}.account=camra", "unknown account 'camra'; did you mean camera"),
        (f"{LEAD}.spent=strelsow", "unknown city 'strelsow'; did you mean strelsau"),
        (f"{LEAD}.quantity=shoot_day * 2", "unknown name 'shoot_day' in quantity; did you mean shoot_days"),
        (f"{LEAD}.people=days", "unknown name 'days' in people"),
        ("budget.params={crowd: 3}", "no line uses the parameter 'crowd'"),
        ("schedule.shoot_days.atlantis=3", "no cost table for the city 'atlantis'"),
        ("split.cities={strelsow: ru}", "unknown city 'strelsow'"),
        ("split.accounts={camra: ru}", "unknown account 'camra'; did you mean camera"),
        ("budget.charges={fee: {rate: 5%, base: [productoin]}}", "base names 'productoin'"),
        ("budget.charges={fee: {rate: 5%, base: [post, post]}}", "base names 'post' twice"),
        ("budget.charges={fee: {rate: 5%, base: [post], exclude: [cast]}}", "'cast' is excluded but its group is not"),
        ("budget.charges={fee: {rate: 100%, base: [post, fee]}}", "never come to an end"),
        ("budget.charges={a: {rate: 60%, base: [a, b]}, b: {rate: 60%, base: [a, b]}}", "never come to an end"),
        ("budget.charges={post: {rate: 5%}}", "called like a group of accounts"),
        ("waterfall=[{pay: x, kind: percent_of_gross, rate: 60%}, {pay: y, kind: percent_of_gross, rate: 60%}]", "1.2"),
        ("waterfall=[{pay: due, kind: net_profit}]", "'due' cannot be the id of a party"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_would_be_right(catalog: Catalog, change: str, said: str) -> None:
    assert said in problem(catalog, OWN, change)


def test_every_currency_without_a_rate_is_named_at_its_place(catalog: Catalog) -> None:
    text = OWN.replace("currency: FLR, share", "currency: XFL, share").replace("currency: EUR}", "currency: ZZZ}")
    with pytest.raises(MissingDataError) as caught:
        model_of(catalog, text)

    found = {(p.code, p.line, p.message.split(" for ")[0]) for p in caught.value.problems}
    assert found == {("C201", 6, "no exchange rate of XFL"), ("C201", 12, "no exchange rate of ZZZ")}


def test_a_unit_that_there_is_not_is_named(catalog: Catalog) -> None:
    line = "    - {id: x, account: electric, description: X, unit: dya, rate: 3, currency: EUR}\n"
    assert "unknown unit 'dya'; did you mean day" in problem(catalog, OWN + line)


def test_an_item_or_city_that_there_is_not_is_named(catalog: Catalog) -> None:
    line = "    - {id: x, account: electric, item: gafer, city: strelsau}\n"
    assert re.search(r"film.yaml:13(:\d+)?: unknown item 'gafer'; did you mean gaffer", problem(catalog, OWN + line))
    line = "    - {id: x, account: electric, item: gaffer, city: strelsow}\n"
    assert re.search(
        r"film.yaml:13(:\d+)?: unknown city 'strelsow'; did you mean strelsau", problem(catalog, OWN + line)
    )


def test_lines_of_one_person_must_count_the_same_people(catalog: Catalog) -> None:
    two = OWN.replace("unit: day", "unit: day, person: x, labour: employee") + (
        "    - {id: again, account: cast, description: B, people: 2, rate: 1, currency: EUR, person: x, labour: employee}\n"
    )
    assert "'lead' and 'again' are of one person but count different people" in problem(catalog, two)
