"""The same estimate a second time, in plain Python and without a line of the model: the measure of the property tests."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from paid_by_hand import RECOUPED, Books
from random_films import CITIES, FX, GROUPS
from sold_by_hand import laid_out, sell

LAWS: dict[tuple[str, int], tuple[str, list[tuple[float, float | None, str, float]]]] = {
    ("QR", 2026): ("RTK", [(0.3, 100000, "year", 0.1), (0.02, None, "", 0.02)]),
    ("QR", 2027): ("RTK", [(0.2, 120000, "year", 0.05)]),
    ("QG", 2026): ("FLR", [(0.15, 1000, "month", 0), (0.05, 2000, "month", 0.01), (0.01, None, "", 0.01)]),
}
"""Country and first year: currency, and rate, ceiling, period and rate above of every charge, as in ``tests/ruritania``."""
OWED = {
    ("QR", "self_employed"): (0.0, math.inf),
    ("QR", "author"): (0.05, 60000),
    ("QG", "sole_trader"): (0.02, math.inf),
}
"""What a payer owes on fees: a rate up to a ceiling a year, in the currency of the country."""
CURRENCY = {"QR": "RTK", "QG": "FLR"}
PEOPLE = ("employee", "contractor", "self_employed", "sole_trader", "author")


def estimate(project: dict[str, Any]) -> dict[str, float]:
    """Every figure this second way of counting knows, under the key of the model."""
    out: dict[str, float] = {}
    worth = {c: FX[project["currency"]] / FX[c] for c in FX}
    net = _lines(project, worth, out)
    vat_rate = {line["id"]: _vat_rate(project, line) for line in project["budget"]["lines"]}
    for line in project["budget"]["lines"]:
        if line.get("vat", project["budget"].get("vat")) == "included":
            net[line["id"]] /= 1 + vat_rate[line["id"]]
    withheld = {line["id"]: _withheld(project, line) for line in project["budget"]["lines"]}
    earned = {
        line["id"]: net[line["id"]] / (1 - (withheld[line["id"]] or 0) * (line.get("pay") == "net"))
        for line in project["budget"]["lines"]
    }
    gross, fringes = _fringes(project, worth, earned, withheld)
    vat = {i: gross[i] * vat_rate[i] for i in net}
    lost = {i: vat[i] * sum(_not_back(project, i).values()) for i in net}
    totals = {i: gross[i] + fringes[i] + lost[i] for i in net}
    charges = _charges(project, worth, totals)
    for line, total in totals.items():
        out[f"lines.{line}.fringes"], out[f"lines.{line}.total"] = fringes[line], total
        out[f"lines.{line}.net"], out[f"lines.{line}.taxes"] = net[line], total - net[line] - fringes[line]
    if any(rate is not None for rate in withheld.values()):
        out["taxes.withheld"] = sum(earned[i] * (withheld[i] or 0) for i in net)
    out |= {f"charges.{c}.amount": amount for c, amount in charges.items()}
    out["budget.total"] = sum(totals.values()) + sum(charges.values())
    borne = _borne(project, {i: totals[i] - lost[i] for i in totals}, charges)
    for line, tax in vat.items():
        for partner, share in _not_back(project, line).items():
            borne[partner] += tax * share
    out |= {f"partner.{p}.borne": amount for p, amount in borne.items()}
    invested = _financed(project, borne, worth, out)
    spent = laid_out(project, worth)  # comes back at source, so the waterfall does not owe it
    parties = {*invested, *(p for p, amount in spent.items() if amount)}
    out |= {f"party.{p}.invested": invested.get(p, 0) + spent.get(p, 0) for p in parties}
    for scenario in project["revenue"]["scenarios"]:
        sold = sell(project, scenario, worth)
        out |= {f"scenario.{scenario}.territory.{key}": amount for key, amount in sold.totals.items()}
        out[f"scenario.{scenario}.producer_receipts"] = sum(sum(x.values()) for x in sold.receipts.values())
        books = Books(project, invested, sold, worth)
        books.play()
        for party in {*project["partners"], *(p for p, _ in books.got)}:
            if books.received(party) or not party.startswith("distributor_"):  # none where nobody stands between
                out[f"scenario.{scenario}.party.{party}.received"] = books.received(party)
        out[f"scenario.{scenario}.undistributed"] = books.left
    return out


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


def _days(project: dict[str, Any]) -> dict[str, dt.date]:
    plan = project["schedule"]
    day = dt.date(2026, 10, 1)
    days = {"development": day, "prep": day}
    for phase, weeks in (
        ("shoot", plan["prep_weeks"]),
        ("wrap", sum(plan["shoot_days"].values()) / plan["days_per_week"]),
        ("post", plan["wrap_weeks"]),
        ("delivery", plan["post_weeks"]),
    ):
        day += dt.timedelta(weeks=weeks)
        days[phase] = day
    return days


def _country(line: dict[str, Any]) -> str:
    return str(CITIES.get(line["spent"], line["spent"]))


def _vat_rate(project: dict[str, Any], line: dict[str, Any]) -> float:
    """VAT of Ruritania is 20 %, from 2027 on 25 %; of Graustark 10 %; of other countries nobody knows it."""
    sellers = line.get("labour", "none") in {"none", "company", "sole_trader"}
    mode = line.get("vat") or (project["budget"].get("vat", "none") if sellers else "none")
    if mode == "none" or not line.get("taxed_there", True):
        return 0.0
    late = _days(project)[line.get("phase", "shoot")] >= dt.date(2027, 1, 1)
    return {"QR": 0.25 if late else 0.2, "QG": 0.1}.get(_country(line), 0.0)


def _shares(project: dict[str, Any], line: dict[str, Any]) -> dict[str, float]:
    """Who bears a line: the first rule that fits."""
    split = project["split"]
    rules = (line.get("bearer"), split["accounts"].get(line["account"]), split["cities"].get(line["spent"]))
    rule = next((r for r in rules if r is not None), split["default"])
    agreed = {p: x["share"] for p, x in project["partners"].items()}
    return agreed if rule == "by_share" else {rule: 1} if isinstance(rule, str) else rule


def _not_back(project: dict[str, Any], name: str) -> dict[str, float]:
    """Shares of a line's VAT that partners bear because they do not get it back."""
    line = next(x for x in project["budget"]["lines"] if x["id"] == name)
    partners = project["partners"]
    return {p: s for p, s in _shares(project, line).items() if not partners[p].get("recovers_vat", True)}


