"""Simulations of films: against closed forms, against ``estimate --set``, whoever evaluates the draws, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from solve_films import PLAIN, fund_multiple, total

from coprod_budget import api
from coprod_budget.errors import Problem, ProjectError
from coprod_budget.whatif.simulate import run
from coprod_budget.whatif.simulate.distributions import Pert
from coprod_budget.whatif.simulate.inputs import draws_of
from coprod_budget.whatif.simulate.plan import Plan, Wanted
from coprod_budget.whatif.simulate.results import results
from coprod_budget.whatif.simulate.run import NothingUncertainError, Simulation, simulate
from coprod_budget.whatif.study import BLOCK, Study
from coprod_budget.whatif.workers import Processes, WorkersLostError

if TYPE_CHECKING:
    from collections.abc import Iterator

RURITANIA = Path(__file__).parents[1] / "ruritania"
CREW, POST, GROSS = "budget.lines[crew].rate", "budget.lines[post].rate", "revenue.scenarios.base.gross.RU"
SECTION = f"""
uncertainty:
  {CREW}: {{dist: pert, low: 2700, high: 3900}}
  {POST}: {{dist: lognormal, sigma: 20%}}
  budget.charges.contingency.rate: {{dist: uniform, low: 8%, high: 12%, source: our last three films}}
  {GROSS}: {{dist: triangular, low: 0.5, high: 2, factor: true}}
