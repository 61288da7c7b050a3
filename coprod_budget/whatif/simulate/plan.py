"""What a simulation is asked: how many draws, from which seed, of which metrics, and what has to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.graph import evaluate
from coprod_budget.project import parse_percent
from coprod_budget.whatif.metrics import VERDICT, Requirement
from coprod_budget.whatif.simulate.samplers import MOST_DRAWS, SAMPLERS

if TYPE_CHECKING:
    from coprod_budget.graph import Graph
    from coprod_budget.model import Model

DRAWS: Final = 4096
SEED: Final = 1
_IN = re.compile(r"(.*\S)\s+in\s+(\S+)\s*", re.ASCII)

_VERDICTS = re.compile(r"(eligibility|incentive)\.[\w*]+\.verdict", re.ASCII)

COST: Final = "budget.before_contingency"
TOTAL: Final = "budget.total"


@dataclass(frozen=True, slots=True)
class Plan:
    """A simulation of ``draws`` draws. What is None is as the file says, or as the program chooses."""

    draws: int = DRAWS
    seed: int = SEED
    sampler: str = "sobol"
    correlation: float | None = None
    """Common rank correlation of the uncertain numbers of the file that it does not name in pairs."""
    price_ranges: bool | None = None
    price_correlation: float | None = None
    metrics: tuple[str, ...] = ()
    requirements: tuple[Wanted, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        for good, what in (
            (1 <= self.draws <= MOST_DRAWS, f"{self.draws} draws; from 1 to {MOST_DRAWS:,}"),
            (0 <= self.seed < 2**63, f"the seed {self.seed}; a whole number from 0"),
            (self.sampler in SAMPLERS, f"the sampler {self.sampler!r}; one of {', '.join(SAMPLERS)}"),
            (
                self.correlation is None or -1 < self.correlation < 1,
                f"the correlation {self.correlation}; between -1 and 1",
            ),
            (
                self.price_correlation is None or 0 <= self.price_correlation < 1,
                f"the correlation of prices {self.price_correlation}; from 0 to below 1",
            ),
        ):
            if not good:
                raise ValueError(what)


class Wanted(NamedTuple):
    """A requirement, and the share of the draws in which it has to hold."""

    requirement: Requirement
    share: float

    @classmethod
    def parse(cls, text: str) -> Wanted:
        """Read ``finance.gap == 0`` (in every draw) or ``party.fund.irr >= 8% in 75%``; ValueError otherwise."""
        found = _IN.fullmatch(text)
        if found is None:
            return cls(Requirement.parse(text), 1.0)
        share = parse_percent(found[2])
        if share is None or not 0 < share <= 1:
            msg = f"{text!r}: {found[2]!r} is no share of the draws; write, for example, 'in 90%'"
            raise ValueError(msg)
        return cls(Requirement.parse(found[1]), share)

    @property
    def text(self) -> str:
        """The requirement as it is told."""
        return self.requirement.text if self.share == 1 else f"{self.requirement.text} in {self.share * 100:g}%"


def usual_metrics(model: Model) -> list[str]:
    """Return the metrics of a film that nobody need ask for: cost, net cost, gap, verdicts, and what investors get."""
    graph = model.graph
    found = [key for key in (TOTAL, COST, "net_cost.expected", "finance.gap") if _has(graph, key)]
    for party in investors(model):
        found += [
            key
            for name in ("profit", "irr", "probability_recouped", "expected_loss")
            if _has(graph, key := f"party.{party}.{name}")
        ]
    return found + verdicts(model)


def investors(model: Model) -> list[str]:
    """Return the parties that put money in, as the film stands; distributors, who advance for a fee, are left out."""
    parties = model.waterfall.parties.keys
    if not model.returns.expected or not parties:
        return []
    invested = evaluate(model.graph, [model.waterfall.invested])[model.waterfall.invested][:, 0]
    return [
        p for p, amount in zip(parties, invested, strict=True) if amount > 0 and p not in model.revenue.distributors
    ]


def verdicts(model: Model) -> list[str]:
    """Return the keys of the verdicts of treaties, funds and programmes."""
    found = [node for node in model.graph.named() if node.unit == VERDICT and _VERDICTS.fullmatch(node.key)]
    return [node.cell_key(row) for node in found for row in range(1 if node.table is None else len(node.table))]


def _has(graph: Graph, key: str) -> bool:
    found = graph.find(key)
    return found is not None and (found[0].table is None or found[1] >= 0)
