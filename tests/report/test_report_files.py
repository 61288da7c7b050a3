"""JSON, CSV and Markdown say what the model says, and nothing in them is taken for code."""

from __future__ import annotations

import csv
import io
import json
import math
import stat
from typing import TYPE_CHECKING, Any

import pytest

from coprod_budget import api
from coprod_budget.report.files import replace
from coprod_budget.report.income_dicts import RETURNS
from coprod_budget.report.json_report import as_json
from coprod_budget.report.lines_table import as_csv, lines_as_csv
from coprod_budget.report.markdown import escaped, estimate_as_markdown
from coprod_budget.report.sections import NAMES, sections

if TYPE_CHECKING:
    from pathlib import Path


LAW = ("governing", "eligibility", "incentives", "net_cost")
"""Law that ships changes with the world: what is said of it is read and approved in the invented country (test_report_law)."""


def test_json_is_as_it_was_read_and_approved(film, snapshot) -> None:
    found = {name: value for name, value in film.to_dict().items() if name not in LAW}

    snapshot("estimate.json", as_json(found))


def test_markdown_is_as_it_was_read_and_approved(film, snapshot) -> None:
    figures = film.figures()

    snapshot(
        "estimate.md",
        estimate_as_markdown(figures, sections(figures, [n for n in NAMES if n not in {*LAW, "sources"}])),
    )


def test_csv_is_as_it_was_read_and_approved(film, snapshot) -> None:
    snapshot("estimate.csv", lines_as_csv(film.figures()))


def same(film: api.Estimate, number: float | None, key: str, off: float = 1e-6) -> None:
    value = film[key]
    assert (number is None) == (value is None), key
    assert number is None or math.isclose(number, value, abs_tol=off), key


def test_every_cost_of_the_json_is_a_figure_of_the_model(film) -> None:
    found = film.to_dict()

    same(film, found["budget"]["total"], "budget.total")
    same(film, found["budget"]["direct"], "budget.direct")
    for charge, amount in found["budget"]["charges"].items():
        same(film, amount, f"charges.{charge}.amount")
    for line in found["budget"]["lines"]:
        for name in ("quantity", "people", "rate", "local", "net", "fringes", "taxes", "total"):
            same(film, line[name], f"lines.{line['id']}.{name}")
        for partner, amount in line["borne"].items():
            same(film, amount, f"lines.{line['id']}.borne_{partner}")
    for partner in found["partners"]:
        for name in ("borne", "borne_share", "spent", "brought"):
            same(film, partner[name], f"partner.{partner['id']}.{name}")
        same(film, partner["own"], f"partner.{partner['id']}.invested")


MEASURES = [name for name in RETURNS if name != "from_plan"]  # the film has no loans


def test_every_payment_of_the_json_is_a_figure_of_the_model(film) -> None:
    for scenario in film.to_dict()["scenarios"]:
        key = f"scenario.{scenario['name']}"
        same(film, scenario["gross"], f"{key}.gross")
        same(film, scenario["producer_receipts"], f"{key}.producer_receipts")
        for party in scenario["parties"]:
            for name in MEASURES:
                same(film, party[name], f"{key}.party.{party['id']}.{name}")
        for position in scenario["waterfall"]:
            for name in ("available", "due", "paid", "open", "part"):
                same(film, position[name], f"{key}.waterfall.{position['id']}.{name}")
            for period in position["periods"]:
                here = f"flow.{scenario['name']}.{period['period']}.waterfall.{position['id']}"
                same(film, period["available"], f"{here}.available")
                same(film, period["paid"], f"{here}.paid")


def test_expectations_and_break_evens_of_the_json_are_figures_of_the_model(film) -> None:
    found = film.to_dict()

    for party in found["expected"]["parties"]:
        for name in (*MEASURES, "probability_recouped", "expected_loss"):
            same(film, party[name], f"party.{party['id']}.{name}")
    for territory in found["break_even"]:
        same(film, territory["budget_gross"], f"territory.{territory['territory']}.budget_gross", 0.0051)
        for party in territory["parties"]:
            for name in ("gross", "premium", "profit"):
                key = f"party.{party['id']}.break_even_{name}_{territory['territory']}"
                same(film, party[name], key, 0.0051)


