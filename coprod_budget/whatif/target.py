"""Budget to a target: the factors on all lines that are not locked at which the total, charges on top included, is what it has to be.

The factors are those of ``budget.adjust``, so that what is found is a few lines of a project file and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod_budget.errors import nearest
from coprod_budget.model import build_model
from coprod_budget.model.cuts import Changes, changes
from coprod_budget.whatif.shape import as_text
from coprod_budget.whatif.study import Runs, Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coprod_budget.model import Model

    Array = NDArray[np.float64]

TOTAL = "budget.total"
LARGEST = 10.0
"""The largest factor that a file may state."""
SCAN, SECTIONS = 65, 64
DIGITS = 10
"""Decimals of a factor: less than a cent of a budget of ten millions."""
CENT = 0.005


class NotTargetError(ValueError):
    """There is nothing to spread over, or a name is unknown; the message says what would be right."""


class Kept(NamedTuple):
    """What stays: groups, departments and lines, by their ids."""

    groups: tuple[str, ...]
    accounts: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What was found. ``factors`` are by path (``budget.adjust.all``), those of what stays are 1; empty where nothing has to change.

    ``reached`` is the total of the film that was built again with them; ``reachable`` the totals that are possible, where the one
    that was asked for is not.
    """

    wanted: float
    reached: float
    factors: dict[str, float]
    changes: Changes
    locked: frozenset[str]
    reachable: tuple[float, float] | None = None

    @property
    def sets(self) -> tuple[str, ...]:
        """The overrides that show it."""
        return tuple(f"{path}={as_text(factor)}" for path, factor in self.factors.items())


def to_target(
    study: Study,
    total: float,
    *,
    locks: Sequence[str] = (),
    weights: Mapping[str, float] | None = None,
    least: float = 0.0,
) -> Target:
    """Find the factors at which the budget's total is ``total``, in the reporting currency.

    ``locks`` are ids of lines, departments or groups that stay as they are. Departments are cut (or raised) in proportion to their cost
    and their weight (1 if not in ``weights``, 0: not at all), no line below ``least`` of what it costs. Raises NotTargetError.
    """
    base = study.base
    if any(line.adjustment for line in base.budget.lines):
        msg = "the film has factors of its own in budget.adjust: take them out first (--set '~budget.adjust')"
        raise NotTargetError(msg)
    kept = _kept(base, locks)
    weights = _weights(base, weights or {})
    groups = base.catalog.departments
    locked = frozenset(
        line.id
        for line in base.budget.lines
        if line.id in kept.lines or line.account in kept.accounts or groups[line.account].group in kept.groups
    )
    free = [line for line in base.budget.lines if line.id not in locked and weights.get(line.account, 1.0)]
    before = base.evaluate().number(base.budget.total)
    if not free:
        msg = "every line is locked or has no weight: nothing is left to be changed"
        raise NotTargetError(msg)
    stays = [
        *(f"budget.adjust.groups.{name}" for name in kept.groups),
        *(f"budget.adjust.accounts.{name}" for name in kept.accounts),
        *(f"budget.adjust.lines.{name}" for name in kept.lines),
    ]
    used = {line.account for line in free}
    open_accounts = {a: w for a, w in weights.items() if a not in kept.accounts and groups[a].group not in kept.groups}
    moved = {"budget.adjust.all": 1.0} if any(a not in weights for a in used) else {}
    moved |= {f"budget.adjust.accounts.{account}": weight for account, weight in open_accounts.items()}
    spread = _Spread(study, tuple(stays), moved, least)
    if abs(total - before) < CENT:
        return Target(total, before, {}, changes(base, base, locked), locked)
    cut, reachable = spread.find(total, before)
    factors = {path: float(factor[0]) for path, factor in spread.factors(np.asarray([cut])).items()}
    factors |= dict.fromkeys(stays, 1.0)
    sets = [f"{path}={as_text(factor)}" for path, factor in factors.items()]
    after = build_model(study.recipe.load(study.catalog, sets), study.catalog)
    reached = after.evaluate().number(after.budget.total)
    return Target(total, reached, factors, changes(base, after, locked), locked, reachable)


class _Spread:
    """The total of the budget along one number: by which part a line of weight 1 is cut (below 0: raised)."""

    def __init__(self, study: Study, stays: Sequence[str], moved: Mapping[str, float], least: float) -> None:
        recipe = study.recipe
        sets = [*recipe.sets, *(f"{path}=1" for path in stays)]
        self._study = Study(
            recipe.source,
            filename=recipe.filename,
            sets=sets,
            variants=recipe.variants,
            texts=recipe.texts,
            data=study.data,
        )
        self._moved, self._least = moved, least

    def factors(self, cuts: Array) -> dict[str, Array]:
        """Return the factors of everything that moves."""
        return {
            path: np.asarray(np.round(np.clip(1.0 - cuts * weight, self._least, LARGEST), DIGITS), dtype=np.float64)
            for path, weight in self._moved.items()
        }

    def totals(self, cuts: Array) -> Array:
        """Return the total of the budget for each."""
        found = [part.values[TOTAL] for part in self._study.run(Runs(dict(self.factors(cuts))), [TOTAL])]
        return np.concatenate(found)

    def find(self, total: float, before: float) -> tuple[float, tuple[float, float] | None]:
        """Return the cut at which the total is nearest to what is wanted; and which totals are possible, where that one is not."""
        weights = [weight for weight in self._moved.values() if weight]
        furthest = (1.0 - self._least) / min(weights) if total < before else (1.0 - LARGEST) / max(weights)
        cuts = np.linspace(0.0, furthest, SCAN)
        over = self.totals(cuts) - total
        if (over[0] > 0) == (over[-1] > 0) and abs(over[-1]) >= CENT:
            end = float(over[-1] + total)
            return furthest, (min(end, before), max(end, before))
        while abs(cuts[-1] - cuts[0]) > 10.0**-DIGITS:
            place = int(np.argmax((over > 0) != (over[0] > 0))) or len(over) - 1
            cuts = np.linspace(cuts[place - 1], cuts[place], SECTIONS + 2)
            over = self.totals(cuts) - total
        exact = float(cuts[int(np.argmin(np.abs(over)))])
        rounder = np.asarray([*(round(exact, digits) for digits in range(3, DIGITS + 1)), exact])
        away = np.abs(self.totals(rounder) - total)
        good = np.flatnonzero(away < CENT)
        return float(rounder[good[0] if len(good) else int(np.argmin(away))]), None


def _kept(base: Model, locks: Sequence[str]) -> Kept:
    lines = {line.id for line in base.budget.lines}
    accounts = {line.account for line in base.budget.lines}
    groups = {base.catalog.departments[account].group for account in accounts}
    for name in locks:
        if name not in lines | accounts | groups:
            msg = f"nothing to lock is called {name!r}; {nearest(name, [*groups, *accounts, *lines])}"
            raise NotTargetError(msg)
    return Kept(
        tuple(name for name in locks if name in groups),
        tuple(name for name in locks if name in accounts),
        tuple(name for name in locks if name in lines),
    )


def _weights(base: Model, weights: Mapping[str, float]) -> dict[str, float]:
    accounts = {line.account for line in base.budget.lines}
    for name in weights:
        if name not in accounts:
            msg = f"no lines are in the department {name!r}; {nearest(name, accounts)}"
            raise NotTargetError(msg)
    return dict(weights)
