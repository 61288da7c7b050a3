"""The waterfall in words: every kind of step, how it ended, and what each receipt paid."""

from __future__ import annotations

import math

import pytest

from coprod_budget import api
from coprod_budget.report.sections import sections
from coprod_budget.report.tables import Table
from coprod_budget.report.waterfall_trace import how_it_ended, trace
from coprod_budget.report.waterfall_words import outlets_in_words, position_in_words

FILM = """
title: A Film for Two
as_of: 2026-09-30
partners:
  ru: {name: Neva Pictures, country: RU, currency: RUB, share: 60%}
  rs: {name: Dunav Film, country: RS, currency: RSD, share: 40%}
treaty: none
schedule: {start: 2027-01-04, shoot_days: {belgrade: 20}, delivery: 2027-10-31, release: 2027-11-30}
budget:
  lines:
    - {account: camera, description: The whole film, rate: 1000000, currency: EUR, spent: belgrade, bearer: by_share}
finance:
  - {id: fund, name: Equity fund, kind: equity, partner: ru, amount: 300000, currency: EUR, premium: 20%}
  - {id: bank, name: Bank, kind: loan, partner: ru, amount: 100000, currency: EUR, interest: 10%, months: 12}
fx: {RUB: 100}
revenue:
  period: year
  territories:
    RU: {name: Russia, currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 0%, paid: HALVES, ticket_price: 5,
         exclusive: false, media: {tv: {gross_per_cinema: 10%, distributor_fee: 20%, paid: [{share: 100%, on: 2030-02-01}]}}}
    RS: {name: Serbia, currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 0%, paid: HALVES}
    WORLD: {name: Elsewhere, currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 0%, paid: HALVES}
  scenarios:
    flop: {label: A flop, weight: 40%, gross: {RS: 20000}}
    hit: {label: A hit, weight: 60%, gross: {RU: 500000, RS: 300000, WORLD: 200000}}
""".replace("HALVES", "[{share: 50%, on: 2028-08-01}, {share: 50%, on: 2029-08-01}]")
"""RU yields 250,000 in 2028 and in 2029, and TV there 40,000 in 2030; RS 150,000 and the rest of the world 100,000 in each of the first."""

REST = "{id: profit, pay: {ru: 50%, rs: 50%}, kind: net_profit}"


def estimated(*steps: str, sets: tuple[str, ...] = ()) -> api.Estimate:
    waterfall = "\n".join(f"  - {step}" for step in steps)
    return api.estimate(api.load_text(f"{FILM}waterfall:\n{waterfall}\n", filename="film.yaml", sets=list(sets)))