"""
HALVES = [Wanted.parse(text) for text in ("budget.total <= 110000", "budget.total <= 110000 in 10%")]


def film(section: str = SECTION, text: str = PLAIN, **options: Any) -> Study:
    return Study(text + section, filename="film.yaml", **options)


def drawn(found: Simulation) -> dict[str, Any]:
    return found.draws.block(0, found.done)


def test_every_draw_is_the_estimate_with_its_numbers_set() -> None:
    """Cost, gap, verdict of recoupment: a draw is nothing but `estimate --set` of what was drawn."""
    study = film()
    found = simulate(
        study, Plan(draws=6, seed=3, metrics=("budget.total", "party.fund.irr", "finance.gap", "party.ru.recouped"))
    )
    values = drawn(found)
    for row in range(6):
        sets = [
            f"{path}={column[row]!r}".replace("np.float64(", "").replace(")", "") for path, column in values.items()
        ]
        result = api.estimate(api.load_text(PLAIN + SECTION, sets=sets))
        for key, column in found.kept.items():
            assert column[row] == pytest.approx(result[key], rel=1e-12, abs=1e-6)


def test_means_and_chances_agree_with_closed_forms() -> None:
    """Independent numbers: the mean of the budget is the budget of the means; the fund is back where its part of the gross covers it."""
    found = simulate(film(), Plan(draws=16_384))
    said = results(found)
    values = drawn(found)
    crew, post = (2700 + 4 * 3000 + 3900) / 6, 40_000 * np.exp(0.2**2 / 2)
    by_key = {one.key: one.found for one in said.metrics}

    assert by_key["budget.total"].mean == pytest.approx(total(20, crew, post, 0.1), rel=2e-5)
    assert by_key["budget.before_contingency"].mean == pytest.approx(20 * crew + post, rel=2e-5)
    (fund,) = [one for one in said.parties if one.id == "fund"]
    # 40 % of a gross of 50,000 to 200,000, likeliest 100,000: the fund's 50,000 are back from 125,000 on
    assert fund.probability_recouped == pytest.approx(75**2 / (150 * 100), abs=2e-4)
    loss = np.maximum(50_000 - 0.4 * values[GROSS], 0).mean()
    assert fund.expected_loss == pytest.approx(loss, rel=1e-9)
    multiples = [fund_multiple(gross) for gross in values[GROSS]]
    assert by_key["party.fund.profit"].mean == pytest.approx(50_000 * (np.mean(multiples) - 1), rel=1e-9)


def test_the_contingency_stands_beside_what_the_cost_needs() -> None:
    found = simulate(film(), Plan(draws=4096))
    said = results(found)
    values = drawn(found)
    cost = 20 * np.round(values[CREW], 2) + np.round(values[POST], 2)
    assert said.cost is not None

    assert said.cost.cost == pytest.approx(100_000)
    assert said.cost.contingency == pytest.approx(10_000)
    assert said.cost.total == pytest.approx(110_000)
    assert said.cost.enough == pytest.approx(np.quantile(cost, 0.8), abs=0.5)
    assert said.cost.needed == pytest.approx(np.quantile(cost, 0.8) - 100_000, abs=0.5)
    assert said.cost.within == pytest.approx(np.mean(cost <= 110_000), abs=1e-3)


def test_a_requirement_holds_in_a_share_of_the_draws() -> None:
    found = simulate(film(), Plan(draws=1024, requirements=tuple(HALVES)))
    every, some = results(found).requirements
    kept = np.mean(found.kept["budget.total"] <= 110_000)

    assert (every.share, every.needed, every.holds) == (kept, 1.0, False)
    assert (some.share, some.needed, some.holds) == (kept, 0.1, True)


def test_the_same_seed_gives_the_same_figures_whoever_evaluates_them() -> None:
    """Two processes, several blocks: bit for bit what one process finds."""
    plan = Plan(
        draws=2 * BLOCK + 5, seed=11, sampler="lhs", correlation=0.4, metrics=("budget.total", "party.fund.irr")
    )
    here, there = simulate(film(), plan), simulate(film(), plan, workers=Processes(2))

    assert there.done == plan.draws
    for key in here.kept:
        assert np.array_equal(here.kept[key], there.kept[key], equal_nan=True)


def test_more_draws_begin_with_the_fewer_ones() -> None:
    few, many = (simulate(film(), Plan(draws=n, metrics=("budget.total",))) for n in (100, 5000))

    assert np.array_equal(few.kept["budget.total"], many.kept["budget.total"][:100])


@pytest.mark.parametrize("why", [KeyboardInterrupt(), WorkersLostError([Problem("S905", "they ended")])])
def test_what_stops_a_simulation_leaves_the_draws_that_are_done(
    why: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run.run_all

    def stopped(*args: Any) -> Iterator[Any]:
        for number, part in enumerate(whole(*args)):
            if number == 1:
                raise why
            yield part

    monkeypatch.setattr(run, "run_all", stopped)
    found = simulate(film(), Plan(draws=3 * BLOCK, metrics=("budget.total",)))

    assert found.interrupted
    assert found.lost is (why if isinstance(why, WorkersLostError) else None)
    assert found.done == BLOCK == len(found.kept["budget.total"])
    assert results(found).metrics[0].found.draws == BLOCK


def test_total_loss_stays_in_the_statistics() -> None:
    """Where nothing comes back the rate of return is -100 %, and counts."""
    section = f"\nuncertainty:\n  {GROSS}: {{dist: discrete, values: [0, 1000000], weights: [30%, 70%]}}\n"
    found = simulate(film(section), Plan(draws=1000, metrics=("party.fund.irr",)))
    (irr,) = results(found).metrics

    assert irr.found.undefined == 0
    assert np.mean(found.kept["party.fund.irr"] == -1) == pytest.approx(0.3, abs=0.01)


def test_a_draw_that_fails_has_a_reason_and_is_left_out() -> None:
    section = "\nuncertainty: {partners.ru.share: {dist: discrete, values: [60%, 55%], weights: [50%, 50%]}}\n"
    found = simulate(film(section), Plan(draws=8, metrics=("budget.total",), requirements=tuple(HALVES[1:])))
    said = results(found)

    assert len(found.failed) == 4
    assert all("100%" in why or "95%" in why for why in found.failed.values())
    assert said.metrics[0].found.draws == 4
    assert said.metrics[0].found.undefined == 0


def test_where_no_draw_can_be_that_is_said_at_once() -> None:
    section = "\nuncertainty: {partners.ru.share: {dist: uniform, low: 55%, high: 65%}}\n"

    with pytest.raises(ProjectError, match=r"none of the first 8 draws can be: the partners' shares"):
        simulate(film(section), Plan(draws=8, metrics=("budget.total",)))


def test_a_forgotten_per_cent_sign_is_seen() -> None:
    with pytest.raises(ProjectError, match=r"sigma is 18, that is 1800%; write 18% or 0\.18"):
        simulate(film(f"\nuncertainty:\n  {GROSS}: {{dist: lognormal, sigma: 18}}\n"), Plan(draws=8))


def test_a_rule_that_names_a_verdict_is_for_verdicts() -> None:
    with pytest.raises(ValueError, match="is no verdict"):
        simulate(film(), Plan(draws=8, requirements=(Wanted.parse("budget.total"),)))


# the prices of the tables --------------------------------------------------------------------------------------------


PRICED = """
title: Priced
as_of: 2026-09-30
partners: {qr: {name: Elphberg, country: QR, currency: RTK, share: 100%}}
currency: RTK
schedule: {shoot_days: {strelsau: 10}}
budget:
  rounding: none
  lines:
    - {id: first, account: electric, item: gaffer, city: strelsau, quantity: 10}
    - {id: second, account: electric, item: gaffer, city: strelsau, quantity: 5}
    - {id: grip, account: grip, item: key_grip, city: strelsau, quantity: 10}
    - {id: cutting, account: editing, item: editor, city: strelsau, quantity: 20}
