"""What limits the money of a programme, what is kept back from it, and when it comes: one function a kind of rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.incentive_entries import NONE, Amount, Lag, Share
from coprod_budget.model.findings import VERDICTS, Finding
from coprod_budget.model.incentives.amounts import Award, Known, known, unknown
from coprod_budget.model.incentives.terms import by_hand, figure, money, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog.incentives import Envelope, RuleInForce
    from coprod_budget.graph import Graph, Node
    from coprod_budget.model.eligibility.build import Eligibility
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen

ENVELOPES: Final = ("allotted", "approved", "announced", "planned", "statutory_minimum")
"""Which figure stands for the money of a year, from the surest; what was paid or reported is no limit."""


class Limited(NamedTuple):
    """What is left of an award under a limit, and what a reader has to know."""

    award: Award
    notes: tuple[str, ...] = ()


class Kept(NamedTuple):
    """What is kept back of an amount (fee, tax), as a share of it."""

    share: Node
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one programme, for this film."""

    facts: Facts
    chosen: Chosen
    eligibility: Eligibility

    @property
    def graph(self) -> Graph:
        """The graph that grows."""
        return self.facts.stage.graph

    def cap_per_project(self, award: Award) -> Limited:
        """Most that is paid, a project, season, episode or company and year; for some films another cap takes its place."""
        return self._capped(award, "cap_per_project")

    def cap_per_minute(self, award: Award) -> Limited:
        """Most that is paid a minute."""
        return self._capped(award, "cap_per_minute")

    def aid_ceiling(self, award: Award, others: Sequence[Node]) -> Limited:
        """All public aid together, as a share of the cost: grants of the finance plan, other programmes that count, and this.

        ``others`` is what is expected of the other programmes; it is taken off in the low and the high case too, so that more
        money from one of them never turns the order of the cases round.
        """
        rules = self.chosen.of_kind("aid_ceiling")
        if not rules:
            return Limited(award)
        notes: list[str] = []
        shares = [
            (rule, figure(self.facts, self.chosen, rule, "share", value.share, "share"))
            for rule in rules
            if isinstance(value := self._stated(rule, notes), Share)
        ]
        share = self._in_force(shares, notes, highest=True)
        if share is None:
            return Limited(award, tuple(notes))
        graph, finance = self.graph, self.facts.stage.project.finance
        values = graph["finance.*.value"]
        grants = [graph.pick(values, f.id) for f in finance if f.kind == "grant" and f.programme != self.chosen.id]
        room = graph.maximum(share * self.facts.budget.total - graph.add_up([*grants, *others]), 0)
        notes.append(
            "all public aid is limited: grants of the finance plan and what is expected of other programmes count"
        )
        return Limited(award.map(lambda amount: graph.minimum(amount, room)), tuple(notes))

    def when_exhausted(self, award: Award) -> Limited:
        """What happens when the money of the year is not enough; only a rule of pro rata is a sum, the rest are words."""
        rule = next(iter(self.chosen.of_kind("when_exhausted")), None)
        if rule is None:
            return Limited(award)
        if rule.value is UNKNOWN:
            return Limited(award, ("what happens when the money of the year is not enough is not known",))
        if rule.value != "pro_rata":
            says = {
                "first_come": "first come, first served, while the money of the year lasts",
                "first_into_production": "films that begin to shoot first come first, while the money of the year lasts",
                "selection": "when the money of the year is not enough, the body selects",
            }
            return Limited(award, (says[str(rule.value)],))
        money_of_year = self.envelope
        if money_of_year is None:
            return Limited(
                award, ("shared pro rata when the year's money is not enough; how much there is is not known",)
            )
        claims = self.chosen.entry.facts.get("claims")
        if claims is None or isinstance(claims, bool):
            note = (
                "shared pro rata when the year's money is not enough: all claims of the year as `facts: {claims: ...}`"
            )
            return Limited(award.map(lambda amount: self.graph.minimum(amount, money_of_year)), (note,))
        currency = self.chosen.view.incentive.currency
        worth = self.facts.worth(currency)
        assert worth is not None
        asked = (
            by_hand(self.facts, self.chosen, "facts.claims", float(claims), "all claims of the year", currency) * worth
        )
        part = self.graph.minimum(self.graph.ratio(money_of_year, self.graph.maximum(asked, money_of_year)), 1)
        return Limited(award.map(lambda amount: amount * part), ("the year's money is shared pro rata",))

    @property
    def envelope(self) -> Node | None:
        """The money of the year in the report's currency; None where nobody knows it."""
        found = self._envelope()
        if found is None or (worth := self.facts.worth(found.currency)) is None:
            return None
        key = f"incentives.{self.chosen.id}.envelope_{found.year}"
        if key in self.graph:
            return self.graph[key] * worth
        assert found.amount is not UNKNOWN
        note = "; ".join(t for t in (words(found.kind), found.note) if t)
        origin = self.facts.stage.from_source("published", found.sources[0], note)
        label = f"{self.chosen.id}: money of {found.year}"
        return self.graph.input(key, float(found.amount), label=label, unit=found.currency, origin=origin) * worth  # type: ignore[arg-type]

    def money_of_the_year(self, award: Award) -> list[Finding]:
        """Warn where the claim is more than all the money of the year."""
        found, limit = self._envelope(), self.envelope
        claim = award.expected.otherwise(award.high)
        if found is None or limit is None or claim.is_never:
            return []
        bench = self.facts.bench
        return [
            Finding(
                instrument=self.chosen.id,
                rule="envelope",
                title=f"Money of {found.year} ({words(found.kind)})",
                verdict=bench.judge(bench.compare(claim.value, "at_most", limit), "warn"),
                required=limit,
                actual=claim.shown(),
                comparison="at_most",
                unit=self.facts.stage.project.currency,
                why="a claim above all the money of the year will hardly be paid in full, or in that year",
                source=found.sources[0],
                confidence=found.confidence,
            )
        ]

    def words_of_the_year(self) -> tuple[str, ...]:
        """Say what is known of the money of the year: planned, allotted, paid."""
        return tuple(
            f"{words(e.kind)} for {e.year}{f' and the {e.years - 1} years before' if e.years > 1 else ''}: "
            f"{e.currency} {e.amount:,.0f}" + (f" ({e.note})" if e.note else "")
            for e in self.chosen.view.envelopes
            if e.amount is not UNKNOWN
        )

    def fee(self) -> Kept:
        """What the body keeps back."""
        return self._kept("fee")

    def taxable(self) -> Kept:
        """Tax on what is paid."""
        return self._kept("taxable")

    def payment_lag(self) -> tuple[Known, Known, Known, tuple[str, ...]]:
        """Months from the end of the work to the money: low, typical, high; a part that comes apart is in words."""
        graph = self.graph
        notes: list[str] = []
        found = (unknown(graph), unknown(graph), unknown(graph))
        for rule in self.chosen.of_kind("payment_lag"):
            value = rule.value
            if not isinstance(value, Lag):
                notes.append("when it is paid is not known" + (f": {rule.dated.note}" if rule.dated.note else ""))
                continue
            if value.part:
                months = "" if value.typical is UNKNOWN else f", typically after {value.typical:g} months"
                notes.append(f"the {words(value.part)} is paid at another time{months}")
                continue
            found = (self._months(rule, "low"), self._months(rule, "typical"), self._months(rule, "high"))
        return (*found, tuple(notes))

    def _months(self, rule: RuleInForce, name: str) -> Known:
        months = getattr(rule.value, name)
        if months is UNKNOWN:
            return unknown(self.graph)
        return known(figure(self.facts, self.chosen, rule, name, float(months), "months"))

    def _envelope(self) -> Envelope | None:
        """Return the surest figure of the money of the year."""
        known_ones = [e for e in self.chosen.view.envelopes if e.amount is not UNKNOWN and e.years == 1 and e.sources]
        return next((e for kind in ENVELOPES for e in known_ones if e.kind == kind), None)

    def _stated(self, rule: RuleInForce, notes: list[str]) -> object:
        """Return the value of a limit; what nobody found out goes to the notes."""
        if rule.value is UNKNOWN:
            notes.append(f"there may be a limit ({words(rule.rule.id)}): {rule.dated.note or 'not found'}")
        return rule.value

    def _capped(self, award: Award, kind: str) -> Limited:
        notes: list[str] = []
        hard: list[tuple[RuleInForce, Node]] = []
        soft: list[Node] = []
        for rule in self.chosen.of_kind(kind):
            value = self._stated(rule, notes)
            if value == NONE or not isinstance(value, Amount):
                continue
            limit = self._times(money(self.facts, self.chosen, rule, value), value, notes)
            if limit is None:
                continue
            if value.soft:
                soft.append(limit)
                notes.append(
                    f"the body may go above the limit of {value.amount:,.0f} {value.currency}: only in the high case"
                )
            else:
                hard.append((rule, limit))
        limit = self._in_force(hard, notes)
        minimum = self.graph.minimum
        if limit is not None:
            award = award.map(lambda amount: minimum(amount, limit))
        if soft:
            low, expected = (end.map(lambda amount: minimum(amount, *soft)) for end in (award.low, award.expected))
            award = Award(low, expected, award.high)
        return Limited(award, tuple(notes))

    def _times(self, limit: Node | None, value: Amount, notes: list[str]) -> Node | None:
        """Return a limit of an episode or a minute for the whole film; None, with a note, where the film does not say how long it is."""
        if limit is None:
            notes.append(f"a limit in {value.currency} is not applied: no exchange rate, give `fx.{value.currency}`")
            return None
        if value.per == "company_year":
            notes.append("the limit is for all films of a company in a year, here for this film alone")
        if value.per == "season":
            notes.append("the limit is for a season: the film is taken for one")
        if value.per not in {"episode", "minute"}:
            return limit
        episodes = self.facts.episodes()
        factors = [self.facts.minutes()] if value.per == "minute" else []
        if value.per == "episode" or episodes is not None or "series" in self.chosen.work:
            factors.append(episodes)
        for factor in factors:
            if factor is None:
                notes.append(
                    f"a limit for each {value.per} is not applied: add `film: {{minutes: ..., episodes: ...}}`"
                )
                return None
            limit *= factor
        return limit

    def _in_force(
        self, limits: Sequence[tuple[RuleInForce, Node]], notes: list[str], *, highest: bool = False
    ) -> Node | None:
        """Return the limit that holds: of the general ones the lowest; one for special films takes their place where it fits."""
        graph = self.graph
        general: Node | None = None
        special: list[tuple[Node, Node]] = []
        for rule, limit in limits:
            when = getattr(rule.value, "when", "")
            if not when:
                general = limit if general is None else graph.minimum(general, limit)
                continue
            fits = self._fits(when)
            if fits is None:
                notes.append(f"the limit of a film that is {words(when)} is not applied: add `facts: {{{when}: true}}`")
            else:
                special.append((fits, limit))
        for fits, limit in special:
            if general is not None:
                general = graph.choose(fits, graph.maximum(general, limit) if highest else limit, general)
            elif fits.op != "constant" or fits.value == 1:
                general = limit  # nothing says that other films have no limit at all: the careful reading
        return general

    def _fits(self, when: str) -> Node | None:
        """Return 1 where the film is such a one, 0 where not; None where nobody knows."""
        graph, said = self.graph, self.chosen.entry.facts.get(when)
        if said is not None:
            return graph.constant(1 if said else 0)
        if when == "difficult_film":
            return graph.constant(1 if when in self.facts.stage.project.film.qualities else 0)
        governs = self.eligibility.governing.instrument
        if when == "official_coproduction":
            if not governs:
                return graph.constant(0)
            if governs in self.eligibility.table.positions:
                good = self.facts.bench.fixed(VERDICTS[1])
                return graph.pick(self.eligibility.verdict, governs) <= good
        return graph.constant(0) if len(self.facts.countries) == 1 else None

    def _kept(self, kind: str) -> Kept:
        graph = self.graph
        notes: list[str] = []
        shares: list[Node] = []
        for rule in self.chosen.of_kind(kind):
            value = self._stated(rule, notes)
            if isinstance(value, Share) and value.of == "rebate" and not value.when:
                shares.append(figure(self.facts, self.chosen, rule, "share", value.share, "share"))
            elif isinstance(value, Share):
                notes.append(f"{words(kind)} of {value.share:.4g} is not taken off: of what it is taken is not known")
        return Kept(graph.add_up(shares), tuple(notes))
