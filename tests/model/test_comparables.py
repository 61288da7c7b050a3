"""Scenarios from real films: quantiles by independent arithmetic, which films are compared, and what follows the budget."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from films import OWN, figures, model_of, problem, warnings

from coprod_budget.catalog import open_catalog
from coprod_budget.model.comparables import ENOUGH, compared, place_of, quantile
from coprod_budget.project import load_project
from coprod_budget.project.revenue import Comparables

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
RURITANIA = ROOT / "tests" / "ruritania"
SHELF = open_catalog().comparables
FILMS, BANDS = SHELF.films["RU"], SHELF.bands["RU"]
FILM = (
    OWN
    + """\
revenue:
  territories: {QR: {}, QG: {exhibitor: 50%, distributor_fee: 30%}}
  scenarios: {from_comparables: {funding: crown_fund, others: {QG: 10%}}}
"""
)
GROSS = "revenue.scenarios.p50.gross.QR"


def _benchmark() -> ModuleType:
    path = ROOT / "benchmarks" / "comparables.py"
    if not path.is_file():
        pytest.skip("the installed package is tested here, without its benchmarks")
    spec = importlib.util.spec_from_file_location("measured_comparables", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# Quantiles --------------------------------------------------------------------------------------------------------------


def test_a_quantile_stands_at_its_rank_among_the_films_and_one_to_come():
    ratios = [k / 10 for k in range(1, 20)]  # 19 films: the k-th of 20 parts ends at the k-th film

    assert quantile(ratios, 0.05) == pytest.approx(0.1)
    assert quantile(ratios, 0.5) == pytest.approx(1.0)
    assert quantile(ratios, 0.95) == pytest.approx(1.9)


def test_between_two_films_a_quantile_is_their_geometric_mean():
    assert quantile([1.0, 4.0], 0.5) == pytest.approx(2.0)
    assert quantile([4.0, 1.0], 0.5) == pytest.approx(2.0)


def test_a_film_that_grossed_nothing_counts_as_a_film():
    assert quantile([0.0, 0.0, 1.0], 0.25) == 0
    assert quantile([0.0, 2.0], 0.5) == pytest.approx(1.0)


def test_beyond_the_films_the_last_of_them_is_told():
    assert quantile([1.0, 2.0, 3.0], 0.01) == 1.0
    assert quantile([1.0, 2.0, 3.0], 0.99) == 3.0


@pytest.mark.parametrize("money", [*SHELF.fundings("RU"), ""])
def test_the_ratios_of_the_shipped_films_are_those_that_numpy_finds(money):
    for place, band in enumerate(BANDS):
        found = compared(FILMS, BANDS, place, money)
        logs = np.log([film.ratio for film in found.films])
        for share in Comparables().quantiles:
            expected = float(np.exp(np.quantile(logs, share, method="weibull")))
            assert quantile([film.ratio for film in found.films], share) == pytest.approx(expected), band.id


# Which films are compared -----------------------------------------------------------------------------------------------


def test_films_of_the_band_and_the_same_public_money_are_compared_where_there_are_twenty():
    found = compared(FILMS, BANDS, 0, "ministry")

    assert not found.wider
    assert len(found.films) == sum(f.funding == "ministry" and f.budget < 50e6 for f in FILMS) == 49


def test_a_band_with_too_few_films_is_joined_by_those_beside_it():
    found = compared(FILMS, BANDS, 3, "cinema_fund")

    assert found.wider
    assert found.words == "public money: cinema_fund, budgets from 100,000,000 RUB"
    assert {place_of(BANDS, film.budget) for film in found.films} == {2, 3, 4}
    assert {film.funding for film in found.films} == {"cinema_fund"}


def test_public_money_with_too_few_films_in_all_is_given_up_for_the_band():
    found = compared(FILMS, BANDS, 1, "ministry_and_cinema_fund")

    assert found.wider
    assert {place_of(BANDS, film.budget) for film in found.films} == {1}
    assert len({film.funding for film in found.films}) == 3


def test_films_are_never_chosen_by_what_they_grossed():
    nothing = [film._replace(gross=0.0) for film in FILMS]
    for place in range(len(BANDS)):
        for money in (*SHELF.fundings("RU"), ""):
            chosen = {film.id for film in compared(FILMS, BANDS, place, money).films}
            assert chosen == {film.id for film in compared(nothing, BANDS, place, money).films}
            assert len(chosen) >= ENOUGH


def test_a_budget_on_a_limit_belongs_to_the_band_that_begins_there():
    assert [place_of(BANDS, budget) for budget in (0, 49_999_999, 50e6, 400e6, 9e12)] == [0, 0, 1, 4, 4]


# The estimate -----------------------------------------------------------------------------------------------------------


def test_the_gross_is_the_ratio_of_the_band_times_the_budget(catalog):
    ratio = math.sqrt(1.0 * 1.1)  # films 10 and 11 of 20
    # EUR 1000 are RTK 120,000: over the limit of RTK 100,000, but tickets have become dearer by a quarter since
    assert figures(catalog, FILM, keys=f"comparables.budget comparables.large.from {GROSS}") == pytest.approx(
        [120_000, 125_000, 120_000 * ratio]
    )


def test_a_dearer_film_follows_the_ratio_until_it_is_compared_with_other_films(catalog):
    dearer = "budget.lines[lead].rate=104"
    dearest = "budget.lines[lead].rate=200"

    assert figures(catalog, FILM, dearer, keys=GROSS) == pytest.approx([124_800 * math.sqrt(1.1)])
    assert figures(catalog, FILM, dearest, keys=GROSS) == pytest.approx([240_000 * math.sqrt(0.1 * 0.11)])


def test_the_band_may_be_fixed_by_hand(catalog):
    fixed = "revenue.comparables.budget_band=large"

    assert figures(catalog, FILM, fixed, keys=GROSS) == pytest.approx([120_000 * math.sqrt(0.1 * 0.11)])


def test_limits_move_with_the_newest_ticket_price_of_a_year_that_is_over(catalog):
    year_before = ("as_of=2025-06-01", "schedule.start=2025-07-01", "fx.RTK=120")

    assert figures(catalog, FILM, keys="comparables.price_level") == [1.25]
    assert figures(catalog, FILM, *year_before, keys="comparables.price_level comparables.large.from") == [1, 100_000]


def test_without_a_series_of_ticket_prices_the_limits_stand_as_they_are(tmp_path):
    bands = "territory,id,label,least,currency,price_year\nQR,small,small,0,RTK,2010\nQR,large,large,100000,RTK,2010\n"
    (tmp_path / "comparable_bands.csv").write_text(bands, encoding="utf-8")
    catalog = open_catalog([RURITANIA, tmp_path])

    assert figures(catalog, FILM, keys="comparables.price_level comparables.large.from") == [1, 100_000]


def test_other_territories_follow_by_ratio_in_their_own_money(catalog):
    qr, qg = figures(catalog, FILM, keys=f"{GROSS} revenue.scenarios.p50.gross.QG")

    assert qg / 2.5 == pytest.approx(0.1 * qr / 120)  # FLR 2.5 and RTK 120 a euro


def test_other_territories_may_be_given_by_hand_for_each_scenario(catalog):
    by_hand = FILM.replace("others: {QG: 10%}", "quantiles: [25%, 75%], gross: {QG: {p25: 7, p75: 9}}")

    assert figures(catalog, by_hand, keys="revenue.scenarios.p25.gross.QG revenue.scenarios.p75.gross.QG") == [7, 9]


def test_a_territory_of_which_nothing_is_said_grosses_nothing_and_is_warned_of(catalog):
    silent = FILM.replace(", others: {QG: 10%}", "")

    assert figures(catalog, silent, keys="revenue.scenarios.p90.gross.QG") == [0]
    assert "no gross in QG: the films compared are those of QR alone" in warnings(catalog, silent)


def test_each_scenario_stands_for_the_ranks_nearest_its_quantile():
    assert Comparables().parts == pytest.approx([0.175, 0.2, 0.25, 0.2, 0.175])
    assert Comparables(quantiles=[0.2, 0.5]).parts == pytest.approx([0.35, 0.65])
    assert Comparables(quantiles=[0.5]).parts == [1]


@pytest.mark.parametrize("quantiles", ["[50%]", "[5%, 95%]", "[10%, 12.5%, 60%]", "[5%, 20%, 40%, 60%, 80%, 95%]"])
def test_the_probabilities_sum_to_one_and_every_check_holds(catalog, quantiles):
    model = model_of(catalog, FILM, f"revenue.comparables.quantiles={quantiles}")
    values = model.evaluate()

    assert sum(values.number(f"revenue.scenarios.{s}.weight") for s in model.revenue.scenarios.keys) == pytest.approx(1)
    assert values.number("checks.all_ok") == 1


def test_probabilities_may_be_given(catalog):
    given = ("revenue.comparables.quantiles=[10%, 90%]", "revenue.comparables.weights=[70%, 30%]")

    assert figures(catalog, FILM, *given, keys="revenue.scenarios.p10.weight revenue.scenarios.p90.weight") == [
        0.7,
        0.3,
    ]


def test_the_word_the_details_under_it_and_a_section_of_its_own_mean_the_same(catalog):
    section = FILM.replace(
        "scenarios: {from_comparables: {funding: crown_fund, others: {QG: 10%}}}",
        "scenarios: from_comparables\n  comparables: {funding: crown_fund, others: {QG: 10%}}",
    )
    word = FILM.replace("{from_comparables: {funding: crown_fund, others: {QG: 10%}}}", "from_comparables")
    sets = ("revenue.comparables.funding=crown_fund", "revenue.comparables.others={QG: 10%}")
    by_hand = word.replace("from_comparables", "{base: {weight: 100%, gross: {QR: 1}}}")

    expected = figures(catalog, FILM, keys="expected.gross")
    assert figures(catalog, section, keys="expected.gross") == expected
    assert figures(catalog, word, *sets, keys="expected.gross") == expected
    assert figures(catalog, by_hand, "revenue.scenarios=from_comparables", *sets, keys="expected.gross") == expected


def test_the_origin_of_a_ratio_says_how_many_films_and_which(catalog):
    node, row = model_of(catalog, FILM).graph.find("comparables.small.p50") or (None, 0)
    assert node is not None
    origin = node.origin(row)

    assert origin is not None
    assert origin.basis == "derived"
    assert origin.title == "20 films 2020-2023 (public money: crown_fund, budgets under 100,000 RTK): Invented register"


def test_films_without_public_money_named_are_compared_all_together_and_that_is_said(catalog):
    anybody = FILM.replace("funding: crown_fund, ", "")

    assert "films of any public money are compared" in warnings(catalog, anybody)
    model = model_of(catalog, anybody)
    assert model.revenue.comparison is not None
    assert len(model.revenue.comparison.asked.slices["small"].films) == 25


def test_the_compared_territory_is_the_first_of_the_partners_countries_with_films_where_none_is_named(catalog):
    alone = OWN + "revenue: {scenarios: {from_comparables: {funding: crown_fund}}}\n"

    assert figures(catalog, alone, keys=GROSS) == pytest.approx([120_000 * math.sqrt(1.1)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{QR: {}, QG", "{QG"), "no films to compare with in QG; there are some for"),
        (("funding: crown_fund", "funding: crown"), "no film has public money of 'crown'; did you mean crown_fund?"),
        (("funding: crown_fund", "budget_band: lage"), "there is no band of budgets 'lage'; did you mean large?"),
        (("funding: crown_fund", "type: documentary"), "there is no film of the type documentary to compare with"),
        (("title: One line", "title: X\nkind: series"), "this is a series, and the films to compare with are others"),
    ],
)
def test_what_cannot_be_compared_is_told_with_what_would_be_right(catalog, change, message):
    assert message in problem(catalog, FILM.replace(*change))


def test_too_few_films_of_a_type_are_not_compared_alone(catalog):
    assert "3 films of the type animation are too few" in warnings(catalog, FILM, "revenue.comparables.type=animation")


def test_a_figure_of_the_section_is_found_in_the_file_where_it_was_written():
    project = load_project(FILM, filename="film.yaml")

    assert project.where("revenue.comparables.funding") == "film.yaml:15"
    assert project.where("revenue.comparables.others.QG") == "film.yaml:15"


# Measured ---------------------------------------------------------------------------------------------------------------


def test_the_tables_of_the_page_are_those_that_the_benchmark_measures():
    measured = _benchmark()
    text = measured.PAGE.read_text(encoding="utf-8")

    assert set(measured.BLOCKS) == {found[2] for found in measured.BLOCK.finditer(text)}
    assert measured.rendered(text) == text, "run: python benchmarks/comparables.py --write"


def test_a_band_of_eighty_per_cent_holds_about_eighty_per_cent_of_films_that_were_not_seen():
    measured = _benchmark()
    seen = measured.rolling(FILMS, BANDS, measured.FIRST_YEAR)
    hits = sum(s.inside_80 for s in seen)

    assert len(seen) == 94
    low, high = measured.interval(hits, len(seen))
    assert low < 0.8 < high
    assert 0.75 < hits / len(seen) < 0.85


def test_a_film_is_judged_by_films_of_the_years_before_it_alone():
    measured = _benchmark()
    known: list[int] = []

    def watch(films, _bands, film):
        known.append(film.year - max(f.year for f in films))
        return [1.0] * 5

    measured.rolling(FILMS, BANDS, measured.FIRST_YEAR, watch)
    assert min(known) >= 1


def test_the_interval_of_a_share_is_the_exact_one():
    assert _benchmark().interval(8, 10) == pytest.approx((0.44390, 0.97479), abs=1e-5)  # Clopper-Pearson, any textbook
    assert _benchmark().interval(0, 10) == pytest.approx((0.0, 0.30850), abs=1e-5)
