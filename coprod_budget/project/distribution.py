"""The terms on which a film is distributed: a territory with its cinemas and other media, and the agent who sells it abroad."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from coprod_budget.project.finance import Moment, Months  # noqa: TC001 - pydantic reads them
from coprod_budget.project.part import Part
from coprod_budget.project.types import (
    MAX_AMOUNT,
    Amount,
    Currency,
    Id,
    Premium,
    Share,
    TerritoryId,
    Text,
    TicketVat,
    no_entries,
    no_items,
)

OtherMedium = Literal["tv", "vod", "video", "airlines", "sales"]
Medium = Literal["cinema", "tv", "vod", "video", "airlines", "sales"]
FeeBase = Literal["rental", "gross", "net"]
Price = Annotated[float, Field(gt=0, le=MAX_AMOUNT)]


class Payment(Part):
    """One payment of the receipts of a medium."""

    share: Share = Field(description="Part of the receipts; the parts sum to 100%.", examples=["50%"])
    on: Moment = Field(default="release", description="When it is paid: a milestone of the schedule or a date.")
    after_months: Months = Field(default=0.0, description="Months after that day.")


class Later(Part):
    """What an amount grows by on a later day."""

    amount: Amount = Field(description="What is added, in the currency of the amount.", examples=[5000])
    on: Moment = Field(default="release", description="When it is added: a milestone of the schedule or a date.")
    after_months: Months = Field(default=0.0, description="Months after that day.")


class FeeStep(Part):
    """The distributor's fee on what is earned beyond a threshold: give one of the two thresholds."""

    rate: Share = Field(description="The fee beyond the threshold.", examples=["30%"])
    above_gross: Amount | None = Field(
        default=None, description="Gross so far, in the territory's currency, beyond which the rate holds."
    )
    above_admissions: Amount | None = Field(
        default=None, description="Tickets sold so far in the territory's cinemas, beyond which the rate holds."
    )


class AcceptedFee(Part):
    """The highest fee that one party accepts; what the distributor keeps above it is made good to that party."""

    rate: Share = Field(description="The most that the fee counts towards this party.", examples=["20%"])
    made_good_by: Id = Field(description="The party that pays the difference.", examples=["ru"])


class Outlet(Part):
    """Terms of one medium beside the cinemas of a territory."""

    gross_per_cinema: Premium | None = Field(
        default=None,
        description="Gross here for each unit of gross in the territory's cinemas; or give `media` in the scenarios.",
    )
    levy: Share = Field(default=0.0, description="Levies on the gross, taken off before anybody's share.")
    distributor_fee: Share | None = Field(
        default=None, description="The distributor's fee; the territory's if not given."
    )
    fee_base: FeeBase = Field(
        default="rental", description="What the fee is taken on: rental (gross less levies), gross, or net after P&A."
    )
    fee_steps: list[FeeStep] = Field(
        default_factory=no_items, max_length=20, description="Other fees beyond a threshold, the lowest first."
    )
    window_months: Months | None = Field(
        default=None, description="Months from the release until the medium opens; assumed by medium if not given."
    )
    over_months: Months | None = Field(
        default=None, description="Months over which its gross is earned; assumed by medium if not given."
    )
    pays_after_months: Months | None = Field(
        default=None, description="Months from earning to the money; assumed if not given."
    )
    paid: list[Payment] = Field(
        default_factory=no_items,
        max_length=50,
        description="When its receipts are paid, instead of the three durations.",
    )


