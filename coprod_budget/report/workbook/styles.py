"""How cells look: inputs blue and unlocked, formulas black, links green; number formats by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from coprod_budget.graph import Node

Kind = Literal[
    "title", "subtitle", "section", "head", "head_right", "text", "bold", "note", "wrap", "key", "input", "formula", "link",
    "total", "total_text", "flag", "sample", "name", "solved",
    "wrap_bold", "wrap_note", "head_centre", "band",
]  # fmt: skip

MONEY = "#,##0.00;[Red]-#,##0.00;0.00"
FLOW = '#,##0;[Red]-#,##0;"\N{EN DASH}"'
"""Money of a month: whole, and a dash where nothing moves."""
SHARE = "0.0%;[Red]-0.0%"
TYPED_SHARE = "0.0###%"
MULTIPLE = '0.00"x"'
RATE = "#,##0.00####"
WORTH = "0.00000000"
QUANTITY = "#,##0.0##"
MONTHS = "0.00##"
ONE_DECIMAL = "0.0"
NOTHING = ';;;"\N{EN DASH}"'
"""A dash in place of the "n/a" of a figure that nobody asks for."""
COUNT = "0"
YES_NO = '[=1]"yes";[=0]"no";General'
OK = '[=1]"OK";[=0]"NOT OK";General'
GENERAL = "General"

INK, INPUT_BLUE, LINK_GREEN, GREY = "#000000", "#0000FF", "#00703C", "#6B7280"
BAND, HEAD_FILL, INPUT_FILL, RULE = "#1F3A5F", "#E4EAF2", "#FFFBE8", "#9AA5B4"
GOOD, GOOD_FILL, BAD, BAD_FILL = "#0B6B2E", "#D9F2E1", "#B00020", "#FBD9DD"
AMBER, AMBER_FILL, OPEN, OPEN_FILL = "#8A5A00", "#FFEBC2", "#4B5563", "#E5E7EB"

_BY_UNIT = {
    "share": SHARE, "multiple": MULTIPLE, "per EUR": RATE, "unit": QUANTITY, "days": QUANTITY, "weeks": QUANTITY,
    "months": MONTHS, "count": COUNT, "currency": MONEY,
    "verdict": COUNT,
}  # fmt: skip
_FLAGS = ("ok", "all_ok", "whole", "employed", "in_use", "counted")


def is_money(unit: str) -> bool:
    """Say whether a unit is a currency code."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def unit_format(unit: str) -> str:
    """Return the number format of a figure of law by its unit alone: shares with all their decimals, counts as they are."""
    if is_money(unit):
        return MONEY
    return {"share": TYPED_SHARE, "months": ONE_DECIMAL}.get(unit, GENERAL)


def number_format(node: Node) -> str:
    """Return the number format of a quantity, by its unit."""
    name = node.key.rpartition(".")[2]
    if name in {"ok", "all_ok"}:
        return OK
    if name in _FLAGS or name.startswith("monthly_"):
        return YES_NO
    if name in {"worth", "fx_worth"}:
        return WORTH
    if is_money(node.unit) or name in {"difference", "rest", "guarantee_rest", "astray"}:
        return MONEY
    if not node.key:
        return RATE
    if node.op == "input":
        return {"share": TYPED_SHARE, "currency": MONEY, "per EUR": RATE}.get(node.unit, GENERAL)
    return _BY_UNIT.get(node.unit, QUANTITY)


@dataclass(frozen=True, slots=True)
class Look:
    """One way a cell can look."""

    kind: Kind
    number: str = ""


class Styles:
    """The formats of one workbook, made when they are first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[Look, Any] = {}

    def __getitem__(self, look: Look) -> Any:
        """Return the workbook's format for a look."""
        if look not in self._made:
            self._made[look] = self._book.add_format(_properties(look))
        return self._made[look]

    def good(self) -> Any:
        """Return the format of a check that holds."""
        return self._book.add_format({"font_color": GOOD, "bg_color": GOOD_FILL, "bold": True})

    def bad(self) -> Any:
        """Return the format of a check that does not hold."""
        return self._book.add_format({"font_color": BAD, "bg_color": BAD_FILL, "bold": True})

    def verdict(self, word: str) -> Any:
        """Return the format of a verdict: green, amber, grey or red."""
        colour, fill = {
            "pass": (GOOD, GOOD_FILL), "warn": (AMBER, AMBER_FILL), "unknown": (OPEN, OPEN_FILL), "fail": (BAD, BAD_FILL),
        }[word]  # fmt: skip
        return self._book.add_format({"font_color": colour, "bg_color": fill, "bold": True})

    def line_above(self) -> Any:
        """Return the format of a row that begins something new."""
        return self._book.add_format({"top": 1, "border_color": RULE})


_BASE: dict[Kind, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": BAND, "valign": "vcenter"},
    "subtitle": {"font_color": GREY},
    "section": {"bold": True, "font_color": "#FFFFFF", "bg_color": BAND, "align": "left", "indent": 1},
    "head": {
        "bold": True, "bg_color": HEAD_FILL, "text_wrap": True, "valign": "vcenter", "bottom": 1, "border_color": RULE,
        "align": "left", "indent": 1,
    },
    "head_right": {
        "bold": True, "bg_color": HEAD_FILL, "text_wrap": True, "valign": "vcenter", "align": "right", "bottom": 1,
        "border_color": RULE,
    },
    "head_centre": {
        "bold": True, "bg_color": HEAD_FILL, "text_wrap": True, "valign": "vcenter", "align": "center", "bottom": 1,
        "border_color": RULE,
    },
    "text": {"align": "left", "indent": 1},
    "band": {"bold": True, "font_color": BAND},
    "bold": {"bold": True, "align": "left", "indent": 1},
    "note": {"font_color": GREY, "italic": True, "align": "left", "indent": 1},
    "wrap": {"text_wrap": True, "align": "left", "indent": 1},
    "wrap_bold": {"text_wrap": True, "bold": True, "align": "left", "indent": 1},
    "wrap_note": {"text_wrap": True, "font_color": GREY, "italic": True, "align": "left", "indent": 1},
    "key": {"font_color": GREY, "align": "left", "indent": 1},
    "input": {"font_color": INPUT_BLUE, "bg_color": INPUT_FILL, "locked": False},
    "sample": {"font_color": INPUT_BLUE, "bg_color": INPUT_FILL, "align": "left", "indent": 1},
    "formula": {"font_color": INK},
    "link": {"font_color": LINK_GREEN},
    "solved": {"font_color": GREY, "italic": True},
    "total": {"bold": True, "top": 1, "bottom": 6, "num_format": MONEY},
    "total_text": {"bold": True, "top": 1, "bottom": 6, "align": "left", "indent": 1},
    "flag": {"bold": True, "align": "center"},
    "name": {"bold": True, "align": "center"},
}  # fmt: skip


def _properties(look: Look) -> dict[str, Any]:
    common: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
    number: dict[str, Any] = {"num_format": look.number} if look.number else {}
    if look.number == OK:
        number["align"] = "center"
    elif look.number and look.kind in {"formula", "link", "input", "total", "solved"}:
        number["align"] = "right"  # "n/a" stands under the figures
    elif look.kind in {"formula", "link", "solved"}:
        number |= {"align": "left", "indent": 1}  # text
    return {**common, **_BASE[look.kind], **number}
