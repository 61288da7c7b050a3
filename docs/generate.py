"""Write the generated tables of the pages below: ``python docs/generate.py``, or ``--check`` to compare only.

A table stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``; everything else on a page is written by hand.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from coprod_budget.catalog import UNKNOWN, data_directory, open_catalog
from coprod_budget.catalog import treaty_kinds as treaty_rules
from coprod_budget.project import (
    cashflow,
    check_waterfall,
    distribution,
    finance,
    law,
    read_template,
    revenue,
    schema,
    template,
    waterfall,
)
from coprod_budget.project.types import COUNTRY, CURRENCY, ID, PLACE, RECEIPTS, TERRITORY
from coprod_budget.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import BaseModel

DOCS = Path(__file__).parent
PAGES = ("project-file.md", "data.md", "treaties.md")
BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

MODELS: dict[str, type[BaseModel]] = {
    "project": schema.Project,
    "partners": schema.Partner,
    "schedule": schema.Schedule,
    "budget": schema.Budget,
    "lines": schema.Line,
    "charges": schema.Charge,
    "adjust": schema.Adjust,
    "split": schema.Split,
    "film": law.Film,
    "treaty": law.Treaty,
    "incentives": law.Incentive,
    "finance": finance.Finance,
    "instalments": finance.Instalment,
    "cashflow": cashflow.Cashflow,
    "revenue": revenue.Revenue,
    "territories": distribution.Territory,
    "media": distribution.Outlet,
    "fee-steps": distribution.FeeStep,
    "accepted-fee": distribution.AcceptedFee,
    "payments": distribution.Payment,
    "later": distribution.Later,
    "sales-agent": distribution.SalesAgent,
    "scenarios": revenue.Scenario,
    "comparables": revenue.Comparables,
    "waterfall": waterfall.Rule,
    "limits": waterfall.Limit,
    "openings": waterfall.Opening,
    "returns": schema.Returns,
    "template-file": template.Template,
    "template-params": template.TemplateParam,
    "template-lines": template.TemplateLine,
    "template-charges": template.TemplateCharge,
    "template-assumed": template.Assumed,
}
"""The section of the page that describes a model; a section's name is its anchor."""

SECTION = {model.__name__: name for name, model in MODELS.items()}

_WORDS = yaml.safe_load((DOCS / "generated_words.yaml").read_text(encoding="utf-8"))
EXAMPLES: dict[str, str] = _WORDS["examples"]
"""An example for every field whose description in the schema gives none; a field of a template falls back to its model's parent."""
COLUMNS: dict[str, str] = _WORDS["columns"]
"""What a column means, where datapackage.yaml does not say; ``TABLE.COLUMN`` before ``COLUMN``."""

