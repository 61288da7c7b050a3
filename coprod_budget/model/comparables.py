"""Scenarios from real films: quantiles of gross to budget among films of the same band of budgets and the same public money.

Which films are compared is never chosen by how well they did. Twenty films at least are needed, so that every quantile from 5 to
95 % lies between two of them; where a band has fewer, the bands beside it join, then films of other public money.
"""

from __future__ import annotations

from math import exp, floor, log
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import nearest
from coprod_budget.graph import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.catalog.comparables import Band, Comparable
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Comparables

ENOUGH = 20
"""Films that a quantile of 5 % needs: its rank 0.05 × (20 + 1) is the first at which a film stands below it."""
PATH = "revenue.comparables"


class Slice(NamedTuple):
    """Films that are compared in one band, and in words which they are; ``wider`` than was asked for."""

    films: tuple[Comparable, ...]
    words: str
    wider: bool

    @property
    def years(self) -> str:
        """First and last year of the films."""
        years = sorted(film.year for film in self.films)
        return f"{years[0]}-{years[-1]}"


class Asked(NamedTuple):
    """What a project asks to be compared, checked against the data."""

    territory: str
    bands: tuple[Band, ...]
    slices: dict[str, Slice]


class Comparison(NamedTuple):
    """The ratios of every band, which band holds, and the gross of the compared territory over the scenarios."""

    asked: Asked
    funding: str
    type: str
    quantiles: dict[str, float]
    table: Table
    ratios: dict[str, Node]
    holds: Node
    gross: Node


def place_of(bands: Sequence[Band], budget: float) -> int:
    """Return the number of the band that a budget (in money of the bands) falls into."""
    return max(sum(budget >= band.least for band in bands) - 1, 0)


def compared(films: Sequence[Comparable], bands: Sequence[Band], band: int, funding: str = "") -> Slice:
    """Return the films by which a film of this band and public money is judged, of ``films`` that are known."""
    places = {film: place_of(bands, film.budget) for film in films}
    for money in dict.fromkeys((funding, "")):
        pool = [film for film in films if not money or film.funding == money]
        for reach in range(len(bands)):
            found = tuple(film for film in pool if abs(places[film] - band) <= reach)
            if len(found) >= ENOUGH:
                words = f"{_money(money)}, {_budgets(bands, band - reach, band + reach + 1)}"
                return Slice(found, words, wider=reach > 0 or money != funding)
    return Slice(tuple(films), f"{_money('')}, every budget", wider=True)


def _money(funding: str) -> str:
    return f"public money: {funding}" if funding else "any public money"


def _budgets(bands: Sequence[Band], first: int, end: int) -> str:
    """Say from which budget to which the bands from ``first`` to before ``end`` reach."""
    low = f"{bands[first].least:,.0f}" if first > 0 else ""
    high = f"{bands[end].least:,.0f}" if end < len(bands) else ""
    if not low and not high:
        return "every budget"
    money = bands[0].currency
    if not low or not high:
        return f"budgets under {high} {money}" if high else f"budgets from {low} {money}"
    return f"budgets of {low} to {high} {money}"


def quantile(ratios: Sequence[float], share: float) -> float:
    """Return the ratio that a new film of the same kind stays below with this probability.

    Of n films the k-th smallest is passed with probability k / (n + 1), whatever the distribution; between two films the ratio is
    interpolated in logarithms (in plain figures where the lower one is 0).
    """
    ordered = sorted(ratios)
    rank = min(max(share * (len(ordered) + 1), 1.0), float(len(ordered)))
    below = floor(rank)
    low, high = ordered[below - 1], ordered[min(below, len(ordered) - 1)]
    part = rank - below
    if not part or low == 0:
        return low + part * (high - low)
    return exp(log(low) + part * (log(high) - log(low)))


