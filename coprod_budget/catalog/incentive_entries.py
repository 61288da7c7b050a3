"""What incentives are made of: closed lists of kinds, and the shapes of their values. The same lists stand in the JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from coprod_budget.catalog.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

Number = float | Unknown
Logic = Literal["all", "any"]

INSTRUMENTS: Final = ("cash_rebate", "refundable_tax_credit", "transferable_tax_credit", "grant", "competitive_grant")
STATUSES: Final = ("open", "doubtful", "suspended", "closed", "unknown")
FORMATS: Final = (
    "feature", "documentary", "animation", "short", "tv_film", "tv_series", "documentary_series", "animated_series",
    "high_end_tv", "children_tv", "digital", "commercial", "music_video", "reality", "post_only", "live_action",
)  # fmt: skip
SPENDS: Final = (
    "local", "other", "goods_and_services", "labour", "vfx", "non_european_above_the_line",
    "withholding_tax_of_foreign_cast_and_crew", "hire_of_city_property", "promotion",
)  # fmt: skip
TESTS: Final = (
    "local_spend_above", "local_spend_at_least", "local_spend_share_of_budget_at_least", "spend_above", "total_budget_below",
    "shooting_days_at_least", "local_crew_share_at_least", "processed_shots_share_at_least",
    "processed_shots_per_minute_at_least", "shoot_in_less_developed_region", "promotes_country", "hires_local_students",
)  # fmt: skip
PERS: Final = ("project", "season", "episode", "minute", "company_year", "person")
BASES_OF: Final = (
    "total_budget", "total_core", "production_cost", "qualifying_spend", "local_spend", "planned_spend", "approved_spend",
    "cap_per_project", "rebate", "screen_time",
)  # fmt: skip
WHENS: Final = ("official_coproduction", "eu_coproduction", "difficult_film")
EXCLUDED: Final = (
    "vat", "marketing", "distribution", "development", "depreciation", "asset_purchase", "real_estate", "customs",
    "per_diem_abroad", "pilots", "publicly_funded_spend",
)  # fmt: skip
APPLICANTS: Final = (
    "company", "producer", "coproducer", "service_company", "branch", "foreign_company", "distributor", "platform",
    "broadcaster",
)  # fmt: skip
ENVELOPES: Final = ("statutory_minimum", "planned", "announced", "approved", "allotted", "paid", "reported")
STACKINGS: Final = ("exclusive", "base_net_of", "same_line_once", "allowed")

WORDS: Final[dict[str, Sequence[str]]] = {
    "vat": ("excluded", "included", "not_charged"),
    "people_counted": ("tax_resident", "citizen_or_resident", "eea_resident", "eu_resident"),
    "cast_pay": ("collective_minimum", "taxpayers_only"),
    "when_exhausted": ("first_come", "first_into_production", "selection", "pro_rata"),
    "national_film": ("required",),
    "official_coproduction": ("required", "excluded"),
    "reference_film": ("required",),
    "release": ("cinema",),
}
"""Rules whose value is one word, with the words."""

KINDS: Final[dict[str, str]] = {
    "rate": "rate",
    # what counts
    "base": "text", "base_share": "share", "base_cap": "amount", "excluded": "names", "vat": "word",
    "people_counted": "word", "cast_pay": "word", "person_cap": "amount", "line_cap": "share", "foreign_spend": "share",
    # how little and how much
    "minimum_spend": "amount_or_share", "minimum_budget": "amount", "maximum_budget": "amount",
    "cap_per_project": "amount", "cap_per_minute": "amount", "aid_ceiling": "share", "when_exhausted": "word",
    # what is left of it, and when
    "taxable": "share", "fee": "share", "payment": "text", "payment_lag": "lag", "stacking": "stacking",
    # who and what may have it
    "applicant": "names", "test": "count", "national_film": "word", "official_coproduction": "word",
    "reference_film": "word", "release": "word", "national_financing": "share", "finance_in_place": "share",
    "guarantee": "share", "screen_time": "share", "spend_achieved": "share", "shooting_days": "count",
    "runtime": "count", "episodes": "count", "time_limit": "count", "registration": "count", "contract_age": "count",
    "lookback": "count", "trainees": "amount", "requirement": "text", "condition": "text",
}  # fmt: skip
"""Kinds of rules, and the shape of their values."""

NONE: Final = "none"
"""The value of a limit of which the source says that there is none; not to be confused with UNKNOWN."""


@dataclass(frozen=True, slots=True)
class RateTest:
    """A condition of a raised rate: ``test`` says which, of ``value`` or of an amount; ``alternative`` will do instead."""

    test: str
    value: float | None = None
    amount: float | None = None
    currency: str = ""
    spend: str = ""
    alternative: RateTest | None = None


@dataclass(frozen=True, slots=True)
class Flat:
    """One rate of the base."""

    kind: ClassVar[str] = "flat"
    rate: float


@dataclass(frozen=True, slots=True)
class FlatUpTo:
    """At most this rate, as the body sees fit: the low and the expected rate are not known."""

    kind: ClassVar[str] = "flat_up_to"
    rate: float


@dataclass(frozen=True, slots=True)
class RateRange:
    """A rate between two ends."""

    kind: ClassVar[str] = "range"
    low: Number
    expected: Number
    high: Number


@dataclass(frozen=True, slots=True)
class Tier:
    """Spend ``above`` this amount earns this rate, with a cap of its own where there is one."""

    above: float
    rate: float
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class WholeByLocalSpend:
    """The tier that local spend reaches sets the rate for all of it."""

    kind: ClassVar[str] = "whole_by_local_spend"
    currency: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The rate of the part of the base up to this amount; None is the rest."""

    up_to: float | None
    rate: float


