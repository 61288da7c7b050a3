"""What a programme asks of the film before it pays anything: one function a kind of rule, named after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.eligibility.build import Eligibility
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding, Remark
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.spend import ProgrammeSpend


def requirements(facts: Facts, chosen: Chosen, spend: ProgrammeSpend, eligibility: Eligibility) -> Iterator[Finding]:
    """Test the conditions of a programme. Each is tested by ``spend.local``."""
    del facts, chosen, spend, eligibility
    return iter(())


def remarks(facts: Facts, chosen: Chosen) -> Iterator[Remark]:
    """Return what the programme says in words, which nothing here can test."""
    del facts, chosen
    return iter(())
