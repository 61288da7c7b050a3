"""Where the film plays and how well: territories with their terms, and scenarios by hand or from real films."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from coprod_budget.project.distribution import OtherMedium, SalesAgent, Territory  # noqa: TC001 - pydantic reads them
from coprod_budget.project.part import Part
from coprod_budget.project.types import Amount, Id, Premium, Share, TerritoryId, Text, no_entries, no_items

FROM_COMPARABLES: Final = "from_comparables"
QUANTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
LEAST_QUANTILE: Final = 0.05
"""Twenty films tell no more than one in twenty: the ends of the distribution are not for asking."""

Quantile = Annotated[Share, Field(ge=LEAST_QUANTILE, le=1 - LEAST_QUANTILE)]


class Scenario(Part):
    """One outcome: gross or admissions by territory, and gross of other media; at least one of the three."""

    label: Text | None = Field(default=None, description="Name in the report.")
    weight: Share = Field(description="Probability; the weights of all scenarios sum to 100%.", examples=["50%"])
    gross: dict[TerritoryId, Amount] = Field(
        default_factory=no_entries,
        max_length=100,
        description="Gross box office by territory, in the territory's currency.",
        examples=["{RU: 150000000}"],
    )
    admissions: dict[TerritoryId, Amount] = Field(
        default_factory=no_entries,
        max_length=100,
        description="Tickets sold by territory, instead of the gross; needs the territory's `ticket_price`.",
        examples=["{RU: 500000}"],
    )
    media: dict[TerritoryId, dict[OtherMedium, Amount]] = Field(
        default_factory=no_entries,
        max_length=100,
        description="Gross of other media by territory, in the territory's currency, instead of `gross_per_cinema` there.",
        examples=["{RU: {tv: 20000000}}"],
    )


class Comparables(Part):
    """Scenarios from what real films of the same budget and public money grossed (`data comparables`)."""

    territory: TerritoryId | None = Field(
        default=None, description="Territory whose films are compared; the project's first that has any in the data."
    )
    budget_band: Id | None = Field(
        default=None, description="Band of budgets; if not given, the one that the budget falls into."
    )
    funding: Id | None = Field(default=None, description="Public money in the films; films of any if not given.")
    type: Literal["fiction", "animation", "documentary"] | None = Field(
        default=None, description="Films of this type only; fiction and animation together if not given."
    )
    quantiles: list[Quantile] = Field(
        default_factory=lambda: list(QUANTILES),
        min_length=1,
        max_length=20,
        description="One scenario a quantile: the gross that so many of the films did not exceed; 10, 25, 50, 75 and 90% if not given.",
    )
    weights: list[Share] = Field(
        default_factory=no_items,
        max_length=20,
        description="Probabilities of the scenarios; if not given, the part of the films that lies nearest each quantile.",
    )
    others: dict[TerritoryId, Premium] = Field(
        default_factory=no_entries,
        max_length=100,
        description="Other territories by ratio: gross there, for each unit of gross in the compared territory.",
    )
    gross: dict[TerritoryId, dict[Id, Amount]] = Field(
        default_factory=no_entries,
        max_length=100,
        description="Other territories by hand: gross by scenario, in the territory's currency.",
    )

    @property
    def names(self) -> dict[str, float]:
        """Quantiles by the id of their scenario: p10, p25, p12_5."""
        return {f"p{f'{100 * q:.10g}'.replace('.', '_')}": q for q in self.quantiles}

    @property
    def parts(self) -> list[float]:
        """Probabilities of the scenarios: as given, or the part of all ranks that lies nearer this quantile than any other."""
        if self.weights:
            return self.weights
        halves = [(low + high) / 2 for low, high in zip(self.quantiles, self.quantiles[1:], strict=False)]
        return [high - low for low, high in zip([0.0, *halves], [*halves, 1.0], strict=True)]

    def scenarios(self) -> dict[str, Scenario]:
        """Return the scenarios, without the gross that only the model can tell."""
        by_hand = {name: {t: gross[name] for t, gross in self.gross.items() if name in gross} for name in self.names}
        return {
            name: Scenario.model_construct(label=name.replace("_", "."), weight=weight, gross=by_hand[name])
            for name, weight in zip(self.names, self.parts, strict=True)
        }


class Revenue(Part):
    """Where the film plays, and how well."""

    territories: dict[TerritoryId, Territory] = Field(
        default_factory=no_entries, max_length=100, description="Territories and their terms."
    )
    scenarios: dict[Id, Scenario] = Field(
        default_factory=no_entries,
        max_length=50,
        description="Scenarios of box office, with weights; or `from_comparables`: quantiles of real films.",
    )
    comparables: Comparables | None = Field(
        default=None, description="Details of scenarios from comparables; may also stand under `scenarios`."
    )
    period: Literal["month", "quarter", "half_year", "year"] = Field(
        default="quarter", description="How often receipts are accounted for and paid on."
    )
    sales_agent: SalesAgent | None = Field(default=None, description="Who sells the film abroad, and for what.")


def write_out(revenue: Any, moved: Any) -> None:
    """Write ``scenarios: from_comparables``, or the details under that word, as a section of its own.

    ``moved`` is told that the section now stands elsewhere than in the file.
    """
    if not isinstance(revenue, dict):
        return
    scenarios = revenue.get("scenarios")
    if scenarios == FROM_COMPARABLES:
        del revenue["scenarios"]
        if not isinstance(revenue.get("comparables"), dict):
            revenue["comparables"] = {}
            moved(("revenue", "scenarios"))
    elif isinstance(scenarios, dict) and list(scenarios) == [FROM_COMPARABLES] and "comparables" not in revenue:
        del revenue["scenarios"]
        revenue["comparables"] = scenarios[FROM_COMPARABLES] or {}
        moved(("revenue", "scenarios", FROM_COMPARABLES))


def describe(schema: dict[str, Any]) -> None:
    """Let the word, or the details under the word, stand for the scenarios in the JSON Schema of the project."""
    scenarios = schema["$defs"]["Revenue"]["properties"]["scenarios"]
    kept = {key: scenarios.pop(key) for key in list(scenarios) if key not in {"title", "description"}}
    details = {
        "type": "object",
        "properties": {FROM_COMPARABLES: {"anyOf": [{"$ref": "#/$defs/Comparables"}, {"type": "null"}]}},
        "required": [FROM_COMPARABLES],
        "additionalProperties": False,
    }
    scenarios["anyOf"] = [{"const": FROM_COMPARABLES}, details, kept]