"""


def test_prices_are_drawn_between_low_and_high_of_the_tables() -> None:
    """A price of two lines is one number, a price without a range is none; 8,000 / 10,000 / 15,000 and 5,000 / 7,000 / 9,000."""
    study = Study(PRICED, data=[RURITANIA])
    found = simulate(study, Plan(draws=8192, price_ranges=True, price_correlation=0.5, metrics=("budget.total",)))
    values = drawn(found)
    said = results(found)

    assert list(values) == ["lines.first.rate", "lines.second.rate", "lines.cutting.rate"]
    assert np.array_equal(values["lines.first.rate"], values["lines.second.rate"])
    assert (values["lines.first.rate"].min(), values["lines.first.rate"].max()) == pytest.approx(
        (8000, 15000), rel=0.03
    )
    assert [one.paths for one in said.prices] == [("lines.first.rate", "lines.second.rate"), ("lines.cutting.rate",)]
    mean = 15 * (8000 + 4 * 10000 + 15000) / 6 + 10 * 6000 + 20 * 7000
    assert said.metrics[0].found.mean == pytest.approx(mean, rel=1e-4)
    assert found.kept["budget.total"] == pytest.approx(
        15 * values["lines.first.rate"] + 60_000 + 20 * values["lines.cutting.rate"]
    )


def test_prices_are_likeliest_in_the_middle_whichever_level_the_budget_takes() -> None:
    (mid, _), (low, _) = (
        draws_of(Study(PRICED, sets=[f"budget.level={level}"], data=[RURITANIA]), Plan(price_ranges=True)).prices
        for level in ("mid", "low")
    )

    assert mid.distribution == low.distribution == Pert(8000, 10000, 15000)
    assert (mid.current, low.current) == (10000, 8000)


def test_the_file_may_say_that_prices_are_uncertain_and_the_command_that_they_are_not() -> None:
    study = Study(
        f"{PRICED}uncertainty: {{prices: true, lines.first.rate: {{dist: uniform, low: 1, high: 2}}}}", data=[RURITANIA]
    )

    drawn_by_file = draws_of(study, Plan())
    assert drawn_by_file.paths == ("lines.first.rate", "lines.second.rate", "lines.cutting.rate")
    assert [one.paths for one in drawn_by_file.prices] == [("lines.second.rate",), ("lines.cutting.rate",)]
    assert drawn_by_file.prices_correlation == 0.3
    assert draws_of(study, Plan(price_ranges=False)).paths == ("lines.first.rate",)
    with pytest.raises(NothingUncertainError, match="uncertainty"):
        simulate(Study(PRICED, data=[RURITANIA]), Plan())


COMPARED = (
    PRICED
    + """
revenue:
  territories: {QR: {currency: RTK, ticket_vat: none, exhibitor: 50%, distributor_fee: 20%}}
  scenarios: {base: {weight: 100%, gross: {QR: 1000000}}}
uncertainty:
  revenue.scenarios.base.gross.QR: {dist: empirical, comparables: WHICH}
