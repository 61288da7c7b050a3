"""Points for elements from the parties: what counts, what is open, and what the verdict follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from law_films import ask, ask_library, rule

from coprod_budget.catalog import open_catalog
from coprod_budget.catalog.treaties import PointsItem
from coprod_budget.catalog.treaty_kinds import ROLES
from coprod_budget.model.eligibility.places import PLACES
from coprod_budget.model.eligibility.posts import ELEMENTS, ROLE_POSTS

if TYPE_CHECKING:
    from pathlib import Path

TABLE = rule(
    "grid",
    "points_table",
    "\n".join(
        f"- {{item: {item}, points: {points}}}"
        for item, points in (("director", 4), ("composer", 2), ("first_role", 3), ("drawn_by_hand", 1))
    ),
    "unmet: note",
)
NEEDED = rule("enough", "points_threshold", "7", "comparison: at_least", "unit: points", "table: grid")
WAIVER = rule("waiver", "points_waiver", "true", "unmet: note")
HALF = rule("half", "points_share", "0.5", "comparison: at_least", "of: applicable_points", "table: grid")
SHOT = rule(
    "grid",
    "points_table",
    "- {item: director, points: 4}\n- {item: studio_or_location, points: 2}\n- {item: vfx_location, points: 1}\n"
    "- {item: post_production_location, points: 1}",
    "unmet: note",
)
TEST = "invented.enough"


def test_seven_of_ten_points_are_enough_where_seven_are_needed_and_six_are_not(tmp_path: Path) -> None:
    rules = TABLE + NEEDED
    film = ask(tmp_path, rules, "people: {director: QR, lead: QG, composer: US}")
    assert (film.verdict(TEST), film.actual(TEST)) == ("pass", 7)
    film = ask(tmp_path, rules, "people: {director: QR, lead: US, composer: QG}")
    assert film.verdict(TEST) == "unknown"  # the drawing is not said: six or seven
    film = ask(
        tmp_path,
        rules,
        "people: {director: QR, lead: US, composer: QG}",
        sets=("treaty.facts.invented.drawn_by_hand=false",),
    )
    assert (film.verdict(TEST), film.actual(TEST)) == ("fail", 6)
    assert "not from the parties: first role (US)" in film.finding(TEST).why


def test_a_waiver_turns_too_few_points_into_a_warning(tmp_path: Path) -> None:
    film = ask(tmp_path, TABLE + NEEDED + WAIVER, "people: {director: US, lead: US, composer: US}")
    assert film.verdict(TEST) == "warn"
    assert "the authorities may accept fewer points" in film.finding(TEST).why


def test_what_the_file_does_not_say_is_unknown_and_the_answer_names_it(tmp_path: Path) -> None:
    film = ask(tmp_path, TABLE + NEEDED, "people: {director: QR}")
    finding = film.finding(TEST)
    assert film.verdict(TEST) == "unknown"
    assert "6 points are open; nobody is named for composer, lead; not said: drawn by hand" in finding.why
    assert finding.add.startswith("people.composer, people.lead: nationality")
    assert "treaty.facts.invented.drawn_by_hand: true or false" in finding.add


def test_nobody_is_asked_for_people_whose_points_are_not_needed(tmp_path: Path) -> None:
    film = ask(tmp_path, TABLE + NEEDED, "people: {director: QR, lead: QR}")
    assert film.verdict(TEST) == "pass"
    assert film.finding(TEST).add == ""


def test_too_few_points_fail_whoever_is_named_for_the_rest(tmp_path: Path) -> None:
    assert ask(tmp_path, TABLE + NEEDED, "people: {director: US}").verdict(TEST) == "fail"  # six are left of ten


def test_one_of_two_passports_or_the_residence_is_enough_and_all_who_share_a_post_have_to_count(tmp_path: Path) -> None:
    rest = "lead: QG, composer: US"
    for director, verdict in (
        ("{nationality: [US, QR]}", "pass"),
        ("{nationality: US, resident: QG}", "pass"),
        ("[QR, QG]", "pass"),
        ("[QR, US]", "fail"),
    ):
        film = ask(tmp_path, TABLE + NEEDED, f"people: {{director: {director}, {rest}}}")
        assert film.verdict(TEST) == verdict, director
    film = ask(tmp_path, TABLE + NEEDED, f"people: {{director: {{nationality: US, resident: QG}}, {rest}}}")
    assert "counted by residence: director (US, resident of QG)" in film.finding(TEST).why


def test_a_post_that_the_film_does_not_have_leaves_the_points_that_apply(tmp_path: Path) -> None:
    facts = ("treaty.facts.invented.drawn_by_hand=false",)
    with_composer = ask(tmp_path, TABLE + HALF, "people: {director: QR, lead: US, composer: US}", sets=facts)
    assert (with_composer.verdict("invented.half"), with_composer.actual("invented.half")) == ("fail", 0.4)
    without = ask(tmp_path, TABLE + HALF, "people: {director: QR, lead: US, composer: []}", sets=facts)
    assert (without.verdict("invented.half"), without.actual("invented.half")) == ("pass", 0.5)


def test_the_verdict_follows_a_one_that_is_changed_into_a_nought_as_it_follows_the_file(tmp_path: Path) -> None:
    film = ask(tmp_path, TABLE + NEEDED, "people: {director: QR, lead: QG, composer: US}")
    assert film.verdict(TEST, {"points.invented.grid.first_role.held": 0}) == "fail"
    assert ask(tmp_path, TABLE + NEEDED, "people: {director: QR, lead: US, composer: US}").verdict(TEST) == "fail"
    open_film = ask(tmp_path, TABLE + NEEDED, "people: {director: QR, composer: US}")
    said = {"points.invented.grid.first_role.held": 1, "points.invented.grid.first_role.known": 1}
    assert (open_film.verdict(TEST), open_film.verdict(TEST, said)) == ("unknown", "pass")


def test_the_place_of_shooting_follows_the_days_and_that_of_effects_the_money(tmp_path: Path) -> None:
    rules = SHOT + rule("enough", "points_threshold", "8", "comparison: at_least", "unit: points", "table: grid")
    effects = "    - {id: fx, account: vfx, description: Effects, rate: 10, currency: EUR, spent: strelsau}\n"
    film = ask(tmp_path, rules, effects + "people: {director: QR}")
    assert (film.verdict(TEST), film.actual(TEST)) == ("pass", 8)
    away = effects.replace("strelsau", "US")
    assert ask(tmp_path, rules, away + "people: {director: QR}").actual(TEST) == 7
    assert ask(tmp_path, rules, "people: {director: QR}").actual(TEST) == 7  # without effects there is no point
    klow = ("schedule.shoot_days={strelsau: 4, klow: 6}",)
    moved = ask(tmp_path, rules, effects + "people: {director: QR}", sets=klow)
    assert (moved.verdict(TEST), moved.actual(TEST)) == ("fail", 5)  # shot, and posted at home, in a third country
    assert (
        moved.verdict(
            TEST, {"schedule.shoot_days.strelsau": 7, "points.invented.grid.post_production_location.held": 1}
        )
        == "pass"
    )


def test_points_that_the_file_states_are_taken_instead_of_people(tmp_path: Path) -> None:
    for points, verdict in ((7, "pass"), (6, "fail")):
        film = ask(tmp_path, TABLE + NEEDED, sets=(f"treaty.facts.invented={{enough: {points}}}",))
        assert (film.verdict(TEST), film.actual(TEST)) == (verdict, points)


def test_a_threshold_that_nobody_found_is_unknown(tmp_path: Path) -> None:
    unknown = NEEDED.replace("value: 7", "value: unknown").replace("confidence: firm", "confidence: unknown")
    assert ask(tmp_path, TABLE + unknown, "people: {director: QR, lead: QG}").verdict(TEST) == "unknown"


# --- the library ------------------------------------------------------------------------------------------------------

FILM = """\
title: Three countries
as_of: 2026-09-30
partners:
  rs: {name: A, country: RS, currency: EUR, share: 40%}
  bg: {name: B, country: BG, currency: EUR, share: 30%}
  hu: {name: C, country: HU, currency: EUR, share: 30%}
