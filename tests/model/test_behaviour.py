"""What the model does with prices, gaps, rates of exchange, splits and mistakes, in a country where every figure is round."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from coprod_budget.errors import ExitCode, MissingDataError, ProjectError
from coprod_budget.graph import Step, explain
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.catalog import Catalog

FILM = """\
title: The Prisoner
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  prep_weeks: 2
  post_weeks: 4
  shoot_days: {strelsau: 4, hentzau: 2}
budget:
  template: ruritania
"""
OWN = """\
title: One line
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  shoot_days: {strelsau: 4}
budget:
  lines:
    - {id: lead, account: cast, description: Lead, quantity: 10, unit: day, rate: 100, currency: EUR}
"""
LEAD = "budget.lines[lead]"


def model_of(catalog: Catalog, text: str, *sets: str) -> Model:
    return build_model(load_project(text, filename="film.yaml", sets=sets), catalog)


def figures(catalog: Catalog, text: str, *sets: str, keys: str) -> list[float]:
    values = model_of(catalog, text, *sets).evaluate()
    return [values.number(key) for key in keys.split()]


def problem(catalog: Catalog, text: str, *sets: str) -> str:
    with pytest.raises((ProjectError, MissingDataError)) as caught:
        model_of(catalog, text, *sets)
    return "\n".join(map(str, caught.value.problems))


def warnings(catalog: Catalog, text: str, *sets: str) -> str:
    return "\n".join(map(str, model_of(catalog, text, *sets).warnings))


# --- prices ---------------------------------------------------------------------------------------------------------


def test_a_missing_price_names_the_line_and_the_nearest_cities_that_have_it(catalog: Catalog) -> None:
    with pytest.raises(MissingDataError) as caught:
        model_of(catalog, FILM, "schedule.shoot_days.zenda=3", "schedule.home=hentzau")
    assert caught.value.exit_code is ExitCode.MISSING_DATA
    text = "\n".join(map(str, caught.value.problems))
    assert "line gaffer_zenda of template ruritania: no price of 'gaffer' in Zenda" in text
    assert "hentzau, strelsau, edelweiss" in text
    assert "line key_grip of template ruritania: no price of 'key_grip' in Hentzau" in text


def test_a_gap_is_filled_by_a_sourced_ratio_on_request_and_says_so(catalog: Catalog) -> None:
    model = model_of(catalog, FILM, "schedule.home=hentzau", "schedule.post_city=strelsau", "budget.derive=true")
    line = next(line for line in model.budget.lines if line.id == "key_grip")
    assert (line.rate, line.low, line.price.basis) == (3000, 2400, "derived")
    assert "6000" in line.price.note.replace(",", "").replace(" ", "")
    assert "0.5" in line.price.note
    assert model.evaluate().number("basis.derived.total") > 0


def test_a_template_line_without_a_price_anywhere_stands_on_its_stated_assumption(catalog: Catalog) -> None:
    model = model_of(catalog, FILM)
    line = next(line for line in model.budget.lines if line.id == "catering")
    assert (line.rate, line.price.basis, line.price.title) == (400, "assumed", "template ruritania")
    assert "no table has it" in line.price.note


@pytest.mark.parametrize(
    ("level", "gaffer", "grip", "extra"), [("low", 8, 6, 500), ("mid", 10, 6, 800), ("high", 15, 6, 1200)]
)
def test_the_level_chooses_among_low_mid_and_high_where_there_are_three(
    catalog: Catalog, level: str, gaffer: int, grip: int, extra: int
) -> None:
    keys = "lines.gaffer_strelsau.rate lines.key_grip.rate lines.extras_hentzau.rate"
    assert figures(catalog, FILM, f"budget.level={level}", keys=keys) == [gaffer * 1000, grip * 1000, extra]


def test_a_line_may_have_a_level_of_its_own(catalog: Catalog) -> None:
    own = OWN + "    - {id: gaffer, account: electric, item: gaffer, city: strelsau, level: high}\n"
    assert figures(catalog, own, "budget.level=low", keys="lines.gaffer.rate") == [15000]


def test_template_lines_are_replaced_by_id_and_removed_by_either_id(catalog: Catalog) -> None:
    own = "  lines: [{id: gaffer_strelsau, account: electric, description: My gaffer, rate: 1, currency: EUR}]\n"
    model = model_of(catalog, FILM + own + "  remove: [extras, catering, gaffer_hentzau]\n")
    assert sorted(line.id for line in model.budget.lines) == ["editor", "gaffer_strelsau", "key_grip", "script"]
    assert model.evaluate().number("lines.gaffer_strelsau.total") == 1


def test_an_own_line_that_replaces_no_line_per_city_is_warned_of(catalog: Catalog) -> None:
    own = "  lines: [{id: gaffer, account: electric, description: My gaffer, rate: 1, currency: EUR}]\n"
    assert "line 'gaffer' stands beside the template's lines of that name" in warnings(catalog, FILM + own)
    assert "gaffer" not in warnings(catalog, FILM + own + "  remove: [gaffer]\n")
    assert "gaffer" not in warnings(catalog, FILM + own.replace("id: gaffer", "id: gaffer_hentzau"))


def test_removing_a_line_that_is_not_there_is_a_mistake(catalog: Catalog) -> None:
    found = problem(catalog, FILM + "  remove: [gafer]\n")
    assert "film.yaml:14: remove: there is no template line 'gafer'; did you mean gaffer" in found


def test_a_line_on_a_condition_appears_with_it(catalog: Catalog) -> None:
    assert model_of(catalog, FILM).graph.find("lines.second_operator.total") is None
    with_it = model_of(catalog, FILM, "budget.params={second_camera: 1}")
    assert with_it.evaluate().number("lines.second_operator.local") == 6 * 9000


def test_the_item_of_a_line_sets_its_unit(catalog: Catalog) -> None:
    own = OWN + "    - {id: gaffer, account: electric, item: gaffer, city: strelsau, unit: week}\n"
    assert "the price of 'gaffer' is per shift, the line says 'week'" in problem(catalog, own)


# --- mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (f"{LEAD}.account=camra", "unknown account 'camra'; did you mean camera"),
        (f"{LEAD}.spent=strelsow", "unknown city 'strelsow'; did you mean strelsau"),
        (f"{LEAD}.quantity=shoot_day * 2", "unknown name 'shoot_day' in quantity; did you mean shoot_days"),
        (f"{LEAD}.people=days", "unknown name 'days' in people"),
        ("budget.params={crowd: 3}", "no line uses the parameter 'crowd'"),
        ("schedule.shoot_days.atlantis=3", "no cost table for the city 'atlantis'"),
        ("split.cities={strelsow: ru}", "unknown city 'strelsow'"),
        ("split.accounts={camra: ru}", "unknown account 'camra'; did you mean camera"),
        ("budget.charges={fee: {rate: 5%, base: [productoin]}}", "base names 'productoin'"),
        ("budget.charges={fee: {rate: 5%, base: [post, post]}}", "base names 'post' twice"),
        ("budget.charges={fee: {rate: 5%, base: [post], exclude: [cast]}}", "'cast' is excluded but its group is not"),
        ("budget.charges={fee: {rate: 100%, base: [post, fee]}}", "never come to an end"),
        ("budget.charges={a: {rate: 60%, base: [a, b]}, b: {rate: 60%, base: [a, b]}}", "never come to an end"),
        ("budget.charges={post: {rate: 5%}}", "called like a group of accounts"),
        ("waterfall=[{pay: x, kind: percent_of_gross, rate: 60%}, {pay: y, kind: percent_of_gross, rate: 60%}]", "1.2"),
        ("waterfall=[{pay: due, kind: net_profit}]", "'due' cannot be the id of a party"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_would_be_right(catalog: Catalog, change: str, said: str) -> None:
    assert said in problem(catalog, OWN, change)


def test_an_item_or_city_that_there_is_not_is_named(catalog: Catalog) -> None:
    line = "    - {id: x, account: electric, item: gafer, city: strelsau}\n"
    assert "film.yaml:13: unknown item 'gafer'; did you mean gaffer" in problem(catalog, OWN + line)
    line = "    - {id: x, account: electric, item: gaffer, city: strelsow}\n"
    assert "film.yaml:13: unknown city 'strelsow'; did you mean strelsau" in problem(catalog, OWN + line)


def test_lines_of_one_person_must_count_the_same_people(catalog: Catalog) -> None:
    two = OWN.replace("unit: day", "unit: day, person: x, labour: employee") + (
        "    - {id: again, account: cast, description: B, people: 2, rate: 1, currency: EUR, person: x, labour: employee}\n"
    )
    assert "'lead' and 'again' are of one person but count different people" in problem(catalog, two)


# --- money ----------------------------------------------------------------------------------------------------------


def test_a_rate_fixed_by_the_project_wins_over_the_table(catalog: Catalog) -> None:
    one = f"{LEAD}.currency=RTK"
    assert figures(catalog, OWN, one, keys="fx.RTK budget.total") == [120, pytest.approx(1000 / 120)]
    assert figures(catalog, OWN, one, "fx.RTK=100", keys="fx.RTK budget.total") == [100, 10]
    origin = model_of(catalog, OWN, one, "fx.RTK=100").graph["fx"].origin(1)
    assert origin is not None
    assert "--set fx.RTK=100" in origin.where


def test_a_rate_of_an_earlier_month_is_used_with_a_warning(catalog: Catalog) -> None:
    found = warnings(catalog, OWN.replace("fx: {FLR: 2.5}\n", ""))
    assert "the newest exchange rate of FLR is of 2026-07, the estimate of 2026-09-30; fix it with fx.FLR" in found
    assert "FLR" not in warnings(catalog, OWN)


def test_a_currency_without_any_rate_is_missing_data_never_one(catalog: Catalog) -> None:
    assert "no exchange rate of XXX for 2026-09-30" in problem(catalog, OWN, f"{LEAD}.currency=XXX")


@pytest.mark.parametrize(("rounding", "amount"), [("cent", 7.41), ("unit", 7.0), ("none", 7.407)])
def test_a_line_is_rounded_once_in_its_own_currency(catalog: Catalog, rounding: str, amount: float) -> None:
    sets = (f"{LEAD}.quantity=3", f"{LEAD}.rate=2.469", f"{LEAD}.currency=FLR", f"budget.rounding={rounding}")
    local, total = figures(catalog, OWN, *sets, keys="lines.lead.local budget.total")
    assert local == pytest.approx(amount)
    assert total == pytest.approx(amount / 2.5)  # 2.964 or so: nothing behind the line is rounded


def test_a_half_cent_goes_up(catalog: Catalog) -> None:
    assert figures(catalog, OWN, f"{LEAD}.quantity=1", f"{LEAD}.rate=1.005", keys="lines.lead.local") == [1.01]


# --- employer charges (QR 2026: 30 % up to 100,000 a year, then 10 %; 2 % of all. QG: see tests/ruritania) ------------

PAID = (f"{LEAD}.labour=employee", f"{LEAD}.currency=RTK", f"{LEAD}.rate=15000", "currency=RTK", f"{LEAD}.spent=QR")


def test_an_annual_ceiling_is_used_once(catalog: Catalog) -> None:
    expected = 0.3 * 100_000 + 0.1 * 50_000 + 0.02 * 150_000
    assert figures(catalog, OWN, *PAID, keys="lines.lead.fringes") == [pytest.approx(expected)]


def test_several_lines_of_one_person_share_the_ceiling_and_several_people_have_one_each(catalog: Catalog) -> None:
    second = (
        "    - {id: again, account: cast, description: More, quantity: 10, unit: day, rate: 15000, currency: RTK,\n"
        "       labour: employee, spent: strelsau, phase: prep, person: lead, people: PEOPLE}\n"
    )
    once = 0.3 * 100_000 + 0.1 * 200_000 + 0.02 * 300_000
    one = figures(catalog, OWN + second.replace("PEOPLE", "1"), *PAID, keys="lines.lead.fringes lines.again.fringes")
    assert one == [pytest.approx(once / 2), pytest.approx(once / 2)]
    four = figures(catalog, OWN + second.replace("PEOPLE", "4"), *PAID, f"{LEAD}.people=4", keys="lines.lead.fringes")
    assert four == [pytest.approx(once / 2 * 4)]


def test_another_year_has_another_law_and_another_ceiling(catalog: Catalog) -> None:
    both = OWN + (
        "    - {id: later, account: cast, description: Later, quantity: 10, unit: day, rate: 15000, currency: RTK,\n"
        "       labour: employee, spent: QR, phase: post, person: lead}\n"
    )
    sets = (*PAID, "schedule.prep_weeks=14", f"{LEAD}.phase=prep")
    first, later = figures(catalog, both, *sets, keys="lines.lead.fringes lines.later.fringes")
    assert first == pytest.approx(0.3 * 100_000 + 0.1 * 50_000 + 0.02 * 150_000)
    assert later == pytest.approx(0.2 * 120_000 + 0.05 * 30_000)


def test_a_monthly_ceiling_counts_for_the_months_engaged(catalog: Catalog) -> None:
    sets = (f"{LEAD}.labour=employee", f"{LEAD}.currency=FLR", f"{LEAD}.rate=3000", "currency=FLR", f"{LEAD}.spent=QG")
    months = (f"{LEAD}.unit=month", f"{LEAD}.quantity=2")
    expected = 0.15 * 2000 + 0.05 * 4000 + 0.01 * 2000 + 0.01 * 6000
    assert figures(catalog, OWN, *sets, *months, keys="lines.lead.fringes") == [pytest.approx(expected)]


def test_a_single_day_is_charged_up_to_the_ceiling_of_a_whole_month(catalog: Catalog) -> None:
    sets = (f"{LEAD}.labour=employee", f"{LEAD}.currency=FLR", f"{LEAD}.rate=900", "currency=FLR", f"{LEAD}.spent=QG")
    assert figures(catalog, OWN, *sets, f"{LEAD}.quantity=1", keys="lines.lead.fringes") == [
        pytest.approx(900 * (0.15 + 0.05 + 0.01))
    ]
    two_months = 0.15 * 2000 + 0.05 * 4000 + 0.01 * (36000 - 4000) + 0.01 * 36000  # 40 days of a six-day week
    found = figures(catalog, OWN, *sets, f"{LEAD}.quantity=40", keys="persons.lead_qg_2026.months lines.lead.fringes")
    assert found == [pytest.approx(40 * 7 / 6 * 12 / 365), pytest.approx(two_months)]


def test_charges_of_a_later_year_than_the_law_known_are_used_with_a_warning(catalog: Catalog) -> None:
    found = warnings(catalog, OWN, *PAID, "schedule.start=2029-01-10")
    assert "employer charges of QR for 2029 are not in the data: those of 2027 are used" in found


def test_pay_in_a_country_without_data_carries_none_with_a_warning(catalog: Catalog) -> None:
    sets = (*PAID, f"{LEAD}.spent=ZZ")
    assert figures(catalog, OWN, *sets, keys="lines.lead.fringes") == [0]
    assert "employer charges of ZZ are not in the data" in warnings(catalog, OWN, *sets)


def test_pay_without_a_duration_under_a_monthly_ceiling_is_warned_of(catalog: Catalog) -> None:
    sets = (f"{LEAD}.labour=employee", f"{LEAD}.spent=QG", f"{LEAD}.unit=flat")
    assert "the ceilings of employer charges in QG are by the month, and 1 lines of pay" in warnings(
        catalog, OWN, *sets
    )
    assert "by the month" not in warnings(catalog, OWN, *sets[:2], f"{LEAD}.unit=week")
    assert "by the month" not in warnings(catalog, OWN, *sets, f"{LEAD}.spent=QR")


def test_contractors_carry_no_charges(catalog: Catalog) -> None:
    assert figures(catalog, OWN, *PAID, f"{LEAD}.labour=contractor", keys="lines.lead.fringes") == [0]


# --- charges and split ----------------------------------------------------------------------------------------------


def test_a_changed_rate_keeps_the_base_of_the_template(catalog: Catalog) -> None:
    base, amount = figures(
        catalog, FILM, "budget.charges.contingency.rate=20%", keys="charges.contingency.base charges.contingency.amount"
    )
    assert figures(catalog, FILM, keys="charges.contingency.base") == [base]
    assert amount == pytest.approx(base * 0.2)


def test_a_charge_may_be_an_amount_and_a_cap_holds(catalog: Catalog) -> None:
    charges = "budget.charges={fee: {amount: 240, currency: RTK}, bond: {rate: 50%, cap: 300, cap_currency: FLR}}"
    assert figures(catalog, OWN, charges, keys="charges.fee.amount charges.bond.amount") == [2, 120]


def test_the_first_rule_that_fits_decides_who_bears(catalog: Catalog) -> None:
    def borne(*sets: str) -> float:
        (share,) = figures(catalog, OWN, f"{LEAD}.spent=strelsau", *sets, keys="partner.ru.borne_share")
        return round(share, 9)

    default = "split.default={ru: 10%, gr: 90%}"
    city = "split.cities={strelsau: {ru: 20%, gr: 80%}}"
    account = "split.accounts={cast: {ru: 30%, gr: 70%}}"
    line = f"{LEAD}.bearer={{ru: 70%, gr: 30%}}"
    assert borne() == 0.6
    assert borne(default) == 0.1
    assert borne(default, city) == 0.2
    assert borne(default, city, account) == 0.3
    assert borne(default, city, account, line) == 0.7
    assert borne(default, city, account, f"{LEAD}.bearer=by_share") == 0.6


def test_a_line_and_a_charge_of_one_name_keep_their_own_bearers(catalog: Catalog) -> None:
    charges = "budget.charges={lead: {rate: 10%, bearer: {ru: 10%, gr: 90%}}}"
    found = figures(catalog, OWN, charges, f"{LEAD}.bearer={{ru: 50%, gr: 50%}}", keys="partner.ru.borne")
    assert found == [pytest.approx(500 + 10)]


def test_who_bears_and_where_it_is_spent_are_two_things(catalog: Catalog) -> None:
    sets = (f"{LEAD}.bearer=ru", f"{LEAD}.spent=QG")
    keys = "partner.ru.borne partner.gr.borne country.QG.total partner.gr.spent partner.ru.spent"
    assert figures(catalog, OWN, *sets, keys=keys) == [1000, 0, 1000, 1000, 0]


def test_charges_on_top_are_spent_in_no_country(catalog: Catalog) -> None:
    charge = "budget.charges={bond: {rate: 10%}}"
    keys = "partner.ru.spent partner.gr.spent country.no_country.total budget.total"
    assert figures(catalog, OWN, charge, f"{LEAD}.spent=QR", keys=keys) == [1000, 0, 100, 1100]


# --- break-even -----------------------------------------------------------------------------------------------------

ALONE = (
    OWN
    + """\
