"""Which instruments the film falls under, and whether it meets their rules: one function a kind of rule."""

from coprod_budget.model.eligibility.build import Eligibility, Instrument, build_eligibility, rule_currencies
from coprod_budget.model.eligibility.governing import Candidate, Governing, choose_instruments

__all__ = [
    "Candidate",
    "Eligibility",
    "Governing",
    "Instrument",
    "build_eligibility",
    "choose_instruments",
    "rule_currencies",
]
