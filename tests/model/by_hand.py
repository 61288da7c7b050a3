"""The same estimate a second time, in plain Python and without a line of the model: the measure of the property tests."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from random_films import CITIES, FX, GROUPS

LAWS: dict[tuple[str, int], tuple[str, list[tuple[float, float | None, str, float]]]] = {
    ("QR", 2026): ("RTK", [(0.3, 100000, "year", 0.1), (0.02, None, "", 0.02)]),
    ("QR", 2027): ("RTK", [(0.2, 120000, "year", 0.05)]),
    ("QG", 2026): ("FLR", [(0.15, 1000, "month", 0), (0.05, 2000, "month", 0.01), (0.01, None, "", 0.01)]),
}
"""Country and first year: currency, and rate, ceiling, period and rate above of every charge, as in ``tests/ruritania``."""


def estimate(project: dict[str, Any]) -> dict[str, float]:
    """Every figure this second way of counting knows, under the key of the model."""
    out: dict[str, float] = {}
    worth = {c: FX[project["currency"]] / FX[c] for c in FX}
    net = _lines(project, worth, out)
    fringes = _fringes(project, worth, net)
    totals = {i: net[i] + fringes[i] for i in net}
    charges = _charges(project, worth, totals)
    for line, total in totals.items():
        out[f"lines.{line}.fringes"], out[f"lines.{line}.total"] = fringes[line], total
    out |= {f"charges.{c}.amount": amount for c, amount in charges.items()}
    out["budget.total"] = sum(totals.values()) + sum(charges.values())
    borne = _borne(project, totals, charges)
    out |= {f"partner.{p}.borne": amount for p, amount in borne.items()}
    invested = dict(borne)
    for source in project["finance"]:
        value = source["amount"] * worth[source["currency"]]
        invested[source["partner"]] -= value
        invested[source["id"]] = value
    for scenario, terms in project["revenue"]["scenarios"].items():
        receipts = {t: _receipts(terms["gross"].get(t, 0), r) * worth[r["currency"]] for t, r in _territories(project)}
        out[f"scenario.{scenario}.producer_receipts"] = sum(receipts.values())
        received, left = pay_out(project, invested, receipts, worth)
        out |= {f"scenario.{scenario}.party.{p}.received": amount for p, amount in received.items()}
        out[f"scenario.{scenario}.undistributed"] = left
    return out


def _territories(project: dict[str, Any]) -> Any:
    return project["revenue"]["territories"].items()


def _names(project: dict[str, Any]) -> dict[str, float]:
    plan = project["schedule"]
    days, week = plan["shoot_days"], plan["days_per_week"]
    total = sum(days.values())
    return {
        "shoot_days": total,
        "shoot_weeks": total / week,
        "prep_weeks": plan["prep_weeks"],
        "prep_days": plan["prep_weeks"] * week,
        "wrap_weeks": plan["wrap_weeks"],
        "post_weeks": plan["post_weeks"],
        "days_per_week": week,
        "cities": len(days),
        "away_days": total - days[plan["home"]],
        **project["budget"]["params"],
    }


def rounded(value: float, digits: int) -> float:
    """Half away from zero as a spreadsheet does: decimals on fifteen digits, whole numbers on the binary value."""
    if digits == 0:
        return math.floor(value) + (value - math.floor(value) >= 0.5)
    exact = Decimal(f"{value:.15g}")
    return float(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def _number(value: float | str, names: dict[str, float]) -> float:
    functions = {"min": min, "max": max, "ceil": math.ceil, "round": lambda x: math.floor(x + 0.5)}
    return eval(value, {}, {**functions, **names}) if isinstance(value, str) else value  # noqa: S307 - our own texts


def _lines(project: dict[str, Any], worth: dict[str, float], out: dict[str, float]) -> dict[str, float]:
    names = _names(project)
    net = {}
    for line in project["budget"]["lines"]:
        local = _number(line["quantity"], names) * line.get("people", 1) * line["rate"]
        rounding = project["budget"]["rounding"]
        if rounding != "none":
            local = rounded(local, 2 if rounding == "cent" else 0)
        out[f"lines.{line['id']}.local"] = local
        net[line["id"]] = local * worth[line["currency"]]
    return net


def _years(project: dict[str, Any]) -> dict[str, int]:
    plan = project["schedule"]
    day = dt.date(2026, 10, 1)
    years = {"development": day.year, "prep": day.year}
    for phase, weeks in (
        ("shoot", plan["prep_weeks"]),
        ("wrap", sum(plan["shoot_days"].values()) / plan["days_per_week"]),
        ("post", plan["wrap_weeks"]),
        ("delivery", plan["post_weeks"]),
    ):
        day += dt.timedelta(weeks=weeks)
        years[phase] = day.year
    return years


def _fringes(project: dict[str, Any], worth: dict[str, float], net: dict[str, float]) -> dict[str, float]:
    """Charges on the pay of one head of every person, country and year, handed back to the lines by their pay."""
    years, names = _years(project), _names(project)
    week = project["schedule"]["days_per_week"]
    months_of = {"shift": 7 / week * 12 / 365, "day": 7 / week * 12 / 365, "week": 7 * 12 / 365, "month": 1.0}
    teams: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for line in project["budget"]["lines"]:
        if line.get("labour") == "employee":
            country = CITIES.get(line["spent"], line["spent"])
            teams.setdefault((line.get("person", line["id"]), country, years[line["phase"]]), []).append(line)
    found = dict.fromkeys(net, 0.0)
    for (_, country, year), team in teams.items():
        started = [y for c, y in LAWS if c == country and y <= year]
        pay = sum(net[line["id"]] for line in team)
        if not started or not pay:
            continue
        currency, components = LAWS[country, max(started)]
        heads = team[0]["people"]
        one = pay / heads / worth[currency]
        months = sum(_number(line["quantity"], names) * months_of.get(line["unit"], 0.0) for line in team)
        charge = 0.0
        for rate, ceiling, period, above in components:
            limit = math.inf if ceiling is None else ceiling * (math.ceil(months - 1e-9) if period == "month" else 1)
            limit = limit or math.inf  # a fee without a duration has no months, and so no monthly ceiling
            charge += rate * min(one, limit) + above * max(one - limit, 0)
        for line in team:
            found[line["id"]] = net[line["id"]] / pay * charge * heads * worth[currency]
    return found


def _charges(project: dict[str, Any], worth: dict[str, float], totals: dict[str, float]) -> dict[str, float]:
    """One system of linear equations; a cap that bites is put in as an amount and the system solved again."""
    charges = project["budget"]["charges"]
    if not charges:
        return {}
    ids = list(charges)
    accounts = dict.fromkeys([d for g in GROUPS.values() for d in g], 0.0)
    for line in project["budget"]["lines"]:
        accounts[line["account"]] += totals[line["id"]]
    fixed = {i: c["amount"] * worth[c["currency"]] for i, c in charges.items() if "amount" in c}
    caps = {i: c["cap"] * worth[c["cap_currency"]] for i, c in charges.items() if "cap" in c}
    while True:
        matrix, right = np.eye(len(ids)), np.zeros(len(ids))
        for row, name in enumerate(ids):
            if name in fixed:
                right[row] = fixed[name]
                continue
            charge = charges[name]
            for part in charge.get("base", GROUPS):
                if part in GROUPS:
                    direct = sum(accounts[d] for d in GROUPS[part] if d not in charge.get("exclude", ()))
                    right[row] += charge["rate"] * direct
                else:
                    matrix[row, ids.index(part)] -= charge["rate"]
        solved = dict(zip(ids, np.linalg.solve(matrix, right).tolist(), strict=True))
        over = [i for i in caps if i not in fixed and solved[i] > caps[i]]
        if not over:
            return solved
        fixed |= {i: caps[i] for i in over}


def _borne(project: dict[str, Any], totals: dict[str, float], charges: dict[str, float]) -> dict[str, float]:
    agreed = {p: x["share"] for p, x in project["partners"].items()}
    split = project["split"]
    borne = dict.fromkeys(agreed, 0.0)

    def give(amount: float, *rules: Any) -> None:
        rule = next(r for r in rules if r is not None)
        shares = agreed if rule == "by_share" else {rule: 1} if isinstance(rule, str) else rule
        for partner, share in shares.items():
            borne[partner] += amount * share

    for line in project["budget"]["lines"]:
        account, city = split["accounts"].get(line["account"]), split["cities"].get(line["spent"])
        give(totals[line["id"]], line.get("bearer"), account, city, split["default"])
    for name, charge in project["budget"]["charges"].items():
        give(charges[name], charge.get("bearer"), split["accounts"].get(name), split["default"])
    return borne


def _receipts(gross: float, terms: dict[str, Any]) -> float:
    vat = terms["ticket_vat"] if isinstance(terms["ticket_vat"], float) else 0
    rental = gross / (1 + vat) * (1 - terms["exhibitor"])
    fee, costs = terms["distributor_fee"], terms["p_and_a"]
    if terms["fee_base"] == "net":
        net = max(rental - costs, 0) * (1 - fee)
    else:
        net = max(rental - (gross if terms["fee_base"] == "gross" else rental) * fee - costs, 0)
    return float(max(net, terms["minimum_guarantee"]))


def pay_out(
    project: dict[str, Any], invested: dict[str, float], receipts: dict[str, float], worth: dict[str, float]
) -> tuple[dict[str, float], float]:
    """Pay one scenario's receipts out, position by position."""
    partners, sources = project["partners"], {f["id"]: f for f in project["finance"]}
    default = [
        {"kind": "until_recouped", "pay": [*partners, *(i for i, f in sources.items() if f["kind"] == "equity")]},
        {"kind": "until", "pay": [i for i, f in sources.items() if f.get("premium")], "amount": "premium"},
        {"kind": "net_profit", "pay": {p: x["share"] for p, x in partners.items()}},
    ]
    left = total = sum(receipts.values())
    received: dict[str, float] = dict.fromkeys(partners, 0.0)
    back: dict[str, float] = {}
    for step in project.get("waterfall") or default:
        pay = step["pay"]
        if step["kind"] == "until_recouped":
            due = {p: max(invested[p] - back.get(p, 0), 0) for p in pay}
        elif step.get("amount") == "premium":
            due = {p: invested[p] * sources[p]["premium"] for p in pay}
        else:
            if step["kind"] == "net_profit":
                whole = left
            elif step["kind"] == "percent_of_gross":
                whole = step["rate"] * (sum(receipts[t] for t in step["of"]) if "of" in step else total)
            else:
                whole = step["amount"] * worth[step["currency"]]
            due = {p: whole * share for p, share in pay.items()}
        part = min(left / sum(due.values()), 1) if sum(due.values()) else 0
        for party, amount in due.items():
            received[party] = received.get(party, 0.0) + amount * part
            if step["kind"] in {"until_recouped", "until"} and step.get("amount") != "premium":
                back[party] = back.get(party, 0.0) + amount * part
        left -= sum(due.values()) * part
    return received, left
