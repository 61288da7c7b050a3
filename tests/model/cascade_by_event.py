"""A second waterfall in plain Python, to hold the first against: event by event, with purses and ledgers, no columns.

It knows every kind of step. Each outlet has a purse; a step draws on the purses it may, on each in proportion to what is in it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Waterfall:
    """Who has been paid what so far, by step and party; ``pay_out`` takes the money of the next event."""

    def __init__(
        self,
        rules: Sequence[Mapping[str, Any]],
        outlets: Sequence[str],
        invested: Mapping[str, float],
        investments: Mapping[str, Sequence[float]],
        days: Sequence[float],
        new_year: Sequence[float],
    ) -> None:
        self.rules = [dict(r) for r in rules]
        self.outlets, self.invested, self.investments = outlets, invested, investments
        self.days, self.new_year = days, new_year
        self.event = 0
        self.at_source = self._always_covered()
        self.ledger: dict[tuple[str, str], float] = defaultdict(float)
        self.history: list[dict[tuple[str, str], float]] = []
        self.given: dict[str, float] = defaultdict(float)
        self.left: list[float] = []
        self.gross_due: dict[str, float] = defaultdict(float)
        self.gross_so_far: dict[str, float] = defaultdict(float)
        self.seen_so_far: dict[str, float] = defaultdict(float)
        self.interest_due: dict[tuple[str, str], float] = defaultdict(float)
        self.capital: dict[tuple[str, str], float] = defaultdict(float)
        self.in_so_far: dict[str, float] = defaultdict(float)

    def _always_covered(self) -> set[str]:
        """The percentages before which nothing can have emptied an outlet: each takes its rate of every outlet's own money."""
        found: set[str] = set()
        touched: set[str] = set()
        promised: dict[str, float] = defaultdict(float)
        for rule in self.rules:
            if rule["kind"] == "bonus":
                continue
            mine = self._mine(rule)
            for outlet in mine:
                promised[outlet] += rule.get("rate", 0.0)
            percent = rule["kind"] == "percent_of_gross"
            limited = bool({"amount", "party"} & set(rule.get("until") or {}))
            if percent and not limited and not touched & set(mine) and all(promised[o] <= 1 for o in mine):
                found.add(rule["id"])
            elif not percent or len({self._told_apart(o) for o in mine}) > 1:
                touched.update(mine)
        return found

    def _told_apart(self, outlet: str) -> tuple[bool, ...]:
        return tuple(outlet in self._mine(rule) for rule in self.rules if rule["kind"] != "bonus")

    # --- one event --------------------------------------------------------------------------------------------------

    def pay_out(self, money: Mapping[str, float], tickets: Mapping[str, float]) -> None:
        self.money, self.tickets = dict(money), dict(tickets)
        self.purses = dict(money)
        before = dict(self.ledger)
        self._accrue()
        for rule in self.rules:
            if rule["kind"] != "bonus":
                getattr(self, f"_{rule['kind']}")(rule)
        now = {key: total - before.get(key, 0.0) for key, total in self.ledger.items()}
        self.history.append(now)
        for rule in self.rules:
            if rule["kind"] == "bonus":
                self._bonus(rule, now)
        self.left.append(sum(self.purses.values()))
        for outlet, amount in money.items():
            self.gross_so_far[outlet] += amount
        for outlet, seen in tickets.items():
            self.seen_so_far[outlet] += seen
        for party, rows in self.investments.items():
            self.in_so_far[party] += rows[self.event]
        self.event += 1

    def received(self, party: str) -> float:
        return sum(x for (_, p), x in self.ledger.items() if p == party) + self.given[party]

    # --- purses -----------------------------------------------------------------------------------------------------

    def _mine(self, rule: Mapping[str, Any]) -> list[str]:
        names = rule.get("of") or self.outlets
        return [o for o in self.outlets if o in names or o.partition(".")[0] in names]

    def _there(self, rule: Mapping[str, Any]) -> float:
        return sum(self.purses[o] for o in self._mine(rule))

    def _take(self, rule: Mapping[str, Any], amount: float) -> None:
        mine, there = self._mine(rule), self._there(rule)
        if there > 0:
            for outlet in mine:
                self.purses[outlet] -= amount * self.purses[outlet] / there

    def _give(self, rule: Mapping[str, Any], party: str, amount: float) -> None:
        self.ledger[rule["id"], party] += amount

    def _split(self, rule: Mapping[str, Any]) -> dict[str, float]:
        pay = rule["pay"]
        if isinstance(pay, dict):
            return pay
        names = [pay] if isinstance(pay, str) else list(pay)
        if rule["kind"] == "share":
            return dict.fromkeys(names, rule["rate"])
        return dict.fromkeys(names, 1 / len(names))

    def _paid_by(self, rule: Mapping[str, Any]) -> float:
        return sum(x for (step, _), x in self.ledger.items() if step == rule["id"])

    # --- what opens and closes a step -------------------------------------------------------------------------------

    def _open(self, rule: Mapping[str, Any]) -> float:
        """The part of this event's money for which a step is open, by tickets or gross of a territory's cinemas."""
        until, after = rule.get("until") or {}, rule.get("after") or {}
        end = self._below(until) if {"admissions", "gross"} & set(until) else 1.0
        begin = self._below(after) if after else 0.0
        return max(end - begin, 0.0)

    def _below(self, threshold: Mapping[str, Any]) -> float:
        limit: float
        cinema = f"{threshold['territory']}.cinema"
        if "admissions" in threshold:
            limit, before, now = threshold["admissions"], self.seen_so_far[cinema], self.tickets.get(cinema, 0.0)
        else:
            limit, before, now = threshold["gross"], self.gross_so_far[cinema], self.money[cinema]
        if before + now <= limit:
            return 1.0 if now > 0 or before < limit else 0.0
        return max(limit - before, 0.0) / now if now > 0 else 0.0

    def _room(self, rule: Mapping[str, Any], parts: Mapping[str, float]) -> float:
        """How much of money a step can still handle; ``parts`` of it go to the parties."""
        until = rule.get("until") or {}
        if "amount" in until:
            return max(float(until["amount"]) - self._paid_by(rule), 0.0) / sum(parts.values())
        if "party" in until:
            party = until["party"]
            limit: float = until["total"] if "total" in until else until["multiple"] * self.invested.get(party, 0.0)
            counted = until.get("steps") or [r["id"] for r in self.rules]
            has = sum(x for (step, p), x in self.ledger.items() if p == party and step in counted)
            return max(limit - has, 0.0) / parts[party]
        return float("inf")

    # --- the kinds --------------------------------------------------------------------------------------------------

    def _percent_of_gross(self, rule: Mapping[str, Any]) -> None:
        base = sum(self.money[o] for o in self._mine(rule)) * self._open(rule)
        self.gross_due[rule["id"]] += rule["rate"] * base
        split = self._split(rule)
        if rule["id"] in self.at_source:
            for outlet in self._mine(rule):
                self.purses[outlet] -= rule["rate"] * self.money[outlet] * self._open(rule)
            for party, part in split.items():
                self._give(rule, party, rule["rate"] * base * part)
            return
        owed = min(self.gross_due[rule["id"]] - self._paid_by(rule), self._room(rule, split))
        self._hand_out(rule, max(owed, 0.0), split)

    def _share(self, rule: Mapping[str, Any]) -> None:
        parts = self._split(rule)
        handled = min(self._there(rule) * self._open(rule), self._room(rule, parts))
        self._take(rule, handled * sum(parts.values()))
        for party, part in parts.items():
            self._give(rule, party, handled * part)

    def _net_profit(self, rule: Mapping[str, Any]) -> None:
        self._hand_out(rule, self._there(rule), self._split(rule))

    def _fixed(self, rule: Mapping[str, Any]) -> None:
        self._hand_out(rule, max(rule["amount"] - self._paid_by(rule), 0.0), self._split(rule))

    def _hand_out(self, rule: Mapping[str, Any], owed: float, split: Mapping[str, float]) -> None:
        amount = min(owed, self._there(rule))
        self._take(rule, amount)
        for party, part in split.items():
            self._give(rule, party, amount * part)

    def _until_repaid(self, rule: Mapping[str, Any]) -> None:
        self._until_recouped(rule)

    def _until_recouped(self, rule: Mapping[str, Any]) -> None:
        more = 1 + rule.get("premium", 0.0)
        names = [rule["pay"]] if isinstance(rule["pay"], str) else list(rule["pay"])
        self._pari_passu(rule, {p: self.invested.get(p, 0.0) * more - self._recouped(p) for p in names})

    def _until(self, rule: Mapping[str, Any]) -> None:
        if rule["amount"] == "premium":
            names = [rule["pay"]] if isinstance(rule["pay"], str) else list(rule["pay"])
            due = {p: self.invested.get(p, 0.0) * rule["premium"] for p in names}
        elif rule["amount"] == "interest":
            due = {p: x for (step, p), x in self.interest_due.items() if step == rule["id"]}
        else:
            self._fixed(rule)
            return
        self._pari_passu(rule, {p: x - self.ledger[rule["id"], p] for p, x in due.items()})

    def _pari_passu(self, rule: Mapping[str, Any], owed: Mapping[str, float]) -> None:
        owed = {p: max(x, 0.0) for p, x in owed.items()}
        whole = sum(owed.values())
        if whole > 0:
            self._hand_out(rule, whole, {p: x / whole for p, x in owed.items()})

    def _recouped(self, party: str) -> float:
        """What a party has had of its investment: from whatever repays it, not from shares, premiums, interest or profit."""
        counting = {
            r["id"]
            for r in self.rules
            if r["kind"] in {"until_repaid", "until_recouped"}
            or (r["kind"] == "until" and r["amount"] not in {"premium", "interest"})
        }
        return sum(x for (step, p), x in self.ledger.items() if p == party and step in counting)

    # --- interest and bonuses ---------------------------------------------------------------------------------------

    def _accrue(self) -> None:
        """Interest for the days since the last event, on what was outstanding then."""
        for rule in self.rules:
            if rule["kind"] != "until" or rule["amount"] != "interest":
                continue
            manner = rule.get("compounding", "simple")
            for party in [rule["pay"]] if isinstance(rule["pay"], str) else rule["pay"]:
                key = (rule["id"], party)
                if manner == "period" or (manner == "yearly" and self.new_year[self.event]):
                    self.capital[key] = self.interest_due[key]
                bears = max(self.in_so_far[party] - self._recouped(party), 0.0)
                bears += max(self.capital[key] - self.ledger[key], 0.0)
                self.interest_due[key] += bears * rule["interest"] * self.days[self.event] / 365

    def _bonus(self, rule: Mapping[str, Any], now: Mapping[tuple[str, str], float]) -> None:
        payer = rule["paid_by"]
        if "rate" in rule:
            counted = rule.get("steps") or [r["id"] for r in self.rules]
            amount = rule["rate"] * sum(x for (step, p), x in now.items() if p == payer and step in counted)
            amount *= self._open(rule)
        else:
            wanted = rule["amount"] if self._open(rule) > 0 else 0.0
            amount = max(wanted - self.given[f"bonus {rule['id']}"], 0.0)
            self.given[f"bonus {rule['id']}"] += amount
        self.given[payer] -= amount
        for party, part in self._split({**rule, "kind": "fixed"}).items():
            self.given[party] += amount * part


def play_by_event(
    rules: Sequence[Mapping[str, Any]],
    receipts: Mapping[str, Sequence[float]],
    *,
    invested: Mapping[str, float] | None = None,
    investments: Mapping[str, Sequence[float]] | None = None,
    admissions: Mapping[str, Sequence[float]] | None = None,
    days: Sequence[float] | None = None,
    new_year: Sequence[float] | None = None,
) -> Waterfall:
    """Pay out receipts by outlet and event; the arguments are those of ``cascades.play``."""
    count = len(next(iter(receipts.values())))
    money_in = {p: list(rows) for p, rows in (investments or {}).items()}
    put_in = {p: sum(rows) for p, rows in money_in.items()} | dict(invested or {})
    waterfall = Waterfall(
        rules, list(receipts), put_in, money_in, days or [365.0] * count, new_year or [1.0] * count
    )  # fmt: skip
    for event in range(count):
        tickets = {o: rows[event] for o, rows in (admissions or {}).items()}
        waterfall.pay_out({o: rows[event] for o, rows in receipts.items()}, tickets)
    return waterfall
