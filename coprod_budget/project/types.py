"""The kinds of value a project file may hold: ids, shares, dates, quantities; each knows its JSON Schema.

A type checker sees what the model receives (``dict[str, float]``...); pydantic sees how to get there from YAML.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PlainValidator, StringConstraints, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from coprod_budget.errors import ProjectError
from coprod_budget.project.expressions import Expr, Number, parse_expression
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Callable

ID = r"^[a-z][a-z0-9_]*$"
TERRITORY = r"^[A-Za-z][A-Za-z0-9_]*$"
RECEIPTS = r"^[A-Za-z][A-Za-z0-9_]*(\.[a-z_]+)?$"
CURRENCY = r"^[A-Z]{3}$"
COUNTRY = r"^[A-Z]{2}$"
PLACE = r"^([a-z][a-z0-9_]*|[A-Z]{2})$"
MAX_ID = 60
MAX_AMOUNT = 1e12
YEARS: Final = (1900, 2200)
"""Days of a film; calendars of programs end in the year 9999, and money is paid years after delivery."""
BY_SHARE: Final = "by_share"

_PERCENT = re.compile(r"\s*(\d{1,12}(?:\.\d{1,12})?)\s*%\s*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(ID[1:-1])

_SHARE_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$"}],
}
_SHARES_SCHEMA: dict[str, Any] = {"type": "object", "minProperties": 1, "additionalProperties": _SHARE_SCHEMA}
_ID_SCHEMA: dict[str, Any] = {"type": "string", "pattern": ID}


def no_entries() -> dict[Any, Any]:
    """A mapping that is not given: as ``dict``, whose signature pydantic takes long to read."""
    return {}


def no_items() -> list[Any]:
    """A list that is not given: as ``list``, for the same reason."""
    return []


def parse_percent(text: str) -> float | None:
    """``40%`` as 0.4 (exactly the written decimal, not a division); None where the text is no percentage."""
    found = _PERCENT.fullmatch(text)
    return float(Decimal(found[1]).scaleb(-2)) if found else None


def _text(value: Any) -> Any:
    # A film may be called 1984; 3.10 or true would not come back as they were written, so those are refused.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _share(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    share = parse_percent(value)
    if share is None:
        raise PydanticCustomError(
            "share", "expected a share, found {found}", {"found": shown(value), "hint": "write 40% or 0.4"}
        )
    return share


def _date(value: Any) -> date:
    hint = "write it as year-month-day: 2026-09-30"
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            hint = "there is no such day; " + hint
        else:
            if YEARS[0] <= day.year <= YEARS[1]:
                return day
            hint = f"give a day of the years {YEARS[0]} to {YEARS[1]}"
    raise PydanticCustomError("date", "expected a date, found {found}", {"found": shown(value), "hint": hint})


def _quantity(value: Any) -> Expr:
    if isinstance(value, str):
        try:
            return parse_expression(value)
        except ProjectError as error:
            problem = error.problems[0]
            raise PydanticCustomError(
                "expression",
                "{message}",
                {
                    "message": f"{problem.message} (character {problem.column} of {shown(value)})",
                    "hint": problem.hint,
                    "code": problem.code,
                    "column": problem.column,
                },
            ) from error
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_AMOUNT:
        raise PydanticCustomError(
            "quantity",
            "expected a quantity, found {found}",
            {"found": shown(value), "hint": "give a number from 0, or an expression such as shoot_days * 2"},
        )
    return Number(float(value))


def _one_id(value: Any, what: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_ID or not _ID.fullmatch(value):
        raise PydanticCustomError(
            "id",
            "expected {what}, found {found}",
            {
                "what": what,
                "found": shown(value),
                "hint": "ids are small letters, digits and _, and begin with a letter",
            },
        )
    return value


def _bearer(value: Any, shares: Callable[[Any], Any]) -> Any:
    if value == BY_SHARE:
        return BY_SHARE
    if isinstance(value, dict):
        return shares(value)
    return {_one_id(value, "a partner, {partner: share} or by_share"): 1.0}


def _pay(value: Any, shares: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return shares(value)
    if not isinstance(value, list):
        return [_one_id(value, "a party, a list of parties or {party: share}")]
    if not value or len(value) > 100:
        raise PydanticCustomError(
            "id", "expected 1 to 100 parties, found {found}", {"found": len(value), "hint": "name who is paid"}
        )
    parties = [_one_id(party, "a party") for party in value]
    if len(set(parties)) < len(parties):
        raise PydanticCustomError("id", "a party is named twice", {"hint": "name each party once"})
    return parties


def word_or(*words: str) -> Callable[[Any, Callable[[Any], Any]], Any]:
    """One of a few words, or what the field otherwise takes."""

    def check(value: Any, other: Callable[[Any], Any]) -> Any:
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, str) and parse_percent(value) is None:
            raise PydanticCustomError(
                "word", "found {found}", {"found": shown(value), "hint": f"write {', '.join(words)} or a value"}
            )
        return other(value)

    return check


def _words_schema(*words: str, other: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"enum": list(words)}, other]})


Id = Annotated[str, StringConstraints(pattern=ID, max_length=MAX_ID)]
TerritoryId = Annotated[str, StringConstraints(pattern=TERRITORY, max_length=MAX_ID)]
Receipts = Annotated[str, StringConstraints(pattern=RECEIPTS, max_length=2 * MAX_ID)]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
Place = Annotated[str, StringConstraints(pattern=PLACE, max_length=MAX_ID)]
Text = Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=1000)]

Amount = Annotated[float, Field(ge=0, le=MAX_AMOUNT)]
Days = Annotated[float, Field(ge=0, le=2000)]
Weeks = Annotated[float, Field(ge=0, le=500)]
Param = Annotated[float, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
UnitsPerEuro = Annotated[float, Field(gt=0, le=1e9)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_share), WithJsonSchema(_SHARE_SCHEMA)]
Premium = Annotated[
    float,
    Field(ge=0, le=5),
    BeforeValidator(_share),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 5}, _SHARE_SCHEMA["anyOf"][1]]}),
]
Factor = Annotated[
    float,
    Field(ge=0, le=10),
    BeforeValidator(_share),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 10}, _SHARE_SCHEMA["anyOf"][1]]}),
]
Date = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]

Level = Literal["low", "mid", "high"]
Rounding = Literal["cent", "unit", "none"]
Basis = Literal["quoted", "published", "derived", "assumed"]
Phase = Literal["development", "prep", "shoot", "wrap", "post", "delivery"]
Labour = Literal["employee", "contractor", "self_employed", "sole_trader", "author", "company", "none"]

if TYPE_CHECKING:
    Quantity = Expr
    Bearer = dict[str, float] | Literal["by_share"]
    Pay = list[str] | dict[str, float]
    RuleShare = Literal["pari_passu", "equal"] | dict[str, float]
    TicketVat = float | Literal["exempt", "none"]
    UntilAmount = float | Literal["premium", "interest"]
else:
    Quantity = Annotated[
        Any,
        PlainValidator(_quantity),
        WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "maxLength": 300}]}),
    ]
    Bearer = Annotated[dict[Id, Share], WrapValidator(_bearer), WithJsonSchema({"anyOf": [_ID_SCHEMA, _SHARES_SCHEMA]})]
    Pay = Annotated[
        dict[Id, Share],
        WrapValidator(_pay),
        WithJsonSchema({"anyOf": [_ID_SCHEMA, {"type": "array", "minItems": 1, "items": _ID_SCHEMA}, _SHARES_SCHEMA]}),
    ]
    RuleShare = Annotated[
        dict[Id, Share],
        WrapValidator(word_or("pari_passu", "equal")),
        _words_schema("pari_passu", "equal", other=_SHARES_SCHEMA),
    ]
    TicketVat = Annotated[
        Share, WrapValidator(word_or("exempt", "none")), _words_schema("exempt", "none", other=_SHARE_SCHEMA)
    ]
    UntilAmount = Annotated[
        Amount,
        WrapValidator(word_or("premium", "interest")),
        _words_schema("premium", "interest", other={"type": "number", "minimum": 0}),
    ]
