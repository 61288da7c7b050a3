"""Film finance as a graph: budget, split, revenue, waterfall, returns, one file a stage."""

from coprod_budget.model.build import Model, build_model

__all__ = ["Model", "build_model"]
