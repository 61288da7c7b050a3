"""A film of three invented countries: what the law says of it, worked out here by hand.

``tests/ruritania/three_crowns.yaml``: lines of 1,000,000 EUR and 10 % contingency. One euro is 120 RTK, 2.5 FLR, 10 SYK.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from asked import NOT_KNOWN, answers, film, findings, verdicts
from jsonschema import Draft202012Validator

from coprod_budget.catalog import data_directory
from coprod_budget.catalog.incentive_entries import KINDS as INCENTIVE_KINDS
from coprod_budget.catalog.incentive_entries import RATE_KINDS, TESTS
from coprod_budget.catalog.treaty_kinds import KINDS as TREATY_KINDS
from coprod_budget.model.findings import VERDICTS
from coprod_budget.model.remedies import remedies

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.model import Model

ROOT = Path(__file__).parents[2]
PATH = ROOT / "tests" / "ruritania" / "three_crowns.yaml"
FILM = PATH.read_text(encoding="utf-8")
INVENTED = ("QR", "QG", "QS")

RTK, FLR, SYK = 1 / 120, 1 / 2.5, 1 / 10

# Lines: 60m RTK, 750,000 FLR, 2m SYK. The operator's pay of 600,000 RTK carries 20 % of 120,000 and 5 % of the rest.
CHARGES_ON_PAY = 0.2 * 120_000 + 0.05 * (600_000 - 120_000)
IN_RURITANIA = (6_000_000 + 23_352_000 + 600_000 + CHARGES_ON_PAY + 18_000_000 + 12_000_000) * RTK
IN_GRAUSTARK = (500_000 + 150_000 + 100_000) * FLR
IN_SYLDAVIA = (1_200_000 + 800_000) * SYK
COST = 1.1 * (IN_RURITANIA + IN_GRAUSTARK + IN_SYLDAVIA)

# The programmes, in euros.
FLAT = min(0.2 * (IN_RURITANIA - 6_000_000 * RTK), 9_000_000 * RTK)  # the script is development; the cap bites
RANGE = 12_000_000 * RTK  # what is spent in Zenda
TIERS = min(0.2 * 750_000, 120_000) * FLR  # above 700,000 FLR it is 20 % of all, the tier has a cap
MARGINAL = (
    0.25 * 500_000 + 0.1 * 100_000
) * FLR  # the base ends at 600,000; four days of shooting raise the first slice
BONUS = 0.15 * IN_GRAUSTARK  # effects above 100,000 FLR; of the crew nothing is said
POINTS = (0.2 + 3 * 0.01) * IN_SYLDAVIA
CONDITION = 0.15 * (
    80_000 + 0.5 * IN_SYLDAVIA
)  # locations of 120,000 count up to half of the spend; four days raise the rate
GRANT, CHANCE = 200_000 * SYK, 0.4


@pytest.fixture(scope="module")
def crowns(ruritania: Catalog) -> Model:
    return film(ruritania, FILM)


def test_the_lines_are_what_the_figures_below_start_from(crowns: Model) -> None:
    assert pytest.approx((500_000, 300_000, 200_000)) == (IN_RURITANIA, IN_GRAUSTARK, IN_SYLDAVIA)
    expected = {
        "budget.total": COST,
        "coproducer.QR.share": 0.5,
        "coproducer.QG.share": 0.3,
        "coproducer.QS.share": 0.2,
    }
    assert answers(crowns, expected) == pytest.approx(expected)


def test_every_verdict_occurs_among_treaties_and_among_incentives(crowns: Model) -> None:
    found = findings(crowns)
    given = dict(zip([f.key for f in found], verdicts(crowns.evaluate(), found), strict=True))
    treaties = {f.key for i in crowns.eligibility.instruments for f in i.findings}

    assert {given[key] for key in treaties} == set(VERDICTS)
    assert {given[key] for key in given.keys() - treaties} == set(VERDICTS)


def test_every_kind_of_rule_rate_and_test_is_in_the_invented_law(ruritania: Catalog) -> None:
    treaties = [ruritania.treaty(name) for name in ruritania.treaties()]
    kinds = {c.kind for t in treaties if set(INVENTED) & set(t.countries) for c in t.criteria.values()}
    programmes = [ruritania.incentive(name) for name in ruritania.incentives()]
    rules = [rule for p in programmes if p.country in INVENTED for rule in p.rules]
    rates = [value.value for rule in rules if rule.kind == "rate" for value in rule.history.values]
    bonuses = [bonus for rate in rates for bonus in getattr(rate, "bonuses", ())]
    tests = {
        test
        for bonus in bonuses
        for first in bonus.tests
        for test in (first.test, getattr(first.alternative, "test", ""))
    }

    assert kinds == set(TREATY_KINDS)
    assert {rule.kind for rule in rules} == set(INCENTIVE_KINDS)
    assert {getattr(rate, "kind", "") for rate in rates} - {""} == set(RATE_KINDS)
    assert tests - {""} == set(TESTS)


def test_the_convention_governs_with_a_warning(crowns: Model) -> None:
    assert crowns.eligibility.governing.instrument == "zenda_convention"
    expected = {
        "parties_minimum": "pass",  # three of three
        "share_minimum.QS": "pass",  # 20 of at least 10
        "share_maximum.QR": "pass",  # 50 of at most 70
        "full_support.QG": "pass",
        "full_support.QS": "warn",  # 20, and below 25 a party may restrict its support
        "filing": "pass",  # from 30 September to the first day of March
        "points_fiction_threshold": "pass",
    }
    keys = {f"test.zenda_convention.{rule}.verdict": verdict for rule, verdict in expected.items()}
    assert answers(crowns, keys) == keys
    assert answers(crowns, ["eligibility.zenda_convention.verdict"]) == {"eligibility.zenda_convention.verdict": "warn"}


def test_points_are_those_of_the_people_named(crowns: Model) -> None:
    """20, less the composer (1) and the costumes (1, with the sets) whom nobody knows yet, and a third role of Tomania (1)."""
    key = "test.zenda_convention.points_fiction_threshold.actual"
    assert answers(crowns, [key]) == {key: 20 - 1 - 1 - 1}


def test_the_fund_refuses_by_share_and_by_amount(crowns: Model) -> None:
    """130,000 asked for: a tenth of the cost is 110,000, the cap 120,000. Graustark left in 2025: an outsider with 30 per cent."""
    expected = {
        "test.elphberg_fund.member_states.actual": 2,
        "test.elphberg_fund.third_party_total.verdict": "pass",
        "test.elphberg_fund.support_share.required": 0.1 * COST,
        "test.elphberg_fund.support_share.verdict": "fail",
        "test.elphberg_fund.support_cap.required": 120_000,
        "test.elphberg_fund.support_cap.verdict": "fail",
        "test.elphberg_fund.collection_account.verdict": "warn",
        "test.elphberg_fund.producer_owners.verdict": "unknown",
        "eligibility.elphberg_fund.verdict": "fail",
    }
    assert answers(crowns, expected) == {k: v if isinstance(v, str) else pytest.approx(v) for k, v in expected.items()}


def test_what_would_have_to_change_is_said_in_money_of_the_report(crowns: Model) -> None:
    """130,000 less 110,000 and less 120,000; the outsiders' 30 per cent are exactly what may be."""
    texts = {remedy.finding.key: remedy.text for remedy in remedies(crowns, crowns.evaluate())}

    assert texts["elphberg_fund.support_share"] == "ask for EUR 20,000 less"
    assert texts["elphberg_fund.support_cap"] == "10,000 EUR less"
    assert texts["elphberg_fund.third_party_total"] == "holds exactly, by nothing"
    assert "EUR 55,000 more (5.00% of the budget)" in texts["zenda_convention.full_support.QS"]


