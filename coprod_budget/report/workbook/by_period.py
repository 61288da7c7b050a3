"""Sheets Revenue, Waterfall and Returns by period: a row a scenario and period, groups of columns, the same rows on all three.

They stand apart from the sums by scenario because their heads are others: what is frozen above a column must be its own. To the
right of them stands what is the same in every scenario (a row a period), and what is said of scenarios and territories alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.model.outlets import CINEMA, MEDIA
from coprod_budget.report.workbook.law import line_above
from coprod_budget.report.workbook.styles import FLOW, is_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod_budget.graph import Node, Table
    from coprod_budget.model import Model
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.revenue import OutletFlow
    from coprod_budget.report.workbook.layout import Page

KEYS: Final = 2
"""Columns that say which row it is: scenario and period."""
WIDTH, WIDE, KEY_WIDTH = 14.5, 22.0, 13.0
"""Widths of columns that are printed, that are not, and of row keys."""
RANGES: Final = ("lookup", "sum", "sum_by", "dot", "lowest", "last", "npv", "irr")
"""Operations that look at a whole column, so that it has to stand somewhere."""
CHECKS: Final = ("flow.*.rest", "flow.*.astray")
_OF_WATERFALL = re.compile(
    r"flow\.\*\.(waterfall\.|notional\.[^.]+\.waterfall\.|party\.[^.]+\.received$|undistributed$|rest$|astray$)"
)
_OF_RETURNS = re.compile(r"flow\.\*\.(party\.[^.]+\.|number$|until_end$|weight$)")
_PERIOD_OF_REVENUE = re.compile(r"periods\.\*\.(?!until_end$)")


class Group(NamedTuple):
    """Columns under one band; ``label`` is what the band says already and the heads leave out."""

    title: str
    nodes: list[Node]
    label: str = ""
    heads: tuple[str, ...] = ()
    """Heads of the columns, where their labels would say too much."""


# --- the three sheets -----------------------------------------------------------------------------------------------------


def revenue(page: Page) -> None:
    """Say where the receipts of every outlet stand, period by period, and what its distributor keeps."""
    model, graph = page.model, page.model.graph
    flows = _title(
        page,
        "Revenue by period",
        "From gross to the producers' receipts, medium by medium. A claim that is not recouped waits for the next period.",
    )
    if flows is None:
        return
    rest = _Rest(
        n for n in _columns(model, flows.table) if not (_OF_WATERFALL.match(n.key) or _OF_RETURNS.match(n.key))
    )
    unit = model.project.currency
    outlets = model.revenue.outlets.values()
    in_all = {
        key: t.name
        for i, t in model.revenue.territories.items()
        if (key := f"flow.*.revenue.{i}.receipts_in_all") in graph
    }
    groups = [
        Group(
            f"Producers' receipts, {unit}",
            rest.take(o.receipts for o in outlets),
            heads=tuple(_outlet(model, o) for o in outlets),
        ),
        Group(f"From all media, {unit}", rest.named(in_all), heads=tuple(in_all.values())),
    ]
    for territory, terms in model.revenue.territories.items():
        for outlet in (o for o in outlets if o.territory == territory):
            name = _outlet(model, outlet)
            groups.append(Group(f"{name}, {terms.currency}", rest.under(f"flow.*.revenue.{outlet.key}."), name))
        account = rest.under(f"flow.*.revenue.{territory}.")
        groups.append(Group(f"{terms.name}: running claims, {terms.currency}", account, terms.name))
    shared = {t.given.collateral: None for t in model.revenue.territories.values() if t.given.collateral}
    groups += [Group(f"Together: {word}, {unit}", rest.under(f"flow.*.collateral.{word}.")) for word in shared]
    for i, distributor in model.revenue.distributors.items():
        groups.append(Group(f"{distributor.name}, {unit}", rest.under(f"flow.*.distributor.{i}."), distributor.name))
    for party in model.revenue.accepted:
        title = f"As {model.waterfall.names[party]} accepts the fees: nobody is paid by it"
        groups.append(Group(title, rest.under(f"flow.*.notional.{party}.")))
    groups.append(Group("Other workings", rest.all()))
    at = _flows(page, flows, groups, printed=1)
    periods = [
        n for n in _columns(model, flows.periods.table) if _PERIOD_OF_REVENUE.match(n.key) and not _is_placed(page, n)
    ]
    at = _beside(page, at, flows.periods.table, "Calendar, and what is the same in every scenario", "Period", periods)
    _beside(page, at, flows.runs, "Scenarios, and territories alone", "Scenario", _columns(model, flows.runs))


def waterfall(page: Page) -> None:
    """Say where every payment of every period stands, and the claims that run from period to period."""
    model = page.model
    found = model.waterfall
    flows = _title(
        page,
        "Waterfall by period",
        "Each position takes what it is owed from what reaches it in the period; the rest of the claim waits for the next one.",
    )
    if flows is None:
        return
    unit = model.project.currency
    rest = _Rest([n for n in _columns(model, flows.table) if _OF_WATERFALL.match(n.key)])
    received = rest.take(found.received_in.values())
    left = rest.named(["flow.*.undistributed"])
    heads = (*(found.names[p] for p in found.received_in), "Left over")
    groups = [Group(f"Received, {unit}", [*received, *left], heads=heads)]
    checks = rest.named(CHECKS)
    groups.append(
        Group(
            f"Checks: nothing is lost, {unit}",
            checks,
            heads=("In the waterfall", "On the way to the parties")[: len(checks)],
        )
    )
    names = [p.id for p in found.positions]
    names += [t.id for t in found.transfers if t.id not in names]
    for number, name in enumerate(names, 1):
        title = f"{number}. {name}, {unit}" if number <= len(found.positions) else f"{name}, {unit}"
        groups.append(Group(title, rest.under(f"flow.*.waterfall.{name}."), name))
    groups.append(Group("Claims over several positions", rest.under("flow.*.waterfall.")))
    for party in model.revenue.accepted:
        title = f"As {found.names[party]} accepts the fees: nobody is paid by it"
        groups.append(Group(title, rest.under(f"flow.*.notional.{party}.")))
    unnamed = nameless(model)
    groups.append(Group("Other workings", [*rest.all(), *(n for n in unnamed if n.table is flows.table)]))
    at = _flows(page, flows, groups, printed=1)
    of_periods = [n for n in unnamed if n.table is flows.periods.table]
    if of_periods:
        _beside(page, at, flows.periods.table, "Terms that change over time", "Period", of_periods)


def returns(page: Page) -> None:
    """Say where the flow of every party stands: what it gets less what it puts in, in each period and until then."""
    model = page.model
    flows = _title(
        page,
        "Returns by period",
        "Received less invested, by party: in the period and until its end. The rates of return on Returns are those of these columns.",
    )
    if flows is None:
        return
    unit, parties = model.project.currency, model.waterfall.names
    rest = _Rest(n for n in _columns(model, flows.table) if not _is_placed(page, n))

    def by_party(rest: _Rest, title: str, start: str, name: str) -> Group:
        keys = {f"{start}.*.party.{p}.{name}": words for p, words in parties.items()}
        nodes = rest.named(keys)
        return Group(f"{title}, {unit}", nodes, heads=tuple(keys[n.key] for n in nodes))

    groups = [
        by_party(rest, "Received less invested", "flow", "net"),
        by_party(rest, "Until then", "flow", "until"),
        Group("Time and weight", rest.named(("flow.*.number", "flow.*.until_end", "flow.*.weight"))),
        *(Group(name, rest.under(f"flow.*.party.{p}."), name) for p, name in parties.items()),
        Group("Other workings", rest.all()),
    ]
    at = _flows(page, flows, groups, printed=2)
    table = flows.periods.table
    rest = _Rest(n for n in _columns(model, table) if not _is_placed(page, n))
    expected = [
        by_party(rest, "Expected: received less invested", "period", "net"),
        by_party(rest, "Expected, until then", "period", "until"),
        Group("What is put in, and workings", rest.all()),
    ]
    _table(page, at, table, "Period", expected)


# --- which columns there are ----------------------------------------------------------------------------------------------


class _Rest:
    """Columns that wait for their group; each is taken once."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.key: node for node in nodes}

    def take(self, nodes: Iterable[Node]) -> list[Node]:
        """Take these, in this order."""
        return [self._nodes.pop(node.key) for node in nodes if node.key in self._nodes]

    def named(self, keys: Iterable[str]) -> list[Node]:
        """Take those with these keys."""
        return [self._nodes.pop(key) for key in keys if key in self._nodes]

    def under(self, prefix: str) -> list[Node]:
        """Take all whose key begins so."""
        return self.named([key for key in self._nodes if key.startswith(prefix)])

    def all(self) -> list[Node]:
        """Take what is left."""
        return self.named(list(self._nodes))


