"""What a project file says for the law: the film, who works on it, which treaty, which incentives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple

from pydantic import Field, PlainValidator, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from coprod_budget.project.part import Part
from coprod_budget.project.types import (
    COUNTRY,
    MAX_AMOUNT,
    Amount,
    Currency,
    Date,
    Id,
    Share,
    Text,
    no_entries,
    no_items,
    word_or,
)
from coprod_budget.yaml_reader import shown

Format = Literal[
    "feature", "documentary", "animation", "short", "tv_film", "tv_series", "documentary_series", "animated_series",
    "high_end_tv", "children_tv", "digital", "commercial", "music_video", "reality", "post_only",
]  # fmt: skip
Quality = Literal[
    "debut", "female_director", "children_and_youth", "special_merit", "socially_significant", "auteur", "difficult_film",
]  # fmt: skip
Grant = Literal["with_consent", "exceptional", "high_cost"]

ROLES: Final = (
    "director", "scriptwriter", "composer", "lead", "second_role", "third_role", "supporting_role", "cinematographer",
    "sound", "editor", "production_designer", "costume_designer", "technician", "researcher", "character_designer",
    "conception", "storyboard", "chief_decorator", "backgrounds", "layout", "animation", "rigging", "compositing",
)  # fmt: skip
"""Posts that points tables and tests of nationality ask for."""


class Person(NamedTuple):
    """Who holds a post: nationalities and country of residence, two letters each; ``resident`` is empty where not said."""

    nationality: tuple[str, ...]
    resident: str = ""
    name: str = ""


_PERSON_HINT = "write RU, or {nationality: RU, resident: RS, name: ...}; several people as a list"
_PEOPLE_SCHEMA: dict[str, Any] = {
    "type": "string", "pattern": COUNTRY,
}  # fmt: skip
_PERSON_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _PEOPLE_SCHEMA,
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["nationality"],
            "properties": {
                "nationality": {"anyOf": [_PEOPLE_SCHEMA, {"type": "array", "items": _PEOPLE_SCHEMA, "minItems": 1}]},
                "resident": _PEOPLE_SCHEMA,
                "name": {"type": "string"},
            },
        },
    ]
}


def _country(value: Any) -> str:
    if isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper():
        return value
    raise PydanticCustomError(
        "person", "expected a country, found {found}", {"found": shown(value), "hint": _PERSON_HINT}
    )


def _person(value: Any) -> Person:
    if not isinstance(value, dict):
        return Person((_country(value),))
    strange = sorted(set(value) - {"nationality", "resident", "name"})
    if strange or "nationality" not in value:
        found = f"unknown key {shown(strange[0])}" if strange else "no nationality"
        raise PydanticCustomError("person", "{found}", {"found": found, "hint": _PERSON_HINT})
    given = value["nationality"]
    nationality = tuple(map(_country, given)) if isinstance(given, list) and given else (_country(given),)
    resident = _country(value["resident"]) if value.get("resident") is not None else ""
    return Person(nationality, resident, str(value.get("name") or "")[:200])


def _people(value: Any) -> tuple[Person, ...]:
    if isinstance(value, list):
        if len(value) > 100:
            raise PydanticCustomError("person", "{found} people", {"found": len(value), "hint": "give at most 100"})
        return tuple(map(_person, value))
    return (_person(value),)


_FACT_SCHEMA = {"anyOf": [{"type": "boolean"}, {"type": "number", "minimum": 0, "maximum": MAX_AMOUNT}]}


def _fact(value: Any) -> bool | float:
    if isinstance(value, bool) or (isinstance(value, int | float) and 0 <= value <= MAX_AMOUNT):
        return value
    found = {"found": shown(value), "hint": "write true, false or a number from 0"}
    raise PydanticCustomError("fact", "expected true, false or a number, found {found}", found)


if TYPE_CHECKING:
    Fact = bool | float
    Facts = dict[str, dict[str, bool | float]]
    People = dict[str, tuple[Person, ...]]
else:
    Fact = Annotated[Any, PlainValidator(_fact), WithJsonSchema(_FACT_SCHEMA)]
    Facts = dict[Id, dict[Id, Fact]]
    People = dict[
        Id,
        Annotated[
            Any,
            PlainValidator(_people),
            WithJsonSchema({"anyOf": [_PERSON_SCHEMA, {"type": "array", "items": _PERSON_SCHEMA}]}),
        ],
    ]


class Film(Part):
    """What treaties, funds and incentives ask about the film itself."""

    format: Format | None = Field(
        default=None, description="What incentives call the film; from `kind` if not given: fiction is a feature."
    )
    minutes: Annotated[float, Field(gt=0, le=100_000)] | None = Field(
        default=None,
        description="Length; the template's parameter runtime_minutes if not given. Of a series: of one episode.",
    )
    episodes: Annotated[int, Field(ge=1, le=10_000)] | None = Field(default=None, description="Episodes of a series.")
    languages: list[Text] = Field(
        default_factory=no_items, max_length=20, description="Languages of the original version.", examples=["[ru]"]
    )
    versions: list[Text] = Field(
        default_factory=no_items, max_length=50, description="Languages of the final versions that are made."
    )
    qualities: list[Quality] = Field(
        default_factory=no_items, max_length=20, description="What the film is, where a rule asks for it."
    )


class Treaty(Part):
    """Which treaty, and what only the producers can say about its conditions."""

    instrument: Id = Field(default="auto", description="auto, none, or the id of an instrument (`data treaties`).")
    applied_on: Date | None = Field(
        default=None, description="Day of the application: chooses the rules; as_of if not given."
    )
    granted: list[Grant] = Field(
        default_factory=no_items, max_length=10, description="Exceptions that the authorities have granted."
    )
    also: list[Id] = Field(
        default_factory=no_items,
        max_length=30,
        description="Further instruments to test (funds, national statuses), beside those of the partners' countries.",
    )
    facts: Facts = Field(
        default_factory=no_entries,
        max_length=60,
        description="By instrument and rule, what no budget can tell: `{ets147_1992: {rights: true}}`; `all: true` "
        "confirms every condition of the instrument.",
    )


class Incentive(Part):
    """One programme that the film applies to."""

    id: Id = Field(description="Id of the programme (`data incentives`).", examples=["rs_cash_rebate"])
    partner: Id | None = Field(
        default=None, description="Who receives it; the partner of the programme's country, else the delegate producer."
    )
    turn_on: bool = Field(default=False, description="Count it although it is doubtful, closed or unknown today.")
    rate: Share | None = Field(
        default=None, description="The rate that was granted or is expected, where the law leaves it open."
    )
    amount: Amount | None = Field(
        default=None, description="The amount that was granted or is expected, in `currency`."
    )
    spend: Amount | None = Field(
        default=None, description="Qualifying spend by hand, in `currency`, instead of what the budget spends there."
    )
    currency: Currency | None = Field(
        default=None, description="Currency of `amount` and `spend`; the programme's if not given."
    )
    probability: Share | None = Field(default=None, description="Chance to get it.")
    facts: dict[Id, Fact] = Field(
        default_factory=no_entries,
        max_length=60,
        description="By rule or test, what no budget can tell: points of a cultural test, `promotes_country: true`...",
    )
    source: Text | None = Field(default=None, description="Letter, decision or page that says so.")


def or_word(schema: dict[str, Any]) -> None:
    """Let one word stand for the whole section in the JSON Schema."""
    schema["anyOf"] = [{"type": "string"}, {"$ref": schema.pop("$ref")}]


def or_ids(schema: dict[str, Any]) -> None:
    """Let ids stand for entries, and auto for the whole list, in the JSON Schema."""
    items = {"anyOf": [{"type": "string"}, schema.pop("items")]}
    schema["anyOf"] = [
        {"const": "auto"},
        {"type": schema.pop("type"), "items": items, "maxItems": schema.pop("maxItems")},
    ]


if TYPE_CHECKING:
    IncentiveChoices = list[Incentive] | Literal["auto"]
else:
    IncentiveChoices = Annotated[list[Incentive], WrapValidator(word_or("auto"))]
