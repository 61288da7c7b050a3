"""The figures of an estimate by their key, with the names that belong to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.graph import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node, Values
    from coprod_budget.model import Model


class Figures(NamedTuple):
    """A model and its values. ``scenarios`` are those to report, in the order of the file."""

    model: Model
    values: Values
    scenarios: tuple[str, ...]

    @classmethod
    def of(cls, model: Model, values: Values, scenarios: Sequence[str] | None = None) -> Figures:
        """Return the figures, of every scenario unless some are named."""
        every = model.revenue.scenarios.keys
        return cls(model, values, every if scenarios is None else tuple(s for s in every if s in scenarios))

    def number(self, key: str) -> float | None:
        """Return a quantity by its key; None where it is undefined or the model has no such quantity."""
        found = self.model.graph.find(key)
        if found is None:
            return None
        value = self.values.number(*found)
        return value if math.isfinite(value) else None

    def of_node(self, node: Node) -> float:
        """Return the value of a scalar that may have no key of its own."""
        return (self.values if node in self.values else evaluate(self.model.graph, [node])).number(node)

    def row_of(self, node: Node, row: int) -> float:
        """Return one row of a column that may have no key of its own."""
        return (self.values if node in self.values else evaluate(self.model.graph, [node])).number(node, row)

    def exactly(self, key: str) -> float:
        """Return a quantity that every model has."""
        value = self.number(key)
        if value is None:
            msg = f"the model has no figure {key!r}"
            raise KeyError(msg)
        return value

    def text(self, column: str, row: int) -> str:
        """Return one cell of a column of text."""
        cells = self.model.graph[column].value
        assert isinstance(cells, tuple)
        return str(cells[row])

    def has(self, key: str) -> bool:
        """Say whether the model has the quantity."""
        return self.model.graph.find(key) is not None

    @property
    def currency(self) -> str:
        """The currency of the report."""
        return self.model.project.currency

    @property
    def partners(self) -> dict[str, str]:
        """Names of the partners by id."""
        return {i: p.name for i, p in self.model.project.partners.items()}

    def city(self, city: str) -> str:
        """Return the name of a city (or of money spent in no city)."""
        known = self.model.catalog.cities
        return known[city].label if city in known else "In no particular city" if city == "no_city" else city

    @staticmethod
    def country(country: str) -> str:
        """Return the code of a country (or what stands for money spent in none)."""
        return "In no particular country" if country == "no_country" else country

    def party(self, party: str) -> str:
        """Return the name of a party of the waterfall."""
        return self.model.waterfall.names.get(party, party)

    def territory(self, territory: str) -> str:
        """Return the name of a territory."""
        terms = self.model.revenue.territories.get(territory)
        return terms.name if terms else territory

    def account(self, account: str) -> tuple[str, str]:
        """Return code and name of an account: from the chart for departments, no code for charges."""
        chart = self.model.catalog.chart()
        if account in chart:
            return chart[account].code, chart[account].name
        charges = self.model.budget.charges
        rows = {self.text("charges.*.account", n): label for n, label in enumerate(charges.labels)}
        if account in rows:
            return "", rows[account]
        departments = self.model.catalog.departments
        return "", departments[account].label if account in departments else account
