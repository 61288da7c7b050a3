"""The file: whole or not there, safe against text from strangers, protected, printable, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from books import Book, book, opened

from coprod_budget.report.workbook import write_workbook, writer
from coprod_budget.report.workbook.layout import LONGEST_TEXT, Page, clean
from coprod_budget.report.workbook.styles import INPUT_BLUE, LINK_GREEN
from coprod_budget.report.workbook.writer import SHEETS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def film(books: dict[str, Book]) -> Book:
    return books["coproduction"]


@pytest.fixture(scope="module")
def small(books: dict[str, Book]) -> Book:
    """A film of ten lines, where any film will do: it is written in a sixth of the time."""
    return books["ten_lines"]


def test_text_that_begins_like_a_formula_is_written_as_text(film: Book, folder: Path) -> None:
    sheets = opened(folder / "coproduction.xlsx")
    texts = {c.value for s in sheets for row in s.iter_rows() for c in row if c.data_type == "s"}

    assert film.model.project.title == '=HYPERLINK("http://example.org","Поезд & <Voz>")'
    assert {film.model.project.title, "=Neva & Sons", "+Dunav <Film>", "@Spree", "-Script", "=1+1", "=Low"} <= texts


def test_characters_that_no_file_may_hold_are_left_out(small: Book, tmp_path: Path) -> None:
    project = small.model.project.model_copy(update={"title": "Od\x00d\x0b\x1b\ud800 \ufffe_x000D_ ]]> & title"})
    write_workbook(small.model._replace(project=project), small.values, tmp_path / "odd.xlsx")

    assert opened(tmp_path / "odd.xlsx")["Summary"]["A1"].value == "Odd _x000D_ ]]> & title"


def test_text_is_cut_to_what_a_cell_takes() -> None:
    assert len(clean("a" * 40_000)) == LONGEST_TEXT


def test_an_existing_file_is_replaced(small: Book, tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    target.write_text("old")
    write_workbook(small.model, small.values, target)

    assert opened(target).sheetnames == [s.name for s in SHEETS]
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize("broken", ["layout", "disk"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    broken: str, small: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on the disk")

    target = tmp_path / "book.xlsx"
    target.write_text("old")
    if broken == "layout":
        monkeypatch.setattr(Page, "write", fail)
    else:
        monkeypatch.setattr(writer.os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        write_workbook(small.model, small.values, target)

    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_folder_that_is_not_there_is_an_os_error(small: Book, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_workbook(small.model, small.values, tmp_path / "nowhere" / "book.xlsx")


def test_the_same_model_gives_the_same_file(film: Book, tmp_path: Path) -> None:
    write_workbook(film.model, film.values, tmp_path / "a.xlsx")
    again = book.__wrapped__("coproduction")  # built afresh
    write_workbook(again.model, again.values, tmp_path / "b.xlsx")

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_sheets_stand_in_their_order_and_none_is_hidden(folder: Path) -> None:
    sheets = opened(folder / "coproduction.xlsx")

    assert sheets.sheetnames == [
        "Summary", "Inputs", "Lines", "Fringes", "Top sheet", "Partners", "Eligibility", "Incentives", "Finance plan",
        "Cash flow", "Revenue", "Revenue by period", "Waterfall", "Waterfall by period", "Returns", "Returns by period", "Sources",
        "Checks",
    ]  # fmt: skip
    assert {s.sheet_state for s in sheets} == {"visible"}
    assert not sheets.defined_names


def test_inputs_are_blue_and_open_links_green_and_everything_else_locked(film: Book, folder: Path) -> None:
    sheets = opened(folder / "coproduction.xlsx")
    open_cells = {
        (s.title, c.coordinate) for s in sheets for row in s.iter_rows() for c in row if not c.protection.locked
    }
    inputs = {(sheet, at) for sheet, at, cell in film.figures() if cell.node.op == "input" and not cell.link}
    colours = {sheets[sheet][at].font.color.rgb[2:] for sheet, at in inputs}
    links = {
        sheets[sheet][at].font.color.rgb[2:]
        for sheet, at, cell in film.figures()
        if cell.link and cell.look.kind == "link"
    }

    assert all(s.protection.sheet and s.protection.password is None for s in sheets)
    assert open_cells == inputs
    assert colours == {INPUT_BLUE[1:]}
    assert links == {LINK_GREEN[1:]}


def test_every_sheet_prints_one_page_wide_with_its_name_below(folder: Path) -> None:
    sheets = opened(folder / "coproduction.xlsx")

    for sheet in sheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert "&A" in sheet.oddFooter.center.text or sheet.oddFooter.center.text == "&[Tab]"
        assert sheet.freeze_panes is not None
        assert sheet.title == "Summary" or sheet.print_title_rows


def test_a_film_without_scenarios_says_so(folder: Path) -> None:
    sheets = opened(folder / "ten_lines.xlsx")
    for name in ("Summary", "Revenue", "Waterfall", "Returns"):
        texts = [str(c.value) for row in sheets[name].iter_rows() for c in row if c.data_type == "s"]

        assert any("no box-office scenarios" in t for t in texts), name


def test_a_summary_has_its_charts(folder: Path) -> None:
    with_scenarios = opened(folder / "coproduction.xlsx")["Summary"]._charts
    without = opened(folder / "ten_lines.xlsx")["Summary"]._charts

    assert (len(with_scenarios), len(without)) == (2, 1)


def test_returns_show_who_gets_what_and_who_is_whole(film: Book, folder: Path) -> None:
    stack, whole = opened(folder / "coproduction.xlsx")["Returns"]._charts
    parties, scenarios = film.model.waterfall.parties, film.model.revenue.scenarios
    invested = [i for i in range(len(parties)) if film.values.number(film.model.waterfall.invested, i) > 0]

    assert (len(stack.series), stack.grouping) == (len(parties), "stacked")
    assert len(whole.series) == len(invested)
    assert opened(folder / "ten_lines.xlsx")["Returns"]._charts == []
    # a stack for what is put in, and one a scenario
    first, last = str(stack.series[0].val.numRef.f).replace("$", "").rpartition("!")[2].split(":")
    assert (ord(last[0]) - ord(first[0]), last[1:]) == (len(scenarios), first[1:])


def test_the_cash_flow_has_a_picture_of_the_account_and_names_the_month_of_the_peak(
    books: dict[str, Book], folder: Path
) -> None:
    sheet = opened(folder / "financed.xlsx")["Cash flow"]
    words = {
        cell.node.key: books["financed"].expected(cell)
        for page, _, cell in books["financed"].names()
        if page == "Cash flow"
    }

    assert len(sheet._charts) == 1
    assert words == {"cash.peak_month": "2027-10"}


def test_a_film_without_sources_says_so_on_the_plan(folder: Path) -> None:
    sheet = opened(folder / "ten_lines.xlsx")["Finance plan"]
    texts = [str(c.value) for row in sheet.iter_rows() for c in row if c.data_type == "s"]

    assert any("no sources of finance" in t for t in texts)


def test_every_input_is_counted_among_the_sources(film: Book, folder: Path) -> None:
    inputs = sum(1 for _, _, cell in film.figures() if cell.node.op == "input" and not cell.link)
    column = [c.value for c in opened(folder / "coproduction.xlsx")["Sources"]["D"]]

    assert sum(v for v in column if isinstance(v, int)) == inputs
