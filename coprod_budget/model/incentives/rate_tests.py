"""Tests of raised rates: one function a test, named after it. What the budget cannot tell the project says under ``facts``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coprod_budget.model.incentives.rates import Met
from coprod_budget.model.incentives.terms import by_hand, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.catalog import incentive_entries as entries
    from coprod_budget.graph import Graph, Node, Origin
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen


@dataclass(frozen=True, slots=True)
class Jury:
    """What the tests of one rate of a programme look at; ``key`` begins the keys of their figures.

    ``spend`` is what is spent there (None where the budget cannot tell), ``rows`` the lines that stand in it.
    """

    facts: Facts
    chosen: Chosen
    key: str
    origin: Origin
    spend: Node | None
    rows: frozenset[str]

    @property
    def graph(self) -> Graph:
        """The graph that grows."""
        return self.facts.stage.graph

    def met(self, tests: Sequence[entries.RateTest], logic: entries.Logic, name: str) -> Met:
        """Say whether the tests of a raised rate are met, all or any of them; the project may say so of the whole, by its name."""
        said = self.chosen.entry.facts.get(name)
        if isinstance(said, bool):
            return self._said(said)
        found = [self._one(test, f"{name}.{number}") for number, test in enumerate(tests, 1)]
        together = self.graph.both if logic == "all" else self.graph.either
        surely, perhaps = together(*(m.surely for m in found)), together(*(m.perhaps for m in found))
        return Met(surely, perhaps, tuple(note for m in found for note in m.notes))

    def _one(self, test: entries.RateTest, name: str) -> Met:
        """Put one test to the film; where it is not met, the test that will do instead."""
        said = self.chosen.entry.facts.get(test.test)
        if isinstance(said, bool):
            found = self._said(said)
        else:
            given = None if said is None else self._given(test, said)
            found = TESTS[test.test](Trial(self, test, name, given))
        if test.alternative is None:
            return found
        other = self._one(test.alternative, f"{name}.or")
        either = self.graph.either
        notes = (*found.notes, *other.notes)
        return Met(either(found.surely, other.surely), either(found.perhaps, other.perhaps), notes)

    def _said(self, yes: bool) -> Met:  # noqa: FBT001 - the answer itself
        answer = self.graph.constant(1 if yes else 0)
        return Met(answer, answer)

    def _given(self, test: entries.RateTest, value: float) -> Node:
        """Return what the project says the film has, as an input."""
        label = f"{words(test.test)}, the film has"
        return by_hand(self.facts, self.chosen, f"facts.{test.test}", value, label, test.currency or "as the test")


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of a raised rate; ``given`` is what the project says the film has."""

    jury: Jury
    test: entries.RateTest
    name: str
    given: Node | None

    @property
    def graph(self) -> Graph:
        """The graph that grows."""
        return self.jury.graph

    @property
    def facts(self) -> Facts:
        """The film."""
        return self.jury.facts

    def threshold(self, unit: str) -> Node:
        """Return the figure of the test, as the law writes it."""
        value = self.test.value if self.test.amount is None else self.test.amount
        return self.graph.input(
            f"{self.jury.key}.{self.name}.{self.test.test}",
            value or 0.0,
            label=f"{self.jury.chosen.id}: {words(self.test.test)}",
            unit=unit,
            origin=self.jury.origin,
        )

    def decided(self, yes: Node) -> Met:
        """Return an answer that follows the inputs."""
        return Met(yes, yes)

    def open(self, why: str = "") -> Met:
        """Return that nobody knows, with what to add to the project."""
        graph = self.graph
        says = why or f"{words(self.test.test)}: the project does not say"
        note = f"{says}; a raised rate is in the high case alone, add `facts: {{{self.test.test}: ...}}`"
        return Met(graph.constant(0), graph.constant(1), (note,))

    def money(self, actual: Node | None, compare: Callable[[Node, Node], Node]) -> Met:
        """Compare money in the report's currency (or what the project says, in the test's) with the amount of the test."""
        worth = self.facts.worth(self.test.currency)
        if worth is None:
            return self.open(f"there is no exchange rate of {self.test.currency}")
        if self.given is not None:
            actual = self.given * worth
        if actual is None:
            return self.open()
        return self.decided(compare(actual, self.threshold(self.test.currency) * worth))

    def figure(self, unit: str, actual: Node | None = None) -> Met:
        """Ask whether what the film has (or the project says it has) reaches the value of the test."""
        has = actual if self.given is None else self.given
        return self.open() if has is None else self.decided(has >= self.threshold(unit))

    def statement(self) -> Met:
        """Ask the project, which has to say yes or no."""
        return self.open() if self.given is None else self.decided(self.given > 0)