def nameless(model: Model) -> list[Node]:
    """Return the columns without a name that formulas look at as a whole: they need cells too."""
    flows = model.revenue.flows
    if flows is None:
        return []
    found = {
        column.id: column
        for node in model.graph.nodes
        if node.op in RANGES
        for column in node.args
        if not column.key and column.table is not None and column.table in {flows.table, flows.periods.table}
    }
    return [found[i] for i in sorted(found)]


def _columns(model: Model, table: Table) -> list[Node]:
    return [n for n in model.graph.named() if n.table is table and n.op != "text"]


def _is_placed(page: Page, node: Node) -> bool:
    return page.places.of(node) is not None


def _outlet(model: Model, outlet: OutletFlow) -> str:
    """Return what an outlet is called: its territory, and the medium where it is not the cinemas."""
    name = model.revenue.territories[outlet.territory].name
    return name if outlet.medium == CINEMA else f"{name}, {MEDIA[outlet.medium]}"


def _label(model: Model, node: Node, group: str) -> str:
    """Return the head of a column; one without a name says what it is for."""
    text = node.label if node.key else f"For: {_first_user(model, node).label}"
    text = text.removeprefix(f"{group}: ")
    return f"{text[:1].upper()}{text[1:]}"


def _first_user(model: Model, node: Node) -> Node:
    """Return the first quantity with a name that is made of a column."""
    made_of = {node.id}
    for later in model.graph.nodes[node.id + 1 :]:
        if any(part.id in made_of for part in later.args):
            if later.key:
                return later
            made_of.add(later.id)
    return node


