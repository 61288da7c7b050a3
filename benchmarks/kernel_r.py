"""Film R (``film_r``) calculated by hand in NumPy: what somebody would write who needs this one film, and needs it fast.

It reads its constants from the built model's inputs and writes the arithmetic itself, only what leads to ``film_r.METRICS``.
``plain`` goes line by line over chunks of 2,048 scenarios; ``blocked`` takes all lines as columns of 128 scenarios, which fit the
second-level cache, and everything narrower 4,096 scenarios at a time. Both give the figures of the graph, to 1e-9.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import film_r
import numpy as np
from numpy.typing import NDArray

from coprod_budget.graph.irr import irr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coprod_budget.model import Model

Array = NDArray[np.float64]

CHUNK, WIDE, BLOCK = 2048, 128, 4096
BY_SHARE = ("story", "producers", "director", "cast", "music")
MARKETING = "publicity"
PARTNERS = {"qr": "strelsau", "qg": "edelweiss", "qs": "klow"}
PHASES = ("prep", "shoot", "wrap", "post")
HOME, SOLD = ("QR", "QG", "QS"), ("NORTH", "SOUTH", "EAST", "WEST", "ISLES")
CURRENCIES = ("EUR", "RTK", "FLR", "SYK")
NONE = 0.005
FAILS = 1.0
"""A warning, as a number: pass 0, warn 1."""


class Sums(NamedTuple):
    """What the budget needs of the lines: sums of their totals."""

    direct: Array
    contingent: Array
    by_phase: list[Array]
    borne: list[list[Array]]
    in_qr: Array
    in_qs: Array


class Given:
    """Inputs by key: what is varied as arrays, everything else as it stands in the model."""

    def __init__(self, stands: Callable[[str], float], varied: Mapping[str, Array]) -> None:
        self._stands, self.varied = stands, varied

    @property
    def width(self) -> int:
        """The number of scenarios."""
        return len(next(iter(self.varied.values())))

    def cut(self, start: int, stop: int) -> Given:
        """Return some of the scenarios."""
        return Given(self._stands, {key: values[start:stop] for key, values in self.varied.items()})

    def __getitem__(self, key: str) -> Any:  # an array or a number: arithmetic takes either
        return self.varied[key] if key in self.varied else self._stands(key)


class Kernel:
    """Film R by hand; make it once for a model, and run it on values of the varied inputs."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._values = model.evaluate()
        self._stands = cache(self._values.number)
        self._lines = film_r.lines(len(model.budget.lines))
        blocks = self._lines[:: film_r.BLOCK]
        self._first = np.arange(0, len(self._lines), film_r.BLOCK)
        groups = {d.id: d.group for d in model.catalog.departments.values()}
        shares = [self._values.number(f"partners.{p}.share") for p in PARTNERS]
        bears = [
            shares if line.account in BY_SHARE else [float(line.city == city) for city in PARTNERS.values()]
            for line in blocks
        ]
        self._shares = shares
        contingent = [groups[b.account] in {"production", "post"} and b.account != "catering" for b in blocks]
        weights = [
            [1.0] * len(blocks),
            contingent,
            *([b.phase == phase for b in blocks] for phase in PHASES),
            *(
                [w[p] * (b.phase == phase) for w, b in zip(bears, blocks, strict=True)]
                for p in range(3)
                for phase in PHASES
            ),
            [b.city == "strelsau" and b.account != MARKETING for b in blocks],
            [b.city == "klow" and b.account != MARKETING for b in blocks],
        ]
        self._weights = np.array(weights, dtype=np.float64)
        self._columns()
        self._schemes()
        self._time()

    def plain(self, varied: Mapping[str, Array]) -> dict[str, Array]:
        """Return the metrics: line by line, 2,048 scenarios at a time."""
        return self._run(varied, CHUNK, self._line_by_line)

    def blocked(self, varied: Mapping[str, Array]) -> dict[str, Array]:
        """Return the metrics: columns of lines 128 scenarios wide, the rest in blocks of 4,096."""
        return self._run(varied, BLOCK, self._by_columns)

    def _run(self, varied: Mapping[str, Array], size: int, lines: Callable[[Given], Array]) -> dict[str, Array]:
        given = Given(self._stands, varied)
        parts = [self._metrics(given.cut(start, start + size), lines) for start in range(0, given.width, size)]
        return {key: np.concatenate([part[key] for part in parts]) for key in film_r.METRICS}

    # --- constants -----------------------------------------------------------------------------------------------------

    def _columns(self) -> None:
        """Keep what the lines say as columns, and who of them is employed where."""
        lines, values = self._lines, self._values
        self._drivers = list(dict.fromkeys(line.driver for line in lines))
        self._driver = np.array([self._drivers.index(line.driver) for line in lines])
        self._factor = np.array([[line.factor] for line in lines])
        self._rate = np.array([[values.number(f"lines.{line.id}.rate")] for line in lines])
        self._currency = np.array([CURRENCIES.index(line.currency) for line in lines])
        self._extra = np.array([n for n, line in enumerate(lines) if line.extra])
        self._extras = np.array([[line.extra] for line in lines if line.extra])
        self._people = np.array([[float(line.people) if line.people.isdigit() else 1.0] for line in lines])
        self._crowds = {
            name: np.array([n for n, line in enumerate(lines) if line.people == name])
            for name in ("extras_per_day", "crew_size")
        }
        self._row = {f"lines.{line.id}.rate": n for n, line in enumerate(lines)}
        ruled = [b for b in self._first if lines[b].person and lines[b].city != "klow"]
        """Blocks with employees where there are charges: the first two lines are one person's, the third another one's."""
        self._employed = np.array(ruled)
        self._of_qr = np.array([[lines[b].city == "strelsau"] for b in ruled])
        self._block_of = self._employed // film_r.BLOCK
        self._by_day = np.array([[lines[b].unit == "day"] for b in ruled])
        self._single = np.array([[float(lines[b + 2].people) if lines[b + 2].people.isdigit() else 0.0] for b in ruled])

    def _schemes(self) -> None:
        """Keep the employer charges: (rate, ceiling, rate above) by component; by the year in one country, the month in the other."""
        values = self._values
        keys = list(self._model.graph.tables["schemes"].keys)
        qr, qg = (next(k for k in keys if k.startswith(name)) for name in ("QR", "QG"))
        names = (1, 2, 3)
        self._qr, self._qg = (
            [tuple(values.number(f"schemes.{k}.{what}_{n}") for what in ("rate", "ceiling", "above")) for n in names]
            for k in (qr, qg)
        )

    def _time(self) -> None:
        """Keep the ends of months and quarters, and the quarter of every month."""
        values, graph = self._values, self._model.graph
        self._month_ends = values["months.*.to"][:, 0]
        self._ends = values["periods.*.to"][:, 0]
        periods = {key: n for n, key in enumerate(graph.tables["periods"].keys)}
        self._quarter = [periods[str(key)] for key in graph["months.*.period"].value]  # type: ignore[union-attr]

    # --- lines -----------------------------------------------------------------------------------------------------------

    def _drive(self, given: Given, width: int) -> tuple[dict[str, Array], Array, dict[str, Array]]:
        """Return drivers of quantities by name, all shooting days, and what one unit of each currency is worth."""
        wide = np.ones(width)
        drivers = {name: given[f"schedule.{name}"] * wide for name in self._drivers}
        days = sum(given[f"schedule.shoot_days.{city}"] for city in PARTNERS.values()) * wide
        worth = {code: wide if code == "EUR" else 1.0 / given[f"fx.{code}"] for code in CURRENCIES}
        return drivers, days, worth

    def _line_by_line(self, given: Given) -> Array:
        """Return the sums over the lines, one line after another."""
        width = given.width
        drivers, days, worth = self._drive(given, width)
        months = {"day": given["schedule.months_per_day"], "week": given["schedule.months_per_week"]}
        blocks = np.empty((len(self._first), width))
        for number, first in enumerate(self._first):
            total = np.zeros(width)
            persons: dict[str, list[Array]] = {}
            for line in self._lines[first : first + film_r.BLOCK]:
                quantity = drivers[line.driver] * line.factor
                if line.extra:
                    quantity = quantity + days * line.extra
                people = float(line.people) if line.people.isdigit() else given[f"budget.params.{line.people}"]
                local = _to_the_cent(quantity * people * given[f"lines.{line.id}.rate"])
                net = local * worth[line.currency]
                total = total + net
                if line.person and line.city != "klow":
                    pay, engaged, heads = persons.get(line.person, (0.0, 0.0, people))
                    persons[line.person] = [pay + net, engaged + quantity * months[line.unit], heads]  # type: ignore[list-item]
            for pay, engaged, heads in persons.values():
                qr = self._lines[first].city == "strelsau"
                unit = worth["RTK" if qr else "FLR"]
                head = pay / (heads * unit)
                charge = _charges(head, np.ceil(engaged), self._qr if qr else self._qg, monthly=not qr)
                total = total + charge * heads * unit
            blocks[number] = total
        return self._weights @ blocks

    def _by_columns(self, given: Given) -> Array:
        """Return the sums over the lines, all of them together for 128 scenarios."""
        count = given.width
        sums = np.empty((len(self._weights), count))
        for start in range(0, count, WIDE):
            stop = min(start + WIDE, count)
            sums[:, start:stop] = self._few(given.cut(start, stop), stop - start)
        return sums

    def _few(self, given: Given, width: int) -> Array:
        drivers, days, worth = self._drive(given, width)
        quantity = np.stack([drivers[name] for name in self._drivers])[self._driver]
        quantity *= self._factor
        quantity[self._extra] += days * self._extras
        net = quantity * self._people
        for name, rows in self._crowds.items():
            net[rows] *= given[f"budget.params.{name}"]
        for key, values in given.varied.items():
            if key in self._row:
                net[self._row[key]] *= values / self._rate[self._row[key]]
        net *= self._rate
        net *= 100.0
        net += 0.5
        np.floor(net, out=net)
        net /= 100.0
        money = np.stack([worth[code] for code in CURRENCIES])
        net *= money[self._currency]
        blocks = net.reshape(len(self._first), film_r.BLOCK, width).sum(axis=1)
        self._add_charges(given, blocks, net, quantity, worth)
        return self._weights @ blocks

    def _add_charges(self, given: Given, blocks: Array, net: Array, quantity: Array, worth: dict[str, Array]) -> None:
        first = self._employed
        unit = np.where(self._of_qr, worth["RTK"], worth["FLR"])
        months = np.where(self._by_day, given["schedule.months_per_day"], given["schedule.months_per_week"])
        heads = np.where(self._single > 0, self._single, given["budget.params.extras_per_day"])
        for pay, engaged, people in (
            (net[first] + net[first + 1], quantity[first] + quantity[first + 1], 1.0),
            (net[first + 2], quantity[first + 2], heads),
        ):
            times = people * unit
            head = pay / times
            begun = np.ceil(engaged * months)
            charge = np.empty_like(head)
            for rows, scheme, monthly in ((self._of_qr[:, 0], self._qr, False), (~self._of_qr[:, 0], self._qg, True)):
                charge[rows] = _charges(head[rows], begun[rows], scheme, monthly=monthly)
            blocks[self._block_of] += charge * times

    # --- everything behind the lines -----------------------------------------------------------------------------------------

    def _metrics(self, given: Given, lines: Callable[[Given], Array]) -> dict[str, Array]:
        rows = iter(lines(given))
        sums = Sums(
            next(rows),
            next(rows),
            [next(rows) for _ in PHASES],
            [[next(rows) for _ in PHASES] for _ in PARTNERS],
            next(rows),
            next(rows),
        )
        width = len(sums.direct)
        worth = self._drive(given, width)[2]
        on_top = self._on_top(given, sums)
        total = sums.direct + on_top
        borne = [sum(part) + share * on_top for part, share in zip(sums.borne, self._shares, strict=True)]
        found = {"budget.total": total}
        found |= {f"partner.{p}.borne_share": b / total for p, b in zip(PARTNERS, borne, strict=True)}
        share = np.floor(found["partner.qs.borne_share"] * 1e6 + 0.5) / 1e6
        verdict = np.where(share >= given["treaties.zenda_convention.full_support"], 0.0, FAILS)
        found["test.zenda_convention.full_support.QS.verdict"] = verdict
        rebates = self._rebates(given, sums, worth)
        found["incentive.qr_flat.expected"], found["incentive.qs_condition.expected"] = rebates
        plan = self._plan(given, total, borne, rebates, worth)
        found["finance.gap"] = plan["gap"]
        put_in = self._put_in(given, sums, on_top, borne, plan)
        received = self._waterfall(given, self._receipts(given, plan, worth, width), plan)
        for party in film_r.PARTIES:
            flow = received[party] - put_in[party]
            gets = received[party].sum(axis=0)
            if party == "bank":
                flow += put_in["earned"]
                gets = gets + put_in["earned"].sum(axis=0)
            invested = plan[f"invested_{party}"]
            found[f"party.{party}.profit"] = gets - invested
            with np.errstate(divide="ignore", invalid="ignore"):
                found[f"party.{party}.multiple"] = np.where(invested > 0, gets / invested, np.nan)
            found[f"party.{party}.irr"] = (1.0 + irr(flow)) ** 4 - 1.0
        return found

    def _on_top(self, given: Given, sums: Sums) -> Array:
        """Return all charges on top; bond and producers' fee name each other and themselves."""
        rate = {name: given[f"budget.charges.{name}.rate"] for name in self._model.graph.tables["charges"].keys}
        contingency = rate["contingency"] * sums.contingent
        insurance = np.minimum(rate["insurance_pack"] * sums.direct, given["budget.charges.insurance_pack.cap"])
        overhead = rate["overhead"] * (sums.direct + contingency)
        bond, fee = rate["completion_bond"], rate["producers_fee"]
        known, weight = bond * (sums.direct + contingency + overhead) / (1 - bond), bond / (1 - bond)
        producers = fee * (sums.direct + known) / (1 - fee - fee * weight)
        return contingency + insurance + overhead + known + weight * producers + producers

    def _rebates(self, given: Given, sums: Sums, worth: dict[str, Array]) -> tuple[Array, Array]:
        """Return what each programme is expected to pay."""
        key = "incentives.qr_flat"
        amount = np.minimum(
            given[f"{key}.rate.rate"] * sums.in_qr, given[f"{key}.cap_per_project.amount"] * worth["RTK"]
        )
        enough = sums.in_qr / worth["RTK"] >= given[f"{key}.minimum_spend.amount"]
        first = np.where(enough, amount * (1 - given[f"{key}.fee.share"]), 0.0)
        key = "incentives.qs_condition"
        raised = given["schedule.shoot_days.klow"] >= given[f"{key}.rate.raised.1.shooting_days_at_least"]
        rate = np.where(raised, given[f"{key}.rate.raised"], given[f"{key}.rate.rate"])
        return first, sums.in_qs * rate * given[f"{key}.probability"]

    def _plan(
        self, given: Given, total: Array, borne: list[Array], rebates: tuple[Array, Array], worth: dict[str, Array]
    ) -> dict[str, Array]:
        """Return the finance plan: the loan that fills the gap and pays for itself, and what everybody puts in."""
        face = {name: given[f"finance.{name}.amount"] * worth[code] for name, code in (
            ("presale", "EUR"), ("own", "RTK"), ("state", "RTK"), ("fund", "EUR"), ("town", "FLR"), ("crew", "EUR"), ("klow_fund", "SYK"),
        )}  # fmt: skip
        fee = given["finance.bank.fee_rate"]
        interest = given["finance.bank.interest"] * given["finance.bank.months"] / 12
        needed = borne[0] - (face["own"] + face["state"] + face["fund"] + rebates[0])
        costs = given["finance.bank.costs"]
        loan = np.where(needed > 0, (needed + costs) / (1 - fee - interest), 0.0)
        repays = np.minimum(loan, face["presale"])
        cost = fee * loan + interest * loan + np.where(loan > 0, costs, 0.0)
        brought_qr = face["presale"] - repays + face["state"] + face["fund"] + rebates[0] + loan
        brought_qg, brought_qs = face["town"] + face["crew"], rebates[1] + face["klow_fund"]
        gap = total + cost - (brought_qr + face["own"] + brought_qg + brought_qs)
        return {
            **face,
            "rebate": rebates[0],
            "loan": loan,
            "cost": cost,
            "earned": fee * loan + interest * loan,
            "gap": _settled(gap),
            "invested_qr": _settled(borne[0] + cost - brought_qr),
            "invested_qg": _settled(borne[1] - brought_qg),
            "invested_qs": _settled(borne[2] - brought_qs),
            "invested_fund": face["fund"],
            "invested_bank": loan - repays,
        }

    # --- time ------------------------------------------------------------------------------------------------------------

    def _put_in(
        self, given: Given, sums: Sums, on_top: Array, borne: list[Array], plan: dict[str, Array]
    ) -> dict[str, Array]:
        """Return what each party puts in by quarter, and what the plan pays the bank (``earned``)."""
        width = len(sums.direct)
        month = given["calendar.months_per_week"]
        weeks = {
            "prep": given["schedule.prep_weeks"],
            "shoot": sum(given[f"schedule.shoot_days.{c}"] for c in PARTNERS.values())
            / given["schedule.days_per_week"],
            "wrap": given["schedule.wrap_weeks"],
            "post": given["schedule.post_weeks"],
        }
        begins, at = {}, given["calendar.start"] * np.ones(width)
        for phase in PHASES:
            begins[phase] = at
            at = at + weeks[phase] * month
        ends = {**{phase: begins[after] for phase, after in pairwise(PHASES)}, "post": at}
        quarters = len(self._ends)
        found = {p: np.zeros((quarters, width)) for p in ("qr", "qg", "qs", "bank", "earned")}
        found["fund"] = np.zeros((quarters, width))
        found["fund"][0] = plan["fund"]
        charged = [share * on_top / sums.direct for share in self._shares]
        weights = [
            [b + c * line for b, line in zip(part, sums.by_phase, strict=True)]
            for part, c in zip(sums.borne, charged, strict=True)
        ]
        own = np.minimum(plan["own"], np.maximum(plan["invested_qr"], 0.0))
        scale = {
            "qr": (plan["invested_qr"] - own) / borne[0],
            "qg": plan["invested_qg"] / borne[1],
            "qs": plan["invested_qs"] / borne[2],
        }
        found["qr"][0] = own
        loan = _Loan(given, plan, self._month_ends)
        before = [np.zeros(width)] * len(PHASES)
        last = len(self._month_ends) - 1
        done_by = float(at.max())
        for row, end in enumerate(self._month_ends):
            quarter = self._quarter[row]
            paid = np.zeros(width)
            if row == 0 or self._month_ends[row - 1] < done_by:
                done = [np.clip((end - begins[p]) / (ends[p] - begins[p]), 0.0, 1.0) for p in PHASES]
                parts = [now - then for now, then in zip(done, before, strict=True)]
                before = done
                for number, party in enumerate(PARTNERS):
                    spent = sum(part * weight for part, weight in zip(parts, weights[number], strict=True))
                    if number == 0:
                        paid = spent
                    found[party][quarter] += spent * scale[party]
            drawn, cost = loan.month(row, paid, last=row == last)
            found["bank"][quarter] += drawn
            found["earned"][quarter] += cost
        whole = found["bank"].sum(axis=0)
        never = whole <= NONE
        found["bank"] *= plan["invested_bank"] / np.where(never, 1.0, whole)
        found["bank"][0] = np.where(never, plan["invested_bank"], found["bank"][0])
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(plan["loan"] > 0, plan["earned"] / plan["cost"] * plan["invested_bank"] / plan["loan"], 0.0)
        found["earned"] *= part
        return found

    def _receipts(
        self, given: Given, plan: dict[str, Array], worth: dict[str, Array], width: int
    ) -> Iterator[tuple[Array, Array]]:
        """Yield what reaches the producers in each quarter: of the partners' countries, and of what is sold."""
        release, delivery = given["calendar.release"], given["calendar.delivery"]
        signed, delivered = given["finance.presale.part_1.size"], given["finance.presale.part_2.size"]
        presale = plan["presale"] / worth["RTK"]
        terms = {t: self._terms(given, t) for t in (*HOME, *SOLD)}
        guarantee = given["revenue.territories.QG.minimum_guarantee"]
        so_far, recouped = np.zeros(width), {t: np.zeros(width) for t in terms}
        kept = {"QR": np.zeros(width), "QG": np.zeros(width)}
        then = -np.inf
        for row, end in enumerate(self._ends):
            pools = {True: np.zeros(width), False: np.zeros(width)}
            for t, (currency, parts, kept_by_cinemas, fee, p_and_a) in terms.items():
                gross = given[f"revenue.scenarios.base.gross.{t}"] * parts[row]
                rental = gross * kept_by_cinemas
                taken = rental * fee
                if t == "QR":
                    limit = given["revenue.territories.QR.fee_steps[0].above_gross"]
                    higher = given["revenue.territories.QR.fee_steps[0].rate"]
                    room = np.maximum(limit - so_far, 0.0)
                    below = np.where(gross > room, room / np.where(gross > 0, gross, 1.0), 1.0)
                    taken = rental * higher + rental * below * (fee - higher)
                    so_far = so_far + gross
                net = rental - taken
                if end > release:
                    paid = np.minimum(p_and_a - recouped[t], net)
                    recouped[t] = recouped[t] + paid
                    net = net - paid
                if t in kept:
                    due = guarantee * (end > delivery) if t == "QG" else presale * (
                        signed * (end > given["calendar.start"])
                        + delivered * (end > delivery + given["finance.presale.part_2.after"])
                    )  # fmt: skip
                    back = np.minimum(np.maximum(due - kept[t], 0.0), net)
                    kept[t] = kept[t] + back
                    net = net - back
                    if t == "QG" and then <= delivery < end:
                        net = net + guarantee
                pools[t in HOME] = pools[t in HOME] + net * worth[currency]
            then = end
            yield pools[True], pools[False]

    def _terms(
        self, given: Given, t: str
    ) -> tuple[str, list[Array | float], Array | float, Array | float, Array | float]:
        key = f"revenue.territories.{t}"
        begin = given["calendar.release"] + given[f"{key}.window_months"] + given[f"{key}.pays_after_months"]
        over = given[f"{key}.over_months"]
        done = [np.clip((end - begin) / over, 0.0, 1.0) for end in self._ends]
        parts = [done[0], *(now - then for then, now in pairwise(done))]
        cinemas = (1 - given[f"{key}.exhibitor"]) / (1 + given[f"{key}.ticket_vat"])
        currency = dict(zip(HOME, CURRENCIES[1:], strict=True)).get(t, "EUR")
        return currency, parts, cinemas, given[f"{key}.distributor_fee"], given[f"{key}.p_and_a"]

    def _waterfall(
        self, given: Given, receipts: Iterator[tuple[Array, Array]], plan: dict[str, Array]
    ) -> dict[str, Array]:
        """Return what the parties receive by quarter."""
        width, quarters = len(plan["gap"]), len(self._ends)
        received = {p: np.zeros((quarters, width)) for p in film_r.PARTIES}
        due = {p: np.maximum(plan[f"invested_{p}"], 0.0) for p in film_r.PARTIES}
        investors = ("fund", "qr", "qg", "qs")
        invested = sum(due[p] for p in investors)
        claims = {
            "expenses": given["waterfall.expenses.amount"],
            "loan": due["bank"],
            "recoupment": invested,
            "premium": due["fund"] * given["finance.fund.premium"],
            "deferred": np.maximum(plan["crew"], 0.0),
        }
        paid = {name: np.zeros(width) for name in claims}
        collection, commission = given["waterfall.collection.rate"], given["waterfall.commission.rate"]
        points = given["waterfall.points.share.talent"]
        profit = {p: given[f"waterfall.profit.share.{p}"] for p in investors}
        part = {p: np.divide(due[p], invested, out=np.zeros(width), where=invested > 0) for p in investors}
        for row, (home, sold) in enumerate(receipts):

            def take(name: str, money: Array) -> tuple[Array, Array]:
                payment = np.minimum(money, np.maximum(claims[name] - paid[name], 0.0))
                paid[name] = paid[name] + payment
                return payment, money - payment

            rest = np.maximum(sold - sold * collection, 0.0)
            rest = np.maximum(rest - sold * commission, 0.0)
            _, rest = take("expenses", rest)
            money = np.maximum(home - home * collection, 0.0) + rest
            received["bank"][row], money = take("loan", money)
            back, money = take("recoupment", money)
            premium, money = take("premium", money)
            _, money = take("deferred", money)
            money = money - money * points
            for p in investors:
                received[p][row] = back * part[p] + money * profit[p]
            received["fund"][row] += premium
        return received