def local_spend_above(trial: Trial) -> Met:
    """More than so much is spent there."""
    return trial.money(trial.jury.spend, lambda has, asked: has > asked)


def local_spend_at_least(trial: Trial) -> Met:
    """At least so much is spent there."""
    return trial.money(trial.jury.spend, lambda has, asked: has >= asked)


def local_spend_share_of_budget_at_least(trial: Trial) -> Met:
    """At least this share of the budget is spent there."""
    spend = trial.jury.spend
    return trial.figure("share", None if spend is None else trial.graph.ratio(spend, trial.facts.budget.total))


def spend_above(trial: Trial) -> Met:
    """More than so much is spent there on one kind of work; the budget tells visual effects by their account."""
    rows = [line.id for line in trial.facts.budget.lines if line.id in trial.jury.rows and line.account == "vfx"]
    total = trial.facts.budget.line_total
    tells = trial.test.spend == "vfx" and bool(trial.jury.rows)
    actual = trial.graph.add_up([trial.graph.pick(total, row) for row in rows]) if tells else None
    return trial.money(actual, lambda has, asked: has > asked)


def total_budget_below(trial: Trial) -> Met:
    """The whole budget is less than so much."""
    return trial.money(trial.facts.budget.total, lambda has, asked: has < asked)


def shooting_days_at_least(trial: Trial) -> Met:
    """At least so many days are shot there."""
    programme, catalog = trial.jury.chosen.view.incentive, trial.facts.stage.catalog
    if programme.region and not programme.cities:
        return trial.figure("days")
    days = trial.graph["schedule.shoot_days"]
    there = [
        trial.graph.pick(days, city)
        for city in trial.facts.schedule.cities.keys
        if (city in programme.cities if programme.region else catalog.cities[city].country == programme.country)
    ]
    return trial.figure("days", trial.graph.add_up(there))


def local_crew_share_at_least(trial: Trial) -> Met:
    """At least this share of the crew is from there."""
    return trial.figure("share")


def processed_shots_share_at_least(trial: Trial) -> Met:
    """At least this share of the shots is processed."""
    return trial.figure("share")


def processed_shots_per_minute_at_least(trial: Trial) -> Met:
    """At least so many shots a minute are processed."""
    return trial.figure("shots per minute")


def shoot_in_less_developed_region(trial: Trial) -> Met:
    """The film is shot in a less developed region."""
    return trial.statement()


def promotes_country(trial: Trial) -> Met:
    """The film promotes the country."""
    return trial.statement()


def hires_local_students(trial: Trial) -> Met:
    """The film hires students from there."""
    return trial.statement()


TESTS: Final[dict[str, Callable[[Trial], Met]]] = {
    test.__name__: test
    for test in (
        local_spend_above,
        local_spend_at_least,
        local_spend_share_of_budget_at_least,
        spend_above,
        total_budget_below,
        shooting_days_at_least,
        local_crew_share_at_least,
        processed_shots_share_at_least,
        processed_shots_per_minute_at_least,
        shoot_in_less_developed_region,
        promotes_country,
        hires_local_students,
    )
}
"""By name, how a test of a raised rate is put to the film."""
