"""Reading the value of one rule of an incentive, each shape with the keys it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from coprod_budget.catalog import incentive_entries as kinds
from coprod_budget.catalog.dated import DatedReader
from coprod_budget.catalog.tables import CURRENCY
from coprod_budget.catalog.unknown import UNKNOWN
from coprod_budget.catalog.walker import MOST
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coprod_budget.catalog.unknown import Unknown
    from coprod_budget.catalog.walker import Path

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
            return self.choices(value, at, kinds.APPLICANTS if kind == "applicant" else kinds.EXCLUDED, filled=True)
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
        entry = self.mapping(value, at, ("kind", "rate"))
        return self.share(entry.get("rate"), (*at, "rate"))

    def _range(self, value: Any, at: Path) -> kinds.RateRange:
        entry = self.mapping(value, at, ("kind", "low", "expected", "high"))
        return kinds.RateRange(*(self.known_number(entry.get(k), (*at, k)) for k in ("low", "expected", "high")))

    def _tiers(self, value: Any, at: Path) -> kinds.WholeByLocalSpend:
        entry = self.mapping(value, at, ("kind", "currency", "tiers"))
        tiers = []
        for n, item in enumerate(self.items(entry.get("tiers"), (*at, "tiers"), filled=True)):
            here = (*at, "tiers", n)
            tier = self.mapping(item, here, ("above", "rate", "cap"))
            above, rate = (
                self.number(tier.get("above"), (*here, "above")),
                self.share(tier.get("rate"), (*here, "rate")),
            )
            tiers.append(kinds.Tier(above, rate, self.optional(tier, "cap", here)))
        if [t.above for t in tiers] != sorted({t.above for t in tiers}):
            self.wrong("the tiers do not rise", "write them from the lowest spend up", (*at, "tiers"))
        return kinds.WholeByLocalSpend(self.currency(entry.get("currency"), (*at, "currency")), tuple(tiers))

    def _slices(self, value: Any, at: Path) -> kinds.Marginal:
        entry = self.mapping(value, at, ("kind", "currency", "slices", "raised_first_slice"))
        slices = []
        for n, item in enumerate(self.items(entry.get("slices"), (*at, "slices"), filled=True)):
            here = (*at, "slices", n)
            part = self.mapping(item, here, ("up_to", "rate"))
            slices.append(
                kinds.Slice(self.optional(part, "up_to", here), self.share(part.get("rate"), (*here, "rate")))
            )
        raised = None
        if "raised_first_slice" in entry:
            here = (*at, "raised_first_slice")
            part = self.mapping(entry["raised_first_slice"], here, ("rate", "tests"))
            raised = kinds.RaisedSlice(
                self.share(part.get("rate"), (*here, "rate")), self.tests(part.get("tests"), here)
            )
        return kinds.Marginal(self.currency(entry.get("currency"), (*at, "currency")), tuple(slices), raised)

    def _bonuses(self, value: Any, at: Path) -> kinds.BasePlusBonus:
        entry = self.mapping(value, at, ("kind", "base", "bonuses"))
        bonuses = []
        for n, item in enumerate(self.items(entry.get("bonuses"), (*at, "bonuses"), filled=True)):
            here = (*at, "bonuses", n)
            part = self.mapping(item, here, ("id", "add", "total", "logic", "tests"))
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
        entry = self.mapping(value, at, ("kind", "base", *shares, "steps", "criteria"))
        steps = []
        for n, item in enumerate(self.optional_items(entry, "steps", at)):
            here = (*at, "steps", n)
            part = self.mapping(item, here, ("points_min", "points_max", "add"))
            least = self.number(part.get("points_min"), (*here, "points_min"), 1000)
            add = self.share(part.get("add"), (*here, "add"))
            steps.append(kinds.Step(least, self.optional(part, "points_max", here), add))
        criteria = self.optional_items(entry, "criteria", at)
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
        entry = self.mapping(value, at, ("kind", "rate", "raised", "logic", "tests"))
        return kinds.WholeByCondition(
            self.share(entry.get("rate"), (*at, "rate")),
            self.share(entry.get("raised"), (*at, "raised")),
            self._logic(entry, at),
            self.tests(entry.get("tests"), at),
        )

    def _competitive(self, value: Any, at: Path) -> kinds.Competitive:
        entry = self.mapping(value, at, ("kind", "rate", "amount", "probability"))
        here = (*at, "amount")
        part = self.mapping(entry.get("amount"), here, ("low", "expected", "high", "currency"))
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
        return tuple(
            self._test(v, (*at, "tests", n)) for n, v in enumerate(self.items(value, (*at, "tests"), filled=True))
        )

    def _test(self, value: Any, at: Path) -> kinds.RateTest:
        entry = self.mapping(value, at, ("test", "value", "amount", "currency", "spend", "or"))
        amount = self.optional(entry, "amount", at)
        return kinds.RateTest(
            self.choice(entry.get("test"), (*at, "test"), kinds.TESTS),
            self.optional(entry, "value", at),
            amount,
            "" if amount is None else self.currency(entry.get("currency"), (*at, "currency")),
            self.optional_choice(entry, "spend", at, kinds.SPENDS),
            self._test(entry["or"], (*at, "or")) if "or" in entry else None,
        )

    def amount(self, value: Any, at: Path) -> kinds.Amount:
        """Return an amount of money."""
        keys = ("amount", "currency", "per", "of", "what", "when", "or_share_of_budget", "soft")
        entry = self.mapping(value, at, keys)
        if not isinstance(entry.get("soft", False), bool):
            self.wrong(f"soft is {shown(entry['soft'])}", "write true or false", (*at, "soft"))
        return kinds.Amount(
            self.number(entry.get("amount"), (*at, "amount")),
            self.currency(entry.get("currency"), (*at, "currency")),
            self.choice(entry.get("per", "project"), (*at, "per"), kinds.PERS),
            self.optional_choice(entry, "of", at, kinds.BASES_OF),
            str(entry.get("what") or ""),
            self._when(entry, at),
            self.optional(entry, "or_share_of_budget", at, 1.0),
            entry.get("soft") is True,
        )

    def share_of(self, value: Any, at: Path) -> kinds.Share:
        """Return a share of something."""
        keys = ("share", "of", "what", "when", "leaves_out", "amount", "above", "currency")
        entry = self.mapping(value, at, keys)
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
            self.choices(entry["leaves_out"], (*at, "leaves_out"), kinds.SPENDS, filled=True)
            if "leaves_out" in entry
            else (),
            amount,
            above,
            self.currency(entry.get("currency"), (*at, "currency")) if has_money else "",
        )

    def count(self, value: Any, at: Path) -> kinds.Count:
        """Return a number of days, minutes, points."""
        entry = self.mapping(value, at, ("unit", "minimum", "maximum", "of", "each_part", "per", "what"))
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
            self.optional_choice(entry, "per", at, kinds.PERS),
            str(entry.get("what") or ""),
        )

    def lag(self, value: Any, at: Path) -> kinds.Lag:
        """Return a payment lag in months."""
        entry = self.mapping(value, at, ("low", "typical", "high", "part"))
        low, typical, high = (self.known_number(entry.get(key), (*at, key)) for key in ("low", "typical", "high"))
        return kinds.Lag(low, typical, high, str(entry.get("part") or ""))

    def stacking(self, value: Any, at: Path) -> kinds.Stacking:
        """Return a rule about other money."""
        entry = self.mapping(value, at, ("rule", "with"))
        rule = self.choice(entry.get("rule"), (*at, "rule"), kinds.STACKINGS)
        return kinds.Stacking(rule, self.texts(entry.get("with"), (*at, "with"), filled=True))

    def currency(self, value: Any, at: Path) -> str:
        """Return a currency code."""
        if isinstance(value, str) and CURRENCY.fullmatch(value):
            return value
        self.wrong(f"{at[-1]} is {shown(value)}", "write three capital letters, such as EUR", at)
        return "EUR"

    def optional(self, entry: Mapping[str, Any], key: str, at: Path, most: float = MOST) -> float | None:
        """Return a number, or None where it is not there."""
        return None if entry.get(key) is None else self.number(entry[key], (*at, key), most)

    def _logic(self, entry: Mapping[str, Any], at: Path) -> kinds.Logic:
        return cast("kinds.Logic", self.choice(entry.get("logic"), (*at, "logic"), LOGICS))

    def _when(self, entry: Mapping[str, Any], at: Path) -> str:
        return self.optional_choice(entry, "when", at, kinds.WHENS)
