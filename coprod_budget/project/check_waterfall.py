"""Checks of the waterfall: each step has what its kind needs and nothing else, and pays parties that can be paid so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.errors import nearest
from coprod_budget.project.check_limits import unknown_territory
from coprod_budget.project.waterfall import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.errors import Problem
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

TOLERANCE = 1e-9

# By kind: the fields it needs, and the fields it may have besides.
_NEEDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "percent_of_gross": (("rate",), ("of", "share", "until", "after")),
    "share": ((), ("rate", "of", "until", "after")),
    "fixed": (("amount",), ("currency", "later", "of", "share")),
    "until_repaid": ((), ("of", "share")),
    "until_recouped": ((), ("of", "share", "premium")),
    "until": (("amount",), ("currency", "later", "of", "share", "premium", "interest", "compounding")),
    "net_profit": ((), ("of", "share")),
    "bonus": (("paid_by",), ("rate", "amount", "currency", "share", "steps", "after")),
}
_FIELDS = tuple(name for name in Rule.model_fields if name not in {"pay", "kind", "id"})
_EXAMPLES: Final = {
    "rate": "`rate: 20%`",
    "amount": "`amount: 100000`, or `amount: premium` with kind until",
    "paid_by": "`paid_by: ru`: the party that pays it",
}


def check_rules(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the waterfall."""
    seen: set[str] = set()
    for index, rule in enumerate(project.waterfall):
        path: tuple[Key, ...] = ("waterfall", index)
        if rule.id in seen:
            yield source.problem((*path, "id"), "P306", f"the id '{rule.id}' is given twice", "choose another")
        seen.add(rule.id)
        yield from _fields(rule, path, source)
        yield from _parties(rule, path, project, source)
        yield from _sharing(rule, path, source)
        yield from _receipts(rule.of or [], (*path, "of"), project, source)


