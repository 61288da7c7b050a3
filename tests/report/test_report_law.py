"""What the law says and what incentives pay, on the screen and in files: read in the invented country, which never ages."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from coprod_budget import api
from coprod_budget.report import screen
from coprod_budget.report.json_report import as_json
from coprod_budget.report.markdown import estimate_as_markdown
from coprod_budget.report.sections import default, sections

if TYPE_CHECKING:
    from collections.abc import Callable

RURITANIA = Path(__file__).parents[1] / "ruritania"
LAW = ("eligibility", "incentives")
VERDICTS = ["pass", "warn", "unknown", "fail"]


@pytest.fixture(scope="module")
def crowns() -> api.Estimate:
    return api.estimate(RURITANIA / "three_crowns.yaml", data=[RURITANIA])


@pytest.fixture(scope="module")
def found(crowns: api.Estimate) -> dict[str, Any]:
    return crowns.to_dict()


@pytest.fixture
def show(crowns, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def at(width: int, *, full: bool) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        figures = crowns.figures()
        screen.show_estimate(figures, [s for s in sections(figures, LAW if full else ()) if s.id in LAW])
        return capsys.readouterr().out.partition("Klow 4)\n")[2].partition("The total stands on")[0]

    return at


def test_the_short_form_is_as_it_was_read_and_approved(show, snapshot) -> None:
    snapshot("law_short_80.txt", show(80, full=False))


def test_the_full_form_is_as_it_was_read_and_approved(show, snapshot) -> None:
    snapshot("law_full_100.txt", show(100, full=True))


@pytest.mark.parametrize("width", [60, 72, 80, 100, 160, 250])
@pytest.mark.parametrize("full", [True, False])
def test_no_line_is_wider_than_the_terminal(show, width: int, *, full: bool) -> None:
    assert max(cell_len(line) for line in show(width, full=full).splitlines()) <= width


def test_law_and_incentives_are_shown_where_there_are_some(crowns) -> None:
    assert set(LAW) < set(default(crowns.figures()))


def test_every_test_has_a_verdict_that_is_the_models(crowns, found) -> None:
    for about in (*found["eligibility"], *found["incentives"]):
        name = about.get("instrument") or about["id"]
        for test in about["tests"]:
            key = ".".join(part for part in (name, test["rule"], test["about"]) if part)
            assert VERDICTS.index(test["verdict"]) == crowns[f"test.{key}.verdict"]
            for figure in ("required", "actual"):
                value = crowns[f"test.{key}.{figure}"]
                assert (value is None) == (test[figure] is None)
                assert value is None or math.isclose(value, test[figure], abs_tol=1e-6)


def test_the_worst_test_is_the_verdict(found) -> None:
    for about in (*found["eligibility"], *found["incentives"]):
        ranks = [VERDICTS.index(test["verdict"]) for test in about["tests"]]
        assert VERDICTS.index(about["verdict"]) == max(ranks, default=0)


def test_what_is_unknown_says_what_would_settle_it(found, show) -> None:
    words = " ".join(show(100, full=True).split())
    unknown = [
        t
        for about in (*found["eligibility"], *found["incentives"])
        for t in about["tests"]
        if t["verdict"] == "unknown"
    ]

    assert unknown
    for test in unknown:
        assert test["why"] or test["add"], test["rule"]
    assert "what is missing" in words


def test_the_short_form_names_what_fails_and_counts_the_rest(show, found) -> None:
    out = " ".join(show(100, full=False).split())
    tests = [t for about in found["eligibility"] for t in about["tests"]]
    count = sum(t["verdict"] == "unknown" for t in tests)

    assert "Rules that the film does not meet" in out
    assert f"{count} of {len(tests)} tests unknown" in out
    assert "what is missing and what to write" in out


def test_incentives_and_net_cost_are_the_models_figures(crowns, found) -> None:
    def same(number: float | None, key: str) -> None:
        value = crowns[key]
        assert (number is None) == (value is None), key
        assert number is None or math.isclose(number, value, abs_tol=1e-6), key

    for programme in found["incentives"]:
        key = f"incentive.{programme['id']}"
        for name in ("spend", "base", "fee", "tax", "probability", "expected"):
            same(programme[name], f"{key}.{name}")
        for name in ("rate", "amount", "net"):
            for case in ("low", "expected", "high"):
                same(programme[name][case], f"{key}.{name}_{case}")
        assert programme["counted"] == (crowns[f"{key}.counted"] == 1)
    net = found["net_cost"]
    same(net["gross"], "budget.total")
    same(net["expected"], "net_cost.expected")
    assert math.isclose(net["gross"] - net["incentives"]["expected"], net["expected"], abs_tol=1e-5)
    assert math.isclose(sum(net["certainties"].values()), net["incentives"]["expected"], abs_tol=1e-5)
    assert math.isclose(sum(p["expected"] for p in net["partners"]), net["expected"], abs_tol=1e-5)
    assert math.isclose(sum(p["expected"] for p in found["incentives"]), net["incentives"]["expected"], abs_tol=1e-5)


def test_the_json_of_the_law_has_the_promised_names(found) -> None:
    test = found["eligibility"][0]["tests"][0]
    programme = found["incentives"][0]

    assert {"instrument", "reasons", "candidates"} <= found["governing"].keys()
    assert {"instrument", "title", "role", "verdict", "reasons", "tests", "remarks"} <= found["eligibility"][0].keys()
    assert {"rule", "about", "title", "required", "actual", "unit", "comparison", "verdict", "why", "add", "article",
            "source", "confidence", "since"} <= test.keys()  # fmt: skip
    assert {"id", "title", "partner", "status", "counted", "certainty", "verdict", "spend", "base", "rate", "amount", "net",
            "probability", "expected", "paid_on", "lag_months", "tests", "remarks", "notes"} <= programme.keys()  # fmt: skip
    assert "NaN" not in as_json(found)


def test_a_programme_that_does_not_count_says_why(show, found) -> None:
    reasons = show(80, full=False).partition("Why some do not count")[2].partition("Net cost")[0]
    left_out = [p for p in found["incentives"] if not p["counted"]]

    assert {p["status"] for p in left_out} >= {"closed", "doubtful", "unknown"}
    for programme in left_out:
        assert programme["title"].split(",")[0] in reasons
    assert reasons.count("`turn_on: true`") == 3


def test_markdown_has_the_same_tables(crowns) -> None:
    figures = crowns.figures()
    text = estimate_as_markdown(figures, sections(figures, LAW))

    assert "## Eligibility" in text
    assert "### Net cost" in text
    for instrument in figures.model.eligibility.instruments:
        assert instrument.title in text


def test_a_film_that_names_no_incentives_is_told_how_to() -> None:
    text = (RURITANIA / "three_crowns.yaml").read_text(encoding="utf-8")
    head, rest = text.partition("incentives:\n")[0], text.partition("revenue:\n")[2]
    film = api.estimate(api.load_text(f"{head}revenue:\n{rest}", data=[RURITANIA]))
    (section,) = sections(film.figures(), ["incentives"])

    assert section.parts[0] == (
        "The file names no incentives: write `incentives: auto` for every open programme where money is spent, or name them."
    )
    assert film.to_dict()["incentives"] == []
    assert "incentives" not in default(film.figures())
