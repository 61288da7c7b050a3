"""Checks of the finance plan: each source has what its kind needs and nothing that means nothing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.errors import nearest
from coprod_budget.project.check_limits import unknown_territory
from coprod_budget.project.finance import NO_CASH, REPAYING, WITH_PREMIUM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.errors import Problem
    from coprod_budget.project.finance import Finance
    from coprod_budget.project.schema import Project
    from coprod_budget.project.source import Source
    from coprod_budget.yaml_reader import Key

TOLERANCE: Final = 1e-9
CENT: Final = 0.005
RECOUPED_THERE: Final = ("presale", "guarantee")
"""Kinds that a distributor may recoup from the producers' net of its territory."""
OF_LOANS: Final = ("security", "interest", "fee", "costs", "months", "repaid_on", "repaid_from")


def check_finance(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of the sources of finance, one by one and between them."""
    filling: dict[str, str] = {}
    for index, entry in enumerate(project.finance):
        path: tuple[Key, ...] = ("finance", index)
        yield from _amount(entry, path, source)
        yield from _terms(entry, path, source)
        yield from _instalments(entry, path, source)
        yield from _repaid_from(entry, path, project, source)
        if entry.kind == "loan" and entry.amount == "gap":
            if entry.partner in filling:
                yield source.problem(
                    (*path, "amount"),
                    "P322",
                    f"'{entry.id}' is a second loan that fills the gap of '{entry.partner}'",
                    f"'{filling[entry.partner]}' does so already: give one of them an amount",
                )
            filling.setdefault(entry.partner, entry.id)


def check_recouping_territories(project: Project, source: Source) -> Iterator[Problem]:
    """The problems of sources that a distributor recoups from what a territory yields."""
    known = project.revenue.territories
    for index, entry in enumerate(project.finance):
        if entry.territory is None:
            continue
        path: tuple[Key, ...] = ("finance", index, "territory")
        if entry.kind not in RECOUPED_THERE:
            yield source.problem(
                path,
                "P324",
                f"`territory` means nothing for kind {entry.kind}",
                "only presales and guarantees have it",
                key=True,
            )
        elif entry.territory not in known:
            yield unknown_territory(path, entry.territory, project, source)
        elif entry.kind == "guarantee" and known[entry.territory].minimum_guarantee:
            yield source.problem(
                path,
                "P324",
                f"'{entry.territory}' has a `minimum_guarantee` already",
                "delete the one there or this one: here it pays for the film, there it tops up the receipts",
            )
        if entry.kind in RECOUPED_THERE and entry.recoups:
            yield source.problem(
                ("finance", index, "recoups"),
                "P324",
                f"the distributor of '{entry.territory}' recoups '{entry.id}' there; receipts cannot pay it back as well",
                "delete `recoups`, or `territory`",
                key=True,
            )


def _amount(entry: Finance, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    for word, kind in (("gap", "loan"), ("expected", "rebate")):
        if entry.amount == word and entry.kind != kind:
            yield source.problem(
                (*path, "amount"),
                "P322",
                f"only a {kind} can have the amount '{word}'",
                "give a number",
            )
    if entry.amount == "expected" and entry.kind == "rebate" and not entry.programme:
        yield source.problem(
            (*path, "amount"),
            "P322",
            f"'{entry.id}' does not say which programme pays what is expected",
            "add `programme: ...`, one of `incentives`",
        )
    if isinstance(entry.amount, float | int) and not entry.currency:
        yield source.problem(
            path, "P323", f"'{entry.id}' has an amount without a currency", "add, for example, `currency: EUR`"
        )


def _terms(entry: Finance, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    if entry.premium and entry.kind not in WITH_PREMIUM:
        what, instead = {
            "grant": ("a grant is not recouped and earns no premium", "delete the premium, or say `kind: equity`"),
            "loan": ("a loan earns interest, not a premium", "say `interest: 10%`"),
        }.get(entry.kind, (f"kind {entry.kind} earns no premium", "delete the premium, or say `kind: equity`"))
        yield source.problem((*path, "premium"), "P314", what, instead)
    for name in OF_LOANS:
        if name in entry.model_fields_set and entry.kind != "loan":
            yield source.problem(
                (*path, name), "P324", f"`{name}` means nothing for kind {entry.kind}", "only loans have it", key=True
            )
    if entry.spend_share is not None and entry.spend_in is None:
        yield source.problem(
            (*path, "spend_share"),
            "P324",
            "`spend_share` does not say where",
            "add `spend_in: RS`, or a city",
            key=True,
        )
    if entry.kind == "own" and entry.recoups is not None:
        yield source.problem(
            (*path, "recoups"),
            "P324",
            "own money is recouped by its partner",
            "delete `recoups`: name the partner in the waterfall",
            key=True,
        )
    if entry.kind == "loan" and entry.recoups is False:
        yield source.problem((*path, "recoups"), "P324", "a loan is always paid back", "say `kind: grant`", key=True)


def _instalments(entry: Finance, path: tuple[Key, ...], source: Source) -> Iterator[Problem]:
    if entry.instalments and entry.kind in NO_CASH:
        yield source.problem(
            (*path, "instalments"),
            "P325",
            f"kind {entry.kind} brings no money, so it has no instalments",
            "delete them",
            key=True,
        )
        return
    for number, part in enumerate(entry.instalments):
        if (part.share is None) == (part.amount is None):
            what = "neither a share nor an amount" if part.share is None else "a share and an amount"
            yield source.problem(
                (*path, "instalments", number), "P325", f"the instalment has {what}", "give `share: 20%`, or `amount`"
            )
            return
    shares = [part.share for part in entry.instalments if part.share is not None]
    amounts = [part.amount for part in entry.instalments if part.amount is not None]
    place = (*path, "instalments")
    if shares and amounts:
        yield source.problem(
            place, "P325", "some instalments are shares and some amounts", "write all of them in one way", key=True
        )
    elif shares and abs(sum(shares) - 1) > TOLERANCE:
        yield source.problem(
            place, "P302", f"the instalments sum to {sum(shares) * 100:.10g}%", "they must sum to 100%", key=True
        )
    elif amounts and not isinstance(entry.amount, float | int):
        yield source.problem(
            place, "P325", f"the amount of '{entry.id}' is worked out", "write its instalments as shares", key=True
        )
    elif amounts and isinstance(entry.amount, float | int) and abs(sum(amounts) - entry.amount) > CENT:
        yield source.problem(
            place,
            "P325",
            f"the instalments sum to {sum(amounts):.10g}, not to the amount of '{entry.id}'",
            f"they must sum to {entry.amount:.10g}",
            key=True,
        )


def _repaid_from(entry: Finance, path: tuple[Key, ...], project: Project, source: Source) -> Iterator[Problem]:
    sources = {other.id: other for other in project.finance}
    able = [o.id for o in project.finance if o.kind in REPAYING and o.partner == entry.partner]
    for number, name in enumerate(entry.repaid_from):
        place = (*path, "repaid_from", number)
        other = sources.get(name)
        if other is None:
            yield source.problem(place, "P326", f"there is no source of finance '{name}'", nearest(name, able))
        elif other.kind not in REPAYING:
            yield source.problem(
                place, "P326", f"'{name}' is of kind {other.kind}, which repays no loan", f"name {', '.join(REPAYING)}"
            )
        elif other.partner != entry.partner:
            yield source.problem(
                place,
                "P326",
                f"'{name}' is money of '{other.partner}', not of '{entry.partner}'",
                "a loan is repaid from what its own partner brings",
            )
        elif name in entry.repaid_from[:number]:
            yield source.problem(place, "P326", f"'{name}' is named twice", "name it once")
