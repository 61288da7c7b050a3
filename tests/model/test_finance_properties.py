"""What holds for every finance plan: sources and gap are uses, a loan of the gap closes it, a source withdrawn is a source of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_films import build, projects, some

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog


@some
@given(project=projects())
def test_sources_and_gap_are_uses_in_all_and_for_every_partner(project: dict[str, Any], catalog: Catalog) -> None:
    values = build(project, catalog).evaluate()
    uses = values.number("finance.uses")
    assert values.number("finance.sources") + values.number("finance.gap") == pytest.approx(uses)
    assert values["finance.*"].sum() == pytest.approx(values.number("finance.sources"))
    assert uses == pytest.approx(values.number("budget.total") + values.number("finance.costs"))
    for partner in project["partners"]:
        need, found, gap = (values.number(f"partner.{partner}.{k}") for k in ("need", "in_plan", "gap"))
        assert found + gap == pytest.approx(need)


@some
@given(project=projects())
def test_a_loan_of_the_gap_closes_its_partners_gap_to_the_cent(project: dict[str, Any], catalog: Catalog) -> None:
    loans = [f for f in project["finance"] if f["amount"] == "gap"]
    values = build(project, catalog).evaluate()
    for loan in loans:
        gap, face = values.number(f"partner.{loan['partner']}.gap"), values.number(f"finance.{loan['id']}.face")
        assert face >= 0
        if face > 0 and not loan["repaid_from"]:
            assert gap == pytest.approx(0, abs=1e-6)
        else:
            assert gap <= 1e-6, "what repays the loan may be more than the loan"


@some
@given(project=projects(), data=st.data())
def test_a_source_withdrawn_is_the_plan_without_it(
    project: dict[str, Any], data: st.DataObject, catalog: Catalog
) -> None:
    """Where no lender can turn to another source instead, and no loan grows to fill what is missing."""
    for source in project["finance"]:
        if source["kind"] == "loan":
            source["repaid_from"] = source["repaid_from"][:1]
            source["amount"] = 400 if source["amount"] == "gap" else source["amount"]
    promised = [name for f in project["finance"] for name in f.get("repaid_from", [])]
    assume(project["finance"] and len(promised) == len(set(promised)))
    values = build(project, catalog).evaluate()
    source = data.draw(st.sampled_from(project["finance"]))
    without = build(project, catalog, [f"finance[{source['id']}].amount=0"]).evaluate()
    found = values.number(f"stress.{source['id']}.gap")
    assert found == pytest.approx(without.number("finance.gap"))
    own = values.number(f"stress.{source['id']}.partner_gap")
    assert own == pytest.approx(without.number(f"partner.{source['partner']}.gap"))
