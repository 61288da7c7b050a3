"""Random terms of distribution and of the waterfall beside the plain ones: media, payments, fee steps, advances, limits of steps."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

DAYS = ["2027-06-15", "2028-01-10", "2028-07-02", "2028-11-20", "2029-04-03", "2030-02-28"]
NEW_YEARS = ["2028-01-01", "2029-01-01", "2030-01-01"]
"""Days on which a period begins, however long periods are."""
PRICE = 8.0
CURRENCIES = ["EUR", "RTK", "FLR"]

hundredths = st.integers(0, 35).map(lambda n: n / 100)


@st.composite
def payments(draw: st.DrawFn) -> list[dict[str, Any]]:
    """When an outlet pays: one to three days."""
    days = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True)))
    shares = {1: [1.0], 2: [0.3, 0.7], 3: [0.5, 0.2, 0.3]}[len(days)]
    return [{"share": share, "on": day} for share, day in zip(shares, days, strict=True)]


@st.composite
def fee_steps(draw: st.DrawFn, *, tickets: bool) -> list[dict[str, Any]]:
    """Other fees beyond one or two thresholds, of gross or of tickets."""
    what = draw(st.sampled_from(["above_gross", "above_admissions"] if tickets else ["above_gross"]))
    levels = sorted(draw(st.lists(st.integers(1, 40), min_size=1, max_size=2, unique=True)))
    size = 100_000 if what == "above_gross" else 10_000
    return [{"rate": draw(hundredths), what: level * size} for level in levels]


@st.composite
def outlets(draw: st.DrawFn, scenarios: dict[str, Any], name: str, *, tickets: bool) -> dict[str, Any]:
    """Other media of a territory; what they gross is a ratio, or stated in the scenarios."""
    found: dict[str, Any] = {}
    for medium in draw(st.lists(st.sampled_from(["tv", "vod"]), max_size=2, unique=True)):
        outlet: dict[str, Any] = {"fee_base": draw(st.sampled_from(["rental", "gross", "net"]))}
        if draw(st.booleans()):
            outlet["distributor_fee"] = draw(hundredths)
        if draw(st.booleans()):
            outlet["levy"] = draw(st.sampled_from([0.02, 0.1]))
        if draw(st.booleans()):
            outlet["fee_steps"] = draw(fee_steps(tickets=tickets))
        if draw(st.booleans()):
            outlet["paid"] = draw(payments())
        if draw(st.booleans()):
            outlet["gross_per_cinema"] = draw(st.integers(1, 120)) / 100
        else:
            for scenario in scenarios.values():
                stated = scenario.setdefault("media", {}).setdefault(name, {})
                stated[medium] = draw(st.integers(0, 1_000_000))
        found[medium] = outlet
    return found


@st.composite
def advances(draw: st.DrawFn, partners: list[str]) -> dict[str, Any]:
    """Prints, advertising and guarantees: what is spent and paid when, and what of it is recouped from what."""
    found: dict[str, Any] = {"cross_collateralised": draw(st.booleans())}
    if draw(st.booleans()):
        found |= {"guarantee_on": draw(st.sampled_from(DAYS)), "guarantee_part": draw(st.sampled_from([0.5, 0.8]))}
    if draw(st.booleans()):
        found["p_and_a_later"] = [
            {"amount": draw(st.integers(0, 90_000)), "on": draw(st.sampled_from(DAYS))} for _ in range(2)
        ]
    found |= draw(st.sampled_from([{}, {}, {"p_and_a_recouped": False}, {"p_and_a_cap": 40_000}]))
    found |= draw(st.sampled_from([{}, {}, {"distributor": "volga"}, {"distributor": partners[0]}]))
    if draw(st.integers(0, 2)) == 0:
        found |= {"exclusive": True, "partner": draw(st.sampled_from(partners))}
        found["counts_as_recoupment"] = draw(st.booleans())
    return found


@st.composite
def territories(draw: st.DrawFn, project: dict[str, Any]) -> None:
    """Add to the terms of the territories of a project, and a sales agent and presales."""
    revenue, partners = project["revenue"], list(project["partners"])
    for name, terms in revenue["territories"].items():
        tickets = draw(st.booleans())
        if tickets:
            terms["ticket_price"] = PRICE
            for scenario in revenue["scenarios"].values():
                if name in scenario["gross"] and draw(st.booleans()):
                    scenario.setdefault("admissions", {})[name] = scenario["gross"].pop(name) // PRICE
        if draw(st.booleans()):
            terms["paid"] = draw(payments())
        if draw(st.booleans()):
            terms["fee_steps"] = draw(fee_steps(tickets=tickets))
        if draw(st.booleans()):
            terms["levy"] = draw(st.sampled_from([0.01, 0.12]))
        terms.update(draw(advances(partners)), media=draw(outlets(revenue["scenarios"], name, tickets=tickets)))
        if draw(st.integers(0, 2)) == 0:
            project["finance"].append(draw(presales(name, partners[0])))
    names = list(revenue["territories"])
    if len(names) > 1 and draw(st.booleans()):
        for name in names[:2]:
            revenue["territories"][name]["collateral"] = "both"
            revenue["territories"][name].pop("distributor", None)  # they have one, or name none
    if draw(st.booleans()):
        expenses = {"expenses": draw(st.integers(0, 9_000)), "expenses_cap": 5_000, "currency": "EUR"}
        revenue["sales_agent"] = {"commission": draw(st.integers(0, 4)) / 100, "territories": names[-1:], **expenses}
    if draw(st.booleans()):
        revenue["period"] = draw(st.sampled_from(["month", "half_year", "year"]))


@st.composite
def presales(draw: st.DrawFn, territory: str, partner: str) -> dict[str, Any]:
    """A presale in the finance plan that the distributor of a territory recoups."""
    return {
        "id": f"presale_{territory.lower()}", "name": "Sold", "kind": "presale", "partner": partner,
        "amount": draw(st.integers(0, 3_000)), "currency": draw(st.sampled_from(CURRENCIES)), "territory": territory,
        "instalments": [{"share": 0.4, "on": "2028-01-10"}, {"share": 0.6, "on": "2029-04-03"}],
    }  # fmt: skip


@st.composite
def openings(draw: st.DrawFn, revenue: dict[str, Any]) -> dict[str, Any]:
    """A day, or so much gross or so many tickets of a territory."""
    name = draw(st.sampled_from(list(revenue["territories"])))
    priced = [n for n, t in revenue["territories"].items() if "ticket_price" in t]
    what = draw(st.sampled_from(["date", "gross", *(["admissions"] if priced else [])]))
    if what == "date":
        return {"date": draw(st.sampled_from(NEW_YEARS))}
    if what == "gross":
        return {"gross": draw(st.integers(1, 30)) * 100_000, "territory": name}
    return {"admissions": draw(st.integers(1, 30)) * 10_000, "territory": draw(st.sampled_from(priced))}


@st.composite
def limits(draw: st.DrawFn, project: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    """What ends a step: an amount, what one of its parties has by all or by some steps, or what opens others."""
    kind = draw(st.sampled_from(["amount", "total", "multiple", "opening"]))
    money = {"currency": draw(st.sampled_from(CURRENCIES))}
    if kind == "opening":
        return draw(openings(project["revenue"]))
    if kind == "amount":
        return {"amount": draw(st.integers(0, 100_000)), **money}
    party = draw(st.sampled_from([p for p, share in step["pay"].items() if share]))
    found: dict[str, Any] = {"party": party, "total": draw(st.integers(0, 100_000)), **money}
    if kind == "multiple" and party in {*project["partners"], *(f["id"] for f in project["finance"])}:
        found = {"party": party, "multiple": draw(st.integers(1, 30)) / 10}
    if draw(st.booleans()):
        paying = [s["id"] for s in project["waterfall"] if party in s["pay"]]
        found["steps"] = draw(st.lists(st.sampled_from(paying), min_size=1, max_size=2, unique=True))
    return found


@st.composite
def waterfalls(draw: st.DrawFn, project: dict[str, Any]) -> None:
    """Put steps of kind share among those of the project, narrow some to some money, open and limit some."""
    revenue = project["revenue"]
    places = list(revenue["territories"])
    places += [f"{n}.{m}" for n, t in revenue["territories"].items() for m in ("cinema", *t["media"])]
    recouped = [f["id"] for f in project["finance"] if f["kind"] in {"equity", "advance", "loan", "deferral"}]
    anybody = [*project["partners"], *recouped, "talent", "volga"]
    steps = project["waterfall"]
    for number in range(draw(st.integers(0, 3))):
        payees = draw(st.lists(st.sampled_from(anybody), min_size=1, max_size=3, unique=True))
        pay = {p: draw(st.integers(1, 33)) / 100 for p in payees}
        steps.insert(draw(st.integers(0, len(steps))), {"id": f"share_{number}", "kind": "share", "pay": pay})
    for step in steps:
        if "of" not in step and draw(st.integers(0, 2)) == 0:
            step["of"] = [draw(st.sampled_from(places))]
        if step["kind"] in {"share", "percent_of_gross"}:
            if draw(st.booleans()):
                step["after"] = draw(openings(revenue))
            if draw(st.booleans()) and any(step["pay"].values()):
                step["until"] = draw(limits(project, step))
