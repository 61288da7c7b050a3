"""The budgets to start from: every line is priced or honestly assumed, says why it is there, and can be computed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.project import Number, names, read_template

CATALOG = open_catalog()
PATHS = [CATALOG.template_path(name) for name in CATALOG.templates()]
TEMPLATES = {path.stem: read_template(path.read_text(encoding="utf-8"), path.name) for path in PATHS}
GROUPS = {d.group for d in CATALOG.departments.values()}
IN_A_CITY = {"days", "weeks", "day_share", "at_home"}
EVERYWHERE = {
    "shoot_days",
    "shoot_weeks",
    "prep_weeks",
    "prep_days",
    "wrap_weeks",
    "wrap_days",
    "post_weeks",
    "days_per_week",
    "cities",
    "away_days",
}
THREE_CITIES = ("moscow", "st_petersburg", "belgrade")
DAY = date(2026, 9, 30)
FREE_OF_CHARGE_SOMEWHERE = {"street_surface", "street_permits", "permits"}
"""What Moscow gives free and Belgrade charges for: the assumption for other cities stands between."""

each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def used_names(line):
    return {name for expr in (line.quantity, line.people, line.when) if expr is not None for name in names(expr)}


def is_labour(line):
    return line.item is not None and CATALOG.items[line.item].labour


def euro_prices(line):
    """What the three cities ask for the item, in euro."""
    prices = [CATALOG.price(city, line.item) for city in THREE_CITIES] if line.item else []
    return [p.mid / CATALOG.fx(p.currency, DAY).per_eur for p in prices if p is not None]


def test_the_three_budgets_are_there():
    assert set(TEMPLATES) >= {"feature_medium", "feature_low", "documentary"}
    assert all(template.id == name for name, template in TEMPLATES.items())


@each_template
def test_lines_use_the_words_of_the_catalogue(template):
    assert {line.account for line in template.lines} <= set(CATALOG.departments)
    assert {line.item for line in template.lines if line.item} <= set(CATALOG.items)
    assert {line.unit for line in template.lines if line.unit} <= set(CATALOG.units)
    assert [line.id for line in template.lines if bool(line.item) == bool(line.unit)] == [], "an item has its unit"


@each_template
def test_a_line_says_why_in_a_clause(template):
    assert [line.id for line in template.lines if not 8 <= len(line.why) <= 160 or line.why == line.description] == []


@each_template
def test_a_line_has_a_price_in_the_three_cities_or_an_assumption(template):
    assert [line.id for line in template.lines if line.rate is not None] == [], "templates type no rates"
    assert [line.id for line in template.lines if line.assumed is None and len(euro_prices(line)) < 3] == []


@each_template
def test_an_assumption_has_a_reason_and_an_order(template):
    for line in template.lines:
        if line.assumed is not None:
            assert 0 <= line.assumed.low <= line.assumed.mid <= line.assumed.high > 0, line.id
            assert line.assumed.currency == "EUR", line.id
            assert len(line.assumed.reason) >= 8, line.id


@each_template
def test_an_assumption_is_not_far_from_the_prices_it_stands_in_for(template):
    """Where some of the three cities have a price, the assumption is of the same order of magnitude."""
    far = [
        (line.id, line.assumed.mid, euro)
        for line in template.lines
        if line.assumed is not None and line.id not in FREE_OF_CHARGE_SOMEWHERE
        for euro in euro_prices(line)
        if not euro / 4 <= line.assumed.mid <= euro * 4
    ]
    assert far == []


@each_template
def test_an_expression_names_only_what_exists(template):
    for line in template.lines:
        allowed = EVERYWHERE | set(template.params) | (IN_A_CITY if line.where == "each_city" else set())
        assert used_names(line) <= allowed, line.id


@each_template
def test_a_city_without_shooting_days_costs_nothing(template):
    in_each = [line for line in template.lines if line.where == "each_city"]
    assert [line.id for line in in_each if not names(line.quantity) & {"days", "day_share"}] == []


@each_template
def test_people_are_on_the_payroll_or_self_employed_and_things_are_neither(template):
    writers = {"story"}  # an author is paid for rights
    assert [line.id for line in template.lines if line.labour == "employee" and not is_labour(line)] == []
    assert [
        line.id for line in template.lines if line.labour == "none" and is_labour(line) and line.account not in writers
    ] == []


@each_template
def test_ids_are_unique(template):
    ids = [line.id for line in template.lines]
    assert len(ids) == len(set(ids))


@each_template
def test_lines_of_one_person_agree_on_who_that_is(template):
    persons = defaultdict(list)
    for line in template.lines:
        if line.person:
            persons[line.person].append(line)
    for person, lines in persons.items():
        kinds = {(line.account, line.item, line.labour, line.people) for line in lines}
        assert len(kinds) == 1, person
        assert all(line.where != "each_city" for line in lines), "hired again in every city: another person"


@each_template
def test_every_group_of_accounts_has_lines(template):
    assert {CATALOG.departments[line.account].group for line in template.lines} == GROUPS


@each_template
def test_a_parameter_is_a_lever_of_some_line_and_says_why(template):
    used = set().union(*(used_names(line) for line in template.lines))
    assert set(template.params) <= used
    assert not set(template.params) & (EVERYWHERE | IN_A_CITY)
    assert [name for name, param in template.params.items() if len(param.why) < 6] == []


@each_template
def test_a_charge_says_why_and_on_what(template):
    assert template.charges["contingency"].rate == 0.1
    for charge in template.charges.values():
        assert charge.why
        assert set(charge.base) <= GROUPS | set(template.charges)
        assert charge.basis == "assumed" or charge.source


def test_the_medium_feature_is_as_fine_as_a_real_budget():
    lines = TEMPLATES["feature_medium"].lines
    in_one_city = [line for line in lines if line.when is None]
    in_each_city = [line for line in in_one_city if line.where == "each_city"]
    assert len(in_one_city) >= 120
    assert len(in_one_city) + 2 * len(in_each_city) >= 150


def test_heads_of_department_are_engaged_once_and_the_crew_in_each_city():
    lines = {line.id: line for line in TEMPLATES["feature_medium"].lines}
    assert {lines[i].where for i in ("dop_prep", "dop_shoot", "production_designer_shoot")} == {"home"}
    assert lines["dop_prep"].person == lines["dop_shoot"].person
    assert lines["gaffer"].where == "each_city"


@each_template
def test_a_discount_on_list_prices_is_taken_off_once(template):
    """The low price of lighting is the list price less the discount already, so these lines stay at the list price."""
    discounted = [line for line in template.lines if "hire_discount" in used_names(line)]
    assert all(line.level == "mid" for line in discounted)


@each_template
def test_a_line_has_a_quantity(template):
    assert [line.id for line in template.lines if Number(0) in {line.quantity, line.people}] == []