# --- tables ---------------------------------------------------------------------------------------------------------------


def _title(page: Page, title: str, about: str) -> Flows | None:
    """Open a sheet; every one of the three has as many rows above its heads."""
    flows = page.model.revenue.flows
    page.large_paper = True
    page.title(
        title,
        about,
        "The same row is the same scenario and period on all three sheets. `alone_RU` is a run with one territory alone, for break-evens.",
    )
    page.repeated, page.frozen = (page.row, page.row + 1), (page.row + 2, KEYS)
    for column in range(KEYS):
        page.width(column, KEY_WIDTH)
    if flows is None:
        page.note("The project has no box-office scenarios and no territory of a partner: there is nothing to follow.")
    return flows


def _flows(page: Page, flows: Flows, groups: Sequence[Group], *, printed: int) -> int:
    """Write the table of scenarios by period; the first groups are printed. Return the next free column."""
    runs, periods, count = flows.run, flows.period, flows.table.run
    groups = [group for group in groups if group.nodes]
    first = page.row + 2
    if _is_placed(page, runs):
        page.link(runs, first, 0, kind="key")
        page.link(periods, first, 1, kind="key")
    else:
        page.put(runs, first, 0, kind="key")
        page.put(periods, first, 1, kind="key")
    page.printed_columns = page.columns = KEYS + sum(len(group.nodes) for group in groups[:printed])
    at = _grouped(page, KEYS, flows.table, ["Scenario", "Period"], groups)
    page.row = first + len(flows.table)
    for start in range(first + count, page.row, count):
        line_above(page, start, at)
    return at + 1


def _beside(page: Page, at: int, table: Table, title: str, head: str, nodes: Sequence[Node]) -> int:
    return _table(page, at, table, head, [Group(title, list(nodes))])


def _table(page: Page, at: int, table: Table, head: str, groups: Sequence[Group]) -> int:
    """Write another table to the right, with its own row keys; return the next free column."""
    groups = [group for group in groups if group.nodes]
    if not groups:
        return at
    row, top = page.row, page.frozen[0]
    page.row = top - 2
    page.keys(table, top, at)
    page.width(at, KEY_WIDTH)
    end = _grouped(page, at + 1, table, [head], groups)
    page.row = row
    return end + 1


def _grouped(page: Page, at: int, table: Table, heads: Sequence[str], groups: Sequence[Group]) -> int:
    """Write bands, heads and columns from column ``at`` on; the heads of the row keys stand before it."""
    band, first = page.frozen[0] - 2, page.frozen[0]
    for offset, text in enumerate(heads):
        page.words(band + 1, at - len(heads) + offset, text, "head")
    for group in groups:
        page.words(band, at, group.title, "band")
        width = max(WIDTH if at < page.printed_columns else WIDE, 1.05 * len(group.title) / len(group.nodes))
        for number, node in enumerate(group.nodes):
            head = group.heads[number] if group.heads else _label(page.model, node, group.label)
            page.words(band + 1, at, head, "head_right")
            page.put(node, first, at, numbers=[FLOW] * len(table) if is_money(node.unit) else ())
            page.width(at, width)
            at += 1
    return at
