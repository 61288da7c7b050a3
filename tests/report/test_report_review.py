"""What a careful reader would point at is pointed at, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from coprod_budget import api
from coprod_budget.report.catalog_tables import is_stale_in_days
from coprod_budget.report.overview import foot
from coprod_budget.report.review import is_stale, review

FILM = """
title: Doubtful
as_of: 2026-09-30
partners: {{ru: {{name: A, country: RU, currency: RUB, share: 100%}}}}
schedule: {{shoot_days: {{moscow: 10, belgrade: 2}}}}
budget:
  lines:
{lines}
finance: {finance}
"""


def found(*lines: str, finance: str = "[]") -> dict[str, str]:
    text = FILM.format(lines="\n".join(f"    - {{account: cast, {line}}}" for line in lines), finance=finance)
    result = api.estimate(api.load_text(text, filename="a.yaml"))
    return {
        p.code: str(p) for p in review(result.figures()) if p.code not in {"V302", "V502"}
    }  # old terms, and law on which this film says little


GOOD = ("id: a, description: A, rate: 100, currency: RUB, basis: quoted, source: offer, city: moscow",
        "id: b, description: B, rate: 100, currency: RSD, basis: quoted, source: offer, city: belgrade")  # fmt: skip


def test_a_sound_budget_gives_no_warning() -> None:
    assert found(*GOOD) == {}


def test_a_line_that_costs_nothing_is_named_with_its_place() -> None:
    text = found(*GOOD, "id: c, description: C, quantity: 0, rate: 5, currency: RUB")["V201"]

    assert text.startswith("a.yaml:10:")
    assert "line c costs nothing: its quantity is 0" in text


def test_a_line_written_twice_is_pointed_at() -> None:
    text = found(*GOOD, "id: c, description: a, rate: 90, currency: RUB, basis: quoted, source: x, city: moscow")[
        "V204"
    ]

    assert "lines a and c" in text


def test_a_city_with_days_but_no_spend_is_pointed_at() -> None:
    assert "Belgrade" in found(GOOD[0])["V206"]


def test_one_line_that_is_much_of_a_long_budget_is_pointed_at() -> None:
    many = [
        f"id: l{n}, description: L{n}, rate: 100, currency: RUB, basis: quoted, source: x, city: moscow"
        for n in range(20)
    ]

    assert "V205" not in found(*many, *GOOD)
    assert "line big alone is" in found(*many, *GOOD, "id: big, description: Big, rate: 90000, currency: RUB")["V205"]


def test_a_budget_of_guesses_says_so() -> None:
    assert "stands on assumptions" in found(*(g.replace("basis: quoted, source: offer, ", "") for g in GOOD))["V401"]


def test_a_failed_check_is_an_error() -> None:
    text = found(*GOOD, finance="[{id: g, name: G, kind: grant, partner: ru, amount: 1000000, currency: EUR}]")["V101"]

    assert "Nobody brings more through a partner than it bears" in text


def test_old_prices_are_gathered_by_table() -> None:
    text = FILM.format(
        lines="    - {account: cast, description: Old, item: cast_supporting, city: belgrade}", finance="[]"
    )
    problems = review(api.estimate(api.load_text(text.replace("2026-09-30", "2026-10-30"))).figures())
    old = [p for p in problems if p.code == "V301"]

    assert [p.file for p in old] == ["data/cost_tables/belgrade.csv"]
    assert "cast_supporting" in old[0].message


@pytest.mark.parametrize(
    ("dated", "stale"),
    [("2024-09", False), ("2024-08", True), ("2024", False), ("2023", True), ("2020-01-01", True), ("", False),
     ("2012-2019", True), ("c. 2018", False)],
)  # fmt: skip
def test_a_year_alone_gets_the_benefit_of_the_doubt(dated: str, *, stale: bool) -> None:
    assert is_stale(dated, date(2026, 9, 30)) is stale


def test_days_are_counted_where_the_day_is_known() -> None:
    assert is_stale_in_days("2026-09-01", date(2026, 9, 30), 28)
    assert not is_stale_in_days("2026-09-01", date(2026, 9, 30), 29)
    assert not is_stale_in_days("2026-13-41", date(2026, 9, 30), 1)


def test_a_partner_that_bears_far_more_than_was_agreed_is_named() -> None:
    result = api.estimate(api.load_text("""
title: Lopsided
as_of: 2026-09-30
partners:
  ru: {name: A, country: RU, currency: RUB, share: 50%}
  rs: {name: B, country: RS, currency: RSD, share: 50%}
schedule: {shoot_days: {moscow: 10}}
budget: {lines: [{account: cast, description: All, rate: 100, currency: EUR, bearer: ru}]}
""", filename="a.yaml"))  # fmt: skip
    texts = [str(p) for p in review(result.figures()) if p.code == "V207"]

    assert texts[0].startswith("a.yaml:5:52: A bears 100% of the cost, 50% was agreed")
    assert len(texts) == 2


@pytest.mark.parametrize(("rate", "odd"), [("0.0103", True), ("240", True), ("88", False), ("110", False)])
def test_an_exchange_rate_typed_upside_down_is_pointed_at(rate: str, *, odd: bool) -> None:
    text = FILM.format(lines="\n".join(f"    - {{account: cast, {line}}}" for line in GOOD), finance="[]")
    result = api.estimate(api.load_text(f"{text}\nfx: {{RUB: {rate}}}\n", filename="a.yaml"))
    codes = {p.code for p in review(result.figures())}

    assert ("V208" in codes) is odd
    assert any(bad and "far from" in line for line, bad in foot(result.figures())) is odd


@pytest.mark.parametrize(
    "steps", ["{pay: fund, kind: until, amount: premium}", "{pay: fund, kind: until_recouped, premium: 5%}", ""]
)
def test_a_promised_premium_that_nobody_pays_is_pointed_at(steps: str) -> None:
    fund = "[{id: fund, name: Fund, kind: equity, partner: ru, amount: 1, currency: EUR, premium: 20%}]"
    text = FILM.format(lines="\n".join(f"    - {{account: cast, {line}}}" for line in GOOD), finance=fund)
    text += f"""
revenue: {{territories: {{RU: {{currency: RUB}}}}, scenarios: {{one: {{weight: 100%, gross: {{RU: 1}}}}}}}}
waterfall: [{steps}{"," if steps else ""} {{pay: ru, kind: net_profit}}]
"""
    found_codes = {p.code for p in review(api.estimate(api.load_text(text, filename="a.yaml")).figures())}

    assert ("V209" in found_codes) is not bool(steps)
