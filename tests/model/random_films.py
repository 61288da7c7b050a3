"""Random projects in the invented country: partners, cities, lines, people, charges, splits, finance, territories, waterfalls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import random_terms
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.catalog import Catalog

some = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""The effort of a property test: the same projects every time."""

FX = {"EUR": 1.0, "RTK": 120.0, "FLR": 2.5, "USD": 1.1}
GROUPS = {
    "above_the_line": ("story", "cast"),
    "production": ("camera", "electric", "catering"),
    "post": ("editing", "music"),
    "other": ("legal",),
}
DEPARTMENTS = [d for group in GROUPS.values() for d in group]
LABOUR = ["employee", "contractor", "self_employed", "sole_trader", "author", "company", "none"]
CITIES = {"strelsau": "QR", "hentzau": "QR", "zenda": "QR", "edelweiss": "QG"}
PARTNERS = {"qr": ("QR", "RTK"), "qg": ("QG", "FLR"), "qq": ("QQ", "EUR")}
RECOUPED = ("equity", "advance", "loan", "deferral")
KINDS = ("equity", "equity", "grant", "own", "advance", "presale", "in_kind", "deferral", "loan", "loan")
QUANTITIES = [
    "shoot_days",
    "shoot_days * 1.1 + prep_weeks * 6",
    "ceil(shoot_weeks) + wrap_weeks",
    "max(prep_days, 3) if cities > 1 else away_days / 2",
    "min(crowd, 40) * 0.25",
    "round(post_weeks / days_per_week)",
]


def parts_of_all(draw: st.DrawFn, names: Sequence[str], least: int = 5) -> dict[str, float]:
    """Shares of at least ``least`` percent that sum to 100 %."""
    rest = 100 - least * len(names)
    cuts = sorted(draw(st.lists(st.integers(0, rest), min_size=len(names) - 1, max_size=len(names) - 1)))
    sizes = [b - a for a, b in zip([0, *cuts], [*cuts, rest], strict=True)]
    return {name: (least + size) / 100 for name, size in zip(names, sizes, strict=True)}


def bearers(partners: Sequence[str]) -> st.SearchStrategy[Any]:
    @st.composite
    def some(draw: st.DrawFn) -> Any:
        return parts_of_all(draw, partners, 0)

    return st.one_of(st.just("by_share"), st.sampled_from(list(partners)), some())


amounts = st.integers(0, 5_000_000).map(lambda n: n / 100)
percents = st.integers(0, 12).map(lambda n: n / 100)


@st.composite
def lines(
    draw: st.DrawFn, partners: Sequence[str], number: int, people: dict[str, tuple[int, str]], *, taxed: bool
) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": f"line_{number}",
        "account": draw(st.sampled_from(DEPARTMENTS)),
        "description": f"Line {number}",
        "rate": draw(amounts),
        "currency": draw(st.sampled_from(list(FX))),
        "unit": draw(st.sampled_from(["flat", "shift", "day", "week", "month"])),
        "quantity": draw(st.one_of(st.integers(0, 400).map(lambda n: n / 8), st.sampled_from(QUANTITIES))),
        "people": draw(st.integers(0, 6)),
        "phase": draw(st.sampled_from(["development", "prep", "shoot", "wrap", "post", "delivery"])),
        "spent": draw(st.sampled_from([*CITIES, "QR", "QG", "QQ"])),
        "labour": draw(st.sampled_from(["employee", "contractor", "none"])),
    }
    if taxed:
        line["labour"] = draw(st.sampled_from(LABOUR))
        line["pay"] = draw(st.sampled_from(["gross", "net"]))
        line["taxed_there"] = draw(st.sampled_from([True, True, False]))
        if draw(st.booleans()) and line["labour"] != "employee":
            line["vat"] = draw(st.sampled_from(["none", "excluded", "included"]))
    if draw(st.booleans()):
        line["person"] = draw(st.sampled_from(list(people)))
        line["people"], pay = people[line["person"]]
        if taxed:
            line["pay"] = pay
    elif taxed and draw(st.booleans()):
        line["payee"] = draw(st.sampled_from(["QR", "QG", "QS"]))
    if draw(st.booleans()):
        line["bearer"] = draw(bearers(partners))
    return line


