import io
from datetime import date
from pathlib import Path

import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.project import Number, Project, load_project, parse_expression

SHORTEST = """\
title: The Danube Crossing
as_of: 2026-09-30
partners: {ru: {name: Neva Pictures, country: RU, currency: RUB, share: 100%}}
schedule: {shoot_days: {moscow: 20}}
budget: {template: feature_medium}
"""


def test_title_date_partners_days_and_template_are_enough():
    project = load_project(SHORTEST)
    assert project.currency == "EUR"
    assert project.schedule.prep_weeks == 6
    assert project.start == date(2026, 9, 30)
    assert (project.home, project.post_city, project.delegate) == ("moscow", "moscow", "ru")
    assert project.partners["ru"].delegate


def test_percentages_are_exact_decimals_however_they_are_written(project: Project):
    """
    partners:
      ru: {name: A, country: RU, currency: RUB, share: 2.3%}
      rs: {name: B, country: RS, currency: RSD, share: 0.977}
    """
    assert [partner.share for partner in project.partners.values()] == [0.023, 0.977]


def test_norway_stays_norway(project: Project):
    """
    partners: {no: {name: NO, country: NO, currency: NOK, share: 1}}
    title: 1984
    """
    assert project.partners["no"].country == "NO"
    assert project.title == "1984"


def test_the_largest_share_is_the_delegate_and_the_first_of_equals(project: Project):
    """
    partners:
      a: {name: A, country: RU, currency: RUB, share: 20%}
      b: {name: B, country: RS, currency: RSD, share: 40%}
      c: {name: C, country: BG, currency: EUR, share: 40%}
    """
    assert project.delegate == "b"
    assert [key for key, partner in project.partners.items() if partner.delegate] == ["b"]


def test_a_named_delegate_stays_whatever_the_shares(project: Project):
    """
    partners:
      a: {name: A, country: RU, currency: RUB, share: 20%, delegate: true}
      b: {name: B, country: RS, currency: RSD, share: 80%}
    """
    assert project.delegate == "a"
    assert not project.partners["b"].delegate


def test_home_is_the_city_with_most_days_unless_named(project: Project):
    """
    schedule: {shoot_days: {moscow: 3, belgrade: 9, sofia: 9}, post_city: sofia}
    """
    assert (project.home, project.post_city) == ("belgrade", "sofia")


def test_bearers_become_shares(project: Project):
    """
    split:
      cities: {moscow: ru, belgrade: {ru: 10%, rs: 90%}}
      accounts: {story: by_share}
    """
    assert project.split.cities == {"moscow": {"ru": 1.0}, "belgrade": {"ru": 0.1, "rs": 0.9}}
    assert project.split.accounts == {"story": "by_share"}
    assert project.split.default == "by_share"


def test_lines_get_ids_that_no_template_may_use(project: Project):
    """
    budget:
      lines:
        - {account: cast, description: Lead actress, rate: 1200, currency: EUR, quantity: shoot_days * 2}
        - {account: cast, description: Lead actress, rate: 1200, currency: EUR, people: 2}
        - {account: cast, item: actor_day, city: moscow}
        - {account: cast, description: Статист, rate: 1, currency: EUR}
        - {account: cast, id: driver, description: Driver, rate: 1, currency: EUR}
    """
    assert [line.id for line in project.budget.lines] == [
        "own_lead_actress", "own_lead_actress_2", "own_actor_day_moscow", "own_4", "driver"]  # fmt: skip
    assert project.budget.lines[0].quantity == parse_expression("shoot_days * 2")
    assert project.budget.lines[1].people == Number(2.0)
    assert project.budget.lines[1].quantity == Number(1.0)


def test_terms_of_a_territory_may_be_left_to_the_catalogue(project: Project):
    """
    revenue:
      territories: {RU: {ticket_vat: exempt}, RS: {ticket_vat: 10%, exhibitor: 50%}, rest_of_world: }
      scenarios: {base: {weight: 1, gross: {RU: 150000000}}}
    """
    territories = project.revenue.territories
    assert territories["RU"].ticket_vat == "exempt"
    assert territories["RU"].exhibitor is None
    assert territories["RS"].ticket_vat == 0.1


