"""Film finance as a graph: budget, split, revenue, waterfall, returns, one file a stage."""

from coprod_budget.model.build import Model, build_model
from coprod_budget.model.compare import compare_prices

__all__ = ["Model", "build_model", "compare_prices"]
