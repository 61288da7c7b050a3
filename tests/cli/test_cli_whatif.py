"""``whatif``: one row a run, equal to `estimate --set`; every format; mistakes, failed runs, requirements and their exit codes."""

from __future__ import annotations

import csv
import io
import json
import math

import openpyxl
import pytest

DAYS = "schedule.shoot_days.moscow=10:14:2"
HOME = "schedule.home=moscow,belgrade"
METRICS = ("--metric", "budget.total", "--metric", "party.fund.irr", "--metric", "eligibility.ets147_1992")


def runs(done) -> list[dict]:
    return [json.loads(line) for line in done.out.splitlines()]


def test_every_run_equals_estimate_with_the_same_values(call, film) -> None:
    done = call(
        "whatif", film, "--vary", DAYS, "--vary", HOME, *METRICS, "--metric", "finance.gap", "--format", "jsonl"
    )

    assert done.code == 0
    assert len(runs(done)) == 6
    for run in runs(done):
        sets = [f"{path}={run[path]}" for path in ("schedule.shoot_days.moscow", "schedule.home")]
        alone = json.loads(call("estimate", film, "--format", "json", "--set", sets[0], "--set", sets[1]).out)
        fund = next(p for p in alone["expected"]["parties"] if p["id"] == "fund")
        verdict = next(e for e in alone["eligibility"] if e["instrument"] == "ets147_1992")["verdict"]

        assert run["budget.total"] == alone["budget"]["total"]
        assert run["finance.gap"] == alone["finance"]["gap"]
        assert run["party.fund.irr"] == fund["irr"]
        assert run["eligibility.ets147_1992.verdict"] == verdict
        assert (run["status"], run["message"]) == ("ok", None)


def test_the_last_path_changes_fastest_and_runs_are_numbered(call, film) -> None:
    found = runs(call("whatif", film, "--vary", HOME, "--vary", DAYS, *METRICS, "--format", "jsonl"))

    assert [run["run"] for run in found] == [1, 2, 3, 4, 5, 6]
    assert [run["schedule.home"] for run in found] == ["moscow"] * 3 + ["belgrade"] * 3
    assert [run["schedule.shoot_days.moscow"] for run in found] == [10.0, 12.0, 14.0] * 2
    assert list(found[0]) == [
        "run", "id", "schedule.home", "schedule.shoot_days.moscow", "budget.total", "party.fund.irr",
        "eligibility.ets147_1992.verdict", "status", "message",
    ]  # fmt: skip


def test_a_run_has_the_same_id_wherever_it_stands(call, film) -> None:
    one = runs(call("whatif", film, "--vary", HOME, "--vary", DAYS, *METRICS, "--format", "jsonl"))
    other = runs(
        call(
            "whatif",
            film,
            "--vary",
            "schedule.shoot_days.moscow=14,10",
            "--vary",
            HOME,
            *METRICS[:2],
            "--format",
            "jsonl",
        )
    )
    changed = runs(
        call("whatif", film, "--vary", HOME, "--vary", DAYS, *METRICS, "--format", "jsonl", "--set", "title=Other")
    )
    ids = {(r["schedule.home"], r["schedule.shoot_days.moscow"]): r["id"] for r in one}

    assert len(set(ids.values())) == 6
    assert all(ids[r["schedule.home"], r["schedule.shoot_days.moscow"]] == r["id"] for r in other)
    assert not {r["id"] for r in changed} & set(ids.values())


def test_all_formats_say_the_same(call, film, tmp_path) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    words = ("whatif", film, "--vary", DAYS, "--vary", "incentives=[],[rs_cash_rebate]", *METRICS)
    lines = runs(call(*words, "--format", "jsonl"))
    for suffix in ("csv", "jsonl", "json", "parquet", "xlsx"):
        assert call(*words, "--out", tmp_path / f"runs.{suffix}").code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "runs.csv", "runs.csv.meta.json", "runs.json", "runs.jsonl", "runs.jsonl.meta.json", "runs.parquet", "runs.xlsx",
    ]  # fmt: skip

    document = json.loads((tmp_path / "runs.json").read_text(encoding="utf-8"))
    assert document["runs"] == lines
    assert document == json.loads(call(*words, "--format", "json").out)
    assert [json.loads(line) for line in (tmp_path / "runs.jsonl").read_text().splitlines()] == lines
    text = (tmp_path / "runs.csv").read_text()
    assert text == call(*words, "--format", "csv").out
    flat = [{**line, "incentives": json.dumps(line["incentives"])} for line in lines]
    for row, line in zip(csv.DictReader(io.StringIO(text)), flat, strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in line.items()}
    book = openpyxl.load_workbook(tmp_path / "runs.xlsx")
    title, *rows = book["Runs"].iter_rows(values_only=True)
    assert [dict(zip(title, row, strict=True)) for row in rows] == flat
    frame = pd.read_parquet(tmp_path / "runs.parquet")
    assert list(frame.columns) == list(lines[0])
    for row, line in zip(frame.to_dict("records"), flat, strict=True):
        for name, value in line.items():
            assert pd.isna(row[name]) if value is None else row[name] == pytest.approx(value, abs=1e-6)

    import pyarrow.parquet

    metas = [
        document["meta"],
        json.loads((tmp_path / "runs.csv.meta.json").read_text()),
        json.loads((tmp_path / "runs.jsonl.meta.json").read_text()),
        json.loads(pyarrow.parquet.read_schema(tmp_path / "runs.parquet").metadata[b"coprod-budget"]),
    ]
    assert all(meta == metas[0] for meta in metas)
    assert metas[0]["runs"] == 6
    assert metas[0]["command"].startswith("coprod-budget whatif ")
    assert [m["unit"] for m in metas[0]["metrics"]] == ["EUR", "share", "verdict"]


