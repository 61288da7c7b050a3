"""What of the spend counts: one function a limit, named after the kind of rule; each takes its part off, and says what it could not do.

They work in this order: the parts of the lines (``payments``), VAT, kinds of cost, people, spend abroad, grants, share of the
budget, amount.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import NONE, Amount, Share, Stacking
from coprod_budget.model.incentives.payments import core_cost, is_labour
from coprod_budget.model.incentives.terms import cause, figure, money, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Node
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.incentives.payments import Payments
    from coprod_budget.model.priced_line import BudgetLine

CREATIVE_GROUP: Final = "above_the_line"
LIMITED: Final[dict[str, tuple[tuple[str, ...], bool | None]]] = {
    "wardrobe_rent": (("costume",), False),
    "grip_rent": (("grip",), False),
    "lighting_rent": (("electric",), False),
    "royalties": (("story", "music"), False),
    "producer_fee": (("producers",), None),
    "advertising": (("publicity",), None),
}
"""Costs that have a limit of their own: accounts, and whether only pay (True) or only what is no pay (False) is meant.

Other words of a rule are the ids of accounts."""


@dataclass(slots=True)
class Base:
    """The base of one programme as it is cut down: ``parts`` by word of the lines, in the report's currency."""

    facts: Facts
    chosen: Chosen
    parts: dict[str, Node]
    lines: Payments | None = None
    """None where the spend was written by hand: then only what looks at the whole is applied."""
    notes: list[str] = field(default_factory=list)

    def rules(self, kind: str) -> list[RuleInForce]:
        """Return the rules of a kind that are for this film and known; the others become notes."""
        found = []
        for rule in self.chosen.of_kind(kind):
            if rule.value is UNKNOWN:
                self.note(rule, cause(rule))
            elif rule.value != NONE:
                found.append(rule)
        return found

    def note(self, rule: RuleInForce, why: str) -> None:
        """Say that a rule is not applied, and why."""
        self.notes.append(f"{words(rule.rule.id)} is not applied: {why}")

    def figure(self, rule: RuleInForce, name: str, value: float, unit: str = "share") -> Node:
        """Return a figure of a rule."""
        return figure(self.facts, self.chosen, rule, name, value, unit)

    def amount(self, rule: RuleInForce, value: float, currency: str, name: str = "amount") -> Node | None:
        """Return an amount of a rule in the report's currency; a note where there is no exchange rate."""
        worth = self.facts.worth(currency)
        if worth is None:
            self.note(rule, f"there is no exchange rate of {currency} (write it under `fx`)")
            return None
        return self.figure(rule, name, value, currency) * worth

    def pick(self, column: Node, lines: Sequence[BudgetLine]) -> Node:
        """Return the sum of a column over some lines."""
        return self.facts.stage.graph.add_up([self.facts.stage.graph.pick(column, line.id) for line in lines])

    def total(self) -> Node:
        """Return the sum of the parts."""
        return self.facts.stage.graph.add_up(list(self.parts.values()))

    def reference(self, of: object) -> Node | None:
        """Return what a share is of, in the report's currency; None where that is not known here."""
        match of:
            case "total_budget" | "production_cost":
                return self.facts.budget.total
            case "total_core":
                return core_cost(self.facts)
            case "qualifying_spend" | "local_spend":
                return self.total()
        return None


def vat(base: Base) -> None:
    """Take VAT that the lines hold as a cost out of them, unless the rules say that it counts."""
    graph, cost = base.facts.stage.graph, "lines.*.vat_cost"
    rules = base.rules("vat")
    if base.lines is None or cost not in graph or any(rule.value == "included" for rule in rules):
        return
    if not rules:
        base.notes.append("VAT that is not got back does not count; the rules found do not say whether it does")
    title = f"VAT in the spend, {base.chosen.view.incentive.title}"
    sums = graph.sum_by(graph[cost], base.lines.words, base.lines.table)
    sums = sums.named(f"spend_kinds.*.{base.chosen.id}_vat", title, base.facts.stage.project.currency)
    for word in base.parts:
        base.parts[word] -= graph.pick(sums, word)


