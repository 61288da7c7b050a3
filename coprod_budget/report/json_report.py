"""An estimate as JSON for programs: stable names and order, money as numbers, rates as fractions, undefined as null."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coprod_budget.report.cashflow import cashflow_as_dicts
from coprod_budget.report.comparables import comparison_as_dict
from coprod_budget.report.costs import GROUPS, TAXES, group_of
from coprod_budget.report.eligibility import eligibility_as_dicts, governing_as_dict
from coprod_budget.report.finance import finance_as_dict
from coprod_budget.report.incentives import incentives_as_dicts, net_cost_as_dict
from coprod_budget.report.income_dicts import (
    break_even_as_dicts,
    expected_as_dict,
    periods_as_dicts,
    scenario_as_dict,
)
from coprod_budget.report.lines_table import kept, line_rows
from coprod_budget.report.overview import BASES, rates

if TYPE_CHECKING:
    from coprod_budget.errors import Problem
    from coprod_budget.report.figures import Figures

FORMAT = "coprod-budget/estimate"
VERSION = 3
"""Raised when a name changes its meaning or goes away; new names may appear without.

3: receipts, waterfall and returns by period. Of break-evens the `receipts` went away: territories with media, steps and exclusive
holders have no such figure. `gross` of a territory is that of all its media. Distributors and sales agents are parties.
"""


def as_json(data: object) -> str:
    """Return data as JSON text; letters of any script stay readable."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def estimate_as_dict(figures: Figures) -> dict[str, Any]:
    """Return the whole estimate as plain data."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": _project(figures),
        "budget": _budget(figures),
        "partners": _partners(figures),
        "places": _places(figures),
        "governing": governing_as_dict(figures),
        "eligibility": eligibility_as_dicts(figures),
        "incentives": incentives_as_dicts(figures),
        "net_cost": net_cost_as_dict(figures),
        "finance": finance_as_dict(figures),
        "cashflow": cashflow_as_dicts(figures),
        "comparables": comparison_as_dict(figures),
        "periods": periods_as_dicts(figures),
        "scenarios": [scenario_as_dict(figures, s) for s in figures.scenarios],
        "expected": expected_as_dict(figures),
        "break_even": break_even_as_dicts(figures),
        "checks": _checks(figures),
        "basis": {b: _number(figures, f"basis.{b}.share") for b in BASES},
        "fx": [
            {"currency": code, "per_eur": kept(value), "month": when, "source": title, "url": url, "where": where}
            for code, value, when, title, where, url in rates(figures)
        ],
        "warnings": [problem_as_dict(w) for w in figures.model.warnings],
    }


def problem_as_dict(problem: Problem) -> dict[str, Any]:
    """Return a problem or warning as plain data."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "file": problem.file,
        "line": problem.line or None,
        "column": problem.column or None,
    }


def _number(figures: Figures, key: str) -> float | None:
    return kept(figures.number(key))


def _total(figures: Figures, key: str) -> dict[str, Any]:
    return {"total": _number(figures, f"{key}.total"), "share": _number(figures, f"{key}.share")}


def _project(figures: Figures) -> dict[str, Any]:
    project = figures.model.project
    return {
        "title": project.title,
        "kind": project.kind,
        "currency": project.currency,
        "as_of": project.as_of.isoformat(),
        "template": project.budget.template,
        "level": project.budget.level,
        "rounding": project.budget.rounding,
        "delegate": project.delegate,
        "shoot_days": dict(project.schedule.shoot_days),
        "total_shoot_days": _number(figures, "schedule.total_shoot_days"),
    }


def _budget(figures: Figures) -> dict[str, Any]:
    model = figures.model
    charges = model.budget.charges
    rows = line_rows(figures)

    def total(key: str) -> dict[str, Any]:
        borne = {p: _number(figures, f"{key}.borne_{p}") for p in figures.partners}
        return {**_total(figures, key), "borne": borne}

    accounts = []
    for account in model.budget.accounts.keys:
        code, name = figures.account(account)
        accounts.append({
            "id": account, "code": code, "name": name, "group": group_of(figures, account), **total(f"account.{account}")
        })  # fmt: skip
    return {
        "direct": _number(figures, "budget.direct"),
        "charges": {c: _number(figures, f"charges.{c}.amount") for c in charges.table.keys},
        "total": _number(figures, "budget.total"),
        "taxes": {key.removeprefix("taxes."): _number(figures, key) for key in TAXES if figures.has(key)},
        "groups": [{"id": g, "name": name, **total(f"group.{g}")} for g, name in GROUPS.items()],
        "accounts": accounts,
        "charge_terms": [_row(r, figures) for r in rows if r["kind"] == "charge"],
        "lines": [_row(r, figures) for r in rows if r["kind"] == "line"],
    }


def _row(row: dict[str, Any], figures: Figures) -> dict[str, Any]:
    """One line or charge: empty names are left out of none, what each partner bears is one object."""
    found = {k: v for k, v in row.items() if k != "kind" and not k.startswith("borne_")}
    found["borne"] = {p: row[f"borne_{p}"] for p in figures.partners}
    if row["kind"] == "charge":
        keep = ("id", "description", "unit", "rate", "base", "total", "borne", "split_rule", "basis", "source", "as_of")
        return {k: found[k] for k in (*keep, "where", "url", "why")}
    return {k: v for k, v in found.items() if k != "base"}


def _partners(figures: Figures) -> list[dict[str, Any]]:
    found = []
    for i, partner in figures.model.project.partners.items():
        found.append({
            "id": i,
            "name": partner.name,
            "country": partner.country,
            "currency": partner.currency,
            "delegate": i == figures.model.project.delegate,
            "target_share": _number(figures, f"partners.{i}.share"),
            **{name: _number(figures, f"partner.{i}.{name}") for name in ("borne", "borne_share", "spent", "brought")},
            "own": _number(figures, f"partner.{i}.invested"),
        })  # fmt: skip
    return found


def _places(figures: Figures) -> dict[str, Any]:
    budget = figures.model.budget
    return {
        "cities": [{"id": c, "name": figures.city(c), **_total(figures, f"city.{c}")} for c in budget.cities.keys],
        "countries": [{"id": c, **_total(figures, f"country.{c}")} for c in budget.countries.keys],
        "currencies": [{"id": c, "total": _number(figures, f"currency.{c}.total")} for c in budget.currencies.keys],
    }


def _checks(figures: Figures) -> list[dict[str, Any]]:
    checks = figures.model.checks
    return [
        {
            "name": key,
            "label": label,
            "ok": figures.number(f"checks.{key}.ok") == 1,
            "difference": _number(figures, f"checks.{key}.difference"),
        }
        for key, label in zip(checks.table.keys, checks.labels, strict=True)
    ]