def test_the_table_fits_its_screen_and_says_what_is_the_same_in_all_runs(call, film) -> None:
    done = call("whatif", film, "--vary", DAYS, "--vary", "fx.RUB*=0.8,1,1.2", "--vary", HOME, columns=80)

    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80
    assert "18 runs: schedule.shoot_days.moscow (3) x fx.RUB (3) x schedule.home (2); 2 films are built" in done.err
    assert "The same in all of these:" in done.out
    assert "120" in done.out  # 1.2 times the rate of the file


def test_of_many_runs_the_table_shows_the_first_and_the_last(call, film) -> None:
    done = call("whatif", film, "--vary", "fx.RUB=80:140:1", "--metric", "budget.total")
    lines = done.out.splitlines()[:-1]
    shown = [line.split()[0] for line in lines if line[:3].strip().isdigit() or line.startswith("...")]

    assert shown == [*map(str, range(1, 21)), "...", *map(str, range(42, 62))]
    assert done.out.splitlines()[-1].startswith("40 of 61 runs")
    assert (
        call("whatif", film, "--vary", "fx.RUB=80:140:1", "--metric", "budget.total", "--format", "md").out.count(
            "\n| "
        )
        == 43
    )


def test_shares_are_shown_as_they_were_written(call, film) -> None:
    done = call(
        "whatif",
        film,
        "--vary",
        "partners.ru.share=55%:60%:5%",
        "--rest",
        "partners.rs.share",
        "--metric",
        "budget.total",
    )

    assert [line.split()[1:3] for line in done.out.splitlines()[-2:]] == [["55%", "45%"], ["60%", "40%"]]


def test_failed_runs_keep_their_row_and_their_reason(call, film) -> None:
    words = ("--vary", "schedule.home=moscow,mosco", "--vary", "partners.ru.share=50%,60%", "--metric", "budget.total")
    done = call("whatif", film, *words, "--format", "jsonl")
    found = runs(done)

    assert done.code == 6
    assert [run["status"] for run in found] == ["error", "ok", "error", "error"]
    assert [run["budget.total"] is None for run in found] == [True, False, True, True]
    assert "did you mean moscow?" in found[3]["message"]
    assert "sum" in found[0]["message"]
    assert "3 of 4 runs failed" in done.err
    assert "run 4: no cost table for the city 'mosco'" in done.err or "runs 3, 4: " in done.err
    table = call("whatif", film, *words)
    assert table.code == 6
    assert table.out.count("error") == 3


def test_requirements_have_a_column_and_an_exit_code(call, film) -> None:
    total = [run["budget.total"] for run in runs(call("whatif", film, "--vary", DAYS, *METRICS, "--format", "jsonl"))]
    rule = f"budget.total <= {total[1]}"
    done = call(
        "whatif",
        film,
        "--vary",
        DAYS,
        *METRICS,
        "--require",
        rule,
        "--require",
        "budget.direct > 0",
        "--format",
        "jsonl",
    )

    assert done.code == 5
    assert [run["requirements"] for run in runs(done)] == ["kept", "kept", f"failed: {rule}"]
    assert "budget.direct" in runs(done)[0]
    assert "1 of 3 runs do not keep every requirement" in done.err
    assert call("whatif", film, "--vary", DAYS, "--require", f"budget.total <= {total[2]}").code == 0
    worse = call(
        "whatif", film, "--vary", "schedule.home=moscow,mosco", "--require", "budget.total < 0", "--format", "jsonl"
    )
    assert worse.code == 6
    assert [run["requirements"] for run in runs(worse)] == ["failed: budget.total < 0", None]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "say what is to vary"),
        (("--vary", "schedule.shoot_days.moscow=10:13:2"), 2, "does not arrive at 13"),
        (("--vary", "schedule.shot_days.moscow=10,12"), 3, "did you mean shoot_days?"),
        (("--vary", "schedule.shot_days.moscow*=2"), 3, "did you mean shoot_days?"),
        (("--vary", "treaty.applied_on*=2"), 2, "has no value yet that *= could change"),
        (("--vary", "title*=2"), 2, "*= needs a number there"),
        (("--vary", DAYS, "--metric", "budget.totl"), 2, "did you mean budget.total"),
        (("--vary", DAYS, "--require", "budget.total >= much"), 2, "is no number, percentage or verdict"),
        (("--vary", DAYS, "--require", "budget.totl >= 1"), 2, "did you mean budget.total"),
        (("--vary", DAYS, "--zip", "fx.RUB=90", "--zip", "fx.RSD=110,117"), 2, "fx.RUB has 1, fx.RSD has 2"),
        (("--vary", DAYS, "--rest", "partners.rs.share"), 2, "vary partners.ru.share"),
        (("--variant", "cheap"), 2, "there is no variant 'cheap'; the file has no `variants`"),
        (("--vary", DAYS, "--out", "runs.txt"), 2, "'runs.txt' ends otherwise"),
        (("--vary", DAYS, "--out", "runs.csv", "--format", "json"), 2, "json does not go into a .csv file"),
        (("--vary", DAYS, "--resume"), 2, "name it with --out"),
        (("--vary", DAYS, "--out", "."), 2, "ends otherwise"),
        (("--vary", DAYS, "--out", "nowhere/runs.csv"), 2, "cannot write"),
        (("--vary", DAYS, "--set", "as_of=soon"), 3, "as_of"),
        (("--vary", "fx.RUB=lin(80,120,500)", "--vary", "fx.RSD=lin(100,120,500)"), 2, "250,000 runs, more than 100,000"),
    ],
)  # fmt: skip
def test_mistakes_are_said_before_anything_runs(call, film, monkeypatch, tmp_path, words, code, said) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("whatif", film, *words, columns=300)

    assert done.code == code
    assert said in done.err
    assert not list(tmp_path.iterdir())