WORDS = [
    ("{pay: agent, kind: percent_of_gross, rate: 1%}", "Agent: 1% of the receipts"),
    ("{pay: agent, kind: percent_of_gross, rate: 20%, of: [WORLD]}", "Agent: 20% of the receipts of Elsewhere"),
    ("{pay: {a: 50%, b: 50%}, kind: percent_of_gross, rate: 2%, of: [RU.tv, WORLD]}",
     "A, B: 2% of the receipts of Russia (TV) and Elsewhere, 50% : 50%"),
    ("{pay: star, kind: percent_of_gross, rate: 10%, of: [RU], after: {gross: 300000, territory: RU}}",
     "Star: 10% of the receipts of Russia, once cinemas in Russia gross 300,000"),
    ("{pay: author, kind: share, rate: 2%, until: 2029-07-01}", "Author: 2% of what is there, until 2029-07-01"),
    ("{pay: author, kind: share, rate: 2%, until: 5000}", "Author: 2% of what is there, until 5,000 are paid"),
    ("{pay: {fund: 50%, rs: 25%}, kind: share, until: {party: fund, multiple: 110%}}",
     "Equity fund, Dunav Film: 50% and 25% of what is there, until Equity fund has 110% of its investment"),
    ("{id: c, pay: fund, kind: share, rate: 30%, until: {party: fund, total: 200000, steps: [c], later: [{amount: 5, on: release}]}}",
     "Equity fund: 30% of what is there, until Equity fund has 200,000 from c, 5 more from release on"),
    ("{pay: poet, kind: share, rate: 1%, after: {admissions: 9000, territory: RU}, until: {gross: 90, territory: RS}}",
     "Poet: 1% of what is there, once 9,000 tickets are sold in Russia, until cinemas in Serbia gross 90"),
    ("{pay: author, kind: share, rate: 1%, after: 2029-01-01}", "Author: 1% of what is there, from 2029-01-01 on"),
    ("{pay: lawyers, kind: fixed, amount: 20000, later: [{amount: 5000, on: 2029-01-01}]}",
     "Lawyers: a fixed 20,000, 5,000 more from 2029-01-01 on"),
    ("{pay: lawyers, kind: fixed, amount: 900000, currency: RUB, of: [RU]}", "Lawyers: a fixed RUB 900,000, out of Russia"),
    ("{pay: rs, kind: until, amount: 100000}", "Dunav Film: until 100,000"),
    ("{pay: [ru, rs], kind: until, amount: 100000, share: equal}", "Neva Pictures, Dunav Film: until 100,000, 50% : 50%"),
    ("{pay: bank, kind: until_repaid, of: [RU, WORLD]}", "Bank: until it is repaid, out of Russia and Elsewhere"),
    ("{pay: [fund, ru, rs], kind: until_recouped}",
     "Equity fund, Neva Pictures, Dunav Film, pari passu: until the investment is back"),
    ("{pay: fund, kind: until_recouped, premium: 25%}", "Equity fund: until 125% of the investment is back"),
    ("{pay: fund, kind: until, amount: premium}", "Equity fund: until the premium is paid"),
    ("{pay: fund, kind: until, amount: premium, premium: 10%}", "Equity fund: until a premium of 10% is paid"),
    ("{pay: fund, kind: until, amount: interest, interest: 8%, compounding: yearly}",
     "Equity fund: until interest of 8% a year (compounded yearly) is paid"),
    ("{pay: bank, kind: until, amount: interest}", "Bank: until interest of 10% a year is paid"),
    ("{pay: ru, kind: net_profit}", "Neva Pictures: the rest, all of it"),
    ("{pay: {ru: 55%, rs: 45%}, kind: net_profit, of: [RS]}", "Neva Pictures, Dunav Film: the rest, 55% : 45%, out of Serbia"),
    ("{pay: lead, kind: bonus, paid_by: ru, rate: 3%, steps: [profit]}",
     "Lead: 3% of what Neva Pictures gets by profit, paid by it"),
    ("{pay: [lead, author], kind: bonus, paid_by: rs, amount: 3000, after: 2029-01-01}",
     "Lead, Author: 3,000 from Dunav Film, 50% : 50%, from 2029-01-01 on"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "words"), WORDS)
def test_every_kind_of_step_is_said_in_words(step: str, words: str) -> None:
    figures = estimated(step, REST).figures()
    position = figures.model.waterfall.positions[0]

    assert position_in_words(figures, position) == words
    assert [s.id for s in sections(figures, ["waterfall"])] == ["waterfall"]


def test_who_keeps_a_territory_and_who_sells_the_film_are_said_too() -> None:
    agent = (
        "revenue.sales_agent={id: seller, commission: 20%, territories: [WORLD], expenses: 9000, expenses_cap: 5000}"
    )
    keeps = ("revenue.territories.RU.exclusive=true", "revenue.territories.RU.counts_as_recoupment=true", agent)
    figures = estimated(REST, sets=keeps).figures()
    words = {p.id: position_in_words(figures, p) for p in figures.model.waterfall.positions}

    assert words["exclusive_RU"] == "Neva Pictures: keeps what Russia yields, towards its recoupment"
    assert words["sales_commission"] == "Seller: 20% of the receipts of Elsewhere"
    assert words["sales_expenses"] == "Seller: its expenses, 9,000, at most 5,000, out of Elsewhere"