def test_the_status_fails_by_money_from_abroad_and_waits_for_a_composer(crowns: Model, ruritania: Catalog) -> None:
    """Half of the money comes from abroad, 30 per cent may. Director of three authors: with a composer from here two of three."""
    expected = {
        "test.qr_national_film.foreign_investment.actual": 0.5,
        "test.qr_national_film.foreign_investment.verdict": "fail",
        "test.qr_national_film.authors.verdict": "unknown",
        "test.qr_national_film.works.actual": (IN_RURITANIA - 50_000) / (1_000_000 - 50_000),  # the script is no work
        "test.qr_national_film.works.verdict": "pass",
    }
    assert answers(crowns, expected) == {k: v if isinstance(v, str) else pytest.approx(v) for k, v in expected.items()}
    authors = "test.qr_national_film.authors.verdict"
    assert answers(film(ruritania, FILM, "people.composer=QR"), [authors]) == {authors: "pass"}
    assert answers(film(ruritania, FILM, "people.composer=QG"), [authors]) == {authors: "fail"}


def test_state_support_is_half_of_the_cost_at_most_and_spent_at_home(crowns: Model) -> None:
    expected = {
        "test.qr_state_support.support_share.actual": 12_000_000 * RTK,
        "test.qr_state_support.support_share.required": 0.5 * COST,
        "test.qr_state_support.support_spend.actual": IN_RURITANIA,
    }
    assert answers(crowns, expected) == pytest.approx(expected)
    limits = [f"test.qr_state_support.{rule}.verdict" for rule in ("criteria", "support_share", "support_spend")]
    assert answers(crowns, limits) == dict.fromkeys(limits, "pass")


