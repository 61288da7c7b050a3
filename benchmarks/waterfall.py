"""A waterfall of nine steps and five parties over six years of quarters, for ten thousand scenarios in one evaluation.

``python benchmarks/waterfall.py`` pays the same receipts out three times: by the graph, all scenarios together; by the graph, one
scenario after another; and by a loop over the quarters written by hand in NumPy, which must give the same figures. ``--short`` takes
fewer rounds.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIOS = 10_000
GROSS = "revenue.scenarios.base.gross.WW"
PARTIES = ("bank", "fund", "ru", "rs", "talent")
FILM = """\
title: Nine steps
as_of: 2026-09-30
currency: EUR
partners:
  ru: {name: First, country: DE, currency: EUR, share: 60%}
  rs: {name: Second, country: FR, currency: EUR, share: 40%}
schedule: {start: 2027-01-01, shoot_days: {belgrade: 20}, delivery: 2027-10-01, release: 2027-12-01}
budget:
  lines: [{account: camera, description: The film, rate: 2000000, currency: EUR}]
finance:
  - {id: bank, name: Bank, kind: loan, partner: ru, amount: 300000, currency: EUR, interest: 8%, months: 12}
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 400000, currency: EUR, premium: 20%}
  - {id: crew, name: Crew, kind: deferral, partner: rs, amount: 60000, currency: EUR}
revenue:
  territories:
    WW: {currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 0%, partner: ru, over_months: 54}
  scenarios: {base: {weight: 100%, gross: {WW: 2500000}}}
waterfall:
  - {id: account_fee, pay: manager, kind: percent_of_gross, rate: 1%}
  - {id: commission, pay: agent, kind: percent_of_gross, rate: 12%}
  - {id: expenses, pay: agent, kind: fixed, amount: 80000}
  - {id: loan, pay: bank, kind: until_repaid}
  - {id: recoupment, pay: [fund, ru, rs], kind: until_recouped}
  - {id: premium, pay: fund, kind: until, amount: premium}
  - {id: deferred, pay: crew, kind: until_recouped}
  - {id: points, pay: {talent: 5%}, kind: share}
  - {id: profit, pay: {fund: 30%, ru: 40%, rs: 30%}, kind: net_profit}
"""


def by_hand(model: Model, gross: np.ndarray) -> dict[str, np.ndarray]:
    """Pay the same receipts out quarter by quarter; every step remembers what it has paid."""
    values = model.evaluate()
    first = values["flow.*.revenue.WW.cinema.receipts"][: model.graph.tables["flows"].run, 0]
    curve = first / values.number(GROSS)
    due = {
        step: {p: values.number(f"due.{step}.{p}") for p in parties}
        for step, parties in {
            "expenses": ["agent"],
            "loan": ["bank"],
            "recoupment": ["fund", "ru", "rs"],
            "premium": ["fund"],
            "deferred": ["crew"],
        }.items()
    }
    got = {p: np.zeros_like(gross) for p in (*PARTIES, "manager", "agent", "crew")}
    open_ = {step: np.full_like(gross, sum(parties.values())) for step, parties in due.items()}
    for part in curve:
        money = gross * part
        fees = {"manager": money * 0.01, "agent": money * 0.12}
        for party, fee in fees.items():
            got[party] += fee
            money = money - fee
        for step, parties in due.items():
            paid = np.minimum(money, open_[step])
            open_[step] -= paid
            money = money - paid
            whole = sum(parties.values())
            for party, amount in parties.items():
                got[party] += paid * (amount / whole)
        got["talent"] += money * 0.05
        money = money * 0.95
        for party, share in (("fund", 0.3), ("ru", 0.4), ("rs", 0.3)):
            got[party] += money * share
    return got


def best(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest of several times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(rounds: int) -> list[tuple[str, str]]:
    """Return what was measured in words and figures, after checking that all ways give the same."""
    model = build_model(load_project(FILM), open_catalog())
    gross = np.random.default_rng(1).lognormal(np.log(2_000_000), 0.8, SCENARIOS)
    nodes = [found[0] for p in PARTIES if (found := model.graph.find(f"scenario.base.party.{p}.received")) is not None]
    program = Program(model.graph, nodes, [GROSS])
    together = program.run({GROSS: gross})
    hand = by_hand(model, gross)
    for party, node in zip(PARTIES, nodes, strict=True):
        np.testing.assert_allclose(together[node][0], hand[party], rtol=1e-9, atol=1e-6)
    few = 200
    at_once = best(lambda: program.run({GROSS: gross}), rounds)
    loop = best(lambda: by_hand(model, gross), rounds)
    single = best(lambda: [program.run({GROSS: gross[i : i + 1]}) for i in range(few)], 1) / few * SCENARIOS
    rows = len(model.graph.tables["flows"])
    deal = f"{len(model.waterfall.positions)} steps, {len(PARTIES)} parties, {rows} rows of periods"
    return [
        (f"waterfall of {deal}: scenarios a second, {SCENARIOS:,} together", f"{SCENARIOS / at_once:,.0f}"),
        ("the same by hand in NumPy, equal to 1e-9: the graph takes so many times as long", f"{at_once / loop:.1f}"),
        ("the same one scenario after another, to all together", f"{single / at_once:.0f}"),
    ]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    rows = measure(2 if parser.parse_args().short else 7)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure:>12}")


if __name__ == "__main__":
    main()
