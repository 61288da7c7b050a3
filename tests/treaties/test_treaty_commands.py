"""``data treaties``: in every format, on screens of 80 and 160 columns, on any day."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from coprod_budget.catalog import open_catalog
from coprod_budget.cli.main import app

EVERY = open_catalog().treaties()


def call(*arguments: str, columns: int = 100):
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(
        app, ["data", "treaties", *arguments], prog_name="coprod-budget"
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def rows(*arguments: str):
    return json.loads(call(*arguments, "--format", "json").stdout)


LOOKS = [[], ["--as-of", "1990-01-01"], ["--country", "RU"], ["--country", "rs", "--as-of", "2019-03-01"],
         *([name] for name in EVERY), *([name, "--history"] for name in EVERY)]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS, ids=" ".join)
def test_every_look_fits_the_screen_and_has_every_format(look):
    for columns in (80, 160):
        done = call(*look, columns=columns)
        assert done.exit_code == 0, done.stderr
        assert max(map(cell_len, done.stdout.splitlines())) <= columns
    for form in ("md", "csv", "json"):
        done = call(*look, "--format", form)
        assert done.exit_code == 0
        assert len(done.stdout.splitlines()) > 2


def test_the_list_has_parties_films_force_and_the_day_of_the_check():
    found = {row["instrument"]: row for row in rows("--as-of", "2022-03-15")}

    assert list(found) == EVERY
    assert found["ets147_1992"]["in_force"] == "yes"
    assert found["ets147_1992"]["films"] == "fiction, documentary, animation"
    assert found["bilateral_ru_rs"]["in_force"] == "no"
    assert found["bilateral_rs_fr"]["parties"] == "RS?, FR?"
    assert {row["checked"] for row in found.values()} == {"2026-11-22"}


def test_an_instrument_shows_threshold_article_source_and_date():
    found = rows("ets147_1992", "--as-of", "2023-01-01")
    share = next(row for row in found["rules"] if row["rule"] == "share_minimum")
    points = {row["what_earns_them"]: row["points"] for row in found["points"]}
    parties = {row["country"]: row for row in found["parties"]}

    assert (share["must_be"], share["value"], share["article"], share["sure"]) == ("at least", 0.1, "6(1)", "firm")
    assert share["source"].startswith("SR 0.443.2")
    assert (share["as_of"], share["since"]) == ("2010-08-17", "1994-04-01")
    assert sum(points.values()) == 19
    assert (parties["RU"]["party"], parties["RU"]["since"]) == ("yes", "1994-07-01")
    assert parties["CN"]["party"] == "no"


def test_the_day_chooses_the_rule():
    def limit(day: str) -> float:
        found = rows("ru_national_film", "--as-of", day)
        return next(row["value"] for row in found["rules"] if row["rule"] == "foreign_investment")

    assert (limit("2010-04-30"), limit("2010-05-01")) == (0.3, 0.5)


def test_an_unknown_value_says_what_would_settle_it_on_the_narrowest_screen():
    text = " ".join(call("bilateral_ru_de", columns=80).stdout.split())

    assert "unknown" in text
    assert "902336734" in text


def test_a_history_has_every_value():
    found = [row for row in rows("eurimages_coprod", "--history") if row["rule"] == "support_cap"]

    assert [(row["since"], row["value"], row["unit"]) for row in found] == [
        ("by 2007-01-01", 700_000, "EUR"),
        ("2013-01-01", 500_000, "EUR"),
    ]


def test_the_memberships_of_a_country_have_their_last_days():
    on, after = (
        {row["instrument"]: row for row in rows("--country", "RU", "--as-of", day)}
        for day in ("2022-03-15", "2022-03-16")
    )

    assert (on["eurimages_coprod"]["member"], after["eurimages_coprod"]["member"]) == ("yes", "no")
    assert on["eurimages_coprod"]["until"] == "2022-03-15"
    assert after["ets147_1992"]["member"] == "yes"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("ets147", "did you mean ets147_1992?"),
        ("--country XX", "no country 'XX'"),
        ("--as-of soon", "not a day"),
        ("--history", "name its ID"),
        ("ets147_1992 --history --as-of 2020-01-01", "leave the day out"),
        ("ets147_1992 --country RU", "leave the country out"),
    ],
)
def test_a_wrong_question_gets_a_helpful_answer(arguments, words):
    done = call(*arguments.split())

    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
