"""The steps of the waterfall in order: those of the project, or the usual ones.

Before them stands the sales agent, and between them who keeps a territory for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.model.revenue import Revenue
    from coprod_budget.model.stage import Stage
    from coprod_budget.project import Later, Rule
    from coprod_budget.project.waterfall import Limit, Opening

RECOUPING: Final = ("until_repaid", "until_recouped")
RANKS: Final = ("senior", "gap", "mezzanine")
EXCLUSIVE: Final = "exclusive_"
COMMISSION, EXPENSES = "sales_commission", "sales_expenses"


class Step(NamedTuple):
    """One step as it is written, or as it is understood where nothing is written."""

    id: str
    kind: str
    payees: tuple[str, ...]
    outlets: tuple[str, ...]
    """Whose money it may draw on: territory and medium."""
    path: str
    """Where the file says so; empty for what is understood."""
    named_outlets: bool = False
    """Whether the step names them, or takes all that is pooled."""
    rate: float | None = None
    rate_key: str = ""
    amount: float | str | None = None
    amount_key: str = ""
    most: float | None = None
    most_key: str = ""
    currency: str | None = None
    later: Sequence[Later] = ()
    premium: float | None = None
    interest: float | None = None
    compounding: str = "simple"
    shares: dict[str, float] | None = None
    by_agreed_share: bool = False
    until: Limit | None = None
    after: Opening | None = None
    paid_by: str = ""
    counted: tuple[str, ...] = ()
    """Of a bonus at a rate: the steps whose payments it is a share of."""

    @property
    def recoups(self) -> bool:
        """Whether what it pays counts towards having the investment back (a premium comes on top of it)."""
        return self.kind in RECOUPING or (self.kind == "until" and not isinstance(self.amount, str))


def plan_steps(stage: Stage, revenue: Revenue, investors: Sequence[str]) -> list[Step]:
    """Return all steps in order; ``investors`` are the parties that recoup where no order is written."""
    pooled = tuple(o.key for o in revenue.outlets.values() if o.territory not in _exclusive(stage))
    steps = [*_sales_agent(stage, revenue)]
    if stage.project.waterfall:
        steps += [_written(rule, n, revenue, pooled) for n, rule in enumerate(stage.project.waterfall)]
    else:
        steps += _usual(stage, investors, pooled)
    return _with_exclusive(stage, revenue, steps)


def outlets_of(revenue: Revenue, names: Sequence[str]) -> tuple[str, ...]:
    """Return the outlets that a list of territories, or of territories with a medium, means."""
    return tuple(o.key for o in revenue.outlets.values() if o.territory in names or o.key in names)


def _exclusive(stage: Stage) -> list[str]:
    return [i for i, t in stage.project.revenue.territories.items() if t.exclusive]


def _written(rule: Rule, number: int, revenue: Revenue, pooled: tuple[str, ...]) -> Step:
    return Step(
        rule.id,
        rule.kind,
        rule.payees,
        outlets_of(revenue, rule.of) if rule.of else pooled,
        f"waterfall[{number}]",
        named_outlets=bool(rule.of),
        rate=rule.rate,
        rate_key=f"waterfall.{rule.id}.rate",
        amount=rule.amount,
        amount_key=f"waterfall.{rule.id}.amount",
        currency=rule.currency,
        later=rule.later,
        premium=rule.premium,
        interest=rule.interest,
        compounding=rule.compounding or "simple",
        shares=rule.sharing if isinstance(rule.sharing, dict) else None,
        until=rule.until,
        after=rule.after,
        paid_by=rule.paid_by or "",
        counted=tuple(rule.steps),
    )


def _usual(stage: Stage, investors: Sequence[str], pooled: tuple[str, ...]) -> list[Step]:
    """Loans by rank, then everybody who invested pari passu, premiums, deferred pay, and profit by agreed share."""
    project = stage.project
    recouped = [f for f in project.finance if f.is_recouped]
    loans = [f for f in recouped if f.kind == "loan"]

    def step(name: str, kind: str, payees: tuple[str, ...]) -> Step:
        return Step(name, kind, payees, pooled, "")

    steps = [
        step(f"{rank}_loans", "until_repaid", tuple(f.id for f in loans if f.rank == rank))
        for rank in RANKS
        if any(f.rank == rank for f in loans)
    ]
    later = tuple(f.id for f in recouped if f.kind == "deferral")
    apart = {*later, *(f.id for f in loans)}
    steps.append(step("recoupment", "until_recouped", tuple(p for p in investors if p not in apart)))
    premium = tuple(f.id for f in recouped if f.premium)
    if premium:
        steps.append(step("premium", "until", premium)._replace(amount="premium"))
    if later:
        steps.append(step("deferments", "until_recouped", later))
    return [*steps, step("net_profit", "net_profit", tuple(project.partners))._replace(by_agreed_share=True)]


def _sales_agent(stage: Stage, revenue: Revenue) -> list[Step]:
    agent = stage.project.revenue.sales_agent
    if agent is None:
        return []
    path = "revenue.sales_agent"
    outlets = outlets_of(revenue, agent.territories)
    found = [
        Step(
            COMMISSION,
            "percent_of_gross",
            (agent.id,),
            outlets,
            path,
            named_outlets=True,
            rate=agent.commission,
            rate_key=f"{path}.commission",
        )
    ]
    if agent.expenses:
        found.append(
            Step(
                EXPENSES,
                "fixed",
                (agent.id,),
                outlets,
                path,
                named_outlets=True,
                amount=agent.expenses,
                amount_key=f"{path}.expenses",
                most=agent.expenses_cap,
                most_key=f"{path}.expenses_cap",
                currency=agent.currency,
            )
        )
    return found


def _with_exclusive(stage: Stage, revenue: Revenue, steps: list[Step]) -> list[Step]:
    """Put who keeps a territory right behind the last step that names it, or in front of all."""
    for territory in reversed(_exclusive(stage)):
        if territory not in revenue.territories:
            continue
        outlets = outlets_of(revenue, [territory])
        last = max((n for n, s in enumerate(steps) if s.named_outlets and set(outlets) & set(s.outlets)), default=-1)
        holder = revenue.territories[territory].partner
        path = f"revenue.territories.{territory}"
        keeps = Step(EXCLUSIVE + territory, "net_profit", (holder,), outlets, path, named_outlets=True)
        steps.insert(last + 1, keeps)
    return steps
