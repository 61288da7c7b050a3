"""Two figures of many designs against each other: drawn with characters, and as what ``charts`` draws into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from coprod_budget.report.charts import Cloud
from coprod_budget.report.solutions import metric_text
from coprod_budget.whatif.metrics import AS_THE_RULE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.optimise.choosing import Designs

ALLOWED, AHEAD, BEST = "·", "●", "◆"
WIDEST: Final = 60
HIGH: Final = 14


def cloud(designs: Designs) -> Cloud:
    """Return the designs that keep every requirement, the frontier among them, and the best."""
    goal, second = designs.wanted.goal.metric, designs.wanted.second
    assert second is not None
    x, y = designs.values[goal.key], designs.values[second.metric.key]
    able = np.flatnonzero(designs.feasible & np.isfinite(y))
    ahead = designs.frontier()
    points = tuple((float(x[n]), float(y[n])) for n in able)
    return Cloud(
        f"{second.metric.key} against {goal.key}",
        goal.key,
        second.metric.key,
        points,
        tuple((float(x[n]), float(y[n])) for n in ahead),
        (_unit(goal), _unit(second.metric)),
    )


def _unit(metric: Metric) -> str:
    """The unit for an axis; nothing where not even the rule has one."""
    return "" if metric.unit == AS_THE_RULE else metric.unit


def drawn(designs: Designs, width: int) -> list[str]:
    """Return the lines of a picture, none wider than ``width``: allowed designs, the frontier, the best of the goal."""
    shown, goal, second = cloud(designs), designs.wanted.goal.metric, designs.wanted.second
    assert second is not None
    if not shown.points:
        return []
    x, y = np.array(shown.points).T
    top, low = (metric_text(second.metric, float(v)) for v in (y.max(), y.min()))
    margin = max(len(top), len(low))
    room = max(min(width - margin - 3, WIDEST), 8)
    cells = np.full((HIGH, room), " ")
    columns = np.round(_parts(x, x.min(), x.max()) * (room - 1)).astype(int)
    rows = np.round((1 - _parts(y, y.min(), y.max())) * (HIGH - 1)).astype(int)
    cells[rows, columns] = ALLOWED
    front = np.array(shown.frontier)
    for number in range(len(front) - 1, -1, -1):
        column = round(float(_parts(front[number, 0], x.min(), x.max())) * (room - 1))
        row = round(float(1 - _parts(front[number, 1], y.min(), y.max())) * (HIGH - 1))
        cells[row, column] = BEST if number == 0 else AHEAD
    lines = [f"{second.metric.key}, against {goal.key}:", f"{ALLOWED} allowed  {AHEAD} frontier  {BEST} best"]
    for number, line in enumerate(cells):
        label = top if number == 0 else low if number == HIGH - 1 else ""
        lines.append(f"{label:>{margin}} │{''.join(line)}".rstrip())
    left, right = (metric_text(goal, float(v)) for v in (x.min(), x.max()))
    lines.append(f"{'':>{margin}} └{'─' * room}")
    gap = max(room - len(left) - len(right), 1)
    return [*lines, f"{'':>{margin}}  {left}{' ' * gap}{right}"]


def _parts(values: NDArray[np.float64] | float, low: float, high: float) -> NDArray[np.float64]:
    return (np.asarray(values) - low) / ((high - low) or 1.0)
