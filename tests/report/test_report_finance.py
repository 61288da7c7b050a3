"""Finance plan and cash flow on the screen and in files: read in the invented country, with round figures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from coprod_budget import api
from coprod_budget.report import screen
from coprod_budget.report.cashflow import GAP_IS_OUT
from coprod_budget.report.finance import NONE_NAMED, payments_in_words
from coprod_budget.report.markdown import estimate_as_markdown
from coprod_budget.report.sections import default, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RURITANIA = Path(__file__).parents[1] / "ruritania"
MONEY = ("finance", "cashflow")


def film_with(*sets: str) -> api.Estimate:
    return api.estimate(RURITANIA / "financed.yaml", data=[RURITANIA], sets=list(sets))


@pytest.fixture(scope="module")
def loaned() -> api.Estimate:
    return film_with()


@pytest.fixture(scope="module")
def found(loaned: api.Estimate) -> dict[str, Any]:
    return loaned.to_dict()


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def at(film: api.Estimate, width: int, names: Sequence[str] = ()) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        figures = film.figures()
        screen.show_estimate(figures, [s for s in sections(figures, names) if s.id in MONEY])
        out = capsys.readouterr().out
        return out[out.index("\n\n") :].partition("The total stands on")[0]

    return at


def test_the_short_form_is_as_it_was_read_and_approved(loaned, show, snapshot) -> None:
    snapshot("finance_short_80.txt", show(loaned, 80))


def test_the_full_form_is_as_it_was_read_and_approved(loaned, show, snapshot) -> None:
    snapshot("finance_full_80.txt", show(loaned, 80, MONEY))


@pytest.mark.parametrize("width", [60, 72, 80, 100, 160, 250])
@pytest.mark.parametrize("names", [(), MONEY])
def test_no_line_is_wider_than_the_terminal(loaned, show, width: int, names: Sequence[str]) -> None:
    assert max(cell_len(line) for line in show(loaned, width, names).splitlines()) <= width


def test_a_plan_is_shown_where_there_are_sources_and_the_months_where_they_are_asked_for(loaned) -> None:
    assert "finance" in default(loaned.figures())
    assert "cashflow" not in default(loaned.figures())


def test_a_film_without_sources_is_told_where_to_write_them(show) -> None:
    film = api.estimate(Path(__file__).parents[2] / "examples" / "ten_lines" / "project.yaml")
    out = " ".join(show(film, 100, MONEY).split())

    assert "finance" not in default(film.figures())
    assert NONE_NAMED in out
    assert GAP_IS_OUT in out
    assert film.to_dict()["finance"]["sources"] == []
    assert math.isclose(film.to_dict()["finance"]["gap"], film["budget.total"], abs_tol=1e-5)


def test_the_loan_that_fills_the_gap_is_the_one_worked_out_by_hand(found) -> None:
    bank = next(s for s in found["finance"]["sources"] if s["id"] == "bank")
    by_hand = (1_200_000 + 10_000 - 400_000 - 73_500) / (1 - 0.02 - 0.12 * 10 / 12)

    assert (bank["amount"], bank["worked_out"]) == (None, "gap")
    assert math.isclose(bank["value"], by_hand, abs_tol=1e-5)
    assert math.isclose(bank["outstanding"], by_hand - 300_000, abs_tol=1e-5)
    assert next(p for p in found["finance"]["by_partner"] if p["id"] == "qr")["gap"] == 0


def test_a_partner_whose_gap_a_loan_fills_puts_in_nothing_and_has_no_multiple(found) -> None:
    producer = next(p for p in found["expected"]["parties"] if p["id"] == "qr")

    assert (producer["invested"], producer["multiple"], producer["roi"]) == (0, None, None)


def test_the_plan_is_the_models_and_adds_up(loaned, found) -> None:
    plan = found["finance"]

    assert math.isclose(plan["uses"], plan["budget"] + plan["costs"], abs_tol=1e-5)
    assert math.isclose(plan["gap"], plan["uses"] - plan["in_plan"], abs_tol=1e-5)
    assert math.isclose(sum(s["in_plan"] for s in plan["sources"]), plan["in_plan"], abs_tol=1e-5)
    assert math.isclose(sum(plan["by_status"].values()), plan["in_plan"], abs_tol=1e-5)
    assert math.isclose(sum(p["gap"] for p in plan["by_partner"]), plan["gap"], abs_tol=1e-5)
    for source in plan["sources"]:
        for name in ("in_plan", "share", "fee", "cost", "net_cash", "outstanding"):
            assert math.isclose(source[name], loaned[f"finance.{source['id']}.{name}"], abs_tol=1e-6)
    assert math.isclose(plan["peak_exposure"], loaned["cash.peak_exposure"], abs_tol=1e-6)


def test_the_months_add_up_to_the_plan(found) -> None:
    plan, months = found["finance"], found["cashflow"]
    sources = {s["id"]: s for s in plan["sources"] if s["kind"] not in {"loan", "in_kind", "deferral"}}

    assert math.isclose(sum(m["uses"] for m in months), plan["uses"], abs_tol=1e-3)
    assert math.isclose(months[-1]["position"], -plan["gap"], abs_tol=1e-3)
    assert math.isclose(min(m["before_loans"] for m in months), -plan["peak_exposure"], abs_tol=1e-5)
    assert next(m["month"] for m in months if m["before_loans"] <= 1e-5 - plan["peak_exposure"]) == plan["peak_month"]
    for name, source in sources.items():
        assert math.isclose(sum(m["by_source"][name] for m in months), source["value"], abs_tol=1e-3), name
    for month in months:
        assert math.isclose(sum(p["position"] for p in month["partners"].values()), month["position"], abs_tol=1e-3)
        assert math.isclose(sum(month["by_account"].values()) + month["finance_costs"], month["uses"], abs_tol=1e-3)


def test_files_have_every_month_and_the_screen_those_in_which_something_moves(loaned, found, show) -> None:
    months = [m["month"] for m in found["cashflow"]]
    table = show(loaned, 80, MONEY).partition("Cash flow by month")[2].partition("In all")[0]

    assert (months[0], months[-1], len(months)) == ("2027-02", "2028-06", 17)
    assert "2027-11" in months
    assert "2027-11" not in table
    assert "2027-12" in table


def test_the_json_has_the_promised_names(found) -> None:
    plan = found["finance"]

    assert {"uses", "sources", "gap", "costs", "peak_exposure", "by_status", "obligations", "stress"} <= plan.keys()
    assert {"id", "name", "kind", "partner", "status", "amount", "currency", "value", "premium", "payments"} <= plan[
        "sources"
    ][0].keys()
    assert {"month", "uses", "sources", "drawn", "repaid", "position"} <= found["cashflow"][0].keys()
    assert {"source", "place", "required", "spent", "left", "ok"} <= plan["obligations"][0].keys()
    assert {"source", "partner", "gap", "partner_gap", "peak_late"} <= plan["stress"][0].keys()


def test_an_obligation_that_is_short_is_said_in_the_short_form_too(loaned, show) -> None:
    met = film_with("finance[town].spend_share=100%")
    title = "Where sources have to be spent"

    assert title in show(loaned, 100)
    assert title not in show(met, 100)
    assert title in show(met, 100, MONEY)


def test_payments_are_said_in_words_with_their_day(loaned) -> None:
    figures = loaned.figures()
    words = {s.id: payments_in_words(figures, s) for s in figures.model.project.finance}

    assert words["presale"] == ["20% on signature (2027-02-01)", "80% on delivery, 1 month later (2028-01-31)"]
    assert words["own"][1] == "50% (2027-06-15)"
    assert words["bridge"][0].startswith("40,000 EUR first day of shooting (2027-03-2")
    assert words["bank"] == ["drawn as the money is needed"]
    assert words["kit"] == ["in things, as they are used"]
    assert words["pay"] == ["waits for the receipts"]
    assert words["rebate"] == ["100% after the usual wait of the programme (2028-06-30)"]


def test_too_much_money_is_no_gap(show) -> None:
    out = show(film_with("finance[own].amount=600000"), 100, MONEY)

    assert "More than is needed" in out
    assert GAP_IS_OUT[:40] not in out


def test_an_account_that_never_falls_below_nothing_says_so(show) -> None:
    rich = film_with(
        "finance[own].amount=2000000",
        "finance[own].instalments=[{share: 100%, on: start}]",
        "finance[fund].amount=3000000",
    )

    assert "never falls below nothing" in show(rich, 100, MONEY)
    assert rich.to_dict()["finance"]["peak_month"] is None


def test_markdown_has_the_same_tables(loaned) -> None:
    figures = loaned.figures()
    text = estimate_as_markdown(figures, sections(figures, MONEY))

    assert "## Finance plan" in text
    assert "### If a source is withdrawn, or late" in text
    assert "## Cash flow" in text
    assert "### Loans by month" in text
