"""What a project file may say: one small class per section. ``Field`` descriptions become the JSON Schema for editors."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from typing import Literal

from pydantic import Field

from coprod_budget.project.cashflow import Cashflow
from coprod_budget.project.expressions import Number
from coprod_budget.project.finance import Finance, no_default
from coprod_budget.project.law import Film, IncentiveChoices, People, Treaty, or_ids, or_word
from coprod_budget.project.part import Part
from coprod_budget.project.revenue import Revenue
from coprod_budget.project.source import Located
from coprod_budget.project.types import (
    BY_SHARE,
    Amount,
    Basis,
    Bearer,
    Country,
    Currency,
    Date,
    Days,
    Factor,
    Id,
    Labour,
    Level,
    Param,
    Phase,
    Place,
    Premium,
    Quantity,
    Rounding,
    Share,
    Text,
    UnitsPerEuro,
    Weeks,
    no_entries,
    no_items,
)
from coprod_budget.project.uncertainty import UncertaintySection  # noqa: TC001 - pydantic reads it
from coprod_budget.project.variants import Variant  # noqa: TC001 - pydantic reads it
from coprod_budget.project.waterfall import Rule  # noqa: TC001 - pydantic reads it

MAX_LINES = 5000


class Partner(Part):
    """One co-producer."""

    name: Text = Field(description="The company's name.", examples=["Neva Pictures"])
    country: Country = Field(description="Country of the company, two letters (ISO 3166).", examples=["RU"])
    currency: Currency = Field(description="The currency the partner keeps its books in.", examples=["RUB"])
    share: Share = Field(
        description="Agreed share of the budget; the shares of all partners sum to 100%.", examples=["60%"]
    )
    delegate: bool = Field(
        default=False, description="The delegate producer; if nobody is named, the partner with the largest share."
    )
    participation: Literal["full", "financial"] = Field(
        default="full", description="financial: takes part with money alone, without artists or technicians."
    )
    recovers_vat: bool = Field(default=True, description="Whether the company gets the VAT on its purchases back.")


class Schedule(Part):
    """When and where the film is made; the quantities of the budget are computed from it."""

    shoot_days: dict[Id, Days] = Field(
        description="Shooting days by city.", examples=["{moscow: 14, belgrade: 8}"], min_length=1, max_length=50
    )
    start: Date | None = Field(default=None, description="First day of preparation (as_of if not given).")
    prep_weeks: Weeks = Field(default=6.0, description="Weeks of preparation before the shoot.")
    days_per_week: float = Field(default=6.0, ge=1, le=7, description="Shooting days a week.")
    wrap_weeks: Weeks = Field(default=1.0, description="Weeks of winding up after the shoot.")
    post_weeks: Weeks = Field(default=20.0, description="Weeks of post-production.")
    delivery: Date | None = Field(default=None, description="Day of delivery.")
    release: Date | None = Field(default=None, description="Day of the first release.")
    home: Id | None = Field(
        default=None, description="Home city of the unit; the city with the most shooting days if not given."
    )
    post_city: Id | None = Field(default=None, description="City of post-production; the home city if not given.")


class Line(Part):
    """One line of the budget: either a typed ``rate`` and ``currency``, or an ``item`` of the cost table of a ``city``."""

    account: Id = Field(description="Department the line belongs to.", examples=["cast"])
    id: Id = Field(
        default="",
        json_schema_extra=no_default,
        description="Name of the line for --set and explain; a template's line of this id is replaced. "
        "Made from the description if not given.",
    )
    description: Text = Field(
        default="", json_schema_extra=no_default, description="What is paid for; needed unless an item is given."
    )
    item: Id | None = Field(default=None, description="Item of the cost tables; its price is looked up.")
    city: Id | None = Field(default=None, description="City whose cost table prices the item, and where it is spent.")
    quantity: Quantity = Field(
        default_factory=lambda: Number(1.0),
        description="How many units: a number, or an expression such as `shoot_days.moscow * 1.1 + prep_weeks * 6`.",
        json_schema_extra={"default": 1},
    )
    people: Quantity = Field(
        default_factory=lambda: Number(1.0),
        description="How many people (or pieces) at once: a number or an expression; multiplies the quantity.",
        json_schema_extra={"default": 1},
    )
    unit: Id | None = Field(default=None, description="Unit of the rate: day, week, flat...")
    rate: Amount | None = Field(default=None, description="Typed price of one unit, in `currency`.")
    currency: Currency | None = Field(default=None, description="Currency of the typed rate.")
    basis: Basis = Field(
        default="assumed", description="What the typed rate stands on; anything but assumed needs a source."
    )
    source: Text | None = Field(default=None, description="Where the typed rate comes from.")
    level: Level | None = Field(default=None, description="Price level of this line; the budget's if not given.")
    phase: Phase = Field(default="shoot", description="When the money is spent.")
    person: Id | None = Field(
        default=None, description="Lines of one person share the ceilings of employer charges; any id."
    )
    labour: Labour = Field(
        default="none",
        description="Who is paid: an employee (employer charges are due), a contractor (nothing is due), a self_employed, sole_trader "
        "or author (what the law of the country of spend says), a company, or nobody in particular (none).",
    )
    pay: Literal["gross", "net"] = Field(
        default="gross", description="net: the rate is what reaches the payee; taxes on it come on top."
    )
    pay_case: Id | None = Field(
        default=None, description="Which case of the law of pay, where a country has several.", examples=["costs_43"]
    )
    payee: Country | None = Field(
        default=None, description="Country where who is paid is at home; the country of spend if not given."
    )
    taxed_there: bool = Field(default=True, description="Whether the money is taxed in the country of spend.")
    vat: Literal["none", "excluded", "included"] | None = Field(
        default=None, description="How VAT stands to the rate; as in `budget.vat` if not given."
    )
    bearer: Bearer | None = Field(
        default=None, description="Who bears the line: a partner, {partner: share} or by_share; else `split` decides."
    )
    spent: Place | None = Field(
        default=None, description="Where the money is spent: a city or a country (two letters); else the line's city."
    )
    why: Text | None = Field(default=None, description="Why the line is there, or why this quantity.")


class Charge(Part):
    """An amount on top of the lines: contingency, bond, overhead, insurance... A ``rate`` of a base, or an ``amount``."""

    label: Text | None = Field(default=None, description="Name in the report.")
    rate: Share | None = Field(default=None, description="Share of the base.", examples=["10%"])
    amount: Amount | None = Field(default=None, description="A fixed amount instead of a rate.")
    currency: Currency | None = Field(default=None, description="Currency of the fixed amount.")
    base: list[Id] | None = Field(
        default=None,
        max_length=100,
        description="Account groups and other charges that the rate applies to, e.g. [above_the_line, production, post].",
    )
    exclude: list[Id] = Field(default_factory=no_items, max_length=200, description="Departments left out of the base.")
    cap: Amount | None = Field(default=None, description="The charge is at most this.")
    cap_currency: Currency | None = Field(default=None, description="Currency of the cap.")
    bearer: Bearer | None = Field(
        default=None, description="Who bears the charge: a partner, {partner: share} or by_share."
    )
    basis: Basis = Field(default="assumed", description="What the rate stands on; anything but assumed needs a source.")
    source: Text | None = Field(default=None, description="Where the rate comes from.")


class Adjust(Part):
    """Factors on what lines cost, for a cut or a reserve that is not worked out line by line; the nearest to a line holds for it."""

    all: Factor = Field(default=1.0, description="Factor on every line.", examples=["95%"])
    groups: dict[Id, Factor] = Field(
        default_factory=no_entries,
        max_length=10,
        description="Factor on the lines of an account group.",
        examples=["{post: 90%}"],
    )
    accounts: dict[Id, Factor] = Field(
        default_factory=no_entries,
        max_length=200,
        description="Factor on the lines of a department.",
        examples=["{art: 85%}"],
    )
    lines: dict[Id, Factor] = Field(
        default_factory=no_entries,
        max_length=MAX_LINES,
        description="Factor on a line; 1 keeps it as it is.",
        examples=["{lead: 1}"],
    )


class Budget(Part):
    """A template, own lines, or both."""

    template: Id | None = Field(default=None, description="Budget to start from.", examples=["feature_medium"])
    level: Level = Field(default="mid", description="Which price of the cost tables: low, mid or high.")
    rounding: Rounding = Field(default="cent", description="How a line's amount is rounded in its own currency.")
    vat: Literal["none", "excluded", "included"] = Field(
        default="none",
        description="How VAT stands to the prices: none (prices are net and it is recovered), excluded (it comes on top), included.",
    )
    derive: bool = Field(
        default=False, description="Fill prices missing in a city from the nearest city by a sourced ratio."
    )
    params: dict[Id, Param] = Field(
        default_factory=no_entries, max_length=500, description="Parameters of the template."
    )
    lines: list[Line] = Field(
        default_factory=no_items,
        max_length=MAX_LINES,
        description="Lines added to the template's, or replacing them by id.",
    )
    remove: list[Id] = Field(
        default_factory=no_items, max_length=MAX_LINES, description="Ids of template lines to leave out."
    )
    charges: dict[Id, Charge] = Field(
        default_factory=no_entries, max_length=100, description="Charges on top of the lines."
    )
    adjust: Adjust = Field(
        default_factory=Adjust,
        description="Factors on what lines cost, on all or by group, department or line; what they change is assumed.",
        examples=["{all: 95%, accounts: {cast: 1}}"],
    )


class Split(Part):
    """Who bears what. The first rule that fits decides: the line's own bearer, its account, its city, the default."""

    cities: dict[Id, Bearer] = Field(default_factory=no_entries, max_length=100, description="Bearer by city.")
    accounts: dict[Id, Bearer] = Field(
        default_factory=no_entries, max_length=200, description="Bearer by department or charge."
    )
    default: Bearer = Field(default=BY_SHARE, description="Bearer of everything else.")


