"""Nationals and foreigners by head, key posts of others, people whom a minority has to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from law_films import ask, ask_library, rule

if TYPE_CHECKING:
    from pathlib import Path

# --- by head ------------------------------------------------------------------------------------------------------------

HALF = rule(
    "authors", "head_count", "0.5", "comparison: above", "of: listed_people", "side: national",
    "roles: [director, scriptwriter, composer]", "applies_to: {countries: [QR]}",
)  # fmt: skip
FOREIGN = rule(
    "crew", "head_count", "0.3", "comparison: at_most", "of: listed_people", "side: foreign",
    "roles: [camera, sound, editing, leading_role]", "applies_to: {countries: [QR]}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("people", "verdict", "share"),
    [
        ("director: QR, scriptwriter: [QR, QG], composer: QG", "fail", 0.5),  # half is not more than half
        ("director: QR, scriptwriter: [QR, QG], composer: {nationality: [QG, QR]}", "pass", 0.75),
        ("director: QR, scriptwriter: QG, composer: {nationality: QG, resident: QR}", "fail", 1 / 3),  # citizens only
        ("director: QR, scriptwriter: QG, composer: []", "fail", 0.5),
        ("director: QR, scriptwriter: QR", "pass", 1),  # two of three at the worst
        ("director: QR, scriptwriter: QG", "unknown", 0.5),
    ],
)
def test_more_than_half_of_the_authors_by_head(tmp_path: Path, people: str, verdict: str, share: float) -> None:
    film = ask(tmp_path, HALF, f"people: {{{people}}}")
    assert film.verdict("invented.authors") == verdict
    assert film.actual("invented.authors") == pytest.approx(share)


def test_foreigners_are_counted_by_head_in_the_listed_posts_alone(tmp_path: Path) -> None:
    crew = "cinematographer: [QR, QR, QG], sound: [QR, QR], editor: [QR, QG], lead: [QR, QR, US], director: US"
    film = ask(tmp_path, FOREIGN, f"people: {{{crew}}}")
    assert (film.verdict("invented.crew"), film.actual("invented.crew")) == ("pass", 0.3)
    one_more = {"heads.invented.crew.lead.ours": 1}
    assert film.verdict("invented.crew", one_more) == "fail"
    assert film.finding("invented.crew").why == "from elsewhere: cinematographer (QG), editor (QG), lead (US)"


def test_posts_of_which_nothing_is_said_are_named_and_asked_for(tmp_path: Path) -> None:
    finding = ask(tmp_path, FOREIGN, "people: {sound: QR, lead: QR}").finding("invented.crew")
    assert finding.why == "nobody is named for cinematographer, editor, counted as one person each"
    assert finding.add.startswith("people.cinematographer, people.editor: nationality, two letters")


def test_a_share_that_the_file_states_is_taken_instead_of_heads(tmp_path: Path) -> None:
    film = ask(tmp_path, FOREIGN, sets=("treaty.facts.invented={crew: 0.31}",))
    assert (film.verdict("invented.crew"), film.actual("invented.crew")) == ("fail", 0.31)


RUSSIAN = """\
title: A Russian film
partners:
  ru: {name: A, country: RU, currency: EUR, share: 100%}
schedule: {shoot_days: {moscow: 6}}
budget:
  lines:
    - {id: crew, account: camera, description: Crew, rate: 60, currency: EUR}\