def _withheld(project: dict[str, Any], line: dict[str, Any]) -> float | None:
    """None at home; else the rate, of which the only one known is that on royalties from Ruritania to Graustark."""
    partners, home, person = project["partners"], line.get("payee"), line.get("labour") in PEOPLE
    bearing = {partners[p]["country"] for p, share in _shares(project, line).items() if share > 0}
    delegate = next((p["country"] for p in partners.values() if p.get("delegate")), "")
    payer = bearing.pop() if len(bearing) == 1 else _country(line) if _country(line) in bearing else delegate
    at_work = person and (home == _country(line) or not line.get("taxed_there", True))
    rights = line["account"] in {"story", "music"}
    if not home or home == payer or at_work or not (person or rights or line.get("labour") == "company"):
        return None
    return 0.2 if rights and not person and (payer, home) == ("QR", "QG") else 0.0


def _taken(country: str, kind: str, year: int, months: int) -> list[tuple[float, float]]:
    """Bands of gross pay, each up to an amount, and all that is taken within: tax, dues and contributions together."""
    whole = math.inf
    if (country, kind) == ("QR", "employee"):
        bands = [(50000, 0.1 + 0.05), (200000, 0.2 + 0.05), (whole, 0.4 + 0.05)]
        return bands if year < 2027 else [(whole, 0.3)]
    if (country, kind) == ("QG", "employee"):
        return [(500 * max(months, 1), 0.1), (1500 * max(months, 1), 0.1 + 0.2), (whole, 0.2)]
    return {("QR", "self_employed"): [(whole, 0.1)], ("QR", "author"): [(whole, 0.8 * 0.25)]}.get((country, kind), [])


def _gross(net: float, bands: list[tuple[float, float]]) -> float:
    """Climb the scale from below: the first band in which the net pay is reached holds the gross."""
    left = start = 0.0
    for end, rate in bands:
        if left + (end - start) * (1 - rate) >= net:
            return start + (net - left) / (1 - rate)
        left, start = left + (end - start) * (1 - rate), end
    return net


