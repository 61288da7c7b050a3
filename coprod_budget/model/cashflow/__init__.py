"""Cash flow: when the budget is paid, when the sources of finance pay, what loans are drawn, and who is exposed how far."""

from coprod_budget.model.cashflow.build import Cashflow, build_cashflow
from coprod_budget.model.cashflow.loans import Loan

__all__ = ["Cashflow", "Loan", "build_cashflow"]
