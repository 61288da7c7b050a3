import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.project import Number, load_project

TEXT = """\
title: The Danube Crossing
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 60%}
  rs: {name: Dunav Film, country: RS, currency: RSD, share: 40%}
schedule: {shoot_days: {moscow: 14}, wrap_weeks: 2}
budget:
  template: feature_medium
  lines:
    - {account: cast, id: lead, description: Lead, rate: 1200, currency: EUR}
    - {account: cast, description: Driver, rate: 100, currency: EUR, quantity: shoot_days}
split:
revenue:
  territories: {RU: {distributor_fee: 15%}}
  scenarios: {base: {weight: 100%, gross: {RU: 150000000}}}
"""


def value(project, path):
    """The value at a path such as schedule.shoot_days.moscow."""
    here = project
    for part in path.split("."):
        here = here[part] if isinstance(here, dict) else getattr(here, part)
    return here


@pytest.mark.parametrize(
    ("override", "path", "expected"),
    [
        ("schedule.wrap_weeks=3", "schedule.wrap_weeks", 3),
        ("schedule.wrap_weeks+=1.5", "schedule.wrap_weeks", 3.5),
        ("schedule.wrap_weeks += -1", "schedule.wrap_weeks", 1),
        ("schedule.prep_weeks*=2", "schedule.prep_weeks", 12),
        ("schedule.shoot_days.moscow*=1.5", "schedule.shoot_days.moscow", 21),
        ("schedule.shoot_days={belgrade: 5}", "schedule.shoot_days", {"belgrade": 5}),
        ("schedule.start=2027-03-01", "schedule.start.year", 2027),
        ("title=Other", "title", "Other"),
        ("fx.RUB=100", "fx", {"RUB": 100}),
        ("budget.params.extras_per_day=40", "budget.params", {"extras_per_day": 40}),
        ("budget.charges.contingency.rate=12%", "budget.charges.contingency.rate", 0.12),
        ("revenue.territories.RU.exhibitor=45%", "revenue.territories.RU.exhibitor", 0.45),
        ("revenue.territories.RU.distributor_fee+=2%", "revenue.territories.RU.distributor_fee", 0.17),
        ("split.cities.moscow={ru: 1}", "split.cities.moscow", {"ru": 1}),
        ("budget.level=high", "budget.level", "high"),
    ],
)
def test_an_override_sets_any_value_that_the_schema_knows(override, path, expected):
    project = load_project(TEXT, sets=[override])
    assert value(project, path) == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert value(load_project(TEXT), "title") == "The Danube Crossing"


def test_lines_are_found_by_id_by_our_own_id_and_by_number():
    sets = ["budget.lines[lead].rate*=2", "budget.lines.own_driver.rate=50", "budget.lines[1].people+=1"]
    lead, driver = load_project(TEXT, sets=sets).budget.lines
    assert (lead.rate, driver.rate, driver.people) == (2400, 50, Number(2.0))


def test_overrides_apply_in_order_and_the_last_one_is_the_origin():
    sets = [
        "schedule.wrap_weeks=3",
        "schedule.wrap_weeks*=2",
        "schedule.shoot_days.moscow=3",
        "schedule.shoot_days={sofia: 1}",
    ]
    project = load_project(TEXT, filename="p.yaml", sets=sets)
    assert project.schedule.wrap_weeks == 6
    assert project.where("schedule.wrap_weeks") == "--set schedule.wrap_weeks*=2"
    assert project.where("schedule.shoot_days.sofia") == "--set schedule.shoot_days={sofia: 1}"
    assert not project.where("schedule.shoot_days.moscow")
    assert project.where("partners.ru.share") == "p.yaml:4"


def test_an_expression_cannot_be_multiplied():
    with pytest.raises(ProjectError, match=r"P?\*= needs a number that is there already"):
        load_project(TEXT, sets=["budget.lines[own_driver].quantity*=2"])


def test_a_mistake_in_an_override_names_the_override():
    with pytest.raises(ProjectError) as caught:
        load_project(TEXT, sets=["budget.lines[lead].quantity=days **", "split.default=us"])
    assert [str(problem).split(": ")[0] for problem in caught.value.problems] == [
        "--set budget.lines[lead].quantity=days **", "--set split.default=us"]  # fmt: skip


def test_the_sign_of_equality_may_stand_in_a_value():
    project = load_project(TEXT, sets=["budget.lines[lead].quantity=2 if shoot_days >= 3 else 1", "title=a=b"])
    assert project.title == "a=b"
