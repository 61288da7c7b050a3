"""Which programmes are looked at: those that the file names, or every open one where the film is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from programmes import Asked, catalog_with, film, line, programme, rule

from coprod_budget.errors import ProjectError
from coprod_budget.model.incentives import programme_currencies
from coprod_budget.model.incentives.choice import FORMAT_OF_KIND, programmes_there, work_of
from coprod_budget.model.stage import Stage
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.catalog import Catalog

SPEND = line("camera", 1000)
CLOSED = [{"from": "2020-01-01", "value": "closed", "sources": ["law"], "confidence": "high", "note": "it ended"}]
DOUBTFUL = [{"from": "2020-01-01", "value": "doubtful", "sources": ["law"], "confidence": "low"}]
LATER = [{"from": "2030-01-01", "value": "open", "sources": ["law"], "confidence": "high"}]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Return programmes of Ruritania (QR), of its town Zenda, of Syldavia (QS), and some that cannot be had."""
    elsewhere = {"region": "QR-HEN", "region_name": "Hentzau"}
    return catalog_with(
        tmp_path,
        programme("one"),
        programme("zenda", region="QR-ZEN", region_name="Zenda", cities=["zenda"]),
        programme("nowhere", **elsewhere),
        programme("syldavia", country="QS", currency="SYK"),
        programme("closed", status=CLOSED),
        programme("doubtful", status=DOUBTFUL),
        programme("later", status=LATER),
        programme("songs", rule("rate", {"kind": "flat", "rate": 0.1}, formats=["music_video"])),
    )


MINE = {"one", "zenda", "nowhere", "syldavia", "closed", "doubtful", "later", "songs"}


def there(catalog: Catalog, text: str, *sets: str) -> set[str]:
    project = load_project(text, filename="film.yaml", sets=sets)
    return {view.incentive.id for view in programmes_there(Stage(project, catalog))} & MINE


def test_every_format_of_a_kind_is_one_that_incentives_know(catalog: Catalog) -> None:
    for kind, work in FORMAT_OF_KIND.items():
        assert work_of(load_project(film(SPEND, incentives=[], kind=kind), filename="film.yaml")) == work
    project = load_project(film(SPEND, incentives=[], film={"format": "short"}), filename="film.yaml")
    assert work_of(project) == "short"
    del catalog


def test_what_is_open_where_the_film_is_made_has_a_rate_for_it(catalog: Catalog) -> None:
    text = film(SPEND, incentives=[])
    assert there(catalog, text) == {"one"}
    assert there(catalog, text, "film.format=music_video") == {"one", "songs"}
    assert there(catalog, text, "schedule.shoot_days.zenda=1") == {"one", "zenda"}
    assert there(catalog, text, "schedule.post_city=klow") == {"one", "syldavia"}
    assert there(catalog, film(SPEND, line("palace", 1, spent="QS"), incentives=[])) == {"one", "syldavia"}
    assert there(catalog, text, "as_of=2031-01-01") == {"one", "later"}


def test_auto_takes_all_of_them_and_counts_them(catalog: Catalog) -> None:
    asked = Asked(catalog, film(SPEND, incentives="auto"))
    mine = [p for p in asked.model.incentives.programmes if p.id in MINE]
    assert [p.id for p in mine] == ["one"]
    assert mine[0].chosen.counted
    assert mine[0].chosen.path == ""


def test_without_the_key_nothing_is_counted(catalog: Catalog) -> None:
    asked = Asked(catalog, film(SPEND, incentives=[]))
    assert asked.model.incentives.programmes == ()
    assert asked["incentives.expected"] == 0
    assert asked["net_cost.expected"] == asked["budget.total"]


def test_an_unknown_programme_is_a_mistake_at_its_place(catalog: Catalog) -> None:
    with pytest.raises(ProjectError) as caught:
        Asked(catalog, film(SPEND, incentives=[{"id": "zendaa"}]))
    problem = caught.value.problems[0]
    assert problem.code == "M511"
    assert "did you mean zenda" in problem.hint
    assert problem.line


@pytest.mark.parametrize("field", ["rate", "amount"])
def test_a_rate_that_the_law_fixes_cannot_be_given_by_hand(catalog: Catalog, field: str) -> None:
    with pytest.raises(ProjectError) as caught:
        Asked(catalog, film(SPEND, incentives=[{"id": "one", field: 0.3}]))
    assert [p.code for p in caught.value.problems] == ["M512"]


