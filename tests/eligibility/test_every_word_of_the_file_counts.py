"""What a file may say for the law is heard: every field of these sections changes what is found, or why; no word is lost."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from coprod_budget.catalog import open_catalog
from coprod_budget.catalog.incentive_entries import FORMATS, WHENS
from coprod_budget.model import build_model
from coprod_budget.model.eligibility.applies import GRANTS, QUALITIES
from coprod_budget.model.eligibility.posts import ELEMENTS
from coprod_budget.project import ROLES, load_project
from coprod_budget.project.law import Film, Format, Grant, Incentive, Person, Quality, Treaty
from coprod_budget.yaml_reader import read_yaml

TESTS = Path(__file__).parent.parent
CATALOG = open_catalog([TESTS / "ruritania"])
LAW, TAXES = (
    read_yaml((TESTS / name).read_text("utf-8"), name).data
    for name in ("ruritania/three_crowns.yaml", "model/taxed.yaml")
)


def of_two(data: dict[str, Any]) -> dict[str, Any]:
    """Return the film of three countries without its third partner: a treaty of the two governs it."""
    data = deepcopy(data)
    data["partners"] = {"qr": {**data["partners"]["qr"], "share": 0.7}, "qg": {**data["partners"]["qg"], "share": 0.3}}
    data["budget"]["lines"] = [line for line in data["budget"]["lines"] if line["bearer"] != "qs"]
    del data["revenue"], data["waterfall"]
    return data


TWO = of_two(LAW)
TAX_FIELDS: Final = ("labour", "pay", "pay_case", "payee", "taxed_there", "vat")
SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "film": tuple(Film.model_fields),
    "treaty": tuple(Treaty.model_fields),
    "incentives": tuple(Incentive.model_fields),
    "people": Person._fields,
    "budget.lines": TAX_FIELDS,
    "budget": ("vat",),
    "partners": ("participation", "recovers_vat"),
    "finance": ("status", "country", "programme"),
}
CASES: Final[dict[str, tuple[dict[str, Any], str, object]]] = {
    "film.format": (LAW, "film.format", "short"),
    "film.minutes": (LAW, "film.minutes", 60),
    "film.episodes": (LAW, "film.episodes", 4),
    "film.languages": (LAW, "film.languages", ["latin"]),
    "film.versions": (TWO, "film.versions", []),
    "film.qualities": (LAW, "film.qualities", ["debut"]),
    "treaty.instrument": (LAW, "treaty.instrument", "none"),
    "treaty.applied_on": (LAW, "treaty.applied_on", "2027-01-31"),
    "treaty.granted": (TWO, "treaty.granted", ["with_consent"]),
    "treaty.also": (LAW, "treaty.also", []),
    "treaty.facts": (LAW, "treaty.facts", {}),
    "incentives.id": (LAW, "incentives.qg_closed", "rs_cash_rebate"),
    "incentives.partner": (LAW, "incentives.qr_flat.partner", "qg"),
    "incentives.turn_on": (LAW, "incentives.qg_closed.turn_on", True),
    "incentives.rate": (LAW, "incentives.qs_unknown.rate", 0.2),
    "incentives.amount": (LAW, "incentives.qs_unknown.amount", 100_000),
    "incentives.spend": (LAW, "incentives.qr_flat.spend", 2_000_000),
    "incentives.currency": (LAW, "incentives.qr_flat.currency", "EUR"),
    "incentives.probability": (LAW, "incentives.qs_competitive.probability", 0.9),
    "incentives.facts": (LAW, "incentives.qr_flat.facts", {}),
    "incentives.source": (LAW, "incentives.qr_flat.source", "Letter of the fund"),
    "people.nationality": (LAW, "people.director", {"nationality": "QT"}),
    "people.resident": (LAW, "people.third_role", {"nationality": "QT", "resident": "QR"}),
    "people.name": (TWO, "people.scriptwriter", {"nationality": "QG", "name": "A"}),
    "budget.lines.labour": (TAXES, "budget.lines.crew.labour", "contractor"),
    "budget.lines.pay": (TAXES, "budget.lines.crew.pay", "gross"),
    "budget.lines.pay_case": (TAXES, "budget.lines.writer.pay_case", "costs_50_insured"),
    "budget.lines.payee": (TAXES, "budget.lines.song.payee", "RU"),
    "budget.lines.taxed_there": (TAXES, "budget.lines.stage.taxed_there", False),
    "budget.lines.vat": (TAXES, "budget.lines.catering.vat", "excluded"),
    "budget.vat": (TAXES, "budget.vat", "none"),
    "partners.participation": (LAW, "partners.qs.participation", "financial"),
    "partners.recovers_vat": (TAXES, "partners.de.recovers_vat", True),
    "finance.status": (LAW, "finance.investor.status", None),
    "finance.country": (LAW, "finance.investor.country", "QT"),
    "finance.programme": (LAW, "finance.state.programme", None),
}  # fmt: skip
BEFORE: Final[dict[str, tuple[str, object]]] = {
    "treaty.granted": ("people", {"scriptwriter": "QG", "lead": "QR", "supporting_role": ["QG", "QG"]}),
    "film.episodes": ("film.format", "tv_series"),
    "incentives.currency": ("incentives.qr_flat.spend", 2_000_000),
    "incentives.source": ("incentives.qr_flat.spend", 2_000_000),
    "people.name": ("people.lead", {"nationality": "QG", "name": "A"}),
}
"""What the film has to be like for a field to matter."""


def put(data: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the file with another value; lists of things are asked by id, and an id alone becomes an entry."""
    data = deepcopy(data)
    at: Any = data
    *parents, last = path.split(".")
    for name in parents:
        if isinstance(at, list):
            at[:] = [{"id": entry} if isinstance(entry, str) else entry for entry in at]
            at = next(entry for entry in at if entry["id"] == name)
        else:
            at = at.setdefault(name, {})
    if isinstance(at, list):
        at[:] = [value if last in (entry, isinstance(entry, dict) and entry["id"]) else entry for entry in at]
    else:
        at[last] = value
    return data