@dataclass(frozen=True, slots=True)
class RaisedSlice:
    """The rate of the first slice when all tests are met."""

    rate: float
    tests: tuple[RateTest, ...]


@dataclass(frozen=True, slots=True)
class Marginal:
    """Every slice of the base earns its own rate."""

    kind: ClassVar[str] = "marginal"
    currency: str
    slices: tuple[Slice, ...]
    raised_first_slice: RaisedSlice | None = None


@dataclass(frozen=True, slots=True)
class Bonus:
    """What is added to the base rate when the tests are met; ``total`` is the rate then."""

    id: str
    add: float
    total: float
    logic: Logic
    tests: tuple[RateTest, ...]


@dataclass(frozen=True, slots=True)
class BasePlusBonus:
    """A base rate and bonuses."""

    kind: ClassVar[str] = "base_plus_bonus"
    base: float
    bonuses: tuple[Bonus, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What points from ``points_min`` to ``points_max`` (None: without end) add to the base rate."""

    points_min: float
    points_max: float | None
    add: float


@dataclass(frozen=True, slots=True)
class Points:
    """A base rate, and more for points: so much a point within bounds, or by steps; between the steps nothing is known."""

    kind: ClassVar[str] = "points"
    base: float
    per_point: float | None = None
    bonus_minimum: float | None = None
    bonus_maximum: float | None = None
    maximum: float | None = None
    steps: tuple[Step, ...] = ()
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeByCondition:
    """The raised rate is for everything when the tests are met."""

    kind: ClassVar[str] = "whole_by_condition"
    rate: float
    raised: float
    logic: Logic
    tests: tuple[RateTest, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A grant that nobody can compute: what it was, or is hoped to be."""

    low: Number
    expected: Number
    high: Number
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Competitive:
    """A grant by competition: a rate or an amount, and the probability to get any."""

    kind: ClassVar[str] = "competitive"
    rate: Number
    amount: Estimate
    probability: Number


Rate = (
    Flat | FlatUpTo | RateRange | WholeByLocalSpend | Marginal | BasePlusBonus | Points | WholeByCondition | Competitive
)
RATE_KINDS: Final = tuple(rate.kind for rate in Rate.__args__)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money. ``or_share_of_budget``: that share of the budget where it is less. ``soft``: the body may go above."""

    amount: float
    currency: str
    per: str = "project"
    of: str = ""
    what: str = ""
    when: str = ""
    or_share_of_budget: float | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A share of something (UNKNOWN where the source does not say of what), of ``what``, perhaps with an amount beside it."""

    share: float
    of: str | Unknown
    what: str = ""
    when: str = ""
    leaves_out: tuple[str, ...] = ()
    amount: float | None = None
    above: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """So many of a unit: at least, at most; ``of`` is how many there are, ``each_part`` what every part of a test needs."""

    unit: str
    minimum: Number | None = None
    maximum: Number | None = None
    of: float | None = None
    each_part: float | None = None
    per: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Lag:
    """Months from the end of the work to the money; ``part`` names the part of it that comes at another time."""

    low: Number
    typical: Number
    high: Number
    part: str = ""


@dataclass(frozen=True, slots=True)
class Stacking:
    """How it goes with other money on the same lines: other incentives by id, or ``public_funds``, or ``any``."""

    rule: str
    others: tuple[str, ...]


Value = Rate | Amount | Share | Count | Lag | Stacking | str | tuple[str, ...]
