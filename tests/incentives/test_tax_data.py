"""Value added tax and tax withheld, by country and day."""

from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from coprod_budget.catalog import UNKNOWN, data_directory, open_catalog
from coprod_budget.catalog import taxes as kinds
from coprod_budget.errors import ProjectError
from coprod_budget.yaml_reader import read_yaml

CATALOG = open_catalog()
FOLDER = data_directory() / "taxes"
TODAY = date(2026, 9, 30)


@pytest.mark.parametrize("name", ["vat", "withholding", "pay", "employer_charges"])
def test_the_file_follows_its_schema(name: str) -> None:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    data = read_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name).data

    assert [e.message for e in Draft202012Validator(schema).iter_errors(data)] == []


def test_every_collected_country_has_value_added_tax() -> None:
    known = "AE BG BY CZ DE ES FR GB GE GR HR HU IT KZ ME MK MT RO RS RU TR"

    assert " ".join(CATALOG.vat_countries) == known


@pytest.mark.parametrize(
    ("country", "day", "rate"),
    [
        ("RU", "2018-12-31", 0.18), ("RU", "2019-01-01", 0.2), ("RU", "2025-12-31", 0.2), ("RU", "2026-01-01", 0.22),
        ("RS", "2026-09-30", 0.2), ("DE", "2026-09-30", 0.19), ("HU", "2026-09-30", 0.27), ("CZ", "2026-09-30", 0.21),
        ("RO", "2025-07-31", 0.19), ("RO", "2025-08-01", 0.21), ("KZ", "2025-12-31", 0.12), ("KZ", "2026-01-01", 0.16),
        ("GR", "2026-09-30", 0.24), ("GE", "2026-09-30", 0.18),
    ],
)  # fmt: skip
def test_standard_rates(country: str, day: str, rate: float) -> None:
    found = CATALOG.vat(country, date.fromisoformat(day))

    assert found.standard.value == rate
    assert found.standard.sources or found.standard.basis == "assumed"


def test_an_invoice_before_and_after_the_change_in_russia() -> None:
    """1.2m including tax for 2025 holds 200,000, 1.22m for 2026 holds 220,000."""
    for gross, day, tax in ((1.2e6, date(2025, 12, 31), 200_000), (1.22e6, date(2026, 1, 1), 220_000)):
        rate = CATALOG.vat("RU", day).standard.value
        assert gross * rate / (1 + rate) == pytest.approx(tax)


def test_ceilings_of_employer_charges_of_two_worked_cases() -> None:
    """4.0m RUB a year in Russia cost 1,047,871 in 2026; 1,000,000 RSD a month in Serbia 111,022.23."""
    russia = CATALOG.employer_charges("RU", 2026).components[0]
    serbia = CATALOG.employer_charges("RS", 2026).components

    assert russia.ceiling * russia.rate + (4e6 - russia.ceiling) * russia.rate_above == pytest.approx(1_047_871)
    assert serbia[0].ceiling * sum(c.rate for c in serbia) == pytest.approx(111_022.23)


def test_film_has_rules_of_its_own() -> None:
    russia, serbia = CATALOG.vat("RU", TODAY), CATALOG.vat("RS", TODAY)

    assert russia.film_rule("national_film").effect == "exempt"
    assert "149(2)(21)" in russia.film_rule("national_film").rule.article
    assert russia.film_rule("cinema_tickets").rule.value == 0
    assert serbia.film_rule("cinema_tickets").rule.value == 0.1
    assert CATALOG.vat("RS", date(2013, 6, 1)).film_rule("cinema_tickets").rule.value == 0.08
    assert CATALOG.vat("ES", TODAY).film_rule("canary_production_services").rule.value == 0
    assert russia.film_rule("popcorn") is None


def test_thresholds_of_small_firms_fall_year_by_year() -> None:
    found = [CATALOG.vat("RU", date(y, 6, 1)).small_business.threshold.value for y in (2025, 2026, 2027, 2028)]

    assert found == [60e6, 20e6, 15e6, 10e6]


def test_before_the_law_that_is_known_nothing_is_asserted() -> None:
    assert CATALOG.vat("DE", date(2020, 9, 1)).standard.value is UNKNOWN  # 16% for half a year, which nobody collected
    assert CATALOG.vat("RU", date(2000, 1, 1)) is None
    assert CATALOG.vat("US", TODAY) is None


def test_everything_can_be_asked_on_every_day_of_change() -> None:
    for day in (date(1990, 1, 1), *CATALOG.tax_dates(), date(2040, 1, 1)):
        for country in CATALOG.vat_countries:
            CATALOG.vat(country, day)
        for payer in CATALOG.withholding_table.payers:
            for payee in ("RU", "RS", "DE", "EE", "KZ", "US"):
                for kind in kinds.INCOMES:
                    found = CATALOG.withholding(payer, payee, kind, day)
                    assert found.why
                    assert found.rate is UNKNOWN or 0 <= found.rate <= 0.3


