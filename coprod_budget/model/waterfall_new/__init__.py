"""The recoupment waterfall: who is paid in which order out of what comes in, period by period."""

from coprod_budget.model.waterfall_new.build import Waterfall, build_waterfall
from coprod_budget.model.waterfall_new.payments import Paid
from coprod_budget.model.waterfall_new.positions import Position
from coprod_budget.model.waterfall_new.steps import Step
from coprod_budget.model.waterfall_new.transfers import Transfer

__all__ = ["Paid", "Position", "Step", "Transfer", "Waterfall", "build_waterfall"]