def found(data: dict[str, Any]) -> str:
    """Return all that is worked out and said of a film, without the inputs, in which every word is seen anyway."""
    model = build_model(load_project(json.dumps(data), filename="film.yaml"), CATALOG)
    values = model.evaluate()
    kept = {n.key: repr(values[n.key]) for n in model.graph.named() if n.op not in {"input", "text"}}
    findings = [f for instrument in model.eligibility.instruments for f in instrument.findings]
    findings += [f for programme in model.incentives.programmes for f in programme.findings]
    said = [(f.key, f.required_words, f.actual_words, f.why, f.add) for f in findings]
    programmes = [(p.id, p.chosen.partner, p.certainty, p.paid_on, p.notes) for p in model.incentives.programmes]
    sources = sorted({o.title for n in model.graph.named() for o in n.origins if o.basis == "quoted"})
    warnings = sorted(w.message for w in model.warnings)
    return json.dumps([kept, said, programmes, sources, warnings, model.eligibility.governing], default=str)


@pytest.mark.parametrize("field", CASES)
def test_a_word_of_the_file_changes_what_is_found(field: str) -> None:
    data, path, value = CASES[field]
    if field in BEFORE:
        data = put(data, *BEFORE[field])
    assert found(put(data, path, value)) != found(data)


def test_every_field_of_the_law_has_its_case() -> None:
    assert {f"{section}.{field}" for section, fields in SECTIONS.items() for field in fields} == set(CASES)


def test_every_word_to_choose_from_is_one_that_the_rules_know() -> None:
    assert {*get_args(Format), "live_action"} == set(
        FORMATS
    )  # live action is not a format: it is all that is not drawn
    assert set(get_args(Grant)) == set(GRANTS)
    assert set(get_args(Quality)) == {*QUALITIES, *WHENS} - {"official_coproduction", "eu_coproduction"}
    assert set(ROLES) == {post for element in ELEMENTS.values() for post in element.posts}
