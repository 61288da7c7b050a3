"""Two programmes on the same lines: both count only where a rule says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from programmes import Asked, catalog_with, film, line, programme, rule

if TYPE_CHECKING:
    from pathlib import Path

CAMERA = line("camera", 1000)
LESS = rule("rate", {"kind": "flat", "rate": 0.05})


def two(folder: Path, *rules: dict[str, Any], lines: tuple[dict[str, Any], ...] = (CAMERA,), **more: Any) -> Asked:
    """One pays 10 per cent; two pays 5 and has the rules."""
    entries = more.pop("entries", ({}, {}))
    head = more.pop("head", {})
    incentives = [{"id": name, **entry} for name, entry in zip(("one", "two"), entries, strict=True)]
    catalog = catalog_with(folder, programme("one"), programme("two", LESS, *rules, **head))
    return Asked(catalog, film(*lines, incentives=incentives), *more.pop("sets", ()))


def counted(found: Asked) -> tuple[float | None, float | None]:
    return found["incentive.one.counted"], found["incentive.two.counted"]


def stacking(word: str, *others: str) -> dict[str, Any]:
    return rule("stacking", {"rule": word, "with": list(others)})


def test_where_no_rule_is_known_the_larger_counts_and_a_warning_says_so(tmp_path: Path) -> None:
    found = two(tmp_path)
    assert counted(found) == (1, 0)
    assert (found.verdict("stacking.two"), found.verdict("stacking.one", "two")) == ("warn", "warn")
    assert "only the larger is counted" in found.finding("stacking.two").why


def test_a_hope_does_not_drive_out_what_is_sure(tmp_path: Path) -> None:
    assert counted(two(tmp_path, entries=({"probability": 0.51}, {}))) == (1, 0)
    hope = two(tmp_path, entries=({"probability": 0.49}, {}))
    assert counted(hope) == (0, 1)
    assert (hope["incentives.expected"], hope["incentives.low"]) == (pytest.approx(50), pytest.approx(50))


def test_the_project_may_insist_on_both(tmp_path: Path) -> None:
    found = two(tmp_path, entries=({"turn_on": True}, {"turn_on": True}))
    assert counted(found) == (1, 1)
    assert found.verdict("stacking.two") == "warn"


@pytest.mark.parametrize("word", ["exclusive", "same_line_once", "base_net_of"])
def test_where_one_of_them_pays_the_larger_counts(tmp_path: Path, word: str) -> None:
    found = two(tmp_path, stacking(word, "one"))
    assert counted(found) == (1, 0)
    assert found.tests() == []
    assert "the larger counts" in found.notes()
    assert "with one:" in found.notes("two")


def test_where_the_rule_allows_it_both_count(tmp_path: Path) -> None:
    assert counted(two(tmp_path, stacking("allowed", "one"))) == (1, 1)
    assert counted(two(tmp_path, stacking("allowed", "any"))) == (1, 1)


def test_the_stricter_of_two_rules_holds(tmp_path: Path) -> None:
    rules = stacking("allowed", "any"), {**stacking("exclusive", "one"), "id": "one_or_the_other"}
    assert counted(two(tmp_path, *rules)) == (1, 0)


def test_other_lines_are_no_conflict(tmp_path: Path) -> None:
    lines = CAMERA, line("elsewhere", 1000, "QG")
    assert counted(two(tmp_path, head={"country": "QG"}, lines=lines)) == (1, 1)


def test_lines_of_a_region_are_lines_of_its_country(tmp_path: Path) -> None:
    head = {"region": "QR-STR", "region_name": "Strelsau", "cities": ["strelsau"]}
    found = two(tmp_path, head=head, lines=(CAMERA, line("city", 500, "strelsau")))
    assert counted(found) == (1, 0)


def test_spend_by_hand_is_taken_for_the_same_place(tmp_path: Path) -> None:
    assert counted(two(tmp_path, entries=({"spend": 1000}, {}))) == (1, 0)


def test_a_programme_that_fails_does_not_stand_in_the_way(tmp_path: Path) -> None:
    catalog = catalog_with(
        tmp_path,
        programme("one", rule("minimum_spend", {"amount": 2000, "currency": "EUR"})),
        programme("two", LESS, stacking("exclusive", "one")),
    )
    text = film(CAMERA, incentives=[{"id": "one"}, {"id": "two"}])
    assert counted(Asked(catalog, text)) == (0, 1)
    assert counted(Asked(catalog, text, "budget.lines[camera].rate=2000")) == (1, 0)


def test_what_is_not_counted_anyway_takes_part_in_nothing(tmp_path: Path) -> None:
    closed = [{"from": "2020-01-01", "value": "closed", "sources": ["law"], "confidence": "high"}]
    catalog = catalog_with(tmp_path, programme("one", status=closed), programme("two", LESS))
    found = Asked(catalog, film(CAMERA, incentives=[{"id": "one"}, {"id": "two"}]))
    assert counted(found) == (0, 1)
    assert found.tests("two") == []
