"""Random waterfalls: rules, receipts by outlet and period, and what the parties put in, as ``cascades.play`` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cascade_by_event import play_by_event
from cascades import play
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascade_by_event import Waterfall
    from cascades import Played

effort = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The effort of a property test: the same deals every time."""

OUTLETS = ("HOME.cinema", "HOME.tv", "ABROAD.cinema")
INVESTORS = ("producer", "fund", "bank", "actress")
OTHERS = ("agent", "writer")
PARTIES = (*INVESTORS, *OTHERS)
PAIRS = [("fund", "producer"), ("agent", "writer"), ("fund", "bank", "actress"), ("producer", "writer", "fund")]
FINANCE = [
    {"id": "fund", "name": "Fund", "kind": "equity", "partner": "producer", "amount": 100, "currency": "EUR"},
    {"id": "bank", "name": "Bank", "kind": "loan", "partner": "producer", "amount": 100, "currency": "EUR", "interest": 0.1},
    {"id": "actress", "name": "Actress", "kind": "deferral", "partner": "producer", "amount": 100, "currency": "EUR"},
]  # fmt: skip
TIMELESS = ("percent_of_gross", "share", "fixed", "until_repaid", "until_recouped", "until", "premium", "net_profit")
ALL = (*TIMELESS, "interest", "bonus")
tenths = st.integers(1, 9).map(lambda n: n / 10)
amounts = st.integers(0, 300).map(float)


def shares(names: tuple[str, ...], parts: list[int], of: int) -> dict[str, float]:
    return {name: part / of for name, part in zip(names, parts, strict=True)}


@st.composite
def splits(draw: st.DrawFn, *, whole: bool) -> dict[str, float]:
    """Shares of two or three parties; of the whole, or of less."""
    names = draw(st.sampled_from(PAIRS))
    parts = [draw(st.integers(1, 5)) for _ in names]
    return shares(names, parts, sum(parts) if whole else sum(parts) + draw(st.integers(0, 4)))


def names_of(draw: st.DrawFn, names: tuple[str, ...]) -> list[str]:
    return draw(st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True))


def limits(draw: st.DrawFn, step: dict[str, Any], ways: tuple[str, ...]) -> dict[str, Any]:
    """What ends the step, in one of these ways."""
    payees = list(step["pay"]) if isinstance(step["pay"], dict) else [step["pay"]]
    way = draw(st.sampled_from(ways))
    if way == "amount":
        return {"amount": draw(amounts)}
    if way in {"own_total", "total"}:
        limit = {"party": draw(st.sampled_from(payees)), "total": draw(amounts)}
        return limit | ({"steps": [step["id"]]} if way == "own_total" else {})
    if way == "multiple":
        party = draw(st.sampled_from(payees))
        if party in INVESTORS:
            return {"party": party, "multiple": draw(st.integers(1, 30)) / 10, "steps": [step["id"]]}
        return {"amount": draw(amounts)}
    return {way: float(draw(st.integers(0, 200))), "territory": draw(st.sampled_from(["HOME", "ABROAD"]))}


