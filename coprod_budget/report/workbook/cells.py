"""What may stand in a cell: a quantity, words, or a word that follows a quantity; and columns of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node, Table
    from coprod_budget.report.workbook.styles import Kind, Look


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a block: a quantity (put here or linked), the row keys of a table, or words."""

    head: str
    node: Node | None = None
    texts: Sequence[str] = ()
    keys: Table | None = None
    link: bool = False
    kind: Kind = "text"
    numeric: bool = False
    """Whether the head stands over figures, where the figures are written one by one."""
    numbers: Sequence[str] = ()
    """Number formats row by row, where every row has a unit of its own."""

    @property
    def right(self) -> bool:
        """Whether the head stands to the right, as figures do."""
        return self.numeric or (self.node is not None and self.node.op != "text")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity, or one row of it."""

    row: int
    column: int
    node: Node
    index: int
    link: bool
    look: Look


@dataclass(frozen=True, slots=True)
class Words:
    """Text, or a number that nothing is calculated with."""

    row: int
    column: int
    text: str | int
    look: Look
    until: int = -1
    """The last of the columns that the text runs over, if it is more than its own."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A cell that says in a word what a figure stands for: the row key at which ``names`` has the value of ``node``."""

    row: int
    column: int
    node: Node
    index: int
    names: Node
    look: Look
    otherwise: str = ""
    """What the cell says where the figure has no such word, if it may have none."""