def test_what_the_design_promises_is_in_the_json(film) -> None:
    found = film.to_dict()

    assert {"title", "currency", "as_of"} <= found["project"].keys()
    assert {"direct", "charges", "total", "accounts", "lines"} <= found["budget"].keys()
    assert {"id", "name", "total"} <= found["budget"]["accounts"][0].keys()
    assert {"id", "target_share", "borne", "borne_share", "spent"} <= found["partners"][0].keys()
    assert {"name", "weight", "gross", "producer_receipts", "parties"} <= found["scenarios"][0].keys()
    party = {"id", "invested", "received", "multiple", "roi", "irr", "npv", "payback_months", "recouped"}
    assert party <= found["scenarios"][0]["parties"][0].keys()
    assert {"name", "ok", "difference"} <= found["checks"][0].keys()
    assert list(found["basis"]) == ["quoted", "published", "derived", "assumed"]
    assert isinstance(found["warnings"], list)
    assert (found["format"], found["version"]) == ("coprod-budget/estimate", 3)


def test_undefined_is_null_and_never_nan(film) -> None:
    agent = next(p for p in film.to_dict()["scenarios"][0]["parties"] if p["id"] == "lawyer")

    assert agent["multiple"] is None
    assert "NaN" not in as_json(film.to_dict())
    with pytest.raises(ValueError, match="Out of range float"):
        as_json({"x": float("nan")})


def test_the_csv_adds_up_to_the_budget_and_to_what_partners_bear(film) -> None:
    rows = list(csv.DictReader(io.StringIO(lines_as_csv(film.figures()))))

    assert math.isclose(sum(float(r["total"]) for r in rows), film["budget.total"], abs_tol=1e-4)
    for partner in ("ru", "rs"):
        borne = sum(float(r[f"borne_{partner}"]) for r in rows)
        assert math.isclose(borne, film[f"partner.{partner}.borne"], abs_tol=1e-4)
    assert [r["kind"] for r in rows] == ["line"] * 5 + ["charge"] * 3


def test_text_in_a_csv_is_no_formula_but_negative_numbers_stay_numbers() -> None:
    rows = [{"a": text} for text in ("=1+1", "+1", "-1", "@x", "  =x", "plain", -5.0, "a\r\n=b", 'say "x", y')]
    cells = [row[0] for row in csv.reader(io.StringIO(as_csv(["a"], rows)))][1:]

    assert cells == ["'=1+1", "'+1", "'-1", "'@x", "'  =x", "plain", "-5.0", "a  =b", 'say "x", y']


def test_the_frame_is_the_csv(film) -> None:
    frame = film.to_frame()

    assert math.isclose(frame["total"].sum(), film["budget.total"], abs_tol=1e-4)
    assert list(frame.columns) == next(csv.reader(io.StringIO(lines_as_csv(film.figures()))))


def test_names_are_neither_markdown_nor_html() -> None:
    assert escaped("<b>*a*</b> | [x](y) `z` #1") == r"\<b\>\*a\*\</b\> \| \[x\](y) \`z\` \#1"


def test_markdown_tables_have_as_many_cells_in_every_row(film) -> None:
    figures = film.figures()
    width = 0
    for line in estimate_as_markdown(figures, sections(figures, NAMES)).splitlines():
        cells = line.replace(r"\|", "").count("|")
        if line.startswith("|"):
            width = width or cells
            assert cells == width, line
        else:
            width = 0


@pytest.mark.parametrize("suffix", api.SUFFIXES)
def test_every_ending_is_written(film, tmp_path: Path, suffix: str) -> None:
    path = api.write(film, tmp_path / f"out{suffix}")

    assert path.stat().st_size > 500
    assert stat.S_IMODE(path.stat().st_mode) & 0o044, "others of the group could read a file made by an editor, too"
    if suffix == ".json":
        assert json.loads(path.read_text(encoding="utf-8")) == film.to_dict()


def test_an_unknown_ending_is_refused(film, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.xlsx, \.json, \.csv or \.md"):
        api.write(film, tmp_path / "out.pdf")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)

    def fails(place: Path) -> None:
        place.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace(target, fails)

    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]

    replace(target, lambda place: place.write_text("new", encoding="utf-8"))

    assert target.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old", encoding="utf-8")
    link.symlink_to(real)
    replace(link, lambda place: place.write_text("new", encoding="utf-8"))

    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"


def test_the_order_of_the_json_is_that_of_the_project(film) -> None:
    found: dict[str, Any] = film.to_dict()

    assert [p["id"] for p in found["partners"]] == ["ru", "rs"]
    assert [s["name"] for s in found["scenarios"]] == ["low", "base", "high"]
    assert [s["name"] for s in film.to_dict(["high", "low"])["scenarios"]] == ["low", "high"]