schedule: {shoot_days: {belgrade: 6, sofia: 4}, home: belgrade}
budget:
  lines:
    - {id: fx, account: vfx, description: Effects, rate: 10, currency: EUR, spent: belgrade}\
"""
FICTION = (
    "director", "scriptwriter", "composer", "lead", "second_role", "third_role", "cinematographer", "sound", "editor",
    "production_designer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("outside", "points", "verdict"),
    [
        (("composer", "third_role", "second_role"), 17, "pass"),  # 21 - 1 - 1 - 2
        (("director", "composer"), 16, "pass"),
        (("director", "second_role"), 15, "warn"),
    ],
)
def test_fiction_needs_16_of_21_points_under_the_convention_of_2017(
    outside: tuple[str, ...], points: float, verdict: str
) -> None:
    people = ", ".join(f"{post}: {'US' if post in outside else 'IT'}" for post in FICTION)  # Italy is a party
    film = ask_library(FILM, "treaty: {instrument: cets220_2017}", f"people: {{{people}}}")
    test = "cets220_2017.points_fiction_threshold"
    assert (film.verdict(test), film.actual(test)) == (verdict, points)


@pytest.mark.parametrize(("outside", "points", "verdict"), [("second_role composer third_role", 15, "pass"),
                                                           ("director second_role", 14, "warn")])  # fmt: skip
def test_15_of_19_points_are_needed_under_the_convention_of_1992(outside: str, points: float, verdict: str) -> None:
    posts = [*FICTION, "costume_designer"]
    people = ", ".join(f"{post}: {'US' if post in outside.split() else 'RU'}" for post in posts)
    film = ask_library(FILM, "treaty: {instrument: ets147_1992}", f"people: {{{people}}}")
    test = "ets147_1992.points_threshold"
    assert (film.verdict(test), film.actual(test)) == (verdict, points)


ANIMATION = (
    "scriptwriter", "character_designer", "composer", "director", "storyboard", "conception", "chief_decorator", "backgrounds",
    "layout", "compositing", "editor", "sound",
)  # fmt: skip
SEVENTY_FIVE = "{animation_expenses_75_percent: %s, cleanup_or_rigging_75_percent: %s}"


@pytest.mark.parametrize(("animated", "rigged", "outside", "points", "verdict"), [
    ("true", "true", "", 23, "pass"),
    ("true", "false", "scriptwriter character_designer compositing", 15, "pass"),
    ("true", "false", "scriptwriter character_designer compositing editor", 14, "warn"),
])  # fmt: skip
def test_animation_needs_15_of_23_points_under_the_convention_of_2017(
    animated: str, rigged: str, outside: str, points: float, verdict: str
) -> None:
    people = ", ".join(f"{post}: {'US' if post in outside.split() else 'RS'}" for post in ANIMATION)
    people += ", cinematographer: US"
    declared = SEVENTY_FIVE % (animated, rigged)
    treaty = f"treaty: {{instrument: cets220_2017, facts: {{cets220_2017: {declared}}}}}"
    film = ask_library(FILM, "kind: animation", treaty, f"people: {{{people}}}")
    test = "cets220_2017.points_animation_threshold"
    assert (film.verdict(test), film.actual(test)) == (verdict, points)


def test_a_documentary_needs_half_of_the_points_that_it_can_have() -> None:
    people = "people: {director: RS, scriptwriter: US, cinematographer: US, editor: US, researcher: US, composer: [], sound: RS}"
    film = ask_library(FILM, "kind: documentary", "treaty: {instrument: cets220_2017}", people)
    test = "cets220_2017.points_documentary_threshold"
    assert film.actual(test) == pytest.approx(9 / 15)  # 4 + 1 + 1 + 2 + 1 of 16 without music
    assert film.verdict(test) == "pass"


def test_eurimages_counts_people_of_its_members_and_does_not_know_about_its_associates() -> None:
    posts = [post for post in FICTION if post not in {"director", "lead"}]
    for director, verdict in (("DE", "pass"), ("CA", "unknown"), ("US", "fail")):
        people = ", ".join(f"{post}: RS" for post in posts)
        film = ask_library(
            FILM,
            "treaty: {instrument: cets220_2017, also: [eurimages_coprod]}",
            f"people: {{director: {director}, lead: US, {people}}}",
        )
        assert film.verdict("eurimages_coprod.points") == verdict, director


def test_every_item_and_every_role_of_the_library_is_somebodys_post_a_place_or_declared() -> None:
    declared = {"animation_expenses_75_percent", "cleanup_or_rigging_75_percent"}
    library = open_catalog([])
    items = {
        item.item
        for treaty in library.treaties()
        for criterion in library.treaty(treaty).criteria.values()
        for value in criterion.values
        if isinstance(value.value, tuple)
        for item in value.value
        if isinstance(item, PointsItem)
    }
    assert items - set(ELEMENTS) - set(PLACES) == declared | {"post_production_location"}
    assert set(ROLE_POSTS) == set(ROLES)
