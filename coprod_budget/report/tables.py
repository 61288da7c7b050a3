"""A table before anybody draws it: columns that know what kind of figure they hold, rows, and how figures are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Kind = Literal["text", "money", "share", "multiple", "number", "price", "rate"]
Style = Literal["", "group", "total", "sub", "warn", "bad"]
Cell = str | float | None

WHOLE = 99
"""The least width of a column of ids, codes or dates: it is never wrapped."""

NOT_DEFINED = "–"


class Column(NamedTuple):
    """One column. Where there is not enough room, the one with the highest ``drop`` goes first; 0 always stays."""

    title: str
    kind: Kind = "text"
    drop: int = 0
    least: int = 14
    """The narrowest that a column of text may get (it wraps); figures never wrap."""


class Row(NamedTuple):
    """One row. ``kind`` is for rows whose figures are of another kind than the columns say."""

    cells: tuple[Cell, ...]
    style: Style = ""
    kind: Kind | None = None


class Table(NamedTuple):
    """Columns and rows under a title. A table that ``continues`` is cut into several side by side, others drop columns.

    Every piece of a table that continues begins with the first ``stub`` columns.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    continues: bool = False
    stub: int = 1


class Bar(NamedTuple):
    """One bar of a picture: how long it is, and the figure that stands behind it. Without a length it is a heading."""

    label: str
    length: float | None = None
    figure: str = ""


class Picture(NamedTuple):
    """Bars under each other, on one scale. ``mark`` is a length at which a line stands in all of them."""

    title: str
    bars: tuple[Bar, ...]
    mark: float | None = None
    note: str = ""


Part: TypeAlias = Table | Picture | str
"""What a section is made of."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report: tables, pictures and sentences in reading order."""

    id: str
    title: str
    parts: list[Part] = field(default_factory=list)


def written(value: Cell, kind: Kind, decimals: int = 0) -> str:
    """Return a cell as text: money with ``decimals``, shares in per cent, what is undefined as a dash."""
    if value is None:
        return NOT_DEFINED
    if isinstance(value, str):
        return plain(value)
    if kind == "money":
        return _signed(f"{value:,.{decimals}f}")
    if kind == "share":
        return _signed(f"{value * 100:,.1f}%")
    if kind == "multiple":
        return _signed(f"{value:,.2f}") + "x"
    return _signed(trimmed(value, 4 if kind == "rate" else 2))


def percent(value: float) -> str:
    """Return a share for a sentence: 60%, 2.5%."""
    return f"{trimmed(value * 100, 2)}%"


def trimmed(value: float, decimals: int) -> str:
    """Return a number with thousands separated and no zeros at the end."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    """No minus before what is shown as nothing."""
    return text.lstrip("-") if text.startswith("-") and not text.strip("-0.,%") else text


def plain(text: str) -> str:
    """Return a user's text without line breaks, escape codes and other characters that steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " for c in text)
