"""Tables on a terminal: fitted to its width by leaving out what matters least; figures are never wrapped or cut."""

from __future__ import annotations

import re
import sys
import textwrap
from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.segment import Segment, Segments
from rich.text import Text

from coprod_budget.report.bars import drawn
from coprod_budget.report.tables import Cell, Kind, Picture, Row, Table, plain, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Section

GAP = 2
NARROWEST = 60
TITLE = 14
"""Keys above columns are cut after a dot or an underscore where there is no room for the whole of them."""
SHORTEST = 10
"""No column of text is made narrower than this."""
_STYLES = {"": "none", "group": "bold", "total": "bold", "sub": "dim", "warn": "yellow", "bad": "bold red"}


def console(*, error: bool = False) -> Console:
    """Return a console for standard output or error: no colour in a pipe or under NO_COLOR, never too narrow for a table."""
    found = Console(file=sys.stderr if error else sys.stdout, highlight=False, markup=False, emoji=False)
    found.width = max(found.width, NARROWEST)
    return found


def show_estimate(figures: Figures, sections: Sequence[Section]) -> None:
    """Print head, sections and foot of an estimate."""
    from coprod_budget.report.overview import foot, head  # noqa: PLC0415 - only where an estimate is shown

    out = console()
    title, *rest = head(figures)
    out.print(Text(plain(title), style="bold"))
    for line in rest:
        out.print(Text(plain(line)))
    said: set[str] = set()
    for section in sections:
        for part in section.parts:
            if isinstance(part, Table):
                show_table(part, out)
            elif isinstance(part, Picture):
                _show_picture(part, out)
            elif part not in said:
                out.print()
                out.print(Text(plain(part)))
                said.add(part)
    out.print()
    for line, bad in foot(figures):
        out.print(Text(plain(line), style="bold red" if bad else ""))


def show_tables(tables: Iterable[Table]) -> None:
    """Print the tables that a command begins with; an empty line above the first is for people at a terminal."""
    out = console()
    for number, table in enumerate(tables):
        show_table(table, out, close=not number and not out.is_terminal)


def show_table(table: Table, out: Console | None = None, *, close: bool = False) -> None:
    """Print one table under its title; a wide one without some columns, or cut into several. ``close``: no empty line above it."""
    out = out or console()
    pieces = _cut(table, out.width) if table.continues else [_narrowed(table, out.width)]
    for number, piece in enumerate(pieces):
        if number or not close:
            out.print()
        out.print(Text(piece.title + (" (continued)" if number else ""), style="bold underline"))
        lines = [(Segment(line, out.get_style(style)), Segment.line()) for line, style in _drawn(piece, out.width)]
        out.print(Segments(chain.from_iterable(lines)), crop=False)
    if table.note:
        out.print(Text(table.note, style="dim"))


def _show_picture(picture: Picture, out: Console) -> None:
    out.print()
    out.print(Text(plain(picture.title), style="bold underline"))
    for line, heading in drawn(picture, out.width):
        out.print(Text(line, style="bold" if heading else ""), crop=False, no_wrap=True, overflow="ignore")
    if picture.note:
        out.print(Text(picture.note, style="dim"))


def _texts(table: Table, index: int) -> list[str]:
    column = table.columns[index]
    return [_cell(row, row.cells[index], column.kind) for row in table.rows]


def _cell(row: Row, cell: Cell, kind: Kind) -> str:
    return written(cell, row.kind if row.kind and kind != "text" else kind)


def _widths(table: Table) -> tuple[list[int], list[int]]:
    """The width each column would like, and the narrowest it can have."""
    wanted, least = [], []
    for index, column in enumerate(table.columns):
        widest = max(map(cell_len, _texts(table, index)), default=1)
        words = max((cell_len(part) for word in column.title.split() for part in _parts(word, TITLE)), default=1)
        if column.kind == "text":
            wanted.append(max(widest, cell_len(column.title)))
            least.append(min(wanted[-1], max(column.least, words)))
        else:
            wanted.append(max(widest, words, min(cell_len(column.title), TITLE) if " " in column.title else 0))
            least.append(max(widest, words))
    return wanted, least


def _fits(table: Table, width: int) -> bool:
    return sum(_widths(table)[1]) + GAP * (len(table.columns) - 1) <= width


def _narrowed(table: Table, width: int) -> Table:
    told = [i for i, _ in enumerate(table.columns) if not i or any(row.cells[i] != "" for row in table.rows)]
    table = _pick(table, told)
    while not _fits(table, width):
        worst = max(range(len(table.columns)), key=lambda i: table.columns[i].drop)
        if not table.columns[worst].drop:
            break
        table = _pick(table, [i for i in range(len(table.columns)) if i != worst])
    return table


