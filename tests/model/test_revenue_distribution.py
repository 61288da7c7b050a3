"""What the distributor keeps: fee steps, P&A, guarantees, and territories that answer for each other; worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from revenue_films import AT, by_period, evaluated, revenue_model

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.graph import Values

BARE = "currency: EUR, ticket_vat: none, exhibitor: 0%"


def film(terms: str, gross: float) -> str:
    """Return a film in one territory whose gross is the rental."""
    scenario = f"scenarios: {{base: {{weight: 100%, gross: {{WW: {gross}}}}}}}"
    return f"territories: {{WW: {{{BARE}, {terms}}}}}\n{scenario}"


def one(catalog: Catalog, terms: str, gross: float, *sets: str) -> Values:
    return evaluated(catalog, film(terms, gross), *sets)


def steps(values: Values, *names: str, territory: str = "WW") -> list[float]:
    return [values.number(f"scenario.base.territory.{territory}.{name}") for name in names]


# Fees -------------------------------------------------------------------------------------------------------------------


def test_a_fee_steps_inside_the_receipts_of_one_period(catalog: Catalog) -> None:
    """30 % of the first 1,000, 20 % up to 3,000, 10 % beyond: 300 + 400 + 100."""
    ladder = "distributor_fee: 30%, fee_steps: [{rate: 20%, above_gross: 1000}, {rate: 10%, above_gross: 3000}]"
    assert steps(one(catalog, ladder, 4000), "fee", "producer_net") == pytest.approx([800, 3200])
    assert steps(one(catalog, ladder, 900), "fee", "producer_net") == pytest.approx([270, 630])


def test_a_fee_may_step_up(catalog: Catalog) -> None:
    """10 % of 1,000 and 40 % of the other 500."""
    ladder = "distributor_fee: 10%, fee_steps: [{rate: 40%, above_gross: 1000}]"
    assert steps(one(catalog, ladder, 1500), "fee") == [pytest.approx(300)]


def test_a_fee_steps_by_tickets_sold_in_cinemas_for_television_too(catalog: Catalog) -> None:
    """1,500 tickets at 8: 12,000 gross, 30 % of two thirds and 20 % of the rest: 2,400 + 800. Television comes when all are sold."""
    ladder = "fee_steps: [{rate: 20%, above_admissions: 1000}]"
    tv = f"media: {{tv: {{gross_per_cinema: 10%, distributor_fee: 50%, {ladder}}}}}"
    values = one(catalog, f"ticket_price: 8, distributor_fee: 30%, {ladder}, {tv}", 12000)
    assert steps(values, "fee") == [pytest.approx(3200 + 240)]


def test_of_steps_of_both_kinds_the_last_one_passed_counts(catalog: Catalog) -> None:
    """At 8 a ticket 1,000 tickets are 8,000: the gross of 4,000 is passed before. 30 % of 4,000, 10 % of 8,000."""
    ladder = "fee_steps: [{rate: 20%, above_admissions: 1000}, {rate: 10%, above_gross: 4000}]"
    values = one(catalog, f"ticket_price: 8, distributor_fee: 30%, {ladder}", 12000)
    assert steps(values, "fee") == [pytest.approx(1200 + 800)]


def test_a_fee_on_the_gross_is_never_more_than_the_rental(catalog: Catalog) -> None:
    values = one(catalog, "distributor_fee: 15%, fee_base: gross", 1000, "revenue.territories.WW.exhibitor=90%")
    assert steps(values, "fee", "producer_net") == pytest.approx([100, 0])


# Prints and advertising -------------------------------------------------------------------------------------------------


def test_costs_off_the_top_come_before_the_fee_and_from_the_first_of_the_gross(catalog: Catalog) -> None:
    """400 off the top of 1,500; of the 600 left below 1,000 a third, of the 500 above a tenth: 180 + 50."""
    ladder = "distributor_fee: 30%, fee_base: net, p_and_a: 400, fee_steps: [{rate: 10%, above_gross: 1000}]"
    assert steps(one(catalog, ladder, 1500), "p_and_a", "fee", "producer_net") == pytest.approx([400, 230, 870])
    assert steps(one(catalog, ladder, 300), "p_and_a", "fee", "p_and_a_unrecouped") == pytest.approx([300, 0, 100])


def test_a_gross_deal_recoups_no_prints_and_advertising(catalog: Catalog) -> None:
    values = one(catalog, "distributor_fee: 60%, p_and_a: 400, p_and_a_recouped: false", 1000)
    assert steps(values, "fee", "p_and_a", "p_and_a_unrecouped", "producer_net") == pytest.approx([600, 0, 400, 400])
    assert values.number("distributor.distributor_ww.invested") == 400


LATER = (
    "distributor_fee: 0%, p_and_a: 100, p_and_a_later: [{amount: 50, on: 2027-11-15}], "
    "paid: [{share: 40%, on: 2027-07-01}, {share: 60%, on: 2027-12-01}]"
)


def test_what_is_spent_later_is_recouped_from_what_comes_later(catalog: Catalog) -> None:
    """400 come in summer and pay 100; 600 in winter pay the 50 of November. A cap of 120 leaves 20 of them."""
    model = revenue_model(catalog, film(LATER, 1000))
    assert by_period(model.evaluate(), model, "revenue.WW.cinema.p_and_a") == {"2027-Q3": 100, "2027-Q4": 50}
    model = revenue_model(catalog, film(LATER, 1000), "revenue.territories.WW.p_and_a_cap=120")
    values = model.evaluate()
    assert by_period(values, model, "revenue.WW.cinema.p_and_a") == {"2027-Q3": 100, "2027-Q4": pytest.approx(20)}
    assert steps(values, "p_and_a_unrecouped") == [pytest.approx(30)]
    assert values.number("distributor.distributor_ww.invested") == 150


MEDIA = "distributor_fee: 10%, p_and_a: 500, {more}media: {{tv: {{gross_per_cinema: 100%, distributor_fee: 20%}}}}"


@pytest.mark.parametrize(("more", "recouped", "net"), [("", 500, 180), ("cross_collateralised: false, ", 360, 320)])
def test_all_media_of_a_territory_recoup_unless_the_cinemas_do_alone(
    catalog: Catalog, more: str, recouped: float, net: float
) -> None:
    """Cinemas leave 400 - 40 = 360 of the 500; television 400 - 80 = 320, of which 140 more go if it has to help."""
    values = one(catalog, MEDIA.format(more=more), 400)
    assert steps(values, "p_and_a", "producer_net") == pytest.approx([recouped, net])


# Guarantees -------------------------------------------------------------------------------------------------------------


def test_a_guarantee_is_paid_first_and_kept_back_from_a_part_of_the_net(catalog: Catalog) -> None:
    """900 net: 80 % of it pay back the 500; with 300 net only 240 are kept, and 60 reach the producers beside the guarantee."""
    terms = "distributor_fee: 10%, minimum_guarantee: 500, guarantee_part: 80%, guarantee_on: 2027-01-15"
    model = revenue_model(catalog, film(terms, 1000))
    values = model.evaluate()
    assert by_period(values, model, "revenue.WW.cinema.receipts") == {"2027-Q1": 500, "2027-Q3": pytest.approx(400)}
    assert steps(values, "guarantee_recouped", "guarantee_top_up", "receipts") == pytest.approx([500, 0, 900])
    poor = one(catalog, terms, 300 / 0.9)
    assert steps(poor, "guarantee_recouped", "receipts") == pytest.approx([240, 560])
    assert poor.number("checks.all_ok") == 1


def test_a_presale_of_the_plan_is_kept_back_but_is_no_receipt(catalog: Catalog) -> None:
    """250 florins are 100 EUR, half paid in January, half in November; 90 come in summer, 90 in winter, and each pays a half."""
    presale = (
        "finance=[{id: sale, name: Presale, kind: presale, partner: ru, amount: 250, currency: FLR, territory: WW, "
        "instalments: [{share: 50%, on: 2027-01-15}, {share: 50%, on: 2027-11-15}]}]"
    )
    terms = "distributor_fee: 0%, paid: [{share: 50%, on: 2027-07-01}, {share: 50%, on: 2027-12-01}]"
    model = revenue_model(catalog, film(terms, 180), presale)
    values = model.evaluate()
    kept = by_period(values, model, "revenue.WW.cinema.guarantee_recouped")
    assert kept == {"2027-Q3": pytest.approx(50), "2027-Q4": pytest.approx(50)}
    assert by_period(values, model, "revenue.WW.cinema.receipts") == {
        "2027-Q3": pytest.approx(40),
        "2027-Q4": pytest.approx(40),
    }
    assert values.number("distributor.distributor_ww.invested") == pytest.approx(100)
    assert values.number("scenario.base.producer_receipts") == pytest.approx(80)


@pytest.mark.parametrize(
    "instalments",
    ["", ", instalments: [{amount: 50, on: delivery}, {amount: 200, on: delivery, after_months: 1}]"],
)
def test_a_presale_is_kept_back_as_the_plan_has_it_paid(catalog: Catalog, instalments: str) -> None:
    """On delivery, or a fifth then and the rest in the next month: 100 EUR are there to be kept in summer."""
    sale = "id: sale, name: Presale, kind: presale, partner: ru, amount: 250, currency: FLR, territory: WW"
    values = one(catalog, "distributor_fee: 0%", 180, f"finance=[{{{sale}{instalments}}}]")
    assert steps(values, "guarantee_recouped", "receipts") == pytest.approx([100, 80])


def test_a_guarantee_reaches_the_producers_only_where_the_territory_plays(catalog: Catalog) -> None:
    text = (
        f"territories: {{QR: {{currency: EUR, minimum_guarantee: 50, {AT}}}, QG: {{currency: EUR, {AT}}}}}\n"
        "scenarios: {base: {weight: 100%, gross: {QG: 10}}}"
    )
    model = revenue_model(catalog, text)
    values = model.evaluate()
    paid = "revenue.QR.guarantee_paid"
    assert by_period(values, model, paid) == by_period(values, model, paid, "alone_QR") == {"2027-Q1": 50}
    assert by_period(values, model, paid, "alone_QG") == {}


# Territories together ---------------------------------------------------------------------------------------------------

TOGETHER = f"""
territories:
  AA: {{currency: EUR, {AT}, p_and_a: 100, minimum_guarantee: 40, collateral: north}}
  BB: {{currency: FLR, {AT}, p_and_a: 50, guarantee_part: 50%, collateral: north}}