"""
)


def test_a_gross_may_be_drawn_as_films_of_the_same_kind_did() -> None:
    study = Study(COMPARED.replace("WHICH", "{}"), data=[RURITANIA])
    (gross,) = draws_of(study, Plan()).entries
    films = study.base.catalog.comparables.films["QR"]
    budget = api.estimate(study.base.project, data=[RURITANIA])["budget.total"]
    assert budget is not None
    low, high = gross.distribution.support

    assert "films" in gross.words
    assert {round(low / budget, 9), round(high / budget, 9)} <= {round(one.ratio, 9) for one in films}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("{territory: XX}", "'XX'"),
        ("{funding: nobody}", "public money 'nobody'"),
        ("{budget_band: none}", "'none'"),
        ("{type: opera}", "'opera'"),
    ],
)
def test_films_that_are_not_in_the_data_are_an_error_of_the_file(asked: str, said: str) -> None:
    with pytest.raises(ProjectError, match=said) as caught:
        draws_of(Study(COMPARED.replace("WHICH", asked), filename="film.yaml", data=[RURITANIA]), Plan())

    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.line > 0) == ("P355", "film.yaml", True)


# what cannot be drawn ------------------------------------------------------------------------------------------------

WRONG = {
    "it may not fall below what the file admits": (f"{CREW}: {{dist: normal, sigma: 40%}}", r"at least 0.*`low: 0`"),
    "it may not rise above it": ("budget.charges.contingency.rate: {dist: uniform, low: 50%, high: 120%}", "at most 1"),
    "the value as it stands is no mode": (
        f"{CREW}: {{dist: pert, low: 1, high: 2}}",
        "3000, is not between 1 and 2; give a mode",
    ),
    "there is no value": ("fx.XAU: {dist: lognormal, sigma: 10%}", "no value as it stands"),
    "factors multiply a value above 0": (
        "schedule.wrap_weeks: {dist: uniform, low: 0.9, high: 1.1, factor: true}",
        "value as it stands is 0",
    ),
    "a lognormal number is above 0": ("schedule.wrap_weeks: {dist: lognormal, sigma: 10%}", "give a median"),
    "nothing is left of it": (
        f"{CREW}: {{dist: normal, mean: 8, sd: 0.1, low: 100, high: 101}}",
        "cut off at low 100 and high 101, nothing of it is left",
    ),
    "nothing is left of its logarithm": (
        f"{CREW}: {{dist: lognormal, median: 8, sigma: 1%, high: 2}}",
        "cut off at high 2, nothing",
    ),
    "sigma is a share of the mean": ("schedule.wrap_weeks: {dist: normal, sigma: 10%}", "give `sd`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_drawn_is_said_at_its_place(name: str) -> None:
    entry, said = WRONG[name]
    study = film(f"\nuncertainty:\n  {entry}\n", sets=["schedule.wrap_weeks=0"])
    with pytest.raises(ProjectError, match=said) as caught:
        simulate(study, Plan(draws=4))

    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("P355", "film.yaml")
    assert problem.line == len((PLAIN + "\nuncertainty:\n").splitlines()) + 1


def test_correlations_that_clash_are_refused_before_anything_is_drawn() -> None:
    section = SECTION + f"  correlation: {{{GROSS}: {{{POST.replace('[', '').replace(']', '')}: 0.9}}}}\n"
    with pytest.raises(ProjectError, match="no uncertain number"):
        film(section).base  # noqa: B018
    with pytest.raises(ProjectError, match=r"one for all 4 is at least -0\.\d+") as caught:
        simulate(film(), Plan(correlation=-0.9))

    assert caught.value.problems[0].code == "P356"


@pytest.mark.parametrize(
    "options",
    [
        {"draws": 0},
        {"seed": -1},
        {"sampler": "dice"},
        {"correlation": 1.0},
        {"price_correlation": -0.1},
        {"draws": 2**31},
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Plan(**options)


@pytest.mark.parametrize("text", ["budget.total <= 3 in 120%", "budget.total <= 3 in 0%", "budget.total <= 3 in most"])
def test_a_share_of_the_draws_is_a_percentage(text: str) -> None:
    with pytest.raises(ValueError, match="share of the draws"):
        Wanted.parse(text)
