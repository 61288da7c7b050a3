"""Blocks of overrides: files of overrides, variants, project files on a base; what they change, and where their mistakes are."""

import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.project import Stands, load_project, variant_names

FILM = """\
title: The Danube Crossing
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 60%}
  rs: {name: Dunav Film, country: RS, currency: RSD, share: 40%}
schedule: {shoot_days: {moscow: 14, belgrade: 8}, wrap_weeks: 2}
budget:
  template: feature_medium
  lines:
    - {account: cast, id: lead, description: Lead, rate: 1200, currency: EUR}
    - {account: cast, id: second, description: Second, rate: 600, currency: EUR}
    - {account: cast, description: Driver, rate: 100, currency: EUR, quantity: shoot_days}
split:
  cities: {moscow: {ru: 50%, rs: 50%}}
finance:
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 400000, currency: EUR}
  - {id: bank, name: Bank, kind: loan, partner: ru, amount: gap, interest: 11%, repaid_on: 2029-01-31}
  - {id: grant, name: Grant, kind: grant, partner: rs, amount: 1000, currency: EUR}
treaty: none
incentives: [rs_cash_rebate]
revenue:
  territories: {RU: {distributor_fee: 15%}, RS: {}}
  scenarios: {base: {weight: 100%, gross: {RU: 150000000, RS: 10}}}
uncertainty:
  schedule.shoot_days.moscow: {dist: pert, low: 13, mode: 14, high: 19}
variants:
  early: {label: A month earlier, schedule: {start: 2026-12-01}}
  cheap:
    budget: {level: low}
    schedule.shoot_days.belgrade: 5
    schedule.wrap_weeks*: 2
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "film.yaml").write_text(FILM, encoding="utf-8")
    return tmp_path


def overridden(folder, block, **more):
    """The film with a file of overrides."""
    path = folder / "terms.yaml"
    path.write_text(block, encoding="utf-8")
    return load_project(folder / "film.yaml", filename="film.yaml", sets=[f"@{path}"], **more)


def problems_of(read):
    with pytest.raises(ProjectError) as caught:
        read()
    return [(p.code, p.file.rpartition("/")[2], p.line, p.column, p.message) for p in caught.value.problems]


def test_a_block_changes_what_it_names_and_leaves_the_rest(folder):
    film, plain = (
        overridden(folder, block)
        for block in ("partners: {ru: {share: 70%}, rs: {share: 30%}}\nschedule:\n  shoot_days: {moscow: 10}\n", "")
    )

    assert film.partners["ru"].share == 0.7
    assert film.partners["ru"].name == "Neva Pictures"
    assert film.schedule.shoot_days == {"moscow": 10, "belgrade": 8}
    assert film.schedule.wrap_weeks == 2
    assert film.budget == plain.budget
    assert film.where("schedule.shoot_days.moscow").endswith("terms.yaml:3")
    assert film.where("schedule.shoot_days.belgrade") == "film.yaml:6"


def test_items_with_ids_are_changed_by_id_and_new_ones_come_last(folder):
    film = overridden(
        folder,
        "finance:\n"
        "  - {id: grant, amount: 2000}\n"
        "  - {id: own, name: Own, kind: own, partner: rs, amount: 5, currency: EUR}\n"
        "budget:\n  lines: [{id: own_driver, rate: 50}]\n",
    )

    assert [(f.id, f.amount) for f in film.finance] == [("fund", 400000), ("bank", "gap"), ("grant", 2000), ("own", 5)]
    assert [(line.id, line.rate) for line in film.budget.lines] == [("lead", 1200), ("second", 600), ("own_driver", 50)]
    assert film.where("finance[grant].amount").endswith("terms.yaml:2")
    assert film.where("finance[grant].name") == "film.yaml:18"
    assert film.where("finance[own].name").endswith("terms.yaml:3")


def test_a_list_without_ids_replaces_the_list(folder):
    film = overridden(
        folder, "budget.lines: [{account: art, description: Paint, rate: 1, currency: EUR}]\nincentives: []"
    )

    assert [line.id for line in film.budget.lines] == ["own_paint"]
    assert film.incentives == []


def test_shares_between_partners_are_one_value(folder):
    assert overridden(folder, "split: {cities: {moscow: {ru: 1}}}").split.cities == {"moscow": {"ru": 1.0}}


@pytest.mark.parametrize(
    ("block", "read", "expected"),
    [
        ("schedule.wrap_weeks+: 1.5", lambda f: f.schedule.wrap_weeks, 3.5),
        ("schedule.prep_weeks *: 2", lambda f: f.schedule.prep_weeks, 12),
        ("schedule: {shoot_days.moscow*: 50%}", lambda f: f.schedule.shoot_days["moscow"], 7),
        ("finance[fund].amount*: 1.5", lambda f: f.finance[0].amount, 600000),
        ("fx.RUB*: 1.25", lambda f: f.fx, {"RUB": 100.0}),
        ("~finance[bank]:", lambda f: [s.id for s in f.finance], ["fund", "grant"]),
        ("~schedule.wrap_weeks:", lambda f: f.schedule.wrap_weeks, 1),
        ("~split.cities:\nsplit.cities: {belgrade: rs}", lambda f: f.split.cities, {"belgrade": {"rs": 1.0}}),
        ("split: {cities: {belgrade: rs}}", lambda f: list(f.split.cities), ["moscow", "belgrade"]),
        ("split:\nrevenue:\n  territories:\n", lambda f: list(f.revenue.territories), ["RU", "RS"]),
        ("schedule: {wrap_weeks: }", lambda f: f.schedule.wrap_weeks, 1),
        ("treaty: {instrument: auto}", lambda f: f.treaty.instrument, "auto"),
        ("treaty: auto", lambda f: f.treaty.instrument, "auto"),
        ("revenue: {scenarios: from_comparables}", lambda f: f.revenue.comparables is not None, True),
        ("revenue: {scenarios: {from_comparables: {funding: cinema_fund}}}", lambda f: f.revenue.comparables.funding, "cinema_fund"),
        (
            "uncertainty: {schedule.shoot_days.moscow: {dist: uniform, low: 1, high: 2}}",
            lambda f: f.uncertainty["schedule.shoot_days.moscow"],
            {"dist": "uniform", "low": 1, "high": 2},
        ),
        ("uncertainty[schedule.shoot_days.moscow].low: 10", lambda f: f.uncertainty["schedule.shoot_days.moscow"]["low"], 10),
    ],
)  # fmt: skip
def test_a_key_is_what_stands_left_of_the_sign_of_equality(folder, block, read, expected):
    film = overridden(
        folder, block, standing=lambda path, _: Stands(80.0, "a table") if path == ("fx", "RUB") else None
    )
    assert read(film) == expected


def test_values_keep_their_places_when_an_item_of_a_list_goes(folder):
    path = folder / "film.yaml"
    film = load_project(
        path, filename="film.yaml", sets=["finance[grant].amount=7", "~finance[fund]", "~budget.lines[0]"]
    )

    assert [f.id for f in film.finance] == ["bank", "grant"]
    assert film.where("finance[bank].kind") == "film.yaml:17"
    assert film.where("finance[grant].name") == "film.yaml:18"
    assert film.where("finance[grant].amount") == "--set finance[grant].amount=7"
    assert film.where("budget.lines[second].rate") == "film.yaml:11"
    found = problems_of(
        lambda: load_project(
            path, filename="film.yaml", sets=["~finance[fund]", "finance[bank].partner=rs", "finance[grant].kind=gift"]
        )
    )
    assert found == [
        ("P204", "--set finance[grant].kind=gift", 0, 0, "`finance[grant].kind`: expected a choice, found 'gift'")
    ]


def test_what_is_taken_out_and_needed_is_told_in_words(folder):
    sets = ["~title", "~partners.rs", "~finance[nobody]", "~finance[grant]", "~split"]
    found = problems_of(lambda: load_project(folder / "film.yaml", sets=sets))

    assert found == [
        ("P302", "film.yaml", 3, 1, "the partners' shares sum to 60% (with --set ~partners.rs)"),
        ("P402", "--set ~finance[nobody]", 0, 0, "there is no 'nobody' in `finance`"),
        ("P201", "--set ~title", 0, 0, "`title` cannot be taken out: it is needed"),
    ]  # fmt: skip


def test_every_mistake_of_a_block_is_reported_at_its_place(folder):
    block = (
        "schedul.prep_weeks: 3\n"
        "schedule:\n"
        "  shoot_dayz: 3\n"
        "  wrap_weeks: -2\n"
        "  prep_weeks+: two\n"
        "partners:\n"
        "  rrs: {share: 10%}\n"
        "budget:\n"
        "  lines:\n"
        "    - {id: leed, rate: 3}\n"
        "    - {id: lead, rate: x}\n"
        "    - {id: lead, rate: 3}\n"
        "finance: [{id: fund}, {name: Other}]\n"
        "base: film.yaml\n"
        "variants.early.label: x\n"
        "~title: 3\n"
        "a b.c: 3\n"
    )
    assert problems_of(lambda: overridden(folder, block)) == [
        ("P402", "terms.yaml", 1, 1, "there is no 'schedul'"),
        ("P202", "terms.yaml", 3, 3, "unknown key 'shoot_dayz' in `schedule`"),
        ("P205", "terms.yaml", 4, 15, "`schedule.wrap_weeks`: -2 is too small"),
        ("P403", "terms.yaml", 5, 3, "+= needs a number, found 'two'"),
        ("P402", "terms.yaml", 7, 3, "there is no 'rrs' in `partners`"),
        ("P402", "terms.yaml", 10, 12, "there is no 'leed' in `budget.lines`"),
        ("P203", "terms.yaml", 11, 24, "`budget.lines[lead].rate`: expected a number, found 'x'"),
        ("P408", "terms.yaml", 12, 12, "the id 'lead' is given twice"),
        ("P408", "terms.yaml", 13, 1, "item 2 of the list has no id, and others have"),
        ("P407", "terms.yaml", 14, 1, "an override cannot change `base`"),
        ("P407", "terms.yaml", 15, 1, "an override cannot change `variants`"),
        ("P401", "terms.yaml", 16, 1, "'~title' removes, it takes no value"),
        ("P401", "terms.yaml", 17, 1, "the path 'a b.c' cannot be read"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("- 1", "P203", "the file holds a list, not `key: value` entries"),
        ("a: [", "P105", "this is not YAML: did not find expected node content"),
        ("a: &x 1", "P107", "anchors (&x) are not used here"),
    ],
)
def test_a_file_of_overrides_that_cannot_be_read_says_so(folder, text, code, message):
    assert [(c, m) for c, _, _, _, m in problems_of(lambda: overridden(folder, text))] == [(code, message)]


def test_a_file_of_overrides_that_is_not_there():
    with pytest.raises(
        ProjectError, match=r"^nix.yaml: cannot read the file: No such file or directory; give a file of overrides"
    ):
        load_project(FILM, sets=["@nix.yaml"])


def test_the_last_one_wins(folder):
    (folder / "terms.yaml").write_text("schedule: {wrap_weeks: 7, prep_weeks: 7}\n", encoding="utf-8")
    file = f"@{folder / 'terms.yaml'}"

    def weeks(**more):
        schedule = load_project(folder / "film.yaml", **more).schedule
        return schedule.wrap_weeks, schedule.prep_weeks

    assert weeks() == (2, 6)
    assert weeks(variants=["cheap"]) == (4, 6)
    assert weeks(variants=["cheap"], sets=[file]) == (7, 7)
    assert weeks(sets=[file, "schedule.wrap_weeks=9"]) == (9, 7)
    assert weeks(sets=["schedule.wrap_weeks=9", file]) == (7, 7)


def test_literal_text_is_not_read_as_yaml():
    film = load_project(FILM, sets=["title=1984"], texts=["title=[3.10]: # yes", "budget.lines[lead].description=true"])

    assert film.title == "[3.10]: # yes"
    assert film.budget.lines[0].description == "true"
    assert film.where("title") == "--set-text title=[3.10]: # yes"
    found = problems_of(lambda: load_project(FILM, texts=["title", "titel=x", "schedule.wrap_weeks=3"]))
    assert [(code, file) for code, file, *_ in found] == [
        ("P203", "--set-text schedule.wrap_weeks=3"), ("P402", "--set-text titel=x"), ("P401", "--set-text title")
    ]  # fmt: skip


def test_variants_are_named_labelled_and_applied_in_the_order_given():
    plain = load_project(FILM, filename="film.yaml")
    both = load_project(FILM, filename="film.yaml", variants=["early", "cheap"])

    assert variant_names(plain) == {"early": "A month earlier", "cheap": "cheap"}
    assert (plain.budget.level, plain.schedule.start) == ("mid", None)
    assert (both.budget.level, both.schedule.start.isoformat(), both.schedule.shoot_days["belgrade"]) == (
        "low",
        "2026-12-01",
        5,
    )
    assert both.where("budget.level") == "variant cheap (film.yaml:29)"
    assert both.where("schedule.start") == "variant early (film.yaml:27)"


def test_mistakes_of_a_variant_name_it_and_stand_where_it_is_written():
    film = (
        FILM.replace("level: low", "levl: low").replace("belgrade: 5", "sofja.x: 5").replace("label: A", "label: [A]#")
    )

    assert problems_of(lambda: load_project(film, filename="f.yaml"))[0][:2] == ("P105", "f.yaml")
    film = film.replace("label: [A]# month earlier, ", "")
    assert problems_of(lambda: load_project(film, filename="f.yaml", variants=["cheap", "chep"])) == [
        ("P202", "f.yaml", 29, 14, "variant cheap: unknown key 'levl' in `budget`"),
        ("P405", "f.yaml", 30, 5, "variant cheap: `schedule.shoot_days.sofja` has no parts"),
        ("P409", "--variant chep", 0, 0, "there is no variant 'chep'"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "found"), [("3", "expected a mapping, found 3"), ("{label: [x]}", "`label`: expected text, found a list")]
)
def test_a_variant_is_a_mapping_and_its_label_text(block, found):
    text = FILM.partition("variants:")[0] + f"variants: {{odd: {block}}}\n"
    assert [p[-1] for p in problems_of(lambda: load_project(text))] == [f"`variants.odd`: {found}"]


def test_items_keep_their_numbers_inside_a_block_and_move_up_behind_it(folder):
    film = overridden(
        folder,
        "~finance[0]:\n~finance[2]:\n~finance[bank].repaid_on:\n"
        "finance: [{id: own, name: Own, kind: own, partner: rs, amount: 5, currency: EUR}]\n~budget.lines[0]:\n",
        variants=["early"],
    )

    assert [f.id for f in film.finance] == ["bank", "own"]
    assert film.where("finance[0].interest") == "film.yaml:17"
    assert film.where("finance[own].name").endswith("terms.yaml:4")
    assert film.where("budget.lines[0].rate") == "film.yaml:11"
    assert film.finance[0].repaid_on is None
    found = problems_of(
        lambda: overridden(folder, "~finance[fund]:\n~finance.fund:\n~finance[0]:\nfinance[1].kind: gift\n")
    )
    assert found == [
        ("P402", "terms.yaml", 2, 1, "there is no 'fund' in `finance`"),
        ("P402", "terms.yaml", 3, 1, "there is no '0' in `finance`"),
        ("P204", "terms.yaml", 4, 18, "`finance[bank].kind`: expected a choice, found 'gift'"),
    ]  # fmt: skip


def test_what_replaces_a_section_takes_the_places_of_its_parts(folder):
    sets = ["~schedule.shoot_days", "~schedule.wrap_weeks", "schedule={shoot_days: {moscow: 3}}"]
    film = load_project(folder / "film.yaml", sets=sets)

    assert film.where("schedule.shoot_days.moscow") == f"--set {sets[2]}"
    assert not film.where("schedule.wrap_weeks")
    assert problems_of(lambda: load_project(folder / "film.yaml", sets=["~schedule.shoot_days", "schedule={}"]))[0][1:] == (
        "--set schedule={}", 0, 0, "`schedule.shoot_days` is missing"
    )  # fmt: skip
