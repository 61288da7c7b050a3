"""What each programme pays on which spend, and when: one function a kind of rate."""

from coprod_budget.model.incentives.amounts import Certainty
from coprod_budget.model.incentives.build import Incentives, Programme, build_incentives
from coprod_budget.model.incentives.choice import Chosen, choose_programmes, programme_currencies

__all__ = [
    "Certainty",
    "Chosen",
    "Incentives",
    "Programme",
    "build_incentives",
    "choose_programmes",
    "programme_currencies",
]