def _fringes(
    project: dict[str, Any], worth: dict[str, float], net: dict[str, float], withheld: dict[str, float | None]
) -> tuple[dict[str, float], dict[str, float]]:
    """Gross pay, and charges on it, of one head of every person, country and year, handed back to the lines by their pay."""
    years, names = {phase: day.year for phase, day in _days(project).items()}, _names(project)
    week = project["schedule"]["days_per_week"]
    months_of = {"shift": 7 / week * 12 / 365, "day": 7 / week * 12 / 365, "week": 7 * 12 / 365, "month": 1.0}
    teams: dict[tuple[str, str, int, str], list[dict[str, Any]]] = {}
    for line in project["budget"]["lines"]:
        kind = line.get("labour", "none")
        if kind in PEOPLE and kind != "contractor":
            key = line.get("person", line["id"]), _country(line), years[line["phase"]], kind
            teams.setdefault(key, []).append(line)
    gross, found = dict(net), dict.fromkeys(net, 0.0)
    for (_, country, year, kind), team in teams.items():
        pay = sum(net[line["id"]] for line in team)
        if not pay:
            continue
        heads = team[0]["people"]
        months = math.ceil(
            sum(_number(line["quantity"], names) * months_of.get(line["unit"], 0.0) for line in team) - 1e-9
        )
        home = team[0].get("payee", country)
        if team[0].get("pay") == "net" and withheld[team[0]["id"]] is None and home in CURRENCY:
            unit = heads * worth[CURRENCY[home]]
            before, pay = pay, _gross(pay / unit, _taken(home, kind, year, months)) * unit
            gross |= {line["id"]: net[line["id"]] / before * pay for line in team}
        started = [y for c, y in LAWS if c == country and y <= year]
        if kind == "employee" and started:
            currency, components = LAWS[country, max(started)]
            one = pay / heads / worth[currency]
            charge = 0.0
            for rate, ceiling, period, above in components:
                limit = math.inf if ceiling is None else ceiling * (months if period == "month" else 1)
                limit = limit or math.inf  # a fee without a duration has no months, and so no monthly ceiling
                charge += rate * min(one, limit) + above * max(one - limit, 0)
        elif (country, kind) in OWED:
            currency, (rate, limit) = CURRENCY[country], OWED[country, kind]
            charge = rate * min(pay / heads / worth[currency], limit)
        else:
            continue
        for line in team:
            found[line["id"]] = gross[line["id"]] / pay * charge * heads * worth[currency]
    return gross, found


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
    for line in project["budget"]["lines"]:
        for partner, share in _shares(project, line).items():
            borne[partner] += totals[line["id"]] * share
    for name, charge in project["budget"]["charges"].items():
        rules = (charge.get("bearer"), split["accounts"].get(name), split["default"])
        rule = next(r for r in rules if r is not None)
        shares = agreed if rule == "by_share" else {rule: 1} if isinstance(rule, str) else rule
        for partner, share in shares.items():
            borne[partner] += charges[name] * share
    return borne


def _financed(
    project: dict[str, Any], borne: dict[str, float], worth: dict[str, float], out: dict[str, float]
) -> dict[str, float]:
    """What everybody puts in: loans sized and repaid one after another, the partners the rest and what the loans cost."""
    sources = {f["id"]: f for f in project["finance"]}
    face = {i: f["amount"] * worth[f["currency"]] for i, f in sources.items() if f["amount"] != "gap"}
    for_film, owed, cost = dict(face), dict(face), dict.fromkeys(sources, 0.0)
    lent = [f for f in sources.values() if f["kind"] == "loan"]
    for loan in sorted(lent, key=lambda f: f["amount"] == "gap"):
        name, fixed = loan["id"], loan["costs"] * worth[loan["currency"]]
        rate = loan["fee"] + loan["interest"] * loan["months"] / 12
        if loan["amount"] == "gap":
            mine = [i for i in face if sources[i]["partner"] == loan["partner"]]
            short = borne[loan["partner"]] + sum(cost[i] for i in mine)
            short -= sum(for_film[i] for i in mine if i not in loan["repaid_from"])
            face[name] = (short + fixed) / (1 - rate) if short > 0 else 0.0
        cost[name] = face[name] * rate + (fixed if face[name] > 0 else 0)
        owed[name] = for_film[name] = face[name]
        for source in loan["repaid_from"]:
            part = min(owed[name], for_film[source])
            owed[name] -= part
            for_film[source] -= part
    invested = dict(borne)
    for name, source in sources.items():
        invested[source["partner"]] += cost[name] - (for_film[name] if source["kind"] != "own" else 0)
        if source["kind"] in RECOUPED:
            invested[name] = owed[name]
        out[f"finance.{name}.face"], out[f"finance.{name}.in_plan"] = face[name], for_film[name]
        out[f"finance.{name}.cost"] = cost[name]
    out["finance.uses"] = sum(borne.values()) + sum(cost.values())
    out["finance.gap"] = out["finance.uses"] - sum(for_film.values())
    return invested
