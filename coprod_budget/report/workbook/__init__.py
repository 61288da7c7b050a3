"""The workbook: every figure of the model as a live formula, with the engine's value stored beside it."""

from coprod_budget.report.workbook.writer import write_workbook

__all__ = ["write_workbook"]
