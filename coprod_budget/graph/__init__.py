"""The calculation graph: named quantities, their numbers, their spreadsheet formulas, their explanation."""

from coprod_budget.graph.building import FREE_CONSTANTS, Graph
from coprod_budget.graph.evaluate import Program, Values, evaluate
from coprod_budget.graph.excel import Place, Places, formula, reference
from coprod_budget.graph.explain import Explainer, Step, explain
from coprod_budget.graph.given import Answers, Given, Trace, plain, standing
from coprod_budget.graph.nodes import Basis, GraphError, Node, Origin, Table, is_solved

__all__ = [
    "FREE_CONSTANTS", "Answers", "Basis", "Explainer", "Given", "Graph", "GraphError", "Node", "Origin", "Place", "Places", "Program",
    "Step", "Table", "Trace", "Values", "evaluate", "explain", "formula", "is_solved", "plain", "reference", "standing",
]  # fmt: skip
