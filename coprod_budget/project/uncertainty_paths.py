"""Which paths may be uncertain, what numbers may stand there, and how they may move together."""

from __future__ import annotations

import math
import typing
from typing import TYPE_CHECKING, Any

from coprod_budget.errors import nearest
from coprod_budget.project import resolving
from coprod_budget.project.messages import unwrap
from coprod_budget.project.source import split_path
from coprod_budget.project.types import parse_percent
from coprod_budget.project.uncertainty import CORRELATION, PRICES, PRICES_CORRELATION
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

    Say = Callable[[tuple[Key, ...], str, str, str], None]
    """Takes a place below the section, a code, what is wrong and what would be right."""


def check_path(name: str, source: Source, root: type[BaseModel], say: Say) -> None:
    """A key must be the path of a number, or of the price of a line."""
    segments = split_path(name)
    if segments is None:
        say(
            (name,),
            "P350",
            f"{shown(name)} cannot be read as a path",
            "write it as for --set: schedule.shoot_days.moscow",
        )
        return
    if is_line_rate(segments):
        return
    try:
        place = resolving.resolve(source.data, segments, root)
    except resolving.Bad as bad:
        _, message, hint = bad.parts
        of_template = segments[:2] == ("budget", "lines") and "; to change" in hint
        hint = hint.partition("; to change")[0]
        say(
            (name,),
            "P350",
            message,
            f"{hint}; the price of a template's line is lines.ID.rate" if of_template else hint,
        )
        return
    raw = source.get(place.keys)
    if raw is None:
        raw = getattr(place.default, "value", place.default)
    if raw is None and unwrap(place.annotation) not in {float, int}:
        say((name,), "P351", f"no number stands at `{name}`", "name a number of the file, or one below it")
    elif raw is not None and number(raw) is None:
        hint = "name one of the numbers it is made of" if isinstance(raw, str) else "name a number below it"
        say((name,), "P351", f"`{name}` is {shown(raw)}, which is no number", hint)


def is_line_rate(segments: Sequence[str]) -> bool:
    """Say whether a path is ``lines.ID.rate``: the price of any line, of a template's too. It is no path of the file."""
    return len(segments) == 3 and segments[0] == "lines" and segments[2] == "rate"


def limits_of(project: Project, path: str) -> tuple[float, float]:
    """Return the smallest and the largest number that the file may say at the path of an uncertain number."""
    segments = split_path(path) or ()
    if is_line_rate(segments):
        return 0.0, math.inf
    annotation = resolving.resolve(project._source.data, segments, type(project)).annotation  # noqa: SLF001
    known = list(_constraints(annotation))
    low = max(
        (float(v) for c in known for name in ("ge", "gt") if (v := getattr(c, name, None)) is not None),
        default=-math.inf,
    )
    high = min(
        (float(v) for c in known for name in ("le", "lt") if (v := getattr(c, name, None)) is not None),
        default=math.inf,
    )
    return (0.0 if unwrap(annotation) is Any else low), high  # a quantity, which is read by hand


def _constraints(annotation: Any) -> Iterator[Any]:
    """Yield what an annotation says of its numbers; of alternatives, what each says."""
    if typing.get_origin(annotation) is None:
        return
    for part in typing.get_args(annotation):
        yield from getattr(part, "metadata", (part,))
        yield from _constraints(part)


def number(value: Any) -> float | None:
    """Return a finite number, or a percentage as a fraction; None of anything else."""
    if isinstance(value, str):
        share = parse_percent(value.strip().removeprefix("-"))
        return -share if share is not None and value.strip().startswith("-") else share
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18
    return float(value) if good else None


class Movement:
    """Reads how the uncertain numbers, and the prices, move together."""

    def __init__(self, raw: Mapping[str, Any], paths: Sequence[str], say: Say) -> None:
        self._raw, self._paths, self._say = raw, paths, say

    def correlation(self) -> tuple[float, dict[tuple[str, str], float]]:
        """Read one common rank correlation, and a matrix by the names of the entries."""
        raw = self._raw.get(CORRELATION)
        if raw is None or not isinstance(raw, dict):
            return (0.0 if raw is None else self._rho((CORRELATION,), raw)), {}
        pairs: dict[tuple[str, str], float] = {}
        for one, row in raw.items():
            if not self._is_entry((CORRELATION, one), one):
                continue
            if not isinstance(row, dict):
                found = f"expected the numbers that `{one}` moves with, found {shown(row)}"
                self._say((CORRELATION, one), "P354", found, "write {fx.RUB: 0.4}")
                continue
            for other, value in row.items():
                self._pair(one, other, value, pairs)
        return 0.0, pairs

    def _pair(self, one: str, other: str, value: Any, pairs: dict[tuple[str, str], float]) -> None:
        """Add one correlation; the same pair may stand there twice, as in a whole matrix."""
        place = (CORRELATION, one, other)
        if not self._is_entry(place, other):
            return
        rho = self._rho(place, value)
        pair = (min(one, other), max(one, other))
        if one == other:
            if rho != 1:
                self._say(place, "P354", f"`{one}` with itself is {rho:g}", "it is always 1: leave it out")
        elif pairs.setdefault(pair, rho) != rho:
            self._say(place, "P354", f"`{one}` with `{other}` is {rho:g} here and {pairs[pair]:g} before", "keep one")

    def _is_entry(self, place: tuple[Key, ...], name: object) -> bool:
        if name in self._paths:
            return True
        self._say(place, "P354", f"{shown(name)} is no uncertain number of the file", nearest(str(name), self._paths))
        return False

    def _rho(self, place: tuple[Key, ...], value: Any) -> float:
        rho = number(value)
        if rho is None or not -1 <= rho <= 1 or (abs(rho) == 1 and place[1:2] != place[2:]):
            self._say(
                place, "P354", f"expected a rank correlation, found {shown(value)}", "write a number between -1 and 1"
            )
            return 0.0
        return rho

    def prices(self) -> float | None:
        """Read how the prices of lines move together; None where they are not uncertain."""
        raw = self._raw.get(PRICES)
        if raw is None or isinstance(raw, bool):
            return PRICES_CORRELATION if raw else None
        if not isinstance(raw, dict) or set(raw) - {CORRELATION}:
            self._say(
                (PRICES,),
                "P354",
                f"expected how prices move together, found {shown(raw)}",
                f"write true, or {{correlation: {PRICES_CORRELATION}}}",
            )
            return None
        rho = number(raw.get(CORRELATION, PRICES_CORRELATION))
        if rho is None or not 0 <= rho < 1:
            self._say(
                (PRICES, CORRELATION),
                "P354",
                f"expected a rank correlation, found {shown(raw[CORRELATION])}",
                "write a number from 0 to below 1",
            )
            return None
        return rho
