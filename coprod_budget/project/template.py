"""What a budget template may say: parameters, charges and lines that a project starts from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from coprod_budget.project.part import Part
from coprod_budget.project.schema import MAX_LINES, Charge, Line
from coprod_budget.project.source import Located
from coprod_budget.project.types import (
    Amount,
    Currency,
    Id,
    Param,
    Quantity,
    Text,
    no_entries,
)


class TemplateParam(Part):
    """A number of the template that a project may change."""

    value: Param = Field(description="The default.", examples=[40])
    unit: Text = Field(description="What is counted.", examples=["people"])
    why: Text = Field(description="Why this default.", examples=["a usual crowd on a city street"])
    source: Text | None = Field(default=None, description="Where the default comes from.")


class TemplateCharge(Charge):
    """A charge with the reason for it."""

    why: Text = Field(description="Why the charge is there, and why this rate.", examples=["asked for by financiers"])


class Assumed(Part):
    """A price to use where no table has one; always shown as assumed."""

    low: Amount = Field(description="Low price.", examples=[100])
    mid: Amount = Field(description="Middle price.", examples=[150])
    high: Amount = Field(description="High price.", examples=[250])
    currency: Currency = Field(description="Currency of the three.", examples=["EUR"])
    reason: Text = Field(
        description="What the figure leans on.", examples=["no tariff found; order of magnitude of ..."]
    )


class TemplateLine(Line):
    """A line of a template: where it belongs, why it is there, and what to assume without a price."""

    why: Text = Field(description="Why the line is there, in one clause.", examples=["one gaffer a city"])
    where: Literal["each_city", "home", "post"] = Field(
        default="home",
        description="One line per shooting city (its id gets `_CITY`), in the home city, or in post city.",
    )
    assumed: Assumed | None = Field(default=None, description="Price to use where no table has the item.")
    when: Quantity | None = Field(
        default=None, description="The line is dropped where this is 0; over parameters and the schedule."
    )


class Template(Located, Part):
    """A whole template file, validated."""

    id: Id = Field(description="Name of the template: the file's name.", examples=["feature_medium"])
    title: Text = Field(description="Title for lists.", examples=["Feature, medium budget"])
    description: Text = Field(description="What it is for and what it is not.", examples=["A 30 to 40 day feature."])
    params: dict[Id, TemplateParam] = Field(default_factory=no_entries, max_length=500, description="Parameters.")
    charges: dict[Id, TemplateCharge] = Field(default_factory=no_entries, max_length=100, description="Charges.")
    lines: list[TemplateLine] = Field(description="Lines.", examples=["[]"], max_length=MAX_LINES)