def test_a_territory_is_named_without_its_media_where_all_are_meant() -> None:
    figures = estimated(REST).figures()

    assert outlets_in_words(figures, ["RU.cinema", "RU.tv", "WORLD.cinema"]) == "Russia and Elsewhere"
    assert outlets_in_words(figures, ["RU.cinema"]) == "Russia (cinemas)"


@pytest.mark.parametrize(
    ("step", "flop", "hit"),
    [
        ("{pay: fund, kind: until_recouped}", "ran dry: 6.7%", "filled"),
        ("{pay: fund, kind: until_recouped, of: [RU]}", "nothing left", "filled"),
        ("{pay: author, kind: share, rate: 2%, until: 2029-07-01}", "limit reached", "limit reached"),
        ("{pay: author, kind: share, rate: 2%, until: 5000}", "shared", "limit reached"),
        ("{pay: a, kind: percent_of_gross, rate: 10%, until: {amount: 5000}}", "filled", "limit reached"),
        ("{pay: a, kind: share, rate: 1%, after: {gross: 200000, territory: RU}}", "not open yet", "shared"),
        ("{pay: fund, kind: until, amount: 0}", "nothing due", "nothing due"),
        ("{pay: ru, kind: net_profit}", "shared", "shared"),
        ("{pay: lead, kind: bonus, paid_by: ru, amount: 30, after: {gross: 200000, territory: RU}}", "not open yet", "paid"),
    ],
)  # fmt: skip
def test_how_a_step_ended_is_said_for_every_scenario(step: str, flop: str, hit: str) -> None:
    figures = estimated(step, REST).figures()
    position = figures.model.waterfall.positions[0]

    assert [how_it_ended(figures, s, position) for s in ("flop", "hit")] == [flop, hit]


def test_who_keeps_a_territory_has_kept_it() -> None:
    figures = estimated(REST, sets=("revenue.territories.RS.exclusive=true",)).figures()
    position = next(p for p in figures.model.waterfall.positions if p.id == "exclusive_RS")

    assert how_it_ended(figures, "flop", position) == "kept"


def told(film: api.Estimate, scenario: str) -> dict[str, list[tuple[str, str]]]:
    """The trace of a scenario: step and words by period."""
    (table,) = trace(film.figures([scenario])).parts
    assert isinstance(table, Table)
    found: dict[str, list[tuple[str, str]]] = {}
    for row in table.rows:
        period, step, words = map(str, row.cells)
        if period:
            found[period] = []
        found[list(found)[-1]].append((step, words))
    return found


def test_the_trace_says_what_each_receipt_paid_and_why_a_step_stopped() -> None:
    """2028: 500,000 come in; the seller takes 20 % of 100,000, the fund 300,000, of what is left 180,000 the author has 5,000."""
    film = estimated(
        "{id: seller, pay: seller, kind: percent_of_gross, rate: 20%, of: [WORLD]}",
        "{id: first, pay: fund, kind: until_recouped}",
        "{id: points, pay: author, kind: share, rate: 10%, until: 5000}",
        "{id: home, pay: rs, kind: until_recouped, of: [RS]}",
        "{id: late, pay: poet, kind: share, rate: 1%, after: 2029-01-01}",
        REST,
        "{id: prize, pay: star, kind: bonus, paid_by: ru, rate: 1%, steps: [profit]}",
    )

    found = told(film, "hit")

    assert list(found) == ["2028", "2029", "2030"]
    # the fund takes 300 of 480: what is left is 100 of RU... in proportion: RU 93.75, RS 56.25, Elsewhere 30; the author 5 of all
    assert found["2028"][:3] == [
        ("comes in", "Russia (cinemas): 250,000 of a gross of EUR 250,000"),
        ("", "Serbia: 150,000 of a gross of EUR 150,000"),
        ("", "Elsewhere: 100,000 of a gross of EUR 100,000"),
    ]
    assert found["2028"][3:6] == [
        ("1 seller", "Seller 20,000: 20.0% of Elsewhere, filled"),
        ("2 first", "Equity fund 300,000: filled"),
        ("3 points", "Author 5,000: of 180,000, until its limit was reached"),
    ]
    assert found["2028"][6] == ("4 home", "Dunav Film 54,688: ran dry, 345,312 still owed")
    assert found["2028"][7] == ("5 late", "not open yet")
    assert found["2028"][8] == ("6 profit", "Neva Pictures 60,156, Dunav Film 60,156: 50.0% : 50.0% of 120,312")
    assert found["2028"][9] == ("prize", "Neva Pictures pays Star 602")
    steps = dict(found["2029"])
    assert steps["2 first"] == "had been filled before"
    assert steps["3 points"] == "had reached the limit before"
    assert steps["4 home"] == "Dunav Film 150,000: ran dry, 195,312 still owed"
    assert steps["5 late"] == "Poet 3,300: 1.0% of 330,000"
    assert found["2030"][0] == (
        "comes in",
        "Russia (TV): 40,000 of a gross of EUR 50,000; the distributor keeps fee 10,000",
    )
    assert "4 home" not in dict(found["2030"]), "no money of Serbia came in, so the step is not told of"


