"""An invented programme written for one test, and short ways to ask what it does with a film of a few lines."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod_budget.catalog import Catalog, open_catalog
from coprod_budget.model import Model, build_model
from coprod_budget.model.findings import word
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from coprod_budget.model.findings import Finding
    from coprod_budget.model.incentives import Programme

RURITANIA = Path(__file__).parent.parent / "ruritania"
RATE: dict[str, Any] = {"kind": "flat", "rate": 0.1}


def line(name: str, amount: float, spent: str = "QR", account: str = "camera", **more: object) -> dict[str, Any]:
    """Return a budget line in euro."""
    return {
        "id": name, "account": account, "description": name, "rate": amount, "currency": "EUR", "spent": spent, **more,
    }  # fmt: skip


def rule(kind: str, value: object, name: str = "", **more: object) -> dict[str, Any]:
    """Return a rule in force since 2020; ``more`` are formats and spend."""
    dated = {"from": "2020-01-01", "value": value, "sources": ["law"], "confidence": "high"}
    if value == "unknown":
        dated = {"from": "2020-01-01", "value": value, "note": "the decree would tell"}
    return {"id": name or kind, "kind": kind, "values": [dated], **more}


def catalog_with(folder: Path, *programmes: dict[str, Any]) -> Catalog:
    """Return the shipped data, Ruritania, and these programmes."""
    (folder / "incentives").mkdir(exist_ok=True)
    for told in programmes:
        # JSON is YAML too
        (folder / "incentives" / f"{told['id']}.yaml").write_text(json.dumps(told), encoding="utf-8")
    return open_catalog([RURITANIA, folder])


def programme(name: str, *rules: dict[str, Any], **head: object) -> dict[str, Any]:
    """Return a programme of Ruritania in euro, 10 per cent if no rate is among its rules."""
    has_rate = any(r["kind"] == "rate" for r in rules)
    return {
        "schema": "incentive/1", "id": name, "title": name, "country": "QR", "body": "invented", "instrument": "cash_rebate",
        "currency": "EUR", "last_checked": "2026-01-01",
        "status": [{"from": "2020-01-01", "value": "open", "sources": ["law"], "confidence": "high"}],
        "rules": [*([] if has_rate else [rule("rate", RATE)]), *rules],
        "sources": {"law": {"title": "Law of incentives, invented", "as_of": "2020-01-01"}},
        **head,
    }  # fmt: skip


def film(*lines: dict[str, Any], incentives: object, **more: object) -> str:
    """Return a project of two partners, of Ruritania (60 per cent) and Graustark, with these lines."""
    project = {
        "title": "The Prisoner", "as_of": "2026-09-30", "fx": {"FLR": 2.5, "RTK": 120},
        "partners": {
            "ru": {"name": "Elphberg Film", "country": "QR", "currency": "EUR", "share": 0.6},
            "gr": {"name": "Graustark Film", "country": "QG", "currency": "EUR", "share": 0.4},
        },
        "schedule": {"start": "2027-03-01", "prep_weeks": 4, "post_weeks": 8, "shoot_days": {"strelsau": 12, "edelweiss": 6}},
        "budget": {"lines": list(lines)}, "incentives": incentives, **more,
    }  # fmt: skip
    return json.dumps(project)


class Asked:
    """The answers of one film."""

    def __init__(self, catalog: Catalog, text: str, *sets: str) -> None:
        self.model: Model = build_model(load_project(text, filename="film.yaml", sets=sets), catalog)
        self._values = self.model.evaluate()

    def __getitem__(self, key: str) -> float | None:
        """Return a figure; None where nobody knows."""
        number = self._values.number(key)
        return None if math.isnan(number) else number

    def programme(self, name: str = "one") -> Programme:
        """Return a programme by id."""
        return next(p for p in self.model.incentives.programmes if p.id == name)

    def notes(self, name: str = "one") -> str:
        """Return what is said of a programme."""
        return "\n".join(self.programme(name).notes)

    def finding(self, about: str, name: str = "one") -> Finding:
        """Return the finding of a rule."""
        return next(f for f in self.programme(name).findings if f.key == f"{name}.{about}")

    def verdict(self, about: str, name: str = "one") -> str:
        """Return the verdict of a rule."""
        return word(self._values.number(f"test.{name}.{about}.verdict"))

    def tests(self, name: str = "one") -> list[str]:
        """Return the rules that were tested."""
        return [f.rule for f in self.programme(name).findings]
