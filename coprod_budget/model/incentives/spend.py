"""Which spend counts for a programme: the lines spent there, less what its rules leave out; for each of its rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.model.incentives.bases import BEFORE_SHARES, STEPS, Base
from coprod_budget.model.incentives.payments import ELSEWHERE, MAIN, PARTS, payments
from coprod_budget.model.incentives.terms import by_hand, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.payments import Payments

TAX: Final = "withholding_tax_of_foreign_cast_and_crew"
SETTLED: Final = ("withheld", "no")
"""What a line says of tax withheld where the answer is known."""


class Spend(NamedTuple):
    """Money in the report's currency: what is spent, and what of it counts.

    ``is_known`` is False where the budget cannot tell: then both nodes are undefined and a note says why.
    """

    spend: Node
    base: Node
    is_known: bool
    notes: tuple[str, ...] = ()


class ProgrammeSpend(NamedTuple):
    """The spend of one programme.

    ``local`` is all that is spent there (its ``base`` is the sum of the parts' bases); ``qualified`` is what of it counts before
    spend abroad, grants, shares of the budget and amounts: what minimum spend looks at. ``parts`` has one entry a rate, by the
    rule's id. ``rows`` are the budget lines (by id) that count; none where the spend was written by hand.
    """

    local: Spend
    parts: dict[str, Spend]
    rows: frozenset[str]
    notes: tuple[str, ...]
    qualified: Node


def qualifying(facts: Facts, chosen: Chosen, rates: Sequence[RuleInForce]) -> ProgrammeSpend:
    """Return the spend of a programme; ``rates`` are its rate rules that are for this film. Call it once a programme."""
    if chosen.entry.spend is not None:
        return _by_hand(facts, chosen, rates)
    programme = chosen.view.incentive
    if programme.region and not programme.cities:
        name = programme.region_name or programme.region
        return _nothing(
            facts, rates, f"no city of the cost tables lies in {name}: write `spend` and `currency` by hand"
        )
    return _from_lines(facts, chosen, rates)


def _nothing(facts: Facts, rates: Sequence[RuleInForce], why: str) -> ProgrammeSpend:
    graph = facts.stage.graph
    nothing = Spend(graph.undefined(), graph.undefined(), is_known=False, notes=(why,))
    return ProgrammeSpend(
        nothing, dict.fromkeys((r.rule.id for r in rates), nothing), frozenset(), (why,), graph.undefined()
    )


def _by_hand(facts: Facts, chosen: Chosen, rates: Sequence[RuleInForce]) -> ProgrammeSpend:
    """Take the qualifying spend as the project states it; only limits on the whole are applied to it."""
    entry, graph = chosen.entry, facts.stage.graph
    currency = entry.currency or chosen.view.incentive.currency
    worth = facts.worth(currency)
    if worth is None:
        return _nothing(facts, rates, f"there is no exchange rate of {currency}: write it under `fx`")
    assert entry.spend is not None
    spend = by_hand(facts, chosen, "spend", entry.spend, "qualifying spend by hand", currency) * worth
    base = Base(facts, chosen, {"counted": spend})
    for step in STEPS:
        step(base)
    notes = [f"the qualifying spend is written by hand ({chosen.path}.spend)", *base.notes]
    main = next((r for r in rates if r.rule.spend in MAIN), rates[0] if len(rates) == 1 else None)
    parts = {}
    for rate in rates:
        if rate is main:
            parts[rate.rule.id] = Spend(spend, base.parts["counted"], is_known=True)
        else:
            why = f"`spend` by hand does not say how much of it is {words(rate.rule.spend) or 'for this rate'}"
            parts[rate.rule.id] = Spend(graph.undefined(), graph.undefined(), is_known=False, notes=(why,))
    whole = Spend(spend, base.parts["counted"], is_known=True)
    return ProgrammeSpend(whole, parts, frozenset(), tuple(dict.fromkeys(notes)), spend)


def _from_lines(facts: Facts, chosen: Chosen, rates: Sequence[RuleInForce]) -> ProgrammeSpend:
    graph, unit = facts.stage.graph, facts.stage.project.currency
    lines = payments(facts, chosen, rates)
    there = [graph.pick(lines.sums, word) for word in lines.table.keys if word != ELSEWHERE]
    spent = graph.add_up(there).named(f"incentives.{chosen.id}.spent_there", "Spent there", unit)
    used = {"counted", *(rate.rule.spend for rate in rates)}
    base = Base(facts, chosen, {word: graph.pick(lines.sums, word) for word in PARTS if word in used}, lines)
    for step in BEFORE_SHARES:
        step(base)
    qualified = base.total().named(f"incentives.{chosen.id}.qualified", "Spend that qualifies, before limits", unit)
    for step in STEPS[len(BEFORE_SHARES) :]:
        step(base)
    parts = {rate.rule.id: _part(facts, chosen, rate, lines, base) for rate in rates}
    notes = tuple(dict.fromkeys([*lines.notes, *base.notes]))
    if parts and not any(part.is_known for part in parts.values()):
        why = (*(note for part in parts.values() for note in part.notes), "write `spend` and `currency` by hand")
        whole = Spend(graph.undefined(), graph.undefined(), is_known=False, notes=why)
        return ProgrammeSpend(whole, parts, frozenset(), notes, qualified)
    whole = Spend(spent, base.total(), is_known=True)
    return ProgrammeSpend(whole, parts, lines.rows, notes, qualified)


def _part(facts: Facts, chosen: Chosen, rate: RuleInForce, lines: Payments, base: Base) -> Spend:
    """Return the spend for one rate: the lines of its own, or all that have none."""
    graph, kind = facts.stage.graph, rate.rule.spend
    word = "counted" if kind in MAIN else kind
    if word in base.parts:
        return Spend(graph.pick(lines.sums, word), base.parts[word], is_known=True)
    if kind == TAX and "lines.*.withheld" in graph:
        return _withheld(facts, chosen, lines)
    why = f"the budget does not show {words(kind)}: it is not counted"
    return Spend(graph.undefined(), graph.undefined(), is_known=False, notes=(why,))


def _withheld(facts: Facts, chosen: Chosen, lines: Payments) -> Spend:
    """Return the tax withheld from people from abroad; not known where that of any of them is not."""
    graph = facts.stage.graph
    column, told = graph["lines.*.withheld"], graph["lines.*.withholding"]
    assert isinstance(told.value, tuple)
    assert isinstance(lines.words.value, tuple)
    of_people = [str(text) for text, word in zip(told.value, lines.words.value, strict=True) if word == "foreign_pay"]
    if any(text not in SETTLED for text in of_people):
        why = "the tax withheld from people from abroad is not known for every line: it is not counted"
        return Spend(graph.undefined(), graph.undefined(), is_known=False, notes=(why,))
    title = f"Tax withheld, {chosen.view.incentive.title}"
    sums = graph.sum_by(column, lines.words, lines.table)
    sums = sums.named(f"spend_kinds.*.{chosen.id}_withheld", title, facts.stage.project.currency)
    tax = graph.pick(sums, "foreign_pay")
    return Spend(tax, tax, is_known=True)