def _cut(table: Table, width: int) -> list[Table]:
    """The table in pieces that fit, each with the columns of its stub."""
    pieces: list[Table] = []
    stub = list(range(table.stub))
    taken: list[int] = []
    for index in range(table.stub, len(table.columns)):
        if taken and not _fits(_pick(table, [*stub, *taken, index]), width):
            pieces.append(_pick(table, [*stub, *taken]))
            taken = []
        taken.append(index)
    return [*pieces, _pick(table, [*stub, *taken])]


def _pick(table: Table, indexes: Sequence[int]) -> Table:
    rows = tuple(Row(tuple(row.cells[i] for i in indexes), row.style, row.kind) for row in table.rows)
    return Table(table.title, tuple(table.columns[i] for i in indexes), rows, table.note, table.continues, table.stub)


def _final_widths(table: Table, width: int) -> list[int]:
    """Share what is left among the columns of text, by what each still wants; figures always have what they need."""
    wanted, least = _widths(table)
    room = width - GAP * (len(least) - 1) - sum(least)
    texts = [i for i, column in enumerate(table.columns) if column.kind == "text"]
    while room < 0 and texts:  # nothing more can be left out: the widest text wraps after all, never a figure
        widest = max(texts, key=lambda i: least[i])
        if least[widest] <= SHORTEST:
            break
        least[widest] -= 1
        wanted[widest] = least[widest]
        room += 1
    room = max(room, 0)
    more = [want - have for want, have in zip(wanted, least, strict=True)]
    if sum(more) > room:
        more = [room * want // sum(more) for want in more]
    sizes = [have + extra for have, extra in zip(least, more, strict=True)]
    return _with_whole_titles(table, sizes, room - sum(more))


def _with_whole_titles(table: Table, sizes: Sequence[int], room: int) -> list[int]:
    """Let the keys above figures stand in one piece, if there is room for all of them: one that is cut makes two lines anyway."""
    whole = [max(map(cell_len, column.title.split()), default=0) for column in table.columns]
    wide = [max(size, longest) for size, longest in zip(sizes, whole, strict=True)]
    return wide if sum(wide) - sum(sizes) <= room else list(sizes)


def _drawn(table: Table, width: int) -> Iterator[tuple[str, str]]:
    """The lines of a table and the style of each: titles, a rule, the rows, a rule above the total."""
    sizes = _final_widths(table, width)
    kinds = [column.kind for column in table.columns]
    rule = "─" * (sum(sizes) + GAP * (len(sizes) - 1))
    titles = [_wrapped(column.title, size) for column, size in zip(table.columns, sizes, strict=True)]
    tallest = max(map(len, titles))
    for line in _beside([[""] * (tallest - len(lines)) + lines for lines in titles], kinds, sizes):
        yield line, "bold"
    yield rule, "none"
    for number, row in enumerate(table.rows):
        cells = [_cell(row, cell, kind) for cell, kind in zip(row.cells, kinds, strict=True)]
        if number and row.style == "total":
            yield rule, "none"
        fitted = [_wrapped(c, n) if kind == "text" else [c] for c, kind, n in zip(cells, kinds, sizes, strict=True)]
        for line in _beside(fitted, kinds, sizes):
            yield line, _STYLES[row.style]


def _beside(cells: Sequence[Sequence[str]], kinds: Sequence[Kind], sizes: Sequence[int]) -> Iterator[str]:
    """The lines of the cells of one row, side by side: text to the left, figures to the right."""
    for parts in zip_longest(*cells, fillvalue=""):
        filled = []
        for part, kind, size in zip(parts, kinds, sizes, strict=True):
            blank = " " * (size - cell_len(part))
            filled.append(part + blank if kind == "text" else blank + part)
        yield (" " * GAP).join(filled)


def _wrapped(text: str, size: int) -> list[str]:
    """The lines of a text; those after the first are set in."""
    if cell_len(text) <= size:
        return [text]
    body = text.lstrip(" ")
    first = text[: len(text) - len(body)]
    hang = first + "  " if size > 20 else first
    words = [_parts(word, size - len(hang)) for word in body.split(" ")]
    body = " ".join(chain.from_iterable(words))
    lines = textwrap.wrap(body, size, initial_indent=first, subsequent_indent=hang, break_on_hyphens=False)
    for one, other in chain.from_iterable(map(pairwise, words)):  # parts that came to stand on one line after all
        lines = [line.replace(f"{one} {other}", one + other) for line in lines]
    return [part for line in lines for part in chop_cells(line, size)]  # letters of double width take two cells


def _parts(word: str, size: int) -> list[str]:
    """A word that is too long for a line, such as a key, in parts that end after a dot, or where that is not enough an underscore."""
    parts = [""]
    for piece in re.findall(r"[^.]*\.+|[^.]+", word) if cell_len(word) > size else [word]:
        for bit in re.findall(r"[^_]*_+|[^_]+", piece) if cell_len(piece) > size else [piece]:
            if parts[-1] and cell_len(parts[-1] + bit) > size:
                parts.append(bit)
            else:
                parts[-1] += bit
    return parts