@st.composite
def charges(draw: st.DrawFn, partners: Sequence[str]) -> dict[str, Any]:
    """Charges on any groups and on each other in any way; caps only where no loop of several charges runs through."""
    ids = ["contingency", "bond", "overhead", "fee"][: draw(st.integers(0, 4))]
    found: dict[str, Any] = {}
    for name in ids:
        charge: dict[str, Any] = {}
        if draw(st.integers(0, 4)) == 0:
            charge |= {"amount": draw(amounts), "currency": draw(st.sampled_from(list(FX)))}
        else:
            charge["rate"] = draw(percents)
            base = draw(st.lists(st.sampled_from([*GROUPS, *ids]), min_size=1, max_size=5, unique=True))
            if draw(st.booleans()):
                charge["base"] = base
            inside = [d for g in charge.get("base", GROUPS) if g in GROUPS for d in GROUPS[g]]
            if inside:
                charge["exclude"] = draw(st.lists(st.sampled_from(inside), max_size=2, unique=True))
            if not {*charge.get("base", ())} & {*ids} - {name} and draw(st.booleans()):
                charge |= {"cap": draw(amounts), "cap_currency": draw(st.sampled_from(list(FX)))}
        if draw(st.booleans()):
            charge["bearer"] = draw(bearers(partners))
        found[name] = charge
    return found


@st.composite
def loans(draw: st.DrawFn, before: list[dict[str, Any]], partner: str) -> dict[str, Any]:
    """The terms of a loan; the first of a partner may fill its gap."""
    mine = [f for f in before if f["partner"] == partner]
    able = [f["id"] for f in mine if f["kind"] in {"grant", "advance", "presale"}]
    terms: dict[str, Any] = {
        "interest": draw(st.integers(0, 20)) / 100,
        "fee": draw(st.integers(0, 5)) / 100,
        "months": draw(st.integers(0, 36)),
        "costs": draw(st.sampled_from([0, 500])),
        "security": draw(st.sampled_from(["senior", "gap", "mezzanine"])),
        "repaid_from": draw(st.lists(st.sampled_from(able), unique=True)) if able else [],
    }
    if draw(st.booleans()) and not any(f.get("amount") == "gap" for f in mine):
        terms["amount"] = "gap"
    return terms


@st.composite
def steps(draw: st.DrawFn, project: dict[str, Any]) -> list[dict[str, Any]]:
    partners = list(project["partners"])
    equity = [f["id"] for f in project["finance"] if f["kind"] in RECOUPED]
    lent = [f["id"] for f in project["finance"] if f["kind"] == "loan"]
    rich = [f["id"] for f in project["finance"] if f.get("premium")]
    kinds = ["percent_of_gross", "fixed", "until_recouped", "until_recouped", "net_profit", "until"]
    kinds += ["until_repaid", "until_repaid"] if lent else []
    found = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(kinds))
        step: dict[str, Any] = {"id": f"step_{number + 1}", "kind": kind}
        anybody = [*partners, *equity, "agent", "talent"]
        premium = kind == "until" and bool(rich) and draw(st.booleans())
        able = rich if premium else [*partners, *equity] if kind in {"until_recouped", "until"} else anybody
        able = lent if kind == "until_repaid" else able
        payees = draw(st.lists(st.sampled_from(able), min_size=1, max_size=4, unique=True))
        step["pay"] = payees
        if premium:
            step["amount"] = "premium"
        elif kind == "percent_of_gross":
            step["rate"] = draw(st.integers(0, 16)) / 100
            if draw(st.booleans()):
                step["of"] = [draw(st.sampled_from(list(project["revenue"]["territories"])))]
        elif kind in {"fixed", "until"}:
            step |= {"amount": draw(amounts), "currency": draw(st.sampled_from(list(FX)))}
        if kind not in {"until_repaid", "until_recouped"} and not premium:
            step["pay"] = parts_of_all(draw, payees, 0)
        found.append(step)
    return found