@pytest.mark.parametrize(
    ("payer", "payee", "kind", "day", "rate", "why"),
    [
        ("RU", "DE", "royalties", "2026-09-30", 0.25, "suspended"),
        ("RU", "DE", "royalties", "2024-06-01", 0.2, "suspended"),
        ("RU", "DE", "royalties", "2023-08-07", UNKNOWN, "whether a treaty"),
        ("RU", "DE", "pay", "2026-09-30", 0.3, "suspended"),
        ("RU", "ME", "royalties", "2026-09-30", 0.25, "suspended"),
        ("RU", "RS", "interest", "2026-09-30", 0.1, "limits"),
        ("RU", "RS", "royalties", "2026-09-30", 0.1, "limits"),
        ("RU", "RS", "dividends", "2026-09-30", UNKNOWN, "several rates"),
        ("RU", "KZ", "royalties", "2026-09-30", UNKNOWN, "whether a treaty"),
        ("RS", "DE", "royalties", "2026-09-30", 0.1, "limits"),
        ("RS", "FR", "royalties", "2026-09-30", 0.0, "limits"),
        ("RS", "CZ", "royalties", "2026-09-30", UNKNOWN, "several rates"),
        ("RS", "RO", "royalties", "2026-09-30", UNKNOWN, "whether a treaty"),
        ("RS", "DE", "royalties", "2010-01-01", UNKNOWN, "law of the payer"),
        ("RS", "RU", "performance", "2026-09-30", UNKNOWN, "not known"),
        ("GE", "RU", "pay", "2026-09-30", UNKNOWN, "law of the payer"),
        ("US", "RU", "royalties", "2026-09-30", 0.3, "suspended"),
    ],
)
def test_tax_withheld(payer: str, payee: str, kind: str, day: str, rate, why: str) -> None:
    found = CATALOG.withholding(payer, payee, kind, date.fromisoformat(day))

    assert found.rate == rate
    assert why in found.why


def test_russia_suspended_38_treaties_and_not_that_with_serbia() -> None:
    stop = next(s for s in CATALOG.withholding_table.suspensions if s.by == "RU")

    assert len(set(stop.countries)) == 38
    assert not {"RS", "KZ", "BY", "AM", "GE", "UZ", "CN", "IN", "TR", "AE"} & set(stop.countries)
    assert stop.history.at(date(2023, 8, 7)) is None
    assert "585" in stop.history.at(date(2023, 8, 8)).article


def test_relief_needs_papers_and_havens_pay_more() -> None:
    assert "certificate of residence" in CATALOG.withholding("RS", "DE", "royalties", TODAY).conditions[0]
    haven = CATALOG.withholding("RS", "XX", "royalties", TODAY, recipient="haven_company")

    assert haven.domestic.value == 0.25
    assert haven.rate is UNKNOWN
    assert CATALOG.withholding("FR", "RU", "royalties", TODAY) is None


def test_the_rate_on_royalties_between_russia_and_serbia_is_of_low_confidence() -> None:
    found = CATALOG.withholding("RU", "RS", "royalties", TODAY)

    assert (found.treaty.confidence, found.treaty.basis, found.treaty.sources) == ("low", "assumed", ())
    assert "1995" in found.treaty_title


def test_an_extra_folder_replaces_a_country(tmp_path) -> None:
    folder = tmp_path / "taxes"
    folder.mkdir()
    (folder / "vat.yaml").write_text(
        'schema: vat/1\nlast_checked: "2026-11-22"\ncountries:\n  RR:\n    label: Ruritania\n    standard:\n'
        '      - {from: "2020-01-01", value: 0.15, sources: [law], confidence: high}\n'
        'sources:\n  law: {title: "The law", url: "", as_of: "2020"}\n',
        encoding="utf-8",
    )
    catalog = open_catalog([tmp_path])

    assert catalog.vat("RR", TODAY).standard.value == 0.15
    assert catalog.vat("RS", TODAY) == CATALOG.vat("RS", TODAY)


def test_a_mistake_is_told_with_its_place(tmp_path) -> None:
    text = (FOLDER / "withholding.yaml").read_text(encoding="utf-8")
    (tmp_path / "withholding.yaml").write_text(text.replace("kind: royalties", "kind: royaltees", 1), encoding="utf-8")
    catalog = open_catalog([tmp_path])

    with pytest.raises(ProjectError) as error:
        catalog.withholding("RU", "RS", "royalties", TODAY)

    assert error.value.problems[0].line == text[: text.index("kind: royalties")].count("\n") + 1
    assert "royalties" in error.value.problems[0].hint


# --- pay ------------------------------------------------------------------------------------------------------------