class Returns(Part):
    """What the worth of the money that comes back is measured by."""

    discount_rate: Premium = Field(
        default=0.10, description="Rate a year at which later money is worth less, for net present values; assumed."
    )


class Project(Located, Part):
    """A whole project file, validated: ids known, shares summing to 100%, expressions parsed."""

    title: Text = Field(description="Title of the film.", examples=["The Danube Crossing"])
    as_of: Date = Field(
        description="The day the estimate stands on: it chooses prices, exchange rates, taxes and rules.",
        examples=["2026-09-30"],
    )
    partners: dict[Id, Partner] = Field(
        description="The co-producers.",
        examples=["{ru: {name: Neva Pictures, country: RU, currency: RUB, share: 100%}}"],
        min_length=1,
        max_length=20,
    )
    schedule: Schedule = Field(description="When and where.", examples=["{shoot_days: {moscow: 20}}"])
    kind: Literal["fiction", "documentary", "animation", "series"] = Field(
        default="fiction", description="Kind of production."
    )
    currency: Currency = Field(default="EUR", description="Currency of the reports.")
    budget: Budget = Field(default_factory=Budget, description="Template, lines and charges.")
    split: Split = Field(default_factory=Split, description="Who bears what.")
    fx: dict[Currency, UnitsPerEuro] = Field(
        default_factory=no_entries,
        max_length=50,
        description="Fixed exchange rates of a signed contract, in units per euro; else the dated table.",
    )
    film: Film = Field(default_factory=Film, description="What rules ask about the film itself.")
    people: People = Field(
        default_factory=no_entries,
        max_length=50,
        description="Who is who, for tests of points and nationality: by post.",
        examples=["{director: RU, lead: RS}"],
    )
    treaty: Treaty = Field(
        default_factory=Treaty,
        description="Treaty under which the film is made: auto, none, an id, or details.",
        json_schema_extra=or_word,
    )
    incentives: IncentiveChoices = Field(
        default_factory=no_items,
        max_length=60,
        description="Programmes that the film applies to: ids, or entries with details; auto: every open one where money is spent.",
        json_schema_extra=or_ids,
    )
    finance: list[Finance] = Field(default_factory=no_items, max_length=200, description="Sources of finance.")
    cashflow: Cashflow = Field(default_factory=Cashflow, description="Details of the cash flow.")
    revenue: Revenue = Field(default_factory=Revenue, description="Territories and scenarios.")
    returns: Returns = Field(default_factory=Returns, description="How returns are measured.")
    waterfall: list[Rule] = Field(default_factory=no_items, max_length=200, description="Who is paid, in order.")
    uncertainty: UncertaintySection = Field(
        default_factory=no_entries,
        description="Which numbers are uncertain, by their path, and how they move together; for `simulate`.",
        examples=["{fx.RUB: {dist: lognormal, sigma: 18%}}"],
    )
    base: Text | None = Field(
        default=None,
        description="Another project file, of which this one holds only the differences: beside it, below it, or one folder up.",
        examples=["../film.yaml"],
    )
    variants: dict[Id, Variant] = Field(
        default_factory=no_entries,
        max_length=50,
        description="Named sets of changes to choose from with `--variant`; each mirrors the file, and may have a `label`.",
        examples=["{early: {label: A month earlier, schedule: {start: 2027-02-01}}}"],
    )

    @property
    def delegate(self) -> str:
        """Id of the delegate producer: the one named, or the largest share (the first of equals)."""
        named = [key for key, partner in self.partners.items() if partner.delegate]
        return named[0] if named else max(self.partners, key=lambda key: self.partners[key].share)

    @property
    def start(self) -> date:
        """First day of preparation: the one named, or ``as_of``."""
        return self.schedule.start or self.as_of

    @property
    def home(self) -> str:
        """Home city: the one named, or the city with the most shooting days (the first of equals)."""
        days = self.schedule.shoot_days
        return self.schedule.home or max(days, key=lambda city: days[city])

    @property
    def post_city(self) -> str:
        """City of post-production: the one named, or the home city."""
        return self.schedule.post_city or self.home
