"""What a rule asks and what the film has, in words."""

from __future__ import annotations

import pytest

from coprod_budget.report.verdicts import quantity, sentence


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.2, "share", "20%"),
        (0.19999999, "share", "20%"),
        (1 / 3, "share", "33.33%"),
        (300_000.4, "EUR", "EUR 300,000"),
        (12.0, "points", "12 points"),
        (3.0, "count", "3"),
        (1.0, "countries", "1 country"),
        (1.0, "months", "1 month"),
        (18.0, "shooting_days", "18 shooting days"),
        (2.0, "", "2"),
    ],
)
def test_a_figure_has_its_unit(value: float, unit: str, words: str) -> None:
    assert quantity(value, unit) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("both are parties", "Both are parties."),
        ("Both are parties.", "Both are parties."),
        ("ets147_1992: both are parties", "ets147_1992: both are parties."),
        (" why? ", "Why?"),
        ("", ""),
    ],
)
def test_reasons_are_sentences(text: str, said: str) -> None:
    assert sentence(text) == said
