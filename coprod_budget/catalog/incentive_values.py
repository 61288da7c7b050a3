"""Reading the value of one rule of an incentive, each shape with the keys it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from coprod_budget.catalog import incentive_entries as kinds
from coprod_budget.catalog.dated import DatedReader
from coprod_budget.catalog.tables import CURRENCY
from coprod_budget.catalog.unknown import UNKNOWN
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coprod_budget.catalog.dated import Path
    from coprod_budget.catalog.unknown import Unknown

LOGICS = ("all", "any")


class ValueReader(DatedReader):
    """A reader of dated values that knows the shapes of incentives."""

    def value(self, kind: str, value: Any, at: Path) -> kinds.Value:
        """Return the value of a rule of this kind."""
        shape = kinds.KINDS[kind]
        if value == kinds.NONE and kind in {"cap_per_project", "minimum_spend"}:
            return kinds.NONE
        if shape == "word":
            return self.choice(value, at, kinds.WORDS[kind])
        if shape == "names":
            return self.choices(value, at, kinds.APPLICANTS if kind == "applicant" else kinds.EXCLUDED)
        readers: Mapping[str, Callable[[Any, Path], kinds.Value]] = {
            "rate": self.rate,
            "text": self.text,
            "amount": self.amount,
            "share": self.share_of,
            "amount_or_share": self.share_of if isinstance(value, dict) and "share" in value else self.amount,
            "count": self.count,
            "lag": self.lag,
            "stacking": self.stacking,
        }
        return readers[shape](value, at)

    def rate(self, value: Any, at: Path) -> kinds.Rate:
        """Return a rate of one of the closed kinds."""
        kind = self.choice(self.mapping(value, at).get("kind"), (*at, "kind"), kinds.RATE_KINDS)
        readers: dict[str, Callable[[Any, Path], kinds.Rate]] = {
            "flat": lambda v, a: kinds.Flat(self._one_rate(v, a)),
            "flat_up_to": lambda v, a: kinds.FlatUpTo(self._one_rate(v, a)),
            "range": self._range,
            "whole_by_local_spend": self._tiers,
            "marginal": self._slices,
            "base_plus_bonus": self._bonuses,
            "points": self._points,
            "whole_by_condition": self._condition,
            "competitive": self._competitive,
        }
        return readers[kind](value, at)

    def _one_rate(self, value: Any, at: Path) -> float:
        entry = self.known_keys(value, at, ("kind", "rate"))
        return self.share(entry.get("rate"), (*at, "rate"))

    def _range(self, value: Any, at: Path) -> kinds.RateRange:
        entry = self.known_keys(value, at, ("kind", "low", "expected", "high"))
        return kinds.RateRange(*(self.known_number(entry.get(k), (*at, k)) for k in ("low", "expected", "high")))

    def _tiers(self, value: Any, at: Path) -> kinds.WholeByLocalSpend:
        entry = self.known_keys(value, at, ("kind", "currency", "tiers"))
        tiers = []
        for n, item in enumerate(self.items(entry.get("tiers"), (*at, "tiers"))):
            here = (*at, "tiers", n)
            tier = self.known_keys(item, here, ("above", "rate", "cap"))
            above, rate = (
                self.number(tier.get("above"), (*here, "above")),
                self.share(tier.get("rate"), (*here, "rate")),
            )
            tiers.append(kinds.Tier(above, rate, self.optional(tier, "cap", here)))
        if [t.above for t in tiers] != sorted({t.above for t in tiers}):
            self.wrong("the tiers do not rise", "write them from the lowest spend up", (*at, "tiers"))
        return kinds.WholeByLocalSpend(self.currency(entry.get("currency"), (*at, "currency")), tuple(tiers))

    def _slices(self, value: Any, at: Path) -> kinds.Marginal:
        entry = self.known_keys(value, at, ("kind", "currency", "slices", "raised_first_slice"))
        slices = []
        for n, item in enumerate(self.items(entry.get("slices"), (*at, "slices"))):
            here = (*at, "slices", n)
            part = self.known_keys(item, here, ("up_to", "rate"))
            slices.append(
                kinds.Slice(self.optional(part, "up_to", here), self.share(part.get("rate"), (*here, "rate")))
            )
        raised = None
        if "raised_first_slice" in entry:
            here = (*at, "raised_first_slice")
            part = self.known_keys(entry["raised_first_slice"], here, ("rate", "tests"))
            raised = kinds.RaisedSlice(
                self.share(part.get("rate"), (*here, "rate")), self.tests(part.get("tests"), here)
            )
        return kinds.Marginal(self.currency(entry.get("currency"), (*at, "currency")), tuple(slices), raised)

    def _bonuses(self, value: Any, at: Path) -> kinds.BasePlusBonus:
        entry = self.known_keys(value, at, ("kind", "base", "bonuses"))
        bonuses = []
        for n, item in enumerate(self.items(entry.get("bonuses"), (*at, "bonuses"))):
            here = (*at, "bonuses", n)
            part = self.known_keys(item, here, ("id", "add", "total", "logic", "tests"))
            bonuses.append(
                kinds.Bonus(
                    self.text(part.get("id"), (*here, "id")),
                    self.share(part.get("add"), (*here, "add")),
                    self.share(part.get("total"), (*here, "total")),
                    self._logic(part, here),
                    self.tests(part.get("tests"), here),
                )
            )
        return kinds.BasePlusBonus(self.share(entry.get("base"), (*at, "base")), tuple(bonuses))

    def _points(self, value: Any, at: Path) -> kinds.Points:
        shares = ("per_point", "bonus_minimum", "bonus_maximum", "maximum")
        entry = self.known_keys(value, at, ("kind", "base", *shares, "steps", "criteria"))
        steps = []
        for n, item in enumerate(self.items(entry.get("steps"), (*at, "steps"), may_be_empty=True)):
            here = (*at, "steps", n)
            part = self.known_keys(item, here, ("points_min", "points_max", "add"))
            least = self.number(part.get("points_min"), (*here, "points_min"), 1000)
            add = self.share(part.get("add"), (*here, "add"))
            steps.append(kinds.Step(least, self.optional(part, "points_max", here), add))
        criteria = self.items(entry.get("criteria"), (*at, "criteria"), may_be_empty=True)
        per_point, minimum, most, maximum = (self.optional(entry, key, at, 1.0) for key in shares)
        return kinds.Points(
            self.share(entry.get("base"), (*at, "base")),
            per_point,
            minimum,
            most,
            maximum,
            tuple(steps),
            tuple(self.text(c, (*at, "criteria", n)) for n, c in enumerate(criteria)),
        )

    def _condition(self, value: Any, at: Path) -> kinds.WholeByCondition:
        entry = self.known_keys(value, at, ("kind", "rate", "raised", "logic", "tests"))
        return kinds.WholeByCondition(
            self.share(entry.get("rate"), (*at, "rate")),
            self.share(entry.get("raised"), (*at, "raised")),
            self._logic(entry, at),
            self.tests(entry.get("tests"), at),
        )

    def _competitive(self, value: Any, at: Path) -> kinds.Competitive:
        entry = self.known_keys(value, at, ("kind", "rate", "amount", "probability"))
        here = (*at, "amount")
        part = self.known_keys(entry.get("amount"), here, ("low", "expected", "high", "currency"))
        low, expected, high = (self.known_number(part.get(k), (*here, k)) for k in ("low", "expected", "high"))
        currency = self.currency(part["currency"], (*here, "currency")) if "currency" in part else ""
        if not currency and {low, expected, high} != {UNKNOWN}:
            self.wrong("an amount without a currency", "write it, such as currency: RUB", here)
        return kinds.Competitive(
            self.known_number(entry.get("rate"), (*at, "rate")),
            kinds.Estimate(low, expected, high, currency),
            self.known_number(entry.get("probability"), (*at, "probability")),
        )

    def tests(self, value: Any, at: Path) -> tuple[kinds.RateTest, ...]:
        """Return the tests of a bonus or a raised rate."""
        return tuple(self._test(v, (*at, "tests", n)) for n, v in enumerate(self.items(value, (*at, "tests"))))

    def _test(self, value: Any, at: Path) -> kinds.RateTest:
        entry = self.known_keys(value, at, ("test", "value", "amount", "currency", "spend", "or"))
        amount = self.optional(entry, "amount", at)
        return kinds.RateTest(
            self.choice(entry.get("test"), (*at, "test"), kinds.TESTS),
            self.optional(entry, "value", at),
            amount,
            "" if amount is None else self.currency(entry.get("currency"), (*at, "currency")),
            self.choice(entry["spend"], (*at, "spend"), kinds.SPENDS) if "spend" in entry else "",
            self._test(entry["or"], (*at, "or")) if "or" in entry else None,
        )

    def amount(self, value: Any, at: Path) -> kinds.Amount:
        """Return an amount of money."""
        keys = ("amount", "currency", "per", "of", "what", "when", "or_share_of_budget", "soft")
        entry = self.known_keys(value, at, keys)
        if entry.get("soft", False) not in {True, False}:
            self.wrong(f"soft is {shown(entry['soft'])}", "write true or false", (*at, "soft"))
        return kinds.Amount(
            self.number(entry.get("amount"), (*at, "amount")),
            self.currency(entry.get("currency"), (*at, "currency")),
            self.choice(entry.get("per", "project"), (*at, "per"), kinds.PERS),
            self.choice(entry["of"], (*at, "of"), kinds.BASES_OF) if "of" in entry else "",
            str(entry.get("what") or ""),
            self._when(entry, at),
            self.optional(entry, "or_share_of_budget", at, 1.0),
            entry.get("soft") is True,
        )

    def share_of(self, value: Any, at: Path) -> kinds.Share:
        """Return a share of something."""
        keys = ("share", "of", "what", "when", "leaves_out", "amount", "above", "currency")
        entry = self.known_keys(value, at, keys)
        of: str | Unknown = UNKNOWN
        if entry.get("of") != str(UNKNOWN):
            of = self.choice(entry.get("of"), (*at, "of"), kinds.BASES_OF)
        amount, above = self.optional(entry, "amount", at), self.optional(entry, "above", at)
        has_money = amount is not None or above is not None
        return kinds.Share(
            self.share(entry.get("share"), (*at, "share")),
            of,
            str(entry.get("what") or ""),
            self._when(entry, at),
            self.choices(entry["leaves_out"], (*at, "leaves_out"), kinds.SPENDS) if "leaves_out" in entry else (),
            amount,
            above,
            self.currency(entry.get("currency"), (*at, "currency")) if has_money else "",
        )

    def count(self, value: Any, at: Path) -> kinds.Count:
        """Return a number of days, minutes, points."""
        entry = self.known_keys(value, at, ("unit", "minimum", "maximum", "of", "each_part", "per", "what"))
        least, most = (
            self.known_number(entry[key], (*at, key)) if key in entry else None for key in ("minimum", "maximum")
        )
        if least is None and most is None:
            self.wrong("neither minimum nor maximum", "write one of them", at)
        return kinds.Count(
            self.choice(entry.get("unit"), (*at, "unit"), ("day", "month", "year", "minute", "episode", "point")),
            least,
            most,
            self.optional(entry, "of", at),
            self.optional(entry, "each_part", at),
            self.choice(entry["per"], (*at, "per"), kinds.PERS) if "per" in entry else "",
            str(entry.get("what") or ""),
        )

    def lag(self, value: Any, at: Path) -> kinds.Lag:
        """Return a payment lag in months."""
        entry = self.known_keys(value, at, ("low", "typical", "high", "part"))
        low, typical, high = (self.known_number(entry.get(key), (*at, key)) for key in ("low", "typical", "high"))
        return kinds.Lag(low, typical, high, str(entry.get("part") or ""))

    def stacking(self, value: Any, at: Path) -> kinds.Stacking:
        """Return a rule about other money."""
        entry = self.known_keys(value, at, ("rule", "with"))
        others = self.items(entry.get("with"), (*at, "with"))
        rule = self.choice(entry.get("rule"), (*at, "rule"), kinds.STACKINGS)
        return kinds.Stacking(rule, tuple(self.text(o, (*at, "with", n)) for n, o in enumerate(others)))

    def currency(self, value: Any, at: Path) -> str:
        """Return a currency code."""
        if isinstance(value, str) and CURRENCY.fullmatch(value):
            return value
        self.wrong(f"{at[-1]} is {shown(value)}", "write three capital letters, such as EUR", at)
        return "EUR"

    def optional(self, entry: Mapping[str, Any], key: str, at: Path, most: float = 1e15) -> float | None:
        """Return a number, or None where it is not there."""
        return None if entry.get(key) is None else self.number(entry[key], (*at, key), most)

    def _logic(self, entry: Mapping[str, Any], at: Path) -> kinds.Logic:
        return cast("kinds.Logic", self.choice(entry.get("logic"), (*at, "logic"), LOGICS))

    def _when(self, entry: Mapping[str, Any], at: Path) -> str:
        return self.choice(entry["when"], (*at, "when"), kinds.WHENS) if "when" in entry else ""
