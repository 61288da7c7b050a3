"""Points for elements that come from the parties: what the film has, what is open, and whether it is enough.

A person counts who is national or resident of any party to the text on the day, be it a co-producer or not. Several holders of one
post earn its points if all of them are from the parties.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.catalog.treaties import PointsItem
from coprod_budget.errors import MissingDataError
from coprod_budget.graph import Origin
from coprod_budget.model.eligibility.places import PLACES, Places, build_places
from coprod_budget.model.eligibility.posts import (
    ELEMENTS,
    all_of,
    any_of,
    ask_for,
    by_hand,
    is_from,
    is_nobody,
    join,
    missing_words,
    origin_of,
    shown,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.catalog.treaties import Criterion, RuleValue, TreatyView
    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding, Verdict

_DECLARED = Origin("assumed", title="not said in the project file")
_WAIVER = "the authorities may accept fewer points: a warning, not a refusal"


class Zone(NamedTuple):
    """The countries whose people and places count, and those of which it is not known whether they do."""

    certain: tuple[str, ...]
    doubtful: tuple[str, ...]


class Row(NamedTuple):
    """One item: whether it is from the parties (None: not known), whether the film has it at all, and what to ask for."""

    item: str
    points: int
    held: bool | None
    applies: bool
    origin: Origin
    posts: tuple[str, ...] = ()
    declare: str = ""
    lost: str = ""
    by_residence: str = ""


class Grid(NamedTuple):
    """A points table put to the film: points earned, points that are open, points that the film can have at all."""

    rows: tuple[Row, ...]
    earned: Node
    open: Node
    applicable: Node

    @property
    def surely(self) -> int:
        """Points that people earn, whatever becomes of the places."""
        return sum(row.points for row in self.rows if row.applies and row.held)

    def why(self) -> str:
        """Return what is missing, and what is not from the parties."""
        open_rows = [row for row in self.rows if row.applies and row.held is None]
        posts = [post for row in open_rows for post in row.posts]
        declared = [words(row.item) for row in open_rows if row.declare]
        doubtful = [words(row.item) for row in open_rows if not row.posts and not row.declare]
        points = sum(row.points for row in open_rows)
        lost = [row.lost for row in self.rows if row.lost]
        residents = [row.by_residence for row in self.rows if row.by_residence]
        return join(
            f"{points} points are open" if points else "",
            missing_words(posts),
            f"not said: {', '.join(declared)}" if declared else "",
            f"whether the country is a party is not known: {', '.join(doubtful)}" if doubtful else "",
            f"not from the parties: {', '.join(lost)}" if lost else "",
            f"counted by residence: {', '.join(residents)}" if residents else "",
        )

    def add(self) -> str:
        """Return what to write into the file."""
        open_rows = [row for row in self.rows if row.applies and row.held is None]
        declared = [f"{row.declare}: true or false" for row in open_rows if row.declare]
        return join(ask_for(post for row in open_rows for post in row.posts), *declared)


def points_table(case: Case) -> Iterator[Finding]:
    """Test nothing: the thresholds read the table."""
    del case
    return iter(())


def points_waiver(case: Case) -> Iterator[Finding]:
    """Test nothing: the thresholds ask whether there is a waiver."""
    del case
    return iter(())


def points_threshold(case: Case) -> Iterator[Finding]:
    """Compare the points with those needed."""
    certain = {*case.view.parties, *case.parties}  # the file may say of a treaty that it is in force
    zone = Zone(tuple(sorted(certain)), tuple(sorted({*case.view.possible_parties} - certain)))
    unmet: Verdict = "warn" if _is_waived(case) else case.unmet
    yield _tested(case, case.view, case.criterion, case.rule, zone, unmet)


def points_share(case: Case) -> Iterator[Finding]:
    """Compare the points with a part of those that the film can have; what it does not have leaves the total."""
    yield from points_threshold(case)


def points_of(case: Case) -> Iterator[Finding]:
    """Use the points tables of another text; the members of this instrument count as well as the parties of that text."""
    if not case.is_known:
        yield case.unknown(case.rule.note or "which points are used was not found")
        return
    name = str(case.rule.value)
    try:
        other = case.facts.stage.catalog.treaty(name).as_of(case.view.day)
    except MissingDataError:
        yield case.unknown(f"the text {name} is not in the data", f"a file treaties/{name}.yaml in a --data folder")
        return
    zone = _zone_of_both(case, other)
    work = case.facts.stage.project.kind
    rules = [*other.rules("points_threshold"), *other.rules("points_share")]
    fitting = [(c, r) for c, r in rules if not c.applies_to.works or work in c.applies_to.works]
    if not fitting:
        yield case.unknown(f"{name} has no points table for this kind of work ({work}) on {case.view.day}")
        return
    for criterion, rule in fitting:
        about = criterion.id if len(fitting) > 1 else ""
        yield _tested(case, other, criterion, rule, zone, case.unmet, about)


def _zone_of_both(case: Case, other: TreatyView) -> Zone:
    """Members of the fund and parties of the text; whether people of associate members count is not known."""
    treaty, day = case.view.treaty, case.view.day
    associates = {p.country for p in treaty.parties if p.associate and p.span.on(day) is not False}
    certain = {*other.parties, *(c for c in case.view.parties if c not in associates)}
    doubtful = {*other.possible_parties, *case.view.possible_parties, *associates} - certain
    return Zone(tuple(sorted(certain)), tuple(sorted(doubtful)))


def _is_waived(case: Case) -> bool:
    """Say whether the text lets the authorities accept fewer points for this kind of work."""
    work = case.facts.stage.project.kind
    waivers = case.view.rules("points_waiver")
    return any(r.value is True and (not c.applies_to.works or work in c.applies_to.works) for c, r in waivers)


def _tested(
    case: Case,
    view: TreatyView,
    criterion: Criterion,
    rule: RuleValue,
    zone: Zone,
    unmet: Verdict,
    about: str = "",
) -> Finding:
    graph, bench = case.graph, case.bench
    if rule.value is UNKNOWN:
        return case.unknown(rule.note or "how many points are needed was not found", about=about)
    is_share = criterion.kind == "points_share"
    unit = "share" if is_share else "points"
    required = replace(case, view=view, criterion=criterion, rule=rule).threshold()
    comparison = rule.comparison or criterion.comparison
    shared: dict[str, object] = {"required": required, "unit": unit, "comparison": comparison, "about": about}
    if criterion is not case.criterion:
        shared |= {"article": f"{case.rule.article}; {rule.article} of {view.treaty.id}".strip("; ")}
    given = by_hand(case, "Points, as the project file says", unit) if not about else None
    if given is not None:
        met = bench.compare(given, comparison, required)
        why = "the points are those of the project file" + (f"; {_WAIVER}" if unmet == "warn" else "")
        return case.finding(bench.judge(met, unmet), actual=given, why=why, **shared)
    table = view.rule(criterion.table) if criterion.table else None
    items = table.value if table is not None else UNKNOWN
    if not isinstance(items, tuple) or not all(isinstance(i, PointsItem) for i in items):
        return case.finding(bench.fixed("unknown"), why="the points table was not found", **shared)
    grid = _grid(case, criterion.table, items, table, zone)  # type: ignore[arg-type]
    best = grid.earned + grid.open
    worst_case, best_case = (
        (graph.ratio(grid.earned, grid.applicable), graph.ratio(best, grid.applicable))
        if is_share
        else (grid.earned, best)
    )
    verdict = graph.choose(
        bench.compare(worst_case, comparison, required),
        bench.fixed("pass"),
        graph.choose(bench.compare(best_case, comparison, required), bench.fixed("unknown"), bench.fixed(unmet)),
    )
    assert isinstance(rule.value, int | float)
    possible = max(sum(item.points for item in items if isinstance(item, PointsItem)), 1)
    surely = grid.surely / possible if is_share else grid.surely
    settled = surely >= rule.value
    waiver = _WAIVER if unmet == "warn" and not settled else ""
    why, add = join(grid.why(), waiver), "" if settled else grid.add()
    return case.finding(verdict, actual=worst_case, why=why, add=add, **shared)


def _grid(case: Case, table: str, items: Sequence[PointsItem], rule: RuleValue, zone: Zone) -> Grid:
    """Put a points table into the graph: people and what is declared as ones and noughts to be changed, places worked out."""
    graph = case.graph
    unique = {item.item: item for item in items}
    rows = tuple(_row(case, item, zone) for item in unique.values() if item.item not in PLACES)
    located = tuple(item for item in unique.values() if item.item in PLACES)
    short = "" if table == "points" else f"{table}."
    parts: list[tuple[Node, Node, Node]] = []
    if rows:
        parts.append(_people(case, table, short, rows, rule))
    if located:
        places: Places = build_places(case, table, short, located, rule, zone.certain, zone.doubtful)
        parts.append((places.earned, places.open, places.applicable))
    earned, open_points, applicable = (graph.add_up([graph.sum(part[n]) for part in parts]) for n in range(3))
    return Grid(rows, earned, open_points, applicable)


def _people(case: Case, table: str, short: str, rows: Sequence[Row], rule: RuleValue) -> tuple[Node, Node, Node]:
    graph = case.graph
    key = f"points.{case.instrument}.{short}*"
    if f"{key}.earned" in graph:
        return graph[f"{key}.earned"], graph[f"{key}.open"], graph[f"{key}.applicable"]
    where = graph.table(
        f"points_{case.instrument}_{table}", [row.item for row in rows], f"points, {case.instrument}: people"
    )
    source = case.facts.stage.from_source("published", rule.source, f"article {rule.article}" if rule.article else "")
    origins = [row.origin for row in rows]
    points = graph.input_column(
        f"{key}.points", where, [row.points for row in rows], label="Points", unit="points", origins=[source]
    )
    held, known, has = (
        graph.input_column(f"{key}.{name}", where, values, label=label, unit="count", origins=origins)
        for name, values, label in (
            ("held", [row.held is True for row in rows], "From the parties (1) or not (0)"),
            ("known", [row.held is not None or not row.applies for row in rows], "Known (1) or not said (0)"),
            ("has", [row.applies for row in rows], "The film has it (1) or not (0)"),
        )
    )
    applicable = (points * has).named(f"{key}.applicable", "Points that apply", "points")
    earned = (applicable * held * known).named(f"{key}.earned", "Points earned", "points")
    open_points = (applicable * (1 - known)).named(f"{key}.open", "Points that are open", "points")
    return earned, open_points, applicable


def _row(case: Case, item: PointsItem, zone: Zone) -> Row:
    """Look an item up among the people, the place of post-production, or what the file declares."""
    if item.item == "post_production_location":
        return _post_production(case, item, zone)
    element = ELEMENTS.get(item.item)
    if element is None:
        return _declared(case, item)
    facts = case.facts
    posts = [post for post in element.posts if not is_nobody(facts, post)]
    answers: list[bool | None] = []
    ask: list[str] = []
    for post in posts:
        holders = facts.people(post)
        answers.append(all_of([is_from(p, *zone) for p in holders]) if holders else None)
        ask += [] if holders else [post]
    held = (all_of if element.every else any_of)(answers)
    people = [p for post in posts for p in facts.people(post)]
    outside = [shown(p) for p in people if is_from(p, *zone) is False]
    only_resident = [shown(p) for p in people if is_from(p, *zone) and not is_from(p, *zone, residents="no")]
    return Row(
        item.item,
        item.points,
        held if posts else False,
        bool(posts),
        origin_of(facts, posts),
        tuple(ask),
        lost=f"{words(item.item)} ({', '.join(outside)})" if held is False and posts else "",
        by_residence=f"{words(item.item)} ({', '.join(only_resident)})" if held and only_resident else "",
    )


def _post_production(case: Case, item: PointsItem, zone: Zone) -> Row:
    stage = case.facts.stage
    city = case.facts.schedule.post_city
    country = stage.catalog.cities[city].country if city in stage.catalog.cities else ""
    held = True if country in zone.certain else None if country in zone.doubtful or not country else False
    path = "schedule.post_city" if stage.project.schedule.post_city else "schedule.home"
    origin = stage.given(path, note=f"post-production in {city} ({country})")
    lost = f"{words(item.item)} ({country})" if held is False else ""
    return Row(item.item, item.points, held, applies=True, origin=origin, lost=lost)


def _declared(case: Case, item: PointsItem) -> Row:
    """Take the word of the file for what no budget tells, such as a part of the expenses of animation."""
    path = f"treaty.facts.{case.instrument}.{item.item}"
    said = case.facts.said(case.instrument, item.item)
    if not isinstance(said, bool):
        return Row(item.item, item.points, None, applies=True, origin=_DECLARED, declare=path)
    lost = "" if said else words(item.item)
    return Row(item.item, item.points, said, applies=True, origin=case.facts.stage.given(path), lost=lost)
