"""What a programme asks of the film before it pays anything: one function a kind of rule, named after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.eligibility.build import Eligibility
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding, Remark
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.spend import Spend


def requirements(facts: Facts, chosen: Chosen, spend: Spend, eligibility: Eligibility) -> Iterator[Finding]:
    """Test the conditions of a programme. ``spend`` is what ``local_spend`` says."""
    del facts, chosen, spend, eligibility
    return iter(())


def remarks(facts: Facts, chosen: Chosen) -> Iterator[Remark]:
    """Return what the programme says in words, which nothing here can test."""
    del facts, chosen
    return iter(())
