"""Returns mean the same in the engine and in a workbook: with total losses, several rates, none at all, and nothing put in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from graph_sheet import GraphSheet
from returns_by_hand import Parties

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.catalog import Catalog

pytestmark = pytest.mark.libreoffice

PUT_IN = {
    "fund": [100.0, 0.0, 50.0],
    "late": [0.0, 0.0, 80.0],
    "several": [50.0, 100.0, 0.0, 0.0, 100.0],
    "never": [0.0, 100.0],
    "empty": [0.0],
    "taker": [-30.0],
}
RECEIVED = {
    "fund": {"low": [0.0] * 6, "base": [0.0, 0.0, 20.0, 90.0, 40.0, 15.0], "high": [0.0, 0.0, 0.0, 900.0]},
    "late": {"low": [0.0], "base": [0.0, 0.0, 0.0, 80.0], "high": [0.0, 0.0, 0.0, 0.0, 0.0, 81.0]},
    "several": {"low": [0.0, 0.0, 600.0, 300.0], "base": [0.0, 0.0, 60.0, 30.0], "high": [0.0]},
    "never": {"low": [60.0, 0.0, 60.0], "base": [60.0], "high": [0.0, 0.0, 60.0]},  # 60, -100, 60 fits no rate
    "empty": {"low": [0.0], "base": [10.0], "high": [0.0]},
    "agent": {"low": [0.0], "base": [0.0, 0.0, 7.0], "high": [0.0, 0.0, 70.0]},
}


@pytest.mark.parametrize("period", ["quarter", "year"])
def test_every_return_recalculates_to_the_engines_value(catalog: Catalog, tmp_path: Path, period: str) -> None:
    found = Parties(catalog, PUT_IN, RECEIVED, {"low": 0.25, "base": 0.5, "high": 0.25}, period=period)
    sheet = GraphSheet(found.graph, tmp_path)
    wrong = []
    for node in found.graph.named():
        if node.op in {"input", "text"}:
            continue
        for row in range(len(node.table) if node.table else 1):
            expected = found.values.number(node, row if node.table else -1)
            actual = sheet.value(node, row)
            if not same(expected, actual):
                wrong.append(f"{node.cell_key(row)}: engine {expected!r}, LibreOffice {actual!r}")
    assert wrong == []


def same(expected: float, actual: Any) -> bool:
    """Whether a cell says what the engine does; what does not exist is words in a cell."""
    if math.isnan(expected):
        return bool(actual == "n/a")
    return isinstance(actual, int | float) and math.isclose(expected, actual, rel_tol=1e-9, abs_tol=1e-6)
