"""Works by national organisations, services from elsewhere, spending and participation beside the share borne."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from law_films import FILM, ask, rule

if TYPE_CHECKING:
    from pathlib import Path

WORKS = rule(
    "works", "works_by_national_organisations", "0.5", "comparison: at_least", "of: works_at_estimate_prices",
    "applies_to: {countries: [QR]}",
)  # fmt: skip
TEST = "invented.works"


def _line(name: str, rate: float, more: str = "", account: str = "camera") -> str:
    return f"    - {{id: {name}, account: {account}, description: {name}, rate: {rate}, currency: EUR{more}}}"


def test_works_paid_in_the_country_are_taken_to_be_of_its_organisations(tmp_path: Path) -> None:
    film = ask(tmp_path, WORKS)
    assert (film.verdict(TEST), film.actual(TEST)) == ("pass", 0.6)


def test_organisations_abroad_whose_country_is_not_said_leave_it_open(tmp_path: Path) -> None:
    more = _line("more", 40, ", spent: QG")
    film = ask(tmp_path, WORKS, more)
    assert film.verdict(TEST) == "unknown"
    assert "payee, on lines spent outside QR" in film.finding(TEST).add
    assert "treaty.facts.invented.works" in film.finding(TEST).add
    assert ask(tmp_path, WORKS, more, sets=("budget.lines[more].payee=QR",)).verdict(TEST) == "pass"
    elsewhere = ("budget.lines[more].payee=QG", "budget.lines[crew_qg].payee=QG")
    film = ask(tmp_path, WORKS, more, sets=elsewhere)
    assert film.verdict(TEST) == "fail"
    assert film.actual(TEST) == pytest.approx(60 / 140)


def test_pay_of_people_from_abroad_is_open_and_rights_and_finance_are_no_works(tmp_path: Path) -> None:
    film = ask(tmp_path, WORKS, sets=("budget.lines[crew_qr].payee=QG", "budget.lines[crew_qr].labour=employee"))
    assert film.verdict(TEST) == "unknown"
    film = ask(tmp_path, WORKS, _line("novel", 900, ", spent: QG", "story"), _line("bank", 900, "", "finance_costs"))
    assert film.actual(TEST) == pytest.approx(0.6)


def test_a_share_that_the_file_states_is_taken(tmp_path: Path) -> None:
    for share, verdict in ((0.5, "pass"), (0.49, "fail")):
        assert ask(tmp_path, WORKS, sets=(f"treaty.facts.invented={{works: {share}}}",)).verdict(TEST) == verdict


def test_the_verdict_on_works_follows_a_changed_rate(tmp_path: Path) -> None:
    film = ask(tmp_path, WORKS, sets=("budget.lines[crew_qg].payee=QG",))
    assert film.verdict(TEST, {"lines.crew_qg.rate": 60}) == "pass"
    assert film.verdict(TEST, {"lines.crew_qg.rate": 61}) == "fail"


SERVICES = rule("services", "third_party_services", "0.15", "comparison: at_most", "of: budget")


@pytest.mark.parametrize(("rate", "verdict"), [(15, "pass"), (16, "fail")])
def test_technical_services_from_elsewhere_are_at_most_a_part_of_the_budget(
    tmp_path: Path, rate: float, verdict: str
) -> None:
    lines = (
        _line("grading", rate, ", spent: US", "post_lab"),
        _line("advice", 35 - rate, ", spent: US", "legal"),  # bought elsewhere as well, but no technical service
    )
    film = ask(tmp_path, SERVICES, *lines, sets=("budget.lines[crew_qr].rate=25",))
    assert (film.verdict("invented.services"), film.actual("invented.services")) == (verdict, rate / 100)


IN_STEP = rule("participation", "participation_proportional", "in_principle")


def test_spending_less_at_home_than_the_share_borne_is_a_warning_never_a_failure(tmp_path: Path) -> None:
    film = ask(tmp_path, IN_STEP)
    assert [film.verdict(f"invented.participation.{c}") for c in ("QR", "QG")] == ["pass", "pass"]
    rich = ("budget.lines[crew_qr].rate=100",)
    film = ask(tmp_path, IN_STEP, sets=rich)
    assert [film.verdict(f"invented.participation.{c}") for c in ("QR", "QG")] == ["pass", "warn"]
    assert film.actual("invented.participation.QG") == pytest.approx(40 / 140, abs=1e-6)
    assert "gives no figure" in film.finding("invented.participation.QG").why


def test_nothing_is_asked_of_a_country_that_takes_part_with_money_alone(tmp_path: Path) -> None:
    film = ask(tmp_path, IN_STEP, sets=("partners.gr.participation=financial",))
    keys = [f.key for instrument in film.model.eligibility.instruments for f in instrument.findings]
    assert [key for key in keys if key.startswith("invented.participation")] == ["invented.participation.QR"]


def test_own_people_abroad_count_as_spent_at_home(tmp_path: Path) -> None:
    spending = rule("spending", "spend_proportional", "in_principle")
    film = ask(tmp_path, spending, film=FILM.replace("rate: 60", "rate: 40"))
    assert film.verdict("invented.spending.QR") == "warn"
    away = _line("gaffer", 20, ", spent: edelweiss, labour: contractor, payee: QR")
    film = ask(tmp_path, spending, away, film=FILM.replace("rate: 60", "rate: 40"))
    assert (film.verdict("invented.spending.QR"), film.actual("invented.spending.QR")) == ("pass", 0.6)