def test_state_support_fails_with_the_status_that_it_needs(crowns: Model, ruritania: Catalog) -> None:
    keys = ["eligibility.qr_national_film.verdict", "eligibility.qr_state_support.verdict"]
    assert answers(crowns, keys) == dict.fromkeys(keys, "fail")
    granted = film(ruritania, FILM, "treaty.facts.qr_state_support.national_film=true")
    assert answers(granted, keys[1:]) == {keys[1]: "pass"}


AMOUNTS = {
    # programme: low, expected, high before fee and tax; expected after them; chance
    "qr_flat": (FLAT, FLAT, FLAT, 0.98 * FLAT, 1),
    "qr_range": (0.1 * RANGE, 0.15 * RANGE, 0.2 * RANGE, 0.15 * RANGE, 1),
    "qg_tiers": (TIERS, TIERS, TIERS, TIERS, 1),
    "qg_marginal": (MARGINAL, MARGINAL, MARGINAL, 0.75 * MARGINAL, 1),
    "qg_bonus": (BONUS, BONUS, 0.2 * IN_GRAUSTARK, BONUS, 1),
    "qs_points": (POINTS, POINTS, POINTS, POINTS, 1),
    "qs_condition": (CONDITION, CONDITION, CONDITION, CONDITION, 1),
    "qs_competitive": (100_000 * SYK, GRANT, 300_000 * SYK, GRANT, CHANCE),
}


@pytest.mark.parametrize("programme", AMOUNTS)
def test_a_programme_pays_what_its_rate_says(programme: str, crowns: Model) -> None:
    low, middle, high, net, chance = AMOUNTS[programme]
    expected = {
        f"incentive.{programme}.{name}": value
        for name, value in {
            "amount_low": low, "amount_expected": middle, "amount_high": high, "net_expected": net, "probability": chance,
            "expected": chance * net, "counted": 1,
        }.items()
    }  # fmt: skip
    assert answers(crowns, expected) == pytest.approx(expected)


def test_at_the_discretion_of_the_body_only_the_most_is_known_and_aid_has_a_ceiling(
    crowns: Model, ruritania: Catalog
) -> None:
    """All aid is at most half of the cost, 550,000: the grants are 230,000, and 330,000 is expected of the other programmes."""
    others = sum(middle for _, middle, _, _, _ in AMOUNTS.values())
    assert others == pytest.approx(330_000)
    key = "incentive.qr_up_to"
    expected = {
        f"{key}.amount_low": NOT_KNOWN,
        f"{key}.amount_expected": NOT_KNOWN,
        f"{key}.expected": 0,
        f"{key}.amount_high": 0,
    }
    assert answers(crowns, expected) == expected
    smaller = film(ruritania, FILM, "finance[fund].amount=105000")
    room = 0.5 * COST - 105_000 - 100_000 - others
    assert answers(smaller, [f"{key}.amount_high"]) == pytest.approx({f"{key}.amount_high": room})
    assert room == pytest.approx(15_000)