scenarios:
  base: {{weight: 100%, gross: {{AA: 60, BB: 500}}}}
"""


def test_territories_with_one_word_pay_for_each_other_in_two_currencies(catalog: Catalog) -> None:
    """P&A of 100 EUR and 50 FLR are 120 EUR. AA has 60 EUR and pays all of it; BB the other 60 EUR, 150 of its 500 FLR.

    The guarantee of 40 EUR: AA has no net; half of BB's net of 350 FLR is 70 EUR, of which 40 (100 FLR) are kept.
    """
    values = evaluated(catalog, TOGETHER)
    assert steps(values, "p_and_a", "producer_net", "receipts", territory="AA") == pytest.approx([60, 0, 40])
    found = steps(values, "p_and_a", "producer_net", "guarantee_recouped", "receipts", territory="BB")
    assert found == pytest.approx([150, 350, 100, 100])
    assert values.number("checks.all_ok") == 1


def test_without_the_word_each_pays_its_own(catalog: Catalog) -> None:
    apart = TOGETHER.replace(", collateral: north", "")
    values = evaluated(catalog, apart)
    assert steps(values, "p_and_a", "p_and_a_unrecouped", "receipts", territory="AA") == pytest.approx([60, 40, 40])
    assert steps(values, "p_and_a", "guarantee_recouped", "receipts", territory="BB") == pytest.approx([50, 0, 180])


# Distributors -----------------------------------------------------------------------------------------------------------


def test_a_distributor_gets_fees_and_what_it_laid_out_and_pays_at_the_release_and_on_delivery(catalog: Catalog) -> None:
    text = (
        f"territories:\n  AA: {{{BARE}, distributor_fee: 10%, p_and_a: 100, minimum_guarantee: 20, distributor: house}}\n"
        f"  BB: {{{BARE.replace('EUR', 'FLR')}, distributor_fee: 20%, p_and_a: 50, distributor: house}}\n"
        "scenarios: {base: {weight: 100%, gross: {AA: 1000, BB: 500}}}"
    )
    model = revenue_model(catalog, text)
    values = model.evaluate()
    (house,) = model.revenue.distributors.values()
    assert (house.id, house.name) == ("house", "House")
    found = {word: by_period(values, model, f"distributor.house.{word}") for word in house.received}
    assert found == {
        "fee": {"2027-Q3": pytest.approx(140)},
        "p_and_a": {"2027-Q3": pytest.approx(120)},
        "guarantee": {"2027-Q3": pytest.approx(20)},
    }
    paid = {p: values.number(f"periods.{p}.invested_house") for p in ("2027-Q1", "2027-Q2", "2027-Q3")}
    assert paid == pytest.approx({"2027-Q1": 20, "2027-Q2": 120, "2027-Q3": 0})
    assert values.number(house.total) == pytest.approx(140)


def test_a_party_that_accepts_a_lower_fee_has_receipts_of_its_own(catalog: Catalog) -> None:
    """A fee of 30 % leaves 700, less P&A 100; at 20 % it would be 700. The other territory is not its affair."""
    text = (
        f"territories:\n  AA: {{{BARE}, distributor_fee: 30%, p_and_a: 100, accepted_fee: {{gr: {{rate: 20%, made_good_by: ru}}}}}}\n"
        f"  BB: {{{BARE}, distributor_fee: 30%}}\n"
        "scenarios: {base: {weight: 100%, gross: {AA: 1000, BB: 500}}}"
    )
    model = revenue_model(catalog, text)
    values = model.evaluate()
    assert {party: list(nodes) for party, nodes in model.revenue.accepted.items()} == {"gr": ["AA.cinema"]}
    assert by_period(values, model, "notional.gr.AA.cinema.receipts") == {"2027-Q3": pytest.approx(700)}
    assert by_period(values, model, "revenue.AA.cinema.receipts") == {"2027-Q3": pytest.approx(600)}
