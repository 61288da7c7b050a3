"""What was found by solving, moving and choosing as pandas tables, for notebooks and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.report import designs, sensitivity, solutions
from coprod_budget.report.commands import estimate_command

if TYPE_CHECKING:
    import pandas as pd

    from coprod_budget.whatif.optimise.search import Found
    from coprod_budget.whatif.sensitivity import Sensitivity
    from coprod_budget.whatif.sobol import SobolIndices
    from coprod_budget.whatif.solve import Solution
    from coprod_budget.whatif.study import Study

_INDICES = ["first", "first_range", "total", "total_range"]


def solution_frame(study: Study, found: Solution) -> pd.DataFrame:
    """Return one row an answer."""
    return _frame(solutions.answer_rows(found), solutions.as_dict(study.base.project, found), "answers")


def sensitivity_frame(study: Study, found: Sensitivity, indices: SobolIndices | None) -> pd.DataFrame:
    """Return one row a number that moves the figure."""
    about = sensitivity.as_dict(study.base.project, found, indices)
    frame = _frame(sensitivity.number_rows(found, indices), about, "tornado", "slopes", "sobol")
    return frame.drop(columns=_INDICES) if indices is None else frame


def designs_frame(study: Study, found: Found, top: int, project: str) -> pd.DataFrame:
    """Return the best designs, one a row; ``project`` is the file that commands name."""
    about = designs.as_dict(study.base.project, found, 0, lambda more: estimate_command(project, study, more))
    return _frame(designs.design_rows(found, top), about, "best")


def _frame(table: tuple[list[str], list[dict[str, Any]]], about: dict[str, Any], *rows: str) -> pd.DataFrame:
    """Rows of plain data as a table; what is said of all of them, without the ``rows`` themselves, stands in its ``attrs``."""
    import pandas as pd

    columns, data = table
    frame = pd.DataFrame(data, columns=columns)
    frame.attrs.update({name: value for name, value in about.items() if name not in rows})
    return frame
