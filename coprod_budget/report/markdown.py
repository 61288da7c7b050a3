"""The same tables in GitHub's Markdown, with cents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.bars import drawn
from coprod_budget.report.overview import foot, head
from coprod_budget.report.tables import Picture, Table, plain, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.report.figures import Figures
    from coprod_budget.report.tables import Part, Section


WIDTH = 80
"""Characters of a line of a picture."""


def estimate_as_markdown(figures: Figures, sections: Sequence[Section]) -> str:
    """Return head, sections and foot of an estimate as Markdown."""
    title, *rest = head(figures)
    lines = [f"# {escaped(title)}", "", *(f"{escaped(line)}  " for line in rest)]
    for section in sections:
        lines += ["", f"## {section.title}"]
        for part in section.parts:
            lines += ["", *_part(part)]
    lines += ["", *(f"- {escaped(line.strip())}" for line, _ in foot(figures)[:-1])]
    return "\n".join(lines) + "\n"


def _part(part: Part) -> list[str]:
    if isinstance(part, Table):
        return table_as_markdown(part)
    return picture_as_markdown(part) if isinstance(part, Picture) else [escaped(part)]


def picture_as_markdown(picture: Picture) -> list[str]:
    """Return a picture, under its title, as lines of Markdown: drawn with characters, in a block that is left as it is."""
    drawing = [line.rstrip().replace("`", "'") for line, _ in drawn(picture, WIDTH)]
    lines = [f"### {escaped(picture.title)}", "", "```text", *drawing, "```"]
    return [*lines, "", escaped(picture.note)] if picture.note else lines


def table_as_markdown(table: Table) -> list[str]:
    """Return one table, under its title, as lines of Markdown."""
    lines = [f"### {escaped(table.title)}", ""] if table.title else []
    lines.append(_line(column.title for column in table.columns))
    lines.append(_line("---" if column.kind == "text" else "---:" for column in table.columns))
    for row in table.rows:
        cells = []
        for cell, column in zip(row.cells, table.columns, strict=True):
            kind = row.kind if row.kind and column.kind != "text" else column.kind
            text = escaped(written(cell, kind, 2).strip())
            cells.append(f"**{text}**" if row.style in {"group", "total", "bad"} and text else text)
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, "", escaped(table.note)] if table.note else lines


def _line(cells: object) -> str:
    return "| " + " | ".join(escaped(str(c)) for c in cells) + " |"  # type: ignore[attr-defined]


def escaped(text: str) -> str:
    """Return a text in which nothing is Markdown or HTML."""
    out = plain(text)
    for sign in "\\`*_[]<>|#":
        out = out.replace(sign, "\\" + sign)
    return out
