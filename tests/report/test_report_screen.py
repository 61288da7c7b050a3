"""What is shown on a terminal: fitted to its width, nothing cut, nothing that steers the terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from coprod_budget import api
from coprod_budget.report import screen
from coprod_budget.report.explanation import as_tree
from coprod_budget.report.sections import NAMES, default, sections
from coprod_budget.report.tables import Column, Row, Table, percent, plain, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.report.figures import Figures


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def at(width: int, figures: Figures, *names: str) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        screen.show_estimate(figures, sections(figures, names))
        return capsys.readouterr().out

    return at


AGELESS = [name for name in NAMES if name not in {"eligibility", "incentives", "sources"}]
"""Law that ships changes with the world: its tables and sources are read and approved in the invented country (test_report_law)."""


@pytest.mark.parametrize("width", [80, 160])
def test_the_screen_is_as_it_was_read_and_approved(film, snapshot, monkeypatch, capsys, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    figures = film.figures()
    screen.show_estimate(figures, [s for s in sections(figures) if s.id in AGELESS])

    snapshot(f"screen_{width}.txt", capsys.readouterr().out)


@pytest.mark.parametrize("width", [80, 160])
def test_all_sections_are_as_they_were_read_and_approved(film, show, snapshot, width: int) -> None:
    snapshot(f"sections_{width}.txt", show(width, film.figures(), *AGELESS))


def test_without_a_wish_the_sections_that_have_something_to_say_are_shown(film) -> None:
    plain_sections = default(_plain_film().figures())

    assert set(default(film.figures())) - set(plain_sections) >= {"revenue", "waterfall"}
    assert set(plain_sections) - {"eligibility"} == {"budget", "split", "returns"}


@pytest.mark.parametrize("width", [60, 72, 80, 100, 132, 160, 250])
def test_no_line_is_wider_than_the_terminal(film, show, width: int) -> None:
    out = show(width, film.figures(), *NAMES)

    assert max(cell_len(line) for line in out.splitlines()) <= width


@pytest.mark.parametrize("width", [60, 80, 100])
def test_figures_are_never_cut_or_wrapped(film, show, width: int) -> None:
    out = show(width, film.figures())

    for figure in (written(film["budget.total"], "money"), "82,000,000", "ran dry: "):
        assert figure in out
    assert "…" not in out


def test_a_wide_terminal_shows_no_less_than_a_narrow_one(film, show) -> None:
    figures = film.figures()
    narrow, wide = (set(re.findall(r"\d[\d,.]+", show(width, figures, *NAMES))) for width in (80, 200))

    assert narrow <= wide


def test_one_scenario_can_be_shown_alone(film, show) -> None:
    out = show(100, film.figures(["base"]), "revenue", "waterfall", "returns")

    assert "15,000,000" in out
    assert "82,000,000" not in out
    assert "Expected" in out


def test_many_scenarios_are_continued_below_instead_of_being_dropped(show) -> None:
    scenarios = "".join(
        f"\n    s{n}: {{weight: {25 if n < 5 else 0}%, gross: {{RU: {n}111222333}}}}" for n in range(1, 10)
    )
    text = f"""
title: Many
as_of: 2026-09-30
partners: {{ru: {{name: A, country: RU, currency: RUB, share: 100%}}}}
schedule: {{shoot_days: {{moscow: 1}}}}
budget: {{lines: [{{account: cast, description: One, rate: 1000000, currency: RUB}}]}}
revenue:
  territories: {{RU: {{exhibitor: 50%, distributor_fee: 15%, ticket_vat: none}}}}
  scenarios: {scenarios}
"""
    out = show(80, api.estimate(api.load_text(text)).figures())

    assert "(continued)" in out
    for number in range(1, 10):
        assert f"{number},111,222,333" in out


def test_of_a_single_scenario_no_expectation_is_shown(show) -> None:
    more = """
revenue:
  territories: {RU: {exhibitor: 50%, distributor_fee: 15%, ticket_vat: none}}
  scenarios: {one: {weight: 100%, gross: {RU: 5}}}
"""
    text = f"""
title: One
as_of: 2026-09-30
partners: {{ru: {{name: A, country: RU, currency: RUB, share: 100%}}}}
schedule: {{shoot_days: {{moscow: 1}}}}
budget: {{lines: [{{account: cast, description: One, rate: 1000, currency: RUB}}]}}
{more}
"""
    out = show(80, api.estimate(api.load_text(text)).figures())

    assert "Producers' receipts" in out
    assert "Expected" not in out


def test_without_scenarios_one_sentence_says_so(show) -> None:
    out = show(80, _plain_film().figures())
    asked = show(80, _plain_film().figures(), "revenue", "waterfall", "returns")

    assert out.count("no box-office scenarios") == 1
    assert asked.count("no box-office scenarios") == 1
    assert "Probability" not in out


def _plain_film(title: str = "Plain", description: str = "One") -> api.Estimate:
    return api.estimate(
        api.load_text(f"""
