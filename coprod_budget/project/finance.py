"""Where the money comes from: the sources of finance with their terms, when they are paid and what repays the loans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from coprod_budget.project.part import Part
from coprod_budget.project.types import (
    MAX_AMOUNT,
    Amount,
    Country,
    Currency,
    Date,
    Id,
    Place,
    Premium,
    Share,
    TerritoryId,
    Text,
    no_items,
    word_or,
)
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

Kind = Literal[
    "own", "equity", "grant", "advance", "presale", "guarantee", "rebate", "loan", "deferral", "in_kind", "sponsorship",
]  # fmt: skip
Milestone = Literal["signature", "start", "prep", "shoot_start", "shoot_end", "picture_lock", "delivery", "release"]
MILESTONES: Final[tuple[Milestone, ...]] = (
    "signature", "start", "prep", "shoot_start", "shoot_end", "picture_lock", "delivery", "release",
)  # fmt: skip

RECOUPED: Final = ("equity", "advance", "loan", "deferral")
"""Kinds that are paid back out of receipts unless the entry says otherwise."""
NO_CASH: Final = ("deferral", "in_kind")
"""Kinds that pay for the film without any money reaching it."""
WITH_PREMIUM: Final = ("equity", "advance")
REPAYING: Final = ("presale", "guarantee", "rebate", "grant", "advance", "sponsorship")
"""Kinds whose money may be promised to a lender: paid later than it is needed, by somebody other than the film."""
PAID_ON: Final[dict[str, Milestone]] = {
    "own": "start", "equity": "start", "grant": "start", "advance": "start", "sponsorship": "start",
    "presale": "delivery", "guarantee": "delivery", "rebate": "delivery",
}  # fmt: skip
"""When a source is paid where the entry does not say (assumed): all of it on this day; a rebate after the lag of its programme as
well. Loans without instalments are drawn as they are needed; deferrals and things in kind are never paid in."""

_MOMENT_HINT = f"write {', '.join(MILESTONES)}, or a date such as 2027-03-01"


def _moment(value: Any, day: Callable[[Any], Any]) -> Any:
    if isinstance(value, str) and value in MILESTONES:
        return value
    if isinstance(value, str) and not value[:1].isdigit():
        raise PydanticCustomError("word", "found {found}", {"found": shown(value), "hint": _MOMENT_HINT})
    return day(value)


if TYPE_CHECKING:
    Moment = date | Milestone
    FinanceAmount = float | Literal["gap", "expected"]
else:
    Moment = Annotated[
        Date,
        WrapValidator(_moment),
        WithJsonSchema({"anyOf": [{"enum": list(MILESTONES)}, {"type": "string", "format": "date"}]}),
    ]
    FinanceAmount = Annotated[
        Amount,
        WrapValidator(word_or("gap", "expected")),
        WithJsonSchema(
            {"anyOf": [{"type": "number", "minimum": 0, "maximum": MAX_AMOUNT}, {"enum": ["gap", "expected"]}]}
        ),
    ]

Months = Annotated[float, Field(ge=0, le=600)]


def no_default(schema: dict[str, Any]) -> None:
    """An editor should not offer the empty text that stands for a value of our own making."""
    schema.pop("default", None)


class Instalment(Part):
    """One payment of a source."""

    share: Share | None = Field(default=None, description="Part of the source; the parts sum to 100%.")
    amount: Amount | None = Field(default=None, description="Amount instead of a part, in the source's currency.")
    on: Moment = Field(description="When it is paid: a milestone of the schedule or a date.", examples=["delivery"])
    after_months: Months = Field(default=0.0, description="Months after that day.")


class Finance(Part):
    """One source of finance."""

    id: Id = Field(description="Name of the source in the waterfall and in reports.", examples=["fund"])
    name: Text = Field(description="Name of the source.", examples=["Equity fund"])
    kind: Kind = Field(
        description="own: the partner's own money, named; equity; grant; advance: public money that is recouped; presale; guarantee: "
        "a distributor's minimum guarantee; rebate, a tax credit as well; loan; deferral: pay that waits; in_kind: things instead of "
        "money; sponsorship.",
        examples=["equity"],
    )
    partner: Id = Field(description="The partner who brings it and bears what it costs.", examples=["ru"])
    amount: FinanceAmount = Field(
        description="Amount in `currency`; of a loan also `gap`: what its partner still needs, its own cost included; of a rebate "
        "also `expected`: what the programme is expected to pay.",
        examples=[400000],
    )
    currency: Currency = Field(
        default="",
        json_schema_extra=no_default,
        description="Currency of the amount; needed unless the amount is worked out.",
    )
    premium: Premium = Field(
        default=0.0, description="Premium on equity or an advance, paid by a rule with `amount: premium`."
    )
    source: Text | None = Field(default=None, description="Letter, contract or page that says so.")
    status: Literal["secured", "applied", "hoped"] | None = Field(
        default=None, description="How sure the money is: secured by contract, applied for, or hoped for."
    )
    country: Country | None = Field(
        default=None, description="Country the money comes from; the partner's if not given."
    )
    programme: Id | None = Field(
        default=None, description="Id of the fund or support it comes from, whose rules limit it."
    )
    instalments: list[Instalment] = Field(
        default_factory=no_items,
        max_length=50,
        description="When it is paid; if not given: presale and guarantee on delivery, a rebate after delivery and the lag of its "
        "programme, loans as they are needed, everything else at the start.",
    )
    territory: TerritoryId | None = Field(
        default=None,
        description="Of a presale or guarantee: the territory whose distributor recoups it from the producers' net there.",
    )
    spend_in: Place | None = Field(
        default=None, description="A city or a country (two letters) where the source has to be spent."
    )
    spend_share: Premium | None = Field(
        default=None, description="Part of the source that has to be spent there; all of it if not given."
    )
    counts: bool = Field(
        default=True,
        description="Whether it counts as confirmed finance where a treaty or fund asks for a share of it; false: never, even when "
        "it is secured.",
    )
    recoups: bool | None = Field(
        default=None, description="Whether it is paid back from receipts; equity, advance, loan and deferral are."
    )
    security: Literal["senior", "gap", "mezzanine"] | None = Field(
        default=None, description="Rank of a loan: senior, then gap, then mezzanine; gap if not given."
    )
    interest: Premium | None = Field(default=None, description="Interest a year on a loan.")
    fee: Share | None = Field(default=None, description="Arrangement fee, as a share of the loan.")
    costs: Amount | None = Field(
        default=None, description="Fixed costs of a loan, such as its lawyers, in the loan's currency."
    )
    months: Months | None = Field(
        default=None,
        description="Months for which the loan is outstanding on average; from its instalments (the first day of shooting) to "
        "`repaid_on` if not given.",
    )
    repaid_on: Moment | None = Field(
        default=None, description="When a loan is repaid: a milestone or a date; the release if not given."
    )
    repaid_from: list[Id] = Field(
        default_factory=no_items,
        max_length=20,
        description="Sources of the same partner whose money repays the loan first; what they leave is repaid by the waterfall.",
    )

    @property
    def is_recouped(self) -> bool:
        """Whether receipts pay it back."""
        return self.kind in RECOUPED if self.recoups is None else self.recoups

    @property
    def rank(self) -> Literal["senior", "gap", "mezzanine"]:
        """Rank among loans."""
        return self.security or "gap"

    @property
    def payments(self) -> list[Instalment]:
        """When it is paid: as written, or all of it at the moment usual for its kind; nothing where that is not said in advance."""
        if self.instalments or self.kind not in PAID_ON:
            return self.instalments
        return [Instalment.model_construct(share=1.0, amount=None, on=PAID_ON[self.kind], after_months=0.0)]
