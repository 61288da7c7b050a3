"""What the law looks at, taken from the film: who bears how much, what is spent where, thresholds in the report's currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod_budget.errors import MissingDataError
from coprod_budget.graph import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.budget import Budget
    from coprod_budget.model.findings import Bench
    from coprod_budget.model.schedule import Schedule
    from coprod_budget.model.split import Split
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Person

SHARE_DIGITS = 6
"""Shares are compared to a ten-thousandth of a per cent: 20 per cent that sums up as 0.19999999999 is 20 per cent."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The film as treaties and incentives see it. Countries are those of the partners, in the order of the file."""

    stage: Stage
    bench: Bench
    schedule: Schedule
    budget: Budget
    split: Split
    day: date
    countries: tuple[str, ...]
    coproducers: Table
    shares: Node
    worths: Node
    """Value of one unit of every currency in use, in the report's currency (column over ``currencies``)."""

    def share(self, country: str) -> Node:
        """Return the share of the budget that the co-producers of a country bear, rounded to be compared."""
        return self.stage.graph.pick(self.shares, country)

    def worth(self, currency: str) -> Node | None:
        """Return the value of one unit in the report's currency; None where the exchange rate is not known."""
        table = self.worths.table
        assert table is not None
        return self.stage.graph.pick(self.worths, currency) if currency in table.positions else None

    def spent_in(self, country: str) -> Node:
        """Return what the lines spend in a country (charges on top are spent nowhere)."""
        graph = self.stage.graph
        found = country in self.budget.countries.positions
        return graph.pick(graph["country.*.total"], country) if found else graph.constant(0)

    def people(self, post: str) -> tuple[Person, ...]:
        """Return who holds a post; nobody where the file does not say."""
        return self.stage.project.people.get(post, ())

    def minutes(self) -> Node | None:
        """Return the length of the film (of a series: of one episode): as the file says, else the template's; None if unsaid."""
        if self.stage.project.film.minutes is None:
            return self.schedule.names.get("runtime_minutes")
        return self._of_film("minutes", self.stage.project.film.minutes, "Length of the film", "minutes")

    def episodes(self) -> Node | None:
        """Return how many episodes there are; None where the file does not say."""
        number = self.stage.project.film.episodes
        return None if number is None else self._of_film("episodes", number, "Episodes", "count")

    def _of_film(self, name: str, value: float, label: str, unit: str) -> Node:
        """Return a figure of the film as an input, made once whoever asks first."""
        graph, key = self.stage.graph, f"film.{name}"
        if key in graph:
            return graph[key]
        return graph.input(key, value, label=label, unit=unit, origin=self.stage.given(key))

    def said(self, instrument: str, rule: str) -> bool | float | None:
        """Return what the file says under ``treaty.facts`` of a rule; None where it says nothing.

        ``all: true`` says true of every condition of the instrument.
        """
        given = self.stage.project.treaty.facts.get(instrument, {})
        return given.get(rule, given.get("all"))


def build_facts(stage: Stage, bench: Bench, schedule: Schedule, budget: Budget, split: Split, worths: Node) -> Facts:
    """Collect the facts; the shares of the co-producing countries go into the graph."""
    graph, project = stage.graph, stage.project
    partners = project.partners
    countries = tuple(dict.fromkeys(p.country for p in partners.values()))
    table = graph.table("coproducers", countries, "co-producing countries")
    home = graph.text_column(
        "partner.*.country", split.partners, [p.country for p in partners.values()], label="Country"
    )
    digits = graph.input(
        "eligibility.share_digits", SHARE_DIGITS, label="Decimals to which shares are compared", unit="count",
        origin=Origin("assumed", title="so that sums of many lines meet a limit exactly"),
    )  # fmt: skip
    borne = graph.sum_by(split.borne_share, home, table).named("coproducer.*.borne_share", "Share borne", "share")
    shares = graph.round(borne, digits).named("coproducer.*.share", "Share borne, as compared", "share")
    day = project.treaty.applied_on or project.as_of
    return Facts(stage, bench, schedule, budget, split, day, countries, table, shares, worths)


def known_currencies(stage: Stage, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return the currencies of rules that have an exchange rate, for the table of currencies in use.

    A rule in a currency without a rate has the verdict unknown; it does not stop the estimate.
    """
    found = []
    for code in dict.fromkeys(codes):
        try:
            stage.catalog.fx(code, stage.project.as_of)
        except MissingDataError:
            if code not in stage.project.fx:
                continue
        found.append((code, ""))
    return found
