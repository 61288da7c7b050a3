"""The kinds of rules that treaties, funds and statuses are made of: a closed list, the same as in ``treaty.schema.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

InstrumentKind = Literal[
    "convention",
    "multilateral_treaty",
    "bilateral_treaty",
    "regional_treaty",
    "fund",
    "national_status",
    "national_support",
]
Shape = Literal["share", "shares", "count", "amount", "flag", "word", "words", "roles", "points"]
LooksAt = Literal["borne", "spent", "suppliers", "finance", "people", "schedule", "countries", "declared", "nothing"]
Comparison = Literal["", "at_least", "at_most", "above", "below"]
Unmet = Literal["fail", "warn", "note"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule: the shape of its value, what of a film it looks at, and what it asks."""

    shape: Shape
    looks_at: LooksAt
    asks: str


KINDS: Final[dict[str, Kind]] = {
    # which countries, and which text
    "minimum_parties": Kind("count", "countries", "so many different parties have a co-producer in the film"),
    "precedence": Kind("word", "countries", "which text governs beside others"),
    "fallback_instrument": Kind(
        "word", "countries", "the text that is looked at while this one's limits are not known"
    ),
    "share_rules_of": Kind("word", "countries", "the limits of another text stand in for these"),
    # who bears the cost
    "minimum_share": Kind("share", "borne", "the least a co-producer may bear"),
    "maximum_share": Kind("share", "borne", "the most a co-producer may bear"),
    "full_support_share": Kind("share", "borne", "below it a country may restrict its national support"),
    "third_party_total": Kind("share", "borne", "all co-producers from outside the parties together"),
    "third_party_not_above": Kind("flag", "borne", "no co-producer from outside the parties bears more than a party"),
    "financial_only_allowed": Kind("flag", "declared", "a co-producer may take part with money alone"),
    "financial_only_share": Kind("share", "borne", "a co-producer that takes part with money alone"),
    "foreign_investment": Kind("share", "finance", "money from abroad"),
    # where it is spent, and on whom
    "spend_proportional": Kind("word", "spent", "spending at home goes with the share borne"),
    "third_party_services": Kind("share", "spent", "technical services bought outside the co-producing countries"),
    "works_by_national_organisations": Kind("share", "suppliers", "works by organisations registered in the country"),
    # who works on it
    "participation_proportional": Kind(
        "word", "people", "artistic and technical participation goes with the share borne"
    ),
    "nationality_of_roles": Kind("roles", "people", "people whom each side, or the minority, has to bring"),
    "head_count": Kind("share", "people", "nationals or foreigners among the people in listed posts, by head"),
    "third_party_posts": Kind("count", "people", "key posts held by people from outside the parties"),
    "points_table": Kind("points", "people", "points for posts and places within the parties"),
    "points_threshold": Kind("count", "people", "points needed of a table"),
    "points_share": Kind("share", "people", "share of the points that apply to the film"),
    "points_waiver": Kind("flag", "nothing", "the authorities may accept fewer points: a warning, not a refusal"),
    "points_of": Kind("word", "people", "the points tables of another text are used"),
    # the film and its producers
    "language": Kind("words", "declared", "language of the film"),
    "language_versions": Kind("words", "declared", "final versions that have to be made"),
    "length_minimum": Kind("count", "declared", "least length"),
    "producer_status": Kind("word", "declared", "who the producer has to be"),
    "producer_ownership": Kind("share", "declared", "capital of a producer in certain hands"),
    "status_required": Kind("word", "declared", "the film has another status: the verdict of its tests decides"),
    "criteria_met": Kind("count", "declared", "so many of the listed criteria are met"),
    "content_exclusion": Kind("words", "declared", "what the film must not contain"),
    "third_party_treaty": Kind("flag", "declared", "a third country has a treaty with one of the parties"),
    "documents": Kind("words", "declared", "papers to hand in"),
    "condition": Kind("flag", "declared", "what the title says has to hold; no figure of a budget decides it"),
    # money
    "budget_threshold": Kind("amount", "borne", "a budget from which other rules hold"),
    "confirmed_finance_share": Kind("share", "finance", "finance confirmed when applying"),
    "third_party_funding": Kind("share", "finance", "funding from outside the member countries"),
    "support_cap_share": Kind("share", "finance", "support as a share of the cost"),
    "support_cap_amount": Kind("amount", "finance", "support to one film"),
    "support_grant_up_to": Kind("amount", "finance", "support up to here is a grant that is not repaid"),
    "support_form": Kind("word", "finance", "how the support is given"),
    "support_instalments": Kind("shares", "finance", "parts in which the support is paid"),
    "support_spend_in_country": Kind("share", "spent", "support that has to be spent in the country"),
    "envelope": Kind("amount", "nothing", "money of the programme in a year"),
    "repayable_share": Kind("share", "finance", "part of the support that is repaid"),
    "repayment_share": Kind("share", "finance", "part of the receipts by which support is repaid"),
    "deductible_commission": Kind("share", "finance", "distribution commission that may be deducted"),
    "collection_account_above": Kind("amount", "borne", "budget from which a collection account is needed"),
    "receipts": Kind("word", "declared", "how receipts are divided"),
    # time
    "filing_lead": Kind("count", "schedule", "the application comes so long before shooting"),
    "letter_age": Kind("count", "finance", "age of a letter of intent"),
    "shooting_before_decision": Kind("share", "schedule", "shooting done before the decision"),
    "calls_per_year": Kind("count", "nothing", "calls in a year"),
    # what is said, and tests nothing
    "counting": Kind("flag", "nothing", "how costs and money are counted"),
    "benefit": Kind("flag", "nothing", "what the status brings"),
    "clause": Kind("flag", "nothing", "what else the text says"),
    "warning": Kind("flag", "nothing", "what a producer has to be warned of"),
}