"""


@pytest.mark.parametrize(("day", "verdict"), [("2010-04-30", "fail"), ("2010-05-01", "pass")])
def test_a_russian_film_needed_russian_authors_until_2010_and_more_than_half_of_them_since(
    day: str, verdict: str
) -> None:
    film = ask_library(
        RUSSIAN,
        "as_of: 2026-09-30",
        f"treaty: {{instrument: none, also: [ru_national_film], applied_on: {day}}}",
        "people: {director: RU, scriptwriter: RU, composer: RS}",
    )
    assert film.verdict("ru_national_film.authors") == verdict


# --- key posts of others --------------------------------------------------------------------------------------------------

ONE = rule("others", "third_party_posts", "1", "comparison: at_most", "unit: posts")
TWO = rule(
    "others_exceptional", "third_party_posts", "2", "comparison: at_most", "unit: posts", "applies_to: {when: [exceptional]}"
)  # fmt: skip
OURS = dict.fromkeys(
    ("director", "scriptwriter", "composer", "cinematographer", "sound", "editor", "production_designer", "costume_designer",
     "lead"), "QR",
)  # fmt: skip


def _key_posts(**others: str) -> str:
    named = {**OURS, **others}
    return f"people: {{{', '.join(f'{post}: {home}' for post, home in named.items() if home)}}}"


@pytest.mark.parametrize(
    ("others", "plain", "exceptional", "granted"),
    [
        ({"lead": "US"}, "pass", "pass", "pass"),
        ({"lead": "US", "editor": "US"}, "fail", "warn", "pass"),
        ({"lead": "US", "editor": "US", "sound": "US"}, "fail", "fail", "fail"),
        ({"lead": "US", "editor": ""}, "unknown", "unknown", "unknown"),
        ({"lead": "US", "editor": "{nationality: US, resident: QG}"}, "unknown", "unknown", "unknown"),
        ({"lead": "US", "editor": "US", "sound": ""}, "fail", "unknown", "unknown"),
    ],
)
def test_one_key_post_may_be_held_by_others_and_two_in_exceptional_cases(
    tmp_path: Path, others: dict[str, str], plain: str, exceptional: str, granted: str
) -> None:
    people = _key_posts(**others)
    assert ask(tmp_path, ONE, people).verdict("invented.others") == plain
    assert ask(tmp_path, ONE + TWO, people).verdict("invented.others") == exceptional
    film = ask(tmp_path, ONE + TWO, people, sets=("treaty.granted=[exceptional]",))
    assert film.verdict("invented.others") == granted


# --- people whom the minority brings --------------------------------------------------------------------------------------

BROUGHT = rule(
    "people",
    "nationality_of_roles",
    "- {any_of: [{count: 1, roles: [author, head_technician]}]}\n"
    "- {any_of: [{count: 1, roles: [major_role]}, {count: 2, roles: [supporting_role]}, "
    "{count: 1, roles: [author, head_technician], consent: true}]}",
    "applies_to: {who: minority_coproducer}",
)
NOBODY = dict.fromkeys([*OURS, "second_role", "third_role", "supporting_role", "technician"], "QR")


def _minority(**brought: str) -> str:
    named = {**NOBODY, **brought}
    return f"people: {{{', '.join(f'{post}: {home}' for post, home in named.items() if home)}}}"


@pytest.mark.parametrize(
    ("brought", "verdict"),
    [
        ({"composer": "QG", "lead": "QG"}, "pass"),
        ({"composer": "{nationality: US, resident: QG}", "lead": "QG"}, "pass"),
        ({"editor": "QG", "third_role": "QG", "supporting_role": "QG"}, "pass"),
        ({"editor": "QG", "third_role": "QG"}, "fail"),  # one supporting role is not two
        ({"lead": "QG"}, "fail"),
        ({"lead": "QG", "composer": ""}, "unknown"),
        ({"composer": "QG", "editor": "QG"}, "warn"),  # a second author or head: with consent
        (
            {"director": "{nationality: QG, name: A. Nell}", "scriptwriter": "{nationality: QG, name: A. Nell}"},
            "fail",
        ),  # one person is not counted twice
    ],
)
def test_the_minority_brings_an_author_or_head_and_an_actor(
    tmp_path: Path, brought: dict[str, str], verdict: str
) -> None:
    film = ask(tmp_path, BROUGHT, _minority(**brought))
    assert film.verdict("invented.people.QG") == verdict
    assert film.verdict("invented.people.QR") == "pass"


def test_what_needs_consent_passes_when_it_is_granted(tmp_path: Path) -> None:
    people = _minority(composer="QG", editor="QG")
    assert "with_consent" in ask(tmp_path, BROUGHT, people).finding("invented.people.QG").add
    granted = ask(tmp_path, BROUGHT, people, sets=("treaty.granted=[with_consent]",))
    assert granted.verdict("invented.people.QG") == "pass"


def test_who_is_the_minority_follows_the_shares_and_of_equal_shares_none_is(tmp_path: Path) -> None:
    film = ask(tmp_path, BROUGHT, _minority())
    assert [film.verdict(f"invented.people.{c}") for c in ("QR", "QG")] == ["pass", "fail"]
    turned = {"partners.ru.share": 0.3, "partners.gr.share": 0.7}
    assert [film.verdict(f"invented.people.{c}", turned) for c in ("QR", "QG")] == ["pass", "pass"]
    equal = {"partners.ru.share": 0.5, "partners.gr.share": 0.5}
    assert film.verdict("invented.people.QG", equal) == "pass"


def test_the_answer_says_who_comes_from_the_minority_and_what_is_needed(tmp_path: Path) -> None:
    finding = ask(tmp_path, BROUGHT, _minority(composer="QG")).finding("invented.people.QG")
    assert finding.actual_words == "composer (QG)"
    assert finding.required_words.startswith("1 author or head technician; 1 major role or 2 supporting role")
