"""The value of a rule in a few words, for a cell of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN, Unknown
from coprod_budget.catalog import incentive_entries as kinds
from coprod_budget.report.tables import percent, trimmed

if TYPE_CHECKING:
    from coprod_budget.catalog.incentive_entries import Number, Value

ENDED = "ended"


def value_words(value: Value | Unknown | float | None) -> str:
    """Return any value of a rule in words; what is not known says so, and a rule that has ended too."""
    if value is None:
        return ENDED
    if isinstance(value, Unknown):
        return str(UNKNOWN)
    if isinstance(value, str):
        return value.replace("_", " ") if " " not in value else value
    if isinstance(value, float):
        return percent(value)
    if isinstance(value, kinds.Rate):
        return rate_words(value)
    return _limit_words(value)


def _limit_words(value: Value) -> str:
    match value:
        case kinds.Amount():
            return _amount(value)
        case kinds.Share():
            return _share(value)
        case kinds.Count():
            return _count(value)
        case kinds.Lag(low, typical, high, part):
            months = f"{_number(low)} to {_number(high)} months, {_number(typical)} as a rule"
            return f"{months} ({part})" if part else months
        case kinds.Stacking(rule, others):
            return f"{_plain(rule)}: {', '.join(others)}"
        case tuple():
            return ", ".join(map(_plain, value))
    return str(value)


def rate_words(rate: kinds.Rate) -> str:
    """Return a rate in words."""
    match rate:
        case kinds.Flat(value):
            return percent(value)
        case kinds.FlatUpTo(value):
            return f"up to {percent(value)}"
        case kinds.RateRange(low, expected, high):
            return f"{_percent(low)} to {_percent(high)}, expected {_percent(expected)}"
        case kinds.WholeByLocalSpend(currency, tiers):
            return "; ".join(_tier(t, currency) for t in tiers) + " (of all spend)"
        case kinds.Marginal():
            return _marginal(rate)
        case kinds.BasePlusBonus(base, bonuses):
            more = (f"{percent(b.total)} with {_plain(b.id)} ({_tests(b.tests, b.logic)})" for b in bonuses)
            return "; ".join((percent(base), *more))
        case kinds.Points():
            return _points(rate)
        case kinds.WholeByCondition(value, raised, logic, tests):
            return f"{percent(value)}; {percent(raised)} of everything if {_tests(tests, logic)}"
        case kinds.Competitive(share, amount, probability):
            if amount.currency:
                figures = " / ".join(map(_number, (amount.low, amount.expected, amount.high)))
                grant = f"{amount.currency} {figures} (low, expected, high)"
            else:
                grant = "unknown amount"
            rated = "" if isinstance(share, Unknown) else f"{percent(share)}, "
            return f"by competition: {rated}{grant}, probability {_percent(probability)}"


def _tier(tier: kinds.Tier, currency: str) -> str:
    text = percent(tier.rate) + (f" above {currency} {_number(tier.above)}" if tier.above else "")
    return text if tier.cap is None else f"{text}, at most {currency} {_number(tier.cap)}"


def _marginal(rate: kinds.Marginal) -> str:
    parts = [
        f"{percent(s.rate)} " + ("of the rest" if s.up_to is None else f"up to {rate.currency} {_number(s.up_to)}")
        for s in rate.slices
    ]
    if rate.raised_first_slice:
        raised = rate.raised_first_slice
        parts.append(f"first slice {percent(raised.rate)} if {_tests(raised.tests, 'all')}")
    return "; ".join(parts)


def _points(rate: kinds.Points) -> str:
    parts = [percent(rate.base)]
    if rate.per_point is not None:
        parts.append(f"{percent(rate.per_point)} more a point")
    if rate.bonus_minimum is not None and rate.bonus_maximum is not None:
        parts.append(f"from {percent(rate.bonus_minimum)} to {percent(rate.bonus_maximum)} in all")
    for step in rate.steps:
        points = f"{_number(step.points_min)} points on"
        if step.points_max is not None:
            points = f"{_number(step.points_min)} to {_number(step.points_max)} points"
        parts.append(f"{percent(step.add)} more with {points}")
    if rate.maximum is not None:
        parts.append(f"at most {percent(rate.maximum)}")
    return "; ".join(parts)


def _tests(tests: tuple[kinds.RateTest, ...], logic: str) -> str:
    return (" and " if logic == "all" else " or ").join(map(_test, tests))


def _test(test: kinds.RateTest) -> str:
    words = _plain(test.test)
    if test.spend:
        words = words.replace("spend", f"{_plain(test.spend)} spend", 1)
    if test.amount is not None:
        words += f" {test.currency} {_number(test.amount)}"
    elif test.value is not None:
        words += f" {percent(test.value) if 'share' in test.test else _number(test.value)}"
    return f"{words} or {_test(test.alternative)}" if test.alternative else words


def _amount(value: kinds.Amount) -> str:
    text = f"{value.currency} {_number(value.amount)}"
    if value.per != "project":
        text += f" a {_plain(value.per)}"
    if value.or_share_of_budget is not None:
        text += f", or {percent(value.or_share_of_budget)} of the budget if less"
    if value.soft:
        text += ", more by decision"
    return text + _about(value.of, value.what, value.when)


def _share(value: kinds.Share) -> str:
    of = "unknown base" if isinstance(value.of, Unknown) else _plain(value.of)
    text = f"{percent(value.share)} of {of}"
    if value.amount is not None:
        text += f" and {value.currency} {_number(value.amount)}"
    if value.above is not None:
        text += f", above {value.currency} {_number(value.above)}"
    if value.leaves_out:
        text += f", without {', '.join(map(_plain, value.leaves_out))}"
    return text + _about("", value.what, value.when)


def _about(of: str, what: str, when: str) -> str:
    about = [_plain(word) for word in (of, what, when) if word]
    return f" ({', '.join(about)})" if about else ""


def _count(value: kinds.Count) -> str:
    parts = []
    if value.minimum is not None:
        parts.append(f"at least {_number(value.minimum)}")
    if value.maximum is not None:
        parts.append(f"at most {_number(value.maximum)}")
    text = " ".join(parts) + (f" of {_number(value.of)}" if value.of is not None else "") + f" {value.unit}s"
    if value.each_part is not None:
        text += f", {_number(value.each_part)} in each part"
    if value.per:
        text += f" a {value.per}"
    return text + (f" ({_plain(value.what)})" if value.what else "")


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _number(value: Number) -> str:
    return str(UNKNOWN) if isinstance(value, Unknown) else trimmed(value, 2)


def _percent(value: Number) -> str:
    return str(UNKNOWN) if isinstance(value, Unknown) else percent(value)
