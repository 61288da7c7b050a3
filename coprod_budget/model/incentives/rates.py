"""What a rate pays on a base: one function a kind of rate, named after it; low, expected and high, never one number for a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.model.incentives.amounts import Award, Certainty, Known, known, known_if, same, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.catalog import Unknown
    from coprod_budget.catalog import incentive_entries as entries
    from coprod_budget.graph import Graph, Node, Origin


class Met(NamedTuple):
    """Whether tests are met: ``surely`` is 1 where they certainly are, ``perhaps`` 1 where they may be.

    The two differ only where ``notes`` say what is missing.
    """

    surely: Node
    perhaps: Node
    notes: tuple[str, ...] = ()


class Given(NamedTuple):
    """What the project says where the law leaves something open; amounts in the report's currency."""

    rate: Node | None = None
    amount: Node | None = None
    points: Node | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rate is put to: ``spend`` decides tiers, ``base`` is paid on; both in the report's currency.

    ``key`` begins the keys of the law's figures, ``origin`` is where they stand; ``worth`` gives the value of one unit of a currency, None
    where it has no exchange rate; ``met`` puts tests of raised rates to the film.
    """

    graph: Graph
    key: str
    title: str
    origin: Origin
    spend: Node
    base: Node
    worth: Callable[[str], Node | None]
    met: Callable[[Sequence[entries.RateTest], entries.Logic, str], Met]
    given: Given = field(default_factory=Given)

    def figure(self, name: str, value: float, label: str, unit: str = "share") -> Node:
        """Return a figure of the law as an input with its source."""
        words = f"{self.title}: {label[0].lower()}{label[1:]}"
        return self.graph.input(f"{self.key}.{name}", value, label=words, unit=unit, origin=self.origin)

    def granted(self, most: Node | None = None, least: Node | None = None) -> Known:
        """Return what the project says is granted or hoped for, within what the law allows; unknown where it says nothing."""
        if self.given.amount is not None:
            found = self.given.amount
        elif self.given.rate is not None:
            found = self.base * self.given.rate
        else:
            return unknown(self.graph)
        found = found if least is None else self.graph.maximum(found, least)
        return known(found if most is None else self.graph.minimum(found, most))


class Paid(NamedTuple):
    """What a rate pays, how sure it is, the law's probability where it states one, and what a reader has to know."""

    award: Award
    certainty: Certainty
    notes: tuple[str, ...] = ()
    probability: Known | None = None


def flat(ground: Ground, value: entries.Flat) -> Paid:
    """One rate of the base."""
    return Paid(same(known(ground.base * ground.figure("rate", value.rate, "Rate"))), "entitlement")


def flat_up_to(ground: Ground, value: entries.FlatUpTo) -> Paid:
    """At most this rate, as the body sees fit: what it will be is not known unless the project says so."""
    most = ground.base * ground.figure("rate", value.rate, "Highest rate")
    granted = ground.granted(most)
    notes = () if granted.is_certain else (f"up to {percent(value.rate)}: what is granted is not known, give `rate`",)
    return Paid(Award(granted, granted, known(most)), "discretionary", notes)


def range_(ground: Ground, value: entries.RateRange) -> Paid:
    """A rate between two ends; the project may say what it will be."""
    low, expected, high = (
        unknown(ground.graph)
        if rate is UNKNOWN
        else known(ground.base * ground.figure(name, _number(rate), f"{name.capitalize()} rate"))
        for name, rate in (("low", value.low), ("expected", value.expected), ("high", value.high))
    )
    granted = ground.granted(
        None if high.is_never else high.value,
        None if low.is_never else low.value,
    )
    expected = granted if granted.is_certain else expected
    notes = ("which rate between the two ends it will be is not known: give `rate`",) if expected.is_never else ()
    return Paid(Award(low, expected, high), "discretionary", notes)


def whole_by_local_spend(ground: Ground, value: entries.WholeByLocalSpend) -> Paid:
    """The tier that local spend exceeds sets the rate for all of the base; a tier may have a cap of its own."""
    graph, worth = ground.graph, ground.worth(value.currency)
    if worth is None:
        return _without_exchange_rate(ground, value.currency)
    amount = graph.constant(0)
    for number, tier in enumerate(value.tiers, 1):
        name = f"tier_{number}"
        above = ground.figure(f"{name}.above", tier.above, f"Tier {number}: spend above", value.currency)
        paid = ground.base * ground.figure(f"{name}.rate", tier.rate, f"Tier {number}: rate")
        if tier.cap is not None:
            cap = ground.figure(f"{name}.cap", tier.cap, f"Tier {number}: at most", value.currency)
            paid = graph.minimum(paid, cap * worth)
        amount = graph.choose(ground.spend > above * worth, paid, amount)
    return Paid(same(known(amount)), "entitlement")


