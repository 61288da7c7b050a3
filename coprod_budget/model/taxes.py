"""VAT and tax withheld, line by line: which rate holds is decided before any arithmetic, what it costs is in the graph.

VAT is of the country of spend on the day the phase begins. Who gets it back does not pay it; who does not bears it, and nobody else.
Tax is withheld from a payee who is at home elsewhere than the payer: the partner who bears the line; of several, one of the country of
spend, else the delegate producer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coprod_budget.catalog import Source
from coprod_budget.graph import Origin
from coprod_budget.model.pay_laws import EMPLOYEE, PEOPLE, some
from coprod_budget.model.schedule import phase_days

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog.dated import Dated
    from coprod_budget.catalog.taxes import Withholding
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.priced_line import BudgetLine
    from coprod_budget.model.split import Rules
    from coprod_budget.model.stage import Stage

RIGHTS = ("story", "music")
"""Accounts whose payments abroad are royalties, unless a person is paid."""
TRAVEL = ("travel_living", "atl_travel")
SELLERS = ("none", "company", "sole_trader")
"""Who charges VAT where only the budget speaks of it; for others a line says so itself."""
NO_TAX = Origin("assumed", title="no tax on this line")


class LineTax(NamedTuple):
    """What is decided of one line: its rate of VAT (None: none), whether the price holds it, and what is withheld.

    ``abroad``: the payee is taxed as a non-resident; ``withheld`` is None where nobody knows the rate, or nothing is.
    """

    vat: float | None = None
    vat_origin: Origin = NO_TAX
    inside: bool = False
    inside_origin: Origin = NO_TAX
    withheld: float | None = None
    withheld_origin: Origin = NO_TAX
    abroad: bool = False
    net: bool = False


class Vat(NamedTuple):
    """VAT on every line, and the part that partners who do not get it back bear."""

    amount: Node
    cost: Node
    recovers: Node


def plan_taxes(stage: Stage, lines: list[BudgetLine], rules: Rules) -> list[LineTax]:
    """Decide which VAT and which tax withheld every line has; warn of what the data do not know."""
    days = phase_days(stage)
    gaps: dict[tuple[str, str, str], list[str]] = {}
    found = []
    for line, bearers in zip(lines, rules.bearers, strict=True):
        tax = _vat(stage, line, days[line.phase], gaps)
        found.append(_withholding(stage, line, _payer(stage, line, bearers), days[line.phase], tax, gaps))
    for (code, message, hint), ids in gaps.items():
        stage.warn(code, f"{message} ({some(ids)})", hint)
    return found


def _vat(stage: Stage, line: BudgetLine, day: date, gaps: dict[tuple[str, str, str], list[str]]) -> LineTax:
    budget = stage.project.budget
    mode = line.vat or (budget.vat if line.labour in SELLERS and not _allowance(line) else "none")
    if line.vat in ("excluded", "included") and line.labour == EMPLOYEE:
        stage.error(
            "M304",
            f"line {line.id}: pay of an employee carries no VAT",
            "leave `vat` out, or say who is paid",
            f"{line.path}.vat" if line.path else "",
        )
        return LineTax()
    if mode == "none" or not line.taxed_there:
        return LineTax()
    law = stage.catalog.vat(line.country, day)
    rule: Dated[Any] | None = law.standard if law is not None else None
    if law is not None and _lodging(line) and (lodging := law.film_rule("lodging")) and lodging.effect == "rate":
        rule = lodging.rule
    if rule is None or not isinstance(rule.value, float):
        text = f"VAT of {line.country} on {day} is not in the data: the price stands as it is"
        gaps.setdefault(("W307", text, "set `vat: none`, or add a taxes/vat.yaml with --data"), []).append(line.id)
        return LineTax()
    inside = stage.given(f"{line.path}.vat" if line.vat and line.path else "budget.vat")
    return LineTax(rule.value, _origin(stage, rule), mode == "included", inside)


def _lodging(line: BudgetLine) -> bool:
    return line.account in TRAVEL and (line.unit == "night" or line.item.startswith("hotel"))


def _allowance(line: BudgetLine) -> bool:
    """Money handed to people for meals and nights is no purchase."""
    return line.item.startswith("per_diem") or line.item == "overnight_flat_rate"


def _payer(stage: Stage, line: BudgetLine, bearers: tuple[str, ...]) -> str:
    """Return the country of the partner who pays."""
    partners = stage.project.partners
    countries = [partners[p].country for p in bearers if p in partners]
    if len(set(countries)) == 1:
        return countries[0]
    return line.country if line.country in countries else partners[stage.project.delegate].country


def _withholding(
    stage: Stage, line: BudgetLine, payer: str, day: date, tax: LineTax, gaps: dict[tuple[str, str, str], list[str]]
) -> LineTax:
    home, person = line.payee, line.labour in PEOPLE
    if not home or home == payer or (person and (home == line.country or not line.taxed_there)):
        return tax
    kinds: tuple[str, ...]
    if line.labour == "author":
        kinds = ("author_fees", "pay")
    elif person:
        kinds = ("pay",)
    elif line.account in RIGHTS:
        kinds = ("royalties",)
    elif line.labour == "company":
        kinds = ("services",)
    else:
        return tax
    net = line.pay == "net"
    found = _first(stage, payer, home, kinds, day)
    if person and line.country != payer:
        why = f"the work is done in {line.country}, and which country taxes it is not in the data"
    elif found is None:
        why = f"the law of {payer} is not in the data"
    elif not isinstance(found.rate, float):
        why = found.why
    elif found.base not in ("", "gross"):
        why = "the tax is on the gross less standard costs"
    else:
        return tax._replace(withheld=found.rate, withheld_origin=_source_of(stage, found), abroad=True, net=net)
    text = f"tax withheld in {payer} on {kinds[0].replace('_', ' ')} to {home} on {day} is not known: {why}"
    hint = "the pay stays as it is; write the gross pay" if net else "nothing is added; ask before you pay"
    gaps.setdefault(("W306", text, hint), []).append(line.id)
    return tax._replace(abroad=True, net=net)


def _first(stage: Stage, payer: str, home: str, kinds: tuple[str, ...], day: date) -> Withholding | None:
    """Return the first kind of income of which the payer's law speaks."""
    found = [stage.catalog.withholding(payer, home, kind, day) for kind in kinds]
    return next((f for f in found if f is not None and f.domestic is not None), found[-1])


