"""What is asked of every run: quantities by their key, and requirements on them (``party.ru.irr >= 8%``)."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.errors import nearest
from coprod_budget.model.findings import VERDICTS
from coprod_budget.project import parse_percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from coprod_budget.graph import Graph, Node
    from coprod_budget.model import Model

    Array = NDArray[np.float64]

VERDICT = "verdict"
"""The unit of a quantity that is a verdict: its number is the place in ``VERDICTS``."""
AS_THE_RULE = "as the rule"
"""The unit of a column in which every row has a unit of its own, that of a rule."""
TRIED = "alone"
"""A territory alone, with a gross that is tried until the budget is returned: its figures answer no question about a run."""

_HALF_A_CENT, _NEARLY = 0.005, 1e-9
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_REQUIREMENT = re.compile(r"\s*(?P<key>[\w.-]+)\s*(?:(?P<order>>=|<=|==|!=|>|<|=)\s*(?P<value>\S+)\s*)?", re.ASCII)


class UnknownMetricError(ValueError):
    """A key that no quantity has, or one that says nothing about a run; the message names the nearest."""


class Metric(NamedTuple):
    """One quantity of a model: its node and row (-1 of a scalar)."""

    key: str
    node: Node
    row: int
    of_rule: str = ""
    """The unit that the rule gives a figure of a test of law: the column has one for each row."""

    @property
    def unit(self) -> str:
        """Currency, share, days... or verdict."""
        return self.of_rule or self.node.unit

    @property
    def cell(self) -> Node | tuple[Node, int]:
        """What a ``Program`` is asked for: the one row of a column, else the node."""
        return self.node if self.row < 0 else (self.node, self.row)

    @property
    def is_verdict(self) -> bool:
        """Say whether its number stands for a word."""
        return self.node.unit == VERDICT

    @property
    def is_money(self) -> bool:
        """Say whether it is an amount of a currency."""
        return re.fullmatch(r"[A-Z]{3}", self.unit) is not None

    @property
    def label(self) -> str:
        """What it is, in words."""
        return self.node.label


def full_key(graph: Graph, key: str) -> str:
    """Return the key that is meant: an instrument or a programme alone stands for its verdict."""
    if graph.find(key) is None and graph.find(f"{key}.verdict") is not None:
        return f"{key}.verdict"
    return key


def metric_of(model: Model, key: str) -> Metric:
    """Return a quantity of a model by its key, a figure of a test of law with the unit of its rule; errors as for ``find_metric``."""
    metric = find_metric(model.graph, key)
    if metric.node.unit != AS_THE_RULE:
        return metric
    test = metric.key.removeprefix("test.").rpartition(".")[0]
    every = [i.findings for i in model.eligibility.instruments] + [p.findings for p in model.incentives.programmes]
    return metric._replace(of_rule=next((f.unit for findings in every for f in findings if f.key == test), ""))


def find_metric(graph: Graph, key: str) -> Metric:
    """Return a quantity by its key; UnknownMetricError where there is none, or none with one number."""
    found = graph.find(full_key(graph, key))
    if found is None or found[0].op == "text":
        like = nearest(key, _keys(graph, key))
        every = "`explain --list TEXT` shows those with TEXT in their name"
        raise UnknownMetricError(f"no figure {key!r}; {like if like.startswith('did you mean') else every}")
    node, row = found
    if node.table is not None and row < 0:
        some = ", ".join(node.cell_key(n) for n in range(min(len(node.table), 3)))
        raise UnknownMetricError(f"{key!r} has one number for each of its {len(node.table)} rows; name one: {some}")
    if _is_tried(node.cell_key(max(row, 0))):
        raise UnknownMetricError(f"{key!r} belongs to a gross that is only tried; ask for a break-even instead")
    return Metric(full_key(graph, key), node, row)


def _keys(graph: Graph, like: str) -> list[str]:
    start = like.partition(".")[0]
    every = [
        node.cell_key(row)
        for node in graph.named()
        if node.op != "text"
        for row in range(len(node.table) if node.table is not None else 1)
    ]
    return [key for key in every if key.startswith(start)] or every


def _is_tried(key: str) -> bool:
    """Say whether a quantity is one of a gross that is only tried; what is solved for with it is not."""
    parts = key.split(".")
    beyond = parts[0] == "break_even" and parts[-1] == "over"  # what is paid beyond a goal at the gross that is tried
    return beyond or any(part == TRIED or part.startswith(f"{TRIED}_") for part in parts)


def shown(metric: Metric, value: float) -> float | str | None:
    """Return a value as it is written out: verdicts in words, None where it is undefined."""
    if not np.isfinite(value):
        return None
    return VERDICTS[round(value)] if metric.is_verdict else float(value)


class Requirement(NamedTuple):
    """What a run has to keep: a metric, how it compares, and with what number."""

    text: str
    key: str
    order: str
    bound: float
    of_verdict: bool = False
    """It names a verdict, and so has to be asked of one."""

    @classmethod
    def parse(cls, text: str) -> Requirement:
        """Read ``gap == 0``, ``party.ru.irr >= 8%``, ``eligibility.coe_2017 == pass``; a key alone has to pass. ValueError otherwise."""
        found = _REQUIREMENT.fullmatch(text)
        if found is None:
            msg = f"{text!r} cannot be read; write KEY >= NUMBER, such as 'party.ru.irr >= 8%', or 'eligibility.ID == pass'"
            raise ValueError(msg)
        order, value = found["order"] or "==", found["value"] or "pass"
        order = "==" if order == "=" else order
        if value in VERDICTS:
            return cls(text.strip(), found["key"], order, float(VERDICTS.index(value)), of_verdict=True)
        number = parse_percent(value)
        try:
            bound = float(value) if number is None else number
        except ValueError:
            msg = f"{text!r}: {value!r} is no number, percentage or verdict ({', '.join(VERDICTS)})"
            raise ValueError(msg) from None
        return cls(text.strip(), found["key"], order, bound)

    def asked_of(self, metric: Metric) -> Requirement:
        """Return the requirement if it can be asked of a metric: a verdict of verdicts, a number of the others; else a ValueError."""
        if self.of_verdict and not metric.is_verdict:
            example = f"'{self.key} <= 0'" if metric.is_money else f"'{self.key} >= 1'"
            raise ValueError(f"{self.text!r}: {self.key} is no verdict; compare it with a number, such as {example}")
        if metric.is_verdict and not self.of_verdict:
            raise ValueError(f"{self.text!r}: {self.key} is a verdict; compare it with {', '.join(VERDICTS)}")
        return self

    def holds(self, metric: Metric, values: Array) -> NDArray[np.bool_]:
        """Say for every value whether it keeps the requirement; an undefined value does not. A better verdict counts as at least."""
        slack = self.slack(metric, values)
        near = _HALF_A_CENT if metric.is_money else _NEARLY
        kept = {"==": slack >= -near, "!=": slack > near, ">": slack > 0, "<": slack > 0}.get(
            self.order, slack >= -near
        )
        return np.asarray(kept & np.isfinite(values))

    def slack(self, metric: Metric, values: Array) -> Array:
        """Return by how much each value keeps the requirement (below 0: by how much it misses it), in the metric's unit."""
        order = (
            {">=": "<=", "<=": ">=", ">": "<", "<": ">"}.get(self.order, self.order)
            if metric.is_verdict
            else self.order
        )
        if order in (">=", ">"):
            return values - self.bound
        if order in ("<=", "<"):
            return self.bound - values
        away = np.abs(values - self.bound)
        return away if order == "!=" else -away