@st.composite
def projects(draw: st.DrawFn, *, dealt: bool = False) -> dict[str, Any]:
    """A project as data; every partner bears at least a tenth of a large line, so that finance never exceeds its cost.

    ``dealt``: with media, payments, fee steps, presales, exclusive territories, a sales agent, and steps that open and end.
    """
    partners = list(PARTNERS)[: draw(st.integers(1, 3))]
    shares = parts_of_all(draw, partners, 10)
    cities = draw(st.lists(st.sampled_from(list(CITIES)), min_size=1, max_size=4, unique=True))
    people = {f"person_{n}": (draw(st.integers(1, 4)), draw(st.sampled_from(["gross", "net"]))) for n in range(2)}
    taxed = draw(st.booleans())
    project: dict[str, Any] = {
        "title": "Drawn",
        "as_of": "2026-09-30",
        "currency": draw(st.sampled_from(list(FX))),
        "fx": {"USD": 1.1},
        "partners": {
            p: {"name": p.upper(), "country": PARTNERS[p][0], "currency": PARTNERS[p][1], "share": shares[p]}
            for p in partners
        },
        "schedule": {
            "start": "2026-10-01",
            "home": draw(st.sampled_from(cities)),
            "shoot_days": {c: draw(st.integers(1, 60)) / 2 for c in cities},
            "prep_weeks": draw(st.integers(0, 20)),
            "days_per_week": draw(st.integers(4, 7)),
            "wrap_weeks": draw(st.integers(0, 6)),
            "post_weeks": draw(st.integers(0, 30)),
        },
        "budget": {
            "rounding": draw(st.sampled_from(["cent", "unit", "none"])),
            "params": {"crowd": draw(st.integers(0, 90))},
            "lines": [
                {
                    "id": "large",
                    "account": "cast",
                    "description": "Crowd",
                    "rate": 100000,
                    "currency": "EUR",
                    "quantity": "1 + 0 * crowd",
                    "bearer": "by_share",
                    "spent": "QQ",
                },
                *(draw(lines(partners, n, people, taxed=taxed)) for n in range(draw(st.integers(0, 7)))),
            ],
            "charges": draw(charges(partners)),
        },
        "split": {
            "cities": draw(st.dictionaries(st.sampled_from(list(CITIES)), bearers(partners), max_size=2)),
            "accounts": draw(st.dictionaries(st.sampled_from(DEPARTMENTS), bearers(partners), max_size=2)),
            "default": draw(bearers(partners)),
        },
        "finance": [],
    }
    if taxed:
        project["budget"]["vat"] = draw(st.sampled_from(["none", "excluded", "included"]))
        project["partners"][partners[0]]["delegate"] = True
        for partner in partners:
            project["partners"][partner]["recovers_vat"] = draw(st.booleans())
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(KINDS))
        source = {
            "id": f"source_{number}",
            "name": f"Source {number}",
            "kind": kind,
            "partner": draw(st.sampled_from(partners)),
            "amount": draw(st.integers(0, 3000)),
            "currency": draw(st.sampled_from(["EUR", "RTK", "FLR"])),
        }
        if kind == "equity" and draw(st.booleans()):
            source["premium"] = draw(st.integers(1, 40)) / 100
        if kind == "loan":
            source |= draw(loans(project["finance"], source["partner"]))
        project["finance"].append(source)
    names = ["QR", "QG", "rest_of_world"][: draw(st.integers(1, 3))]
    project["revenue"] = {
        "territories": {
            name: {
                "currency": draw(st.sampled_from(list(FX))),
                "ticket_vat": draw(st.sampled_from(["none", "exempt", 0.1, 0.2])),
                "exhibitor": draw(st.integers(0, 60)) / 100,
                "distributor_fee": draw(st.integers(0, 35)) / 100,
                "fee_base": draw(st.sampled_from(["rental", "gross", "net"])),
                "p_and_a": draw(st.sampled_from([0, 10000, 300000])),
                "minimum_guarantee": draw(st.sampled_from([0, 0, 50000])),
                **({"partner": draw(st.sampled_from(partners))} if draw(st.booleans()) else {}),
            }
            for name in names
        },
        "scenarios": {
            scenario: {
                "weight": weight,
                "gross": {n: draw(st.integers(0, 5_000_000)) for n in names[: draw(st.integers(1, 3))]},
            }
            for scenario, weight in parts_of_all(draw, ["low", "base", "high"][: draw(st.integers(1, 3))], 0).items()
        },
    }
    if draw(st.booleans()):
        project["waterfall"] = draw(steps(project))
    if dealt:
        draw(random_terms.territories(project))
        if "waterfall" in project:
            draw(random_terms.waterfalls(project))
    return project


def build(project: dict[str, Any], catalog: Catalog, sets: Sequence[str] = ()) -> Model:
    """The model of a project given as data."""
    return build_model(load_project(json.dumps(project), filename="project.yaml", sets=sets), catalog)
