"""Small invented films whose what-ifs have answers that can be written down."""

from __future__ import annotations

PLAIN = """
title: Plain
as_of: 2026-09-30
currency: EUR
partners:
  ru: {name: Neva, country: RU, currency: EUR, share: 60%, delegate: true}
  rs: {name: Dunav, country: RS, currency: EUR, share: 40%}
schedule: {start: 2027-03-01, shoot_days: {moscow: 20}}
budget:
  lines:
    - {id: crew, account: camera, description: Crew, quantity: shoot_days.moscow, unit: day, rate: 3000, currency: EUR, bearer: ru}
    - {id: post, account: editing, description: Post-production, unit: flat, rate: 40000, currency: EUR, bearer: rs}
  charges:
    contingency: {rate: 10%, base: [above_the_line, production, post]}
finance:
  - {id: fund, name: Fund, kind: equity, partner: ru, amount: 50000, currency: EUR, status: secured}
  - {id: own, name: Own money, kind: own, partner: rs, amount: 60000, currency: EUR, status: secured}
revenue:
  territories:
    RU: {currency: EUR, ticket_vat: none, exhibitor: 50%, distributor_fee: 20%, fee_base: rental, p_and_a: 0}
  scenarios:
    base: {weight: 100%, gross: {RU: 100000}}
waterfall:
  - {id: first, pay: fund, kind: until_recouped}
  - {id: profit, pay: {ru: 50%, rs: 30%, fund: 20%}, kind: net_profit}
"""
"""Budget: 1.1 × (3,000 × days + 40,000). Receipts: 0.4 × gross; the fund's 50,000 first, then a fifth of the rest for it."""

RECEIPTS_SHARE = 0.4
FUND = 50_000.0


def total(days: float = 20.0, rate: float = 3_000.0, post: float = 40_000.0, contingency: float = 0.1) -> float:
    """Return the budget of ``PLAIN`` by hand, in EUR."""
    return (1 + contingency) * (days * rate + post)


def fund_multiple(gross: float) -> float:
    """Return what the fund of ``PLAIN`` gets back, as a multiple, by hand."""
    receipts = RECEIPTS_SHARE * gross
    return (min(receipts, FUND) + 0.2 * max(receipts - FUND, 0.0)) / FUND
