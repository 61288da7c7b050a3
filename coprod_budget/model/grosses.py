"""How much an outlet grosses in every run: by hand, by tickets sold, of comparable films, or in proportion to the cinemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import Origin, evaluate, plain
from coprod_budget.model.comparables import PATH
from coprod_budget.model.flows import ALONE
from coprod_budget.model.territories import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node, Table, Values
    from coprod_budget.model.comparables import Comparison
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.outlets import Place
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.territories import Terms


class Grosses(NamedTuple):
    """Gross of a territory's cinemas by scenario, of every outlet by run, and what is tried where a territory is alone."""

    by_scenario: dict[str, Node]
    by_run: dict[str, Node]
    alone: dict[str, Node]


def build_grosses(
    stage: Stage,
    flows: Flows,
    territories: Mapping[str, Terms],
    places: Sequence[Place],
    comparison: Comparison | None,
    budget: Node,
) -> Grosses:
    """Build the gross of every outlet in every run, in the territory's currency."""
    graph = stage.graph
    found = Grosses({}, {}, _alone(stage, [t for t in territories.values() if t.partner], budget))
    for i, terms in territories.items():
        if len(flows.scenarios):
            found.by_scenario[i] = _cinema(stage, terms, flows.scenarios, comparison, territories)
    for place in places:
        key, label, unit = f"runs.*.gross.{place.key}", f"{place.name}: gross", place.terms.currency
        ratio = getattr(place.given, "gross_per_cinema", None)
        if place.given is place.terms.given:
            scenarios, alone = found.by_scenario.get(place.terms.id), found.alone.get(place.terms.id)
        elif ratio is not None:
            path = f"{place.path}.gross_per_cinema"
            per_cinema = number(stage, path, ratio, f"{place.name}: gross for each unit in the cinemas", "share")
            by_run = found.by_run[f"{place.terms.id}.cinema"] * per_cinema
            found.by_run[place.key] = by_run.named(key, label, unit)
            continue
        else:
            scenarios, alone = _medium(stage, place, flows.scenarios), None
        cells: list[Node | float] = [
            graph.pick(scenarios, s) if scenarios is not None else 0 for s in flows.scenarios.keys
        ]
        others = flows.runs.keys[len(cells) :]
        cells += [alone if alone is not None and run == ALONE + place.terms.id else 0 for run in others]
        found.by_run[place.key] = graph.stack(flows.runs, cells).named(key, label, unit)
    return found


def _alone(stage: Stage, territories: Sequence[Terms], budget: Node) -> dict[str, Node]:
    """Return the gross that is tried in each territory alone; it begins at what simple terms need to return the budget."""
    graph = stage.graph
    terms = [
        t
        for each in territories
        for t in (each.worth, each.vat, each.exhibitor, each.fee, each.p_and_a, each.guarantee)
    ]
    values = evaluate(graph, [budget, *terms])
    note = (
        "a gross to be tried, whatever the scenarios say: about what returns the budget; break-evens are solved for it"
    )
    return {
        each.id: graph.input(
            f"alone.{each.id}.gross",
            float(round(_returning(each, values, values.number(budget)))),
            label=f"{each.name} alone: gross to be tried",
            unit=each.currency,
            origin=Origin("assumed", title="tried", note=note),
        )
        for each in territories
    }


def _returning(terms: Terms, values: Values, budget: float) -> float:
    """Return the gross at which a territory's cinemas alone return the budget on simple terms: no steps, caps and other media.

    0 where the minimum guarantee is enough, or where no gross is (the terms leave the producers nothing).
    """
    need = budget / values.number(terms.worth)  # all as it stands: what is tried decides nothing
    vat, exhibitor, fee, p_and_a = (values.number(n) for n in (terms.vat, terms.exhibitor, terms.fee, terms.p_and_a))
    kept = (1 - exhibitor) * (1 - plain(terms.given.levy)) / (1 + vat)
    if terms.fee_base == "gross":
        top, bottom = need + p_and_a, kept - fee
    else:
        before_fee = p_and_a * (1 - fee) if terms.fee_base == "net" else p_and_a
        top, bottom = need + before_fee, kept * (1 - fee)
    return top / bottom if bottom > 0 and need > values.number(terms.guarantee) else 0.0


def _cinema(
    stage: Stage, terms: Terms, table: Table, comparison: Comparison | None, territories: Mapping[str, Terms]
) -> Node:
    """Return the gross of the cinemas over the scenarios: by hand, of comparable films, or by ratio to those."""
    graph, revenue = stage.graph, stage.project.revenue
    key, label = f"revenue.scenarios.*.gross.{terms.id}", f"{terms.name}: box-office gross"
    paths = [f"revenue.scenarios.{i}.gross.{terms.id}" for i in revenue.scenarios]
    if comparison is not None:
        assert revenue.comparables is not None
        home = comparison.asked.territory
        if terms.id == home:
            return comparison.gross
        if terms.id in revenue.comparables.others:
            path = f"{PATH}.others.{terms.id}"
            words = f"Gross in {terms.name} to gross in {territories[home].name}"
            ratio = number(stage, path, revenue.comparables.others[terms.id], words, "share")
            gross = comparison.gross * territories[home].worth / terms.worth * ratio
            return gross.named(key, label, terms.currency)
        paths = [f"{PATH}.gross.{terms.id}.{i}" for i in revenue.scenarios]
        if terms.id not in revenue.comparables.gross:
            stage.warn(
                "W406",
                f"no gross in {terms.name}: the films compared are those of {home} alone",
                f"add {PATH}.others: {{{terms.id}: 10%}}, or {PATH}.gross by hand",
                PATH,
            )
    sold = [s.admissions.get(terms.id) for s in revenue.scenarios.values()]
    by_tickets = None
    if terms.ticket_price is not None and any(tickets is not None for tickets in sold):
        admissions = graph.input_column(
            f"revenue.scenarios.*.admissions.{terms.id}",
            table,
            [tickets or 0.0 for tickets in sold],
            label=f"{terms.name}: tickets sold",
            unit="tickets",
            origins=[stage.given(f"revenue.scenarios.{i}.admissions.{terms.id}") for i in revenue.scenarios],
        )
        by_tickets = admissions * terms.ticket_price
        if not any(terms.id in s.gross for s in revenue.scenarios.values()):
            return by_tickets.named(key, label, terms.currency)
    gross = graph.input_column(
        key,
        table,
        [s.gross.get(terms.id, 0.0) for s in revenue.scenarios.values()],
        label=label,
        unit=terms.currency,
        origins=[stage.given(path) for path in paths],
    )
    if by_tickets is None:
        return gross
    both = f"{terms.name}: box-office gross, as stated or by tickets sold"
    return (gross + by_tickets).named(f"scenario.*.territory.{terms.id}.box_office", both, terms.currency)


def _medium(stage: Stage, place: Place, table: Table) -> Node | None:
    """Return the gross of another medium over the scenarios as the file states it; None where it does not."""
    scenarios, territory = stage.project.revenue.scenarios, place.terms.id
    stated = [s.media.get(territory, {}) for s in scenarios.values()]
    if not any(place.medium in media for media in stated):
        return None
    paths = [f"revenue.scenarios.{i}.media.{territory}.{place.medium}" for i in scenarios]
    return stage.graph.input_column(
        f"revenue.scenarios.*.media.{territory}.{place.medium}",
        table,
        [dict(media).get(place.medium, 0.0) for media in stated],  # type: ignore[call-overload]
        label=f"{place.name}: gross",
        unit=place.terms.currency,
        origins=[stage.given(path) for path in paths],
    )
