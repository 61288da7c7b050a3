"""What a film of this budget would gross if it did as well, for its budget, as each of the films it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.errors import nearest
from coprod_budget.graph import evaluate
from coprod_budget.model.comparables import compared, place_of

if TYPE_CHECKING:
    from coprod_budget.model.build import Model


class NotComparableError(ValueError):
    """There are no such films: what was found, and what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def compared_grosses(
    model: Model,
    territory: str,
    *,
    budget_band: str = "",
    funding: str = "",
    type: str = "",  # noqa: A002 - as in the file
) -> tuple[tuple[float, ...], str]:
    """Return a gross for each film of the slice, in the territory's currency, and in words which films they are.

    The budget is that of the film as it stands. Bands of budgets are those of the data, without the change of ticket prices since.
    """
    shelf = model.catalog.comparables
    _known(territory, shelf.territories, "films of the territory")
    bands = shelf.bands[territory]
    if budget_band:
        _known(budget_band, [band.id for band in bands], "band of budgets")
    if funding:
        _known(funding, shelf.fundings(territory), "public money")
    films = [film for film in shelf.films[territory] if type in {"", film.type}]
    if not films:
        _known(type, sorted({film.type for film in shelf.films[territory]}), "films of the type")
    terms = model.project.revenue.territories.get(territory)
    currency = (terms.currency if terms else None) or bands[0].currency
    graph = model.graph
    found = {code: graph.find(f"fx_worth.{code}") for code in (currency, bands[0].currency)}
    for code, node in found.items():
        if node is None:
            msg = f"no amount of the film is in {code}, so its rate is not known"
            raise NotComparableError(msg, f"fix it with fx.{code}, or add the territory {territory}")
    values = evaluate(graph, [graph["budget.total"], graph["fx_worth"]])
    total = values.number("budget.total")
    local, in_bands = (total / values.number(f"fx_worth.{code}") for code in (currency, bands[0].currency))
    place = next((n for n, band in enumerate(bands) if band.id == budget_band), place_of(bands, in_bands))
    chosen = compared(films, bands, place, funding)
    return tuple(
        film.ratio * local for film in chosen.films
    ), f"{len(chosen.films)} films {chosen.years} ({chosen.words})"


def _known(word: str, known: list[str], what: str) -> None:
    if word not in known:
        msg = f"no {what} {word!r}"
        raise NotComparableError(msg, nearest(word, known))
