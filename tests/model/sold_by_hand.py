"""From the gross to everybody's money a second time, in plain Python: period by period, outlet by outlet, step by step."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any, NamedTuple

START = dt.date(2026, 10, 1)
"""The first day of every random film."""
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
USUAL = {"cinema": (0, 3, 3), "tv": (24, 1, 3), "vod": (6, 12, 3)}
"""Months from the release until a medium opens, over which it earns, and until the money comes."""
WITHOUT_END = 1e9


class Sold(NamedTuple):
    """One scenario: the periods in which something happens, and what every outlet and distributor gets in each.

    ``counted`` are gross and tickets of the cinemas of every territory before a period and in it; ``totals`` are sums by territory.
    """

    periods: list[int]
    receipts: dict[str, dict[int, float]]
    at_source: dict[str, dict[int, float]]
    counted: dict[tuple[str, str], dict[int, tuple[float, float]]]
    totals: dict[str, float]


def _month(on: dt.date) -> float:
    return (on.year - START.year) * 12 + on.month - START.month + (on.day - 1) * 12 / 365


def delivered(project: dict[str, Any]) -> float:
    """Months from the first day to the delivery, which is the release."""
    plan = project["schedule"]
    weeks = plan["prep_weeks"] + sum(plan["shoot_days"].values()) / plan["days_per_week"]
    return float((weeks + plan["wrap_weeks"] + plan["post_weeks"]) * 7 * 12 / 365)


class Times:
    """Moments and stretches of time cut into the project's periods."""

    def __init__(self, project: dict[str, Any]) -> None:
        self._step = MONTHS[project["revenue"].get("period", "quarter")]
        self._offset = (START.month - 1) % self._step
        self.release = delivered(project)

    def moment(self, on: Any) -> float:
        """A day of the file or the delivery, in months."""
        return self.release if on in {"delivery", "release"} else _month(dt.date.fromisoformat(on))

    def period(self, moment: float) -> int:
        """The period in which a moment lies; all that is earlier is in the first."""
        return max(int((moment + self._offset) // self._step), 0)

    def parts(self, outlet: dict[str, Any], medium: str) -> dict[int, float]:
        """What part of an outlet's gross comes in in each period."""
        found: dict[int, float] = {}
        if "paid" in outlet:
            for payment in outlet["paid"]:
                period = self.period(self.moment(payment["on"]))
                found[period] = found.get(period, 0) + payment["share"]
            return found
        window, over, after = USUAL[medium]
        begin = self.release + window + after
        for period in range(self.period(begin), self.period(begin + over) + 1):
            opens, closes = period * self._step - self._offset, (period + 1) * self._step - self._offset
            within = min(closes, begin + over) - max(opens, begin)
            found[period] = max(within, 0) / over
        return found


def distributor(name: str, terms: dict[str, Any]) -> str:
    """Who distributes in a territory."""
    return str(terms.get("distributor", f"distributor_{terms.get('collateral', name).lower()}"))


def presales(project: dict[str, Any], territory: str) -> list[dict[str, Any]]:
    """Sources of finance that a territory's distributor recoups."""
    return [f for f in project["finance"] if f.get("territory") == territory]


def laid_out(project: dict[str, Any], worth: dict[str, float]) -> dict[str, float]:
    """What every distributor spends: prints and advertising, guarantees and presales."""
    found: dict[str, float] = {}
    for name, terms in project["revenue"]["territories"].items():
        spent = terms["p_and_a"] + terms["minimum_guarantee"] + sum(x["amount"] for x in terms.get("p_and_a_later", []))
        amount = spent * worth[terms["currency"]]
        amount += sum(f["amount"] * worth[f["currency"]] for f in presales(project, name))
        who = distributor(name, terms)
        found[who] = found.get(who, 0) + amount
    return found


def outlets(terms: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The media of a territory with their terms."""
    own = {"distributor_fee": terms["distributor_fee"], "fee_base": "rental"}
    return {"cinema": terms, **{m: {**own, **given} for m, given in terms.get("media", {}).items()}}


def gross_of(project: dict[str, Any], scenario: str, name: str, medium: str) -> float:
    """What an outlet grosses."""
    terms, told = project["revenue"]["territories"][name], project["revenue"]["scenarios"][scenario]
    cinema = told.get("gross", {}).get(name, 0) + told.get("admissions", {}).get(name, 0) * terms.get("ticket_price", 0)
    if medium == "cinema":
        return float(cinema)
    ratio = terms["media"][medium].get("gross_per_cinema")
    stated = told.get("media", {}).get(name, {}).get(medium, 0)
    return float(stated if ratio is None else cinema * ratio)


def bands(before: float, now: float, thresholds: list[float]) -> list[float]:
    """How much of what comes in now lies between one threshold and the next; where nothing comes in, where it stands."""
    edges = [0.0, *thresholds, float("inf")]
    if now > 0:
        return [max(min(before + now, high) - max(before, low), 0) / now for low, high in pairwise(edges)]
    return [float(low <= before < high) for low, high in pairwise(edges)]


def sell(project: dict[str, Any], scenario: str, worth: dict[str, float]) -> Sold:
    """Let the film play in one scenario."""
    times, territories = Times(project), project["revenue"]["territories"]
    shares = {f"{t}.{m}": times.parts(o, m) for t, terms in territories.items() for m, o in outlets(terms).items()}
    events = [times.period(times.moment(t.get("guarantee_on", "delivery"))) for t in territories.values()]
    periods = sorted({*events, *(p for parts in shares.values() for p in parts)})
    sold = Sold(periods, {o: {} for o in shares}, {}, {}, {})
    accounts: dict[str, list[str]] = {}
    for name, terms in territories.items():
        accounts.setdefault(terms.get("collateral", f"alone {name}"), []).append(name)
        sold.at_source.setdefault(distributor(name, terms), {})
    for members in accounts.values():
        _account(project, scenario, worth, members, shares, times, sold)
    return sold


def _account(
    project: dict[str, Any],
    scenario: str,
    worth: dict[str, float],
    members: list[str],
    shares: dict[str, dict[int, float]],
    times: Times,
    sold: Sold,
) -> None:
    """Territories that recoup together; both debts are kept in the currency of the report."""
    territories = {name: project["revenue"]["territories"][name] for name in members}
    spent = back = 0.0
    gone: dict[str, float] = {}
    for period in sold.periods:
        costs = sum(_p_and_a_due(t, times, period) * worth[t["currency"]] for t in territories.values())
        owed = sum(_guarantee_due(project, n, times, period, worth) for n in members)
        for name, terms in territories.items():
            unit, price = worth[terms["currency"]], terms.get("ticket_price")
            cinema = gross_of(project, scenario, name, "cinema") * shares[f"{name}.cinema"].get(period, 0)
            seen = gone.get(f"{name}.cinema", 0)
            sold.counted.setdefault((name, "gross"), {})[period] = (seen, cinema)
            if price:
                sold.counted.setdefault((name, "admissions"), {})[period] = (seen / price, cinema / price)
            for medium, outlet in outlets(terms).items():
                key = f"{name}.{medium}"
                gross, before = gross_of(project, scenario, name, medium) * shares[key].get(period, 0), gone.get(key, 0)
                gone[key] = before + gross
                vat = terms["ticket_vat"] if medium == "cinema" and isinstance(terms["ticket_vat"], float) else 0
                left = gross / (1 + vat) * (1 - outlet.get("levy", 0))
                rental = left * (1 - terms["exhibitor"]) if medium == "cinema" else left
                steps = outlet.get("fee_steps", [])
                if steps and "above_admissions" in steps[0]:
                    parts = bands(seen / price, cinema / price, [s["above_admissions"] for s in steps])
                else:
                    parts = bands(before, gross, [s["above_gross"] for s in steps])
                rates = [outlet["distributor_fee"], *(s["rate"] for s in steps)]
                joined = medium == "cinema" or terms.get("cross_collateralised", True)
                room = max(costs - spent, 0) / unit if joined else 0
                if outlet["fee_base"] == "net":
                    taken = min(room, rental)
                    fee = _fee(rental, taken, parts, rates)
                else:
                    fee = min(_fee(gross if outlet["fee_base"] == "gross" else rental, 0, parts, rates), rental)
                    taken = min(room, rental - fee)
                net = rental - fee - taken
                kept = min(max(owed - back, 0) / unit, net * terms.get("guarantee_part", 1)) if joined else 0
                spent, back = spent + taken * unit, back + kept * unit
                paid = 0.0
                if medium == "cinema" and times.period(times.moment(terms.get("guarantee_on", "delivery"))) == period:
                    paid = terms["minimum_guarantee"]
                sold.receipts[key][period] = (net - kept + paid) * unit
                mine = sold.at_source[distributor(name, terms)]
                mine[period] = mine.get(period, 0) + (fee + taken + kept) * unit
                for word, amount in {
                    "vat": gross - gross / (1 + vat), "rental": rental, "fee": fee, "p_and_a": taken, "producer_net": net,
                    "guarantee_recouped": kept, "receipts": sold.receipts[key][period],
                }.items():  # fmt: skip
                    sold.totals[f"{name}.{word}"] = sold.totals.get(f"{name}.{word}", 0) + amount


def _fee(base: float, taken: float, parts: list[float], rates: list[float]) -> float:
    """Every rate on its part of the base, what was taken off before is taken off the first part first."""
    fee = 0.0
    for part, rate in zip(parts, rates, strict=True):
        off = min(taken, base * part)
        fee, taken = fee + (base * part - off) * rate, taken - off
    return fee


def _p_and_a_due(terms: dict[str, Any], times: Times, period: int) -> float:
    if not terms.get("p_and_a_recouped", True):
        return 0.0
    spending = [{"amount": terms["p_and_a"], "on": "release"}, *terms.get("p_and_a_later", [])]
    spent = sum(x["amount"] for x in spending if times.period(times.moment(x["on"])) <= period)
    return float(min(spent, terms.get("p_and_a_cap", WITHOUT_END)))


def _guarantee_due(project: dict[str, Any], name: str, times: Times, period: int, worth: dict[str, float]) -> float:
    terms = project["revenue"]["territories"][name]
    due = 0.0
    if times.period(times.moment(terms.get("guarantee_on", "delivery"))) <= period:
        due = terms["minimum_guarantee"] * worth[terms["currency"]]
    for source in presales(project, name):
        for part in source["instalments"]:
            if times.period(times.moment(part["on"])) <= period:
                due += source["amount"] * worth[source["currency"]] * part["share"]
    return float(due)