INSTRUMENT_KINDS: Final = ("convention", "multilateral_treaty", "bilateral_treaty", "regional_treaty", "fund",
                           "national_status", "national_support")  # fmt: skip
WORKS: Final = ("fiction", "documentary", "animation", "series")
CONFIDENCE: Final = ("firm", "medium", "low", "unknown")
ADDRESSES: Final = ("exact", "pattern", "id_only", "site_only", "none")
"""How an address was come by; ``pattern``: rebuilt from a document's number and not opened again."""
COMPARISONS: Final = ("at_least", "at_most", "above", "below")
UNMET: Final = ("fail", "warn", "note")
NUMBERS: Final = ("share", "count", "amount")
PARTIES: Final = ("two", "three_or_more")
WHO: Final = (
    "each_coproducer", "majority_coproducer", "minority_coproducer", "smallest_coproducer", "third_party_coproducer",
    "domestic_producer", "producer", "leading_company", "one_country", "all_together",
)  # fmt: skip
WHEN: Final = (
    "without_bilateral_treaty", "with_consent", "exceptional", "high_cost", "treaty_allows", "money_only", "female_director",
    "debut", "special_merit", "children_and_youth", "distribution", "socially_significant", "auteur",
    "minority_coproduction", "with_third_countries",
)  # fmt: skip
OF: Final = (
    "total_production_cost", "approved_cost", "definitive_cost", "budget", "estimated_cost", "financing",
    "financing_in_each_country", "listed_people", "works_at_estimate_prices", "applicable_points", "support", "capital",
    "shooting_days", "receipts",
)  # fmt: skip
UNITS: Final = ("countries", "posts", "points", "minutes", "months", "criteria", "calls")
ROLES: Final = (
    "director", "scriptwriter", "composer", "author", "head_technician", "technician", "major_role", "leading_role",
    "supporting_role", "camera", "sound", "production_design", "costume", "editing",
)  # fmt: skip
