"""Checks of what begins and ends a step of the waterfall, and of the steps and parties that one step says of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeGuard

from coprod_budget.errors import nearest
from coprod_budget.project.types import ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.project.waterfall import Limit, Opening, Rule
    from coprod_budget.yaml_reader import Key

    Path = tuple[Key, ...]

LIMITS: Final = ("amount", "party", "date", "admissions", "gross")
OPENINGS: Final = ("date", "admissions", "gross")
# By field of a limit: the fields that it goes with.
_GOES_WITH: Final[dict[str, tuple[str, ...]]] = {
    "total": ("party",),
    "multiple": ("party",),
    "steps": ("party",),
    "territory": ("admissions", "gross"),
    "currency": ("amount", "total"),
    "later": ("amount", "total"),
}


def parties_of(project: Project, source: Source) -> list[str]:
    """Ids of everybody who may get or pay money, also in steps that are otherwise wrong."""
    agent = project.revenue.sales_agent
    parties = dict.fromkeys([*project.partners, *(entry.id for entry in project.finance)])
    parties |= dict.fromkeys([agent.id] if agent else [])
    for name, territory in project.revenue.territories.items():
        parties[territory.distributor or f"distributor_{(territory.collateral or name).lower()}"] = None
    for number in range(len(project.waterfall)):
        written = source.get(("waterfall", number, "pay"))
        named = written if isinstance(written, list | dict) else [written]
        parties |= dict.fromkeys(party for party in named if _is_id(party))
    return list(parties)


def _is_id(written: object) -> TypeGuard[str]:
    """Whether what was written, perhaps in a step that is wrong, can be shown as a name to choose."""
    return isinstance(written, str) and re.fullmatch(ID, written) is not None


def _steps(project: Project, source: Source) -> dict[str, Rule | None]:
    """The steps by id; None for one that cannot be read, of which nothing can be said."""
    steps: dict[str, Rule | None] = {}
    for number, rule in enumerate(project.waterfall):
        written = source.get(("waterfall", number, "id"))
        if written is None or written == rule.id:
            steps[rule.id] = rule
        elif _is_id(written):
            steps[written] = None
    return steps


def unknown_territory(path: Path, name: str, project: Project, source: Source, else_: str = "") -> Problem:
    """A territory that the project does not have."""
    hint = nearest(name, project.revenue.territories) or else_ or "describe it under `revenue: territories`"
    return source.problem(path, "P304", f"unknown territory '{name}'", hint, key=True)


def no_ticket_price(path: Path, source: Source) -> Problem:
    """Admissions where no ticket has a price."""
    return source.problem(
        path,
        "P334",
        "admissions need the price of a ticket",
        "add, for example, `ticket_price: 300` to the territory",
        key=True,
    )


def check_limits(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of `until`, `after`, `steps` and `paid_by` of every step."""
    steps, parties = _steps(project, source), parties_of(project, source)
    for number, rule in enumerate(project.waterfall):
        path: Path = ("waterfall", number)
        if rule.after:
            yield from _one_of(rule.after, OPENINGS, (*path, "after"), source)
            yield from _counted(rule.after, (*path, "after"), project, source)
        if rule.until:
            yield from _one_of(rule.until, LIMITS, (*path, "until"), source)
            yield from _counted(rule.until, (*path, "until"), project, source)
            if rule.until.party is not None:
                yield from _received(rule, rule.until, (*path, "until"), project, source)
                yield from _named_steps(rule.until.steps, rule.until.party, steps, (*path, "until", "steps"), source)
        if rule.kind == "bonus" and rule.paid_by is not None:
            yield from _payer(rule, rule.paid_by, parties, path, source)
            if rule.paid_by in parties:
                yield from _named_steps(rule.steps, rule.paid_by, steps, (*path, "steps"), source)


def _one_of(limit: Limit | Opening, choices: Sequence[str], path: Path, source: Source) -> Iterator[Problem]:
    """Exactly one of the choices is given, and with it only what goes with it."""
    given = [name for name in choices if getattr(limit, name) is not None]
    if len(given) != 1:
        what = f"gives {' and '.join(given)}" if given else "does not say what is reached"
        yield source.problem(path, "P340", f"`{path[-1]}` {what}", f"give one of {', '.join(choices)}", key=True)
        return
    for field, owners in _GOES_WITH.items():
        if getattr(limit, field, None) in (None, []):
            continue
        if all(getattr(limit, owner, None) is None for owner in owners):
            yield source.problem(
                (*path, field), "P340", f"`{field}` only goes with {' or '.join(owners)}", "delete it", key=True
            )


def _counted(limit: Limit | Opening, path: Path, project: Project, source: Source) -> Iterator[Problem]:
    """Admissions and gross are counted in a territory that is there, admissions where tickets have a price."""
    what = next((name for name in ("admissions", "gross") if getattr(limit, name) is not None), None)
    if what and limit.territory is None:
        yield source.problem(path, "P340", f"`{what}` does not say where", "add `territory: ...`", key=True)
    if limit.territory is None:
        return
    territory = project.revenue.territories.get(limit.territory)
    if territory is None:
        yield unknown_territory((*path, "territory"), limit.territory, project, source)
    elif what == "admissions" and territory.ticket_price is None:
        yield no_ticket_price((*path, "admissions"), source)


def _received(rule: Rule, limit: Limit, path: Path, project: Project, source: Source) -> Iterator[Problem]:
    """A limit on what a party has received: of one that this step pays, by one measure."""
    party = str(limit.party)
    if (limit.total is None) == (limit.multiple is None):
        what = "neither total nor multiple" if limit.total is None else "total and multiple"
        yield source.problem(
            path, "P340", f"`{path[-1]}` gives {what} of '{party}'", "give `total: 50000` or `multiple: 120%`", key=True
        )
    sharing = rule.parts if rule.kind == "share" else rule.sharing
    shares = sharing if isinstance(sharing, dict) else dict.fromkeys(rule.payees, 1.0)
    if not shares.get(party):
        yield source.problem(
            (*path, "party"),
            "P342",
            f"step '{rule.id}' pays nothing to '{party}', so it cannot bring it to a limit",
            nearest(party, [p for p, share in shares.items() if share]) or "name a party that it pays",
        )
    elif limit.multiple is not None and party not in {*project.partners, *(entry.id for entry in project.finance)}:
        yield source.problem(
            (*path, "multiple"), "P342", f"'{party}' has invested nothing to multiply", "give `total`", key=True
        )


def _payer(rule: Rule, payer: str, known: list[str], path: Path, source: Source) -> Iterator[Problem]:
    if payer in rule.payees:
        yield source.problem(
            (*path, "paid_by"), "P343", f"'{payer}' would pay itself", "name another party in `pay` or `paid_by`"
        )
    elif payer not in known:
        yield source.problem((*path, "paid_by"), "P343", f"unknown party '{payer}'", nearest(payer, known))


def _named_steps(
    names: Iterable[str], party: str, steps: dict[str, Rule | None], path: Path, source: Source
) -> Iterator[Problem]:
    """Steps that one step names: they are there, once, and pay the party that is asked about."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        place, step = (*path, number), steps.get(name)
        if name not in steps:
            yield source.problem(place, "P341", f"there is no step '{name}'", nearest(name, steps))
        elif name in seen:
            yield source.problem(place, "P341", f"step '{name}' is named twice", "name it once")
        elif step and party not in step.payees:
            paying = [other for other, rule in steps.items() if rule and party in rule.payees]
            yield source.problem(
                place, "P341", f"step '{name}' pays nothing to '{party}'", nearest(name, paying) or "name one that does"
            )
        seen.add(name)
