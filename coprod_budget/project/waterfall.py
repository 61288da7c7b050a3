"""The waterfall: one step after the other, who is paid what out of the money that comes in, from when and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from coprod_budget.project.distribution import Later  # noqa: TC001 - pydantic reads it
from coprod_budget.project.finance import no_default
from coprod_budget.project.part import Part
from coprod_budget.project.types import (
    Amount,
    Currency,
    Date,
    Id,
    Pay,
    Premium,
    Receipts,
    RuleShare,
    Share,
    TerritoryId,
    UntilAmount,
    no_items,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod_budget.yaml_reader import Key

Kind = Literal[
    "percent_of_gross", "share", "fixed", "until_repaid", "until_recouped", "until", "net_profit", "bonus",
]  # fmt: skip
BY_DUE: Final = ("premium", "interest")
"""Amounts that are worked out from what each party invested."""


class Limit(Part):
    """What ends a step, inside one receipt. Give one of: amount, party, date, admissions, gross."""

    amount: Amount | None = Field(default=None, description="All that the step has paid, in `currency`.")
    party: Id | None = Field(
        default=None, description="A party that the step pays; with `total` or `multiple`: what it has received."
    )
    total: Amount | None = Field(default=None, description="What the party has received, in `currency`.")
    multiple: Premium | None = Field(
        default=None, description="What the party has received, for each unit of its investment.", examples=["150%"]
    )
    steps: list[Id] = Field(
        default_factory=no_items,
        max_length=200,
        description="Count only what these steps paid the party; all it has received if not given.",
    )
    date: Date | None = Field(default=None, description="The day on which the step stops paying.")
    admissions: Amount | None = Field(default=None, description="Tickets sold in the cinemas of `territory`.")
    gross: Amount | None = Field(default=None, description="Gross of the cinemas of `territory`, in its currency.")
    territory: TerritoryId | None = Field(default=None, description="Where admissions or gross are counted.")
    currency: Currency | None = Field(
        default=None, description="Currency of the amount or total; the project's if not given."
    )
    later: list[Later] = Field(
        default_factory=no_items, max_length=50, description="What the amount or total grows by later."
    )


class Opening(Part):
    """What begins a step, inside one receipt. Give one of: date, admissions, gross."""

    date: Date | None = Field(default=None, description="The day on which the step begins to pay.")
    admissions: Amount | None = Field(default=None, description="Tickets sold in the cinemas of `territory`.")
    gross: Amount | None = Field(default=None, description="Gross of the cinemas of `territory`, in its currency.")
    territory: TerritoryId | None = Field(default=None, description="Where admissions or gross are counted.")


def or_number_or_date(schema: dict[str, Any]) -> None:
    """Let a number stand for ``{amount: ...}``, and a day for ``{date: ...}``, in the JSON Schema."""
    schema["anyOf"] = [{"type": "number", "minimum": 0}, {"type": "string", "format": "date"}, *schema["anyOf"]]


def or_date(schema: dict[str, Any]) -> None:
    """Let a day stand for ``{date: ...}`` in the JSON Schema."""
    schema["anyOf"] = [{"type": "string", "format": "date"}, *schema["anyOf"]]


class Rule(Part):
    """One step of the waterfall: what comes in is paid to these parties, in this order."""

    pay: Pay = Field(
        description="Who is paid: a partner, a finance id or another party; a list; or {party: share}.",
        examples=["fund"],
    )
    kind: Kind = Field(
        description="percent_of_gross: a rate of the producers' gross receipts; share: shares of what reaches the step, the rest "
        "flows on; fixed: an amount; until_repaid: until a loan is paid back; until_recouped: until the investment is back; until: "
        "until an amount, the premium or interest; net_profit: shares of what is left; bonus: paid by a party, not by the pool.",
        examples=["until_recouped"],
    )
    id: Id = Field(
        default="", json_schema_extra=no_default, description="Name of the step; step_1, step_2... if not given."
    )
    rate: Share | None = Field(
        default=None,
        description="Rate of percent_of_gross, of share with one party, or of a bonus: of what its payer gets.",
        examples=["20%"],
    )
    of: list[Receipts] | None = Field(
        default=None,
        min_length=1,
        max_length=600,
        description="Only money from these territories, or from one medium of a territory.",
        examples=["[RU, RS.tv]"],
    )
    amount: UntilAmount | None = Field(
        default=None,
        description="Amount of fixed, until or a bonus; `premium` stands for the premium on the investment, `interest` for interest "
        "on what of it is not back yet.",
    )
    currency: Currency | None = Field(default=None, description="Currency of the amount; the project's if not given.")
    later: list[Later] = Field(
        default_factory=no_items, max_length=50, description="What the amount of fixed or until grows by later."
    )
    share: RuleShare | None = Field(
        default=None, description="How a list of parties shares: pari_passu (by what each invested), equal, or shares."
    )
    premium: Premium | None = Field(
        default=None, description="Premium for this step, instead of the one in finance.", examples=["20%"]
    )
    interest: Premium | None = Field(
        default=None, description="Interest a year, with `amount: interest`; a loan's own if not given."
    )
    compounding: Literal["simple", "yearly", "period"] | None = Field(
        default=None,
        description="Whether interest earns interest: simple (it does not), yearly, or every period of accounts; simple if not given.",
    )
    until: Limit | None = Field(
        default=None,
        json_schema_extra=or_number_or_date,
        description="What ends the step: details, or in short a number (all that it has paid) or a date.",
        examples=["{party: fund, multiple: 120%}"],
    )
    after: Opening | None = Field(
        default=None,
        json_schema_extra=or_date,
        description="What begins the step: details, or in short a date.",
        examples=["{admissions: 500000, territory: RU}"],
    )
    paid_by: Id | None = Field(default=None, description="The party that pays a bonus.")
    steps: list[Id] = Field(
        default_factory=no_items,
        max_length=200,
        description="Steps whose money to the payer a bonus is a rate of; all that it gets if not given.",
    )

    @property
    def payees(self) -> tuple[str, ...]:
        """The parties, in the order written."""
        return tuple(self.pay)

    @property
    def sharing(self) -> Literal["pari_passu", "equal"] | dict[str, float]:
        """How the parties share: as written; pari passu where an investment or what it earns is paid, else equally."""
        if isinstance(self.pay, dict):
            return self.pay
        return self.share or ("pari_passu" if self.by_due else "equal")

    @property
    def by_due(self) -> bool:
        """Whether each party is paid in proportion to what it is due."""
        return self.kind in {"until_repaid", "until_recouped"} or self.amount in BY_DUE

    @property
    def needs_interest(self) -> bool:
        """Whether a rate of interest is wanted that the step does not give, so that its payees have to."""
        return self.kind == "until" and self.amount == "interest" and self.interest is None

    @property
    def parts(self) -> dict[str, float]:
        """Of kind share: what part of the money that reaches the step each party takes."""
        return self.pay if isinstance(self.pay, dict) else dict.fromkeys(self.pay, self.rate or 0.0)


def write_out(rules: Any, moved: Callable[[tuple[Key, ...], tuple[Key, ...]], None]) -> None:
    """Write ``until: 50000`` and ``until: 2030-12-31`` out; ``moved`` is told where the value stood and where it stands now."""
    for number, rule in enumerate(rules if isinstance(rules, list) else []):
        if not isinstance(rule, dict):
            continue
        for key in ("until", "after"):
            value, place = rule.get(key), ("waterfall", number, key)
            if isinstance(value, str):
                name = "date"
            elif key == "until" and isinstance(value, int | float) and not isinstance(value, bool):
                name = "amount"
            else:
                continue
            rule[key] = {name: value}
            moved(place, (*place, name))