class Territory(Part):
    """Terms of distribution in one territory; what is not given is taken from the catalogue's sourced terms."""

    name: Text | None = Field(default=None, description="Name in the report.")
    currency: Currency | None = Field(
        default=None, description="Currency of the box office; the country's if not given."
    )
    partner: Id | None = Field(default=None, description="The partner who holds the territory.")
    distributor: Id | None = Field(
        default=None,
        description="The party that distributes here; distributor_ and the territory's id (or the word of its `collateral`), in small "
        "letters, if not given.",
    )
    exclusive: bool = Field(
        default=False,
        description="Whether the partner keeps all that the territory yields; the rest of the world is pooled.",
    )
    counts_as_recoupment: bool = Field(
        default=False,
        description="Of an exclusive territory: whether its money counts towards what the partner recoups in the pool.",
    )
    ticket_vat: TicketVat | None = Field(
        default=None, description="VAT inside the ticket price: a share, exempt, or none (gross is already without it)."
    )
    ticket_price: Price | None = Field(
        default=None, description="Average price of a ticket, VAT included, in the territory's currency."
    )
    levy: Share = Field(
        default=0.0, description="Levies on the cinemas' gross without VAT, taken off before anybody's share."
    )
    exhibitor: Share | None = Field(default=None, description="Share of the net box office that cinemas keep.")
    distributor_fee: Share | None = Field(default=None, description="The distributor's fee.")
    fee_base: FeeBase = Field(
        default="rental", description="What the fee is taken on: rental, gross box office, or net after P&A."
    )
    fee_steps: list[FeeStep] = Field(
        default_factory=no_items, max_length=20, description="Other fees beyond a threshold, the lowest first."
    )
    accepted_fee: dict[Id, AcceptedFee] = Field(
        default_factory=no_entries,
        max_length=20,
        description="By party: the highest fee it accepts, and who makes good what is above.",
        examples=["{fund: {rate: 20%, made_good_by: ru}}"],
    )
    p_and_a: Amount = Field(default=0.0, description="Prints and advertising, recouped by the distributor.")
    p_and_a_later: list[Later] = Field(
        default_factory=no_items, max_length=50, description="What is spent on prints and advertising later."
    )
    p_and_a_cap: Amount | None = Field(
        default=None, description="The most of prints and advertising that the distributor recoups."
    )
    p_and_a_recouped: bool = Field(
        default=True, description="false: a gross deal, the distributor bears its prints and advertising."
    )
    minimum_guarantee: Amount = Field(
        default=0.0, description="Paid in advance by the distributor: tops up the producers' net, never paid back."
    )
    guarantee_on: Moment = Field(
        default="delivery", description="When the minimum guarantee is paid: a milestone of the schedule or a date."
    )
    guarantee_part: Share = Field(
        default=1.0,
        description="Part of the producers' net from which the guarantee is recouped, such as 80% as in France.",
    )
    window_months: Months | None = Field(
        default=None, description="Months from the release of the film until cinemas here open; 0 if not given."
    )
    over_months: Months | None = Field(
        default=None, description="Months over which the cinemas' gross is earned; assumed if not given."
    )
    pays_after_months: Months | None = Field(
        default=None, description="Months from earning to the money; assumed if not given."
    )
    paid: list[Payment] = Field(
        default_factory=no_items,
        max_length=50,
        description="When the cinemas' receipts are paid, instead of the three durations.",
    )
    media: dict[OtherMedium, Outlet] = Field(
        default_factory=no_entries,
        description="Other media and their terms: tv, vod, video, airlines, sales.",
        examples=["{tv: {gross_per_cinema: 10%}}"],
    )
    cross_collateralised: bool = Field(
        default=True,
        description="Whether prints, advertising and guarantee are recouped from every medium; false: from the cinemas alone.",
    )
    collateral: Id | None = Field(
        default=None,
        description="Territories with the same word here recoup each other's prints, advertising and guarantees.",
    )


class SalesAgent(Part):
    """Who sells the film in some territories, for a commission and the expenses of selling it."""

    id: Id = Field(default="sales_agent", description="Name of the agent in the waterfall and in reports.")
    name: Text | None = Field(default=None, description="Name in the report.")
    commission: Share = Field(description="Share of what these territories yield to the producers.", examples=["20%"])
    territories: list[TerritoryId] = Field(
        min_length=1, max_length=100, description="Where the agent sells the film.", examples=["[rest_of_world]"]
    )
    expenses: Amount = Field(default=0.0, description="Expenses of selling, recouped after the commission.")
    currency: Currency | None = Field(default=None, description="Currency of the expenses; the project's if not given.")
    expenses_cap: Amount | None = Field(default=None, description="The most of the expenses that is recouped.")