def test_a_fact_that_no_rule_asks_for_is_a_mistake_with_the_nearest_name(tmp_path: Path) -> None:
    tests = [
        {"test": "promotes_country"},
        {"test": "local_crew_share_at_least", "value": 0.8, "or": {"test": "hires_local_students"}},
    ]
    bonus = {"id": "extra", "add": 0.1, "total": 0.2, "logic": "all", "tests": tests}
    told = programme(
        "one",
        rule("rate", {"kind": "base_plus_bonus", "base": 0.1, "bonuses": [bonus]}),
        rule("applicant", ["company"]),
        rule("cap_per_project", {"amount": 1000, "currency": "EUR"}, "cap"),
    )
    catalog = catalog_with(tmp_path, told)
    known = {"applicant": True, "extra": True, "promotes_country": True, "hires_local_students": True}
    assert Asked(catalog, film(SPEND, incentives=[{"id": "one", "facts": known}]))[
        "incentives.expected"
    ] == pytest.approx(200)
    with pytest.raises(ProjectError) as caught:
        Asked(catalog, film(SPEND, incentives=[{"id": "one", "facts": {"promotes_county": True, "cap": 3}}]))
    assert [p.code for p in caught.value.problems] == ["M513", "M513"]  # a limit is not asked for either
    assert "promotes_country" in caught.value.problems[0].hint


@pytest.mark.parametrize(("name", "verdict"), [("closed", "fail"), ("doubtful", "unknown"), ("later", "fail")])
def test_what_is_not_open_is_shown_and_not_counted_unless_the_project_turns_it_on(
    catalog: Catalog, name: str, verdict: str
) -> None:
    off = Asked(catalog, film(SPEND, incentives=[{"id": name}]))
    assert off.verdict("status", name) == verdict
    assert off[f"incentive.{name}.counted"] == 0
    assert off["incentives.high"] == 0
    assert off.finding("status", name).add == f"incentives[{name}].turn_on: true"
    on = Asked(catalog, film(SPEND, incentives=[{"id": name, "turn_on": True}]))
    assert on.verdict("status", name) == "warn"
    assert on[f"incentive.{name}.counted"] == 1
    assert on["incentives.expected"] == pytest.approx(100)


def test_a_programme_without_a_rate_for_such_a_film_fails_and_says_for_which_it_has_one(catalog: Catalog) -> None:
    asked = Asked(catalog, film(SPEND, incentives=[{"id": "songs"}]))
    found = asked.finding("rate", "songs")
    assert asked.verdict("rate", "songs") == "fail"
    assert (found.required_words, found.actual_words) == ("music video", "feature")
    assert asked["incentive.songs.amount_high"] is None


@pytest.mark.parametrize(
    ("entry", "recipient"), [({"id": "one"}, "ru"), ({"id": "one", "partner": "gr"}, "gr"), ({"id": "syldavia"}, "ru")]
)
def test_the_partner_of_the_country_receives_it_or_who_is_named_or_the_delegate(
    catalog: Catalog, entry: dict[str, Any], recipient: str
) -> None:
    asked = Asked(catalog, film(SPEND, incentives=[entry]))
    assert asked.programme(entry["id"]).chosen.partner == recipient


def test_the_delegate_comes_first_among_partners_of_one_country(catalog: Catalog) -> None:
    partners = {
        name: {"name": name, "country": "QR", "currency": "EUR", "share": share}
        for name, share in (("first", 0.3), ("second", 0.7))
    }
    asked = Asked(catalog, film(SPEND, incentives=[{"id": "one"}], partners=partners))
    assert asked.programme().chosen.partner == "second"


def test_every_currency_of_a_programme_is_asked_for(tmp_path: Path) -> None:
    tiers = {"kind": "whole_by_local_spend", "currency": "RTK", "tiers": [{"above": 0, "rate": 0.1}]}
    told = programme("one", rule("rate", tiers), rule("cap_per_project", {"amount": 1, "currency": "FLR"}))
    entry = {"id": "one", "spend": 1, "currency": "SYK"}
    asked = Asked(catalog_with(tmp_path, told), film(SPEND, incentives=[entry]))
    assert set(programme_currencies([asked.programme().chosen])) == {"EUR", "RTK", "FLR", "SYK"}


def test_an_amount_that_a_decision_granted_stands_in_for_what_the_law_would_give(tmp_path: Path) -> None:
    catalog = catalog_with(tmp_path, programme("sure"))
    entry = {"id": "sure", "turn_on": True, "amount": 70, "source": "decision of 3 May 2026"}
    found = Asked(catalog, film(line("camera", 1000), incentives=[entry]))

    assert found["incentive.sure.net_expected"] == pytest.approx(70)
    assert found["incentives.low"] == pytest.approx(70)
    assert any("decision of 3 May 2026" in note for note in found.model.incentives.programmes[0].notes)