title: "{title}"
as_of: 2026-09-30
partners: {{ru: {{name: A, country: RU, currency: RUB, share: 100%}}}}
schedule: {{shoot_days: {{moscow: 1}}}}
budget: {{lines: [{{account: cast, description: "{description}", rate: 1000, currency: RUB}}]}}
""")
    )


def test_names_of_a_project_cannot_steer_the_terminal(show) -> None:
    figures = _plain_film("[red]Title[/red] \\e[31m", "[bold]x[/bold] :smile: \\u202E \\e]0;owned\\a").figures()
    out = show(120, figures, "lines")

    assert "[red]Title[/red]" in out
    assert "[bold]x[/bold] :smile:" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\a" not in out


def test_letters_of_double_width_stay_in_their_columns(show) -> None:
    out = show(60, _plain_film("映画", "映画" * 30).figures(), "lines")

    assert max(cell_len(line) for line in out.splitlines()) <= 60
    assert out.count("映") == out.count("画") == 31


def test_the_explanation_is_as_it_was_read_and_approved(film, snapshot, monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    screen.console().print(as_tree(film.figures(), film.explain("partner.rs.borne", depth=6, rows=2)))

    snapshot("explain.txt", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "text"),
    [
        (1234567.5, "money", 0, "1,234,568"),
        (1234567.506, "money", 2, "1,234,567.51"),
        (-0.2, "money", 0, "0"),
        (-0.001, "money", 2, "0.00"),
        (-1234.0, "money", 0, "-1,234"),
        (0.1234, "share", 0, "12.3%"),
        (-0.0001, "share", 0, "0.0%"),
        (1.5, "multiple", 0, "1.50x"),
        (97.35561, "rate", 0, "97.3556"),
        (1200.0, "price", 0, "1,200"),
        (717.42, "price", 0, "717.42"),
        (None, "money", 0, "–"),
        ("a\nb", "text", 0, "a b"),
    ],
)
def test_figures_are_written_for_people(value, kind, decimals, text) -> None:
    assert written(value, kind, decimals) == text


def test_shares_in_sentences_have_no_needless_zeros() -> None:
    assert [percent(0.6), percent(0.025), percent(1 / 3)] == ["60%", "2.5%", "33.33%"]
    assert plain("Балканский рубеж") == "Балканский рубеж"


def test_columns_that_say_nothing_are_left_out(monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    screen.show_table(Table("T", (Column("A"), Column("Empty"), Column("B", "money")), (Row(("x", "", 1.0)),)))

    assert "Empty" not in capsys.readouterr().out


def test_many_partners_go_on_in_further_tables_instead_of_being_left_out(show) -> None:
    partners = ", ".join(f"p{i}: {{name: Company {i}, country: RU, currency: RUB, share: 10%}}" for i in range(10))
    text = f"""
        title: Ten companies
        as_of: 2026-09-30
        partners: {{{partners}}}
        schedule: {{shoot_days: {{moscow: 1}}}}
        budget: {{lines: [{{account: cast, description: A, rate: 1000000000000, currency: RUB}}]}}
    """
    out = show(80, api.estimate(api.load_text(text, filename="a.yaml")).figures(), "budget")

    table = out.partition("Budget by account")[2]
    assert table.count("Company") == 10
    assert "Budget by account (continued)" in table
    assert table.count("1400    Cast") > 1, "every piece names its rows"


KEYS = Table(
    "Keys",
    (
        Column("run"),
        Column("schedule.shoot_days.st_petersburg", "number"),
        Column("budget.total", "money"),
        Column("eligibility.ets147_1992.verdict", least=12),
    ),
    (Row(("1", 12.0, 2e6, "unknown")),),
)


def test_keys_above_columns_are_cut_at_dots_only_where_there_is_no_room(monkeypatch, capsys) -> None:
    shown = {}
    for width in (60, 80, 90):
        monkeypatch.setenv("COLUMNS", str(width))
        screen.show_tables([KEYS])
        heads = capsys.readouterr().out.partition("─")[0].splitlines()[1:]
        shown[width] = [line.split() for line in heads]
        assert max(map(cell_len, heads)) <= width

    whole = [column.title for column in KEYS.columns]
    assert shown[90] == [whole]
    assert shown[80] == [["schedule."], ["shoot_days."], ["run", "st_petersburg", *whole[2:]]]
    assert shown[60][-1] == ["run", "st_petersburg", "budget.total", "verdict"]


def test_what_is_cut_inside_a_key_is_never_set_off_by_a_space(monkeypatch, capsys) -> None:
    rule = "eligibility.ru_national_film >= warn"
    for width in range(60, 100):
        monkeypatch.setenv("COLUMNS", str(width))
        other = "x" * (width - 32)
        screen.show_tables([Table("Rules", (Column("Rule", least=12), Column(other, least=99)), (Row((rule, "x")),))])
        out = capsys.readouterr().out

        assert "warn" in out
        assert not re.search(r"[._] \w", out)  # between columns there are two spaces


def test_in_a_pipe_the_first_line_is_a_title_and_tables_are_set_apart(capsys) -> None:
    screen.show_tables([KEYS, KEYS])
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "Keys"
    assert lines[lines.index("Keys", 1) - 1] == ""


def test_where_nothing_can_be_left_out_text_wraps_and_figures_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    columns = (Column("Item", least=99), *(Column(f"F{i}", "money") for i in range(4)), Column("Cur.", least=99))
    name = "an_item_with_a_rather_long_name"

    screen.show_table(Table("Prices", columns, (Row((name, *[1_234_567.0] * 4, "RUB")),)))

    out = capsys.readouterr().out
    assert out.count("1,234,567") == 4
    assert "RUB" in out
    assert max(map(cell_len, out.splitlines())) <= 60
    first = [line.split()[0] for line in out.splitlines()[4:]]
    assert "".join(first) == name
    assert all(part.endswith("_") for part in first[:-1]), "an id breaks after an underscore"
