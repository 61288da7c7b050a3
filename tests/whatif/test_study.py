"""Runs of a study are ``estimate --set``: words, dates, lists, numbers that decide what the model looks like, runs that fail."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studied import SOLVED, alone, differences, metrics, numbers, study_of

from coprod_budget.catalog import Catalog, open_catalog
from coprod_budget.errors import ProjectError
from coprod_budget.project import admitted, number_at
from coprod_budget.whatif import shape
from coprod_budget.whatif.metrics import Requirement, UnknownMetricError
from coprod_budget.whatif.study import Runs, Study

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
RURITANIA = Path(__file__).parent.parent / "ruritania"
DANUBE = (EXAMPLES / "danube_crossing" / "project.yaml").read_text(encoding="utf-8")
SHOOT = (EXAMPLES / "where_to_shoot" / "project.yaml").read_text(encoding="utf-8")
FILM = """\
title: The Prisoner
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  prep_weeks: 2
  post_weeks: 4
  shoot_days: {strelsau: 4, hentzau: 2}
budget:
  template: ruritania
  lines:
    - {id: lens, account: camera, description: Lens, rate: 50, currency: FLR, quantity: shoot_days * 2}
finance:
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 500, currency: EUR, premium: 20%}
revenue:
  territories:
    QR: {ticket_vat: exempt, exhibitor: 50%, distributor_fee: 10%, p_and_a: 100, pays_after_months: 3}
  scenarios:
    low: {weight: 40%, gross: {QR: 30000}}
    high: {weight: 60%, gross: {QR: 900000}}
