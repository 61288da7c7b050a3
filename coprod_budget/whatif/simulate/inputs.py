"""From the section ``uncertainty`` and the price tables to draws: what is uncertain, with the values as they stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from coprod_budget.errors import ProjectError
from coprod_budget.model.compared_grosses import NotComparableError, compared_grosses
from coprod_budget.project.uncertainty_paths import limits_of
from coprod_budget.project.uncertainty_reader import problem_of, read_uncertainty
from coprod_budget.whatif.simulate import distributions as kinds
from coprod_budget.whatif.simulate.correlation import NotPositiveDefiniteError, factor, least_common, matrix
from coprod_budget.whatif.simulate.draws import Draws, Uncertain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.errors import Problem
    from coprod_budget.graph.operations import Array
    from coprod_budget.model import Model
    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.project import Project
    from coprod_budget.project.uncertainty import Entry, Uncertainty
    from coprod_budget.whatif.simulate.distributions import Distribution
    from coprod_budget.whatif.simulate.plan import Plan
    from coprod_budget.whatif.study import Study

_UNSCALED: Final = ("sigma", "lambda")
_RARE: Final = 1e-6
"""A draw that is rarer than one in a million is not looked for beyond the limits of the file, and is not all that is left of a cut."""


class _Wrong(Exception):  # noqa: N818 - carries a problem to the place that knows which number it belongs to
    """What is wrong with an uncertain number, and what would be right."""


def draws_of(study: Study, plan: Plan) -> Draws:
    """Return the draws that a plan asks for; a ProjectError holds everything that is wrong with the section."""
    project = study.base.project
    section = read_uncertainty(project)
    problems: list[Problem] = []
    entries: list[Uncertain] = []
    for entry in section.entries:
        try:
            entries.append(_uncertain(study, entry))
        except _Wrong as wrong:
            problems.append(problem_of(project, entry.path, "P355", f"`{entry.path}`: {wrong.args[0]}", wrong.args[1]))
    if problems:
        raise ProjectError(problems)
    rho = prices_correlation(section, plan)
    taken = {path for one in entries for path in one.paths}
    return Draws(
        entries,
        plan.sampler,
        plan.seed,
        plan.draws,
        common=section.common if plan.correlation is None else plan.correlation,
        pairs=section.pairs,
        factor=_factor(project, section, plan),
        prices=[] if rho is None else price_ranges(study.base, taken),
        prices_correlation=rho or 0.0,
    )


def prices_correlation(section: Uncertainty, plan: Plan) -> float | None:
    """Return the rank correlation of any two prices; None where prices are not drawn."""
    wanted = section.prices is not None if plan.price_ranges is None else plan.price_ranges
    if not wanted:
        return None
    return plan.price_correlation if plan.price_correlation is not None else section.prices_or_default


def _factor(project: Project, section: Uncertainty, plan: Plan) -> Array | None:
    """Return what correlates the entries; None where they are independent."""
    names = [entry.path for entry in section.entries]
    common = section.common if plan.correlation is None else plan.correlation
    if len(names) < 2 or (not common and not any(section.pairs.values())):
        return None
    try:
        return factor(names, matrix(names, common, section.pairs))
    except NotPositiveDefiniteError as error:
        least = f"; one for all {len(names)} is at least {least_common(len(names)):.3f}" if common < 0 else ""
        hint = f"bring the numbers that clash nearer to 0 (nothing is changed silently){least}"
        raise ProjectError([problem_of(project, "correlation", "P356", str(error), hint)]) from None


def _uncertain(study: Study, entry: Entry) -> Uncertain:
    try:
        current = study.current(entry.path)
    except KeyError:
        raise _Wrong(
            "there is no value as it stands", "give the number in the file, or name one that is there"
        ) from None
    if not isinstance(current, int | float):
        raise _Wrong(f"as it stands it is {current!r}, which is no number", "name a number")
    current = float(current)
    if entry.comparables is not None:
        made, words = _from_films(study.base, entry)
    else:
        made, words = _distribution(entry, current), _words(entry, current)
    if isinstance(made, kinds.Normal | kinds.Lognormal) and made.left < _RARE:
        ends = " and ".join(f"{end} {entry.numbers[end]:g}" for end in ("low", "high") if end in entry.numbers)
        raise _Wrong(f"cut off at {ends}, nothing of it is left", "let them lie on both sides of the middle, or nearer")
    if entry.whole:
        made, words = kinds.Whole(made), f"{words}, whole"
    _within_limits(study, entry, made)
    return Uncertain((entry.path,), made, current, words, entry.source)


def _distribution(entry: Entry, current: float) -> Distribution:
    """Return the distribution with every number in the unit of the value."""
    if entry.factor and current <= 0:
        raise _Wrong(f"the value as it stands is {current:g}, and factors multiply it", "give the numbers themselves")
    scale = current if entry.factor else 1.0
    numbers = {name: n if name in _UNSCALED else n * scale for name, n in entry.numbers.items()}
    if entry.dist == "normal":
        return _normal(numbers, current)
    if entry.dist == "lognormal":
        return _lognormal(numbers, current)
    if entry.dist == "uniform":
        return kinds.Uniform(numbers["low"], numbers["high"])
    if entry.dist in {"triangular", "pert"}:
        low, mode, high = numbers["low"], numbers.get("mode", current), numbers["high"]
        if not low <= mode <= high:
            raise _Wrong(f"the value as it stands, {current:g}, is not between {low:g} and {high:g}", "give a mode")
        if entry.dist == "triangular":
            return kinds.Triangular(low, mode, high)
        return kinds.Pert(low, mode, high, numbers.get("lambda", 4.0))
    values = tuple(value * scale for value in entry.values)
    if entry.dist == "empirical":
        return kinds.Empirical(values)
    return kinds.Discrete(values, entry.weights or (1 / len(values),) * len(values))


def _normal(numbers: Mapping[str, float], current: float) -> Distribution:
    cut = {end: numbers[end] for end in ("low", "high") if end in numbers}
    if "p10" in numbers:
        low, high = numbers["p10"], numbers["p90"]
        return kinds.Normal((low + high) / 2, (high - low) / (2 * kinds.TENTH), **cut)
    middle = numbers.get("mean", current)
    sd = numbers["sd"] if "sd" in numbers else numbers["sigma"] * abs(middle)
    if not sd:
        raise _Wrong("sigma is a share of the mean, which is 0", "give `sd`, in the unit of the number")
    return kinds.Normal(middle, sd, **cut)


def _lognormal(numbers: Mapping[str, float], current: float) -> Distribution:
    cut = {end: numbers[end] for end in ("low", "high") if end in numbers}
    if "p10" in numbers:
        return kinds.Lognormal.of_range(numbers["p10"], numbers["p90"], **cut)
    median = numbers.get("median", current)
    if median <= 0:
        raise _Wrong(f"the value as it stands is {current:g}; a lognormal number is above 0", "give a median above 0")
    return kinds.Lognormal(median, numbers["sigma"], **cut)


def _from_films(model: Model, entry: Entry) -> tuple[Distribution, str]:
    asked = dict(entry.comparables or {})
    territory = asked.pop("territory", entry.path.rpartition(".")[2])
    try:
        grosses, films = compared_grosses(model, territory, **asked)
    except NotComparableError as error:
        raise _Wrong(str(error), error.hint) from None
    return kinds.Empirical(grosses, logs=True), f"as {films}, for the budget as it stands"


def _within_limits(study: Study, entry: Entry, made: Distribution) -> None:
    """No draw may be a number that the file may not say."""
    low, high = limits_of(study.base.project, entry.path)
    ends = [
        end if math.isfinite(end) else made.quantile(share)
        for end, share in zip(made.support, (_RARE, 1 - _RARE), strict=True)
    ]
    for end, limit, side, beyond in ((ends[0], low, "low", ends[0] < low), (ends[1], high, "high", ends[1] > high)):
        if beyond:
            word = "least" if side == "low" else "most"
            hint = (
                f"cut it off with `{side}: {limit:g}`"
                if entry.dist in {"normal", "lognormal"}
                else f"keep to {limit:g}"
            )
            raise _Wrong(f"it reaches {end:.4g}, and the number is at {word} {limit:g}", hint)


def _plain(value: float) -> str:
    """A number in words: six digits, large ones whole."""
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"


def _words(entry: Entry, current: float) -> str:
    told = [f"{name} {_plain(value)}" for name, value in entry.numbers.items()]
    if entry.values:
        shown = ", ".join(f"{_plain(value)}" for value in entry.values[:4])
        told.append(f"{shown}{f' and {len(entry.values) - 4} more' if len(entry.values) > 4 else ''}")
    middle = {"normal": "mean", "lognormal": "median", "triangular": "mode", "pert": "mode"}.get(entry.dist, "")
    if middle and middle not in entry.numbers and "p10" not in entry.numbers:
        told.append(f"{middle} {_plain(1.0 if entry.factor else current)}")
    return f"{entry.dist}: {', '.join(told)}{' times the value' if entry.factor else ''}"


def price_ranges(model: Model, taken: set[str]) -> list[Uncertain]:
    """Return the prices of lines that have a range: PERT between low and high, likeliest mid, whichever level the budget takes.

    Lines of the same item at the same price are one number: they are never drawn apart. Paths in ``taken`` are drawn otherwise.
    """
    found: dict[tuple[object, ...], list[BudgetLine]] = {}
    for line in model.budget.lines:
        if (
            line.low is None
            or line.mid is None
            or line.high is None
            or _rate_of(line) in taken
            or line.low >= line.high
        ):
            continue
        same = (line.item, line.price) if line.item else (line.id,)
        found.setdefault((*same, line.currency, line.low, line.mid, line.high, line.rate), []).append(line)
    ranges = []
    for lines in found.values():
        low, mid, high = (float(value) for value in (lines[0].low or 0.0, lines[0].mid or 0.0, lines[0].high or 0.0))
        words = f"pert: low {_plain(low)}, mode {_plain(mid)}, high {_plain(high)}"
        paths = tuple(_rate_of(line) for line in lines)
        ranges.append(Uncertain(paths, kinds.Pert(low, mid, high), lines[0].rate, words, "the price tables"))
    return ranges


def _rate_of(line: BudgetLine) -> str:
    return f"lines.{line.id}.rate"