WORDS = {
    ID: "id",
    TERRITORY: "territory",
    CURRENCY: "currency",
    COUNTRY: "country",
    PLACE: "city or country",
    RECEIPTS: "territory or territory.medium",
}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    lines = [[*head], *([str(cell) for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    cells = ([" ".join(cell.split()).replace("|", "\\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def code(text: object) -> str:
    """Return a text as code."""
    return f"`{text}`" if text != "" else ""


# The project file -----------------------------------------------------------------------------------------------------


def kind_of(part: dict[str, Any]) -> str:
    """Say in a few words what a value may be, from its JSON Schema."""
    if "$ref" in part:
        name = SECTION[part["$ref"].rpartition("/")[2]]
        return f"[{name}](#{name})"
    if "anyOf" in part:
        kinds = dict.fromkeys(kind_of(option) for option in part["anyOf"] if option.get("type") != "null")
        if list(kinds) == ["id", "{id: share}"]:
            return "[bearer](#bearer)"
        return _joined([k for k in kinds if not (k.startswith("number from 0") and "share" in kinds)])
    if "const" in part:
        return code(part["const"])
    if "enum" in part:
        return ", ".join(code(value) for value in part["enum"])
    if part["type"] == "array":
        return f"list of {kind_of(part['items'])}"
    if "properties" in part:
        return f"{{{', '.join(part['properties'])}}}"
    if part["type"] == "object":
        key, value = next(iter(part.get("patternProperties", {}).items()), (ID, part.get("additionalProperties")))
        if value is None:
            return "mapping"
        word = "medium" if "enum" in part.get("propertyNames", {}) else WORDS[key]
        return f"{{{word}: {kind_of(value)}}}"
    if part["type"] == "boolean":
        return "`true`, `false`"
    return _number(part) if part["type"] in {"number", "integer"} else _text(part)


def _joined(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"


def _text(part: dict[str, Any]) -> str:
    pattern = part.get("pattern", "")
    if "%" in pattern:
        return "share"
    if part.get("maxLength") == 300:
        return "expression"
    return "date" if part.get("format") == "date" else WORDS.get(pattern, "text")


def _number(part: dict[str, Any]) -> str:
    low = part.get("minimum", part.get("exclusiveMinimum"))
    high = part.get("maximum")
    if (low, high) == (0, 1):
        return "share"
    least = "" if low is None or low < 0 else " above 0" if "exclusiveMinimum" in part else f" from {low:g}"
    most = "" if high is None or high >= 1e9 else f" to {high:g}"
    return f"number{least}{most}"


def example_of(model: type[BaseModel], field: str) -> str:
    """Return how a value of this field is written in YAML."""
    given = model.model_fields[field].examples
    for parent in model.__mro__ if not given else ():
        if f"{parent.__name__}.{field}" in EXAMPLES:
            return EXAMPLES[f"{parent.__name__}.{field}"]
    return str((given or [""])[0])


def fields(model: type[BaseModel], left_out: type[BaseModel] | None = None) -> str:
    """Return the table of a section: every field with what it may be, its default, its meaning and an example."""
    described = model.model_json_schema()
    required = described.get("required", ())
    rows = []
    for name, part in described["properties"].items():
        inherited = left_out.model_fields.get(name) if left_out else None
        if inherited and inherited.description == part.get("description"):
            continue
        default = "**required**" if name in required else _default(part)
        rows.append([code(name), kind_of(part), default, part.get("description", ""), code(example_of(model, name))])
    return table(["field", "may be", "default", "meaning", "example"], rows)


def _default(part: dict[str, Any]) -> str:
    value = part.get("default")
    if value is None or value == "":
        return ""
    return code(json.dumps(value).strip('"').removesuffix(".0"))


def kinds_of_steps() -> str:
    """Return what each kind of waterfall step needs and may have."""
    needs = check_waterfall._NEEDS  # noqa: SLF001 - the one place that says it
    rows = [[code(kind), ", ".join(map(code, must)), ", ".join(map(code, may))] for kind, (must, may) in needs.items()]
    return table(["kind", "needs", "may have"], rows)


# The data -------------------------------------------------------------------------------------------------------------

DATA = data_directory()
CATALOG = open_catalog()
ONE_FOR_ALL = "prices"
LATEST = 9999


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the data folder."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def resources() -> dict[str, dict[str, Any]]:
    """Return the tables of the data package by name; the price tables of the cities, which are alike, as one."""
    package = read_yaml((DATA / "datapackage.yaml").read_text(encoding="utf-8"), "datapackage.yaml").data
    found: dict[str, dict[str, Any]] = {}
    for resource in package["resources"]:
        if resource["name"].startswith("prices-"):
            found[ONE_FOR_ALL] = {**resource, "path": "cost_tables/CITY.csv", "description": "Unit prices in a city"}
        else:
            found[resource["name"]] = resource
    return found


def data_files() -> str:
    """Return every table with the number of its rows."""
    prices = sum(len(CATALOG.prices(city)) for city in CATALOG.cities)
    rows = []
    for name, resource in resources().items():
        count = prices if name == ONE_FOR_ALL else len(rows_of(resource["path"]))
        rows.append([code(resource["path"]), resource["description"], f"{count:,}"])
    return table(["file", "what is in it", "rows"], rows)


def data_columns() -> str:
    """Return every table's columns: whether a cell may be empty, and what it means."""
    text = []
    for name, resource in resources().items():
        rows = []
        for field in resource["schema"]["fields"]:
            limits = field.get("constraints", {})
            meaning = field.get("description") or column_meaning(name, field["name"])
            if "enum" in limits:
                meaning += f" ({', '.join(map(code, limits['enum']))})"
            kind = field["type"].replace("string", "text").replace("boolean", "`true`, `false`")
            rows.append([code(field["name"]), kind, "yes" if limits.get("required") else "", meaning])
        text.append(f"#### `{resource['path']}`\n\n{table(['column', 'type', 'needed', 'meaning'], rows)}")
    return "\n" + "\n".join(text)


def column_meaning(resource: str, column: str) -> str:
    """Return the meaning of a column that the data package does not describe."""
    return COLUMNS.get(f"{resource}.{column}") or COLUMNS[column]


def cities() -> str:
    """Return the cities with how many prices each has, by basis, and whether employer charges are known there."""
    bases = ("quoted", "published", "derived", "assumed")
    rows = []
    for city in CATALOG.cities.values():
        count = Counter(price.basis for price in CATALOG.prices(city.id).values())
        known = "yes" if CATALOG.employer_charges(city.region or city.country, LATEST) else "**no**"
        money = (city.country, city.currency, known)
        rows.append([code(city.id), city.label, *money, count.total(), *(count[b] for b in bases)])
    return table(["id", "city", "country", "currency", "employer charges", "prices", *bases], rows)


def departments() -> str:
    """Return the departments with their codes in the usual chart of accounts."""
    chart, count = CATALOG.chart(), Counter(item.department for item in CATALOG.items.values())
    rows = [
        [code(d.id), d.label, code(d.group), chart[d.id].code if d.id in chart else "", count[d.id] or ""]
        for d in CATALOG.departments.values()
    ]
    return table(["id", "department", "group", "code", "items"], rows)


def units() -> str:
    """Return the units of prices."""
    rows = [
        [code(u.id), u.label, *("" if x is None else f"{x:g}" for x in (u.hours, u.days))]
        for u in CATALOG.units.values()
    ]
    return table(["id", "unit", "hours", "days"], rows)


def items() -> str:
    """Return the items by department, with the number of cities that have a price."""
    count = Counter(item for city in CATALOG.cities for item in CATALOG.prices(city))
    text = []
    for department in CATALOG.departments.values():
        rows = [
            [code(i.id), i.label, code(i.unit), "yes" if i.labour else "", count[i.id]]
            for i in CATALOG.items.values()
            if i.department == department.id
        ]
        if rows:
            text.append(f"#### {department.label}\n\n{table(['item', 'what', 'unit', 'labour', 'cities'], rows)}")
    return "\n" + "\n".join(text)


def ratios() -> str:
    """Return the ratios between cities."""
    rows = [
        [r.from_city, r.to_city, code(r.scope), *(f"{x:g}" for x in (r.low, r.mid, r.high)), r.source.as_of]
        for r in CATALOG.ratios
    ]
    return table(["from", "to", "for", "low", "mid", "high", "date"], rows)


def currencies() -> str:
    """Return the currencies with the months for which there is a rate."""
    months: dict[str, list[str]] = {}
    sources: dict[str, set[str]] = {}
    for row in rows_of("fx/per_eur_monthly.csv"):
        months.setdefault(row["currency"], []).append(row["month"])
        sources.setdefault(row["currency"], set()).add(row["source"])
    rows = [
        [c, min(found), max(found), len(found), ", ".join(map(code, sorted(sources[c])))]
        for c, found in sorted(months.items())
    ]
    return table(["currency", "from", "to", "months", "source"], rows)


def charges() -> str:
    """Return employer charges by country and period."""
    text = (DATA / "taxes" / "employer_charges.yaml").read_text(encoding="utf-8")
    rows = []
    for name, country in read_yaml(text, "employer_charges.yaml").data["countries"].items():
        for period in country["periods"]:
            parts = "; ".join(_component(part, country["currency"]) for part in period["components"])
            rows.append([name, country["label"], period["start"], period["end"] or "", parts])
    return table(["country", "name", "from", "to", "charges"], rows)


def _component(part: dict[str, Any], currency: str) -> str:
    text = f"{part['label']} {part['rate'] * 100:.5g}%"
    if part["ceiling"] is not None:
        ceiling = f"{currency} {part['ceiling']:,.10g} a {part['ceiling_period']}"
        text += f" up to {ceiling}, {part['rate_above'] * 100:.5g}% above"
    return text


TERMS_USED = ("ticket_vat", "exhibitor_share", "distributor_fee", "window_first_vod")


def terms() -> str:
    """Return the box-office terms that an estimate uses."""
    used = TERMS_USED
    rows = [
        [territory, code(key), *(f"{x:g}" for x in (t.low, t.value, t.high)), t.unit, t.basis, t.confidence, t.as_of]
        for (territory, key), t in CATALOG.terms.items()
        if key in used
    ]
    return table(["territory", "term", "low", "mid", "high", "unit", "basis", "confidence", "date"], rows)


def other_terms() -> str:
    """Return the box-office terms that are kept for the reader, by territory."""
    used = TERMS_USED
    found: dict[str, list[str]] = {}
    for territory, key in CATALOG.terms:
        if key not in used:
            found.setdefault(territory, []).append(code(key))
    return table(["territory", "terms"], [[name, ", ".join(keys)] for name, keys in found.items()])


def templates() -> str:
    """Return the templates that ship."""
    rows = []
    for name in CATALOG.templates():
        text = CATALOG.template_path(name).read_text(encoding="utf-8")
        found = read_template(text, f"{name}.yaml")
        parts = (len(found.lines), len(found.params), ", ".join(map(code, found.charges)))
        rows.append([code(name), found.description, *parts])
    return table(["id", "what it is", "lines", "parameters", "charges"], rows)


# Treaties -------------------------------------------------------------------------------------------------------------

NEWEST = date(9999, 12, 31)


def treaties() -> str:
    """Return the instruments with their parties, how many rules each has, and how many values nobody found."""
    rows = []
    for name in CATALOG.treaties():
        found, view = CATALOG.treaty(name), CATALOG.treaty(name).as_of(NEWEST)
        rules = [value for _, value in view.rules()]
        parties = [*view.parties, *(f"{country}?" for country in view.possible_parties)]
        since = found.in_force.begins or (f"by {found.in_force.known_by}" if found.in_force.known_by else "not found")
        missing = sum(value.value is UNKNOWN for value in rules) or ""
        rows.append([code(name), found.title, ", ".join(parties), since, len(rules), missing, found.last_checked])
    return table(["id", "instrument", "parties", "in force since", "rules", "unknown", "checked"], rows)


def unknown_rules() -> str:
    """Return every rule whose value is unknown today, and what would settle it."""
    rows = [
        [code(name), criterion.title, value.note]
        for name in CATALOG.treaties()
        for criterion, value in CATALOG.treaty(name).as_of(NEWEST).rules()
        if value.value is UNKNOWN
    ]
    return table(["instrument", "rule", "what is known, and what would settle it"], rows)


def treaty_kinds() -> str:
    """Return the kinds of rules with the shape of their values, and how many rules there are of each."""
    count = Counter(c.kind for t in CATALOG.treaties() for c in CATALOG.treaty(t).criteria.values())
    rows = [[code(k), kind.shape, kind.looks_at, kind.asks, count[k]] for k, kind in treaty_rules.KINDS.items()]
    return table(["kind", "value", "looks at", "what it asks", "rules"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    **{name: (lambda model=model: fields(model)) for name, model in MODELS.items()},  # type: ignore[misc]
    "template-lines": lambda: fields(template.TemplateLine, schema.Line),
    "template-charges": lambda: fields(template.TemplateCharge, schema.Charge),
    "kinds-of-steps": kinds_of_steps,
    "data-files": data_files,
    "data-columns": data_columns,
    "cities": cities,
    "departments": departments,
    "units": units,
    "items": items,
    "ratios": ratios,
    "currencies": currencies,
    "employer-charges": charges,
    "terms": terms,
    "other-terms": other_terms,
    "templates": templates,
    "treaties": treaties,
    "treaties-unknown": unknown_rules,
    "treaty-kinds": treaty_kinds,
}


def rendered(text: str) -> str:
    """Return a page with its generated tables as they should be."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]().lstrip()}\n{found[3]}", text)


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are not as they should be."""
    stale = []
    for name in PAGES:
        before = (DOCS / name).read_text(encoding="utf-8")
        after = rendered(before)
        if before == after:
            continue
        stale.append(name)
        if "--check" not in arguments:
            (DOCS / name).write_text(after, encoding="utf-8")
    sys.stdout.write(f"{', '.join(stale) or 'nothing'} {'is out of date' if '--check' in arguments else 'rewritten'}\n")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
