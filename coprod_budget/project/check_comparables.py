"""What scenarios from comparables must say to be complete: quantiles in order, a weight for each, territories that exist."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from coprod_budget.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

PLACE: tuple[Key, ...] = ("revenue", "comparables")
TOLERANCE = 1e-9


def check_comparables(project: Project, source: Source) -> Iterator[Problem]:
    """Return what is wrong with the section; nothing where scenarios are given by hand."""
    chosen = project.revenue.comparables
    if chosen is None:
        return
    if project.revenue.scenarios:
        yield source.problem(
            PLACE,
            "P320",
            "scenarios are given by hand and from comparables",
            "keep one: delete `comparables`, or write `scenarios: from_comparables`",
            key=True,
        )
    if any(low >= high for low, high in pairwise(chosen.quantiles)):
        yield source.problem(
            (*PLACE, "quantiles"), "P321", "the quantiles are not in rising order", "write them like [10%, 50%, 90%]"
        )
    if chosen.weights and len(chosen.weights) != len(chosen.quantiles):
        yield source.problem(
            (*PLACE, "weights"),
            "P321",
            f"{len(chosen.weights)} weights for {len(chosen.quantiles)} quantiles",
            "give one weight a quantile, or none",
        )
    elif chosen.weights and abs(sum(chosen.weights) - 1) > TOLERANCE:
        total = f"{sum(chosen.weights) * 100:.10g}%"
        yield source.problem((*PLACE, "weights"), "P303", f"the weights sum to {total}", "they must sum to 100%")
    yield from _territories(project, source)


def _territories(project: Project, source: Source) -> Iterator[Problem]:
    chosen, known = project.revenue.comparables, project.revenue.territories
    assert chosen is not None
    places: list[tuple[tuple[Key, ...], str]] = [((*PLACE, "others", t), t) for t in chosen.others]
    places += [((*PLACE, "gross", t), t) for t in chosen.gross]
    if chosen.territory:
        places.append(((*PLACE, "territory"), chosen.territory))
    for place, territory in places:
        if known and territory not in known:
            yield source.problem(
                place,
                "P304",
                f"unknown territory '{territory}'",
                nearest(territory, known),
                key=place[-1] == territory,
            )
    for territory, gross in chosen.gross.items():
        place = (*PLACE, "gross", territory)
        if territory in chosen.others:
            yield source.problem(
                place, "P321", f"the gross in {territory} is given by hand and by ratio", "keep one", key=True
            )
        for name in gross:
            if name not in chosen.names:
                yield source.problem(
                    (*place, name), "P321", f"there is no scenario '{name}'", nearest(name, chosen.names), key=True
                )
        if missing := [name for name in chosen.names if name not in gross]:
            yield source.problem(
                place, "P321", f"no gross in {territory} for {', '.join(missing)}", "give one a scenario", key=True
            )
