"""The project file: one YAML document read into a validated ``Project``, with the origin of every value."""

from coprod_budget.project.changes import Standing, Stands
from coprod_budget.project.distribution import (
    AcceptedFee,
    FeeStep,
    Later,
    Medium,
    OtherMedium,
    Outlet,
    Payment,
    SalesAgent,
    Territory,
)
from coprod_budget.project.expressions import (
    Binary,
    Call,
    Compare,
    Expr,
    IfElse,
    Name,
    Number,
    Unary,
    format_expression,
    names,
    parse_expression,
    unknown_names,
)
from coprod_budget.project.finance import MILESTONES, Finance, Instalment, Milestone
from coprod_budget.project.law import ROLES, Film, Incentive, Person, Treaty
from coprod_budget.project.loading import load_project, project_json_schema, read_template
from coprod_budget.project.numbers import admitted, number_at, with_numbers
from coprod_budget.project.revenue import Comparables, Revenue, Scenario
from coprod_budget.project.schema import (
    Budget,
    Charge,
    Line,
    Partner,
    Project,
    Returns,
    Schedule,
    Split,
)
from coprod_budget.project.template import Assumed, Template, TemplateCharge, TemplateLine, TemplateParam
from coprod_budget.project.types import parse_percent
from coprod_budget.project.variants import variant_names
from coprod_budget.project.waterfall import Limit, Opening, Rule

__all__ = [
    "MILESTONES",
    "ROLES",
    "AcceptedFee",
    "Assumed",
    "Binary",
    "Budget",
    "Call",
    "Charge",
    "Comparables",
    "Compare",
    "Expr",
    "FeeStep",
    "Film",
    "Finance",
    "IfElse",
    "Incentive",
    "Instalment",
    "Later",
    "Limit",
    "Line",
    "Medium",
    "Milestone",
    "Name",
    "Number",
    "Opening",
    "OtherMedium",
    "Outlet",
    "Partner",
    "Payment",
    "Person",
    "Project",
    "Returns",
    "Revenue",
    "Rule",
    "SalesAgent",
    "Scenario",
    "Schedule",
    "Split",
    "Standing",
    "Stands",
    "Template",
    "TemplateCharge",
    "TemplateLine",
    "TemplateParam",
    "Territory",
    "Treaty",
    "Unary",
    "admitted",
    "format_expression",
    "load_project",
    "names",
    "number_at",
    "parse_expression",
    "parse_percent",
    "project_json_schema",
    "read_template",
    "unknown_names",
    "variant_names",
    "with_numbers",
]