"""
SAID = ("budget.", "net_cost.", "incentive.", "eligibility.", "test.", "partner.", "party.", "finance.")
DAYS = "schedule.shoot_days"


@pytest.fixture(scope="module")
def ruritania() -> Catalog:
    return open_catalog([RURITANIA])


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return open_catalog()


def test_every_number_of_the_film_alone(ruritania: Catalog) -> None:
    study = study_of(FILM, ruritania)
    keys = metrics(study.base)
    found = dict(numbers(study.base.project))
    paths = [path for path in found if "quantity" not in path]
    assert len(paths) > 25, paths
    for path in paths:
        value = found[path]
        columns = {path: [value * 1.0625 + 0.0625, -1.0]}
        assert differences(study, columns, keys) == [], path


@pytest.mark.parametrize(
    "columns",
    [
        {"schedule.home": ["strelsau", "hentzau", "nowhere"]},
        {"schedule.start": ["2026-10-01", "2026-12-20", "2026-13-01"]},
        {"budget.level": ["low", "high", "middle"]},
        {"budget.rounding": ["cent", "none"], "fx.FLR": [2.0, 3.0]},
        {"budget.lines[lens].quantity": ["shoot_days * 2", 3.0, "shoot_days.nowhere", 4.0]},
        {"budget.lines[lens].quantity": [3.0, "shoot_days", 5.0]},
        {"partners.ru.share": [0.6, 0.5, 0.7], "partners.gr.share": [0.4, 0.5, 0.4]},
        {"partners.ru.share": [0.61, 0.62, 1.7]},
        {"revenue.territories.QR.ticket_vat": ["exempt", 0.1, "none", 0.2]},
        {"revenue.territories.QR.pays_after_months": [0.0, 6.5, 40.0]},
        {"finance[fund].kind": ["equity", "grant", "gift"]},
        {"split": [{"default": "ru"}, {"cities": {"strelsau": {"ru": 0.5, "gr": 0.5}}}, {"default": "zz"}]},
        {f"{DAYS}.strelsau": [4.0, 0.0, 1.0], f"{DAYS}.hentzau": [2.0, 6.0, 5.0]},
        {f"{DAYS}.edelweiss": [0.0, 1.0, 40.0]},
    ],
    ids=" ".join,
)
def test_words_lists_dates_and_numbers_that_decide(columns: dict[str, list[Any]], ruritania: Catalog) -> None:
    study = study_of(FILM, ruritania)
    assert differences(study, columns, metrics(study.base)) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"schedule.home": ["belgrade", "st_petersburg"], f"{DAYS}.belgrade": [8.0, 20.0]},
        {"incentives": [["rs_cash_rebate"], [], "auto"], f"{DAYS}.belgrade": [2.0, 8.0, 12.0]},
        {"treaty.applied_on": ["2026-11-20", "2020-01-01"], "film.minutes": [59.5, 105.0]},
        {"treaty.facts.ets147_1992.rights": [True, False], "people.scriptwriter": [["RU", "RS"], "RU"]},
        {"finance[gap_loan].amount": ["gap", 100000.0], "finance[fund].premium": [0.1, 0.3]},
    ],
    ids=" ".join,
)
def test_words_of_the_law_and_of_finance(columns: dict[str, list[Any]], shipped: Catalog) -> None:
    study = study_of(DANUBE, shipped)
    keys = [key for key in metrics(study.base) if key.startswith(SAID)]
    assert len(keys) > 200
    assert differences(study, columns, keys) == []


def test_break_evens(ruritania: Catalog) -> None:
    study = study_of(FILM, ruritania)
    columns = {"finance[fund].amount": [500.0, 700.0], "revenue.territories.QR.exhibitor": [0.5, 0.4]}
    keys = [key for key in metrics(study.base, solved=True) if SOLVED.search(key)]
    assert len(keys) > 3
    assert differences(study, columns, keys) == []


def test_a_block_may_be_cut_anywhere(ruritania: Catalog) -> None:
    """Bit for bit: the figures of a run do not depend on the runs beside it, before it, or in its block."""
    rng = np.random.default_rng(3)
    count = 60
    runs = Runs(
        {
            f"{DAYS}.strelsau": rng.integers(0, 8, count).astype(float),
            f"{DAYS}.hentzau": rng.integers(0, 8, count).astype(float),
            "schedule.prep_weeks": rng.uniform(-0.2, 9, count),
            "budget.level": [["low", "mid", "high"][n % 3] for n in range(count)],
        }
    )
    keys = metrics(study_of(FILM, ruritania).base)
    whole = study_of(FILM, ruritania).block(runs, keys)
    assert 0 < len(whole.problems) < count
    for cuts in ([0, 1, 2, 30, 60], [0, 59, 60]):
        study = study_of(FILM, ruritania)
        values: dict[str, list[Any]] = {key: [] for key in keys}
        problems: dict[int, str] = {}
        for start, stop in pairwise(cuts):
            part = study.block(runs.part(start, stop), keys, start)
            problems |= part.problems
            for key in keys:
                values[key].append(part.values[key])
        assert problems == whole.problems
        for key in keys:
            assert np.array_equal(np.concatenate(values[key]), whole.values[key], equal_nan=True), key


def test_a_large_block_is_what_its_parts_are(shipped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit, whatever stands in the memory that arrays are made of."""
    rng = np.random.default_rng(5)
    days = rng.multinomial(34, [0.3, 0.4, 0.3], 2500).astype(float)
    columns = {f"{DAYS}.{city}": days[:, n] for n, city in enumerate(("moscow", "st_petersburg", "belgrade"))}
    runs = Runs({**columns, "schedule.prep_weeks": rng.integers(4, 12, 2500).astype(float)})
    keys = ["budget.total", "net_cost.expected", "partner.rs.borne_share", "test.ru_national_film.works.actual"]
    study = study_of(SHOOT, shipped)
    parts = [study.block(runs.part(start, start + 250), keys) for start in range(0, 2500, 250)]
    empty = np.empty

    def dirty(*given: Any, **named: Any) -> Any:
        made = empty(*given, **named)
        if made.dtype.kind == "f":
            made.fill(np.nan)
        return made

    monkeypatch.setattr(np, "empty", dirty)
    whole = study_of(SHOOT, shipped).block(runs, keys)
    for key in keys:
        together = np.concatenate([part.values[key] for part in parts])
        assert np.isfinite(together).all()
        assert np.array_equal(whole.values[key], together), key