def line_cap(base: Base) -> None:
    """Count a kind of cost up to a share of the spend that counts (before such limits), and up to an amount.

    Where the source does not say of what the share is, that cost is left out altogether.
    """
    graph, before = base.facts.stage.graph, base.total()
    if base.lines is None:
        return
    for rule in base.rules("line_cap"):
        value = rule.value
        assert isinstance(value, Share)
        known = (value.what,) if value.what in base.facts.stage.catalog.departments else ()
        accounts, pay = LIMITED.get(value.what, (known, None))
        if not accounts:
            base.note(rule, f"which lines are {words(value.what)} is not known here")
            continue
        lines = [n for n in base.lines.counted if n.account in accounts and pay in (None, is_labour(base.facts, n))]
        if not lines or "counted" not in base.parts:
            continue
        cost = base.pick(base.facts.budget.line_total, lines)
        reference = before if value.of in {"qualifying_spend", "local_spend"} else base.reference(value.of)
        if reference is None:
            of = "a sum that the sources do not name" if value.of is UNKNOWN else words(str(value.of))
            base.notes.append(f"{words(value.what)} counts only up to {value.share:.4g} of {of}: left out here")
            base.parts["counted"] -= cost
            continue
        limit = base.figure(rule, "share", value.share) * reference
        if value.amount is not None:
            amount = base.amount(rule, value.amount, value.currency)
            limit = limit if amount is None else graph.minimum(limit, amount)
        base.parts["counted"] -= graph.maximum(cost - limit, 0)


def person_cap(base: Base) -> None:
    """Count the pay of one person up to an amount; a line of several people has that much for each."""
    graph, facts = base.facts.stage.graph, base.facts
    if base.lines is None:
        return
    for rule in base.rules("person_cap"):
        value = rule.value
        assert isinstance(value, Amount)
        cap = base.amount(rule, value.amount, value.currency)
        if cap is None:
            continue
        people: dict[str, list[BudgetLine]] = {}
        for line in base.lines.counted:
            creative = facts.stage.catalog.departments[line.account].group == CREATIVE_GROUP
            if is_labour(facts, line) and (creative or value.what != "creative_staff"):
                people.setdefault(line.person, []).append(line)
        if value.what not in {"", "creative_staff"}:
            base.note(rule, f"who is {words(value.what)} is not known here: it is applied to all pay")
        heads = graph["lines.*.people"]
        over = []
        for lines in people.values():
            many = graph.maximum(*(graph.pick(heads, line.id) for line in lines))
            over.append(graph.maximum(base.pick(facts.budget.line_total, lines) - cap * many, 0))
        if over and "counted" in base.parts:
            base.parts["counted"] -= graph.add_up(over)


def foreign_spend(base: Base) -> None:
    """Count what is paid to others than people and companies there, up to a share of another sum.

    ``any`` takes in what a partner of that country bears of the lines spent elsewhere: that is what runs through its company.
    Of a share of all qualifying spend the foreign part is at most share / (1 - share) of the local part.
    """
    graph = base.facts.stage.graph
    if base.lines is None or "counted" not in base.parts:
        return
    for rule in base.rules("foreign_spend"):
        value = rule.value
        assert isinstance(value, Share)
        if value.what not in {"", "any", "non_resident_labour"} or value.of not in {"local_spend", "qualifying_spend"}:
            base.note(rule, f"which spend is in {words(value.what)} is not known here: none of it counts")
            continue
        abroad = [graph.pick(base.lines.sums, "foreign_pay")]
        if value.what != "non_resident_labour":
            abroad.append(graph.pick(base.lines.sums, "foreign"))
            abroad += _borne_elsewhere(base)
        share, local = base.figure(rule, "share", value.share), base.total()
        limit = share * local if value.of == "local_spend" else share * local / (1 - share)
        foreign = graph.minimum(graph.add_up(abroad), limit)
        if value.above is not None:
            above = base.amount(rule, value.above, value.currency, "above")
            if above is None:
                continue
            foreign = graph.choose(local > above, foreign, 0)
        key = f"incentives.{base.chosen.id}.foreign_counted"
        foreign = foreign.named(key, "Foreign spend that counts", base.facts.stage.project.currency)
        base.parts["counted"] += foreign


def _borne_elsewhere(base: Base) -> list[Node]:
    """Return what each partner of the programme's country bears of the lines that are spent elsewhere."""
    graph, facts, lines = base.facts.stage.graph, base.facts, base.lines
    assert lines is not None
    found = []
    for partner, told in facts.stage.project.partners.items():
        if told.country == base.chosen.view.incentive.country:
            key = f"spend_kinds.*.{base.chosen.id}_{partner}"
            sums = graph.sum_by(graph[f"lines.*.borne_{partner}"], lines.words, lines.table)
            sums = sums.named(key, f"Borne by {told.name}", facts.stage.project.currency)
            found.append(graph.pick(sums, "elsewhere"))
    if found:
        base.notes.append(
            "what the partners there bear of the lines spent elsewhere is taken as run through their companies"
        )
    return found