def test_a_dry_run_counts_and_shows_the_first(call, film) -> None:
    done = call("whatif", film, "--vary", "fx.RUB=lin(80,120,500)", "--vary", "fx.RSD=lin(100,120,500)", "--dry-run")

    assert done.code == 0
    assert "250,000 runs: fx.RUB (500) x fx.RSD (500)" in done.err
    assert "The first 5 of 250,000 runs." in done.out


VARIANTS = """
variants:
  short: {schedule: {shoot_days: {moscow: 6}}}
  dear: {label: Dear roubles, fx: {RUB: 50}}
"""


def test_variants_are_an_axis_and_relative_changes_start_from_each(call, film) -> None:
    text = film.read_text(encoding="utf-8") + VARIANTS
    words = ("--metric", "budget.total", "--format", "jsonl", "--vary", "schedule.shoot_days.moscow*=1,2")
    found = runs(call("whatif", "-", "--variant", "all", *words, text=text))

    assert [(run["variant"], run["schedule.shoot_days.moscow"]) for run in found] == [
        (None, 12.0), (None, 24.0), ("short", 6.0), ("short", 12.0), ("dear", 12.0), ("dear", 24.0),
    ]  # fmt: skip
    assert found[3]["budget.total"] == found[0]["budget.total"]
    assert len({run["id"] for run in found}) == 6
    one = json.loads(call("estimate", "-", "--variant", "dear", "--format", "json", text=text).out)
    assert found[4]["budget.total"] == one["budget"]["total"]
    alone = runs(call("whatif", "-", "--variant", "dear,none", *words[:4], text=text))
    assert [run["variant"] for run in alone] == ["dear", None]
    assert "did you mean dear?" in call("whatif", "-", "--variant", "deer", text=text, columns=200).err


def test_a_metric_that_only_another_choice_has_is_found(call, film) -> None:
    key = "incentive.rs_cash_rebate.expected"
    words = ("--vary", "incentives=[],[rs_cash_rebate]", "--metric", key, "--format", "jsonl")
    base = film.read_text(encoding="utf-8")
    found = runs(call("whatif", "-", *words, text=base))

    assert found[0][key] is None
    assert found[1][key] is not None
    assert [run["status"] for run in found] == ["ok", "ok"]


def test_inputs_that_no_file_states_vary_by_their_key(call, film) -> None:
    done = call("whatif", film, "--vary", "lines.cut.rate*=1,2", "--metric", "lines.cut.total", "--format", "jsonl")
    first, second = runs(done)

    assert math.isclose(second["lines.cut.total"], 2 * first["lines.cut.total"])


def test_parquet_without_its_library_says_what_to_install(call, film, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    done = call("whatif", film, "--vary", DAYS, "--out", tmp_path / "runs.parquet", columns=200)

    assert done.code == 2
    assert "pip install 'coprod-budget[parquet]'" in done.err


def test_a_sheet_that_would_be_too_long_is_refused_before_anything_runs(call, film, tmp_path) -> None:
    grid = ("--vary", "fx.RUB=lin(80,120,1100)", "--vary", "fx.RSD=lin(80,120,1000)", "--yes")
    done = call("whatif", film, *grid, "--out", tmp_path / "runs.xlsx", columns=200)

    assert done.code == 2
    assert "a sheet has room for 1,048,575 runs, and these are 1,100,000" in done.err
    assert not list(tmp_path.iterdir())
