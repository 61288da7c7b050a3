"""The recoupment waterfall: who is paid in which order out of what comes in, period by period."""

from coprod_budget.model.waterfall.build import Waterfall, build_waterfall
from coprod_budget.model.waterfall.payments import Paid
from coprod_budget.model.waterfall.positions import Position
from coprod_budget.model.waterfall.steps import Step
from coprod_budget.model.waterfall.transfers import Transfer

__all__ = ["Paid", "Position", "Step", "Transfer", "Waterfall", "build_waterfall"]