def base_net_of(base: Base) -> None:
    """Take public grants of that country off the base (also where spend that they fund is left out)."""
    stage, graph = base.facts.stage, base.facts.stage.graph
    rules = [r for r in base.rules("stacking") if isinstance(r.value, Stacking) and r.value.rule == "base_net_of"]
    funded = any("publicly_funded_spend" in r.value for r in base.rules("excluded") if isinstance(r.value, tuple))
    public = funded or any(
        {"public_funds", "any"} & set(r.value.others) for r in rules if isinstance(r.value, Stacking)
    )
    for rule in rules:
        others = {*rule.value.others} - {"public_funds", "any"} if isinstance(rule.value, Stacking) else set()
        if others:
            base.note(rule, f"what {', '.join(sorted(others))} pays is not taken off the base")
    if not public:
        return
    home, partners = base.chosen.view.incentive.country, stage.project.partners
    grants = [
        graph.pick(graph["finance.*.value"], source.id)
        for source in stage.project.finance
        if source.kind == "grant"
        and (source.country or partners[source.partner].country) == home
        and source.programme != base.chosen.id
    ]
    if grants:
        total = base.total()
        _cut(base, tuple(base.parts), graph.maximum(total - graph.add_up(grants), 0))


def base_share(base: Base) -> None:
    """Count at most a share of the budget or of the core; what the rule leaves out has no such limit.

    A cap on the core itself (``base_cap`` of ``total_core``) is applied here, before the share is taken.
    """
    graph = base.facts.stage.graph
    core_caps = [r for r in base.rules("base_cap") if isinstance(r.value, Amount) and r.value.of == "total_core"]
    shares = base.rules("base_share")
    for rule in shares:
        value = rule.value
        assert isinstance(value, Share)
        reference = base.reference(value.of)
        if reference is None or value.when:
            base.note(
                rule, f"the share is of {words(str(value.of))}{' where ' + words(value.when) if value.when else ''}"
            )
            continue
        free = [word for word in value.leaves_out if word in base.parts]
        if value.of == "total_core":
            reference = _capped(base, core_caps, reference)
            if "vfx" in free:
                reference -= _core_of_effects(base)
        limited = tuple(word for word in base.parts if word not in free)
        _cut(base, limited, base.figure(rule, "share", value.share) * reference)
    if core_caps and not shares:
        _cut(base, tuple(base.parts), graph.minimum(base.total(), _capped(base, core_caps, core_cost(base.facts))))


def base_cap(base: Base) -> None:
    """Count at most an amount."""
    for rule in base.rules("base_cap"):
        value = rule.value
        assert isinstance(value, Amount)
        if value.of == "total_core":
            continue
        count = _times(base, value.per)
        if count is None or value.when:
            base.note(rule, f"it is for each {words(value.per)}{' where ' + words(value.when) if value.when else ''}")
            continue
        cap = money(base.facts, base.chosen, rule, value)
        if cap is None:
            base.note(rule, f"there is no exchange rate of {value.currency} (write it under `fx`)")
            continue
        _cut(base, tuple(base.parts), cap * count)


def _times(base: Base, per: str) -> Node | None:
    """Return how many times a cap holds; None where the file does not say."""
    if per == "episode":
        return base.facts.episodes()
    return base.facts.stage.graph.constant(1) if per in {"project", "season"} else None


def _capped(base: Base, rules: Sequence[RuleInForce], reference: Node) -> Node:
    for rule in rules:
        assert isinstance(rule.value, Amount)
        cap = base.amount(rule, rule.value.amount, rule.value.currency)
        if cap is not None:
            reference = base.facts.stage.graph.minimum(reference, cap)
    return reference


def _core_of_effects(base: Base) -> Node:
    """Return the core cost of effects wherever made: they stand outside the limit on both sides."""
    graph, budget = base.facts.stage.graph, base.facts.budget
    core_cost(base.facts)
    marks = graph["lines.*.core"].value
    assert isinstance(marks, tuple)
    effects = [n for n, mark in zip(budget.lines, marks, strict=True) if mark == "core" and n.account == "vfx"]
    return base.pick(budget.line_total, effects)


def _cut(base: Base, limited: Sequence[str], limit: Node) -> None:
    """Bring the sum of some parts down to a limit, each in proportion."""
    graph = base.facts.stage.graph
    if not limited:
        return
    if len(limited) == 1:
        base.parts[limited[0]] = graph.minimum(base.parts[limited[0]], limit)
        return
    total = graph.add_up([base.parts[word] for word in limited])
    kept = graph.ratio(graph.minimum(total, limit), total)
    for word in limited:
        base.parts[word] *= kept


STEPS: Final[tuple[Callable[[Base], None], ...]] = (
    vat, line_cap, person_cap, foreign_spend, base_net_of, base_share, base_cap,
)  # fmt: skip
"""All limits that are worked out on sums, in their order; ``excluded``, ``people_counted`` and ``cast_pay`` work on the lines."""
BEFORE_SHARES: Final = STEPS[:3]
"""What makes the spend that qualifies: minimum spend is tested after these."""
