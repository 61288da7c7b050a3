"""``check`` finds what is wrong and what looks wrong; ``explain`` leads every figure back to its sources."""

from __future__ import annotations

import json
import re
from pathlib import Path  # noqa: TC003

import pytest


def test_a_sound_project_has_no_errors(call, film) -> None:
    done = call("check", film)

    assert done.code == 0
    assert done.err == ""
    assert done.out.splitlines()[-1].startswith("no errors, ")
    assert all("warning: " in line for line in done.out.splitlines()[:-1])


def test_errors_of_file_and_added_data_are_told_together(call, film, tmp_path: Path) -> None:
    (tmp_path / "belgrade.csv").write_text("item,price\ngaffer,12\n", encoding="utf-8")
    (tmp_path / "belgrad.csv").write_text("item\n", encoding="utf-8")
    done = call("check", film, "--set", "partners.ru.share=70%", "--data", tmp_path)

    assert done.code == 3
    assert "belgrade.csv:1: " in done.err
    assert "partners" in done.err
    assert done.err.splitlines()[-1].endswith("warnings") or "error" in done.err.splitlines()[-1]


def test_missing_data_exit_with_4_and_a_wrong_file_wins_over_them(call, film) -> None:
    assert call("check", film, "--set", "partners.ru.currency=XAU").code == 4
    assert call("check", film, "--set", "partners.ru.currency=XAU", "--set", "budget.level=x").code == 3


def test_a_failed_check_of_the_model_is_an_error(call, film) -> None:
    done = call("check", film, "--set", "finance[fcs].amount=9000000")

    assert done.code == 3
    assert "check failed: Nobody brings more through a partner than it bears" in done.err


def test_a_failed_check_is_shown_under_the_estimate(call, film) -> None:
    done = call("estimate", film, "--set", "finance[fcs].amount=9000000")

    assert done.code == 0
    assert "FAILED" in done.out
    assert "off by -" in done.out


def test_a_figure_is_explained_down_to_the_line_of_the_file(call, film) -> None:
    done = call("explain", film, "lines.crew.total", "--depth", "9")

    assert done.code == 0
    assert "Line total (crew)" in done.out
    assert "film.yaml:20" in " ".join(done.out.split())
    assert "shoot_days" not in done.err


def test_rows_and_depth_limit_the_tree(call, film) -> None:
    done = call("explain", film, "budget.direct", "--rows", "2", "--depth", "1")

    assert "… and 3 more, together" in done.out
    assert len(done.out) < len(call("explain", film, "budget.direct", "--rows", "9", "--depth", "5").out)
    assert "parts" not in json.loads(call("explain", film, "budget.total", "--depth", "0", "--format", "json").out)


def test_the_explanation_as_json_reaches_inputs_with_an_origin(call, film) -> None:
    step = json.loads(
        call("explain", film, "party.fund.multiple", "--depth", "30", "--rows", "50", "--format", "json").out
    )
    leaves: list[dict[str, object]] = []

    def walk(here: dict[str, object]) -> None:
        parts = here.get("parts")
        if not parts and not here.get("explained_above") and "formula" not in here:
            leaves.append(here)
        for part in parts or ():  # type: ignore[union-attr]
            walk(part)

    walk(step)

    assert step["key"] == "party.fund.multiple"
    assert leaves
    assert all("origin" in leaf for leaf in leaves)


@pytest.mark.parametrize(
    ("figure", "words"),
    [("budget.totl", "budget.total"), ("contingency", "contingency.amount"), ("party.ru.roy", "party.ru.roi"),
     ("xxxxxxxx", "--list TEXT"), ("lines.crew.currency", "lines.crew")],
)  # fmt: skip
def test_an_unknown_figure_names_the_nearest(call, film, figure: str, words: str) -> None:
    done = call("explain", film, figure)

    assert done.code == 2
    assert words in done.err


def test_figures_are_listed_by_key_or_meaning(call, film) -> None:
    found = json.loads(call("explain", film, "--list", "Probability (", "--format", "json").out)

    assert [row["figure"] for row in found] == [f"revenue.scenarios.{s}.weight" for s in ("low", "base", "high")]
    assert found[0]["value"] == "30%"
    assert call("explain", film, "--list", "zzzz").code == 2
    law = call("explain", film, "--list", "test.", "--set", "treaty=ets147_1992").out
    assert "as the rule" not in law
    assert re.search(r"bilateral_share_minimum\.RU\.actual .*\d%", law)
    assert len(call("explain", film, "--list", "", "--format", "csv").out.splitlines()) > 200


def test_explain_needs_exactly_one_question(call, film) -> None:
    assert call("explain", film).code == 2
    assert call("explain", film, "budget.total", "--list", "x").code == 2
    assert call("explain", film, "budget.total", "--format", "csv").code == 2


def test_every_listed_figure_can_be_explained(film) -> None:
    from coprod_budget import api
    from coprod_budget.graph import Explainer
    from coprod_budget.report.explanation import as_dict

    result = api.estimate(film)
    figures, explainer = result.figures(), Explainer(result.model.graph)
    for key in result.keys():  # noqa: SIM118 - an estimate is no mapping
        assert as_dict(figures, explainer.explain(key, depth=1, rows=1))["key"]


def test_a_tree_that_ends_before_the_inputs_says_how_to_go_on(call, film) -> None:
    done = call("explain", film, "budget.total", "--depth", "2")

    assert " …" in done.out
    assert "--depth 6" in done.err
    whole = call("explain", film, "fx.RUB")
    assert " …" not in whole.out
    assert "--depth" not in whole.err


def test_an_estimate_without_a_waterfall_says_whose_order_it_is(call, film, tmp_path: Path) -> None:
    before, waterfall = film.read_text(encoding="utf-8").split("\nwaterfall:")
    short = tmp_path / "project.yaml"
    short.write_text(f"{before}\n", encoding="utf-8")

    said = "Assumed: the project states no waterfall"
    assert waterfall
    assert said in call("estimate", short, "--show", "waterfall").out
    assert said not in call("estimate", film, "--show", "waterfall").out