def test_the_scale_of_a_payee_adds_up_the_taxes_band_by_band() -> None:
    """Serbia 2025: 19.9 % up to 28,423 a month, with income tax 29.9 % up to the ceiling of 656,425, above it 10 %."""
    law = CATALOG.pay_law("RS", "employee", 2025)

    assert [(b.up_to, b.rate) for b in law.bands] == [(28423, 0.199), (656425, 0.299), (None, 0.1)]
    assert law.monthly
    assert law.bands[0].text.startswith("14% Pension insurance")


def test_income_tax_of_russia_has_five_rates_since_2025() -> None:
    assert [b.rate for b in CATALOG.pay_law("RU", "employee", 2026).bands] == [0.13, 0.15, 0.18, 0.2, 0.22]
    assert CATALOG.pay_law("RU", "employee", 2024) is None


def test_a_law_with_cases_says_without_one_only_what_they_agree_on() -> None:
    law = CATALOG.pay_law("RS", "author", 2026)

    assert law.taken is None
    assert [c.rate for c in law.owed] == [0]
    assert [case for case, _ in law.cases][:2] == ["costs_50_insured", "costs_50_uninsured"]
    assert CATALOG.pay_law("RS", "author", 2026, "costs_44") is None


def test_what_nobody_collected_of_pay_is_not_there() -> None:
    assert CATALOG.pay_law("RU", "sole_trader", 2026) is None
    assert CATALOG.pay_law("RU", "author", 2026) is None
    assert CATALOG.pay_law("FR", "employee", 2026) is None
    assert CATALOG.pay_law("RU", "employee", 2026).owed is None  # that is in the employer charges
    assert CATALOG.pay_countries == ["DE", "RS", "RU"]


def test_a_guess_in_the_scale_is_called_assumed() -> None:
    """The non-taxable amount of 2026 was not found; that of 2025 stands in for it, as assumed and of low confidence."""
    tax = CATALOG.pay_law("RS", "employee", 2026).taken[-1]

    assert (tax.basis, tax.confidence) == ("assumed", "low")
    assert "2026 was not found" in tax.source.note


PAY = """\
schema: pay/1
last_checked: 2026-11-01
countries:
  RR:
    label: Ruritania
    currency: RTK
    kinds:
      author:
        - start: 2025-01-01
          end: null
          costs: 0
          taken:
            - {id: tax, label: Tax, period: year, bands: [{up_to: 10, rate: 0.1}, {rate: 0.2}], source: law, confidence: low}
sources:
  law: {title: The law, url: "https://example.org", as_of: 2026}
"""


@pytest.mark.parametrize(
    ("sound", "broken", "message", "line"),
    [
        ("author:", "artist:", "unknown key 'artist'", 9),
        ("rate: 0.1}", "rate: 10%}", "rate is '10%'", 13),
        ("{rate: 0.2}", "{up_to: 20, rate: 0.2}", "the last band has no up_to", 13),
        ("{up_to: 10, rate: 0.1}, ", "{up_to: 10, rate: 0.1}, {up_to: 5, rate: 0.1}, ", "does not end above", 13),
        ("period: year, ", "", "period does not fit the bands", 13),
        ("rate: 0.2", "rate: 1", "take all of the pay", 13),
        ("costs: 0", "costs: 0.4", "bands do not go with standard costs", 13),
        ("source: law", "source: hearsay", "unknown source 'hearsay'", 13),
        ("          taken:\n", "          token:\n", "unknown key 'token'", 13),
        ("start: 2025-01-01", "start: 2025", "start is 2025", 9),
    ],
)
def test_every_mistake_in_the_law_of_pay_has_its_line(tmp_path, sound, broken, message, line) -> None:
    path = tmp_path / "pay.yaml"
    path.write_text(PAY, encoding="utf-8")
    assert open_catalog([tmp_path]).pay_law("RR", "author", 2026).bands[0].rate == 0.1
    assert PAY.count(sound) == 1
    path.write_text(PAY.replace(sound, broken), encoding="utf-8")

    with pytest.raises(ProjectError) as error:
        open_catalog([tmp_path]).pay_law("RR", "author", 2026)

    found = error.value.problems
    assert any(message in p.message and p.line == line for p in found), [str(p) for p in found]


def test_taxes_by_the_month_and_by_the_year_do_not_make_one_scale(tmp_path) -> None:
    monthly = "period: month, bands: [{up_to: 10, rate: 0.1}, {rate: 0.2}], source: law, confidence: low}"
    more = f"            - {{id: two, label: Two, {monthly}\n"
    (tmp_path / "pay.yaml").write_text(PAY.replace("sources:", more + "sources:"), encoding="utf-8")

    with pytest.raises(ProjectError, match="taxes by the month stand beside taxes by the year"):
        open_catalog([tmp_path]).pay_law("RR", "author", 2026)
