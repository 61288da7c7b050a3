"""Scenarios, waterfall, returns and break-evens as plain data for the JSON of an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.report.income import STEPS
from coprod_budget.report.lines_table import kept
from coprod_budget.report.waterfall_trace import NOTHING, how_it_ended
from coprod_budget.report.waterfall_words import outlet_in_words, position_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.revenue import OutletFlow
    from coprod_budget.model.waterfall import Position, Transfer
    from coprod_budget.report.figures import Figures

RETURNS = (
    "received",
    "from_plan",
    "profit",
    "multiple",
    "roi",
    "recouped",
    "irr",
    "npv",
    "payback_months",
    "sign_changes",
)
EXPECTED = (*RETURNS, "probability_recouped", "expected_loss")
OUTLET = ("gross", "vat", "levy", "exhibitor", "rental", "fee", "p_and_a", "producer_net", "guarantee_recouped", "receipts")  # fmt: skip
BREAK_EVEN = ("gross", "premium", "profit")


def periods_as_dicts(figures: Figures) -> list[dict[str, Any]]:
    """Return the periods in which receipts are accounted for: id, and length in days."""
    flows = figures.model.waterfall.flows
    if flows is None:
        return []
    return [{"id": period, "days": _number(figures, f"periods.{period}.days")} for period in flows.periods.table.keys]


def scenario_as_dict(figures: Figures, scenario: str) -> dict[str, Any]:
    """Return one scenario: its gross and receipts by outlet and period, what each position pays, and what each party gets."""
    model = figures.model
    key = f"scenario.{scenario}"
    return {
        "name": scenario,
        "label": model.project.revenue.scenarios[scenario].label or scenario,
        "weight": _number(figures, f"revenue.scenarios.{scenario}.weight"),
        "gross": _number(figures, f"{key}.gross"),
        "producer_receipts": _number(figures, f"{key}.producer_receipts"),
        "territories": [_territory(figures, scenario, territory) for territory in model.revenue.territories],
        "waterfall": [_position(figures, scenario, p) for p in model.waterfall.positions if p.kind != "bonus"],
        "transfers": [_transfer(figures, scenario, transfer) for transfer in model.waterfall.transfers],
        "undistributed": _number(figures, f"{key}.undistributed"),
        "parties": [_party(figures, p, f"{key}.party.{p}", RETURNS) for p in model.waterfall.parties.keys],
    }


def expected_as_dict(figures: Figures) -> dict[str, Any] | None:
    """Return what is to be expected, weighted over all scenarios."""
    if not figures.model.revenue.scenarios.keys:
        return None
    return {
        "gross": _number(figures, "expected.gross"),
        "producer_receipts": _number(figures, "expected.producer_receipts"),
        "parties": [_party(figures, p, f"party.{p}", EXPECTED) for p in figures.model.waterfall.parties.keys],
    }


def break_even_as_dicts(figures: Figures) -> list[dict[str, Any]]:
    """Return, by home territory, the gross that returns the budget, and by party that of investment, premium and first profit."""
    terms = figures.model.revenue.territories
    return [
        {
            "territory": b.territory,
            "name": terms[b.territory].name,
            "currency": terms[b.territory].currency,
            "budget_gross": _searched(figures, f"territory.{b.territory}.budget_gross"),
            "parties": [
                {
                    "id": p,
                    **{name: _searched(figures, f"party.{p}.break_even_{name}_{b.territory}") for name in BREAK_EVEN},
                }
                for p in figures.model.waterfall.parties.keys
            ],
        }
        for b in figures.model.returns.break_even
    ]


def _number(figures: Figures, key: str) -> float | None:
    return kept(figures.number(key))


def _searched(figures: Figures, key: str) -> float | None:
    """What was found by searching is good to the cent."""
    found = figures.number(key)
    return None if found is None else round(found, 2)


def _party(figures: Figures, party: str, key: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "id": party,
        "name": figures.party(party),
        "invested": _number(figures, f"party.{party}.invested"),
        **{name: _number(figures, f"{key}.{name}") for name in names},
    }


def _territory(figures: Figures, scenario: str, territory: str) -> dict[str, Any]:
    model = figures.model
    terms, key = model.revenue.territories[territory], f"scenario.{scenario}.territory.{territory}"
    gross = model.revenue.by_territory[territory].gross.key
    steps = ("rental", *STEPS, "guarantee_top_up", "p_and_a_unrecouped", "receipts")
    return {
        "id": territory,
        "name": terms.name,
        "currency": terms.currency,
        "gross": _number(figures, gross.replace("*", scenario)),
        **{step: _number(figures, f"{key}.{step}") for step in steps},
        "outlets": [
            {
                "medium": outlet.medium,
                "name": outlet_in_words(figures, outlet.key),
                "gross": _number(figures, f"runs.{scenario}.gross.{outlet.key}"),
                "periods": _in_periods(figures, scenario, _keys(outlet)),
            }
            for outlet in model.revenue.outlets.values()
            if outlet.territory == territory
        ],
    }


def _keys(outlet: OutletFlow) -> dict[str, str]:
    """The patterns of the keys of an outlet's steps; the rental of a medium from which nothing is taken is its gross."""
    return {n: f"flow.*.revenue.{outlet.key}.{n}" for n in OUTLET} | {"rental": outlet.rental.key}


