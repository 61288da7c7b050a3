"""On every day on which any rule of the library changes a film gets its answer, and nothing passes on what nobody knows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asked import film, findings, verdicts

from coprod_budget.catalog import UNKNOWN, open_catalog
from coprod_budget.model.findings import VERDICTS

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.catalog.unknown import Unknown
    from coprod_budget.graph import Values
    from coprod_budget.model import Model
    from coprod_budget.model.findings import Finding

LIBRARY = open_catalog()
DAYS = sorted({*LIBRARY.rule_dates(), *LIBRARY.incentive_dates(), *LIBRARY.tax_dates()})
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/project.yaml"))
SINCE = date(2024, 1, 1)
"""The price tables of the examples are of these years; before them they only warn of later prices."""
LAST_RATES = date(2026, 10, 31)
"""After the last month of the table of exchange rates a project fixes its own."""

SHARES = {"RU": 0.5, "RS": 0.3, "DE": 0.2}
RATES = {
    "RUB": 90, "RSD": 117, "GBP": 0.85, "HUF": 400, "CZK": 25, "UZS": 14000, "KZT": 500, "GEL": 3, "HRK": 7.5, "USD": 1.1,
    "RON": 5, "MKD": 61.5, "BAM": 2, "TRY": 30, "AED": 4, "CNY": 7.8, "BGN": 1.96,
}  # fmt: skip
BARE: dict[str, Any] = {
    "title": "Nothing but money",
    "partners": {
        c.lower(): {"name": f"Producer in {c}", "country": c, "currency": "EUR", "share": share}
        for c, share in SHARES.items()
    },
    "schedule": {"shoot_days": {"moscow": 10, "belgrade": 6, "berlin": 4}},
    "budget": {
        "lines": [
            {"id": c.lower(), "account": "camera", "description": f"Work in {c}", "rate": 1e7 * share, "currency": "EUR",
             "bearer": c.lower(), "spent": c}
            for c, share in SHARES.items()
        ]
    },
    "treaty": {"also": LIBRARY.treaties()},
    "incentives": LIBRARY.incentives(),
}  # fmt: skip
"""Says as little as can be said, and is put to every instrument and programme of the library."""

POSTS = ("director", "scriptwriter", "composer", "lead", "second_role", "third_role", "cinematographer", "sound", "editor",
         "production_designer", "costume_designer")  # fmt: skip
PAID = [
    {"id": f"{labour}_{country.lower()}_{payee.lower()}", "account": "camera", "description": f"{labour} of {payee} paid in {country}",
     "rate": 20000, "currency": "EUR", "labour": labour, "pay": pay, "payee": payee, "spent": country, "bearer": country.lower()}
    for country in SHARES
    for labour, pay, payee in (("employee", "gross", country), ("author", "net", country), ("contractor", "net", "FR"),
                               ("company", "gross", "FR"))
]  # fmt: skip
"""People of every sort, at home and from abroad, so that contributions, taxes on pay and tax withheld are asked for."""
FULL: dict[str, Any] = {
    **BARE,
    "partners": {**BARE["partners"], "ru": {**BARE["partners"]["ru"], "recovers_vat": False}},
    "budget": {"vat": "excluded", "lines": [*BARE["budget"]["lines"], *PAID]},
    "title": "As much as can be said",
    "fx": RATES,
    "film": {"minutes": 100, "languages": ["ru"], "versions": ["ru", "sr"], "qualities": ["debut"]},
    "people": dict.fromkeys(POSTS, "RU"),
    "treaty": {"also": LIBRARY.treaties(), "facts": {name: {"all": True} for name in LIBRARY.treaties()}},
    "incentives": [{"id": name, "turn_on": True} for name in LIBRARY.incentives()],
    "finance": [
        {"id": "fund", "name": "Fund", "kind": "grant", "partner": "ru", "amount": 500000, "currency": "EUR",
         "status": "secured", "programme": "eurimages_coprod"},
    ],
}  # fmt: skip

FAIL = VERDICTS.index("fail")
MEMBERSHIP = "is not known"
"""Whether a country is a party: the missing fact is the membership itself, and the text names the country."""


def says(found: Finding, model: Model) -> object:
    """Return what the rule of a test says on the day: UNKNOWN where nobody knows; the word `none` for a test that is no rule."""
    for instrument in model.eligibility.instruments:
        if instrument.id == found.instrument:
            rules = {criterion.id: rule.value for criterion, rule in instrument.view.rules()}
            return rules.get(found.rule, "none")
    programme = next(p for p in model.incentives.programmes if p.id == found.instrument)
    rule = programme.chosen.view.rule(found.rule)
    return "none" if rule is None else rule.value


def note_of(found: Finding, model: Model) -> str:
    """Return the note of the rule, which says what would settle it."""
    for instrument in model.eligibility.instruments:
        if instrument.id == found.instrument:
            return next((r.note or c.note for c, r in instrument.view.rules() if c.id == found.rule), "")
    programme = next(p for p in model.incentives.programmes if p.id == found.instrument)
    rule = programme.chosen.view.rule(found.rule)
    return "" if rule is None else rule.dated.note


def not_known(value: object) -> bool:
    """Say whether a value, or the bound in it, is one that nobody knows."""
    bounds: list[object | Unknown] = [value, *(getattr(value, name, None) for name in ("minimum", "maximum"))]
    return any(bound is UNKNOWN for bound in bounds)


def holds(model: Model, values: Values) -> None:
    """Nothing passes on a null, and who reads ``unknown`` is told what is missing."""
    found = findings(model)
    for one, verdict in zip(found, verdicts(values, found), strict=True):
        # With a figure, it is that of an exception, which is known.
        if not_known(says(one, model)) and one.required is None:
            assert verdict != "pass", f"{one.key} passes although nobody knows what it asks"
        if verdict == "unknown":
            assert one.why, f"{one.key} does not say what is missing"
            said = one.add or note_of(one, model) or MEMBERSHIP in one.why
            assert said, f"{one.key} does not say what would settle it"


def adds_up(model: Model, values: Values) -> None:
    """The worst test is the verdict; what is known of an amount rises from low to high; what does not count brings nothing."""
    for kind, owners in (("eligibility", model.eligibility.instruments), ("incentive", model.incentives.programmes)):
        for owner in owners:
            worst = max((values.number(f"test.{f.key}.verdict") for f in owner.findings), default=0)
            assert values.number(f"{kind}.{owner.id}.verdict") == worst
    for programme in model.incentives.programmes:
        of = {name: values.number(f"incentive.{programme.id}.{name}") for name in model.incentives.nodes}
        for name in ("amount", "net"):
            known = [of[f"{name}_{case}"] for case in ("low", "expected", "high") if of[f"{name}_{case}"] >= 0]
            assert known == sorted(known), (programme.id, name)
            assert not any(of[f"{name}_{case}"] < 0 for case in ("low", "expected", "high"))
        assert of["counted"] in {0, 1}
        assert of["counted"] or not of["expected"]
        assert of["verdict"] < FAIL or not of["counted"]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_film_gets_its_answer_on_every_day_of_change(day: date, catalog: Catalog) -> None:
    for project in (BARE, FULL):
        model = film(catalog, {**project, "as_of": str(day)})
        values = model.evaluate()
        assert findings(model)
        holds(model, values)
        adds_up(model, values)
        assert values.number("checks.all_ok") == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("day", [day for day in DAYS if day >= SINCE], ids=str)
def test_the_examples_run_on_every_day_of_change(day: date, path: Path, catalog: Catalog) -> None:
    fixed = [f"fx.{code}={RATES[code]}" for code in ("RUB", "RSD", "USD")] if day > LAST_RATES else []
    model = film(catalog, path.read_text(encoding="utf-8"), f"as_of={day}", *fixed)
    values = model.evaluate()
    holds(model, values)
    assert values.number("checks.all_ok") == 1


def test_the_days_are_those_of_treaties_incentives_and_taxes() -> None:
    assert len(DAYS) > 150
    assert {date(1994, 4, 1), date(2025, 1, 1), date(2026, 1, 1)} <= set(DAYS)