def _source_of(stage: Stage, found: Withholding) -> Origin:
    """Return the origin of a rate: the treaty's where it is what limits, else the law's; and in words why."""
    treaty = found.treaty if found.suspended is None else None
    limits = treaty is not None and isinstance(treaty.value, tuple) and treaty.value[-1] == found.rate
    rule: Dated[Any] | None = treaty if limits else found.domestic
    assert rule is not None
    stop = f"{found.suspended.article or 'suspension'}" if found.suspended is not None else ""
    return _origin(stage, rule, "; ".join(t for t in (found.why, stop, *found.conditions) if t))


def _origin(stage: Stage, rule: Dated[Any], note: str = "") -> Origin:
    source = rule.source or Source(rule.article or "background knowledge")
    words = "; ".join(text for text in (rule.article if rule.source else "", rule.note, note) if text)
    return stage.from_source("assumed" if rule.confidence == "low" else rule.basis, source, words)


# --- in the graph -----------------------------------------------------------------------------------------------------


def without_vat(stage: Stage, taxes: list[LineTax], table: Table, amount: Node) -> tuple[Node, Node | None]:
    """Return the amount of every line without the VAT inside its price, and the rates of VAT (None: no line has any)."""
    graph = stage.graph
    if all(tax.vat is None for tax in taxes):
        return amount, None
    rate = graph.input_column(
        "lines.*.vat_rate",
        table,
        [tax.vat or 0.0 for tax in taxes],
        label="Rate of VAT",
        unit="share",
        origins=[tax.vat_origin for tax in taxes],
    )
    inside = graph.input_column(
        "lines.*.vat_inside",
        table,
        [float(tax.inside) for tax in taxes],
        label="VAT is inside the rate",
        unit="count",
        origins=[tax.inside_origin for tax in taxes],
    )
    return amount / (1 + rate * inside), rate


def before_withholding(stage: Stage, taxes: list[LineTax], table: Table, net: Node) -> Node:
    """Return what is earned: the amount of the line, and before the tax withheld where it is agreed net of it."""
    graph, unit = stage.graph, stage.project.currency
    if not any(tax.abroad for tax in taxes):
        return net
    rate = graph.input_column(
        "lines.*.withholding_rate",
        table,
        [tax.withheld or 0.0 for tax in taxes],
        label="Rate of tax withheld",
        unit="share",
        origins=[tax.withheld_origin for tax in taxes],
    )
    agreed_net = graph.input_column(
        "lines.*.agreed_net",
        table,
        [float(tax.net) for tax in taxes],
        label="Agreed net of tax withheld",
        unit="count",
        origins=[Origin("assumed", title="pay: net or gross, as the line says")],
    )
    words = {True: "withheld", False: "not known: nothing is withheld"}
    texts = [words[tax.withheld is not None] if tax.abroad else "no" for tax in taxes]
    graph.text_column("lines.*.withholding", table, texts, label="Tax withheld")
    earned = graph.ratio(net, 1 - rate * agreed_net).named("lines.*.earned", "Earned before tax withheld", unit)
    withheld = (earned * rate).named("lines.*.withheld", "Tax withheld from the payee", unit)
    graph.sum(withheld).named("taxes.withheld", "Tax to be withheld and paid by the production", unit)
    return earned


def add_vat(stage: Stage, rules: Rules, price: Node, rate: Node) -> Vat:
    """Return the VAT on a price, and what it costs the partners who do not get it back."""
    graph, project = stage.graph, stage.project
    ids = list(project.partners)
    recovers = graph.input_column(
        "partners.*.recovers_vat",
        rules.partners,
        [float(p.recovers_vat) for p in project.partners.values()],
        label="Gets VAT back",
        unit="count",
        origins=[stage.given(f"partners.{i}.recovers_vat") for i in ids],
    )
    amount = (price * rate).named("lines.*.vat", "VAT", project.currency)
    not_back = graph.add_up([rules.shares[i] * (1 - graph.pick(recovers, i)) for i in ids])
    not_back = not_back.named("rules.*.vat_borne", "Share of VAT that is not got back", "share")
    cost = (amount * graph.lookup(not_back, rules.line_rule)).named(
        "lines.*.vat_cost", "VAT not got back", project.currency
    )
    graph.sum(amount).named("taxes.vat", "VAT on the lines", project.currency)
    graph.sum(cost).named("taxes.vat_cost", "VAT that nobody gets back", project.currency)
    return Vat(amount, cost, recovers)
