"""Terms of exhibition and distribution by territory, for projects that do not state their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from coprod_budget.catalog.entries import Basis, Source, Term
from coprod_budget.catalog.prices import BASES
from coprod_budget.catalog.tables import IDENTIFIER, LARGEST, Table

if TYPE_CHECKING:
    from coprod_budget.catalog.layers import Layers

COLUMNS = ("territory", "key", "low", "mid", "high", "unit", "basis", "confidence", "source_title")
_TERRITORY = re.compile(r"[A-Z]{2,4}")


def read_terms(layers: Layers) -> dict[tuple[str, str], Term]:
    """Return the terms by territory and key; rows of an extra folder override the shipped ones."""
    found: dict[tuple[str, str], Term] = {}
    for file in layers.files("box_office/terms.csv"):
        with Table(file, COLUMNS, ("as_of", "source_url", "note")) as table:
            for row in table:
                key = (row.matching("territory", _TERRITORY, "RS"), row.matching("key", IDENTIFIER, "exhibitor_share"))
                table.once(row, *key)
                low, mid, high = (row.number(c, -LARGEST) for c in ("low", "mid", "high"))
                if not low <= mid <= high:
                    row.wrong("C106", f"{key[1]}: low, mid and high are not in order", "low <= mid <= high")
                as_of = row.date("as_of")
                source = Source(
                    row.text("source_title", required=True), row.text("source_url"), as_of, row.text("note")
                )
                confidence = row.known("confidence", ("high", "medium", "low", "unsourced"))
                basis = cast("Basis", row.known("basis", BASES))
                if confidence == "unsourced" and basis != "assumed":
                    row.wrong("C106", f"{key[1]} has no source, so it cannot be {basis}", "its basis is assumed")
                unit = row.text("unit", required=True)
                if not row.bad:
                    found[key] = Term(mid, low, high, unit, as_of, source, confidence, basis)
    return found