def compared_currencies(stage: Stage) -> list[tuple[str, str]]:
    """Return the currency in which budgets are put into bands, with the path that asks for it."""
    chosen = stage.project.revenue.comparables
    if chosen is None:
        return []
    bands = stage.catalog.comparables.bands
    territories = [chosen.territory] if chosen.territory else _own_territories(stage)
    return [(bands[t][0].currency, PATH) for t in territories if t in bands][:1]


def _own_territories(stage: Stage) -> list[str]:
    named = stage.project.revenue.territories
    return list(named) or list(dict.fromkeys(p.country for p in stage.project.partners.values()))


def build_comparison(
    stage: Stage, scenarios: Table, budget: Node, worth: Node, worths: Mapping[str, Node]
) -> Comparison | None:
    """Build the gross of the compared territory over the scenarios; ``worths`` are the values of the territories' money."""
    chosen = stage.project.revenue.comparables
    assert chosen is not None
    asked = _asked(stage, chosen, list(worths))
    if asked is None:
        return None
    graph, bands = stage.graph, asked.bands
    currency = bands[0].currency
    table = graph.table("comparables", asked.slices, "bands of budgets")
    origins = {b: _origin(found) for b, found in asked.slices.items()}
    ratios = {
        name: graph.input_column(
            f"comparables.*.{name}",
            table,
            [quantile([film.ratio for film in found.films], share) for found in asked.slices.values()],
            label=f"Gross to budget, {100 * share:g} % of films stay below",
            unit="share",
            origins=list(origins.values()),
        )
        for name, share in chosen.names.items()
    }
    in_bands = (budget / graph.pick(worth, currency)).named("comparables.budget", "Budget, to find its band", currency)
    holds = _holds(stage, table, bands, in_bands)
    local = budget / worths[asked.territory]
    cells = [graph.dot(holds, ratio) * local for ratio in ratios.values()]
    unit = _currency(stage, asked)
    gross = graph.stack(scenarios, cells).named(
        f"revenue.scenarios.*.gross.{asked.territory}", f"{asked.territory}: box-office gross", unit
    )
    return Comparison(asked, chosen.funding or "", chosen.type or "", chosen.names, table, ratios, holds, gross)


def _currency(stage: Stage, asked: Asked) -> str:
    territory = stage.project.revenue.territories.get(asked.territory)
    return (territory.currency if territory else None) or asked.bands[0].currency


def _origin(found: Slice) -> Origin:
    first = found.films[0].source
    return Origin(
        "derived",
        title=f"{len(found.films)} films {found.years} ({found.words}): {first.title}",
        url=first.url,
        as_of=max(film.source.as_of for film in found.films),
        note="quantile of gross / budget at rank share × (films + 1); the films: data comparables",
    )


def _asked(stage: Stage, chosen: Comparables, territories: Sequence[str]) -> Asked | None:
    shelf = stage.catalog.comparables
    known = shelf.territories
    territory = chosen.territory or next((t for t in territories if t in known), "")
    if territory not in known or territory not in territories:
        stage.error(
            "M405",
            f"no films to compare with in {territory or ', '.join(territories) or 'any territory of the project'}",
            f"there are some for {', '.join(known)}: add the territory, or write scenarios by hand",
            PATH,
        )
        return None
    bands, films = shelf.bands[territory], shelf.films[territory]
    money = shelf.fundings(territory)
    if chosen.funding and chosen.funding not in money:
        hint = nearest(chosen.funding, money)
        stage.error("M406", f"no film has public money of '{chosen.funding}'", hint, f"{PATH}.funding")
        return None
    if chosen.budget_band and chosen.budget_band not in (ids := [b.id for b in bands]):
        hint = nearest(chosen.budget_band, ids)
        stage.error("M407", f"there is no band of budgets '{chosen.budget_band}'", hint, f"{PATH}.budget_band")
        return None
    pool = _of_type(stage, chosen, films)
    if not pool:
        return None
    if not chosen.funding:
        stage.warn(
            "W404",
            "films of any public money are compared; whose money is in a film says more about its gross than anything else",
            f"add {PATH}.funding: {', '.join(money)}",
            PATH,
        )
    slices = {
        band.id: compared(pool, bands, place, chosen.funding or "")
        for place, band in enumerate(bands)
        if chosen.budget_band in {None, band.id}
    }
    return Asked(territory, tuple(b for b in bands if b.id in slices), slices)


