"""The waterfall a second time, in plain Python: every period's money goes down the steps, what is not paid waits for the next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sold_by_hand import Times

if TYPE_CHECKING:
    from sold_by_hand import Sold

RECOUPED = ("equity", "advance", "loan", "deferral")


def steps_of(project: dict[str, Any], every: list[str]) -> list[dict[str, Any]]:
    """All steps in order, each with the outlets it pays out: the agent's, those of the file or the usual ones, the exclusive."""
    territories, agent = project["revenue"]["territories"], project["revenue"].get("sales_agent")
    alone = [t for t, terms in territories.items() if terms.get("exclusive")]
    pooled = [o for o in every if o.split(".")[0] not in alone]

    def named(names: list[str]) -> list[str]:
        return [o for o in every if o in names or o.split(".")[0] in names]

    found: list[dict[str, Any]] = []
    if agent:
        at = {"pay": {"sales_agent": 1.0}, "of": agent["territories"]}
        found.append({"id": "sales_commission", "kind": "percent_of_gross", "rate": agent["commission"], **at})
        most = min(agent["expenses"], agent["expenses_cap"])
        found.append({"id": "sales_expenses", "kind": "fixed", "amount": most, "currency": agent["currency"], **at})
    found += project.get("waterfall") or _usual(project)
    found = [{**step, "outlets": named(step["of"]) if "of" in step else pooled} for step in found]
    for name in reversed(alone):
        last = max((n for n, s in enumerate(found) if "of" in s and set(s["outlets"]) & set(named([name]))), default=-1)
        keeper = {
            "id": f"exclusive_{name}", "kind": "net_profit", "pay": {territories[name]["partner"]: 1.0}, "of": [name],
            "outlets": named([name]), "recoups": territories[name].get("counts_as_recoupment", False),
        }  # fmt: skip
        found.insert(last + 1, keeper)
    return found


def _usual(project: dict[str, Any]) -> list[dict[str, Any]]:
    partners, sources = project["partners"], {f["id"]: f for f in project["finance"]}
    lent = {i: f["security"] for i, f in sources.items() if f["kind"] == "loan"}
    steps = [
        *({"kind": "until_repaid", "pay": [i for i in lent if lent[i] == r]} for r in ("senior", "gap", "mezzanine")),
        {"kind": "until_recouped", "pay": [*partners, *(i for i, f in sources.items() if f["kind"] in RECOUPED[:2])]},
        {"kind": "until", "pay": [i for i, f in sources.items() if f.get("premium")], "amount": "premium"},
        {"kind": "until_recouped", "pay": [i for i, f in sources.items() if f["kind"] == "deferral"]},
        {"kind": "net_profit", "pay": {p: x["share"] for p, x in partners.items()}},
    ]
    return [{"id": f"usual_{n}", **step} for n, step in enumerate(steps)]


