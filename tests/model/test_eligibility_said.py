"""What the producers say of rules: every word is heard, or refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from law_films import FILM, ask, rule

from coprod_budget.errors import ProjectError
from coprod_budget.model.eligibility.build import KINDS
from coprod_budget.model.eligibility.said import CONDITIONS, EITHER, FIGURES

if TYPE_CHECKING:
    from pathlib import Path

RULES = "".join(
    (
        rule("rights", "condition", "true"),
        rule(
            "least",
            "minimum_share",
            "0.2",
            "comparison: at_least",
            "of: total_production_cost",
            "applies_to: {who: each_coproducer}",
        ),
        rule("letters", "letter_age", "6", "comparison: at_most", "unit: months"),
    )
)


def told(folder: Path, facts: str) -> list[tuple[str, str]]:
    """Return the mistakes that a film with these facts has."""
    film = FILM.replace(
        "treaty: {instrument: invented}", f"treaty: {{instrument: invented, facts: {{invented: {facts}}}}}"
    )
    try:
        ask(folder, RULES, film=film)
    except ProjectError as error:
        return [(p.code, p.hint) for p in error.problems]
    return []


@pytest.mark.parametrize(
    "facts", ["{rights: true, letters: 5}", "{letters: true}", "{all: true}", "{all: false, in_force: true}"]
)
def test_what_a_rule_asks_for_may_be_said(tmp_path: Path, facts: str) -> None:
    assert told(tmp_path, facts) == []


@pytest.mark.parametrize(
    ("facts", "code", "hint"),
    [
        ("{right: true}", "M603", "rights"),
        ("{least: true}", "M603", ""),
        ("{rights: 3}", "M604", "true or false"),
        ("{all: 0.5}", "M604", "true or false"),
        ("{in_force: 1}", "M604", "true or false"),
    ],
)
def test_what_no_rule_asks_for_is_a_mistake(tmp_path: Path, facts: str, code: str, hint: str) -> None:
    [(found, how)] = told(tmp_path, facts)
    assert (found, hint in how) == (code, True)


def test_kinds_that_are_asked_are_kinds_that_are_tested() -> None:
    asked = (*CONDITIONS, *FIGURES, *EITHER)
    assert len(set(asked)) == len(asked)
    assert set(asked) <= set(KINDS)