@pytest.mark.parametrize("programme", ["qg_closed", "qs_unknown", "qr_every_rule"])
def test_what_is_closed_doubtful_or_unknown_does_not_count(programme: str, crowns: Model) -> None:
    expected = {f"incentive.{programme}.counted": 0, f"incentive.{programme}.expected": 0}
    assert answers(crowns, expected) == expected


def test_the_project_may_turn_a_closed_programme_on(ruritania: Catalog) -> None:
    """10 % and 1 % for each test that is met: spend (two), effects, days; the budget is above a million, the share below 90 %."""
    turned_on = film(ruritania, FILM, "incentives[qg_closed].turn_on=true")
    met = 4
    expected = {"incentive.qg_closed.amount_expected": (0.1 + 0.01 * met) * IN_GRAUSTARK}
    assert answers(turned_on, expected) == pytest.approx(expected)


def test_net_cost_is_the_cost_less_what_is_expected(crowns: Model) -> None:
    aid = sum(net * chance for _, _, _, net, chance in AMOUNTS.values())
    expected = {"incentives.expected": aid, "net_cost.expected": COST - aid}
    assert aid == pytest.approx(303_000)
    assert answers(crowns, expected) == pytest.approx(expected)
    assert crowns.evaluate().number("checks.all_ok") == 1


def test_a_line_that_another_bears_changes_the_verdicts(ruritania: Catalog) -> None:
    """Graustark takes the palace over, 120,000: Syldavia bears 8 per cent, and 10 are the least."""
    expected = {
        "coproducer.QS.share": pytest.approx(
            (80_000 + 20_000) / 1_100_000, abs=1e-6
        ),  # of the contingency it still bears a fifth
        "test.zenda_convention.share_minimum.QS.verdict": "fail",
        "eligibility.zenda_convention.verdict": "fail",
        "incentive.qr_flat.verdict": "fail",  # it asks for an official co-production
        "incentive.qr_flat.counted": 0,
    }
    assert answers(film(ruritania, FILM, "budget.lines[palace].bearer=qg"), expected) == expected


@pytest.mark.parametrize(
    ("sets", "governs"),
    [
        (["as_of=2014-12-31"], ""),  # Syldavia joins in 2015: two parties are not three
        (["as_of=2015-01-01"], "zenda_convention"),
        (["partners.qs.country=QV", "as_of=2026-06-30"], "zenda_convention"),
        (
            ["partners.qs.country=QV", "as_of=2026-07-01"],
            "bilateral_qr_qg",
        ),  # Vulgaria left: a third country of the two
        (["partners.qs.country=QN", "as_of=2020-01-01"], "zenda_convention"),
        (["partners.qs.country=QR"], "bilateral_qr_qg"),  # two countries have a treaty of their own
        (["partners.qs.country=QR", "as_of=2019-12-31"], "zenda_convention"),  # not yet in force
        (["partners.qg.country=QR"], "zenda_convention"),  # signed, perhaps in force: the convention meanwhile
        (["partners.qg.country=QR", "partners.qs.country=QR"], ""),  # one country needs none
        (["treaty.instrument=none"], ""),
    ],
)
def test_the_day_and_the_countries_choose_the_treaty(sets: list[str], governs: str, ruritania: Catalog) -> None:
    assert film(ruritania, FILM, *sets).eligibility.governing.instrument == governs


def test_auto_takes_what_is_open_where_the_film_is_made(ruritania: Catalog) -> None:
    model = film(ruritania, FILM, "incentives=auto")

    assert {programme.id for programme in model.incentives.programmes} == set(AMOUNTS) | {"qr_up_to"}


@pytest.mark.parametrize("folder", ["treaties", "incentives"])
def test_the_invented_law_is_written_as_ours(folder: str) -> None:
    schema = next((data_directory() / folder).glob("*.schema.json")).read_text(encoding="utf-8")
    validator = Draft202012Validator(json.loads(schema))
    files = sorted((PATH.parent / folder).glob("*.yaml"))

    assert files
    assert not [e.message for f in files for e in validator.iter_errors(yaml.safe_load(f.read_text(encoding="utf-8")))]