class _Loan:
    """The loan month by month: drawn as its partner's account needs it, repaid out of the presale."""

    def __init__(self, given: Given, plan: dict[str, Array], ends: Array) -> None:
        width = len(plan["loan"])
        delivery, start = given["calendar.delivery"], given["calendar.start"]
        signed, delivered = given["finance.presale.part_1.size"], given["finance.presale.part_2.size"]
        first = plan["own"] + plan["state"] + plan["fund"]
        later = delivery + given["finance.presale.part_2.after"]
        lag = delivery + given["incentives.qr_flat.payment_lag.typical"]
        presale = [plan["presale"] * (signed * (end > start) + delivered * (end > later)) for end in ends]
        self._in = [
            p + first * (end > start) + plan["rebate"] * (end > lag) for p, end in zip(presale, ends, strict=True)
        ]
        self._pledged = [p if end > delivery else np.zeros(width) for p, end in zip(presale, ends, strict=True)]
        self._plan = plan
        self._spent, self._drawn, self._repaid = np.zeros(width), np.zeros(width), np.zeros(width)
        self._started = np.zeros(width, dtype=np.bool_)

    def month(self, row: int, spent: Array, *, last: bool) -> tuple[Array, Array]:
        """Return what is drawn, and what is paid of the loan's cost, in a month in which so much of the budget is paid."""
        plan = self._plan
        self._spent = self._spent + spent
        account = self._in[row] - self._spent
        before = self._started
        self._started = before | (account < -NONE) | last
        cost = plan["cost"] * (self._started & ~before)
        self._repaid = np.maximum(np.minimum(self._drawn, self._pledged[row]), self._repaid)
        left = account - plan["cost"] * self._started - self._repaid
        drawn = np.minimum(plan["loan"], np.maximum(self._drawn, -left))
        more, self._drawn = drawn - self._drawn, drawn
        return more, cost


def _charges(head: Array, begun: Array, scheme: list[tuple[float, ...]], *, monthly: bool) -> Array:
    """Return the employer charges on the pay of one head."""
    total = np.zeros_like(head)
    for rate, ceiling, above in scheme:
        if not ceiling:
            total += rate * head
            continue
        below = np.minimum(head, ceiling * begun if monthly else ceiling)
        total += rate * below + above * (head - below)
    return total


def _to_the_cent(amount: Array) -> Array:
    return np.floor(amount * 100.0 + 0.5) / 100.0


def _settled(left: Array) -> Array:
    return np.where(np.abs(left) < NONE, 0.0, left)