def _in_periods(figures: Figures, scenario: str, patterns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return figures period by period by the patterns of their keys, those periods left out in which all of them are nothing."""
    flows = figures.model.waterfall.flows
    found = []
    for period in flows.periods.table.keys if flows is not None else ():
        row = f"{scenario}.{period}"
        cells = {name: figures.number(pattern.replace("*", row)) for name, pattern in patterns.items()}
        if any(abs(cell or 0.0) >= NOTHING for cell in cells.values()):
            found.append({"period": period, **{name: kept(cell) for name, cell in cells.items()}})
    return found


def _position(figures: Figures, scenario: str, position: Position) -> dict[str, Any]:
    key = f"scenario.{scenario}.waterfall.{position.id}"
    return {
        "id": position.id,
        "kind": position.kind,
        "words": position_in_words(figures, position),
        "available": _number(figures, f"{key}.available"),
        "due": _number(figures, f"{key}.due"),
        "part": _number(figures, f"{key}.part"),
        "paid": _number(figures, f"{key}.paid"),
        "open": _number(figures, f"{key}.open"),
        "outcome": how_it_ended(figures, scenario, position),
        "parties": {p: _number(figures, f"{key}.{p}") for p in position.payees},
        "periods": _payments(figures, scenario, position.id, position.payees, ("available", "paid", "open")),
    }


def _transfer(figures: Figures, scenario: str, transfer: Transfer) -> dict[str, Any]:
    key = f"scenario.{scenario}.waterfall.{transfer.id}"
    paid: Mapping[str, Node] = transfer.paid
    return {
        "id": transfer.id,
        "payer": transfer.payer,
        "paid": _number(figures, f"{key}.paid"),
        "parties": {p: _number(figures, f"{key}.{p}") for p in paid},
        "periods": _payments(figures, scenario, transfer.id, tuple(paid), ()),
    }


def _payments(
    figures: Figures, scenario: str, name: str, payees: Sequence[str], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what a step pays, and to whom, in the periods in which anything reaches it."""
    found = []
    moving = [n for n in (*names, *payees) if n != "open"]
    for period in _in_periods(figures, scenario, {n: f"flow.*.waterfall.{name}.{n}" for n in moving}):
        stem = f"flow.{scenario}.{period['period']}.waterfall.{name}"
        found.append({
            "period": period["period"],
            **{n: _number(figures, f"{stem}.{n}") for n in names},
            "parties": {p: period[p] for p in payees},
        })  # fmt: skip
    return found