revenue:
  territories:
    WW: {currency: EUR, ticket_vat: none, exhibitor: 0, distributor_fee: 0, partner: ru}
  scenarios: {base: {weight: 100%, gross: {WW: 0}}}
"""
)


def test_a_party_that_is_paid_a_percentage_and_profit_is_whole_beyond_the_first_position(catalog: Catalog) -> None:
    """ru has 10 % of receipts and, once gr has its 400, all of the rest: 0.1 R + 0.9 R - 400 = 600 at R = 1,000."""
    steps = "waterfall=[{pay: ru, kind: percent_of_gross, rate: 10%}, {pay: gr, kind: until_recouped}, {pay: ru, kind: net_profit}]"
    assert figures(catalog, ALONE, steps, keys="party.ru.break_even_gross_WW") == [pytest.approx(1000)]


def test_a_percentage_behind_a_fixed_position_first_takes_all_that_reaches_it(catalog: Catalog) -> None:
    """The bank has 100, then ru half of the receipts: at 700 it would be due 350 and gets it; 600 are there at 1,200."""
    steps = "waterfall=[{pay: bank, kind: fixed, amount: 1000}, {pay: ru, kind: percent_of_gross, rate: 50%}, {pay: gr, kind: net_profit}]"
    assert figures(catalog, ALONE, steps, keys="party.ru.break_even_gross_WW") == [pytest.approx(1600)]
    assert figures(
        catalog, ALONE, steps, "revenue.scenarios.base.gross.WW=1600", keys="scenario.base.party.ru.received"
    ) == [pytest.approx(600)]


def test_a_party_that_is_never_whole_has_no_break_even(catalog: Catalog) -> None:
    steps = "waterfall=[{pay: ru, kind: fixed, amount: 599}, {pay: gr, kind: net_profit}]"
    (found,) = figures(catalog, ALONE, steps, keys="party.ru.break_even_gross_WW")
    assert math.isnan(found)


def test_a_premium_paid_first_does_not_shorten_the_recoupment(catalog: Catalog) -> None:
    steps = (
        "waterfall=[{pay: ru, kind: until, amount: premium, premium: 20%}, {pay: [ru, gr], kind: until_recouped}]",
        "revenue.scenarios.base.gross.WW=5000",
    )
    keys = "scenario.base.party.ru.received scenario.base.party.gr.received"
    assert figures(catalog, ALONE, *steps, keys=keys) == [pytest.approx(720), pytest.approx(400)]


def test_a_premium_of_nothing_in_a_step_is_nothing(catalog: Catalog) -> None:
    fund = "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 100, currency: EUR, premium: 20%}]"
    gross = "revenue.scenarios.base.gross.WW=900"
    step = "waterfall=[{pay: fund, kind: until, amount: premium%s}]"
    keys = "scenario.base.party.fund.received"
    assert figures(catalog, ALONE, fund, gross, step % "", keys=keys) == [20]
    assert figures(catalog, ALONE, fund, gross, step % ", premium: 0", keys=keys) == [0]


def test_a_position_that_nothing_reaches_is_warned_of(catalog: Catalog) -> None:
    steps = "waterfall=[{pay: ru, kind: net_profit}, {id: late, pay: gr, kind: until_recouped}]"
    assert "nothing ever reaches the position 'late'" in warnings(catalog, ALONE, steps)


def test_a_line_below_zero_fails_a_check(catalog: Catalog) -> None:
    keys = "checks.lines_not_negative.ok checks.all_ok"
    assert figures(catalog, OWN, f"{LEAD}.quantity=shoot_days - 100", keys=keys) == [0, 0]
    assert figures(catalog, OWN, keys=keys) == [1, 1]


def test_more_brought_through_a_partner_than_it_bears_fails_a_check_and_pays_nothing_back_twice(
    catalog: Catalog,
) -> None:
    fund = "finance=[{id: fund, name: Fund, kind: equity, partner: ru, amount: 2000, currency: EUR}]"
    gross = "revenue.scenarios.base.gross.WW=900"
    keys = "partner.ru.own checks.partners_not_overpaid.ok checks.all_ok scenario.base.party.ru.received"
    assert figures(catalog, ALONE, fund, gross, keys=keys) == [pytest.approx(-1400), 0, 0, 0]


# --- explanation ----------------------------------------------------------------------------------------------------


def leaves(step: Step) -> Iterator[Step]:
    for part in step.parts:
        yield from leaves(part)
    if not step.parts and not step.seen:
        yield step


FULL = (
    FILM
    + """\
  lines:
    - {id: lens, account: camera, description: Lens, rate: 50, currency: EUR, quantity: shoot_days * 2, bearer: gr}