def marginal(ground: Ground, value: entries.Marginal) -> Paid:
    """Every slice of the base earns its own rate; the first may be raised for those who meet tests."""
    graph, worth = ground.graph, ground.worth(value.currency)
    if worth is None:
        return _without_exchange_rate(ground, value.currency)
    parts: list[Node] = []
    slices: list[Node] = []
    below: Node | None = None
    for number, part in enumerate(value.slices, 1):
        name = f"slice_{number}"
        rate = ground.figure(f"{name}.rate", part.rate, f"Slice {number}: rate")
        end: Node | None = None
        within = ground.base
        if part.up_to is not None:
            end = ground.figure(f"{name}.up_to", part.up_to, f"Slice {number}: up to", value.currency) * worth
            within = graph.minimum(within, end)
        if below is not None:
            within = graph.maximum(within - below, 0)
        slices.append(within)
        parts.append(within * rate)
        below = end
    total = graph.add_up(parts)
    if value.raised_first_slice is None:
        return Paid(same(known(total)), "entitlement")
    raised = ground.figure("slice_1.raised", value.raised_first_slice.rate, "Slice 1: raised rate")
    met = ground.met(value.raised_first_slice.tests, "all", "raised_first_slice")
    with_raise = graph.add_up([slices[0] * raised, *parts[1:]])
    return Paid(_raised(total, with_raise, met), "entitlement", met.notes)


def base_plus_bonus(ground: Ground, value: entries.BasePlusBonus) -> Paid:
    """A base rate, and what each bonus adds where its tests are met."""
    graph = ground.graph
    base = ground.figure("base", value.base, "Base rate")
    sure, most = [base], [base]
    notes: tuple[str, ...] = ()
    for bonus in value.bonuses:
        add = ground.figure(f"{bonus.id}.add", bonus.add, f"Bonus {bonus.id.replace('_', ' ')}")
        met = ground.met(bonus.tests, bonus.logic, bonus.id)
        sure.append(graph.choose(met.surely, add, 0))
        most.append(graph.choose(met.perhaps, add, 0))
        notes += met.notes
    low = known(ground.base * graph.add_up(sure))
    high = known(ground.base * graph.add_up(most)) if notes else low
    return Paid(Award(low, low, high), "entitlement", notes)


def points(ground: Ground, value: entries.Points) -> Paid:
    """A base rate, and more for points: so much a point, or by steps. Between two steps the expected amount is not known."""
    base = ground.figure("base", value.base, "Base rate")
    most = None if value.maximum is None else ground.figure("maximum", value.maximum, "Highest rate")
    ends = _steps(ground, value) if value.steps else _by_point(ground, value)

    def amount(extra: Known) -> Known:
        return extra.map(
            lambda add: ground.base * (base + add if most is None else ground.graph.minimum(base + add, most))
        )

    award = Award(*map(amount, ends))
    if ground.given.points is None:
        return Paid(
            award, "entitlement", ("more for points, which the project does not give: add `facts: {points: ...}`",)
        )
    granted = ground.granted(award.high.value, award.low.value)
    return Paid(Award(award.low, award.expected.otherwise(granted), award.high), "entitlement")


def whole_by_condition(ground: Ground, value: entries.WholeByCondition) -> Paid:
    """The raised rate is for everything where the tests are met."""
    met = ground.met(value.tests, value.logic, "raised")
    plain = ground.base * ground.figure("rate", value.rate, "Rate")
    raised = ground.base * ground.figure("raised", value.raised, "Raised rate")
    return Paid(_raised(plain, raised, met), "entitlement", met.notes)


def competitive(ground: Ground, value: entries.Competitive) -> Paid:
    """A grant by competition: what it was or is hoped to be, with the probability to get any."""
    graph, worth = ground.graph, ground.worth(value.amount.currency) if value.amount.currency else None
    notes: tuple[str, ...] = ()
    ends: list[Known] = []
    for name in ("low", "expected", "high"):
        amount: entries.Number = getattr(value.amount, name)
        if amount is UNKNOWN or worth is None:
            ends.append(unknown(graph))
            continue
        figure = ground.figure(name, _number(amount), f"{name.capitalize()} amount", value.amount.currency)
        ends.append(known(figure * worth))
    if value.amount.currency and worth is None:
        notes += (f"no exchange rate of {value.amount.currency}: give `fx.{value.amount.currency}`",)
    low, expected, high = ends
    if value.rate is not UNKNOWN:
        high = high.otherwise(known(ground.base * ground.figure("rate", _number(value.rate), "Rate")))
    granted = ground.granted()
    if granted.is_certain:
        low, expected, high = low.otherwise(granted), granted, high.otherwise(granted)
    if expected.is_never:
        notes += ("how much a winner gets is not known: give `amount` and `probability`",)
    probability = unknown(graph)
    if value.probability is not UNKNOWN:
        probability = known(ground.figure("probability", _number(value.probability), "Probability"))
    return Paid(Award(low, expected, high), "competitive", notes, probability)


