"""What is varied, as it is written: ``PATH=24:36:2``, ``PATH=lin(1,2,5)``, ``PATH=moscow,belgrade``, ``PATH*=0.8,1,1.25``."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.errors import ProjectError
from coprod_budget.project import parse_percent
from coprod_budget.yaml_reader import read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_VALUES = 1_000_000
"""Values of one path."""

_NUMBER = r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?"
_RANGE = re.compile(rf"\s*({_NUMBER}%?)\s*:\s*({_NUMBER}%?)\s*:\s*({_NUMBER}%?)\s*", re.ASCII)
_ALMOST_RANGE = re.compile(rf"\s*{_NUMBER}%?\s*:.*", re.ASCII)
_SPACED = re.compile(r"\s*(lin|log)\s*\((.*)\)\s*", re.ASCII)
_ONE_NUMBER = re.compile(rf"\s*({_NUMBER}%?)\s*", re.ASCII)
_LEFT = re.compile(r"\s*(?P<path>[^=]+?)\s*(?P<order>[*+]?)=(?P<values>.*)", re.DOTALL)
_EXAMPLE = "schedule.shoot_days.moscow=12:16:2, fx.RUB*=0.8,1,1.25 or schedule.home=moscow,belgrade"
_OPENING, _CLOSING = "([{", ")]}"


class VaryError(ValueError):
    """What is to be varied cannot be read; the message says what was found and what would be right."""


class Varied(NamedTuple):
    """A path and the values that it takes: numbers (percentages as fractions) or words, lists, true and false.

    ``percent`` says that the numbers were written as percentages.
    """

    path: str
    values: tuple[Any, ...]
    percent: bool = False

    @property
    def is_numeric(self) -> bool:
        """Say whether all values are numbers; if not, other values can mean another model."""
        return all(isinstance(value, float) for value in self.values)


def parse_vary(text: str, current: Callable[[str], Any]) -> Varied:
    """Read ``PATH=VALUES``, ``PATH*=FACTORS`` or ``PATH+=STEPS``; ``current`` says what stands at a path now.

    A VaryError says what cannot be read.
    """
    found = _LEFT.fullmatch(text)
    if found is None or not found["values"].strip():
        msg = f"{shown(text)} cannot be read; write PATH=VALUES, such as {_EXAMPLE}"
        raise VaryError(msg)
    path, order = found["path"], found["order"]
    values, percent = parse_values(found["values"], f"{path}{order}=")
    if not order:
        return Varied(path, values, percent)
    return Varied(path, _relative(path, order, values, current))


def parse_values(text: str, before: str = "") -> tuple[tuple[Any, ...], bool]:
    """Read the values behind ``=``, and say whether all were percentages; ``before`` stands before them in messages."""
    values: list[Any] = []
    percents: list[bool] = []
    for item in _items(text):
        for value, percent in _values(item, before):
            values.append(value)
            percents.append(percent)
            if len(values) > MAX_VALUES:
                msg = f"{before}{_short(text)} has more than {MAX_VALUES:,} values; take fewer"
                raise VaryError(msg)
    return tuple(values), all(percents)


def _relative(path: str, order: str, values: tuple[Any, ...], current: Callable[[str], Any]) -> tuple[float, ...]:
    try:
        now = current(path)
    except KeyError:
        msg = f"{path} has no value yet that {order}= could change; give the values themselves: {path}=..."
        raise VaryError(msg) from None
    if isinstance(now, bool) or not isinstance(now, int | float):
        msg = f"{path} is {shown(now)}; {order}= needs a number there: give the values themselves, {path}=..."
        raise VaryError(msg)
    other = next((value for value in values if not isinstance(value, float)), None)
    if other is not None:
        msg = f"{path}{order}= needs numbers, found {shown(other)}; write {path}*=0.8,1,1.25 or {path}+=-2:2:1"
        raise VaryError(msg)
    found = tuple(now * value if order == "*" else now + value for value in values)
    if not all(map(math.isfinite, found)):
        msg = f"{path}{order}= leads to numbers that are too large; take smaller ones"
        raise VaryError(msg)
    return found


def _values(item: str, before: str) -> Iterator[tuple[Any, bool]]:
    """The values of one item between commas, and whether they are percentages."""
    ends = _RANGE.fullmatch(item)
    if ends is not None:
        yield from _stepped(item, ends.groups(), before)
        return
    spaced = _SPACED.fullmatch(item)
    if spaced is not None:
        yield from _spread(spaced[1], spaced[2], before + item.strip())
        return
    if _ALMOST_RANGE.fullmatch(item):
        msg = f"{before}{item.strip()} is no range; write FIRST:LAST:STEP, such as 24:36:2"
        raise VaryError(msg)
    yield _one(item, before)


def _one(item: str, before: str) -> tuple[Any, bool]:
    """One value, as it would be read behind ``--set PATH=``."""
    number = _ONE_NUMBER.fullmatch(item)
    if number is not None:
        return _number(number[1]), "%" in item
    try:
        value = read_yaml(item.strip(), "").data
    except ProjectError as error:
        problem = error.problems[0]
        msg = f"{before}{_short(item.strip())} cannot be read: {problem.message}; {problem.hint}"
        raise VaryError(msg) from None
    if value is None and not item.strip():
        msg = f"{before}... has an empty value between two commas; leave the comma out"
        raise VaryError(msg)
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    share = parse_percent(value) if isinstance(value, str) else None
    return (value, False) if share is None else (share, True)


def _stepped(item: str, ends: tuple[str, ...], before: str) -> Iterator[tuple[float, bool]]:
    """``a:b:step``: from a to b, both included, in decimals so that 0.1 is a tenth."""
    percent = _same_kind(ends, before + item.strip())
    first, last, step = (Decimal(end.removesuffix("%")) for end in ends)
    text = before + item.strip()
    if not step:
        msg = f"{text} has a step of 0, and never arrives; give a step such as 1"
        raise VaryError(msg)
    count, rest = divmod(last - first, step)
    if count < 0:
        msg = f"{text} goes away from {ends[1]}; write {ends[0]}:{ends[1]}:{_written(-step, percent=percent)}"
        raise VaryError(msg)
    if count >= MAX_VALUES:
        msg = f"{text} has {int(count) + 1:,} values, and {MAX_VALUES:,} are the most; take a larger step"
        raise VaryError(msg)
    if rest:
        arrives = _written(first + count * step, percent=percent)
        msg = (
            f"{text} does not arrive at {ends[1]}, both ends are included; write {ends[0]}:{arrives}:{ends[2]}, "
            f"or lin({ends[0]},{ends[1]},{int(count) + 2})"
        )
        raise VaryError(msg)
    for number in range(int(count) + 1):
        value = first + number * step
        yield float(value.scaleb(-2) if percent else value), percent


def _spread(kind: str, inside: str, text: str) -> Iterator[tuple[float, bool]]:
    """``lin(a,b,n)``: n values at equal distances; ``log(a,b,n)``: n values at equal factors. Both ends are included."""
    parts = [part.strip() for part in inside.split(",")]
    if len(parts) != 3 or not all(map(_ONE_NUMBER.fullmatch, parts[:2])) or not parts[2].isdecimal():
        msg = f"{text} cannot be read; write {kind}(FIRST,LAST,COUNT), such as {kind}(10,30,5)"
        raise VaryError(msg)
    percent = _same_kind(tuple(parts[:2]), text)
    first, last = (_number(part) for part in parts[:2])
    if not 2 <= (count := int(parts[2][:9])) <= MAX_VALUES:
        msg = f"{text} asks for {count} values; ask for 2 to {MAX_VALUES:,}"
        raise VaryError(msg)
    if kind == "log" and not (first > 0 and last > 0):
        msg = f"{text} needs two numbers above 0, as it goes by equal factors; lin goes by equal distances"
        raise VaryError(msg)
    values = np.linspace(first, last, count) if kind == "lin" else np.geomspace(first, last, count)
    # the last bits of a division are noise: what is meant is 0.15, not 0.15000000000000002
    inner = (float(f"{value:.14g}") for value in values[1:-1])
    yield first, percent
    for value in inner:
        yield value, percent
    yield last, percent


def _same_kind(numbers: tuple[str, ...], text: str) -> bool:
    """Say whether all are percentages; some and others not is a mistake."""
    percents = [number.endswith("%") for number in numbers]
    if any(percents) and not all(percents):
        msg = f"{text} mixes percentages and numbers; write all of them with %, or none"
        raise VaryError(msg)
    return percents[0]


def _number(text: str) -> float:
    return float(Decimal(text.removesuffix("%")).scaleb(-2)) if text.endswith("%") else float(text)


def _written(value: Decimal, *, percent: bool) -> str:
    return f"{value.normalize():f}{'%' if percent else ''}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}..."


def _items(text: str) -> Iterator[str]:
    """What stands between commas; brackets and quotes keep theirs."""
    depth, quote, start = 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"" and (not text[start:place].strip() or depth):
            quote = sign
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign == "," and depth <= 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]
