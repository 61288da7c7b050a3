"""Reads the section ``uncertainty``: every mistake is said at its place, all of them at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coprod_budget.errors import nearest
from coprod_budget.project.uncertainty import (
    COMPARABLES,
    CORRELATION,
    MAX_ENTRIES,
    PRICES,
    Entry,
    Uncertainty,
)
from coprod_budget.project.uncertainty_paths import Movement, check_path, number
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.project.uncertainty_paths import Say
    from coprod_budget.yaml_reader import Key

SECTION: Final = "uncertainty"
MAX_VALUES: Final = 10_000
TOLERANCE: Final = 1e-9

MAX_SIGMA = 2.0
"""The widest relative spread: beyond it every seventh draw is more than seven times the middle; a per cent sign is missing."""


class _Kind(NamedTuple):
    """What a distribution needs: one of several ways to say it, in rising order, and what may stand beside them."""

    ways: tuple[tuple[str, ...], ...]
    middle: str = ""
    """The number for which the value as it stands is taken if it is not given."""
    others: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ("low", "high")
    above: tuple[str, ...] = ()
    """Numbers that must be above 0."""


KINDS: Final[Mapping[str, _Kind]] = {
    "normal": _Kind((("sd",), ("sigma",), ("p10", "p90")), "mean", ("low", "high"), above=("sd", "sigma")),
    "lognormal": _Kind(
        (("sigma",), ("p10", "p90")), "median", ("low", "high"), above=("sigma", "p10", "p90", "median")
    ),
    "uniform": _Kind((("low", "high"),)),
    "triangular": _Kind((("low", "high"),), "mode", ordered=("low", "mode", "high")),
    "pert": _Kind((("low", "high"),), "mode", ("lambda",), ("low", "mode", "high"), ("lambda",)),
    "discrete": _Kind((("values",),), others=("weights",)),
    "empirical": _Kind((("values",), ("comparables",))),
}
_COMMON: Final = ("dist", "factor", "whole", "source")
_LISTS: Final = ("values", "weights")
_EXAMPLES: Final = {
    "normal": "{dist: normal, sigma: 10%}",
    "lognormal": "{dist: lognormal, sigma: 18%} or {dist: lognormal, p10: 90, p90: 130}",
    "uniform": "{dist: uniform, low: 8%, high: 12%}",
    "triangular": "{dist: triangular, low: 10, mode: 12, high: 18}",
    "pert": "{dist: pert, low: 13, mode: 14, high: 19}",
    "discrete": "{dist: discrete, values: [0, 1], weights: [70%, 30%]}",
    "empirical": "{dist: empirical, values: [80, 95, 120]} or {dist: empirical, comparables: {territory: RU}}",
}


def read_uncertainty(project: Project) -> Uncertainty:
    """Return the section of a project that is loaded (and so has no mistakes)."""
    return _Reader(project.uncertainty, lambda *_: None).all()


def problem_of(project: Project, name: str, code: str, message: str, hint: str) -> Problem:
    """Return a problem at the place of one entry, found when more is known than the file."""
    return project._source.problem((SECTION, name), code, message, hint, key=True)  # noqa: SLF001


def problems(project: Project, source: Source) -> list[Problem]:
    """Return what is wrong with the section."""
    found: list[Problem] = []

    def say(place: tuple[Key, ...], code: str, message: str, hint: str) -> None:
        found.append(
            source.problem((SECTION, *place), code, message, hint, key=not place or isinstance(place[-1], str))
        )

    reader = _Reader(project.uncertainty, say)
    reader.all()
    for name in reader.paths:
        check_path(name, source, type(project), say)
    return found


class _Reader:
    """Reads the section part by part and says what is wrong."""

    def __init__(self, raw: Mapping[str, Any], say: Say) -> None:
        self._raw = raw
        self._say = say
        self.paths = [name for name in raw if name not in {CORRELATION, PRICES}]

    def all(self) -> Uncertainty:
        """Return what can be read."""
        if len(self._raw) > MAX_ENTRIES:
            self._say(
                (),
                "P352",
                f"{len(self._raw)} numbers are uncertain",
                f"at most {MAX_ENTRIES} can be: keep those that matter",
            )
            return Uncertainty()
        entries = [entry for name in self.paths if (entry := self._entry(name)) is not None]
        movement = Movement(self._raw, self.paths, self._say)
        return Uncertainty(tuple(entries), *movement.correlation(), movement.prices())

    def _entry(self, name: str) -> Entry | None:
        raw = self._raw[name]
        if not isinstance(raw, dict):
            self._say(
                (name,),
                "P352",
                f"`{name}`: expected a distribution, found {shown(raw)}",
                "write, for example, {dist: pert, low: 10, high: 16}",
            )
            return None
        kind = KINDS.get(dist) if isinstance(dist := raw.get("dist"), str) else None
        if kind is None:
            hint = nearest(dist, KINDS) if isinstance(dist, str) else f"add one of dist: {', '.join(KINDS)}"
            place = (name, "dist") if "dist" in raw else (name,)
            self._say(
                place,
                "P352",
                f"`{name}`: {f'no distribution {shown(dist)}' if dist is not None else 'the distribution is not named'}",
                hint,
            )
            return None
        given = {key: value for key, value in raw.items() if value is not None}
        if not self._names(name, str(dist), kind, given):
            return None
        numbers = {
            key: self._number((name, key), value)
            for key, value in given.items()
            if key not in {*_COMMON, *_LISTS, "comparables"}
        }
        values, weights = self._list(name, given, "values"), self._list(name, given, "weights")
        flags = {flag: self._flag(name, given, flag) for flag in ("factor", "whole")}
        source = given.get("source", "")
        if not isinstance(source, str):
            self._say(
                (name, "source"), "P352", f"`{name}`: expected text, found {shown(source)}", "say where it comes from"
            )
        comparables = self._comparables(name, given)
        if None in numbers.values() or values is None or weights is None:
            return None
        known = {key: value for key, value in numbers.items() if value is not None}
        self._check_numbers(name, kind, known)
        self._check_weights(name, values, weights)
        if comparables is not None and flags["factor"]:
            self._say(
                (name, "factor"),
                "P352",
                f"`{name}`: comparables are gross to budget, no factor of the value",
                "delete it",
            )
        return Entry(name, str(dist), known, values, weights, comparables, flags["factor"], flags["whole"], str(source))

    def _names(self, name: str, dist: str, kind: _Kind, given: Mapping[str, Any]) -> bool:
        """Say whether exactly one way is given, and nothing that does not belong to it."""
        ways = [way for way in kind.ways if any(key in given for key in way)]
        told = ", or ".join(" and ".join(way) for way in kind.ways)
        if len(ways) != 1:
            found = "needs" if not ways else "takes only one of:"
            self._say((name,), "P352", f"`{name}`: {dist} {found} {told}", "write, for example, " + _EXAMPLES[dist])
            return False
        middle = kind.middle if "p10" not in ways[0] else ""
        known = [key for key in (*ways[0], middle, *kind.others, *_COMMON) if key]
        good = True
        for key in given:
            if key not in known:
                good = False
                self._say(
                    (name, key),
                    "P352",
                    f"`{name}`: {dist} takes no `{key}` here",
                    nearest(key, [k for k in known if k not in given]),
                )
        missing = [key for key in ways[0] if key not in given]
        if missing:
            self._say(
                (name,),
                "P352",
                f"`{name}`: {dist} lacks {', '.join(missing)}",
                "write, for example, " + _EXAMPLES[dist],
            )
        return good and not missing

    def _number(self, place: tuple[Key, ...], value: Any) -> float | None:
        found = number(value)
        if found is None:
            self._say(
                place,
                "P352",
                f"`{place[0]}`: expected a number, found {shown(value)}",
                "write a number, or a percentage such as 18%",
            )
        return found

    def _flag(self, name: str, given: Mapping[str, Any], flag: str) -> bool:
        value = given.get(flag, False)
        if not isinstance(value, bool):
            self._say(
                (name, flag), "P352", f"`{name}`: expected true or false, found {shown(value)}", "write true or false"
            )
        return value is True

    def _list(self, name: str, given: Mapping[str, Any], key: str) -> tuple[float, ...] | None:
        raw = given.get(key, [])
        if not isinstance(raw, list) or (key in given and not 0 < len(raw) <= MAX_VALUES):
            found = f"{len(raw)} values" if isinstance(raw, list) else shown(raw)
            self._say(
                (name, key),
                "P352",
                f"`{name}`: expected a list, found {found}",
                f"write [a, b], with 1 to {MAX_VALUES:,} numbers",
            )
            return None
        read = [self._number((name, key, place), value) for place, value in enumerate(raw)]
        return None if None in read else tuple(value for value in read if value is not None)

    def _comparables(self, name: str, given: Mapping[str, Any]) -> Mapping[str, str] | None:
        if "comparables" not in given:
            return None
        raw = given["comparables"]
        if not isinstance(raw, dict):
            self._say(
                (name, "comparables"),
                "P352",
                f"`{name}`: expected which films, found {shown(raw)}",
                "write {territory: RU}, or {} for all",
            )
            return {}
        for key, value in raw.items():
            if key not in COMPARABLES:
                self._say(
                    (name, "comparables", key),
                    "P352",
                    f"`{name}`: films are not chosen by {shown(key)}",
                    nearest(str(key), COMPARABLES),
                )
            elif not isinstance(value, str):
                self._say(
                    (name, "comparables", key), "P352", f"`{name}`: expected text, found {shown(value)}", "write an id"
                )
        return {key: value for key, value in raw.items() if isinstance(value, str)}

    def _check_numbers(self, name: str, kind: _Kind, numbers: Mapping[str, float]) -> None:
        if (sigma := numbers.get("sigma", 0.0)) > MAX_SIGMA:
            self._say(
                (name, "sigma"), "P353", f"`{name}`: sigma is {sigma:.10g}, that is {sigma * 100:.10g}%",
                f"write {sigma:.10g}% or {sigma / 100:.10g}; it may be {MAX_SIGMA * 100:g}% at most",
            )  # fmt: skip
        for key in kind.above:
            if numbers.get(key, 1.0) <= 0:
                self._say((name, key), "P353", f"`{name}`: {key} is {numbers[key]:.10g}", "it must be above 0")
        if "p10" in numbers and numbers["p10"] >= numbers["p90"]:
            self._say(
                (name, "p90"),
                "P353",
                f"`{name}`: p10 {numbers['p10']:.10g} is not below p90 {numbers['p90']:.10g}",
                "p10 < p90",
            )
        known = [key for key in kind.ordered if key in numbers]
        wrong = next(((a, b) for a, b in pairwise(known) if numbers[a] > numbers[b]), None)
        if wrong is None and {"low", "high"} <= set(known) and numbers["low"] == numbers["high"]:
            wrong = ("low", "high")
        if wrong is not None:
            told = ", ".join(f"{key} {numbers[key]:.10g}" for key in known)
            self._say(
                (name, wrong[1]),
                "P353",
                f"`{name}`: out of order: {told}",
                " <= ".join(kind.ordered) + ", and low < high",
            )

    def _check_weights(self, name: str, values: tuple[float, ...], weights: tuple[float, ...]) -> None:
        if not weights:
            return
        if len(weights) != len(values):
            self._say(
                (name, "weights"),
                "P353",
                f"`{name}`: {len(weights)} weights for {len(values)} values",
                "give one weight a value, or none",
            )
        elif min(weights) < 0 or abs(sum(weights) - 1) > TOLERANCE:
            self._say(
                (name, "weights"),
                "P353",
                f"`{name}`: the weights sum to {sum(weights) * 100:.10g}%",
                "from 0 up, they must sum to 100%",
            )