finance:
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 500, currency: EUR, premium: 20%}
revenue:
  territories: {QR: {p_and_a: 1000}}
  scenarios:
    low: {weight: 50%, gross: {QR: 400000}}
    high: {weight: 50%, gross: {QR: 9000000}}
"""
)


@pytest.mark.parametrize(
    "key",
    [
        "budget.total",
        "account.electric.total",
        "account.camera.total",
        "group.charges.total",
        "partner.ru.borne_share",
        "partner.ru.spent",
        "party.ru.multiple",
        "party.fund.received",
        "party.ru.break_even_gross_QR",
        "scenario.high.party.gr.received",
    ],
)
def test_every_figure_is_explained_down_to_inputs_that_say_where_they_come_from(catalog: Catalog, key: str) -> None:
    tree = explain(model_of(catalog, FULL).graph, key, depth=200, rows=1000)
    ends = list(leaves(tree))
    assert ends
    inputs = [end for end in ends if end.origin is not None]
    assert inputs
    # a sum of nothing ends in 0, and "only gr bears it" is 1 by its name; everything else is an input
    assert [e.key for e in ends if e.origin is None and e.value != 0 and not e.key.startswith("rules.only_")] == []
    nowhere = [end.key for end in inputs if end.origin and not (end.origin.title or end.origin.where)]
    assert nowhere == []


def test_a_typed_rate_points_to_its_line_of_the_file(catalog: Catalog) -> None:
    ends = {end.key: end for end in leaves(explain(model_of(catalog, FULL).graph, "account.camera.total", depth=99))}
    rate = ends["lines.lens.rate"]
    assert rate.origin is not None
    assert (rate.value, rate.origin.where) == (50, "film.yaml:15")
    days = ends["schedule.shoot_days.strelsau"]
    assert days.origin is not None
    assert (days.value, days.origin.where) == (4, "film.yaml:11")


def test_a_price_of_a_table_points_to_its_source(catalog: Catalog) -> None:
    ends = {end.key: end for end in leaves(explain(model_of(catalog, FULL).graph, "account.electric.total", depth=99))}
    origin = ends["lines.gaffer_strelsau.rate"].origin
    assert origin is not None
    assert (origin.basis, origin.title, origin.as_of) == ("quoted", "Invented rate card", "2026-05")
    assert "cost_tables/strelsau.csv" in origin.where
    law = ends["schemes.QR_2026.rate_1"].origin
    assert law is not None
    assert law.title == "Invented law"