def _receipts(of: list[str], path: tuple[Key, ...], project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the territories and media whose money a step pays out: they are there, and nothing counts twice."""
    for number, written in enumerate(of):
        name, _, medium = written.partition(".")
        territory = project.revenue.territories.get(name)
        if territory is None:
            yield unknown_territory((*path, number), name, project, source)
        elif medium and medium not in {"cinema", *territory.media}:
            yield source.problem(
                (*path, number),
                "P335",
                f"'{name}' has no terms for '{medium}'",
                nearest(medium, ["cinema", *territory.media]),
            )
        if written in of[:number]:
            yield source.problem((*path, number), "P310", f"'{written}' is named twice", "name it once")
        elif medium and name in of:
            yield source.problem(
                (*path, number),
                "P310",
                f"'{written}' is part of '{name}'",
                f"'{name}' stands for all its media: keep one",
            )


def _fields(rule: Rule, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    needed, allowed = _NEEDS[rule.kind]
    for name in _FIELDS:
        given = getattr(rule, name) not in (None, [])
        if name in needed and not given:
            yield source.problem(
                path, "P310", f"step '{rule.id}' of kind {rule.kind} needs `{name}`", f"add {_EXAMPLES[name]}"
            )
        if given and name not in needed and name not in allowed:
            yield source.problem(
                (*path, name),
                "P310",
                f"`{name}` means nothing for kind {rule.kind}",
                f"delete it; the kind knows {', '.join((*needed, *allowed))}",
                key=True,
            )
    yield from _worked_out(rule, path, source)
    if rule.kind == "share":
        yield from _shares_of_all(rule, path, source)
    if rule.kind == "bonus":
        yield from _bonus(rule, path, source)


def _worked_out(rule: Rule, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    """The problems of a premium or interest as the amount."""
    word = {"premium": "a premium", "interest": "interest"}.get(str(rule.amount))
    if word and rule.kind != "until":
        if "amount" in sum(_NEEDS[rule.kind], ()):
            yield source.problem(
                (*path, "amount"), "P310", f"kind {rule.kind} cannot pay {word}", "give a number, or say `kind: until`"
            )
    elif word and rule.currency:
        yield source.problem((*path, "currency"), "P310", f"{word} has the currency of its investment", "delete it")
    elif word and rule.later:
        yield source.problem((*path, "later"), "P310", f"{word} is worked out", "delete `later`", key=True)
    if rule.kind != "until":
        return
    for name, amount in (("premium", "premium"), ("interest", "interest"), ("compounding", "interest")):
        if getattr(rule, name) is not None and rule.amount != amount:
            yield source.problem((*path, name), "P310", f"`{name}` only goes with `amount: {amount}`", "delete one")


def _shares_of_all(rule: Rule, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    """The problems of how a step of kind share says who takes what."""
    if isinstance(rule.pay, dict):
        if rule.rate is not None:
            yield source.problem((*path, "rate"), "P310", "`pay` gives the shares already", "delete `rate`", key=True)
    elif len(rule.pay) > 1:
        yield source.problem(
            (*path, "pay"),
            "P310",
            f"step '{rule.id}' does not say which share each party takes",
            f"write `pay: {{{', '.join(f'{party}: 5%' for party in rule.pay[:3])}}}`",
            key=True,
        )
    elif rule.rate is None:
        yield source.problem(path, "P310", f"step '{rule.id}' of kind share needs `rate`", f"add {_EXAMPLES['rate']}")


def _bonus(rule: Rule, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    """The problems of how much a bonus is."""
    if (rule.rate is None) == (rule.amount is None):
        what = "neither a rate nor an amount" if rule.rate is None else "a rate and an amount"
        yield source.problem(path, "P310", f"the bonus '{rule.id}' has {what}", "give `rate: 5%` or `amount: 10000`")
        return
    for name, other in (("currency", "amount"), ("steps", "rate")):
        if getattr(rule, name) and getattr(rule, other) is None:
            yield source.problem((*path, name), "P310", f"`{name}` only goes with `{other}`", "delete it", key=True)


def _parties(rule: Rule, path: tuple[Key, ...], project: Project, source: Source) -> Iterator[Problem]:
    sources = {entry.id: entry for entry in project.finance}
    investors = [*project.partners, *sources]
    for position, party in enumerate(rule.payees):
        written = source.get((*path, "pay"))
        here: tuple[Key, ...] = (*path, "pay")
        if isinstance(written, dict):
            here = (*here, party)
        elif isinstance(written, list):
            here = (*here, position)
        entry = sources.get(party)
        if rule.kind == "until_repaid" and not (entry and entry.kind == "loan"):
            yield source.problem(
                here,
                "P307",
                f"'{party}' is no loan, so until_repaid means nothing to it",
                nearest(party, [e.id for e in project.finance if e.kind == "loan"]) or "say `kind: until_recouped`",
                key=True,
            )
        if rule.kind in {"until_recouped", "until"} and party not in investors:
            yield source.problem(
                here,
                "P307",
                f"'{party}' has invested nothing, so {rule.kind} has no end",
                nearest(party, investors)
                if rule.kind == "until_recouped"
                else "name a partner or a source of finance, or use kind fixed",
                key=True,
            )
        if entry and not entry.is_recouped:
            what = {"in_kind": "paid in kind", "own": "the partner's own money"}.get(entry.kind, f"a {entry.kind}")
            yield source.problem(
                here,
                "P307",
                f"'{party}' is {what}, which is not paid back",
                "pay its partner, or say `kind: equity`"
                if entry.kind in {"own", "grant"}
                else "pay its partner, or say `recoups: true`",
                key=True,
            )
        elif rule.amount == "premium" and rule.premium is None and not (entry and entry.premium):
            yield source.problem(
                here, "P314", f"'{party}' has no premium", "give `premium: 20%` in finance or in this step", key=True
            )
        elif rule.needs_interest and not (entry and entry.interest):
            yield source.problem(
                here,
                "P314",
                f"'{party}' bears no interest",
                "give `interest: 8%` in this step, or to the loan",
                key=True,
            )


def _sharing(rule: Rule, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    shares, at = rule.share, (*path, "share")
    if isinstance(rule.pay, dict):
        if shares is not None:
            yield source.problem(at, "P310", "`pay` gives the shares already", "delete `share`", key=True)
        shares, at = rule.pay, (*path, "pay")
    if isinstance(shares, dict):
        total = sum(shares.values())
        if rule.kind == "share":
            if total > 1 + TOLERANCE:
                yield source.problem(
                    at, "P302", f"the shares sum to {total * 100:.10g}%", "they may sum to at most 100%", key=True
                )
        elif abs(total - 1) > TOLERANCE:
            yield source.problem(
                at, "P302", f"the shares sum to {total * 100:.10g}%", "they must sum to 100%", key=True
            )
        if set(shares) != set(rule.payees):
            yield source.problem(
                at, "P310", "`share` and `pay` name different parties", "name the same in both", key=True
            )
    if rule.by_due and shares is not None and shares != "pari_passu":
        yield source.problem(
            at,
            "P310",
            f"step '{rule.id}' pays each party in proportion to what it is due",
            "say `share: pari_passu`, or make it several steps",
        )
    if shares == "pari_passu" and not rule.by_due:
        yield source.problem(
            at,
            "P307",
            f"step '{rule.id}' has no investments to share pari passu by",
            "use `share: equal`, or give shares",
        )
