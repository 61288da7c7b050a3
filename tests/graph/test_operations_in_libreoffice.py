"""Every operation means the same in NumPy and in the spreadsheet that LibreOffice recalculates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn import TEST, amounts, as_written, expression, flows, near_ties, same
from graph_sheet import GraphSheet

from coprod_budget.graph import Graph, Node, evaluate
from coprod_budget.graph.operations import FLAGS

if TYPE_CHECKING:
    from coprod_budget.graph import Values

pytestmark = pytest.mark.libreoffice

ROWS, TIES, FLOWS, PERIODS, EXPRESSIONS, RUNS = 300, 1500, 80, 12, 150, 120


class Case:
    """One graph with everything in it, its numbers and the recalculated workbook."""

    def __init__(self, graph: Graph, sheet: GraphSheet) -> None:
        self.graph, self.sheet = graph, sheet
        self.values: Values = evaluate(graph)

    def differences(self, key: str, scales: list[float] | None = None, tolerance: float = 1e-12) -> list[str]:
        """Every row in which workbook and engine do not agree, in words."""
        node = self.graph[key]
        found = []
        for row in range(len(node.table) if node.table else 1):
            expected = self.values.number(node, row if node.table else -1)
            actual = self.sheet.value(node, row)
            if not same(expected, actual, scales[row] if scales else 0.0, tolerance):
                found.append(f"{node.cell_key(row)}: engine {expected!r}, LibreOffice {actual!r}")
        return found


def _column(graph: Graph, key: str, table: str, values: list[float]) -> Node:
    return graph.input_column(key, graph.tables[table], values, label=key, unit="", origins=[TEST])


def _row_by_row(graph: Graph) -> None:
    graph.table("rows", [f"r{i}" for i in range(ROWS)])
    a = _column(graph, "a", "rows", amounts(ROWS, 1))
    partner = [v if i % 5 else a.value[i] for i, v in enumerate(amounts(ROWS, 2))]  # every fifth pair is equal
    b, c = _column(graph, "b", "rows", partner), _column(graph, "c", "rows", amounts(ROWS, 3))
    one = graph.input("scalar", 0.175, label="scalar", unit="", origin=TEST)
    for name, node in {
        "add": a + b, "sub": a - b, "mul": a * b, "div": graph.ratio(a, b), "neg": -a, "scalar_mul": a * one,
        "lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b, "eq": a.equals(b),
        "min": graph.minimum(a, b, c), "max": graph.maximum(a, 0), "and": graph.both(a > 0, b > 0),
        "or": graph.either(a > 0, b > 0), "choose": graph.choose(a < b, c, a),
        "flag_times": (a > b) * c, "brackets": a - (b - c), "brackets_div": graph.ratio(a, b * c) * c,
        "neg_sub": a - (-b), "nested_flags": (a < b).equals(b > c), "sub_neg_sum": -(a + b) * c,
        "power": graph.power(graph.maximum(a, 0) + 1, one),
        "power_sub": 1 - graph.power(1 + one, graph.maximum(graph.minimum(b, 12), -graph.constant(12))),
    }.items():  # fmt: skip
        node.named(f"op.{name}", name)


def _rounding(graph: Graph) -> None:
    for digits in (0, 2):
        graph.table(f"ties{digits}", [f"t{i}" for i in range(TIES)])
        drawn = near_ties(TIES, digits, seed=digits)
        drawn[:8] = [1.005, -2.5, 0.285, 2.675, 1e15, -1e-9, 0.0, 99.995]
        values = _column(graph, f"tie{digits}", f"ties{digits}", drawn)
        places = graph.input(f"digits{digits}", digits, label="digits", unit="", origin=TEST)
        graph.round(values, places).named(f"rounded{digits}", "rounded")
    graph.round(graph["a"] * graph["b"], graph["digits2"]).named("op.rounded_product", "rounded product")


def _nearly_equal(graph: Graph) -> None:
    """Pairs a few representable numbers apart: a spreadsheet sees 15 digits, and whole numbers exactly."""
    left = [0.3, 1.1, 123456.789, 4503599627370497.0, 20.0, -0.7]
    right = [as_written(x * (1 + k * 2.0**-51)) for k in range(-12, 13) for x in left]
    graph.table("pairs", [f"p{i}" for i in range(len(right))])
    x = _column(graph, "x", "pairs", left * 25)
    y = _column(graph, "y", "pairs", right)
    for name, node in {"lt": x < y, "le": x <= y, "gt": x > y, "ge": x >= y, "eq": x.equals(y)}.items():
        node.named(f"near.{name}", name)


def _across_tables(graph: Graph) -> None:
    groups = graph.table("groups", ["alpha", "beta", "gamma", "nobody"])
    names = graph.text_column("group", graph.tables["rows"], [groups.keys[i % 3] for i in range(ROWS)], label="group")
    rate = graph.input_column("rate", groups, [0.25, 1.5, -3.0, 7.0], label="rate", unit="", origins=[TEST])
    a = graph["a"]
    graph.sum(a).named("total", "total")
    graph.sum(graph["op.gt"]).named("total.flags", "how many are greater")
    graph.sum_by(a, names, groups).named("by_group", "by group")
    graph.dot(a, graph["c"]).named("dot", "a times c, added up")
    graph.lowest(a).named("lowest", "lowest a")
    graph.lowest(graph["op.gt"]).named("lowest.flags", "whether all are greater")
    graph.lookup(rate, names).named("op.lookup", "rate of the row's group")
    (graph.lookup(rate, names) * a).named("op.lookup_times", "rate times a")
    graph.pick(rate, "beta").named("picked", "picked")
    graph.choose(graph["scalar"] > 0, graph.undefined(), 1).named("undefined", "no answer")
    graph.add_up([graph["picked"], graph["scalar"], graph["total"]]).named("added", "added up")
    graph.stack(groups, [graph["total"], graph["picked"], 1, graph["scalar"] * 12]).named("stacked", "stacked")


def _returns(graph: Graph) -> None:
    graph.table("periods", [f"p{i}" for i in range(PERIODS)])
    times = _column(graph, "time", "periods", [float(i) for i in range(PERIODS)])
    rate = graph.input("discount", 0.0125, label="discount", unit="", origin=TEST)
    special = [[0.0] * PERIODS, [-100.0] + [0.0] * (PERIODS - 1), [5.0] * PERIODS, [-100.0, *[0.0] * 10, 100.0]]
    several_roots = [[-50.0, -100.0, 600.0, 300.0, -100.0], [-5.0, 10.5, 1.0, -8.0, 1.0], [-100.0, 100.0, 0.0, -7.0]]
    special += [[*row, *[0.0] * (PERIODS - len(row))] for row in several_roots]
    for i, values in enumerate([*special, *flows(FLOWS, seed=4)]):
        column = _column(graph, f"flows{i}", "periods", values)
        graph.irr(column, times).named(f"irr{i}", "irr")
        graph.npv(rate, column).named(f"npv{i}", "npv")


def _runs(graph: Graph) -> None:
    """The same flows one below the other: early years of nothing, total losses, nobody invested, and drawn ones that wait."""
    drawn = [[0.0] * (i % 30) + values + [0.0] * (29 - i % 30) for i, values in enumerate(flows(RUNS, seed=9))]
    length = len(drawn[0])
    drawn[:4] = [
        [0.0] * length,
        [0.0] * 20 + [-100.0] + [0.0] * (length - 21),
        [0.0] * 7 + [5.0] * (length - 7),
        [0.0] * (length - 2) + [-100.0, 110.0],
    ]
    table = graph.table("sequences", [f"s{i}.{j}" for i in range(RUNS) for j in range(length)], run=length)
    runs = graph.table("runs", [f"s{i}" for i in range(RUNS - 1)])  # the last run is not asked for
    flow = _column(graph, "flow", table.name, [x for row in drawn for x in row])
    when = _column(graph, "when", table.name, [float(j) for _ in drawn for j in range(length)])
    graph.irr(flow, when, runs).named("run.*.irr", "irr of a run")
    graph.npv(graph["discount"], flow, runs).named("run.*.npv", "npv of a run")
    before = graph.previous(table)
    balance = (before * (1 + graph["discount"]) + flow).named("run.balance", "balance")
    graph.follow(before, balance)
    graph.lowest(balance, runs).named("run.*.lowest", "lowest balance")
    graph.last(balance, runs).named("run.*.last", "balance at the end")


def _expressions(graph: Graph) -> None:
    leaves = [
        graph.input(f"leaf{i}", value, label=f"leaf {i}", unit="", origin=TEST)
        for i, value in enumerate([3.5, -12.25, 0.4, 1200.0, 7.0, 0.0, 86.5, 250000.0])
    ]
    for seed in range(EXPRESSIONS):
        (expression(graph, leaves, seed) + 0).named(f"expression{seed}", "drawn expression")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    graph = Graph()
    for part in (_row_by_row, _rounding, _nearly_equal, _across_tables, _returns, _runs, _expressions):
        part(graph)
    return Case(graph, GraphSheet(graph, tmp_path_factory.mktemp("graph")))


def test_every_row_by_row_operation_recalculates_to_the_engine_value(case: Case) -> None:
    inputs = np.abs([case.graph[k].value for k in "abc"])
    sizes = [float(s) for s in inputs.max(axis=0)]
    wrong = []
    for node in case.graph.named():
        if node.key.startswith("op.") and "brackets_div" not in node.key:
            scales = [s * s for s in sizes] if node.key == "op.sub_neg_sum" else sizes
            wrong += case.differences(node.key, None if node.key == "op.mul" else scales)

    assert wrong == []


def test_a_quotient_of_a_product_recalculates_to_the_engine_value(case: Case) -> None:
    assert case.differences("op.brackets_div") == []


@pytest.mark.parametrize("digits", [0, 2])
def test_rounding_near_ties_recalculates_to_the_engine_value(case: Case, digits: int) -> None:
    assert case.differences(f"rounded{digits}", tolerance=2e-15) == []


def test_sums_lookups_picks_and_stacks_recalculate_to_the_engine_value(case: Case) -> None:
    size = float(np.abs(case.graph["a"].value).sum())
    wrong = []
    for key in ("total", "by_group", "picked", "stacked", "total.flags", "added", "lowest", "lowest.flags"):
        wrong += case.differences(key, [size] * 4)
    wrong += case.differences("dot", [size * size])

    assert wrong == []


@pytest.mark.parametrize("sign", ["lt", "le", "gt", "ge", "eq"])
def test_comparisons_of_nearly_equal_numbers_recalculate_to_the_engine_value(case: Case, sign: str) -> None:
    assert case.differences(f"near.{sign}") == []


def test_a_flag_is_a_number_in_its_cell_because_sums_of_excel_pass_over_true_and_false(case: Case) -> None:
    flags = [n for n in case.graph.named() if n.key.removeprefix("op.").removeprefix("near.") in FLAGS]

    assert len(flags) >= len(FLAGS)
    assert {type(case.sheet.value(n, r)) for n in flags for r in range(len(n.table or ()))} == {int}


def test_what_has_no_answer_says_so_in_its_cell(case: Case) -> None:
    assert np.isnan(case.values.number("undefined"))
    assert case.sheet.value(case.graph["undefined"]) == "n/a"


def test_present_values_recalculate_to_the_engine_value(case: Case) -> None:
    wrong = []
    for i in range(FLOWS + 7):
        wrong += case.differences(f"npv{i}", [float(np.abs(case.graph[f"flows{i}"].value).sum())])

    assert wrong == []


def test_rates_of_return_recalculate_to_the_engine_value_and_say_when_there_is_none(case: Case) -> None:
    wrong = []
    for i in range(FLOWS + 7):
        if np.isnan(case.values.number(f"irr{i}")):
            if case.sheet.value(case.graph[f"irr{i}"]) != "n/a":
                wrong.append(f"irr{i}: {case.sheet.value(case.graph[f'irr{i}'])!r} instead of n/a")
        else:
            wrong += case.differences(f"irr{i}", [1.0], tolerance=1e-8)

    assert wrong == []


@pytest.mark.parametrize("key", ["run.balance", "run.*.lowest", "run.*.last", "run.*.npv"])
def test_balances_and_present_values_of_runs_recalculate_to_the_engine_value(case: Case, key: str) -> None:
    rows = len(case.graph[key].table or ())

    assert case.differences(key, [float(np.abs(case.graph["flow"].value).sum())] * rows) == []


def test_rates_of_return_of_runs_recalculate_to_the_engine_value_whenever_the_flows_begin(case: Case) -> None:
    node = case.graph["run.*.irr"]
    found = [case.sheet.value(node, row) for row in range(RUNS - 1)]
    expected = case.values[node][:, 0]

    assert found[:4] == ["n/a", -1, "n/a", pytest.approx(0.1)]
    assert [(i, found[i]) for i in np.flatnonzero(np.isnan(expected)) if found[i] != "n/a"] == []
    wrong = [
        f"{i}: engine {e}, LibreOffice {f}"
        for i, (e, f) in enumerate(zip(expected, found, strict=True))
        if not np.isnan(e) and not same(e, f, 1.0, 1e-8)
    ]
    assert wrong == []


def test_drawn_expressions_with_brackets_and_branches_recalculate_to_the_engine_value(case: Case) -> None:
    wrong = []
    for seed in range(EXPRESSIONS):
        wrong += case.differences(f"expression{seed}", [1.0])

    assert wrong == []


def test_no_cell_shows_an_error(case: Case) -> None:
    shown = {case.sheet.value(n, r) for n in case.graph.named() for r in range(len(n.table) if n.table else 1)}

    assert not {text for text in shown if isinstance(text, str) and text.startswith("#")}