def unknown_rate(ground: Ground, note: str = "") -> Paid:
    """A rate that nobody found out: only the project can say what it is."""
    granted = ground.granted()
    notes = () if granted.is_certain else (note or "the rate is not known",)
    return Paid(same(granted), "unknown", notes)


KINDS: Final[dict[str, Callable[[Ground, Any], Paid]]] = {
    "flat": flat,
    "flat_up_to": flat_up_to,
    "range": range_,
    "whole_by_local_spend": whole_by_local_spend,
    "marginal": marginal,
    "base_plus_bonus": base_plus_bonus,
    "points": points,
    "whole_by_condition": whole_by_condition,
    "competitive": competitive,
}
"""By the kind of a rate, what it pays."""


def pay(ground: Ground, value: entries.Rate) -> Paid:
    """Return what a rate of any kind pays."""
    return KINDS[value.kind](ground, value)


def percent(share: float) -> str:
    """Write a share as a percentage."""
    return f"{share * 100:.6g}%"


def _number(value: float | Unknown) -> float:
    assert value is not UNKNOWN
    return float(value)  # type: ignore[arg-type]


def _raised(plain: Node, raised: Node, met: Met) -> Award:
    """Return an award that is raised where tests are met; where nobody knows, only the high one is."""
    choose = plain.graph.choose
    low = known(choose(met.surely, raised, plain))
    return Award(low, low, known(choose(met.perhaps, raised, plain)) if met.notes else low)


def _by_point(ground: Ground, value: entries.Points) -> tuple[Known, Known, Known]:
    """So much a point, up to the highest bonus; what stays under the lowest bonus is none."""
    graph = ground.graph
    each = ground.figure("per_point", value.per_point or 0.0, "A point adds")
    most = None
    if value.bonus_maximum is not None:
        most = ground.figure("bonus_maximum", value.bonus_maximum, "Highest bonus")
    if ground.given.points is None:
        nothing = known(graph.constant(0))
        return nothing, nothing, unknown(graph) if most is None else known(most)
    bonus = ground.given.points * each
    if most is not None:
        bonus = graph.minimum(bonus, most)
    if value.bonus_minimum is not None:
        least = ground.figure("bonus_minimum", value.bonus_minimum, "Lowest bonus")
        bonus = graph.choose(bonus >= least, bonus, 0)
    found = known(bonus)
    return found, found, found


def _steps(ground: Ground, value: entries.Points) -> tuple[Known, Known, Known]:
    """By steps; between two of them it is at least what the lower one adds, at most what the upper one does."""
    graph, given = ground.graph, ground.given.points
    adds = [ground.figure(f"step_{n}.add", step.add, f"Step {n}: adds") for n, step in enumerate(value.steps, 1)]
    if given is None:
        nothing = known(graph.constant(0))
        return nothing, nothing, known(adds[-1])
    low: Node = graph.constant(0)
    high: Node = graph.constant(0)
    certain: Node = graph.constant(1)
    for n, (step, add) in enumerate(zip(value.steps, adds, strict=True), 1):
        first = ground.figure(f"step_{n}.from", step.points_min, f"Step {n}: from", "points")
        reached = given >= first
        low, high = graph.choose(reached, add, low), graph.choose(reached, add, high)
        certain = graph.choose(reached, 1, certain)
        if step.points_max is not None:
            last = ground.figure(f"step_{n}.to", step.points_max, f"Step {n}: up to", "points")
            beyond = given > last
            certain = graph.choose(beyond, 0, certain)
            high = graph.choose(beyond, adds[n] if n < len(adds) else adds[-1], high)
    return known(low), known_if(certain, low), known(high)


def _without_exchange_rate(ground: Ground, currency: str) -> Paid:
    return Paid(same(unknown(ground.graph)), "entitlement", (f"no exchange rate of {currency}: give `fx.{currency}`",))
