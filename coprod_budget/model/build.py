"""From a project and the catalogue to one graph: the stages, one after another."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.errors import MissingDataError, Problem, ProjectError, nearest
from coprod_budget.graph import Graph, Node, Values, evaluate
from coprod_budget.model.budget import Budget, build_budget, build_currencies
from coprod_budget.model.calendar import build_clock
from coprod_budget.model.cashflow import Cashflow, build_cashflow
from coprod_budget.model.checks import Checks, build_checks
from coprod_budget.model.comparables import compared_currencies
from coprod_budget.model.eligibility import Eligibility, build_eligibility, choose_instruments, rule_currencies
from coprod_budget.model.facts import build_facts, known_currencies
from coprod_budget.model.finance import FinancePlan, build_finance
from coprod_budget.model.findings import Bench
from coprod_budget.model.fringes import charge_currencies
from coprod_budget.model.incentives import Incentives, build_incentives, choose_programmes, programme_currencies
from coprod_budget.model.investments import build_investments
from coprod_budget.model.lines import collect_lines
from coprod_budget.model.net_cost import NetCost, build_net_cost
from coprod_budget.model.obligations import Obligations, Stress, build_obligations, build_stress
from coprod_budget.model.returns import Returns, build_returns
from coprod_budget.model.revenue import Revenue, build_revenue, territory_currencies
from coprod_budget.model.schedule import Schedule, build_schedule
from coprod_budget.model.sources import build_sources
from coprod_budget.model.split import Split, build_split
from coprod_budget.model.stage import Stage
from coprod_budget.model.waterfall import Waterfall, build_waterfall
from coprod_budget.project import read_template

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog
    from coprod_budget.project import Project, Template


class Model(NamedTuple):
    """One film as a graph, with the stages' nodes and everything a report needs to name them."""

    project: Project
    catalog: Catalog
    template: Template | None
    graph: Graph
    schedule: Schedule
    budget: Budget
    split: Split
    revenue: Revenue
    waterfall: Waterfall
    returns: Returns
    eligibility: Eligibility
    incentives: Incentives
    net_cost: NetCost
    finance: FinancePlan
    obligations: Obligations
    stress: Stress
    cashflow: Cashflow
    checks: Checks
    worth: Node
    warnings: list[Problem]

    def evaluate(self) -> Values:
        """Return every named quantity with the inputs as they stand."""
        return evaluate(self.graph)


def build_model(project: Project, catalog: Catalog) -> Model:
    """Build the whole graph; all mistakes of the project are raised together, and all gaps of the data together."""
    stage = Stage(project, catalog)
    template = _template(stage)
    _check_cities(stage)
    governing = choose_instruments(stage)
    programmes = choose_programmes(stage)
    _stop(stage)
    schedule = build_schedule(stage, template)
    clock = build_clock(stage, schedule)
    lines = collect_lines(stage, schedule, template)
    _stop(stage)
    charges = [*(template.charges if template else {}).items(), *project.budget.charges.items()]
    codes = [
        *((line.currency, line.bearer_path.replace(".bearer", ".currency")) for line in lines),
        *((code, "") for code in charge_currencies(stage, schedule, lines)),
        *((p.currency, f"partners.{i}.currency") for i, p in project.partners.items()),
        *((f.currency, f"finance[{n}].currency") for n, f in enumerate(project.finance)),
        *((r.currency, f"waterfall[{n}].currency") for n, r in enumerate(project.waterfall) if r.currency),
        *((c.currency, f"budget.charges.{i}.currency") for i, c in charges if c.currency),
        *((c.cap_currency, f"budget.charges.{i}.cap_currency") for i, c in charges if c.cap_currency),
        *((code, f"revenue.territories.{t}") for t, code in territory_currencies(stage).items()),
        *compared_currencies(stage),
    ]
    of_rules = [*rule_currencies(stage, governing), *programme_currencies(programmes)]
    codes += known_currencies(stage, of_rules)
    currencies, worth = build_currencies(stage, codes)
    _stop(stage)
    budget = build_budget(stage, schedule, lines, template, currencies, worth)
    _stop(stage)
    split = build_split(stage, budget)
    sources = build_sources(stage, split, worth)
    bench = Bench(stage)
    facts = build_facts(stage, bench, schedule, budget, split, worth)
    eligibility = build_eligibility(facts, governing)
    incentives = build_incentives(facts, programmes, eligibility)
    bench.close()
    net_cost = build_net_cost(stage, budget, split, incentives)
    finance = build_finance(stage, budget, split, sources, incentives, clock, worth)
    obligations = build_obligations(stage, budget, finance)
    stress = build_stress(stage, finance)
    _stop(stage)
    cashflow = build_cashflow(stage, clock, budget, split, incentives, finance)
    _stop(stage)
    revenue = build_revenue(stage, clock, worth, budget.total, finance)
    _stop(stage)
    investments = {}
    if revenue.flows is not None:
        investments = build_investments(stage, revenue.flows, cashflow, finance, split)
    waterfall = build_waterfall(stage, clock, finance, revenue, investments, worth)
    _stop(stage)
    returns = build_returns(stage, budget, revenue, waterfall, investments)
    checks = build_checks(stage, budget, split, revenue, waterfall, net_cost, finance, cashflow)
    return Model(
        project,
        catalog,
        template,
        stage.graph,
        schedule,
        budget,
        split,
        revenue,
        waterfall,
        returns,
        eligibility,
        incentives,
        net_cost,
        finance,
        obligations,
        stress,
        cashflow,
        checks,
        worth,
        stage.warnings,
    )


def _stop(stage: Stage) -> None:
    if stage.errors:
        raise ProjectError(stage.errors)
    if stage.missing:
        raise MissingDataError(stage.missing)


def _template(stage: Stage) -> Template | None:
    name = stage.project.budget.template
    if name is None:
        if not stage.project.budget.lines:
            stage.error(
                "M001",
                "the budget has no lines",
                f"name a template ({', '.join(stage.catalog.templates())}) or write lines",
                "budget",
            )
        return None
    try:
        path = Path(stage.catalog.template_path(name))
    except MissingDataError as error:
        for problem in error.problems:
            stage.lack(problem.code, problem.message, problem.hint, "budget.template")
        return None
    return _read(path.read_text(encoding="utf-8"), path.name)


@lru_cache(maxsize=8)
def _read(text: str, filename: str) -> Template:
    """Read a template once, however many models begin with it."""
    return read_template(text, filename)


def _check_cities(stage: Stage) -> None:
    """Cities of the schedule must be in the catalogue where a template prices them."""
    known = stage.catalog.cities
    plan = stage.project.schedule
    named = {**{c: f"schedule.shoot_days.{c}" for c in plan.shoot_days}}
    named |= {c: f"schedule.{f}" for f, c in (("home", plan.home), ("post_city", plan.post_city)) if c}
    for city, path in named.items():
        if city not in known:
            stage.lack(
                "M404",
                f"no cost table for the city {city!r}",
                f"{nearest(city, known)}; or add it to cities.csv of a --data folder",
                path,
            )