def _of_type(stage: Stage, chosen: Comparables, films: Sequence[Comparable]) -> Sequence[Comparable]:
    """Return the films of the type asked for; all of them where no type is, or where there are too few of it."""
    kind = stage.project.kind
    if chosen.type is None and kind in {"documentary", "series"}:
        stage.error(
            "M408",
            f"this is a {kind}, and the films to compare with are others",
            f"write scenarios by hand, or say which films stand for it: {PATH}.type",
            PATH,
        )
        return ()
    of_type = [film for film in films if chosen.type in {None, film.type}]
    if not of_type:
        types = sorted({film.type for film in films})
        hint = f"there is {', '.join(types)}; or write scenarios by hand"
        stage.error("M408", f"there is no film of the type {chosen.type} to compare with", hint, f"{PATH}.type")
        return ()
    if len(of_type) < ENOUGH:
        stage.warn(
            "W405",
            f"{len(of_type)} films of the type {chosen.type} are too few: films of every type are compared",
            f"at least {ENOUGH} are needed",
            f"{PATH}.type",
        )
        return films
    return of_type


def _holds(stage: Stage, table: Table, bands: tuple[Band, ...], budget: Node) -> Node:
    """Return 1 for the band that the budget falls into, else 0. Limits move with the price of a ticket."""
    graph, currency = stage.graph, bands[0].currency
    if len(bands) == 1:
        return graph.input_column(
            "comparables.*.chosen",
            table,
            [1.0],
            label="Band chosen",
            unit="count",
            origins=[stage.given(f"{PATH}.budget_band")],
        )
    limit = graph.input_column(
        "comparables.*.limit",
        table,
        [band.least for band in bands],
        label="Smallest budget of the band, in money of the films",
        unit=currency,
        origins=[Origin("assumed", title=f"bands of budgets, {bands[0].territory}", note=b.note) for b in bands],
    )
    least = (limit * _price_level(stage, bands[0])).named("comparables.*.from", "Smallest budget of the band", currency)
    limits = [graph.pick(least, band.id) for band in bands]
    inside: list[Node] = []
    for place, low in enumerate(limits):
        tests = [
            *([budget >= low] if place else []),
            *([budget < limits[place + 1]] if place + 1 < len(limits) else []),
        ]
        inside.append(graph.choose(graph.both(*tests), 1, 0))
    return graph.stack(table, inside).named("comparables.*.holds", "The budget is in this band", "count")


def _price_level(stage: Stage, band: Band) -> Node:
    """Return how much dearer a ticket is than in the year of the bands; 1 where no series of prices says it."""
    graph = stage.graph
    prices = stage.catalog.comparables.tickets.get(band.territory, {})
    then = prices.get(band.price_year)
    before = [year for year in prices if year < stage.project.as_of.year]
    now = prices[max(before)] if before else None
    if then is None or now is None or now.year < then.year or then.currency != now.currency:
        note = "no series of ticket prices: the limits stand as they are"
        origin = Origin("assumed", title=f"bands of budgets, {band.territory}", note=note)
        return graph.input(
            "comparables.price_level", 1.0, label="Prices, to those of the films", unit="share", origin=origin
        )
    priced = [
        graph.input(
            f"comparables.ticket_{name}",
            ticket.price,
            label=f"Average ticket in {band.territory}, {ticket.year}",
            unit=f"{ticket.currency}",
            origin=stage.from_source(ticket.basis, ticket.source),
        )
        for name, ticket in (("now", now), ("then", then))
    ]
    return (priced[0] / priced[1]).named("comparables.price_level", "Ticket prices, to those of the films", "share")