def test_many_runs_need_few_models(ruritania: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that decide nothing share a model; those that decide, such as which city has most days, need one each way."""
    built: list[object] = []
    build = shape.build_shape

    def counted(*given: Any) -> Any:
        built.append(given)
        return build(*given)

    monkeypatch.setattr("coprod_budget.whatif.study.build_shape", counted)
    study = study_of(FILM, ruritania)
    days = np.linspace(0.5, 9.5, 1000)
    study.block(Runs({f"{DAYS}.hentzau": days}), ["budget.total"])
    assert 2 <= len(built) <= 12
    before = len(built)
    study.block(Runs({f"{DAYS}.hentzau": days[::-1] + 1e-3}), ["budget.total"])
    assert len(built) <= before + 1


def test_runs_that_fail_alike_have_their_own_numbers(ruritania: Catalog) -> None:
    study = study_of(FILM, ruritania)
    part = study.block(Runs({"partners.ru.share": np.array([0.7, 0.6, 0.65])}), ["budget.total"])
    assert sorted(part.problems) == [0, 2]
    assert "110%" in part.problems[0]
    assert "105%" in part.problems[2]
    assert "partners.ru.share=0.65" in part.problems[2]
    assert np.isnan(part.values["budget.total"][[0, 2]]).all()
    assert part.values["budget.total"][1] > 0


def test_inputs_that_no_file_states(ruritania: Catalog) -> None:
    study = study_of(FILM, ruritania)
    key = next(k for k in study.base.graph.keys() if k.startswith("lines.") and k.endswith(".rate"))  # noqa: SIM118
    now = study.current(key)
    part = study.block(
        Runs({key: np.array([now, now * 2, 0.0]), "fx.FLR": np.array([2.5, 2.5, 2.5])}), ["budget.total"]
    )
    model = alone(study, {})
    assert not isinstance(model, str)
    assert part.values["budget.total"][0] == model.evaluate().number("budget.total")
    assert part.values["budget.total"][1] > part.values["budget.total"][0] > part.values["budget.total"][2]


def test_a_path_that_leads_nowhere_is_said_with_the_nearest_name() -> None:
    study = Study(FILM, filename="film.yaml", data=[RURITANIA])
    with pytest.raises(ProjectError, match="prep_week"):
        list(study.run(Runs({"schedule.prep_week": np.array([1.0])}), ["budget.total"]))


def test_what_is_only_tried_is_no_metric(ruritania: Catalog) -> None:
    study = study_of(FILM, ruritania)
    tried = [k for k in study.base.graph.keys() if k.startswith("break_even.") and k.endswith(".over")]  # noqa: SIM118
    for key in tried[:3]:
        with pytest.raises(UnknownMetricError, match="tried"):
            study.metric(key)


def test_what_the_schema_admits(ruritania: Catalog) -> None:
    project = study_of(FILM, ruritania).base.project
    assert number_at(project, "finance[fund].premium") == 0.2
    share, premium = admitted(project, "partners.ru.share"), admitted(project, "finance[fund].premium")
    assert [share(v) for v in (-0.01, 0.0, 1.0, 1.01, np.nan, np.inf)] == [False, True, True, False, False, False]
    assert [premium(v) for v in (1.01, 5.0, 5.01)] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("budget.total <= 100", [99.0, 100.0, 100.004, 100.02, np.nan], [True, True, True, False, False]),
        ("budget.total == 100", [99.996, 100.0, 100.02], [True, True, False]),
        ("budget.total != 100", [100.0, 101.0], [False, True]),
        ("budget.total > 100", [100.0, 100.001], [False, True]),
    ],
)
def test_requirements_on_money_hold_to_the_cent(
    text: str, values: list[float], holds: list[bool], ruritania: Catalog
) -> None:
    metric = study_of(FILM, ruritania).metric("budget.total")
    assert Requirement.parse(text).holds(metric, np.array(values)).tolist() == holds