def test_a_rule_says_who_is_paid_and_how_they_share(project: Project):
    """
    finance: [{id: fund, name: Fund, kind: equity, partner: ru, amount: 4, currency: EUR, premium: 20%}]
    waterfall:
      - {pay: sales_agent, kind: fixed, amount: 3}
      - {pay: [fund, ru], kind: until_recouped}
      - {pay: fund, kind: until, amount: premium}
      - {pay: {ru: 55%, rs: 45%}, kind: net_profit}
    """
    assert [rule.id for rule in project.waterfall] == ["step_1", "step_2", "step_3", "step_4"]
    assert project.waterfall[0].payees == ("sales_agent",)
    assert project.waterfall[1].sharing == "pari_passu"
    assert project.waterfall[2].amount == "premium"
    assert project.waterfall[3].sharing == {"ru": 0.55, "rs": 0.45}


def test_every_value_knows_its_line_and_defaults_know_that_they_are_defaults(project: Project):
    """
    budget:
      template: feature_medium
      lines:
        - {account: cast, description: Lead, id: lead,
           rate: 1200, currency: EUR}
    """
    assert project.where("budget.lines[lead].rate") == "test.yaml:11"
    assert project.where("budget.lines.lead.description") == "test.yaml:10"
    assert project.where("budget.lines[0].id") == "test.yaml:10"
    assert project.where("partners.rs.share") == "test.yaml:5"
    for absent in ("schedule.prep_weeks", "budget.lines[lead].quantity", "no.such.path", "", "?", "title.x"):
        assert not project.where(absent)


def test_a_later_check_can_report_at_the_place_of_a_value(project: Project):
    """
    schedule: {shoot_days: {moscw: 3}}
    """
    problem = project.problem("schedule.shoot_days.moscw", "P999", "no such city", "did you mean moscow?")
    assert str(problem) == "test.yaml:7:32: no such city; did you mean moscow?"


def test_a_project_cannot_be_changed_by_accident(project: Project):
    """
    kind: documentary
    """
    with pytest.raises(ValueError, match="frozen"):
        project.title = "Other"


@pytest.mark.parametrize(
    ("content", "code", "phrase"),
    [
        (b"\xff\xfet\x00i\x00", "P103", "UTF-16"),
        (b"title: \x00", "P103", "binary"),
        ("title: Дунай".encode("cp1251"), "P103", "1:8: byte 0xc4 is not UTF-8"),
        (b"# " + b"x" * 2_000_001, "P102", "2 MB"),
    ],
)
def test_a_file_that_is_not_a_small_text_is_refused(tmp_path: Path, content, code, phrase):
    path = tmp_path / "project.yaml"
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=phrase) as caught:
        load_project(path)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_missing_file_and_a_folder_are_problems_too(tmp_path: Path):
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(ProjectError, match="cannot read the file") as caught:
            load_project(path)
        assert caught.value.problems[0].code == "P101"


def test_a_file_with_a_byte_order_mark_and_windows_lines_is_read(tmp_path: Path):
    path = tmp_path / "project.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SHORTEST.replace("\n", "\r\n").encode())
    project = load_project(path)
    assert project.where("budget.template") == f"{path}:5"
    assert load_project(io.StringIO(SHORTEST).read(), filename="-").filename == "-"


def test_five_thousand_lines_load_in_reasonable_time_and_one_more_is_refused():
    line = "    - {account: cast, description: Extra, rate: 1, currency: EUR}\n"
    head = SHORTEST.replace("budget: {template: feature_medium}\n", "budget:\n  lines:\n")
    assert len(load_project(head + line * 5000).budget.lines) == 5000
    with pytest.raises(ProjectError, match="5001 entries; give at most 5000"):
        load_project(head + line * 5001)


def test_a_flood_of_mistakes_is_cut_short():
    head = SHORTEST.replace("budget: {template: feature_medium}\n", "budget:\n  lines:\n")
    with pytest.raises(ProjectError) as caught:
        load_project(head + "    - {account: cast, descripton: x}\n" * 4000)
    assert len(caught.value.problems) == 101
    assert caught.value.problems[-1].code == "P200"
    assert "more problems" in str(caught.value.problems[-1])
