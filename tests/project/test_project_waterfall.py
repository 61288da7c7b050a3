from datetime import date
from pathlib import Path

import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.project import Project, Rule, load_project
from coprod_budget.project.part import Part

EXAMPLE = (Path(__file__).parent / "danube.yaml").read_text("utf-8")
TWO_PARTNERS = """\
title: The Danube Crossing
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 60%}
  rs: {name: Dunav Film, country: RS, currency: RSD, share: 40%}
schedule: {shoot_days: {moscow: 14}}
budget: {template: feature_medium}
"""


def step(project: Project, name: str) -> Rule:
    return next(rule for rule in project.waterfall if rule.id == name)


def given(section: Part | None) -> dict[str, object]:
    """What the file says in a section, without what it leaves out."""
    return section.model_dump(exclude_defaults=True) if section else {}


def problems(text: str, *sets: str) -> list[str]:
    with pytest.raises(ProjectError) as caught:
        load_project(TWO_PARTNERS + text, filename="x.yaml", sets=sets)
    return [f"{problem.code}: {problem.message}" for problem in caught.value.problems]


def test_a_number_ends_a_step_when_it_has_paid_so_much_and_a_day_by_the_calendar(project: Project):
    """
    waterfall:
      - {id: a, pay: lab, kind: share, rate: 5%, until: 50000}
      - {id: b, pay: lab, kind: share, rate: 5%, until: 2030-12-31, after: 2029-06-30}
    """
    assert given(step(project, "a").until) == {"amount": 50000}
    assert given(step(project, "b").until) == {"date": date(2030, 12, 31)}
    assert given(step(project, "b").after) == {"date": date(2029, 6, 30)}
    assert project.where("waterfall[a].until.amount") == "test.yaml:9"
    assert project.where("waterfall[b].after.date") == "test.yaml:10"


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ("waterfall[author].until=6000", {"amount": 6000}),
        ("waterfall[author].until.amount=6000", {"amount": 6000}),
        ("waterfall[author].until.amount*=2", {"amount": 10000}),
        ("waterfall[author].until=2031-01-01", {"date": date(2031, 1, 1)}),
        (
            "waterfall[author].until={total: 3, party: author}",
            {"total": 3, "party": "author"},
        ),
    ],
)
def test_an_override_changes_a_short_form_and_its_parts(change: str, limit: dict[str, object]):
    project = load_project(EXAMPLE, filename="danube.yaml", sets=[change])
    assert given(step(project, "author").until) == limit
    assert project.where(f"waterfall[author].until.{list(limit)[-1]}") == f"--set {change}"


def test_a_share_is_written_by_party_or_as_the_rate_of_one(project: Project):
    """
    waterfall:
      - {id: a, pay: {lab: 5%, ru: 20%}, kind: share}
      - {id: b, pay: lab, kind: share, rate: 7%}
      - {id: c, pay: {lab: 40%, ru: 60%}, kind: share}
    """
    assert [step(project, name).parts for name in "abc"] == [
        {"lab": 0.05, "ru": 0.2},
        {"lab": 0.07},
        {"lab": 0.4, "ru": 0.6},
    ]


def test_what_an_investment_earns_is_shared_by_what_each_is_due(project: Project):
    """
    finance:
      - {id: bank, name: Bank, kind: loan, partner: ru, amount: 1, currency: EUR, interest: 5%}
      - {id: fund, name: Fund, kind: equity, partner: ru, amount: 1, currency: EUR}
    waterfall:
      - {id: a, pay: bank, kind: until, amount: interest}
      - {id: b, pay: [bank, fund], kind: until, amount: interest, interest: 8%, compounding: yearly}
      - {id: c, pay: [bank, fund], kind: until, amount: 1000}
      - {id: d, pay: [bank, fund], kind: bonus, paid_by: ru, amount: 1000}
    """
    assert [step(project, name).sharing for name in "abcd"] == ["pari_passu", "pari_passu", "equal", "equal"]
    assert [step(project, name).by_due for name in "abcd"] == [True, True, False, False]


def test_steps_that_are_wrong_themselves_are_still_steps_to_others():
    found = problems(
        "waterfall:\n"
        "  - {id: a, pay: lab, kind: shares, rate: 5%}\n"
        "  - {id: b, pay: ru, kind: bonus, rate: 5%, paid_by: lab, steps: [a, aa]}\n"
    )
    assert [text.partition(";")[0] for text in found] == [
        "P204: `waterfall[a].kind`: expected a choice, found 'shares'",
        "P341: there is no step 'aa'",
    ]


def test_every_medium_grosses_something_with_comparables_too():
    found = problems(
        "revenue: {territories: {RU: {media: {tv: {}, vod: {gross_per_cinema: 5%}}}}, scenarios: from_comparables}\n"
    )
    assert found == ["P335: nothing says what 'tv' grosses"]


def test_a_territory_without_terms_of_other_media_has_only_its_cinemas(project: Project):
    """
    revenue:
      territories: {RU: {}}
      scenarios: {base: {weight: 100%, gross: {RU: 1}}}
    """
    terms = project.revenue.territories["RU"]
    assert (terms.media, terms.exclusive, terms.cross_collateralised, terms.p_and_a_recouped) == ({}, False, True, True)
    assert (terms.guarantee_on, terms.guarantee_part, terms.levy) == ("delivery", 1, 0)
    assert (project.revenue.period, project.revenue.sales_agent, project.returns.discount_rate) == (
        "quarter",
        None,
        0.1,
    )


def test_the_partner_of_a_country_holds_it_exclusively_without_being_named(project: Project):
    """
    revenue:
      territories: {RS: {exclusive: true, counts_as_recoupment: true}, FR: {exclusive: true, partner: ru}}
      scenarios: {base: {weight: 100%, gross: {RS: 1}}}
    """
    assert project.revenue.territories["RS"].partner is None


def test_a_bonus_may_be_paid_by_whoever_takes_part():
    text = (
        "revenue:\n"
        "  sales_agent: {commission: 20%, territories: [FR]}\n"
        "  territories: {FR: {}, rest_of_world: {}, RU: {distributor: volga}}\n"
        "  scenarios: {base: {weight: 100%, gross: {RU: 1}}}\n"
        "waterfall:\n"
        "  - {id: a, pay: lead, kind: fixed, amount: 1}\n"
        "  - {id: b, pay: star, kind: bonus, amount: 1, paid_by: WHO}\n"
    )
    for party in ("ru", "sales_agent", "volga", "distributor_fr", "distributor_rest_of_world", "lead"):
        assert load_project(TWO_PARTNERS + text.replace("WHO", party)).waterfall[1].paid_by == party
    assert problems(text.replace("WHO", "distributor_ru")) == ["P343: unknown party 'distributor_ru'"]
