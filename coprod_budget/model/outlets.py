"""From the gross of an outlet, a medium of a territory, to its rental: how much, in which period, and what leaves on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.model.calendar import Span, part_of, reached
from coprod_budget.model.cascade import part_before
from coprod_budget.model.territories import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.calendar import Clock, Months
    from coprod_budget.model.flows import Flows
    from coprod_budget.model.stage import Stage
    from coprod_budget.model.territories import Terms
    from coprod_budget.project.distribution import FeeStep, Outlet, Territory
    from coprod_budget.project.finance import Moment

CINEMA: Final = "cinema"
MEDIA: Final = {
    "cinema": "cinemas",
    "tv": "TV",
    "vod": "VoD",
    "video": "video",
    "airlines": "airlines",
    "sales": "sales",
}
USUAL: Final = {
    "cinema": (0.0, 3.0, 3.0),
    "tv": (24.0, 1.0, 3.0),
    "vod": (6.0, 12.0, 3.0),
    "video": (6.0, 12.0, 3.0),
    "airlines": (3.0, 6.0, 3.0),
    "sales": (0.0, 1.0, 3.0),
}
"""Months from the release until a medium opens, over which its gross is earned, and from earning to the money. Assumed, all of them:
no source was found but for the VoD window of one country, which is in the data."""
NO_SOURCE: Final = Origin("assumed", title="usual months of the medium", note="assumed: no source")


class Timing(NamedTuple):
    """When the receipts of an outlet come in: evenly over a stretch of time, or in payments (part, moment)."""

    span: Span | None
    payments: list[tuple[Node, Node]]

    @property
    def events(self) -> list[Node]:
        """The moments after which nothing more comes."""
        return [self.span.end] if self.span else [moment for _, moment in self.payments]

    def part(self, periods: Months) -> Node:
        """Return the part that comes in in each period."""
        if self.span is not None:
            return part_of(periods, self.span)
        return paid_in(self.payments, periods)


class Place(NamedTuple):
    """An outlet: a medium of a territory, and what it is called."""

    terms: Terms
    medium: str
    given: Territory | Outlet
    path: str

    @property
    def key(self) -> str:
        """Territory and medium."""
        return f"{self.terms.id}.{self.medium}"

    @property
    def name(self) -> str:
        """What a reader calls it."""
        return self.terms.name if self.medium == CINEMA else f"{self.terms.name}, {MEDIA[self.medium]}"


class Fee(NamedTuple):
    """A distributor's fee: its base, its rates, and the parts of each row's gross that lie below the step to the next rate."""

    base: str
    rates: list[Node]
    below: list[Node]


class Earned(NamedTuple):
    """An outlet over the table of flows, in the territory's currency, until the distributor takes its fee.

    ``until`` and ``before`` are the gross until the end of each row and until before it.
    """

    place: Place
    gross: Node
    until: Node
    before: Node
    vat: Node | None
    levy: Node | None
    exhibitor: Node | None
    rental: Node
    fee: Fee


def places_of(terms: Terms) -> list[Place]:
    """Return the outlets of a territory: its cinemas, then the other media as written."""
    path = f"revenue.territories.{terms.id}"
    media = [Place(terms, m, outlet, f"{path}.media.{m}") for m, outlet in terms.given.media.items()]
    return [Place(terms, CINEMA, terms.given, path), *media]


def moment_of(stage: Stage, clock: Clock, on: Moment, after: float, path: str, label: str) -> Node:
    """Return when something happens that is written as a day or milestone and months after it (under ``path``)."""
    moment = clock.moment(on, f"{path}.on")
    if after:
        moment = moment + number(stage, f"{path}.after_months", after, f"{label}: months after", "months")
    return moment


def paid_in(payments: Sequence[tuple[Node, Node]], periods: Months) -> Node:
    """Return what payments (part, moment) bring in each period."""
    graph = periods.end.graph
    return graph.add_up([part * (reached(at, periods.end) - reached(at, periods.begin)) for part, at in payments])


def build_timing(stage: Stage, clock: Clock, place: Place) -> Timing:
    """Return when the receipts of an outlet come in, as the file says it or as is usual."""
    given = place.given
    if given.paid:
        payments = []
        for n, payment in enumerate(given.paid):
            path, label = f"{place.path}.paid[{n}]", f"{place.name}: payment {n + 1}"
            share = number(stage, f"{path}.share", payment.share, f"{label}, part", "share")
            payments.append((share, moment_of(stage, clock, payment.on, payment.after_months, path, label)))
        return Timing(None, payments)
    window, over, after = (
        _months(stage, place, field, value, usual, label)
        for (field, value, label), usual in zip(
            (
                ("window_months", given.window_months, "months from the release until it opens"),
                ("over_months", given.over_months, "months over which its gross is earned"),
                ("pays_after_months", given.pays_after_months, "months from earning to the money"),
            ),
            USUAL[place.medium],
            strict=True,
        )
    )
    begin = stage.graph.add_up([clock.moment("release"), window, after])
    since, key = f"months after {clock.first:%Y-%m}", f"revenue.{place.key}"
    begin = begin.named(f"{key}.begin", f"{place.name}: first receipts, {since}", "months")
    end = (begin + over).named(f"{key}.end", f"{place.name}: last receipts, {since}", "months")
    return Timing(Span(begin, end, over), [])


def _months(stage: Stage, place: Place, field: str, value: float | None, usual: float, label: str) -> Node:
    key, label = f"{place.path}.{field}", f"{place.name}: {label}"
    if value is not None:
        return number(stage, key, value, label, "months")
    origin = NO_SOURCE
    if place.medium == "vod" and field == "window_months":
        term = stage.catalog.term(place.terms.id, "window_first_vod")
        if term is not None and term.unit == "months":
            usual, origin = term.value, stage.from_source(term.basis, term.source)
    return stage.graph.input(key, usual, label=label, unit="months", origin=origin)


def build_earned(
    stage: Stage, flows: Flows, place: Place, timing: Timing, gross: Node, cinema: Earned | None
) -> Earned:
    """Build an outlet from its gross by run; ``cinema`` is the cinemas of the same territory, if this is another medium."""
    terms, unit = place.terms, place.terms.currency

    def name(node: Node, key: str, text: str) -> Node:
        return node.named(f"flow.*.revenue.{place.key}.{key}", f"{place.name}: {text}", unit)

    part = timing.part(flows.periods)
    part = part.named(f"periods.*.part.{place.key}", f"{place.name}: part that comes in in the period", "share")
    earned = name(flows.of_run(gross) * flows.of_period(part), "gross", "gross")
    before, until = flows.until(
        earned, f"flow.*.revenue.{place.key}.gross_until", f"{place.name}: gross until then", unit
    )
    rest, vat, levy, exhibitor = earned, None, None, None
    rate = terms.levy
    if place.medium == CINEMA:
        vat = name(earned - earned / (1 + terms.vat), "vat", "VAT on tickets")
        rest = earned - vat
    elif place.given.levy:
        rate = number(stage, f"{place.path}.levy", place.given.levy, f"{place.name}: levies on the gross", "share")
    else:
        rate = None
    if rate is not None:
        levy = name(rest * rate, "levy", "levies")
        rest = rest - levy
    if place.medium == CINEMA:
        exhibitor = name(rest * terms.exhibitor, "exhibitor", "exhibitors' share")
        rest = rest - exhibitor
    rental = rest if rest is earned else name(rest, "rental", "rental")
    first = Earned(place, earned, until, before, vat, levy, exhibitor, rental, Fee("rental", [], []))
    return first._replace(fee=_fee(stage, place, first, cinema or first))


def _fee(stage: Stage, place: Place, earned: Earned, cinema: Earned) -> Fee:
    """Return the rates of the fee, and how much of every row's gross lies below each step."""
    graph, terms = stage.graph, place.terms
    first = terms.fee
    if place.medium != CINEMA and place.given.distributor_fee is not None:
        label = f"{place.name}: distributor's fee"
        first = number(stage, f"{place.path}.distributor_fee", place.given.distributor_fee, label, "share")
    rates, below = [first], []
    for n, step in enumerate(place.given.fee_steps):
        path, label = f"{place.path}.fee_steps[{n}]", f"{place.name}: fee, step {n + 1}"
        below.append(_below(stage, place, step, path, label, earned, cinema))
        rates.append(number(stage, f"{path}.rate", step.rate, label, "share"))
    if len({step.above_gross is None for step in place.given.fee_steps}) > 1:
        # steps of both kinds: whoever has passed a later one has passed those before it
        for n in range(len(below) - 2, -1, -1):
            below[n] = graph.minimum(below[n], below[n + 1])
    below = [
        part.named(f"flow.*.revenue.{place.key}.below_{n}", f"{place.name}: part of the gross below step {n}", "share")
        for n, part in enumerate(below, 1)
    ]
    return Fee(place.given.fee_base, rates, below)


def _below(stage: Stage, place: Place, step: FeeStep, path: str, label: str, earned: Earned, cinema: Earned) -> Node:
    if step.above_gross is not None:
        limit = number(stage, f"{path}.above_gross", step.above_gross, f"{label}, above", place.terms.currency)
        return part_before(earned.before, earned.gross, limit)
    price = place.terms.ticket_price
    assert price is not None
    limit = number(stage, f"{path}.above_admissions", step.above_admissions or 0.0, f"{label}, above", "tickets")
    return part_before(cinema.before / price, cinema.gross / price, limit)