def test_a_step_that_is_open_for_a_part_of_a_period_says_so() -> None:
    film = estimated("{id: points, pay: author, kind: share, rate: 2%, until: 2029-07-01}", REST)

    found = told(film, "hit")
    assert dict(found["2028"])["1 points"] == "Author 10,000: 2.0% of 500,000"
    assert dict(found["2029"])["1 points"] == "Author 5,000: 2.0% of 500,000, as far as it is open (50.0%)"
    assert dict(found["2030"])["1 points"] == "no longer open"


def test_what_is_left_for_nobody_is_told_and_what_is_left_over_too() -> None:
    film = estimated(
        "{id: first, pay: [fund, ru, rs], kind: until_recouped}", "{id: more, pay: fund, kind: until, amount: premium}"
    )

    assert told(film, "flop")["2028"][-1] == ("2 more", "nothing is left for it")
    assert "left over" in dict(told(film, "hit")["2030"])


def test_without_receipts_there_is_nothing_to_follow() -> None:
    film = estimated(REST, sets=("revenue.scenarios.flop.gross={RS: 0}",))

    assert trace(film.figures(["flop"])).parts == ["A flop: nothing comes in."]


# --- as data -------------------------------------------------------------------------------------------------------------


def test_the_periods_of_the_json_add_up_to_its_scenarios() -> None:
    film = estimated(
        "{id: first, pay: [fund, ru, rs], kind: until_recouped, of: [RU, WORLD]}",
        "{id: cut, pay: author, kind: share, rate: 10%, until: 5000}",
        REST,
        "{id: prize, pay: star, kind: bonus, paid_by: ru, rate: 1%, steps: [profit]}",
    )

    data = film.to_dict()

    assert data["periods"][0] == {"id": "2027", "days": 365.0}
    for scenario in data["scenarios"]:
        for step in (*scenario["waterfall"], *scenario["transfers"]):
            for party, amount in step["parties"].items():
                parts = [period["parties"][party] for period in step["periods"]]
                assert math.isclose(sum(parts), amount, abs_tol=1e-4), (step["id"], party)
            assert math.isclose(sum(step["parties"].values()), step["paid"], abs_tol=1e-4)
        for step in scenario["waterfall"]:
            assert math.isclose(sum(p["paid"] for p in step["periods"]), step["paid"], abs_tol=1e-4)
        for territory in scenario["territories"]:
            receipts = [p["receipts"] for outlet in territory["outlets"] for p in outlet["periods"]]
            assert math.isclose(sum(receipts), territory["receipts"], abs_tol=1e-4)
            assert math.isclose(sum(o["gross"] for o in territory["outlets"]), territory["gross"], abs_tol=1e-4)
    hit = data["scenarios"][1]
    assert [s["id"] for s in hit["waterfall"]] == ["first", "cut", "profit"]
    assert [(t["id"], t["payer"], list(t["parties"])) for t in hit["transfers"]] == [("prize", "ru", ["star"])]
    assert [o["medium"] for o in hit["territories"][0]["outlets"]] == ["cinema", "tv"]
