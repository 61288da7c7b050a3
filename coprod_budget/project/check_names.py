"""Checks of names: what the program calls its own steps and columns by cannot be the name of something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

    Path = tuple[Key, ...]

STEPS: Final = ("sales_commission", "sales_expenses", "received_until", "recouped_until")
"""Steps that the program makes itself, and what it counts beside the steps."""
STEPS_BEGIN: Final = ("exclusive_", "made_good_")
"""How the steps begin that it makes for a territory or a party."""
PARTIES: Final = ("available", "counted", "due", "due_until", "open", "paid", "paid_until", "part", "short_until")
"""What a step is shown by beside its parties."""
PARTIES_BEGIN: Final = ("interest_", "invested_", "owed_", "paid_until_")
"""How the columns begin that a step has for each of its parties."""


def check_names(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of names of steps and parties that the program uses itself, each where the name is given."""
    for number, rule in enumerate(project.waterfall):
        if rule.id in STEPS or rule.id.startswith(STEPS_BEGIN):
            yield _kept(("waterfall", number, "id"), "step", rule.id, STEPS, STEPS_BEGIN, source)
    seen: set[str] = set()
    for path, party in _parties(project, source):
        if party not in seen and (party in PARTIES or party.startswith(PARTIES_BEGIN)):
            yield _kept(path, "party", party, PARTIES, PARTIES_BEGIN, source)
        seen.add(party)


def check_territory_names(project: Project, source: Source) -> Iterator[Problem]:
    """Territories that only capitals tell apart are one and the same in a workbook."""
    first: dict[str, str] = {}
    for name in project.revenue.territories:
        same = first.setdefault(name.casefold(), name)
        if same != name:
            yield source.problem(
                ("revenue", "territories", name),
                "P306",
                f"only capitals tell the territory '{name}' from '{same}'",
                "choose another name, or make them one",
                key=True,
            )


def _kept(
    path: Path, what: str, name: str, words: tuple[str, ...], beginnings: tuple[str, ...], source: Source
) -> Problem:
    """A name of the file's that the program uses itself."""
    begin = next((text for text in beginnings if name.startswith(text)), "")
    which = "this word" if name in words else f"names that begin with {begin}"
    message = f"'{name}' cannot be the id of a {what}: the program uses {which} itself"
    return source.problem(path, "P344", message, "choose another name", key=path[-1] == name)


def _parties(project: Project, source: Source) -> Iterator[tuple[Path, str]]:
    """Every party, and where the file names it; parties that are named twice come twice."""
    for partner in project.partners:
        yield ("partners", partner), partner
    for number, entry in enumerate(project.finance):
        yield ("finance", number, "id"), entry.id
    for name, territory in project.revenue.territories.items():
        if territory.distributor:
            yield ("revenue", "territories", name, "distributor"), territory.distributor
    agent = project.revenue.sales_agent
    if agent:
        yield ("revenue", "sales_agent", "id"), agent.id
    for number, rule in enumerate(project.waterfall):
        path: Path = ("waterfall", number, "pay")
        written = source.get(path)
        for position, party in enumerate(rule.payees):
            inside = party if isinstance(written, dict) else position
            yield (*path, inside) if isinstance(written, dict | list) else path, party
