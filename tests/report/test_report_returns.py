"""Returns on the screen: who is listed, what is named, pictures of bars, and nothing searched for that nobody looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from test_report_waterfall import FILM, REST, estimated

from coprod_budget import api
from coprod_budget.report.bars import FULL, LINE, MORE, account, drawn, recoupment
from coprod_budget.report.markdown import picture_as_markdown
from coprod_budget.report.returns import break_even, parties, returns, several_rates
from coprod_budget.report.sections import NAMES, sections
from coprod_budget.report.tables import Bar, Picture, Row, Table, written

if TYPE_CHECKING:
    from coprod_budget.report.tables import Section

RECOUPED = "{id: back, pay: [fund, ru, rs], kind: until_recouped}"
PREMIUM = "{id: premium, pay: fund, kind: until, amount: premium}"


def table(section: Section, title: str) -> dict[str, Row]:
    found = next(part for part in section.parts if isinstance(part, Table) and part.title.startswith(title))
    return {str(row.cells[0]).strip(): row for row in found.rows}


def test_who_puts_nothing_in_and_gets_nothing_is_not_listed() -> None:
    film = estimated(RECOUPED, "{pay: stranger, kind: percent_of_gross, rate: 0%}", REST)
    figures = film.figures()

    assert "stranger" in figures.model.waterfall.parties.keys
    assert parties(figures) == ["ru", "rs", "fund", "bank", "distributor_ru"]
    assert "Stranger" not in str(returns(figures, full=True).parts)


def test_full_returns_say_everything_that_the_model_knows_of_a_party() -> None:
    film = estimated(RECOUPED, PREMIUM, REST)
    rows = table(returns(film.figures(), full=True), "What comes back")
    for label, name in (
        ("profit", "profit"),
        ("multiple of the investment", "multiple"),
        ("return on investment", "roi"),
        ("recouped", "recouped"),
        ("rate of return (IRR), a year", "irr"),
        ("net present value at 10%", "npv"),
        ("months until it is paid back", "payback_months"),
    ):
        assert rows[label].cells[1:] == tuple(
            film[key] for key in (*(f"scenario.{s}.party.bank.{name}" for s in ("flop", "hit")), f"party.bank.{name}")
        ), label


def test_short_returns_leave_out_what_the_full_ones_add() -> None:
    figures = estimated(RECOUPED, REST).figures()

    assert "return on investment" in table(returns(figures, full=True), "What comes back")
    assert "return on investment" not in table(returns(figures, full=False), "What comes back")


def test_what_is_to_be_expected_stands_in_one_table() -> None:
    film = estimated(RECOUPED, REST)
    row = table(returns(film.figures(), full=False), "What is to be expected")["Equity fund"]

    names = ("invested", "received", "irr", "probability_recouped", "expected_loss", "npv")
    assert row.cells[1:] == tuple(film[f"party.fund.{name}"] for name in names)
    assert film["party.fund.probability_recouped"] == pytest.approx(0.6)


def test_several_rates_of_return_are_named() -> None:
    """The distributor spends 100,000, gets a fee in 2028, and in 2029 spends more than it gets."""
    spends = (
        "revenue.territories.RU.distributor_fee=20%",
        "revenue.territories.RU.p_and_a_recouped=false",
        "revenue.territories.RU.p_and_a=100000",
        "revenue.territories.RU.p_and_a_later=[{amount: 900000, on: 2029-02-01}]",
        "revenue.scenarios.hit.gross.RU=3000000",
    )
    film = estimated(RECOUPED, REST, sets=spends)

    (sentence,) = several_rates(film.figures())

    assert sentence.endswith("its sign more than once: Distributor, Russia (A hit).")
    assert sentence in returns(film.figures(), full=True).parts
    assert several_rates(estimated(RECOUPED, REST).figures()) == []


def test_break_evens_are_those_of_investment_premium_and_profit() -> None:
    film = estimated(RECOUPED, PREMIUM, REST)
    even = break_even(film.figures())
    assert even is not None
    rows = [(str(row.cells[0]), row.cells[1:]) for row in even.rows]

    assert rows[0] == ("The whole budget", (film["territory.RU.budget_gross"], film["territory.RS.budget_gross"]))
    at = next(n for n, (label, _) in enumerate(rows) if label == "Equity fund: investment")
    assert rows[at][1] == (film["party.fund.break_even_gross_RU"], film["party.fund.break_even_gross_RS"])
    assert rows[at + 1] == (
        "    with its premium",
        (film["party.fund.break_even_premium_RU"], film["party.fund.break_even_premium_RS"]),
    )
    profit = next(cells for label, cells in rows if label == "    first profit")
    assert profit == (film["party.ru.break_even_profit_RU"], film["party.ru.break_even_profit_RS"])


def test_where_no_gross_is_enough_the_table_says_so() -> None:
    film = estimated("{id: back, pay: rs, kind: until_recouped, of: [RS]}", REST, sets=("partners.ru.share=60%",))
    even = break_even(film.figures())
    assert even is not None

    row = next(row for row in even.rows if row.cells[0] == "Equity fund: investment")
    assert row.cells[1:] == ("no gross does", "no gross does")


def test_nothing_is_searched_for_before_somebody_looks_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = estimated(RECOUPED, REST).figures()

    class SearchedError(Exception):
        pass

    def search(*_: object) -> object:
        raise SearchedError

    monkeypatch.setattr(figures.values, "_later", search)

    others = [name for name in NAMES if name != "returns"]
    assert [section.id for section in sections(figures, others)] == others
    with pytest.raises(SearchedError):
        sections(figures, ["returns"])


# --- pictures ------------------------------------------------------------------------------------------------------------


def lines(picture: Picture, width: int) -> list[str]:
    return [line for line, _ in drawn(picture, width)]


def test_a_bar_is_as_long_as_its_figure_and_the_line_stands_at_all_of_it() -> None:
    picture = Picture("P", (Bar("Heading"), Bar("a", 0.5, "50%"), Bar("b", 1.0, "100%"), Bar("c", 7.0, "700%")), 1.0)
    head, half, whole, much = lines(picture, 60)

    assert head == "Heading"
    assert half.index(LINE) == whole.index(LINE) == much.index(LINE)
    assert abs(half.count(FULL) - half.index(LINE) / 2) <= 2
    assert whole.count(FULL) == whole.index(LINE) - whole.index(FULL)
    assert MORE in much, "a bar that is cut says so"
    assert MORE not in whole


def test_money_that_is_missing_lies_left_of_nothing() -> None:
    below, above, nothing = lines(Picture("P", (Bar("a", -50.0, "-50"), Bar("b", 25.0, "25"), Bar("c", 0.0, "0"))), 60)
    zero = nothing.index(LINE)

    assert FULL not in nothing
    assert below.index(LINE) == above.index(LINE) == zero
    assert max(n for n, c in enumerate(below) if c == FULL) < zero < min(n for n, c in enumerate(above) if c == FULL)
    assert below.count(FULL) == pytest.approx(2 * above.count(FULL), abs=2)


@pytest.mark.parametrize("width", [60, 72, 80, 120, 250])
def test_no_bar_is_wider_than_the_terminal(width: int) -> None:
    name = "映画" * 30
    picture = Picture("P", (Bar(name), Bar(name, 3.0, "300%"), Bar("\x1b[31m", 0.1, "10%")), 1.0)

    assert all(cell_len(line) <= width for line in lines(picture, width))
    assert "\x1b" not in "".join(lines(picture, width))


def test_the_picture_of_recoupment_says_what_the_model_says() -> None:
    film = estimated(RECOUPED, REST)
    picture = recoupment(film.figures(), ["ru", "rs", "fund"])
    assert picture is not None

    assert [bar.label for bar in picture.bars if bar.length is None] == ["A flop", "A hit"]
    lengths = [bar.length for bar in picture.bars if bar.length is not None]
    assert lengths == [film[f"scenario.{s}.party.{p}.multiple"] for s in ("flop", "hit") for p in ("ru", "rs", "fund")]
    assert recoupment(film.figures(), []) is None


def test_the_picture_of_the_account_says_what_the_cash_flow_says() -> None:
    film = estimated(RECOUPED, REST)
    picture = account(film.figures())
    assert picture is not None

    assert picture.bars[0].label == film.model.cashflow.table.keys[0]
    for bar in picture.bars:
        assert bar.length == film[f"cash.{bar.label}.position"]
        assert bar.figure == written(bar.length, "money")


def test_a_picture_in_markdown_is_a_block_that_nothing_gets_out_of() -> None:
    text = "\n".join(picture_as_markdown(Picture("P*", (Bar("``` x", 1.0, "1"),))))

    assert text.startswith("### P\\*\n\n```text\n")
    assert text.count("```") == 2


def test_a_film_without_any_money_has_no_pictures() -> None:
    text = FILM.replace("rate: 1000000", "rate: 0").partition("finance:")[0]
    figures = api.estimate(api.load_text(text, filename="film.yaml")).figures()

    assert not [p for s in sections(figures, ["cashflow", "returns"]) for p in s.parts if isinstance(p, Picture)]