def terms(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """What a step of this kind says besides its kind; ``premium`` and ``interest`` stand for such amounts of the kind until."""
    one = st.sampled_from(PARTIES)
    by_kind: dict[str, Callable[[], dict[str, Any]]] = {
        "percent_of_gross": lambda: {"pay": draw(one), "rate": draw(st.integers(1, 60)) / 100},
        "share": lambda: (
            {"pay": draw(one), "rate": draw(tenths)} if draw(st.booleans()) else {"pay": draw(splits(whole=False))}
        ),
        "fixed": lambda: {"pay": draw(splits(whole=True)), "amount": draw(amounts)},
        "until_repaid": lambda: {"pay": "bank"},
        "until_recouped": lambda: {
            "pay": names_of(draw, INVESTORS),
            **({"premium": draw(tenths)} if draw(st.booleans()) else {}),
        },
        "until": lambda: {"pay": draw(st.sampled_from(INVESTORS)), "amount": draw(amounts)},
        "premium": lambda: {"pay": names_of(draw, INVESTORS), "amount": "premium", "premium": draw(tenths)},
        "interest": lambda: {
            "pay": names_of(draw, ("producer", "fund")),
            "amount": "interest",
            "interest": draw(tenths),
            "compounding": draw(st.sampled_from(["simple", "yearly", "period"])),
        },
        "bonus": lambda: {
            "pay": draw(st.sampled_from(OTHERS)),
            "paid_by": "producer",
            **({"rate": draw(tenths)} if draw(st.booleans()) else {"amount": draw(amounts)}),
        },
        "net_profit": lambda: {"pay": draw(splits(whole=True))},
    }
    return {"kind": {"premium": "until", "interest": "until"}.get(kind, kind), **by_kind[kind]()}


@st.composite
def rules(
    draw: st.DrawFn, kinds: tuple[str, ...] = ALL, *, timed: bool = True, one_outlet: bool = False
) -> list[dict[str, Any]]:
    """Up to nine steps; ``timed``: some begin and end by tickets, gross, or by all that a party has received."""
    found: list[dict[str, Any]] = []
    percents = dict.fromkeys(OUTLETS, 0.0)
    ways = ("amount", "own_total", "multiple", *(("total", "admissions", "gross") if timed else ()))
    for number in range(draw(st.integers(1, 9))):
        step = {"id": f"s{number}", **terms(draw, draw(st.sampled_from(kinds)))}
        kind = step["kind"]
        if not one_outlet and kind != "bonus" and draw(st.booleans()):
            step["of"] = names_of(draw, ("HOME.cinema", "HOME.tv", "ABROAD"))
        if kind == "percent_of_gross":  # never more than all of any money
            mine = [o for o in OUTLETS if "of" not in step or o in step["of"] or o.partition(".")[0] in step["of"]]
            if any(percents[o] + step["rate"] > 1 for o in mine):
                continue
            percents |= {o: percents[o] + step["rate"] for o in mine}
        if kind in {"percent_of_gross", "share"} and draw(st.booleans()):
            step["until"] = limits(draw, step, ways)
        if timed and kind in {"percent_of_gross", "share", "bonus"} and draw(st.integers(0, 3)) == 0:
            step["after"] = limits(draw, step, (draw(st.sampled_from(["admissions", "gross"])),))
        found.append(step)
    return found or [{"id": "s0", "kind": "net_profit", "pay": "producer"}]


@st.composite
def deals(
    draw: st.DrawFn,
    kinds: tuple[str, ...] = ALL,
    *,
    timed: bool = True,
    one_outlet: bool = False,
    periods: int | None = None,
) -> dict[str, Any]:
    """The arguments of a play: rules, receipts, who put in how much and when, tickets, lengths of the periods."""
    count = periods or draw(st.integers(1, 5))
    outlets = OUTLETS[:1] if one_outlet else OUTLETS

    def row(most: int) -> list[float]:
        return [float(draw(st.one_of(st.just(0), st.integers(0, most)))) for _ in range(count)]

    return {
        "rules": draw(rules(kinds, timed=timed, one_outlet=one_outlet)),
        "receipts": {o: row(400) for o in outlets},
        "admissions": {o: row(300) for o in outlets if o.endswith("cinema")},
        "investments": {p: row(150) for p in INVESTORS},
        "days": [float(draw(st.integers(0, 365))) for _ in range(count)],
        "new_year": [float(draw(st.booleans())) for _ in range(count)],
    }


def by_graph(deal: dict[str, Any]) -> Played:
    options = {k: v for k, v in deal.items() if k not in {"rules", "receipts"}}
    return play(deal["rules"], deal["receipts"], finance=FINANCE, **options)


def by_loop(deal: dict[str, Any]) -> Waterfall:
    options = {k: v for k, v in deal.items() if k not in {"rules", "receipts"}}
    return play_by_event(deal["rules"], deal["receipts"], **options)
