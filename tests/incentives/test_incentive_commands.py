"""``data incentives`` and ``data taxes``."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from coprod_budget.catalog import open_catalog

LOOKS = ("incentives", "incentives rs_cash_rebate", "incentives --as-of 2019-09-01", "incentives --country ru",
         "incentives ru_perm_rebate --history", "incentives ru_kaliningrad_rebate --as-of 2025-06-01", "taxes", "taxes RS",
         "taxes US-CA", "taxes ru --as-of 2025-12-31")  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("columns", [80, 160])
def test_every_look_fits_the_screen_and_comes_in_every_format(call, look: str, columns: int) -> None:
    for form in ("table", "md", "csv", "json"):
        done = call("data", *look.split(), "--format", form, columns=columns)

        assert done.exit_code == 0, done.stderr
        assert len(done.stdout.splitlines()) > 2
        if form == "json":
            assert json.loads(done.stdout)
        if form == "table":
            assert max(map(cell_len, done.stdout.splitlines())) <= columns


@pytest.mark.parametrize("name", open_catalog().incentives())
def test_every_incentive_can_be_looked_at(call, name: str) -> None:
    for more in ((), ("--history",)):
        done = call("data", "incentives", name, *more, "--format", "json")

        assert done.exit_code == 0, done.stderr
        assert "{" not in "".join(str(row.get("value", "")) for row in _rows(json.loads(done.stdout)))


def _rows(found) -> list[dict]:
    lists = found.values() if isinstance(found, dict) else [found]
    return [row for rows in lists for row in rows]


def test_the_day_decides(call) -> None:
    rates = {}
    for day in ("2017-06-01", "2018-06-01", "2026-09-30"):
        rows = json.loads(call("data", "incentives", "--country", "RS", "--as-of", day, "--format", "json").stdout)
        rates[day] = rows[0]["rate"]

    assert rates["2017-06-01"] == "20%"
    assert rates["2018-06-01"] == "25%"
    assert rates["2026-09-30"].startswith("25%; 30% above EUR 5,000,000 (of all spend)")


def test_a_rule_is_shown_with_article_and_source(call) -> None:
    rows = _rows(json.loads(call("data", "incentives", "rs_cash_rebate", "--format", "json").stdout))
    rate = next(r for r in rows if r.get("rule") == "rate")

    assert rate["article"] == "Official Gazette 20/2025"
    assert "Paragraf" in rate["source"]
    assert rate["from"] == "2025-03"


def test_taxes_of_a_country_hold_charges_value_added_tax_and_what_is_withheld(call) -> None:
    found = json.loads(call("data", "taxes", "RS", "--as-of", "2026-09-30", "--format", "json").stdout)

    assert [name.split("_on_")[0].split("_in_")[0] for name in found] == [
        "employer_charges", "taxes", "value_added_tax", "tax_withheld_by_law", "treaties",
    ]  # fmt: skip
    assert found["value_added_tax_on_2026_09_30"][0]["rate"] == 0.2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("incentives rs_cash_rebat", "did you mean rs_cash_rebate?"),
        ("incentives --history", "name an incentive"),
        ("incentives --country XX", "no country"),
        ("incentives rs_cash_rebate --country RS", "leave it out"),
        ("incentives --as-of yesterday", "not a day"),
        ("taxes XX", "no country"),
        ("taxes --as-of 2026-02-30", "not a day"),
    ],
)
def test_a_wrong_turn_ends_with_a_hint(call, arguments: str, words: str) -> None:
    done = call("data", *arguments.split())

    assert done.exit_code == 2
    assert words in " ".join(done.stderr.replace("│", " ").split())
