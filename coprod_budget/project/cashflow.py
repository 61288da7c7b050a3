"""What the months of the cash flow stand on, where the schedule and the sources of finance do not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from coprod_budget.project.part import Part
from coprod_budget.project.types import Id, Share, no_entries

TENTHS: Final = 10

Lag = Annotated[float, Field(ge=0, le=60)]
if TYPE_CHECKING:
    Curve = list[float]
else:
    Curve = Annotated[list[Share], Field(min_length=TENTHS, max_length=TENTHS)]


class Cashflow(Part):
    """When money moves, where nothing else says it."""

    late_months: Lag = Field(default=6.0, description="How late a source is in the test of lateness, in months.")
    rebate_months: Lag = Field(
        default=12.0,
        description="Months from the end of the work to the money of a rebate, where the data do not know it.",
    )
    picture_lock: Share = Field(
        default=0.5, description="How far post-production is when the picture is locked, as a share of its weeks."
    )
    curves: dict[Id, Curve] = Field(
        default_factory=no_entries,
        max_length=200,
        description="When a department or a charge is paid: ten shares of its cost, one for each tenth of the time from the start to "
        "delivery; else evenly over the phases of its lines (a charge: as the lines are paid).",
        examples=["{insurance: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]}"],
    )