class Books:
    """What everybody has got so far."""

    def __init__(
        self, project: dict[str, Any], invested: dict[str, float], sold: Sold, worth: dict[str, float]
    ) -> None:
        self.premium = {f["id"]: f.get("premium", 0) for f in project["finance"]}
        self.invested, self.sold, self.worth = invested, sold, worth
        self.times = Times(project)
        self.steps = steps_of(project, list(sold.receipts))
        self.back: dict[str, float] = {}
        """What counts towards having the investment back."""
        self.got: dict[tuple[str, str], float] = {}
        """By party and step; what a distributor keeps has no step."""
        self.due: dict[str, float] = {}
        """Percentages of the receipts so far, paid or not."""
        self.left = 0.0

    def received(self, party: str, steps: list[str] | None = None) -> float:
        """All that a party has, or what some steps paid it."""
        return sum(amount for (p, step), amount in self.got.items() if p == party and (not steps or step in steps))

    def play(self) -> None:
        """Pay out all periods."""
        for period in self.sold.periods:
            for party, amounts in self.sold.at_source.items():
                self.got[party, ""] = self.got.get((party, ""), 0) + amounts.get(period, 0)
            came = {outlet: amounts.get(period, 0) for outlet, amounts in self.sold.receipts.items()}
            left = dict(came)
            promised, behind = dict.fromkeys(left, 0.0), set[str]()
            for step in self.steps:
                there = sum(left[o] for o in step["outlets"])
                paid = self._step(step, there, sum(came[o] for o in step["outlets"]), period)
                for party, amount in paid.items():
                    self._take(step, party, amount)
                for outlet in step["outlets"]:
                    promised[outlet] += step.get("rate") or 0
                at_source = self._at_source(step) and all(o not in behind and promised[o] <= 1 for o in step["outlets"])
                part = step["rate"] * self._open(step, period) if at_source else 0
                rest = 1 - sum(paid.values()) / there if there > 0 else 0
                for outlet in step["outlets"]:
                    left[outlet] = max(left[outlet] - came[outlet] * part if at_source else left[outlet] * rest, 0)
                if step["kind"] != "percent_of_gross" or (self._told_apart(step) and not at_source):
                    behind |= set(step["outlets"])
            self.left += sum(left.values())

    @staticmethod
    def _at_source(step: dict[str, Any]) -> bool:
        """Whether a step takes its rate of every outlet's own gross, not of all that is there in proportion."""
        return step["kind"] == "percent_of_gross" and not {"amount", "party"} & {*step.get("until", {})}

    def _told_apart(self, step: dict[str, Any]) -> bool:
        """Whether another step draws on some of the outlets of this one, and not on others."""
        return any(0 < len({*s["outlets"]} & {*step["outlets"]}) < len(step["outlets"]) for s in self.steps)

    def _take(self, step: dict[str, Any], party: str, amount: float) -> None:
        key = (party, step["id"])
        self.got[key] = self.got.get(key, 0) + amount
        counts = step["kind"] in {"until_repaid", "until_recouped", "until"} and step.get("amount") != "premium"
        if counts or step.get("recoups"):
            self.back[party] = self.back.get(party, 0) + amount

    def _step(self, step: dict[str, Any], there: float, gross: float, period: int) -> dict[str, float]:
        pay, name = step["pay"], step["id"]
        so_far = sum(amount for (_, i), amount in self.got.items() if i == name)
        if step["kind"] in {"until_repaid", "until_recouped"}:
            goal = {p: self.invested.get(p, 0) * (1 + step.get("premium", 0)) for p in pay}
            return _pari_passu({p: max(goal[p] - self.back.get(p, 0), 0) for p in pay}, there)
        if step.get("amount") == "premium":
            due = {p: max(self.invested[p], 0) * step.get("premium", self.premium[p]) for p in pay}
            return _pari_passu({p: max(amount - self.got.get((p, name), 0), 0) for p, amount in due.items()}, there)
        if step["kind"] == "share":
            shares = pay if isinstance(pay, dict) else {pay[0]: step["rate"]}
            open_ = there * self._open(step, period)
            whole = sum(shares.values())
            if "until" in step:
                open_ = min(open_, self._room(step, shares, whole))
            return {p: open_ * share for p, share in shares.items()}
        if step["kind"] == "net_profit":
            owed = there
        elif step["kind"] == "percent_of_gross":
            self.due[name] = self.due.get(name, 0) + gross * step["rate"] * self._open(step, period)
            owed = max(self.due[name] - so_far, 0)
            if "until" in step:
                owed = min(owed, self._room(step, pay, 1))
        else:
            owed = max(step["amount"] * self.worth[step["currency"]] - so_far, 0)
        return {p: min(owed, there) * share for p, share in pay.items()}

    def _room(self, step: dict[str, Any], shares: dict[str, float], whole: float) -> float:
        """How much money may still pass until the limit is reached."""
        until = step["until"]
        if "party" in until:
            party = until["party"]
            if "multiple" in until:
                limit = max(self.invested.get(party, 0), 0) * until["multiple"]
            else:
                limit = until["total"] * self.worth[until["currency"]]
            return max(limit - self.received(party, until.get("steps")), 0) / shares[party]
        if "amount" in until:
            so_far = sum(amount for (_, i), amount in self.got.items() if i == step["id"])
            return max(until["amount"] * self.worth[until["currency"]] - so_far, 0) / whole
        return float("inf")

    def _open(self, step: dict[str, Any], period: int) -> float:
        """The part of a period's money for which a step is open."""
        begin = 0.0 if "after" not in step else self._before(step["after"], period)
        return max((self._before(step["until"], period) if "until" in step else 1.0) - begin, 0)

    def _before(self, when: dict[str, Any], period: int) -> float:
        """The part of a period's money that comes before a day (the first of a period), or before so much is sold."""
        if "date" in when:
            return float(period < self.times.period(self.times.moment(dt.date.fromisoformat(when["date"]).isoformat())))
        for what in ("gross", "admissions"):
            if what in when:
                before, now = self.sold.counted[when["territory"], what][period]
                room = max(when[what] - before, 0)
                return min(room / now, 1) if now > 0 else float(room > 0)
        return 1.0


def _pari_passu(owed: dict[str, float], there: float) -> dict[str, float]:
    whole = sum(owed.values())
    part = min(there / whole, 1) if whole > 0 else 0
    return {p: amount * part for p, amount in owed.items()}
